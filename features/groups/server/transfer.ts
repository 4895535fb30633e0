import { problem } from '../../../protocol/problem.ts';
import { fold } from '../../../protocol/fold.ts';
import { handlers } from '../../../server/handler.ts';
import type { HandlersOf } from '../../../server/handler.ts';
import { takeStreams } from '../../../server/stream.ts';
import { addMembers, countMembers, handOver, membersNamed, ownerOf, peopleFor, unblock } from '../../members/access.ts';
import { announceEnd, shownTransfer, tooManyMembers, unknownPerson, voidTransfer } from '../access.ts';
import { transferActions, transferProblems } from '../protocol/transfer.ts';
import { MEMBERS_MOST, TRANSFER_MS } from '../rules.ts';
import { kindOf } from '../store.ts';
import { saveTransfer, searchGroups, takeTransfer, transferOf } from '../store/transfer.ts';

/** The lead of a group passes on: offered and accepted, or named by an administrator. */
export function transferHandlers(): HandlersOf<typeof transferActions> {
  return handlers(transferActions, {
    'transfer.offer': async ({ actor, db, now, announce }, { group, to, leaves }) => {
      const [heir] = to === actor.account ? [] : await membersNamed(db, group, [to]);
      if (!heir?.active) throw unknownPerson([to]);
      const former = await takeTransfer(db, group);
      if (former) announceEnd(announce, former, 'withdrawn');
      const endsAt = new Date(now.getTime() + TRANSFER_MS);
      await saveTransfer(db, { group, from: actor.account, to, leaves, at: now, endsAt });
      const transfer = shownTransfer((await transferOf(db, group))!);
      for (const account of [actor.account, to]) announce('transfer.offered', account, { group, transfer });
      return { endsAt: endsAt.getTime() };
    },

    'transfer.withdraw': async ({ db, announce }, { group }) => {
      const ended = await takeTransfer(db, group);
      if (!ended) throw transferProblems('transfer.none');
      announceEnd(announce, ended, 'withdrawn');
      return {};
    },

    'transfer.answer': async (context, { group, accept }) => {
      const { actor, db, now, announce } = context;
      const offered = await transferOf(db, group);
      const owner = await ownerOf(db, group);
      // Offered by somebody who leads it no longer, or to somebody else, or too long ago.
      if (offered?.to !== actor.account || offered.endsAt <= now || owner?.account !== offered.from)
        throw transferProblems('transfer.none');
      await takeTransfer(db, group);
      if (accept) {
        const to = { account: offered.to, name: offered.toName };
        await handOver(context, { group, from: owner, to, how: 'accepted', leaves: offered.leaves || !owner.active });
      }
      announceEnd(announce, offered, accept ? 'accepted' : 'declined');
      return {};
    },

    'group.appointOwner': async (context, { group, account }) => {
      const { actor, db, announce, note } = context;
      await takeStreams(db, [group]);
      const kind = await kindOf(db, group);
      if (!kind || kind === 'pair') throw problem('not_found');
      const [person] = await peopleFor(db, [account]);
      const owner = await ownerOf(db, group);
      if (owner?.account === account) return {};
      const to = { account, name: person!.name };
      if ((await membersNamed(db, group, [account])).length === 0) {
        if ((await countMembers(db, group)) >= MEMBERS_MOST) throw tooManyMembers();
        await unblock(db, group, [account]);
        await addMembers(context, { group, kind, people: [person!], by: actor.account, as: 'member.added' });
      }
      await voidTransfer({ db, announce }, group);
      await handOver(context, { group, from: owner, to, how: 'appointed', leaves: owner?.active === false });
      note({ group, people: owner ? [owner.account] : [] });
      return {};
    },

    'group.search': async ({ db }, { query, leaderless, after, limit }) =>
      searchGroups(db, { words: fold(query).split(' ').filter(Boolean), leaderless, after, limit }),
  });
}

import { handlers } from '../../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../../server/handler.ts';
import { dropPosts, kindFor, unknownPerson } from '../../groups/access.ts';
import type { Role } from '../../groups/rights.ts';
import { firstRead } from '../access.ts';
import { memberProblems } from '../protocol.ts';
import { leavingActions } from '../protocol/leaving.ts';
import { told } from '../rules.ts';
import { countActiveOthers, endMember, nameOf, standingsAmong } from '../store.ts';
import { blockedIn, insertRefusal, leadersOf, openFrom, removeMembers, unblock } from '../store/leaving.ts';
import { peopleDecidedAbout } from './decided.ts';

/** How people stop being members, who may not come back, and what who came may read. */
export function leavingHandlers(): HandlersOf<typeof leavingActions> {
  return handlers(leavingActions, {
    'member.leave': async (context, { group, quiet, refuse }) => {
      const { actor, standing, db, now, announce } = context;
      const { account } = actor;
      if ((await kindFor(db, group)) === 'pair') throw memberProblems('member.pair_stays');
      if (standing.role === 'owner' && (await countActiveOthers(db, group, account)) > 0)
        throw memberProblems('member.owner_stays');
      await endMember(db, group, account, now);
      await dropPosts({ db, announce }, group, account);
      if (refuse) await insertRefusal(db, account, group, now);
      const name = await nameOf(db, account);
      if (quiet) await announceQuietly(context, { group, account, name });
      else announce('member.left', group, { accounts: [account], names: [name] });
      announce('chat.removed', account, { group, why: 'left' });
      return {};
    },

    'member.remove': async (context, { group, accounts, reason, block }) => {
      const { actor, standing, db, now, announce } = context;
      const people = await peopleDecidedAbout(db, { group, accounts, role: standing.role as Role });
      const gone = told(people);
      await removeMembers(db, { group, accounts: gone.accounts, by: actor.account, reason, blocked: block, at: now });
      for (const account of gone.accounts) await dropPosts({ db, announce }, group, account);
      announce('member.removed', group, { ...gone, blocked: block });
      for (const account of gone.accounts) {
        announce('chat.removed', account, { group, why: 'removed', ...(reason === '' ? {} : { reason }) });
      }
      return { removed: people.length };
    },

    'member.blocked': async ({ db }, { group, after, limit }) => {
      const { people, total } = await blockedIn(db, { group, after, limit });
      return { people: people.map((it) => ({ ...it, at: it.at.getTime() })), total };
    },

    'member.unblock': async ({ db }, { group, accounts }) => ({
      unblocked: (await unblock(db, group, accounts)).length,
    }),

    'member.openHistory': async ({ actor, db, now, announce }, { group, accounts, history }) => {
      // What they may read was decided as they came in: a new leader is no reason to read what was said among others.
      if (accounts.includes(actor.account)) throw memberProblems('member.own_history');
      const people = await standingsAmong(db, group, accounts);
      const found = new Set(people.map((it) => it.account));
      const strange = accounts.filter((it) => !found.has(it));
      if (strange.length > 0) throw unknownPerson(strange);
      const from = await firstRead(db, group, history, now);
      const opened = from === null ? new Set() : new Set(await openFrom(db, { group, accounts, from }));
      const more = people.filter((it) => opened.has(it.account));
      if (more.length > 0) announce('member.historyOpened', group, { ...told(more), history, from });
      return { opened: more.length };
    },
  });
}

/** Others find them gone from the list of members; in words only the leaders are told, each for themselves. */
async function announceQuietly(
  { db, now, announce }: Pick<ChangeContext, 'db' | 'now' | 'announce'>,
  { group, account, name }: { group: string; account: string; name: string },
): Promise<void> {
  announce('member.slipped', group, { accounts: [account] });
  for (const leader of await leadersOf(db, group, now))
    announce('member.leftQuietly', leader, { group, account, name });
}

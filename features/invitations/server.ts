import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { takeStreams } from '../../server/stream.ts';
import { isOpen, kindFor, tooManyMembers } from '../groups/access.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import { addMembers, blockedAmong, countMembers, insertRefusal, membersNamed } from '../members/access.ts';
import { maskedPhone } from '../requests/rules.ts';
import { invitationActions, invitationProblems } from './protocol.ts';
import { INVITED_SHOWN } from './rules.ts';
import {
  closeInvitation,
  invitationOf,
  invitationsFor,
  invitedInto,
  shownInvitation,
  withdrawInvitations,
} from './store.ts';

/** Colleagues are asked whether they want to be in a group. */
export function invitationHandlers(): HandlersOf<typeof invitationActions> {
  return handlers(invitationActions, {
    'invitation.mine': async ({ db, actor, now }) => ({
      invitations: (await invitationsFor(db, actor.account, now)).map(shownInvitation),
    }),

    'invitation.answer': async (context, { invitation, answer }) => {
      const { actor, db, now, announce, note } = context;
      const { account } = actor;
      const known = await invitationOf(db, invitation, account);
      if (!known) throw problem('not_found');
      const { group, by, name } = known;
      await takeStreams(db, [group]);
      const accepted = answer === 'accept';
      if (!(await closeInvitation(db, { invitation, accepted, now }))) throw invitationProblems('invitation.over');
      note({ group });
      if (accepted && (await membersNamed(db, group, [account])).length === 0) {
        if (!(await isOpen(db, group)) || (await blockedAmong(db, group, [account])).size > 0)
          throw invitationProblems('invitation.over');
        if ((await countMembers(db, group)) >= MEMBERS_MOST) throw tooManyMembers();
        const kind = await kindFor(db, group);
        await addMembers(context, { group, kind, people: [{ id: account, name }], by, as: 'member.joined' });
      }
      if (answer === 'block') await insertRefusal(db, account, group, now);
      announce('invitation.ended', account, { invitation, how: accepted ? 'accepted' : 'declined' });
      const stillIn = (await membersNamed(db, group, [by])).length > 0;
      if (stillIn) announce('invitation.answered', by, { group, account, name, accepted });
      return { group: accepted ? group : null };
    },

    'invitation.list': async ({ db, now }, { group }) => ({
      people: (await invitedInto(db, group, now, INVITED_SHOWN)).map(({ at, endsAt, phone, ...it }) => ({
        ...it,
        phone: phone === null ? null : maskedPhone(phone),
        at: at.getTime(),
        endsAt: endsAt.getTime(),
      })),
    }),

    'invitation.withdraw': async ({ db, now, announce, note }, { group, invitations }) => {
      const gone = await withdrawInvitations(db, { group, invitations, now });
      for (const { id, account } of gone) {
        if (account !== null) announce('invitation.ended', account, { invitation: id, how: 'withdrawn' });
      }
      note({ people: gone.flatMap((it) => it.account ?? []), details: { invitations: gone.length } });
      return { withdrawn: gone.length };
    },
  });
}

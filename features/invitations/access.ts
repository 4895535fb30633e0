import type { ChangeContext } from '../../server/handler.ts';
import type { Database } from '../../server/database.ts';
import { takeStreams } from '../../server/stream.ts';
import { isOpen, kindFor, mayAdmit } from '../groups/access.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import { addMembers, blockedAmong, countMembers } from '../members/access.ts';
import { approvesMembers, makeRequests } from '../requests/access.ts';
import { invitationProblems } from './protocol.ts';
import { shownInvitation } from './store.ts';
import { canInvite, INVITATION_DAYS, INVITATIONS_A_DAY } from './rules.ts';
import {
  askedFirstAmong,
  countInvitedBy,
  countAdministratorsInvitations,
  insertConsents,
  insertInvitations,
  invitationsFor,
  registrationOf,
  takeInviter,
  takeOpenInvitations,
} from './store.ts';

const DAY_MS = 86_400_000;

/** May this actor bring in numbers that are not on the staff list? */
export async function mayInvite({ db, house, actor }: InvitingContext): Promise<boolean> {
  return canInvite(actor, house.config.registration) || canInvite(actor, await registrationOf(db));
}

type InvitingContext = Pick<ChangeContext, 'db' | 'house' | 'now'> & {
  readonly actor: { account: string; administrator: boolean };
};

/** Invites numbers into a group. Answers how many; fails where the actor may not, or has invited too many today. */
export async function inviteNumbers(
  context: InvitingContext,
  group: string,
  phones: readonly string[],
): Promise<number> {
  if (phones.length === 0) return 0;
  const { db, now, actor } = context;
  if (!(await mayInvite(context))) throw invitationProblems('invitation.not_allowed', { phones: [...phones] });
  await takeInviter(db, actor.account);
  const before = await countInvitedBy(db, actor.account, new Date(now.getTime() - DAY_MS));
  if (before + phones.length > INVITATIONS_A_DAY)
    throw invitationProblems('invitation.too_many', { most: INVITATIONS_A_DAY });
  const endsAt = new Date(now.getTime() + INVITATION_DAYS * DAY_MS);
  return insertInvitations(db, { group, phones, by: actor.account, at: now, endsAt });
}

export { askedFirstAmong };

/**
 * Asks colleagues whether they want to be in a group whose stream is locked; who is asked already is not asked again. Fails where
 * the actor has invited too many today.
 */
export async function inviteAccounts(
  context: InvitingContext & Pick<ChangeContext, 'announce'>,
  group: string,
  accounts: readonly string[],
): Promise<void> {
  if (accounts.length === 0) return;
  const { db, now, actor, announce } = context;
  await takeInviter(db, actor.account);
  const before = await countInvitedBy(db, actor.account, new Date(now.getTime() - DAY_MS));
  if (before + accounts.length > INVITATIONS_A_DAY)
    throw invitationProblems('invitation.too_many', { most: INVITATIONS_A_DAY });
  const endsAt = new Date(now.getTime() + INVITATION_DAYS * DAY_MS);
  const made = await insertConsents(db, { group, accounts, by: actor.account, at: now, endsAt });
  for (const { id, account } of made) {
    const [invitation] = await invitationsFor(db, account, now, id);
    if (invitation) announce('invitation.made', account, { invitation: shownInvitation(invitation) });
  }
}

/**
 * Has an administrator invited this number into a group, so that a code may be sent to it and nobody need approve it? What
 * others invite waits for an administrator like any stranger, and is in the group afterwards.
 */
export async function isInvited(db: Database, phone: string, now: Date): Promise<boolean> {
  return (await countAdministratorsInvitations(db, phone, now)) > 0;
}

/** Puts somebody who has just registered into the groups their number was invited to; full groups are left out. */
export async function takeInvitations(
  context: Pick<ChangeContext, 'db' | 'now' | 'announce'>,
  account: { readonly id: string; readonly name: string; readonly phone: string },
): Promise<void> {
  const { db, now } = context;
  const taken = (await takeOpenInvitations(db, account.phone, now)).sort((a, b) => (a.group < b.group ? -1 : 1));
  // Groups before accounts, as everybody does, so that two transactions cannot wait for each other.
  await takeStreams(
    db,
    taken.map((it) => it.group),
  );
  for (const { group, by } of taken) {
    if (!(await isOpen(db, group))) continue;
    if ((await countMembers(db, group)) >= MEMBERS_MOST) continue;
    if ((await blockedAmong(db, group, [account.id])).size > 0) continue;
    // Invited by somebody who does not admit members: they wait like everybody such a member adds.
    if ((await approvesMembers(db, group)) && !(await mayAdmit(db, group, by, now))) {
      await makeRequests(context, { group, people: [account], way: 'added', link: null, by, answer: '' });
      continue;
    }
    const kind = await kindFor(db, group);
    await addMembers(context, { group, kind, people: [account], by: null, as: 'member.joined' });
  }
}

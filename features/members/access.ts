import { problem } from '../../protocol/problem.ts';
import type { ChangeContext, QueryContext } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { Buckets } from '../../server/rate.ts';
import type { Database } from '../../server/database.ts';
import { roleAt } from '../groups/rights.ts';
import type { GroupKind, History, Role } from '../groups/rights.ts';
import { dropOffersTo, dropPosts, endAdmitting, historyIn, unknownPerson } from '../groups/access.ts';
import { settleRequests } from '../requests/access.ts';
import { NAMES_TOLD, NUMBERS_LOOKED_UP } from './rules.ts';
import {
  accountsByPhone,
  activeAmong,
  countMembers,
  endMember,
  endMemberships,
  insertFirstMembers,
  insertMembers,
  ownerIn,
  saveExceptions,
  saveRoles,
  standingsAmong,
  withdrawRights,
} from './store.ts';
import type { NamedAccount, Standing } from './store.ts';
import { blockedAmong, dropRefusals, insertRefusal, lastBefore, refusingAmong, unblock } from './store/leaving.ts';

export type { NamedAccount };

/** The role of a member that counts now; undefined for who is none. */
export async function roleIn(tx: Database, group: string, account: string, now: Date): Promise<Role | undefined> {
  const [it] = await standingsAmong(tx, group, [account]);
  return it && roleAt({ role: it.role, roleUntil: it.roleUntil?.getTime() ?? null }, now.getTime());
}

/** The people chosen, each once; fails where one of them is not on the staff list any more. */
export async function peopleFor(db: Database, accounts: readonly string[]): Promise<NamedAccount[]> {
  const wanted = [...new Set(accounts)];
  const people = await activeAmong(db, wanted);
  if (people.length < wanted.length) {
    const found = new Set(people.map((it) => it.id));
    throw unknownPerson(wanted.filter((it) => !found.has(it)));
  }
  return people;
}

const lookedUp = new WeakMap<House, Buckets>();

/** Counts numbers somebody asks about; fails where they are too many. Administrators see every number anyway. */
export function countLookedUp(
  { house, actor, now }: Pick<QueryContext, 'house' | 'now'> & { actor: { account: string; administrator: boolean } },
  numbers: readonly string[],
): void {
  const cost = new Set(numbers).size;
  if (cost === 0 || actor.administrator || !house.limits) return;
  const buckets = lookedUp.get(house) ?? new Buckets();
  lookedUp.set(house, buckets);
  const wait = buckets.take(actor.account, NUMBERS_LOOKED_UP, now.getTime(), cost);
  if (wait > 0) throw problem('too_fast', { wait });
}

/**
 * For numbers of which it shows only afterwards whether asking for them told anything: fails while the actor has asked for too many;
 * what is answered then counts those that did.
 */
export function lookingUp({
  house,
  actor,
  now,
}: Pick<QueryContext, 'house' | 'now'> & { actor: { account: string; administrator: boolean } }): (
  told: number,
) => void {
  if (actor.administrator || !house.limits) return () => undefined;
  const buckets = lookedUp.get(house) ?? new Buckets();
  lookedUp.set(house, buckets);
  const wait = buckets.wait(actor.account, NUMBERS_LOOKED_UP, now.getTime());
  if (wait > 0) throw problem('too_fast', { wait });
  return (told) => buckets.owe(actor.account, NUMBERS_LOOKED_UP, now.getTime(), told);
}

/** Numbers as they turn out: people of the staff list who have them, and numbers that nobody has. */
export async function sortNumbers(
  db: Database,
  phones: readonly string[],
): Promise<{ accounts: string[]; strange: string[] }> {
  const wanted = [...new Set(phones)];
  const rows = await accountsByPhone(db, wanted, null);
  const gone = rows.filter((it) => !it.active);
  if (gone.length > 0) throw unknownPerson(gone.map((it) => it.id));
  const known = new Set(rows.map((it) => it.phone));
  return { accounts: rows.map((it) => it.id), strange: wanted.filter((it) => !known.has(it)) };
}

const DAY_MS = 86_400_000;

/** The number after which somebody reads who comes into a group now; null: only what is still to come. */
export async function firstRead(db: Database, group: string, history: History, now: Date): Promise<number | null> {
  if (history === 'all') return 0;
  if (typeof history === 'string') return null;
  return lastBefore(db, group, new Date(now.getTime() - history * DAY_MS));
}

/** What putting people in needs of a change. */
type Announcing = Pick<ChangeContext, 'db' | 'now' | 'announce'>;

/** Puts the first people into a group that is just being made, and tells their devices. */
export async function addFirstMembers(
  { db, now, announce }: Announcing,
  it: { group: string; kind: GroupKind; accounts: readonly string[]; owner: string | null; by: string },
): Promise<void> {
  await insertFirstMembers(db, { ...it, at: now });
  for (const account of it.accounts) announce('chat.added', account, { group: it.group, kind: it.kind });
}

/**
 * Puts people into a group whose stream the transaction has locked, and tells the group and their devices. Answers who was
 * not in it before.
 */
export async function addMembers(
  { db, now, announce }: Announcing,
  it: {
    group: string;
    kind: GroupKind;
    people: readonly NamedAccount[];
    by: string | null;
    as: 'member.added' | 'member.joined';
  },
): Promise<string[]> {
  const ids = it.people.map((one) => one.id);
  const history = await historyIn(db, it.group);
  const from = await firstRead(db, it.group, history, now);
  const again = history === 'joining';
  const inserted = new Set(
    await insertMembers(db, { group: it.group, accounts: ids, by: it.by, at: now, from, again }),
  );
  await dropRefusals(db, it.group, ids);
  await settleRequests({ db, now, announce }, it.group, ids);
  const fresh = it.people.filter((one) => inserted.has(one.id));
  if (fresh.length === 0) return [];
  const told = fresh.slice(0, NAMES_TOLD);
  const body = { accounts: told.map((one) => one.id), names: told.map((one) => one.name) };
  announce(it.as, it.group, it.as === 'member.added' ? { ...body, count: fresh.length } : body);
  for (const one of fresh) announce('chat.added', one.id, { group: it.group, kind: it.kind });
  return fresh.map((one) => one.id);
}

/**
 * Takes people who left the agency out of their groups and tells these. A group whose owner left keeps them as owner until somebody
 * takes it over; conversations of two stay as they were. Nothing they were about to send comes in after this.
 */
export async function takeOutOfGroups({ db, now, announce }: Announcing, accounts: readonly string[]): Promise<void> {
  if (accounts.length === 0) return;
  await withdrawRights(db, accounts);
  const ended = await endMemberships(db, accounts, now);
  for (const [group, gone] of Map.groupBy(ended, (it) => it.group)) {
    announce('member.left', group, {
      accounts: gone.map((it) => it.account),
      names: gone.slice(0, NAMES_TOLD).map((it) => it.name),
    });
  }
  for (const { group, account } of ended) announce('chat.removed', account, { group, why: 'removed' });
  await dropOffersTo({ db, announce }, accounts);
}

/** Those of the accounts who are members, and how they stand. */
export const membersNamed = standingsAmong;
/** Who leads the group; undefined where everybody has left it. */
export const ownerOf = ownerIn;

/**
 * Makes a member the owner of a group whose stream the transaction has locked. The former owner is a plain member then, or
 * leaves.
 */
export async function handOver(
  { db, now, announce }: Announcing,
  it: {
    group: string;
    from: Standing | undefined;
    to: { account: string; name: string };
    how: 'accepted' | 'appointed';
    leaves: boolean;
  },
): Promise<void> {
  const { group, from, to, how } = it;
  // First down, then up: there is one owner at every moment.
  if (from) await saveRoles(db, { group, accounts: [from.account], role: 'member', until: null });
  await saveRoles(db, { group, accounts: [to.account], role: 'owner', until: null });
  await saveExceptions(db, group, [{ account: to.account, exceptions: {} }]);
  const former = from && { account: from.account, name: from.name };
  announce('group.handedOver', group, { from: former ?? null, to, how });
  if (!from) return;
  if (!it.leaves) return endAdmitting({ db, announce }, group, from.account);
  await endMember(db, group, from.account, now);
  await dropPosts({ db, announce }, group, from.account);
  const own = how === 'accepted' && from.active;
  announce('member.left', group, { accounts: [from.account], names: [from.name], ...(own ? { own: true } : {}) });
  announce('chat.removed', from.account, { group, why: own ? 'left' : 'removed' });
}

export { blockedAmong, countMembers, insertRefusal, refusingAmong, unblock };

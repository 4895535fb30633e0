import type { BodyOf } from '../../protocol/event.ts';
import type { ChangeContext } from '../../server/handler.ts';
import type { Database } from '../../server/database.ts';
import type { requestEvents } from './protocol.ts';
import { REQUEST_DAYS } from './rules.ts';
import type { Way } from './rules.ts';
import { admittersOf, approves, endRequests, insertRequests, nameOfGroup, namedAccount, queueOf } from './store.ts';
import type { EndedRow, EndState } from './store.ts';

const DAY_MS = 86_400_000;
/** Names an event carries; the rest is a count. */
const NAMES_TOLD = 5;

type Announcing = Pick<ChangeContext, 'db' | 'now' | 'announce'>;

export { admittersOf, approves as approvesMembers };

async function queueShown(db: Database, group: string): Promise<{ waiting: number; oldest: number | null }> {
  const { waiting, oldest } = await queueOf(db, group);
  return { waiting, oldest: oldest?.getTime() ?? null };
}

/**
 * People wait to come into a group whose stream is locked; who waits already goes on waiting. Those who admit members are told, each
 * for themselves. Answers for whom there is a new request.
 */
export async function makeRequests(
  { db, now, announce }: Announcing,
  it: {
    group: string;
    people: readonly { id: string; name: string }[];
    way: Way;
    link: string | null;
    by: string | null;
    answer: string;
  },
): Promise<{ id: string; account: string }[]> {
  const { group, people, way, link, by, answer } = it;
  const accounts = people.map((one) => one.id);
  // Who asks for themselves asks, whoever else wanted to add them.
  if (way !== 'added') await endRequests(db, { group, accounts, state: 'void', by: null, at: now });
  const endsAt = new Date(now.getTime() + REQUEST_DAYS * DAY_MS);
  const made = await insertRequests(db, { group, accounts, way, link, by, answer, at: now, endsAt });
  if (made.length === 0) return made;
  const fresh = new Set(made.map((one) => one.account));
  const names = people.filter((one) => fresh.has(one.id)).map((one) => one.name);
  const body = { group, names: names.slice(0, NAMES_TOLD), ...(await queueShown(db, group)) };
  for (const account of await admittersOf(db, group)) announce('request.made', account, body);
  if (way !== 'added') {
    const name = await nameOfGroup(db, group);
    for (const { id, account } of made)
      announce('request.asked', account, { request: { id, name, at: now.getTime() } });
  }
  return made;
}

/** Ends waiting requests of a group whose stream is locked, and tells those who admit members and who asked. */
export async function finishRequests(
  context: Announcing,
  it: {
    group: string;
    requests?: readonly string[];
    accounts?: readonly string[];
    dueAt?: Date;
    state: EndState;
    by: string | null;
    reason?: string;
  },
): Promise<EndedRow[]> {
  const { db, now } = context;
  const ended = await endRequests(db, { ...it, at: now });
  if (ended.length > 0) await announceEnds(context, { ...it, ended });
  return ended;
}

async function announceEnds(
  { db, announce }: Announcing,
  it: { group: string; ended: readonly EndedRow[]; state: EndState; by: string | null; reason?: string },
): Promise<void> {
  const { group, ended, state: how, by, reason = '' } = it;
  const body: BodyOf<(typeof requestEvents)['request.ended']> = {
    group,
    requests: ended.map((one) => one.id),
    how,
    by: by === null ? null : await namedAccount(db, by),
    ...(await queueShown(db, group)),
  };
  for (const account of await admittersOf(db, group)) announce('request.ended', account, body);
  const name = await nameOfGroup(db, group);
  for (const [asker, theirs] of Map.groupBy(ended, (one) => one.asker)) {
    for (const [added, list] of Map.groupBy(theirs, (one) => one.added)) {
      announce('request.answered', asker, {
        requests: list.map((one) => one.id),
        name,
        result: how,
        reason,
        people: added ? list.slice(0, NAMES_TOLD).map((one) => one.name) : [],
      });
    }
  }
}

/** They came in by another way: nobody need decide about them any more. */
export async function settleRequests(context: Announcing, group: string, accounts: readonly string[]): Promise<void> {
  await finishRequests(context, { group, accounts, state: 'void', by: null });
}

/** The group is gone: who waited is told. */
export async function voidRequests(context: Announcing, group: string): Promise<void> {
  await finishRequests(context, { group, state: 'void', by: null });
}

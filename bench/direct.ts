// The limits of the server benches: the same statements, from the same process, straight to the same PostgreSQL, with no
// socket, no parsing, no rights and no delivery around them.
import { hash, randomUUIDv7 } from 'node:crypto';

import { chatsOf, headOf } from '../features/chats/store.ts';
import { insertMessages, pageOf, peopleOf, positionsOf, resumeAt } from '../features/messages/store.ts';
import type { Sending } from '../features/messages/store.ts';
import type { Database } from '../server/database.ts';
import { CATCH_UP_STREAM, CATCH_UP_TOTAL } from '../server/stream.ts';

export interface WriteWish {
  /** Messages of one commit, and loops side by side. */
  readonly together: number;
  readonly writers: number;
  /** Into the group of all, or each into one of so many others. */
  readonly spread: number;
  readonly seconds: number;
}

/** Messages committed a second. */
export async function writeDirectly(
  db: Database,
  it: WriteWish & { accounts: readonly string[]; groups: readonly string[] },
): Promise<number> {
  const text = 'Đã nhận, thôn 2 có 14 hộ. #1000';
  let made = 0;
  const sending = (): Sending => {
    const at = (made += 1) % it.accounts.length;
    const group = it.spread === 0 ? it.groups[0]! : it.groups[1 + (at % it.spread)]!;
    const digest = hash('sha256', `${group}\n${text}`, 'buffer').subarray(0, 16);
    return { id: randomUUIDv7(), group, sender: it.accounts[at]!, text, digest, at: new Date(), rightsVersion: 1 };
  };
  let done = 0;
  const start = performance.now();
  const end = start + it.seconds * 1000;
  await Promise.all(
    Array.from({ length: it.writers }, async () => {
      while (performance.now() < end) {
        const written = await insertMessages(db, Array.from({ length: it.together }, sending));
        done += written.length;
      }
    }),
  );
  return (1000 * done) / (performance.now() - start);
}

export type Reading = 'page' | 'deep' | 'list' | 'resume' | 'resume behind';

export interface ReadWish {
  readonly what: Reading;
  readonly times: number;
  /** For `resume behind`: groups that have something new, and how much each. */
  readonly behind: { readonly groups: number; readonly each: number };
}

/** Milliseconds of each time. */
export async function readDirectly(
  db: Database,
  { what, times, behind, account, groups }: ReadWish & { account: string; groups: readonly string[] },
): Promise<number[]> {
  const page = async (group: string, before?: number): Promise<void> => {
    const found = await pageOf(db, { group, account, limit: 50, before });
    await peopleOf(db, [...new Set(found!.messages.flatMap((it) => (it.by ? [it.by] : [])))]);
  };
  let left = what === 'resume' ? 0 : behind.groups;
  const known = new Map<string, number>();
  for (const { id, head } of await positionsOf(db, account)) {
    const missed = head > 0 && left > 0 ? ((left -= 1), Math.min(behind.each, head)) : 0;
    known.set(id, head - missed);
  }
  const once = async (round: number): Promise<void> => {
    if (what === 'page') await page(groups[round % groups.length]!);
    else if (what === 'deep') await page(groups[0]!, deepPlace(round));
    else if (what === 'list') {
      await headOf(db, account);
      await chatsOf(db, account);
    } else await resumeAt(db, account, known, { each: CATCH_UP_STREAM, together: CATCH_UP_TOTAL });
  };
  const took: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const start = performance.now();
    await once(round);
    took.push(performance.now() - start);
  }
  return took;
}

/** Somewhere in the long past of the first group, another place each time. */
export function deepPlace(round: number): number {
  return 100 + ((round * 7_919) % 40_000);
}

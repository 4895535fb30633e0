import type { Reader } from '../protocol/reading.ts';
import { READERS_PAGE_MOST } from '../rules.ts';
import type { Receipts } from '../state.ts';

/** All of them, for a table: page after page, each person once though somebody came or went meanwhile. */
export async function everyReader(receipts: Receipts, group: string, message: string): Promise<Reader[]> {
  const people = new Map<string, Reader>();
  for (let after = 0; ; after += READERS_PAGE_MOST) {
    const page = await receipts.call('receipt.readers', { group, message, after, limit: READERS_PAGE_MOST });
    for (const it of page.people) people.set(it.account, it);
    if (page.people.length < READERS_PAGE_MOST) return [...people.values()];
  }
}

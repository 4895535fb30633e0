import type { House, Job } from '../../../server/house.ts';
import type { Database } from '../../../server/database.ts';
import { renew, rowOf } from '../parts.ts';
import {
  changedBetween,
  contentsOf,
  deletePart,
  deleteParts,
  newestPart,
  numberGroups,
  partsOver,
  saveParts,
  saveProgress,
  takeBehind,
} from '../store.ts';
import type { Behind } from '../store.ts';
import { PART_CHARACTERS, PART_MESSAGES, sizeOf } from '../words.ts';
import type { Content } from '../words.ts';

/** Groups of one transaction, messages of one group in it: short transactions, whatever has to be made up for. */
const GROUPS_TOGETHER = 20;
const MESSAGES_TOGETHER = 1_024;
const DELETED_TOGETHER = 500;
/** One run ends after this, so that the house can be closed. */
const RUN_MS = 20_000;

/** Takes new words into the index, and those of edited and recalled messages out, by the numbers of the streams. */
export function searchJob(house: House): Job {
  return {
    name: 'search index',
    everySeconds: 3,
    async run() {
      const until = performance.now() + RUN_MS;
      await numberGroups(house.db);
      while (performance.now() < until && (await deleteParts(house.db, DELETED_TOGETHER)));
      while (performance.now() < until) {
        const more = await house.db.transaction().execute(async (tx) => {
          const groups = await takeBehind(tx, GROUPS_TOGETHER);
          for (const it of groups) await follow(tx, it);
          return groups.length > 0;
        });
        if (!more) break;
      }
    },
  };
}

async function follow(tx: Database, behind: Behind): Promise<void> {
  const { group, number } = behind;
  let { upto } = behind;
  if (behind.head < behind.floor && upto > 0) {
    // What was changed in between is not known any more: all of it anew.
    await deletePart(tx, group, undefined);
    upto = 0;
  }
  const fresh = await contentsOf(tx, group, { first: upto + 1, last: behind.newest, most: MESSAGES_TOGETHER });
  const all = fresh.length < MESSAGES_TOGETHER;
  const next = all
    ? { head: behind.newest, upto: behind.newest }
    : { head: fresh.at(-1)!.seq, upto: fresh.at(-1)!.seq };
  if (upto > 0) {
    const changed = await changedBetween(tx, group, behind.head, next.head);
    for (const part of await partsOver(tx, group, changed)) await renew(tx, group, number, part);
  }
  const last = fresh.length > 0 ? await newestPart(tx, group) : undefined;
  const open = last && !isFull(last.count, last.size) ? last : undefined;
  const before = open ? await contentsOf(tx, group, { ...open, most: PART_MESSAGES }) : [];
  const parts = cut([...before, ...fresh]);
  // A part that goes on keeps its place, even where its first message has been recalled.
  const rows = parts.map((it, at) => rowOf(number, it, at === 0 && open ? open.first : undefined));
  await saveParts(tx, group, rows);
  // Not all taken yet: it comes again.
  await saveProgress(tx, group, all ? next : { ...next, head: Math.min(next.head, behind.newest - 1) });
}

const isFull = (count: number, size: number): boolean => count >= PART_MESSAGES || size >= PART_CHARACTERS;

function cut(contents: readonly Content[]): Content[][] {
  const parts: Content[][] = [];
  let size = 0;
  for (const it of contents) {
    const last = parts.at(-1);
    if (last && !isFull(last.length, size)) {
      last.push(it);
      size += sizeOf(it);
    } else {
      parts.push([it]);
      size = sizeOf(it);
    }
  }
  return parts;
}

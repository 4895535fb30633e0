/** Different pointers told of a group at once, however many members it has. */
export const POINTERS_MOST = 64;

/**
 * Pointers, number descending, cut to the most that is told. Those further back stand together where the last of them is, so that
 * nobody is ever said to have seen what they have not, and what all have seen is counted in full.
 */
export function boundedPointers(all: readonly (readonly [seq: number, members: number])[]): [number, number][] {
  const told = all.slice(0, POINTERS_MOST - 1).map(([seq, members]): [number, number] => [seq, members]);
  const rest = all.slice(POINTERS_MOST - 1);
  const last = rest.at(-1);
  if (last) told.push([last[0], rest.reduce((sum, [, members]) => sum + members, 0)]);
  return told;
}

/**
 * Where members came in, number descending, cut to the most that is told. Those further back stand together where the first of
 * them came in: a message between them is said to have been written to fewer than it was, never to more.
 */
export function boundedEntries(all: readonly (readonly [seq: number, members: number])[]): [number, number][] {
  const told = all.slice(0, POINTERS_MOST - 1).map(([seq, members]): [number, number] => [seq, members]);
  const rest = all.slice(POINTERS_MOST - 1);
  if (rest[0]) told.push([rest[0][0], rest.reduce((sum, [, members]) => sum + members, 0)]);
  return told;
}

/** People of one page of a message's readers. */
export const READERS_PAGE_MOST = 200;
/** A reminder is taken back within this time, and repeated after that one. */
export const UNREMIND_MS = 5 * 60_000;
export const REMIND_AGAIN_MS = 30 * 60_000;

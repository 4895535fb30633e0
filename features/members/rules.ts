/** Names an event of joining or leaving carries; the rest is a count. */
export const NAMES_TOLD = 5;

/** Letters of the reason for which somebody is taken out. */
export const REASON_MOST = 300;

/** All of them by number, the first few by name: as an event about members says whom it means. */
export function told(people: readonly { account: string; name: string }[]): { accounts: string[]; names: string[] } {
  return { accounts: people.map((it) => it.account), names: people.slice(0, NAMES_TOLD).map((it) => it.name) };
}

/**
 * Numbers one person may ask about: two of the longest lists at once, as many a day. Whose a number is can be hidden, so
 * nobody is to find it out by trying all there are.
 */
export const NUMBERS_LOOKED_UP = { burst: 2_000, perMinute: 2_000 / 1_440 } as const;

/** Lines of a list that is held against the members, and bytes of its file. */
export const COMPARED_MOST = 10_000;
export const LIST_BYTES_MOST = 5_000_000;
/** Letters of one pasted line. */
export const LINE_MOST = 200;

/** Days end at the same moment for all of the country. */
const OFFSET = '+07:00';
const DAY_MS = 86_400_000;

/** The end of a day, YYYY-MM-DD: a term “until 31/12” holds on 31/12. Undefined for what is no day. */
export function endOfDay(day: string): number | undefined {
  const begins = Date.parse(`${day}T00:00:00${OFFSET}`);
  return Number.isNaN(begins) ? undefined : begins + DAY_MS;
}

/** The last day of a term that ends at this moment, YYYY-MM-DD. */
export function lastDay(until: number): string {
  return new Date(until - 1 + 7 * 3_600_000).toISOString().slice(0, 10);
}

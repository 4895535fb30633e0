/** Names an event of joining or leaving carries; the rest is a count. */
export const NAMES_TOLD = 5;

/** All of them by number, the first few by name: as an event about members says whom it means. */
export function told(people: readonly { account: string; name: string }[]): { accounts: string[]; names: string[] } {
  return { accounts: people.map((it) => it.account), names: people.slice(0, NAMES_TOLD).map((it) => it.name) };
}

/**
 * Numbers one person may ask about: two of the longest lists at once, as many a day. Whose a number is can be hidden, so
 * nobody is to find it out by trying all there are.
 */
export const NUMBERS_LOOKED_UP = { burst: 2_000, perMinute: 2_000 / 1_440 } as const;

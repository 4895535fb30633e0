/** What somebody has just said in a group, and may not be in the database yet. */
export interface Said {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

export const WINDOW_MS = 120_000;
export const WINDOW_MOST = 10;
/** Longer ones are no pieces of anything. */
export const PIECE_MOST = 160;

/**
 * The pieces that people are just sending: two that are sent at the same moment would both find nothing before them in the database.
 * In memory, for two minutes, bounded.
 */
export class UnderWay {
  readonly #most: number;
  readonly #said = new Map<string, Said[]>();

  constructor(most = 10_000) {
    this.#most = most;
  }

  of(key: string, now: number): readonly Said[] {
    return (this.#said.get(key) ?? []).filter((it) => now - it.at < WINDOW_MS);
  }

  add(key: string, said: Said): void {
    const before = this.of(key, said.at).filter((it) => it.id !== said.id);
    // Re-inserted, so that the oldest goes first where there are too many.
    this.#said.delete(key);
    if (this.#said.size >= this.#most) this.#said.delete(this.#said.keys().next().value!);
    this.#said.set(key, [...before, said].slice(-WINDOW_MOST));
  }
}

/**
 * In which orders what somebody says may come to stand: after what is there, and before or after each piece that is under way.
 * `there` is in order, and knows those of `coming` that have arrived.
 */
export function ordersOf(there: readonly Said[], coming: readonly Said[], last: string): string[][] {
  const known = new Set(there.map((it) => it.id));
  const texts = there.map((it) => it.text);
  const rest = coming.filter((it) => !known.has(it.id)).map((it) => it.text);
  return Array.from({ length: rest.length + 1 }, (_, place) =>
    [...texts, ...rest.slice(0, rest.length - place), last, ...rest.slice(rest.length - place)].slice(-2 * WINDOW_MOST),
  );
}

/** What somebody says in a group with one message. */
export interface Said {
  readonly id: string;
  readonly text: string;
}

export const WINDOW_MS = 120_000;
export const WINDOW_MOST = 10;
/** Longer ones are no pieces of anything. */
export const PIECE_MOST = 160;
/** By then it is in the database, or it failed. */
const ARRIVED_MS = 15_000;

interface Coming extends Said {
  readonly at: number;
}

/**
 * The pieces that people are just sending: two that are sent at the same moment would both find nothing before them in the database.
 * In memory, for a moment, bounded.
 */
export class UnderWay {
  readonly #most: number;
  readonly #said = new Map<string, Coming[]>();

  constructor(most = 10_000) {
    this.#most = most;
  }

  /** Of this person in this group, the oldest first, but for this message itself. */
  of(key: string, id: string, now: number): readonly Said[] {
    return (this.#said.get(key) ?? []).filter((it) => now - it.at < ARRIVED_MS && it.id !== id);
  }

  add(key: string, it: Coming): void {
    const before = (this.#said.get(key) ?? []).filter((each) => it.at - each.at < ARRIVED_MS && each.id !== it.id);
    // Re-inserted, so that the oldest goes first where there are too many.
    this.#said.delete(key);
    if (this.#said.size >= this.#most) this.#said.delete(this.#said.keys().next().value!);
    this.#said.set(key, [...before, it].slice(-WINDOW_MOST));
  }
}

/**
 * Everything that may come to stand together with a message: `there` is in its order, `coming` may arrive before it, after it, or in the
 * place of what it edits.
 */
export function windowsOf(there: readonly Said[], coming: readonly Said[], it: Said): string[][] {
  const edits = new Map(coming.map((each) => [each.id, each.text]));
  const known = new Set(there.map((each) => each.id));
  const rest = coming.filter((each) => !known.has(each.id));
  const plain = place(there, rest, it);
  if (!there.some((each) => edits.has(each.id) && edits.get(each.id) !== each.text)) return plain;
  const edited = there.map((each) => ({ id: each.id, text: edits.get(each.id) ?? each.text }));
  return [...plain, ...place(edited, rest, it)];
}

function place(there: readonly Said[], rest: readonly Said[], it: Said): string[][] {
  const at = there.findIndex((each) => each.id === it.id);
  if (at >= 0) {
    // It changes in its place: whatever stretch has it in it.
    const texts = [...there.map((each) => (each.id === it.id ? it.text : each.text)), ...rest.map((each) => each.text)];
    return Array.from({ length: Math.min(WINDOW_MOST, texts.length - at) }, (_, after) =>
      texts.slice(Math.max(0, at + after + 1 - WINDOW_MOST), at + after + 1),
    );
  }
  const before = there.map((each) => each.text);
  const others = rest.map((each) => each.text);
  return Array.from({ length: others.length + 1 }, (_, after) => {
    const upTo = others.length - after;
    return [...before, ...others.slice(0, upTo), it.text, ...others.slice(upTo)].slice(-WINDOW_MOST);
  });
}

/** A line that has a number in its group. */
export interface Numbered {
  readonly seq: number;
}

/**
 * A stretch of a conversation without holes: `lines` are all lines numbered `from` to `to`. Numbers in between without a line
 * belong to events that leave none.
 */
export interface Stretch<T extends Numbered> {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly T[];
}

/** Adds a stretch to a list of stretches that do not touch each other, oldest first; those that touch become one. */
export function joined<T extends Numbered>(stretches: readonly Stretch<T>[], added: Stretch<T>): Stretch<T>[] {
  if (added.to < added.from) return [...stretches];
  const result: Stretch<T>[] = [];
  let whole = added;
  for (const it of stretches) {
    if (it.to < whole.from - 1 || it.from > whole.to + 1) result.push(it);
    else
      whole = {
        from: Math.min(it.from, whole.from),
        to: Math.max(it.to, whole.to),
        lines: merged(it.lines, whole.lines),
      };
  }
  result.push(whole);
  return result.sort((a, b) => a.from - b.from);
}

/** Two ordered lists as one; of two lines with one number the second list's counts. */
function merged<T extends Numbered>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  if (a.at(-1)!.seq < b[0]!.seq) return [...a, ...b];
  if (b.at(-1)!.seq < a[0]!.seq) return [...b, ...a];
  const all = new Map<number, T>();
  for (const it of a) all.set(it.seq, it);
  for (const it of b) all.set(it.seq, it);
  return [...all.values()].sort((x, y) => x.seq - y.seq);
}

export function stretchAt<T extends Numbered>(stretches: readonly Stretch<T>[], seq: number): Stretch<T> | undefined {
  return stretches.find((it) => it.from <= seq && seq <= it.to);
}

/** The stretches with every line put through `change`, which answers undefined for one that goes; the same list where none did. */
export function changedIn<T extends Numbered>(
  stretches: readonly Stretch<T>[],
  change: (line: T) => T | undefined,
): readonly Stretch<T>[] {
  let any = false;
  const next = stretches.map((it) => {
    let here = false;
    const lines: T[] = [];
    for (const line of it.lines) {
      const now = change(line);
      if (now !== line) here = true;
      if (now) lines.push(now);
    }
    any ||= here;
    return here ? { ...it, lines } : it;
  });
  return any ? next : stretches;
}

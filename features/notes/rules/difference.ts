/** Edits between two texts are looked for up to so many; what differs more is shown as replaced. */
const EDITS_MOST = 1_500;

/** A run that two lists have in common. */
export interface Run {
  readonly a: number;
  readonly b: number;
  readonly length: number;
}

/** What two lists have in common, in order: the shortest way from one to the other (E. W. Myers, 1986). */
export function sharedRuns(a: readonly string[], b: readonly string[]): Run[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const runs: Run[] = start > 0 ? [{ a: 0, b: 0, length: start }] : [];
  const middle = shortest(a.slice(start, a.length - end), b.slice(start, b.length - end));
  for (const it of middle) runs.push({ a: it.a + start, b: it.b + start, length: it.length });
  if (end > 0) runs.push({ a: a.length - end, b: b.length - end, length: end });
  return runs;
}

function shortest(a: readonly string[], b: readonly string[]): Run[] {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return [];
  const most = Math.min(n + m, EDITS_MOST);
  const furthest = new Int32Array(2 * most + 3);
  const center = most + 1;
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d += 1) {
    trace.push(furthest.slice(center - d - 1, center + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[center + k - 1]! < furthest[center + k + 1]!);
      let x = down ? furthest[center + k + 1]! : furthest[center + k - 1]! + 1;
      let y = x - k;
      while (x < n && y < m && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      furthest[center + k] = x;
      if (x >= n && y >= m) return backwards(trace, n, m);
    }
  }
  return [];
}

/** From the end to the beginning along the way that was found. */
function backwards(trace: readonly Int32Array[], n: number, m: number): Run[] {
  const runs: Run[] = [];
  let [x, y] = [n, m];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const at = trace[d]!;
    const of = (k: number): number => at[k + d + 1]!;
    const k = x - y;
    const down = k === -d || (k !== d && of(k - 1) < of(k + 1));
    const before = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : of(before);
    const fromY = d === 0 ? 0 : fromX - before;
    const afterX = d === 0 ? 0 : down ? fromX : fromX + 1;
    const length = x - afterX;
    if (length > 0) runs.push({ a: afterX, b: y - length, length });
    [x, y] = [fromX, fromY];
  }
  return runs.toReversed();
}

/** Words, blanks, line feeds and signs; together they are the text. */
export function tokensOf(text: string): string[] {
  return text.match(/\n|[^\S\n]+|[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu) ?? [];
}

/** Lines with their line feeds; together they are the text. */
export function textLinesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

export interface Part {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Word by word, what was taken away and what was put there. Without what was added it is `before`, without what was removed `after`. */
export function differenceOf(before: string, after: string): Part[] {
  // Lines first, words within those that differ: quick for long texts, and a moved line stays whole.
  const [a, b] = [textLinesOf(before), textLinesOf(after)];
  const parts: Part[] = [];
  let [x, y] = [0, 0];
  for (const run of [...sharedRuns(a, b), { a: a.length, b: b.length, length: 0 }]) {
    parts.push(...wordParts(a.slice(x, run.a).join(''), b.slice(y, run.b).join('')));
    if (run.length > 0) parts.push({ kind: 'same', text: a.slice(run.a, run.a + run.length).join('') });
    x = run.a + run.length;
    y = run.b + run.length;
  }
  return joined(parts);
}

function wordParts(before: string, after: string): Part[] {
  if (before === '' && after === '') return [];
  const [a, b] = [tokensOf(before), tokensOf(after)];
  const runs = sharedRuns(a, b);
  const parts: Part[] = [];
  let [x, y] = [0, 0];
  // Removed and added words collect until something longer than a blank stays the same between them.
  let [removed, added] = ['', ''];
  const flush = (): void => {
    if (removed !== '') parts.push({ kind: 'removed', text: removed });
    if (added !== '') parts.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const [at, run] of [...runs, { a: a.length, b: b.length, length: 0 }].entries()) {
    removed += a.slice(x, run.a).join('');
    added += b.slice(y, run.b).join('');
    x = run.a + run.length;
    y = run.b + run.length;
    if (run.length === 0) break;
    const same = a.slice(run.a, x).join('');
    const between = (removed !== '' || added !== '') && at < runs.length - 1;
    if (between && /^[^\S\n]*$/u.test(same)) {
      removed += same;
      added += same;
      continue;
    }
    flush();
    parts.push({ kind: 'same', text: same });
  }
  flush();
  return parts;
}

function joined(parts: readonly Part[]): Part[] {
  const list: Part[] = [];
  for (const it of parts) {
    const last = list.at(-1);
    if (last?.kind === it.kind) list[list.length - 1] = { kind: it.kind, text: last.text + it.text };
    else list.push(it);
  }
  return list;
}

/** How many words were put there and taken away. */
export function countOf(parts: readonly Part[]): { added: number; removed: number } {
  const words = (kind: Part['kind']): number =>
    parts.reduce((sum, it) => sum + (it.kind === kind ? (it.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) : 0), 0);
  return { added: words('added'), removed: words('removed') };
}

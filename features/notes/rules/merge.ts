import { sharedRuns, textLinesOf, tokensOf } from './difference.ts';
import type { Run } from './difference.ts';

/** A stretch of two versions put together: who changed it, or that both did and not alike. */
export type Segment =
  | { readonly kind: 'same' | 'mine' | 'theirs' | 'both'; readonly text: string }
  | { readonly kind: 'conflict'; readonly base: string; readonly mine: string; readonly theirs: string };

export type Conflict = Extract<Segment, { kind: 'conflict' }>;
export type Choice = 'mine' | 'theirs' | 'both';

/** A line in which both wrote otherwise is asked about whole up to this length, by its words beyond it. */
const LINE_MOST = 300;

/** What stands in one place of all three. */
interface Place {
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
}

/** Puts together what two people made of the same text: three-way, line by line, and word by word where both changed lines. */
export function mergeTexts(base: string, mine: string, theirs: string): Segment[] {
  // The last line is a line as all others: with a line feed, which is taken away again.
  const [o, a, b] = [base, mine, theirs].map((it) => textLinesOf(`${it}\n`)) as [string[], string[], string[]];
  const places = placesIn(o, a, b).flatMap((it) => (isConflict(it) ? finer(it) : [it]));
  const segments = joined(places.flatMap(decided));
  const last = segments.pop();
  if (!last) return [];
  const cut = (text: string): string => text.replace(/\n$/, '');
  if (last.kind === 'conflict')
    return [...segments, { ...last, base: cut(last.base), mine: cut(last.mine), theirs: cut(last.theirs) }];
  const text = cut(last.text);
  return text === '' ? segments : [...segments, { ...last, text }];
}

/** Only the lines that both changed otherwise stay in conflict; the others of the stretch are put together by their words. */
function finer({ base, mine, theirs }: Place): Place[] {
  const units: Place[][] = [[]];
  for (const it of placesIn(tokensOf(base), tokensOf(mine), tokensOf(theirs))) {
    units.at(-1)!.push(it);
    if (it.base === '\n' && it.mine === '\n' && it.theirs === '\n') units.push([]);
  }
  return units.flatMap((unit) => {
    if (!unit.some(isConflict)) return unit;
    const of = (key: keyof Place): string => unit.map((it) => it[key]).join('');
    const whole = { base: of('base'), mine: of('mine'), theirs: of('theirs') };
    return Math.max(whole.mine.length, whole.theirs.length) > LINE_MOST ? unit : [whole];
  });
}

function placesIn(base: readonly string[], mine: readonly string[], theirs: readonly string[]): Place[] {
  const [inMine, inTheirs] = [placesOf(sharedRuns(base, mine)), placesOf(sharedRuns(base, theirs))];
  const places: Place[] = [];
  let [o, a, b] = [0, 0, 0];
  const text = (list: readonly string[], from: number, to: number): string => list.slice(from, to).join('');
  for (;;) {
    let stable = o;
    while (stable < base.length && !(inMine.has(stable) && inTheirs.has(stable))) stable += 1;
    const [toA, toB] =
      stable < base.length ? [inMine.get(stable)!, inTheirs.get(stable)!] : [mine.length, theirs.length];
    const between = { base: text(base, o, stable), mine: text(mine, a, toA), theirs: text(theirs, b, toB) };
    if (between.base !== '' || between.mine !== '' || between.theirs !== '') places.push(between);
    if (stable >= base.length) return places;
    const same = base[stable]!;
    places.push({ base: same, mine: same, theirs: same });
    [o, a, b] = [stable + 1, toA + 1, toB + 1];
  }
}

const isConflict = ({ base, mine, theirs }: Place): boolean => mine !== theirs && mine !== base && theirs !== base;

function placesOf(runs: readonly Run[]): Map<number, number> {
  const places = new Map<number, number>();
  for (const { a, b, length } of runs) for (let at = 0; at < length; at += 1) places.set(a + at, b + at);
  return places;
}

function decided({ base, mine, theirs }: Place): Segment[] {
  if (mine === theirs) return mine === '' ? [] : [{ kind: mine === base ? 'same' : 'both', text: mine }];
  if (mine === base) return theirs === '' ? [] : [{ kind: 'theirs', text: theirs }];
  if (theirs === base) return mine === '' ? [] : [{ kind: 'mine', text: mine }];
  return [{ kind: 'conflict', base, mine, theirs }];
}

function joined(segments: readonly Segment[]): Segment[] {
  const list: Segment[] = [];
  for (const it of segments) {
    const last = list.at(-1);
    if (last && it.kind !== 'conflict' && last.kind === it.kind)
      list[list.length - 1] = { kind: it.kind, text: last.text + it.text };
    else list.push(it);
  }
  return list;
}

export const conflictsIn = (segments: readonly Segment[]): Conflict[] =>
  segments.filter((it): it is Conflict => it.kind === 'conflict');

/** The text with each conflict decided, in their order; one that is not yet decided keeps what both wrote. */
export function textOf(segments: readonly Segment[], choices: readonly (Choice | undefined)[] = []): string {
  let at = 0;
  let text = '';
  for (const it of segments) {
    if (it.kind !== 'conflict') text += it.text;
    else {
      const choice = choices[at] ?? 'both';
      at += 1;
      text += choice === 'mine' ? it.mine : choice === 'theirs' ? it.theirs : bothOf(it);
    }
  }
  return text;
}

/** Theirs stands already, mine comes after it; two lines stay two lines. */
function bothOf({ mine, theirs }: Conflict): string {
  if (theirs === '' || mine === '' || theirs.endsWith('\n')) return theirs + mine;
  return mine.endsWith('\n') ? `${theirs}\n${mine}` : `${theirs} ${mine}`;
}

/** Files of a version put together: theirs, with those I added, without those I took out. */
export function mergeFiles(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const added = mine.filter((it) => !base.includes(it));
  const taken = base.filter((it) => !mine.includes(it));
  return [...theirs.filter((it) => !taken.includes(it)), ...added.filter((it) => !theirs.includes(it))];
}

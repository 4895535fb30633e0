import type { Letters } from './normalize.ts';
import { Kind, LEVEL_LETTERS, toneOf } from './normalize.ts';
import type { Rule } from './ruleset.ts';

/** How a level is written. */
export interface Hit {
  /** 1 Mật, 2 Tối mật, 3 Tuyệt mật. */
  readonly level: 1 | 2 | 3;
  readonly start: number;
  /** Past its last letter. */
  readonly end: number;
  /** Where “mật” begins. */
  readonly mat: number;
  /** 2 with the marks of “mật”, 1 with some of them, 0 with none. */
  readonly tone: 0 | 1 | 2;
  readonly firstTone: number;
  readonly letters: 'upper' | 'title' | 'lower' | 'mixed';
  /** Signs between letters of a word, letters that only look so. */
  readonly disguised: boolean;
  /** Spaces or line breaks stand between all letters. */
  readonly spread: boolean;
  /** Between its two words is a line break. */
  readonly broken: boolean;
  /** Written into another word without a space. */
  readonly glued: boolean;
}

const PATTERNS = ['mat', 'toimat', 'tuyetmat'] as const;
const STARTS = [0, 3, 9] as const;
const ENDS = [2, 8, 16] as const;
const START_BITS = (1 << STARTS[0]) | (1 << STARTS[1]) | (1 << STARTS[2]);
const END_BITS = (1 << ENDS[0]) | (1 << ENDS[1]) | (1 << ENDS[2]);
/** For each set of letters, the places of the patterns that are one of them. */
const PLACES = new Uint32Array(256);
for (let mask = 1; mask < 256; mask += 1) {
  for (const [index, pattern] of PATTERNS.entries()) {
    for (let at = 0; at < pattern.length; at += 1) {
      if (mask & (1 << LEVEL_LETTERS.indexOf(pattern[at]!))) PLACES[mask]! |= 1 << (STARTS[index]! + at);
    }
  }
}

/** Signs between two letters of one word. */
const GAP_MOST = 12;
/** How often a letter is repeated. */
const REPEAT_MOST = 24;

/** Marks put after a vowel as they are typed: “ma't”, “ma^.t”. Other readings tell of those. */
const TYPED_MARKS = /^[\^(+]?['`?~.]?$/u;

const BITS: Readonly<Record<string, number>> = Object.fromEntries(
  Array.from(LEVEL_LETTERS, (letter, at) => [letter, 1 << at]),
);
const letterBit = (letter: string): number => BITS[letter]!;

interface Trace {
  readonly start: number;
  /** Where each letter of the pattern stands. */
  readonly places: readonly number[];
  /** Signs after each letter of the pattern but the last. */
  readonly gaps: readonly string[];
  /** Vowels with all their marks among letters that are repeated. */
  readonly tones: readonly number[];
}

/**
 * Follows a pattern back from its last letter. A sign that may be a letter is taken for one first, or, if `asGap`, for what
 * stands between letters.
 */
function trace(
  { kinds, masks, marks, clean }: Letters,
  end: number,
  pattern: string,
  asGap: boolean,
): Trace | undefined {
  const places: number[] = Array.from({ length: pattern.length }, () => 0);
  const gaps: string[] = Array.from({ length: pattern.length - 1 }, () => '');
  const tones: number[] = Array.from({ length: pattern.length }, () => 0);
  let place = pattern.length - 1;
  let at = end - 1;
  let gap = '';
  let repeats = 0;
  if (!(masks[at]! & letterBit(pattern[place]!))) return undefined;
  places[place] = at;
  tones[place] = toneOf(letterBit(pattern[place]!), marks[at]!);
  while (at > 0) {
    const before = at - 1;
    const isLetter = kinds[before] === Kind.Letter;
    if (
      place > 0 &&
      masks[before]! & letterBit(pattern[place - 1]!) &&
      (isLetter || kinds[before] === Kind.Digit || !asGap)
    ) {
      place -= 1;
      gaps[place] = gap;
      places[place] = before;
      tones[place] = toneOf(letterBit(pattern[place]!), marks[before]!);
      gap = '';
      repeats = 0;
    } else if (isLetter) {
      if (gap !== '' || !(masks[before]! & letterBit(pattern[place]!)) || repeats >= REPEAT_MOST) break;
      // “aä”, “eä”: the second is a mark in an old encoding.
      if (((marks[before]! | marks[at]!) & 256) !== 0) return undefined;
      repeats += 1;
      tones[place] = Math.max(tones[place]!, toneOf(letterBit(pattern[place]!), marks[before]!));
    } else {
      if (place === 0 || gap.length >= GAP_MOST) break;
      gap = clean[before]! + gap;
    }
    at = before;
  }
  if (place > 0) return undefined;
  return { start: at, places, gaps, tones };
}

/** A level written as it is spelled, which nearly all are: the same answer as the long way, sooner. */
function plainHit({ kinds, masks, marks, looks, upper, clean }: Letters, end: number, index: number): Hit | undefined {
  const pattern = PATTERNS[index]!;
  const split = pattern.length - 3;
  let at = end;
  let tone = 0;
  let firstTone = 0;
  let odd = 0;
  let uppers = 0;
  let capitals = 0;
  let mat = 0;
  for (let place = pattern.length - 1; place >= 0; place -= 1) {
    at -= 1;
    if (split > 0 && place === split - 1 && at > 0 && clean[at] === ' ') at -= 1;
    if (at < 0 || kinds[at] !== Kind.Letter) return undefined;
    const bit = letterBit(pattern[place]!);
    if (!(masks[at]! & bit) || (marks[at]! & 256) !== 0) return undefined;
    const up = upper[at]!;
    if (up === 0 && clean[at]!.toLowerCase() === clean[at]!.toUpperCase()) return undefined;
    odd += looks[at]!;
    uppers += up;
    if (place === split || place === 0) capitals += up;
    if (place === split) mat = at;
    if (place === split + 1) tone = toneOf(bit, marks[at]!);
    else if (place < split) firstTone = Math.max(firstTone, toneOf(bit, marks[at]!));
  }
  const before = at > 0 && kinds[at - 1] === Kind.Letter;
  if (before && masks[at - 1]! & letterBit(pattern[0]!)) return undefined;
  const glued = before || (end < kinds.length && kinds[end] === Kind.Letter);
  if (tone < 2 && glued && index === 0) return undefined;
  return {
    level: (index + 1) as 1 | 2 | 3,
    start: at,
    end,
    mat,
    tone: tone as 0 | 1 | 2,
    firstTone,
    letters: uppers === 0 ? 'lower' : uppers === pattern.length ? 'upper' : uppers === capitals ? 'title' : 'mixed',
    disguised: odd > 0,
    spread: false,
    broken: false,
    glued,
  };
}

/** What is written there, or nothing where it is chance. */
function hitAt(letters: Letters, end: number, index: number, asGap: boolean): Hit | undefined {
  const { kinds, looks, upper, clean } = letters;
  const pattern = PATTERNS[index]!;
  const split = pattern.length - 3;
  const found = trace(letters, end, pattern, asGap);
  if (!found) return undefined;
  const { start, places, gaps, tones } = found;
  const inner = gaps.filter((_, at) => split === 0 || at !== split - 1);
  const wordGap = split === 0 ? ' ' : gaps[split - 1]!;
  const cut = inner.filter((gap) => gap !== '');
  const spread = cut.length === inner.length;
  const uneven = inner.some((gap) => gap !== inner[0]);
  const tone = tones[split + 1]!;
  const firstTone = Math.max(0, ...tones.slice(0, split));
  let odd = 0;
  let figures = 0;
  let uppers = 0;
  let cased = 0;
  for (const place of places) {
    odd += looks[place]!;
    if (kinds[place] === Kind.Digit) figures += 1;
    if (kinds[place] === Kind.Letter && clean[place]!.toLowerCase() !== clean[place]!.toUpperCase()) {
      cased += 1;
      uppers += upper[place]!;
    }
  }
  const glued = (start > 0 && kinds[start - 1] === Kind.Letter) || (end < kinds.length && kinds[end] === Kind.Letter);
  if (tone < 2) {
    if (cut.some((gap) => /\d/u.test(gap))) return undefined;
    // “mà t…”, “ma, t…”: without its marks a word is whole, or in single letters, or cut by signs that are no spaces.
    if (cut.length > 0 && !spread && cut.some((gap) => /\s/u.test(gap))) return undefined;
    if (split > 0 && wordGap === '' && cut.length > 0 && !spread) return undefined;
    if (glued && index === 0) return undefined;
    const [afterM, afterA] = inner.slice(-2).map((gap) => gap.replace(/\s/gu, ''));
    if (tone === 0 && afterM === '' && afterA !== '' && TYPED_MARKS.test(afterA!)) return undefined;
    // “M/A 7”, “M47”: letters and figures.
    if (index === 0 && (figures > 1 || (uneven && figures > 0))) return undefined;
  }
  if (glued && cut.length > 0) return undefined;
  // “… gặp tối. Mật khẩu …”
  if (cut.length === 0 && uppers < cased && /[.!?;:,]\s/u.test(wordGap)) return undefined;
  const firstUpper = upper[places[0]!] === 1;
  const matUpper = upper[places[split]!] === 1;
  const capitals = Number(firstUpper) + Number(split > 0 && matUpper);
  return {
    level: (index + 1) as 1 | 2 | 3,
    start,
    end,
    mat: split === 0 ? start : places[split]!,
    tone: tone as 0 | 1 | 2,
    firstTone,
    letters: uppers === 0 ? 'lower' : uppers === cased && cased > 1 ? 'upper' : uppers === capitals ? 'title' : 'mixed',
    disguised: cut.length > 0 || odd > 0,
    spread: spread && cut.length > 0,
    broken: split > 0 && /[\n\r\v\f\u0085\u2028\u2029]/u.test(wordGap),
    glued,
  };
}

/** Steps done since the program began: what a test of linearity counts. */
export const work = { steps: 0 };

/** Every place where a level may be written, from left to right, none over another. */
export function levelsIn(letters: Letters): Hit[] {
  const { kinds, masks } = letters;
  const hits: Hit[] = [];
  const length = kinds.length;
  let state = 0;
  let gap = 0;
  work.steps += length;
  for (let at = 0; at < length; at += 1) {
    const kind = kinds[at]!;
    const mask = masks[at]!;
    const places = PLACES[mask]!;
    const next = (((state << 1) & ~START_BITS) | START_BITS) & places;
    if (kind === Kind.Letter) {
      const repeat = gap === 0 ? state & places : 0;
      state = next | repeat;
      gap = 0;
    } else {
      gap += 1;
      if (gap > GAP_MOST) state = 0;
      const met = mask === 0 ? 0 : next;
      if (met !== 0) gap = 0;
      state |= met;
      if (met === 0) continue;
    }
    if ((state & END_BITS) === 0) continue;
    // “mậttt” ends with the last of them.
    if (at + 1 < length && kinds[at + 1] === Kind.Letter && masks[at + 1]! & 4 && kind === Kind.Letter) continue;
    for (let index = 2; index >= 0; index -= 1) {
      if (!(state & (1 << ENDS[index]!))) continue;
      work.steps += 1;
      const hit =
        plainHit(letters, at + 1, index) ?? hitAt(letters, at + 1, index, false) ?? hitAt(letters, at + 1, index, true);
      if (!hit) continue;
      const last = hits.at(-1);
      if (last && last.end > hit.start) {
        if (last.end >= hit.end || last.end - last.start >= hit.end - hit.start) break;
        hits.pop();
      }
      hits.push(hit);
      break;
    }
  }
  return hits;
}

/** Words of a text. What stands before each, as bits. */
export const Gap = { Glue: 1, Space: 2, Wide: 4, Break: 8, Point: 16, Stop: 32 } as const;

export interface Word {
  readonly start: number;
  readonly end: number;
  readonly plain: string;
  readonly marks: number;
  readonly gap: number;
  readonly upper: boolean;
  readonly title: boolean;
  readonly digit: boolean;
  /** Which hit it is a word of. */
  readonly hit: number;
}

const STOPS = new Set(['.', '!', '?', ';', '…', '。']);

/** Words in order; those of a level come out as they are meant, however they are written. */
export function wordsOf(letters: Letters, hits: readonly Hit[]): Word[] {
  const { kinds, clean, plain, marks, upper } = letters;
  const words: Word[] = [];
  const length = kinds.length;
  let gap = Gap.Break as number;
  let spaces = 0;
  let next = 0;
  let at = 0;
  work.steps += length;
  while (at < length) {
    const hit = hits[next];
    if (hit && hit.start === at) {
      const big = hit.letters === 'upper' || hit.letters === 'mixed';
      const title = hit.letters === 'title';
      if (hit.level > 1) {
        const [first, firstMarks] = hit.level === 2 ? ['toi', 5] : ['tuyet', 3];
        const of = hit.firstTone === 0 ? 0 : firstMarks;
        words.push({
          start: at,
          end: hit.mat,
          plain: first,
          marks: of,
          gap,
          upper: big,
          title,
          digit: false,
          hit: next,
        });
        gap = Gap.Space;
      }
      const of = hit.tone === 0 ? 0 : 3;
      words.push({
        start: hit.mat,
        end: hit.end,
        plain: 'mat',
        marks: of,
        gap,
        upper: big,
        title,
        digit: false,
        hit: next,
      });
      at = hit.end;
      next += 1;
      gap = Gap.Glue;
      spaces = 0;
      continue;
    }
    const kind = kinds[at]!;
    if (kind === Kind.Letter || kind === Kind.Digit) {
      const start = at;
      let all = 0;
      let ups = 0;
      while (at < length && kinds[at] === kind && (at === start || hits[next]?.start !== at)) {
        all |= marks[at]!;
        ups += upper[at]!;
        at += 1;
      }
      words.push({
        start,
        end: at,
        plain: plain.slice(start, at),
        marks: all & 255,
        gap,
        upper: ups > 0 && ups === at - start,
        title: upper[start] === 1 && ups === 1,
        digit: kind === Kind.Digit,
        hit: -1,
      });
      gap = Gap.Glue;
      spaces = 0;
      continue;
    }
    gap &= ~Gap.Glue;
    if (kind === Kind.Space) {
      spaces += 1;
      gap |= spaces > 2 ? Gap.Wide : Gap.Space;
    } else {
      spaces = 0;
      if (kind === Kind.Break) gap |= Gap.Break;
      else if (kind === Kind.Tab) gap |= Gap.Wide;
      else {
        const sign = clean[at]!;
        gap |= Gap.Point;
        if (sign === '|' || sign === '│') gap |= Gap.Wide;
        else if (STOPS.has(sign) && (at + 1 === length || kinds[at + 1] !== Kind.Letter)) gap |= Gap.Stop;
      }
    }
    at += 1;
  }
  return words;
}

interface Node {
  readonly next: Map<string, Node>;
  readonly ends: { readonly rule: Rule; readonly marks: readonly number[] }[];
}

/** Where a term stands: from the word `from` to before the word `to`. */
export interface Met {
  readonly rule: Rule;
  readonly from: number;
  readonly to: number;
}

export interface Terms {
  /** In the order of their first words. */
  find(words: readonly Word[]): Met[];
}

/** A tree of the words of all terms: a walk of at most as many steps as a term has words from each word of a text. */
export function termsOf(rules: readonly Rule[], read: (term: string) => readonly Word[]): Terms {
  const root: Node = { next: new Map(), ends: [] };
  for (const rule of rules) {
    for (const term of rule.terms) {
      const words = read(term);
      if (words.length === 0) continue;
      let node = root;
      for (const word of words) {
        let next = node.next.get(word.plain);
        if (!next) node.next.set(word.plain, (next = { next: new Map(), ends: [] }));
        node = next;
      }
      node.ends.push({ rule, marks: words.map((word) => word.marks) });
    }
  }
  return {
    find(words) {
      const met: Met[] = [];
      let toned = 0;
      for (const word of words) if (word.marks !== 0) toned += 1;
      // Where others carry their marks, “cho” is not “chớ”.
      const exact = toned > 1;
      for (let from = 0; from < words.length; from += 1) {
        let node = root.next.get(words[from]!.plain);
        let to = from + 1;
        while (node) {
          work.steps += 1;
          for (const { rule, marks } of node.ends) {
            let fits = true;
            for (let at = from; at < to; at += 1) {
              const own = words[at]!.marks;
              if (own !== marks[at - from] && (own !== 0 || (exact && to - from === 1 && words[at]!.hit < 0))) {
                fits = false;
                break;
              }
            }
            if (fits) met.push({ rule, from, to });
          }
          const word = words[to];
          if (!word || word.gap & (Gap.Break | Gap.Wide | Gap.Stop)) break;
          node = node.next.get(word.plain);
          to += 1;
        }
      }
      return met;
    },
  };
}

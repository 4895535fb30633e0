import type { Hit, Met, Word } from './match.ts';
import { Gap } from './match.ts';
import type { Letters } from './normalize.ts';

/** A run of words: a line, a cell of it, a sentence. */
export interface Run {
  readonly from: number;
  /** Past its last word. */
  to: number;
  /** Words that are of no level and no numbers. */
  others: number;
  /** All of those are in capitals. */
  caps: boolean;
}

export interface Sentence extends Run {
  /** Words that show that a thing is talked about. */
  readonly talk: number[];
  /** The sentence that leads up to this one: “… sau đây:”. */
  readonly lead: number;
}

/** The number of a document: Số: 12/BC-UBND. */
export interface DocumentNumber {
  readonly from: number;
  readonly to: number;
  /** Has letters after a stroke, not a figure alone. */
  readonly whole: boolean;
  /** How many groups of letters its symbol has. */
  readonly groups: number;
  /** Ends as one of the symbols of secret documents do. */
  readonly marked: boolean;
}

/** A text taken apart: what each rule asks about. */
export interface Scene {
  readonly letters: Letters;
  readonly hits: readonly Hit[];
  readonly words: readonly Word[];
  readonly met: readonly Met[];
  readonly lines: readonly Run[];
  readonly cells: readonly Run[];
  readonly sentences: readonly Sentence[];
  readonly lineOf: Int32Array;
  readonly cellOf: Int32Array;
  readonly sentenceOf: Int32Array;
  readonly numbers: readonly DocumentNumber[];
  /** The number a word belongs to, or -1. */
  readonly numberOf: Int32Array;
  /** First word of each hit. */
  readonly firstOf: Int32Array;
}

function add(run: Run, word: Word): void {
  if (word.hit >= 0 || word.digit) return;
  run.others += 1;
  if (!word.upper) run.caps = false;
}

/** Signs before the word, back to the word before it. */
export function before(scene: Pick<Scene, 'letters' | 'words'>, word: number): string {
  const from = word > 0 ? scene.words[word - 1]!.end : 0;
  const to = scene.words[word]?.start ?? scene.letters.clean.length;
  return scene.letters.clean.slice(Math.max(from, to - 40), to);
}

const SYMBOL_GAP = /^\s*[.:]*[\s.…_]*[/-]/u;

function numbersIn(letters: Letters, words: readonly Word[], symbols: ReadonlySet<string>): DocumentNumber[] {
  const numbers: DocumentNumber[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    const named = at > 0 && isNumberWord(words[at - 1]!) && !(word.gap & Gap.Break);
    const blank = isNumberWord(word) && words[at + 1]?.upper === true && words[at + 1]!.plain.length > 1;
    let from = at;
    if (blank && SYMBOL_GAP.test(letters.clean.slice(word.end, Math.min(words[at + 1]!.start, word.end + 40))))
      from = at + 1;
    else if (!word.digit) continue;
    let to = from + 1;
    let symbol = from === at ? 0 : 1;
    let stroke = from !== at;
    let marked = false;
    let jumbled = false;
    while (to < words.length && to - from < 14) {
      const next = words[to]!;
      const sign = letters.clean.slice(words[to - 1]!.end, Math.min(next.start, words[to - 1]!.end + 6));
      const within = /^(?:[/\-–.]|\s?[/\-–(]\s?|\)\s?[/\-–]|)$/u.test(sign);
      if (!within || (sign === '' && !next.hit && next.digit)) break;
      // “9K/M”: letters do not grow out of a figure but in codes.
      if (sign === '' && words[to - 1]!.digit && next.hit < 0 && to - 1 > from) jumbled = true;
      const closed = letters.clean[next.end] === ')' && sign.includes('(');
      if (sign.includes('(') && !closed) break;
      if (sign.includes('/') || sign === '-') stroke = true;
      if (next.hit >= 0) marked = symbol > 0 || marked;
      else if (next.upper && next.plain.length > 1 && !closed) symbol += 1;
      else if (!next.digit && !closed && !/^[A-ZĐ]/u.test(letters.clean[next.start]!)) break;
      if (next.hit < 0 && symbols.has(next.plain)) {
        const single = next.plain === 'm' && next.upper && sign !== '' && !LAYMEN.has(words[to - 1]!.plain);
        if (single || closed || (next.upper && SURE_SYMBOLS.has(next.plain))) marked = true;
      }
      to += 1;
    }
    const whole = stroke && symbol > 0;
    if (!whole && !named) continue;
    const apart = !jumbled && isApart(letters, words, at, to);
    numbers.push({
      from: named || from !== at ? at - (named ? 1 : 0) : from,
      to,
      whole: whole && apart,
      groups: symbol,
      marked: marked && whole && apart,
    });
    at = to - 1;
  }
  return numbers;
}

/** Bodies whose papers carry no secrets: their -M is a department. */
const LAYMEN = new Set([
  'mttq',
  'ubmttq',
  'mttw',
  'mt',
  'hpn',
  'hlhpn',
  'lhpn',
  'hnd',
  'hccb',
  'cđ',
  'ldld',
  'tdtn',
  'dtn',
  'hctd',
  'tmdv',
  'dv',
]);
const SURE_SYMBOLS = new Set(['mat', 'tum', 'tuym']);

/** It begins and ends as a number does, not within letters of a code. */
function isApart({ clean, kinds }: Letters, words: readonly Word[], from: number, to: number): boolean {
  const start = words[from]!.start;
  const end = words[to - 1]!.end;
  if (words[from]!.digit && words[from]!.plain.length > 6) return false;
  if (start > 0 && (kinds[start - 1]! <= 2 || /[+/=\\%&@#$^*~`<>]/u.test(clean[start - 1]!))) return false;
  return !(end < clean.length && (kinds[end]! <= 2 || /[+/=\\%&@#$^*~`]/u.test(clean[end]!)));
}

function isNumberWord(word: Word): boolean {
  return word.plain === 'so' || word.plain === 'no' || word.plain === 'sohieu' || word.plain === 's';
}

export function sceneOf(
  letters: Letters,
  hits: readonly Hit[],
  words: readonly Word[],
  met: readonly Met[],
  symbols: ReadonlySet<string>,
): Scene {
  const lines: Run[] = [];
  const cells: Run[] = [];
  const sentences: Sentence[] = [];
  const lineOf = new Int32Array(words.length);
  const cellOf = new Int32Array(words.length);
  const sentenceOf = new Int32Array(words.length);
  const firstOf = new Int32Array(hits.length).fill(-1);
  let lead = -1;
  for (const [at, word] of words.entries()) {
    const signs = word.gap & (Gap.Break | Gap.Stop) ? before({ letters, words }, at) : '';
    if (at === 0 || word.gap & Gap.Break) lines.push({ from: at, to: at, others: 0, caps: true });
    if (at === 0 || word.gap & (Gap.Break | Gap.Wide)) cells.push({ from: at, to: at, others: 0, caps: true });
    const wrapped =
      !(word.gap & Gap.Stop) && !word.upper && !word.title && word.hit < 0 && !/[•*+\-–\d]\s*$/u.test(signs);
    if (at === 0 || word.gap & Gap.Stop || (word.gap & Gap.Break && !wrapped)) {
      const last = sentences.length - 1;
      if (at > 0 && /^\s*["”’)]*\s*:/u.test(signs)) lead = last;
      else if (!/[•*+\-–)]\s*["“]?$/u.test(signs) && !/^\s*[.)]/u.test(signs)) lead = -1;
      sentences.push({ from: at, to: at, others: 0, caps: true, talk: [], lead });
    }
    lineOf[at] = lines.length - 1;
    cellOf[at] = cells.length - 1;
    sentenceOf[at] = sentences.length - 1;
    for (const run of [lines.at(-1)!, cells.at(-1)!, sentences.at(-1)!]) {
      add(run, word);
      run.to = at + 1;
    }
    if (word.hit >= 0 && firstOf[word.hit] === -1) firstOf[word.hit] = at;
  }
  for (const each of met) {
    if (each.rule.kind === 'talk') sentences[sentenceOf[each.from]!]!.talk.push(each.from);
  }
  const numbers = numbersIn(letters, words, symbols);
  const numberOf = new Int32Array(words.length).fill(-1);
  for (const [index, number] of numbers.entries()) numberOf.fill(index, number.from, number.to);
  return { letters, hits, words, met, lines, cells, sentences, lineOf, cellOf, sentenceOf, numbers, numberOf, firstOf };
}

import { fold } from '../../protocol/fold.ts';

/** Characters of one query. */
export const QUERY_MOST = 200;
/** Words of a query that are looked for; what is more than that is left out. */
export const TERMS_MOST = 12;
/** Letters of a word that count. */
export const WORD_MOST = 40;
export const PAGE_MOST = 50;
/** Hits of each kind while typing. */
export const TYPED_MESSAGES = 20;
export const TYPED_FILES = 5;
export const TYPED_NUMBERS = 5;
/** Characters of what is shown of a message around the hit. */
export const EXCERPT_MOST = 140;

export const KINDS = ['message', 'file', 'photo', 'link', 'number'] as const;
export type Kind = (typeof KINDS)[number];

/** A word of a text: how it is written, how it is found, where it stands. */
export interface Word {
  readonly folded: string;
  readonly toned: string;
  readonly from: number;
  readonly to: number;
}

/** A word of a query. */
export interface Term {
  readonly folded: string;
  readonly toned: string;
  /** The beginning of a word suffices: it is still being typed. */
  readonly partial: boolean;
}

export interface Query {
  readonly terms: readonly Term[];
  /** Between quotation marks: words that follow each other. */
  readonly phrases: readonly (readonly Term[])[];
  /** Written with tones somewhere: texts with just these come first. */
  readonly toned: boolean;
  readonly number?: NumberQuery;
}

/** `694/STTTT-CNTT`, however it is typed: as beginnings of what `numbersIn` answers, the fullest first. */
export interface NumberQuery {
  readonly wishes: readonly string[];
}

/** From, to; UTF-16 units. */
export type Mark = readonly [number, number];

const APOSTROPHES = /['’‘ʼ`]/g;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’‘ʼ`]*/gu;
const PLAIN = /^[a-z0-9]+$/;

/** hoà and hòa are one word, and so are khoẻ and khỏe, thuỷ and thủy. */
const TONE_SIGNS = /^(.*)(o)([aàáảãạeèéẻẽẹ])$|^(.*[^q]|)(u)([yỳýỷỹỵ])$/u;
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/u;

function toned(word: string): string {
  const text = word.normalize('NFC').toLowerCase().replace(APOSTROPHES, '');
  const open = TONE_SIGNS.exec(text);
  if (!open) return text;
  const [before, first, last] = open[2] ? [open[1]!, open[2], open[3]!] : [open[4]!, open[5]!, open[6]!];
  const apart = last.normalize('NFD');
  const tone = TONES.exec(apart)?.[0];
  return tone === undefined ? text : `${before}${(first + tone).normalize('NFC')}${apart.replace(tone, '')}`;
}

/** The same few thousand words make up most of what people write. */
const known = new Map<string, { readonly folded: string; readonly toned: string }>();
const KNOWN_MOST = 20_000;

function formsOf(word: string): { readonly folded: string; readonly toned: string } {
  if (PLAIN.test(word)) {
    const cut = word.slice(0, WORD_MOST);
    return { folded: cut, toned: cut };
  }
  const before = known.get(word);
  if (before) return before;
  const forms = { folded: fold(word).slice(0, WORD_MOST), toned: toned(word).slice(0, WORD_MOST) };
  if (known.size >= KNOWN_MOST) known.clear();
  if (word.length <= WORD_MOST) known.set(word, forms);
  return forms;
}

export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const found of text.matchAll(WORD)) {
    const [word] = found;
    const forms = formsOf(word);
    // What stands in no alphabet that is folded to something is not looked for.
    if (forms.folded === '' || forms.folded.includes(' ')) continue;
    words.push({ ...forms, from: found.index, to: found.index + word.length });
  }
  return words;
}

const SEPARATOR = String.raw`\s?[/\-–—−_]\s?`;
const NUMBER = new RegExp(String.raw`(?<![\p{L}\p{N}.,/\-])(\d{1,6})((?:${SEPARATOR}[\p{L}\p{M}\p{N}&]+)+)`, 'gu');

/** Numbers of documents in a text, in one spelling: `694/stttt/cntt`; with a year also without it. */
export function numbersIn(
  text: string,
): { readonly spelt: readonly string[]; readonly from: number; readonly to: number }[] {
  const found = [];
  for (const it of text.matchAll(NUMBER)) {
    const parts = partsOf(it[2]!);
    // Dates and fractions have no letters.
    if (!parts.some((part) => /[a-z]/.test(part))) continue;
    const spelt = [[plainNumber(it[1]!), ...parts].join('/').slice(0, WORD_MOST)];
    if (/^(?:19|20)\d\d$/.test(parts[0]!) && parts.length > 1)
      spelt.push([plainNumber(it[1]!), ...parts.slice(1)].join('/').slice(0, WORD_MOST));
    found.push({ spelt, from: it.index, to: it.index + it[0].length });
  }
  return found;
}

const partsOf = (text: string): string[] =>
  text
    .split(/\s?[/\-–—−_]\s?/u)
    .map((part) => fold(part).replaceAll(' ', ''))
    .filter(Boolean);

const plainNumber = (digits: string): string => digits.replace(/^0+(?=\d)/, '');

const ASKED_NUMBER = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(\d{1,6})((?:\s*[/\-–—−_]\s*[\p{L}\p{M}\p{N}&]+)*)(?:\s*[/\-–—−_])?(?![\p{L}\p{N}])`,
  'u',
);

function numberIn(text: string): NumberQuery | undefined {
  const found = ASKED_NUMBER.exec(text);
  if (!found) return undefined;
  const number = plainNumber(found[1]!);
  const parts = partsOf(found[2]!);
  const dated = parts.length > 0 && parts.every((part) => /^\d+$/.test(part)) && !/^(?:19|20)\d\d$/.test(parts.join());
  if (dated) return undefined;
  const after = wordsOf(text.slice(found.index + found[0].length)).map((it) => it.folded);
  const wishes: string[] = [];
  for (let more = Math.min(after.length, 3); more >= 0; more -= 1)
    wishes.push([number, ...parts, ...after.slice(0, more)].join('/').slice(0, WORD_MOST));
  const shortest = wishes.at(-1)!;
  if (parts.length === 0) wishes[wishes.length - 1] = `${shortest}/`;
  return { wishes };
}

const QUOTED = /["“”„«]([^"“”„»]*)(["”“»]|$)/gu;

/** What somebody typed. `typing`: the last word may not be finished. */
export function readQuery(text: string, typing: boolean): Query {
  const phrases: Term[][] = [];
  let open = typing && !/[\s"”»]$/.test(text);
  const loose = text.replace(QUOTED, (_all, inner: string, end: string) => {
    const words = wordsOf(inner).map((it) => ({ folded: it.folded, toned: it.toned, partial: false }));
    const last = words.at(-1);
    if (end === '' && open && last) words[words.length - 1] = { ...last, partial: true };
    if (end === '') open = false;
    if (words.length > 0) phrases.push(words);
    return ' ';
  });
  const words = wordsOf(loose);
  const terms: Term[] = words.map((it, at) => ({
    folded: it.folded,
    toned: it.toned,
    partial: open && at === words.length - 1 && it.to === loose.trimEnd().length,
  }));
  const all = [...terms, ...phrases.flat()];
  const unique = all.filter(
    (it, at) => all.findIndex((other) => other.toned === it.toned && other.partial === it.partial) === at,
  );
  const number = numberIn(text.normalize('NFC'));
  return {
    terms: unique.slice(0, TERMS_MOST),
    phrases: phrases.filter((it) => it.length > 1),
    toned: unique.some((it) => it.folded !== it.toned),
    ...(number ? { number } : {}),
  };
}

const meets = (word: Word, term: Term, exact: boolean): boolean => {
  const [is, wanted] = exact ? [word.toned, term.toned] : [word.folded, term.folded];
  return term.partial ? is.startsWith(wanted) : is === wanted;
};

export interface Match {
  /** Every word is there with just these tones. */
  readonly exact: boolean;
  readonly marks: readonly Mark[];
}

/** Whether a text has all words and phrases of a query, and where. */
export function matchOf(text: string, query: Query): Match | undefined {
  const words = wordsOf(text);
  const exact = query.toned && hasAll(words, query, true);
  if (!exact && !hasAll(words, query, false)) return undefined;
  return {
    exact,
    marks: joined(
      text,
      words.filter((word) => query.terms.some((term) => meets(word, term, exact))),
    ),
  };
}

function hasAll(words: readonly Word[], { terms, phrases }: Query, exact: boolean): boolean {
  if (!terms.every((term) => words.some((word) => meets(word, term, exact)))) return false;
  return phrases.every((phrase) =>
    words.some((_word, at) =>
      phrase.every((term, i) => {
        const word = words[at + i];
        return word !== undefined && meets(word, term, exact);
      }),
    ),
  );
}

/** Neighbours are marked as one. */
function joined(text: string, words: readonly { readonly from: number; readonly to: number }[]): Mark[] {
  const marks: [number, number][] = [];
  for (const { from, to } of words) {
    const last = marks.at(-1);
    if (last && /^[ \u00a0]*$/.test(text.slice(last[1], from))) last[1] = to;
    else marks.push([from, to]);
  }
  return marks;
}

/** Where a text carries the number that is asked for; `wish`: how much of it, 0 the fullest. */
export function numberMatch(
  text: string,
  { wishes }: NumberQuery,
): { wish: number; marks: readonly Mark[] } | undefined {
  const numbers = numbersIn(text);
  for (const [wish, wanted] of wishes.entries()) {
    const hits = numbers.filter((it) => it.spelt.some((spelt) => spelt.startsWith(wanted)));
    if (hits.length > 0) return { wish, marks: hits.map((it) => [it.from, it.to] as const) };
  }
  return undefined;
}

/** What is shown of a long text: a piece around the first mark, with what is marked in it. */
export function excerptOf(text: string, marks: readonly Mark[], most = EXCERPT_MOST): { text: string; marks: Mark[] } {
  const line = text.replace(/\s/gu, ' ');
  let from = 0;
  let to = line.length;
  if (line.length > most) {
    const first = marks[0]?.[0] ?? 0;
    from = Math.max(0, Math.min(first - Math.floor(most / 4), line.length - most));
    if (from > 0) {
      const space = line.indexOf(' ', from);
      from = space >= 0 && space < first ? space + 1 : Math.min(from, first);
    }
    to = Math.min(line.length, from + most);
    if (to < line.length) {
      const space = line.lastIndexOf(' ', to);
      if (space > from + most / 2) to = space;
      else if (/[\uD800-\uDBFF]$/.test(line.slice(from, to))) to -= 1;
    }
    if (/^[\uDC00-\uDFFF]/.test(line.slice(from))) from += 1;
  }
  const before = from > 0 ? '…' : '';
  const shift = before.length - from;
  return {
    text: `${before}${line.slice(from, to)}${to < line.length ? '…' : ''}`,
    marks: marks.flatMap(([a, b]) =>
      b > from && a < to ? [[Math.max(a, from) + shift, Math.min(b, to) + shift] as const] : [],
    ),
  };
}

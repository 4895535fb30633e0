import { partsOf } from '../rules.ts';
import type { TextPart } from '../rules.ts';

/** What a pair of signs does to the words between them: *đậm*, _nghiêng_, ~gạch ngang~. Doubled signs do the same. */
export const SIGNS = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
export type Sign = keyof typeof SIGNS;
export type Style = (typeof SIGNS)[Sign];

/** A place in the text that names somebody. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A stretch of a text that looks alike. `text` is as it was written. */
export interface Piece<P extends Place = Place> extends TextPart {
  /** A sign of the markup: not shown. */
  readonly sign?: true;
  readonly bold?: true;
  readonly italic?: true;
  readonly strike?: true;
  readonly mention?: P;
}

/** One line. What begins a line of a list stays as it was written, number and all. */
export interface TextLine<P extends Place = Place> {
  readonly kind: 'plain' | 'bullet' | 'number';
  /** “- ”, “12. ” with the blanks around it; empty for plain lines. */
  readonly mark: string;
  readonly pieces: readonly Piece<P>[];
}

const LIST = /^[ \t]{0,8}(?:(?<bullet>[-–•*+])|\d{1,3}[.)])[ \t]+(?=\S)/u;
/** What may stand before an opening sign, and after a closing one: words that only hold such a sign are left alone. */
const BEFORE = /[\s([{"'“‘«/–—-]/u;
const AFTER = /[\s.,;:!?…)\]}"'”’»/–—-]/u;

/** Lines with their pieces. The marks, the pieces and a line feed between the lines are the text, letter for letter. */
export function linesOf<P extends Place>(text: string, mentions: readonly P[] = []): TextLine<P>[] {
  const lines: TextLine<P>[] = [];
  let at = 0;
  let next = 0;
  for (const line of text.split('\n')) {
    const end = at + line.length;
    const here: P[] = [];
    for (; next < mentions.length && mentions[next]!.from < end; next += 1) here.push(mentions[next]!);
    lines.push(lineOf(line, at, here));
    at = end + 1;
  }
  return lines;
}

function lineOf<P extends Place>(line: string, at: number, mentions: readonly P[]): TextLine<P> {
  const found = LIST.exec(line);
  const mark = found?.[0] ?? '';
  const kind = !found ? 'plain' : found.groups?.['bullet'] ? 'bullet' : 'number';
  return { kind, mark, pieces: styled(atomsOf(line, mark.length, at, mentions)) };
}

interface Atom<P extends Place> extends Piece<P> {
  /** Words in which signs may stand: neither an address nor a name. */
  readonly free: boolean;
}

/** Addresses, numbers and names stay whole; between them stand words. */
function atomsOf<P extends Place>(line: string, from: number, at: number, mentions: readonly P[]): Atom<P>[] {
  const atoms: Atom<P>[] = [];
  let end = from;
  const words = (upto: number): void => {
    if (upto > end) atoms.push({ text: line.slice(end, upto), free: true });
    end = upto;
  };
  const names = mentions.filter((it) => it.from >= at + from && it.to <= at + line.length && it.to > it.from);
  let name = 0;
  const named = (upto: number): void => {
    for (; name < names.length && names[name]!.from - at < upto; name += 1) {
      const mention = names[name]!;
      if (mention.from - at < end) continue;
      words(mention.from - at);
      atoms.push({ text: line.slice(end, mention.to - at), mention, free: false });
      end = mention.to - at;
    }
  };
  let place = 0;
  for (const part of partsOf(line)) {
    const start = place;
    place += part.text.length;
    if ((!part.href && !part.whole) || start < end) continue;
    named(place);
    if (start < end) continue;
    words(start);
    atoms.push({ ...part, free: false });
    end = place;
  }
  named(line.length);
  words(line.length);
  return atoms;
}

interface Run {
  readonly atom: number;
  readonly from: number;
  readonly to: number;
  readonly sign: Sign;
  opens: boolean;
  closes: boolean;
}

/** One pass for the signs, one for the pieces; at most one sign of a kind is open, so nothing is looked for twice. */
function styled<P extends Place>(atoms: readonly Atom<P>[]): Piece<P>[] {
  const paired: Run[] = [];
  const open: Run[] = [];
  for (const [index, { text, free }] of atoms.entries()) {
    if (!free) continue;
    for (let from = 0; from < text.length;) {
      const sign = text[from]!;
      if (!isSign(sign)) {
        from += 1;
        continue;
      }
      let to = from + 1;
      while (text[to] === sign) to += 1;
      const run: Run = { atom: index, from, to, sign, opens: false, closes: false };
      from = to;
      // Three and more are a line across.
      if (run.to - run.from > 2) continue;
      const before = text[run.from - 1] ?? atoms[index - 1]?.text.at(-1);
      const after = text[run.to] ?? atoms[index + 1]?.text[0];
      const closes = before !== undefined && !/\s/u.test(before) && (!after || isSign(after) || AFTER.test(after));
      const opens = after !== undefined && !/\s/u.test(after) && (!before || isSign(before) || BEFORE.test(before));
      const same = open.findIndex((it) => it.sign === sign && it.to - it.from === run.to - run.from);
      if (closes && same >= 0) {
        const first = open[same]!;
        open.length = same;
        first.opens = true;
        run.closes = true;
        paired.push(first, run);
      } else if (opens) {
        if (same >= 0) open.splice(same, 1);
        open.push(run);
      }
    }
  }
  paired.sort((a, b) => a.atom - b.atom || a.from - b.from);

  const pieces: Piece<P>[] = [];
  const on = { bold: 0, italic: 0, strike: 0 };
  const put = (piece: Piece<P>): void => {
    pieces.push({
      ...piece,
      ...(on.bold > 0 ? { bold: true } : {}),
      ...(on.italic > 0 ? { italic: true } : {}),
      ...(on.strike > 0 ? { strike: true } : {}),
    });
  };
  let next = 0;
  for (const [index, { free, ...atom }] of atoms.entries()) {
    if (!free) {
      put(atom);
      continue;
    }
    let from = 0;
    for (; paired[next]?.atom === index; next += 1) {
      const run = paired[next]!;
      if (run.from > from) put({ text: atom.text.slice(from, run.from) });
      if (run.closes) on[SIGNS[run.sign]] -= 1;
      pieces.push({ text: atom.text.slice(run.from, run.to), sign: true });
      if (run.opens) on[SIGNS[run.sign]] += 1;
      from = run.to;
    }
    if (from < atom.text.length) put({ text: atom.text.slice(from) });
  }
  return pieces;
}

function isSign(letter: string): letter is Sign {
  return letter === '*' || letter === '_' || letter === '~';
}

/** The text without its signs: for one line of words in a list, a quote, a notification. */
export function unmarked(text: string): string {
  if (!/[*_~]/.test(text)) return text;
  return linesOf(text)
    .map(({ mark, pieces }) => mark + pieces.map((it) => (it.sign ? '' : it.text)).join(''))
    .join('\n');
}

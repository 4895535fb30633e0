import { Refused } from '../../files/check/finding.ts';
import { refuseUnreadable } from '../../files/check/word.ts';
import { Grid, Lines } from './lines.ts';
import type { Piece, Where } from './piece.ts';

/** Where the numbers of letters of each part stand, in the order of the parts. */
const PARTS: readonly (readonly [at: number, where: Where])[] = [
  [0x4c, 'body'],
  [0x50, 'note'],
  [0x54, 'header'],
  [0x58, 'body'],
  [0x5c, 'comment'],
  [0x60, 'note'],
  [0x64, 'body'],
  [0x68, 'header'],
];
const PIECES_AT = 0x01a2;
const PIECES_MOST = 1_000_000;
/** Pieces may lie over each other in a file that means harm. */
const LETTERS_MOST = 80_000_000;
const BITE = 262_144;

/** The text of a document of Word 97 to 2003: a list of pieces tells where it lies, in which order, and in how many bytes a letter. */
export function* wordIn(main: Buffer, table: Buffer): Generator<Piece> {
  refuseUnreadable(main);
  const parts = PARTS.map(([at, where]) => ({ letters: main.readUInt32LE(at), where }));
  const pieces = piecesOf(table, main.readUInt32LE(PIECES_AT), main.readUInt32LE(PIECES_AT + 4));
  let part = 0;
  let left = parts[0]!.letters;
  let text = new Text(parts[0]!.where);
  let total = 0;
  for (const { letters, from, wide } of pieces) {
    total += letters;
    if (total > LETTERS_MOST || letters < 0) throw new Refused('file.too_much_inside');
    const end = from + letters * (wide ? 2 : 1);
    if (end > main.length) throw new Refused('file.damaged');
    for (let at = from; at < end; at += BITE) {
      let bite = main.toString(wide ? 'utf16le' : 'latin1', at, Math.min(end, at + BITE));
      while (bite !== '') {
        if (left <= 0 && part < parts.length - 1) {
          yield* text.end();
          part += 1;
          left = parts[part]!.letters;
          text = new Text(parts[part]!.where);
          continue;
        }
        const taken = part < parts.length - 1 ? bite.slice(0, left) : bite;
        text.add(taken);
        yield* text.lines.ready();
        left -= taken.length;
        bite = bite.slice(taken.length);
      }
    }
  }
  yield* text.end();
}

function piecesOf(table: Buffer, from: number, length: number): { letters: number; from: number; wide: boolean }[] {
  const end = from + length;
  if (end > table.length || length === 0) throw new Refused('file.damaged');
  let at = from;
  // Formats come first.
  while (at < end && table[at] === 1) at += 3 + table.readUInt16LE(at + 1);
  if (table[at] !== 2) throw new Refused('file.damaged');
  const count = (table.readUInt32LE(at + 1) - 4) / 12;
  const first = at + 5;
  if (!Number.isInteger(count) || count < 0 || count > PIECES_MOST || first + count * 12 + 4 > table.length)
    throw new Refused('file.damaged');
  return Array.from({ length: count }, (_, place) => {
    const letters = table.readUInt32LE(first + (place + 1) * 4) - table.readUInt32LE(first + place * 4);
    const told = table.readUInt32LE(first + (count + 1) * 4 + place * 8 + 2);
    const wide = (told & 0x40000000) === 0;
    return { letters, wide, from: wide ? told : (told & 0x3fffffff) >>> 1 };
  });
}

const CELL = 7;
const FIELD = 0x13;
const RESULT = 0x14;
const FIELD_END = 0x15;
const LINE_MOST = 100_000;
const LINE_AGAIN = 4_000;

/** Letters with marks among them: ends of paragraphs and cells, fields. */
class Text {
  readonly lines: Lines;
  readonly #grid: Grid;
  #line = '';
  #code = '';
  #place = 0;
  #wasCell = false;
  /** What is read of each field one stands in: what it does, or what it shows. */
  readonly #fields: boolean[] = [];

  constructor(where: Where) {
    this.lines = new Lines(where);
    this.#grid = new Grid(this.lines);
  }

  add(text: string): void {
    // oxlint-disable-next-line no-control-regex -- marks among letters are controls
    for (const run of text.split(/([\0-\u001f])/)) {
      const code = run.length === 1 ? run.charCodeAt(0) : 32;
      if (code >= 32) this.#put(run);
      else if (code === CELL) {
        if (this.#wasCell && this.#line === '') {
          this.#grid.endRow();
          this.#place = 0;
          continue;
        }
        this.#grid.cell(this.#line, this.#place);
        this.#place += 1;
        this.#endLine();
      } else if (code === FIELD) this.#fields.push(true);
      else if (code === RESULT) {
        if (this.#fields.length > 0) this.#fields[this.#fields.length - 1] = false;
      } else if (code === FIELD_END) {
        this.#fields.pop();
        if (this.#code !== '') this.lines.add(this.#code);
        this.#code = '';
      } else if (code === 9) this.#put('\t');
      else if (code === 30) this.#put('-');
      else if (code >= 10 && code <= 14) this.#endLine();
      this.#wasCell = code === CELL;
      if (this.#fields.length > 1_000) this.#fields.shift();
    }
  }

  #put(text: string): void {
    if (this.#fields.at(-1)) this.#code = (this.#code + text).slice(-LINE_AGAIN);
    else this.#line += text;
    if (this.#line.length > LINE_MOST) {
      this.lines.add(this.#line);
      this.#line = this.#line.slice(-LINE_AGAIN);
    }
  }

  #endLine(): void {
    this.lines.add(this.#line);
    this.#line = '';
  }

  *end(): Generator<Piece> {
    this.#endLine();
    this.lines.add(this.#code);
    this.#grid.end();
    yield* this.lines.end();
  }
}

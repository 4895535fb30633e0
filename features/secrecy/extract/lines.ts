import type { Piece, Where } from './piece.ts';

/** So long that a document of an office stands in one piece, as what surrounds a marking tells of it. */
export const CHUNK = 200_000;
/** How much of a piece is seen again in the next. */
export const OVERLAP = 4_000;
/** Letters that stand one under the other. */
const LETTERS_MOST = 60;
const LETTER = /\p{L}/u;
const MARKS = /\p{M}+/gu;

/** At most a letter or two: what is written with one of them in each line is read as one word. */
const isLetter = (text: string): boolean => text.length <= 8 && text.replace(MARKS, '').length <= 2;

/**
 * Gathers lines to pieces that are large enough to judge and small enough to hold. Where a piece ends in the middle, the next
 * begins before that place. Letters that stand one in each line are handed out as a word too.
 */
export class Lines {
  readonly #where: Where;
  #held: string[] = [];
  #length = 0;
  #letters: string[] = [];
  #ready: Piece[] = [];

  constructor(where: Where) {
    this.#where = where;
  }

  /** One line, or several: what breaks it breaks it here too. */
  add(text: string): void {
    if (text.length <= 256 && !text.includes('\n')) return this.#line(text);
    for (let from = 0; from < text.length;) {
      const end = text.indexOf('\n', from);
      this.#line(text.slice(from, end < 0 ? undefined : end));
      if (end < 0) return;
      from = end + 1;
    }
  }

  #line(given: string): void {
    const text = given.trim();
    if (text === '') return;
    if (isLetter(text)) {
      this.#letters.push(text);
      if (this.#letters.length >= LETTERS_MOST) this.#word();
    } else if (this.#letters.length > 0) this.#word();
    this.#hold(text);
  }

  /** A word that was written letter by letter. */
  #word(): void {
    const word = this.#letters.join('');
    if (this.#letters.length > 1 && LETTER.test(word)) this.#hold(word);
    // Of a longer one the end is the beginning of the next.
    this.#letters = this.#letters.length >= LETTERS_MOST ? this.#letters.slice(-LETTERS_MOST / 2) : [];
  }

  #hold(text: string): void {
    if (this.#length + text.length > CHUNK && this.#length > OVERLAP) this.#cut();
    this.#held.push(text);
    this.#length += text.length + 1;
    if (this.#length <= CHUNK + OVERLAP) return;
    // A line longer than a piece.
    const whole = this.#held.join('\n');
    let from = 0;
    for (; whole.length - from > CHUNK; from += CHUNK - OVERLAP)
      this.#ready.push({ where: this.#where, text: whole.slice(from, from + CHUNK) });
    this.#held = [whole.slice(from)];
    this.#length = whole.length - from;
  }

  #cut(): void {
    if (this.#held.length === 0) return;
    const text = this.#held.join('\n');
    this.#ready.push({ where: this.#where, text });
    // From the beginning of a line, if there is one: the end of one, “… Mật”, would look as if it stood alone.
    const tail = text.slice(-OVERLAP);
    const line = tail.indexOf('\n');
    const again = line >= 0 && line < OVERLAP / 2 ? tail.slice(line + 1) : tail;
    this.#held = [again];
    this.#length = again.length;
  }

  /** What is ready to be judged. */
  *ready(): Generator<Piece> {
    const pieces = this.#ready;
    this.#ready = [];
    yield* pieces;
  }

  /** What there is, to the end. */
  *end(): Generator<Piece> {
    this.#letters = this.#letters.length < LETTERS_MOST ? this.#letters : [];
    this.#word();
    this.#letters = [];
    if (this.#held.length > 0) this.#ready.push({ where: this.#where, text: this.#held.join('\n') });
    this.#held = [];
    this.#length = 0;
    yield* this.ready();
  }
}

/** A cell that says more is read by itself. */
const CELL_MOST = 40;
const ROW_MOST = 2_000;
const COLUMNS_MOST = 2_000;
const COLUMN_MOST = 100;

/** A table: what stands in one cell after the other may be one thing, along the row and down the column. */
export class Grid {
  readonly #lines: Lines;
  readonly #columns = new Map<number, string[]>();
  #row: string[] = [];

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** A cell of the row that is read; `place` from 0. */
  cell(text: string, place: number): void {
    const short = text.replace(/\s+/g, ' ').trim();
    if (short === '') return;
    this.#row.push(short);
    if (place >= COLUMNS_MOST) return;
    const column = this.#columns.get(place);
    if (short.length > CELL_MOST) this.#columnEnds(place);
    else if (!LETTER.test(short)) return;
    else if (!column) this.#columns.set(place, [short]);
    else {
      column.push(short);
      if (column.length >= COLUMN_MOST) {
        this.#columnEnds(place);
        this.#columns.set(place, column.slice(-5));
      }
    }
  }

  endRow(): void {
    const row = this.#row;
    this.#row = [];
    if (row.length < 2) return;
    const short = row.map((it) => (it.length > CELL_MOST * 4 ? '…' : it));
    const text = short.join('\t');
    if (LETTER.test(text)) this.#lines.add(text.slice(0, ROW_MOST));
    this.#letters(row);
  }

  end(): void {
    this.endRow();
    for (const place of Array.from(this.#columns.keys())) this.#columnEnds(place);
  }

  #columnEnds(place: number): void {
    const column = this.#columns.get(place) ?? [];
    this.#columns.delete(place);
    if (column.length < 2) return;
    this.#lines.add(column.join('\n'));
    this.#letters(column);
  }

  #letters(cells: readonly string[]): void {
    let word = '';
    let count = 0;
    for (const cell of [...cells, '']) {
      if (cell !== '' && isLetter(cell)) {
        word += cell;
        count += 1;
        continue;
      }
      if (count > 1 && LETTER.test(word)) this.#lines.add(word);
      word = '';
      count = 0;
    }
  }
}

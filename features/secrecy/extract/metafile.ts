import { Lines } from './lines.ts';
import { dibIn } from './bitmap.ts';
import type { Budget, Piece, Where } from './piece.ts';
import { shortTexts } from './written.ts';

const EMF_TEXT_NARROW = 83;
const EMF_TEXT_WIDE = 84;
const EMF_TEXT_SMALL = 108;
const EMF_COMMENT = 70;
/** Where the record tells the place of its bitmap’s head. */
const EMF_BITMAPS: Readonly<Record<number, number>> = { 76: 84, 77: 84, 80: 48, 81: 48 };
const PLUS_STRING = 0x401c;

/** A drawing as Windows records it: what is written in it, joined along each line, and the bitmaps and pictures in it. */
export function* metafileIn(bytes: Buffer, where: Where, budget: Budget): Generator<Piece> {
  const lines = new Lines(where);
  const writing = new Writing(lines);
  const bitmaps: Buffer[] = [];
  try {
    if (bytes.readUInt32LE(0) === 1) emf(bytes, writing, bitmaps);
    else wmf(bytes, writing, bitmaps);
  } catch (error) {
    // A drawing that is cut off shows what came before.
    if (!(error instanceof RangeError)) throw error;
  }
  writing.end();
  yield* lines.end();
  for (const bitmap of bitmaps) {
    budget.pictures += 1;
    yield* dibIn(bitmap, where);
  }
}

/** What is written on one height is one line, however many strokes it took. */
class Writing {
  readonly #lines: Lines;
  #height = Number.NaN;
  #line = '';

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  add(text: string, height: number): void {
    if (height !== this.#height || this.#line.length > 4_000) this.end();
    this.#height = height;
    this.#line += text;
    if (text.trim().length > 1) this.#lines.add(text);
  }

  end(): void {
    if (this.#line !== '') this.#lines.add(this.#line);
    this.#line = '';
  }
}

function emf(bytes: Buffer, writing: Writing, bitmaps: Buffer[]): void {
  for (let at = 0; at + 8 <= bytes.length;) {
    const type = bytes.readUInt32LE(at);
    const size = bytes.readUInt32LE(at + 4);
    if (size < 8 || at + size > bytes.length) return;
    const record = bytes.subarray(at, at + size);
    at += size;
    if (type === EMF_TEXT_WIDE || type === EMF_TEXT_NARROW) {
      const length = record.readUInt32LE(44);
      const from = record.readUInt32LE(48);
      const wide = type === EMF_TEXT_WIDE;
      const text = record.subarray(from, from + length * (wide ? 2 : 1));
      writing.add(wide ? text.toString('utf16le') : narrow(text), record.readInt32LE(40));
    } else if (type === EMF_TEXT_SMALL) {
      const options = record.readUInt32LE(20);
      const from = (options & 0x100) !== 0 ? 36 : 52;
      const length = record.readUInt32LE(16);
      const text = record.subarray(from, from + length * ((options & 0x200) !== 0 ? 1 : 2));
      writing.add((options & 0x200) !== 0 ? narrow(text) : text.toString('utf16le'), record.readInt32LE(12));
    } else if (type === EMF_COMMENT && record.toString('latin1', 12, 16) === 'EMF+') plus(record.subarray(16), writing);
    const bitmap = EMF_BITMAPS[type];
    if (bitmap !== undefined && size > bitmap + 16) {
      const head = record.readUInt32LE(bitmap);
      const [headSize, pixels, pixelsSize] = [4, 8, 12].map((it) => record.readUInt32LE(bitmap + it)) as [
        number,
        number,
        number,
      ];
      if (headSize >= 12 && pixelsSize > 0)
        bitmaps.push(
          Buffer.concat([record.subarray(head, head + headSize), record.subarray(pixels, pixels + pixelsSize)]),
        );
    }
  }
}

/** The newer records inside the older ones. */
function plus(bytes: Buffer, writing: Writing): void {
  for (let at = 0; at + 12 <= bytes.length;) {
    const type = bytes.readUInt16LE(at);
    const size = bytes.readUInt32LE(at + 4);
    if (size < 12 || at + size > bytes.length) return;
    if (type === PLUS_STRING && size >= 40) {
      const length = bytes.readUInt32LE(at + 20);
      writing.add(
        bytes.toString('utf16le', at + 40, Math.min(at + size, at + 40 + length * 2)),
        bytes.readFloatLE(at + 28),
      );
    }
    at += size;
  }
}

function wmf(bytes: Buffer, writing: Writing, bitmaps: Buffer[]): void {
  const placed = bytes.readUInt32LE(0) === 0x9ac6cdd7 ? 22 : 0;
  for (let at = placed + bytes.readUInt16LE(placed + 2) * 2; at + 6 <= bytes.length;) {
    const size = bytes.readUInt32LE(at) * 2;
    const type = bytes.readUInt16LE(at + 4);
    if (size < 6 || at + size > bytes.length) return;
    const record = bytes.subarray(at + 6, at + size);
    at += size;
    if (type === 0x0a32) {
      const length = record.readUInt16LE(4);
      const from = (record.readUInt16LE(6) & 6) !== 0 ? 16 : 8;
      writing.add(narrow(record.subarray(from, from + length)), record.readInt16LE(0));
    } else if (type === 0x0521) {
      const length = record.readUInt16LE(0);
      const after = 2 + length + (length % 2);
      writing.add(narrow(record.subarray(2, 2 + length)), record.readInt16LE(after));
    } else if (type === 0x0f43) bitmaps.push(record.subarray(22));
    else if (type === 0x0b41 && record.length > 20) bitmaps.push(record.subarray(20));
    else if (type === 0x0940 && record.length > 16) bitmaps.push(record.subarray(16));
    else if (type === 0x0d33 && record.length > 18) bitmaps.push(record.subarray(18));
  }
}

const narrow = (bytes: Buffer): string => [...shortTexts(bytes)].join('\n');

import { Refused } from '../../files/check/finding.ts';
import { Grid, Lines } from './lines.ts';
import type { Piece, Where } from './piece.ts';

/** Bytes of text that are read at once. */
const BITE = 1_048_576;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258' | 'latin1';

/**
 * Every way in which plain text may be meant. Without a mark in front, and where it is no UTF-8, it is of an older machine: Vietnamese
 * of Windows, or TCVN3 and VNI, whose letters stand in the places of Western ones.
 */
export function encodingsOf(bytes: Uint8Array): Encoding[] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ['utf-16le'];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ['utf-16be'];
  const wide = wideness(bytes.subarray(0, 4_096));
  if (wide) return [wide, 'latin1'];
  if (isUtf8(bytes)) return ['utf-8'];
  // One broken byte makes no other text of it.
  return ['utf-8', 'windows-1258', 'latin1'];
}

/** Every other byte of Latin text is nought. */
function wideness(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const noughts = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 0) noughts[at % 2]! += 1;
  const many = bytes.length / 8;
  if (noughts[1]! > many && noughts[0]! < noughts[1]! / 4) return 'utf-16le';
  if (noughts[0]! > many && noughts[1]! < noughts[0]! / 4) return 'utf-16be';
  return undefined;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for (let from = 0; from < bytes.length; from += BITE)
      decoder.decode(bytes.subarray(from, from + BITE), { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Bytes as text, bite by bite; `latin1` is one letter a byte, as legacy letters are found in it. */
export function* decoded(bytes: Uint8Array, encoding: string): Generator<string> {
  if (encoding === 'latin1') {
    for (let from = 0; from < bytes.length; from += BITE) {
      const bite = bytes.subarray(from, from + BITE);
      yield Buffer.from(bite.buffer, bite.byteOffset, bite.length).toString('latin1');
    }
    return;
  }
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding);
  } catch {
    throw new Refused('file.unchecked');
  }
  for (let from = 0; from < bytes.length; from += BITE)
    yield decoder.decode(bytes.subarray(from, from + BITE), { stream: true });
  yield decoder.decode();
}

/** Line by line; a line so long is cut. */
const LINE_MOST = 100_000;
const LINE_AGAIN = 4_000;

export function* linesOf(pieces: Iterable<string>): Generator<string> {
  let held = '';
  for (const piece of pieces) {
    const lines = (held + piece).split(/\r\n|[\n\r\f\v\u0085\u2028\u2029]/);
    held = lines.pop()!;
    yield* lines;
    if (held.length > LINE_MOST) {
      yield held;
      held = held.slice(-LINE_AGAIN);
    }
  }
  if (held !== '') yield held;
}

export function* writtenIn(bytes: Uint8Array, where: Where = 'body'): Generator<Piece> {
  for (const encoding of encodingsOf(bytes)) {
    const lines = new Lines(where);
    for (const line of linesOf(decoded(bytes, encoding))) {
      lines.add(line);
      yield* lines.ready();
    }
    yield* lines.end();
  }
}

/** A table in letters: its lines, and its cells along and down. */
export function* tableIn(bytes: Uint8Array): Generator<Piece> {
  for (const encoding of encodingsOf(bytes)) {
    const lines = new Lines('body');
    const cells = new Lines('body');
    const grid = new Grid(cells);
    let between: string | undefined;
    for (const line of linesOf(decoded(bytes, encoding))) {
      lines.add(line);
      between ??= [';', '\t', '|'].find((it) => line.split(it).length > line.split(',').length) ?? ',';
      const row = line.split(between);
      for (const [place, cell] of row.entries()) {
        const text = cell.replace(/^\s*"|"\s*$/g, '');
        if (row.length > 1) cells.add(text);
        grid.cell(text, place);
      }
      grid.endRow();
      for (const it of [lines, cells]) yield* it.ready();
    }
    grid.end();
    for (const it of [lines, cells]) yield* it.end();
  }
}

/** A short text of whatever encoding: a name, a comment. */
export function* shortTexts(bytes: Uint8Array): Generator<string> {
  for (const encoding of encodingsOf(bytes)) {
    const text = [...decoded(bytes, encoding)].join('');
    // oxlint-disable-next-line no-control-regex -- naming control characters is the point
    yield text.replace(/[\0-\u001f\u007f]+/g, ' ');
  }
}

import { Lines } from './lines.ts';
import type { Piece, Where } from './piece.ts';
import { encodingsOf, decoded } from './written.ts';

/** As many letters in two bytes each, and as many bytes, make a text of what else is in a file of another's making. */
const WIDE_LEAST = 3;
const NARROW_LEAST = 4;

/** Marked letters of older machines stand among plain ones. */
const LATIN = /[A-Za-z].*[A-Za-z]/;

/** Letters of Latin writing with all marks, and what stands between them. */
const isWritten = (unit: number): boolean =>
  (unit >= 0x20 && unit < 0x7f) ||
  unit === 9 ||
  unit === 10 ||
  unit === 13 ||
  (unit >= 0xa0 && unit < 0x250) ||
  (unit >= 0x300 && unit < 0x370) ||
  (unit >= 0x1e00 && unit < 0x1f00) ||
  (unit >= 0x2000 && unit < 0x2070);

/**
 * Whatever text stands somewhere in bytes whose form is not read: in two bytes a letter, either way round, and in one. For the parts
 * of files that are no documents themselves: properties, tags, drawings.
 */
export function* stringsIn(
  bytes: Buffer,
  where: Where,
  kinds: { wide?: number; narrow?: number } = {},
): Generator<Piece> {
  const { wide = WIDE_LEAST, narrow = NARROW_LEAST } = kinds;
  const lines = new Lines(where);
  for (const shift of [0, 1]) {
    let begins = -1;
    for (let at = shift; at < bytes.length + 2; at += 2) {
      const unit = at + 1 < bytes.length ? bytes[at]! | (bytes[at + 1]! << 8) : 0;
      if (isWritten(unit)) {
        if (begins < 0) begins = at;
        continue;
      }
      if (begins >= 0 && at - begins >= wide * 2) {
        lines.add(bytes.toString('utf16le', begins, at));
        yield* lines.ready();
      }
      begins = -1;
    }
  }
  if (narrow < 1_000_000) {
    let begins = -1;
    for (let at = 0; at <= bytes.length; at += 1) {
      const byte = at < bytes.length ? bytes[at]! : 0;
      if (byte >= 0x20 && byte !== 0x7f) {
        if (begins < 0) begins = at;
        continue;
      }
      const part = bytes.subarray(begins < 0 ? at : begins, at);
      begins = -1;
      if (part.length >= narrow) {
        if (!LATIN.test(part.toString('latin1'))) continue;
        const encodings = encodingsOf(part);
        for (const encoding of encodings.length > 1 ? encodings.filter((it) => it !== 'utf-8') : encodings)
          for (const text of decoded(part, encoding)) lines.add(text);
        yield* lines.ready();
      }
    }
  }
  yield* lines.end();
}

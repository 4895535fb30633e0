import { Refused } from '../../files/check/finding.ts';
import type { Drawn, Encoded, Piece, Where } from './piece.ts';

const PIXELS_MOST = 32e6;

/** A bitmap as Windows draws it: a head, colours, rows from below. Packed ones may be pictures of their own form. */
export function* dibIn(bytes: Buffer, where: Where, pixelsAt?: number): Generator<Piece> {
  const drawn = drawnOf(bytes, pixelsAt);
  if (drawn) yield { where, picture: drawn };
}

function drawnOf(bytes: Buffer, pixelsAt: number | undefined): Drawn | Encoded | undefined {
  if (bytes.length < 16) return undefined;
  const head = bytes.readUInt32LE(0);
  const small = head === 12;
  if (!small && (head < 40 || head > 200 || bytes.length < head)) throw new Refused('file.unchecked');
  const width = small ? bytes.readUInt16LE(4) : bytes.readInt32LE(4);
  const rows = small ? bytes.readInt16LE(6) : bytes.readInt32LE(8);
  const height = Math.abs(rows);
  const bits = bytes.readUInt16LE(small ? 10 : 14);
  const packing = small ? 0 : bytes.readUInt32LE(16);
  if (packing === 4 || packing === 5) {
    const inner = bytes.subarray(pixelsAt ?? head);
    return isEncoded(inner) ? { bytes: inner } : undefined;
  }
  if (width <= 0 || height === 0 || width * height > PIXELS_MOST) throw new Refused('file.too_much_inside');
  if (![1, 4, 8, 16, 24, 32].includes(bits) || ![0, 3].includes(packing)) throw new Refused('file.unchecked');
  const given = small ? 0 : bytes.readUInt32LE(32);
  const colours = bits <= 8 ? Math.min(given || 1 << bits, 1 << bits) : 0;
  const colourSize = small ? 3 : 4;
  const masks = packing === 3 && head === 40 ? 12 : 0;
  const from = pixelsAt ?? head + masks + colours * colourSize;
  const row = Math.ceil((width * bits) / 32) * 4;
  if (from < 0 || from + row * height > bytes.length) throw new Refused('file.damaged');
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const line = from + (rows > 0 ? height - 1 - y : y) * row;
    for (let x = 0, to = y * width * 3; x < width; x += 1, to += 3) {
      let at: number;
      if (bits === 16) {
        const value = bytes.readUInt16LE(line + x * 2);
        pixels[to] = ((value >> 10) & 31) << 3;
        pixels[to + 1] = ((value >> 5) & 31) << 3;
        pixels[to + 2] = (value & 31) << 3;
        continue;
      }
      if (bits > 8) at = line + (x * bits) / 8;
      else {
        const byte = bytes[line + ((x * bits) >> 3)]!;
        const index = (byte >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
        at = head + masks + index * colourSize;
      }
      pixels[to] = bytes[at + 2]!;
      pixels[to + 1] = bytes[at + 1]!;
      pixels[to + 2] = bytes[at]!;
    }
  }
  return { pixels, width, height };
}

const ENCODED = ['ffd8ff', '89504e470d0a1a0a', '474946383761', '474946383961', '49492a00', '4d4d002a'].map((it) =>
  Buffer.from(it, 'hex'),
);

/** JPEG, PNG, GIF, TIFF, WebP: what reads pictures reads them. */
export const isEncoded = (bytes: Buffer): boolean =>
  ENCODED.some((it) => bytes.subarray(0, it.length).equals(it)) ||
  (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP');

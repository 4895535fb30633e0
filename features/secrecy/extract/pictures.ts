import { inflateSync } from 'node:zlib';

import { latin, Refused } from '../../files/check/finding.ts';
import { flow } from './flow.ts';
import { Lines } from './lines.ts';
import { metafileIn } from './metafile.ts';
import type { Budget, Drawn, Piece, Where } from './piece.ts';
import { stringsIn } from './strings.ts';
import { bites } from './xml.ts';

/** Of one upload, all that is inside included. */
const PICTURES_MOST = 1_000;
const UNPACKED_MOST = 100_000_000;

type Form = 'encoded' | 'bmp' | 'emf' | 'wmf' | 'svm' | 'svg' | 'gzip';

function formOf(bytes: Buffer): Form | undefined {
  const head = latin(bytes, 0, 16);
  if (/^(?:\u00ff\u00d8\u00ff|\u0089PNG\r\n\u001a\n|GIF8[79]a|RIFF[^]{4}WEBP|II\*\0|MM\0\*)/.test(head))
    return 'encoded';
  if (head.startsWith('BM') && bytes.length > 26) return 'bmp';
  if (/^\u0001\0\0\0/.test(head) && latin(bytes, 40, 44) === ' EMF') return 'emf';
  if (/^(?:\u00d7\u00cd\u00c6\u009a|[\u0001\u0002]\0\t\0\0[\u0001\u0003])/.test(head)) return 'wmf';
  if (/^(?:VCLMTF|SVGDI)/.test(head)) return 'svm';
  if (/^\u001f\u008b/.test(head)) return 'gzip';
  if (
    /^(?:\u00ef\u00bb\u00bf)?\s*<(?:\?xml|svg|!--|!DOCTYPE svg)/i.test(latin(bytes, 0, 200)) &&
    latin(bytes, 0, 4_096).includes('<svg')
  )
    return 'svg';
  return undefined;
}

export const isPicture = (bytes: Buffer): boolean => formOf(bytes) !== undefined;

/** A picture of any form that stands in documents: as it is, or what is written in it and drawn of it. */
export function* picturesIn(bytes: Buffer, where: Where, budget: Budget, depth = 0): Generator<Piece> {
  budget.pictures += 1;
  if (budget.pictures > PICTURES_MOST || depth > 3) throw new Refused('file.too_much_inside');
  switch (formOf(bytes)) {
    case 'encoded':
      return yield { where, picture: { bytes } };
    case 'bmp':
      return yield* dibIn(bytes.subarray(14), where, bytes.readUInt32LE(10) - 14);
    case 'emf':
    case 'wmf':
      return yield* metafileIn(bytes, where, budget, depth);
    case 'svm':
      return yield* stringsIn(bytes, where);
    case 'gzip': {
      const { gunzipSync } = process.getBuiltinModule('node:zlib');
      let unpacked: Buffer;
      try {
        unpacked = gunzipSync(bytes, { maxOutputLength: UNPACKED_MOST });
      } catch {
        throw new Refused('file.unchecked');
      }
      budget.inside += unpacked.length;
      return yield* picturesIn(unpacked, where, budget, depth + 1);
    }
    case 'svg':
      return yield* svgIn(bytes, where, budget, depth);
    case undefined:
      throw new Refused('file.unchecked');
  }
}

function* svgIn(bytes: Buffer, where: Where, budget: Budget, depth: number): Generator<Piece> {
  const lines = new Lines(where);
  const said = new Lines('alternative');
  const encoded: string[] = [];
  const reader = flow({ lines, said, form: 'drawn', encoded: (base64) => void encoded.push(base64) });
  for (const _ of bites(bytes, reader)) yield* lines.ready();
  yield* lines.end();
  yield* said.end();
  for (const base64 of encoded) {
    const inner = Buffer.from(base64, 'base64');
    if (isPicture(inner)) yield* picturesIn(inner, where, budget, depth + 1);
  }
}

const PIXELS_MOST = 32e6;

/** A bitmap as Windows draws it: a head, colours, rows from below. Packed ones may be pictures of their own form. */
export function* dibIn(bytes: Buffer, where: Where, pixelsAt?: number): Generator<Piece> {
  const drawn = drawnOf(bytes, pixelsAt);
  if (drawn === undefined) return;
  if ('bytes' in drawn) yield { where, picture: drawn };
  else yield { where, picture: drawn };
}

function drawnOf(bytes: Buffer, pixelsAt: number | undefined): Drawn | { bytes: Buffer } | undefined {
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
    return isPicture(inner) ? { bytes: inner } : undefined;
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

/** Unpacked, or nothing where it is none of these. */
export function unpacked(bytes: Uint8Array, budget: Budget): Buffer | undefined {
  let out: Buffer;
  try {
    out = inflateSync(bytes, { maxOutputLength: UNPACKED_MOST });
  } catch {
    return undefined;
  }
  budget.inside += out.length;
  return out;
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const JPEG = Buffer.from('ffd8ff', 'hex');

/** Pictures that stand somewhere in bytes whose form is not read. */
export function* carved(bytes: Buffer, where: Where, budget: Budget): Generator<Piece> {
  for (let at = bytes.indexOf(PNG); at >= 0;) {
    const end = bytes.indexOf('IEND', at);
    const upTo = end < 0 ? bytes.length : end + 8;
    yield* picturesIn(bytes.subarray(at, upTo), where, budget);
    at = bytes.indexOf(PNG, upTo);
  }
  for (let at = bytes.indexOf(JPEG); at >= 0;) {
    const upTo = jpegEnd(bytes, at);
    if (upTo === undefined) at = bytes.indexOf(JPEG, at + 3);
    else {
      yield* picturesIn(bytes.subarray(at, upTo), where, budget);
      at = bytes.indexOf(JPEG, upTo);
    }
  }
}

/** From marker to marker, then through what is packed to the mark of the end. */
function jpegEnd(bytes: Buffer, from: number): number | undefined {
  let at = from + 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at += 1;
    else if (marker === 0xda) {
      for (
        let end = bytes.indexOf(0xff, at + 2);
        end >= 0 && end + 1 < bytes.length;
        end = bytes.indexOf(0xff, end + 1)
      )
        if (bytes[end + 1] === 0xd9) return end + 2;
      return bytes.length;
    } else {
      if (marker < 0xc0) return undefined;
      at += 2 + bytes.readUInt16BE(at + 2);
    }
  }
  return undefined;
}

/** Packed drawings in documents of the older form, by the first bytes of their records; and how long what is said of them is. */
const BLIPS: readonly (readonly [head: string, ids: number, packed: boolean])[] = [
  ['403d1af0', 16, true],
  ['503d1af0', 32, true],
  ['60211bf0', 16, true],
  ['70211bf0', 32, true],
  ['807a1ff0', 17, false],
  ['907a1ff0', 33, false],
  ['406e29f0', 17, false],
  ['506e29f0', 33, false],
];
const DRAWING_HEAD = 34;

/** Drawings and bitmaps that lie packed in a document of the older form. JPEG and PNG are found by themselves. */
export function* blips(bytes: Buffer, where: Where, budget: Budget): Generator<Piece> {
  for (const [mark, ids, packed] of BLIPS) {
    const head = Buffer.from(mark, 'hex');
    for (let at = bytes.indexOf(head); at >= 0; at = bytes.indexOf(head, at + 8)) {
      if (at + 8 > bytes.length) break;
      const size = bytes.readUInt32LE(at + 4);
      const body = bytes.subarray(at + 8 + ids, Math.min(at + 8 + size, bytes.length));
      if (body.length < DRAWING_HEAD || at + 8 + size > bytes.length) continue;
      if (!packed) {
        if (isPicture(body)) yield* picturesIn(body, where, budget);
        else yield* dibIn(body, where);
        continue;
      }
      const drawn = body[32] === 0 ? unpacked(body.subarray(DRAWING_HEAD), budget) : body.subarray(DRAWING_HEAD);
      if (drawn === undefined) throw new Refused('file.damaged');
      // A drawing of Windows 3 lies there without the head it has in a file.
      if (drawn.length > 18) yield* metafileIn(drawn, where, budget, 1);
    }
  }
}

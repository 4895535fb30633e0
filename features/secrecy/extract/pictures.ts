import { gunzipSync, inflateSync } from 'node:zlib';

import { latin, Refused } from '../../files/check/finding.ts';
import { dibIn, isEncoded } from './bitmap.ts';
import { flow } from './flow.ts';
import { Lines } from './lines.ts';
import { metafileIn } from './metafile.ts';
import type { Budget, Piece, Where } from './piece.ts';
import { stringsIn } from './strings.ts';
import { bites } from './xml.ts';

/** Of one upload, all that is inside included. */
const PICTURES_MOST = 1_000;
const UNPACKED_MOST = 100_000_000;

/** Of a drawing that says where it belongs; and what else they begin with. */
const PLACED = 0x9ac6cdd7;
const WMF_VERSIONS = new Set([0x100, 0x300]);

type Form = 'encoded' | 'bmp' | 'emf' | 'wmf' | 'svm' | 'svg' | 'gzip';

function formOf(bytes: Buffer): Form | undefined {
  if (bytes.length < 8) return undefined;
  if (isEncoded(bytes)) return 'encoded';
  const head = latin(bytes, 0, 8);
  if (head.startsWith('BM') && bytes.length > 26) return 'bmp';
  const first = bytes.readUInt32LE(0);
  if (first === 1 && latin(bytes, 40, 44) === ' EMF') return 'emf';
  if (first === PLACED || ((first === 0x00090001 || first === 0x00090002) && WMF_VERSIONS.has(bytes.readUInt16LE(4))))
    return 'wmf';
  if (head.startsWith('VCLMTF') || head.startsWith('SVGDI')) return 'svm';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  const text = latin(bytes, 0, 4_096);
  if (/^(?:\u00ef\u00bb\u00bf)?\s*<(?:\?xml|svg|!--|!DOCTYPE svg)/i.test(text) && text.includes('<svg')) return 'svg';
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
      return yield* drawingIn(bytes, where, budget, depth);
    case 'svm':
      return yield* stringsIn(bytes, where);
    case 'gzip': {
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

/** A recorded drawing; newer ones hold whole pictures. */
function* drawingIn(bytes: Buffer, where: Where, budget: Budget, depth: number): Generator<Piece> {
  yield* metafileIn(bytes, where, budget);
  if (depth < 2) yield* carved(bytes, where, budget);
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
      if (drawn.length > 18) yield* drawingIn(drawn, where, budget, 1);
    }
  }
}

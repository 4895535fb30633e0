import { inflateSync } from 'node:zlib';

import { latin, Refused } from '../../files/check/finding.ts';
import { flow } from './flow.ts';
import { Lines } from './lines.ts';
import type { Budget, Piece } from './piece.ts';
import { linkText } from './link.ts';
import { bites } from './xml.ts';

const STRING_MOST = 65_536;
const INSIDE_MOST = 200_000_000;
const TOLD_WITHIN = 4_096;
const SEEN_MOST = 20_000;
const STREAMS_MOST = 200_000;

const STREAM = Buffer.from('stream');

/**
 * Every text that stands in the objects of a PDF and not on its pages: what it says of itself, bookmarks, notes, what was filled
 * into fields, other words for pictures; whether something points to it or not.
 */
export function* saidIn(bytes: Buffer, budget: Budget): Generator<Piece> {
  const lines = new Lines('property');
  const seen = new Set<string>();
  let streams = 0;
  const told = (text: string): void => {
    if (text.length < 200 && seen.size < SEEN_MOST) {
      if (seen.has(text)) return;
      seen.add(text);
    }
    lines.add(text);
    if (text.includes('%')) lines.add(linkText(text));
  };
  for (const stream of objects(bytes, told)) {
    yield* lines.ready();
    streams += 1;
    if (streams > STREAMS_MOST) throw new Refused('file.too_much_inside');
    const before = latin(bytes, Math.max(0, stream.at - TOLD_WITHIN), stream.at);
    const head = before.slice(Math.max(0, before.lastIndexOf(' obj'), before.lastIndexOf('\nobj')));
    const packs = /\/ObjStm/.test(head);
    if (!packs && !/\/Metadata|\/XML/.test(head)) continue;
    const body = bytes.subarray(stream.from, stream.end);
    const plain = /\/FlateDecode/.test(head) ? inflated(body, budget) : body;
    if (packs) for (const _ of objects(plain, told)) yield* lines.ready();
    else yield* metadata(plain);
  }
  yield* lines.end();
}

function* metadata(bytes: Buffer): Generator<Piece> {
  const lines = new Lines('property');
  const said = new Lines('property');
  try {
    for (const _ of bites(bytes, flow({ lines, said, named: true }))) yield* lines.ready();
  } catch (error) {
    // What is in no order is shown by no reader.
    if (!(error instanceof Refused) || error.refusal.code !== 'file.unchecked') throw error;
  }
  yield* lines.end();
  yield* said.end();
}

function inflated(bytes: Buffer, budget: Budget): Buffer {
  const room = INSIDE_MOST - budget.inside;
  try {
    const out = inflateSync(bytes, { maxOutputLength: Math.max(1, room) });
    budget.inside += out.length;
    return out;
  } catch (error) {
    const tooMuch = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Refused(tooMuch ? 'file.too_much_inside' : 'file.damaged');
  }
}

interface Stream {
  /** Of its keyword, its first byte, its end. */
  readonly at: number;
  readonly from: number;
  readonly end: number;
}

/** Reads strings on the way from object to object, and stops at each stream. */
function* objects(bytes: Buffer, told: (text: string) => void): Generator<Stream> {
  for (let at = 0; at < bytes.length;) {
    switch (bytes[at]) {
      case 0x28: {
        const { text, end } = literal(bytes, at);
        tell(text, told);
        at = end;
        break;
      }
      case 0x3c: {
        if (bytes[at + 1] === 0x3c) {
          at += 2;
          break;
        }
        const close = bytes.indexOf(0x3e, at);
        const end = close < 0 ? bytes.length : close;
        if (end - at <= STRING_MOST) tell(Buffer.from(latin(bytes, at + 1, end).replace(/\s+/g, ''), 'hex'), told);
        at = end + 1;
        break;
      }
      case 0x25: {
        // A comment runs to the end of its line.
        let end = at;
        while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end += 1;
        tell(bytes.subarray(at + 1, Math.min(end, at + STRING_MOST)), told);
        at = end;
        break;
      }
      case 0x73: {
        if (bytes.compare(STREAM, 0, 6, at, at + 6) !== 0 || (bytes[at - 1] ?? 0) > 0x60) {
          at += 1;
          break;
        }
        let from = at + 6;
        if (bytes[from] === 13) from += 1;
        if (bytes[from] === 10) from += 1;
        const close = bytes.indexOf('endstream', from);
        const end = close < 0 ? bytes.length : close;
        yield { at, from, end };
        at = end + 9;
        break;
      }
      default:
        at += 1;
    }
  }
}

const ESCAPES: Readonly<Record<number, number>> = { 0x6e: 10, 0x72: 13, 0x74: 9, 0x62: 8, 0x66: 12 };

/** `(a string \(with\) some \303\251)`: what it holds, and the place behind it. */
function literal(bytes: Buffer, from: number): { text: Buffer; end: number } {
  const out: number[] = [];
  let depth = 0;
  let at = from;
  for (; at < bytes.length && out.length < STRING_MOST; at += 1) {
    const byte = bytes[at]!;
    if (byte === 0x5c) {
      at += 1;
      const next = bytes[at] ?? 0;
      if (next >= 0x30 && next <= 0x37) {
        let value = 0;
        let digits = 0;
        for (; digits < 3 && bytes[at]! >= 0x30 && bytes[at]! <= 0x37; digits += 1, at += 1)
          value = value * 8 + bytes[at]! - 0x30;
        at -= 1;
        out.push(value & 0xff);
      } else if (next === 13) {
        if (bytes[at + 1] === 10) at += 1;
      } else if (next !== 10) out.push(ESCAPES[next] ?? next);
      continue;
    }
    if (byte === 0x28) {
      depth += 1;
      if (depth === 1) continue;
    } else if (byte === 0x29) {
      depth -= 1;
      if (depth === 0) return { text: Buffer.from(out), end: at + 1 };
    }
    out.push(byte);
  }
  return { text: Buffer.from(out), end: Math.max(at, from + 1) };
}

function tell(bytes: Buffer, told: (text: string) => void): void {
  if (bytes.length < 2) return;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
    return told(even.swap16().toString('utf16le'));
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return told(bytes.toString('utf16le', 2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return told(bytes.toString('utf8', 3));
  const text = bytes.toString('latin1');
  // Digests and signatures are no words.
  // oxlint-disable-next-line no-control-regex -- naming control characters is the point
  if (/[\0-\u0008\u000e-\u0017]/.test(text) || !/[A-Za-z\u00c0-\u00ff]{2}/.test(text)) return;
  told(text);
}

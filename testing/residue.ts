import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** Where bytes were found again that should be nowhere, and as what. */
export interface Hit {
  readonly file: string;
  readonly as: string;
}

interface Pattern {
  readonly as: string;
  readonly bytes: Buffer;
}

/** What a word looks like on a disk, in every form in which programs write words; ASCII letters only. */
export function patternsOf(word: string): Pattern[] {
  const plain = Buffer.from(word, 'latin1');
  const wide = Buffer.from(word, 'utf16le');
  const found: Pattern[] = [
    { as: 'UTF-8', bytes: plain },
    { as: 'UTF-16LE', bytes: wide },
    { as: 'UTF-16BE', bytes: Buffer.from(wide).swap16() },
    { as: 'hex', bytes: Buffer.from(plain.toString('hex')) },
    { as: 'HEX', bytes: Buffer.from(plain.toString('hex').toUpperCase()) },
  ];
  for (const [of, bytes] of [['UTF-8', plain], ['UTF-16LE', wide]] as const)
    for (const shift of [0, 1, 2]) {
      // What stands before and after changes the first and the last of the letters.
      const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
      const inner = text.slice(shift === 0 ? 0 : shift + 1, -2);
      found.push({ as: `base64 of ${of} at ${shift}`, bytes: Buffer.from(inner) });
      found.push({ as: `base64url of ${of} at ${shift}`, bytes: Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')) });
    }
  return found;
} // prettier-ignore

const STARTS: readonly (readonly [Buffer, (from: Buffer) => Buffer])[] = [
  ...['7801', '785e', '789c', '78da'].map((it) => [Buffer.from(it, 'hex'), (from: Buffer) => inflateSync(from, PART)] as const),
  [Buffer.from('1f8b08', 'hex'), (from) => inflateRawSync(from.subarray(headOfGzip(from)), PART)],
  [Buffer.from('28b52ffd', 'hex'), (from) => zstdDecompressSync(from, { maxOutputLength: 16 * 1_048_576 })],
  [
    Buffer.from('504b0304', 'hex'),
    (from) => (from.length > 30 ? inflateRawSync(from.subarray(30 + from.readUInt16LE(26) + from.readUInt16LE(28)), PART) : from),
  ],
]; // prettier-ignore
/** Length of what stands before the stream. */
function headOfGzip(from: Buffer): number {
  const flags = from[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + from.readUInt16LE(at);
  if (flags & 8) at = from.indexOf(0, at) + 1;
  if (flags & 16) at = from.indexOf(0, at) + 1;
  return flags & 2 ? at + 2 : at;
}

/** A stream that ends too early is read as far as it goes. */
const PART = { finishFlush: 2, maxOutputLength: 16 * 1_048_576 };
const UNPACKED_FROM = 1_048_576;

/** Looks for all of it in a piece of memory, and in every compressed stream that begins in it. */
export function searched(bytes: Buffer, patterns: readonly Pattern[], deep = 2): string[] {
  const found = patterns.filter((it) => bytes.includes(it.bytes)).map((it) => it.as);
  if (deep === 0) return found;
  for (const [start, unpack] of STARTS)
    for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
      let inside: Buffer;
      try {
        inside = unpack(bytes.subarray(at, at + UNPACKED_FROM));
      } catch {
        // Two bytes that only look like a beginning.
        continue;
      }
      if (inside.length > 8) found.push(...searched(inside, patterns, deep - 1).map((it) => `${it}, compressed`));
    }
  return found;
}

/** Every file under a folder; what goes away meanwhile is gone. */
export async function hitsUnder(folder: string, patterns: readonly Pattern[]): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])) {
    const file = join(entry.parentPath, entry.name);
    for (const as of searched(Buffer.from(file), patterns, 0)) hits.push({ file, as: `${as}, its name` });
    if (!entry.isFile()) continue;
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes) for (const as of new Set(searched(bytes, patterns))) hits.push({ file, as });
  }
  return hits;
}

/** Files that lie in a folder itself and were written since. */
export async function writtenSince(folder: string, since: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(folder, entry.name);
    const it = await stat(file).catch(() => undefined);
    if (it && it.mtimeMs >= since) found.push(file);
  }
  return found;
}

import { latin, Refused } from './finding.ts';

/** A stream of a compound file (CFB), the form of Office until 2003 and of objects in documents. */
export interface Stream {
  /** With the storages it stands in: `ObjectPool/_1/WordDocument`. */
  readonly path: string;
  readonly name: string;
  readonly size: number;
  read(): Buffer;
}

export interface Compound {
  readonly streams: readonly Stream[];
  /** Names of everything, storages too. */
  readonly names: readonly string[];
  /** Its own storage is another program’s, with what that keeps in it. */
  readonly end: number;
}

const ENTRIES_MOST = 10_000;
const STREAM_MOST = 120_000_000;
/** Numbers of sectors from here on say what a sector is, not which follows. */
const MARKS = 0xfffffffa;
const END = 0xfffffffe;

export const isCompound = (bytes: Uint8Array): boolean =>
  latin(bytes, 0, 8) === '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1';

/** Reads the list of a compound file. Refuses what goes in a circle or points behind its end. */
export function openCompound(bytes: Buffer): Compound {
  try {
    return opened(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new Refused('file.damaged');
    throw error;
  }
}

function opened(bytes: Buffer): Compound {
  if (!isCompound(bytes)) throw new Refused('file.mismatch');
  const shift = bytes.readUInt16LE(0x1e);
  if (bytes.readUInt16LE(0x1c) !== 0xfffe || (shift !== 9 && shift !== 12) || bytes.readUInt16LE(0x20) !== 6)
    throw new Refused('file.damaged');
  const size = 1 << shift;
  const sectors = Math.ceil(bytes.length / size);
  const cutoff = bytes.readUInt32LE(0x38);
  const sector = (number: number): Buffer => {
    const from = (number + 1) * size;
    if (number >= MARKS || from >= bytes.length) throw new Refused('file.damaged');
    return bytes.subarray(from, from + size);
  };

  /** The table of which sector follows which stands in sectors of its own, whose list may go on in others. */
  const tables: number[] = [];
  for (let at = 0x4c; at < 0x200; at += 4) tables.push(bytes.readUInt32LE(at));
  let rounds = 0;
  for (let next = bytes.readUInt32LE(0x44); next < MARKS; rounds += 1) {
    if (rounds > sectors) throw new Refused('file.damaged');
    const list = sector(next);
    for (let at = 0; at + 8 <= list.length; at += 4) tables.push(list.readUInt32LE(at));
    next = list.readUInt32LE(list.length - 4);
  }
  const used = tables.filter((it) => it < MARKS);
  if (used.length > sectors) throw new Refused('file.damaged');
  const follows = new Uint32Array(used.length * (size / 4)).fill(0xffffffff);
  let last = -1;
  for (const [place, number] of used.entries()) {
    const table = sector(number);
    for (let at = 0; at + 4 <= table.length; at += 4) {
      const it = table.readUInt32LE(at);
      const index = place * (size / 4) + at / 4;
      follows[index] = it;
      if (it !== 0xffffffff) last = Math.max(last, index);
    }
  }
  const chain = (first: number, upTo: number): Buffer => {
    const parts: Buffer[] = [];
    let length = 0;
    for (let number = first; number !== END && length < upTo; number = follows[number]!) {
      if (number >= follows.length || parts.length > sectors) throw new Refused('file.damaged');
      const part = sector(number);
      parts.push(part);
      length += part.length;
    }
    return Buffer.concat(parts, Math.min(length, upTo));
  };

  const directory = chain(bytes.readUInt32LE(0x30), ENTRIES_MOST * 128 + size);
  const count = Math.floor(directory.length / 128);
  if (count > ENTRIES_MOST) throw new Refused('file.too_much_inside');
  const firstSmall = bytes.readUInt32LE(0x3c);
  const small = firstSmall < MARKS ? chain(firstSmall, bytes.length) : Buffer.alloc(0);
  const rootAt = directory.readUInt32LE(116);
  const rootSize = directory.readUInt32LE(120);
  const pool = rootSize > 0 && rootAt < MARKS ? chain(rootAt, rootSize) : Buffer.alloc(0);

  const smallChain = (first: number, length: number): Buffer => {
    const parts: Buffer[] = [];
    let rest = length;
    for (let number = first; rest > 0; number = small.readUInt32LE(number * 4)) {
      if (number >= MARKS || parts.length > small.length / 4) throw new Refused('file.damaged');
      const part = pool.subarray(number * 64, number * 64 + Math.min(64, rest));
      if (part.length === 0) throw new Refused('file.damaged');
      parts.push(part);
      rest -= part.length;
    }
    return Buffer.concat(parts);
  };

  const nameAt = (entry: number): string => {
    const length = Math.min(64, directory.readUInt16LE(entry * 128 + 64));
    return directory.toString('utf16le', entry * 128, entry * 128 + Math.max(0, length - 2));
  };
  const streams: Stream[] = [];
  const names: string[] = [];
  const seen = new Set<number>();
  const take = (entry: number, folder: string): void => {
    const at = entry * 128;
    const kind = directory[at + 66]!;
    const name = nameAt(entry);
    names.push(name);
    if (kind !== 2) return;
    const first = directory.readUInt32LE(at + 116);
    const length = directory.readUInt32LE(at + 120);
    if (length > STREAM_MOST || length > bytes.length) throw new Refused('file.damaged');
    const path = `${folder}${name}`;
    streams.push({
      path,
      name,
      size: length,
      read() {
        try {
          if (length === 0) return Buffer.alloc(0);
          const whole = length < cutoff ? smallChain(first, length) : chain(first, length);
          if (whole.length < length) throw new Refused('file.damaged');
          return whole;
        } catch (error) {
          if (error instanceof RangeError) throw new Refused('file.damaged');
          throw error;
        }
      },
    });
  };
  const waiting: { entry: number; folder: string }[] = [{ entry: directory.readUInt32LE(76), folder: '' }];
  for (let it = waiting.pop(); it; it = waiting.pop()) {
    const { entry, folder } = it;
    if (entry >= count || seen.has(entry)) {
      if (entry < MARKS) throw new Refused('file.damaged');
      continue;
    }
    seen.add(entry);
    take(entry, folder);
    const at = entry * 128;
    waiting.push(
      { entry: directory.readUInt32LE(at + 68), folder },
      { entry: directory.readUInt32LE(at + 72), folder },
    );
    if (directory[at + 66] === 1)
      waiting.push({ entry: directory.readUInt32LE(at + 76), folder: `${folder}${nameAt(entry)}/` });
  }
  // What nothing leads to is there nevertheless.
  for (let entry = 1; entry < count; entry += 1)
    if (!seen.has(entry) && directory[entry * 128 + 66] === 2) take(entry, '?/');
  return { streams, names, end: (last + 2) * size };
}

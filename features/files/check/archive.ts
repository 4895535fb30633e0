import { inflateRawSync } from 'node:zlib';

import { latin, Refused } from './finding.ts';

const ENTRIES_MOST = 1_000;
const INSIDE_MOST = 500_000_000;
/** Packed so tightly as no document is; small parts may be. */
const RATIO_MOST = 100;
const RATIO_FROM = 10_000_000;
/** Of one part, which is in memory whole. */
const PART_MOST = 150_000_000;
/** A data descriptor after a part whose size was not known when it was begun. */
const GAP_MOST = 24;

/** What has come out of one upload so far, archives in archives included. */
export interface Budget {
  entries: number;
  inside: number;
}

export interface Part {
  readonly name: string;
  readonly isFolder: boolean;
  read(): Buffer;
}

export interface Unread extends Part {
  /** What else the archive says of it: a comment, other forms of its name. */
  readonly notes: readonly Buffer[];
}

interface Place {
  readonly name: string;
  readonly notes: readonly Buffer[];
  readonly from: number;
  readonly upTo: number;
  readonly body: number;
  readonly packed: number;
  readonly method: number;
}

/**
 * The parts of a zip archive, one after the other, each unpacked and counted before it is handed out, whatever the headers claim.
 * Refuses what is encrypted, packed in an unknown way, doubled, overlapping, hidden between the parts, or leads out of the folder
 * it is unpacked in.
 */
export function* partsOf(bytes: Buffer, budget: Budget): Generator<Part> {
  for (const { name, isFolder, read } of unreadPartsOf(bytes, budget)) {
    const unpacked = read();
    yield { name, isFolder, read: () => unpacked };
  }
}

/** The same, each unpacked when it is read, and counted as often as it is. */
export function unreadPartsOf(bytes: Buffer, budget: Budget): Unread[] {
  return placesIn(bytes, budget).map(({ name, notes, body, packed, method }) => ({
    name,
    notes,
    isFolder: name.endsWith('/'),
    read() {
      const part = bytes.subarray(body, body + packed);
      const most = Math.min(INSIDE_MOST - budget.inside, PART_MOST, Math.max(RATIO_FROM, packed * RATIO_MOST));
      if (method === 0 && packed > most) throw new Refused('file.too_much_inside');
      const unpacked = method === 0 ? part : inflated(part, most);
      budget.inside += unpacked.length;
      return unpacked;
    },
  }));
}

/** What stands behind the last part. */
export function commentOf(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  return end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 22);
}

function placesIn(bytes: Buffer, budget: Budget): Place[] {
  try {
    return places(bytes, budget);
  } catch (error) {
    // A number that points behind the end.
    if (error instanceof RangeError) throw new Refused('file.damaged');
    throw error;
  }
}

function places(bytes: Buffer, budget: Budget): Place[] {
  let end = bytes.length - 22;
  const lowest = Math.max(0, bytes.length - 65_557);
  while (end >= lowest && bytes.readUInt32LE(end) !== 0x06054b50) end -= 1;
  if (end < lowest) throw new Refused('file.damaged');
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  const directory = bytes.readUInt32LE(end + 16);
  // Sizes of 64 bits are for archives larger than any that is taken.
  if (count === 0xffff || size === 0xffffffff || directory === 0xffffffff) throw new Refused('file.unchecked');
  if (bytes.readUInt16LE(end + 4) !== 0 || bytes.readUInt16LE(end + 8) !== count) throw new Refused('file.unchecked');
  budget.entries += count;
  if (budget.entries > ENTRIES_MOST) throw new Refused('file.too_much_inside');
  // Nothing else before, between and after: such a file would be another one to another reader.
  if (directory + size !== end || end + 22 + bytes.readUInt16LE(end + 20) !== bytes.length)
    throw new Refused('file.damaged');

  const found: Place[] = [];
  let at = directory;
  for (let entry = 0; entry < count; entry += 1) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Refused('file.damaged');
    const system = bytes.readUInt8(at + 5);
    const flags = bytes.readUInt16LE(at + 8);
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const mode = bytes.readUInt32LE(at + 38) >>> 16;
    const local = bytes.readUInt32LE(at + 42);
    const name = nameOf(bytes.subarray(at + 46, at + 46 + nameLength));
    const more = at + 46 + nameLength;
    at = more + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const notes = at > more ? [bytes.subarray(more, at)] : [];
    if ((flags & 0x41) !== 0 || (method !== 0 && method !== 8)) throw new Refused('file.unchecked');
    if (packed === 0xffffffff || local === 0xffffffff) throw new Refused('file.unchecked');
    // A link to somewhere else on whatever disk it is unpacked on.
    if (system === 3 && (mode & 0o170000) === 0o120000) throw new Refused('file.active');
    refuseStray(name);
    if (bytes.readUInt32LE(local) !== 0x04034b50) throw new Refused('file.damaged');
    const localName = bytes.readUInt16LE(local + 26);
    // Readers go by the one or by the other.
    if (nameOf(bytes.subarray(local + 30, local + 30 + localName)) !== name) throw new Refused('file.damaged');
    if (bytes.readUInt16LE(local + 8) !== method) throw new Refused('file.damaged');
    const body = local + 30 + localName + bytes.readUInt16LE(local + 28);
    if (body + packed > directory) throw new Refused('file.damaged');
    found.push({ name, notes, from: local, upTo: body + packed, body, packed, method });
  }
  if (at !== end) throw new Refused('file.damaged');
  if (new Set(found.map((it) => it.name.toLowerCase())).size !== found.length) throw new Refused('file.damaged');
  let covered = 0;
  for (const place of found.toSorted((a, b) => a.from - b.from)) {
    if (place.from < covered || place.from > covered + GAP_MOST) throw new Refused('file.damaged');
    covered = place.upTo;
  }
  if (directory > covered + GAP_MOST) throw new Refused('file.damaged');
  return found;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** As its maker wrote it; in Latin letters where it is no UTF-8, as in archives of older programs. */
function nameOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin(bytes, 0, bytes.length);
  }
}

/** So that unpacking it never writes outside the folder somebody chose. */
function refuseStray(name: string): void {
  const parts = name.replace(/\/$/, '').split('/');
  // oxlint-disable-next-line no-control-regex -- naming control characters is the point
  const leads = /[\\\u0000-\u001f]|^[A-Za-z]:/.test(name);
  if (name === '' || leads || parts.some((it) => it === '' || it === '.' || it === '..'))
    throw new Refused('file.active');
}

function inflated(packed: Uint8Array, room: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, room) });
  } catch (error) {
    const tooMuch = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Refused(tooMuch ? 'file.too_much_inside' : 'file.damaged');
  }
}

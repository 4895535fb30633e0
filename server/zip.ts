import { inflateRawSync } from 'node:zlib';

/** The archive is damaged, or holds more than it may. */
export class ZipRefused extends Error {
  readonly reason: 'damaged' | 'too_big_inside';

  constructor(reason: 'damaged' | 'too_big_inside') {
    super(reason);
    this.reason = reason;
  }
}

const ENTRIES_MOST = 1_000;
/** A list of 50,000 people has about 40 MB inside. */
const INSIDE_MOST = 250_000_000;

/**
 * Unpacks a zip archive part by part, keeping nothing, and counts what really comes out, since its headers may lie; answers the names.
 * So that a file of a few kilobytes cannot fill the memory of the reader behind it.
 */
export function checkZip(bytes: Uint8Array): string[] {
  return [...readZip(bytes, () => false).keys()];
}

/** As `checkZip`, and keeps the parts whose names are wanted; the others are under their name without their bytes. */
export function readZip(bytes: Uint8Array, wanted: (name: string) => boolean): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (): ZipRefused => new ZipRefused('damaged');
  let end = -1;
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 65_557); at -= 1) {
    if (view.getUint32(at, true) === 0x06054b50) {
      end = at;
      break;
    }
  }
  if (end < 0) throw damaged();
  const count = view.getUint16(end + 10, true);
  if (count > ENTRIES_MOST) throw new ZipRefused('too_big_inside');
  let at = view.getUint32(end + 16, true);
  let inside = 0;
  const names: string[] = [];
  const kept = new Map<string, Uint8Array>();
  const parts: { from: number; to: number }[] = [];
  try {
    for (let entry = 0; entry < count; entry += 1) {
      if (view.getUint32(at, true) !== 0x02014b50) throw damaged();
      const flags = view.getUint16(at + 8, true);
      const method = view.getUint16(at + 10, true);
      const packed = view.getUint32(at + 20, true);
      const nameLength = view.getUint16(at + 28, true);
      const local = view.getUint32(at + 42, true);
      const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString('utf8');
      names.push(name);
      at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
      // Encrypted, packed in a way of its own, or 64-bit sizes, which a file this small does not need.
      if ((flags & 1) !== 0 || (method !== 0 && method !== 8) || packed === 0xffffffff || local === 0xffffffff)
        throw damaged();
      if (view.getUint32(local, true) !== 0x04034b50) throw damaged();
      // Readers go by the one name or by the other.
      const label = bytes.subarray(local + 30, local + 30 + view.getUint16(local + 26, true));
      if (Buffer.from(label).toString('utf8') !== name) throw damaged();
      const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      if (from + packed > bytes.length) throw damaged();
      parts.push({ from: local, to: from + packed });
      const part = bytes.subarray(from, from + packed);
      const unpacked = method === 0 ? part : inflated(part, INSIDE_MOST - inside);
      inside += unpacked.length;
      kept.set(name, wanted(name) ? unpacked : new Uint8Array(0));
      if (inside > INSIDE_MOST) throw new ZipRefused('too_big_inside');
    }
  } catch (error) {
    // A number that points behind the end of the file.
    if (error instanceof RangeError) throw damaged();
    throw error;
  }
  if (new Set(names).size !== names.length) throw damaged();
  parts.sort((a, b) => a.from - b.from);
  if (parts.some((part, index) => index > 0 && part.from < parts[index - 1]!.to)) throw damaged();
  return kept;
}

function inflated(packed: Uint8Array, most: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    throw new ZipRefused(
      (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_big_inside' : 'damaged',
    );
  }
}

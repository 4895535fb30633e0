import { createHash } from 'node:crypto';

/** What stands before the first entry. */
export const BEGINNING = Buffer.alloc(32);

/** JSON in the one form of RFC 8785: keys in the order of their UTF-16 units, no white space, numbers as JavaScript writes them. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('JSON has no such number');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('JSON has no such text');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const fields = Object.entries(value).filter(([, it]) => it !== undefined);
    fields.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([key, it]) => `${JSON.stringify(key)}:${canonicalJson(it)}`).join(',')}}`;
  }
  throw new Error(`JSON has no ${typeof value}`);
}

/** The hash of an entry in the chain. */
export function linked(before: Buffer, entry: string): Buffer {
  return createHash('sha256').update(before).update(entry).digest();
}

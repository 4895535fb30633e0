import { problem } from '../../../protocol/problem.ts';
import { importProblems } from '../protocol/import.ts';
import type { Refusal } from './read.ts';

/** The bytes of a file that came as base64. */
export function bytesOf(base64: string, most: number): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64.slice(-100)) || base64.length % 4 !== 0)
    throw problem('malformed', { field: 'file' });
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > most) throw importProblems('import.too_large', { bytes: most });
  // A copy of its own: Buffer's pool would be sent to the thread along with it.
  return new Uint8Array(bytes);
}

/** Why a file is not taken, as it is answered. */
export function refused({ code, ...details }: Refusal): Error {
  return importProblems(code, details);
}

import { Problem } from '../../../protocol/problem.ts';
import { problemFrom, unreachable } from '../../../web/http.ts';
import type { Surroundings } from '../../../web/surroundings.ts';
import { PATCH_SECONDS, UPLOADS_PATH } from '../rules.ts';

/** How much goes in one request: little at first, then as much as the line carries in `wantedMs`. */
export const PART = {
  least: 32 * 1_024,
  first: 256 * 1_024,
  most: 4 * 1_048_576,
  wantedMs: 2_000,
} as const;

/** Size of the next part after one of `bytes` took `ms`; at most doubled, so that one lucky part decides nothing. */
export function nextPart(bytes: number, ms: number): number {
  const carried = (bytes * PART.wantedMs) / Math.max(1, ms);
  return Math.round(Math.min(PART.most, Math.max(PART.least, Math.min(carried, bytes * 2))));
}

export interface Part {
  readonly world: Surroundings;
  readonly file: string;
  readonly offset: number;
  readonly part: Blob;
  readonly signal: AbortSignal;
}

/** Sends a part (tus 1.0 `PATCH`); answers where the next one begins. Fails with the server's problem or `unreachable`. */
export async function sendPart({ world, file, offset, part, signal }: Part): Promise<number> {
  const sum = await checksum(part);
  const patience = new AbortController();
  const stop = (): void => patience.abort();
  const calm = world.after((PATCH_SECONDS + 10) * 1_000, stop);
  signal.addEventListener('abort', stop);
  let response: Response;
  try {
    response = await world.fetch(`${world.base}${UPLOADS_PATH}/${file}`, {
      method: 'PATCH',
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      headers: {
        'content-type': 'application/offset+octet-stream',
        'tus-resumable': '1.0.0',
        'upload-offset': String(offset),
        ...(sum === undefined ? {} : { 'upload-checksum': `sha256 ${sum}` }),
      },
      body: part,
      signal: patience.signal,
    });
  } catch {
    throw unreachable();
  } finally {
    calm();
    signal.removeEventListener('abort', stop);
  }
  if (response.ok) {
    const next = Number(response.headers.get('upload-offset'));
    // A page of the operator's own network says nothing about the file.
    if (!Number.isInteger(next) || next <= offset) throw unreachable();
    return next;
  }
  const told: unknown = await response.json().catch(() => undefined);
  if (told === undefined && response.status !== 404) throw unreachable();
  const it = problemFrom(told ?? { code: 'not_found' }, response.status);
  const { offset: where } = it.details;
  if (it.code === 'file.elsewhere' && typeof where === 'number' && where !== offset) return where;
  throw it;
}

/** Base64 of SHA-256; undefined where the page may not compute it (no TLS). */
async function checksum(part: Blob): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  let bytes: ArrayBuffer;
  try {
    bytes = await part.arrayBuffer();
  } catch {
    // Gone from the device, or changed there since it was chosen.
    throw new Problem('file.lost', { status: 0, summary: 'The file can no longer be read on this device.' });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...digest));
}

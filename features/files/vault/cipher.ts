import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Bytes of a chunk in the clear. A stretch of a film is read without what is before it. */
export const CHUNK = 65_536;
const NONCE = 12;
const TAG = 16;
const OVER = NONCE + TAG;
/** Bytes of a whole chunk as it lies on the disk: nonce, AES-256-GCM, tag. */
export const SEALED = CHUNK + OVER;

/** What was stored is not what is read: a bit has turned, or somebody has changed it. */
export class BlobDamaged extends Error {
  override name = 'BlobDamaged';

  constructor(blob: string, what: string) {
    super(`blob ${blob} ${what}`);
  }
}

export const newKey = (): Buffer => randomBytes(32);

/** So that chunks cannot change places within a blob, nor between blobs. */
function placeOf(blob: string, chunk: number): Buffer {
  const place = Buffer.alloc(20);
  Buffer.from(blob.replaceAll('-', ''), 'hex').copy(place);
  place.writeUInt32BE(chunk, 16);
  return place;
}

/** Every sealing has a nonce of its own, so that the last chunk of a part may be sealed again when more of it has come. */
export function sealChunk(key: Buffer, blob: string, chunk: number, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(placeOf(blob, chunk));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Throws `BlobDamaged`. */
export function openChunk(key: Buffer, blob: string, chunk: number, sealed: Buffer): Buffer {
  if (sealed.length < OVER) throw new BlobDamaged(blob, `is cut off in chunk ${chunk}`);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
    .setAAD(placeOf(blob, chunk))
    .setAuthTag(sealed.subarray(sealed.length - TAG));
  const plain = decipher.update(sealed.subarray(NONCE, sealed.length - TAG));
  try {
    decipher.final();
  } catch {
    throw new BlobDamaged(blob, `is damaged in chunk ${chunk}`);
  }
  return plain;
}

export function sealedSize(bytes: number): number {
  const rest = bytes % CHUNK;
  return Math.floor(bytes / CHUNK) * SEALED + (rest > 0 ? rest + OVER : 0);
}

/** How many bytes a part of this size holds; what is left of a torn chunk does not count. */
export function plainSize(sealed: number): number {
  const rest = sealed % SEALED;
  return Math.floor(sealed / SEALED) * CHUNK + Math.max(0, rest - OVER);
}

export function sealBytes(key: Buffer, blob: string, plain: Uint8Array): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < plain.length; at += CHUNK)
    chunks.push(sealChunk(key, blob, at / CHUNK, plain.subarray(at, at + CHUNK)));
  return Buffer.concat(chunks);
}

/** The key of one blob, locked with a key of the installation; opens only as the key of this blob. */
export function wrapKey(under: Buffer, blob: string, key: Buffer): Buffer {
  return sealChunk(under, blob, 0xffffffff, key);
}

export function unwrapKey(under: Buffer, blob: string, wrapped: Buffer): Buffer {
  return openChunk(under, blob, 0xffffffff, wrapped);
}

export function derivedKey(from: Buffer, salt: Buffer, what: string): Buffer {
  return Buffer.from(hkdfSync('sha256', from, salt, what, 32));
}

/**
 * The bytes `from` up to `upTo` of a blob that is `bytes` long in all, as they come out of `sealed`, which gives the sealed bytes
 * of the wanted chunks. Nothing of a chunk is handed on before all of it has proved to be what was stored.
 */
export async function* unsealed(
  of: { readonly id: string; readonly key: Buffer; readonly bytes: number },
  from: number,
  upTo: number,
  sealed: (from: number, upTo: number) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  if (from >= upTo) return;
  const first = Math.floor(from / CHUNK);
  const last = Math.floor((upTo - 1) / CHUNK);
  const end = Math.min((last + 1) * SEALED, sealedSize(of.bytes));
  let chunk = first;
  let held: Uint8Array[] = [];
  let length = 0;
  const sizeOf = (at: number): number => Math.min(SEALED, sealedSize(of.bytes) - at * SEALED);
  const open = (whole: Buffer): Buffer => {
    const plain = openChunk(of.key, of.id, chunk, whole);
    const begins = chunk * CHUNK;
    chunk += 1;
    return plain.subarray(Math.max(0, from - begins), Math.min(plain.length, upTo - begins));
  };
  for await (const piece of sealed(first * SEALED, end)) {
    held.push(piece);
    length += piece.length;
    while (chunk <= last && length >= sizeOf(chunk)) {
      const all = Buffer.concat(held);
      const size = sizeOf(chunk);
      held = [all.subarray(size)];
      length -= size;
      yield open(all.subarray(0, size));
    }
  }
  if (chunk <= last || length > 0) throw new BlobDamaged(of.id, 'has another length than was stored');
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** Nonce, tag, ciphertext. The id is proved with it, so that one box cannot be put in the place of another. */
export function seal(key: Buffer, id: string, content: unknown): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Undefined where it was sealed with another key, for another id, or has been touched since. */
export function unseal(key: Buffer, id: string, box: Buffer): unknown {
  if (box.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv(CIPHER, key, box.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(Buffer.from(id))
    .setAuthTag(box.subarray(NONCE, NONCE + TAG));
  try {
    return JSON.parse(Buffer.concat([decipher.update(box.subarray(NONCE + TAG)), decipher.final()]).toString('utf8'));
  } catch {
    return undefined;
  }
}

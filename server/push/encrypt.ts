import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';

/** Where a browser wants to be written to, and with which keys (RFC 8291 §2). */
export interface PushKeys {
  /** P-256, uncompressed: 65 bytes. */
  readonly p256dh: Buffer;
  /** 16 bytes. */
  readonly auth: Buffer;
}

export const CURVE = 'prime256v1';
/** One record holds it all: what is said here is short. */
const RECORD_BYTES = 4_096;
/** Every body has this length, so that its size tells nothing of it. */
const PADDED_BYTES = 128;

/** A point of the curve, 16 bytes beside it: whether something can be encrypted to these keys. */
export function areKeys({ p256dh, auth }: PushKeys): boolean {
  if (p256dh.length !== 65 || p256dh[0] !== 4 || auth.length !== 16) return false;
  try {
    const probe = createECDH(CURVE);
    probe.generateKeys();
    probe.computeSecret(p256dh);
    return true;
  } catch {
    return false;
  }
}

/**
 * A body only the browser with these keys can read: aes128gcm (RFC 8188) with keys agreed by RFC 8291. Salt and own key are
 * made for each body; only the test of the RFC’s example hands them in, and its body unpadded.
 */
export function encryptFor(
  keys: PushKeys,
  body: string,
  known: { readonly salt?: Buffer; readonly privateKey?: Buffer; readonly pad?: false } = {},
): Buffer {
  const salt = known.salt ?? randomBytes(16);
  const own = createECDH(CURVE);
  if (known.privateKey) own.setPrivateKey(known.privateKey);
  else own.generateKeys();
  const ownPublic = own.getPublicKey();

  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.p256dh, ownPublic]);
  const agreed = Buffer.from(hkdfSync('sha256', own.computeSecret(keys.p256dh), keys.auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', agreed, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', agreed, salt, 'Content-Encoding: nonce\0', 12));

  const text = Buffer.from(body);
  const padding = known.pad === false ? 0 : Math.max(0, PADDED_BYTES - text.length);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // 2 marks the last record; zeros after it are padding.
  const sealed = Buffer.concat([
    cipher.update(Buffer.concat([text, Buffer.from([2]), Buffer.alloc(padding)])),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const head = Buffer.alloc(21);
  salt.copy(head);
  head.writeUInt32BE(RECORD_BYTES, 16);
  head.writeUInt8(ownPublic.length, 20);
  return Buffer.concat([head, ownPublic, sealed]);
}

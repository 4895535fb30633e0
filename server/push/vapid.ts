import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { CURVE } from './encrypt.ts';

/** Signed for so long (RFC 8292 allows 24 h), and signed anew well before that. */
const VALID_SECONDS = 12 * 3_600;
const RENEW_SECONDS = 6 * 3_600;
/** Push services there are; the signature of each is kept. */
const KEPT_MOST = 64;

/** Says to push services who writes (RFC 8292). */
export interface Vapid {
  /** What browsers are given when they subscribe: base64url, 87 letters. */
  readonly publicKey: string;
  /** The Authorization header for a push service. */
  authorization(origin: string, now: Date): string;
}

/** `secret`: 32 bytes that stay the same for the life of the installation; `subject`: whom a push service may write to. */
export function openVapid(secret: Buffer, subject: string): Vapid {
  const { privateKey, publicKey } = signingKey(secret);
  const known = new Map<string, { header: string; until: number }>();

  return {
    publicKey,
    authorization(origin, now) {
      const seconds = Math.floor(now.getTime() / 1_000);
      const found = known.get(origin);
      if (found && found.until > seconds && found.until <= seconds + RENEW_SECONDS) return found.header;
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${part({ typ: 'JWT', alg: 'ES256' })}.${part({ aud: origin, exp: seconds + VALID_SECONDS, sub: subject })}`;
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const header = `vapid t=${signed}.${signature.toString('base64url')}, k=${publicKey}`;
      if (known.size >= KEPT_MOST) known.delete(known.keys().next().value!);
      known.set(origin, { header, until: seconds + RENEW_SECONDS });
      return header;
    },
  };
}

/** The key pair that belongs to a secret. Of all 32-byte numbers one in four thousand million is none of the curve: then the next. */
function signingKey(secret: Buffer): { privateKey: KeyObject; publicKey: string } {
  for (let round = 0; ; round += 1) {
    const d = createHash('sha256').update(`vapid ${round}`).update(secret).digest();
    const pair = createECDH(CURVE);
    try {
      pair.setPrivateKey(d);
    } catch {
      continue;
    }
    const point = pair.getPublicKey();
    const text = (bytes: Buffer): string => bytes.toString('base64url');
    const key = { kty: 'EC', crv: 'P-256', d: text(d), x: text(point.subarray(1, 33)), y: text(point.subarray(33)) };
    return { privateKey: createPrivateKey({ key, format: 'jwk' }), publicKey: text(point) };
  }
}

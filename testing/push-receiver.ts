import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A push as it came, opened with the keys of the browser it was for. */
export interface ReceivedPush {
  readonly browser: string;
  readonly body: unknown;
  readonly bytes: number;
  readonly ttl: number;
  readonly urgency: string;
  readonly topic: string | undefined;
}

export interface Subscribing {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/**
 * A push service with its browsers, of node:crypto alone: it checks who writes (RFC 8292), decrypts as a browser does (RFC 8188,
 * RFC 8291) and keeps what a device that is off would get when it comes back: of each topic the newest.
 */
export interface PushReceiver {
  readonly origin: string;
  readonly received: ReceivedPush[];
  /** Everything that was asked, in order; a push that was answered otherwise is not among `received`. */
  readonly asked: { readonly browser: string; readonly status: number }[];
  /** What was wrong with a request: a signature, an encoding. Empty where all is well. */
  readonly wrong: string[];
  /** Of each browser and topic the newest push. */
  waiting(browser: string): readonly ReceivedPush[];
  /** A new browser that subscribes. */
  browser(name: string): Subscribing;
  /** What the service answers from now on; 201 where it does not say otherwise. */
  answer: (browser: string) => { status: number; headers?: Record<string, string> } | Promise<{ status: number }>;
  /** By which it judges how long a signature holds. */
  clock: () => number;
  close(): Promise<void>;
}

export async function openPushReceiver(): Promise<PushReceiver> {
  const browsers = new Map<string, { name: string; privateKey: Buffer; publicKey: Buffer; auth: Buffer }>();
  const received: ReceivedPush[] = [];
  const asked: { browser: string; status: number }[] = [];
  const wrong: string[] = [];
  let origin = '';

  async function take(request: IncomingMessage): Promise<{ status: number; headers?: Record<string, string> }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const browser = browsers.get(request.url ?? '');
    if (!browser) return { status: 404 };
    const answer = await receiver.answer(browser.name);
    asked.push({ browser: browser.name, status: answer.status });
    if (answer.status !== 201) return answer;
    const { headers } = request;
    try {
      checkVapid(headers.authorization ?? '', origin, receiver.clock());
      if (headers['content-encoding'] !== 'aes128gcm') throw new Error(`encoding ${headers['content-encoding']}`);
      const text = decrypt(body, browser);
      received.push({
        browser: browser.name,
        body: JSON.parse(text) as unknown,
        bytes: body.length,
        ttl: Number(headers.ttl),
        urgency: String(headers.urgency),
        topic: headers.topic === undefined ? undefined : String(headers.topic),
      });
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : 'unknown');
      return { status: 400 };
    }
    return answer;
  }

  const server = createServer((request, response) => {
    take(request).then(
      ({ status, headers }) => response.writeHead(status, headers).end(),
      () => response.destroy(),
    );
  });
  const receiver: PushReceiver = {
    get origin() {
      return origin;
    },
    received,
    asked,
    wrong,
    waiting: (name) => [
      ...new Map(received.filter((it) => it.browser === name).map((it, at) => [it.topic ?? at, it])).values(),
    ],
    browser(name) {
      const pair = createECDH('prime256v1');
      pair.generateKeys();
      const auth = randomBytes(16);
      const path = `/push/${randomBytes(12).toString('base64url')}`;
      browsers.set(path, { name, privateKey: pair.getPrivateKey(), publicKey: pair.getPublicKey(), auth });
      return {
        endpoint: origin + path,
        p256dh: pair.getPublicKey('base64url'),
        auth: auth.toString('base64url'),
      };
    },
    answer: () => ({ status: 201 }),
    clock: () => Date.now(),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

/** What a browser does with a body (RFC 8291 §3.4, RFC 8188 §2): one record. */
export function decrypt(body: Buffer, own: { privateKey: Buffer; publicKey: Buffer; auth: Buffer }): string {
  const salt = body.subarray(0, 16);
  const record = body.readUInt32BE(16);
  const idLength = body.readUInt8(20);
  const theirs = body.subarray(21, 21 + idLength);
  const sealed = body.subarray(21 + idLength);
  if (sealed.length > record) throw new Error('more than one record');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(own.privateKey);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), own.publicKey, theirs]);
  const agreed = Buffer.from(hkdfSync('sha256', pair.computeSecret(theirs), own.auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', agreed, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', agreed, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) end -= 1;
  if (padded[end - 1] !== 2) throw new Error('not the last record');
  return padded.subarray(0, end - 1).toString('utf8');
}

/** Who writes is who the browser subscribed for, the token is for this service and holds for a day at most (RFC 8292). */
export function checkVapid(header: string, origin: string, now = Date.now()): { key: string; sub: string } {
  const found = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header);
  if (!found) throw new Error(`authorization ${header}`);
  const [, head, claims, signature, key] = found as unknown as [string, string, string, string, string];
  const point = Buffer.from(key, 'base64url');
  const text = (bytes: Buffer): string => bytes.toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: text(point.subarray(1, 33)), y: text(point.subarray(33)) };
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw new Error('signature');
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, never>;
  if (aud !== origin) throw new Error(`aud ${String(aud)}`);
  const ahead = Number(exp) - now / 1_000;
  if (!(ahead > 0 && ahead <= 86_400)) throw new Error(`exp ${ahead} s ahead`);
  return { key, sub: String(sub) };
}

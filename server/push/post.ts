// Encrypting and writing for thousands of devices would take the time of everybody else’s messages: it has a thread of its own.
import { lookup as resolveName } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

import { encryptFor } from './encrypt.ts';
import { isOutside } from '../outside.ts';
import { openVapid } from './vapid.ts';

/** What the thread is given once. */
export interface PosterSettings {
  readonly secret: Uint8Array;
  readonly subject: string;
  /** Origins that the operator added. */
  readonly own: readonly string[];
  readonly atOnce: number;
}

/** One body on its way; `id` comes back with the answer. */
export interface Posting {
  readonly id: number;
  readonly endpoint: string;
  readonly p256dh: Uint8Array;
  readonly auth: Uint8Array;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
  /** By the clock of the house. */
  readonly now: number;
}

/** Status 0: there was no answer, and why. */
export interface Posted {
  readonly id: number;
  readonly status: number;
  readonly retryAfter?: string | undefined;
  readonly reason?: string;
}

const ANSWER_MS = 10_000;
/** What an answer may say before it is cut off; none of it is looked at. */
const ANSWER_BYTES = 65_536;

const settings = workerData as PosterSettings;
const vapid = openVapid(Buffer.from(settings.secret), settings.subject);
const options = {
  keepAlive: true,
  maxSockets: settings.atOnce,
  maxTotalSockets: settings.atOnce * 8,
  scheduling: 'lifo' as const,
};
const secure = new Agent(options);
const plain = new PlainAgent(options);

/** So that a name which leads inside is not followed there: the address that was looked at is the one connected to. */
const lookup: LookupFunction = (hostname, wish, done) => {
  resolveName(hostname, { ...wish, all: true }, (error, found) => {
    const inside = error ? undefined : found.find((it) => !isOutside(it.address));
    const none: LookupAddress[] = [];
    if (error) done(error, none);
    else if (inside) done(new Error('the name of a push service leads inside'), none);
    else if (wish.all) done(null, found);
    else done(null, found[0]!.address, found[0]!.family);
  });
};

function post({ id, endpoint, p256dh, auth, body, headers, now }: Posting): Promise<Posted> {
  const { promise, resolve, reject } = Promise.withResolvers<Posted>();
  const url = new URL(endpoint);
  const keys = { p256dh: Buffer.from(p256dh), auth: Buffer.from(auth) };
  const sealed = encryptFor(keys, body);
  const wish = {
    method: 'POST',
    agent: url.protocol === 'https:' ? secure : plain,
    signal: AbortSignal.timeout(ANSWER_MS),
    // What the operator added may stand inside: that is what it is for.
    ...(settings.own.includes(url.origin) ? {} : { lookup }),
    headers: {
      'content-type': 'application/octet-stream',
      'content-encoding': 'aes128gcm',
      'content-length': sealed.length,
      authorization: vapid.authorization(url.origin, new Date(now)),
      ...headers,
    },
  };
  const asked = (url.protocol === 'https:' ? request : plainRequest)(url, wish, (answer) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES) answer.destroy();
    });
    answer.on('error', () => undefined);
    resolve({ id, status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] });
  });
  asked.on('error', reject);
  asked.end(sealed);
  return promise;
}

parentPort!.on('message', (posting: Posting) => {
  void Promise.try(post, posting)
    .catch((error: unknown): Posted => ({
      id: posting.id,
      status: 0,
      reason: error instanceof Error ? error.message : 'unknown',
    }))
    .then((posted) => parentPort!.postMessage(posted));
});

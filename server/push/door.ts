import { lookup as resolveName } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import type { LookupFunction } from 'node:net';

import type { House } from '../house.ts';
import { keyIn } from '../keys.ts';
import { encryptFor } from './encrypt.ts';
import type { PushKeys } from './encrypt.ts';
import { isOutside, readEndpoint } from './endpoint.ts';
import { openVapid } from './vapid.ts';

/** Seconds; no push service is asked to keep anything longer. */
export const TTL_MOST = 86_400;
const ANSWER_MS = 10_000;
/** What an answer may say before it is cut off; none of it is looked at. */
const ANSWER_BYTES = 65_536;
/** Connections to one push service. */
export const AT_ONCE = 16;
/** A service that asks for patience is left alone for so long, unless it says how long; doubled each time in a row. */
const PAUSE_MS = 5_000;
const PAUSE_MOST_MS = 30 * 60_000;

export interface Push {
  readonly endpoint: string;
  readonly keys: PushKeys;
  readonly body: string;
  /** Seconds the push service keeps it for a device that is off. */
  readonly ttl: number;
  readonly urgency: 'low' | 'normal' | 'high';
  /** A newer one with the same topic replaces an older one that was not delivered yet. */
  readonly topic?: string;
}

/**
 * `gone`: the browser no longer listens there. `later`: the service asks for patience, or did not answer. `refused`: it never
 * will take this one.
 */
export type PushOutcome = 'accepted' | 'gone' | 'later' | 'refused';

/** The way out to the push services. */
export interface PushDoor {
  readonly publicKey: string;
  /** The host of an endpoint that may be written to; undefined for others. */
  hostOf(endpoint: string): string | undefined;
  send(push: Push): Promise<PushOutcome>;
  /** Hosts that asked for patience, for now. */
  paused(): readonly string[];
  close(): void;
}

export function openPushDoor(house: Pick<House, 'config' | 'log' | 'metrics' | 'now'>): PushDoor {
  const { config, log, metrics, now } = house;
  const subject = config.publicUrl.startsWith('https:') ? config.publicUrl : 'mailto:nharong@localhost';
  const vapid = openVapid(keyIn(config.dataDir, 'push'), subject);
  const closing = new AbortController();
  const options = { keepAlive: true, maxSockets: AT_ONCE, maxTotalSockets: AT_ONCE * 8, scheduling: 'lifo' as const };
  const secure = new Agent(options);
  const plain = new PlainAgent(options);
  const pauses = new Map<string, { until: number; next: number }>();

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

  function post(url: URL, push: Push): Promise<{ status: number; wait: number | undefined }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; wait: number | undefined }>();
    const body = encryptFor(push.keys, push.body);
    const own = config.pushHosts.includes(url.origin);
    const wish = {
      method: 'POST',
      agent: url.protocol === 'https:' ? secure : plain,
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_MS)]),
      // What the operator added may stand inside: that is what it is for.
      ...(own ? {} : { lookup }),
      headers: {
        'content-type': 'application/octet-stream',
        'content-encoding': 'aes128gcm',
        'content-length': body.length,
        authorization: vapid.authorization(url.origin, now()),
        ttl: Math.max(0, Math.min(TTL_MOST, Math.floor(push.ttl))),
        urgency: push.urgency,
        ...(push.topic === undefined ? {} : { topic: push.topic }),
      },
    };
    const asked = (url.protocol === 'https:' ? request : plainRequest)(url, wish, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES) answer.destroy();
      });
      answer.on('error', () => undefined);
      resolve({ status: answer.statusCode ?? 0, wait: waitIn(answer.headers['retry-after'], now()) });
    });
    asked.on('error', reject);
    asked.end(body);
    return promise;
  }

  function pause(host: string, wait: number | undefined): void {
    const at = now().getTime();
    const before = pauses.get(host);
    // Those that were on their way together are one complaint, not many in a row.
    const again = before !== undefined && before.until <= at;
    const next = again ? Math.min(before.next * 2, PAUSE_MOST_MS) : (before?.next ?? PAUSE_MS);
    const until = at + Math.min(Math.max(wait ?? 0, next), PAUSE_MOST_MS);
    pauses.set(host, { until: Math.max(until, before?.until ?? 0), next });
  }

  return {
    publicKey: vapid.publicKey,
    hostOf: (endpoint) => readEndpoint(endpoint, config.pushHosts)?.host,

    async send(push) {
      const url = readEndpoint(push.endpoint, config.pushHosts);
      if (!url) {
        metrics.pushes.inc({ outcome: 'refused' });
        return 'refused';
      }
      metrics.pushes.inc({ outcome: 'sent' });
      let status = 0;
      let wait: number | undefined;
      let reason = '';
      try {
        ({ status, wait } = await post(url, push));
      } catch (error) {
        reason = error instanceof Error ? error.message : 'unknown';
      }
      const outcome = outcomeOf(status);
      metrics.pushes.inc({ outcome: outcome === 'later' && status === 0 ? 'unreachable' : outcome });
      if (outcome === 'accepted' || outcome === 'gone') pauses.delete(url.host);
      else if (outcome === 'later') pause(url.host, wait);
      // Never the address: whoever has it can write to the device.
      if (outcome === 'refused' || outcome === 'later')
        log.warn({ host: url.host, status, reason }, 'a push service did not take a push');
      return outcome;
    },

    paused() {
      const at = now().getTime();
      return [...pauses].flatMap(([host, { until }]) => (until > at ? [host] : []));
    },

    close() {
      closing.abort();
      secure.destroy();
      plain.destroy();
    },
  };
}

function outcomeOf(status: number): PushOutcome {
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 404 || status === 410) return 'gone';
  if (status === 0 || status === 408 || status === 429 || status >= 500) return 'later';
  return 'refused';
}

/** Milliseconds of a Retry-After header: seconds, or a date. */
function waitIn(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

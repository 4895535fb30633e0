import { Worker } from 'node:worker_threads';

import type { House } from '../house.ts';
import { keyOf } from '../keys.ts';
import type { PushKeys } from './encrypt.ts';
import { readEndpoint } from './endpoint.ts';
import type { Posted, PosterSettings, Posting } from './post.ts';
import { openVapid } from './vapid.ts';

/** Seconds; no push service is asked to keep anything longer. */
export const TTL_MOST = 86_400;
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
  const secret = keyOf(config.keysDir, 'push');
  const vapid = openVapid(secret, subject);
  const pauses = new Map<string, { until: number; next: number }>();
  const waiting = new Map<number, (posted: Posted) => void>();
  let thread: Worker | undefined;
  let last = 0;
  let closed = false;

  /** The thread that encrypts and writes; begun with the first push, and again should it ever end. */
  function poster(): Worker {
    if (thread) return thread;
    const settings: PosterSettings = { secret, subject, own: config.pushHosts, atOnce: AT_ONCE };
    const begun = new Worker(new URL('post.ts', import.meta.url), { workerData: settings });
    const ended = (reason: string): void => {
      if (thread === begun) thread = undefined;
      for (const [id, answer] of waiting) answer({ id, status: 0, reason });
      waiting.clear();
    };
    begun.on('message', (posted: Posted) => {
      waiting.get(posted.id)?.(posted);
      waiting.delete(posted.id);
    });
    begun.on('error', (error) => ended(error instanceof Error ? error.message : 'the thread broke'));
    begun.on('exit', () => ended('the thread ended'));
    begun.unref();
    return (thread = begun);
  }

  function post(push: Push): Promise<Posted> {
    const { promise, resolve } = Promise.withResolvers<Posted>();
    const id = (last += 1);
    const { endpoint, keys, body, urgency, topic } = push;
    const ttl = Math.max(0, Math.min(TTL_MOST, Math.floor(push.ttl)));
    const headers = { ttl, urgency, ...(topic === undefined ? {} : { topic }) };
    const posting: Posting = {
      id,
      endpoint,
      p256dh: keys.p256dh,
      auth: keys.auth,
      body,
      headers,
      now: now().getTime(),
    };
    waiting.set(id, resolve);
    poster().postMessage(posting);
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
      if (closed) return 'later';
      if (!url) {
        metrics.pushes.inc({ outcome: 'refused' });
        return 'refused';
      }
      metrics.pushes.inc({ outcome: 'sent' });
      const { status, retryAfter, reason } = await post(push);
      const outcome = outcomeOf(status);
      metrics.pushes.inc({ outcome: outcome === 'later' && status === 0 ? 'unreachable' : outcome });
      if (outcome === 'accepted' || outcome === 'gone') pauses.delete(url.host);
      else if (outcome === 'later') pause(url.host, waitIn(retryAfter, now()));
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
      closed = true;
      void thread?.terminate();
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

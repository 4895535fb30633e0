import { isQuiet, QUIET, QUIET_ZONE } from '../quiet/rules.ts';
import type { Quiet } from '../quiet/rules.ts';

/** Seconds a push service keeps what is sent to a device that is off; later it is of no use any more. */
export const KEPT_SECONDS = 86_400;
/** Somebody who has the chat open reads it before the others are told. */
export const LOOK_MS = 2_000;
/** From this urgency on nobody waits for that. */
export const AT_ONCE_FROM = 2;
/** No device is told of the same chat more often. */
export const FOLD_MS = 5_000;
/** Pushes that only take away what was read elsewhere: browsers allow few that show nothing. */
export const CLEAR_MS = 60_000;
/** A push that a node has in hand is anybody’s again after this: it ended meanwhile. */
export const LEASE_MS = 120_000;
/** Before the second, third … attempt; the last one again and again until the day is over. */
const RETRY_MS = [5_000, 20_000, 60_000, 300_000, 900_000];

/** Chats of which a device shows one notification each, the newest. */
export const SHOWN_MOST = 8;
/** Names of senders in one notification. */
export const SENDERS_MOST = 3;
/** Chats and devices of one answer; a person has ten devices at most. */
export const NAMED_MOST = 100;

/** What waits longer than this is told once more, in a digest. */
export const DIGEST_AFTER_MS = 24 * 3_600_000;
/** Hours of the day, in the office’s zone, in which the digest goes out: from the first, before the second. */
export const DIGEST_HOURS = [8, 18] as const;
/** Messages that waited longer than this are nobody’s news. */
export const DIGEST_UPTO_MS = 30 * 86_400_000;

/** A message of the highest urgency that is older than this is told by SMS no more. */
export const URGENT_TEXT_UPTO_MS = 12 * 3_600_000;

/** A ring that a node has in hand is anybody’s again after this: it is of no use for long. */
export const RING_LEASE_MS = 12_000;
/** Before the second, third … attempt at a ring. */
const RING_RETRY_MS = [1_000, 3_000, 8_000];
/** Seconds a push service keeps the word that a call does not ring any more. */
export const RING_OVER_SECONDS = 3_600;
/** That a ring is over is tried this often; a device that hears of it in no way forgets it by itself. */
export const RING_OVER_TRIES = 4;

export function ringRetryAfter(tries: number): number {
  return RING_RETRY_MS[Math.min(Math.max(tries, 1), RING_RETRY_MS.length) - 1]!;
}

export function retryAfter(tries: number): number {
  return RETRY_MS[Math.min(Math.max(tries, 1), RETRY_MS.length) - 1]!;
}

/** When a device is to be told of a message that was sent just now. */
export function dueAt(at: number, urgency: number): number {
  return urgency >= AT_ONCE_FROM ? at : at + LOOK_MS;
}

/** What a push service is told: whether it may wait until the phone is awake anyway (RFC 8030 §5.3). */
export function wakeUrgency(it: { readonly urgency: number; readonly mentions: boolean; readonly silent: boolean }) {
  if (it.silent) return 'low';
  return it.urgency > 0 || it.mentions ? 'high' : 'normal';
}

/** The body of a push: never anything of what was written, nor who wrote it, nor where. */
export type PushBody = { readonly t: 'wake'; readonly b: number } | { readonly t: 'test' };

/** Whether it is quiet for a person now; most have the same hours, and a clock in another zone is slow to read. */
export function quietNow(now: Date): (quiet: Quiet | null) => { quiet: boolean; through: Quiet['through'] } {
  const known = new Map<string, { quiet: boolean; through: Quiet['through'] }>();
  return (own) => {
    const key = own ? JSON.stringify(own) : '';
    let found = known.get(key);
    if (!found) {
      const hours = { ...QUIET, ...own };
      known.set(key, (found = { quiet: isQuiet(hours, now.getTime(), QUIET_ZONE), through: hours.through }));
    }
    return found;
  };
}

import { createHmac } from 'node:crypto';

import { isTransient } from '../../../server/database.ts';
import type { House } from '../../../server/house.ts';
import { AT_ONCE } from '../../../server/push/door.ts';
import type { PushDoor, PushOutcome } from '../../../server/push/door.ts';
import { CLEAR_MS, FOLD_MS, KEPT_SECONDS, LEASE_MS, retryAfter, wakeUrgency } from '../rules.ts';
import type { PushBody } from '../rules.ts';
import { deleteEndpoint, savePushed, savePutOff, takeDue, takeRead } from '../store.ts';
import type { Clearing, Due, Place } from '../store.ts';

/** Pushes a node has in hand at once. */
const TOGETHER = 128;
const CLEARED_TOGETHER = 200;
const TRIES = 5;
/** A push that only takes away is of no use when it comes late. */
const CLEAR_SECONDS = 3_600;
/** A push service whose browsers take every push for a notification, and stop those that show none. */
const LOUD = '.push.apple.com';

/** What a push service sees in place of the chat: the same for one device and chat, so that a newer push replaces an older. */
export function topicOf(seed: Buffer, stream: string): string {
  return createHmac('sha256', seed).update(stream).digest().subarray(0, 24).toString('base64url');
}

const text = (body: PushBody): string => JSON.stringify(body);

/** Runs for each of the list, so many at once a host: a slow service does not hold up the others. */
export async function paced<T extends { readonly host: string }>(
  list: readonly T[],
  run: (it: T) => Promise<void>,
): Promise<void> {
  const lanes = [...Map.groupBy(list, (it) => it.host).values()].flatMap((waiting) => {
    const rest = waiting.values();
    return Array.from({ length: Math.min(AT_ONCE, waiting.length) }, async () => {
      for (const it of rest) await run(it);
    });
  });
  await Promise.all(lanes);
}

/** Those who plan hold many of these rows too: where two waited for each other, it is done again. */
export async function untilWritten(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isTransient(error) || attempt >= TRIES) throw error;
    }
  }
}

/** Sends what is due. Answers whether there may be more. */
export async function deliverDue(house: House, door: PushDoor): Promise<boolean> {
  const now = house.now();
  const due = await takeDue(house.db, {
    now,
    most: TOGETHER,
    paused: door.paused(),
    leaseMs: LEASE_MS,
    keptMs: KEPT_SECONDS * 1_000,
    foldMs: FOLD_MS,
  });
  const wanted = due.filter((it) => it.wanted && !it.late);
  const late = due.filter((it) => it.wanted && it.late).length;
  if (late > 0) house.metrics.pushes.inc({ outcome: 'dropped' }, late);

  const done: (Place & { seq: number })[] = [];
  const putOff: (Place & { until: Date | null })[] = [];
  await paced(wanted, async (it) => {
    // The host asked for patience while others of this round were on their way.
    const outcome = door.paused().includes(it.host) ? 'later' : await sendOne(door, it, now);
    const { session, stream, seq } = it;
    if (outcome === 'accepted') done.push({ session, stream, seq });
    else if (outcome === 'gone') await deleteEndpoint(house.db, session, it.endpoint);
    else {
      const until = outcome === 'later' ? new Date(house.now().getTime() + retryAfter(it.tries)) : null;
      putOff.push({ session, stream, until });
    }
  });
  if (done.length > 0) await untilWritten(() => savePushed(house.db, done, house.now(), FOLD_MS));
  if (putOff.length > 0) await untilWritten(() => savePutOff(house.db, putOff));
  return due.length > 0;
}

function sendOne(door: PushDoor, it: Due, now: Date): Promise<PushOutcome> {
  return door.send({
    endpoint: it.endpoint,
    keys: it,
    body: text({ t: 'wake', b: it.badge }),
    ttl: KEPT_SECONDS - Math.max(0, (now.getTime() - it.since.getTime()) / 1_000),
    urgency: wakeUrgency(it),
    topic: topicOf(it.seed, it.stream),
  });
}

/** Wakes devices that show what was read elsewhere, so that they take it away. Best effort: it may be lost. */
export async function clearRead(house: House, door: PushDoor): Promise<void> {
  const list = await takeRead(house.db, {
    now: house.now(),
    everyMs: CLEAR_MS,
    most: CLEARED_TOGETHER,
    loud: LOUD,
  });
  const paused = door.paused();
  const hosted = list.flatMap((it) => {
    const host = door.hostOf(it.endpoint);
    return host === undefined || paused.includes(host) ? [] : [{ ...it, host }];
  });
  await paced(hosted, async (it: Clearing & { host: string }) => {
    const outcome = await door.send({
      endpoint: it.endpoint,
      keys: it,
      body: text({ t: 'wake', b: it.badge }),
      ttl: CLEAR_SECONDS,
      urgency: 'low',
      topic: topicOf(it.seed, 'cleared'),
    });
    if (outcome === 'gone') await deleteEndpoint(house.db, it.session, it.endpoint);
    else if (outcome === 'accepted') house.metrics.pushes.inc({ outcome: 'cleared' });
  });
}

import type { House, Job } from '../../../server/house.ts';
import type { PushDoor } from '../../../server/push/door.ts';
import { AT_ONCE_FROM, LOOK_MS, URGENT_TEXT_UPTO_MS } from '../rules.ts';
import { countDue, groupsBehind, nextDue, pruneAudiences, prunePushes } from '../store.ts';
import { nextRing } from '../store/rings.ts';
import { clearRead, deliverDue } from './deliver.ts';
import { planFor } from './plan.ts';
import { deliverRings } from './rings.ts';

/** Urgent messages written within this time are looked at together; others wait until they are due, when many have read them. */
const GATHER_MS = 100;
/** Groups of one look, and found by one search for what was missed. */
const TOGETHER = 50;
const FOUND_MOST = 500;
/** Groups that wait here to be looked at; what does not fit the search finds. */
const WAITING_MOST = 10_000;
/** The timer for what is due is never set further ahead: the job comes by anyway. */
const AHEAD_MS = 10_000;
const KEPT_MS = 2 * 86_400_000;
/** For whom a message is meant: as long as anything is told of it. */
const AIMED_KEPT_MS = 7 * 86_400_000;

export interface Notifier {
  /** These messages were committed. Returns at once; nothing is lost where it is never called. */
  wake(list: readonly { readonly group: string; readonly urgency: number }[]): void;
  /** Rings were put down, or have ended, and that was committed. Returns at once. */
  rang(): void;
  /** Looks for whatever is to be told, and tells it; resolves when nothing is due. */
  run(): Promise<void>;
  jobs: readonly Job[];
  close(): Promise<void>;
}

/**
 * Tells devices of messages, beside everything else: who sends does not wait for it. It lives from the database alone (cursors
 * and due pushes), the wake-ups only make it quick.
 */
export function openNotifier(house: House, door: PushDoor): Notifier {
  const behind = new Set<string>();
  let closed = false;
  let gathering: NodeJS.Timeout | undefined;
  let gatheringUntil = Infinity;
  let waiting: NodeJS.Timeout | undefined;
  let waitingUntil = Infinity;
  let planning: Promise<void> | undefined;
  let sending: Promise<void> | undefined;
  let ringing: Promise<void> | undefined;
  let ringAgain = false;
  let ringWaiting: NodeJS.Timeout | undefined;

  const tell = (error: unknown): void =>
    house.log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'notifications wait');

  async function plan(): Promise<void> {
    while (behind.size > 0 && !closed) {
      const groups = [...behind].slice(0, TOGETHER);
      for (const group of groups) behind.delete(group);
      for (const group of await planFor(house, groups)) behind.add(group);
    }
  }

  function planSoon(): Promise<void> {
    planning ??= plan()
      .catch(tell)
      .finally(() => {
        planning = undefined;
        void deliverNow();
      });
    return planning;
  }

  function planAfter(ms: number): void {
    const at = Date.now() + ms;
    if (gatheringUntil <= at) return;
    clearTimeout(gathering);
    gatheringUntil = at;
    gathering = setTimeout(() => {
      gatheringUntil = Infinity;
      void planSoon();
    }, ms);
    gathering.unref();
  }

  async function deliver(): Promise<void> {
    while (!closed && (await deliverDue(house, door)));
    if (closed) return;
    const next = await nextDue(house.db, door.paused());
    if (next) deliverAfter(Math.max(100, next.getTime() - house.now().getTime()));
  }

  function deliverNow(): Promise<void> {
    sending ??= deliver()
      .catch(tell)
      .finally(() => {
        sending = undefined;
      });
    return sending;
  }

  function deliverAfter(ms: number): void {
    const at = Date.now() + Math.min(ms, AHEAD_MS);
    if (closed || waitingUntil <= at) return;
    clearTimeout(waiting);
    waitingUntil = at;
    waiting = setTimeout(() => {
      waitingUntil = Infinity;
      void deliverNow();
    }, at - Date.now());
    waiting.unref();
  }

  async function ring(): Promise<void> {
    ringAgain = false;
    while (!closed && (await deliverRings(house, door)));
    if (closed) return;
    const next = await nextRing(house.db, door.paused());
    if (!next) return;
    clearTimeout(ringWaiting);
    const ms = Math.min(Math.max(100, next.getTime() - house.now().getTime()), AHEAD_MS);
    ringWaiting = setTimeout(() => void ringNow(), ms);
    ringWaiting.unref();
  }

  /** A lane of its own: whoever is rung does not wait until thousands are told of a message. */
  function ringNow(): Promise<void> {
    // Put down while it was being looked for, it may not have been found.
    ringAgain = true;
    ringing ??= (async () => {
      while (ringAgain && !closed) await ring().catch(tell);
      ringing = undefined;
    })();
    return ringing;
  }

  async function run(): Promise<void> {
    await ringNow();
    await planning;
    for (const group of await groupsBehind(house.db, FOUND_MOST)) behind.add(group);
    // In the lanes of those whom a timer has begun meanwhile: beside them, what they have in hand would be passed over and be told
    // only after this has ended.
    await planSoon();
    if (behind.size > 0) await planSoon();
    await sending;
    await deliverNow();
  }

  return {
    wake(list) {
      if (closed) return;
      for (const { group } of list) if (behind.size < WAITING_MOST) behind.add(group);
      if (behind.size > 0) planAfter(list.some((it) => it.urgency >= AT_ONCE_FROM) ? GATHER_MS : LOOK_MS);
    },
    rang() {
      if (!closed) void ringNow();
    },
    run,
    jobs: [
      { name: 'tell of messages', everySeconds: 10, run },
      {
        name: 'take away what was read',
        everySeconds: 30,
        async run() {
          await clearRead(house, door);
          house.metrics.pushesWaiting.set(await countDue(house.db));
        },
      },
      {
        name: 'forget old pushes',
        everySeconds: 3_600,
        async run() {
          const now = house.now().getTime();
          await pruneAudiences(house.db, new Date(now - AIMED_KEPT_MS));
          // The budget of a day is counted from its texts.
          await prunePushes(house.db, new Date(now - KEPT_MS), new Date(now - URGENT_TEXT_UPTO_MS - KEPT_MS));
        },
      },
    ],
    async close() {
      closed = true;
      clearTimeout(gathering);
      clearTimeout(waiting);
      clearTimeout(ringWaiting);
      door.close();
      await planning;
      await sending;
      await ringing;
    },
  };
}

import type { EventFrame } from '../../../protocol/frame.ts';
import { eventsOf } from '../../../server/bus/bus.ts';
import type { Further } from '../../../server/bus/bus.ts';
import type { House, Job } from '../../../server/house.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import { RING_MS } from '../rules.ts';
import { emptySeats, endSeats, goneLately, nextRingEnd, restless, seatsOf, takeCall } from '../store.ts';
import type { CallRow, GoneSeat } from '../store.ts';
import { pruneRings, ringsSomebody, strayRings } from '../store/rings.ts';
import type { Ringing } from './rings.ts';
import type { Seating } from './seating.ts';
import { turnUnattended } from './turn.ts';
import type { Turn } from './turn.ts';

/** Calls of one look, and looks of one run. */
const TOGETHER = 100;
const ROUNDS = 50;
const PRUNED_AT_ONCE = 5_000;
/** Rings of calls that were over for so long say nothing that the list of those who took part does not. */
const RINGS_KEPT_MS = 90 * 86_400_000;
/** Groups whose events one node hears for the sake of their calls; the job looks at all of them anyway. */
const WATCHED_MOST = 5_000;

export interface Sweep {
  /** Looks at all open calls; resolves when nothing is to be done about any. */
  run(): Promise<void>;
  /** Something is due then. */
  expect(at: number): void;
  /** Looks at the call of this group, now. */
  look(group: string): void;
  /** People sit in a call of this group: whoever is put out of it is put out of the call at once. */
  watch(group: string): void;
  readonly jobs: readonly Job[];
  close(): Promise<void>;
}

/**
 * What becomes of calls by themselves: rings that nobody answers, devices that are not heard of any more, people who are no members
 * any more or signed out. Any node may do it, and none does it twice: each step is a turn that holds the group’s stream and looks
 * again at what it found. Whoever is put out is noticed at once by the node where seats were taken, and within a second by all.
 */
export function openSweep(
  house: House,
  parts: { readonly ringing: () => Ringing; readonly seating: () => Seating; readonly writeNotices: NoticeWriter },
): Sweep {
  const watched = new Map<string, () => void>();
  const under = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Infinity;
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  let closed = false;

  const stopSessions = house.bus.subscribe('sessions.ended', () => {
    if (watched.size > 0) beside(run);
  });

  async function turn(it: Turn, group: string, id: string): Promise<void> {
    const { db, now } = it;
    const call = await takeCall(db, group, id);
    if (!call || call.endedAt) return;
    const ringing = parts.ringing();
    const seating = parts.seating();
    const empty = await emptySeats(db, id, now);
    const ended = (
      await Promise.all(
        (['removed', 'lost'] as const).map((why) =>
          endSeats(db, { call: id, seats: empty.filter((one) => one.why === why).map((one) => one.id), why, now }),
        ),
      )
    ).flat();
    const gone = ended.length > 0 ? ended : await unsaid(db, call, now);
    const stray = await strayRings(db, id);
    if (stray.length > 0) await ringing.end(it, call, { of: stray, how: 'cancelled' });
    await ringing.end(it, call, { of: 'due', how: 'missed' });
    const alone = call.pair && !call.answeredAt && call.at.getTime() <= now.getTime() - RING_MS;
    if (alone && !(await ringsSomebody(db, id))) await seating.end(it, call, { end: 'missed', gone });
    else await seating.settle(it, call, { gone });
  }

  /** Seats given up for one in another call are not said yet; those that were given up with them are said once more. */
  async function unsaid(db: Turn['db'], call: CallRow, now: Date): Promise<GoneSeat[]> {
    const seats = await seatsOf(db, call.id, now);
    return seats.filter((it) => it.state === 'in').length === call.people ? [] : goneLately(db, call.id, now);
  }

  /** Answers whether there may be more. */
  async function round(group?: string): Promise<boolean> {
    const now = house.now();
    const alone = new Date(now.getTime() - RING_MS);
    const list = await restless(house.db, { now, alone, most: TOGETHER, group });
    for (const it of list) {
      if (closed) return false;
      await turnUnattended(house, parts.writeNotices, it.group, (context) => turn(context, it.group, it.call));
    }
    return list.length === TOGETHER;
  }

  async function rounds(): Promise<void> {
    for (let left = ROUNDS; left > 0 && !closed && (await round()); left -= 1);
    if (closed) return;
    const next = await nextRingEnd(house.db);
    if (next) expect(next.getTime());
  }

  /** One after the other. A look that has begun may have missed what is due: whoever asks then waits for the next. */
  function run(): Promise<void> {
    waiting ??= last = last
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        return rounds();
      });
    return waiting;
  }

  /** Nobody waits for it; the job comes by where it fails. */
  function beside(what: () => Promise<unknown>): void {
    if (closed) return;
    const done: Promise<void> = what()
      .then(() => undefined)
      .catch((error: unknown) =>
        house.log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'calls were not looked at'),
      )
      .finally(() => under.delete(done));
    under.add(done);
  }

  function expect(at: number): void {
    const wait = Math.max(0, Math.min(at - house.now().getTime(), RING_MS));
    const then = performance.now() + wait;
    if (closed || then >= timerAt) return;
    clearTimeout(timer);
    timerAt = then;
    // A timer may come a little before its time, and nothing would be due yet.
    timer = setTimeout(() => {
      timerAt = Infinity;
      beside(run);
    }, wait + 5);
    timer.unref();
  }

  function unwatch(group: string): void {
    watched.get(group)?.();
    watched.delete(group);
  }

  const look = (group: string): void => beside(() => round(group));

  return {
    run,
    expect,
    look,
    watch(group) {
      if (closed || watched.has(group)) return;
      const stop = house.bus.subscribe(`stream.${group}`, (payload) => {
        const frames = eventsOf(payload as EventFrame[] | Further);
        if (!frames) return look(group);
        const over = frames.some(
          (it) => it.on === 'call.changed' && (it.with as { call: { endedAt: number | null } }).call.endedAt !== null,
        );
        if (over && !frames.some((it) => it.on === 'call.started')) return unwatch(group);
        if (frames.some((it) => house.events[it.on]?.rights || house.events[it.on]?.follow === 'end')) look(group);
      });
      watched.set(group, stop);
      if (watched.size > WATCHED_MOST) unwatch(watched.keys().next().value!);
    },
    jobs: [
      { name: 'look at calls', everySeconds: 0.7, run },
      {
        name: 'forget whom calls rang',
        everySeconds: 3_600,
        async run() {
          const before = new Date(house.now().getTime() - RINGS_KEPT_MS);
          for (let left = 20; left > 0; left -= 1)
            if ((await pruneRings(house.db, before, PRUNED_AT_ONCE)) < PRUNED_AT_ONCE) break;
        },
      },
    ],
    async close() {
      closed = true;
      clearTimeout(timer);
      stopSessions();
      for (const group of watched.keys()) unwatch(group);
      await Promise.all(under);
      await last.catch(() => undefined);
    },
  };
}

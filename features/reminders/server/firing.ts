import { randomUUIDv7 } from 'node:crypto';

import type { House, Job } from '../../../server/house.ts';
import { publish } from '../../../server/perform.ts';
import { takeStreams } from '../../../server/stream.ts';
import type { Cards, Posted } from '../../messages/access.ts';
import { aim } from '../../notifications/access.ts';
import { FIRINGS_KEPT_MS, LATE_MS } from '../rules.ts';
import { firingsBetween } from '../rules/firing.ts';
import { audiencesOf, insertCards } from '../store.ts';
import { claimDue, insertFirings, lookAgain, nextDueAt, pruneFirings, saveLooked, takeDue } from '../store/firing.ts';
import type { DueRow, FiringRow } from '../store/firing.ts';
import { cancelledSchedule, scheduleOf } from './schedule.ts';

/** Reminders of one transaction, and transactions of one look. */
const TOGETHER = 100;
const ROUNDS = 500;
/** A timer is never set further ahead: the clock may be set meanwhile, and another node may have written something. */
const AHEAD_MS = 5_000;
const PRUNED_AT_ONCE = 5_000;

export interface Firing {
  /** Tells of all that is due; resolves when nothing is that another node has not in hand. */
  run(): Promise<void>;
  /** Something is due then: so that it is told on the second, wherever this node is in its round. */
  expect(at: number): void;
  readonly jobs: readonly Job[];
  close(): Promise<void>;
}

/**
 * Tells of reminders at their time, each once: the card in the conversation and the row that says it was told are one commit, and the
 * row’s key lets no second one in, whatever number of nodes look and whatever their clocks do. What was due while no node ran is
 * told when one does, unless it is too late for that. See docs/decisions/reminders.md.
 */
export function openFiring(house: House, cards: Cards): Firing {
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Infinity;
  let closed = false;

  /** Answers whether there may be more. */
  async function round(): Promise<boolean> {
    const now = house.now();
    const posted = await house.db.transaction().execute(async (tx) => {
      const claimed = await claimDue(tx, now, TOGETHER);
      if (claimed.length === 0) return undefined;
      await takeStreams(tx, [...new Set(claimed.map((it) => it.group))]);
      const rows = await takeDue(
        tx,
        claimed.map((it) => it.id),
        now,
      );
      if (rows.length === 0) return [];
      const fresh = await insertFirings(
        tx,
        rows.flatMap((row) => dueFirings(row, now.getTime())),
        now,
      );
      const told = fresh.filter((it) => it.outcome === 'told').toSorted((a, b) => a.due - b.due);
      const list = await cards.postAll(
        tx,
        told.map((it) =>
          cardOf(
            rows.find((row) => row.id === it.reminder)!,
            it,
            now,
          ),
        ),
      );
      await aimAll(tx, told, list, now);
      await saveLooked(
        tx,
        rows.map((row) => ({
          id: row.id,
          ...(row.cancelledAt
            ? cancelledSchedule(row, now.getTime())
            : scheduleOf(row.timing, row.early, Math.max(now.getTime(), row.lookedAt.getTime()))),
        })),
        now,
      );
      return list;
    });
    if (!posted) return false;
    publish(
      house,
      posted.map((it) => it.frame),
    );
    cards.told(posted);
    return true;
  }

  async function rounds(): Promise<void> {
    for (let left = ROUNDS; left > 0 && !closed && (await round()); left -= 1);
    if (closed) return;
    const next = await nextDueAt(house.db);
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

  function expect(at: number): void {
    const wait = Math.max(0, at - house.now().getTime());
    const then = performance.now() + wait;
    if (closed || wait > AHEAD_MS || then >= timerAt) return;
    clearTimeout(timer);
    timerAt = then;
    // A timer may come a little before its time, and nothing would be due yet.
    timer = setTimeout(() => {
      timerAt = Infinity;
      run().catch((error: unknown) =>
        house.log.error(
          { error: error instanceof Error ? error.message : 'unknown' },
          'reminders that are due were not told',
        ),
      );
    }, wait + 5);
    timer.unref();
  }

  return {
    run,
    expect,
    jobs: [
      { name: 'tell of reminders', everySeconds: 3, run },
      {
        name: 'tell of reminders after the clock was set back',
        everySeconds: 30,
        async run() {
          const again = (): Promise<number> =>
            house.db.transaction().execute((tx) => lookAgain(tx, house.now(), TOGETHER));
          let found = await again();
          if (found === 0) return;
          for (; found >= TOGETHER && !closed; found = await again());
          await run();
        },
      },
      {
        name: 'forget what was told long ago',
        everySeconds: 3_600,
        async run() {
          const before = new Date(house.now().getTime() - FIRINGS_KEPT_MS);
          for (let turn = 0; turn < 20; turn += 1)
            if ((await pruneFirings(house.db, before, PRUNED_AT_ONCE)) < PRUNED_AT_ONCE) break;
        },
      },
    ],
    async close() {
      closed = true;
      clearTimeout(timer);
      await last.catch(() => undefined);
    },
  };
}

/** What is to be done about everything that has become due: of each time only the last notice is told. */
function dueFirings(row: DueRow, now: number): FiringRow[] {
  if (row.cancelledAt) return [];
  const due = firingsBetween({ ...row.timing, early: row.early }, row.lookedAt.getTime(), now);
  return [...Map.groupBy(due, (it) => it.at).values()].flatMap((list) =>
    list.map((it, place): FiringRow => {
      const told = row.open && place === list.length - 1;
      const outcome = told ? (now - it.due > LATE_MS ? 'missed' : 'told') : 'passed';
      return { reminder: row.id, ...it, outcome, message: outcome === 'told' ? randomUUIDv7() : null };
    }),
  );
}

function cardOf(row: DueRow, it: FiringRow, now: Date): Parameters<Cards['postAll']>[1][number] {
  return {
    id: it.message!,
    group: row.group,
    sender: row.maker,
    text: row.title,
    card: { kind: 'reminder', id: row.id, at: it.at },
    urgency: row.urgency,
    at: now,
  };
}

/** The cards belong to their reminders; only those are told whom the time concerns and who have not declined. */
async function aimAll(
  tx: Parameters<typeof aim>[0],
  told: readonly FiringRow[],
  posted: readonly Posted[],
  now: Date,
): Promise<void> {
  const firings = new Map(told.map((it) => [it.message, it]));
  const list = posted.map((it) => ({
    ...firings.get(it.sent.id)!,
    seq: it.sent.seq,
    group: it.sent.group,
    message: it.sent.id,
  }));
  if (list.length === 0) return;
  await insertCards(tx, list);
  const audiences = new Map((await audiencesOf(tx, list)).map((it) => [`${it.reminder} ${it.at}`, it]));
  await aim(
    tx,
    list.map((it) => ({ ...audiences.get(`${it.reminder} ${it.at}`)!, group: it.group, seq: it.seq })),
    now,
  );
}

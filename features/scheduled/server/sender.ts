import { Problem, wireProblem } from '../../../protocol/problem.ts';
import type { Job, House } from '../../../server/house.ts';
import { publish } from '../../../server/perform.ts';
import type { Perform } from '../../../server/perform.ts';
import { insertEventsOfMany } from '../../../server/stream.ts';
import { scheduledProblems } from '../protocol.ts';
import { LATE_MS, REFUSED_KEPT_DAYS } from '../rules.ts';
import { deleteRefused, deleteScheduled, postpone, refuse, takeDue, wasSent } from '../store.ts';
import type { DueRow, Refused } from '../store.ts';

/** Sent in one go, so that they stand in one commit with others. */
const TOGETHER = 50;
const ROUNDS = 100;
/** Tried again after so long where it was our fault. */
const FAULT_MS = 60_000;
const REMOVED_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;
/** The furthest a timer is set; what is further is found by the job. */
const EXPECT_MS = 60_000;

type Outcome =
  | { readonly row: DueRow; readonly what: 'sent' }
  | { readonly row: DueRow; readonly what: 'again'; readonly dueAt: Date }
  | { readonly row: DueRow; readonly what: 'refused'; readonly refused: Refused };

export interface Sender {
  /** Sends what is due; resolves when nothing is. */
  run(): Promise<void>;
  /** Something is due now. */
  wake(): void;
  /** Something is due then: so that it leaves on the second, wherever this node is in its round. */
  expect(at: number): void;
  readonly jobs: readonly Job[];
  close(): Promise<void>;
}

/**
 * Sends messages at their time, each once, whatever ends in the middle: the row is held while its message is sent under the id it
 * was given, and is taken out in the transaction that held it. Where that is lost, the row is still there, and sending it again
 * under the same id answers what was sent the first time.
 */
export function openSender(house: House, perform: () => Perform): Sender {
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  let closed = false;
  const timers = new Set<NodeJS.Timeout>();

  /** What was sent before may not be sent any more by now: the right is gone, or what it answers. It was sent all the same. */
  async function send(row: DueRow, now: Date): Promise<Outcome> {
    const outcome = await sendNow(row, now);
    return outcome.what === 'refused' && (await wasSent(house.db, row)) ? { row, what: 'sent' } : outcome;
  }

  async function sendNow(row: DueRow, now: Date): Promise<Outcome> {
    if (now.getTime() - row.at.getTime() > LATE_MS)
      return { row, what: 'refused', refused: wireProblem(scheduledProblems('scheduled.late')) };
    try {
      await perform()({
        name: 'message.send',
        id: row.id,
        input: { group: row.group, ...row.content },
        caller: {
          door: 'program',
          address: '',
          device: '',
          actor: { account: row.account, session: '', administrator: false },
        },
      });
      return { row, what: 'sent' };
    } catch (error) {
      if (!(error instanceof Problem)) {
        house.log.error(
          { scheduled: row.id, error: error instanceof Error ? error.message : 'unknown' },
          'a scheduled message was not sent',
        );
        return { row, what: 'again', dueAt: new Date(now.getTime() + FAULT_MS) };
      }
      if (!error.retry) return { row, what: 'refused', refused: wireProblem(error) };
      const { wait } = error.details;
      const seconds = typeof wait === 'number' ? Math.max(1, wait) : 5;
      return { row, what: 'again', dueAt: new Date(now.getTime() + seconds * 1_000) };
    }
  }

  /** Answers whether there may be more. */
  async function round(): Promise<boolean> {
    const now = house.now();
    const frames = await house.db.transaction().execute(async (tx) => {
      const due = await takeDue(tx, now, TOGETHER);
      if (due.length === 0) return undefined;
      const outcomes = await Promise.all(due.map((row) => send(row, now)));
      const sent = outcomes.filter((it) => it.what === 'sent');
      const waiting = outcomes.filter((it) => it.what === 'again');
      const refused = outcomes.filter((it) => it.what === 'refused');
      if (sent.length > 0)
        await deleteScheduled(
          tx,
          sent.map((it) => it.row.id),
        );
      if (waiting.length > 0)
        await postpone(
          tx,
          waiting.map(({ row, dueAt }) => ({ id: row.id, dueAt })),
        );
      if (refused.length > 0)
        await refuse(
          tx,
          refused.map((it) => ({ id: it.row.id, refused: it.refused })),
          now,
        );
      return insertEventsOfMany(
        tx,
        house.events,
        now,
        [...sent, ...refused].map((it) => ({
          name: 'scheduled.changed',
          stream: it.row.account,
          by: it.row.account,
          body: {
            scheduled: it.row.id,
            group: it.row.group,
            what: it.what,
            ...(it.what === 'refused' ? { problem: it.refused } : {}),
          },
        })),
      );
    });
    if (!frames) return false;
    publish(house, frames);
    return true;
  }

  async function rounds(): Promise<void> {
    for (let left = ROUNDS; left > 0 && !closed && (await round()); left -= 1);
  }

  function start(): Promise<void> {
    running = rounds().finally(() => {
      running = undefined;
    });
    return running;
  }

  /** A look that began before this was called may have missed what is due: then another one follows. */
  function run(): Promise<void> {
    if (!running) return start();
    following ??= running
      .catch(() => undefined)
      .then(() => {
        following = undefined;
        return start();
      });
    return following;
  }

  function wake(): void {
    run().catch((error: unknown) =>
      house.log.error(
        { error: error instanceof Error ? error.message : 'unknown' },
        'scheduled messages were not sent',
      ),
    );
  }

  return {
    run,
    wake,
    expect(at) {
      const wait = at - house.now().getTime();
      if (wait > EXPECT_MS || closed) return;
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          wake();
        },
        Math.max(0, wait) + 50,
      );
      timer.unref();
      timers.add(timer);
    },
    jobs: [
      { name: 'send scheduled messages', everySeconds: 5, run },
      {
        name: 'remove refused scheduled messages',
        everySeconds: 3_600,
        async run() {
          const before = new Date(house.now().getTime() - REFUSED_KEPT_DAYS * DAY_MS);
          for (let turn = 0; turn < 20; turn += 1)
            if ((await deleteRefused(house.db, before, REMOVED_AT_ONCE)) < REMOVED_AT_ONCE) break;
        },
      },
    ],
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await (following ?? running)?.catch(() => undefined);
    },
  };
}

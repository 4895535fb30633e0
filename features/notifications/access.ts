import type { Database } from '../../server/database.ts';
import { SESSION } from '../devices/rules.ts';
import { rings } from '../quiet/rules.ts';
import { LOOK_MS, quietNow } from './rules.ts';
import { insertAudiences, insertReminders, recipientsOf } from './store.ts';
import { endRingPushes, insertMissed, insertRingPushes } from './store/rings.ts';

function sessionsSince(now: Date): { used: Date; created: Date } {
  return { used: new Date(now.getTime() - SESSION.idle), created: new Date(now.getTime() - SESSION.absolute) };
}

/**
 * Tells the devices of all who have not read a message of it once more, as if it named them; whoever has muted the chat, wants to be
 * told nothing, or is quiet now, is told as they wish. Written down in the transaction, sent within seconds.
 */
export async function tellAgain(
  tx: Database,
  it: { readonly group: string; readonly seq: number; readonly sender: string | null; readonly urgency: number },
  now: Date,
): Promise<void> {
  const urgency = it.urgency as 0 | 1 | 2 | 3;
  const message = { ...it, urgency, ordinal: 0, at: now, tells: true, named: false };
  const since = { now, ...sessionsSince(now) };
  const quiet = quietNow(now);
  for (const of of await recipientsOf(tx, [message], since)) {
    if (of.seen > 0) continue;
    const own = of.own.length > 0;
    const way = rings({ own, urgency, mentioned: true, level: of.level, muted: of.muted, ...quiet(of.quiet) });
    if (way === 'nothing') continue;
    await insertReminders(tx, {
      sessions: of.sessions,
      stream: it.group,
      seq: it.seq,
      urgency,
      mentions: true,
      silent: way === 'silent',
      since: now,
      dueAt: now,
    });
  }
}

/**
 * Only some of those who see these messages are told of them, as if it named them: those in `named` (as PostgreSQL writes an array), or with
 * `others` all but those. In the transaction that writes the messages.
 */
export async function aim(
  tx: Database,
  list: readonly { readonly group: string; readonly seq: number; readonly others: boolean; readonly named: string }[],
  at: Date,
): Promise<void> {
  if (list.length > 0) await insertAudiences(tx, list, at);
}

/**
 * A call rings these people: their devices are woken at once, also where the app is closed. In the transaction that writes the rows of
 * `call_rings`, after them; `notifier.rang()` after the commit. The card of the call is to be aimed at nobody (`aim` with `others: false,
 * named: '{}'`), or everybody is told of it as of a message beside the ringing.
 */
export async function ringDevices(
  tx: Database,
  it: {
    readonly call: string;
    readonly rung: readonly { readonly account: string; readonly loud: boolean }[];
    readonly until: Date;
  },
  now: Date,
): Promise<void> {
  if (it.rung.length > 0) await insertRingPushes(tx, { ...it, now, ...sessionsSince(now) });
}

/**
 * A call does not ring these people any more, however that came: it is taken off their devices, and who did not come is told that they
 * have missed it. In the transaction that writes the outcome into `call_rings`, after that and after the card of the call;
 * `notifier.rang()` after the commit. Also for who was busy, and was never rung.
 */
export async function ringsEnded(
  tx: Database,
  it: {
    readonly group: string;
    readonly call: string;
    readonly ended: readonly {
      readonly account: string;
      readonly loud: boolean;
      readonly how: 'answered' | 'declined' | 'missed' | 'cancelled' | 'busy';
    }[];
  },
  now: Date,
): Promise<void> {
  const { group, call, ended } = it;
  if (ended.length === 0) return;
  await endRingPushes(tx, { call, accounts: ended.map((one) => one.account), now });
  const missed = ended.filter(({ how }) => how !== 'answered' && how !== 'declined');
  if (missed.length === 0) return;
  // A device that shows the ring is woken for its end, and asks for all there is: it is not woken twice.
  const dueAt = new Date(now.getTime() + LOOK_MS);
  await insertMissed(tx, { group, call, missed, now, dueAt, ...sessionsSince(now) });
}

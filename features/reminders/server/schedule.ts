import { LINGER_MS } from '../rules.ts';
import { nextDue } from '../rules/firing.ts';
import { lastOccurrence, nextOccurrences, occurrenceAt, overAt } from '../rules/when.ts';
import type { Occurrence, When } from '../rules/when.ts';
import type { ReminderRow, Schedule } from '../store.ts';

/** When there is something to do about a reminder next, after all that was due up to `now` has been dealt with. */
export function scheduleOf(timing: When, early: readonly number[], now: number): Schedule {
  const [next] = nextOccurrences(timing, now, 1);
  if (!next) {
    const last = lastOccurrence(timing, now);
    return { dueAt: null, nextAt: null, overAt: null, lastAt: new Date(last ? overAt(last) : now) };
  }
  const over = overAt(next);
  const due = nextDue({ ...timing, early }, now) ?? over;
  return { dueAt: new Date(Math.min(due, over)), nextAt: new Date(next.start), overAt: new Date(over), lastAt: null };
}

/** The same for what is changed while something of it is due that nobody has been told of yet: that is told still. */
export function afterPending(
  { dueAt }: Pick<ReminderRow, 'dueAt'>,
  schedule: Schedule,
  now: Date,
): Schedule & { readonly lookedAt: Date } {
  if (!dueAt || dueAt > now) return { ...schedule, lookedAt: now };
  return { ...schedule, dueAt, lookedAt: new Date(dueAt.getTime() - 1) };
}

/** Called off, it stands among those to come, crossed out, until the time it was called off for is over. */
export function cancelledSchedule(it: Pick<ReminderRow, 'nextAt' | 'overAt'>, now: number): Schedule {
  const over = it.overAt?.getTime() ?? now;
  return it.nextAt && over > now
    ? { dueAt: it.overAt, nextAt: it.nextAt, overAt: it.overAt, lastAt: null }
    : { dueAt: null, nextAt: null, overAt: null, lastAt: new Date(over) };
}

/** The times around now, cancelled ones among them: the last that is over, the one under way, the next two. */
export function timesAround(when: When, now: number): Occurrence[] {
  const coming = nextOccurrences(when, now, 3);
  const wanted = coming.slice(0, coming[0] && coming[0].start <= now ? 3 : 2);
  const until = wanted.length < 2 ? Infinity : wanted.at(-1)!.start;
  const cancelled = when.exceptions
    .filter((it) => it.to === null && it.at < until && it.at + Math.max(when.minutes * 60_000, LINGER_MS) > now)
    .flatMap((it) => occurrenceAt(when, it.at) ?? []);
  const ahead = [...wanted, ...cancelled].toSorted((a, b) => a.start - b.start || a.at - b.at).slice(0, 3);
  const last = lastOccurrence(when, now);
  return last ? [last, ...ahead] : ahead;
}

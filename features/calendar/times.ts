import { occurrencesBetween } from '../reminders/rules/when.ts';
import type { CalendarReminder, CalendarTime } from './protocol.ts';
import { RANGE_TIMES_MOST } from './rules.ts';
import type { DatedRow, GivenRow } from './store.ts';

/** What counts for one time: the answer given for it, else the one given for all. */
export function answerAt(given: readonly GivenRow[], at: number): GivenRow['answer'] | null {
  const one = given.find((it) => it.at === at) ?? given.find((it) => it.at === 0);
  return one && !one.again ? one.answer : null;
}

export interface Times {
  readonly reminders: CalendarReminder[];
  readonly times: CalendarTime[];
  readonly more: boolean;
}

/** The times of these reminders between two moments, in order; at most so many, the earliest. */
export function timesBetween(rows: readonly DatedRow[], from: number, to: number, most = RANGE_TIMES_MOST): Times {
  const all: CalendarTime[] = [];
  for (const { id, timing, given, cancelled } of rows)
    for (const it of occurrencesBetween(timing, from, to))
      all.push({
        reminder: id,
        at: it.at,
        start: it.start,
        end: it.end > it.start ? it.end : null,
        answer: answerAt(given, it.at),
        cancelled: cancelled || it.cancelled,
      });
  all.sort((a, b) => a.start - b.start || (a.reminder < b.reminder ? -1 : 1));
  const times = all.slice(0, most);
  const shown = new Set(times.map((it) => it.reminder));
  const reminders = rows
    .filter((it) => shown.has(it.id))
    .map(({ id, group, title, place, timing, concerns }) => ({
      id,
      group,
      title,
      place,
      wholeDay: timing.wholeDay,
      repeats: timing.repeat !== null,
      concerns,
    }));
  return { reminders, times, more: all.length > most };
}

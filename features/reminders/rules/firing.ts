import { WHOLE_DAY_MS } from '../rules.ts';
import { nextOccurrences, occurrencesBetween } from './when.ts';
import type { Occurrence, When } from './when.ts';

/** One time at which those concerned are told of a time of a reminder. */
export interface Firing {
  readonly at: number;
  readonly start: number;
  /** Minutes before; 0 for the time itself. */
  readonly early: number;
  readonly due: number;
}

export interface Noticed extends When {
  readonly early: readonly number[];
}

/** Whole days are told of in the morning. */
function dueOf(when: When, it: Occurrence, early: number): number {
  return it.start + (when.wholeDay ? WHOLE_DAY_MS : 0) - early * 60_000;
}

/** What is due after one moment and up to another one, in order. */
export function firingsBetween(when: Noticed, after: number, upTo: number): Firing[] {
  const ahead = Math.max(0, ...when.early) * 60_000;
  const from = after - (when.wholeDay ? WHOLE_DAY_MS : 0);
  return occurrencesBetween({ ...when, minutes: 0 }, from, upTo + ahead + 1, Infinity)
    .filter((it) => !it.cancelled)
    .flatMap((it) =>
      [...when.early, 0].map((early) => ({ at: it.at, start: it.start, early, due: dueOf(when, it, early) })),
    )
    .filter((it) => it.due > after && it.due <= upTo)
    .toSorted((a, b) => a.due - b.due || b.early - a.early);
}

/** The next moment after this one at which something is due; undefined where nothing ever is. */
export function nextDue(when: Noticed, after: number): number | undefined {
  // Whatever is due next belongs to one of the times that begin soonest: each has its own notices, and those of a later time may come
  // before those of an earlier one only as long as the earliest notice reaches.
  let next: number | undefined;
  for (const it of nextOccurrences({ ...when, minutes: 0 }, after - (when.wholeDay ? WHOLE_DAY_MS : 0) - 1, 400)) {
    for (const early of [...when.early, 0]) {
      const due = dueOf(when, it, early);
      if (due > after && (next === undefined || due < next)) next = due;
    }
    if (next !== undefined && it.start - Math.max(0, ...when.early) * 60_000 > next) break;
  }
  return next;
}

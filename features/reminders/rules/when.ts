import { LINGER_MS } from '../rules.ts';
import { civilDate, DAY_MS, dayNumber, dayOf, lastOfMonth, startOfDay, weekdayOf } from './civil.ts';
import { lunarMonths, lunarYearOf, LUNAR_YEARS } from './lunar.ts';

/**
 * How it comes again. Days that a month does not have are its last day instead: the 31st, 29 February, day 30 of a short lunar month.
 * A first time that does not fit the rhythm (a Sunday, for working days) moves to the first that does; `firstOf` says which.
 */
export type Rhythm =
  | { readonly every: 'day'; readonly interval: number }
  /** Monday to Friday. */
  | { readonly every: 'workday' }
  /** On these days (1 Monday to 7 Sunday) of every so many weeks, which begin on Monday. */
  | { readonly every: 'week'; readonly interval: number; readonly on: readonly number[] }
  /** On a day of the month (31: its last), or on its first to fourth or last (-1) such weekday. */
  | { readonly every: 'month'; readonly interval: number; readonly day: number }
  | { readonly every: 'month'; readonly interval: number; readonly nth: number; readonly weekday: number }
  | { readonly every: 'year'; readonly interval: number; readonly month: number; readonly day: number }
  | {
      readonly every: 'year';
      readonly interval: number;
      readonly month: number;
      readonly nth: number;
      readonly weekday: number;
    }
  /** On these days of every lunar month, leap months too: 1 mùng một, 15 rằm. */
  | { readonly every: 'lunarMonth'; readonly days: readonly number[] }
  /** On a day of the lunar year. `leap`: in the leap month where the year has that one, else in the month it follows. */
  | { readonly every: 'lunarYear'; readonly month: number; readonly day: number; readonly leap: boolean };

/** Until it ends by a moment after which none begins, or after so many; cancelled ones count. */
export type Repeat = Rhythm & { readonly until?: number | undefined; readonly count?: number | undefined };

/** A single time that is cancelled (`to` null) or takes place at another moment. `at` is when the rule has it. */
export interface Exception {
  readonly at: number;
  readonly to: number | null;
}

/** When something is. Moments are milliseconds since 1970. */
export interface When {
  /** Of a whole day: its midnight. */
  readonly start: number;
  readonly wholeDay: boolean;
  /** How long it lasts; 0 where nothing is said, of whole days 1,440 for each. */
  readonly minutes: number;
  readonly repeat: Repeat | null;
  readonly exceptions: readonly Exception[];
}

/** One of its times. */
export interface Occurrence {
  /** When the rule has it: what names it among the others, also after it was moved. */
  readonly at: number;
  readonly start: number;
  /** The same as `start` where nothing is said of how long it lasts. */
  readonly end: number;
  readonly cancelled: boolean;
}

/** Nothing is known of later times: the lunar calendar is written down until then. */
export const HORIZON = startOfDay(dayNumber(2199, 12, 31));
/** Times that one look answers at most. */
export const FOUND_MOST = 1_000;

/** The first time of the rule, exceptions aside; undefined where there is none. */
export function firstOf(when: When): number | undefined {
  return startsFrom(when, -Infinity).next().value ?? undefined;
}

/** Whether the rule has a time at this very moment, and what became of it. */
export function occurrenceAt(when: When, at: number): Occurrence | undefined {
  const start = startsFrom(when, at).next().value;
  return start === at ? occurrence(when, exceptionsOf(when), at) : undefined;
}

/**
 * The times that are under way at a moment between `from` and `to` (which itself does not count), in the order in which they begin;
 * those cancelled too, where they would have been. At most `most`, the earliest.
 */
export function occurrencesBetween(when: When, from: number, to: number, most: number = FOUND_MOST): Occurrence[] {
  const exceptions = exceptionsOf(when);
  const lasts = when.minutes * 60_000;
  const found: Occurrence[] = [];
  const fits = (it: Occurrence): boolean => it.start < to && (it.end > from || it.start >= from);
  for (const at of startsFrom(when, from - lasts)) {
    if (at >= to || found.length >= most) break;
    const it = occurrence(when, exceptions, at);
    // What was moved is looked for among the exceptions.
    if (it.start === at && fits(it)) found.push(it);
  }
  found.push(...movedOf(when, exceptions, fits));
  return found.toSorted((a, b) => a.start - b.start || a.at - b.at).slice(0, most);
}

/** When it is over, for a list of what is to come: at its end, or a while after its beginning where it has none. */
export function overAt(it: Occurrence): number {
  return it.end > it.start ? it.end : it.start + LINGER_MS;
}

/** The next times that take place and are not over at this moment, in order. */
export function nextOccurrences(when: When, now: number, most: number): Occurrence[] {
  const found: Occurrence[] = [];
  const exceptions = exceptionsOf(when);
  const moved = movedOf(when, exceptions, (it) => overAt(it) > now);
  for (const at of startsFrom(when, now - Math.max(when.minutes * 60_000, LINGER_MS))) {
    if (found.length >= most) break;
    const it = occurrence(when, exceptions, at);
    if (!it.cancelled && it.start === at && overAt(it) > now) found.push(it);
  }
  return [...found, ...moved].toSorted((a, b) => a.start - b.start || a.at - b.at).slice(0, most);
}

/** The last that took place and is over at this moment. */
export function lastOccurrence(when: When, now: number): Occurrence | undefined {
  // As far back as the longest rhythm may reach in one step, and further only where nothing is found.
  for (let span = 40 * DAY_MS; ; span *= 12) {
    const from = Math.max(when.start - 1, now - span);
    const past = occurrencesBetween(when, from, now, Infinity).filter((it) => !it.cancelled && overAt(it) <= now);
    if (past.length > 0 || from < when.start) return past.at(-1);
  }
}

/** The times of the rule that take place at another moment, as far as they fit. */
function movedOf(
  when: When,
  exceptions: ReadonlyMap<number, Exception>,
  fits: (it: Occurrence) => boolean,
): Occurrence[] {
  const moved = [...exceptions.values()]
    .filter((it) => it.to !== null && it.to !== it.at)
    .map((it) => occurrence(when, exceptions, it.at))
    .filter(fits);
  if (moved.length < 2 || when.repeat?.count === undefined) return moved.filter((it) => occurrenceAt(when, it.at));
  // Whoever counts begins at the beginning: once for all of them.
  const last = Math.max(...moved.map((it) => it.at));
  const times = new Set<number>();
  for (const at of startsFrom(when, -Infinity)) {
    if (at > last) break;
    times.add(at);
  }
  return moved.filter((it) => times.has(it.at));
}

function exceptionsOf(when: When): ReadonlyMap<number, Exception> {
  return new Map(when.exceptions.map((it) => [it.at, it]));
}

function occurrence(when: When, exceptions: ReadonlyMap<number, Exception>, at: number): Occurrence {
  const exception = exceptions.get(at);
  const start = exception?.to ?? at;
  return { at, start, end: start + when.minutes * 60_000, cancelled: exception?.to === null };
}

/** The times the rule has from this moment on, in order, without end where it has none before the horizon. */
export function* startsFrom(when: When, from: number): Generator<number, undefined> {
  const { start, repeat } = when;
  if (!repeat) {
    if (start >= from) yield start;
    return;
  }
  const clock = start - startOfDay(dayOf(start));
  const last = Math.min(repeat.until ?? HORIZON, HORIZON);
  // Whoever counts begins at the beginning.
  const near = repeat.count === undefined ? Math.max(from, start) : start;
  let left = repeat.count ?? Infinity;
  for (const day of daysFrom(repeat, dayOf(start), dayOf(near))) {
    const at = startOfDay(day) + clock;
    if (at > last) return;
    if (at < start) continue;
    if (left <= 0) return;
    left -= 1;
    if (at >= from) yield at;
  }
}

/** Days of a rhythm that began on the day `first`, in order, from a little before `near` on. */
function* daysFrom(rhythm: Rhythm, first: number, near: number): Generator<number> {
  const ahead = near - first;
  switch (rhythm.every) {
    case 'day': {
      const { interval } = rhythm;
      for (let day = first + Math.floor(ahead / interval) * interval; ; day += interval) yield day;
    }
    case 'workday':
      for (let day = near; ; day += 1) if (weekdayOf(day) <= 5) yield day;
    case 'week': {
      const monday = first - weekdayOf(first) + 1;
      const step = rhythm.interval * 7;
      const on = rhythm.on.toSorted((a, b) => a - b);
      for (let week = monday + Math.floor((near - monday) / step) * step; ; week += step)
        for (const weekday of on) yield week + weekday - 1;
    }
    case 'month': {
      const { year, month } = civilDate(first);
      const now = civilDate(near);
      const months = (now.year - year) * 12 + now.month - month;
      const { interval } = rhythm;
      for (let at = Math.floor(months / interval) * interval; ; at += interval) yield dayIn(rhythm, year, month + at);
    }
    case 'year': {
      const { year } = civilDate(first);
      const { interval } = rhythm;
      const years = Math.floor((civilDate(near).year - year) / interval) * interval;
      for (let at = year + years; ; at += interval) yield dayIn(rhythm, at, rhythm.month);
    }
    case 'lunarMonth':
      for (let year = lunarYearOf(near); year <= LUNAR_YEARS.last; year += 1)
        for (const { first: newMoon, length } of lunarMonths(year)) {
          const days = new Set(rhythm.days.map((it) => Math.min(it, length)));
          for (const day of [...days].toSorted((a, b) => a - b)) yield newMoon + day - 1;
        }
      return;
    case 'lunarYear':
      for (let year = lunarYearOf(near); year <= LUNAR_YEARS.last; year += 1) {
        const months = lunarMonths(year).filter((it) => it.month === rhythm.month);
        // The leap month follows the one whose number it has.
        const it = rhythm.leap ? months.at(-1)! : months[0]!;
        yield it.first + Math.min(rhythm.day, it.length) - 1;
      }
  }
}

type InMonth = { readonly day: number } | { readonly nth: number; readonly weekday: number };

function dayIn(it: InMonth, year: number, month: number): number {
  const first = dayNumber(year, month, 1);
  const last = lastOfMonth(year, month);
  if ('day' in it) return Math.min(first + it.day - 1, last);
  if (it.nth < 0) return last - ((weekdayOf(last) - it.weekday + 7) % 7);
  return first + ((it.weekday - weekdayOf(first) + 7) % 7) + (it.nth - 1) * 7;
}

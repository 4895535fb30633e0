import { civilDate, DAY_MS, dayNumber, lastOfMonth, weekdayOf } from '../reminders/rules/civil.ts';
import type { CivilDate } from '../reminders/rules/civil.ts';
import { lunarDate } from '../reminders/rules/lunar.ts';
import type { LunarDate } from '../reminders/rules/lunar.ts';

/** Days of one question, both ends counted; a month drawn whole has 42. */
export const RANGE_DAYS_MOST = 100;
/** Times of one answer; past them it says that there is more. */
export const RANGE_TIMES_MOST = 2_000;

/** A day by the calendar of the office, as days since 1 January 1970 (reminders/rules/civil.ts). */
export type DayNumber = number;

export function mondayOf(number: DayNumber): DayNumber {
  return number - weekdayOf(number) + 1;
}

/** `2026-11-23`, for addresses and for `<time>`. */
export function isoOf(number: DayNumber): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** Undefined for what is no day of the years 1970 to 2199: those the lunar calendar is reckoned for. */
export function dayFromIso(text: string | null | undefined): DayNumber | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  if (!found) return undefined;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  if (year < YEARS.from || year > YEARS.to) return undefined;
  const number = dayNumber(year, month, day);
  return isoOf(number) === text ? number : undefined;
}

export const YEARS = { from: 1970, to: 2199 } as const;
const FIRST = dayNumber(YEARS.from, 1, 1);
const LAST = dayNumber(YEARS.to, 12, 31);

/** The weeks that a month touches, from Monday: four to six rows of seven. */
export function monthWeeks(number: DayNumber): DayNumber[][] {
  const { year, month } = civilDate(number);
  const first = mondayOf(dayNumber(year, month, 1));
  const last = lastOfMonth(year, month);
  const weeks: DayNumber[][] = [];
  for (let monday = first; monday <= last; monday += 7) weeks.push(weekOf(monday));
  return weeks;
}

/** The seven days of the week of a day. */
export function weekOf(number: DayNumber): DayNumber[] {
  const monday = mondayOf(number);
  return Array.from({ length: 7 }, (_, at) => monday + at);
}

/** The same day so many months on, or the last of a month that is too short for it. */
export function addMonths(number: DayNumber, months: number): DayNumber {
  const { year, month, day } = civilDate(number);
  const there = month + months;
  return Math.min(dayNumber(year, there, day), lastOfMonth(year, there));
}

export function sameMonth(a: DayNumber, b: DayNumber): boolean {
  const [x, y] = [civilDate(a), civilDate(b)];
  return x.year === y.year && x.month === y.month;
}

/** Where a key leads in a grid of days (WAI-ARIA date grid); undefined for a key that does not move. */
export function moved(number: DayNumber, key: string, shift = false): DayNumber | undefined {
  const to = {
    ArrowLeft: number - 1,
    ArrowRight: number + 1,
    ArrowUp: number - 7,
    ArrowDown: number + 7,
    Home: mondayOf(number),
    End: mondayOf(number) + 6,
    PageUp: addMonths(number, shift ? -12 : -1),
    PageDown: addMonths(number, shift ? 12 : 1),
  }[key];
  return to === undefined ? undefined : within(to);
}

/** The nearest day that the calendar knows. */
export function within(number: DayNumber): DayNumber {
  return Math.min(LAST, Math.max(FIRST, number));
}

export const VIEWS = ['month', 'week', 'agenda'] as const;
export type View = (typeof VIEWS)[number];

/** Days of one list: five weeks from its first. */
export const AGENDA_DAYS = 35;

/** What one look at the calendar shows, both ends counted. */
export function spanOf(view: View, number: DayNumber): { from: DayNumber; to: DayNumber } {
  if (view === 'month') {
    const weeks = monthWeeks(number);
    return { from: weeks[0]![0]!, to: weeks.at(-1)![6]! };
  }
  if (view === 'week') return { from: mondayOf(number), to: mondayOf(number) + 6 };
  return { from: number, to: number + AGENDA_DAYS - 1 };
}

/** One look further, or back. */
export function turned(view: View, number: DayNumber, by: 1 | -1): DayNumber {
  if (view === 'month') return within(addMonths(number, by));
  return within(number + by * (view === 'week' ? 7 : AGENDA_DAYS));
}

type LunarDay = Omit<LunarDate, 'year'>;

/** The lunar date of a day of the calendar, and of the weeks around its ends. */
export function lunarOn(number: DayNumber): LunarDate {
  return lunarDate(number)!;
}

/** “15”, and “1/10” on the first of a lunar month, as wall calendars print it; a leap month is marked. */
export function lunarLabel({ day, month, leap }: LunarDay): string {
  return day === 1 ? `1/${month}${leap ? 'n' : ''}` : String(day);
}

export const HOLIDAYS = ['newYear', 'tet', 'hungKings', 'reunification', 'labour', 'national'] as const;
export type Holiday = (typeof HOLIDAYS)[number];

/**
 * The public holidays of article 112 of the Labour Code (45/2019/QH14) that have a date of their own. Which days beside the first
 * three of Tết and beside 2 September are free is decided anew each year, so they are not told.
 */
export function holidayOf({ month, day }: CivilDate, lunar: LunarDay): Holiday | undefined {
  if (month === 1 && day === 1) return 'newYear';
  if (month === 4 && day === 30) return 'reunification';
  if (month === 5 && day === 1) return 'labour';
  if (month === 9 && day === 2) return 'national';
  if (lunar.leap) return undefined;
  if (lunar.month === 1 && lunar.day <= 3) return 'tet';
  if (lunar.month === 3 && lunar.day === 10) return 'hungKings';
  return undefined;
}

/** What a calendar elsewhere shows of a reminder whose title stays here. It asks in nobody’s language. */
export const BUSY = 'Bận';

/** The secret address of a person’s calendar. */
export function feedPath(secret: string): string {
  return `/calendar/${secret}.ics`;
}

/** The file of one reminder, for members of its group. */
export function reminderFilePath(reminder: string): string {
  return `/calendar/reminders/${reminder}.ics`;
}

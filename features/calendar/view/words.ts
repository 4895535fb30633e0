import { formatTimeInText, MONTHS, OFFICE_ZONE } from '../../../web/format.ts';
import { language } from '../../../web/language.ts';
import { civilDate, weekdayOf } from '../../reminders/rules/civil.ts';
import { holidayOf, lunarOn } from '../rules.ts';
import type { DayNumber, Holiday, View } from '../rules.ts';
import type { Entry } from '../state.ts';
import { strings } from '../strings.ts';

const WEEKDAYS = {
  vi: ['thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy', 'Chủ nhật'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
};
const SHORT_WEEKDAYS = {
  vi: ['T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
};

export interface WeekdayName {
  readonly long: string;
  readonly short: string;
}

/** From Monday. */
export function weekdays(): WeekdayName[] {
  return SHORT_WEEKDAYS[language.value].map((short, at) => ({ short, long: WEEKDAYS[language.value][at]! }));
}

const two = (n: number): string => String(n).padStart(2, '0');

/** “23/11”, “23 Nov” */
export function shortDay(number: DayNumber): string {
  const { month, day } = civilDate(number);
  return language.value === 'vi' ? `${two(day)}/${two(month)}` : `${day} ${MONTHS[month - 1]!.slice(0, 3)}`;
}

/** “Thứ Hai 23/11/2026”, “Monday 23 Nov 2026”; `inText`: as it stands within a sentence. */
export function dayWords(number: DayNumber, inText = false): string {
  const { year } = civilDate(number);
  const separator = language.value === 'vi' ? '/' : ' ';
  const words = `${WEEKDAYS[language.value][weekdayOf(number) - 1]} ${shortDay(number)}${separator}${year}`;
  return inText ? words : words.charAt(0).toLocaleUpperCase('vi') + words.slice(1);
}

/** “Tháng 11/2026”, “November 2026” */
export function monthWords(number: DayNumber): string {
  const { year, month } = civilDate(number);
  return strings('monthName', {
    month: language.value === 'vi' ? String(month) : MONTHS[month - 1]!,
    year: String(year),
  });
}

/** What the bar above a look says: its month, its week, or from when to when. */
export function spanWords(
  view: View,
  day: DayNumber,
  span: { from: DayNumber; to: DayNumber },
  today: DayNumber,
): string {
  if (view === 'month') return monthWords(day);
  const { year } = civilDate(span.to);
  const separator = language.value === 'vi' ? '/' : ' ';
  // The present year goes without saying.
  const ofYear = year === civilDate(today).year ? '' : `${separator}${year}`;
  return strings('weekName', { from: shortDay(span.from), to: `${shortDay(span.to)}${ofYear}` });
}

/** “15/10 âm lịch” */
export function lunarWords(number: DayNumber): string {
  const { day, month, leap } = lunarOn(number);
  return strings(leap ? 'lunarLeap' : 'lunar', { day: String(day), month: String(month) });
}

export function holidayWords(number: DayNumber): string | undefined {
  const holiday: Holiday | undefined = holidayOf(civilDate(number), lunarOn(number));
  return holiday && strings(holiday);
}

/** “7:30”, or that it takes the whole day. */
export function timeWords({ time, reminder }: Entry): string {
  return reminder.wholeDay ? strings('wholeDay') : formatTimeInText(time.start, OFFICE_ZONE);
}

/** All that a day cell shows, in one sentence for who hears it. */
export function cellWords(number: DayNumber, isToday: boolean, count: number): string {
  const day = dayWords(number);
  return [
    isToday ? strings('todayDay', { day: dayWords(number, true) }) : day,
    lunarWords(number),
    holidayWords(number),
    count > 0 ? strings('times', { n: count }) : undefined,
  ]
    .filter(Boolean)
    .join(', ');
}

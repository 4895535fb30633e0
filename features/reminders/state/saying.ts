import { formatDate, formatTimeInText, MONTHS, OFFICE_ZONE, sameDay } from '../../../web/format.ts';
import { language } from '../../../web/language.ts';
import { civilDate, dayOf, weekdayOf } from '../rules/civil.ts';
import { lunarDate } from '../rules/lunar.ts';
import type { Repeat } from '../rules/when.ts';
import { strings, WEEKDAY_KEYS } from '../strings/when.ts';

/** “thứ Hai”; 1 is Monday. */
export function weekdayWord(weekday: number): string {
  return strings(WEEKDAY_KEYS[weekday - 1] ?? 'monday');
}

/** First letter of a sentence. */
export function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase('vi') + words.slice(1);
}

/** In the middle of a sentence; “Chủ nhật” stays as it is written. */
export function inner(words: string): string {
  return words.startsWith('Chủ') ? words : words.charAt(0).toLocaleLowerCase('vi') + words.slice(1);
}

function listed(list: readonly string[]): string {
  const last = list.at(-1) ?? '';
  return list.length < 2 ? last : strings('list', { before: list.slice(0, -1).join(', '), last });
}

/** “Hằng tháng vào thứ Sáu cuối cùng, đến hết 31/12/2026”; empty for what comes once. */
export function repeatWords(repeat: Repeat | null): string {
  if (!repeat) return '';
  const words = rhythmWords(repeat);
  if (repeat.until !== undefined) return strings('until', { words, day: formatDate(repeat.until, OFFICE_ZONE) });
  return repeat.count === undefined ? words : strings('times', { words, n: repeat.count });
}

function rhythmWords(repeat: Repeat): string {
  switch (repeat.every) {
    case 'day':
      return repeat.interval === 1 ? strings('day1') : strings('days', { n: repeat.interval });
    case 'workday':
      return strings('workday');
    case 'week': {
      const { interval, on } = repeat;
      if (interval === 1 && on.length === 7) return strings('day1');
      const days = listed(on.toSorted((a, b) => a - b).map(weekdayWord));
      return interval === 1 ? strings('week1', { days }) : strings('weeks', { n: interval, days });
    }
    case 'month': {
      const day = 'day' in repeat ? dayInMonth(repeat.day) : nthInMonth(repeat.nth, repeat.weekday);
      return repeat.interval === 1 ? strings('month1', { day }) : strings('months', { n: repeat.interval, day });
    }
    case 'year': {
      const month = language.value === 'vi' ? String(repeat.month) : (MONTHS[repeat.month - 1] ?? '');
      const day =
        'day' in repeat
          ? strings('dayAndMonth', { day: String(repeat.day), month })
          : strings('nthOfMonth', { nth: nthWords(repeat.nth, repeat.weekday), month });
      return repeat.interval === 1 ? strings('year1', { day }) : strings('years', { n: repeat.interval, day });
    }
    case 'lunarMonth':
      return strings('lunarMonth', { days: listed(repeat.days.toSorted((a, b) => a - b).map(lunarDayWord)) });
    case 'lunarYear': {
      const day = lunarDayWord(repeat.day);
      const month = String(repeat.month);
      return strings('lunarYear', { day: strings(repeat.leap ? 'lunarLeapOf' : 'lunarDayOf', { day, month }) });
    }
  }
}

function dayInMonth(day: number): string {
  if (day === 31) return strings('lastDay');
  return strings('dayOfMonth', { day: language.value === 'vi' ? String(day) : ordinal(day) });
}

function ordinal(n: number): string {
  const end = n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${end}`;
}

function nthWords(nth: number, weekday: number): string {
  const key = ({ 1: 'nth1', 2: 'nth2', 3: 'nth3', 4: 'nth4' } as const)[nth] ?? 'nthLast';
  return strings(key, { weekday: weekdayWord(weekday) });
}

function nthInMonth(nth: number, weekday: number): string {
  const words = nthWords(nth, weekday);
  return nth > 1 ? strings('inMonth', { nth: words }) : words;
}

/** “mùng 1”, “rằm”, “ngày 23” */
function lunarDayWord(day: number): string {
  if (day === 15) return strings('lunarFull');
  return strings(day <= 10 ? 'lunarFirst' : 'lunarLater', { day: String(day) });
}

/** “12/10 âm lịch” of a day; empty where it is not known. */
export function lunarWords(day: number): string {
  const it = lunarDate(day);
  if (!it) return '';
  return strings(it.leap ? 'lunarLeap' : 'lunarDate', { day: String(it.day), month: String(it.month) });
}

/** “20/11/2026 (12/10 âm lịch)” */
export function bothDays(at: number): string {
  const lunar = lunarWords(dayOf(at));
  const solar = formatDate(at, OFFICE_ZONE);
  return lunar === '' ? solar : strings('both', { solar, lunar });
}

/** “thứ Sáu 20/11”, with the year where it is another one. */
export function dayWords(at: number, now: number): string {
  const day = dayOf(at);
  const { year } = civilDate(day);
  const date = formatDate(at, OFFICE_ZONE);
  const short = year === civilDate(dayOf(now)).year ? date.replace(/[/ ]\d{4}$/, '') : date;
  return `${weekdayWord(weekdayOf(day))} ${short}`;
}

interface Lasting {
  readonly start: number;
  readonly end: number;
  readonly wholeDay: boolean;
}

/** “7:30”, “7:30 – 9:00”, “Cả ngày” */
export function timeWords({ start, end, wholeDay }: Lasting): string {
  if (wholeDay) {
    const last = end - 1;
    return end <= start || sameDay(start, last, OFFICE_ZONE)
      ? strings('wholeDay')
      : strings('wholeDays', { day: formatDate(last, OFFICE_ZONE) });
  }
  const from = formatTimeInText(start, OFFICE_ZONE);
  if (end <= start) return from;
  const to = formatTimeInText(end, OFFICE_ZONE);
  return sameDay(start, end, OFFICE_ZONE)
    ? strings('fromTo', { from, to })
    : strings('fromToDay', { from, to, day: formatDate(end, OFFICE_ZONE) });
}

/** “7:30, thứ Sáu 20/11” */
export function momentWords(it: Lasting, now: number): string {
  return `${timeWords(it)}, ${dayWords(it.start, now)}`;
}

/** “30 phút”, “2 giờ”, “1 ngày”, “1 tuần” */
export function spanWords(minutes: number): string {
  if (minutes % 10_080 === 0) return strings('weeksSpan', { n: minutes / 10_080 });
  if (minutes % 1_440 === 0) return strings('daysSpan', { n: minutes / 1_440 });
  const h = Math.floor(minutes / 60);
  const n = minutes % 60;
  if (h === 0) return strings('minutes', { n });
  return n === 0 ? strings('hours', { n: h }) : strings('hoursAnd', { h, n });
}

/** “nhắc trước 1 ngày, 30 phút”; empty where nothing comes early. */
export function earlyWords(early: readonly number[]): string {
  if (early.length === 0) return '';
  return strings('earlyMany', {
    spans: early
      .toSorted((a, b) => b - a)
      .map(spanWords)
      .join(', '),
  });
}

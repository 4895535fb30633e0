import { language, numberFormat, words } from './language.ts';

// Numbers, phones and times as ui.md §8 writes them. Times are ISO strings, milliseconds or Dates.

export type Moment = Date | string | number;

/** Documents and deadlines are always in this zone; everything else follows the device. */
export const OFFICE_ZONE = 'Asia/Ho_Chi_Minh';

const NBSP = '\u00a0';

const t = words({
  today: ['Hôm nay', 'Today'],
  yesterday: ['Hôm qua', 'Yesterday'],
  now: ['vừa xong', 'just now'],
  minutes: ['{n} phút', '{n} min'],
  hours: ['{n} giờ', '{n} h'],
  days: ['{n} ngày', '{n} day|{n} days'],
  seconds: ['{n} giây', '{n} s'],
});

const WEEKDAYS = {
  vi: ['Chủ nhật', 'thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
};
const SHORT_WEEKDAYS = { vi: ['CN', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7'], en: WEEKDAYS.en };
/** In English; three letters of it where it is short. */
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

interface Calendar {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  weekday: number;
  /** Whole days since 1970 in that zone, to compare days. */
  number: number;
}

const calendars = new Map<string, Intl.DateTimeFormat>();

function calendarOf(moment: Moment, zone?: string): Calendar {
  const key = zone ?? '';
  let format = calendars.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    calendars.set(key, format);
  }
  const found: Record<string, number> = {};
  for (const part of format.formatToParts(new Date(moment))) found[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = found;
  const number = Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
  return { year, month, day, hour, minute, weekday: (number + 4) % 7, number };
}

const two = (n: number) => String(n).padStart(2, '0');

/** 1.234,5 */
export function formatNumber(n: number): string {
  return numberFormat().format(n);
}

/** A share between 0 and 1: 81 % */
export function formatPercent(share: number): string {
  return `${formatNumber(Math.round(share * 100))}${NBSP}%`;
}

/** A count in a badge: 7, 99+ */
export function formatBadge(n: number): string {
  return n > 99 ? '99+' : String(n);
}

/** 84 kB, 1,2 MB */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${formatNumber(bytes)}${NBSP}B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1000;
  let unit = 0;
  while (Math.round(size) >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${formatNumber(unit === 0 ? Math.round(size) : Math.round(size * 10) / 10)}${NBSP}${units[unit]}`;
}

function nationalDigits(phone: string): string {
  const digits = phone.replace(/[^\d+]/g, '');
  if (digits.startsWith('+84')) return `0${digits.slice(3)}`;
  if (digits.startsWith('0084')) return `0${digits.slice(4)}`;
  if (/^84\d{9}$/.test(digits)) return `0${digits.slice(2)}`;
  return digits;
}

/** +84905318462 → 0905 318 462; fixed 0269 3 600 114. What is not a Vietnamese number is left as it is. */
export function formatPhone(phone: string): string {
  const digits = nationalDigits(phone);
  const groups =
    /^(0[35789]\d\d)(\d{3})(\d{3})$/.exec(digits) ??
    /^(02[48])(\d)(\d{3})(\d{4})$/.exec(digits) ??
    /^(02\d\d)(\d)(\d{3})(\d{3})$/.exec(digits) ??
    /^(1[89]00)(\d{2,4})(\d{2,4})?$/.exec(digits);
  return groups ? groups.slice(1).filter(Boolean).join(NBSP) : phone.trim();
}

/** While somebody is typing: 0905318 → 0905 318, with ordinary spaces, never longer than what a number can be. */
export function spacePhone(typed: string): string {
  const digits = nationalDigits(typed);
  if (!/^0[35789]/.test(digits)) return typed;
  return [digits.slice(0, 4), digits.slice(4, 7), digits.slice(7)].filter(Boolean).join(' ');
}

/** 0905 ••• 462 */
export function maskPhone(phone: string): string {
  const digits = nationalDigits(phone);
  return digits.length < 8 ? '•••' : `${digits.slice(0, 4)}${NBSP}•••${NBSP}${digits.slice(-3)}`;
}

/** tel: address for a link. */
export function phoneLink(phone: string): string {
  const digits = nationalDigits(phone);
  return `tel:${digits.startsWith('0') ? `+84${digits.slice(1)}` : digits}`;
}

/** In columns and at bubbles: 07:30 */
export function formatTime(moment: Moment, zone?: string): string {
  const { hour, minute } = calendarOf(moment, zone);
  return `${two(hour)}:${two(minute)}`;
}

/** In running text: 7:30 */
export function formatTimeInText(moment: Moment, zone?: string): string {
  const { hour, minute } = calendarOf(moment, zone);
  return `${hour}:${two(minute)}`;
}

function dayAndMonth(day: Calendar, withYear: boolean): string {
  if (language.value === 'vi') return `${two(day.day)}/${two(day.month)}${withYear ? `/${day.year}` : ''}`;
  return `${day.day} ${MONTHS[day.month - 1]!.slice(0, 3)}${withYear ? ` ${day.year}` : ''}`;
}

/** 19/11/2026, 19 Nov 2026 */
export function formatDate(moment: Moment, zone?: string): string {
  return dayAndMonth(calendarOf(moment, zone), true);
}

/** Where there is little room: 31/12, and 31/12/2027 in another year. */
export function formatShortDate(moment: Moment, now: Moment = Date.now(), zone?: string): string {
  const day = calendarOf(moment, zone);
  return dayAndMonth(day, day.year !== calendarOf(now, zone).year);
}

/** 14:05 19/11/2026, 14:05, 19 Nov 2026 */
export function formatDateTime(moment: Moment, zone?: string): string {
  return `${formatTime(moment, zone)}${language.value === 'vi' ? ' ' : ', '}${formatDate(moment, zone)}`;
}

/** The time in a list: 14:05 → Hôm qua → T3 17/11 (this week) → 13/11 → 13/11/2025 */
export function formatListTime(moment: Moment, now: Moment = Date.now(), zone?: string): string {
  const day = calendarOf(moment, zone);
  const today = calendarOf(now, zone);
  if (day.number >= today.number) return formatTime(moment, zone);
  if (day.number === today.number - 1) return t('yesterday');
  const monday = today.number - ((today.weekday + 6) % 7);
  if (day.number >= monday) return `${SHORT_WEEKDAYS[language.value][day.weekday]} ${dayAndMonth(day, false)}`;
  return dayAndMonth(day, day.year !== today.year);
}

/** The line between days: “Hôm nay, thứ Năm 19/11” */
export function formatDay(moment: Moment, now: Moment = Date.now(), zone?: string): string {
  const day = calendarOf(moment, zone);
  const today = calendarOf(now, zone);
  const name = `${WEEKDAYS[language.value][day.weekday]} ${dayAndMonth(day, day.year !== today.year)}`;
  if (day.number === today.number) return `${t('today')}, ${name}`;
  if (day.number === today.number - 1) return `${t('yesterday')}, ${name}`;
  return name.charAt(0).toLocaleUpperCase('vi') + name.slice(1);
}

/** Same calendar day? */
export function sameDay(a: Moment, b: Moment, zone?: string): boolean {
  return calendarOf(a, zone).number === calendarOf(b, zone).number;
}

/** How long ago or how old: vừa xong, 12 phút, 5 giờ, 2 ngày */
export function formatAge(moment: Moment, now: Moment = Date.now()): string {
  const seconds = (new Date(now).getTime() - new Date(moment).getTime()) / 1000;
  if (seconds < 60) return t('now');
  if (seconds < 3600) return t('minutes', { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t('hours', { n: Math.floor(seconds / 3600) });
  return t('days', { n: Math.floor(seconds / 86_400) });
}

/** A clock that runs: 0:42, 12:48, 1:02:03 */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** In words: 4 phút 12 giây, 4 min 12 s */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [m, s] = [Math.floor(whole / 60), whole % 60];
  if (m >= 60) {
    const rest = m % 60;
    return rest ? `${t('hours', { n: Math.floor(m / 60) })} ${t('minutes', { n: rest })}` : t('hours', { n: m / 60 });
  }
  if (m === 0) return t('seconds', { n: s });
  return s === 0 ? t('minutes', { n: m }) : `${t('minutes', { n: m })} ${t('seconds', { n: s })}`;
}

/** File names are cut in the middle so that the ending and the number stay: Bieu-tong-h…-doi.xlsx */
export function cutMiddle(name: string, most = 24): string {
  const letters = Array.from(name);
  if (letters.length <= most) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 6 ? Array.from(name.slice(dot)).length : 0;
  const tail = ending + 4;
  return `${letters.slice(0, Math.max(1, most - tail - 1)).join('')}…${letters.slice(-tail).join('')}`;
}

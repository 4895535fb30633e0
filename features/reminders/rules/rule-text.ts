import { dayNumber, lastOfMonth, OFFICE_MS } from './civil.ts';
import { firstOf, HORIZON, occurrenceAt, startsFrom } from './when.ts';
import type { Repeat, Rhythm, When } from './when.ts';

/** What a calendar elsewhere (RFC 5545) is told of when something is. */
export interface RuleText {
  /** DTSTART: the first time of the rule. */
  readonly start: number;
  /** The value of RRULE; absent where it does not repeat, or by the lunar calendar, which no rule knows. */
  readonly rule?: string;
  /** RDATE: further times, of lunar ones. */
  readonly times: readonly number[];
  /** EXDATE: times that are cancelled. */
  readonly except: readonly number[];
  /** Those that take place at another moment: each an entry of its own with RECURRENCE-ID `at`. */
  readonly moved: readonly { readonly at: number; readonly to: number }[];
}

/** Lunar times are written out one by one: those of so many days from a moment on. */
const LUNAR_DAYS = 3 * 366;
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Undefined where it has no time at all. `now`: lunar times are written out from shortly before it. */
export function ruleText(when: When, now: number): RuleText | undefined {
  const first = firstOf(when);
  if (first === undefined) return undefined;
  const exceptions = when.exceptions.filter((it) => it.to !== it.at && occurrenceAt(when, it.at));
  const { repeat } = when;
  const lunar = repeat !== null && (repeat.every === 'lunarMonth' || repeat.every === 'lunarYear');
  const from = Math.max(first, now - 366 * 86_400_000);
  const times = lunar ? upTo(startsFrom(when, from), Math.min(HORIZON, from + LUNAR_DAYS * 86_400_000)) : [];
  const start = times[0] ?? first;
  return {
    start,
    ...(repeat && !lunar ? { rule: textOf(when, repeat) } : {}),
    times: times.slice(1),
    except: exceptions.filter((it) => it.to === null && (!lunar || times.includes(it.at))).map((it) => it.at),
    moved: exceptions.flatMap((it) => (it.to === null ? [] : [{ at: it.at, to: it.to }])),
  };
}

function textOf(when: When, repeat: Repeat): string {
  const text = rhythmText(repeat);
  // Readers do not agree on what an end within a set of days leaves of it: it is set to the last time there is.
  if (repeat.until === undefined || !text.includes('BYSETPOS')) return `${text}${endText(repeat)}`;
  const last = upTo(startsFrom(when, -Infinity), repeat.until).at(-1);
  return `${text}${endText({ until: last ?? repeat.until })}`;
}

function upTo(times: Iterable<number>, last: number): number[] {
  const list: number[] = [];
  for (const at of times) {
    if (at > last && list.length > 0) break;
    list.push(at);
  }
  return list;
}

function endText({
  until,
  count,
}: {
  readonly until?: number | undefined;
  readonly count?: number | undefined;
}): string {
  if (count !== undefined) return `;COUNT=${count}`;
  return until === undefined ? '' : `;UNTIL=${new Date(until).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function rhythmText(it: Rhythm): string {
  switch (it.every) {
    case 'day':
      return `FREQ=DAILY${interval(it)}`;
    case 'workday':
      return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
    case 'week': {
      const on = it.on.toSorted((a, b) => a - b).map((day) => DAYS[day - 1]);
      return `FREQ=WEEKLY${interval(it)};WKST=MO;BYDAY=${on.join(',')}`;
    }
    case 'month':
      return `FREQ=MONTHLY${interval(it)};${inMonth(it)}`;
    case 'year':
      return `FREQ=YEARLY${interval(it)};BYMONTH=${it.month};${'day' in it ? dayOfYear(it) : inMonth(it)}`;
    case 'lunarMonth':
    case 'lunarYear':
      throw new Error('no rule of RFC 5545 knows the lunar calendar');
  }
}

const interval = (it: { readonly interval: number }): string => (it.interval === 1 ? '' : `;INTERVAL=${it.interval}`);

/** Either every year’s month has the day, or its last one stands for it. */
function dayOfYear({ month, day }: { readonly month: number; readonly day: number }): string {
  const always = month === 2 ? 28 : lastOfMonth(2001, month) - dayNumber(2001, month, 1) + 1;
  return `BYMONTHDAY=${day > always ? -1 : day}`;
}

type InMonth = { readonly day: number } | { readonly nth: number; readonly weekday: number };

function inMonth(it: InMonth): string {
  if ('nth' in it) return `BYDAY=${it.nth}${DAYS[it.weekday - 1]}`;
  if (it.day <= 28) return `BYMONTHDAY=${it.day}`;
  if (it.day === 31) return 'BYMONTHDAY=-1';
  // The last of these that the month has.
  const days = Array.from({ length: it.day - 27 }, (_, at) => 28 + at);
  return `BYMONTHDAY=${days.join(',')};BYSETPOS=-1`;
}

/** A moment as iCalendar writes it by the clock of the office: `20261123T073000`. */
export function clockText(at: number): string {
  return new Date(at + OFFICE_MS).toISOString().slice(0, 19).replace(/[-:]/g, '');
}

import { LINGER_MS, WHOLE_DAY_MS } from '../reminders/rules.ts';
import { civilDate, dayOf } from '../reminders/rules/civil.ts';
import { ruleText } from '../reminders/rules/rule-text.ts';
import { HORIZON, startsFrom } from '../reminders/rules/when.ts';
import type { When } from '../reminders/rules/when.ts';
import { dateOf, utc } from './ics.ts';
import type { IcsEntry } from './ics.ts';

type Recurrence = Pick<
  IcsEntry,
  'start' | 'minutes' | 'wholeDay' | 'rule' | 'times' | 'except' | 'moved' | 'cancelled'
>;

/**
 * When a reminder is, as an entry of a calendar says it. `skips`: times that are not to stand in this one, beside those that are
 * cancelled. Undefined where it has no time at all.
 */
export function recurrenceOf(asked: When, now: number, skips: ReadonlySet<number> = new Set()): Recurrence | undefined {
  const when = ended(asked);
  const text = ruleText(when, now);
  if (!text) return undefined;
  const { except, moved } = text;
  const { start, rule, times } = shortMonths(when, now) ?? text;
  const lasts = {
    // Where nothing is said of how long it lasts, it is taken for as long as it stands on the board.
    minutes: when.minutes > 0 ? when.minutes : when.wholeDay ? 1_440 : LINGER_MS / 60_000,
    wholeDay: when.wholeDay,
  };
  // What is once only has no other times to except or move one from.
  if (rule === undefined && times.length === 0)
    return { start: moved[0]?.to ?? start, ...lasts, cancelled: except.length > 0 || skips.has(start) };
  return {
    start,
    ...lasts,
    ...(rule === undefined ? {} : { rule: plainly(rule, when) }),
    // Without a rule the first stands among them once more: some calendars count it only where it does.
    times: rule === undefined ? [start, ...times] : times,
    except: [...new Set([...except, ...skips])].sort((a, b) => a - b),
    moved: moved.filter((it) => !skips.has(it.at)),
  };
}

/** An end beyond all that is known of is no end that a calendar could read: a year has four digits there. */
function ended(when: When): When {
  const { repeat } = when;
  if (repeat?.until === undefined || repeat.until <= HORIZON) return when;
  return { ...when, repeat: { ...repeat, until: HORIZON } };
}

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The rule as calendars elsewhere read it best. */
function plainly(rule: string, { repeat, wholeDay }: When): string {
  let plain = rule;
  // Where the beginning is a day, the end must be one.
  if (wholeDay && repeat?.until !== undefined) plain = plain.replace(/UNTIL=\w+/, `UNTIL=${dateOf(repeat.until)}`);
  // A day of one month needs no choosing among several: it is there each year, or it is the last of February.
  if (repeat?.every === 'year' && 'day' in repeat) {
    const { month, day } = repeat;
    const one = month === 2 && day > 28 ? -1 : Math.min(day, MONTH_DAYS[month - 1]!);
    plain = plain.replace(/BYMONTHDAY=[^;]+(;BYSETPOS=-1)?/, `BYMONTHDAY=${one}`);
  }
  return plain;
}

const YEAR_MS = 366 * 86_400_000;
/** So many years of last days of February are told one by one. */
const YEARS_AHEAD = 10;

/**
 * The 29th or 30th of each month, in February its last day: hardly a calendar reads the one rule that says so (BYSETPOS). So the rule
 * is told of the months that have the day, and what is left of the next years as times of its own. Undefined for every other rhythm.
 */
function shortMonths(when: When, now: number): { start: number; rule?: string; times: readonly number[] } | undefined {
  const { repeat } = when;
  if (repeat?.every !== 'month' || !('day' in repeat) || (repeat.day !== 29 && repeat.day !== 30)) return undefined;
  const isShort = (at: number): boolean => civilDate(dayOf(at)).day < repeat.day;
  const [times, whole]: [number[], number[]] = [[], []];
  let last: number | undefined;
  for (const at of startsFrom(when, -Infinity)) {
    if (at > Math.max(now, when.start) + YEARS_AHEAD * YEAR_MS && repeat.count === undefined) break;
    if (!isShort(at)) whole.push(at);
    else if (at > now - YEAR_MS) times.push(at);
    last = at;
  }
  const [start] = whole;
  if (start === undefined) return { start: times[0]!, times: times.slice(1) };
  // Those that stand apart do not count among the others: a number becomes an end.
  const until = repeat.until ?? (repeat.count === undefined ? undefined : last);
  const rule = [
    'FREQ=MONTHLY',
    ...(repeat.interval === 1 ? [] : [`INTERVAL=${repeat.interval}`]),
    `BYMONTHDAY=${repeat.day}`,
    ...(until === undefined ? [] : [`UNTIL=${when.wholeDay ? dateOf(until) : utc(until)}`]),
  ];
  return { start, rule: rule.join(';'), times };
}

/** Minutes before the beginning of each notice: on a whole day it is reckoned from the morning. */
export function alarmsOf(early: readonly number[], wholeDay: boolean): number[] {
  return wholeDay ? early.map((it) => it - WHOLE_DAY_MS / 60_000) : [...early];
}

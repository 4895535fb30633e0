import type { InputOf } from '../../../protocol/action.ts';
import type { Reminder, reminderActions, Whom } from '../protocol.ts';
import { AHEAD_MS, COUNT_MOST, INTERVAL_MOST, isAddress, MINUTES_MOST, TITLE_MOST } from '../rules.ts';
import type { ROLES } from '../rules.ts';
import { civilDate, DAY_MS, dayNumber, dayOf, lastOfMonth, startOfDay, weekdayOf } from '../rules/civil.ts';
import { lunarDate } from '../rules/lunar.ts';
import { firstOf, startsFrom } from '../rules/when.ts';
import type { Repeat, When } from '../rules/when.ts';
import { proposalIn, titleIn } from './proposal.ts';

export type RoleName = (typeof ROLES)[number];
export type CreateInput = Omit<InputOf<(typeof reminderActions)['reminder.create']>, 'group' | 'files'>;

/** How often it comes, as the form offers it: what follows from the day, or anything. */
export const RHYTHMS = [
  'never',
  'day',
  'workday',
  'week',
  'month',
  'monthNth',
  'monthLast',
  'year',
  'lunarNewFull',
  'lunarMonth',
  'lunarYear',
  'custom',
] as const;
export type RhythmChoice = (typeof RHYTHMS)[number];

/** What stands in the form. Days and times are those of the office, as the fields of a browser write them. */
export interface Draft {
  readonly title: string;
  readonly text: string;
  /** A place, the address of a meeting, or both. */
  readonly place: string;
  readonly day: string;
  readonly time: string;
  readonly wholeDay: boolean;
  /** Minutes, none, or until another day and time. */
  readonly lasts: number | 'other';
  readonly endDay: string;
  readonly endTime: string;
  readonly lunar: boolean;
  readonly rhythm: RhythmChoice;
  /** Of `custom`. */
  readonly interval: string;
  readonly unit: 'day' | 'week' | 'month' | 'year';
  /** 1 Monday to 7 Sunday. */
  readonly on: readonly number[];
  readonly monthly: 'day' | 'nth' | 'last';
  readonly ends: 'never' | 'until' | 'count';
  readonly until: string;
  readonly count: string;
  readonly early: readonly number[];
  readonly urgency: 0 | 1 | 2 | 3;
  readonly whom: 'all' | 'some';
  readonly people: readonly Named[];
  readonly units: readonly Named[];
  readonly roles: readonly RoleName[];
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Notice that is set where nobody says otherwise, minutes. */
const USUAL_EARLY = 30;
/** How long it lasts, as offered, minutes. */
export const LASTS_OFFERED = [30, 60, 90, 120, 180, 240] as const;

const two = (n: number): string => String(n).padStart(2, '0');

export function writtenDay(day: number): string {
  const { year, month, day: of } = civilDate(day);
  return `${year}-${two(month)}-${two(of)}`;
}

/** The number of a day as a field writes it; undefined where it is none. */
export function readDay(written: string): number | undefined {
  const it = /^(\d{4})-(\d\d)-(\d\d)$/.exec(written);
  if (!it) return undefined;
  const day = dayNumber(Number(it[1]), Number(it[2]), Number(it[3]));
  return writtenDay(day) === written ? day : undefined;
}

function readTime(written: string): number | undefined {
  const it = /^([01]\d|2[0-3]):([0-5]\d)/.exec(written);
  return it ? Number(it[1]) * 60 + Number(it[2]) : undefined;
}

const writtenTime = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

function minuteOf(at: number): number {
  return Math.floor((at - startOfDay(dayOf(at))) / 60_000);
}

/** The moment of a day and a time as fields write them. */
export function momentOf(day: string, time: string): number | undefined {
  const [number, minutes] = [readDay(day), readTime(time)];
  return number === undefined || minutes === undefined ? undefined : startOfDay(number) + minutes * 60_000;
}

export function writtenMoment(at: number): { readonly day: string; readonly time: string } {
  return { day: writtenDay(dayOf(at)), time: writtenTime(minuteOf(at)) };
}

/** A new one, from the words of a message where there are some. */
export function newDraft(now: number, text = ''): Draft {
  const { day, time, place } = proposalIn(text, now);
  const title = titleIn(text, TITLE_MOST);
  return {
    title,
    // What the title does not hold of it.
    text: text.trim() === title ? '' : text.trim(),
    place,
    day,
    time,
    wholeDay: false,
    lasts: 0,
    endDay: day,
    endTime: time,
    lunar: false,
    rhythm: 'never',
    interval: '1',
    unit: 'week',
    on: [],
    monthly: 'day',
    ends: 'never',
    until: '',
    count: '10',
    early: [USUAL_EARLY],
    urgency: 0,
    whom: 'all',
    people: [],
    units: [],
    roles: [],
  };
}

/** What a reminder that is there says; one that has begun to repeat, as from its next time on. */
export function draftOf(it: Reminder, now: number): Draft {
  const begins = firstOf(it) ?? it.start;
  const first = (it.repeat && begins <= now ? startsFrom(it, now).next().value : undefined) ?? begins;
  const gone = it.repeat?.count === undefined ? 0 : timesBefore(it, first);
  const day = dayOf(first);
  const end = first + it.minutes * 60_000;
  const wholeDays = it.wholeDay ? Math.max(1, Math.round(it.minutes / 1_440)) : 0;
  const { repeat } = it;
  const blank = newDraft(first);
  return {
    ...blank,
    title: it.title,
    text: it.text,
    place: [it.place, it.link].filter(Boolean).join(' '),
    day: writtenDay(day),
    time: it.wholeDay ? blank.time : writtenTime(minuteOf(first)),
    wholeDay: it.wholeDay,
    lasts: it.wholeDay || it.minutes === 0 || isOffered(it.minutes) ? (it.wholeDay ? 0 : it.minutes) : 'other',
    endDay: it.wholeDay ? writtenDay(day + wholeDays - 1) : writtenDay(dayOf(end)),
    endTime: it.wholeDay ? blank.time : writtenTime(minuteOf(end)),
    ...rhythmOf(repeat, day),
    ends: repeat?.until !== undefined ? 'until' : repeat?.count !== undefined ? 'count' : 'never',
    until: repeat?.until === undefined ? '' : writtenDay(dayOf(repeat.until)),
    count: String(repeat?.count === undefined ? 10 : repeat.count - gone),
    early: it.early,
    urgency: it.urgency as Draft['urgency'],
    whom: it.whom ? 'some' : 'all',
    people: it.whom ? named(it.whom.accounts, it.named.accounts) : [],
    units: it.whom ? named(it.whom.units, it.named.units) : [],
    roles: it.whom?.roles ?? [],
  };
}

function timesBefore(it: Reminder, moment: number): number {
  let n = 0;
  for (const at of startsFrom(it, -Infinity)) {
    if (at >= moment) break;
    n += 1;
  }
  return n;
}

const isOffered = (minutes: number): boolean => (LASTS_OFFERED as readonly number[]).includes(minutes);

/** Those of whom only the first few are told by name keep their ids. */
function named(ids: readonly string[], known: readonly Named[]): readonly Named[] {
  return ids.map((id) => known.find((it) => it.id === id) ?? { id, name: '' });
}

type RhythmPart = Pick<Draft, 'rhythm' | 'interval' | 'unit' | 'on' | 'monthly' | 'lunar'>;

/** Which of the offered rhythms this is, of something that begins on that day; else it is one's own. */
function rhythmOf(repeat: Repeat | null, day: number): RhythmPart {
  const blank: RhythmPart = {
    rhythm: 'never',
    interval: '1',
    unit: 'week',
    on: [weekdayOf(day)],
    monthly: 'day',
    lunar: false,
  };
  if (!repeat) return blank;
  const lunar = repeat.every === 'lunarMonth' || repeat.every === 'lunarYear';
  for (const rhythm of RHYTHMS) {
    if (rhythm === 'custom') continue;
    const offered = rhythmFrom({ ...blank, rhythm, lunar }, day);
    if (offered && sameRhythm(offered, repeat)) return { ...blank, rhythm, lunar };
  }
  const interval = 'interval' in repeat ? String(repeat.interval) : '1';
  switch (repeat.every) {
    case 'week':
      return { ...blank, rhythm: 'custom', unit: 'week', interval, on: [...repeat.on] };
    case 'month':
      return {
        ...blank,
        rhythm: 'custom',
        unit: 'month',
        interval,
        monthly: 'day' in repeat ? 'day' : repeat.nth < 0 ? 'last' : 'nth',
      };
    case 'year':
      return { ...blank, rhythm: 'custom', unit: 'year', interval };
    case 'day':
      return { ...blank, rhythm: 'custom', unit: 'day', interval };
    case 'workday':
      return { ...blank, rhythm: 'workday' };
    case 'lunarMonth':
      return { ...blank, rhythm: 'lunarMonth', lunar };
    case 'lunarYear':
      return { ...blank, rhythm: 'lunarYear', lunar };
  }
}

function sameRhythm(a: Repeat, b: Repeat): boolean {
  const bare = ({ until: _until, count: _count, ...rhythm }: Repeat): string =>
    JSON.stringify(Object.entries(rhythm).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return bare(a) === bare(b);
}

/** The rhythm that is chosen, for something that begins on that day; null for none, undefined where it is not filled in rightly. */
function rhythmFrom(it: RhythmPart, day: number): Repeat | null | undefined {
  const { month, day: of } = civilDate(day);
  const weekday = weekdayOf(day);
  const nth = nthOf(day);
  const lunar = lunarDate(day);
  switch (it.rhythm) {
    case 'never':
      return null;
    case 'day':
      return { every: 'day', interval: 1 };
    case 'workday':
      return { every: 'workday' };
    case 'week':
      return { every: 'week', interval: 1, on: [weekday] };
    case 'month':
      return { every: 'month', interval: 1, day: of };
    case 'monthNth':
      return { every: 'month', interval: 1, nth: nth > 4 ? -1 : nth, weekday };
    case 'monthLast':
      return { every: 'month', interval: 1, nth: -1, weekday };
    case 'year':
      return { every: 'year', interval: 1, month, day: of };
    case 'lunarNewFull':
      return { every: 'lunarMonth', days: [1, 15] };
    case 'lunarMonth':
      return lunar && { every: 'lunarMonth', days: [lunar.day] };
    case 'lunarYear':
      return lunar && { every: 'lunarYear', month: lunar.month, day: lunar.day, leap: lunar.leap };
    case 'custom': {
      const interval = readNumber(it.interval, 1, INTERVAL_MOST);
      if (interval === undefined) return undefined;
      if (it.unit === 'day') return { every: 'day', interval };
      if (it.unit === 'week') return it.on.length > 0 ? { every: 'week', interval, on: [...it.on] } : undefined;
      if (it.unit === 'year') return { every: 'year', interval, month, day: of };
      if (it.monthly === 'day') return { every: 'month', interval, day: of };
      return { every: 'month', interval, nth: it.monthly === 'last' || nth > 4 ? -1 : nth, weekday };
    }
  }
}

/** The how many-th such weekday of its month a day is. */
export function nthOf(day: number): number {
  return Math.ceil(civilDate(day).day / 7);
}

/** It is the last such weekday of its month. */
export function isLastOf(day: number): boolean {
  const { year, month } = civilDate(day);
  return day + 7 > lastOfMonth(year, month);
}

/** What may be chosen for something that begins on this day, by the sun or by the moon. */
export function rhythmsFor(day: number, lunar: boolean): readonly RhythmChoice[] {
  if (lunar) return ['never', 'lunarMonth', 'lunarNewFull', 'lunarYear'];
  return [
    'never',
    'day',
    'workday',
    'week',
    'month',
    ...(nthOf(day) <= 4 ? (['monthNth'] as const) : []),
    ...(isLastOf(day) ? (['monthLast'] as const) : []),
    'year',
    'custom',
  ];
}

/** The rhythm of an offer, so that it can be said in words. */
export function offered(rhythm: RhythmChoice, day: number): Repeat | null {
  const part: RhythmPart = { rhythm, interval: '1', unit: 'week', on: [weekdayOf(day)], monthly: 'day', lunar: false };
  return rhythmFrom(part, day) ?? null;
}

function readNumber(written: string, least: number, most: number): number | undefined {
  if (!/^\d{1,4}$/.test(written.trim())) return undefined;
  const n = Number(written);
  return n >= least && n <= most ? n : undefined;
}

/** What is not right yet, by field; the first that a person would look at first. */
export type Wrong = Partial<Record<'title' | 'day' | 'end' | 'interval' | 'on' | 'until' | 'count' | 'whom', WrongWhy>>;
export type WrongWhy = 'missing' | 'wrong' | 'past' | 'far' | 'early';

/** When it would be; undefined where its fields cannot be read. */
export function whenOf(it: Draft): When | undefined {
  const day = readDay(it.day);
  const time = it.wholeDay ? 0 : readTime(it.time);
  if (day === undefined || time === undefined) return undefined;
  const start = startOfDay(day) + time * 60_000;
  const minutes = minutesOf(it, day, start);
  const rhythm = rhythmFrom(it, day);
  if (minutes === undefined || rhythm === undefined) return undefined;
  const repeat = rhythm && endsOf(it, rhythm);
  if (repeat === undefined) return undefined;
  return { start, wholeDay: it.wholeDay, minutes, repeat, exceptions: [] };
}

/** How long it lasts; undefined where the end is none. */
function minutesOf(it: Draft, day: number, start: number): number | undefined {
  if (it.wholeDay) {
    const last = readDay(it.endDay);
    const days = last === undefined ? 1 : last - day + 1;
    return days >= 1 && days * 1_440 <= MINUTES_MOST ? days * 1_440 : undefined;
  }
  if (it.lasts !== 'other') return it.lasts;
  const last = readDay(it.endDay);
  const time = readTime(it.endTime);
  if (last === undefined || time === undefined) return undefined;
  const minutes = (startOfDay(last) - start) / 60_000 + time;
  return minutes > 0 && minutes <= MINUTES_MOST ? minutes : undefined;
}

function endsOf(it: Draft, rhythm: Repeat): Repeat | undefined {
  if (it.ends === 'count') {
    const count = readNumber(it.count, 2, COUNT_MOST);
    return count === undefined ? undefined : { ...rhythm, count };
  }
  if (it.ends === 'until') {
    const last = readDay(it.until);
    return last === undefined || last < (readDay(it.day) ?? 0)
      ? undefined
      : { ...rhythm, until: startOfDay(last + 1) - 1 };
  }
  return rhythm;
}

/** `moved`: the time is another than it was; one that has begun keeps its own. */
export function wrongIn(it: Draft, now: number, moved = true): Wrong {
  const wrong: Wrong = {};
  if (it.title.trim() === '') wrong.title = 'missing';
  const day = readDay(it.day);
  const time = it.wholeDay ? 0 : readTime(it.time);
  if (day === undefined || time === undefined) wrong.day = 'wrong';
  else {
    const start = startOfDay(day) + time * 60_000;
    if (minutesOf(it, day, start) === undefined) wrong.end = 'early';
    if (rhythmFrom(it, day) === undefined) {
      if (readNumber(it.interval, 1, INTERVAL_MOST) === undefined) wrong.interval = 'wrong';
      else wrong.on = 'missing';
    } else if (it.rhythm !== 'never') {
      if (it.ends === 'count' && readNumber(it.count, 2, COUNT_MOST) === undefined) wrong.count = 'wrong';
      if (it.ends === 'until' && (readDay(it.until) ?? -1) < day) wrong.until = 'early';
    }
    const when = whenOf(it);
    const first = when && firstOf(when);
    // A whole day has not passed before it is over.
    const passed = first !== undefined && (it.wholeDay ? first + DAY_MS : first) <= now;
    if (moved && when && (first === undefined || passed)) wrong.day = 'past';
    if (first !== undefined && first - now > AHEAD_MS) wrong.day = 'far';
  }
  if (it.whom === 'some' && it.people.length + it.units.length + it.roles.length === 0) wrong.whom = 'missing';
  return wrong;
}

/** The address in what stands for a place, and the rest of it. */
export function placeOf(written: string): { readonly place: string; readonly link: string } {
  const pieces = written.trim().split(/\s+/u);
  const link = pieces.find(isAddress) ?? '';
  return { place: pieces.filter((it) => it !== link).join(' '), link };
}

/** What is sent; undefined where something is not right. */
export function inputOf(it: Draft): CreateInput | undefined {
  const when = whenOf(it);
  if (!when) return undefined;
  const whom: Whom | null =
    it.whom === 'all'
      ? null
      : { accounts: it.people.map(({ id }) => id), units: it.units.map(({ id }) => id), roles: [...it.roles] };
  return {
    title: it.title.trim(),
    text: it.text.trim(),
    ...placeOf(it.place),
    urgency: it.urgency,
    start: when.start,
    wholeDay: when.wholeDay,
    minutes: when.minutes,
    repeat: when.repeat as CreateInput['repeat'],
    early: it.early.toSorted((a, b) => b - a),
    whom,
  };
}

/** What is another than it was: only that is sent, so that what somebody else changed meanwhile stays. */
export function changesOf(before: Draft, after: Draft): Partial<CreateInput> | undefined {
  const [old, next] = [inputOf(before), inputOf(after)];
  if (!next) return undefined;
  const changes: Record<string, unknown> = {};
  for (const key of Object.keys(next) as (keyof CreateInput)[])
    if (!old || canonical(old[key]) !== canonical(next[key])) changes[key] = next[key];
  return changes;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, it: unknown) =>
    it !== null && typeof it === 'object' && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
}

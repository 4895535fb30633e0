import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import fc from 'fast-check';
import type * as Rrule from 'rrule';

import { civilDate, DAY_MS, dayNumber, dayOf, OFFICE_MS, startOfDay, weekdayOf } from './civil.ts';
import { firingsBetween, nextDue } from './firing.ts';
import { lunarDate } from './lunar.ts';
import { ruleText } from './rule-text.ts';
import {
  firstOf,
  HORIZON,
  lastOccurrence,
  nextOccurrences,
  occurrenceAt,
  occurrencesBetween,
  overAt,
  startsFrom,
} from './when.ts';
import type { Repeat, Rhythm, When } from './when.ts';

/** More for a night: RULES=5000. */
const RULES = Number(process.env['RULES'] ?? 300);
const HOUR = 3_600_000;
const { RRule } = createRequire(import.meta.url)('rrule') as typeof Rrule;

const at = (text: string): number => Date.parse(`${text}+07:00`);
const shown = (times: readonly number[]): string[] =>
  times.map((it) => new Date(it + 7 * HOUR).toISOString().slice(0, 16));
const when = (start: string, repeat: Repeat | null, rest: Partial<When> = {}): When => ({
  start: at(start),
  wholeDay: false,
  minutes: 0,
  repeat,
  exceptions: [],
  ...rest,
});
function first(it: When, count: number, from = -Infinity): number[] {
  const list: number[] = [];
  for (const time of startsFrom(it, from)) {
    if (list.length >= count) break;
    list.push(time);
  }
  return list;
}

test('days by the calendar are those of Date, from 1900 to 2199', () => {
  for (let day = dayNumber(1900, 1, 1); day <= dayNumber(2199, 12, 31); day += 1) {
    const date = new Date(day * DAY_MS);
    const civil = civilDate(day);
    assert.deepEqual(civil, { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
    assert.equal(dayNumber(civil.year, civil.month, civil.day), day);
    assert.equal(weekdayOf(day), date.getUTCDay() || 7);
  }
  assert.equal(dayNumber(2026, 14, 1), dayNumber(2027, 2, 1));
  assert.equal(dayNumber(2026, 0, 1), dayNumber(2025, 12, 1));
  // Midnight of the office is five in the afternoon of the day before in UTC.
  assert.equal(dayOf(Date.UTC(2026, 10, 23, 16, 59)), dayNumber(2026, 11, 23));
  assert.equal(dayOf(Date.UTC(2026, 10, 23, 17)), dayNumber(2026, 11, 24));
  assert.equal(startOfDay(dayNumber(2026, 11, 24)), Date.UTC(2026, 10, 23, 17));
});

const weekday = fc.integer({ min: 1, max: 7 });
const month = fc.integer({ min: 1, max: 12 });
const nth = fc.constantFrom(1, 2, 3, 4, -1);
const day = fc.integer({ min: 1, max: 31 });
const interval = fc.integer({ min: 1, max: 13 });

const rhythm: fc.Arbitrary<Rhythm> = fc.oneof(
  fc.record({ every: fc.constant('day' as const), interval }),
  fc.record({ every: fc.constant('workday' as const) }),
  fc.record({
    every: fc.constant('week' as const),
    interval,
    on: fc.uniqueArray(weekday, { minLength: 1, maxLength: 7 }),
  }),
  fc.record({ every: fc.constant('month' as const), interval, day }),
  fc.record({ every: fc.constant('month' as const), interval, nth, weekday }),
  fc.record({ every: fc.constant('year' as const), interval, month, day }),
  fc.record({ every: fc.constant('year' as const), interval, month, nth, weekday }),
);
/** A minute between 2000 and 2060, by the clock of the office. */
const minute = fc.integer({ min: 0, max: 60 * 365 * 24 * 60 }).map((it) => at('2000-01-01T00:00') + it * 60_000);
const ends = fc.oneof(
  fc.constant({}),
  fc.integer({ min: 1, max: 60 }).map((count) => ({ count })),
  fc.integer({ min: 0, max: 4_000 * 24 * 60 }).map((minutes) => ({ afterMinutes: minutes })),
);

const solar: fc.Arbitrary<When> = fc
  .record({ rhythm, start: minute, ends })
  .map(({ rhythm: it, start, ends: end }) => ({
    start,
    wholeDay: false,
    minutes: 0,
    exceptions: [],
    repeat: {
      ...it,
      ...('count' in end ? { count: end.count } : {}),
      ...('afterMinutes' in end ? { until: start + end.afterMinutes * 60_000 } : {}),
    },
  }));

/** The first times of a rule by an independent implementation of RFC 5545, which knows only what stands in the text. */
function byRfc(it: When, most: number): number[] {
  const text = ruleText(it, it.start);
  if (!text) return [];
  // It reckons in UTC: everything is by the clock of the office instead.
  const clock = (time: number): Date => new Date(time + OFFICE_MS);
  const options = RRule.parseString(text.rule!);
  const rule = new RRule({
    ...options,
    dtstart: clock(text.start),
    ...(options.until ? { until: clock(options.until.getTime()) } : {}),
  });
  const list: number[] = [];
  rule.all((date, found) => {
    const time = date.getTime() - OFFICE_MS;
    if (time <= HORIZON && found < most) list.push(time);
    return time <= HORIZON && found + 1 < most;
  });
  return list;
}

test(`${RULES} random rules have the times that RFC 5545 gives them`, () => {
  fc.assert(
    fc.property(solar, (it) => {
      assert.deepEqual(
        shown(first(it, 60)),
        shown(byRfc(it, 60)),
        JSON.stringify({ ...it, text: ruleText(it, it.start) }),
      );
    }),
    { numRuns: RULES },
  );
});

test('wherever one begins to look, the same times are found', () => {
  const all = fc.oneof(
    solar,
    fc
      .record({
        start: minute,
        repeat: fc.oneof(
          fc.record({
            every: fc.constant('lunarMonth' as const),
            days: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
          }),
          fc.record({
            every: fc.constant('lunarYear' as const),
            month,
            day: fc.integer({ min: 1, max: 30 }),
            leap: fc.boolean(),
          }),
        ),
      })
      .map((it): When => ({ ...it, wholeDay: false, minutes: 0, exceptions: [] })),
  );
  fc.assert(
    fc.property(all, fc.integer({ min: 0, max: 39 }), fc.integer({ min: -1, max: 1 }), (it, place, by) => {
      const list = first(it, 40);
      if (list.length === 0) return;
      const from = list[Math.min(place, list.length - 1)]! + by;
      const wanted = list.filter((one) => one >= from);
      assert.deepEqual(first(it, wanted.length, from), wanted);
      assert.equal(occurrenceAt(it, list[0]!)?.at, list[0]);
      assert.equal(occurrenceAt(it, list[0]! + 1), undefined);
      assert.deepEqual(
        occurrencesBetween(it, list[0]!, list.at(-1)! + 1).map((one) => one.at),
        list,
      );
      assert.equal(nextOccurrences(it, from, 1)[0]?.at, list.find((one) => one + HOUR > from) ?? first(it, 1, from)[0]);
    }),
    { numRuns: RULES },
  );
});

test('days that a month does not have are its last', () => {
  const month31 = when('2026-01-31T07:30', { every: 'month', interval: 1, day: 31 });
  assert.deepEqual(shown(first(month31, 4)), [
    '2026-01-31T07:30',
    '2026-02-28T07:30',
    '2026-03-31T07:30',
    '2026-04-30T07:30',
  ]);
  const leapDay = when('2024-02-29T08:00', { every: 'year', interval: 1, month: 2, day: 29 });
  assert.deepEqual(shown(first(leapDay, 5)), [
    '2024-02-29T08:00',
    '2025-02-28T08:00',
    '2026-02-28T08:00',
    '2027-02-28T08:00',
    '2028-02-29T08:00',
  ]);
});

test('by the moon: rằm and mùng một, leap months, a day 30 that is not there, Tết', () => {
  const both = when('2025-07-20T06:00', { every: 'lunarMonth', days: [15, 1] });
  const days = first(both, 8).map((it) => lunarDate(dayOf(it))!);
  assert.deepEqual(
    days.map((it) => `${it.day}/${it.month}${it.leap ? ' nhuận' : ''}`),
    ['1/6 nhuận', '15/6 nhuận', '1/7', '15/7', '1/8', '15/8', '1/9', '15/9'],
  );
  const tet = when('2026-01-01T00:00', { every: 'lunarYear', month: 1, day: 1, leap: false });
  assert.deepEqual(
    shown(first(tet, 5)).map((it) => it.slice(0, 10)),
    ['2026-02-17', '2027-02-06', '2028-01-26', '2029-02-13', '2030-02-02'],
  );
  // Ba mươi Tết: the last day of the year; from 2025 to 2032 no year has a thirtieth, as every newspaper says.
  const eve = when('2024-01-01T17:00', { every: 'lunarYear', month: 12, day: 30, leap: false });
  assert.deepEqual(
    first(eve, 11).map((it) => `${civilDate(dayOf(it)).year} ${lunarDate(dayOf(it))!.day}`),
    ['2024 30', ...Array.from({ length: 8 }, (_, year) => `${2025 + year} 29`), '2033 30', '2034 30'],
  );
  // Of the leap month where the year has it, else of the month it follows.
  const leap = when('2024-01-01T08:00', { every: 'lunarYear', month: 6, day: 10, leap: true });
  assert.deepEqual(
    first(leap, 3).map((it) => lunarDate(dayOf(it))!),
    [
      { year: 2024, month: 6, leap: false, day: 10 },
      { year: 2025, month: 6, leap: true, day: 10 },
      { year: 2026, month: 6, leap: false, day: 10 },
    ],
  );
  assert.ok(first(leap, 1_000).every((it) => it < HORIZON));
});

test('single times move and fall out; what is over, under way and next', () => {
  const weekly = when('2026-11-23T07:30', { every: 'week', interval: 1, on: [1] }, { minutes: 90 });
  const [one, two, three, four] = first(weekly, 4) as [number, number, number, number];
  const it: When = {
    ...weekly,
    exceptions: [
      { at: one, to: two + HOUR },
      { at: three, to: null },
      { at: four + 1, to: null },
    ],
  };
  assert.deepEqual(
    occurrencesBetween(it, one - 1, four + 1).map((at_) => [at_.at, at_.start, at_.cancelled]),
    [
      [two, two, false],
      [one, two + HOUR, false],
      [three, three, true],
      [four, four, false],
    ],
  );
  assert.deepEqual(
    nextOccurrences(it, two + 90 * 60_000, 3).map((at_) => at_.start),
    [two + HOUR, four, four + 7 * DAY_MS],
  );
  assert.equal(lastOccurrence(it, two + 90 * 60_000)?.at, two);
  assert.equal(lastOccurrence(it, two + 3 * HOUR)?.at, one);
  assert.equal(lastOccurrence(it, two), undefined);
  // Under way from its beginning until its end, in a look that begins within.
  assert.equal(occurrencesBetween(it, two + HOUR / 2, two + HOUR).length, 1);
  assert.deepEqual(occurrencesBetween(weekly, one + 90 * 60_000, two), []);
  assert.equal(firstOf(when('2026-11-22T08:00', { every: 'workday' })), at('2026-11-23T08:00'));
  assert.equal(firstOf(when('2026-11-22T08:00', { every: 'workday', until: at('2026-11-22T09:00') })), undefined);
  const old = when('2001-01-01T08:00', { every: 'year', interval: 99, month: 1, day: 1 });
  assert.equal(lastOccurrence(old, at('2026-01-01T00:00'))?.at, old.start);
});

test('what is due between two moments is what one minute after the other finds, and the next moment is the first of it', () => {
  const noticed = fc.record({
    base: solar,
    early: fc.uniqueArray(fc.constantFrom(10, 30, 60, 1_440, 2_880, 10_080), { maxLength: 3 }),
    wholeDay: fc.boolean(),
    moved: fc.option(fc.integer({ min: -3 * 1_440, max: 3 * 1_440 })),
  });
  fc.assert(
    fc.property(noticed, fc.integer({ min: 0, max: 20 }), ({ base, early, wholeDay, moved }, place) => {
      const start = wholeDay ? startOfDay(dayOf(base.start)) : base.start;
      const plain = { ...base, start, wholeDay, early };
      const times = first(plain, 21);
      if (times.length === 0) return;
      const target = times[Math.min(place, times.length - 1)]!;
      const exceptions = moved === null ? [{ at: target, to: null }] : [{ at: target, to: target + moved * 60_000 }];
      const it = { ...plain, exceptions };
      const from = target - 12 * DAY_MS;
      const all = firingsBetween(it, from, target + 12 * DAY_MS);
      assert.equal(new Set(all.map((one) => `${one.at} ${one.early}`)).size, all.length);
      let [cursor, place_] = [from, 0];
      while (cursor < target + 12 * DAY_MS && place_ < all.length) {
        const due = nextDue(it, cursor)!;
        assert.equal(due, all[place_]!.due);
        const together = firingsBetween(it, cursor, due);
        assert.ok(together.every((one) => one.due === due));
        place_ += together.length;
        cursor = due;
      }
      assert.equal(place_, all.length);
      for (const one of all) assert.equal(one.due, one.start + (wholeDay ? 7 * HOUR : 0) - one.early * 60_000);
    }),
    { numRuns: RULES },
  );
});

test('what calendars elsewhere are told: rules, their ends, lunar times one by one', () => {
  const rule = (repeat: Repeat): string | undefined => ruleText(when('2026-11-23T07:30', repeat), 0)?.rule;
  assert.equal(rule({ every: 'day', interval: 2, count: 5 }), 'FREQ=DAILY;INTERVAL=2;COUNT=5');
  assert.equal(
    rule({ every: 'workday', until: at('2026-12-31T23:59') }),
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261231T165900Z',
  );
  assert.equal(rule({ every: 'month', interval: 1, day: 30 }), 'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1');
  assert.equal(rule({ every: 'year', interval: 1, month: 9, nth: -1, weekday: 5 }), 'FREQ=YEARLY;BYMONTH=9;BYDAY=-1FR');
  const moon = when('2026-11-23T07:30', { every: 'lunarMonth', days: [1, 15] });
  const [a, b] = first(moon, 2) as [number, number];
  const text = ruleText(
    {
      ...moon,
      exceptions: [
        { at: a, to: null },
        { at: b, to: b + HOUR },
      ],
    },
    moon.start,
  )!;
  assert.equal(text.rule, undefined);
  assert.equal(text.start, a);
  assert.deepEqual([text.times[0], text.except, text.moved], [b, [a], [{ at: b, to: b + HOUR }]]);
  assert.ok(text.times.length > 70 && text.times.length < 80);
  assert.equal(overAt({ at: 0, start: 0, end: 0, cancelled: false }), HOUR);
});

test('of a series that counts only its own times are moved, however many', () => {
  const start = Date.parse('2026-11-23T08:00:00+07:00');
  const day = 86_400_000;
  const exceptions = Array.from({ length: 200 }, (_, nth) => ({
    at: start + (nth + 900) * day,
    to: start + nth * 3_600_000,
  }));
  const when: When = {
    start,
    wholeDay: false,
    minutes: 30,
    repeat: { every: 'day', interval: 1, count: 1_000 },
    exceptions: [...exceptions, { at: start + day + 1, to: start }],
  };
  const moved = occurrencesBetween(when, start, start + 10 * day).filter((it) => it.at !== it.start);
  assert.equal(moved.length, 100, 'the last hundred are beyond its end');
  assert.deepEqual(
    nextOccurrences(when, start, 3)
      .map((it) => it.at)
      .toSorted((a, b) => a - b),
    [start, start + 900 * day, start + 901 * day],
  );
});

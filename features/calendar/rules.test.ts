import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { civilDate, dayOf, startOfDay, weekdayOf } from '../reminders/rules/civil.ts';
import {
  addMonths,
  dayFromIso,
  holidayOf,
  isoOf,
  lunarLabel,
  monthWeeks,
  moved,
  RANGE_DAYS_MOST,
  spanOf,
  turned,
  VIEWS,
} from './rules.ts';

const day = (text: string): number => dayFromIso(text)!;

test('days are those of the office: the last minute of the night is the day before', () => {
  assert.equal(isoOf(dayOf(Date.parse('2026-11-23T23:59:59.999+07:00'))), '2026-11-23');
  assert.equal(isoOf(dayOf(Date.parse('2026-11-24T00:00:00+07:00'))), '2026-11-24');
  assert.equal(new Date(startOfDay(day('2026-11-24'))).toISOString(), '2026-11-23T17:00:00.000Z');
  assert.deepEqual(civilDate(day('2028-02-29')), { year: 2028, month: 2, day: 29 });
  for (const wrong of ['2026-02-30', '2026-13-01', '1969-12-31', '2200-01-01', '26-1-1', '', null])
    assert.equal(dayFromIso(wrong), undefined, String(wrong));
});

test('the week begins on Monday', () => {
  assert.equal(weekdayOf(day('2026-11-23')), 1);
  assert.equal(weekdayOf(day('2026-11-29')), 7);
  assert.equal(weekdayOf(day('1970-01-01')), 4);
});

test('a month is whole weeks around it, each day once and in order, four to six rows', () => {
  // February 2027 begins on a Monday and has four weeks; August 2026 begins on a Saturday and touches six.
  assert.equal(monthWeeks(day('2027-02-14')).length, 4);
  assert.equal(monthWeeks(day('2026-08-14')).length, 6);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80_000 }), (number) => {
      const weeks = monthWeeks(number);
      const days = weeks.flat();
      const { year, month } = civilDate(number);
      assert.ok(weeks.every((it) => it.length === 7 && weekdayOf(it[0]!) === 1));
      assert.deepEqual(
        days,
        Array.from({ length: days.length }, (_, at) => days[0]! + at),
      );
      const inside = days.filter((it) => civilDate(it).month === month);
      assert.equal(inside.length, new Date(Date.UTC(year, month, 0)).getUTCDate());
      // No week of it lies outside the month.
      assert.ok(weeks.every((it) => it.some((one) => civilDate(one).month === month)));
    }),
  );
});

test('no look asks for more than a question may, and turning there and back shows the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 80_000 }), fc.constantFrom(...VIEWS), (number, view) => {
      const { from, to } = spanOf(view, number);
      assert.ok(from <= number && number <= to);
      assert.ok(to - from + 1 <= RANGE_DAYS_MOST);
      const there = turned(view, number, 1);
      assert.ok(spanOf(view, there).from > from);
      if (view !== 'month') assert.deepEqual(spanOf(view, turned(view, there, -1)), { from, to });
    }),
  );
});

test('keys move by a day, a week, to the ends of the week, by a month and by a year; a short month ends at its end', () => {
  const from = day('2026-10-31');
  const rows: [string, boolean, string][] = [
    ['ArrowLeft', false, '2026-10-30'],
    ['ArrowRight', false, '2026-11-01'],
    ['ArrowUp', false, '2026-10-24'],
    ['ArrowDown', false, '2026-11-07'],
    ['Home', false, '2026-10-26'],
    ['End', false, '2026-11-01'],
    ['PageUp', false, '2026-09-30'],
    ['PageDown', false, '2026-11-30'],
    ['PageUp', true, '2025-10-31'],
    ['PageDown', true, '2027-10-31'],
  ];
  for (const [key, shift, to] of rows) assert.equal(isoOf(moved(from, key, shift)!), to, key);
  assert.equal(moved(from, 'a'), undefined);
  assert.equal(isoOf(addMonths(day('2024-02-29'), 12)), '2025-02-28');
  assert.equal(isoOf(moved(day('2199-12-31'), 'ArrowRight')!), '2199-12-31');
  assert.equal(isoOf(moved(day('1970-01-01'), 'PageUp')!), '1970-01-01');
});

test('a day cell says the lunar day, and the month on its first', () => {
  assert.equal(lunarLabel({ day: 15, month: 10, leap: false }), '15');
  assert.equal(lunarLabel({ day: 1, month: 10, leap: false }), '1/10');
  assert.equal(lunarLabel({ day: 1, month: 6, leap: true }), '1/6n');
});

test('holidays by law: fixed ones by the sun, Tết and the Hung Kings by the moon, none in a leap month', () => {
  const plain = { day: 20, month: 8, leap: false };
  const on = (text: string, lunar = plain) => holidayOf(civilDate(day(text)), lunar);
  assert.equal(on('2026-01-01'), 'newYear');
  assert.equal(on('2026-04-30'), 'reunification');
  assert.equal(on('2026-05-01'), 'labour');
  assert.equal(on('2026-09-02'), 'national');
  assert.equal(on('2026-09-03'), undefined);
  assert.equal(on('2026-02-17', { day: 1, month: 1, leap: false }), 'tet');
  assert.equal(on('2026-02-20', { day: 4, month: 1, leap: false }), undefined);
  assert.equal(on('2026-04-26', { day: 10, month: 3, leap: false }), 'hungKings');
  assert.equal(on('2026-04-26', { day: 10, month: 3, leap: true }), undefined);
});

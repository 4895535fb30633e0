import assert from 'node:assert/strict';
import { test } from 'node:test';

import { getLunarDate } from '@dqcai/vn-lunar';

import { civilDate, DAY_MS, dayNumber } from './civil.ts';
import { dayOfLunar, LUNAR_YEARS, lunarDate, lunarMonths, lunarYearOf } from './lunar.ts';
import type { LunarMonth } from './lunar.ts';
import { newMoon, solarSign } from '../../../testing/sky.ts';

const iso = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
const years = Array.from({ length: LUNAR_YEARS.last - LUNAR_YEARS.first + 1 }, (_, at) => LUNAR_YEARS.first + at);
const tet = (year: number): string => iso(lunarMonths(year)[0]!.first);
const name = (it: { readonly month: number; readonly leap: boolean }): string =>
  `${it.month}${it.leap ? ' nhuận' : ''}`;

test('Tết of years everybody knows', () => {
  for (const day of [
    '1945-02-13',
    '1954-02-03',
    '1968-01-29',
    '1975-02-11',
    '1985-01-21',
    '1986-02-09',
    '1990-01-27',
    '1995-01-31',
    '1996-02-19',
    '1997-02-07',
    '1998-01-28',
    '1999-02-16',
    '2000-02-05',
    '2001-01-24',
    '2002-02-12',
    '2003-02-01',
    '2004-01-22',
    '2005-02-09',
    '2006-01-29',
    '2007-02-17',
    '2008-02-07',
    '2009-01-26',
    '2010-02-14',
    '2011-02-03',
    '2012-01-23',
    '2013-02-10',
    '2014-01-31',
    '2015-02-19',
    '2016-02-08',
    '2017-01-28',
    '2018-02-16',
    '2019-02-05',
    '2020-01-25',
    '2021-02-12',
    '2022-02-01',
    '2023-01-22',
    '2024-02-10',
    '2025-01-29',
    '2026-02-17',
    '2027-02-06',
    '2028-01-26',
    '2029-02-13',
    '2030-02-02',
    '2031-01-23',
    '2032-02-11',
    '2033-01-31',
    '2034-02-19',
    '2035-02-08',
  ])
    assert.equal(tet(Number(day.slice(0, 4))), day);
});

test('every month from 1900 to 2198 begins where the published tables have it', () => {
  const others: string[] = [];
  for (const year of years.filter((it) => it < LUNAR_YEARS.last))
    for (const it of lunarMonths(year)) {
      const { year: y, month, day } = civilDate(it.first);
      const published = getLunarDate(day, month, y);
      if (published.day !== 1 || published.month !== it.month || published.leap !== it.leap)
        others.push(`${iso(it.first)} ${name(it)}`);
    }
  // China, whose calendar held then, and its almanacs have the Tết of 1925 on 24 January, when the moon was new.
  assert.deepEqual(others, ['1925-01-24 1']);
});

/** Where the months of a lunar year begin, computed from sun and moon by the hour of a place, so many hours ahead of UTC. */
function computed(year: number, hours: number): Omit<LunarMonth, 'length'>[] {
  /** The month in which the sun stands at the winter solstice, by its count of new moons. */
  const solstice = (ofYear: number): number => {
    const last = dayNumber(ofYear, 12, 31);
    let count = Math.round((last - 10_962) / 29.530588861) + 2;
    while (newMoon(count, hours) > last) count -= 1;
    return solarSign(newMoon(count, hours), hours) >= 9 ? count - 1 : count;
  };
  const months: Omit<LunarMonth, 'length'>[] = [];
  for (const sui of [year, year + 1]) {
    const [from, to] = [solstice(sui - 1), solstice(sui)];
    let number = 11;
    let leapToCome = to - from === 13;
    for (let count = from; count < to; count += 1) {
      const first = newMoon(count, hours);
      const term = solarSign(first, hours) !== solarSign(newMoon(count + 1, hours), hours);
      const leap = leapToCome && count > from && !term;
      if (leap) leapToCome = false;
      months.push({ first, leap, month: leap ? ((number + 10) % 12) + 1 : number });
      if (!leap) number = (number % 12) + 1;
    }
  }
  const begins = months.findIndex((it) => it.month === 1 && !it.leap);
  const ends = months.findIndex((it, at) => at > begins && it.month === 1 && !it.leap);
  return months.slice(begins, ends);
}

test('what is written down is what sun and moon do', () => {
  const others: string[] = [];
  for (const year of years) {
    // The meridian of Beijing, then its zone, then that of Hà Nội.
    const hours = year < 1929 ? 7 + 45 / 60 + 40 / 3_600 : year < 1968 ? 8 : 7;
    const wanted = computed(year, hours);
    const written = lunarMonths(year);
    assert.deepEqual(written.map(name), wanted.map(name), String(year));
    written.forEach((it, at) => {
      if (it.first !== wanted[at]!.first) others.push(`${iso(it.first)} ${name(it)}`);
    });
  }
  // The moon is new 22 seconds after midnight; nobody knows the turning of the earth so well. The published tables have the day before.
  assert.deepEqual(others, ['2054-05-07 4']);
});

test('China, by the hour of Beijing: other days in five years; ICU agrees with that but where it is coarse', () => {
  const differing = years.filter(
    (year) => year >= 1968 && year <= 2050 && computed(year, 8)[0]!.first !== lunarMonths(year)[0]!.first,
  );
  assert.deepEqual(differing, [1968, 1969, 1985, 2007, 2030]);
  const icu = new Intl.DateTimeFormat('en-u-ca-chinese', { timeZone: 'UTC', month: 'numeric', day: 'numeric' });
  const months = years.filter((year) => year >= 1930 && year <= 2050).flatMap((year) => computed(year, 8));
  const others = months.filter(
    (it) => icu.format(new Date(it.first * DAY_MS)) !== `${it.month}${it.leap ? 'bis' : ''}/1`,
  );
  assert.ok(others.length <= 12, `${others.length} of ${months.length}`);
});

test('there and back, over every day', () => {
  let before: string | undefined;
  for (let day = dayNumber(1900, 1, 31); day < dayNumber(2200, 1, 1); day += 1) {
    const it = lunarDate(day)!;
    assert.equal(dayOfLunar(it), day);
    assert.equal(lunarYearOf(day), it.year);
    const text = JSON.stringify(it);
    assert.notEqual(text, before);
    before = text;
  }
  assert.equal(lunarDate(dayNumber(1899, 1, 1)), undefined);
  assert.equal(dayOfLunar({ year: 2026, month: 6, leap: true, day: 1 }), undefined);
  assert.equal(dayOfLunar({ year: 2026, month: 12, leap: false, day: 30 }), undefined);
  assert.deepEqual(lunarMonths(2200), []);
  assert.deepEqual(
    years
      .filter((year) => year >= 2017 && year <= 2036 && lunarMonths(year).length === 13)
      .map((year) => `${year} ${lunarMonths(year).find((it) => it.leap)!.month}`),
    ['2017 6', '2020 4', '2023 2', '2025 6', '2028 5', '2031 3', '2033 11', '2036 6'],
  );
});

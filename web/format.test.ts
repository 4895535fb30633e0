import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  OFFICE_ZONE,
  cutMiddle,
  formatAge,
  formatBadge,
  formatClock,
  formatDate,
  formatDateTime,
  formatDay,
  formatListTime,
  formatNumber,
  formatPercent,
  formatPhone,
  formatSize,
  formatShortDate,
  formatSpan,
  formatTime,
  formatTimeInText,
  maskPhone,
  phoneLink,
  sameDay,
  spacePhone,
} from './format.ts';
import { language } from './language.ts';

afterEach(() => {
  language.value = 'vi';
});

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
// Thursday 19 November 2026, 14:05 in Gia Lai.
const NOW = '2026-11-19T07:05:00Z';

test('numbers', () => {
  assert.equal(formatNumber(1234.5), '1.234,5');
  assert.equal(formatNumber(5000), '5.000');
  assert.equal(plain(formatPercent(0.81)), '81 %');
  assert.equal(formatBadge(99), '99');
  assert.equal(formatBadge(100), '99+');
  language.value = 'en';
  assert.equal(formatNumber(1234.5), '1,234.5');
});

test('sizes', () => {
  assert.equal(plain(formatSize(512)), '512 B');
  assert.equal(plain(formatSize(84_123)), '84 kB');
  assert.equal(plain(formatSize(1_200_000)), '1,2 MB');
  assert.equal(plain(formatSize(999_900)), '1 MB');
  assert.equal(plain(formatSize(3_456_000_000)), '3,5 GB');
});

test('phones, in any spelling', () => {
  for (const spelling of ['+84905318462', '0905318462', '0905.318.462', '84905318462', ' 0905 318 462 ']) {
    assert.equal(plain(formatPhone(spelling)), '0905 318 462', spelling);
  }
  assert.equal(plain(formatPhone('02693600114')), '0269 3 600 114');
  assert.equal(plain(formatPhone('+842438254136')), '024 3 825 4136');
  assert.equal(formatPhone('+1 212 555 0100'), '+1 212 555 0100');
  assert.equal(plain(maskPhone('+84905318462')), '0905 ••• 462');
  assert.equal(phoneLink('0269 3 600 114'), 'tel:+842693600114');
  assert.equal(phoneLink('1900 1234'), 'tel:19001234');
});

test('a number is spaced while it is typed', () => {
  assert.equal(spacePhone('0905'), '0905');
  assert.equal(spacePhone('09053'), '0905 3');
  assert.equal(spacePhone('+84905318462'), '0905 318 462');
  assert.equal(spacePhone('09053184621'), '0905 318 4621');
  assert.equal(spacePhone('+1'), '+1');
});

test('times and dates', () => {
  const early = '2026-11-19T00:30:00Z';
  assert.equal(formatTime(early, OFFICE_ZONE), '07:30');
  assert.equal(formatTimeInText(early, OFFICE_ZONE), '7:30');
  assert.equal(formatTime('2026-11-18T17:00:00Z', OFFICE_ZONE), '00:00');
  assert.equal(formatDate(NOW, OFFICE_ZONE), '19/11/2026');
  assert.equal(formatShortDate(NOW, NOW, OFFICE_ZONE), '19/11');
  assert.equal(formatShortDate(NOW, new Date(2025, 5, 1), OFFICE_ZONE), '19/11/2026');
  assert.equal(formatDateTime(NOW, OFFICE_ZONE), '14:05 19/11/2026');
  language.value = 'en';
  assert.equal(formatDate(NOW, OFFICE_ZONE), '19 Nov 2026');
  assert.equal(formatTime(NOW, OFFICE_ZONE), '14:05');
});

test('time in a list grows coarser with age', () => {
  const cases: [string, string, string][] = [
    ['2026-11-19T06:00:00Z', '13:00', '13:00'],
    ['2026-11-18T16:59:00Z', 'Hôm qua', 'Yesterday'],
    ['2026-11-17T05:00:00Z', 'T3 17/11', 'Tue 17 Nov'],
    ['2026-11-16T05:00:00Z', 'T2 16/11', 'Mon 16 Nov'],
    ['2026-11-15T05:00:00Z', '15/11', '15 Nov'],
    ['2025-11-13T05:00:00Z', '13/11/2025', '13 Nov 2025'],
  ];
  for (const [moment, vi, en] of cases) {
    language.value = 'vi';
    assert.equal(formatListTime(moment, NOW, OFFICE_ZONE), vi);
    language.value = 'en';
    assert.equal(formatListTime(moment, NOW, OFFICE_ZONE), en);
  }
});

test('the week begins on Monday: on a Sunday, Monday is still this week', () => {
  const sunday = '2026-11-22T05:00:00Z';
  assert.equal(formatListTime('2026-11-16T05:00:00Z', sunday, OFFICE_ZONE), 'T2 16/11');
  assert.equal(formatListTime('2026-11-15T05:00:00Z', sunday, OFFICE_ZONE), '15/11');
});

test('day lines', () => {
  assert.equal(formatDay(NOW, NOW, OFFICE_ZONE), 'Hôm nay, thứ Năm 19/11');
  assert.equal(formatDay('2026-11-18T05:00:00Z', NOW, OFFICE_ZONE), 'Hôm qua, thứ Tư 18/11');
  assert.equal(formatDay('2026-11-17T05:00:00Z', NOW, OFFICE_ZONE), 'Thứ Ba 17/11');
  assert.equal(formatDay('2025-11-16T05:00:00Z', NOW, OFFICE_ZONE), 'Chủ nhật 16/11/2025');
  assert.ok(sameDay('2026-11-18T17:00:00Z', NOW, OFFICE_ZONE));
  assert.ok(!sameDay('2026-11-18T16:59:59Z', NOW, OFFICE_ZONE));
  language.value = 'en';
  assert.equal(formatDay(NOW, NOW, OFFICE_ZONE), 'Today, Thu 19 Nov');
});

test('ages, clocks and spans', () => {
  assert.equal(formatAge('2026-11-19T07:04:30Z', NOW), 'vừa xong');
  assert.equal(formatAge('2026-11-19T06:53:00Z', NOW), '12 phút');
  assert.equal(formatAge('2026-11-19T02:05:00Z', NOW), '5 giờ');
  assert.equal(formatAge('2026-11-17T05:05:00Z', NOW), '2 ngày');
  assert.equal(formatClock(42), '0:42');
  assert.equal(formatClock(768), '12:48');
  assert.equal(formatClock(3723), '1:02:03');
  assert.equal(formatSpan(252), '4 phút 12 giây');
  assert.equal(formatSpan(240), '4 phút');
  assert.equal(formatSpan(30), '30 giây');
  assert.equal(formatSpan(3600), '1 giờ');
  assert.equal(formatSpan(6900), '1 giờ 55 phút');
  language.value = 'en';
  assert.equal(formatSpan(252), '4 min 12 s');
  assert.equal(formatAge('2026-11-18T05:05:00Z', NOW), '1 day');
});

test('file names are cut in the middle', () => {
  assert.equal(cutMiddle('bieu.xlsx'), 'bieu.xlsx');
  const cut = cutMiddle('Bieu-tong-hop-so-lieu-di-doi.xlsx', 22);
  assert.equal(cut, 'Bieu-tong-ho…-doi.xlsx');
  assert.equal(Array.from(cut).length, 22);
});

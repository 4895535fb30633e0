import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Reminder } from '../protocol.ts';
import { startOfDay } from '../rules/civil.ts';
import { firstOf } from '../rules/when.ts';
import type { Repeat } from '../rules/when.ts';
import { changesOf, draftOf, inputOf, newDraft, placeOf, readDay, rhythmsFor, whenOf, wrongIn } from './draft.ts';
import type { Draft } from './draft.ts';
import { bothDays, earlyWords, repeatWords, spanWords, timeWords } from './saying.ts';

/** Monday 16 November 2026, 9:00 in Pleiku. */
const NOW = Date.UTC(2026, 10, 16, 2, 0);
const HOUR = 3_600_000;

const draft = (part: Partial<Draft> = {}): Draft => ({
  ...newDraft(NOW, 'Họp giao ban 7:30 ngày 20/11 tại Hội trường UBND xã'),
  ...part,
});

function reminder(part: Partial<Reminder> = {}): Reminder {
  const input = inputOf(draft())!;
  return {
    ...input,
    text: '',
    exceptions: [],
    named: { accounts: [], units: [] },
    whom: null,
    ...part,
  } as unknown as Reminder;
}

test('words of a message become a reminder', () => {
  assert.deepEqual(inputOf(draft()), {
    title: 'Họp giao ban 7:30 ngày 20/11 tại Hội trường UBND xã',
    text: '',
    place: 'Hội trường UBND xã',
    link: '',
    urgency: 0,
    start: Date.UTC(2026, 10, 20, 0, 30),
    wholeDay: false,
    minutes: 0,
    repeat: null,
    early: [30],
    whom: null,
  });
});

test('every rhythm the form offers goes into it and comes out of it again', () => {
  for (const lunar of [false, true])
    for (const rhythm of rhythmsFor(readDay('2026-11-27')!, lunar)) {
      if (rhythm === 'custom') continue;
      const made = whenOf(draft({ day: '2026-11-27', lunar, rhythm }))!;
      const again = draftOf(reminder({ ...made, exceptions: [], repeat: made.repeat as Reminder['repeat'] }), NOW);
      // What begins on a day that does not fit begins on the first that does.
      assert.deepEqual(whenOf(again), { ...made, start: firstOf(made) }, rhythm);
    }
});

test('rhythms of one’s own do too', () => {
  const cases: Repeat[] = [
    { every: 'day', interval: 3 },
    { every: 'week', interval: 2, on: [1, 5], count: 7 },
    { every: 'month', interval: 2, day: 20 },
    { every: 'month', interval: 3, nth: 3, weekday: 5, until: startOfDay(readDay('2027-12-31')! + 1) - 1 },
    { every: 'year', interval: 2, month: 11, day: 20 },
  ];
  for (const repeat of cases) {
    const again = draftOf(reminder({ repeat: repeat as Reminder['repeat'] }), NOW);
    assert.deepEqual(whenOf(again)?.repeat, repeat);
    assert.equal(again.rhythm, 'custom');
  }
});

test('what has begun to repeat is changed from its next time on', () => {
  const repeat = { every: 'day', interval: 1, count: 10 } as const;
  const it = reminder({ start: NOW - 3 * 24 * HOUR + HOUR, repeat });
  const before = draftOf(it, NOW);
  assert.equal(before.day, '2026-11-16');
  assert.equal(before.count, '7');
  assert.deepEqual(changesOf(before, before), {});
  const after = changesOf(before, { ...before, time: '11:00' })!;
  assert.deepEqual(Object.keys(after), ['start']);
  assert.equal(after.start, Date.UTC(2026, 10, 16, 4, 0));
});

test('only what is another than before is sent', () => {
  const before = draftOf(reminder(), NOW);
  assert.deepEqual(changesOf(before, { ...before, title: 'Họp gấp' }), { title: 'Họp gấp' });
  assert.deepEqual(changesOf(before, { ...before, place: 'https://hop.gialai.gov.vn/x' }), {
    place: '',
    link: 'https://hop.gialai.gov.vn/x',
  });
});

test('what is not right is said of its field', () => {
  const cases: [Partial<Draft>, ReturnType<typeof wrongIn>][] = [
    [{}, {}],
    [{ title: ' ' }, { title: 'missing' }],
    [{ day: '2026-02-30' }, { day: 'wrong' }],
    [{ day: '2026-11-16', time: '08:59' }, { day: 'past' }],
    [{ day: '2026-11-16', wholeDay: true, endDay: '2026-11-16' }, {}],
    [{ day: '2046-11-20' }, { day: 'far' }],
    [{ lasts: 'other', endDay: '2026-11-20', endTime: '07:30' }, { end: 'early' }],
    [{ rhythm: 'custom', unit: 'week', on: [] }, { on: 'missing' }],
    [{ rhythm: 'custom', interval: '0' }, { interval: 'wrong' }],
    [{ rhythm: 'day', ends: 'count', count: '1' }, { count: 'wrong' }],
    [{ rhythm: 'day', ends: 'until', until: '2026-11-19' }, { until: 'early' }],
    [{ whom: 'some' }, { whom: 'missing' }],
  ];
  for (const [part, expected] of cases) assert.deepEqual(wrongIn(draft(part), NOW), expected, JSON.stringify(part));
});

test('a place, an address, or both', () => {
  assert.deepEqual(placeOf(' Phòng họp 2 '), { place: 'Phòng họp 2', link: '' });
  assert.deepEqual(placeOf('Phòng 2 https://a.vn/x hoặc'), { place: 'Phòng 2 hoặc', link: 'https://a.vn/x' });
  assert.deepEqual(placeOf('javascript:alert(1)'), { place: 'javascript:alert(1)', link: '' });
});

test('in words', () => {
  const said: [Repeat, string][] = [
    [{ every: 'workday' }, 'Lặp lại các ngày làm việc'],
    [{ every: 'month', interval: 1, nth: -1, weekday: 5 }, 'Hằng tháng vào thứ Sáu cuối cùng'],
    [{ every: 'month', interval: 1, day: 31 }, 'Hằng tháng vào ngày cuối tháng'],
    [{ every: 'week', interval: 2, on: [7, 1] }, '2 tuần một lần vào thứ Hai và Chủ nhật'],
    [{ every: 'lunarMonth', days: [15, 1] }, 'Hằng tháng vào mùng 1 và rằm âm lịch'],
    [{ every: 'lunarYear', month: 3, day: 10, leap: false, count: 5 }, 'Hằng năm vào mùng 10 tháng 3 âm lịch, 5 lần'],
    [{ every: 'day', interval: 1, until: NOW }, 'Hằng ngày, đến hết 16/11/2026'],
  ];
  for (const [repeat, words] of said) assert.equal(repeatWords(repeat), words);
  assert.equal(bothDays(Date.UTC(2026, 10, 20, 0, 30)), '20/11/2026 (12/10 âm lịch)');
  assert.equal(timeWords({ start: NOW, end: NOW + 1.5 * HOUR, wholeDay: false }), '9:00 – 10:30');
  const midnight = startOfDay(readDay('2026-11-16')!);
  assert.equal(timeWords({ start: midnight, end: midnight + 48 * HOUR, wholeDay: true }), 'Cả ngày, đến 17/11/2026');
  assert.equal(earlyWords([30, 1_440]), 'nhắc trước 1 ngày, 30 phút');
  assert.deepEqual([10, 60, 90, 10_080].map(spanWords), ['10 phút', '1 giờ', '1 giờ 30 phút', '1 tuần']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { clockOf, isMuted, isQuiet, minuteOf, QUIET, rings } from './rules.ts';
import type { Arrived, Quiet, Urgency } from './rules.ts';

const HANOI = 'Asia/Ho_Chi_Minh';
/** A moment by the wall clock of the office, which is seven hours ahead the whole year. */
const office = (text: string): number => Date.parse(`${text}+07:00`);

test('the night wraps around midnight: its first minute is quiet, the first after it is not', () => {
  for (const [time, quiet] of [
    ['20:59:59.999', false],
    ['21:00:00.000', true],
    ['23:59:59.999', true],
    ['00:00:00.000', true],
    ['05:59:59.999', true],
    ['06:00:00.000', false],
    ['12:00:00.000', false],
  ] as const)
    assert.equal(isQuiet(QUIET, office(`2026-11-19T${time}`), HANOI), quiet, time);
});

test('hours within one day, and none at all', () => {
  const noon: Quiet = { ...QUIET, from: '11:30', to: '13:30' };
  assert.equal(isQuiet(noon, office('2026-11-19T11:29:59'), HANOI), false);
  assert.equal(isQuiet(noon, office('2026-11-19T11:30:00'), HANOI), true);
  assert.equal(isQuiet(noon, office('2026-11-19T13:29:59'), HANOI), true);
  assert.equal(isQuiet(noon, office('2026-11-19T13:30:00'), HANOI), false);
  const none: Quiet = { ...QUIET, from: '00:00', to: '00:00' };
  for (let hour = 0; hour < 24; hour += 1)
    assert.equal(isQuiet(none, office(`2026-11-19T${String(hour).padStart(2, '0')}:00:00`), HANOI), false);
});

test('a quiet day is quiet from midnight to midnight by the clock of the zone', () => {
  const weekend: Quiet = { ...QUIET, from: '00:00', to: '00:00', days: [6, 7] };
  // 21 November 2026 is a Saturday.
  assert.equal(isQuiet(weekend, office('2026-11-20T23:59:59.999'), HANOI), false);
  assert.equal(isQuiet(weekend, office('2026-11-21T00:00:00'), HANOI), true);
  assert.equal(isQuiet(weekend, office('2026-11-22T23:59:59.999'), HANOI), true);
  assert.equal(isQuiet(weekend, office('2026-11-23T00:00:00'), HANOI), false);
  // In Berlin it is still Friday evening then.
  assert.equal(isQuiet(weekend, office('2026-11-21T00:00:00'), 'Europe/Berlin'), false);
});

test('zones with summer time follow the wall clock of the day', () => {
  const zone = 'Europe/Berlin';
  // The clock jumps from 2:00 to 3:00 on 29 March 2026: 6:00 is an hour nearer to midnight.
  assert.equal(isQuiet(QUIET, Date.parse('2026-03-29T03:59:59Z'), zone), true);
  assert.equal(isQuiet(QUIET, Date.parse('2026-03-29T04:00:00Z'), zone), false);
  assert.equal(isQuiet(QUIET, Date.parse('2026-03-28T04:59:59Z'), zone), true);
  assert.equal(isQuiet(QUIET, Date.parse('2026-03-28T05:00:00Z'), zone), false);
});

test('zones whose hours are not whole, and midnight that is 00:00 and not 24:00', () => {
  assert.deepEqual(clockOf(Date.parse('2026-11-18T18:15:00Z'), 'Asia/Kathmandu'), { day: 4, minute: 0 });
  assert.deepEqual(clockOf(office('2026-11-22T00:00:00'), HANOI), { day: 7, minute: 0 });
  assert.deepEqual(clockOf(office('2026-11-22T23:59:00'), HANOI), { day: 7, minute: 1_439 });
});

test('quiet is what the minutes of the night say, whatever the hours and the moment', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2030, 0, 1) });
  const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 7 });
  fc.assert(
    fc.property(time, time, days, moment, (from, to, quietDays, at) => {
      // The office has no summer time: its clock can be counted by hand.
      const minutes = Math.floor(at / 60_000) + 7 * 60;
      const minute = ((minutes % 1_440) + 1_440) % 1_440;
      const day = ((Math.floor(minutes / 1_440) + 3) % 7) + 1;
      const night = new Set<number>();
      for (let m = minuteOf(from); m !== minuteOf(to); m = (m + 1) % 1_440) night.add(m);
      assert.equal(
        isQuiet({ from, to, days: quietDays, through: 1 }, at, HANOI),
        quietDays.includes(day) || night.has(minute),
      );
    }),
  );
});

test('muted until a moment is muted before it and not at it', () => {
  assert.equal(isMuted(null, 5), false);
  assert.equal(isMuted(5, 4), true);
  assert.equal(isMuted(5, 5), false);
});

const plain: Arrived = {
  own: false,
  urgency: 0,
  mentioned: false,
  level: 'all',
  muted: false,
  quiet: false,
  through: 1,
};

test('what rings, what is shown in silence, what is only counted', () => {
  const rows: [string, Partial<Arrived>, ReturnType<typeof rings>][] = [
    ['a message', {}, 'ring'],
    ['one’s own, even hỏa tốc', { own: true, urgency: 3 }, 'nothing'],
    ['at night', { quiet: true }, 'silent'],
    ['at night, naming one', { quiet: true, mentioned: true }, 'silent'],
    ['at night, khẩn', { quiet: true, urgency: 1 }, 'ring'],
    ['at night, khẩn, when only thượng khẩn may', { quiet: true, urgency: 1, through: 2 }, 'silent'],
    ['at night, thượng khẩn, when it may', { quiet: true, urgency: 2, through: 2 }, 'ring'],
    ['at night, hỏa tốc, when nothing may', { quiet: true, urgency: 3, through: 0 }, 'silent'],
    ['muted', { muted: true }, 'nothing'],
    ['muted, naming one', { muted: true, mentioned: true }, 'nothing'],
    ['muted, thượng khẩn', { muted: true, urgency: 2 }, 'nothing'],
    ['muted, hỏa tốc', { muted: true, urgency: 3 }, 'ring'],
    ['muted, hỏa tốc, at night', { muted: true, urgency: 3, quiet: true }, 'ring'],
    ['only mentions', { level: 'mentions' }, 'nothing'],
    ['only mentions, naming one', { level: 'mentions', mentioned: true }, 'ring'],
    ['only mentions, khẩn', { level: 'mentions', urgency: 1 }, 'ring'],
    ['only mentions, naming one, at night', { level: 'mentions', mentioned: true, quiet: true }, 'silent'],
    ['nothing', { level: 'nothing', mentioned: true, urgency: 2 }, 'nothing'],
    ['nothing, hỏa tốc', { level: 'nothing', urgency: 3 }, 'ring'],
  ];
  for (const [what, changed, wanted] of rows) assert.equal(rings({ ...plain, ...changed }), wanted, what);
});

test('more urgency is never quieter, and neither mute nor quiet is ever louder', () => {
  const LOUD = { nothing: 0, silent: 1, ring: 2 };
  const arrived = fc.record({
    own: fc.boolean(),
    urgency: fc.constantFrom<Urgency>(0, 1, 2, 3),
    mentioned: fc.boolean(),
    level: fc.constantFrom('all', 'mentions', 'nothing'),
    muted: fc.boolean(),
    quiet: fc.boolean(),
    through: fc.constantFrom<Urgency>(0, 1, 2, 3),
  }) as fc.Arbitrary<Arrived>;
  fc.assert(
    fc.property(arrived, (it) => {
      const now = LOUD[rings(it)];
      if (it.urgency < 3) assert.ok(LOUD[rings({ ...it, urgency: (it.urgency + 1) as Urgency })] >= now);
      assert.ok(LOUD[rings({ ...it, mentioned: true })] >= now);
      assert.ok(LOUD[rings({ ...it, muted: true })] <= now);
      assert.ok(LOUD[rings({ ...it, quiet: true })] <= now);
      assert.ok(LOUD[rings({ ...it, level: 'nothing' })] <= now);
    }),
    { numRuns: 500 },
  );
});

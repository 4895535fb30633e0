import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';
import ICAL from 'ical.js';

import { firstOf, nextOccurrences, occurrencesBetween } from '../reminders/rules/when.ts';
import type { When } from '../reminders/rules/when.ts';
import { icsOf } from './ics.ts';
import type { IcsEntry } from './ics.ts';
import { alarmsOf, recurrenceOf } from './recurrence.ts';

const office = (text: string): number => Date.parse(`${text}+07:00`);
const DAY_MS = 86_400_000;

const plain: IcsEntry = {
  uid: '019a-1@nha-rong',
  sequence: 0,
  changedAt: office('2026-11-20T08:00:00'),
  title: 'Họp giao ban',
  start: office('2026-11-23T07:30:00'),
  minutes: 60,
};

const calendarOf = (...entries: IcsEntry[]): string => icsOf({ name: 'Nhà Rông', entries });
const parsed = (text: string): ICAL.Component => new ICAL.Component(ICAL.parse(text));
const eventsOf = (text: string): ICAL.Component[] => parsed(text).getAllSubcomponents('vevent');

test('lines end with CR LF, have 75 octets at most, and no letter is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (title) => {
      const text = calendarOf({ ...plain, title: `Họp ${title}` });
      assert.ok(text.endsWith('END:VCALENDAR\r\n'));
      const bytes = Buffer.from(text);
      // Read back from the bytes of each line alone: a letter cut in two would be none.
      for (const line of text.slice(0, -2).split('\r\n')) {
        assert.ok(Buffer.byteLength(line) <= 75, line);
        assert.ok(!/[\r\n]/.test(line));
      }
      assert.equal(new TextDecoder('utf-8', { fatal: true }).decode(bytes), text);
    }),
  );
});

test('whatever is written in a title, a place or a text is read back, and adds no line of its own', () => {
  const hostile = [
    'a\\nb;c,d:e"f',
    'x\r\nBEGIN:VALARM\r\nEND:VALARM',
    'dòng 1\ndòng 2\u2028dòng 3',
    '\u0000\u0007chuông',
    'Rơ Châm Nguyễn Thị Hoàng Bích Phượng 👨‍👩‍👧 '.repeat(6),
  ];
  for (const title of hostile) {
    const text = calendarOf({ ...plain, title, place: title, text: title });
    const events = eventsOf(text);
    assert.equal(events.length, 1);
    assert.equal(events[0]!.getAllSubcomponents().length, 0);
    // Control characters are left out, line ends are one kind.
    const wanted = title
      .replace(/\r\n?/g, '\n')
      // oxlint-disable-next-line no-control-regex -- naming control characters is the point
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f\u0085\u2028\u2029]/g, ' ');
    for (const name of ['summary', 'location', 'description'])
      assert.equal(events[0]!.getFirstPropertyValue(name), wanted);
  }
});

test('what a calendar is told: once the same id, a number that grows, the clock of the office, state, notices', () => {
  const text = calendarOf(
    { ...plain, link: 'https://hop.gialai.gov.vn/abc?x=1,2', place: 'Hội trường', alarms: [30, -420], sequence: 3 },
    { ...plain, uid: '2@nha-rong', cancelled: true, alarms: [30] },
    { ...plain, uid: '3@nha-rong', wholeDay: true, start: office('2026-11-24T00:00:00'), minutes: 2_880 },
    { ...plain, uid: '4@nha-rong', link: 'javascript:alert(1)' },
  );
  const calendar = parsed(text);
  assert.equal(calendar.getFirstPropertyValue('method'), 'PUBLISH');
  assert.equal(calendar.getFirstPropertyValue('version'), '2.0');
  const [first, second, third, fourth] = calendar.getAllSubcomponents('vevent').map((it) => new ICAL.Event(it));
  assert.deepEqual([first!.uid, first!.sequence, first!.location], [plain.uid, 3, 'Hội trường']);
  assert.equal(first!.startDate.zone.tzid, 'Asia/Ho_Chi_Minh');
  assert.equal(first!.startDate.toJSDate().getTime(), plain.start);
  assert.equal(first!.endDate.toJSDate().getTime(), plain.start + 3_600_000);
  assert.equal(first!.component.getFirstPropertyValue('url'), 'https://hop.gialai.gov.vn/abc?x=1,2');
  const triggers = first!.component
    .getAllSubcomponents('valarm')
    .map((it) => (it.getFirstPropertyValue('trigger') as ICAL.Duration).toSeconds());
  assert.deepEqual(triggers, [-1_800, 25_200]);
  assert.equal(second!.component.getFirstPropertyValue('status'), 'CANCELLED');
  assert.equal(second!.component.getAllSubcomponents('valarm').length, 0);
  assert.deepEqual(
    [third!.startDate.isDate, third!.startDate.toString(), third!.endDate.toString()],
    [true, '2026-11-24', '2026-11-26'],
  );
  assert.equal(fourth!.component.getFirstProperty('url'), null);
  // The same for the same entries: what has not changed is not fetched again.
  assert.equal(calendarOf(plain), calendarOf({ ...plain }));
});

/** When all its times are, as the other parser reads them out of the file. */
function readTimes(text: string, until: number, most: number): number[] {
  const events = eventsOf(text).map((it) => new ICAL.Event(it));
  const main = events.find((it) => !it.isRecurrenceException())!;
  if (main.component.getFirstPropertyValue('status') === 'CANCELLED') return [];
  for (const it of events) if (it !== main) main.relateException(it);
  const found: number[] = [];
  const at = (it: ICAL.Time): number => (it.isDate ? office(`${it.toString()}T00:00:00`) : it.toJSDate().getTime());
  if (!main.isRecurring()) return [at(main.startDate)];
  const times = main.iterator();
  for (let next = times.next(); next && found.length < most * 2; next = times.next()) {
    const start = at(main.getOccurrenceDetails(next).startDate);
    if (at(next) > until) break;
    found.push(start);
  }
  return found.sort((a, b) => a - b).slice(0, most);
}

/** Lunar times are written out for three years. */
const HORIZON_DAYS = 1_090;
const START = office('2026-01-01T00:00:00');
const int = (min: number, max: number) => fc.integer({ min, max });
const weekday = int(1, 7);
const nth = fc.constantFrom(1, 2, 3, 4, -1);
const rhythms = fc.oneof(
  fc.record({ every: fc.constant('day' as const), interval: int(1, 99) }),
  fc.record({ every: fc.constant('workday' as const) }),
  fc.record({
    every: fc.constant('week' as const),
    interval: int(1, 9),
    on: fc.uniqueArray(weekday, { minLength: 1, maxLength: 7 }),
  }),
  fc.record({ every: fc.constant('month' as const), interval: int(1, 13), day: int(1, 31) }),
  fc.record({ every: fc.constant('month' as const), interval: int(1, 13), nth, weekday }),
  fc.record({ every: fc.constant('year' as const), interval: int(1, 3), month: int(1, 12), day: int(1, 31) }),
  fc.record({ every: fc.constant('year' as const), interval: int(1, 3), month: int(1, 12), nth, weekday }),
  fc.record({
    every: fc.constant('lunarMonth' as const),
    days: fc.uniqueArray(int(1, 30), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    every: fc.constant('lunarYear' as const),
    month: int(1, 12),
    day: int(1, 30),
    leap: fc.boolean(),
  }),
);
const ends = fc.oneof(
  fc.constant({}),
  fc.record({ count: int(1, 40) }),
  fc.record({ until: int(0, 3_000).map((days) => START + days * DAY_MS + 45_000_000) }),
);
const whens = fc
  .record({
    day: int(0, 1_400),
    minute: int(0, 1_439),
    wholeDay: fc.boolean(),
    repeat: fc.option(fc.tuple(rhythms, ends).map(([rhythm, end]) => ({ ...rhythm, ...end }))),
    // Which of its first times is cancelled or moved, and by how many minutes.
    exceptions: fc.array(fc.record({ nth: int(0, 12), by: fc.option(int(1, 5_000)) }), { maxLength: 3 }),
  })
  .map(({ day, minute, wholeDay, repeat, exceptions }): When | undefined => {
    const start = START + day * DAY_MS + (wholeDay ? 0 : minute * 60_000);
    const bare: When = { start, wholeDay, minutes: wholeDay ? 1_440 : 45, repeat, exceptions: [] };
    const first = firstOf(bare);
    if (first === undefined) return undefined;
    const times = occurrencesBetween(bare, first, first + 4_000 * DAY_MS, 13).map((it) => it.at);
    const list = exceptions.flatMap(({ nth: one, by }) => {
      const at = times[one];
      if (at === undefined) return [];
      return [{ at, to: by === null ? null : at + (wholeDay ? Math.ceil(by / 1_440) * DAY_MS : by * 60_000) }];
    });
    const apart = [...new Map(list.map((it) => [it.at, it])).values()];
    return { ...bare, exceptions: apart };
  });

test('another parser finds in the file the times that our rules have', (t) => {
  const runs = Number(process.env['ICS_RULES'] ?? 300);
  let lunar = 0;
  fc.assert(
    fc.property(whens, (when) => {
      if (!when) return;
      // A moved time that falls on another is two at once for one and one for the other: nothing anybody makes.
      const moved = when.exceptions.flatMap((it) => (it.to === null ? [] : [it.to]));
      const first = firstOf(when)!;
      const ours = occurrencesBetween(when, Math.min(first, when.start), first + 2_000 * DAY_MS, 60)
        .filter((it) => !it.cancelled)
        .map((it) => it.start);
      if (new Set(ours).size !== ours.length || new Set(moved).size !== moved.length) return;
      const recurrence = recurrenceOf(when, first);
      if (!recurrence) return assert.deepEqual(ours, []);
      const entry: IcsEntry = { ...plain, ...recurrence };
      if (entry.times?.length) lunar += 1;
      const most = 30;
      assert.deepEqual(
        readTimes(calendarOf(entry), first + HORIZON_DAYS * DAY_MS, most).filter(
          (it) => it <= first + (HORIZON_DAYS - 10) * DAY_MS,
        ),
        ours.slice(0, most).filter((it) => it <= first + (HORIZON_DAYS - 10) * DAY_MS),
        JSON.stringify(when),
      );
    }),
    { numRuns: runs },
  );
  t.diagnostic(`${runs} rules, ${lunar} of them lunar`);
});

test('a long lunar series is told from now on, not from where it began', () => {
  const when: When = {
    start: office('2000-01-01T06:00:00'),
    wholeDay: false,
    minutes: 0,
    repeat: { every: 'lunarMonth', days: [1, 15] },
    exceptions: [],
  };
  const now = office('2026-11-23T08:00:00');
  const { times = [] } = recurrenceOf(when, now)!;
  const coming = nextOccurrences(when, now, 24).map((it) => it.start);
  assert.ok(times[0]! > now - 2 * 366 * DAY_MS && times.length < 100);
  assert.ok(coming.every((it) => times.includes(it)));
});

test('notices of a whole day are reckoned from its morning', () => {
  assert.deepEqual(alarmsOf([60, 1_440], false), [60, 1_440]);
  assert.deepEqual(alarmsOf([60, 1_440], true), [-360, 1_020]);
});

test('an end as far away as one can be written is still one that calendars read', () => {
  const start = office('2026-11-23T00:00:00');
  // The last moment there is: at the office it is in the year 10000 already.
  const until = 253_402_300_799_999;
  for (const wholeDay of [true, false])
    for (const rhythm of [
      { every: 'day', interval: 1 },
      { every: 'month', interval: 1, day: 30 },
      { every: 'year', interval: 1, month: 2, nth: -1, weekday: 1 },
    ] as const) {
      const when: When = {
        start,
        wholeDay,
        minutes: wholeDay ? 1_440 : 60,
        repeat: { ...rhythm, until },
        exceptions: [],
      };
      const text = calendarOf({ ...plain, ...recurrenceOf(when, start)! });
      assert.match(text, /UNTIL=2199\d{4}(?:T\d{6}Z)?\r\n/);
      assert.equal(eventsOf(text).length, 1);
    }
});

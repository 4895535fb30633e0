import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { inOrder, isIn, sectionOf, WORK_KINDS, WORK_LISTS } from './rules.ts';

const office = (text: string): number => Date.parse(`${text}+07:00`);
/** A Wednesday. */
const NOW = office('2026-11-25T10:00:00');

test('what is due stands by its day of the office: before today, today, until Sunday, later, never', () => {
  const rows: [string, string][] = [
    ['2026-11-24T23:59:59', 'overdue'],
    ['2026-11-25T00:00:00', 'today'],
    // Also what has begun already: it can still be answered.
    ['2026-11-25T07:30:00', 'today'],
    ['2026-11-25T23:59:59', 'today'],
    ['2026-11-26T00:00:00', 'week'],
    ['2026-11-29T23:59:59', 'week'],
    ['2026-11-30T00:00:00', 'later'],
  ];
  for (const [due, section] of rows) assert.equal(sectionOf(office(due), NOW), section, due);
  assert.equal(sectionOf(null, NOW), 'undated');
  // On a Sunday the week ends with the day.
  assert.equal(sectionOf(office('2026-11-30T08:00:00'), office('2026-11-29T08:00:00')), 'later');
});

test('the order is one of all things: due first, then the newest of those that never are', () => {
  const thing = fc.record({ due: fc.option(fc.integer({ min: 0, max: 5 })), id: fc.constantFrom('a', 'b', 'c', 'd') });
  fc.assert(
    fc.property(thing, thing, thing, (a, b, c) => {
      assert.equal(Math.sign(inOrder(a, b)), -Math.sign(inOrder(b, a)) + 0);
      if (inOrder(a, b) <= 0 && inOrder(b, c) <= 0) assert.ok(inOrder(a, c) <= 0);
    }),
  );
  const list = [
    { due: null, id: 'a' },
    { due: 5, id: 'a' },
    { due: null, id: 'b' },
    { due: 2, id: 'z' },
  ].sort(inOrder);
  assert.deepEqual(
    list.map((it) => `${it.due} ${it.id}`),
    ['2 z', '5 a', 'null b', 'null a'],
  );
});

test('every kind has a list, and what waits stands among what is to be done whatever it is', () => {
  for (const kind of WORK_KINDS) {
    assert.ok(isIn('todo', { kind, waiting: true }));
    assert.ok(!isIn('todo', { kind, waiting: false }));
    assert.equal(WORK_LISTS.filter((it) => it !== 'todo' && isIn(it, { kind, waiting: false })).length, 1);
  }
});

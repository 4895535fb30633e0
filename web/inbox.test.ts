import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { EventFrame } from '../protocol/frame.ts';
import { Inbox } from './inbox.ts';

const frame = (stream: string, n: number): EventFrame => ({ on: 'x.happened', in: stream, n, at: n, with: {} });

function record(log: readonly EventFrame[] = []) {
  const applied: number[] = [];
  const gaps: [string, number][] = [];
  const inbox = new Inbox({
    apply: (it) => applied.push(it.n),
    gap: (stream, after) => void gaps.push([stream, after]),
  });
  /** What the log would answer for the gap that was noticed last. */
  const fill = (): void => {
    for (let missing = inbox.missing('a'); missing !== undefined; missing = inbox.missing('a')) {
      for (const it of log.filter((one) => one.n >= missing)) inbox.take(it);
    }
  };
  return { inbox, applied, gaps, fill };
}

test('whatever is doubled, late or lost, each number is applied once and in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }).chain((length) =>
        fc.record({
          length: fc.constant(length),
          start: fc.integer({ min: 0, max: length }),
          arrivals: fc.array(fc.integer({ min: 1, max: length }), { maxLength: 150 }),
        }),
      ),
      ({ length, start, arrivals }) => {
        const log = Array.from({ length }, (_, at) => frame('a', at + 1));
        const { inbox, applied, fill } = record(log);
        inbox.place('a', start);
        for (const n of arrivals) {
          inbox.take(log[n - 1]!);
          assert.equal(inbox.cursors.get('a'), applied.at(-1) ?? start);
        }
        fill();
        const last = applied.at(-1) ?? start;
        assert.ok(last >= Math.max(start, ...arrivals));
        assert.deepEqual(
          applied,
          Array.from({ length: last - start }, (_, at) => start + at + 1),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('a gap is told with the number after which something is missing', () => {
  const { inbox, gaps, applied } = record();
  inbox.place('a', 3);
  inbox.take(frame('a', 6));
  assert.deepEqual(gaps, [['a', 3]]);
  inbox.take(frame('a', 4));
  assert.deepEqual(applied, [4]);
  assert.equal(inbox.missing('a'), 5);
  inbox.take(frame('a', 5));
  assert.deepEqual(applied, [4, 5, 6]);
  assert.equal(inbox.missing('a'), undefined);
});

test('what comes before the picture of a stream waits for it, and what the picture holds is dropped', () => {
  const { inbox, applied } = record();
  inbox.take(frame('a', 8));
  inbox.take(frame('a', 9));
  inbox.take(frame('a', 10));
  assert.deepEqual(applied, []);
  inbox.place('a', 8);
  assert.deepEqual(applied, [9, 10]);
});

test('an older picture takes nothing back', () => {
  const { inbox, applied } = record();
  inbox.place('a', 2);
  inbox.take(frame('a', 3));
  inbox.place('a', 2);
  inbox.take(frame('a', 3));
  assert.deepEqual(applied, [3]);
  assert.equal(inbox.cursors.get('a'), 3);
});

test('a stream that waits for a new picture applies nothing until it is there', () => {
  const { inbox, applied } = record();
  inbox.place('a', 5);
  inbox.await('a');
  inbox.take(frame('a', 6));
  assert.deepEqual(applied, []);
  inbox.place('a', 4);
  assert.deepEqual(applied, []);
  assert.equal(inbox.missing('a'), 5);
  inbox.take(frame('a', 5));
  assert.deepEqual(applied, [5, 6]);
});

test('a forgotten stream leaves nothing behind', () => {
  const { inbox, applied } = record();
  inbox.place('a', 1);
  inbox.take(frame('a', 3));
  inbox.forget('a');
  inbox.place('a', 1);
  inbox.take(frame('a', 2));
  assert.deepEqual(applied, [2]);
});

test('applying an event may end its own stream', () => {
  const applied: number[] = [];
  const inbox: Inbox = new Inbox({
    apply: (it) => {
      applied.push(it.n);
      if (it.n === 2) inbox.forget('a');
    },
    gap: () => {},
  });
  inbox.place('a', 0);
  inbox.take(frame('a', 3));
  inbox.take(frame('a', 2));
  inbox.take(frame('a', 1));
  assert.deepEqual(applied, [1, 2]);
  assert.equal(inbox.cursors.has('a'), false);
});

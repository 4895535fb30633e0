import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { LineState } from './link.ts';
import { GOOD, looks, qualityAfter, savingAfter, UNSAVED } from './quality.ts';
import type { Figures, Quality } from './quality.ts';

const FINE: Figures = { loss: 0, rttMs: 60, outgoing: 900_000 };
const WEAK: Figures = { loss: 0.08, rttMs: 300, outgoing: 400_000 };
const POOR: Figures = { loss: 0.3, rttMs: 800, outgoing: 90_000 };

const through = (list: readonly Figures[], from: Quality = GOOD): Quality => list.reduce(qualityAfter, from);
const times = (n: number, it: Figures): readonly Figures[] => Array.from({ length: n }, () => it);

test('one look says how a line is, by what suffers most', () => {
  assert.equal(looks(FINE), 'good');
  assert.equal(looks({ ...FINE, loss: 0.051 }), 'weak');
  assert.equal(looks({ ...FINE, rttMs: 401 }), 'weak');
  assert.equal(looks({ ...FINE, outgoing: 150_000 }), 'weak');
  assert.equal(looks({ ...FINE, loss: 0.2 }), 'poor');
  assert.equal(looks({ ...FINE, rttMs: 1_500 }), 'poor');
  assert.equal(looks({ ...FINE, outgoing: 40_000 }), 'poor');
  assert.equal(looks({ loss: 0, rttMs: undefined, outgoing: undefined }), 'good');
});

test('a line is called worse after two looks, better after five, one step at a time', () => {
  assert.equal(through([WEAK]).state, 'good');
  assert.equal(through([WEAK, FINE, WEAK, FINE]).state, 'good', 'a stutter is none');
  assert.equal(through([POOR, POOR]).state, 'poor');
  const poor = through(times(2, POOR));
  assert.equal(through(times(4, FINE), poor).state, 'poor');
  assert.equal(through(times(5, FINE), poor).state, 'weak');
  assert.equal(through(times(10, FINE), poor).state, 'good');
  assert.equal(through([...times(4, FINE), POOR, ...times(4, FINE)], poor).state, 'poor', 'nothing flaps');
});

/** What becomes of a camera that is on, second by second. */
function camera(lines: readonly LineState[]): string {
  let saving = UNSAVED;
  let on = true;
  return lines
    .map((line, second) => {
      saving = savingAfter(saving, line, on, second * 1_000);
      on = !saving.saved;
      return on ? '+' : '-';
    })
    .join('');
}

const lasting = (line: LineState, seconds: number): LineState[] => Array.from({ length: seconds }, () => line);

test('the camera goes off on a poor line, and comes back on one that stays good', () => {
  assert.equal(camera(lasting('poor', 8)), '+++++---');
  assert.equal(camera([...lasting('poor', 4), 'weak', ...lasting('poor', 4)]), '+++++++++', 'not for a moment');
  assert.equal(camera(lasting('weak', 30)), '+'.repeat(30));
  const back = camera([...lasting('poor', 8), ...lasting('good', 17)]);
  assert.equal(back, `${'+'.repeat(5)}${'-'.repeat(18)}${'+'.repeat(2)}`);
  const interrupted = camera([...lasting('poor', 8), ...lasting('good', 10), 'weak', ...lasting('good', 10)]);
  assert.ok(interrupted.endsWith('-'));
});

test('a line that breaks down under the picture again and again is left without it', () => {
  const round = [...lasting('poor', 8), ...lasting('good', 18)];
  const shown = camera([...round, ...round, ...round, ...lasting('good', 60)]);
  assert.ok(shown.endsWith('-'.repeat(60)), shown);
});

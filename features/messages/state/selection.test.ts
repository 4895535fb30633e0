import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Message } from '../protocol.ts';
import { CHOSEN_MOST } from '../rules.ts';
import { isChoosable, Selection } from './selection.ts';

const line = (seq: number, more: Partial<Message> = {}): Message => ({
  id: `id-${seq}`,
  seq,
  ordinal: seq,
  kind: 'text',
  by: 'a',
  at: seq,
  text: `tin ${seq}`,
  notice: null,
  ...more,
});
const seqs = (it: Selection): number[] => it.chosen.value.map((one) => one.seq);

test('lines are picked one by one, in whatever order, and stand in the order of the conversation', () => {
  const it = new Selection();
  assert.equal(it.on.value, false);
  it.begin(line(5));
  it.toggle(line(2));
  it.toggle(line(9));
  it.toggle(line(5));
  assert.deepEqual([it.on.value, seqs(it), it.has('id-2'), it.has('id-5')], [true, [2, 9], true, false]);
  it.end();
  assert.deepEqual([it.on.value, seqs(it)], [false, []]);
});

test('Shift reaches from the line that was touched last to this one, over what cannot be picked', () => {
  const lines = [
    line(1),
    line(2, { kind: 'notice' }),
    line(3),
    line(4, { recalled: { by: 'a', at: 1 } }),
    line(5),
    line(6),
  ];
  const it = new Selection();
  it.begin(lines[4]);
  assert.equal(it.reach(lines[0]!, lines), true);
  assert.deepEqual(seqs(it), [1, 3, 5]);
  it.toggle(lines[2]!);
  it.reach(lines[5]!, lines);
  assert.deepEqual(seqs(it), [1, 3, 5, 6]);
  assert.deepEqual(lines.map(isChoosable), [true, false, true, false, true, true]);
});

test('no more than so many; what is beyond is said', () => {
  const lines = Array.from({ length: CHOSEN_MOST + 5 }, (_, at) => line(at + 1));
  const it = new Selection();
  it.begin(lines[0]);
  assert.equal(it.reach(lines.at(-1)!, lines), false);
  assert.equal(it.chosen.value.length, CHOSEN_MOST);
  assert.equal(it.toggle(lines.at(-1)!), false);
  assert.equal(it.toggle(lines[0]!), true);
});

test('what is recalled or gone meanwhile is picked no more, what was changed is picked as it is now', () => {
  const it = new Selection();
  it.begin(line(1));
  for (const seq of [2, 3, 4]) it.toggle(line(seq));
  const now = new Map(
    [line(1), line(2, { text: 'sửa' }), line(3, { recalled: { by: 'a', at: 1 } })].map((one) => [one.id, one]),
  );
  it.refresh((id) => now.get(id));
  assert.deepEqual(
    it.chosen.value.map((one) => one.text),
    ['tin 1', 'sửa'],
  );
});

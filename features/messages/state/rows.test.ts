import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Message } from '../protocol.ts';
import { RUN_MS } from '../rules.ts';
import { rowMaker } from './rows.ts';

const SELF = 'me';
const NOON = new Date(2026, 10, 19, 12, 0).getTime();

const line = (seq: number, by: string, at: number, kind: 'text' | 'notice' = 'text'): Message => ({
  id: `id-${seq}`,
  seq,
  ordinal: seq,
  kind,
  by,
  at,
  text: kind === 'text' ? `tin ${seq}` : null,
  notice: kind === 'notice' ? { on: 'group.changed', with: {} } : null,
});

const wish = (lines: Message[], more: Partial<Parameters<ReturnType<typeof rowMaker>>[0]> = {}) => ({
  lines,
  first: true,
  last: true,
  pending: [],
  self: SELF,
  unreadAfter: undefined,
  ...more,
});

const heads = (rows: ReturnType<ReturnType<typeof rowMaker>>): number[] =>
  rows.filter((it) => it.head).map((it) => it.line?.seq ?? -1);

test('a run ends with another sender, five minutes, a notice and midnight', () => {
  const evening = new Date(2026, 10, 19, 23, 59).getTime();
  const rows = rowMaker()(
    wish([
      line(1, 'a', NOON),
      line(2, 'a', NOON + 60_000),
      line(3, 'b', NOON + 61_000),
      line(4, 'b', NOON + 61_000 + RUN_MS),
      line(5, 'b', NOON + 62_000 + 2 * RUN_MS),
      line(6, 'b', NOON + 63_000 + 2 * RUN_MS, 'notice'),
      line(7, 'b', NOON + 64_000 + 2 * RUN_MS),
      line(8, 'b', evening),
      line(9, 'b', evening + 90_000),
    ]),
  );
  assert.deepEqual(heads(rows), [1, 3, 5, 7, 8, 9]);
  assert.deepEqual(
    rows.filter((it) => it.newDay).map((it) => it.line?.seq),
    [1, 9],
  );
});

test('the unread line stands before the first unread message of somebody else', () => {
  const lines = [
    line(1, 'a', NOON),
    line(2, SELF, NOON),
    line(3, 'a', NOON, 'notice'),
    line(4, 'a', NOON),
    line(5, 'a', NOON),
  ];
  const rows = rowMaker()(wish(lines, { unreadAfter: 1 }));
  assert.deepEqual(
    rows.filter((it) => it.unread).map((it) => it.line?.seq),
    [4],
  );
  assert.deepEqual(
    rowMaker()(wish(lines)).filter((it) => it.unread),
    [],
  );
});

test('where what was read last is not here, no line pretends to be the first unread one', () => {
  const rows = rowMaker()(wish([line(50, 'a', NOON), line(51, 'a', NOON)], { first: false, unreadAfter: 10 }));
  assert.deepEqual(
    rows.filter((it) => it.unread),
    [],
  );
});

test('what waits stands at the end, under the key of the line it will become', () => {
  const make = rowMaker();
  const lines = [line(1, 'a', NOON)];
  const pending = { id: 'id-2', group: 'g', text: 'tin 2', at: NOON + 1, form: {}, state: 'waiting' as const };
  const before = make(wish(lines, { pending: [pending] }));
  assert.deepEqual([before.at(-1)?.kind, before.at(-1)?.key], ['pending', 'id-2']);
  const after = make(wish([...lines, line(2, SELF, NOON + 1)]));
  assert.deepEqual([after.at(-1)?.kind, after.at(-1)?.key], ['line', 'id-2']);
});

test('away from the newest lines nothing that waits is shown', () => {
  const pending = { id: 'p', group: 'g', text: '', at: NOON, form: {}, state: 'waiting' as const };
  const rows = rowMaker()(wish([line(1, 'a', NOON)], { last: false, pending: [pending] }));
  assert.deepEqual(
    rows.map((it) => it.kind),
    ['start', 'line', 'newer'],
  );
});

test('rows that look the same stay the same objects, so that only what is new is drawn', () => {
  const make = rowMaker();
  const lines = Array.from({ length: 500 }, (_, at) => line(at + 1, at % 7 ? 'a' : 'b', NOON + at * 1_000));
  const before = make(wish(lines));
  const after = make(wish([...lines, line(501, 'c', NOON + 600_000)]));
  for (const [at, row] of before.entries()) if (row.kind === 'line') assert.equal(after[at], row);
  const prepended = make(wish([line(0, 'z', NOON - 1_000), ...lines]));
  const changed = before.filter((row) => row.kind === 'line' && !prepended.includes(row));
  assert.ok(changed.length <= 1);
});

test('ten thousand lines are made into rows within a frame or two', () => {
  const make = rowMaker();
  const lines = Array.from({ length: 10_000 }, (_, at) => line(at + 1, `${at % 5}`, NOON + at * 600_000));
  make(wish(lines));
  const began = performance.now();
  make(wish([...lines, line(10_001, 'a', NOON)]));
  assert.ok(performance.now() - began < 200);
});

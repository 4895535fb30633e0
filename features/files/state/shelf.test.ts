import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { openTestDevice } from '../../../testing/device.ts';
import { openTestHouse } from '../../../testing/house.ts';
import { uploaded } from '../../../testing/uploads.ts';
import type { Entry } from '../protocol/keeping.ts';
import { rowsOf } from './grid.ts';
import { isNewer, ShelfList } from './shelf.ts';

const house = await openTestHouse({ limits: false });
const { group } = house;
const device = await openTestDevice(house, 'member');
after(() => device.off());
const { connection } = device.device;

const COUNT = 130;
const [one, two] = await Promise.all(
  ['a.txt', 'b.csv'].map((name) => uploaded(house, 'deputy', Buffer.from(`tên;số\n${name};1\n`), { name })),
);
// The second file stands in all of them: a message that is sent on carries the very same file.
const first = await house.post('deputy', 'message.send', { group, text: '', files: [one!.id, two!.id] });
const { id: origin } = first.body as { id: string };
for (let at = 1; at < COUNT / 2; at += 1) {
  const { status } = await house.post('deputy', 'message.send', {
    group,
    text: '',
    forward: { group, message: origin },
  });
  assert.equal(status, 200);
}

const places = (list: ShelfList): string[] => list.entries.value.map((it) => `${it.seq} ${it.place}`);

async function all(): Promise<ShelfList> {
  const list = new ShelfList(connection, group, 'document');
  while (!list.oldest.value) await list.older();
  return list;
}

test('a shelf grows page by page to its end, newest first, each once', async () => {
  const list = await all();
  assert.equal(list.entries.value.length, COUNT);
  assert.equal(new Set(places(list)).size, COUNT);
  assert.ok(list.entries.value.every((it, at, every) => at === 0 || isNewer(every[at - 1]!, it)));
  assert.equal(list.people.value.get(house.cast.deputy.id)?.id, house.cast.deputy.id);
});

test('begun in the middle it grows at both ends until it is the same', async () => {
  const whole = await all();
  const middle = whole.entries.value[70]!;
  const list = new ShelfList(connection, group, 'document');
  list.begin([middle], false);
  await list.newer();
  // What is next comes first, not what is newest.
  assert.deepEqual(places(list), places(whole).slice(10, 71));
  await list.newer();
  assert.equal(list.newest.value, true);
  while (!list.oldest.value) await list.older();
  assert.deepEqual(places(list), places(whole));
});

test('a filter of kinds and senders leaves the rest out; a recalled message goes', async () => {
  const sheets = new ShelfList(connection, group, 'document', { extensions: ['csv'] });
  while (!sheets.oldest.value) await sheets.older();
  assert.equal(sheets.entries.value.length, COUNT / 2);
  assert.ok(sheets.entries.value.every((it) => it.file?.name === 'b.csv'));
  sheets.forget(sheets.entries.value[0]!.message);
  assert.equal(sheets.entries.value.length, COUNT / 2 - 1);
  const nobody = new ShelfList(connection, group, 'document', { sender: house.cast.member.id });
  await nobody.older();
  assert.deepEqual(nobody.entries.value, []);
  assert.equal(nobody.oldest.value, true);
});

test('rows: a heading for each month in Vietnam, then so many beside each other', () => {
  const at = (iso: string, seq: number): Entry => ({ seq, place: 0, message: '', by: null, at: Date.parse(iso) });
  const rows = rowsOf(
    [
      at('2026-11-30T18:00:00Z', 6),
      at('2026-11-30T16:00:00Z', 5),
      at('2026-11-02T00:00:00Z', 4),
      at('2026-10-31T17:30:00Z', 3),
      at('2026-10-31T16:30:00Z', 2),
    ],
    2,
  );
  assert.deepEqual(
    rows.map((row) => ('month' in row ? row.month : row.entries.map((it) => it.seq))),
    ['2026-12', [6], '2026-11', [5, 4], [3], '2026-10', [2]],
  );
});

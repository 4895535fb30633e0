import assert from 'node:assert/strict';
import { createHash, randomUUIDv7 } from 'node:crypto';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { openDatabase } from '../../server/database.ts';
import type { Database } from '../../server/database.ts';
import { closeBefore, newDatabase } from '../../testing/postgres.ts';
import { eventsAfter, insertMessages, insertNotices, pageOf, positionsOf, pruneEvents } from './store.ts';
import type { Sending } from './store.ts';

let db: Database;
const account = randomUUIDv7();

before(async () => {
  const { url } = await newDatabase();
  db = openDatabase(url, assert.fail);
  closeBefore(() => db.destroy());
  await sql`insert into streams (id, kind) values (${account}, 'account')`.execute(db);
  await sql`insert into accounts (id, name) values (${account}, 'Siu H’Nga')`.execute(db);
});

async function newGroup(visibleFrom = 0): Promise<string> {
  const group = randomUUIDv7();
  await sql`insert into streams (id, kind) values (${group}, 'group')`.execute(db);
  await sql`insert into groups (id, kind, name, created_by) values (${group}, 'directive', 'Nhóm', ${account})`.execute(
    db,
  );
  await sql`insert into members (group_id, account, visible_from) values (${group}, ${account}, ${visibleFrom})`.execute(
    db,
  );
  return group;
}

function sending(group: string, text: string, rightsVersion = 1, id = randomUUIDv7()): Sending {
  return {
    id,
    group,
    sender: account,
    text,
    digest: createHash('sha256').update(text).digest().subarray(0, 16),
    at: new Date(),
    rightsVersion,
  };
}

test('messages of several groups are numbered without gaps in one statement', async () => {
  const [a, b] = [await newGroup(), await newGroup()];
  const rows = await insertMessages(db, [sending(a, '1'), sending(b, '2'), sending(a, '3')]);
  assert.deepEqual(rows.map((it) => [it.seq, it.ordinal]).sort(), [
    [1, 1],
    [1, 1],
    [2, 2],
  ]);
  const events = await eventsAfter(db, [{ stream: a, after: 0 }], 100);
  assert.deepEqual(
    events.map((it) => [it.n, it.on, (it.with as { text: string }).text]),
    [
      [1, 'message.sent', '1'],
      [2, 'message.sent', '3'],
    ],
  );
});

test('an id that is known is left alone, one decided under old rights too', async () => {
  const group = await newGroup();
  const first = sending(group, 'một');
  await insertMessages(db, [first]);
  const rows = await insertMessages(db, [first, sending(group, 'hai', 7), sending(group, 'ba')]);
  assert.deepEqual(
    rows.map((it) => it.seq),
    [2],
  );
});

test('many writers at once on the same groups: gapless, nothing twice, nothing lost', async () => {
  const groups = await Promise.all(Array.from({ length: 5 }, () => newGroup()));
  const ids = new Set<string>();
  await Promise.all(
    Array.from({ length: 20 }, async (_, writer) => {
      for (let round = 0; round < 10; round += 1) {
        const list = groups.toSorted(() => (writer % 2 ? 1 : -1)).map((group) => sending(group, `${writer}/${round}`));
        for (const row of await insertMessages(db, list)) ids.add(row.id);
      }
    }),
  );
  assert.equal(ids.size, 1_000);
  for (const group of groups) {
    const { rows } = await sql<{
      seq: number;
      ordinal: number;
    }>`select seq, ordinal from messages where group_id = ${group} order by seq`.execute(db);
    assert.deepEqual(
      rows.map((it) => it.seq),
      Array.from({ length: 200 }, (_, at) => at + 1),
    );
    assert.deepEqual(
      rows.map((it) => it.ordinal),
      rows.map((it) => it.seq),
    );
  }
});

test('the same ids from two nodes at once: one of them writes, the other is told to look again', async () => {
  const group = await newGroup();
  const list = Array.from({ length: 50 }, (_, at) => sending(group, String(at)));
  const outcomes = await Promise.allSettled([
    insertMessages(db, list),
    insertMessages(db, list.toReversed()),
    insertMessages(db, list),
  ]);
  const written = outcomes.flatMap((it) => (it.status === 'fulfilled' ? it.value : []));
  assert.equal(written.length, 50);
  assert.equal(new Set(written.map((it) => it.id)).size, 50);
  const { rows } = await sql<{ head: number }>`select head from streams where id = ${group}`.execute(db);
  assert.equal(rows[0]!.head, 50);
});

test('pages go both ways and around, and show nothing from before one joined', async () => {
  const group = await newGroup(10);
  await insertMessages(
    db,
    Array.from({ length: 100 }, (_, at) => sending(group, String(at + 1))),
  );
  const page = async (wish: { before?: number; after?: number; around?: number; limit: number }) => {
    const found = await pageOf(db, { group, account, ...wish });
    assert.ok(found);
    return { seqs: found.messages.map((it) => it.seq), older: found.older, newer: found.newer };
  };
  assert.deepEqual(await page({ limit: 3 }), { seqs: [98, 99, 100], older: true, newer: false });
  assert.deepEqual(await page({ before: 13, limit: 5 }), { seqs: [11, 12], older: false, newer: true });
  assert.deepEqual(await page({ after: 97, limit: 5 }), { seqs: [98, 99, 100], older: true, newer: false });
  assert.deepEqual(await page({ around: 50, limit: 4 }), { seqs: [49, 50, 51, 52], older: true, newer: true });
  assert.deepEqual(await page({ after: 2, limit: 2 }), { seqs: [11, 12], older: true, newer: true });
  assert.equal(await pageOf(db, { group, account: randomUUIDv7(), limit: 3 }), undefined);
});

test('long messages make shorter pages and catch-ups, and nothing is left out of them', async () => {
  const group = await newGroup();
  const text = 'ế'.repeat(8_000);
  for (let n = 0; n < 4; n += 1)
    await insertMessages(
      db,
      Array.from({ length: 15 }, () => sending(group, text)),
    );
  const seqs: number[] = [];
  for (let before: number | undefined; ;) {
    const page = (await pageOf(db, { group, account, before, limit: 60 }))!;
    assert.ok(Buffer.byteLength(JSON.stringify(page)) < 600_000);
    assert.ok(page.messages.every((it) => it.text === text));
    seqs.unshift(...page.messages.map((it) => it.seq));
    if (!page.older) break;
    before = seqs[0];
  }
  assert.deepEqual(
    seqs,
    Array.from({ length: 60 }, (_, at) => at + 1),
  );
  const around = (await pageOf(db, { group, account, around: 30, limit: 60 }))!;
  assert.ok(around.older && around.newer && Buffer.byteLength(JSON.stringify(around)) < 600_000);
  assert.ok(around.messages.some((it) => it.seq === 30) && around.messages.some((it) => it.seq === 31));

  const heard: number[] = [];
  for (;;) {
    const events = await eventsAfter(db, [{ stream: group, after: heard.at(-1) ?? 0 }], 1_000);
    assert.ok(Buffer.byteLength(JSON.stringify(events)) < 600_000);
    if (events.length === 0) break;
    heard.push(...events.map((it) => it.n));
  }
  assert.deepEqual(heard, seqs);
});

test('an empty group is a page without lines, not an absent one', async () => {
  const group = await newGroup();
  assert.deepEqual(await pageOf(db, { group, account, limit: 3 }), { messages: [], older: false, newer: false, at: 0 });
});

test('notices stand in the conversation and do not count as messages', async () => {
  const group = await newGroup();
  await insertMessages(db, [sending(group, 'một')]);
  await db.transaction().execute(async (tx) => {
    await sql`update streams set head = 2 where id = ${group}`.execute(tx);
    await insertNotices(tx, [
      {
        id: randomUUIDv7(),
        group,
        seq: 2,
        by: account,
        at: new Date(),
        notice: { on: 'group.changed', with: { name: 'Mới' } },
      },
    ]);
  });
  const found = await pageOf(db, { group, account, limit: 10 });
  assert.deepEqual(
    found?.messages.map((it) => [it.kind, it.ordinal, it.notice]),
    [
      ['text', 1, null],
      ['notice', 1, { on: 'group.changed', with: { name: 'Mới' } }],
    ],
  );
});

test('pruning keeps the newest events and raises the floor', async () => {
  const group = await newGroup();
  const old = { ...sending(group, 'cũ'), at: new Date('2026-01-01') };
  await insertMessages(db, [old, sending(group, 'mới')]);
  assert.equal(await pruneEvents(db, new Date('2026-06-01'), 100), 1);
  const [position] = await positionsOf(db, account, group);
  assert.deepEqual(position, { id: group, head: 2, floor: 1, visibleFrom: 0 });
  const found = await pageOf(db, { group, account, limit: 10 });
  assert.equal(found?.messages.length, 2);
});

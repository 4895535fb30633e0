import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { plainPdf } from '../../testing/samples.ts';
import { uploaded } from '../../testing/uploads.ts';

let house: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
});

/** Until so many wait for each other in the database. */
async function waiting(count: number): Promise<void> {
  const upTo = Date.now() + 30_000;
  for (;;) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      house.db,
    );
    if (rows[0]!.count >= count) return;
    assert.ok(Date.now() < upTo, `${rows[0]!.count} wait, not ${count}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a file that is given up while its message is sent stays with the message', async () => {
  const { member, leader } = house.cast;
  const group = await house.addGroup([leader, member]);
  const file = await uploaded(house, member, plainPdf(), { name: 'ke-hoach.pdf' });
  const [sent, given] = await house.db.transaction().execute(async (tx) => {
    await sql`select from streams where id = ${group} for update`.execute(tx);
    const sending = house.post(member, 'message.send', { group, text: '', files: [file.id] });
    await waiting(1);
    const giving = house.post(member, 'file.cancel', { file: file.id });
    // It waits for the sending, or is done where it does not.
    await Promise.race([waiting(2), giving]);
    return [sending, giving];
  });
  assert.deepEqual([(await sent).status, (await given).status], [200, 404]);
  await house.features.jobs.find((it) => it.name === 'end uploads and unsent files')!.run();
  const response = await fetch(`${house.address}/f/${file.id}`, { headers: { cookie: leader.cookie } });
  await response.arrayBuffer();
  assert.equal(response.status, 200);
});

test('a message is not sent with a file that was given up just before', async () => {
  const { member, leader } = house.cast;
  const group = await house.addGroup([leader, member]);
  const file = await uploaded(house, member, plainPdf(), { name: 'ke-hoach.pdf' });
  const sent = await house.db.transaction().execute(async (tx) => {
    await sql`select from files where id = ${file.id} for update`.execute(tx);
    await sql`update files set state = 'gone' where id = ${file.id}`.execute(tx);
    const sending = house.post(member, 'message.send', { group, text: '', files: [file.id] });
    await waiting(1);
    return [sending];
  });
  const { status, body } = await sent[0]!;
  assert.deepEqual([status, (body as { code: string }).code], [422, 'file.unknown']);
});

test('what is over is not removed while a message is sent with it', async () => {
  const { member, leader } = house.cast;
  const group = await house.addGroup([leader, member]);
  const file = await uploaded(house, member, plainPdf(), { name: 'ke-hoach.pdf' });
  const [sent, over] = await house.db.transaction().execute(async (tx) => {
    await sql`select from streams where id = ${group} for update`.execute(tx);
    const sending = house.post(member, 'message.send', { group, text: '', files: [file.id] });
    await waiting(1);
    // As a recall of another message with it does.
    await sql`update files set ends_at = ${house.house.now()}::timestamptz - interval '1 second' where id = ${file.id}`.execute(
      house.db,
    );
    const job = house.features.jobs.find((it) => it.name === 'end uploads and unsent files')!.run();
    await Promise.race([waiting(2), job]);
    return [sending, job];
  });
  assert.equal((await sent).status, 200);
  await over;
  const { rows } = await sql<{ state: string }>`select state from files where id = ${file.id}`.execute(house.db);
  assert.equal(rows[0]!.state, 'ready');
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { plainPdf } from '../../testing/samples.ts';
import { uploaded } from '../../testing/uploads.ts';
import { READ_MS } from '../sealed/rules.ts';
import type { File } from './protocol.ts';

let house: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
});

async function done(who: TestPerson, name: string, input: unknown): Promise<Record<string, string>> {
  const { status, body } = await house.post(who, name, input);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as Record<string, string>;
}

async function statusOf(who: TestPerson, file: string): Promise<number> {
  const response = await fetch(`${house.address}/f/${file}`, { headers: { cookie: who.cookie } });
  await response.arrayBuffer();
  return response.status;
}

const run = async (name: string): Promise<void> => house.features.jobs.find((it) => it.name === name)!.run();

async function stored(file: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from blobs where file = ${file}`.execute(
    house.db,
  );
  return rows[0]!.count;
}

async function sentBy(who: TestPerson, group: string): Promise<{ file: File; message: string }> {
  const file = await uploaded(house, who, plainPdf(), { name: 'ke-hoach.pdf' });
  const { id } = await done(who, 'message.send', { group, text: '', files: [file.id] });
  return { file, message: id! };
}

test('what was carried in a group that was dissolved goes with it', async () => {
  const { member, leader } = house.cast;
  const group = await house.addGroup([leader, member]);
  const { file } = await sentBy(member, group);
  await done(member, 'message.send', { group, text: 'https://gialai.gov.vn' });
  const elsewhere = await house.addGroup([leader, member]);
  const carried = await sentBy(member, group);
  await done(member, 'message.send', { group: elsewhere, text: '', forward: { group, message: carried.message } });
  await sql`update groups set dissolved_at = now() where id = ${group}`.execute(house.db);
  await run('end offers and dissolved groups');
  house.pass(1_000);
  await run('end uploads and unsent files');
  await run('end uploads and unsent files');
  assert.deepEqual([await stored(file.id), (await stored(carried.file.id)) > 0], [0, true]);
  assert.equal(await statusOf(leader, carried.file.id), 200, 'it is carried elsewhere too');
  const { rows } =
    await sql`select 1 from message_files where group_id = ${group} union all select 1 from message_links where group_id = ${group}`.execute(
      house.db,
    );
  assert.deepEqual(rows, []);
});

test('what a recalled message carried: gone where no records are kept, else seen by who opens the original, until that goes', async () => {
  const { member, leader, administrator } = house.cast;
  const talk = await house.addGroup([leader, member], 'area');
  const plain = await sentBy(member, talk);
  assert.equal(await statusOf(leader, plain.file.id), 200);
  await done(member, 'message.recall', { group: talk, message: plain.message });
  assert.deepEqual([await statusOf(leader, plain.file.id), await statusOf(member, plain.file.id)], [404, 404]);
  house.pass(1_000);
  await run('end uploads and unsent files');
  assert.equal(await stored(plain.file.id), 0);

  const work = await house.addGroup([leader, member], 'directive');
  const kept = await sentBy(member, work);
  await done(member, 'message.recall', { group: work, message: kept.message });
  const everybody = async (): Promise<string> =>
    String(await Promise.all([member, leader, administrator].map((it) => statusOf(it, kept.file.id))));
  assert.equal(await everybody(), '404,404,404');
  await run('end uploads and unsent files');
  await done(administrator, 'message.unseal', { message: kept.message, reason: 'Theo yêu cầu của Thanh tra tỉnh' });
  assert.equal(await everybody(), '404,404,200');
  await sql`update accounts set administrator = false where id = ${administrator.id}`.execute(house.db);
  assert.equal(await everybody(), '404,404,404', 'who may not open it any more');
  await sql`update accounts set administrator = true where id = ${administrator.id}`.execute(house.db);
  assert.equal(await everybody(), '404,404,200');
  house.pass(READ_MS + 1_000);
  assert.equal(await everybody(), '404,404,404');
  house.pass((house.house.config.sealedDays + 1) * 86_400_000);
  await run('remove sealed messages');
  await run('end uploads and unsent files');
  assert.equal(await stored(kept.file.id), 0);
});

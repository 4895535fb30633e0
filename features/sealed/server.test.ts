import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import { seal, unseal } from './box.ts';
import { READ_MS } from './rules.ts';

const house = await openTestHouse({ limits: false });
const { cast, db } = house;
const DAY = 86_400_000;

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof ClientProblem, String(error));
  assert.equal(error.code, code);
  return true;
};

test('a box opens with its key, for its message, untouched; not otherwise', () => {
  const key = randomBytes(32);
  const [id, other] = [newId(), newId()];
  const content = { text: 'bản gốc 🌾' };
  const box = seal(key, id, content);
  assert.deepEqual(unseal(key, id, box), content);
  assert.notDeepEqual(box, seal(key, id, content), 'the same twice looks the same');
  assert.equal(unseal(key, other, box), undefined);
  assert.equal(unseal(randomBytes(32), id, box), undefined);
  for (let at = 0; at < box.length; at += 1) {
    const touched = Buffer.from(box);
    touched[at]! ^= 1;
    assert.equal(unseal(key, id, touched), undefined, String(at));
  }
  for (let length = 0; length < 40 && length < box.length; length += 1)
    assert.equal(unseal(key, id, box.subarray(0, length)), undefined);
});

test('opened for a reason by who may audit: logged, said in the group, read for a quarter of an hour', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [member, leader, administrator] = await Promise.all([
    house.connect('member'),
    house.connect('leader', { [group]: 0 }),
    house.connect('administrator'),
  ]);
  const id = newId();
  await member.call('message.send', { group, text: 'Số liệu bản một', urgency: 1 }, id);
  await member.call('message.edit', { group, message: id, text: 'Số liệu bản hai' });
  await member.call('message.recall', { group, message: id });

  const listed = await administrator.call('sealed.list', { group });
  assert.equal(listed.more, false);
  assert.deepEqual(
    listed.messages.map((it) => [it.message, it.group.id, it.sender?.id, it.recalledBy?.id, it.opened]),
    [[id, group, cast.member.id, cast.member.id, 0]],
  );
  assert.ok(!JSON.stringify(listed).includes('Số liệu'));
  await assert.rejects(administrator.call('message.unseal', { message: id, reason: 'vì' }), refused('malformed'));
  await assert.rejects(administrator.call('sealed.read', { message: id, act: newId() }), refused('not_found'));
  await assert.rejects(
    leader.call('message.unseal', { message: id, reason: 'muốn xem lại bản gốc' }),
    refused('forbidden'),
  );

  const act = newId();
  await administrator.call('message.unseal', { message: id, reason: 'Theo yêu cầu của Thanh tra huyện' }, act);
  const original = await administrator.call('sealed.read', { message: id, act });
  assert.deepEqual(
    original.versions.map((it) => it.text),
    ['Số liệu bản một', 'Số liệu bản hai'],
  );
  assert.equal(original.urgency, 1);
  await leader.until(() => leader.of(group).some((it) => it.on === 'message.unsealed'));
  const frame = leader.of(group).find((it) => it.on === 'message.unsealed')!;
  assert.deepEqual([frame.by, frame.with], [cast.administrator.id, { id }]);
  const { messages, people } = await leader.call('message.page', { group });
  assert.equal(messages.at(-1)?.notice?.on, 'message.unsealed');
  assert.ok(people.some((it) => it.id === cast.administrator.id));
  assert.equal((await administrator.call('sealed.list', { group })).messages[0]?.opened, 1);

  // Who did it and why stands in the log; what it said stands nowhere.
  const { rows: log } = await sql<{ it: string }>`
    select entry::text as it from audit union all select entry::text from audit_waiting`.execute(db);
  const entry = log.find(
    ({ it }) => it.includes('"message.unseal"') && it.includes('Theo yêu cầu của Thanh tra huyện'),
  );
  assert.ok(entry?.it.includes(group) && entry.it.includes(cast.administrator.id));
  assert.ok(!log.some(({ it }) => it.includes('Số liệu')));
  const { rows: kept } = await sql<{ it: string }>`select a::text as it from actions a`.execute(db);
  assert.ok(!kept.some(({ it }) => it.includes('Số liệu')), 'in the answers that are kept');

  // One act, one person, a quarter of an hour.
  house.pass(READ_MS);
  await assert.rejects(administrator.call('sealed.read', { message: id, act }), refused('not_found'));
  house.pass(-READ_MS);

  // Touched: it does not open, and no one is told that it was opened.
  await sql`update sealed_messages set box = set_byte(box, 40, (get_byte(box, 40) + 1) % 256) where message = ${id}`.execute(
    db,
  );
  await assert.rejects(
    administrator.call('message.unseal', { message: id, reason: 'Theo yêu cầu của Thanh tra huyện' }),
    refused('message.seal_broken'),
  );
});

test('a group says whether it keeps originals; what it kept goes after a year', async () => {
  const group = await house.addGroup([cast.leader, cast.member], 'area');
  const [member, leader, administrator] = await Promise.all([
    house.connect('member'),
    house.connect('leader'),
    house.connect('administrator'),
  ]);
  const recallOne = async (): Promise<string> => {
    const id = newId();
    await member.call('message.send', { group, text: 'một câu' }, id);
    await member.call('message.recall', { group, message: id });
    return id;
  };
  const sealed = async (): Promise<string[]> =>
    (await administrator.call('sealed.list', { group })).messages.map((it) => it.message);
  await recallOne();
  assert.deepEqual(await sealed(), []);
  await leader.call('group.govern', { group, records: true });
  assert.equal((await member.call('chat.list', { groups: [group] })).chats[0]?.settings.records, true);
  const [first, second] = [await recallOne(), await recallOne()];
  assert.deepEqual(await sealed(), [second, first]);
  const page = await administrator.call('sealed.list', { group, limit: 1 });
  assert.equal(page.more, true);
  const [top] = page.messages;
  const next = await administrator.call('sealed.list', {
    group,
    limit: 1,
    before: { at: top!.recalledAt, message: top!.message },
  });
  assert.deepEqual([next.messages[0]?.message, next.more], [first, false]);

  const remove = (): Promise<void> => house.features.jobs.find((it) => it.name === 'remove sealed messages')!.run();
  house.pass(364 * DAY);
  await remove();
  assert.equal((await sql`select from sealed_messages where group_id = ${group}`.execute(db)).rows.length, 2);
  house.pass(2 * DAY);
  await remove();
  assert.equal((await sql`select from sealed_messages where group_id = ${group}`.execute(db)).rows.length, 0);
  house.pass(-366 * DAY);
});

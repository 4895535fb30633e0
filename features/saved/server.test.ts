import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import { SAVED_MOST } from './rules.ts';

const house = await openTestHouse({ limits: false });
const { cast } = house;

test('marked messages of all chats, marked last first, page by page; everybody has their own', async () => {
  const [a, b] = [
    await house.addGroup([cast.leader, cast.reader]),
    await house.addGroup([cast.leader, cast.reader], 'pair'),
  ];
  const [leader, reader] = await Promise.all([house.connect('leader'), house.connect('reader')]);
  const ids: string[] = [];
  for (const [n, group] of [a, b, a, b].entries()) {
    const { id } = await leader.call('message.send', { group, text: `tin ${n}` });
    ids.push(id);
    house.pass(5);
    await reader.call('message.save', { group, messages: [id] });
  }
  const whole = await reader.call('saved.list', {});
  assert.deepEqual(
    whole.list.map((it) => it.message.text),
    ['tin 3', 'tin 2', 'tin 1', 'tin 0'],
  );
  assert.deepEqual([whole.more, whole.people.map((it) => it.id)], [false, [cast.leader.id]]);
  assert.ok(whole.list.every((it) => it.message.saved));
  // A chat of two is called by the other’s name.
  assert.equal(whole.list[0]!.group.name, whole.people[0]!.name);

  const first = await reader.call('saved.list', { limit: 3 });
  const last = first.list.at(-1)!;
  const rest = await reader.call('saved.list', { limit: 3, before: { at: last.savedAt, message: last.message.id } });
  assert.deepEqual([first.more, rest.more, rest.list.map((it) => it.message.id)], [true, false, [ids[0]]]);

  const page = await reader.call('message.page', { group: a });
  assert.deepEqual(
    page.messages.map((it) => it.saved),
    [true, true],
  );
  assert.deepEqual(
    (await leader.call('message.page', { group: a })).messages.map((it) => it.saved),
    [undefined, undefined],
  );
  assert.deepEqual((await leader.call('saved.list', {})).list, []);

  await reader.call('message.unsave', { group: a, messages: [ids[0]!, ids[2]!] });
  await reader.until(() => reader.events.some((it) => it.on === 'message.unsaved'));
  assert.deepEqual(
    (await reader.call('saved.list', {})).list.map((it) => it.message.id),
    [ids[3], ids[1]],
  );
});

test('only what one may still see: not of a group one has left, not from before one may read, not what was recalled or deleted on one’s side', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1) ids.push((await leader.call('message.send', { group, text: `tin ${n}` })).id);
  await member.call('message.save', { group, messages: ids });
  const shown = async (): Promise<(string | null)[]> =>
    (await member.call('saved.list', {})).list.map((it) => it.message.text).sort();
  assert.deepEqual(await shown(), ['tin 0', 'tin 1', 'tin 2', 'tin 3']);

  await member.call('message.hide', { group, messages: [ids[1]!] });
  await leader.call('message.recall', { group, message: ids[2]! });
  assert.deepEqual(await shown(), ['tin 0', 'tin 3']);
  await sql`update members set visible_from = 1 where group_id = ${group} and account = ${cast.member.id}`.execute(
    house.db,
  );
  assert.deepEqual(await shown(), ['tin 3']);
  await leader.call('member.remove', { group, accounts: [cast.member.id], block: false });
  assert.deepEqual(await shown(), []);

  // What is not there to be seen is not marked either.
  const other = await house.addGroup([cast.leader]);
  const theirs = await leader.call('message.send', { group: other, text: 'của người' });
  const ours = await house.addGroup([cast.leader, cast.member]);
  await member.call('message.save', { group: ours, messages: [theirs.id] });
  assert.deepEqual(await shown(), []);
});

test('no more than so many, and none of those that would go beyond', async () => {
  const group = await house.addGroup([cast.leader, cast.other]);
  const [leader, other] = await Promise.all([house.connect('leader'), house.connect('other')]);
  const ids: string[] = [];
  for (let n = 0; n < 2; n += 1) ids.push((await leader.call('message.send', { group, text: `tin ${n}` })).id);
  await sql`
    insert into saved_messages (account, group_id, seq, message, at)
    select ${cast.other.id}, ${group}, 1000 + n, gen_random_uuid(), now() from generate_series(1, ${SAVED_MOST - 1}) n`.execute(
    house.db,
  );
  await assert.rejects(
    other.call('message.save', { group, messages: ids }),
    (error) => error instanceof ClientProblem && error.code === 'saved.too_many' && error.wire['most'] === SAVED_MOST,
  );
  assert.deepEqual((await other.call('saved.list', {})).list, []);
  await other.call('message.save', { group, messages: [ids[0]!] });
  assert.equal((await other.call('saved.list', {})).list.length, 1);
});

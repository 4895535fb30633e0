import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../../testing/client.ts';
import type { TestClient } from '../../../testing/client.ts';
import { openTestHouse } from '../../../testing/house.ts';
import type { TestPerson } from '../../../testing/house.ts';
import { DISSOLVE_MS } from '../rules.ts';

const house = await openTestHouse();
// A second node: what one commits, the other's memory must not outlive.
const node = await openTestHouse({ beside: house });
const { cast, db } = house;

const code =
  (expected: string, details: Record<string, unknown> = {}) =>
  (error: unknown): boolean => {
    if (!(error instanceof ClientProblem) || error.code !== expected) return false;
    for (const [key, value] of Object.entries(details)) assert.deepEqual(error.wire[key], value, key);
    return true;
  };

const clients: Record<string, TestClient> = {};
const named = (who: 'leader' | 'deputy' | 'clerk' | 'member' | 'other' | 'reader'): TestClient => clients[who]!;

before(async () => {
  for (const who of ['leader', 'deputy', 'clerk', 'member', 'other', 'reader'] as const) {
    clients[who] = await (who === 'member' ? node : house).connect(who);
  }
});

const roles = ['leader', 'deputy', 'clerk', 'member', 'other', 'reader'] as const;

/** A group of the whole cast in their roles; everybody's devices follow it from its beginning. */
async function newGroup(kind = 'directive'): Promise<string> {
  const of = (who: (typeof roles)[number]): TestPerson => cast[who];
  const group = await house.addGroup(roles.map(of), kind);
  for (const [who, role] of [
    ['deputy', 'deputy'],
    ['clerk', 'clerk'],
    ['reader', 'reader'],
  ] as const)
    await sql`update members set role = ${role} where group_id = ${group} and account = ${cast[who].id}`.execute(db);
  for (const client of Object.values(clients)) await client.close();
  for (const who of roles)
    clients[who] = await (who === 'member' ? node : house).connect(who, { [group]: 0, [cast[who].id]: 1e9 });
  return group;
}

const jobs = async (on = house): Promise<void> => {
  for (const job of on.features.jobs) if (job.name.startsWith('end ')) await job.run();
};

test('a setting holds for everybody at once, and what was already decided under the old one is decided again', async () => {
  const group = await newGroup();
  await named('member').call('message.send', { group, text: 'còn được' });
  await named('clerk').call('group.govern', { group, rights: { 'message.send': 'leaders' } });
  await assert.rejects(
    named('member').call('message.send', { group, text: 'hết rồi' }),
    code('forbidden', { right: 'message.send' }),
  );
  await named('deputy').call('message.send', { group, text: 'phó nhóm' });
  await named('member').until(() =>
    named('member')
      .of(group)
      .some((it) => it.on === 'group.governed'),
  );
  assert.deepEqual(
    named('member')
      .of(group)
      .find((it) => it.on === 'group.governed')?.with,
    { rights: { 'message.send': 'leaders' } },
  );
  const seen = await named('reader').call('group.get', { group });
  assert.deepEqual(seen.settings.rights, { 'message.send': 'leaders' });

  // Only what differs from the kind's beginning is kept.
  await named('clerk').call('group.govern', { group, rights: { 'message.send': 'all' } });
  const { rows } = await sql<{ settings: unknown }>`select settings from groups where id = ${group}`.execute(db);
  assert.deepEqual(rows[0]?.settings, {});
  await named('member').call('message.send', { group, text: 'lại được' });
});

test('nothing changed tells nobody; several at once are one event', async () => {
  const group = await newGroup();
  await named('leader').call('group.govern', { group, marking: true, slow: 0, rights: { 'message.send': 'all' } });
  await named('leader').call('group.govern', {
    group,
    marking: false,
    slow: 60,
    approval: false,
    approver: cast.other.id,
  });
  await named('reader').until(() => named('reader').of(group).length > 0);
  assert.deepEqual(
    named('reader')
      .of(group)
      .map((it) => it.with),
    [{ marking: false, slow: 60, approval: false, approver: { account: cast.other.id, name: 'Ksor H’Bích' } }],
  );
  const after = await named('member').call('group.get', { group });
  assert.equal(after.approverName, 'Ksor H’Bích');
  assert.equal(after.approval, false);
  assert.ok(after.rights.includes('member.add'));
  await assert.rejects(
    named('leader').call('group.govern', { group, approver: cast.stranger.id }),
    code('group.approver_missing'),
  );
  await assert.rejects(
    named('leader').call('group.govern', { group, approver: cast.reader.id }),
    code('group.approver_missing'),
  );
});

test('what is the owner’s alone is given and taken back by the owner alone', async () => {
  const group = await newGroup();
  await assert.rejects(
    named('deputy').call('group.govern', { group, rights: { 'group.change': 'owner' } }),
    code('forbidden', { holders: 'owner' }),
  );
  await named('leader').call('group.govern', { group, rights: { 'group.change': 'owner' } });
  await assert.rejects(named('deputy').call('group.change', { group, name: 'Khác' }), code('forbidden'));
  await assert.rejects(
    named('clerk').call('group.govern', { group, rights: { 'group.change': 'leaders' } }),
    code('forbidden', { holders: 'owner' }),
  );
  // Nor by a way around it.
  await assert.rejects(
    named('clerk').call('member.except', { group, accounts: [cast.member.id], right: 'group.change', allowed: true }),
    code('forbidden', { holders: 'owner' }),
  );
  await named('leader').call('group.change', { group, name: 'Của trưởng nhóm' });
});

test('announcement mode leaves writing to the leaders, and gives back what was set before', async () => {
  const group = await newGroup();
  await named('clerk').call('group.govern', { group, announcing: true });
  await assert.rejects(named('member').call('message.send', { group, text: 'a' }), code('forbidden'));
  await assert.rejects(named('member').call('chat.type', { group }), code('forbidden'));
  await named('deputy').call('message.send', { group, text: 'Thông báo' });
  await named('clerk').call('group.govern', { group, announcing: false });
  await named('member').call('message.send', { group, text: 'b' });

  const announcing = await newGroup('announcement');
  await assert.rejects(named('member').call('message.send', { group: announcing, text: 'a' }), code('forbidden'));
  await named('leader').call('group.govern', { group: announcing, announcing: false });
  await named('member').call('message.send', { group: announcing, text: 'b' });
});

test('archived: everybody reads, nobody does anything, until it is opened again', async () => {
  const group = await newGroup();
  await named('member').call('message.send', { group, text: 'trước khi lưu trữ' });
  await assert.rejects(named('member').call('group.archive', { group, on: true }), code('forbidden'));
  await named('clerk').call('group.archive', { group, on: true });
  await named('clerk').call('group.archive', { group, on: true });
  const acts: [TestClient, string, Record<string, unknown>][] = [
    [named('leader'), 'message.send', { text: 'a' }],
    [named('leader'), 'group.change', { name: 'b' }],
    [named('leader'), 'group.govern', { slow: 10 }],
    [named('leader'), 'member.add', { accounts: [cast.stranger.id] }],
    [named('leader'), 'member.appoint', { accounts: [cast.member.id], role: 'deputy' }],
    [named('clerk'), 'member.restrict', { accounts: [cast.member.id], readOnly: true }],
  ];
  for (const [client, name, input] of acts)
    await assert.rejects(client.callRaw(name, { group, ...input }), code('forbidden'), name);
  const { messages } = await named('reader').call('message.page', { group });
  assert.deepEqual(
    messages.map((it) => it.text ?? it.notice?.on),
    ['trước khi lưu trữ', 'group.archived'],
  );
  assert.equal((await named('reader').call('member.list', { group })).total, 6);
  assert.equal((await named('member').call('group.get', { group })).state, 'archived');
  await named('deputy').call('group.archive', { group, on: false });
  await named('member').call('message.send', { group, text: 'mở lại' });
});

test('dissolving freezes at once, can be undone for a day, and then nothing is left', async () => {
  const group = await newGroup();
  await named('member').call('message.send', { group, text: 'sẽ mất' });
  const pdf = Buffer.from('%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\nstartxref\n0\n%%EOF\n').toString('base64');
  const upload = { group, revision: 0, title: 'Quy chế', name: 'quy-che.pdf', file: pdf };
  assert.equal((await house.post('leader', 'regulation.upload', upload)).status, 200);
  await named('leader').call('regulation.publish', { group, revision: 1 });
  await named('member').call('regulation.accept', { group, version: 1 });
  const [taken, gone] = [await house.addPerson(), await house.addPerson()];
  await named('leader').call('member.add', { group, accounts: [taken.id, gone.id] });
  await named('leader').call('member.remove', { group, accounts: [taken.id], reason: 'Chuyển công tác', block: true });
  await (await house.connect(gone)).call('member.leave', { group, refuse: true });
  for (const who of ['deputy', 'clerk', 'member'] as const)
    await assert.rejects(named(who).call('group.dissolve', { group }), code('forbidden'));
  const { at } = await named('leader').call('group.dissolve', { group });
  assert.equal((await named('leader').call('group.dissolve', { group })).at, at, 'the countdown does not begin anew');
  await assert.rejects(named('leader').call('message.send', { group, text: 'a' }), code('forbidden'));
  await assert.rejects(named('leader').call('group.archive', { group, on: true }), code('forbidden'));
  await assert.rejects(named('deputy').call('group.keep', { group }), code('forbidden'));
  await named('leader').call('group.keep', { group });
  await assert.rejects(named('leader').call('group.keep', { group }), code('group.not_dissolving'));
  await named('member').call('message.send', { group, text: 'còn đây' });

  // Told of what was written, and again after it is gone.
  const tell = house.features.jobs.find((it) => it.name === 'tell of messages')!;
  await tell.run();
  await named('leader').call('group.dissolve', { group });
  await jobs();
  assert.equal((await named('reader').call('group.get', { group })).state, 'dissolving', 'not before its time');
  house.pass(DISSOLVE_MS + 1_000);
  node.pass(DISSOLVE_MS + 1_000);
  // Over, if not yet carried out: it cannot be undone any more.
  await assert.rejects(named('leader').call('group.keep', { group }), code('group.not_dissolving'));
  await Promise.all([jobs(), jobs(node)]);
  for (const who of roles) {
    const client = named(who);
    await client.until(() => client.of(client.account).some((it) => it.on === 'chat.removed'));
    const told = client.of(client.account).filter((it) => it.on === 'chat.removed');
    assert.deepEqual(
      told.map((it) => it.with),
      [{ group, why: 'dissolved' }],
      'once, whichever node did it',
    );
    assert.ok(!client.of(group).some((it) => it.on === 'group.dissolved'), 'nothing of the group itself any more');
    await assert.rejects(client.call('message.page', { group }), code('not_found'));
    await assert.rejects(client.call('group.get', { group }), code('not_found'));
  }
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from messages where group_id = ${group}) as messages,
      (select count(*) from events where stream = ${group}) as events,
      (select count(*) from members where group_id = ${group}) as members`.execute(db);
  assert.deepEqual(rows[0], { messages: 0, events: 0, members: 0 });
  await tell.run();
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'group_id' order by 1`.execute(db);
  assert.ok(tables.length >= 8);
  for (const { name } of tables) {
    const { rows: left } = await sql`select from ${sql.table(name)} where group_id = ${group}`.execute(db);
    assert.equal(left.length, 0, name);
  }
  const { rows: files } = await sql`select from regulation_files`.execute(db);
  assert.equal(files.length, 0, 'nor a file of its regulation');
  await jobs();
});

test('every renaming is kept with who, when, from and to', async () => {
  const group = await newGroup();
  await named('leader').call('group.change', { group, name: 'Tên hai' });
  await named('clerk').call('group.change', { group, name: 'Tên ba', topic: 'Bão lũ' });
  await named('clerk').call('group.change', { group, topic: 'Hạn hán' });
  const { names } = await named('reader').call('group.names', { group });
  assert.deepEqual(
    names.map((it) => [it.from, it.to, it.by?.name]),
    [
      ['Tên hai', 'Tên ba', 'Siu H’Nga'],
      ['Phòng chống bão lũ xã Ia Grai', 'Tên hai', 'Nguyễn Hoàng Phúc'],
    ],
  );
});

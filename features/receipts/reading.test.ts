import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { fold } from '../../protocol/fold.ts';
import { newId } from '../../protocol/id.ts';
import { CAST } from '../../testing/cast.ts';
import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { searchText } from '../directory/rules.ts';
import { REMIND_AGAIN_MS, UNREMIND_MS } from './rules.ts';

let house: TestHouse;
let leader: TestClient;
let deputy: TestClient;
let member: TestClient;
let reader: TestClient;

before(async () => {
  house = await openTestHouse({ limits: false });
  [leader, deputy, member, reader] = await Promise.all([
    house.connect('leader'),
    house.connect('deputy'),
    house.connect('member'),
    house.connect('reader'),
  ]);
  for (const [name, unit] of [
    ['member', 'Làng Grăng'],
    ['other', 'Trạm Y tế xã'],
    ['reader', 'Thôn 4'],
  ] as const) {
    await sql`insert into units (id, name, folded) values (${newId()}, ${unit}, ${fold(unit)}) on conflict do nothing`.execute(
      house.db,
    );
    await sql`
      update accounts set unit = (select id from units where name = ${unit}),
        search = ${searchText({ name: CAST[name].name, position: CAST[name].position, unit })}
      where id = ${house.cast[name].id}`.execute(house.db);
  }
});

const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

/** A group of five, and a message of the leader's in it. */
async function written(
  form: { ask?: true; by?: TestClient } = {},
): Promise<{ group: string; message: string; seq: number }> {
  const { cast } = house;
  const group = await house.addGroup([
    cast.leader,
    { id: cast.deputy.id, role: 'deputy' },
    cast.member,
    cast.other,
    { id: cast.reader.id, role: 'reader' },
  ]);
  const { by = leader, ...rest } = form;
  const { id, seq } = await by.call('message.send', { group, text: 'Báo cáo trước 16:00', ...rest });
  return { group, message: id, seq };
}

const read = (client: TestClient, group: string, seq: number) =>
  client.call('receipt.mark', { marks: [{ group, read: seq }] });

test('who has seen it and who has not, of those it was written to, the worst unit first', async () => {
  const { group, message, seq } = await written();
  await read(member, group, seq);
  await reader.call('receipt.mark', { marks: [{ group, received: seq }] });
  const late = await house.addPerson('Nguyễn Văn Sỹ');
  await leader.call('member.add', { group, accounts: [late.id] });

  const all = await leader.call('receipt.readers', { group, message });
  assert.deepEqual(
    Object.fromEntries(all.people.map((it) => [it.account, it.reached])),
    {
      [house.cast.deputy.id]: 'none',
      [house.cast.member.id]: 'seen',
      [house.cast.other.id]: 'none',
      [house.cast.reader.id]: 'received',
    },
    'neither who wrote it nor who came in later is among them',
  );
  assert.equal(all.total, 4);
  assert.equal(
    all.tallies.reduce((sum, it) => sum + it.seen, 0),
    1,
  );
  assert.deepEqual(all.tallies.at(-1), { under: 'Làng Grăng', members: 1, seen: 1, acknowledged: 0 });
  assert.deepEqual(
    all.people.map((it) => it.under),
    all.tallies.flatMap((it) => Array.from({ length: it.members }, () => it.under)),
  );
  assert.equal((await leader.call('receipt.readers', { group, message, show: 'unseen' })).total, 3);
  const found = await leader.call('receipt.readers', { group, message, query: 'tram y te' });
  assert.deepEqual(
    found.people.map((it) => it.account),
    [house.cast.other.id],
  );
});

test('only its sender and the leaders see who has read it', async () => {
  const { group, message } = await written({ by: member });
  assert.equal((await member.call('receipt.readers', { group, message })).total, 4);
  assert.equal((await deputy.call('receipt.readers', { group, message })).total, 4);
  await assert.rejects(reader.call('receipt.readers', { group, message }), code('forbidden'));
  const stranger = await house.connect('stranger');
  await assert.rejects(stranger.call('receipt.readers', { group, message }), code('not_found'));
  await assert.rejects(leader.call('receipt.readers', { group, message: newId() }), code('not_found'));
  const { message: elsewhere } = await written();
  await assert.rejects(leader.call('receipt.readers', { group, message: elsewhere }), code('not_found'));
});

test('those who have not are reminded in one event; taken back within five minutes, again after half an hour', async () => {
  const { group, message, seq } = await written();
  await read(member, group, seq);
  await assert.rejects(
    leader.call('receipt.remind', { group, message, whom: 'unacknowledged' }),
    code('receipt.not_asked'),
  );
  await assert.rejects(member.call('receipt.remind', { group, message }), code('forbidden'));
  const near = await house.connect('member', { [group]: 0 });
  const { reminder } = await leader.call('receipt.remind', { group, message });
  assert.equal(reminder.people, 3);
  await near.until(() => near.of(group).some((it) => it.on === 'receipt.reminded'));
  await assert.rejects(deputy.call('receipt.remind', { group, message }), code('receipt.reminded'));
  await assert.rejects(
    deputy.call('receipt.unremind', { group, message, reminder: reminder.id }),
    code('receipt.too_late'),
    'what one person asked for, another does not take back',
  );
  await leader.call('receipt.unremind', { group, message, reminder: reminder.id });
  await near.until(() => near.of(group).some((it) => it.on === 'receipt.unreminded'));
  assert.equal((await leader.call('receipt.readers', { group, message })).reminder, null);

  const again = await leader.call('receipt.remind', { group, message });
  assert.equal((await deputy.call('receipt.readers', { group, message })).reminder?.people, 3);
  house.pass(UNREMIND_MS + 1);
  await assert.rejects(
    leader.call('receipt.unremind', { group, message, reminder: again.reminder.id }),
    code('receipt.too_late'),
  );
  house.pass(REMIND_AGAIN_MS);
  await sql`update members set read_seq = ${seq} where group_id = ${group}`.execute(house.db);
  await assert.rejects(leader.call('receipt.remind', { group, message }), code('receipt.nobody_waits'));
});

test('a message that asks for it is acknowledged once a person; its total is told in one event for many', async () => {
  const { group, message } = await written({ ask: true });
  const near = await house.connect('member', { [group]: 0 });
  const phone = await house.connect('other');
  await Promise.all([
    near.call('receipt.acknowledge', { group, message }),
    phone.call('receipt.acknowledge', { group, message }),
    reader.call('receipt.acknowledge', { group, message }),
  ]);
  const totals = () =>
    near.of(group).flatMap((it) => (it.on === 'message.acknowledged' ? [(it.with as { count: number }).count] : []));
  await near.until(() => totals().includes(3));
  assert.ok(totals().length <= 3);
  assert.deepEqual(await phone.call('receipt.acknowledge', { group, message }), { at: 0 }, 'once is enough');

  const page = await phone.call('message.page', { group });
  const line = page.messages.find((it) => it.id === message);
  assert.equal(line?.acknowledged, 3);
  assert.ok(line?.acknowledgedAt);
  const others = await deputy.call('message.page', { group });
  assert.equal(others.messages.find((it) => it.id === message)?.acknowledgedAt, undefined);

  const list = await leader.call('receipt.readers', { group, message, show: 'unacknowledged' });
  assert.deepEqual(
    list.people.map((it) => it.account),
    [house.cast.deputy.id],
  );
  assert.equal((await leader.call('receipt.remind', { group, message, whom: 'unacknowledged' })).reminder.people, 1);
});

test('nothing is acknowledged that does not ask for it, is one’s own, or is not to be seen', async () => {
  const { group, message } = await written();
  await assert.rejects(member.call('receipt.acknowledge', { group, message }), code('receipt.not_asked'));
  const asked = await leader.call('message.send', { group, text: 'Đã rõ chưa?', ask: true });
  await assert.rejects(leader.call('receipt.acknowledge', { group, message: asked.id }), code('receipt.not_asked'));
  await assert.rejects(member.call('receipt.acknowledge', { group, message: newId() }), code('message.gone'));
  const late = await house.addPerson('Bùi Thị Lan');
  await leader.call('member.add', { group, accounts: [late.id] });
  const newcomer = await house.connect(late);
  await assert.rejects(newcomer.call('receipt.acknowledge', { group, message: asked.id }), code('message.gone'));
  await assert.rejects(
    member.call('message.send', { group, text: 'Tôi cũng hỏi', ask: true }),
    code('forbidden'),
    'to ask is a right',
  );
});

test('a thousand who acknowledge at once make a few events, not a thousand', async () => {
  const { group, message } = await written({ ask: true });
  const people = Array.from({ length: 1_000 }, () => newId());
  await sql`insert into streams (id, kind) select unnest(${people}::uuid[]), 'account'`.execute(house.db);
  await sql`insert into accounts (id, name) select unnest(${people}::uuid[]), 'Ksor Blơi'`.execute(house.db);
  await sql`insert into members (group_id, account) select ${group}, unnest(${people}::uuid[])`.execute(house.db);
  const since = performance.now();
  await Promise.all(
    people.map((account) =>
      house.perform({
        name: 'receipt.acknowledge',
        id: newId(),
        input: { group, message },
        caller: {
          door: 'socket',
          address: '127.0.0.1',
          device: 'test',
          actor: { account, session: account, administrator: false },
        },
      }),
    ),
  );
  const most = Math.ceil((performance.now() - since) / 250) + 2;
  const { rows } = await sql<{ events: number; count: number }>`
    select (select count(*)::int from events where stream = ${group} and name = 'message.acknowledged') as events, acknowledged as count
    from messages where id = ${message}`.execute(house.db);
  assert.equal(rows[0]!.count, 1_000);
  assert.ok(rows[0]!.events <= most, `${rows[0]!.events} events`);
});

test('who came in later learns nothing of what was written before, whatever they lead and whose id they know', async () => {
  const { group, message } = await written({ ask: true });
  const late = await house.addPerson('Rơ Châm Hun');
  await leader.call('member.add', { group, accounts: [late.id] });
  await sql`update members set role = 'deputy' where group_id = ${group} and account = ${late.id}`.execute(house.db);
  const newcomer = await house.connect(late);
  const answer = await leader.call('message.send', { group, text: 'Nhắc lại', reply: message });
  const { messages } = await newcomer.call('message.page', { group });
  assert.equal(messages.find((it) => it.id === answer.id)?.quote?.id, message, 'the id is there to be known');
  await assert.rejects(newcomer.call('receipt.readers', { group, message }), code('not_found'));
  await assert.rejects(newcomer.call('receipt.remind', { group, message }), code('not_found'));
  assert.equal((await newcomer.call('receipt.readers', { group, message: answer.id })).total, 5);
});

test('devices ring once in half an hour, however often a reminder is taken back', async () => {
  const { group, message } = await written();
  const session = newId();
  await sql`
    insert into sessions (id, token, account, device, address, created_at, used_at)
    select ${session}, decode(replace(${session}::text, '-', ''), 'hex'), ${house.cast.member.id}, '', '', now(), now()`.execute(
    house.db,
  );
  await sql`
    insert into push_subscriptions (session, account, endpoint, host, p256dh, auth, seed, at)
    values (${session}, ${house.cast.member.id}, 'https://push.example/1', 'push.example', '', '', '', now())`.execute(
    house.db,
  );
  /** Whether the device is to be told; then it was. */
  const rings = async (): Promise<boolean> => {
    const { rows } = await sql<{ seq: number }>`
      with due as (select session, stream, seq > told_seq as rings from pushes where session = ${session} and stream = ${group})
      update pushes p set told_seq = p.seq, due_at = null from due d where p.session = d.session and p.stream = d.stream and d.rings
      returning p.seq`.execute(house.db);
    return rows.length > 0;
  };
  const { reminder } = await leader.call('receipt.remind', { group, message });
  assert.equal(await rings(), true);
  await leader.call('receipt.unremind', { group, message, reminder: reminder.id });
  await leader.call('receipt.remind', { group, message });
  assert.equal(await rings(), false);
  house.pass(REMIND_AGAIN_MS + 1);
  await leader.call('receipt.remind', { group, message });
  assert.equal(await rings(), true);
});

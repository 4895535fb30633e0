import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import { isFitTime, LATE_MS, quickTimes, SCHEDULED_MOST, SOONEST_MS } from './rules.ts';
import { ScheduledMessages } from './state.ts';

const house = await openTestHouse({ limits: false });
const node = await openTestHouse({ beside: house, limits: false });
const { cast, db } = house;
const HOUR = 3_600_000;

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof ClientProblem, String(error));
  assert.equal(error.code, code);
  return true;
};

const now = (): number => house.house.now().getTime();
const pass = (ms: number): void => {
  house.pass(ms);
  node.pass(ms);
};
/** The job of one node, as it runs every few seconds. */
const send = async (at: TestHouse = house): Promise<void> => {
  await at.features.jobs.find((it) => it.name === 'send scheduled messages')!.run();
};

interface Sent {
  readonly id: string;
  readonly text: string;
  readonly sender: string;
  readonly at: Date;
}

async function sentIn(group: string): Promise<Sent[]> {
  const { rows } = await sql<Sent>`
    select id, text, sender, sent_at as at from messages where group_id = ${group} and kind = 'text' order by seq`.execute(
    db,
  );
  return rows;
}

test('the moments that are offered are those of offices here, and still ahead', () => {
  const at = (text: string): number => Date.parse(`${text}+07:00`);
  const offered = (text: string): string[] =>
    quickTimes(at(text)).map((it) => `${it.key} ${new Date(it.at + 7 * HOUR).toISOString().slice(0, 16)}`);
  // A Thursday.
  assert.deepEqual(offered('2026-11-19T09:10:30'), [
    'hour 2026-11-19T10:11',
    'afternoon 2026-11-19T16:30',
    'tomorrow 2026-11-20T07:30',
    'monday 2026-11-23T07:30',
  ]);
  assert.deepEqual(offered('2026-11-19T16:00:00'), [
    'hour 2026-11-19T17:00',
    'tomorrow 2026-11-20T07:30',
    'monday 2026-11-23T07:30',
  ]);
  // On Sunday tomorrow is Monday; on Monday the next one is meant.
  assert.deepEqual(offered('2026-11-22T20:00:00'), ['hour 2026-11-22T21:00', 'tomorrow 2026-11-23T07:30']);
  assert.deepEqual(offered('2026-11-23T23:30:00'), [
    'hour 2026-11-24T00:30',
    'tomorrow 2026-11-24T07:30',
    'monday 2026-11-30T07:30',
  ]);
  assert.ok(isFitTime(SOONEST_MS, 0) && !isFitTime(SOONEST_MS - 1, 0) && !isFitTime(400 * 24 * HOUR, 0));
});

test('sent at its time, in its writer’s name, and told to their devices; not before', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [member, leader] = await Promise.all([house.connect('member'), node.connect('leader', { [group]: 0 })]);
  const quoted = newId();
  await leader.call('message.send', { group, text: 'Ai trực tối nay?' }, quoted);
  const id = newId();
  const at = now() + HOUR;
  const wish = { group, text: 'Tôi trực ạ.', reply: quoted, urgency: 1, at };
  await member.call('scheduled.add', wish, id);
  await member.call('scheduled.add', wish, id);
  await member.until(() => member.of(cast.member.id).some((it) => it.on === 'scheduled.changed'));
  assert.ok(!JSON.stringify(member.of(cast.member.id)).includes('trực'), 'words in the account’s log');
  const { scheduled } = await member.call('scheduled.list', {});
  assert.deepEqual(scheduled, [
    { id, group, groupName: 'Phòng chống bão lũ xã Ia Grai', text: 'Tôi trực ạ.', files: 0, urgency: 1, at },
  ]);
  assert.deepEqual((await leader.call('scheduled.list', {})).scheduled, []);
  await assert.rejects(leader.call('scheduled.get', { scheduled: id }), refused('not_found'));

  await send();
  assert.equal((await sentIn(group)).length, 1);
  pass(HOUR);
  await Promise.all([send(), send(node)]);
  await leader.until(() =>
    leader.of(group).some((it) => it.on === 'message.sent' && (it.with as { id: string }).id === id),
  );
  const frame = leader.of(group).find((it) => (it.with as { id: string }).id === id)!;
  assert.equal(frame.by, cast.member.id);
  assert.equal((frame.with as { quote?: { text: string } }).quote?.text, 'Ai trực tối nay?');
  await member.until(() => member.of(cast.member.id).some((it) => (it.with as { what?: string }).what === 'sent'));
  assert.deepEqual((await member.call('scheduled.list', {})).scheduled, []);
  // Nothing that waits has the words any more; recalled, they are gone.
  await member.call('message.recall', { group, message: id });
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from scheduled_messages s where s::text like '%Tôi trực%'`.execute(db);
  assert.equal(rows[0]?.count, 0);
  pass(-HOUR);
});

test('changed, sent now, cancelled; within bounds', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const member = await house.connect('member');
  const [one, two, three] = [newId(), newId(), newId()];
  for (const [at, id] of [one, two, three].entries())
    await member.call('scheduled.add', { group, text: `tin ${at}`, at: now() + HOUR }, id);
  await member.call('scheduled.change', {
    group,
    scheduled: one,
    content: { text: 'tin đã sửa' },
    at: now() + 2 * HOUR,
  });
  assert.equal((await member.call('scheduled.get', { scheduled: one })).text, 'tin đã sửa');
  await member.call('scheduled.cancel', { scheduled: two });
  await assert.rejects(member.call('scheduled.cancel', { scheduled: two }), refused('not_found'));
  await member.call('scheduled.send', { scheduled: three });
  await send();
  assert.deepEqual(
    (await sentIn(group)).map((it) => it.text),
    ['tin 2'],
  );
  await assert.rejects(member.call('scheduled.cancel', { scheduled: three }), refused('not_found'));
  pass(HOUR + 60_000);
  await send();
  assert.equal((await sentIn(group)).length, 1);
  pass(HOUR);
  await send();
  assert.deepEqual(
    (await sentIn(group)).map((it) => it.text),
    ['tin 2', 'tin đã sửa'],
  );
  pass(-2 * HOUR - 60_000);

  for (const at of [now() - 1, now() + SOONEST_MS - 5_000, now() + 400 * 24 * HOUR])
    await assert.rejects(member.call('scheduled.add', { group, text: 'x', at }), refused('scheduled.unfit_time'));
  await assert.rejects(member.call('scheduled.add', { group, text: '', at: now() + HOUR }), refused('message.empty'));
  await assert.rejects(
    member.call('scheduled.add', { group, text: 'x', urgency: 3, at: now() + HOUR }),
    refused('forbidden'),
  );
  // A hundred of one person, however many come at once.
  const person = await house.addPerson();
  const other = await house.addGroup([person]);
  const [here, there] = await Promise.all([house.connect(person), node.connect(person)]);
  const outcomes = await Promise.allSettled(
    Array.from({ length: SCHEDULED_MOST + 20 }, (_, n) =>
      (n % 2 ? here : there).call('scheduled.add', { group: other, text: `tin ${n}`, at: now() + HOUR }),
    ),
  );
  assert.equal(outcomes.filter((it) => it.status === 'fulfilled').length, SCHEDULED_MOST);
  for (const it of outcomes) if (it.status === 'rejected') refused('scheduled.too_many')(it.reason);
  await sql`delete from scheduled_messages`.execute(db);
});

test('what may not be sent when its time comes is not, and its writer is told why', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other, { ...cast.deputy, role: 'deputy' }]);
  const [leader, member, other, deputy] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('other'),
    house.connect('deputy'),
  ]);
  const quoted = newId();
  await leader.call('message.send', { group, text: 'gốc' }, quoted);
  const [silenced, removed, answers, urgent] = [newId(), newId(), newId(), newId()];
  const at = now() + HOUR;
  await member.call('scheduled.add', { group, text: 'của người chỉ đọc', at }, silenced);
  await other.call('scheduled.add', { group, text: 'của người đã ra', at }, removed);
  await leader.call('scheduled.add', { group, text: 'trả lời', reply: quoted, at }, answers);
  await deputy.call('scheduled.add', { group, text: 'hỏa tốc', urgency: 3, at }, urgent);
  await leader.call('member.restrict', { group, accounts: [cast.member.id], readOnly: true });
  await leader.call('member.remove', { group, accounts: [cast.other.id], reason: 'chuyển công tác' });
  await leader.call('member.appoint', { group, accounts: [cast.deputy.id], role: 'member' });
  await leader.call('message.recall', { group, message: quoted });
  pass(HOUR);
  await send(node);
  assert.deepEqual(
    (await sentIn(group)).map((it) => it.text),
    [null],
  );
  const whyOf = async (client: typeof leader, id: string): Promise<unknown> =>
    (await client.call('scheduled.list', {})).scheduled.find((it) => it.id === id)?.refused;
  assert.deepEqual(await whyOf(member, silenced), { code: 'forbidden', right: 'message.send' });
  assert.deepEqual(await whyOf(other, removed), { code: 'not_found' });
  assert.deepEqual(await whyOf(leader, answers), { code: 'message.gone' });
  assert.deepEqual(await whyOf(deputy, urgent), { code: 'forbidden', right: 'message.express' });
  await member.until(() =>
    member.of(cast.member.id).some((it) => {
      const { what, problem } = it.with as { what?: string; problem?: { code: string } };
      return what === 'refused' && problem?.code === 'forbidden';
    }),
  );
  // It is not tried again by itself; changed so that it may, it waits again.
  await send();
  await deputy.call('scheduled.change', {
    group,
    scheduled: urgent,
    content: { text: 'khẩn', urgency: 1 },
    at: now() + HOUR,
  });
  assert.equal(await whyOf(deputy, urgent), undefined);
  pass(HOUR);
  await send();
  assert.deepEqual(
    (await sentIn(group)).map((it) => it.text),
    [null, 'khẩn'],
  );
  await other.call('scheduled.cancel', { scheduled: removed });

  // The house stood still over its time.
  const late = newId();
  await deputy.call('scheduled.add', { group, text: 'sáng nay', at: now() + HOUR }, late);
  pass(HOUR + LATE_MS + 60_000);
  await send();
  assert.deepEqual(await whyOf(deputy, late), { code: 'scheduled.late' });
  await deputy.call('scheduled.send', { scheduled: late });
  await send();
  assert.equal((await sentIn(group)).at(-1)?.text, 'sáng nay');
  // What nobody cares about goes.
  pass(31 * 24 * HOUR);
  await house.features.jobs.find((it) => it.name === 'remove refused scheduled messages')!.run();
  const { rows } = await sql<{ count: number }>`select count(*) as count from scheduled_messages`.execute(db);
  assert.equal(rows[0]?.count, 0);
  pass(-31 * 24 * HOUR - 3 * HOUR - LATE_MS - 60_000);
});

test('slow mode is waited for', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  await leader.call('group.govern', { group, slow: 60 });
  const at = now() + HOUR;
  for (const text of ['một', 'hai']) await member.call('scheduled.add', { group, text, at });
  pass(HOUR);
  await send();
  assert.equal((await sentIn(group)).length, 1);
  assert.deepEqual(
    (await member.call('scheduled.list', {})).scheduled.map((it) => it.refused),
    [undefined],
  );
  pass(61_000);
  await send();
  assert.equal((await sentIn(group)).length, 2);
  pass(-HOUR - 61_000);
});

test('what was sent is not said to be refused, whatever has changed since', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const { id: question } = await leader.call('message.send', { group, text: 'Ai trực?' });
  const [answer, word] = [newId(), newId()];
  await member.call('scheduled.add', { group, text: 'Tôi', reply: question, at: now() + HOUR }, answer);
  await member.call('scheduled.add', { group, text: 'Đã rõ', at: now() + HOUR }, word);
  const { rows: waiting } = await sql<{ it: string }>`
    select row_to_json(s)::text as it from scheduled_messages s where id in (${answer}, ${word})`.execute(db);
  pass(HOUR);
  await send();
  assert.equal((await sentIn(group)).length, 3);
  // As after a kill between the sending and the taking out.
  for (const { it } of waiting)
    await sql`insert into scheduled_messages select * from json_populate_record(null::scheduled_messages, ${it}::json)`.execute(
      db,
    );
  await leader.call('message.recall', { group, message: question });
  await leader.call('member.restrict', { group, accounts: [cast.member.id], readOnly: true });
  await send();
  assert.deepEqual((await member.call('scheduled.list', {})).scheduled, []);
  assert.equal((await sentIn(group)).length, 3);
  pass(-HOUR);
});

const MANY = Number(process.env.SCHEDULED ?? 1_000);

test(`${MANY} at once over two nodes whose transactions are killed again and again: each once`, async () => {
  const people = await Promise.all(Array.from({ length: Math.ceil(MANY / SCHEDULED_MOST) }, () => house.addPerson()));
  const group = await house.addGroup(people);
  const ids = Array.from({ length: MANY }, () => newId());
  const at = new Date(now() + HOUR);
  await sql`
    insert into scheduled_messages (id, account, group_id, content, send_at, due_at)
    select t.id, t.account, ${group}, jsonb_build_object('text', 'tin ' || t.id), ${at}::timestamptz, ${at}::timestamptz
    from unnest(${ids}::uuid[], ${ids.map((_, n) => people[n % people.length]!.id)}::uuid[]) as t(id, account)`.execute(
    db,
  );
  pass(HOUR);
  const left = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`select count(*) as count from scheduled_messages`.execute(db);
    return rows[0]!.count;
  };
  let killed = 0;
  let done = false;
  // Whoever holds rows and has sent their messages is ended before it can write down that it has.
  const killer = (async () => {
    for (let kills = 0; kills < 12 && !done;) {
      const { rows } = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction' and query like '%skip locked%' limit 1`.execute(
        db,
      );
      killed += rows.length;
      kills += rows.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const worker = async (at: TestHouse): Promise<void> => {
    while ((await left()) > 0) await send(at).catch(() => undefined);
  };
  await Promise.all([worker(house), worker(node)]);
  done = true;
  await killer;
  const sent = await sentIn(group);
  assert.equal(sent.length, MANY);
  assert.deepEqual(new Set(sent.map((it) => it.id)), new Set(ids));
  for (const it of sent) assert.equal(it.text, `tin ${it.id}`);
  const { rows } = await sql<{ events: number; messages: number }>`
    select (select count(*) from events where stream = ${group} and name = 'message.sent') as events, messages from streams where id = ${group}`.execute(
    db,
  );
  assert.deepEqual(rows[0], { events: MANY, messages: MANY });
  assert.ok(killed > 0, 'nothing was killed');
  pass(-HOUR);
});

test('a device’s list follows what happens on others, and says what was refused', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const device = await openTestDevice(house, 'member');
  closeBefore(() => device.off());
  await device.until(() => device.device.connection.state.value === 'online', 'a live line');
  const refusals: string[] = [];
  const state = new ScheduledMessages(device.device.connection, ({ problem }) => refusals.push(problem?.code ?? ''));
  await state.fetch();
  assert.deepEqual(state.of(group), []);
  const [elsewhere, leader] = await Promise.all([house.connect('member'), house.connect('leader')]);
  const [first, second] = [newId(), newId()];
  await elsewhere.call('scheduled.add', { group, text: 'một', at: now() + 2 * HOUR }, first);
  await elsewhere.call('scheduled.add', { group, text: 'hai', at: now() + HOUR }, second);
  await device.until(() => state.of(group).length === 2, 'both');
  assert.deepEqual(
    state.of(group).map((it) => it.text),
    ['hai', 'một'],
  );
  await elsewhere.call('scheduled.cancel', { scheduled: first });
  await device.until(() => state.of(group).length === 1, 'the cancelled one to go');
  await leader.call('member.restrict', { group, accounts: [cast.member.id], readOnly: true });
  pass(HOUR);
  await send();
  await device.until(() => state.of(group)[0]?.refused !== undefined, 'the refusal');
  assert.deepEqual(refusals, ['forbidden']);
  pass(-HOUR);
});

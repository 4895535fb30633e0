import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import { codeFor, TestBrowser } from '../testing/browser.ts';
import { CAST } from '../testing/cast.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { ACTIONS_KEPT_DAYS, pruneActions } from './prune.ts';
import { Buckets } from './rate.ts';
import { sinceClockSet } from './steps.ts';

/** The clock of the machine is set while the program runs: R16 in docs/reliability.md. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const trueNow = Date.now;
let shift = 0;
let house: TestHouse;

before(async () => {
  mock.method(Date, 'now', () => trueNow() + shift);
  house = await openTestHouse({ limits: false });
});
after(() => mock.restoreAll());

async function run(...names: string[]): Promise<void> {
  for (const name of names) await house.features.jobs.find((it) => it.name === name)!.run();
}

async function setBy(ms: number, during: () => Promise<void>): Promise<void> {
  shift += ms;
  try {
    await during();
  } finally {
    shift = 0;
  }
}

const count = async (query: ReturnType<typeof sql<{ count: number }>>): Promise<number> =>
  (await query.execute(house.db)).rows[0]!.count;

test('a clock that is set is noticed, what keeps it right is not', () => {
  sinceClockSet();
  shift = 500;
  sinceClockSet();
  shift = 0;
  assert.ok(sinceClockSet() > 500);
  shift = HOUR;
  assert.ok(sinceClockSet() < 500);
  shift = 0;
  assert.ok(sinceClockSet() < 500);
});

test('nobody is put out of a call, nor off a line', async () => {
  const client = await house.connect('leader', { [house.group]: 0 });
  const begun = await client.call('call.start', { group: house.group, kind: 'voice' });
  const at = { group: house.group, call: begun.call.id, seat: begun.seat };
  for (const ms of [HOUR, -HOUR]) {
    await setBy(ms, async () => {
      await run('look at calls');
      assert.equal((await client.call('call.seats', at)).seats.length, 1, `${ms}`);
      await client.call('call.beat', at);
    });
    await run('look at calls');
    assert.equal((await client.call('call.seats', at)).seats.length, 1, `${ms} and back`);
    await client.call('call.beat', at);
  }
  assert.equal(client.closed, undefined);
  await client.call('call.leave', at);
});

test('nobody is slowed down for as long as a clock was set back', () => {
  const buckets = new Buckets();
  const rate = { burst: 10, perMinute: 60 };
  assert.equal(buckets.take('one', rate, HOUR), 0);
  assert.equal(buckets.take('one', rate, 0), 0);
  for (let left = 8; left > 0; left -= 1) buckets.take('one', rate, 0);
  assert.equal(buckets.take('one', rate, 0), 1, 'and none is given anything');
  assert.equal(buckets.take('one', rate, 1_000), 0);
});

test('a code holds no longer, nor does a session that was ended', async () => {
  const { phone } = CAST.reader;
  const browser = new TestBrowser(house);
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const tried = async (): Promise<string> =>
    ((await browser.post('account.verifyCode', { challenge, code })) as { result: string }).result;
  // Whoever had it for longer than it holds has it for no longer in an hour that is there twice.
  await setBy(-HOUR, async () => assert.equal(await tried(), 'over'));
  await setBy(HOUR, async () => assert.equal(await tried(), 'over'));
  assert.equal(await tried(), 'in');

  const device = await house.addDevice(house.cast.member);
  const may = async (): Promise<number> => (await house.post(device, 'chat.list', { groups: [] })).status;
  assert.equal(await may(), 200);
  await sql`update sessions set ended_at = now() where id = ${device.session}`.execute(house.db);
  // Nobody told this node of it: what it remembers of the session is a few seconds old at most.
  await setBy(-HOUR, async () => assert.equal(await may(), 401));
});

test('reminders and messages of a time are said once, whatever the clock does', async () => {
  const { group } = house;
  const at = Date.now() + 30 * 60_000;
  const done = async (name: string, input: unknown): Promise<void> => {
    const { status, body } = await house.post('leader', name, input);
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  };
  await done('reminder.create', { group, title: 'Họp xã', start: at, early: [] });
  await done('scheduled.add', { group, text: 'Báo cáo', at });
  const said = (): Promise<number[]> =>
    Promise.all([
      count(sql`select count(*) as count from messages where group_id = ${group} and text = 'Báo cáo'`),
      count(sql`select count(*) as count from messages where group_id = ${group} and text = 'Họp xã'`),
    ]);
  const look = (): Promise<void> =>
    run('tell of reminders', 'tell of reminders after the clock was set back', 'send scheduled messages');
  await look();
  const before = await said();
  for (const ms of [HOUR, 0, -HOUR, 0, HOUR]) {
    await setBy(ms, look);
    assert.deepEqual(
      await said(),
      before.map((it) => it + 1),
      `${ms}`,
    );
  }
});

test('ids are known for as long as they are sent again', async () => {
  const id = newId();
  assert.equal((await house.post('leader', 'chat.pin', { group: house.group, on: true }, id)).status, 200);
  for (const ms of [HOUR, -HOUR, (ACTIONS_KEPT_DAYS - 1) * DAY]) await setBy(ms, () => pruneActions(house.house).run());
  assert.equal(await count(sql`select count(*) as count from actions where id = ${id}`), 1);
});

test('messages stand in the order in which they came, whatever the clocks of phones and of the server say', async () => {
  const group = await house.addGroup([house.cast.leader, house.cast.member]);
  const sent: string[] = [];
  for (const [phone, server] of [
    [DAY, 0],
    [0, HOUR],
    [-DAY, -HOUR],
    [DAY, -HOUR],
    [-DAY, 0],
  ] as const) {
    const id = newId(trueNow() + phone);
    await setBy(server, async () => {
      const { status, body } = await house.post('member', 'message.send', { group, text: 'tin' }, id);
      assert.equal(status, 200, JSON.stringify(body));
      // Again, by another clock: the same message.
      await setBy(HOUR, async () => void (await house.post('member', 'message.send', { group, text: 'tin' }, id)));
    });
    sent.push(id);
  }
  const { rows } = await sql<{ message: string }>`
    select message from events where stream = ${group} and name = 'message.sent' order by seq`.execute(house.db);
  assert.deepEqual(
    rows.map((it) => it.message),
    sent,
  );
});

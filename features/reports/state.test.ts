import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import { memoryShelves, SHELVES } from '../../web/shelves.ts';
import type { Shelves } from '../../web/shelves.ts';

const house = await openTestHouse({ limits: false });
const { cast, db } = house;
const WORD = 'canarydevicexyz';
const NOTE = 'Thuộc danh mục bí mật nhà nước';

/** Everything that lies on a device, as text. */
async function lies(shelves: Shelves, group: string): Promise<string> {
  const all = await Promise.all(SHELVES.filter((it) => it !== 'messages').map((it) => shelves.all(it)));
  return JSON.stringify([all, await shelves.messages(group, 0, Number.MAX_SAFE_INTEGER)]);
}

const online = (it: TestDevice) =>
  it.until(() => it.device.connection.state.value === 'online' && it.chats.known.value, 'a live line');

async function withdrawn(group: string, message: string): Promise<string> {
  const desk = await house.connect('administrator');
  const { reports } = await desk.call('report.list', {});
  const report = reports.find((it) => it.message === message)!.id;
  return (await desk.call('report.decide', { report, decision: 'withdraw', note: NOTE })).withdrawal!;
}

const confirmed = async (withdrawal: string): Promise<string[]> =>
  (
    await sql<{ session: string }>`
      select session from withdrawal_devices where withdrawal = ${withdrawal} and purged_at is not null`.execute(db)
  ).rows.map((it) => it.session);

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('reported without a line it goes once there is one; the reporter hears what became of it', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const { id } = await leader.call('message.send', { group, text: `một tin ${WORD}` });
  const shelves = memoryShelves();
  const before = await openTestDevice(house, 'member', shelves);
  await online(before);
  await before.network.cut();
  (await before.reports)!.make(group, id, 'Độ mật: Tối mật');
  await before.off();
  const device = await openTestDevice(house, 'member', shelves);
  closeBefore(() => device.off());
  const state = (await device.reports)!;
  assert.ok(state.reported.value.has(id), 'known here as reported');
  const { rows } = await sql`select from reports where message = ${id}`.execute(db);
  assert.ok(rows.length <= 1);
  await until(
    async () =>
      (await sql`select from report_voices v join reports r on r.id = v.report where r.message = ${id}`.execute(db))
        .rows.length === 1,
    'the report',
  );
  await withdrawn(group, id);
  await device.until(() => state.told.value !== undefined, 'what became of it');
  assert.equal(state.told.value, 'withdraw');
});

test('withdrawn while it is open, while it was off, and after its events have gone: nothing of it is left on any device', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other, cast.deputy]);
  const leader = await house.connect('leader');
  const { id } = await leader.call('message.send', { group, text: `bí danh ${WORD}, đọc xong báo lại` });
  await leader.call('message.send', { group, text: 'Đã nhận', reply: id });
  const { note } = await leader.call('note.create', {
    group,
    title: 'Chép',
    text: `bí danh ${WORD}, đọc xong báo lại`,
  });

  const open = async (who: 'member' | 'other' | 'deputy', shelves: Shelves) => {
    const device = await openTestDevice(house, who, shelves);
    await online(device);
    await device.messages.conversation(group).open();
    await device.until(
      () => device.messages.conversation(group).shown.value.lines.some((it) => it.id === note),
      'the lines',
    );
    return device;
  };
  const shelves = { member: memoryShelves(), other: memoryShelves(), deputy: memoryShelves() };
  const live = await open('member', shelves.member);
  closeBefore(() => live.off());
  for (const who of ['other', 'deputy'] as const) {
    const device = await open(who, shelves[who]);
    // A note as a screen that showed it has kept it.
    device.device.cache.put('things', `note ${note}`, { id: note, group, text: WORD });
    await device.device.cache.flush();
    assert.ok((await lies(shelves[who], group)).includes(WORD), 'it lay there');
    await device.off();
  }
  await live.device.cache.flush();
  assert.ok((await lies(shelves.member, group)).includes(WORD));
  await leader.call('report.make', { group, message: id });
  const withdrawal = await withdrawn(group, id);
  const lineOf = (device: TestDevice) => device.messages.conversation(group).line(id);
  await live.until(() => lineOf(live)?.recalled?.secrecy === true, 'the line without a word');
  assert.ok(!JSON.stringify(live.chats.get(group)).includes(WORD), 'the row of the list');
  const shown = () => JSON.stringify(live.messages.conversation(group).shown.value.lines);
  assert.ok(!shown().includes(WORD), shown());
  await until(async () => (await confirmed(withdrawal)).includes(cast.member.session), 'that the device says so');
  await live.device.cache.flush();
  assert.ok(!(await lies(shelves.member, group)).includes(WORD));

  // Off meanwhile: it comes back near enough for its events.
  const back = await openTestDevice(house, 'other', shelves.other);
  closeBefore(() => back.off());
  await until(async () => (await confirmed(withdrawal)).includes(cast.other.session), 'the one that was off');
  await back.device.cache.flush();
  assert.ok(!(await lies(shelves.other, group)).includes(WORD), 'nothing on the device that was off');

  // Off for so long that the events have gone: the house says what is to go.
  await sql`delete from events where stream = ${group}`.execute(db);
  await sql`update streams set floor = head where id = ${group}`.execute(db);
  const late = await openTestDevice(house, 'deputy', shelves.deputy);
  closeBefore(() => late.off());
  await until(async () => (await confirmed(withdrawal)).includes(cast.deputy.session), 'the one that was off for long');
  await late.device.cache.flush();
  assert.ok(!(await lies(shelves.deputy, group)).includes(WORD), 'nothing on the device that was off for long');
  const { minute } = await (await house.connect('administrator')).call('report.minute', { withdrawal });
  assert.equal(minute.devices.confirmed, 3);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { openPushReceiver } from '../../testing/push-receiver.ts';
import type { PushReceiver } from '../../testing/push-receiver.ts';

/** Monday 23 November 2026, 10:00 in Gia Lai: nobody's night. */
const MORNING = Date.parse('2026-11-23T03:00:00Z');
const HOUR = 3_600_000;

let receiver: PushReceiver;
let house: TestHouse;

before(async () => {
  receiver = await openPushReceiver();
  house = await openTestHouse({ env: { PUSH_HOSTS: receiver.origin }, limits: false });
  house.pass(MORNING - Date.now());
  receiver.clock = () => house.house.now().getTime();
});
after(() => receiver.close());

const run = (name: string): Promise<void> => house.features.jobs.find((it) => it.name === name)!.run();
async function later(ms: number): Promise<void> {
  house.pass(ms);
  await run('tell of reminders');
  house.pass(10_000);
  await run('tell of messages');
}

async function ask<T = unknown>(who: TestPerson, name: string, input: unknown, id = newId()): Promise<T> {
  const { status, body } = await house.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

/** People with a device each, the first made the group; by what their browsers are called. */
async function people(...names: string[]): Promise<{ group: string; by: Record<string, TestPerson> }> {
  const by: Record<string, TestPerson> = {};
  for (const name of names) {
    by[name] = await house.addPerson(`Ksor ${name}`);
    await ask(by[name], 'notification.subscribe', { ...receiver.browser(name), language: 'vi' });
  }
  return { group: await house.addGroup(names.map((name) => by[name]!)), by };
}

/** Who was told since this was asked last. */
function told(): string[] {
  const names = [...new Set(receiver.received.map((it) => it.browser))].toSorted();
  receiver.received.length = 0;
  return names;
}

test('when it is due those are told who have not declined, its maker too, and whoever was sent in somebody’s place', async () => {
  const { group, by } = await people('maker', 'comes', 'declines', 'sends', 'sent', 'silent');
  const start = house.house.now().getTime() + 3 * HOUR;
  const id = newId();
  await ask(by['maker']!, 'reminder.create', { group, title: 'Họp giao ban', start, early: [60] }, id);
  await later(0);
  assert.deepEqual(told(), ['comes', 'declines', 'sends', 'sent', 'silent'], 'a reminder was made');
  // Whoever wants to hear only what names them hears of what concerns them; muted is muted.
  await sql`update members set notify = 'mentions' where group_id = ${group} and account = ${by['silent']!.id}`.execute(
    house.db,
  );
  const answer = (who: string, it: object) =>
    ask(by[who]!, 'reminder.answer', { group, reminder: id, at: null, ...it });
  await answer('comes', { answer: 'accepted' });
  await answer('declines', { answer: 'declined', reason: 'Đi cơ sở' });
  await answer('sends', { answer: 'substitute', substitute: by['sent']!.id });
  await later(2 * HOUR);
  assert.deepEqual(told(), ['comes', 'maker', 'sent', 'silent']);
  await sql`update members set muted_until = 'infinity' where group_id = ${group} and account = ${by['silent']!.id}`.execute(
    house.db,
  );
  await later(HOUR);
  assert.deepEqual(told(), ['comes', 'maker', 'sent']);
  const { messages } = await ask<{ messages: { card?: unknown }[] }>(by['declines']!, 'message.page', { group });
  assert.equal(messages.filter((it) => it.card).length, 3, 'the others see it all the same');
});

test('whoever was sent for all times, and declines the one at which they are not needed, is not told of it', async () => {
  const { group, by } = await people('leads', 'sends', 'sent');
  const start = house.house.now().getTime() + 3 * HOUR;
  const id = newId();
  const repeat = { every: 'day', interval: 1 };
  await ask(by['leads']!, 'reminder.create', { group, title: 'Trực ban', start, repeat }, id);
  const answer = (who: string, it: object) => ask(by[who]!, 'reminder.answer', { group, reminder: id, ...it });
  await answer('sends', { at: null, answer: 'substitute', substitute: by['sent']!.id });
  await answer('sends', { at: start, answer: 'accepted' });
  await answer('sent', { at: start, answer: 'declined' });
  await later(0);
  told();
  await later(3 * HOUR);
  assert.deepEqual(told(), ['leads', 'sends']);
});

test('of what concerns some only those are told; of another time and of calling off all of them but who did it', async () => {
  const { group, by } = await people('leads', 'named', 'other');
  const start = house.house.now().getTime() + 3 * HOUR;
  const whom = { accounts: [by['named']!.id], units: [], roles: [] };
  const id = newId();
  await ask(by['leads']!, 'reminder.create', { group, title: 'Họp kín', start, whom }, id);
  await later(0);
  assert.deepEqual(told(), ['named']);
  await ask(by['leads']!, 'reminder.change', { group, reminder: id, version: 1, start: start + HOUR });
  await later(0);
  assert.deepEqual(told(), ['named']);
  await later(4 * HOUR);
  assert.deepEqual(told(), ['named']);
  const next = newId();
  await ask(by['leads']!, 'reminder.create', { group, title: 'Họp', start: start + 24 * HOUR }, next);
  await later(0);
  told();
  await ask(by['leads']!, 'reminder.cancel', { group, reminder: next });
  await later(0);
  assert.deepEqual(told(), ['named', 'other']);
});

test('by itself, on the second, while nothing else happens in the house', async (t) => {
  const member = await house.addPerson('Rah Lan');
  const group = await house.addGroup([member]);
  const line = await house.connect(member, { [group]: 0 });
  const start = house.house.now().getTime() + 1_500;
  await line.call('reminder.create', { group, title: 'Gọi điện', start });
  await line.until(() => line.of(group).filter((it) => it.on === 'message.sent').length === 2);
  const late = line.of(group).findLast((it) => it.on === 'message.sent')!.at - start;
  t.diagnostic(`${late} ms late`);
  assert.ok(late >= 0 && late < 30_000, `${late} ms late`);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';
import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { QUICK } from './rules.ts';

/** Two people with two devices each give and take back, also without a line. `HISTORIES=2000` for the long mode. */
const HISTORIES = Number(process.env.HISTORIES ?? 25);
const MESSAGES = 3;

let house: TestHouse;
let node: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
  node = await openTestHouse({ beside: house, limits: false });
});

type Step =
  | { kind: 'toggle'; device: number; message: number; emoji: string }
  | { kind: 'cut' | 'back'; device: number }
  | { kind: 'elsewhere'; message: number; emoji: string; on: boolean }
  | { kind: 'wait' };

const device = fc.integer({ min: 0, max: 3 });
const message = fc.integer({ min: 0, max: MESSAGES - 1 });
const emoji = fc.constantFrom(...QUICK, '🎉', '✅');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('toggle' as const), device, message, emoji }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'back' as const), device }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('elsewhere' as const), message, emoji, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

/** What a device shows of the emoji of each message. */
function shownOn({ messages, reactions }: TestDevice, group: string, ids: readonly string[]) {
  return ids.map((id) => {
    const line = messages.conversation(group).line(id);
    assert.ok(line, 'a line that this device has shown');
    const pills = reactions.of(line);
    assert.deepEqual(
      pills.map((it) => [it.emoji, it.count]),
      line.reactions ?? [],
      'nothing is laid over what is known once all has come',
    );
    return { counts: line.reactions, mine: new Set(line.mine) };
  });
}

async function run(steps: readonly Step[]): Promise<void> {
  const people = [
    await house.addPerson('Siu H’Nga'),
    await house.addPerson('Puih Thưng'),
    await house.addPerson('Rơ Châm Bích'),
  ];
  const group = await house.addGroup(people, 'coordination');
  const ids: string[] = [];
  for (let n = 0; n < MESSAGES; n += 1) {
    ids.push(newId());
    const { status } = await house.post(people[0], 'message.send', { group, text: `Tin ${n}` }, ids[n]);
    assert.equal(status, 200);
  }
  const owners: TestPerson[] = [people[0]!, people[0]!, people[1]!, people[1]!];
  const devices = await Promise.all(owners.map((who, at) => openTestDevice(at % 2 ? node : house, who)));
  for (const it of devices) {
    await it.until(() => it.chats.known.value && it.device.connection.state.value === 'online', 'a live line');
    await it.messages.conversation(group).open();
  }
  const others: Promise<unknown>[] = [];
  for (const it of steps) {
    const one = 'device' in it ? devices[it.device]! : devices[0]!;
    if (it.kind === 'toggle') {
      const line = one.messages.conversation(group).line(ids[it.message]!);
      if (line) one.reactions.toggle(group, line, it.emoji);
    } else if (it.kind === 'cut') await one.network.cut();
    else if (it.kind === 'back') one.network.restore();
    else if (it.kind === 'elsewhere')
      others.push(
        node.post(people[2], 'reaction.give', { group, message: ids[it.message], emoji: it.emoji, on: it.on }),
      );
    else await one.device.outbox.drain();
  }
  await Promise.all(others);
  for (const it of devices) it.network.restore();
  for (const it of devices) {
    await it.until(() => it.device.connection.state.value === 'online', 'a line');
    await it.until(() => it.device.outbox.entries.value.length === 0, 'an empty outbox');
  }
  const heads = await sql<{ id: string; head: number }>`
    select id, head from streams where id = any(${[group, ...people.map((it) => it.id)]}::uuid[])`.execute(house.db);
  const headOf = (id: string): number => heads.rows.find((it) => it.id === id)!.head;
  for (const [at, it] of devices.entries()) {
    const { cursors } = it.device.connection.inbox;
    await it.until(
      () => cursors.get(group) === headOf(group) && (cursors.get(owners[at]!.id) ?? 0) >= headOf(owners[at]!.id),
      'all events',
    );
  }

  // What stands in the table is the truth; the totals are its sum.
  const { rows } = await sql<{ message: string; account: string; emoji: string }>`
    select message, account, emoji from reactions where message = any(${ids}::uuid[])`.execute(house.db);
  for (const [at, it] of devices.entries()) {
    const shown = shownOn(it, group, ids);
    ids.forEach((id, place) => {
      const given = rows.filter((row) => row.message === id);
      const sums = new Map<string, number>();
      for (const row of given) sums.set(row.emoji, (sums.get(row.emoji) ?? 0) + 1);
      assert.deepEqual(new Map(shown[place]!.counts), sums);
      const own = given.filter((row) => row.account === owners[at]!.id).map((row) => row.emoji);
      assert.deepEqual(shown[place]!.mine, new Set(own));
    });
  }
  const fresh = await openTestDevice(house, people[0]!);
  await fresh.until(() => fresh.chats.known.value && fresh.device.connection.state.value === 'online', 'a live line');
  await fresh.messages.conversation(group).open();
  assert.deepEqual(shownOn(fresh, group, ids), shownOn(devices[0]!, group, ids));
  // A device that is switched on again shows from what it kept what it showed before.
  await devices[1]!.off();
  const again = await openTestDevice(node, people[0]!, devices[1]!.shelves);
  await again.messages.conversation(group).open();
  await again.until(() => again.messages.conversation(group).line(ids[0]!) !== undefined, 'its lines');
  assert.deepEqual(shownOn(again, group, ids), shownOn(fresh, group, ids));
  for (const it of [...devices, fresh, again]) await it.off();
}

test(
  `totals and own marks are the same on every device after ${HISTORIES} random histories`,
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), run), {
      numRuns: HISTORIES,
      endOnFailure: true,
    });
  },
);

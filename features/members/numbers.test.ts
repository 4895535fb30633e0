import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { NEW_PAIRS } from '../groups/rules.ts';
import { NUMBERS_LOOKED_UP } from './rules.ts';

/** Somebody signed in who tries numbers one after the other, to learn whose they are. */
let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

const number = (n: number): string => `+849${String(n).padStart(8, '0')}`;

async function refusal(promise: Promise<unknown>): Promise<ClientProblem> {
  const error = await promise.then(
    () => undefined,
    (it: unknown) => it,
  );
  assert.ok(error instanceof ClientProblem, `expected a problem, got ${String(error)}`);
  return error;
}

/** Looks up numbers until told to wait, in fewer parts than one may ask for at once; answers how many were told of. */
async function lookUp(client: TestClient, at: number): Promise<number> {
  for (let told = 0; ;) {
    const lines = Array.from({ length: 500 }, (_, n) => number(at + told + n));
    try {
      told += (await client.call('member.readNumbers', { lines })).lines.length;
    } catch (error) {
      assert.ok(error instanceof ClientProblem && error.code === 'too_fast', String(error));
      return told;
    }
  }
}

test('pasting numbers serves for lists, not for trying all numbers there are', async () => {
  const client = await house.connect(await house.addPerson());
  assert.equal(await lookUp(client, 0), NUMBERS_LOOKED_UP.burst);
  const told = await refusal(client.call('member.readNumbers', { lines: [number(1)] }));
  assert.equal(told.code, 'too_fast');
  // Lines without a number, and the same number twice, are no looking up.
  assert.equal((await client.call('member.readNumbers', { lines: ['không có số', ''] })).lines.length, 1);
  house.pass(86_400_000);
  const next = await lookUp(client, 10_000);
  assert.ok(next > 0 && next <= NUMBERS_LOOKED_UP.burst, `${next} the next day`);
  const other = await house.connect(await house.addPerson());
  assert.equal((await other.call('member.readNumbers', { lines: [number(1), number(1)] })).lines.length, 2);
});

test('naming numbers in a group or for a new one counts as looking them up', async () => {
  const person = await house.addPerson();
  const group = await house.addGroup([person]);
  const client = await house.connect(person);
  await lookUp(client, 0);
  const invite = [number(7)];
  assert.equal((await refusal(client.call('member.add', { group, accounts: [], invite }))).code, 'too_fast');
  const made = client.call('group.create', { name: 'Tổ', kind: 'area', members: [], invite });
  assert.equal((await refusal(made)).code, 'too_fast');
  assert.ok(await client.call('member.add', { group, accounts: [house.cast.member.id] }));
});

test('a hundred new conversations a day; those that are there open always', async () => {
  const client = await house.connect(await house.addPerson());
  const people = await Promise.all(Array.from({ length: NEW_PAIRS.burst + 1 }, () => house.addPerson()));
  const opened: string[] = [];
  for (const { id } of people.slice(0, NEW_PAIRS.burst)) {
    opened.push((await client.call('group.openPair', { account: id })).group);
    house.pass(6_000);
  }
  // What has come back meanwhile: a few, since ten minutes have passed.
  let more = 0;
  let refused: ClientProblem | undefined;
  for (; !refused && more < 5; more += 1) {
    const { id } = await house.addPerson();
    house.pass(6_000);
    refused = await client.call('group.openPair', { account: id }).then(
      () => undefined,
      (error: unknown) => error as ClientProblem,
    );
  }
  assert.equal(refused?.code, 'too_fast');
  assert.ok(Number(refused.wire['wait']) > 60);
  house.pass(6_000);
  assert.equal((await client.call('group.openPair', { account: people[0]!.id })).group, opened[0]);
  house.pass(60 * 60_000);
  assert.ok(await client.call('group.openPair', { account: people.at(-1)!.id }));
});

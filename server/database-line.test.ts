import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { newId } from '../protocol/id.ts';
import { ClientProblem } from '../testing/client.ts';
import type { TestClient } from '../testing/client.ts';
import { openDatabaseLine } from '../testing/database-line.ts';
import type { DatabaseLine } from '../testing/database-line.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';

let house: TestHouse;
let line: DatabaseLine;
let writer: TestClient;
let reader: TestClient;

before(async () => {
  house = await openTestHouse({ line: async (url) => (line = await openDatabaseLine(url)) });
  writer = await house.connect('leader');
  reader = await house.connect('member', { [house.group]: 0 });
});

const send = (text: string, id: string = newId()): Promise<{ seq: number }> =>
  writer.call('message.send', { group: house.group, text }, id);

const codeOf = (sending: Promise<unknown>): Promise<string> =>
  sending.then(
    () => 'done',
    (error: unknown) => {
      assert.ok(error instanceof ClientProblem, String(error));
      return error.code;
    },
  );

const heard = (id: string): boolean => reader.of(house.group).some((it) => (it.with as { id?: string }).id === id);

test('a message whose commit was not answered: its sender is told to try again, and all others hear it all the same', async () => {
  const id = newId();
  const answer = line.loseAnswerTo(id);
  assert.equal(await codeOf(send('một', id)), 'busy');
  assert.ok(answer.lost);
  // Nobody sends it again, and nothing else is written.
  await reader.until(() => heard(id));
  const { seq } = await send('một', id);
  assert.equal(reader.of(house.group).filter((it) => it.n === seq).length, 1);
});

test('so with any other change', async () => {
  const id = newId();
  const answer = line.loseAnswerTo('commit');
  assert.equal(await codeOf(writer.call('chat.pin', { group: house.group, on: true }, id)), 'busy');
  assert.ok(answer.lost);
  const own = writer.account;
  await writer.until(() => writer.of(own).some((it) => it.on === 'chat.pinned'));
  assert.equal(await codeOf(writer.call('chat.pin', { group: house.group, on: true }, id)), 'done');
});

test(
  'a database that no longer answers: everybody has an answer after ten seconds, and what was under way is not doubled',
  { timeout: 120_000 },
  async () => {
    await send('trước');
    line.freeze();
    const since = performance.now();
    const ids = Array.from({ length: 5 }, () => newId());
    const codes = await Promise.all([
      ...ids.map((id) => codeOf(send(`lúc đứng ${id}`, id))),
      codeOf(writer.call('chat.list', {})),
      codeOf(writer.call('chat.pin', { group: house.group, on: false })),
    ]);
    assert.deepEqual(new Set(codes), new Set(['busy']));
    assert.ok(performance.now() - since < 30_000);
    line.thaw();
    for (const id of ids) while ((await codeOf(send(`lúc đứng ${id}`, id))) !== 'done');
    await reader.until(() => ids.every(heard));
    const numbers = reader.of(house.group).map((it) => it.n);
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => numbers[0]! + at),
    );
    for (const id of ids)
      assert.equal(reader.of(house.group).filter((it) => (it.with as { id?: string }).id === id).length, 1);
  },
);

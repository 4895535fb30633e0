import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { sql } from 'kysely';

import { CLOSE } from '../protocol/frame.ts';
import type { TestClient } from '../testing/client.ts';
import { NatsServer } from '../testing/nats.ts';
import { openTestHouse } from '../testing/house.ts';
import { createNodes, openTestHouses } from '../testing/nodes.ts';
import { newDatabase } from '../testing/postgres.ts';
import type { Program } from '../testing/program.ts';
import { openDatabase } from './database.ts';
import { checkKeys, KeysDifferError } from './installation.ts';
import { openLog } from './log.ts';

const server = await NatsServer.start();
// Real programs take their time to come up; meanwhile the houses are opened and looked at.
const programs = NatsServer.start().then(beginPrograms);
programs.catch(() => undefined);
const [one, two] = (await openTestHouses(server, 2)) as [
  Awaited<ReturnType<typeof openTestHouses>>[number],
  Awaited<ReturnType<typeof openTestHouses>>[number],
];
const { group } = one;
const nodes = [one, two];

const send = async (house: typeof one, text: string): Promise<string> => {
  const id = randomUUIDv7();
  const { status } = await house.post('leader', 'message.send', { group, text }, id);
  assert.equal(status, 200);
  return id;
};
const hears = (client: TestClient, text: string): Promise<void> =>
  client.until(() => client.of(group).some((it) => JSON.stringify(it.with).includes(text)));

async function line(up: boolean): Promise<void> {
  for (const until = Date.now() + 60_000; nodes.some((it) => it.house.bus.line?.up !== up);)
    await new Promise((done) => setTimeout(done, Date.now() > until ? assert.fail(`the line is not ${up}`) : 20));
}

test('what is written on one node is heard on the other, typing and what was read too, and a call rings', async () => {
  const member = await two.connect('member');
  const leader = await one.connect('leader');
  await send(one, 'từ máy một');
  await hears(member, 'từ máy một');
  for (const until = Date.now() + 30_000; !member.signals.some((it) => it.signal === 'chat.typing');) {
    if (Date.now() > until) assert.fail('typing is not heard');
    await leader.call('chat.type', { group }).catch(() => undefined);
    await new Promise((done) => setTimeout(done, 100));
  }
  const read = member.of(group).at(-1)!.n;
  await member.call('receipt.mark', { marks: [{ group, read, received: read }] });
  await leader.until(() => leader.signals.some((it) => it.signal === 'receipts.moved' && it.in === group));
  const pair = await one.addGroup(
    [
      { ...one.cast.leader, role: 'member' },
      { ...one.cast.member, role: 'member' },
    ],
    'pair',
  );
  const caller = await one.connect('leader');
  const callee = await two.connect('member');
  const { call } = await caller.call('call.start', { group: pair, kind: 'voice' });
  await callee.until(() => callee.events.some((it) => it.on === 'call.rang'));
  await callee.call('call.decline', { group: pair, call: call.id });
  await caller.until(() =>
    caller.events.some((it) => JSON.stringify(it).includes(call.id) && it.on !== 'call.started'),
  );
  for (const it of [member, leader, caller, callee]) it.socket.terminate();
});

test('who is put out on one node hears nothing more on the other; a session ended on one closes its socket on the other', async () => {
  const person = await one.addPerson('Siu H’Lan');
  const own = await one.addGroup([one.cast.leader, person]);
  const client = await two.connect(person);
  assert.equal((await two.post(person, 'message.send', { group: own, text: 'có mặt' }, randomUUIDv7())).status, 200);
  assert.equal((await one.post('leader', 'member.remove', { group: own, accounts: [person.id] })).status, 200);
  assert.notEqual((await two.post(person, 'message.send', { group: own, text: 'sau' }, randomUUIDv7())).status, 200);
  assert.equal((await one.post('leader', 'message.send', { group: own, text: 'kín' }, randomUUIDv7())).status, 200);
  const since = performance.now();
  assert.equal((await one.post(person, 'device.signOutThis', {})).status, 200);
  await client.until(() => client.closed !== undefined);
  assert.equal(client.closed?.code, CLOSE.signedOut);
  assert.ok(performance.now() - since < 10_000, 'long before the look that comes once a minute');
  assert.ok(!client.of(own).some((it) => JSON.stringify(it.with).includes('kín')));
});

test('without NATS all comes within seconds; when it is back, at once again', async () => {
  const member = await two.connect('member');
  const person = await one.addPerson('Kpă Hùng');
  const device = await two.connect(person);
  await server.kill();
  await line(false);
  const since = performance.now();
  await send(one, 'không có NATS');
  assert.equal((await one.post(person, 'device.signOutThis', {})).status, 200);
  await Promise.all([hears(member, 'không có NATS'), device.until(() => device.closed !== undefined)]);
  assert.equal(device.closed?.code, CLOSE.signedOut);
  assert.ok(performance.now() - since < 10_000, `${performance.now() - since} ms`);
  await server.start();
  await line(true);
  await send(one, 'NATS trở lại');
  await hears(member, 'NATS trở lại');
  const texts = member.of(group).map((it) => it.n);
  assert.deepEqual(
    texts,
    texts.map((_, at) => texts[0]! + at),
    'without a gap and in order',
  );
});

test('a node with other keys, or without those there were, is refused; two that begin at once with the same are not', async () => {
  const { url } = await newDatabase();
  const db = openDatabase(url, () => undefined);
  const folders = await Promise.all([1, 2, 3].map(() => mkdtemp(join(tmpdir(), 'nha-rong-keys-'))));
  after(() => Promise.all(folders.map((it) => rm(it, { recursive: true, force: true }))));
  const [first, second, empty] = folders as [string, string, string];
  try {
    const both = await Promise.allSettled([
      checkKeys(db, { keysDir: first }),
      checkKeys(db, { keysDir: first }),
      checkKeys(db, { keysDir: second }),
    ]);
    const refused = both.filter((it) => it.status === 'rejected');
    assert.ok(refused.length === 1 || refused.length === 2);
    assert.ok(refused.every((it) => it.reason instanceof KeysDifferError));
    const right = both[0].status === 'fulfilled' ? first : second;
    await checkKeys(db, { keysDir: right });
    await assert.rejects(checkKeys(db, { keysDir: right === first ? second : first }), KeysDifferError);
    await assert.rejects(checkKeys(db, { keysDir: empty }), /lacks the keys/);
  } finally {
    await db.destroy();
  }
});

test('a session that was ended though nobody said so is found within seconds, while NATS is there', async () => {
  const person = await one.addPerson('Ksor Bé');
  const device = await two.connect(person);
  const since = performance.now();
  // As another node does it whose word is lost.
  await sql`update sessions set ended_at = now() where id = ${person.session}`.execute(one.db);
  await device.until(() => device.closed !== undefined);
  assert.equal(device.closed?.code, CLOSE.signedOut);
  assert.equal(two.house.bus.line?.up, true);
  const took = performance.now() - since;
  assert.ok(took < 10_000, `${took} ms`);
});

test('two on one database without NATS notice each other, say so, and find what the other wrote', async () => {
  const { url } = await newDatabase();
  const told: unknown[] = [];
  const log = openLog('warn', { write: (line: string) => void told.push(line) });
  const env = { DATABASE_URL: url };
  const first = await openTestHouse({ databaseUrl: url, env: { ...env, NODE_NAME: 'first' }, log });
  assert.equal(first.house.bus.line?.alone, true);
  const second = await openTestHouse({ beside: first, ownBus: true, env: { ...env, NODE_NAME: 'second' } });
  const member = await second.connect('member');
  const group = first.group;
  const { status } = await first.post('leader', 'message.send', { group, text: 'không nghe nhau' }, randomUUIDv7());
  assert.equal(status, 200);
  await member.until(() => member.of(group).some((it) => JSON.stringify(it.with).includes('không nghe nhau')));
  const { line } = first.house.bus;
  for (const until = Date.now() + 30_000; line?.up;)
    await new Promise((done) => setTimeout(done, Date.now() > until ? assert.fail('not noticed') : 20));
  assert.match(told.join(''), /another program serves on this database and NATS_URL is not set/);
  assert.match(await (await fetch(`${first.address}/metrics`)).text(), /nharong_bus_up 0/);
});

async function beginPrograms(nats: NatsServer): Promise<readonly Program[]> {
  const nodes = await createNodes(4, { nats, databaseUrl: (await newDatabase({ empty: true })).url });
  const [first, second, third, fourth] = nodes.programs as [Program, Program, Program, Program];
  await Promise.all([first.start(), second.start()]);
  third.launch({ KEYS_DIR: join(nodes.keysDir, 'none') });
  fourth.launch({ FILES_SHARED: '' });
  return nodes.programs;
}

test('two real programs begin at once on an empty database, one database and one bus between them; one with other keys ends', async () => {
  const [first, second, third, fourth] = (await programs) as [Program, Program, Program, Program];
  for (const program of [first, second]) {
    const metrics = await (await fetch(`${program.address}/metrics`)).text();
    assert.match(metrics, /nharong_bus_up 1/);
  }
  await third.comesTo(() => third.said.includes('lacks the keys'));
  await fourth.comesTo(() => fourth.said.includes('FILES_SHARED'));
});

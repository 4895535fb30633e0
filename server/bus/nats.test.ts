import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { connect } from '@nats-io/transport-node';

import type { EventFrame } from '../../protocol/frame.ts';
import { NatsServer } from '../../testing/nats.ts';
import { newPrefix, openTestBus } from '../../testing/nodes.ts';
import type { Bus } from './bus.ts';
import type { BusCount, NatsBus } from './nats.ts';
import { CARRIED_BYTES } from './wire.ts';

const STREAM = '0190a000-0000-7000-8000-000000000001';
const ACCOUNT = '0190a000-0000-7000-8000-000000000002';

async function comesTo(holds: () => boolean, what: string): Promise<void> {
  for (const until = Date.now() + 30_000; !holds(); await pause(10))
    if (Date.now() > until) assert.fail(`never came to hold: ${what}`);
}

/** Counts by kind, and a bus that counts into them. */
function counting(): { counts: Record<string, number>; count: (what: BusCount) => void } {
  const counts: Record<string, number> = {};
  return { counts, count: (what) => void (counts[what] = (counts[what] ?? 0) + 1) };
}

function hear(bus: Bus, subject: string): unknown[] {
  const heard: unknown[] = [];
  bus.subscribe(subject, (it) => void heard.push(it));
  return heard;
}

/** What was subscribed to is known to NATS: nothing tells but that something arrives. */
async function met(one: Bus, other: Bus): Promise<void> {
  const subject = `signal.${randomUUID()}`;
  const heard = hear(other, subject);
  const say = setInterval(
    () => one.publish(subject, { signal: 'test.met', in: subject.slice('signal.'.length), with: {} }),
    20,
  );
  await comesTo(() => heard.length > 0, 'they hear each other').finally(() => clearInterval(say));
}

const left = (n: number, people = 1): EventFrame => ({
  on: 'device.ended',
  in: STREAM,
  n,
  at: 1_700_000_000_000,
  by: ACCOUNT,
  with: { devices: Array.from({ length: people }, () => randomUUID()) },
});

const server = await NatsServer.start({ store: true });

test('what one node says the other hears, the one who says it once and at once; another installation hears nothing', async () => {
  const prefix = newPrefix();
  const one = await openTestBus(server, prefix);
  const two = await openTestBus(server, prefix);
  const stranger = await openTestBus(server, newPrefix());
  const [own, other, strange] = [one, two, stranger].map((it) => hear(it, `stream.${STREAM}`));
  await met(one, two);
  const frames = [left(1), left(2)];
  one.publish(`stream.${STREAM}`, frames);
  assert.deepEqual(own, [frames], 'without the way through NATS');
  await comesTo(() => other!.length > 0, 'the other node hears it');
  one.publish(`signal.${STREAM}`, {});
  await met(two, one);
  assert.deepEqual(other, [frames]);
  assert.equal(own.length, 1, 'not twice');
  assert.equal(strange!.length, 0);
});

test('who listens no more costs nothing; one of two that stop leaves the other', async () => {
  const prefix = newPrefix();
  const { counts, count } = counting();
  const one = await openTestBus(server, prefix);
  const two = await openTestBus(server, prefix, { count });
  const heard = hear(two, 'sessions.ended');
  const stop = two.subscribe('sessions.ended', () => assert.fail('stopped'));
  stop();
  stop();
  const gone = two.subscribe(`stream.${STREAM}`, () => assert.fail('stopped'));
  gone();
  await met(one, two);
  const before = counts['heard'] ?? 0;
  one.publish(`stream.${STREAM}`, [left(1)]);
  one.publish('sessions.ended', { account: ACCOUNT });
  await comesTo(() => heard.length === 1, 'the one that goes on hears');
  assert.equal(counts['heard'], before + 1);
});

test('large events do not travel: their number does; many are several wake-ups in order', async () => {
  const prefix = newPrefix();
  const one = await openTestBus(server, prefix);
  const two = await openTestBus(server, prefix);
  const heard = hear(two, `stream.${STREAM}`);
  await met(one, two);
  const large = left(2, CARRIED_BYTES / 38);
  assert.ok(JSON.stringify(large).length > CARRIED_BYTES);
  one.publish(`stream.${STREAM}`, [left(1), large, ...Array.from({ length: 200 }, (_, at) => left(at + 3))]);
  await comesTo(() => (heard.at(-1) as EventFrame[] | undefined)?.at?.(-1)?.n === 202, 'all of it');
  assert.deepEqual(heard[1], { head: 2 });
  const numbers = heard.flatMap((it) => (Array.isArray(it) ? (it as EventFrame[]).map(({ n }) => n) : [2]));
  assert.deepEqual(
    numbers,
    Array.from({ length: 202 }, (_, at) => at + 1),
  );
  assert.ok(heard.every((it) => JSON.stringify(it).length <= CARRIED_BYTES));
});

test('junk is dropped and counted, and hurts nobody', async () => {
  const prefix = newPrefix();
  const { counts, count } = counting();
  const one = await openTestBus(server, prefix);
  const two = await openTestBus(server, prefix, { count });
  const events = hear(two, `stream.${STREAM}`);
  const signals = hear(two, `signal.${STREAM}`);
  const words = hear(two, 'sessions.ended');
  await met(one, two);
  const nc = await connect({ servers: server.url });
  const fine = left(7);
  const junk: [string, (string | Uint8Array)[]][] = [
    [
      `stream.${STREAM}`,
      [
        '',
        '{',
        'null',
        '7',
        '[]',
        '[null]',
        '{"head":0}',
        '{"head":"1"}',
        '{"head":1,"x":1}',
        new Uint8Array([0xff, 0xfe]),
        new Uint8Array(70_000),
        '['.repeat(50_000),
        JSON.stringify([{ ...fine, in: ACCOUNT }]),
        JSON.stringify([{ ...fine, n: -1 }]),
        JSON.stringify([{ ...fine, n: 1.5 }]),
        JSON.stringify([{ ...fine, at: 'now' }]),
        JSON.stringify([{ ...fine, by: 'me' }]),
        JSON.stringify([{ ...fine, more: 1 }]),
        JSON.stringify([fine, fine]),
        JSON.stringify([{ ...fine, on: '__proto__' }]),
      ],
    ],
    [`signal.${STREAM}`, ['[]', '{"signal":"x.y","in":"other","with":{}}', '{"signal":7}', '"x"']],
    ['sessions.ended', ['[]', '{"account":7}', '{"sessions":{}}', '{"sessions":["x"]}']],
  ];
  let sent = 0;
  for (const [subject, payloads] of junk)
    for (const payload of payloads) {
      nc.publish(`${prefix}.${subject}`, payload);
      sent += 1;
    }
  // Of a version we do not know, or with a body that is not of its kind: only the number is believed.
  nc.publish(`${prefix}.stream.${STREAM}`, JSON.stringify([{ ...fine, on: 'device.newer' }]));
  nc.publish(`${prefix}.stream.${STREAM}`, JSON.stringify([{ ...fine, n: 8, with: { devices: 7 } }]));
  await nc.flush();
  await comesTo(() => counts['junk'] === sent && events.length === 2, 'all was counted');
  assert.deepEqual(events, [{ head: 7 }, { head: 8 }]);
  assert.deepEqual([signals, words], [[], []]);
  await nc.close();
  await met(one, two);
});

test('NATS is killed, wiped, stands still, is not there at the start: the line says so, and comes back by itself', async () => {
  const own = await NatsServer.start({ store: true });
  const prefix = newPrefix();
  const turns: boolean[] = [];
  const { counts, count } = counting();
  const one = await openTestBus(own, prefix, { count });
  const two = await openTestBus(own, prefix);
  one.line.onTurn((up) => void turns.push(up));
  const heard = hear(two, `stream.${STREAM}`);
  const both = (up: boolean) => (): boolean => one.line.up === up && two.line.up === up;
  await met(one, two);

  await own.kill();
  await comesTo(both(false), 'killed');
  one.publish(`stream.${STREAM}`, [left(1)]);
  assert.equal(counts['away'], 1, 'nothing is kept for later');
  const late = await openTestBus(own, prefix);
  assert.equal(late.line.up, false, 'a node starts without it');
  await own.wipe();
  await comesTo(both(true), 'wiped and started');
  await comesTo(() => late.line.up, 'the late one too');
  await met(one, two);
  await met(late, one);

  own.stop();
  await comesTo(both(false), 'it stands still');
  own.goOn();
  await comesTo(both(true), 'it goes on');
  await met(two, one);
  one.publish(`stream.${STREAM}`, [left(2)]);
  await comesTo(() => heard.length > 0, 'heard again, on the subscription of before');
  assert.deepEqual(turns, [false, true, false, true]);
});

test('TLS with a CA of one’s own, certificates of nodes, passwords, nkeys; whoever lacks them stays outside', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-tls-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test ca');
  for (const name of ['server', 'node']) {
    writeFileSync(at(`${name}.ext`), 'subjectAltName=IP:127.0.0.1');
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`];
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`);
  }
  const tls = `tls { cert_file: "${at('server.pem')}", key_file: "${at('server.key')}", ca_file: "${at('ca.pem')}", verify: true }`;
  const secured = await NatsServer.start({ config: `${tls}\nauthorization { user: node, password: "mật khẩu" }` });
  const prefix = newPrefix();
  const url = `tls://node:${encodeURIComponent('mật khẩu')}@127.0.0.1:${secured.port}`;
  const env = { NATS_CA: at('ca.pem'), NATS_CERT: at('node.pem'), NATS_KEY: at('node.key') };
  const dead = 'nats://127.0.0.1:1';
  const [one, two] = (await Promise.all([1, 2].map(() => openTestBus({ url: `${dead},${url}` }, prefix, { env })))) as [
    NatsBus,
    NatsBus,
  ];
  await comesTo(() => one.line.up && two.line.up, 'signed in; an address that is dead is passed over');
  await met(one, two);
  const refused = await Promise.all([
    openTestBus({ url }, prefix, { env: { NATS_CA: env.NATS_CA } }),
    openTestBus({ url }, prefix, { env: { NATS_CERT: env.NATS_CERT, NATS_KEY: env.NATS_KEY } }),
    openTestBus({ url: url.replace(/:[^:@]+@/, ':wrong@') }, prefix, { env }),
  ]);
  assert.deepEqual(
    refused.map((it) => it.line.up),
    [false, false, false],
  );
  await Promise.all(refused.map((it) => it.close()));

  const { createUser } = await import('@nats-io/nkeys');
  const user = createUser();
  writeFileSync(at('node.nk'), `# a node\n${Buffer.from(user.getSeed()).toString()}\n`);
  const keyed = await NatsServer.start({
    config: `authorization { users: [ { nkey: ${user.getPublicKey()}, permissions: { publish: "${prefix}.>", subscribe: "${prefix}.>" } } ] }`,
  });
  const three = await openTestBus(keyed, prefix, { env: { NATS_CREDS: at('node.nk') } });
  const four = await openTestBus(keyed, prefix, { env: { NATS_CREDS: at('node.nk') } });
  await met(three, four);
  const nobody = await openTestBus(keyed, prefix);
  assert.equal(nobody.line.up, false);
});

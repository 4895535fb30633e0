import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { House } from '../../../server/house.ts';
import { machineAddress } from '../../../testing/janus.ts';
import { openTestTurn } from '../../../testing/turn.ts';
import type { TestTurn } from '../../../testing/turn.ts';
import { ICE_SECONDS } from '../rules.ts';
import { iceFor, turnCredential } from './ice.ts';
import { RelayClient, RelayRefusal } from './relay-client.ts';
import { RESERVED } from './relay-config.ts';

let turn: TestTurn;
const here = machineAddress();

before(async () => {
  turn = await openTestTurn({ addresses: [here, '::1'] });
});

after(async () => {
  await turn?.stop();
});

const seat = '0197f5a0-0000-7000-8000-000000000001';

function houseWith(config: object): House {
  return { config: { turn: undefined, callsRelayOnly: false, ...config } } as House;
}

const later = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

async function refused(work: Promise<unknown>): Promise<number> {
  return work.then(
    () => 0,
    (error: unknown) => {
      if (error instanceof RelayRefusal) return error.number;
      throw error;
    },
  );
}

/** What the relay says to whoever comes with these. */
async function asks(who: { readonly username: string; readonly credential: string }): Promise<number> {
  const client = await RelayClient.open(turn.url, who);
  try {
    const number = await refused(client.allocate());
    if (number === 0) await client.release();
    return number;
  } finally {
    client.close();
  }
}

test('credentials are reckoned as coturn reckons them', () => {
  assert.deepEqual(turnCredential('north', { until: new Date(1_433_895_918_506), name: 'seat' }), {
    username: '1433895918:seat',
    // printf '1433895918:seat' | openssl dgst -sha1 -hmac north -binary | base64
    credential: 'Zpa7rnFE3K0becuOR1QpPGMJEI8=',
  });
});

test('a device is told of the relay for ten minutes, and of nothing where there is none', () => {
  const now = new Date('2026-11-24T01:00:00.400Z');
  const until = now.getTime() + ICE_SECONDS * 1_000;
  assert.deepEqual(iceFor(houseWith({}), { seat, now }), { servers: [], relayOnly: false, until });
  const urls = ['turn:a.vn:3478', 'turn:a.vn:3478?transport=tcp', 'turns:a.vn:5349'];
  const { servers, relayOnly } = iceFor(houseWith({ turn: { urls, secret: 's' } }), { seat, now });
  assert.equal(relayOnly, false);
  assert.deepEqual(servers[0], { urls: ['stun:a.vn:3478'] });
  assert.deepEqual(servers[1]?.urls, urls);
  assert.equal(servers[1]?.username, `${Math.floor(until / 1_000)}:${seat}`);
  const only = iceFor(houseWith({ turn: { urls, secret: 's' }, callsRelayOnly: true }), { seat, now });
  assert.equal(only.relayOnly, true);
  assert.deepEqual(
    only.servers.map((it) => it.urls),
    [urls],
  );
});

test('the relay lets in whoever has a credential that holds, and nobody else', async () => {
  const house = houseWith({ turn: { urls: [turn.url], secret: turn.secret } });
  const given = iceFor(house, { seat, now: new Date() }).servers[1] as { username: string; credential: string };
  assert.equal(await asks(given), 0);
  assert.equal(await asks(turnCredential(turn.secret, { until: later(-5), name: seat })), 401, 'it has ended');
  assert.equal(await asks(turnCredential('another secret', { until: later(60), name: seat })), 401);
  assert.equal(await asks({ ...given, username: given.username.replace(seat, 'other') }), 401, 'of somebody else');
  assert.equal(await asks({ ...given, username: given.username.replace(/^\d+/, '9999999999') }), 401, 'made longer');
});

test('nobody reaches reserved addresses through it, but the ones that are allowed', async () => {
  const who = turnCredential(turn.secret, { until: later(60), name: seat });
  for (const family of [4, 6] as const) {
    const client = await RelayClient.open(turn.url, who);
    try {
      const place = await client.allocate(family);
      assert.equal(place?.address, family === 4 ? here : '::1');
      const ranges = RESERVED.filter(([first]) => first.includes(':') === (family === 6));
      assert.ok(ranges.length >= 12);
      for (const [first, last] of ranges) {
        for (const address of [first, last]) {
          assert.equal(await refused(client.permit(address)), 403, `${address} may be reached`);
          assert.equal(await refused(client.bind({ address, port: 53 })), 403, `${address} may be bound`);
        }
      }
      if (family === 6) {
        assert.equal(await refused(client.permit(`::ffff:${here}`)), 403, 'not in other words either');
        assert.equal(await refused(client.permit('::')), 403);
        for (const address of ['2400:cb00::1', '2a00::1', '2001:4860::8888']) await client.permit(address);
      } else {
        await client.permit(here);
        await client.bind({ address: here, port: 9 });
        for (const address of ['1.0.0.1', '113.160.1.1', '192.0.3.1', '198.20.0.1', '223.255.255.254'])
          await client.permit(address);
      }
      await client.release();
    } finally {
      client.close();
    }
  }
});

test('one seat takes no more places than it can need', async () => {
  const who = turnCredential(turn.secret, { until: later(60), name: 'greedy' });
  const clients: RelayClient[] = [];
  try {
    let number = 0;
    while (number === 0 && clients.length < 40) {
      const client = await RelayClient.open(turn.url, who);
      clients.push(client);
      number = await refused(client.allocate());
    }
    assert.equal(number, 486);
    assert.equal(clients.length, 25);
    assert.equal(await asks(turnCredential(turn.secret, { until: later(60), name: 'modest' })), 0);
  } finally {
    for (const client of clients) client.close();
  }
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';
import WebSocket from 'ws';

import { newId } from '../protocol/id.ts';
import { SOCKET_PROTOCOL } from '../protocol/version.ts';
import { ClientProblem, TestClient } from '../testing/client.ts';
import { openTestHouse } from '../testing/house.ts';
import { Drain, within } from './drain.ts';

const agent = new Agent({ keepAlive: true });
after(() => agent.destroy());

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(address: string, path: string, cookie?: string, body?: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        origin: address,
        ...(cookie ? { cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': newId() }),
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    sent.end(body);
  });
}

test('a node that stops: not ready at once, serves on, then finishes what is under way and refuses the rest whole', async () => {
  const house = await openTestHouse({ limits: false, env: { DRAIN_SECONDS: '2' } });
  const { group, cast } = house;
  const here = (path: string, body?: unknown): Promise<Got> =>
    ask(house.address, path, cast.leader.cookie, body === undefined ? undefined : JSON.stringify(body));
  assert.equal((await here('/readyz')).status, 200);
  const client = await TestClient.connect(house.address, cast.leader.cookie, cast.leader.id, { [group]: 0 });
  const byes: { wait: number }[] = [];
  let byeHeard: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => (byeHeard = resolve));
  client.socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { bye?: { wait: number } };
    if (!frame.bye) return;
    byes.push(frame.bye);
    byeHeard();
  });

  const closed = house.close();
  // In its grace: what a balancer asks says no, what people ask is done.
  assert.equal((await here('/readyz')).status, 503);
  assert.equal((await here('/healthz')).status, 200);
  const sent = await here('/api/message.send', { group, text: 'còn kịp' });
  assert.equal(sent.status, 200, sent.body);
  assert.equal(sent.headers['connection'], 'close');
  await client.call('message.send', { group, text: 'cũng kịp' });
  assert.ok(!byes.some(() => true), 'told only when the grace is over');
  const refused = new WebSocket(`${house.address.replace(/^http/, 'ws')}/live`, SOCKET_PROTOCOL, {
    headers: { cookie: cast.leader.cookie, origin: house.address },
  });
  refused.on('error', () => undefined);
  const [, answer] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number; headers: object }];
  assert.equal(answer.statusCode, 503);
  assert.match(String((answer.headers as Record<string, string>)['retry-after']), /^[1-9]$/);
  refused.terminate();

  // A command that takes long: it waits for a row that the test holds.
  const held = Promise.withResolvers<void>();
  const let_go = Promise.withResolvers<void>();
  const holding = house.db.transaction().execute(async (tx) => {
    await sql`select from streams where id = ${group} for update`.execute(tx);
    held.resolve();
    await let_go.promise;
  });
  await held.promise;
  const underWay = client.call('message.send', { group, text: 'đang gửi' });
  const underWayToo = here('/api/message.send', { group, text: 'cũng đang gửi' });
  underWayToo.catch(() => undefined);
  await heard;
  // Told to go; what it begins now is refused, over either door, as something to do again.
  const late = newId();
  await assert.rejects(
    client.call('message.send', { group, text: 'muộn' }, late),
    (error) => error instanceof ClientProblem && error.code === 'busy' && error.wire.retry === true,
  );
  const lateToo = await here('/api/message.send', { group, text: 'cũng muộn' });
  assert.equal(lateToo.status, 503);
  assert.match(String(lateToo.headers['retry-after']), /^[1-9]$/);
  assert.deepEqual(
    (({ code, retry }) => ({ code, retry }))(JSON.parse(lateToo.body) as { code: string; retry: boolean }),
    { code: 'busy', retry: true },
  );
  assert.equal((await here('/healthz')).status, 200);
  assert.equal((await here('/readyz')).status, 503);
  const { rows } = await sql`select from actions where id = ${late}`.execute(house.db);
  assert.equal(rows.length, 0);
  let_go.resolve();
  await holding;
  assert.ok(await underWay);
  assert.equal((await underWayToo).status, 200);
  await closed;
  assert.equal(client.closed?.code, 1012);
  assert.ok(byes.length === 1 && byes[0]!.wait >= 1_500 && byes[0]!.wait < 3_000);
});

test('they come back over as many seconds as a node needs to let them in, and elsewhere at once', () => {
  const alone = new Drain({ drainSeconds: 0, fellows: false });
  const waits = Array.from({ length: 2_000 }, () => alone.comeBack(2_000));
  assert.ok(Math.min(...waits) >= 1_500);
  const perSecond = Object.values(Object.groupBy(waits, (it) => Math.floor(it / 1_000))).map((it) => it!.length);
  assert.ok(Math.max(...perSecond) < 180, String(perSecond));
  const fellow = new Drain({ drainSeconds: 0, fellows: true });
  assert.ok(fellow.comeBack(10) < 500);
  assert.ok(new Drain({ drainSeconds: 0, fellows: false }).comeBack(1_000_000) <= 31_500);
});

test('what hangs does not hold up the rest', async () => {
  assert.equal(await within(20, new Promise(() => undefined)), false);
  assert.equal(await within(20_000, pause(1)), true);
  assert.equal(await within(20_000, Promise.reject(new Error('no'))), true);
});

// Sending into a group of 5,000 of whom everybody has a device that is told: what the sender waits, beside the same group with
// nobody to tell, in turns in the same run; and how many pushes a second leave the house, each encrypted for its device.
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { sql } from 'kysely';

import type { Subscribing } from '../testing/push-receiver.ts';
import { openCrowd } from './crowd.ts';
import type { PushCount } from './push-receiver.ts';
import { median, ms, quantile, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** What everybody waits longer for a message to be sent, at most, while thousands are told of it. */
const AIM = 1.5;
const EVERY_MS = 200;
/** Until the last device has been told, however slow the machine is. */
const PATIENCE_MS = 120_000;

export async function push({ quick, rounds }: Scale): Promise<Row[]> {
  const people = quick ? 100 : 5_000;
  const sends = quick ? 5 : 40;
  const service = new Worker(new URL('push-receiver.ts', import.meta.url), { workerData: people });
  const [{ origin, browsers }] = (await once(service, 'message')) as [{ origin: string; browsers: Subscribing[] }];
  const count = async (word: 'so far' | 'afresh' = 'so far'): Promise<PushCount> => {
    service.postMessage(word);
    return ((await once(service, 'message')) as [PushCount])[0];
  };
  const crowd = await openCrowd({ name: 'push', people: people + 1, role: 'member', env: { PUSH_HOSTS: origin } });
  const { open, group, ids } = crowd;
  const { db } = open.house;

  const token = randomBytes(32).toString('base64url');
  const sessions = ids.map(() => randomUUIDv7());
  await sql`
    insert into sessions (id, account, token, device)
    select t.id, t.account, t.token, 'bench' from unnest(${sessions}::uuid[], ${ids}::uuid[],
      ${ids.map((_, n) => (n === 0 ? createHash('sha256').update(token).digest() : randomBytes(32)))}::bytea[]) as t(id, account, token)`.execute(
    db,
  );

  async function subscribe(): Promise<void> {
    await sql`
      insert into push_subscriptions (session, account, endpoint, host, p256dh, auth, seed, at)
      select t.*, now() from unnest(${sessions.slice(1)}::uuid[], ${ids.slice(1)}::uuid[], ${browsers.map((it) => it.endpoint)}::text[],
        ${browsers.map(() => new URL(origin).host)}::text[], ${browsers.map((it) => Buffer.from(it.p256dh, 'base64url'))}::bytea[],
        ${browsers.map((it) => Buffer.from(it.auth, 'base64url'))}::bytea[], ${browsers.map(() => randomBytes(32))}::bytea[]) as t`.execute(
      db,
    );
  }

  async function send(): Promise<number> {
    const since = performance.now();
    const response = await fetch(`${open.address}/api/message.send`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUIDv7(),
        origin: open.address,
        cookie: `sid=${token}`,
      },
      body: JSON.stringify({ group, text: 'Họp lúc 14 giờ' }),
    });
    if (response.status !== 200) throw new Error(`a send was answered ${response.status}`);
    await response.arrayBuffer();
    return performance.now() - since;
  }

  async function pace(): Promise<number[]> {
    const times: number[] = [];
    for (let n = 0; n < sends; n += 1) {
      times.push(await send());
      await pause(EVERY_MS);
    }
    return times;
  }

  await pace();
  const silent: { p50: number; p99: number }[] = [];
  const loud: { p50: number; p99: number; perSecond: number }[] = [];
  const of = (times: readonly number[]) => ({ p50: quantile(times, 0.5), p99: quantile(times, 0.99) });
  for (let round = 0; round < rounds; round += 1) {
    await sql`delete from push_subscriptions`.execute(db);
    silent.push(of(await pace()));
    await subscribe();
    await count('afresh');
    const since = performance.now();
    const times = await pace();
    // All of them, each at least once, and nothing that could not be read.
    let told = await count();
    const deadline = performance.now() + PATIENCE_MS;
    while (told.browsers < people) {
      if (performance.now() > deadline) throw new Error(`${told.browsers} of ${people} devices were told`);
      await pause(100);
      told = await count();
    }
    if (told.wrong > 0) throw new Error(`${told.wrong} pushes could not be read`);
    loud.push({ ...of(times), perSecond: told.pushes / ((performance.now() - since) / 1_000) });
  }
  await crowd.close();
  await service.terminate();

  const row = (name: 'p50' | 'p99'): Row => {
    const figure = median(loud.map((it) => it[name]));
    const limit = median(silent.map((it) => it[name]));
    return {
      bench: 'push',
      what: `a send to ${whole(people)} members who are all told, ${name}`,
      figure: ms(figure),
      limit: `${ms(limit)} with nobody to tell`,
      ratio: figure / limit,
      ...(name === 'p50'
        ? {
            aim: `≤ ${AIM}`,
            met: figure / limit <= AIM,
            note: `${whole(median(loud.map((it) => it.perSecond)))} pushes a second meanwhile, encrypted one by one`,
          }
        : {}),
    };
  };
  return [row('p50'), row('p99')];
}

import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { after, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { withLease } from './lease.ts';
import { pruneActions } from './prune.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const texts: string[] = [];
after(async () => {
  for (const file of texts) await rm(file, { force: true });
});

/** Nine o’clock of a day to come where the office is, so that quiet hours and the digest are the same in every run. */
const MORNING = (Math.floor(Date.now() / (24 * HOUR)) + 2) * 24 * HOUR + 2 * HOUR;

interface World {
  readonly nodes: readonly TestHouse[];
  readonly file: string;
}

async function openWorld(count: number): Promise<World> {
  const file = `/tmp/nha-rong-jobs-${randomUUIDv7()}.jsonl`;
  texts.push(file);
  const env = { SMS_PROVIDER: 'file', SMS_FILE: file, URGENT_SMS_AFTER_MINUTES: '10', URGENT_SMS_DAILY: '100' };
  const first = await openTestHouse({ limits: false, env });
  const nodes = [first];
  while (nodes.length < count) nodes.push(await openTestHouse({ beside: first, limits: false, env }));
  for (const node of nodes) node.pass(MORNING - node.house.now().getTime());
  return { nodes, file };
}

/** Something of every kind that becomes due by itself. */
async function fill({ nodes: [house] }: World): Promise<void> {
  const { group, cast, post, addGroup, db } = house!;
  const done = async (who: Parameters<typeof post>[0], name: string, input: unknown): Promise<void> => {
    const { status, body } = await post(who, name, input);
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  };
  for (let n = 0; n < 6; n += 1) {
    await done('leader', 'reminder.create', { group, title: `Họp ${n}`, start: MORNING + 30 * MINUTE, early: [] });
    await done('leader', 'poll.create', {
      group,
      question: `Điểm tập kết ${n}`,
      choices: ['Nhà rông', 'Ủy ban'],
      endsAt: MORNING + 40 * MINUTE,
    });
    await done('member', 'scheduled.add', { group, text: `Báo cáo ${n}`, at: MORNING + 10 * MINUTE });
    await done('leader', 'message.send', { group, text: `Vỡ đập ${n}`, urgency: 3 });
    await done('leader', 'message.send', { group, text: `Thường thôi ${n}` });
  }
  const until = MORNING + HOUR;
  await done('leader', 'member.appoint', { group, accounts: [cast.other.id], role: 'deputy', until });
  for (let n = 0; n < 5; n += 1) {
    const own = await addGroup([{ id: cast.leader.id }, { id: cast.member.id }]);
    await done('leader', 'message.send', { group: own, text: 'Sắp hết' });
    await done('leader', 'group.dissolve', { group: own });
  }
  await sql`
    insert into sessions (id, account, token, device, created_at, used_at)
    select gen_random_uuid(), ${cast.reader.id}, sha256(gen_random_uuid()::text::bytea), 'old', now() - interval '200 days', now() - interval '200 days'
    from generate_series(1, 20)`.execute(db);
  await sql`
    insert into actions (actor, id, name, digest, at)
    select ${cast.reader.id}, gen_random_uuid(), 'chat.pin', '\\x00', now() - interval '300 days' from generate_series(1, 30)`.execute(
    db,
  );
  await post('leader', 'message.send', { group, text: 'Sau cùng' }, newId());
}

/** Every job on every node at the same moment, as the clock goes on; several times, since much is found by the next look. */
async function live({ nodes }: World): Promise<void> {
  for (const ms of [0, 11 * MINUTE, 20 * MINUTE, 15 * MINUTE, 30 * MINUTE, 26 * HOUR, 15 * HOUR, 12 * HOUR]) {
    for (const node of nodes) node.pass(ms);
    for (let times = 0; times < 3; times += 1) {
      const runs = nodes.flatMap(({ features, house }) =>
        [...features.jobs, pruneActions(house)].map((job) => ({ job, done: job.run() })),
      );
      for (const { job, done } of runs)
        await done.catch((error: unknown) => assert.fail(`${job.name}: ${(error as Error).stack ?? ''}`));
    }
  }
}

async function outcomeOf({ nodes: [house], file }: World): Promise<unknown> {
  const ask = async (query: ReturnType<typeof sql>): Promise<unknown> => (await query.execute(house!.db)).rows;
  const sent = await readFile(file, 'utf8').catch(() => '');
  return {
    messages: await ask(sql`select text, urgency, count(*) from messages group by 1, 2 order by 1, 2`),
    events: await ask(sql`select name, count(*) from events group by 1 order by 1`),
    // That each node says when it was started is as it should be.
    audit: await ask(sql`select act, count(*) from audit where act <> 'house.started' group by 1 order by 1`),
    scheduled: await ask(sql`select count(*) from scheduled_messages`),
    members: await ask(sql`select role, left_at is null as inside, count(*) from members group by 1, 2 order by 1, 2`),
    sessions: await ask(sql`select ended_at is null as open, count(*) from sessions group by 1 order by 1`),
    actions: await ask(sql`select count(*) from actions where at < now() - interval '200 days'`),
    texts: sent.split('\n').filter(Boolean).length,
    digests: await ask(
      sql`select digest_day is not null as told, digest_to is not null as of, count(*) from notification_choices group by 1, 2 order by 1, 2`,
    ),
    indexed: await ask(sql`select count(*) from search_parts`),
    leases: await ask(sql`select count(*) from leases`),
  };
}

test('what all jobs do on three nodes at once is what they do on one', async (t) => {
  const [alone, together] = [await openWorld(1), await openWorld(3)];
  for (const world of [alone, together]) {
    await fill(world);
    await live(world);
  }
  const outcome = await outcomeOf(alone);
  assert.deepEqual(await outcomeOf(together), outcome);
  const { texts: handed } = outcome as { texts: number };
  assert.ok(handed > 0, 'something was sent by SMS');
  t.diagnostic(JSON.stringify(outcome));
});

test('one at a time has a lease; of whoever ended it is another’s after a while', async () => {
  const [house] = (await openWorld(1)).nodes;
  const { db } = house!;
  let runs = 0;
  const first = Promise.withResolvers<void>();
  const long = withLease(db, 'long', async () => {
    runs += 1;
    await first.promise;
  });
  while (runs === 0) await new Promise((resolve) => setImmediate(resolve));
  const count = async (): Promise<void> => void (runs += 1);
  assert.equal(await withLease(db, 'long', count), false);
  assert.equal(await withLease(db, 'other', count), true);
  // As if the node had been killed: nothing renews it, and its time passes.
  await sql`update leases set until = now() - interval '1 second'`.execute(db);
  assert.equal(await withLease(db, 'long', count), true);
  first.resolve();
  assert.equal(await long, true);
  assert.equal(runs, 3);
  assert.equal(await withLease(db, 'long', () => Promise.reject(new Error('no'))).catch(() => 'failed'), 'failed');
  assert.equal(await withLease(db, 'long', count), true, 'one that failed gives it back');
});

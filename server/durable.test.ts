import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import pg from 'pg';

import { migrate } from '../database/migrate.ts';
import { newId } from '../protocol/id.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { openLog } from './log.ts';
import { startPostgres } from './postgres.ts';
import type { Postgres } from './postgres.ts';

/** How many acknowledgements are looked at. `ACKS=10000` in the long form: see docs/reliability.md. */
const ACKS = Number(process.env.ACKS ?? 300);

let dataDir: string;
let postgres: Postgres;
let probe: pg.Client;
let house: TestHouse;
let looked = 0;
const unflushed: string[] = [];

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-durable-'));
  // Nobody but the house writes into the log: what is in it and not on the disk is a commit of the house.
  const settings = { wal_level: 'minimal', max_wal_senders: '0', autovacuum: 'off', checkpoint_timeout: '1h' };
  postgres = await startPostgres({ dataDir, log: openLog('silent'), settings });
  await migrate(postgres.url);
  probe = new pg.Client({ connectionString: postgres.url });
  await probe.connect();
  await gapOnDisk();
  house = await openTestHouse({
    databaseUrl: postgres.url,
    limits: false,
    async witness({ name }) {
      if (house === undefined) return;
      looked += 1;
      const gap = await gapOnDisk();
      if (gap > TIDIED_MOST) unflushed.push(`${name}: ${gap} bytes`);
    },
  });
});

after(async () => {
  await house.close();
  await probe.end();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/**
 * A reader that finds a page nearly full tidies it and says so in the log, which nobody waits for: 40 to 90 bytes. The smallest
 * commit of a change is larger, which the second test proves.
 */
const TIDIED_MOST = 128n;
const PAGE = 8_192n;
const HEADERS = [24n, 40n];

/** Bytes of the log that are written by anybody and not flushed. */
async function gapOnDisk(): Promise<bigint> {
  const { rows } = await probe.query<{ flushed: string; gap: string }>(`
    select pg_wal_lsn_diff(flushed, '0/0')::text as flushed, pg_wal_lsn_diff(inserted, flushed)::text as gap
    from (select pg_current_wal_flush_lsn() as flushed, pg_current_wal_insert_lsn() as inserted) it`);
  const flushed = BigInt(rows[0]!.flushed);
  const gap = BigInt(rows[0]!.gap);
  // At the end of a page the next record is said to begin behind the header of the next one.
  return flushed % PAGE === 0n && HEADERS.includes(gap) ? 0n : gap;
}

test(`${ACKS} acknowledgements: each commit is on the disk before its answer leaves`, async (t) => {
  const leader = await house.connect('leader');
  const member = await house.connect('member');
  const { group } = house;
  for (let at = 0; looked < ACKS; at += 1) {
    const { seq } = await leader.call('message.send', { group, text: `tin ${at}` });
    if (at % 10 === 0) await member.call('chat.pin', { group, on: at % 20 === 0 });
    if (at % 15 === 0) await member.call('receipt.mark', { marks: [{ group, read: seq }] });
    if (at % 50 === 0)
      assert.equal((await house.post('leader', 'message.send', { group, text: 'HTTP' }, newId())).status, 200);
  }
  t.diagnostic(`${looked} looked at, ${unflushed.length} not on the disk`);
  assert.deepEqual(unflushed, []);
});

test('a commit that does not wait for the disk is seen by this look', async () => {
  const careless = new pg.Client({ connectionString: postgres.url });
  await careless.connect();
  try {
    await careless.query('set synchronous_commit = off');
    const gaps: bigint[] = [];
    for (let at = 0; at < 20; at += 1) {
      await careless.query(`insert into streams (id, kind) values ($1, 'account')`, [newId()]);
      const gap = await gapOnDisk();
      if (gap !== 0n) gaps.push(gap);
    }
    assert.ok(gaps.length > 0 && gaps.every((it) => it > TIDIED_MOST), gaps.join(' '));
  } finally {
    await careless.end();
  }
});

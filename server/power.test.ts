import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { migrate } from '../database/migrate.ts';
import { newId } from '../protocol/id.ts';
import { Crowd } from '../testing/crowd.ts';
import { openTestHouse } from '../testing/house.ts';
import { openPoweredPostgres } from '../testing/power/power.ts';
import type { PoweredPostgres } from '../testing/power/power.ts';
import { openDatabase, unsafeSettings } from './database.ts';

/** Cuts of the power of the database's machine. `FAULT_CUTS=50` in the long form: see docs/reliability.md. */
const CUTS = Number(process.env.FAULT_CUTS ?? 1);
const EACH = 30;
/** The short form has people who write more often. */
const paced = CUTS > 1 ? {} : { paceMs: 300 };
const missing = 'gcc is not installed, with which the shadow of the disk is made';

let postgres: PoweredPostgres | undefined;

before(async () => {
  postgres = await openPoweredPostgres();
  if (postgres) await migrate(postgres.url);
});

after(() => postgres?.remove());

test(
  `the power cut ${CUTS} times, everything that was not synced gone: nothing acknowledged is lost`,
  { timeout: 3_600_000 },
  async (t) => {
    if (!postgres) return t.skip(missing);
    await postgres.arm();
    const { url } = postgres;
    const house = await openTestHouse({ databaseUrl: url });
    const crowd = await Crowd.create({ address: house.address, said: '', databaseUrl: async () => url }, 2, 12, paced);
    const { acked, repeated, refused } = await crowd.underLoad(async (state) => {
      for (let cut = 1; cut <= CUTS; cut += 1) {
        while (state.acked < cut * EACH) await pause(20);
        await postgres!.cut();
      }
      while (state.acked < (CUTS + 1) * EACH) await pause(20);
    });
    t.diagnostic(`${CUTS} cuts, ${acked} acknowledged, ${repeated} sent again, refused: ${JSON.stringify(refused)}`);
    await house.close();
  },
);

test('a database that does not sync loses, and this look sees it; the program would not start on it', async (t) => {
  if (!postgres) return t.skip(missing);
  await postgres.arm({ fsync: 'off' });
  const db = openDatabase(postgres.url, () => undefined, 1);
  assert.deepEqual(await unsafeSettings(db), ['fsync is off, must be on']);
  await db.destroy();
  const count = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: postgres!.url });
    await client.connect();
    const { rows } = await client.query<{ count: number }>('select count(*) from streams');
    await client.end();
    return rows[0]!.count;
  };
  const before = await count();
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  for (let at = 0; at < 50; at += 1)
    await client.query(`insert into streams (id, kind) values ($1, 'account')`, [newId()]);
  assert.equal(await count(), before + 50);
  await postgres.cut();
  assert.equal(await count(), before, 'all fifty are lost');
});

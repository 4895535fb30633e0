import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';

import { sql } from 'kysely';

import { closeBefore, newDatabase } from '../testing/postgres.ts';
import { openDatabase } from './database.ts';
import { insertStreams, takeStreams } from './stream.ts';

test('whoever holds a group and comes to an account never meets one who came to both the other way round', async () => {
  const { url } = await newDatabase();
  const db = openDatabase(url, () => undefined, 3);
  closeBefore(() => db.destroy());
  // People are older than their groups: by their ids alone they would be first.
  const account = randomUUIDv7();
  const group = randomUUIDv7();
  await insertStreams(db, 'account', [account]);
  await insertStreams(db, 'group', [group]);
  let both: Promise<unknown> | undefined;
  await db.transaction().execute(async (tx) => {
    await takeStreams(tx, [group]);
    both = db.transaction().execute((other) => takeStreams(other, [account, group]));
    const waits = sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    const since = Date.now();
    while ((await waits.execute(db)).rows[0]?.n !== 1) {
      assert.ok(Date.now() - since < 30_000, 'the other never waited');
      await sql`select pg_sleep(0.01)`.execute(db);
    }
    await takeStreams(tx, [account]);
  });
  assert.equal(((await both) as Map<string, unknown>).size, 2);
});

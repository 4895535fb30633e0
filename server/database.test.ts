import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { closeBefore, newDatabase } from '../testing/postgres.ts';
import { isTransient, isUnavailable, isUniqueViolation, openDatabase } from './database.ts';

test('what a database says in its trouble is told apart: busy, doing it again, a fault of ours', async () => {
  const { url } = await newDatabase();
  const db = openDatabase(url, () => undefined, 3);
  closeBefore(() => db.destroy());
  const failure = async (run: () => Promise<unknown>): Promise<string> => {
    const error = await run().then(
      () => undefined,
      (it: unknown) => it,
    );
    const kinds = { isUnavailable, isTransient, isUniqueViolation };
    return Object.entries(kinds)
      .flatMap(([name, is]) => (is(error) ? [name] : []))
      .join();
  };
  await sql`create table things (id int primary key)`.execute(db);
  await sql`insert into things values (1)`.execute(db);

  assert.equal(await failure(() => sql`insert into things values (1)`.execute(db)), 'isUniqueViolation');
  assert.equal(await failure(() => sql`select 1 / 0`.execute(db)), '');
  assert.equal(await failure(() => sql`select nothing`.execute(db)), '');
  const within = (setting: string, run: string) => () =>
    db.transaction().execute(async (tx) => {
      await sql.raw(setting).execute(tx);
      await sql.raw(run).execute(tx);
    });
  assert.equal(await failure(within(`set local statement_timeout = '30ms'`, 'select pg_sleep(5)')), 'isUnavailable');
  assert.equal(await failure(within('set transaction read only', 'insert into things values (2)')), 'isUnavailable');
  await db.transaction().execute(async (tx) => {
    await sql`select from things for update`.execute(tx);
    const waiting = within(`set local lock_timeout = '30ms'`, 'select from things for update');
    assert.equal(await failure(waiting), 'isUnavailable');
  });
  const ended = within('select pg_terminate_backend(pg_backend_pid())', 'select 1');
  assert.equal(await failure(ended), 'isUnavailable');
  const nobody = openDatabase('postgresql://nobody@127.0.0.1:1/nothing', () => undefined, 1);
  closeBefore(() => nobody.destroy());
  assert.equal(await failure(() => sql`select 1`.execute(nobody)), 'isUnavailable');
});

test('a marked statement is planned once a connection, an unmarked one each time', async () => {
  const { url } = await newDatabase();
  const db = openDatabase(url, () => undefined, 1);
  closeBefore(() => db.destroy());
  const prepared = async (): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(db);
    return rows.map((it) => it.name);
  };
  for (const value of [1, 2, 3]) {
    const { rows } = await sql<{ it: number }>`/* prepared test.marked */ select ${value}::int as it`.execute(db);
    assert.deepEqual(rows, [{ it: value }]);
    await sql`select ${value}::int as it`.execute(db);
  }
  assert.deepEqual(await prepared(), ['test.marked']);
  // One that fails in a transaction is no worse afterwards.
  const divide = (by: number) =>
    db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ it: number }>`/* prepared test.divided */ select 6 / ${by}::int as it`.execute(tx);
      return rows[0]!.it;
    });
  await assert.rejects(divide(0), /division by zero/);
  assert.equal(await divide(2), 3);
});

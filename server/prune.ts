import { sql } from 'kysely';

import type { Database } from './database.ts';
import type { House, Job } from './house.ts';

/** As long as a session can last: what waits on a device ends with its session, so no older id is sent again. */
export const ACTIONS_KEPT_DAYS = 30;
const PART = 5_000;
const PARTS = 20;

/** The tables that hold the rows of a table: its partitions, by name, or itself where it is not partitioned. */
export async function partitionsOf(db: Database, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select p.relname as name from pg_class c join pg_inherits i on i.inhparent = c.oid join pg_class p on p.oid = i.inhrelid
    where c.oid = to_regclass(${table}) order by p.oid`.execute(db);
  return rows.length > 0 ? rows.map((it) => it.name) : [table];
}

/**
 * Clears a table partition by partition: `prune` removes at most `most` rows of the one it is given, in a transaction, and answers
 * how many, up to `rounds` times a partition. A partition that another node is at is left to it.
 */
export async function byPartition(
  db: Database,
  table: string,
  { most, rounds }: { readonly most: number; readonly rounds: number },
  prune: (tx: Database, partition: string, most: number) => Promise<number>,
): Promise<number> {
  let all = 0;
  for (const partition of await partitionsOf(db, table)) {
    for (let round = 0; round < rounds; round += 1) {
      const gone = await db.transaction().execute(async (tx) => {
        const { rows } = await sql<{ mine: boolean }>`
          select pg_try_advisory_xact_lock(hashtextextended(${`prune ${partition}`}, 0)) as mine`.execute(tx);
        return rows[0]!.mine ? prune(tx, partition, most) : 0;
      });
      all += gone;
      if (gone < most) break;
    }
  }
  return all;
}

/** Old action ids go, a bounded part at a time. Messages need none: their own id is kept with them for good. */
export function pruneActions(house: House): Job {
  return {
    name: 'prune actions',
    everySeconds: 600,
    async run() {
      const before = new Date(house.now().getTime() - ACTIONS_KEPT_DAYS * 86_400_000);
      await byPartition(house.db, 'actions', { most: PART, rounds: PARTS }, async (tx, partition, most) => {
        const actions = sql.table(partition);
        const { rows } = await sql<{ count: number }>`
          with gone as (
            delete from ${actions} where (actor, id) in (
              select actor, id from ${actions} where at < ${before}::timestamptz order by at limit ${most}
            ) returning id
          )
          select count(*) as count from gone`.execute(tx);
        return rows[0]!.count;
      });
    },
  };
}

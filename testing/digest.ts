import { sql } from 'kysely';

import type { Database } from '../server/database.ts';

/** A line for each table that becomes another when a row of it changes, except for when a session was used last. */
export async function digestOf(db: Database): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`.execute(
    db,
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    // It moves into the chain by itself: both are one log.
    if (name === 'audit_waiting') continue;
    const row = name === 'sessions' ? sql`(id, account, ended_at)` : sql`t`;
    const from =
      name === 'audit'
        ? sql`(select entry::text from audit union all select entry::text from audit_waiting)`
        : sql.table(name);
    const { rows } = await sql<{ line: string }>`
      select count(*) || ' rows, ' || coalesce(sum(hashtextextended(${row}::text, 0)), 0) as line from ${from} t`.execute(
      db,
    );
    lines.push(`${name}: ${rows[0]!.line}`);
  }
  return lines.join('\n');
}

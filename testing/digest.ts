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
    const row = name === 'sessions' ? sql`(id, account, ended_at)` : sql`t`;
    const { rows } = await sql<{ line: string }>`
      select count(*) || ' rows, ' || coalesce(sum(hashtextextended(${row}::text, 0)), 0) as line from ${sql.table(name)} t`.execute(
      db,
    );
    lines.push(`${name}: ${rows[0]!.line}`);
  }
  return lines.join('\n');
}

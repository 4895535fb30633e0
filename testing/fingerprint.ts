import { sql } from 'kysely';

import type { Database } from '../server/database.ts';

/**
 * Written for every request, whatever comes of it: no effects of an action. What the audit log keeps of each is proved in
 * `features/audit/acts.test.ts`.
 */
const NO_EFFECTS = [
  'actions',
  'audit',
  'audit_waiting',
  'audit_checkpoints',
  // Whom to tell is found afterwards, beside the actions.
  'push_cursors',
  'pushes',
  'ring_pushes',
];

/** A text that is another when anything lasting has changed. */
export async function fingerprint(db: Database): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> all(${NO_EFFECTS}::text[]) order by 1`.execute(
    db,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    // When a session was used last is no effect of an action; nor is what a device has received meanwhile.
    const row =
      name === 'sessions' ? sql`(id, ended_at)` : name === 'members' ? sql`(to_jsonb(t) - 'received_seq')` : sql`t`;
    const { rows } = await sql<{ sum: string }>`
      select coalesce(sum(hashtextextended(${row}::text, 0)), 0)::text || ' ' || count(*) as sum from ${sql.table(name)} t`.execute(
      db,
    );
    parts.push(`${name}: ${rows[0]!.sum}`);
  }
  return parts.join('\n');
}

import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Quiet } from './rules.ts';

/** Null where the person has chosen nothing. */
export async function quietOf(db: Database, account: string): Promise<Quiet | null> {
  const { rows } = await sql<{ quiet: Quiet | null }>`select quiet from accounts where id = ${account}`.execute(db);
  return rows[0]?.quiet ?? null;
}

export async function saveQuiet(tx: Database, account: string, quiet: Quiet): Promise<void> {
  await sql`update accounts set quiet = ${JSON.stringify(quiet)}::jsonb where id = ${account}`.execute(tx);
}

import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Phrases } from './protocol.ts';

/** Undefined for who has never kept any. */
export async function phrasesOf(db: Database, account: string): Promise<Phrases | undefined> {
  const { rows } = await sql<Phrases>`select list as phrases, offers from phrases where account = ${account}`.execute(
    db,
  );
  return rows[0];
}

export async function savePhrases(tx: Database, account: string, { phrases, offers }: Phrases): Promise<void> {
  await sql`
    insert into phrases (account, list, offers) values (${account}, ${phrases}::text[], ${offers})
    on conflict (account) do update set list = excluded.list, offers = excluded.offers`.execute(tx);
}

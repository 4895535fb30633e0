import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export interface AgencyRow {
  readonly name: string;
  readonly area: string;
  readonly helpName: string;
  readonly helpPhone: string;
  readonly helpEmail: string;
  readonly registration: 'directory' | 'approval';
}

/** Undefined until the agency has been set up. */
export async function agencyRow(db: Database): Promise<AgencyRow | undefined> {
  const { rows } = await sql<AgencyRow>`
    select name, area, help_name as "helpName", help_phone as "helpPhone", help_email as "helpEmail", registration
    from agency`.execute(db);
  return rows[0];
}

/** False where there is one already. */
export async function insertAgency(tx: Database, it: AgencyRow, at: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into agency (name, area, help_name, help_phone, help_email, registration, created_at)
    values (${it.name}, ${it.area}, ${it.helpName}, ${it.helpPhone}, ${it.helpEmail}, ${it.registration}, ${at})
    on conflict do nothing returning one`.execute(tx);
  return rows.length > 0;
}

export async function saveAgency(tx: Database, it: AgencyRow): Promise<void> {
  await sql`
    update agency set name = ${it.name}, help_name = ${it.helpName}, help_phone = ${it.helpPhone},
      help_email = ${it.helpEmail}, registration = ${it.registration}`.execute(tx);
}

/** Provinces and communes that are there now. */
export async function countAreas(db: Database): Promise<{ provinces: number; communes: number }> {
  const { rows } = await sql<{ provinces: number; communes: number }>`
    select count(*) filter (where length(code) = 2)::int as provinces, count(*) filter (where length(code) = 5)::int as communes
    from areas where valid_to is null and not own`.execute(db);
  return rows[0]!;
}

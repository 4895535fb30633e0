import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export async function insertPhoto(
  tx: Database,
  it: { id: string; owner: string; large: Buffer; small: Buffer },
): Promise<void> {
  await sql`insert into photos (id, owner, large, small) values (${it.id}, ${it.owner}, ${it.large}, ${it.small})`.execute(
    tx,
  );
}

export async function deletePhoto(tx: Database, id: string): Promise<void> {
  await sql`delete from photos where id = ${id}`.execute(tx);
}

/** A person's photo is for every colleague, a group's for its members. */
export async function photoSeenBy(
  db: Database,
  id: string,
  account: string,
  size: 'small' | 'large',
): Promise<Buffer | undefined> {
  const { rows } = await sql<{ bytes: Buffer }>`
    select ${size === 'small' ? sql`p.small` : sql`p.large`} as bytes from photos p
    where p.id = ${id} and (
      exists (select from accounts a where a.id = p.owner)
      or exists (select from members m where m.group_id = p.owner and m.account = ${account} and m.left_at is null)
    )`.execute(db);
  return rows[0]?.bytes;
}

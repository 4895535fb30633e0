import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

/** Holds up other invitations of the same person until the end of the transaction, so that two at once cannot pass the limit. */
export async function takeInviter(tx: Database, account: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`invitations ${account}`}, 0))`.execute(tx);
}

export async function countInvitedBy(tx: Database, account: string, since: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from invitations where invited_by = ${account} and at > ${since}::timestamptz`.execute(tx);
  return rows[0]!.count;
}

/** Invites once more whom an earlier invitation did not bring. Answers how many numbers. */
export async function insertInvitations(
  tx: Database,
  it: { group: string; phones: readonly string[]; by: string; at: Date; endsAt: Date },
): Promise<number> {
  const { rows } = await sql`
    insert into invitations (id, group_id, phone, invited_by, at, ends_at)
    select t.id, ${it.group}::uuid, t.phone, ${it.by}::uuid, ${it.at}::timestamptz, ${it.endsAt}::timestamptz
    from unnest(${it.phones.map(() => randomUUIDv7())}::uuid[], ${it.phones}::text[]) as t(id, phone)
    on conflict (group_id, phone) do update set invited_by = excluded.invited_by, at = excluded.at, ends_at = excluded.ends_at, taken_at = null
    returning phone`.execute(tx);
  return rows.length;
}

/** Open invitations of a number by those who are administrators now. */
export async function countAdministratorsInvitations(db: Database, phone: string, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from invitations i
    join accounts a on a.id = i.invited_by and a.administrator and a.state = 'active'
    where i.phone = ${phone} and i.taken_at is null and i.ends_at > ${now}::timestamptz`.execute(db);
  return rows[0]!.count;
}

/** Uses up the open invitations of a number; of two at once one gets them. Answers the groups. */
export async function takeOpenInvitations(tx: Database, phone: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ group: string }>`
    update invitations set taken_at = ${now}::timestamptz
    where phone = ${phone} and taken_at is null and ends_at > ${now}::timestamptz
    returning group_id as "group"`.execute(tx);
  return rows.map((it) => it.group);
}

export async function registrationOf(db: Database): Promise<'directory' | 'approval'> {
  const { rows } = await sql<{ registration: 'directory' | 'approval' }>`select registration from agency`.execute(db);
  return rows[0]?.registration ?? 'directory';
}

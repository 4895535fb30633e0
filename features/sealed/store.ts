import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export interface SealedRow {
  readonly message: string;
  readonly group: string;
  readonly sender: string | null;
  readonly sentAt: Date;
  readonly recalledBy: string | null;
  readonly recalledAt: Date;
  readonly box: Buffer;
}

export async function insertSealed(tx: Database, it: SealedRow): Promise<void> {
  await sql`
    insert into sealed_messages (message, group_id, sender, sent_at, recalled_by, recalled_at, box)
    values (${it.message}, ${it.group}, ${it.sender}, ${it.sentAt}::timestamptz, ${it.recalledBy}, ${it.recalledAt}::timestamptz, ${it.box})`.execute(
    tx,
  );
}

export interface ListedRow {
  readonly message: string;
  readonly group: string;
  readonly groupName: string;
  readonly senderId: string | null;
  readonly senderName: string | null;
  readonly sentAt: Date;
  readonly recalledById: string | null;
  readonly recalledByName: string | null;
  readonly recalledAt: Date;
  readonly opened: number;
}

/** What lies sealed, newest first, one more than asked for: whether there are older ones. Nothing of what it says. */
export async function sealedBefore(
  db: Database,
  wish: { group: string | null; before: { at: Date; message: string } | null; limit: number },
): Promise<ListedRow[]> {
  const { group, before, limit } = wish;
  const { rows } = await sql<ListedRow>`
    select s.message, s.group_id as "group", g.name as "groupName", s.sender as "senderId", a.name as "senderName", s.sent_at as "sentAt",
      s.recalled_by as "recalledById", r.name as "recalledByName", s.recalled_at as "recalledAt",
      (select count(*) from sealed_openings o where o.message = s.message) as opened
    from sealed_messages s join groups g on g.id = s.group_id
    left join accounts a on a.id = s.sender left join accounts r on r.id = s.recalled_by
    where ${group === null ? sql`true` : sql`s.group_id = ${group}`}
      and ${before === null ? sql`true` : sql`(s.recalled_at, s.message) < (${before.at}::timestamptz, ${before.message}::uuid)`}
    order by s.recalled_at desc, s.message desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** The group in which a sealed message was written, and its box; undefined where none is sealed under this id. */
export async function sealedOf(db: Database, message: string): Promise<{ group: string; box: Buffer } | undefined> {
  const { rows } = await sql<{ group: string; box: Buffer }>`
    select group_id as "group", box from sealed_messages where message = ${message}`.execute(db);
  return rows[0];
}

export async function insertOpening(
  tx: Database,
  it: { id: string; message: string; account: string; at: Date },
): Promise<void> {
  await sql`
    insert into sealed_openings (id, message, account, at) values (${it.id}, ${it.message}, ${it.account}, ${it.at}::timestamptz)`.execute(
    tx,
  );
}

/** The box that this person has opened with this act since then; undefined for any other. */
export async function boxOpened(
  db: Database,
  it: { act: string; message: string; account: string; since: Date },
): Promise<Buffer | undefined> {
  const { rows } = await sql<{ box: Buffer }>`
    select s.box from sealed_openings o join sealed_messages s on s.message = o.message
    where o.id = ${it.act} and o.message = ${it.message} and o.account = ${it.account} and o.at > ${it.since}::timestamptz`.execute(
    db,
  );
  return rows[0]?.box;
}

/** Removes those recalled before, at most so many at a time. Answers which. */
export async function deleteSealed(db: Database, before: Date, most: number): Promise<string[]> {
  const { rows } = await sql<{ message: string }>`
    delete from sealed_messages where message in (
      select message from sealed_messages where recalled_at < ${before}::timestamptz order by recalled_at limit ${most} for update skip locked
    ) returning message`.execute(db);
  return rows.map((it) => it.message);
}

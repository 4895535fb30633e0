import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { File } from '../files/protocol.ts';
import type { Mention } from '../messages/protocol.ts';

/** As it goes to `message.send`. */
export interface StoredContent {
  readonly text: string;
  readonly reply?: string;
  readonly files?: readonly string[];
  readonly mentions?: readonly Mention[];
  readonly urgency?: number;
  readonly ask?: true;
}

export interface Refused {
  readonly code: string;
  readonly [detail: string]: unknown;
}

export interface DueRow {
  readonly id: string;
  readonly account: string;
  readonly group: string;
  readonly content: StoredContent;
  readonly at: Date;
}

/** How many of this person's wait. Held until the end of the transaction, so that of two acts at once the second sees what the first left. */
export async function countScheduled(tx: Database, account: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`scheduled ${account}`}, 0))`.execute(tx);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from scheduled_messages where account = ${account} and refused is null`.execute(tx);
  return rows[0]?.count ?? 0;
}

export async function insertScheduled(tx: Database, it: DueRow): Promise<void> {
  await sql`
    insert into scheduled_messages (id, account, group_id, content, send_at, due_at)
    values (${it.id}, ${it.account}, ${it.group}, ${JSON.stringify(it.content)}::jsonb, ${it.at}::timestamptz, ${it.at}::timestamptz)`.execute(
    tx,
  );
}

/**
 * One of this person's, held; undefined where there is none. `sending`: it is being sent just now. It is not waited for: who
 * sends it waits for the group, which the caller may hold. `sent`: it has been, and whoever sent it was gone before it could be
 * taken out here.
 */
export async function takeScheduled(
  tx: Database,
  account: string,
  id: string,
): Promise<(DueRow & { sending: boolean; sent: boolean }) | undefined> {
  const { rows } = await sql<DueRow & { sending: boolean; sent: boolean }>`
    with held as (
      select id from scheduled_messages where id = ${id} and account = ${account} for update skip locked
    )
    select s.id, s.account, s.group_id as "group", s.content, s.send_at as at,
      not exists (select from held) as sending, exists (select from messages m where m.group_id = s.group_id and m.id = s.id) as sent
    from scheduled_messages s where s.id = ${id} and s.account = ${account}`.execute(tx);
  return rows[0];
}

/** Whether it has been sent: whoever sent it may have been gone before it could be taken out here. */
export async function wasSent(db: Database, { id, group, account }: DueRow): Promise<boolean> {
  const { rows } =
    await sql`select from messages where group_id = ${group} and id = ${id} and sender = ${account}`.execute(db);
  return rows.length > 0;
}

export async function saveScheduled(
  tx: Database,
  id: string,
  { content, at }: { content: StoredContent; at: Date },
): Promise<void> {
  await sql`
    update scheduled_messages set content = ${JSON.stringify(content)}::jsonb, send_at = ${at}::timestamptz, due_at = ${at}::timestamptz,
      refused = null, refused_at = null
    where id = ${id}`.execute(tx);
}

export async function deleteScheduled(tx: Database, ids: readonly string[]): Promise<void> {
  await sql`delete from scheduled_messages where id = any(${ids}::uuid[])`.execute(tx);
}

/** Tried again then. */
export async function postpone(tx: Database, list: readonly { id: string; dueAt: Date }[]): Promise<void> {
  await sql`
    update scheduled_messages s set due_at = t.due_at
    from unnest(${list.map((it) => it.id)}::uuid[], ${list.map((it) => it.dueAt)}::timestamptz[]) as t(id, due_at) where s.id = t.id`.execute(
    tx,
  );
}

/** Not sent, and not tried again by itself. Of what the guard refuses by now, by rules that are newer than it, the words go at once. */
export async function refuse(tx: Database, list: readonly { id: string; refused: Refused }[], at: Date): Promise<void> {
  await sql`
    update scheduled_messages s set due_at = null, refused = t.refused, refused_at = ${at}::timestamptz,
      content = case when t.refused->>'code' like 'secrecy.%' then s.content - 'text' - 'mentions' || '{"text": ""}'::jsonb else s.content end
    from unnest(${list.map((it) => it.id)}::uuid[], ${list.map((it) => JSON.stringify(it.refused))}::jsonb[]) as t(id, refused) where s.id = t.id`.execute(
    tx,
  );
}

/** The next that are due, held: no other node looks at them until the end of the transaction. */
export async function takeDue(tx: Database, now: Date, most: number): Promise<DueRow[]> {
  const { rows } = await sql<DueRow>`
    select id, account, group_id as "group", content, send_at as at from scheduled_messages
    where due_at <= ${now}::timestamptz order by due_at limit ${most} for update skip locked`.execute(tx);
  return rows;
}

export interface ListedRow {
  readonly id: string;
  readonly group: string;
  readonly groupName: string;
  readonly text: string;
  readonly files: number;
  readonly urgency: number | null;
  readonly at: Date;
  readonly refused: Refused | null;
}

export async function scheduledOf(db: Database, account: string, preview: number, most: number): Promise<ListedRow[]> {
  const { rows } = await sql<ListedRow>`
    select s.id, s.group_id as "group", g.name as "groupName", left(s.content->>'text', ${preview}) as text,
      coalesce(jsonb_array_length(s.content->'files'), 0) as files, (s.content->>'urgency')::int as urgency, s.send_at as at, s.refused
    from scheduled_messages s join groups g on g.id = s.group_id
    where s.account = ${account} order by s.send_at, s.id limit ${most}`.execute(db);
  return rows;
}

/** One of this person's with the files that go with it. */
export async function scheduledFor(
  db: Database,
  account: string,
  id: string,
): Promise<(Omit<DueRow, 'account'> & { files: File[] | null }) | undefined> {
  const { rows } = await sql<Omit<DueRow, 'account'> & { files: File[] | null }>`
    select s.id, s.group_id as "group", s.content, s.send_at as at, (
      select jsonb_agg(f.shape order by it.place) from jsonb_array_elements_text(s.content->'files') with ordinality as it(file, place)
      join files f on f.id = it.file::uuid and f.shape is not null
    ) as files
    from scheduled_messages s where s.id = ${id} and s.account = ${account}`.execute(db);
  return rows[0];
}

/** Removes those refused before then, at most so many at a time. Answers how many. */
export async function deleteRefused(db: Database, before: Date, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from scheduled_messages where id in (
        select id from scheduled_messages where refused_at < ${before}::timestamptz order by refused_at limit ${most} for update skip locked
      ) returning id
    ) select count(*) as count from gone`.execute(db);
  return rows[0]?.count ?? 0;
}

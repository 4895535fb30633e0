import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Reader, Tally } from '../protocol/reading.ts';

export interface MessageRow {
  readonly seq: number;
  readonly by: string | null;
  readonly at: Date;
  readonly urgency: number;
  readonly ask: boolean;
  readonly text: string;
}

/** A message of people in this group that this member may see and that was not recalled: its id stands above its answers. */
export async function messageIn(
  db: Database,
  account: string,
  group: string,
  message: string,
): Promise<MessageRow | undefined> {
  const { rows } = await sql<MessageRow>`
    select t.seq, t.sender as by, t.sent_at as at, t.urgency, coalesce((t.form ->> 'ask')::boolean, false) as ask, left(coalesce(t.text, ''), 300) as text
    from messages t join members m on m.group_id = t.group_id and m.account = ${account} and m.left_at is null and t.seq > m.visible_from
    where t.id = ${message} and t.group_id = ${group} and t.kind = 'text' and t.recalled_at is null`.execute(db);
  return rows[0];
}

export interface ReadersWish {
  readonly group: string;
  readonly message: string;
  readonly seq: number;
  readonly sender: string | null;
  readonly show: 'all' | 'seen' | 'unseen' | 'acknowledged' | 'unacknowledged';
  readonly by: 'unit' | 'area' | 'time';
  readonly under?: string | undefined;
  readonly words: readonly string[];
  readonly after: number;
  readonly limit: number;
}

/** Those a message was written to: who was a member then and is one still, but for its sender. */
const addressed = ({ group, message, seq, sender }: Pick<ReadersWish, 'group' | 'message' | 'seq' | 'sender'>) => sql`
  members m join accounts a on a.id = m.account left join units u on u.id = a.unit
  left join acknowledgements k on k.group_id = ${group} and k.message = ${message} and k.account = m.account
  left join areas r on r.code = coalesce(a.area, u.area)
  where m.group_id = ${group} and m.left_at is null and m.addressed_from < ${seq} and m.account is distinct from ${sender}::uuid`;

const SHOWN: Readonly<Record<ReadersWish['show'], (seq: number) => RawBuilder<unknown>>> = {
  all: () => sql`true`,
  seen: (seq) => sql`m.read_seq >= ${seq}`,
  unseen: (seq) => sql`m.read_seq < ${seq}`,
  acknowledged: () => sql`k.at is not null`,
  unacknowledged: () => sql`k.at is null`,
};

const underOf = (by: ReadersWish['by']): RawBuilder<unknown> =>
  by === 'unit' ? sql`coalesce(u.name, '')` : by === 'area' ? sql`coalesce(r.name, '')` : sql`''`;

/** How far each unit or area is, the one with the greatest part that has not seen it first. */
export async function talliesOf(db: Database, wish: ReadersWish): Promise<Tally[]> {
  const { rows } = await sql<Tally>`
    select ${underOf(wish.by)} as under, count(*)::int as members, (count(*) filter (where m.read_seq >= ${wish.seq}))::int as seen,
      (count(*) filter (where k.at is not null))::int as acknowledged
    from ${addressed(wish)}
    group by 1 order by count(*) filter (where m.read_seq >= ${wish.seq})::float / count(*), 1`.execute(db);
  return rows;
}

/** A page of people in the order of `talliesOf`, within it by name; by time: the last to acknowledge first. */
export async function readersOf(db: Database, wish: ReadersWish): Promise<{ people: Reader[]; total: number }> {
  const { seq, show, by, under, words, after, limit } = wish;
  const { rows } = await sql<Omit<Reader, 'acknowledgedAt'> & { acknowledgedAt: Date | null; total: number }>`
    with readers as (
      select a.id as account, a.name, a.photo, a.position, a.sort_name, ${underOf(by)} as under,
        case when m.read_seq >= ${seq} then 'seen' when m.received_seq >= ${seq} then 'received' else 'none' end as reached,
        k.at as "acknowledgedAt", ${SHOWN[show](seq)} and (' ' || a.search) like all(${words.map((word) => `% ${word}%`)}::text[]) as fits
      from ${addressed(wish)}
    ), ranked as (
      select *, avg(case when reached = 'seen' then 1 else 0 end) over (partition by under) as share from readers
    )
    select account, name, photo, position, under, reached, "acknowledgedAt", (count(*) over ())::int as total
    from ranked where fits and (${under ?? null}::text is null or under = ${under ?? null}::text)
    order by ${by === 'time' ? sql`"acknowledgedAt" desc nulls last` : sql`share, under`}, sort_name, account
    offset ${after} limit ${limit}`.execute(db);
  return {
    total: rows[0]?.total ?? 0,
    people: rows.map(({ total: _total, ...row }) => ({
      ...row,
      acknowledgedAt: row.acknowledgedAt?.getTime() ?? null,
    })),
  };
}

/** How many of those it was written to have not seen it, and not acknowledged it. */
export async function waitingOf(
  db: Database,
  it: Pick<ReadersWish, 'group' | 'message' | 'seq' | 'sender'>,
): Promise<{ unseen: number; unacknowledged: number }> {
  const { rows } = await sql<{ unseen: number; unacknowledged: number }>`
    select (count(*) filter (where m.read_seq < ${it.seq}))::int as unseen, (count(*) filter (where k.at is null))::int as unacknowledged
    from ${addressed(it)}`.execute(db);
  return rows[0]!;
}

export interface ReminderRow {
  readonly id: string;
  readonly at: Date;
  readonly by: string;
  readonly whom: 'unseen' | 'unacknowledged';
  readonly people: number;
}

/** The last reminder of a message that was not taken back. */
export async function lastReminder(db: Database, message: string): Promise<ReminderRow | undefined> {
  const { rows } = await sql<ReminderRow>`
    select id, at, by, whom, people from reading_reminders where message = ${message} and undone_at is null order by at desc limit 1`.execute(
    db,
  );
  return rows[0];
}

export async function insertReminder(tx: Database, it: ReminderRow & { readonly message: string }): Promise<void> {
  await sql`
    insert into reading_reminders (id, message, by, at, whom, people)
    values (${it.id}, ${it.message}, ${it.by}, ${it.at}::timestamptz, ${it.whom}, ${it.people})`.execute(tx);
}

/** Whether they were reminded of it since then, also where that was taken back: their devices have rung. */
export async function wasReminded(db: Database, message: string, since: Date): Promise<boolean> {
  const { rows } = await sql`
    select from reading_reminders where message = ${message} and at > ${since}::timestamptz limit 1`.execute(db);
  return rows.length > 0;
}

/** Answers whether there was such a reminder of this person, not older than `since`, to take back. */
export async function undoReminder(
  tx: Database,
  it: { id: string; message: string; by: string; since: Date; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update reading_reminders set undone_at = ${it.at}::timestamptz
    where id = ${it.id} and message = ${it.message} and by = ${it.by} and at >= ${it.since}::timestamptz and undone_at is null returning id`.execute(
    tx,
  );
  return rows.length > 0;
}

export interface AskingRow {
  readonly id: string;
  readonly seq: number;
  readonly sender: string | null;
  readonly ask: boolean;
}

/** The messages of people among these that were not recalled; by group and id. */
export async function askingAmong(
  tx: Database,
  list: readonly { group: string; message: string }[],
): Promise<Map<string, AskingRow>> {
  const { rows } = await sql<AskingRow & { group: string }>`
    select t.group_id as "group", t.id, t.seq, t.sender, coalesce((t.form ->> 'ask')::boolean, false) as ask
    from messages t join unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.message)}::uuid[]) as i(group_id, id)
      on i.id = t.id and i.group_id = t.group_id
    where t.kind = 'text' and t.recalled_at is null`.execute(tx);
  return new Map(rows.map((row) => [`${row.group} ${row.id}`, row]));
}

/** What these accounts, if they are members, may see in these groups: what came after these numbers; by group and account. */
export async function visibleTo(
  tx: Database,
  list: readonly { group: string; account: string }[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ group: string; account: string; from: number }>`
    select m.group_id as "group", m.account, m.visible_from as from
    from members m join unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.account)}::uuid[]) as i(group_id, account) using (group_id, account)
    where m.left_at is null`.execute(tx);
  return new Map(rows.map((row) => [`${row.group} ${row.account}`, row.from]));
}

/** Answers which are new, with the total of each message after them. Its stream is locked. */
export async function insertAcknowledgements(
  tx: Database,
  list: readonly { group: string; message: string; account: string }[],
  at: Date,
): Promise<{ fresh: Set<string>; totals: Map<string, { group: string; count: number }> }> {
  const { rows } = await sql<{ group: string; message: string; account: string }>`
    insert into acknowledgements (group_id, message, account, at)
    select t.group_id, t.message, t.account, ${at}::timestamptz
    from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.message)}::uuid[], ${list.map((it) => it.account)}::uuid[]) as t(group_id, message, account)
    on conflict do nothing returning group_id as "group", message, account`.execute(tx);
  const { rows: totals } = await sql<{ message: string; group: string; count: number }>`
    update messages m set acknowledged = m.acknowledged + n.count
    from (select group_id, message, count(*)::int as count
      from unnest(${rows.map((it) => it.group)}::uuid[], ${rows.map((it) => it.message)}::uuid[]) as t(group_id, message) group by group_id, message) n
    where m.group_id = n.group_id and m.id = n.message returning m.id as message, m.group_id as "group", m.acknowledged as count`.execute(
    tx,
  );
  return {
    fresh: new Set(rows.map((row) => `${row.message} ${row.account}`)),
    totals: new Map(totals.map((row) => [row.message, row])),
  };
}

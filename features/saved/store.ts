import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { GroupKind } from '../groups/rights.ts';
import type { Person } from '../messages/protocol.ts';

interface Line {
  readonly id: string;
  readonly seq: number;
}

interface Chosen {
  readonly account: string;
  readonly group: string;
  readonly messages: readonly string[];
}

/** How many the account has marked; its acts wait for each other from here on, so that none counts past the most. */
export async function countSaved(tx: Database, account: string): Promise<number> {
  await sql`select from accounts where id = ${account} for no key update`.execute(tx);
  const { rows } = await sql<{ count: number }>`select count(*) from saved_messages where account = ${account}`.execute(
    tx,
  );
  return rows[0]!.count;
}

/** Marks those that the account sees and had not marked; answers which. */
export async function saveMessages(tx: Database, { account, group, messages }: Chosen, at: Date): Promise<Line[]> {
  const { rows } = await sql<Line>`
    insert into saved_messages (account, group_id, seq, message, at)
    select ${account}, t.group_id, t.seq, t.id, ${at}::timestamptz from messages t
    join members m on m.group_id = t.group_id and m.account = ${account} and m.left_at is null and t.seq > m.visible_from
    where t.group_id = ${group} and t.id = any(${messages}::uuid[]) and t.kind = 'text' and t.recalled_at is null
      and not exists (select from hidden_messages h where h.account = ${account} and h.group_id = t.group_id and h.seq = t.seq)
    order by t.seq on conflict do nothing returning message as id, seq`.execute(tx);
  return rows;
}

/** Takes the mark away; answers from which. */
export async function unsaveMessages(tx: Database, { account, group, messages }: Chosen): Promise<Line[]> {
  const { rows } = await sql<Line>`
    delete from saved_messages where account = ${account} and group_id = ${group} and message = any(${messages}::uuid[])
    returning message as id, seq`.execute(tx);
  return rows;
}

export interface SavedRow {
  readonly id: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly by: string | null;
  readonly at: Date;
  readonly text: string | null;
  readonly more: Readonly<Record<string, unknown>> | null;
  readonly savedAt: Date;
  readonly group: { id: string; kind: GroupKind; name: string; photo: string | null };
  readonly person: Person | null;
}

/** Marked last first: what the account may see now, neither recalled nor deleted on its own side. A chat of two has the other’s name. */
export async function savedOf(
  db: Database,
  { account, before, limit }: { account: string; before?: { at: number; message: string } | undefined; limit: number },
): Promise<SavedRow[]> {
  const from = before ? new Date(before.at) : null;
  const { rows } = await sql<SavedRow>`
    select t.id, t.seq, t.ordinal, t.sender as by, t.sent_at as at, t.text, message_more(t) as more, s.at as "savedAt",
      jsonb_build_object('id', g.id, 'kind', g.kind, 'name', coalesce(o.name, g.name), 'photo', coalesce(o.photo, g.photo)) as "group",
      case when a.id is not null then jsonb_build_object(
        'id', a.id, 'name', a.name, 'position', a.position, 'unit', coalesce(u.name, ''), 'photo', a.photo) end as person
    from saved_messages s
    join members m on m.group_id = s.group_id and m.account = s.account and m.left_at is null and s.seq > m.visible_from
    join messages t on t.group_id = s.group_id and t.seq = s.seq and t.id = s.message and t.recalled_at is null
    join groups g on g.id = s.group_id
    left join accounts a on a.id = t.sender left join units u on u.id = a.unit
    left join lateral (
      select c.name, c.photo from members w join accounts c on c.id = w.account
      where g.kind = 'pair' and w.group_id = g.id and w.account <> s.account limit 1
    ) o on true
    where s.account = ${account}
      and (${from}::timestamptz is null or (s.at, s.message) < (${from}::timestamptz, ${before?.message ?? null}::uuid))
      and not exists (select from hidden_messages h where h.account = s.account and h.group_id = s.group_id and h.seq = s.seq)
    order by s.at desc, s.message desc limit ${limit}`.execute(db);
  return rows;
}

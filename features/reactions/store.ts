import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Counts } from './rules.ts';

/** A message that somebody may give an emoji to. */
export interface Reactable {
  readonly account: string;
  readonly message: string;
  readonly group: string;
  readonly counts: Counts;
  /** What the account gives it now, the first one first. */
  readonly mine: readonly string[];
}

/**
 * Of these wishes, those whose message is there for who has them: written by people, not recalled, and within what they may
 * see; each pair of account and message once.
 */
export async function reactablesOf(
  tx: Database,
  list: readonly { readonly account: string; readonly group: string; readonly message: string }[],
): Promise<Reactable[]> {
  const { rows } = await sql<Reactable>`
    select t.account, m.id as message, m.group_id as "group", coalesce(m.reactions, '[]'::jsonb) as counts, coalesce(r.mine, '{}'::text[]) as mine
    from (select distinct * from unnest(${list.map((it) => it.account)}::uuid[], ${list.map((it) => it.group)}::uuid[],
      ${list.map((it) => it.message)}::uuid[]) as x(account, group_id, message)) t
    join messages m on m.id = t.message and m.group_id = t.group_id and m.kind = 'text' and m.recalled_at is null
    join members b on b.group_id = t.group_id and b.account = t.account and b.left_at is null and m.seq > b.visible_from
    left join lateral (
      select array_agg(x.emoji order by x.at, x.emoji) as mine from reactions x where x.group_id = t.group_id and x.message = m.id and x.account = t.account
    ) r on m.reactions is not null`.execute(tx);
  return rows;
}

interface Given {
  readonly group: string;
  readonly message: string;
  readonly account: string;
  readonly emoji: string;
}

export async function insertReactions(tx: Database, list: readonly Given[], at: Date): Promise<void> {
  if (list.length === 0) return;
  await sql`
    insert into reactions (group_id, message, account, emoji, at)
    select t.group_id, t.message, t.account, t.emoji, ${at}::timestamptz
    from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.message)}::uuid[], ${list.map((it) => it.account)}::uuid[],
      ${list.map((it) => it.emoji)}::text[]) as t(group_id, message, account, emoji)`.execute(tx);
}

export async function deleteReactions(tx: Database, list: readonly Given[]): Promise<void> {
  if (list.length === 0) return;
  await sql`
    delete from reactions r
    using unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.message)}::uuid[], ${list.map((it) => it.account)}::uuid[],
      ${list.map((it) => it.emoji)}::text[]) as t(group_id, message, account, emoji)
    where r.group_id = t.group_id and r.message = t.message and r.account = t.account and r.emoji = t.emoji`.execute(
    tx,
  );
}

/** The totals as they are told of the messages; none for one that nobody gives anything any more. */
export async function saveCounts(
  tx: Database,
  list: readonly { readonly group: string; readonly message: string; readonly counts: Counts }[],
): Promise<void> {
  if (list.length === 0) return;
  const given = list.map((it) => (it.counts.length > 0 ? JSON.stringify(it.counts) : null));
  await sql`
    update messages m set reactions = t.counts
    from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.message)}::uuid[], ${given}::jsonb[]) as t(group_id, id, counts)
    where m.group_id = t.group_id and m.id = t.id`.execute(tx);
}

export interface ListedRow {
  readonly account: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly photo: string | null;
  readonly emoji: string;
  readonly at: Date;
}

export interface ListWish {
  readonly group: string;
  readonly message: string;
  readonly emoji: string | undefined;
  readonly after: { readonly at: number; readonly account: string; readonly emoji: string } | undefined;
  readonly limit: number;
}

/** Who gave a message which emoji, in the order of giving. */
export async function reactionsOf(
  db: Database,
  { group, message, emoji, after, limit }: ListWish,
): Promise<{ rows: ListedRow[]; counts: Counts }> {
  const { rows } = await sql<ListedRow & { counts: Counts }>`
    select r.account, r.emoji, r.at, a.name, a.position, coalesce(u.name, '') as unit, a.photo, coalesce(m.reactions, '[]'::jsonb) as counts
    from messages m left join lateral (
      select x.* from reactions x
      where x.group_id = ${group} and x.message = m.id and (${emoji ?? null}::text is null or x.emoji = ${emoji ?? null}::text)
        and (${after?.account ?? null}::uuid is null
          or (x.at, x.account, x.emoji) > (${after ? new Date(after.at) : null}::timestamptz, ${after?.account ?? null}::uuid, ${after?.emoji ?? null}::text))
      order by x.at, x.account, x.emoji limit ${limit}
    ) r on true
    left join accounts a on a.id = r.account left join units u on u.id = a.unit
    where m.group_id = ${group} and m.id = ${message} order by r.at, r.account, r.emoji`.execute(db);
  return {
    counts: rows[0]?.counts ?? [],
    rows: rows.flatMap(({ counts: _counts, ...row }) => (row.account === null ? [] : [row])),
  };
}

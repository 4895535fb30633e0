import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { GroupKind, GroupState } from '../rights.ts';

export interface TransferRow {
  readonly group: string;
  readonly from: string;
  readonly fromName: string;
  readonly to: string;
  readonly toName: string;
  readonly leaves: boolean;
  readonly endsAt: Date;
}

const columns = sql`t.group_id as "group", t.from_account as "from", f.name as "fromName", t.to_account as "to", o.name as "toName",
  t.leaves, t.ends_at as "endsAt"`;
const named = sql`join accounts f on f.id = t.from_account join accounts o on o.id = t.to_account`;

/** The lead that is offered in a group, also where it has just ended. */
export async function transferOf(db: Database, group: string): Promise<TransferRow | undefined> {
  const { rows } =
    await sql<TransferRow>`select ${columns} from transfers t ${named} where t.group_id = ${group}`.execute(db);
  return rows[0];
}

export async function saveTransfer(
  tx: Database,
  it: { group: string; from: string; to: string; leaves: boolean; at: Date; endsAt: Date },
): Promise<void> {
  await sql`
    insert into transfers (group_id, from_account, to_account, leaves, offered_at, ends_at)
    values (${it.group}, ${it.from}, ${it.to}, ${it.leaves}, ${it.at}::timestamptz, ${it.endsAt}::timestamptz)
    on conflict (group_id) do update set from_account = excluded.from_account, to_account = excluded.to_account,
      leaves = excluded.leaves, offered_at = excluded.offered_at, ends_at = excluded.ends_at`.execute(tx);
}

/** Takes the offer of a group away, if there is one. */
export async function takeTransfer(tx: Database, group: string): Promise<TransferRow | undefined> {
  const { rows } = await sql<TransferRow>`
    with t as (delete from transfers where group_id = ${group} returning *)
    select ${columns} from t ${named}`.execute(tx);
  return rows[0];
}

/** Takes away what is offered to these people, in any group. */
export async function takeTransfersTo(tx: Database, accounts: readonly string[]): Promise<TransferRow[]> {
  const { rows } = await sql<TransferRow>`
    with t as (delete from transfers where to_account = any(${accounts}::uuid[]) returning *)
    select ${columns} from t ${named}`.execute(tx);
  return rows;
}

/** Groups whose offer has ended without an answer. */
export async function transfersDue(db: Database, now: Date): Promise<string[]> {
  const { rows } = await sql<{ group: string }>`
    select group_id as "group" from transfers where ends_at <= ${now}::timestamptz order by ends_at limit 100`.execute(
    db,
  );
  return rows.map((row) => row.group);
}

export interface FoundGroup {
  readonly id: string;
  readonly kind: GroupKind;
  readonly name: string;
  readonly photo: string | null;
  readonly unit: string;
  readonly members: number;
  readonly state: GroupState;
  readonly owner: { account: string; name: string; active: boolean } | null;
}

/** A name as `fold` of protocol/fold.ts makes it; groups are some thousands at most, so nothing is kept for it. */
const foldedName = sql`
  regexp_replace(regexp_replace(translate(lower(normalize(g.name, NFD)), 'đ''’‘ʼ' || chr(96), 'd'), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')`;

/** Groups by words of their name, those first that nobody leads, then in the order of names. */
export async function searchGroups(
  db: Database,
  it: { words: readonly string[]; leaderless: boolean; after: number; limit: number },
): Promise<{ groups: FoundGroup[]; total: number; leaderless: number }> {
  const found = sql`
    from groups g left join units u on u.id = g.unit
    left join members m on m.group_id = g.id and m.role = 'owner' and m.left_at is null
    left join accounts a on a.id = m.account
    where g.kind <> 'pair' and g.dissolved_at is null`;
  const leads = sql`coalesce(a.state = 'active', false)`;
  const wanted = sql`
    ${found} and (' ' || ${foldedName}) like all(${it.words.map((word) => `% ${word}%`)}::text[]) and (not ${it.leaderless}::boolean or not ${leads})`;
  const { rows: groups } = await sql<FoundGroup>`
    select g.id, g.kind, g.name, g.photo, coalesce(u.name, '') as unit, g.members,
      case when g.dissolves_at is not null then 'dissolving' when g.archived_at is not null then 'archived' else 'open' end as state,
      case when a.id is not null then jsonb_build_object('account', a.id, 'name', a.name, 'active', a.state = 'active') end as owner
    ${wanted} order by ${leads}, g.name collate "vi-x-icu", g.id limit ${it.limit} offset ${it.after}`.execute(db);
  const { rows: counted } = await sql<{ total: number; leaderless: number }>`
    select (select count(*) ${wanted}) as total, (select count(*) ${found} and not ${leads}) as leaderless`.execute(db);
  return { groups, total: counted[0]!.total, leaderless: counted[0]!.leaderless };
}

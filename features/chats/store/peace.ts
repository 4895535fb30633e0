import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';

/** `Infinity`: until it is turned on again. */
export type MutedUntil = Date | number | null;

/** Mutes a chat. One that a message had brought back stays in the list; answers whether it was such a one. */
export async function saveMute(
  tx: Database,
  it: { group: string; account: string; until: Date | 'infinity' | null; now: Date },
): Promise<{ cameBack: boolean }> {
  const { rows } = await sql<{ cameBack: boolean }>`
    with before as (
      select m.group_id, m.account, m.archived_at is not null and s.messages > m.archived_ordinal
        and coalesce(m.muted_until <= ${it.now}::timestamptz, true) and ${it.until}::timestamptz is not null as came_back
      from members m join streams s on s.id = m.group_id
      where m.group_id = ${it.group} and m.account = ${it.account} for update of m
    )
    update members m set muted_until = ${it.until}::timestamptz, archived_at = case when b.came_back then null else m.archived_at end
    from before b where m.group_id = b.group_id and m.account = b.account
    returning b.came_back as "cameBack"`.execute(tx);
  return { cameBack: rows[0]?.cameBack ?? false };
}

export async function saveNotify(tx: Database, group: string, account: string, notify: string): Promise<void> {
  await sql`update members set notify = ${notify} where group_id = ${group} and account = ${account}`.execute(tx);
}

/** Puts a chat away, which takes its pin off; answers the ordinal it is put away at and whether it was pinned. */
export async function saveArchive(
  tx: Database,
  it: { group: string; account: string; upTo: number | null; now: Date },
): Promise<{ upTo: number | null; unpinned: boolean }> {
  const { rows } = await sql<{ upTo: number | null; unpinned: boolean }>`
    with before as (
      select m.group_id, m.account, least(${it.upTo}::bigint, s.messages) as up_to, m.pinned_at is not null and ${it.upTo}::bigint is not null as unpinned
      from members m join streams s on s.id = m.group_id
      where m.group_id = ${it.group} and m.account = ${it.account} for update of m
    )
    update members m set
      archived_at = case when ${it.upTo}::bigint is not null then ${it.now}::timestamptz end,
      archived_ordinal = case when ${it.upTo}::bigint is not null then b.up_to else 0 end,
      pinned_at = case when b.unpinned then null else m.pinned_at end
    from before b where m.group_id = b.group_id and m.account = b.account
    returning case when ${it.upTo}::bigint is not null then b.up_to end as "upTo", b.unpinned`.execute(tx);
  return rows[0] ?? { upTo: null, unpinned: false };
}

export async function saveMark(tx: Database, group: string, account: string, at: Date | null): Promise<void> {
  await sql`
    update members set marked_unread_at = ${at}::timestamptz where group_id = ${group} and account = ${account}`.execute(
    tx,
  );
}

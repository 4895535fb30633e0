import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';

export interface Line {
  readonly id: string;
  readonly seq: number;
}

/** Hides those of these messages that the account may see and still does; answers which. */
export async function hideLines(
  tx: Database,
  it: { account: string; group: string; messages: readonly string[]; at: Date },
): Promise<Line[]> {
  const { rows } = await sql<Line>`
    with seen as (
      select t.id, t.seq from messages t
      join members m on m.group_id = t.group_id and m.account = ${it.account} and m.left_at is null and t.seq > m.visible_from
      where t.group_id = ${it.group} and t.id = any(${it.messages}::uuid[]) and t.kind = 'text'
    ), hidden as (
      insert into hidden_messages (account, group_id, seq, at)
      select ${it.account}, ${it.group}, seq, ${it.at}::timestamptz from seen order by seq on conflict do nothing returning seq
    )
    select id, seq from seen join hidden using (seq) order by seq`.execute(tx);
  return rows;
}

/** Takes that back; answers which of them were hidden. */
export async function showLines(
  tx: Database,
  it: { account: string; group: string; messages: readonly string[] },
): Promise<Line[]> {
  const { rows } = await sql<Line>`
    with shown as (
      delete from hidden_messages h using messages t
      where h.account = ${it.account} and h.group_id = ${it.group}
        and t.group_id = ${it.group} and t.seq = h.seq and t.id = any(${it.messages}::uuid[])
      returning t.id, t.seq
    )
    select id, seq from shown order by seq`.execute(tx);
  return rows;
}

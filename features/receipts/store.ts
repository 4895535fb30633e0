import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Pointers } from './protocol.ts';
import { boundedEntries, boundedPointers } from './rules.ts';

export interface Mark {
  readonly account: string;
  readonly group: string;
  /** 0 where not told. */
  readonly read: number;
  readonly received: number;
}

export interface Moved {
  readonly account: string;
  readonly group: string;
  readonly readSeq: number;
  readonly readOrdinal: number;
  /** Whether the reading mark moved, not just what was received. */
  readonly read: boolean;
}

/** Moves marks forward, never back and never past the head; answers those that moved. One statement for many members. */
export async function saveMarks(tx: Database, marks: readonly Mark[]): Promise<Moved[]> {
  const { rows } = await sql<Moved>`
    with input as (
      select t.account, t.group_id, least(t.read, s.head) as read, least(greatest(t.received, t.read), s.head) as received
      from unnest(${marks.map((it) => it.account)}::uuid[], ${marks.map((it) => it.group)}::uuid[],
        ${marks.map((it) => it.read)}::bigint[], ${marks.map((it) => it.received)}::bigint[]) as t(account, group_id, read, received)
      join streams s on s.id = t.group_id
    ), before as materialized (
      select m.group_id, m.account, m.read_seq, i.read, i.received from members m join input i using (group_id, account)
      where m.left_at is null and (i.read > m.read_seq or i.received > m.received_seq)
      order by m.group_id, m.account for update of m
    )
    update members m set
      read_seq = greatest(m.read_seq, b.read),
      received_seq = greatest(m.received_seq, b.received),
      read_ordinal = case when b.read > m.read_seq
        then coalesce((select g.ordinal from messages g where g.group_id = m.group_id and g.seq <= b.read order by g.seq desc limit 1), m.read_ordinal)
        else m.read_ordinal end
    from before b where m.group_id = b.group_id and m.account = b.account
    returning m.account, m.group_id as "group", m.read_seq as "readSeq", m.read_ordinal as "readOrdinal", b.read > b.read_seq as read`.execute(
    tx,
  );
  return rows;
}

/** How many members stand where, and how many came in where. */
export async function pointersOf(
  db: Database,
  group: string,
): Promise<{ read: Pointers; received: Pointers; since: Pointers }> {
  const { rows } = await sql<{ kind: 'read' | 'received' | 'since'; seq: number; count: number }>`
    with present as (
      select read_seq, received_seq, addressed_from from members where group_id = ${group} and left_at is null
    )
    select 'read' as kind, read_seq as seq, count(*) as count from present group by read_seq
    union all
    select 'received', received_seq, count(*) from present group by received_seq
    union all
    select 'since', addressed_from, count(*) from present where addressed_from > 0 group by addressed_from
    order by 2 desc`.execute(db);
  const of = (kind: string): [number, number][] =>
    rows.filter((it) => it.kind === kind).map((it) => [it.seq, it.count]);
  return {
    read: boundedPointers(of('read')),
    received: boundedPointers(of('received')),
    since: boundedEntries(of('since')),
  };
}

/** Moves the reading mark of one member over one message, where it stands right before it. */
export async function saveCardRead(
  tx: Database,
  it: { readonly group: string; readonly message: string; readonly account: string },
): Promise<{ seq: number; ordinal: number } | undefined> {
  const { rows } = await sql<{ seq: number; ordinal: number }>`
    update members m set read_seq = t.seq, read_ordinal = t.ordinal, received_seq = greatest(m.received_seq, t.seq)
    from messages t
    where t.id = ${it.message} and t.group_id = ${it.group} and m.group_id = t.group_id and m.account = ${it.account} and m.left_at is null
      and m.read_seq < t.seq and m.read_ordinal >= t.ordinal - 1
    returning m.read_seq as seq, m.read_ordinal as ordinal`.execute(tx);
  return rows[0];
}

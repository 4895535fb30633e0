import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { StandingColumns } from '../groups/rights.ts';
import { MENTIONS_MOST } from './rules.ts';
import type { MutedUntil } from './store/peace.ts';

/** Places that are looked through for those that name one, and for urgent ones: of the newest unread. */
const LOOKED_THROUGH = 1_000;

export interface ChatRow extends StandingColumns {
  readonly group: string;
  readonly name: string;
  readonly photo: string | null;
  readonly dissolvesAt: Date | null;
  readonly archived: boolean;
  readonly regulation: { version: number; accepted: number };
  readonly wroteAt: Date | null;
  /** The lead, offered by the account or to it; times in milliseconds. */
  readonly transfer: {
    from: string;
    fromName: string;
    to: string;
    toName: string;
    leaves: boolean;
    endsAt: number;
  } | null;
  readonly members: number;
  readonly messages: number;
  readonly readOrdinal: number;
  readonly readSeq: number;
  readonly visibleFrom: number;
  readonly pinnedAt: Date | null;
  readonly mutedUntil: MutedUntil;
  readonly notify: 'all' | 'mentions' | 'nothing';
  readonly archivedUpTo: number | null;
  readonly markedUnread: boolean;
  readonly mentioned: number[];
  readonly urgent: [number, number, number];
  readonly at: number;
  readonly other: { id: string; name: string; position: string; unit: string; photo: string | null } | null;
  readonly last: {
    id: string;
    seq: number;
    ordinal: number;
    kind: 'text' | 'notice';
    by: string | null;
    at: number;
    text: string | null;
    notice: { on: string; with: unknown } | null;
    /** What it is beyond its text, as `message_more` answers it. */
    more?: Readonly<Record<string, unknown>> | null;
  } | null;
  readonly lastBy: { id: string; name: string; position: string; unit: string; photo: string | null } | null;
}

/** The chats of an account, all or those named, in one statement; the newest first. */
export async function chatsOf(db: Database, account: string, groups?: readonly string[]): Promise<ChatRow[]> {
  const { rows } = await sql<ChatRow>`/* prepared chat.list */
    with mine as (
      select m.group_id, m.role, m.role_until, m.exceptions, m.wrote_at, m.read_ordinal, m.read_seq, m.visible_from, m.pinned_at,
        m.muted_until, m.notify, m.archived_at, m.archived_ordinal, m.marked_unread_at,
        greatest(m.read_seq, m.visible_from) as unread_from, m.regulation from members m
      where m.account = ${account} and m.left_at is null and (${groups ?? null}::uuid[] is null or m.group_id = any(${groups ?? null}::uuid[]))
    )
    select g.id as "group", g.kind, g.name, g.photo, g.approval, coalesce(g.approver = ${account}, false) as approver,
      g.members, m.role, m.role_until as "roleUntil", m.exceptions, m.wrote_at as "wroteAt", g.settings, g.dissolves_at as "dissolvesAt",
      g.archived_at is not null as archived, jsonb_build_object('version', g.regulation, 'accepted', m.regulation) as regulation,
      case when g.dissolves_at is not null then 'dissolving' when g.archived_at is not null then 'archived' else 'open' end as state,
      case when f.id is not null then jsonb_build_object('from', f.id, 'fromName', f.name, 'to', r.id, 'toName', r.name, 'leaves', o.leaves,
        'endsAt', (extract(epoch from o.ends_at) * 1000)::bigint) end as transfer,
      s.messages, m.read_ordinal as "readOrdinal", m.read_seq as "readSeq", m.visible_from as "visibleFrom",
      m.pinned_at as "pinnedAt", m.muted_until as "mutedUntil", m.notify,
      case when m.archived_at is not null then m.archived_ordinal end as "archivedUpTo", m.marked_unread_at is not null as "markedUnread",
      n.seqs as mentioned, e.levels as urgent, s.head as at,
      case when g.kind = 'pair' then (
        select jsonb_build_object('id', a.id, 'name', a.name, 'position', a.position, 'unit', coalesce(u.name, ''), 'photo', a.photo)
        from members o join accounts a on a.id = o.account left join units u on u.id = a.unit
        where o.group_id = g.id and o.account <> ${account} limit 1) end as other,
      case when l.id is not null then jsonb_build_object('id', l.id, 'seq', l.seq, 'ordinal', l.ordinal, 'kind', l.kind, 'by', l.sender,
        'at', (extract(epoch from l.sent_at) * 1000)::bigint, 'text', left(l.text, 300), 'notice', l.notice, 'more', l.more) end as last,
      case when b.id is not null then jsonb_build_object('id', b.id, 'name', b.name, 'position', b.position, 'unit', coalesce(bu.name, ''), 'photo', b.photo) end as "lastBy"
    from mine m join groups g on g.id = m.group_id join streams s on s.id = g.id
    left join lateral (select t.*, message_more(t) as more from messages t where t.group_id = g.id and t.seq > m.visible_from
      and not exists (select from hidden_messages h where h.account = ${account} and h.group_id = g.id and h.seq = t.seq)
      order by t.seq desc limit 1) l on true
    left join lateral (
      select coalesce(jsonb_agg(f.seq order by f.seq), '[]') as seqs from (
        select distinct p.seq from (
          select * from message_mentions t where t.group_id = g.id and t.seq > m.unread_from order by t.seq desc limit ${LOOKED_THROUGH}
        ) p join messages w on w.group_id = g.id and w.seq = p.seq
        where (p.who = 'all' or p.who = 'account' and p.target = ${account}::text or p.who = 'role' and p.target = m.role
            or p.who = 'unit' and p.target = (select unit::text from accounts where id = ${account}))
          and w.sender <> ${account} and w.recalled_at is null
          and not exists (select from hidden_messages h where h.account = ${account} and h.group_id = g.id and h.seq = p.seq)
        order by p.seq desc limit ${MENTIONS_MOST}
      ) f
    ) n on true
    left join lateral (
      select jsonb_build_array(coalesce(max(f.seq) filter (where f.urgency = 1), 0), coalesce(max(f.seq) filter (where f.urgency = 2), 0),
        coalesce(max(f.seq) filter (where f.urgency = 3), 0)) as levels from (
        select t.seq, t.urgency from messages t where t.group_id = g.id and t.urgency > 0 and t.seq > m.unread_from
          and t.sender <> ${account} and t.recalled_at is null
          and not exists (select from hidden_messages h where h.account = ${account} and h.group_id = g.id and h.seq = t.seq)
        order by t.seq desc limit ${LOOKED_THROUGH}
      ) f
    ) e on true
    left join transfers o on o.group_id = g.id and ${account}::uuid in (o.from_account, o.to_account)
    left join accounts f on f.id = o.from_account left join accounts r on r.id = o.to_account
    left join accounts b on b.id = l.sender left join units bu on bu.id = b.unit
    order by coalesce(l.sent_at, g.created_at) desc`.execute(db);
  return rows;
}

export async function savePin(tx: Database, group: string, account: string, at: Date | null): Promise<void> {
  await sql`update members set pinned_at = ${at} where group_id = ${group} and account = ${account}`.execute(tx);
}

export async function headOf(db: Database, stream: string): Promise<number> {
  const { rows } = await sql<{ head: number }>`select head from streams where id = ${stream}`.execute(db);
  return rows[0]?.head ?? 0;
}

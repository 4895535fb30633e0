import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Database } from '../../server/database.ts';
import type { NoticeWriter, StreamPlace, StreamPosition } from '../../server/stream.ts';
import type { Mention, Message, Person } from './protocol.ts';
import { withMore } from './store/content.ts';
import type { Carried, Form, More } from './store/content.ts';

export interface Sending {
  readonly id: string;
  readonly group: string;
  readonly sender: string;
  readonly text: string;
  readonly digest: Buffer;
  readonly at: Date;
  /** The rights the decision was taken with. */
  readonly rightsVersion: number;
  /** Slow mode: seconds that must lie between two messages of this sender; absent or 0 where they need not wait. */
  readonly pace?: number;
  /** What it is beyond its text; absent for plain ones. */
  readonly form?: Form;
  readonly urgency?: number;
  /** Forwarded: as long as it is there and the rights of its group are those it was decided with. */
  readonly source?: Carried;
}

export interface Numbered {
  readonly id: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly at: Date;
}

/** A message that has been committed, for those who tell people of it. */
export interface Sent extends Numbered {
  readonly group: string;
  readonly sender: string;
  readonly urgency: number;
  readonly mentions: readonly Mention[];
}

/**
 * Writes many messages in one statement, which is one commit: locks the streams in id order, drops those whose rights
 * changed since they were decided and those whose id is known, numbers the rest, writes message and event, moves the heads.
 * In slow mode the sender's row is locked too and says when they wrote last; a sender is among them once then. Answers the
 * ones it wrote. Fails with a unique violation where another node wrote one of the ids at the same moment: nothing is written
 * then, and the caller does it again.
 */
export async function insertMessages(db: Database, list: readonly Sending[]): Promise<Numbered[]> {
  const slow = list.some((it) => (it.pace ?? 0) > 0);
  // Most batches are plain texts and carry nothing else.
  const formed = list.some((it) => it.form || it.urgency);
  const carried = list.some((it) => it.source);
  // Streams of the groups from which something is forwarded stand still too: what is withdrawn or recalled there goes nowhere.
  const streams = list.flatMap((it) => (it.source ? [it.group, it.source.group] : [it.group]));
  const { rows } =
    await sql<Numbered>`${sql.raw(`/* prepared message.insert${slow ? '.slow' : ''}${formed ? '.formed' : ''}${carried ? '.carried' : ''} */`)}
    with input as (
      select * from unnest(
        ${list.map((it) => it.id)}::uuid[], ${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.sender)}::uuid[],
        ${list.map((it) => it.text)}::text[], ${list.map((it) => it.digest)}::bytea[], ${list.map((it) => it.at)}::timestamptz[],
        ${list.map((it) => it.rightsVersion)}::bigint[], ${list.map((it) => it.pace ?? 0)}::int[]${
          formed
            ? sql`, ${list.map((it) => (it.form ? JSON.stringify(it.form) : null))}::jsonb[], ${list.map((it) => it.urgency ?? 0)}::smallint[]`
            : sql``
        }${
          carried
            ? sql`, ${list.map((it) => it.source?.message ?? null)}::uuid[], ${list.map((it) => it.source?.group ?? null)}::uuid[], ${list.map((it) => it.source?.rightsVersion ?? 0)}::bigint[]`
            : sql``
        }
      ) with ordinality as t(id, group_id, sender, text, digest, at, rights_version, pace${formed ? sql`, form, urgency` : sql``}${carried ? sql`, source, source_group, source_version` : sql``}, place)
    ), locked as materialized (
      select id, head, messages, rights_version from streams
      where id = any(${[...new Set(streams)]}::uuid[]) order by id for update
    ), ${
      carried
        ? sql`sources as materialized (
      select t.id, l.rights_version from input i join locked l on l.id = i.source_group
      join messages t on t.group_id = i.source_group and t.id = i.source
      where t.recalled_at is null for share of t
    ), `
        : sql``
    }${
      slow
        ? sql`paced as materialized (
      select m.group_id, m.account, m.wrote_at from locked l join input i on i.group_id = l.id
      join members m on m.group_id = i.group_id and m.account = i.sender
      where i.pace > 0 for update of m
    ), `
        : sql``
    }numbered as materialized (
      select i.id, i.group_id, i.sender, i.text, i.digest, i.at, i.pace, ${formed ? sql`i.form, i.urgency,` : sql``}
        l.head + row_number() over w as seq, l.messages + row_number() over w as ordinal
      from input i join locked l on l.id = i.group_id and l.rights_version = i.rights_version
      where not exists (select from message_ids m where m.id = i.id)
      ${carried ? sql`and (i.source is null or exists (select from sources o where o.id = i.source and o.rights_version = i.source_version))` : sql``}
      ${slow ? sql`and not exists (select from paced p where p.group_id = i.group_id and p.account = i.sender and p.wrote_at > i.at - make_interval(secs => i.pace))` : sql``}
      window w as (partition by i.group_id order by i.place)
    ), moved as (
      update streams set head = n.head, messages = n.messages
      from (select group_id, max(seq) as head, max(ordinal) as messages from numbered group by group_id) n
      where streams.id = n.group_id
    ), taken as (
      insert into message_ids (id, group_id) select id, group_id from numbered
    ), written as (
      insert into messages (id, group_id, seq, ordinal, kind, sender, text, digest, sent_at${formed ? sql`, form, urgency` : sql``})
      select id, group_id, seq, ordinal, 'text', sender, text, digest, at${formed ? sql`, form, urgency` : sql``} from numbered
    ), ${
      formed
        ? sql`named as (
      insert into message_mentions (group_id, seq, who, target)
      select distinct n.group_id, n.seq, it.who, coalesce(it.id, '') from numbered n, jsonb_to_recordset(n.form->'mentions') as it(who text, id text)
    ), `
        : sql``
    }${slow ? sql`wrote as (update members m set wrote_at = n.at from numbered n where n.pace > 0 and m.group_id = n.group_id and m.account = n.sender), ` : sql``}logged as (
      insert into events (stream, seq, name, at, by, message)
      select group_id, seq, 'message.sent', at, sender, id from numbered
    )
    select id, seq, ordinal, at from numbered`.execute(db);
  return rows;
}

/** How long senders in slow mode still wait, in seconds; nothing of those whose rights have changed. */
export async function waitsOf(db: Database, list: readonly Sending[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; wait: number }>`
    select i.id, ceil(extract(epoch from m.wrote_at + make_interval(secs => i.pace) - i.at))::int as wait
    from unnest(${list.map((it) => it.id)}::uuid[], ${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.sender)}::uuid[],
      ${list.map((it) => it.at)}::timestamptz[], ${list.map((it) => it.rightsVersion)}::bigint[], ${list.map((it) => it.pace ?? 0)}::int[])
      as i(id, group_id, sender, at, rights_version, pace)
    join streams s on s.id = i.group_id and s.rights_version = i.rights_version
    join members m on m.group_id = i.group_id and m.account = i.sender
    where m.wrote_at > i.at - make_interval(secs => i.pace)`.execute(db);
  return new Map(rows.map((row) => [row.id, Math.max(1, row.wait)]));
}

export interface SentBefore extends Numbered {
  readonly group: string;
  readonly sender: string | null;
  readonly digest: Buffer | null;
  readonly recalled: boolean;
}

/** What was sent under these ids before. */
export async function sentBefore(db: Database, ids: readonly string[]): Promise<SentBefore[]> {
  const { rows } = await sql<SentBefore>`
    select m.id, m.seq, m.ordinal, m.sent_at as at, m.group_id as "group", m.sender, m.digest, m.recalled_at is not null as recalled
    from message_ids i join messages m on m.id = i.id and m.group_id = i.group_id where i.id = any(${ids}::uuid[])`.execute(
    db,
  );
  return rows;
}

/** Notices become lines of the conversation under the number of their event; they do not count as messages of people. */
export const insertNotices: NoticeWriter = async (tx, lines) => {
  await sql`
    with lines as (
      select * from unnest(${lines.map((it) => it.id)}::uuid[], ${lines.map((it) => it.group)}::uuid[], ${lines.map((it) => it.seq)}::bigint[],
      ${lines.map((it) => it.by)}::uuid[], ${lines.map((it) => JSON.stringify(it.notice))}::jsonb[], ${lines.map((it) => it.at)}::timestamptz[])
      as t(id, group_id, seq, sender, notice, at)
    ), taken as (
      insert into message_ids (id, group_id) select id, group_id from lines
    )
    insert into messages (id, group_id, seq, ordinal, kind, sender, notice, sent_at)
    select t.id, t.group_id, t.seq, s.messages, 'notice', t.sender, t.notice, t.at from lines t join streams s on s.id = t.group_id`.execute(
    tx,
  );
};

interface Row {
  readonly id: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly kind: 'text' | 'notice';
  readonly by: string | null;
  readonly at: Date;
  readonly text: string | null;
  readonly notice: { on: string; with: unknown } | null;
  readonly more: More;
  // What only the actor sees of it; null where there is nothing.
  readonly acknowledgedAt?: number | null;
  readonly mine?: readonly string[] | null;
  readonly saved?: boolean;
}

function asMessage({ more, acknowledgedAt, mine, saved, ...row }: Row): Message {
  const line = withMore({ ...row, at: row.at.getTime() }, more);
  return withMore(line, { acknowledgedAt: acknowledgedAt ?? null, mine: mine ?? null, saved: saved ? true : null });
}

export interface PageWish {
  readonly group: string;
  readonly account: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly around?: number | undefined;
  readonly limit: number;
}

/** Bytes of the texts that stand nearer to where a page, or a catch-up, begins. */
const bytesBefore = sql`coalesce(sum(octet_length(text)) over w, 0) - coalesce(octet_length(text), 0)`;

/** Texts of one page, and of the events of one catch-up: so that long messages cannot fill a slow reader's line. */
const BYTES_MOST = 524_288;

/** Of `messages`: not deleted on the account’s own side. */
const shownTo = ({ account, group }: PageWish): RawBuilder<boolean> =>
  sql`not exists (select from hidden_messages h where h.account = ${account} and h.group_id = ${group} and h.seq = messages.seq)`;

/**
 * A page of what this account may read, oldest first; membership is checked in the same statement. `older` and `newer` say
 * whether there is more on that side. A page of very long texts is shorter. Undefined where the account is not a member.
 */
export async function pageOf(
  db: Database,
  wish: PageWish,
): Promise<{ messages: Message[]; older: boolean; newer: boolean; at: number } | undefined> {
  const before = wish.around !== undefined ? wish.around + 1 : wish.before;
  const backwards = wish.after === undefined || wish.around !== undefined;
  const forwards = wish.after !== undefined || wish.around !== undefined;
  const after = wish.around !== undefined ? wish.around : wish.after;
  const half = wish.around !== undefined ? Math.ceil(wish.limit / 2) : wish.limit;
  const bytes = wish.around !== undefined ? BYTES_MOST / 2 : BYTES_MOST;
  const { rows } = await sql<Row & { side: number; head: number; over: boolean }>`/* prepared message.page */
    with me as (
      select m.visible_from, s.head from members m join streams s on s.id = m.group_id
      where m.group_id = ${wish.group} and m.account = ${wish.account} and m.left_at is null
    ), older as (
      select t.* from me, lateral (
        select *, message_more(messages) as more from messages where group_id = ${wish.group} and seq > me.visible_from and seq < coalesce(${before ?? null}::bigint, 9223372036854775807) and ${shownTo(wish)}
        order by seq desc limit ${half + 1}
      ) t where ${backwards}
    ), newer as (
      select t.* from me, lateral (
        select *, message_more(messages) as more from messages where group_id = ${wish.group} and seq > greatest(me.visible_from, ${after ?? 0}::bigint) and ${shownTo(wish)}
        order by seq limit ${half + 1}
      ) t where ${forwards}
    )
    select me.head, t.side, t.id, t.seq, t.ordinal, t.kind, t.sender as by, t.sent_at as at,
      case when not t.over then t.text end as text, t.notice, t.more, t.over,
      exists (select from saved_messages k where k.account = ${wish.account} and k.group_id = ${wish.group} and k.seq = t.seq) as saved,
      case when t.more -> 'ask' is not null then (
        select (extract(epoch from k.at) * 1000)::bigint from acknowledgements k where k.group_id = t.group_id and k.message = t.id and k.account = ${wish.account}
      ) end as "acknowledgedAt",
      case when t.reactions is not null then (
        select array_agg(r.emoji order by r.at, r.emoji) from reactions r where r.group_id = t.group_id and r.message = t.id and r.account = ${wish.account}
      ) end as mine
    from me left join (
      select 0 as side, *, ${bytesBefore} > ${bytes} as over from older window w as (order by seq desc)
      union all
      select 1 as side, *, ${bytesBefore} > ${bytes} from newer window w as (order by seq)
    ) t on true
    order by t.side, t.seq`.execute(db);
  const [first] = rows;
  if (!first) return undefined;
  const older = rows.filter((it) => it.side === 0);
  const newer = rows.filter((it) => it.side === 1);
  const shownOlder = older.slice(-half).filter((it) => !it.over);
  const shownNewer = newer.slice(0, half).filter((it) => !it.over);
  const moreOlder = older.length > shownOlder.length;
  const moreNewer = newer.length > shownNewer.length;
  const messages = [...shownOlder, ...shownNewer].map(({ side: _side, head: _head, over: _over, ...row }) =>
    asMessage(row),
  );
  return {
    messages,
    older: backwards ? moreOlder : wish.after !== undefined && messages.length > 0,
    newer: forwards ? moreNewer : before !== undefined,
    at: first.head,
  };
}

/** Every stream of the account with where it stands: its own, and those of its groups; or just the one named. */
export async function positionsOf(db: Database, account: string, stream?: string): Promise<StreamPosition[]> {
  const { rows } = await sql<StreamPosition>`/* prepared stream.positions */
    select s.id, s.head, s.floor, 0::bigint as "visibleFrom" from streams s
    join accounts a on a.id = s.id and a.state = 'active'
    where s.id = ${account} and ${stream === undefined || stream === account}
    union all
    select s.id, s.head, s.floor, m.visible_from from members m join streams s on s.id = m.group_id
    join accounts a on a.id = m.account and a.state = 'active'
    where m.account = ${account} and m.left_at is null and (${stream ?? null}::uuid is null or m.group_id = ${stream ?? null}::uuid)`.execute(
    db,
  );
  return rows;
}

export async function headsOf(db: Database, streams: readonly string[]): Promise<{ stream: string; head: number }[]> {
  const { rows } = await sql<{ stream: string; head: number }>`
    select id as stream, head from streams where id = any(${streams}::uuid[])`.execute(db);
  return rows;
}

interface EventRow {
  readonly on: string;
  readonly in: string;
  readonly n: number;
  readonly at: Date;
  readonly by: string | null;
  readonly body: unknown;
  readonly message: string | null;
  readonly ordinal: number | null;
  readonly text: string | null;
  readonly more: More;
}

const eventFrame = (row: EventRow): EventFrame => ({
  on: row.on,
  in: row.in,
  n: row.n,
  at: row.at.getTime(),
  ...(row.by ? { by: row.by } : {}),
  with: row.body ?? withMore({ id: row.message, ordinal: row.ordinal, text: row.text }, row.more),
});

/**
 * Events after the given numbers, in order within each stream, the texts of messages taken from where they live. Fewer
 * where they are long: who reads them goes by number.
 */
export async function eventsAfter(
  db: Database,
  cursors: readonly { stream: string; after: number }[],
  most: number,
): Promise<EventFrame[]> {
  const { rows } = await sql<EventRow>`/* prepared stream.events */
    select name as on, stream as in, seq as n, at, by, body, message, ordinal, text, more from (
      select *, ${bytesBefore} > ${BYTES_MOST} as over from (
        select e.*, m.ordinal, m.text, message_more(m) as more
        from unnest(${cursors.map((it) => it.stream)}::uuid[], ${cursors.map((it) => it.after)}::bigint[]) as c(stream, after)
        join lateral (select * from events where stream = c.stream and seq > c.after order by seq limit ${most}) e on true
        left join messages m on e.body is null and m.group_id = e.stream and m.id = e.message
        order by e.stream, e.seq limit ${most}
      ) found window w as (order by stream, seq)
    ) counted
    where not over order by stream, seq`.execute(db);
  return rows.map(eventFrame);
}

/** `positionsOf` of all streams and `eventsAfter` of those in which the number is near, in one look at one moment. */
export async function resumeAt(
  db: Database,
  account: string,
  known: ReadonlyMap<string, number>,
  most: { readonly each: number; readonly together: number },
): Promise<{ places: StreamPlace[]; events: EventFrame[] }> {
  const { rows } = await sql<StreamPlace & { event: boolean } & EventRow>`/* prepared stream.resume */
    with places as (
      select s.id, s.head, s.floor, 0::bigint as visible_from from streams s
      join accounts a on a.id = s.id and a.state = 'active' where s.id = ${account}
      union all
      select s.id, s.head, s.floor, m.visible_from from members m join streams s on s.id = m.group_id
      join accounts a on a.id = m.account and a.state = 'active'
      where m.account = ${account} and m.left_at is null
    ), compared as (
      select p.*, k.n as known, coalesce(
        -- Below what they may see lies what was said while they were not a member.
        k.n >= greatest(p.floor, p.visible_from) and k.n <= p.head and p.head - k.n <= ${most.each}, false) as near
      from places p left join unnest(${[...known.keys()]}::uuid[], ${[...known.values()]}::bigint[]) as k(id, n) on k.id = p.id
    ), counted as (
      select *, sum(case when near then head - known else 0 end) over (order by id) as missed from compared
    ), chosen as (
      select id, head, floor, visible_from, known, near and (known = head or missed <= ${most.together}) as near from counted
    ), found as (
      select e.*, m.ordinal, m.text, message_more(m) as more from chosen c
      join lateral (select * from events where stream = c.id and seq > c.known order by seq limit ${most.each}) e on true
      left join messages m on e.body is null and m.group_id = e.stream and m.id = e.message
      where c.near and c.known < c.head
    ), measured as (
      select *, ${bytesBefore} > ${BYTES_MOST} as over from found window w as (order by stream, seq)
    )
    select c.id, c.head, c.floor, c.visible_from as "visibleFrom", c.near, e.stream is not null as event,
      e.name as on, e.stream as in, e.seq as n, e.at, e.by, e.body, e.message, e.ordinal, e.text, e.more
    from chosen c left join measured e on e.stream = c.id and not e.over order by c.id, e.seq`.execute(db);
  const places: StreamPlace[] = [];
  const events: EventFrame[] = [];
  for (const row of rows) {
    const { id, head, floor, visibleFrom, near } = row;
    if (places.at(-1)?.id !== id) places.push({ id, head, floor, visibleFrom, near });
    if (row.event) events.push(eventFrame(row));
  }
  return { places, events };
}

/**
 * Removes events older than `before` from a partition, or from all, at most `most` at a time; what remains of a stream begins after its
 * floor. Answers how many.
 */
export async function pruneEvents(db: Database, before: Date, most: number, partition = 'events'): Promise<number> {
  const events = sql.table(partition);
  const { rows } = await sql<{ count: number }>`
    with old as (
      select stream, seq from ${events} where at < ${before}::timestamptz order by at limit ${most}
    ), gone as (
      delete from ${events} e using (select stream, max(seq) as upto from old group by stream) o
      where e.stream = o.stream and e.seq <= o.upto returning e.stream, e.seq
    ), raised as (
      update streams s set floor = greatest(s.floor, g.upto)
      from (select stream, max(seq) as upto from gone group by stream) g where s.id = g.stream
    )
    select count(*) as count from gone`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Those who wrote the lines of a page. */
export async function peopleOf(db: Database, accounts: readonly string[]): Promise<Person[]> {
  if (accounts.length === 0) return [];
  const { rows } = await sql<Person>`
    select a.id, a.name, a.position, coalesce(u.name, '') as unit, a.photo
    from accounts a left join units u on u.id = a.unit where a.id = any(${accounts}::uuid[])`.execute(db);
  return rows;
}

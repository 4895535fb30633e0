import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { StandingColumns } from '../groups/rights.ts';
import type { Notify, Quiet } from '../quiet/rules.ts';

// ——— Subscriptions

export interface Subscription {
  readonly session: string;
  readonly account: string;
  readonly endpoint: string;
  readonly host: string;
  readonly p256dh: Buffer;
  readonly auth: Buffer;
  readonly seed: Buffer;
  readonly language: 'vi' | 'en' | undefined;
  readonly names: boolean | undefined;
  readonly at: Date;
}

/** A browser has one endpoint: whoever signs in on it takes it over. */
export async function saveSubscription(tx: Database, it: Subscription): Promise<void> {
  await sql`delete from push_subscriptions where endpoint = ${it.endpoint} and session <> ${it.session}`.execute(tx);
  await sql`
    insert into push_subscriptions (session, account, endpoint, host, p256dh, auth, seed, language, names, at)
    select s.id, s.account, ${it.endpoint}, ${it.host}, ${it.p256dh}, ${it.auth}, ${it.seed}, ${it.language ?? 'vi'}, ${it.names ?? false}, ${it.at}
    from sessions s where s.id = ${it.session} and s.account = ${it.account} and s.ended_at is null
    on conflict (session) do update set endpoint = excluded.endpoint, host = excluded.host, p256dh = excluded.p256dh,
      auth = excluded.auth, language = coalesce(${it.language ?? null}, push_subscriptions.language), names = coalesce(${it.names ?? null}::boolean, push_subscriptions.names), at = excluded.at`.execute(
    tx,
  );
}

export async function deleteSubscriptions(db: Database, sessions: readonly string[]): Promise<void> {
  await sql`delete from push_subscriptions where session = any(${sessions}::uuid[])`.execute(db);
}

/** The endpoint is gone; not one that the device has got since. */
export async function deleteEndpoint(db: Database, session: string, endpoint: string): Promise<void> {
  await sql`delete from push_subscriptions where session = ${session} and endpoint = ${endpoint}`.execute(db);
}

export async function subscriptionOf(
  db: Database,
  session: string,
): Promise<{ endpoint: string; p256dh: Buffer; auth: Buffer } | undefined> {
  const { rows } = await sql<{ endpoint: string; p256dh: Buffer; auth: Buffer }>`
    select endpoint, p256dh, auth from push_subscriptions where session = ${session}`.execute(db);
  return rows[0];
}

export async function saveLook(
  tx: Database,
  session: string,
  it: {
    readonly names: boolean | undefined;
    readonly rings: boolean | undefined;
    readonly language: 'vi' | 'en' | undefined;
  },
): Promise<void> {
  await sql`
    update push_subscriptions set names = coalesce(${it.names ?? null}::boolean, names), rings = coalesce(${it.rings ?? null}::boolean, rings),
      language = coalesce(${it.language ?? null}, language)
    where session = ${session}`.execute(tx);
}

export async function saveDigestChoice(tx: Database, account: string, digest: boolean): Promise<void> {
  await sql`
    insert into notification_choices (account, digest) values (${account}, ${digest})
    on conflict (account) do update set digest = excluded.digest`.execute(tx);
}

export async function digestChoice(db: Database, account: string): Promise<boolean> {
  const { rows } = await sql<{
    digest: boolean;
  }>`select digest from notification_choices where account = ${account}`.execute(db);
  return rows[0]?.digest ?? true;
}

export interface ReachedRow {
  readonly id: string;
  readonly device: string;
  readonly usedAt: Date;
  readonly names: boolean | null;
  readonly rings: boolean | null;
  readonly sentAt: Date | null;
  readonly arrivedAt: Date | null;
}

/** The open sessions of an account with what reaches them, those used last first. */
export async function reachedOf(
  db: Database,
  account: string,
  since: { readonly used: Date; readonly created: Date },
): Promise<ReachedRow[]> {
  const { rows } = await sql<ReachedRow>`
    select s.id, s.device, s.used_at as "usedAt", n.names, n.rings, p.sent_at as "sentAt", p.arrived_at as "arrivedAt"
    from sessions s left join push_subscriptions n on n.session = s.id
    left join lateral (select max(sent_at) as sent_at, max(arrived_at) as arrived_at from pushes where session = s.id) p on true
    where s.account = ${account} and s.ended_at is null and s.used_at > ${since.used} and s.created_at > ${since.created}
    order by s.used_at desc, s.id`.execute(db);
  return rows;
}

// ——— Whom to tell

/** Groups with messages that nobody has looked at yet, on whatever node they were written. */
export async function groupsBehind(db: Database, most: number): Promise<string[]> {
  const { rows } = await sql<{ group: string }>`
    select s.id as "group" from streams s join groups g on g.id = s.id and g.dissolved_at is null
    left join push_cursors c on c.group_id = s.id
    where s.kind = 'group' and s.messages > coalesce(c.messages, 0) limit ${most}`.execute(db);
  return rows.map((row) => row.group);
}

export interface Cursor {
  readonly group: string;
  readonly seq: number;
  /** Messages of people the group has had, when it was taken. */
  readonly messages: number;
}

/** Takes those of the groups that are behind and that no other node has in hand. */
export async function takeCursors(tx: Database, groups: readonly string[]): Promise<Cursor[]> {
  await sql`
    insert into push_cursors (group_id, seq, messages)
    select g.id, 0, 0 from groups g where g.id = any(${groups}::uuid[]) and g.dissolved_at is null
      and not exists (select from push_cursors c where c.group_id = g.id)
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<Cursor>`
    select c.group_id as "group", c.seq, s.messages from push_cursors c join streams s on s.id = c.group_id
    where c.group_id = any(${groups}::uuid[]) and s.messages > c.messages
    order by c.group_id for update of c skip locked`.execute(tx);
  return rows;
}

/** Those of the groups in which there is something new still. */
export async function stillBehind(db: Database, groups: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ group: string }>`
    select c.group_id as "group" from push_cursors c join streams s on s.id = c.group_id
    where c.group_id = any(${groups}::uuid[]) and s.messages > c.messages`.execute(db);
  return rows.map((row) => row.group);
}

export interface NewMessage {
  readonly group: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly sender: string | null;
  readonly urgency: 0 | 1 | 2 | 3;
  readonly at: Date;
  /** A person wrote it, and it was not recalled. */
  readonly tells: boolean;
  /** It names people, a unit, a role or all. */
  readonly named: boolean;
  /** Not all who see it are told of it. */
  readonly aimed?: boolean;
}

/** What stands after the cursors, at most `each` of a group, in order. */
export async function messagesAfter(tx: Database, cursors: readonly Cursor[], each: number): Promise<NewMessage[]> {
  const { rows } = await sql<NewMessage>`
    select t.group_id as "group", t.seq, t.ordinal, t.sender, t.urgency, t.sent_at as at,
      t.kind = 'text' and t.recalled_at is null as tells,
      exists (select from message_mentions x where x.group_id = t.group_id and x.seq = t.seq) as named,
      exists (select from message_audiences x where x.group_id = t.group_id and x.seq = t.seq) as aimed
    from unnest(${cursors.map((it) => it.group)}::uuid[], ${cursors.map((it) => it.seq)}::bigint[]) as c(id, seq)
    join lateral (select * from messages m where m.group_id = c.id and m.seq > c.seq order by m.seq limit ${each}) t on true
    order by t.group_id, t.seq`.execute(tx);
  return rows;
}

export async function saveCursors(
  tx: Database,
  list: readonly { readonly group: string; readonly seq: number; readonly ordinal: number }[],
): Promise<void> {
  await sql`
    update push_cursors c set seq = t.seq, messages = t.ordinal
    from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.seq)}::bigint[], ${list.map((it) => it.ordinal)}::bigint[])
      as t(group_id, seq, ordinal)
    where c.group_id = t.group_id`.execute(tx);
}

/** Devices for whom these messages mean the same. */
export interface Recipients {
  readonly group: string;
  /** How many of the messages asked about they have read, or may not see. */
  readonly seen: number;
  readonly level: Notify;
  readonly muted: boolean;
  readonly quiet: Quiet | null;
  /** Of the messages: those that name them, and those they wrote themselves. */
  readonly named: readonly number[];
  readonly own: readonly number[];
  /** Of the aimed ones: those that are meant for others. */
  readonly hushed: readonly number[];
  /** Their sessions as PostgreSQL writes an array: thousands go from one statement to the next without being looked at. */
  readonly sessions: string;
}

/**
 * The devices of all who have not read these messages, in one statement whatever their number, together where they differ in nothing
 * that matters. Who is signed out, disabled or no longer a member is not among them.
 */
export async function recipientsOf(
  tx: Database,
  messages: readonly NewMessage[],
  since: { readonly now: Date; readonly used: Date; readonly created: Date },
): Promise<Recipients[]> {
  const senders = [...new Set(messages.flatMap((it) => it.sender ?? []))];
  const naming = messages.filter((it) => it.named).map((it) => it.seq);
  const aimed = messages.filter((it) => it.aimed).map((it) => it.seq);
  const { rows } = await sql<Recipients>`
    with batch as materialized (
      select * from unnest(${messages.map((it) => it.group)}::uuid[], ${messages.map((it) => it.seq)}::bigint[], ${messages.map((it) => it.sender)}::uuid[])
        as b(group_id, seq, sender)
    ), ${
      aimed.length > 0
        ? sql`aimed as materialized (
      select x.group_id, x.seq, x.others, x.named from batch b
      join message_audiences x on x.group_id = b.group_id and x.seq = b.seq and x.seq = any(${aimed}::bigint[])
    ), found as materialized (
      select i.group_id, n.account, array_agg(i.seq) as seqs from aimed i, unnest(i.named) as n(account) group by i.group_id, n.account
    ), `
        : sql``
    }facts as (
      select m.group_id, width_bucket(greatest(m.read_seq, m.visible_from), t.seqs) as seen, m.notify, coalesce(m.muted_until > ${since.now}::timestamptz, false) as muted, a.quiet,
        case when ${naming.length > 0} then array(
          select distinct x.seq from message_mentions x where x.group_id = m.group_id and x.seq = any(${naming}::bigint[]) and (x.who = 'all'
            or x.who = 'account' and x.target = m.account::text or x.who = 'unit' and x.target = a.unit::text or x.who = 'role' and x.target = m.role)
          order by x.seq) else '{}' end as named,
        case when m.account = any(${senders}::uuid[]) then array(
          select b.seq from batch b where b.group_id = m.group_id and b.sender = m.account order by b.seq) else '{}' end as own,
        ${
          aimed.length > 0
            ? sql`array(select i.seq from aimed i where i.group_id = m.group_id and (i.seq = any(coalesce(f.seqs, '{}'))) = i.others order by i.seq)`
            : sql`'{}'::bigint[]`
        } as hushed,
        n.session
      from (select group_id, array_agg(seq order by seq) as seqs, max(seq) as newest from batch group by group_id) t
      join members m on m.group_id = t.group_id and m.left_at is null and m.read_seq < t.newest
      join push_subscriptions n on n.account = m.account
      join sessions s on s.id = n.session and s.ended_at is null and s.used_at > ${since.used} and s.created_at > ${since.created}
      join accounts a on a.id = m.account and a.state = 'active'
      ${aimed.length > 0 ? sql`left join found f on f.group_id = m.group_id and f.account = m.account` : sql``}
    )
    select group_id as "group", seen, notify as level, muted, quiet, array_to_json(named) as named, array_to_json(own) as own, array_to_json(hushed) as hushed, array_agg(session order by session)::text as sessions
    from facts group by group_id, seen, notify, muted, quiet, named, own, hushed`.execute(tx);
  return rows;
}

/** What devices are to be told of one chat. */
export interface Planned {
  /** As PostgreSQL writes an array. */
  readonly sessions: string;
  readonly stream: string;
  readonly seq: number;
  readonly urgency: number;
  readonly mentions: boolean;
  readonly silent: boolean;
  readonly since: Date;
  readonly dueAt: Date;
}

/**
 * Puts down what devices are to be told. What waits already for the same chat is replaced, so there is one row a device and chat
 * however much is written; what was sent a moment ago waits until `foldMs` have passed.
 */
export async function insertPushes(tx: Database, it: Planned, foldMs: number): Promise<void> {
  await sql`
    insert into pushes (session, stream, kind, seq, urgency, mentions, silent, since, due_at)
    select n.session, ${it.stream}::uuid, 'message', ${it.seq}::bigint, ${it.urgency}::smallint, ${it.mentions}, ${it.silent}, ${it.since}::timestamptz, ${it.dueAt}::timestamptz
    from unnest(${it.sessions}::uuid[]) as t(session) join push_subscriptions n on n.session = t.session
    order by n.session
    on conflict (session, stream) do update set
      seq = excluded.seq,
      urgency = case when pushes.due_at is null then excluded.urgency else greatest(pushes.urgency, excluded.urgency) end,
      mentions = excluded.mentions or (pushes.due_at is not null and pushes.mentions),
      silent = excluded.silent and (pushes.due_at is null or pushes.silent),
      since = excluded.since,
      -- Where it is on its way, or the service asked for patience, that goes on.
      due_at = case when pushes.due_at is not null and pushes.tries > 0 then pushes.due_at
        else greatest(least(pushes.due_at, excluded.due_at), pushes.sent_at + make_interval(secs => ${foldMs / 1_000}::float8)) end
    where excluded.seq > pushes.seq`.execute(tx);
}

/** As `insertPushes`, for a message of which devices may have been told before: they are told of it again, and sound. */
export async function insertReminders(tx: Database, it: Planned): Promise<void> {
  await sql`
    insert into pushes (session, stream, kind, seq, urgency, mentions, silent, since, due_at)
    select n.session, ${it.stream}::uuid, 'message', ${it.seq}::bigint, ${it.urgency}::smallint, ${it.mentions}, ${it.silent}, ${it.since}::timestamptz, ${it.dueAt}::timestamptz
    from unnest(${it.sessions}::uuid[]) as t(session) join push_subscriptions n on n.session = t.session
    order by n.session
    on conflict (session, stream) do update set
      seq = greatest(pushes.seq, excluded.seq), urgency = greatest(pushes.urgency, excluded.urgency), mentions = true, silent = excluded.silent,
      since = excluded.since, told_seq = least(pushes.told_seq, excluded.seq - 1),
      due_at = case when pushes.due_at is not null and pushes.tries > 0 then pushes.due_at else excluded.due_at end`.execute(
    tx,
  );
}

// ——— Sending

/** The number on the app's icon: what would have called the person, as `badgeOf` of the chats counts it on the device. */
const badgeOf = (account: ReturnType<typeof sql>, now: Date) => sql`(
  select coalesce(sum(case when b.notify = 'mentions' then (
      select count(distinct x.seq) from message_mentions x join accounts i on i.id = b.account
      where x.group_id = b.group_id and x.seq > b.read_seq and (x.who = 'all' or x.who = 'account' and x.target = b.account::text
        or x.who = 'unit' and x.target = i.unit::text or x.who = 'role' and x.target = b.role))
    else greatest(w.messages - b.read_ordinal, case when b.marked_unread_at is not null then 1 else 0 end) end), 0)::int
  from members b join streams w on w.id = b.group_id
  where b.account = ${account} and b.left_at is null and b.notify <> 'nothing' and (w.messages > b.read_ordinal or b.marked_unread_at is not null)
    and not coalesce(b.muted_until > ${now}::timestamptz, false) and not (b.archived_at is not null and w.messages <= b.archived_ordinal))`;

/** That number, of each of these. */
export async function badgesOf(db: Database, accounts: readonly string[], now: Date): Promise<Map<string, number>> {
  const { rows } = await sql<{ account: string; badge: number }>`
    select t.id as account, ${badgeOf(sql`t.id`, now)} as badge from unnest(${accounts}::uuid[]) as t(id)`.execute(db);
  return new Map(rows.map((row) => [row.account, row.badge]));
}

export interface Due {
  readonly session: string;
  readonly stream: string;
  readonly kind: 'message' | 'digest';
  readonly seq: number;
  readonly urgency: number;
  readonly mentions: boolean;
  readonly silent: boolean;
  readonly since: Date;
  readonly tries: number;
  readonly endpoint: string;
  readonly host: string;
  readonly p256dh: Buffer;
  readonly auth: Buffer;
  readonly seed: Buffer;
  readonly badge: number;
  /** The device is still to be told: it was not read meanwhile, nor shown already. */
  readonly wanted: boolean;
  readonly late: boolean;
}

/**
 * Takes what is due, the urgent first, and gives it to this node for `leaseMs`. What is no longer wanted is put away at once. A device
 * is woken for one chat at a time: it asks for all of them, and what it has shown then is no longer wanted.
 */
export async function takeDue(
  db: Database,
  it: {
    readonly now: Date;
    readonly most: number;
    readonly paused: readonly string[];
    readonly leaseMs: number;
    readonly keptMs: number;
    readonly foldMs: number;
  },
): Promise<Due[]> {
  const { rows } = await sql<Due>`
    with due as materialized (
      select p.session, p.stream, p.urgency, p.due_at from pushes p join push_subscriptions n on n.session = p.session
      where p.due_at <= ${it.now}::timestamptz and not n.host = any(${it.paused}::text[])
      order by p.urgency desc, p.due_at limit ${it.most} for update of p skip locked
    ), open as materialized (
      select session, stream, row_number() over (partition by session order by urgency desc, due_at, stream) as place from due
    ), folded as (
      update pushes p set due_at = ${new Date(it.now.getTime() + it.foldMs)}::timestamptz from open o
      where o.place > 1 and p.session = o.session and p.stream = o.stream
    ), facts as materialized (
      select p.*, n.endpoint, n.host, n.p256dh, n.auth, n.seed, n.account,
        p.since <= ${new Date(it.now.getTime() - it.keptMs)}::timestamptz as late,
        s.ended_at is null and a.state = 'active' and (p.kind = 'digest' or p.seq > p.told_seq and exists (
          select from members m where m.group_id = p.stream and m.account = n.account and m.left_at is null and m.read_seq < p.seq)) as wanted
      from open o join pushes p on p.session = o.session and p.stream = o.stream and o.place = 1
      join push_subscriptions n on n.session = p.session join sessions s on s.id = p.session join accounts a on a.id = n.account
    ), moved as (
      update pushes p set tries = case when f.wanted and not f.late then p.tries + 1 else 0 end,
        due_at = case when f.wanted and not f.late then ${new Date(it.now.getTime() + it.leaseMs)}::timestamptz end
      from facts f where p.session = f.session and p.stream = f.stream
    )
    select session, stream, kind, seq, urgency, mentions, silent, since, tries + 1 as tries, endpoint, host, p256dh, auth, seed,
      wanted, late, ${badgeOf(sql`facts.account`, it.now)} as badge
    from facts order by urgency desc, since`.execute(db);
  return rows;
}

export interface Place {
  readonly session: string;
  readonly stream: string;
}

/** A push service has taken these; what was written meanwhile is told when `foldMs` have passed. */
export async function savePushed(
  db: Database,
  list: readonly (Place & { readonly seq: number })[],
  now: Date,
  foldMs: number,
): Promise<void> {
  await sql`
    update pushes p set sent_seq = greatest(p.sent_seq, t.seq), sent_at = ${now}::timestamptz, tries = 0, shown = true,
      due_at = case when p.seq > t.seq then ${new Date(now.getTime() + foldMs)}::timestamptz end
    from unnest(${list.map((it) => it.session)}::uuid[], ${list.map((it) => it.stream)}::uuid[], ${list.map((it) => it.seq)}::bigint[])
      as t(session, stream, seq)
    where p.session = t.session and p.stream = t.stream`.execute(db);
}

/** These are tried again then; without a time, never. */
export async function savePutOff(
  db: Database,
  list: readonly (Place & { readonly until: Date | null })[],
): Promise<void> {
  await sql`
    update pushes p set due_at = t.until, tries = case when t.until is null then 0 else p.tries end
    from unnest(${list.map((it) => it.session)}::uuid[], ${list.map((it) => it.stream)}::uuid[], ${list.map((it) => it.until)}::timestamptz[])
      as t(session, stream, until)
    where p.session = t.session and p.stream = t.stream`.execute(db);
}

/** When the next one is due that no host keeps from being sent; undefined where there is none. */
export async function nextDue(db: Database, paused: readonly string[]): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(p.due_at) as at from pushes p join push_subscriptions n on n.session = p.session
    where p.due_at is not null and not n.host = any(${paused}::text[])`.execute(db);
  return rows[0]?.at ?? undefined;
}

export async function countDue(db: Database): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from pushes where due_at is not null`.execute(db);
  return rows[0]?.count ?? 0;
}

export interface Clearing {
  readonly session: string;
  readonly endpoint: string;
  readonly p256dh: Buffer;
  readonly auth: Buffer;
  readonly seed: Buffer;
  readonly badge: number;
}

/**
 * Devices that show what was read elsewhere, at most once in `everyMs` each; what they show counts as taken away from then on.
 * `silentHosts`: only push services (or all where one begins with a dot) whose browsers let a push show nothing.
 */
export async function takeRead(
  db: Database,
  it: { readonly now: Date; readonly everyMs: number; readonly most: number; readonly loud: string },
): Promise<Clearing[]> {
  const { rows } = await sql<Clearing>`
    with read as materialized (
      select p.session, p.stream, n.host like ${`%${it.loud}`} as loud from pushes p
      join push_subscriptions n on n.session = p.session
      left join members m on m.group_id = p.stream and m.account = n.account and m.left_at is null
      where p.shown and p.kind = 'message' and p.due_at is null and (m.account is null or m.read_seq >= p.sent_seq)
        and (n.cleared_at is null or n.cleared_at <= ${new Date(it.now.getTime() - it.everyMs)}::timestamptz)
      limit ${it.most} for update of p skip locked
    ), away as (
      update pushes p set shown = false from read r where p.session = r.session and p.stream = r.stream
    )
    update push_subscriptions n set cleared_at = ${it.now}
    from (select distinct session from read where not loud) r where n.session = r.session
    returning n.session, n.endpoint, n.p256dh, n.auth, n.seed, ${badgeOf(sql`n.account`, it.now)} as badge`.execute(db);
  return rows;
}

// ——— What a device shows

export interface ShownRow extends StandingColumns {
  readonly group: string;
  readonly seq: number;
  readonly fresh: boolean;
  readonly unread: number;
  readonly urgency: number;
  readonly mentions: boolean;
  readonly silent: boolean;
  readonly name: string;
  readonly other: string | null;
  readonly by: readonly string[];
  readonly accepted: boolean;
  /** Calls of it that rang the person in vain since they read there last. */
  readonly missed: number;
}

/** The chats this device was or is to be told of and that are unread, the newest first. */
export async function shownOn(db: Database, session: string, senders: number, most: number): Promise<ShownRow[]> {
  const { rows } = await sql<ShownRow>`
    select g.id as "group", p.seq, p.seq > p.told_seq as fresh, greatest(1, s.messages - m.read_ordinal) as unread, p.urgency, p.mentions, p.silent,
      g.kind, g.name, g.settings, g.approval, coalesce(g.approver = n.account, false) as approver, m.role, m.role_until as "roleUntil", m.exceptions,
      case when g.dissolves_at is not null then 'dissolving' when g.archived_at is not null then 'archived' else 'open' end as state,
      g.regulation <= m.regulation as accepted,
      case when g.kind = 'pair' then (
        select a.name from members o join accounts a on a.id = o.account where o.group_id = g.id and o.account <> n.account limit 1) end as other,
      (select count(*)::int from call_rings r join calls c on c.id = r.call and c.group_id = g.id
        join messages t on t.group_id = g.id and t.id = c.id and t.seq > greatest(m.read_seq, m.visible_from)
        where r.account = n.account and r.outcome in ('missed', 'cancelled', 'busy')) as missed,
      coalesce((select array_agg(name) from (
        select a.name, max(t.seq) as latest from (
          select sender, seq from messages where group_id = g.id and seq > greatest(m.read_seq, m.visible_from) and kind = 'text' and sender <> n.account
            and recalled_at is null order by seq desc limit 50
        ) t join accounts a on a.id = t.sender group by a.id, a.name order by latest desc limit ${senders}
      ) w), '{}') as by
    from push_subscriptions n join pushes p on p.session = n.session and p.kind = 'message'
    join members m on m.group_id = p.stream and m.account = n.account and m.left_at is null and m.read_seq < p.seq
    join groups g on g.id = p.stream join streams s on s.id = p.stream
    where n.session = ${session}
    order by p.since desc limit ${most}`.execute(db);
  return rows;
}

export interface DeviceLook {
  readonly names: boolean;
  readonly language: 'vi' | 'en';
  readonly badge: number;
  /** A digest is on its way to this device and it has not said that it has shown it. */
  readonly digest: boolean;
}

export async function lookOf(
  db: Database,
  session: string,
  account: string,
  now: Date,
): Promise<DeviceLook | undefined> {
  const { rows } = await sql<DeviceLook>`
    select coalesce(n.names, false) as names, coalesce(n.language, 'vi') as language, ${badgeOf(sql`a.id`, now)} as badge,
      coalesce(p.kind = 'digest' and (p.arrived_at is null or p.arrived_at < p.since), false) as digest
    from accounts a left join push_subscriptions n on n.session = ${session} and n.account = a.id
    left join pushes p on p.session = n.session and p.stream = a.id
    where a.id = ${account}`.execute(db);
  return rows[0];
}

/** The device says that it has shown these; answers of how many that was news. */
export async function saveArrived(
  db: Database,
  session: string,
  list: readonly { readonly group: string; readonly seq: number }[],
  now: Date,
): Promise<number> {
  const { rows } = await sql`
    update pushes p set told_seq = t.seq, arrived_at = ${now}::timestamptz
    from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.seq)}::bigint[]) as t(stream, seq)
    where p.session = ${session} and p.stream = t.stream and p.told_seq < t.seq and t.seq <= p.seq and p.kind = 'message'
    returning p.stream`.execute(db);
  return rows.length;
}

export async function saveDigestArrived(db: Database, session: string, account: string, now: Date): Promise<number> {
  const { rows } = await sql`
    update pushes set arrived_at = ${now}::timestamptz
    where session = ${session} and stream = ${account} and kind = 'digest' and (arrived_at is null or arrived_at < since)
    returning stream`.execute(db);
  return rows.length;
}

export async function saveCleared(db: Database, session: string, groups: readonly string[]): Promise<void> {
  await sql`update pushes set shown = false where session = ${session} and stream = any(${groups}::uuid[])`.execute(db);
}

/** What nobody needs to remember any more. */
export async function prunePushes(db: Database, before: Date, textsBefore: Date): Promise<void> {
  await sql`delete from ring_pushes where due_at is null and at < ${before}`.execute(db);
  await sql`delete from pushes where due_at is null and not shown and since < ${before}`.execute(db);
  await sql`delete from urgent_texts where at < ${textsBefore}`.execute(db);
}

// ——— Digest

export interface DigestPerson {
  readonly account: string;
  readonly quiet: Quiet | null;
}

/** People with a device that can be told and whose digest was not decided today, after `from` in the order of their ids. */
export async function digestPeople(db: Database, day: string, from: string, most: number): Promise<DigestPerson[]> {
  const { rows } = await sql<DigestPerson>`
    select a.id as account, a.quiet from accounts a left join notification_choices c on c.account = a.id
    where a.state = 'active' and a.id > ${from}::uuid and coalesce(c.digest, true) and (c.digest_day is null or c.digest_day < ${day}::date)
      and exists (select from push_subscriptions n where n.account = a.id)
    order by a.id limit ${most}`.execute(db);
  return rows;
}

/** Of these, whoever has not been decided on today, by any node. */
export async function takeDigestDay(tx: Database, accounts: readonly string[], day: string): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    insert into notification_choices (account, digest_day) select t.id, ${day}::date from unnest(${accounts}::uuid[]) as t(id) order by t.id
    on conflict (account) do update set digest_day = excluded.digest_day
    where notification_choices.digest_day is null or notification_choices.digest_day < excluded.digest_day
    returning account`.execute(tx);
  return rows.map((row) => row.account);
}

export interface Waiting {
  readonly account: string;
  readonly messages: number;
  readonly groups: number;
  /** When the newest of those was sent that wait longer than a day. */
  readonly upto: Date;
  /** Something among them was told in no digest before. */
  readonly fresh: boolean;
}

/** What these people have not read: how much of it, and how long it waits. Chats that are to tell nothing do not count. */
export async function waitingFor(
  db: Database,
  accounts: readonly string[],
  it: { readonly now: Date; readonly before: Date; readonly after: Date },
): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select m.account, sum(s.messages - m.read_ordinal)::int as messages, count(*)::int as groups, max(o.at) as upto,
      max(o.at) > coalesce(max(c.digest_to), '-infinity') as fresh
    from members m join streams s on s.id = m.group_id and s.messages > m.read_ordinal
    join lateral (
      select max(t.sent_at) as at from messages t
      where t.group_id = m.group_id and t.seq > greatest(m.read_seq, m.visible_from) and t.sent_at <= ${it.before} and t.sent_at > ${it.after}
        and t.kind = 'text' and t.recalled_at is null and t.sender <> m.account
    ) o on o.at is not null
    left join notification_choices c on c.account = m.account
    where m.account = any(${accounts}::uuid[]) and m.left_at is null and m.notify <> 'nothing' and not (m.archived_at is not null and s.messages <= m.archived_ordinal)
      and not coalesce(m.muted_until > ${it.now}::timestamptz, false)
    group by m.account`.execute(db);
  return rows;
}

export async function saveDigested(
  tx: Database,
  list: readonly { readonly account: string; readonly upto: Date }[],
): Promise<void> {
  await sql`
    update notification_choices c set digest_to = t.upto
    from unnest(${list.map((it) => it.account)}::uuid[], ${list.map((it) => it.upto)}::timestamptz[]) as t(account, upto) where c.account = t.account`.execute(
    tx,
  );
}

/** Puts down the digest for every device of these people. */
export async function insertDigests(tx: Database, accounts: readonly string[], now: Date): Promise<void> {
  await sql`
    insert into pushes (session, stream, kind, seq, since, due_at)
    select session, account, 'digest', 0, ${now}::timestamptz, ${now}::timestamptz from push_subscriptions where account = any(${accounts}::uuid[]) order by session
    on conflict (session, stream) do update set since = excluded.since, due_at = excluded.due_at, tries = 0`.execute(
    tx,
  );
}

/** Whom these messages are for: written with them, so that nobody is told before it is known. */
export async function insertAudiences(
  tx: Database,
  list: readonly { readonly group: string; readonly seq: number; readonly others: boolean; readonly named: string }[],
  at: Date,
): Promise<void> {
  await sql`
    insert into message_audiences (group_id, seq, others, named, at)
    select t.group_id, t.seq, t.others, t.named::uuid[], ${at}::timestamptz
    from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.seq)}::bigint[], ${list.map((it) => it.others)}::boolean[], ${list.map((it) => it.named)}::text[])
      as t(group_id, seq, others, named)`.execute(tx);
}

/** Old ones are nobody's news any more. */
export async function pruneAudiences(db: Database, before: Date): Promise<void> {
  await sql`delete from message_audiences where at < ${before}::timestamptz`.execute(db);
}

// ——— SMS

export interface Unread {
  readonly message: string;
  readonly at: Date;
  readonly group: string;
  readonly account: string;
  readonly level: Notify;
  readonly muted: boolean;
  readonly quiet: Quiet | null;
  readonly role: string;
  readonly unit: string | null;
}

/** Who has not read which message of the highest urgency that was sent between these times, and was not told by SMS yet; after `last`. */
export async function unreadExpress(
  db: Database,
  it: { readonly now: Date; readonly after: Date; readonly before: Date; readonly most: number },
  last?: Unread,
): Promise<Unread[]> {
  const { rows } = await sql<Unread>`
    select t.id as message, t.sent_at as at, t.group_id as "group", m.account, m.notify as level, coalesce(m.muted_until > ${it.now}::timestamptz, false) as muted,
      a.quiet, m.role, a.unit
    from messages t join members m on m.group_id = t.group_id and m.left_at is null and m.read_seq < t.seq and m.visible_from < t.seq
    join accounts a on a.id = m.account and a.state = 'active' and a.registered_at is not null and a.phone is not null
    where t.urgency = 3 and t.sent_at > ${it.after}::timestamptz and t.sent_at <= ${it.before}::timestamptz and t.recalled_at is null
      and case when exists (select from message_audiences x where x.group_id = t.group_id and x.seq = t.seq)
        then exists (select from message_audiences x where x.group_id = t.group_id and x.seq = t.seq and x.others <> (m.account = any(x.named)))
        else t.sender <> m.account end
      and not exists (select from urgent_texts u where u.message = t.id and u.account = m.account)
      ${last ? sql`and (t.sent_at, t.id, m.account) > (${last.at}::timestamptz, ${last.message}::uuid, ${last.account}::uuid)` : sql``}
    order by t.sent_at, t.id, m.account limit ${it.most}`.execute(db);
  return rows;
}

/** Writes down that these are to be texted, once for all nodes, as far as the budget since `day` reaches; how many found no room. */
export async function insertTexts(
  tx: Database,
  list: readonly { readonly message: string; readonly account: string }[],
  it: { readonly now: Date; readonly day: Date; readonly budget: number },
): Promise<{ over: number; added: number }> {
  // One node at a time counts what is left.
  await sql`select pg_advisory_xact_lock(hashtext('urgent_texts'))`.execute(tx);
  const { rows: used } = await sql<{ count: number }>`
    select count(*) as count from urgent_texts where at >= ${it.day}`.execute(tx);
  const room = Math.max(0, it.budget - (used[0]?.count ?? 0));
  const fits = list.slice(0, room);
  const { rows } = await sql`
    insert into urgent_texts (message, account, at)
    select t.message, t.account, ${it.now}::timestamptz from unnest(${fits.map((one) => one.message)}::uuid[], ${fits.map((one) => one.account)}::uuid[]) as t(message, account)
    on conflict do nothing returning message`.execute(tx);
  return { over: list.length - fits.length, added: rows.length };
}

export interface TextDue {
  readonly message: string;
  readonly account: string;
  readonly phone: string;
  readonly at: Date;
}

/** Takes text messages that nobody has in hand; what a node took and did not end is anybody's after `leaseMs`. */
export async function takeTexts(
  db: Database,
  it: { readonly now: Date; readonly leaseMs: number; readonly most: number },
): Promise<TextDue[]> {
  const { rows } = await sql<TextDue>`
    with open as (
      select message, account from urgent_texts
      where ended_at is null and (taken_at is null or taken_at <= ${new Date(it.now.getTime() - it.leaseMs)}::timestamptz)
      order by at limit ${it.most} for update skip locked
    )
    update urgent_texts u set taken_at = ${it.now} from open o, accounts a
    where u.message = o.message and u.account = o.account and a.id = u.account and a.phone is not null
    returning u.message, u.account, a.phone, u.at`.execute(db);
  return rows;
}

export async function saveTexted(db: Database, message: string, account: string, now: Date): Promise<void> {
  await sql`
    update urgent_texts set ended_at = ${now} where message = ${message} and account = ${account} and ended_at is null`.execute(
    db,
  );
}

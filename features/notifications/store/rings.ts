import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';

/** Who has muted the chat, or wants to be told nothing of it, is told while the app is closed only of what rings all the same. */
const wanted = (now: Date) =>
  sql`(t.loud or m.notify <> 'nothing' and not coalesce(m.muted_until > ${now}::timestamptz, false))`;

/** Rings the devices of these people that are to be rung; those that were rung by this call before, once more. */
export async function insertRingPushes(
  tx: Database,
  it: {
    readonly call: string;
    readonly rung: readonly { readonly account: string; readonly loud: boolean }[];
    readonly until: Date;
    readonly now: Date;
    readonly used: Date;
    readonly created: Date;
  },
): Promise<void> {
  await sql`
    insert into ring_pushes (session, call, loud, at, until, due_at)
    select n.session, ${it.call}::uuid, t.loud, ${it.now}::timestamptz, ${it.until}::timestamptz, ${it.now}::timestamptz
    from unnest(${it.rung.map((one) => one.account)}::uuid[], ${it.rung.map((one) => one.loud)}::boolean[]) as t(account, loud)
    join calls c on c.id = ${it.call} join members m on m.group_id = c.group_id and m.account = t.account and m.left_at is null and ${wanted(it.now)}
    join push_subscriptions n on n.account = t.account and n.rings
    join sessions s on s.id = n.session and s.ended_at is null and s.used_at > ${it.used} and s.created_at > ${it.created}
    join accounts a on a.id = n.account and a.state = 'active'
    order by n.session
    on conflict (session, call) do update set loud = excluded.loud, at = excluded.at, until = excluded.until, due_at = excluded.due_at,
      tries = 0, sent_at = null, arrived_at = null`.execute(tx);
}

/** These people are rung no more: what was not sent is not sent; devices that may show it are to be told. */
export async function endRingPushes(
  tx: Database,
  it: { readonly call: string; readonly accounts: readonly string[]; readonly now: Date },
): Promise<void> {
  await sql`
    update ring_pushes p set tries = 0, due_at = case when p.sent_at is not null or p.tries > 0 then ${it.now}::timestamptz end
    from push_subscriptions n
    where p.call = ${it.call} and n.session = p.session and n.account = any(${it.accounts}::uuid[])`.execute(tx);
}

/** Puts down for the devices of these people that they have missed a call, as if a message had come that names them. */
export async function insertMissed(
  tx: Database,
  it: {
    readonly group: string;
    readonly call: string;
    readonly missed: readonly { readonly account: string; readonly loud: boolean }[];
    readonly now: Date;
    readonly dueAt: Date;
    readonly used: Date;
    readonly created: Date;
  },
): Promise<void> {
  await sql`
    insert into pushes (session, stream, kind, seq, urgency, mentions, silent, since, due_at)
    select n.session, ${it.group}::uuid, 'message', c.seq, 0, false, not t.loud, ${it.now}::timestamptz, ${it.dueAt}::timestamptz
    from unnest(${it.missed.map((one) => one.account)}::uuid[], ${it.missed.map((one) => one.loud)}::boolean[]) as t(account, loud)
    join members m on m.group_id = ${it.group} and m.account = t.account and m.left_at is null and ${wanted(it.now)}
    join messages c on c.group_id = ${it.group} and c.id = ${it.call} and c.seq > greatest(m.read_seq, m.visible_from)
    join push_subscriptions n on n.account = t.account
    join sessions s on s.id = n.session and s.ended_at is null and s.used_at > ${it.used} and s.created_at > ${it.created}
    join accounts a on a.id = n.account and a.state = 'active'
    order by n.session
    on conflict (session, stream) do update set
      seq = greatest(pushes.seq, excluded.seq), silent = excluded.silent and (pushes.due_at is null or pushes.silent), since = excluded.since,
      told_seq = least(pushes.told_seq, excluded.seq - 1),
      due_at = case when pushes.due_at is not null and pushes.tries > 0 then pushes.due_at else least(pushes.due_at, excluded.due_at) end`.execute(
    tx,
  );
}

export interface RingDue {
  readonly session: string;
  readonly call: string;
  readonly until: Date;
  readonly tries: number;
  readonly endpoint: string;
  readonly host: string;
  readonly p256dh: Buffer;
  readonly auth: Buffer;
  readonly seed: Buffer;
  readonly account: string;
  /** It is to say that nothing rings any more. */
  readonly over: boolean;
  /** The device is still to be told. */
  readonly wanted: boolean;
}

/** Takes what is due and gives it to this node for `leaseMs`; what is of no use any more is put away at once. */
export async function takeRings(
  db: Database,
  it: { readonly now: Date; readonly most: number; readonly paused: readonly string[]; readonly leaseMs: number },
): Promise<RingDue[]> {
  const { rows } = await sql<RingDue>`
    with due as materialized (
      select p.session, p.call from ring_pushes p join push_subscriptions n on n.session = p.session
      where p.due_at <= ${it.now}::timestamptz and not n.host = any(${it.paused}::text[])
      order by p.due_at limit ${it.most} for update of p skip locked
    ), facts as materialized (
      select p.session, p.call, p.until, p.tries, n.endpoint, n.host, n.p256dh, n.auth, n.seed, n.account,
        r.outcome is not null as over,
        s.ended_at is null and a.state = 'active' and (r.outcome is not null or p.until > ${it.now}::timestamptz and p.arrived_at is null and exists (
          select from members m where m.group_id = c.group_id and m.account = n.account and m.left_at is null)) as wanted
      from due d join ring_pushes p on p.session = d.session and p.call = d.call
      join push_subscriptions n on n.session = p.session join sessions s on s.id = p.session join accounts a on a.id = n.account
      join calls c on c.id = p.call join call_rings r on r.call = p.call and r.account = n.account
    ), moved as (
      update ring_pushes p set tries = case when f.wanted then p.tries + 1 else 0 end,
        due_at = case when f.wanted then ${new Date(it.now.getTime() + it.leaseMs)}::timestamptz end
      from facts f where p.session = f.session and p.call = f.call
    )
    select session, call, until, tries + 1 as tries, endpoint, host, p256dh, auth, seed, account, over, wanted from facts
    order by over, until`.execute(db);
  return rows;
}

/** A push service has taken these. A ring that ended while it was on its way is to be taken away at once. */
export async function saveRung(
  db: Database,
  list: readonly { readonly session: string; readonly call: string; readonly over: boolean }[],
  now: Date,
): Promise<void> {
  await sql`
    update ring_pushes p set sent_at = ${now}::timestamptz, tries = 0,
      due_at = case when not t.over and r.outcome is not null then ${now}::timestamptz end
    from unnest(${list.map((it) => it.session)}::uuid[], ${list.map((it) => it.call)}::uuid[], ${list.map((it) => it.over)}::boolean[])
      as t(session, call, over)
    join push_subscriptions n on n.session = t.session join call_rings r on r.call = t.call and r.account = n.account
    where p.session = t.session and p.call = t.call`.execute(db);
}

/** These are tried again then; without a time, never. */
export async function saveRingsPutOff(
  db: Database,
  list: readonly { readonly session: string; readonly call: string; readonly until: Date | null }[],
): Promise<void> {
  await sql`
    update ring_pushes p set due_at = t.until
    from unnest(${list.map((it) => it.session)}::uuid[], ${list.map((it) => it.call)}::uuid[], ${list.map((it) => it.until)}::timestamptz[])
      as t(session, call, until)
    where p.session = t.session and p.call = t.call`.execute(db);
}

/** When the next one is due that no host keeps from being sent. */
export async function nextRing(db: Database, paused: readonly string[]): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(p.due_at) as at from ring_pushes p join push_subscriptions n on n.session = p.session
    where p.due_at is not null and not n.host = any(${paused}::text[])`.execute(db);
  return rows[0]?.at ?? undefined;
}

export interface RingRow {
  readonly call: string;
  readonly group: string;
  readonly kind: 'voice' | 'video';
  readonly urgency: number;
  readonly until: Date;
  readonly loud: boolean;
  readonly through: boolean;
  readonly fresh: boolean;
  readonly pair: boolean;
  readonly name: string;
  readonly by: string;
}

/** Calls that ring this device now, the newest first. */
export async function ringsOn(db: Database, session: string, now: Date, most: number): Promise<RingRow[]> {
  const { rows } = await sql<RingRow>`
    select c.id as call, g.id as "group", c.kind, c.urgency, p.until, p.loud, r.through, p.arrived_at is null as fresh, g.kind = 'pair' as pair,
      g.name, a.name as by
    from ring_pushes p join push_subscriptions n on n.session = p.session
    join call_rings r on r.call = p.call and r.account = n.account and r.outcome is null
    join calls c on c.id = p.call and c.ended_at is null join groups g on g.id = c.group_id join accounts a on a.id = c.maker
    join members m on m.group_id = c.group_id and m.account = n.account and m.left_at is null
    where p.session = ${session} and p.until > ${now}::timestamptz
    order by p.at desc limit ${most}`.execute(db);
  return rows;
}

/** The device says that it shows these rings; answers of how many that was news. */
export async function saveRingsArrived(
  db: Database,
  session: string,
  calls: readonly string[],
  now: Date,
): Promise<number> {
  const { rows } = await sql`
    update ring_pushes set arrived_at = ${now}::timestamptz
    where session = ${session} and call = any(${calls}::uuid[]) and arrived_at is null
    returning call`.execute(db);
  return rows.length;
}

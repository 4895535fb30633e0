import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Notify, Quiet } from '../../quiet/rules.ts';
import type { RingEnd } from '../rules.ts';
import { RING_OFTEN, RING_OFTEN_MS, SEAT_LOST_MS } from '../rules.ts';

/** Somebody who may be rung, and how they want to be called. */
export interface Callee {
  readonly account: string;
  readonly level: Notify;
  readonly muted: boolean;
  readonly quiet: Quiet | null;
  /** Sits in another call. */
  readonly busy: boolean;
  /** Was rung in vain again and again just now by whoever rings. */
  readonly often: boolean;
}

/**
 * Members that can be rung by this call: active, not in it, not rung by it now, and did not decline it. Of those named, or of all;
 * one more than `most`, so that it can be seen that they are more.
 */
export async function calleesOf(
  tx: Database,
  it: {
    readonly group: string;
    readonly call: string;
    readonly named: readonly string[] | null;
    readonly not: string;
    readonly now: Date;
    readonly most: number;
  },
): Promise<Callee[]> {
  const lost = new Date(it.now.getTime() - SEAT_LOST_MS);
  const often = new Date(it.now.getTime() - RING_OFTEN_MS);
  const { rows } = await sql<Callee>`
    select m.account, m.notify as level, coalesce(m.muted_until > ${it.now}::timestamptz, false) as muted, a.quiet,
      exists (select from call_seats s join calls c on c.id = s.call where s.account = m.account and s.left_at is null and s.call <> ${it.call}
        and s.beat_at >= ${lost}::timestamptz and c.ended_at is null) as busy,
      (select count(*) from calls o join call_rings r on r.call = o.id and r.account = m.account
        where o.group_id = m.group_id and o.maker = ${it.not} and o.at > ${often}::timestamptz and r.outcome in ('missed', 'cancelled', 'declined')
      ) >= ${RING_OFTEN} as often
    from members m join accounts a on a.id = m.account and a.state = 'active'
    where m.group_id = ${it.group} and m.left_at is null and m.account <> ${it.not}
      and (${it.named === null} or m.account = any(${it.named ?? []}::uuid[]))
      and not exists (select from call_seats s where s.call = ${it.call} and s.account = m.account and s.left_at is null)
      and not exists (select from call_rings r where r.call = ${it.call} and r.account = m.account and (r.outcome is null or r.outcome = 'declined'))
    order by m.account limit ${it.most + 1}`.execute(tx);
  return rows;
}

/** How many people this call has rung. */
export async function countRung(tx: Database, call: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from call_rings where call = ${call}`.execute(tx);
  return rows[0]!.count;
}

export interface NewRing {
  readonly account: string;
  readonly loud: boolean;
  readonly through: boolean;
  /** It is over at once: they are in another call. */
  readonly busy: boolean;
}

/** Rings these people; those it has rung in vain, once more. */
export async function insertRings(
  tx: Database,
  it: { readonly call: string; readonly list: readonly NewRing[]; readonly now: Date; readonly until: Date },
): Promise<void> {
  if (it.list.length === 0) return;
  await sql`
    insert into call_rings (call, account, at, until, loud, through, outcome, ended_at)
    select ${it.call}, t.account, ${it.now}::timestamptz, ${it.until}::timestamptz, t.loud, t.through,
      case when t.busy then 'busy' end, case when t.busy then ${it.now}::timestamptz end
    from unnest(${it.list.map((one) => one.account)}::uuid[], ${it.list.map((one) => one.loud)}::boolean[],
      ${it.list.map((one) => one.through)}::boolean[], ${it.list.map((one) => one.busy)}::boolean[]) as t(account, loud, through, busy)
    on conflict (call, account) do update set at = excluded.at, until = excluded.until, loud = excluded.loud, through = excluded.through,
      outcome = excluded.outcome, ended_at = excluded.ended_at`.execute(tx);
}

/** Ends rings that go on: of these people, of all, or those that are over by then. Answers those that ended now. */
export async function endRings(
  tx: Database,
  it: {
    readonly call: string;
    readonly of: readonly string[] | 'all' | 'due';
    readonly how: RingEnd;
    readonly now: Date;
  },
): Promise<{ account: string; loud: boolean }[]> {
  const which =
    it.of === 'all'
      ? sql`true`
      : it.of === 'due'
        ? sql`until <= ${it.now}::timestamptz`
        : sql`account = any(${it.of}::uuid[])`;
  const { rows } = await sql<{ account: string; loud: boolean }>`
    update call_rings set outcome = ${it.how}, ended_at = ${it.now}::timestamptz
    where call = ${it.call} and outcome is null and ${which} returning account, loud`.execute(tx);
  return rows.toSorted((a, b) => (a.account < b.account ? -1 : 1));
}

/** Those whom it rings although they are no members any more. */
export async function strayRings(tx: Database, call: string): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    select r.account from call_rings r join calls c on c.id = r.call
    where r.call = ${call} and r.outcome is null and not exists (
      select from members x join accounts y on y.id = x.account and y.state = 'active' where x.group_id = c.group_id and x.account = r.account and x.left_at is null)`.execute(
    tx,
  );
  return rows.map((it) => it.account);
}

/** Whether it still rings somebody. */
export async function ringsSomebody(tx: Database, call: string): Promise<boolean> {
  const { rows } = await sql`select from call_rings where call = ${call} and outcome is null limit 1`.execute(tx);
  return rows.length > 0;
}

export interface RingRow {
  readonly call: string;
  readonly until: Date;
  readonly loud: boolean;
  readonly through: boolean;
}

/** What rings this person now. */
export async function ringsOf(db: Database, account: string, now: Date): Promise<RingRow[]> {
  const { rows } = await sql<RingRow>`
    select call, until, loud, through from call_rings
    where account = ${account} and outcome is null and until > ${now}::timestamptz order by at desc limit 50`.execute(
    db,
  );
  return rows;
}

/** Rings of calls that were over before then. */
export async function pruneRings(db: Database, before: Date, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with old as (
      select r.call, r.account from calls c join call_rings r on r.call = c.id where c.ended_at < ${before} limit ${most}
    ), gone as (
      delete from call_rings r using old o where r.call = o.call and r.account = o.account returning 1
    )
    select count(*)::int as count from gone`.execute(db);
  return rows[0]!.count;
}

import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import { sinceClockSet } from '../../server/steps.ts';
import type { Role } from '../groups/rights.ts';
import type { Person } from '../messages/protocol.ts';
import type { CallEnd, CallKind, CallMode, RingEnd, SeatState } from './rules.ts';
import { READ_MOST, SEAT_GOING_MS, SEAT_LOST_MS, SEATS_MOST, STAYS_MOST } from './rules.ts';

// ——— Calls

export interface CallRow {
  readonly id: string;
  readonly group: string;
  readonly kind: CallKind;
  readonly by: Person;
  readonly urgency: number;
  readonly mode: CallMode;
  readonly lobby: boolean;
  readonly at: Date;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly end: CallEnd | null;
  readonly people: number;
  readonly version: number;
  readonly pair: boolean;
}

export type CallRowFor = CallRow & { readonly rung: RingEnd | null };

const person = (account: string, unit: string): RawBuilder<unknown> => sql`
  jsonb_build_object('id', ${sql.ref(`${account}.id`)}, 'name', ${sql.ref(`${account}.name`)}, 'position', ${sql.ref(`${account}.position`)},
    'unit', coalesce(${sql.ref(`${unit}.name`)}, ''), 'photo', ${sql.ref(`${account}.photo`)})`;

const callColumns = sql`
  c.id, c.group_id as "group", c.kind, ${person('a', 'u')} as by, c.urgency, c.mode, c.lobby, c.at, c.answered_at as "answeredAt",
  c.ended_at as "endedAt", c.ended as "end", c.people, c.version, g.kind = 'pair' as pair`;
const callTables = sql`
  calls c join groups g on g.id = c.group_id join accounts a on a.id = c.maker left join units u on u.id = a.unit`;

/** False where one goes on in the group already. */
export async function insertCall(
  tx: Database,
  it: {
    readonly id: string;
    readonly group: string;
    readonly maker: string;
    readonly kind: CallKind;
    readonly urgency: number;
    readonly lobby: boolean;
    readonly at: Date;
  },
): Promise<boolean> {
  const { rows } = await sql`
    insert into calls (id, group_id, maker, kind, urgency, lobby, at)
    values (${it.id}, ${it.group}, ${it.maker}, ${it.kind}, ${it.urgency}, ${it.lobby}, ${it.at}::timestamptz)
    on conflict (group_id) where ended_at is null do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** Locks the call; whoever calls holds the stream of its group. Undefined where the group has no such call. */
export async function takeCall(tx: Database, group: string, call: string): Promise<CallRow | undefined> {
  const { rows } = await sql<CallRow>`
    select ${callColumns} from ${callTables} where c.id = ${call} and c.group_id = ${group} for update of c`.execute(
    tx,
  );
  return rows[0];
}

/** The one that goes on in the group. */
export async function openCallIn(db: Database, group: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from calls where group_id = ${group} and ended_at is null`.execute(db);
  return rows[0]?.id;
}

/** Raises the version; answers what then stands. */
export async function saveCall(
  tx: Database,
  it: {
    readonly call: string;
    readonly people: number;
    readonly mode: CallMode;
    readonly lobby: boolean;
    readonly answeredAt: Date | null;
  },
): Promise<CallRow> {
  await sql`
    update calls set people = ${it.people}, mode = ${it.mode}, lobby = ${it.lobby}, answered_at = ${it.answeredAt}::timestamptz, version = version + 1
    where id = ${it.call}`.execute(tx);
  return callRow(tx, it.call);
}

/** It is over; of those who were in it the number is kept. */
export async function saveEnd(
  tx: Database,
  it: { readonly call: string; readonly end: CallEnd; readonly by: string | null; readonly at: Date },
): Promise<CallRow> {
  await sql`
    update calls set ended_at = ${it.at}::timestamptz, ended = ${it.end}, ended_by = ${it.by}, version = version + 1,
      people = (select count(distinct account) from call_seats where call = ${it.call} and admitted_at is not null)
    where id = ${it.call}`.execute(tx);
  return callRow(tx, it.call);
}

async function callRow(db: Database, call: string): Promise<CallRow> {
  const { rows } = await sql<CallRow>`select ${callColumns} from ${callTables} where c.id = ${call}`.execute(db);
  return rows[0]!;
}

/** What this person may see of these calls of a group: those whose card they may read, that go on, or that they were in. */
export async function callsIn(
  db: Database,
  it: { readonly account: string; readonly group: string; readonly ids: readonly string[] },
): Promise<CallRowFor[]> {
  const { rows } = await sql<CallRowFor>`
    select ${callColumns}, r.outcome as rung from ${callTables}
    join members m on m.group_id = c.group_id and m.account = ${it.account} and m.left_at is null
    left join call_rings r on r.call = c.id and r.account = ${it.account}
    where c.group_id = ${it.group} and c.id = any(${it.ids}::uuid[]) and (c.ended_at is null
      or exists (select from messages t where t.group_id = c.group_id and t.id = c.id and t.seq > m.visible_from)
      or exists (select from call_seats s where s.call = c.id and s.account = ${it.account} and s.admitted_at is not null))
    order by c.at desc, c.id`.execute(db);
  return rows;
}

/** Calls that go on in the groups of this person, the newest first. */
export async function openCallsOf(db: Database, account: string): Promise<CallRowFor[]> {
  const { rows } = await sql<CallRowFor>`
    select ${callColumns}, r.outcome as rung from ${callTables}
    join members m on m.group_id = c.group_id and m.account = ${account} and m.left_at is null
    left join call_rings r on r.call = c.id and r.account = ${account}
    where c.ended_at is null order by c.at desc, c.id limit ${READ_MOST}`.execute(db);
  return rows;
}

// ——— Seats

export interface SeatRow {
  readonly id: string;
  readonly call: string;
  readonly account: string;
  readonly session: string;
  readonly person: Person;
  readonly state: SeatState;
  readonly at: Date;
  readonly mic: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly handAt: Date | null;
  readonly leads: boolean;
}

/** Of the member `m`, in the group `g`: leads its calls at this moment. As `leadsCall` has it. */
const leads = (now: Date): RawBuilder<boolean> => sql`
  coalesce(g.kind <> 'pair' and (m.role = 'owner' or m.role = 'deputy' and coalesce(m.role_until > ${now}::timestamptz, true)), false)`;

/** Everybody in it and before its door, the oldest first. */
export async function seatsOf(db: Database, call: string, now: Date): Promise<SeatRow[]> {
  const { rows } = await sql<SeatRow>`
    select s.id, s.call, s.account, s.session, ${person('a', 'u')} as person, s.state, s.at, s.mic, s.camera, s.screen, s.hand_at as "handAt",
      ${leads(now)} as leads
    from call_seats s join calls c on c.id = s.call join groups g on g.id = c.group_id
    join accounts a on a.id = s.account left join units u on u.id = a.unit
    left join members m on m.group_id = c.group_id and m.account = s.account and m.left_at is null
    where s.call = ${call} and s.left_at is null order by s.at, s.id`.execute(db);
  return rows;
}

export interface TakenSeat {
  readonly id: string;
  readonly call: string;
  readonly group: string;
  readonly session: string;
  readonly state: SeatState;
  readonly at: Date;
  readonly admittedAt: Date | null;
  readonly mic: boolean;
  readonly camera: boolean;
  /** Nobody is there any more, or may be: it is not heard of, or its person was put out of the group. */
  readonly empty: boolean;
}

/** The seat this person has anywhere in the house; locked. */
export async function takeSeatOf(tx: Database, account: string, now: Date): Promise<TakenSeat | undefined> {
  const { rows } = await sql<TakenSeat>`
    select s.id, s.call, c.group_id as "group", s.session, s.state, s.at, s.admitted_at as "admittedAt", s.mic, s.camera,
      ${isLost(now)} or c.ended_at is not null or ${isPutOut} as empty
    from call_seats s join calls c on c.id = s.call
    where s.account = ${account} and s.left_at is null for update of s`.execute(tx);
  return rows[0];
}

/**
 * The seat `s` was not heard of for too long. Nobody is lost while a clock that was set makes it look so: all are heard again under the
 * new time first, and a seat of a time that has not come then is one that was not.
 */
const isLost = (now: Date): RawBuilder<boolean> =>
  sinceClockSet() < SEAT_LOST_MS
    ? sql`false`
    : sql`(s.beat_at < ${new Date(now.getTime() - SEAT_LOST_MS)}::timestamptz or s.beat_at > ${new Date(now.getTime() + SEAT_LOST_MS)}::timestamptz)`;

/** The person of the seat `s` of the call `c` has no business there any more. */
const isPutOut = sql<boolean>`not exists (
  select from members x join accounts y on y.id = x.account and y.state = 'active' join sessions z on z.id = s.session and z.ended_at is null
  where x.group_id = c.group_id and x.account = s.account and x.left_at is null)`;

/** False where the person has got another one meanwhile. */
export async function insertSeat(
  tx: Database,
  it: {
    readonly id: string;
    readonly call: string;
    readonly account: string;
    readonly session: string;
    readonly state: SeatState;
    readonly at: Date;
    readonly now: Date;
    readonly mic: boolean;
    readonly camera: boolean;
  },
): Promise<boolean> {
  const { rows } = await sql`
    insert into call_seats (id, call, account, session, state, at, beat_at, admitted_at, mic, camera)
    values (${it.id}, ${it.call}, ${it.account}, ${it.session}, ${it.state}, ${it.at}::timestamptz, ${it.now}::timestamptz,
      case when ${it.state} = 'in' then ${it.now}::timestamptz end, ${it.mic}, ${it.camera})
    on conflict (account) where left_at is null do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** It is heard of again, and shows this. */
export async function touchSeat(
  tx: Database,
  it: { readonly seat: string; readonly now: Date; readonly mic: boolean; readonly camera: boolean },
): Promise<void> {
  await sql`
    update call_seats set beat_at = ${it.now}::timestamptz, mic = ${it.mic}, camera = ${it.camera} where id = ${it.seat}`.execute(
    tx,
  );
}

export type Gone = 'left' | 'moved' | 'dismissed' | 'removed' | 'ended' | 'lost';

export interface GoneSeat {
  readonly id: string;
  readonly account: string;
  readonly why: Gone;
}

/** Ends these seats where they have not ended; answers those that did now. */
export async function endSeats(
  tx: Database,
  it: { readonly call: string; readonly seats: readonly string[]; readonly why: Gone; readonly now: Date },
): Promise<GoneSeat[]> {
  if (it.seats.length === 0) return [];
  const { rows } = await sql<GoneSeat>`
    update call_seats set left_at = ${it.now}::timestamptz, gone = ${it.why}
    where call = ${it.call} and id = any(${it.seats}::uuid[]) and left_at is null returning id, account, gone as why`.execute(
    tx,
  );
  return rows;
}

export async function admitSeats(
  tx: Database,
  it: { readonly call: string; readonly seats: readonly string[]; readonly now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update call_seats set state = 'in', admitted_at = ${it.now}::timestamptz
    where call = ${it.call} and id = any(${it.seats}::uuid[]) and state = 'waiting' and left_at is null returning id`.execute(
    tx,
  );
  return rows.map((it) => it.id);
}

/** Whether this person was let in before, and whether they were put out and nobody has let them in since. */
export async function beforeIn(
  tx: Database,
  call: string,
  account: string,
): Promise<{ readonly admitted: boolean; readonly dismissed: boolean }> {
  const { rows } = await sql<{ admitted: boolean; dismissed: boolean }>`
    select coalesce(bool_or(admitted_at is not null), false) as admitted,
      coalesce(max(left_at) filter (where gone = 'dismissed') >= coalesce(max(admitted_at), '-infinity'), false) as dismissed
    from call_seats where call = ${call} and account = ${account} and left_at is not null`.execute(tx);
  return rows[0]!;
}

/** Turns microphones off; answers those that were on. */
export async function silenceSeats(
  tx: Database,
  call: string,
  seats: readonly string[],
): Promise<{ id: string; account: string }[]> {
  const { rows } = await sql<{ id: string; account: string }>`
    update call_seats set mic = false, silenced = true
    where call = ${call} and id = any(${seats}::uuid[]) and left_at is null and mic returning id, account`.execute(tx);
  return rows;
}

/** Who leads calls in the group now. */
export async function leadsIn(db: Database, group: string, account: string, now: Date): Promise<boolean> {
  const { rows } = await sql<{ leads: boolean }>`
    select ${leads(now)} as leads from members m join groups g on g.id = m.group_id
    where m.group_id = ${group} and m.account = ${account} and m.left_at is null`.execute(db);
  return rows[0]?.leads ?? false;
}

/** How a member stands, for who may put whom out. */
export async function rolesIn(
  db: Database,
  group: string,
  accounts: readonly string[],
): Promise<{ account: string; role: Role; roleUntil: Date | null }[]> {
  const { rows } = await sql<{ account: string; role: Role; roleUntil: Date | null }>`
    select account, role, role_until as "roleUntil" from members
    where group_id = ${group} and account = any(${accounts}::uuid[]) and left_at is null`.execute(db);
  return rows;
}

// ——— What a device says of its seat: each one statement, which proves that the seat is its own and that it is a member still

export interface Own {
  readonly account: string;
  readonly session: string;
  readonly group: string;
  readonly call: string;
  readonly seat: string;
}

/** From `call_seats s` and its call `c`. */
const own = (it: Own): RawBuilder<boolean> => sql`
  s.id = ${it.seat} and s.call = ${it.call} and s.account = ${it.account} and s.session = ${it.session} and s.left_at is null
  and c.id = s.call and c.group_id = ${it.group} and c.ended_at is null and not ${isPutOut}`;

/** The version of its call; undefined where it has no seat any more. */
export async function beat(
  db: Database,
  it: Own & { readonly going: boolean },
  now: Date,
): Promise<number | undefined> {
  const heard = it.going
    ? sql`${new Date(now.getTime() - SEAT_LOST_MS + SEAT_GOING_MS)}::timestamptz`
    : sql`greatest(s.beat_at, ${now}::timestamptz)`;
  const { rows } = await sql<{ version: number }>`
    update call_seats s set beat_at = ${heard} from calls c where ${own(it)} returning c.version`.execute(db);
  return rows[0]?.version;
}

export interface OwnSeat {
  readonly state: SeatState;
  readonly mode: CallMode;
  /** A leader has turned the microphone off. */
  readonly silenced: boolean;
}

export async function ownSeat(db: Database, it: Own): Promise<OwnSeat | undefined> {
  const { rows } = await sql<OwnSeat>`
    select s.state, c.mode, s.silenced from call_seats s join calls c on ${own(it)}`.execute(db);
  return rows[0];
}

/** To whom something is said from one seat to another; `account` is null where that one is not in it any more. */
export async function hearerOf(
  db: Database,
  it: Own & { readonly to: string },
): Promise<{ account: string | null } | undefined> {
  const { rows } = await sql<{ account: string | null }>`/* prepared call.say */
    select t.account from call_seats s join calls c on ${own(it)} and s.state = 'in'
    left join call_seats t on t.id = ${it.to} and t.call = c.id and t.left_at is null and t.state = 'in' and t.id <> s.id
      and exists (select from members x where x.group_id = c.group_id and x.account = t.account and x.left_at is null)`.execute(
    db,
  );
  return rows[0];
}

export interface Shown {
  readonly version: number;
  /** A leader had turned the microphone off, and it is on again. */
  readonly heardAgain: boolean;
  readonly mode: CallMode;
}

/** What others see of the seat; undefined where it is none any more. */
export async function showSeat(
  db: Database,
  it: Own & {
    readonly mic: boolean;
    readonly camera: boolean;
    readonly screen: boolean;
    readonly hand: boolean;
    readonly now: Date;
  },
): Promise<Shown | undefined> {
  const { rows } = await sql<Shown>`
    with before as materialized (
      select s.id, s.call, s.silenced from calls c join call_seats s on ${own(it)} for update of c, s
    ), shown as (
      update call_seats s set mic = ${it.mic}, camera = ${it.camera}, screen = ${it.screen}, silenced = s.silenced and not ${it.mic},
        hand_at = case when ${it.hand} then coalesce(s.hand_at, ${it.now}::timestamptz) end, beat_at = greatest(s.beat_at, ${it.now}::timestamptz)
      from before b where s.id = b.id
    )
    update calls c set version = c.version + 1 from before b where c.id = b.call
    returning c.version, c.mode, b.silenced and ${it.mic} as "heardAgain"`.execute(db);
  return rows[0];
}

/** What became of a seat that this device had. */
export async function goneOf(db: Database, it: Own): Promise<Gone | undefined> {
  const { rows } = await sql<{ gone: Gone | null }>`
    select s.gone from call_seats s join calls c on c.id = s.call and c.group_id = ${it.group}
    where s.id = ${it.seat} and s.call = ${it.call} and s.account = ${it.account} and s.session = ${it.session}`.execute(
    db,
  );
  return rows[0]?.gone ?? undefined;
}

/** The seats in it, and whose they are. */
export async function hearersOf(db: Database, call: string): Promise<{ seat: string; account: string }[]> {
  const { rows } = await sql<{ seat: string; account: string }>`
    select id as seat, account from call_seats where call = ${call} and left_at is null and state = 'in'`.execute(db);
  return rows;
}

/** Whose these seats are, where they still have them. */
export async function seatsNamed(
  db: Database,
  seats: readonly string[],
): Promise<{ seat: string; call: string; account: string }[]> {
  const { rows } = await sql<{ seat: string; call: string; account: string }>`
    select id as seat, call, account from call_seats where id = any(${seats}::uuid[]) and left_at is null and state = 'in'`.execute(
    db,
  );
  return rows;
}

/** Where this device sits. */
export async function seatOfSession(
  db: Database,
  account: string,
  session: string,
): Promise<{ group: string; call: string; seat: string } | undefined> {
  const { rows } = await sql<{ group: string; call: string; seat: string }>`
    select c.group_id as "group", s.call, s.id as seat from call_seats s join calls c on c.id = s.call and c.ended_at is null
    where s.account = ${account} and s.session = ${session} and s.left_at is null and not ${isPutOut}`.execute(db);
  return rows[0];
}

// ——— What the clock does

/** Open calls in which something is to be done: seats that nobody has any more, rings that are over, a sum that is not right. */
export async function restless(
  db: Database,
  it: { readonly now: Date; readonly alone: Date; readonly most: number; readonly group?: string | undefined },
): Promise<{ call: string; group: string }[]> {
  const { rows } = await sql<{ call: string; group: string }>`
    select c.id as call, c.group_id as "group" from calls c
    where c.ended_at is null and (${it.group ?? null}::uuid is null or c.group_id = ${it.group ?? null}::uuid) and (
      exists (select from call_rings r where r.call = c.id and r.outcome is null and r.until <= ${it.now}::timestamptz)
      or exists (select from call_seats s where s.call = c.id and s.left_at is null and (${isLost(it.now)} or ${isPutOut}))
      or exists (select from call_rings r where r.call = c.id and r.outcome is null
        and not exists (select from members x join accounts y on y.id = x.account and y.state = 'active' where x.group_id = c.group_id and x.account = r.account and x.left_at is null))
      or c.people <> (select count(*) from call_seats s where s.call = c.id and s.left_at is null and s.state = 'in')
      or c.answered_at is null and c.at <= ${it.alone}::timestamptz and exists (select from groups g where g.id = c.group_id and g.kind = 'pair')
        and not exists (select from call_rings r where r.call = c.id and r.outcome is null))
    order by c.at limit ${it.most}`.execute(db);
  return rows;
}

/** Seats of the call that nobody has any more. */
export async function emptySeats(
  tx: Database,
  call: string,
  now: Date,
): Promise<{ id: string; account: string; why: 'removed' | 'lost' }[]> {
  const { rows } = await sql<{ id: string; account: string; why: 'removed' | 'lost' }>`
    select s.id, s.account, case when ${isPutOut} then 'removed' else 'lost' end as why
    from call_seats s join calls c on c.id = s.call
    where s.call = ${call} and s.left_at is null and (${isLost(now)} or ${isPutOut})`.execute(tx);
  return rows;
}

/** Seats of the call that ended within the last minute. */
export async function goneLately(tx: Database, call: string, now: Date): Promise<GoneSeat[]> {
  const { rows } = await sql<GoneSeat>`
    select id, account, gone as why from call_seats
    where call = ${call} and left_at > ${new Date(now.getTime() - 60_000)}::timestamptz order by left_at desc limit ${SEATS_MOST}`.execute(
    tx,
  );
  return rows;
}

/** When the next ring is over by itself. */
export async function nextRingEnd(db: Database): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(until) as at from call_rings where outcome is null`.execute(db);
  return rows[0]?.at ?? undefined;
}

// ——— The list of those who took part

export interface AttendedRow {
  readonly person: Person;
  readonly stays: { readonly from: number; readonly to: number | null }[];
  readonly seconds: number;
  readonly rung: RingEnd | null;
}

export async function tookPart(db: Database, call: string, account: string): Promise<boolean> {
  const { rows } = await sql`
    select from call_seats where call = ${call} and account = ${account} and admitted_at is not null limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Who was in it and who was rung, in the order of their coming; times of one person that touch each other are one. */
export async function attendedPage(
  db: Database,
  it: { readonly call: string; readonly now: Date; readonly after: number; readonly limit: number },
): Promise<{ people: AttendedRow[]; total: number }> {
  const { rows } = await sql<AttendedRow & { total: number }>`
    with sat as (
      select account, range_agg(tstzrange(admitted_at, greatest(coalesce(left_at, ${it.now}::timestamptz), admitted_at), '[]')) as times,
        bool_or(left_at is null) as here
      from call_seats where call = ${it.call} and admitted_at is not null group by account
    ), rung as (
      select account, outcome from call_rings where call = ${it.call}
    ), listed as (
      select coalesce(s.account, r.account) as account, s.times, s.here, case when s.account is null then r.outcome end as outcome
      from sat s full join rung r on r.account = s.account
    )
    select ${person('a', 'u')} as person, l.outcome as rung, (count(*) over ())::int as total,
      coalesce((select floor(sum(extract(epoch from upper(t) - lower(t))))::int from unnest(l.times) as t), 0) as seconds,
      coalesce((select jsonb_agg(jsonb_build_object('from', (extract(epoch from lower(t)) * 1000)::bigint,
          'to', case when l.here and upper(t) = upper(l.times) then null else (extract(epoch from upper(t)) * 1000)::bigint end) order by lower(t))
        from (select t from unnest(l.times) as t order by lower(t) desc limit ${STAYS_MOST}) as last(t)), '[]') as stays
    from listed l join accounts a on a.id = l.account left join units u on u.id = a.unit
    order by lower(l.times) nulls last, a.sort_name, a.id offset ${it.after} limit ${it.limit}`.execute(db);
  return { people: rows.map(({ total: _total, ...row }) => row), total: rows[0]?.total ?? 0 };
}

/** All of a group that was dissolved. */
export async function deleteCallsOf(tx: Database, group: string): Promise<void> {
  await sql`delete from call_rings where call in (select id from calls where group_id = ${group})`.execute(tx);
  await sql`delete from call_seats where call in (select id from calls where group_id = ${group})`.execute(tx);
  await sql`delete from calls where group_id = ${group}`.execute(tx);
}

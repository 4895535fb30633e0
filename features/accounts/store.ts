import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

/** Until the end of the transaction nobody else decides about these names (a number, an address). */
export async function takeTurns(tx: Database, names: readonly string[]): Promise<void> {
  for (const name of [...names].sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

/** When this number was asked for since then, oldest first: from an address, and from everywhere. */
export async function requestsOf(
  db: Database,
  phone: string,
  address: string,
  since: Date,
): Promise<{ here: Date[]; all: Date[] }> {
  const { rows } = await sql<{ at: Date; here: boolean }>`
    select made_at as at, address = ${address} as here from challenges
    where phone = ${phone} and made_at > ${since} order by made_at`.execute(db);
  return { here: rows.filter((row) => row.here).map((row) => row.at), all: rows.map((row) => row.at) };
}

/** Whether the number was proved since then in this browser or from this address. */
export async function wasProved(
  db: Database,
  phone: string,
  from: { readonly browser: Buffer | null; readonly address: string },
  since: Date,
): Promise<boolean> {
  const { rows } = await sql`
    select id from challenges
    where phone = ${phone} and proved_at > ${since} and (browser = ${from.browser}::bytea or address = ${from.address}) limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

export interface Crowd {
  readonly address: number;
  readonly network: number;
  /** When the oldest of those counted was made. */
  readonly since: Date | null;
}

/** Requests of an address and of its network since then. */
export async function requestsFrom(db: Database, address: string, network: string, since: Date): Promise<Crowd> {
  const { rows } = await sql<Crowd>`
    select count(*) filter (where address = ${address})::int as address, count(*)::int as network, min(made_at) as since
    from challenges where network = ${network} and made_at > ${since}`.execute(db);
  return rows[0]!;
}

/** Takes the place of the ones that the same browser or address has asked for; others' stay good. */
export async function insertChallenge(
  db: Database,
  it: { id: string; phone: string; browser: Buffer; address: string; network: string; at: Date; endsAt: Date },
): Promise<void> {
  await sql`
    with older as (
      update challenges set dead = true
      where phone = ${it.phone} and not dead and (browser = ${it.browser} or address = ${it.address})
    )
    insert into challenges (id, phone, browser, address, network, made_at, ends_at)
    values (${it.id}, ${it.phone}, ${it.browser}, ${it.address}, ${it.network}, ${it.at}, ${it.endsAt})`.execute(db);
}

export interface Challenge {
  readonly id: string;
  readonly phone: string;
  readonly browser: Buffer;
  readonly code: Buffer | null;
  readonly sent: boolean;
  readonly endsAt: Date;
  readonly tries: number;
  readonly triedAt: Date | null;
  readonly provedAt: Date | null;
  readonly dead: boolean;
}

/** Locked, so that two tries at once are two tries. */
export async function takeChallenge(tx: Database, id: string): Promise<Challenge | undefined> {
  const { rows } = await sql<Challenge>`
    select id, phone, browser, code, sent_at is not null as sent, ends_at as "endsAt", tries, tried_at as "triedAt",
      proved_at as "provedAt", dead
    from challenges where id = ${id} for update`.execute(tx);
  return rows[0];
}

export async function saveTry(tx: Database, id: string, at: Date, dead: boolean): Promise<void> {
  await sql`
    update challenges set tries = tries + 1, tried_at = ${at}, dead = dead or ${dead} where id = ${id}`.execute(tx);
}

/** The right code was entered. `over`: nothing more is to come of it. */
export async function saveProved(tx: Database, id: string, at: Date, over: boolean): Promise<void> {
  await sql`
    update challenges set proved_at = coalesce(proved_at, ${at}), code = null, dead = ${over} where id = ${id}`.execute(
    tx,
  );
}

/** Puts the code on the challenge; `sentAt` null where no text message goes out. False where it is over meanwhile. */
export async function saveCode(db: Database, id: string, code: Buffer, sentAt: Date | null): Promise<boolean> {
  const { rows } = await sql`
    update challenges set code = ${code}, sent_at = ${sentAt} where id = ${id} and not dead returning id`.execute(db);
  return rows.length > 0;
}

export interface Sendings {
  readonly prefix: number;
  readonly hour: number;
  readonly day: number;
}

/** Text messages sent lately: to numbers that begin like this one, and to all. */
export async function sendingsSince(
  db: Database,
  phone: string,
  since: { readonly prefix: Date; readonly hour: Date; readonly day: Date },
): Promise<Sendings> {
  // +84 and six more digits: the seven digits 0905318 as people write them.
  const { rows } = await sql<Sendings>`
    select count(*) filter (where sent_at > ${since.prefix} and left(phone, 9) = left(${phone}, 9))::int as prefix,
      count(*) filter (where sent_at > ${since.hour})::int as hour, count(*)::int as day
    from challenges where sent_at > ${since.day}`.execute(db);
  return rows[0]!;
}

/** The most sent in one hour of the last days, and how many people of the staff list never signed in. */
export async function usualSendings(db: Database, since: Date): Promise<{ busiestHour: number; newcomers: number }> {
  const { rows } = await sql<{ busiestHour: number; newcomers: number }>`
    select
      (select coalesce(max(n), 0)::int from (
        select count(*) as n from challenges where sent_at > ${since} group by date_trunc('hour', sent_at)) h) as "busiestHour",
      (select count(*)::int from accounts where state = 'active' and registered_at is null and phone is not null) as newcomers`.execute(
    db,
  );
  return rows[0]!;
}

export async function insertCheck(
  tx: Database,
  it: { at: Date; phone: string; address: string; wrong: boolean },
): Promise<void> {
  await sql`
    insert into code_checks (at, phone, address, wrong) values (${it.at}, ${it.phone}, ${it.address}, ${it.wrong})`.execute(
    tx,
  );
}

export interface Checks {
  readonly fromAddress: number;
  readonly addressSince: Date | null;
  /** Wrong codes for the number from the address in the day that ended with the last of them, if that is less than a day ago. */
  readonly wrongHere: number;
  /** Wrong codes for the number from everywhere in the last day. */
  readonly wrongForPhone: number;
  readonly wrongOfAll: number;
  readonly allSince: Date | null;
}

/** Codes tried from an address within the hour, wrong ones for a number, and in all for numbers that a code was sent to. */
export async function checksSince(
  db: Database,
  who: { readonly address: string; readonly phone: string },
  since: { readonly hour: Date; readonly day: Date },
): Promise<Checks> {
  const { rows } = await sql<Checks>`
    select a.n as "fromAddress", a.since as "addressSince", h.n as "wrongHere", p.n as "wrongForPhone", w.n as "wrongOfAll",
      w.since as "allSince"
    from (select count(*)::int as n, min(at) as since from code_checks where address = ${who.address} and at > ${since.hour}) a,
      (select count(*)::int as n from code_checks c, (
        select max(at) as at from code_checks
        where phone = ${who.phone} and address = ${who.address} and wrong and at > ${since.day}) last
        where c.phone = ${who.phone} and c.address = ${who.address} and c.wrong and c.at > last.at - interval '24 hours') h,
      (select count(*)::int as n from code_checks where phone = ${who.phone} and wrong and at > ${since.day}) p,
      (select count(*)::int as n, min(at) as since from code_checks
        where wrong and at > ${since.hour} and phone in (
          select phone from challenges where sent_at > ${since.hour}::timestamptz - interval '1 hour')) w`.execute(db);
  return rows[0]!;
}

export async function deleteWrongChecks(tx: Database, phone: string): Promise<void> {
  await sql`delete from code_checks where phone = ${phone} and wrong`.execute(tx);
}

/** Codes asked for and not used count no more, so that the number can be asked for again. One that is still good stays. */
export async function deleteSpentChallenges(tx: Database, phone: string, now: Date): Promise<void> {
  await sql`
    delete from challenges where phone = ${phone} and proved_at is null and (dead or ends_at <= ${now})`.execute(tx);
}

export async function pruneChallenges(db: Database, challenges: Date, proved: Date, checks: Date): Promise<void> {
  await sql`
    delete from challenges where made_at < ${challenges} and (proved_at is null or proved_at < ${proved})`.execute(db);
  await sql`delete from code_checks where at < ${checks}`.execute(db);
}

export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly registered: boolean;
}

/** The account that has this number. */
export async function accountByPhone(db: Database, phone: string): Promise<Holder | undefined> {
  const { rows } = await sql<Holder>`
    select id, name, state, registered_at is not null as registered from accounts where phone = ${phone}`.execute(db);
  return rows[0];
}

export async function insertAccount(
  tx: Database,
  it: {
    id: string;
    phone: string;
    name: string;
    state: 'active' | 'waiting';
    administrator: boolean;
    search: string;
    registeredAt: Date | null;
    at: Date;
  },
): Promise<void> {
  await sql`
    insert into accounts (id, phone, name, state, administrator, search, registered_at, created_at)
    values (${it.id}, ${it.phone}, ${it.name}, ${it.state}, ${it.administrator}, ${it.search}, ${it.registeredAt}, ${it.at})`.execute(
    tx,
  );
}

export async function saveRegistered(tx: Database, account: string, at: Date): Promise<void> {
  await sql`update accounts set registered_at = coalesce(registered_at, ${at}) where id = ${account}`.execute(tx);
}

/** Makes whoever has this number an administrator; undefined where nobody active has it. */
export async function savePromoted(
  tx: Database,
  phone: string,
  registeredAt: Date | null,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    update accounts set administrator = true, registered_at = coalesce(registered_at, ${registeredAt}::timestamptz)
    where phone = ${phone} and state = 'active' returning id`.execute(tx);
  return rows[0]?.id;
}

/** How newcomers come in; undefined before the agency has been set up. */
export async function registrationMode(db: Database): Promise<'directory' | 'approval' | undefined> {
  const { rows } = await sql<{ registration: 'directory' | 'approval' }>`select registration from agency`.execute(db);
  return rows[0]?.registration;
}

export interface MyselfRow {
  readonly id: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string | null;
  readonly unitName: string;
  readonly areaKind: string | null;
  readonly areaName: string | null;
  readonly phone: string | null;
  readonly email: string;
  readonly photo: string | null;
  readonly phoneShown: 'colleagues' | 'nobody';
  readonly askedFirst: boolean;
  readonly administrator: boolean;
  readonly auditor: boolean;
  readonly officer: boolean;
  readonly waiting: number;
  readonly at: number;
}

export async function myself(db: Database, account: string): Promise<MyselfRow | undefined> {
  const { rows } = await sql<MyselfRow>`
    select a.id, a.name, a.position, a.unit, coalesce(u.name, '') as "unitName", r.kind as "areaKind", r.name as "areaName",
      a.phone, a.email, a.photo, a.phone_shown as "phoneShown", a.asked_first as "askedFirst", a.administrator, a.auditor, a.officer, s.head as at,
      case when a.administrator then (select count(*)::int from accounts where state = 'waiting') else 0 end as waiting
    from accounts a join streams s on s.id = a.id left join units u on u.id = a.unit left join areas r on r.code = a.area
    where a.id = ${account}`.execute(db);
  return rows[0];
}

export async function saveProfile(
  tx: Database,
  account: string,
  it: { name: string; phoneShown: string; askedFirst: boolean; search: string },
): Promise<void> {
  await sql`
    update accounts set name = ${it.name}, phone_shown = ${it.phoneShown}, asked_first = ${it.askedFirst}, search = ${it.search} where id = ${account}`.execute(
    tx,
  );
}

export async function savePhotoOf(tx: Database, account: string, photo: string | null): Promise<void> {
  await sql`update accounts set photo = ${photo} where id = ${account}`.execute(tx);
}

export async function administrators(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from accounts where administrator and state = 'active' order by id`.execute(db);
  return rows.map((row) => row.id);
}

export async function countWaiting(db: Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from accounts where state = 'waiting'`.execute(
    db,
  );
  return rows[0]!.n;
}

export async function waitingAccounts(
  db: Database,
): Promise<{ account: string; name: string; phone: string; at: Date }[]> {
  const { rows } = await sql<{ account: string; name: string; phone: string; at: Date }>`
    select id as account, name, phone, created_at as at from accounts where state = 'waiting' order by created_at, id
    limit 500`.execute(db);
  return rows;
}

/** False where the account does not wait (any more). */
export async function saveApproved(tx: Database, account: string): Promise<boolean> {
  const { rows } = await sql`
    update accounts set state = 'active' where id = ${account} and state = 'waiting' returning id`.execute(tx);
  return rows.length > 0;
}

/** Takes somebody out again who never was in; false where the account does not wait (any more). */
export async function deleteWaiting(tx: Database, account: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    delete from accounts where id = ${account} and state = 'waiting' and registered_at is null returning name`.execute(
    tx,
  );
  if (rows.length === 0) return undefined;
  await sql`delete from events where stream = ${account}`.execute(tx);
  await sql`delete from streams where id = ${account}`.execute(tx);
  return rows[0]!.name;
}

export async function phoneOf(db: Database, account: string): Promise<string | null | undefined> {
  const { rows } = await sql<{ phone: string | null }>`select phone from accounts where id = ${account}`.execute(db);
  return rows[0]?.phone;
}

export interface ShownPerson {
  readonly id: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly photo: string | null;
}

/** What others see of people. */
export async function peopleByIds(db: Database, ids: readonly string[]): Promise<ShownPerson[]> {
  const { rows } = await sql<ShownPerson>`
    select a.id, a.name, a.position, coalesce(u.name, '') as unit, a.photo
    from accounts a left join units u on u.id = a.unit where a.id = any(${ids}::uuid[])`.execute(db);
  return rows;
}

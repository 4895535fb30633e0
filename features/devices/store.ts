import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Charge } from '../../protocol/action.ts';
import type { Database } from '../../server/database.ts';

export interface SessionRow {
  readonly id: string;
  readonly account: string;
  readonly administrator: boolean;
  readonly accountState: string;
  readonly rotatedAt: Date;
  readonly createdAt: Date;
  readonly usedAt: Date;
  /** How the token that was asked for stands to the session. */
  readonly token: 'current' | 'next' | 'replaced';
  /** When the token was replaced, if it was. */
  readonly replacedAt: Date | null;
}

/** When a use is noted: at `now`, where the last one noted is older than `noted` and the session is within its limits. */
export interface UseNote {
  readonly now: Date;
  readonly noted: Date;
  readonly used: Date;
  readonly created: Date;
}

/** The open session of a token's hash, also of one it had before. Its use is noted in the same statement. */
export async function sessionByToken(db: Database, hash: Buffer, note?: UseNote): Promise<SessionRow | undefined> {
  const found = sql`
    select id, 'current' as token, null::timestamptz as "replacedAt" from sessions where token = ${hash}
    union all select id, 'next', null from sessions where next_token = ${hash}
    union all select session, 'replaced', at from rotated_tokens where token = ${hash}`;
  const noting = sql`, noted as (
      update sessions set used_at = ${note?.now}::timestamptz from f, accounts a
      where sessions.id = f.id and f.token <> 'replaced' and sessions.ended_at is null and a.id = sessions.account and a.state = 'active'
        and sessions.used_at <= ${note?.noted}::timestamptz and sessions.used_at > ${note?.used}::timestamptz
        and sessions.created_at > ${note?.created}::timestamptz
    )`;
  const { rows } = await sql<SessionRow>`${sql.raw(note ? '/* prepared session.use */' : '')}
    with f as (${found})${note ? noting : sql``}
    select s.id, s.account, a.administrator, a.state as "accountState", s.rotated_at as "rotatedAt", s.created_at as "createdAt",
      s.used_at as "usedAt", f.token, f."replacedAt"
    from f
    join sessions s on s.id = f.id and s.ended_at is null
    join accounts a on a.id = s.account`.execute(db);
  return rows[0];
}

/** Offers the device a new token; the one it has stays good until the new one is used. */
export async function saveNextToken(db: Database, session: string, token: Buffer, next: Buffer): Promise<void> {
  await sql`
    update sessions set next_token = ${next} where id = ${session} and token = ${token} and ended_at is null`.execute(
    db,
  );
}

/** The device has used its new token: the old one is replaced. Twice is once. */
export async function takeNextToken(db: Database, session: string, next: Buffer, at: Date): Promise<void> {
  await sql`
    with old as (
      select id, token from sessions where id = ${session} and next_token = ${next} for update
    ), replaced as (
      insert into rotated_tokens (token, session, at) select token, id, ${at} from old on conflict do nothing
    )
    update sessions s set token = s.next_token, next_token = null, rotated_at = ${at}
    from old where s.id = old.id`.execute(db);
}

/** Answers the ids of those that were open. */
export async function endSessions(db: Database, ids: readonly string[], at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update sessions set ended_at = ${at} where id = any(${ids}::uuid[]) and ended_at is null returning id`.execute(db);
  return rows.map((row) => row.id);
}

export async function endSessionsOfAccounts(db: Database, accounts: readonly string[], at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update sessions set ended_at = ${at} where account = any(${accounts}::uuid[]) and ended_at is null returning id`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** Those of the given sessions that hold; their use is noted to the hour, since a socket is use. */
export async function openAmong(
  db: Database,
  ids: readonly string[],
  since: { readonly now: Date; readonly used: Date; readonly created: Date; readonly noted: Date },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with held as (
      select s.id, s.used_at from sessions s join accounts a on a.id = s.account
      where s.id = any(${ids}::uuid[]) and s.ended_at is null and a.state = 'active'
        and s.used_at > ${since.used} and s.created_at > ${since.created}
    ), noted as (
      update sessions s set used_at = ${since.now} from held where s.id = held.id and held.used_at < ${since.noted}
    )
    select id from held`.execute(db);
  return rows.map((row) => row.id);
}

/** Those of these sessions that have been ended. */
export async function endedAmong(db: Database, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`/* prepared sessions.ended */
    select id from sessions where id = any(${ids}::uuid[]) and ended_at is not null`.execute(db);
  return rows.map((row) => row.id);
}

export interface DeviceRow {
  readonly id: string;
  readonly device: string;
  readonly createdAt: Date;
  readonly usedAt: Date;
}

/** Open sessions of an account, those used last first. */
export async function sessionsOf(
  db: Database,
  account: string,
  since: { readonly used: Date; readonly created: Date },
): Promise<DeviceRow[]> {
  const { rows } = await sql<DeviceRow>`
    select id, device, created_at as "createdAt", used_at as "usedAt" from sessions
    where account = ${account} and ended_at is null and used_at > ${since.used} and created_at > ${since.created}
    order by used_at desc, id`.execute(db);
  return rows;
}

export async function insertSession(
  db: Database,
  it: { id: string; account: string; token: Buffer; device: string; address: string; at: Date },
): Promise<void> {
  await sql`
    insert into sessions (id, account, token, device, address, rotated_at, created_at, used_at, proved_at, governed_at)
    values (${it.id}, ${it.account}, ${it.token}, ${it.device}, ${it.address}, ${it.at}, ${it.at}, ${it.at}, ${it.at}, ${it.at})`.execute(
    db,
  );
}

/** Ends all but the `keep` sessions of an account that were used last; answers those it ended. */
export async function endIdlest(db: Database, account: string, keep: number, at: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update sessions set ended_at = ${at} where id in (
      select id from sessions where account = ${account} and ended_at is null order by used_at desc, id desc offset ${keep}
    ) returning id`.execute(db);
  return rows.map((row) => row.id);
}

const HAS: Readonly<Record<Charge, RawBuilder<unknown>>> = { auditor: sql`a.auditor`, officer: sql`a.officer` };
const has = (charge?: Charge): RawBuilder<unknown> => (charge === undefined ? sql`false` : HAS[charge]);

/** Notes an administrator's act and answers whether the rights are awake; where they rest, nothing is noted. */
export async function noteGoverning(
  db: Database,
  session: string,
  since: { readonly now: Date; readonly proved: Date; readonly governed: Date },
  charge?: Charge,
): Promise<boolean> {
  const { rows } = await sql`
    update sessions s set governed_at = ${since.now} from accounts a
    where s.id = ${session} and s.ended_at is null and a.id = s.account and (a.administrator or ${has(charge)}) and a.state = 'active'
      and s.proved_at > ${since.proved} and s.governed_at > ${since.governed}
    returning s.id`.execute(db);
  return rows.length > 0;
}

/** Whether this session is of somebody with this charge, or of an administrator. */
export async function isCharged(db: Database, session: string, charge: Charge): Promise<boolean> {
  const { rows } = await sql`
    select s.id from sessions s join accounts a on a.id = s.account
    where s.id = ${session} and s.ended_at is null and (a.administrator or ${has(charge)}) and a.state = 'active'`.execute(
    db,
  );
  return rows.length > 0;
}

/** A fresh code was entered on this device; its token counts as old as `rotatedAt`. */
export async function saveProof(db: Database, session: string, at: Date, rotatedAt: Date): Promise<void> {
  await sql`
    update sessions set proved_at = ${at}, governed_at = ${at}, rotated_at = least(rotated_at, ${rotatedAt}::timestamptz)
    where id = ${session}`.execute(db);
}

/** Number of the newest event of a stream. */
export async function headOf(db: Database, stream: string): Promise<number> {
  const { rows } = await sql<{ head: number }>`select head from streams where id = ${stream}`.execute(db);
  return rows[0]?.head ?? 0;
}

/** What ended long ago, with the tokens that led to it. */
export async function pruneSessions(db: Database, endedBefore: Date): Promise<void> {
  await sql`delete from sessions where ended_at < ${endedBefore}`.execute(db);
}

/** Ends what nobody has used within the limits. */
export async function endExpired(
  db: Database,
  since: { readonly now: Date; readonly used: Date; readonly created: Date },
): Promise<{ id: string; account: string }[]> {
  const { rows } = await sql<{ id: string; account: string }>`
    update sessions set ended_at = ${since.now}
    where ended_at is null and (used_at <= ${since.used} or created_at <= ${since.created}) returning id, account`.execute(
    db,
  );
  return rows;
}

import { createHash } from 'node:crypto';

import type { Database } from '../../server/database.ts';
import type { ChangeContext } from '../../server/handler.ts';
import type { Actor, House, Job, SessionKeeper } from '../../server/house.ts';
import { keyOf, mac } from '../../server/keys.ts';
import { newId } from '../../protocol/id.ts';
import { writeOwnAct } from '../audit/access.ts';
import { deviceName, namingParts, SESSION } from './rules.ts';
import type { Device } from './protocol.ts';
import {
  endedAmong,
  endExpired,
  endIdlest,
  endSessions,
  endSessionsOfAccounts,
  insertSession,
  isCharged,
  noteGoverning,
  openAmong,
  pruneSessions,
  saveNextToken,
  saveProof,
  sessionByToken,
  takeNextToken,
} from './store.ts';
import type { DeviceRow, SessionRow } from './store.ts';

/** A decision about a token is used again for this long; ended sessions are dropped from it at once. */
const CACHE_MS = 5_000;
const CACHE_MOST = 10_000;
const NOTE_USE_MS = 60_000;
const NOTE_SOCKET_USE_MS = 3_600_000;

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What the bus says on `sessions.ended`. */
export interface SessionsEnded {
  readonly sessions?: readonly string[];
  readonly account?: string;
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const isSecure = (house: House): boolean => house.config.publicUrl.startsWith('https:');

/** The `__Host-` prefix needs TLS; without it, which production refuses, the cookie has a plain name. */
function cookieName(house: House, name: string): string {
  return isSecure(house) ? `__Host-${name}` : name;
}

/** A first-party cookie that scripts cannot read. */
export function cookie(house: House, name: string, value: string, seconds: number): string {
  const secure = isSecure(house) ? '; Secure' : '';
  return `${cookieName(house, name)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}

/** The value of one of our cookies, if it has the form of a token. */
export function tokenInCookies(house: House, name: string, header: string | undefined): string | undefined {
  const wanted = cookieName(house, name);
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.split('=', 2);
    if (key?.trim() === wanted && value !== undefined && TOKEN.test(value.trim())) return value.trim();
  }
  return undefined;
}

const sessionCookie = (house: House, token: string): string =>
  cookie(house, 'sid', token, Math.floor(SESSION.absolute / 1000));

const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms);

/** The limits of idle and absolute age as instants. */
function limits(now: Date): { now: Date; used: Date; created: Date } {
  return { now, used: before(now, SESSION.idle), created: before(now, SESSION.absolute) };
}

interface Known {
  readonly actor: Actor;
  readonly until: number;
}

interface Found {
  readonly actor: Actor;
  readonly cookies: readonly string[];
  readonly usual: boolean;
}

/** Sessions as the doors ask for them. */
export function sessionKeeper(house: House): SessionKeeper {
  const known = new Map<string, Known>();
  let endings = 0;
  house.bus.subscribe('sessions.ended', (payload) => {
    endings += 1;
    const { sessions = [], account } = payload as SessionsEnded;
    const ended = new Set(sessions);
    for (const [key, { actor }] of known) if (ended.has(actor.session) || actor.account === account) known.delete(key);
  });

  /** Replaced tokens of a session that somebody used later than its device can have: the session ends for both. */
  async function endCopied(row: SessionRow, now: Date): Promise<void> {
    await endSessions(house.db, [row.id], now);
    await writeOwnAct(house.db, {
      act: 'house.endedCopied',
      topic: 'sign_in',
      at: now,
      people: [row.account],
      details: { device: row.id },
    });
    tellEnded(house, { sessions: [row.id] });
    house.log.warn(
      { session: row.id, account: row.account },
      'a replaced session token was used: the session is ended',
    );
  }

  /** Who has this token; `usual` where it is the session's own and nothing is to be done about it. */
  async function look(token: string, hash: Buffer, now: Date): Promise<Found | undefined> {
    const { used, created } = limits(now);
    const row = await sessionByToken(house.db, hash, { now, noted: before(now, NOTE_USE_MS), used, created });
    if (!row || row.accountState !== 'active') return undefined;
    if (row.usedAt <= used || row.createdAt <= created) return undefined;
    const actor: Actor = { account: row.account, session: row.id, administrator: row.administrator };

    if (row.token === 'replaced') {
      if (now.getTime() - row.replacedAt!.getTime() <= SESSION.overlap) return { actor, cookies: [], usual: false };
      await endCopied(row, now);
      return undefined;
    }
    if (row.token === 'next') await takeNextToken(house.db, row.id, hash, now);
    else if (row.rotatedAt <= before(now, SESSION.rotateAfter)) {
      // Made from the old one, so that requests that arrive together are offered the same, and one whose answer was
      // lost is offered it again.
      const next = nextToken(house, token);
      await saveNextToken(house.db, row.id, hash, hashOf(next));
      return { actor, cookies: [sessionCookie(house, next)], usual: false };
    }
    return { actor, cookies: [], usual: true };
  }

  return {
    tokenIn: (header) => tokenInCookies(house, 'sid', header),

    async actorOf(token) {
      const now = house.now();
      const hash = hashOf(token);
      const key = hash.toString('base64');
      const cached = known.get(key);
      const left = cached ? cached.until - now.getTime() : 0;
      // No longer either where the clock was set back.
      if (cached && left > 0 && left <= CACHE_MS) return { actor: cached.actor, cookies: [] };
      known.delete(key);
      for (;;) {
        const before = endings;
        const found = await look(token, hash, now);
        // So that a session which ended while it was looked up is neither let in nor remembered.
        if (endings !== before) continue;
        if (!found) return undefined;
        if (found.usual) {
          if (known.size >= CACHE_MOST) known.delete(known.keys().next().value!);
          known.set(key, { actor: found.actor, until: now.getTime() + CACHE_MS });
        }
        return { actor: found.actor, cookies: found.cookies };
      }
    },

    async stillOpen(sessions) {
      const now = house.now();
      return new Set(await openAmong(house.db, sessions, { ...limits(now), noted: before(now, NOTE_SOCKET_USE_MS) }));
    },

    endedAmong: (sessions) => endedAmong(house.db, sessions),

    mayGovern(session) {
      const now = house.now();
      return noteGoverning(house.db, session, {
        now,
        proved: before(now, SESSION.governAbsolute),
        governed: before(now, SESSION.governIdle),
      });
    },

    async mayAct(session, charge) {
      const now = house.now();
      const since = { now, proved: before(now, SESSION.governAbsolute), governed: before(now, SESSION.governIdle) };
      if (await noteGoverning(house.db, session, since, charge)) return true;
      return (await isCharged(house.db, session, charge)) ? false : undefined;
    },
  };
}

function nextToken(house: House, token: string): string {
  return mac(keyOf(house.config.keysDir, 'sessions'), 'next', token).toString('base64url');
}

/**
 * The token of a session that an action opened: from the action's id and the cookie the browser had before, by a key
 * that is not in the database. So a repeated request can be given the same cookie again, and nobody else can make it.
 */
function firstToken(house: House, action: string, browser: string): string {
  return mac(keyOf(house.config.keysDir, 'sessions'), 'first', action, browser).toString('base64url');
}

export function shownDevice(row: DeviceRow): Device {
  return {
    id: row.id,
    ...deviceName(row.device),
    signedInAt: row.createdAt.getTime(),
    usedAt: row.usedAt.getTime(),
  };
}

/** What a change needs of its context in order to open and end sessions, whoever does it. */
export type SessionChange = Pick<
  ChangeContext,
  'house' | 'db' | 'now' | 'caller' | 'id' | 'announce' | 'note' | 'afterCommit' | 'setCookie'
>;

/** Signs an account in on the caller's device, within the number a person may have, and tells its other devices. */
export async function openSession(context: SessionChange, account: string, browser: string): Promise<string> {
  const { house, db, now, caller } = context;
  const id = newId(now.getTime());
  const crowded = await endIdlest(db, account, SESSION.most - 1, now);
  const token = firstToken(house, context.id, browser);
  await insertSession(db, {
    id,
    account,
    token: hashOf(token),
    device: namingParts(caller.device),
    address: caller.address,
    at: now,
  });
  context.announce('device.added', account, {
    device: shownDevice({ id, device: caller.device, createdAt: now, usedAt: now }),
  });
  announceEnded(context, account, crowded);
  context.note({ actor: account, details: { device: id, ...(crowded.length > 0 ? { ended: crowded.length } : {}) } });
  context.setCookie(sessionCookie(house, token));
  return id;
}

/** Gives the cookie of `openSession` again, to a browser whose first answer got lost; nothing where the session is over. */
export async function resendSession(
  house: House,
  action: string,
  browser: string | undefined,
): Promise<string | undefined> {
  if (browser === undefined) return undefined;
  const token = firstToken(house, action, browser);
  const row = await sessionByToken(house.db, hashOf(token));
  return row?.token === 'current' ? sessionCookie(house, token) : undefined;
}

/** Ends sessions of one account within a change; sockets close and other devices hear of it after the commit. */
export async function endSessionsOf(
  context: SessionChange,
  account: string,
  sessions: readonly string[],
): Promise<string[]> {
  const ended = await endSessions(context.db, sessions, context.now);
  announceEnded(context, account, ended);
  return ended;
}

function announceEnded(context: SessionChange, account: string, ended: readonly string[]): void {
  if (ended.length === 0) return;
  context.announce('device.ended', account, { devices: ended });
  context.afterCommit(() => tellEnded(context.house, { sessions: ended }));
}

/** Ends every session of these accounts within a change: they left, or were disabled. */
export async function endAllSessions(
  context: Pick<ChangeContext, 'house' | 'db' | 'now' | 'afterCommit'>,
  accounts: readonly string[],
): Promise<void> {
  const ended = await endSessionsOfAccounts(context.db, accounts, context.now);
  if (ended.length > 0) context.afterCommit(() => tellEnded(context.house, { sessions: ended }));
}

/** Said in parts that the bus carries. */
const TOLD_AT_ONCE = 500;

function tellEnded(house: House, { sessions = [], account }: SessionsEnded): void {
  if (account !== undefined) house.bus.publish('sessions.ended', { account });
  for (let at = 0; at < sessions.length; at += TOLD_AT_ONCE)
    house.bus.publish('sessions.ended', { sessions: sessions.slice(at, at + TOLD_AT_ONCE) });
}

/** A fresh code was entered on this device: administrator rights wake up, and its next request brings it a new token. */
export function wakeRights(db: Database, session: string, now: Date): Promise<void> {
  return saveProof(db, session, now, before(now, SESSION.rotateAfter));
}

const SESSIONS_KEPT_DAYS = 90;

/** Ends what expired and forgets what ended long ago. */
export function sessionJob(house: House): Job {
  return {
    name: 'end expired sessions',
    everySeconds: 600,
    async run() {
      const now = house.now();
      const sessions = await house.db.transaction().execute(async (tx) => {
        const ended = await endExpired(tx, limits(now));
        const people = ended.map((it) => it.account);
        const details = { ended: ended.length };
        if (ended.length > 0)
          await writeOwnAct(tx, { act: 'house.endedIdle', topic: 'sign_in', at: now, people, details });
        return ended.map((it) => it.id);
      });
      if (sessions.length > 0) tellEnded(house, { sessions });
      await pruneSessions(house.db, before(now, SESSIONS_KEPT_DAYS * 86_400_000));
    },
  };
}

import { sql } from 'kysely';

import type { EventFrame } from '../protocol/frame.ts';
import type { Events } from '../protocol/event.ts';
import type { Database } from './database.ts';

/** An event on its way into a log; its number is given out at the end of the transaction. */
export interface Announcement {
  readonly stream: string;
  readonly name: string;
  readonly body: unknown;
  /** For notices: the id of the line in `messages`. */
  readonly message?: string;
  /** The message it tells of: only its id is kept in the log, its words live in `messages`, so that recalling it leaves none behind. */
  readonly about?: string;
}

/** Writes the lines of the conversation that notices become. Supplied by the feature that owns the table. */
export type NoticeWriter = (
  tx: Database,
  lines: readonly { id: string; group: string; seq: number; by: string | null; at: Date; notice: unknown }[],
) => Promise<void>;

export interface StreamRow {
  readonly id: string;
  readonly head: number;
  readonly rightsVersion: number;
}

export async function insertStreams(tx: Database, kind: 'group' | 'account', ids: readonly string[]): Promise<void> {
  await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), ${kind}`.execute(tx);
}

/**
 * Locks the streams, groups before accounts and each kind in the order of its ids, so that two transactions over the same
 * streams cannot wait for each other: an action holds its group from its beginning and comes to accounts only at its end.
 */
export async function takeStreams(tx: Database, ids: readonly string[]): Promise<Map<string, StreamRow>> {
  const { rows } = await sql<StreamRow>`
    select id, head, rights_version as "rightsVersion" from streams where id = any(${ids}::uuid[])
    order by kind <> 'group', id for update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Undefined where there is no such stream. */
export async function rightsVersionOf(db: Database, stream: string): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`/* prepared stream.rights */
    select rights_version as version from streams where id = ${stream}`.execute(db);
  return rows[0]?.version;
}

/**
 * Gives the announcements their numbers and writes them, three statements for any number of them. Must be the last thing
 * a transaction does, since other writers of these streams wait from here until the commit.
 */
export async function insertEvents(
  tx: Database,
  specs: Events,
  by: string | null,
  at: Date,
  announcements: readonly Announcement[],
  writeNotices: NoticeWriter,
): Promise<EventFrame[]> {
  const frames = await insertEventsOfMany(
    tx,
    specs,
    at,
    announcements.map((it) => ({ ...it, by })),
  );
  const notices = frames.flatMap((frame, place) => {
    const { message } = announcements[place]!;
    if (!message) return [];
    return [{ id: message, group: frame.in, seq: frame.n, by, at, notice: { on: frame.on, with: frame.with } }];
  });
  if (notices.length > 0) await writeNotices(tx, notices);
  return frames;
}

/** As `insertEvents`, for events done by different people and without notices. */
export async function insertEventsOfMany(
  tx: Database,
  specs: Events,
  at: Date,
  announcements: readonly (Announcement & { readonly by: string | null })[],
): Promise<EventFrame[]> {
  if (announcements.length === 0) return [];
  const locked = await takeStreams(tx, [...new Set(announcements.map((it) => it.stream))].sort());
  const heads = new Map<string, number>();
  const raised = new Set<string>();
  const frames: EventFrame[] = [];
  for (const it of announcements) {
    const row = locked.get(it.stream);
    const spec = specs[it.name];
    if (!row || !spec) throw new Error(`announced ${it.name} in a stream that does not exist`);
    const seq = (heads.get(it.stream) ?? row.head) + 1;
    heads.set(it.stream, seq);
    if (spec.rights) raised.add(it.stream);
    const body = spec.body.parse(it.body);
    frames.push({ on: it.name, in: it.stream, n: seq, at: at.getTime(), ...(it.by ? { by: it.by } : {}), with: body });
  }
  await sql`
    insert into events (stream, seq, name, at, by, message, body)
    select t.stream, t.seq, t.name, ${at}::timestamptz, t.by, t.message, t.body
    from unnest(${frames.map((it) => it.in)}::uuid[], ${frames.map((it) => it.n)}::bigint[], ${frames.map((it) => it.on)}::text[],
      ${announcements.map((it) => it.by)}::uuid[], ${announcements.map((it) => it.message ?? it.about ?? null)}::uuid[],
      ${frames.map((it, at) => (announcements[at]!.about ? null : JSON.stringify(it.with)))}::jsonb[])
      as t(stream, seq, name, by, message, body)`.execute(tx);
  await sql`
    update streams set head = t.head, rights_version = rights_version + t.raised
    from unnest(${[...heads.keys()]}::uuid[], ${[...heads.values()]}::bigint[], ${[...heads.keys()].map((id) => (raised.has(id) ? 1 : 0))}::int[])
      as t(id, head, raised)
    where streams.id = t.id`.execute(tx);
  return frames;
}

export interface StreamPosition {
  readonly id: string;
  readonly head: number;
  readonly floor: number;
  /** Nothing at or before this number may be read by this account. */
  readonly visibleFrom: number;
}

/** Where a device that comes back stands in one stream. */
export interface StreamPlace extends StreamPosition {
  /** Its number is near enough to go on from: what it missed is among the events. */
  readonly near: boolean;
}

/** The most events one catch-up sends for one stream, and for all together; beyond it the client fetches afresh. */
export const CATCH_UP_STREAM = 300;
export const CATCH_UP_TOTAL = 3_000;

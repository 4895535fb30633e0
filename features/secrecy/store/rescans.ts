import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Rescanned, RescanState } from '../rules.ts';

export interface RescanRow {
  readonly id: string;
  readonly state: RescanState;
  readonly version: number;
  readonly what: Rescanned[];
  readonly begunBy: string;
  readonly begunByName: string;
  readonly begunAt: Date;
  readonly endedAt: Date | null;
  readonly stage: Rescanned | null;
  readonly after: string;
  readonly looked: number;
  readonly whole: number;
  readonly found: number;
  readonly unchecked: number;
}

const columns = sql`r.id, r.state, r.version, r.what, r.begun_by as "begunBy", a.name as "begunByName", r.begun_at as "begunAt",
  r.ended_at as "endedAt", r.stage, r.after, r.looked::int as looked, r.whole::int as whole, r.found, r.unchecked`;

export async function rescansOf(db: Database, most: number): Promise<RescanRow[]> {
  const { rows } = await sql<RescanRow>`
    select ${columns} from rescans r join accounts a on a.id = r.begun_by order by r.begun_at desc limit ${most}`.execute(
    db,
  );
  return rows;
}

export async function rescanOf(db: Database, id: string): Promise<RescanRow | undefined> {
  const { rows } = await sql<RescanRow>`
    select ${columns} from rescans r join accounts a on a.id = r.begun_by where r.id = ${id}`.execute(db);
  return rows[0];
}

export async function runningRescan(db: Database): Promise<RescanRow | undefined> {
  const { rows } = await sql<RescanRow>`
    select ${columns} from rescans r join accounts a on a.id = r.begun_by where r.state = 'running'`.execute(db);
  return rows[0];
}

/** False where another one is under way. */
export async function insertRescan(
  tx: Database,
  it: {
    readonly id: string;
    readonly version: number;
    readonly what: readonly Rescanned[];
    readonly by: string;
    readonly at: Date;
    readonly whole: number;
  },
): Promise<boolean> {
  const { rows } = await sql`
    insert into rescans (id, state, version, what, begun_by, begun_at, stage, whole)
    values (${it.id}, 'running', ${it.version}, ${it.what}::text[], ${it.by}, ${it.at}::timestamptz, ${it.what[0]}, ${it.whole})
    on conflict do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** This node does it from now on, unless another one is at it. */
export async function takeRescan(db: Database, id: string, node: string, since: Date, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update rescans set taken_by = ${node}, taken_at = ${now}::timestamptz
    where id = ${id} and state = 'running' and (taken_by is null or taken_by = ${node} or taken_at < ${since}::timestamptz) returning id`.execute(
    db,
  );
  return rows.length > 0;
}

/** By other rules: from the beginning. */
export async function beginAnew(tx: Database, id: string, version: number): Promise<void> {
  await sql`delete from rescan_findings where rescan = ${id}`.execute(tx);
  await sql`
    update rescans set version = ${version}, stage = what[1], after = '', looked = 0, found = 0, unchecked = 0 where id = ${id}`.execute(
    tx,
  );
}

/** Answers what it is at now; undefined where it was stopped, or another node has it. */
export async function saveProgress(
  tx: Database,
  it: {
    readonly id: string;
    readonly node: string;
    readonly stage: Rescanned | null;
    readonly after: string;
    readonly looked: number;
    readonly found: number;
    readonly unchecked: number;
    readonly at: Date;
  },
): Promise<{ looked: number; found: number; unchecked: number } | undefined> {
  const { rows } = await sql<{ looked: number; found: number; unchecked: number }>`
    update rescans set stage = ${it.stage}, after = ${it.after}, looked = looked + ${it.looked}, found = found + ${it.found},
      unchecked = unchecked + ${it.unchecked}, taken_at = ${it.at}::timestamptz,
      state = case when ${it.stage}::text is null then 'done' else state end,
      ended_at = case when ${it.stage}::text is null then ${it.at}::timestamptz end
    where id = ${it.id} and state = 'running' and taken_by = ${it.node}
    returning looked::int as looked, found, unchecked`.execute(tx);
  return rows[0];
}

/** False where it was over. */
export async function saveStopped(tx: Database, id: string, at: Date): Promise<boolean> {
  const { rows } = await sql`
    update rescans set state = 'stopped', stage = null, ended_at = ${at}::timestamptz where id = ${id} and state = 'running' returning id`.execute(
    tx,
  );
  return rows.length > 0;
}

export interface NewFinding {
  readonly what: Rescanned;
  readonly object: string;
  readonly message: string | null;
  readonly group: string | null;
  readonly account: string | null;
  readonly at: Date | null;
  readonly rules: readonly string[];
  readonly unchecked: boolean;
}

/** What is found twice is one finding, and of too many the first ones are kept. */
export async function insertFindings(
  tx: Database,
  rescan: string,
  list: readonly NewFinding[],
  most: number,
): Promise<void> {
  for (const it of list)
    await sql`
      insert into rescan_findings (rescan, number, what, object, message, group_id, account, at, rules, unchecked)
      select ${rescan}, n.number, ${it.what}, ${it.object}, ${it.message}, ${it.group}, ${it.account}, ${it.at}::timestamptz,
        ${it.rules}::text[], ${it.unchecked}
      from (select coalesce(max(number), 0) + 1 as number from rescan_findings where rescan = ${rescan}) n
      where n.number <= ${most}
      on conflict do nothing`.execute(tx);
}

export interface FindingRow {
  readonly number: number;
  readonly what: Rescanned;
  readonly object: string;
  readonly message: string | null;
  readonly group: string | null;
  readonly groupName: string | null;
  readonly account: string | null;
  readonly accountName: string | null;
  readonly at: Date | null;
  readonly rules: string[];
  readonly unchecked: boolean;
  readonly withdrawn: boolean;
}

const finding = sql`
  select f.number, f.what, f.object, f.message, f.group_id as "group", g.name as "groupName", f.account, a.name as "accountName", f.at, f.rules,
    f.unchecked, coalesce(m.recalled_at is not null, false)
      or (f.what = 'sealed' and not exists (select from sealed_messages s where s.message = f.message)) as withdrawn
  from rescan_findings f left join groups g on g.id = f.group_id left join accounts a on a.id = f.account
  left join messages m on m.group_id = f.group_id and m.id = f.message and f.what <> 'sealed'`;

export async function findingsOf(db: Database, rescan: string, after: number, limit: number): Promise<FindingRow[]> {
  const { rows } = await sql<FindingRow>`
    ${finding} where f.rescan = ${rescan} and f.number > ${after} order by f.number limit ${limit + 1}`.execute(db);
  return rows;
}

export async function findingOf(db: Database, rescan: string, number: number): Promise<FindingRow | undefined> {
  const { rows } = await sql<FindingRow>`${finding} where f.rescan = ${rescan} and f.number = ${number}`.execute(db);
  return rows[0];
}

export async function deleteRescans(db: Database, before: Date): Promise<void> {
  await sql`delete from rescans where state <> 'running' and ended_at < ${before}::timestamptz`.execute(db);
}

// ——— What is stored.

/** Something that is stored, with its words. */
export interface Stored {
  /** Its place in the order of its stage. */
  readonly key: string;
  readonly object: string;
  readonly message: string | null;
  readonly group: string | null;
  readonly account: string | null;
  readonly at: Date | null;
  readonly texts: readonly (string | null)[];
  /** Words that lie deeper. */
  readonly inside: unknown;
  /** A picture, or a file that lies in the database. */
  readonly bytes: Buffer | null;
  readonly name: string | null;
  /** Originals of recalled messages. */
  readonly box: Buffer | null;
}

const NONE = sql`null::uuid`;
interface Parts {
  readonly key: RawBuilder<unknown>;
  readonly object: RawBuilder<unknown>;
  readonly message?: RawBuilder<unknown>;
  readonly group?: RawBuilder<unknown>;
  readonly account?: RawBuilder<unknown>;
  readonly at?: RawBuilder<unknown>;
  readonly texts?: RawBuilder<unknown>;
  readonly inside?: RawBuilder<unknown>;
  readonly bytes?: RawBuilder<unknown>;
  readonly name?: RawBuilder<unknown>;
  readonly box?: RawBuilder<unknown>;
  readonly from: RawBuilder<unknown>;
  readonly where?: RawBuilder<unknown>;
}

/** By stage, in the order of its key. Keys of several parts are joined by a space. */
const STAGES: Readonly<
  Record<Exclude<Rescanned, 'file'>, (after: string) => Parts & { readonly past: RawBuilder<unknown> }>
> = {
  message: (after) => ({
    key: sql`m.id`,
    object: sql`m.id`,
    message: sql`m.id`,
    group: sql`m.group_id`,
    account: sql`m.sender`,
    at: sql`m.sent_at`,
    texts: sql`array[m.text]`,
    from: sql`messages m`,
    where: sql`m.kind = 'text' and m.text <> ''`,
    past: sql`m.id > ${idOf(after)}::uuid`,
  }),
  version: (after) => ({
    key: sql`v.group_id || ' ' || v.message || ' ' || v.version`,
    object: sql`v.message || ' ' || v.version`,
    message: sql`v.message`,
    group: sql`m.group_id`,
    account: sql`m.sender`,
    at: sql`v.at`,
    texts: sql`array[v.text]`,
    from: sql`message_versions v left join messages m on m.group_id = v.group_id and m.id = v.message`,
    past: sql`(v.group_id, v.message, v.version) > (${idOf(after)}::uuid, ${after.split(' ')[1] ?? FIRST}::uuid, ${Number(after.split(' ')[2] ?? -1)}::int)`,
  }),
  sealed: (after) => ({
    key: sql`s.message`,
    object: sql`s.message`,
    message: sql`s.message`,
    group: sql`s.group_id`,
    account: sql`s.sender`,
    at: sql`s.sent_at`,
    box: sql`s.box`,
    from: sql`sealed_messages s`,
    past: sql`s.message > ${idOf(after)}::uuid`,
  }),
  scheduled: (after) => ({
    key: sql`s.id`,
    object: sql`s.id`,
    group: sql`s.group_id`,
    account: sql`s.account`,
    at: sql`s.send_at`,
    texts: sql`array[s.content->>'text']`,
    from: sql`scheduled_messages s`,
    past: sql`s.id > ${idOf(after)}::uuid`,
  }),
  group: (after) => ({
    key: sql`g.id`,
    object: sql`g.id`,
    group: sql`g.id`,
    account: sql`g.created_by`,
    at: sql`g.created_at`,
    texts: sql`array[g.name, g.description, g.topic, g.settings->>'question'] || array(select n.former from group_names n where n.group_id = g.id)
      || array(select l.name from links l where l.group_id = g.id) || array(select r.reason from removals r where r.group_id = g.id)
      || array(select q.answer from join_requests q where q.group_id = g.id) || array(select q.reason from join_requests q where q.group_id = g.id)`,
    from: sql`groups g`,
    past: sql`g.id > ${idOf(after)}::uuid`,
  }),
  account: (after) => ({
    key: sql`a.id`,
    object: sql`a.id`,
    account: sql`a.id`,
    texts: sql`array[a.name, a.position, a.email]`,
    from: sql`accounts a`,
    past: sql`a.id > ${idOf(after)}::uuid`,
  }),
  unit: (after) => ({
    key: sql`u.id`,
    object: sql`u.id`,
    texts: sql`array[u.name]`,
    from: sql`units u`,
    past: sql`u.id > ${idOf(after)}::uuid`,
  }),
  note: (after) => ({
    key: sql`v.note || ' ' || v.version`,
    object: sql`v.note || ' ' || v.version`,
    message: sql`v.note`,
    group: sql`n.group_id`,
    account: sql`v.by`,
    at: sql`v.at`,
    texts: sql`array[v.title, v.text]`,
    from: sql`note_versions v join notes n on n.id = v.note`,
    past: sql`(v.note, v.version) > (${idOf(after)}::uuid, ${numberOf(after)}::int)`,
  }),
  reminder: (after) => ({
    key: sql`r.id`,
    object: sql`r.id`,
    message: sql`r.id`,
    group: sql`r.group_id`,
    account: sql`r.maker`,
    at: sql`r.changed_at`,
    texts: sql`array[r.title, r.text, r.place, r.link, r.cancel_reason] || array(select n.reason from reminder_answers n where n.reminder = r.id)`,
    from: sql`reminders r`,
    past: sql`r.id > ${idOf(after)}::uuid`,
  }),
  poll: (after) => ({
    key: sql`p.id`,
    object: sql`p.id`,
    message: sql`p.id`,
    group: sql`p.group_id`,
    account: sql`p.maker`,
    at: sql`p.made_at`,
    texts: sql`array[p.question] || array(select c.text from poll_choices c where c.poll = p.id order by c.id)`,
    from: sql`polls p`,
    past: sql`p.id > ${idOf(after)}::uuid`,
  }),
  regulation: (after) => ({
    key: sql`r.id`,
    object: sql`r.id`,
    group: sql`r.group_id`,
    account: sql`r.by`,
    at: sql`r.at`,
    texts: sql`array[r.title]`,
    inside: sql`r.document`,
    bytes: sql`f.bytes`,
    name: sql`f.name`,
    from: sql`regulations r left join regulation_files f on f.id = r.file`,
    past: sql`r.id > ${idOf(after)}::uuid`,
  }),
  phrase: (after) => ({
    key: sql`a.id`,
    object: sql`a.id`,
    account: sql`a.id`,
    texts: sql`coalesce((select p.list from phrases p where p.account = a.id), '{}') || array(select l.name from labels l where l.account = a.id)`,
    from: sql`accounts a`,
    past: sql`a.id > ${idOf(after)}::uuid`,
  }),
  photo: (after) => ({
    key: sql`p.id`,
    object: sql`p.id`,
    group: sql`g.id`,
    account: sql`a.id`,
    at: sql`p.at`,
    bytes: sql`p.large`,
    name: sql`'photo.webp'`,
    from: sql`photos p left join groups g on g.id = p.owner left join accounts a on a.id = p.owner`,
    past: sql`p.id > ${idOf(after)}::uuid`,
  }),
};

const FIRST = '00000000-0000-0000-0000-000000000000';
const idOf = (after: string): string => after.split(' ')[0] || FIRST;
const numberOf = (after: string): number => Number(after.split(' ')[1] ?? -1);

/** What is stored of a stage, after a key, in the order of keys. */
export async function storedAfter(
  db: Database,
  stage: Exclude<Rescanned, 'file'>,
  after: string,
  limit: number,
): Promise<Stored[]> {
  const it = STAGES[stage](after);
  const { rows } = await sql<Stored>`
    select (${it.key})::text as key, (${it.object})::text as object, ${it.message ?? NONE} as message, ${it.group ?? NONE} as "group",
      ${it.account ?? NONE} as account, ${it.at ?? sql`null::timestamptz`} as at, ${it.texts ?? sql`'{}'::text[]`} as texts,
      ${it.inside ?? sql`null::jsonb`} as inside, ${it.bytes ?? sql`null::bytea`} as bytes, ${it.name ?? sql`null::text`} as name,
      ${it.box ?? sql`null::bytea`} as box
    from ${it.from} where ${it.past} and ${it.where ?? sql`true`}
    order by ${stage === 'version' ? sql`v.group_id, v.message, v.version` : stage === 'note' ? sql`v.note, v.version` : it.key} limit ${limit}`.execute(
    db,
  );
  return rows;
}

const TABLES: Readonly<Record<Rescanned, string>> = {
  message: 'messages',
  version: 'message_versions',
  sealed: 'sealed_messages',
  scheduled: 'scheduled_messages',
  group: 'groups',
  account: 'accounts',
  unit: 'units',
  note: 'note_versions',
  reminder: 'reminders',
  poll: 'polls',
  regulation: 'regulations',
  phrase: 'accounts',
  photo: 'photos',
  file: 'files',
};

/** Roughly how much there is, as the database estimates it: counting would take as long as looking. */
export async function estimateOf(db: Database, what: readonly Rescanned[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(greatest(reltuples, 0)), 0)::bigint::int as count from pg_class
    where relkind = 'r' and oid in (
      select coalesce(i.inhrelid, c.oid) from pg_class c left join pg_inherits i on i.inhparent = c.oid
      where c.relnamespace = current_schema()::regnamespace and c.relname = any(${what.map((it) => TABLES[it])}::text[]))`.execute(
    db,
  );
  return rows[0]!.count;
}

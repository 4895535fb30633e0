// What the capacity model of bench/scale/model.ts is fed with, measured on this machine: node bench/scale/measure.ts
import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import { insertMessages } from '../../features/messages/store.ts';
import { openDatabase } from '../../server/database.ts';
import type { Database } from '../../server/database.ts';
import { cloneDatabase, findTestServer, makeTemplate } from '../../testing/postgres-server.ts';

const TEXT = 'Đề nghị các đồng chí báo cáo tình hình trước 16 giờ chiều nay; gửi kèm bảng số liệu.';
const TOGETHER = 64;

async function makeGroups(db: Database, count: number): Promise<string[]> {
  const [maker, ...ids] = Array.from({ length: count + 1 }, () => randomUUIDv7()) as [string, ...string[]];
  await sql`insert into streams (id, kind) values (${maker}, 'account')`.execute(db);
  await sql`insert into accounts (id, name) values (${maker}, 'Đo')`.execute(db);
  await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), 'group'`.execute(db);
  await sql`insert into groups (id, kind, name, created_by) select unnest(${ids}::uuid[]), 'coordination', 'Đo', ${maker}`.execute(
    db,
  );
  return ids;
}

const walAt = async (db: Database): Promise<number> =>
  (await sql<{ at: number }>`select (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 as at`.execute(db)).rows[0]!.at;

/** Batches of 64 over one connection, each its own commit. */
async function write(
  db: Database,
  groups: readonly string[],
  batches: number,
): Promise<{ perSecond: number; wal: number }> {
  const sender = randomUUIDv7();
  const batch = async (at: number): Promise<void> => {
    const list = Array.from({ length: TOGETHER }, (_, place) => ({
      id: randomUUIDv7(),
      group: groups[(at * TOGETHER + place) % groups.length]!,
      sender,
      text: TEXT,
      digest: Buffer.alloc(16, place),
      at: new Date(),
      rightsVersion: 1,
    }));
    const rows = await insertMessages(db, list);
    if (rows.length !== TOGETHER) throw new Error(`${rows.length} of ${TOGETHER} were written`);
  };
  for (let at = 0; at < 20; at += 1) await batch(at);
  const [since, wal] = [performance.now(), await walAt(db)];
  for (let at = 0; at < batches; at += 1) await batch(at);
  const count = batches * TOGETHER;
  return {
    perSecond: Math.round((count * 1000) / (performance.now() - since)),
    wal: Math.round(((await walAt(db)) - wal) / count),
  };
}

const server = await findTestServer();
const template = await makeTemplate(server);
const clones: number[] = [];
for (let round = 0; round < 9; round += 1) {
  const since = performance.now();
  const clone = await cloneDatabase(server, template);
  clones.push(performance.now() - since);
  await clone.drop();
}
const database = await cloneDatabase(server, template);
const db = openDatabase(database.url, () => undefined, 1);
const groups = await makeGroups(db, 256);
console.log(`clone of the empty schema: ${clones.sort((a, b) => a - b)[4]!.toFixed(0)} ms`);
console.log('64 together into one stream:', await write(db, groups.slice(0, 1), 400));
console.log('64 together into 256 streams:', await write(db, groups, 400));
const sizes: { table: string; rows: number; bytes: number }[] = [];
for (const table of ['messages', 'events', 'message_ids']) {
  const { rows } = await sql<{ rows: number; bytes: number }>`
    select (select count(*) from ${sql.table(table)})::float8 as rows, sum(pg_total_relation_size(coalesce(i.inhrelid, c.oid)))::float8 as bytes
    from pg_class c left join pg_inherits i on i.inhparent = c.oid where c.oid = to_regclass(${table})`.execute(db);
  sizes.push({ table, ...rows[0]! });
}
for (const it of sizes) console.log(`${it.table}: ${Math.round(it.bytes / it.rows)} bytes a row with its indexes`);
const { rows: relations } = await sql<{ count: number }>`
  select count(*)::int as count from pg_class where relnamespace = 'public'::regnamespace`.execute(db);
console.log(`${relations[0]!.count} tables and indexes`);
await db.destroy();
await database.drop();
await server.stop();

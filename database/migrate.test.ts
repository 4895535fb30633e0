import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { newDatabase } from '../testing/postgres.ts';
import { describeSchema } from './describe.ts';
import { migrate, MigrationError, readMigrations } from './migrate.ts';

const places: string[] = [];
after(async () => {
  for (const place of places) await rm(place, { recursive: true, force: true });
});

async function folderOf(files: Record<string, string>): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-migrations-'));
  places.push(place);
  for (const [name, sql] of Object.entries(files)) await writeFile(join(place, name), sql);
  return place;
}

async function ask<T extends object>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

const villages = {
  '0001-villages.sql': `
    create table villages (id int primary key, name text not null);
    comment on table villages is 'where people live';
    insert into villages values (1, 'làng Jút');`,
  '0002-houses.sql': `create table houses (village int not null references villages (id)); create index houses_by_village on houses (village);`,
};

test('migrations are applied once, in order, and the next ones go on from there', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf(villages);
  assert.deepEqual(await migrate(url, folder), ['0001-villages.sql', '0002-houses.sql']);
  assert.deepEqual(await migrate(url, folder), []);
  await writeFile(join(folder, '0003-roofs.sql'), 'create table roofs (height numeric);');
  assert.deepEqual(await migrate(url, folder), ['0003-roofs.sql']);
  assert.deepEqual(await ask(url, 'select number, name from migrations order by number'), [
    { number: 1, name: '0001-villages.sql' },
    { number: 2, name: '0002-houses.sql' },
    { number: 3, name: '0003-roofs.sql' },
  ]);
});

test('programs that start at once take turns', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf(villages);
  const done = await Promise.all([1, 2, 3, 4].map(() => migrate(url, folder)));
  assert.deepEqual(done.flat().sort(), ['0001-villages.sql', '0002-houses.sql']);
});

test('a migration that fails leaves nothing of itself and says where', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf({
    ...villages,
    '0003-roofs.sql': 'create table roofs (height numeric);\ninsert into roofs values (1);\nselect nothing_there;',
  });
  await assert.rejects(
    migrate(url, folder),
    (error) =>
      error instanceof MigrationError &&
      error.message.startsWith('0003-roofs.sql line 3: column "nothing_there" does not exist'),
  );
  assert.deepEqual(
    await ask(url, `select to_regclass('roofs') as roofs, (select count(*)::int from migrations) as applied`),
    [{ roofs: null, applied: 2 }],
  );
  await writeFile(join(folder, '0003-roofs.sql'), 'create table roofs (height numeric);');
  assert.deepEqual(await migrate(url, folder), ['0003-roofs.sql']);
});

test('a file changed after it was applied is refused', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf(villages);
  await migrate(url, folder);
  await writeFile(join(folder, '0002-houses.sql'), 'create table houses ();');
  await assert.rejects(migrate(url, folder), /0002-houses\.sql was changed after it was applied/);
});

test('a database newer than the program is refused and left alone', async () => {
  const { url } = await newDatabase({ empty: true });
  await migrate(url, await folderOf({ ...villages, '0003-roofs.sql': 'create table roofs ();' }));
  await assert.rejects(
    migrate(url, await folderOf(villages)),
    /the database is newer than this program: it has 0003-roofs\.sql, the program ends at 0002-houses\.sql/,
  );
});

test('a newer database is served where all that it has more says so, and no longer', async () => {
  const { url } = await newDatabase({ empty: true });
  const older = await folderOf(villages);
  const newer = await folderOf({
    ...villages,
    '0003-roofs.sql': '-- beside: 0002\nalter table houses add column roof text;',
  });
  await migrate(url, older);
  assert.deepEqual(await migrate(url, newer), ['0003-roofs.sql']);
  assert.deepEqual(await migrate(url, older), []);
  await writeFile(
    join(newer, '0004-doors.sql'),
    '-- beside: 0003\n-- unused since: 0003\nalter table villages drop column name;',
  );
  await migrate(url, newer);
  await assert.rejects(migrate(url, older), /newer than this program: it has 0004-doors\.sql/);
});

test('a database from before the marks gets them', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf(villages);
  await migrate(url, folder);
  await ask(url, 'alter table migrations drop column beside');
  assert.deepEqual(await migrate(url, folder), []);
  await writeFile(join(folder, '0003-roofs.sql'), '-- beside: 0002\ncreate table roofs ();');
  assert.deepEqual(await migrate(url, folder), ['0003-roofs.sql']);
  assert.deepEqual(await ask(url, 'select number, beside from migrations order by number'), [
    { number: 1, beside: null },
    { number: 2, beside: null },
    { number: 3, beside: 2 },
  ]);
});

test('who migrates waits for a table in short tries, and nobody waits behind it for longer than one', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf(villages);
  await migrate(url, folder);
  await writeFile(join(folder, '0003-roofs.sql'), '-- beside: 0002\nalter table villages add column roof text;');
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  try {
    await holder.query('begin; lock villages in access share mode');
    await assert.rejects(migrate(url, folder, { lockPatienceMs: 0 }), /0003-roofs\.sql: .*lock timeout/);
    const migrated = migrate(url, folder);
    // Asks again and again while it is tried: each comes through, though the lock is not to be had.
    const since = performance.now();
    while (performance.now() - since < 2_000) await ask(url, 'select * from villages');
    await holder.query('commit');
    assert.deepEqual(await migrated, ['0003-roofs.sql']);
  } finally {
    await holder.end();
  }
});

test('an index is built beside those who write, also after it was left half built', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf(villages);
  await migrate(url, folder);
  await ask(url, `insert into villages values (2, 'làng Jút')`);
  // Two of the same name: a unique index cannot be, and stays behind as one that is never used.
  await assert.rejects(ask(url, 'create unique index concurrently villages_by_name on villages (name)'));
  await ask(url, `update villages set name = 'làng Kép' where id = 2`);
  await writeFile(
    join(folder, '0003-names.sql'),
    '-- beside: 0002\n-- outside a transaction\ncreate unique index concurrently if not exists villages_by_name on villages (name);',
  );
  // Two at once: who waits for its turn does not stand in the way of the index.
  const done = await Promise.all([migrate(url, folder), migrate(url, folder)]);
  assert.deepEqual(done.flat(), ['0003-names.sql']);
  assert.deepEqual(
    await ask(url, `select indisvalid as valid from pg_index where indexrelid = 'villages_by_name'::regclass`),
    [{ valid: true }],
  );
});

test('what is changed in batches goes on with what is left, and is never held for long', async () => {
  const { url } = await newDatabase({ empty: true });
  const folder = await folderOf(villages);
  await writeFile(
    join(folder, '0003-roofs.sql'),
    `-- beside: 0002
     alter table villages add column roof text; insert into villages select n, 'làng ' || n from generate_series(2, 5000) n;`,
  );
  await migrate(url, folder);
  await writeFile(
    join(folder, '0004-tiles.sql'),
    `-- beside: 0002
-- in batches
update villages set roof = 'tiles' where id in (select id from villages where roof is null limit 100);`,
  );
  // Ended in the middle, as by a kill: its connection is cut.
  const first = migrate(url, folder);
  const refused = assert.rejects(first);
  const tiled = async (): Promise<number> =>
    (await ask<{ count: number }>(url, 'select count(*)::int as count from villages where roof is not null'))[0]!.count;
  while ((await tiled()) === 0);
  await ask(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'nharong migrate' and datname = current_database()`,
  );
  await refused;
  const before = await tiled();
  assert.ok(before > 0 && before < 5_000 && before % 100 === 0, `${before} of 5,000`);
  assert.deepEqual(await migrate(url, folder), ['0004-tiles.sql']);
  assert.equal(await tiled(), 5_000);
  assert.deepEqual(await migrate(url, folder), []);
});

test('numbers that skip, repeat or are no numbers are refused', async () => {
  await assert.rejects(
    readMigrations(await folderOf({ '0001-a.sql': '', '0003-c.sql': '' })),
    /the number after 1 is 2, not 3/,
  );
  await assert.rejects(
    readMigrations(await folderOf({ '0001-a.sql': '', '0001-b.sql': '' })),
    /the number after 1 is 2, not 1/,
  );
  await assert.rejects(readMigrations(await folderOf({ '1-a.sql': '' })), /a migration is named like/);
});

test('the schema is described to be read', async () => {
  const { url } = await newDatabase({ empty: true });
  await migrate(
    url,
    await folderOf({
      '0001-villages.sql': `
        create table villages (id int primary key, name text not null default 'làng AND thôn', kind text check (kind in ('a', 'b')), at timestamptz default now());
        comment on table villages is 'where people live';
        comment on column villages.name is 'as people say it';
        create unique index villages_by_name on villages (lower(name)) where kind is not null;
        create table houses (village int not null references villages (id) on delete cascade, number bigint generated always as identity, unique (village, number));`,
    }),
  );
  assert.equal(
    await describeSchema(url),
    `-- Written by bin/schema.ts from the migrations, to be read. Change it by a new migration.

-- where people live
create table villages (
  id   integer not null,
  name text not null default 'làng AND thôn'::text,  -- as people say it
  kind text,
  at   timestamptz default now(),
  primary key (id),
  check (kind = any (array['a'::text, 'b'::text]))
);
create unique index villages_by_name on villages (lower(name)) where (kind is not null);

create table houses (
  village integer not null,
  number  bigint not null generated always as identity,
  unique (village, number),
  foreign key (village) references villages(id) on delete cascade
);
`,
  );
});

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

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FENCED_FROM, objectionsTo } from './fence.ts';
import { readMigrations } from './migrate.ts';
import type { Way } from './migrate.ts';
import { bareStatement, splitStatements } from './statements.ts';

interface How {
  readonly way?: Way;
  readonly marks?: string;
  readonly beside?: number;
}

function judged(sql: string, { way = 'whole', marks = '', beside = 36 }: How = {}): string[] {
  return objectionsTo({
    number: 37,
    name: '0037-try.sql',
    sql: `-- beside: ${String(beside).padStart(4, '0')}\n${marks}\n${sql}`,
    checksum: '',
    way,
    beside,
  });
}

test('the migrations that are there may run while people write and the version before serves', async () => {
  for (const migration of await readMigrations()) {
    if (migration.number < FENCED_FROM) continue;
    assert.deepEqual(objectionsTo(migration), [], migration.name);
  }
});

test('what would lock a big table, or break the version before, is refused', () => {
  const refused: [string, RegExp][] = [
    ['create index messages_by on messages (at)', /not concurrently/],
    ['create unique index m on only messages using btree (at)', /not concurrently/],
    ['create index concurrently m on messages (at)', /within a transaction/],
    ['drop index messages_by', /not concurrently/],
    ['alter table messages alter column at set not null', /validated check/],
    ['alter table messages add column x uuid default gen_random_uuid()', /anew/],
    ['alter table messages add x bigserial', /anew/],
    ['alter table messages add column x int generated always as (seq * 2) stored', /anew/],
    ['alter table messages add column x text not null', /does not fill/],
    ['alter table messages alter column seq type bigint', /type of a column/],
    ['alter table messages alter seq set data type bigint', /type of a column/],
    ['alter type kind rename to sort', /changes a type/],
    ['alter table messages rename column at to sent_at', /calls otherwise/],
    ['alter table messages rename to lines', /calls otherwise/],
    ['alter table messages drop column at', /drops a column/],
    ['drop table messages', /takes away/],
    ['alter table messages add constraint c check (seq > 0)', /not valid first/],
    ['alter table messages add foreign key (sender) references accounts', /not valid first/],
    ['alter table messages add constraint u unique (id)', /nobody can write/],
    [
      'alter table messages add constraint c check (seq > 0) not valid; alter table messages validate constraint c',
      /in a later file/,
    ],
    ['update messages set x = 1', /whole table/],
    [
      "with gone as (delete from messages where at < '2020-01-01' returning 1) select count(*) from gone",
      /whole table/,
    ],
    ['truncate messages', /locks/],
    ["do $$ begin execute 'update messages set x = 1'; end $$", /hides/],
    ['lock messages', /locks/],
    ['vacuum full messages', /locks/],
  ];
  for (const [sql, why] of refused) {
    assert.match(judged(sql).join('\n'), why, sql);
    assert.match(judged(`${sql};`.toUpperCase().replaceAll(' ', '\n  /* */ ')).join('\n'), why, sql);
  }
  assert.match(judged('update messages set x = 1', { way: 'in batches' }).join(), /without a limit/);
  assert.match(judged('create table t ()', { beside: 37 }).join(), /lets no older program/);
  assert.match(judged('drop table t', { marks: '-- unused since: 0037' }).join(), /lets them run beside it/);
  assert.match(
    objectionsTo({ number: 37, name: '', sql: 'create table t ()', checksum: '', way: 'whole', beside: 37 }).join(),
    /says not which/,
  );
});

test('what does neither may be', () => {
  const fine: [string, How?][] = [
    [
      'create table t (id uuid primary key, at timestamptz not null); create index t_at on t (at); update t set at = null',
    ],
    ["comment on table messages is 'update messages set all; drop table messages'"],
    ['alter table messages add column x text; alter table messages add column y boolean not null default false'],
    ['alter table messages add column x timestamptz not null default now()'],
    ['alter table messages add constraint c check (seq > 0) not valid'],
    ['alter table messages validate constraint c', { way: 'outside a transaction' }],
    ['alter table messages alter column x set not null', { marks: '-- checked by: messages_x_there' }],
    ['alter table messages alter column x drop not null; alter table messages alter x set default 0'],
    ['create index concurrently if not exists m on messages (at)', { way: 'outside a transaction' }],
    ['drop index concurrently if exists m', { way: 'outside a transaction' }],
    ['update units set name = trim(name)', { marks: '-- small: units' }],
    [
      'update messages set x = 1 where id in (select id from messages where x is null limit 500)',
      { way: 'in batches' },
    ],
    ['alter table messages drop column x', { marks: '-- unused since: 0036' }],
    ['create table u (m uuid references messages (id) on delete cascade on update cascade)'],
    [
      'create function f() returns trigger language plpgsql as $f$ begin update messages set x = 1; return new; end $f$',
    ],
  ];
  for (const [sql, how] of fine) assert.deepEqual(judged(sql, how), [], sql);
});

test('statements end at semicolons that stand in nothing', () => {
  assert.deepEqual(
    splitStatements(
      `-- one; two\ncreate table a (x text default ';'); /* ; */ select $f$ a; b $f$, "c;d", 'it''s;' ; ;-- end;\n`,
    ).map(bareStatement),
    [`create table a (x text default '')`, `select '', "c;d", ''`],
  );
});

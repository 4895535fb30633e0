import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { openDatabaseLine } from '../testing/database-line.ts';
import { newDatabase } from '../testing/postgres.ts';
import { Program } from '../testing/program.ts';
import { openLog } from './log.ts';
import { startPostgres } from './postgres.ts';

const ROOT = join(import.meta.dirname, '..');
const place = await mkdtemp(join(tmpdir(), 'nha-rong-refused-'));
after(() => rm(place, { recursive: true, force: true }));

/** Starts the program with settings it cannot start with; its exit code and its last words. */
async function refused(env: Readonly<Record<string, string>>): Promise<{ code: number | null; words: string }> {
  const { NODE_TEST_CONTEXT: _, NODE_ENV: __, ...own } = process.env;
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env: { ...own, LOG_LEVEL: 'silent', DATA_DIR: join(place, 'data'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (text: Buffer) => (words += text.toString()));
  await once(child, 'close');
  return { code: child.exitCode, words: words.trim() };
}

test('a data folder that is none is told in one line', async () => {
  const file = join(place, 'file');
  const link = join(place, 'link');
  await writeFile(file, '');
  await symlink(join(place, 'not mounted'), link);
  for (const folder of [file, link, join(file, 'data')]) {
    const { code, words } = await refused({ DATA_DIR: folder });
    assert.equal(code, 1);
    assert.match(words, new RegExp(`^DATA_DIR ${folder} cannot be used: [^\\n]+$`));
  }
});

test('a database that could lose what it acknowledged is refused before anything is written into it', async () => {
  const dataDir = join(place, 'unsafe');
  const ways: [about: RegExp, settings: Record<string, string>, statement?: string, undo?: string][] = [
    [/fsync is off, must be on/, { fsync: 'off' }],
    [/full_page_writes is off, must be on/, { full_page_writes: 'off' }],
    [/synchronous_commit is off/, { synchronous_commit: 'off' }],
    [
      /synchronous_commit is off/,
      {},
      'alter role nharong set synchronous_commit = off',
      'alter role nharong reset all',
    ],
    [
      /synchronous_commit is off/,
      {},
      'alter database nharong set synchronous_commit = off',
      'alter database nharong reset all',
    ],
    [
      /synchronous_commit is off/,
      {},
      'alter role nharong in database nharong set synchronous_commit = off',
      'alter role nharong in database nharong reset all',
    ],
  ];
  for (const [about, settings, statement, undo] of ways) {
    const postgres = await startPostgres({ dataDir, log: openLog('silent'), settings });
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      if (statement) await client.query(statement);
      const { code, words } = await refused({ DATABASE_URL: postgres.url });
      assert.equal(code, 1);
      assert.match(words, new RegExp(`^this database must not be used: ${about.source}[^\\n]*$`));
      const { rows } = await client.query(`select tablename from pg_tables where schemaname = 'public'`);
      assert.deepEqual(rows, []);
      if (undo) await client.query(undo);
    } finally {
      await client.end();
      await postgres.stop();
    }
  }
});

test('the program’s own database is refused too where somebody made it unsafe', async () => {
  const dataDir = join(place, 'own');
  const postgres = await startPostgres({ dataDir, log: openLog('silent') });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  // A role's setting outranks those the program gives to PostgreSQL.
  await client.query('alter role nharong set synchronous_commit = off');
  await client.end();
  await postgres.stop();
  const { code, words } = await refused({ DATA_DIR: dataDir });
  assert.equal(code, 1);
  assert.match(words, /^this database must not be used: synchronous_commit is off[^\n]*$/);
});

test('a database that goes away just as the program has opened does not end it: it greets when there is one again', async () => {
  const line = await openDatabaseLine((await newDatabase()).url);
  const answer = line.loseAnswerTo('from agency');
  const program = await Program.create({ DATABASE_URL: line.url });
  try {
    await program.start();
    const until = Date.now() + 60_000;
    while (!program.said.includes('is open at')) {
      assert.ok(Date.now() < until, program.said);
      await pause(20);
    }
    assert.ok(answer.lost);
    assert.ok(await program.isReady());
    assert.equal(await program.kill('SIGTERM'), 0);
  } finally {
    await program.remove();
    await line.close();
  }
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import pg from 'pg';

import { runningPostgres } from '../server/postgres.ts';
import { Program } from '../testing/program.ts';

const ROOT = join(import.meta.dirname, '..');

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function nharong(program: Pick<Program, 'dataDir' | 'port'>, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['bin/nharong.ts', ...args],
      {
        cwd: ROOT,
        env: { ...process.env, NODE_TEST_CONTEXT: '', DATA_DIR: program.dataDir, PORT: String(program.port) },
      },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

async function said(program: Program, words: RegExp): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!words.test(program.said)) {
    assert.ok(Date.now() < deadline, `never said ${String(words)}: ${program.said}`);
    await wait(20);
  }
}

const SETUP = [
  'setup',
  '--org',
  'UBND xã Ia Grai',
  '--area',
  '23764',
  '--admin-name',
  'Siu H’Nga',
  '--admin-phone',
  '0905 318 464',
];

async function agency(program: Program): Promise<{ setUp: boolean; name: string; help: { phone: string } | null }> {
  const response = await fetch(`${program.address}/api/agency.get`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return (await response.json()) as never;
}

test('an agency is set up by a script, before the program ever ran', async () => {
  const program = await Program.create();
  try {
    const wrong = await nharong(program, ...SETUP.slice(0, -1), '0269 3600 114');
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /--admin-phone: not a Vietnamese mobile number/);
    const done = await nharong(program, ...SETUP, '--help-name', 'Văn phòng', '--help-phone', '0269 3 600 114');
    assert.deepEqual([done.code, done.err], [0, '']);
    await program.start();
    await said(program, /is open at/);
    assert.doesNotMatch(program.said, /Set-up code/);
    const { setUp, name, help } = await agency(program);
    assert.deepEqual([setUp, name, help?.phone], [true, 'UBND xã Ia Grai', '+842693600114']);
  } finally {
    await program.remove();
  }
});

test('or while it runs, by the door that only its own user can open', async () => {
  const program = await Program.create();
  try {
    await program.start();
    await said(program, /Set-up code: [0-9A-Z]{4}-[0-9A-Z]{4}/);
    assert.equal((await agency(program)).setUp, false);
    assert.equal((await stat(join(program.dataDir, 'program.sock'))).mode & 0o777, 0o600);
    // Its own settings would name another address.
    const done = await nharong({ dataDir: program.dataDir, port: 8080 }, ...SETUP);
    assert.equal(done.code, 0);
    assert.match(done.out, new RegExp(`Sign in at http://localhost:${program.port} with 0905 318 464`));
    assert.equal((await agency(program)).help?.phone, '+84905318464');
    const again = await nharong(program, ...SETUP);
    assert.equal(again.code, 1);
    assert.match(again.err, /already/);
  } finally {
    await program.remove();
  }
});

test('the audit log is walked by a script, whether the program runs or not, and a change in it ends with 1', async () => {
  const program = await Program.create();
  try {
    assert.equal((await nharong(program, ...SETUP)).code, 0);
    const alone = await nharong(program, 'audit', 'verify');
    assert.deepEqual([alone.code, alone.err], [0, '']);
    assert.match(alone.out, /^1 entries walked in .*, held against 0 checkpoints\.\nThe log is whole\./);
    await program.start();
    await said(program, /is open at/);
    const running = await nharong(program, 'audit', 'verify');
    assert.deepEqual([running.code, running.err], [0, '']);
    assert.match(running.out, /^2 entries/, 'the walk before stands in it');

    const missing = await nharong(program, 'audit', 'verify', '--checkpoints', join(program.dataDir, 'none'));
    assert.equal(missing.code, 2);
    assert.equal((await nharong(program, 'audit', 'burn')).code, 2);

    const client = new pg.Client({ connectionString: await runningPostgres(program.dataDir) });
    await client.connect();
    await client.query('alter table audit disable trigger all');
    await client.query(
      `update audit set entry = replace(entry::text, 'agency.setUp', 'agency.change')::json where seq = 1`,
    );
    await client.end();
    const broken = await nharong(program, 'audit', 'verify');
    assert.equal(broken.code, 1);
    assert.match(broken.err, /^BROKEN at entry 1: its contents are not what was hashed\./);
  } finally {
    await program.remove();
  }
});

test('wrong arguments are told, with the usage', async () => {
  const program = await Program.create();
  try {
    const nothing = await nharong(program);
    assert.equal(nothing.code, 2);
    assert.match(nothing.err, /bin\/nharong setup --org/);
    const missing = await nharong(program, 'setup', '--org', 'UBND');
    assert.equal(missing.code, 2);
    assert.match(missing.err, /--area is missing/);
    const unknown = await nharong(program, 'setup', '--agency', 'UBND');
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /--agency/);
    const short = await nharong(program, ...SETUP.with(6, 'x'));
    assert.equal(short.code, 1);
    assert.match(short.err, /^--admin-name: expected a name of 2 to \d+ characters\.$/m);
    const help = await nharong(program, 'setup', '--help');
    assert.deepEqual([help.code, help.err], [0, '']);
    assert.match(help.out, /--admin-phone NUMBER/);
  } finally {
    await program.remove();
  }
});

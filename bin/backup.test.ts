import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, mock, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { sql } from 'kysely';
import { Registry } from 'prom-client';

import { sealedBlobs } from '../features/files/vault/sealed.ts';
import { newId } from '../protocol/id.ts';
import { backupJobs } from '../server/backup/jobs.ts';
import { verify } from '../server/backup/restore.ts';
import { drillIdentity, signerOf } from '../server/backup/seal.ts';
import { readConfig } from '../server/config.ts';
import type { House } from '../server/house.ts';
import { openLog } from '../server/log.ts';
import { Crowd, withDatabase } from '../testing/crowd.ts';
import { Program } from '../testing/program.ts';
import { openSmallDisk } from '../testing/small-disk.ts';

/**
 * The real program under load, backed up, killed, and brought back elsewhere: to a moment and to the end.
 * BACKUP_MB=2000: the long form, with a database of about that size; it prints how long everything takes.
 */
const MEGABYTES = Number(process.env['BACKUP_MB'] ?? 0);
const ROOT = join(import.meta.dirname, '..');
const run = promisify(execFile);
const TURN_MS = 300_000;

const place = await mkdtemp(join(tmpdir(), 'nha-rong-backup-'));
const programs: Program[] = [];
after(async () => {
  for (const program of programs) await program.remove();
  await rm(place, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function nharong(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['bin/nharong.ts', ...args],
      { cwd: ROOT, env: { ...process.env, NODE_TEST_CONTEXT: '', ...env }, maxBuffer: 1 << 26 },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

async function done(outcome: Promise<Outcome>): Promise<string> {
  const { code, out, err } = await outcome;
  assert.equal(code, 0, `${out}\n${err}`);
  return out;
}

/** A backup or a drill; the program makes its own when it finds that there is none, and one waits for the other. */
async function inTurn(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Outcome> {
  for (const until = Date.now() + TURN_MS; ;) {
    const outcome = await nharong(env, ...args);
    if (outcome.code === 0 || !/is under way|there already/.test(outcome.err) || Date.now() > until) return outcome;
    await pause(200);
  }
}

interface Row {
  readonly id: string;
  readonly group: string;
  readonly seq: number;
}

const messagesOf = (program: Program): Promise<Row[]> =>
  withDatabase(program, async (db) => {
    const { rows } = await sql<Row>`select id, group_id as group, seq from messages order by group_id, seq`.execute(db);
    return rows;
  });

/** Bytes of blobs, as uploads leave them: the house never looks into what is sealed. */
async function addBlobs(program: Program, count: number): Promise<string[]> {
  const { sealedSize } = await import('../features/files/vault/cipher.ts');
  return withDatabase(program, async (db) => {
    const { rows: people } = await sql<{ id: string }>`select id from accounts limit 1`.execute(db);
    const ids: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const { rows } = await sql<{ id: string }>`
        insert into files (id, owner, name, bytes, wish, state, shape, created_at, ends_at, given)
        values (${newId()}, ${people[0]!.id}, 'x', 5000, 'photo', 'ready', '{}', now(), now() + interval '9 days', '{}') returning id`.execute(
        db,
      );
      const id = rows[0]!.id;
      await sql`insert into blobs (id, file, size, type, bytes, sha256, key)
        values (${id}, ${id}, 'whole', 'image/jpeg', 5000, ${randomBytes(32)}, ${randomBytes(60)})`.execute(db);
      const folder = join(program.dataDir, 'files/blobs', id.slice(0, 2));
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, id), randomBytes(sealedSize(5000)));
      ids.push(id);
    }
    return ids;
  });
}

/** Flips a bit in the middle; `undo` flips it back. */
async function flip(path: string): Promise<() => Promise<void>> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  const turn = async (): Promise<void> => {
    bytes[at]! ^= 0x10;
    await writeFile(path, bytes);
  };
  await turn();
  return turn;
}

test('a house under load is backed up, killed and brought back to a moment and to the end', async (t) => {
  const folder = join(place, 'backups');
  const identity = join(place, 'operator.txt');
  const program = await Program.create();
  programs.push(program);
  const printed = await done(nharong({ DATA_DIR: program.dataDir }, 'backup', 'keys', identity));
  const recipients = /BACKUP_RECIPIENTS=(age1\S+)/.exec(printed)![1]!;
  // Far from now, so that the test makes the backups.
  const soon = new Date(Date.now() + 7 * 3_600_000 + 12 * 3_600_000).toISOString().slice(11, 16);
  const env = { BACKUP_DIR: folder, BACKUP_RECIPIENTS: recipients, BACKUP_AT: soon, DATA_DIR: program.dataDir };
  await program.start(env);
  const crowd = await Crowd.create(program, 3, 4);
  const blobs = await addBlobs(program, 6);

  let atMoment: Row[] = [];
  let moment = '';
  const outcome = await crowd.underLoad(async (state) => {
    await program.comesTo(() => state.acked > 20);
    await done(inTurn(env, 'backup'));
    const before = state.acked;
    await program.comesTo(() => state.acked > before + 20);
    await withDatabase(program, async (db) => {
      atMoment = await messagesOf(program);
      const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
      moment = rows[0]!.at.toISOString();
    });
    const then = state.acked;
    await program.comesTo(() => state.acked > then + 20);
  });
  assert.ok(outcome.acked > 60);
  const late = await addBlobs(program, 1);
  const all = await messagesOf(program);
  // What was acknowledged before the last segment was taken away is what can be restored.
  await withDatabase(program, (db) => sql`select pg_switch_wal()`.execute(db));
  const spool = join(program.dataDir, 'postgres/archive');
  await program.comesTo(async () => {
    const metrics = await (await fetch(`${program.address}/metrics`)).text();
    return (await readdir(spool)).length === 0 && /nharong_backup_spool_bytes 0/.test(metrics);
  });
  await program.kill();

  const [name] = (await readdir(folder)).filter((it) => /^\d{8}T\d{6}Z$/.test(it));
  const line = (await readdir(join(folder, 'wal')))[0]!;
  const scratch = { DATA_DIR: join(place, 'elsewhere') };

  await t.test('to the end: everything that was acknowledged', async () => {
    const to = join(place, 'end');
    const said = await done(nharong(scratch, 'restore', '--from', folder, '--identity', identity, '--to', to));
    assert.match(said, /as they were backed up/);
    const back = await reopened(to, messagesOf);
    assert.deepEqual(back, all);
    for (const id of [...blobs, ...late])
      assert.deepEqual(
        await readFile(join(to, 'files/blobs', id.slice(0, 2), id)),
        await readFile(join(program.dataDir, 'files/blobs', id.slice(0, 2), id)),
      );
    for (const key of await readdir(join(program.dataDir, 'keys'))) {
      if (key === 'backup-drill') assert.ok(!existsSync(join(to, 'keys', key)), 'what opens backups is in none');
      else assert.deepEqual(await readFile(join(to, 'keys', key)), await readFile(join(program.dataDir, 'keys', key)));
    }
  });

  await t.test('to a moment: what was there then, and nothing that came later', async () => {
    const to = join(place, 'moment');
    await done(nharong(scratch, 'restore', '--from', folder, '--identity', identity, '--to', to, '--at', moment));
    const back = new Set((await reopened(to, messagesOf)).map((it) => it.id));
    for (const { id } of atMoment) assert.ok(back.has(id), `${id} was there`);
    assert.ok(back.size < all.length);
    const full = await nharong(scratch, 'restore', '--from', folder, '--identity', identity, '--to', to);
    assert.equal(full.code, 1);
    assert.match(full.err, /is not empty/);
  });

  await t.test('without the key it fails, and leaves nothing', async () => {
    const wrong = join(place, 'wrong.txt');
    await done(nharong({ DATA_DIR: join(place, 'stranger') }, 'backup', 'keys', wrong));
    const to = join(place, 'nothing');
    const refused = await nharong(scratch, 'restore', '--from', folder, '--identity', wrong, '--to', to);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /does not open with this identity/);
    assert.ok(!existsSync(to));
    // Nothing of what people wrote can be read in the folder.
    const { stdout } = await run('sh', ['-c', `grep -rlaE 'tin 0|Rơ Châm' '${folder}' || true`]);
    assert.equal(stdout, '');
  });

  await t.test('the drill opens it by itself, and finds every damage by its name', async () => {
    const drilled = JSON.parse(await done(inTurn(env, 'restore', '--drill', '--json'))) as { blobs: number };
    assert.equal(drilled.blobs, blobs.length);
    assert.deepEqual(await readdir(join(program.dataDir, 'drill')), []);
    const undo = await flip(join(folder, name!, 'database.tar.zst.age'));
    const { code, err } = await inTurn(env, 'restore', '--drill', '--json');
    assert.equal(code, 1, err);
    assert.match(err, /database\.tar\.zst\.age is damaged/);
    await undo();
    assert.deepEqual(await readdir(join(program.dataDir, 'drill')), []);
    const segment = (await readdir(join(folder, 'wal', line)))
      .filter((it) => it.startsWith('0'))
      .sort()
      .at(-1)!;
    const blob = (await readdir(join(folder, 'blobs', blobs[0]!.slice(0, 2)))).find((it) => it.startsWith(blobs[0]!))!;
    const parts: [string, RegExp][] = [
      [join(name!, 'manifest.zst.age'), /manifest/],
      [join(name!, 'keys.tar.zst.age'), /keys\.tar/],
      [join(name!, 'blobs.zst'), /blobs\.zst/],
      [join('wal', line, segment), new RegExp(segment.slice(0, 24))],
      [join('blobs', blobs[0]!.slice(0, 2), blob), new RegExp(`blob ${blobs[0]!} is damaged`)],
    ];
    const keysDir = join(program.dataDir, 'keys');
    const options = {
      folder,
      identities: [await drillIdentity(keysDir)],
      signedBy: signerOf(keysDir).name,
      at: 'mark',
      backup: name,
      log: openLog('silent'),
      verifyAudit: () => Promise.resolve(undefined),
    } as const;
    for (const [path, words] of parts) {
      const back = await flip(join(folder, path));
      const found = await verify(options, join(place, 'scratch')).then(
        (it) => it.wrong.join(' '),
        (error: unknown) => (error as Error).message,
      );
      assert.match(found, words, path);
      await back();
    }
    assert.deepEqual(await readdir(join(place, 'scratch')), []);
  });

  await t.test('what another has made is not taken for ours', async () => {
    // Whoever has the folder knows the public keys: a backup that opens is not yet one that this house made.
    const forged = join(place, 'forged');
    await cp(folder, forged, { recursive: true });
    const keys = await readFile(identity, 'utf8');
    const other = join(place, 'other-signer.txt');
    await writeFile(other, keys.replace(/# signed by: .*/, `# signed by: ${randomBytes(32).toString('base64url')}`));
    const { code, err } = await nharong(scratch, 'restore', '--verify', '--from', forged, '--identity', other);
    assert.equal(code, 1);
    assert.match(err, /was not made by this house|signature/);
  });

  await t.test(
    'the age of Debian opens it too',
    { skip: existsSync('/usr/bin/age') ? false : 'needs age' },
    async () => {
      const { stdout } = await run('sh', [
        '-c',
        `age -d -i '${identity}' '${join(folder, name!, 'database.tar.zst.age')}' > '${place}/opened' && head -c 4 '${place}/opened' | od -An -tx1`,
      ]);
      assert.equal(stdout.trim(), '28 b5 2f fd', 'a frame of zstd');
      await rm(join(place, 'opened'));
    },
  );

  await t.test('two at once are refused, and one that was killed is cleared away', async () => {
    await program.start(env);
    const dead = join(folder, '.new-20200101T000000Z');
    await mkdir(dead);
    const begun = async (): Promise<boolean> =>
      (await readdir(folder)).some((it) => it.startsWith('.new-') && !dead.endsWith(it));
    const killed = spawn(process.execPath, ['bin/nharong.ts', 'backup'], {
      cwd: ROOT,
      env: { ...process.env, NODE_TEST_CONTEXT: '', ...env },
      stdio: 'ignore',
    });
    const ended = once(killed, 'exit');
    await program.comesTo(async () => killed.exitCode !== null || (await begun()));
    killed.kill('SIGKILL');
    await ended;
    const both = await Promise.all([nharong(env, 'backup'), nharong(env, 'backup')]);
    for (const { code, err } of both) if (code !== 0) assert.match(err, /is under way|there already/);
    if (both.every((it) => it.code !== 0)) await done(inTurn(env, 'backup'));
    assert.ok(!existsSync(dead));
    await program.kill('SIGTERM');
    // Backed up also where no program runs.
    await done(inTurn(env, 'backup'));
    const names = await readdir(folder);
    assert.ok(!names.some((it) => it.startsWith('.new-')));
    assert.ok(names.filter((it) => /^\d{8}T/.test(it)).length <= 4);
  });

  await t.test('the program makes the nightly backup and the drill by itself', async () => {
    const notes: unknown[] = [];
    const house = {
      config: readConfig(env),
      metrics: { registry: new Registry() },
      log: openLog('silent'),
    } as unknown as House;
    const jobs = backupJobs(house, sealedBlobs(house.config), (act, details) => {
      notes.push({ act, ok: details['ok'] });
      return Promise.resolve();
    });
    const job = (named: string) => jobs.find((it) => it.name === named)!;
    const before = (await readdir(folder)).length;
    const was = Object.fromEntries(Object.keys(env).map((key) => [key, process.env[key]]));
    Object.assign(process.env, env);
    try {
      await job('back up').run();
      assert.deepEqual(notes, [], 'it is not due yet');
      mock.timers.enable({ apis: ['Date'], now: Date.now() + 86_400_000 });
      await job('back up').run();
      mock.timers.setTime(Date.now() + 8 * 86_400_000);
      await job('restore for practice').run();
    } finally {
      mock.timers.reset();
      for (const [key, value] of Object.entries(was))
        if (value === undefined) delete process.env[key];
        else process.env[key] = value;
    }
    assert.deepEqual(notes, [
      { act: 'house.backedUp', ok: true },
      { act: 'house.drilled', ok: true },
    ]);
    assert.ok((await readdir(folder)).length >= before);
  });

  await t.test('a disk for backups that is full is said, and nothing is left on it', async (full) => {
    const disk = await openSmallDisk(2);
    try {
      if (disk.how !== 'a small file system') return full.skip('needs the right to mount');
      // As one does who puts in another disk.
      await rm(join(program.dataDir, 'backup.place'));
      const small = join(disk.folder, 'backups');
      const { code, err } = await nharong({ ...env, BACKUP_DIR: small }, 'backup');
      assert.equal(code, 1, err);
      assert.match(err, /BACKUP_DIR \S+ is full/);
      assert.ok(!(await readdir(small)).some((it) => /^(\.new-|\d{8}T)/.test(it)));
      await rm(join(program.dataDir, 'backup.place'), { force: true });
    } finally {
      await disk.remove();
    }
  });

  if (MEGABYTES > 0) await measured(t, program, env);
});

/** Opens a restored house as the program does, and asks it. */
async function reopened<T>(dataDir: string, ask: (program: Program) => Promise<T>): Promise<T> {
  const { startPostgres } = await import('../server/postgres.ts');
  const postgres = await startPostgres({ dataDir, log: openLog('silent') });
  try {
    return await ask({ dataDir, databaseUrl: () => Promise.resolve(postgres.url) } as Program);
  } finally {
    await postgres.stop();
  }
}

async function measured(
  t: { diagnostic(text: string): void },
  program: Program,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await program.start(env);
  await withDatabase(program, async (db) => {
    await sql`set statement_timeout = 0`.execute(db);
    await sql`create table ballast (id bigint primary key, words text)`.execute(db);
    for (let at = 0; at < MEGABYTES; at += 1) {
      // About a megabyte that packs as text does: by a third or so.
      await sql`insert into ballast select ${at}::bigint * 1000 + n, (select string_agg(md5((${at} * 1000 + n * 31 + k)::text), ' ') from generate_series(1, 30) k)
        from generate_series(1, 1000) n`.execute(db);
    }
  });
  const { stdout } = await run('du', ['-sm', join(program.dataDir, 'postgres/base')]);
  const since = performance.now();
  const report = JSON.parse(await done(nharong(env, 'backup', '--json'))) as { bytes: number; seconds: number };
  const made = (performance.now() - since) / 1_000;
  const drill = JSON.parse(await done(nharong(env, 'restore', '--drill', '--json'))) as { seconds: number };
  t.diagnostic(
    `database ${stdout.split('\t')[0]} MB; backup ${(report.bytes / 1e6).toFixed(0)} MB in ${made.toFixed(1)} s; restored and proved in ${drill.seconds.toFixed(1)} s`,
  );
  await program.kill('SIGTERM');
  assert.ok((await stat(env['BACKUP_DIR']!)).isDirectory());
}

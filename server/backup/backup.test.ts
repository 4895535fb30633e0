import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import pg from 'pg';

import { cloneDatabase, findTestServer, makeTemplate } from '../../testing/postgres-server.ts';
import { openLog } from '../log.ts';
import { provePlace, takeBackup } from './backup.ts';
import { clusterTar } from './cluster.ts';
import { lastDue } from './jobs.ts';
import { keptOf, nameAt, timeOf } from './place.ts';
import { restore } from './restore.ts';
import { openBytes, sealBytes, signerOf } from './seal.ts';
import { lineOf, shipLog, spoolBytes, spoolOf } from './wal.ts';

const log = openLog('silent');
const place = await mkdtemp(join(tmpdir(), 'nha-rong-backups-'));
const server = await findTestServer();
const undo: (() => Promise<void>)[] = [];
after(async () => {
  for (const step of undo) await step();
  await server.stop();
  await rm(place, { recursive: true, force: true });
});

const DAY = 86_400_000;

test('of two years of nights 7 days, 4 weeks and 12 months are kept', () => {
  const names: string[] = [];
  let at = Date.parse('2026-01-01T19:00:00Z');
  for (let night = 0; night < 730; night += 1, at += DAY) {
    names.push(nameAt(new Date(at)));
    const kept = keptOf(names);
    for (const name of names.slice(-7)) assert.ok(kept.has(name));
    assert.ok(kept.size <= 7 + 4 + 12);
    names.splice(0, names.length, ...names.filter((name) => kept.has(name)));
  }
  const months = new Set(names.map((name) => name.slice(0, 6)));
  assert.ok(months.size >= 11, [...months].join(' '));
  assert.equal(nameAt(new Date(timeOf(names[0]!))), names[0]);
});

test('a backup is due by the clock in Vietnam', () => {
  const at = { hour: 2, minute: 0 };
  assert.equal(lastDue(Date.parse('2026-11-23T18:59:00Z'), at), Date.parse('2026-11-22T19:00:00Z'));
  assert.equal(lastDue(Date.parse('2026-11-23T19:00:00Z'), at), Date.parse('2026-11-23T19:00:00Z'));
});

test('a tar that nobody reads on, at whatever point it is, ends with why and nothing is left waiting', async () => {
  const folder = join(place, 'cluster');
  await mkdir(join(folder, 'base'), { recursive: true });
  await mkdir(join(folder, 'global'));
  for (let n = 0; n < 6; n += 1) await writeFile(join(folder, 'base', String(n)), Buffer.alloc(n * 70_000));
  await writeFile(join(folder, 'global/pg_control'), Buffer.alloc(8192));
  for (let turns = 0; turns < 60; turns += 1) {
    const { tar, written } = clusterTar(folder, async () => ({ label: 'label', tablespaces: 'map' }));
    let left = turns;
    for await (const _ of tar) if ((left -= 1) < 0) break;
    const { tar: waits, written: waiting } = clusterTar(folder, async () => ({ label: 'label', tablespaces: 'map' }));
    const why = new Error('no space');
    waits.on('error', () => undefined);
    for (let n = 0; n < turns; n += 1) await new Promise((resolve) => setImmediate(resolve));
    waits.destroy(why);
    for (const it of [written, waiting]) await it.catch((error: unknown) => assert.ok(error instanceof Error));
  }
});

test('what is sealed stands for its place and its house only', async () => {
  const identity = await generateX25519Identity();
  const sealing = { recipients: [await identityToRecipient(identity)], signer: signerOf(join(place, 'mine')) };
  const sealed = await sealBytes(sealing, 'wal/a/1', Buffer.from('nhà rông'));
  const { name } = sealing.signer;
  assert.equal((await openBytes(sealed, [identity], 'wal/a/1', name)).toString(), 'nhà rông');
  await assert.rejects(openBytes(sealed, [identity], 'wal/a/2', name), /wal\/a\/2 was not made by this house/);
  const other = signerOf(join(place, 'other')).name;
  await assert.rejects(openBytes(sealed, [identity], 'wal/a/1', other), /was not made by this house/);
});

test('a disk that is not mounted is not filled', async () => {
  const dataDir = await mkdtemp(join(place, 'data-'));
  const folder = join(place, 'mounted');
  await provePlace(dataDir, folder);
  await provePlace(dataDir, folder);
  await rm(folder, { recursive: true });
  await assert.rejects(provePlace(dataDir, folder), /is its disk mounted\?/);
});

test('what waits for a disk that takes nothing has a bound, and then another archive begins', async () => {
  const dataDir = await mkdtemp(join(place, 'data-'));
  const spool = spoolOf(dataDir);
  await mkdir(spool, { recursive: true });
  const sealing = {
    recipients: [await identityToRecipient(await generateX25519Identity())],
    signer: signerOf(join(place, 'mine')),
  };
  const line = await lineOf(dataDir);
  const segment = (number: number): string => number.toString(16).padStart(24, '0').toUpperCase();
  for (const number of [1, 2]) await writeFile(join(spool, segment(number)), randomBytes(1_000));
  // A file where a folder should be: nothing can be laid there.
  const folder = join(place, 'a-file');
  await writeFile(folder, '');
  const it = { dataDir, folder, sealing, log };
  await assert.rejects(shipLog({ ...it, spoolMost: 2_000 }));
  assert.equal(await spoolBytes(dataDir), 2_000);
  assert.equal(await lineOf(dataDir), line);
  await assert.rejects(shipLog({ ...it, spoolMost: 1_999 }));
  assert.equal(await spoolBytes(dataDir), 0);
  const next = await lineOf(dataDir);
  assert.notEqual(next, line);
  await writeFile(join(spool, segment(3)), randomBytes(1_000));
  await rm(folder);
  assert.equal(await shipLog({ ...it, spoolMost: 1_999 }), 1);
  assert.deepEqual(await readdir(join(folder, 'wal', next)), [`${segment(3)}.zst.age`]);
});

test('a database of somebody else is backed up by its rows and brought back to the row', async () => {
  const template = await makeTemplate(server);
  const from = await cloneDatabase(server, template);
  undo.push(() => from.drop());
  const client = new pg.Client({ connectionString: from.url });
  await client.connect();
  await client.query(
    `insert into streams (id, kind, head) select gen_random_uuid(), 'account', 0 from generate_series(1, 500)`,
  );
  await client.query(
    `insert into accounts (id, name, registered_at) select id, E'Rơ \\t Châm \\\\ \\n' || id, now() from streams where kind = 'account'`,
  );
  const dataDir = await mkdtemp(join(place, 'data-'));
  const folder = join(place, 'rows');
  const identity = await generateX25519Identity();
  const keysDir = join(dataDir, 'keys');
  const report = await takeBackup({
    dataDir,
    keysDir,
    folder,
    recipients: [await identityToRecipient(identity)],
    databaseUrl: from.url,
    own: false,
    source: {
      sealedSize: (bytes) => bytes,
      read: () => {
        throw new Error('there are no blobs');
      },
    },
    version: '0.1.0',
    log,
  });
  const to = await cloneDatabase(server, 'template0');
  undo.push(() => to.drop());
  const options = {
    folder,
    identities: [identity],
    signedBy: signerOf(keysDir).name,
    at: 'end',
    log,
    databaseUrl: to.url,
    verifyAudit: () => Promise.resolve(undefined),
  } as const;
  const back = await restore({ ...options, to: join(place, 'back') });
  assert.deepEqual(back.wrong, []);
  const again = new pg.Client({ connectionString: to.url });
  await again.connect();
  const ask = 'select id, name, registered_at from accounts order by id';
  assert.deepEqual((await again.query(ask)).rows, (await client.query(ask)).rows);
  await again.end();
  await client.end();
  // Nothing over a house, and no part that was touched.
  await assert.rejects(restore({ ...options, to: join(place, 'again') }), /the database is not empty/);
  const parts = (await readdir(join(folder, report.name))).filter((it) => /accounts|sequences/.test(it));
  assert.ok(parts.length >= 2);
  const empty = await cloneDatabase(server, 'template0');
  undo.push(() => empty.drop());
  const touched = join(folder, report.name, 'table.accounts.zst.age');
  const bytes = await readFile(touched);
  bytes[bytes.length - 40]! ^= 1;
  await writeFile(touched, bytes);
  await assert.rejects(
    restore({ ...options, databaseUrl: empty.url, to: join(place, 'damaged') }),
    /table\.accounts\.zst\.age is/,
  );
  await rm(touched);
  await assert.rejects(
    restore({ ...options, databaseUrl: empty.url, to: join(place, `missing-${randomBytes(2).toString('hex')}`) }),
    /is not empty|accounts.zst.age is missing/,
  );
});

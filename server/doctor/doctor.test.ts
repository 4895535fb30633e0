import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { sql } from 'kysely';

import { readMigrations } from '../../database/migrate.ts';
import { NatsServer } from '../../testing/nats.ts';
import { openTestHouse } from '../../testing/house.ts';
import { newDatabase } from '../../testing/postgres.ts';
import { addressesIn } from '../address.ts';
import { nameAt, saveState } from '../backup/place.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';
import { markOf } from '../installation.ts';
import { checkBackups, judgeBackups, judgeNoBackup, readBackups } from './backups.ts';
import { checkBus } from './bus.ts';
import { judgeDatabase, readDatabase } from './database.ts';
import { judgeDisk, judgeMemoryDisk, readDisk } from './disks.ts';
import { exitCodeOf, lineOf } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkFront } from './front.ts';
import { checkKeys, differingKeys, judgeDiffering } from './keys.ts';
import { judgeMachine, readMachine } from './machine.ts';
import { checkAuditCopy, judgeAudit, judgeNodes, judgeWalk, readAudit } from './records.ts';
import { judgeSettings } from './settings.ts';

const place = mkdtempSync(join(tmpdir(), 'nha-rong-doctor-'));
const servers: Server[] = [];
after(async () => {
  for (const it of servers) {
    it.close();
    (it as Partial<{ closeAllConnections(): void }>).closeAllConnections?.();
  }
  rmSync(place, { recursive: true, force: true });
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What is wrong stands among the findings as this. */
function says(findings: readonly Finding[], state: Finding['state'], said: RegExp): void {
  const it = findings.find((one) => one.state === state && said.test(one.said));
  assert.ok(it, `${state} ${said} in:\n${findings.map(lineOf).join('\n')}`);
  if (state !== 'well') assert.ok(it.cure, 'it says what to do');
}

const allWell = (findings: readonly Finding[]): void =>
  assert.deepEqual(findings.filter((it) => it.state !== 'well').map(lineOf), []);

const GOOD = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://goi.xa.gov.vn',
  SMS_PROVIDER: 'http',
  SMS_HTTP_URL: 'https://sms.example.vn',
  AUDIT_COPY: '/mnt/auditor/checkpoints.jsonl',
  TURN_URL: 'turn:goi.xa.gov.vn:3478',
  TURN_SECRET: 'mot-bi-mat-that-dai',
  DATA_DIR: place,
};

test('settings that are taken and are no good for real people', () => {
  const found = (change: Record<string, string>) =>
    judgeSettings({ ...GOOD, ...change }, readConfig({ ...GOOD, ...change }));
  allWell(found({}));
  says(found({ NODE_ENV: 'development', SMS_PROVIDER: 'console' }), 'warning', /NODE_ENV is not production/);
  says(
    found({ NODE_ENV: 'development', SMS_PROVIDER: 'console' }),
    'warning',
    /SMS_PROVIDER is good for trying out only/,
  );
  says(found({ HOST: '0.0.0.0' }), 'warning', /plain HTTP port 8080 is open/);
  says(found({ TRUSTED_PROXIES: '0.0.0.0/0' }), 'broken', /believes whole networks/);
  says(found({ AUDIT_COPY: '' }), 'warning', /AUDIT_COPY is not set/);
  says(found({ LOG_LEVEL: 'trace' }), 'warning', /LOG_LEVEL is trace/);
  says(found({ TURN_URL: '', TURN_SECRET: '' }), 'warning', /TURN_URL is not set/);
  says(found({ PUBLIC_URL: 'http://localhost:8080' }), 'warning', /only this machine reaches it/);
});

test('a real database, and one with everything set wrong', async () => {
  const db = openDatabase((await newDatabase()).url, () => undefined, 1);
  try {
    const facts = await readDatabase(db);
    const known = (await readMigrations()).map((it) => it.name);
    const judged = (change: object, at: object = {}) =>
      judgeDatabase({ ...facts, ...change }, { nodes: 1, pool: 24, known, ...at });
    // The tests’ server is durable in no way; everything else about it is read as it is.
    const safe = { unsafe: [], checksums: true, passwords: 'scram-sha-256', connectionsMost: 200 };
    allWell(judged(safe));
    assert.ok(facts.version >= 150_000 && facts.trigrams);
    says(judged({ ...safe, unsafe: ['fsync is off, must be on'] }), 'broken', /fsync is off/);
    says(judged({ ...safe, checksums: false }), 'warning', /checksums are off/);
    says(judged({ ...safe, trigrams: false }), 'broken', /pg_trgm/);
    says(judged({ ...safe, connectionsMost: 60 }, { nodes: 3 }), 'broken', /3 × 24 connections/);
    says(judged({ ...safe, aheadMs: -90_000 }), 'broken', /behind this machine’s by 90000 ms/);
    says(judged({ ...safe, passwords: 'md5' }), 'warning', /kept as md5/);
    says(judged({ ...safe, failedArchives: 1 }), 'broken', /archive the write-ahead log failed/);
    says(judged({ ...safe, migrations: undefined }), 'warning', /database is empty/);
    await sql`insert into migrations (number, name, checksum) values (9999, '9999-later.sql', 'x')`.execute(db);
    const later = await readDatabase(db);
    says(judgeDatabase({ ...later, ...safe }, { nodes: 1, pool: 24, known }), 'broken', /does not know: 9999-later/);
    says(
      judgeDatabase({ ...facts, ...safe, migrations: known.slice(0, -2) }, { nodes: 1, pool: 24, known }),
      'warning',
      /2 migrations are missing/,
    );
  } finally {
    await db.destroy();
  }
});

test('this machine, and worse ones', async () => {
  const facts = await readMachine(undefined);
  assert.equal(facts.hanoiMinutes, 420);
  assert.ok(facts.memoryBytes > 0 && facts.filesMost > 0 && facts.coreBytes >= 0 && facts.uid >= 0);
  const good = {
    ...facts,
    memoryBytes: 8 * 1_073_741_824,
    swapBytes: 0,
    filesMost: 65_536,
    coreBytes: 0,
    corePattern: 'core',
    uid: 990,
    clockSynchronised: true,
  };
  const judged = (change: object) => judgeMachine({ ...good, ...change }, { sockets: 2_000 });
  allWell(judged({}));
  says(judged({ memoryBytes: 1e9 }), 'broken', /files cannot be looked into/);
  says(judged({ memoryBytes: 3e9 }), 'warning', /hundreds of people/);
  says(judged({ swapBytes: 1e9, swapEncrypted: false }), 'warning', /swap is on/);
  says(judged({ filesMost: 1_024 }), 'broken', /too few for 2000/);
  says(judged({ coreBytes: Infinity }), 'warning', /they are on/);
  says(judged({ corePattern: '|/usr/lib/systemd/systemd-coredump %P' }), 'warning', /systemd-coredump/);
  says(judged({ uid: 0 }), 'warning', /runs as root/);
  says(judged({ clockSynchronised: false }), 'broken', /nothing keeps/);
  says(judged({ clockSynchronised: undefined }), 'warning', /cannot be seen/);
  says(judged({ hanoiMinutes: 0 }), 'broken', /no time zone data/);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  assert.equal((await readMachine(child.pid)).uid, process.getuid!());
  child.kill();
});

test('disks that run full, of bytes and of inodes', async () => {
  const disk = await readDisk('DATA_DIR', join(place, 'not', 'made', 'yet'));
  assert.ok(disk && disk.bytes > 0, 'of what is not there yet: where it will be');
  const good = { ...disk, bytes: 1e12, freeBytes: 5e11, inodes: 1e6, freeInodes: 5e5 };
  allWell(judgeDisk(good, 268_435_456));
  says(judgeDisk({ ...good, freeBytes: 1e8 }, 268_435_456), 'broken', /95 MB of 931 GB are free/);
  says(judgeDisk({ ...good, freeBytes: 5e10 }, 268_435_456), 'warning', /47 GB of 931 GB are free/);
  says(judgeDisk({ ...good, freeInodes: 10 }, 0), 'broken', /10 inodes/);
  says(judgeDisk({ ...good, freeInodes: 2e4 }, 0), 'warning', /inodes are free/);
  says(judgeMemoryDisk(undefined), 'warning', /not there or full/);
  allWell(judgeMemoryDisk({ ...good, freeBytes: 1e7 }));
});

test('keys that are gone, damaged, or for everybody to read', async () => {
  const folder = join(place, 'keys');
  says(await checkKeys(folder, { used: true }), 'broken', /is not there/);
  allWell(await checkKeys(folder, { used: false }));
  mkdirSync(folder, { mode: 0o700 });
  for (const name of ['files', 'audit']) writeFileSync(join(folder, name), Buffer.alloc(32), { mode: 0o600 });
  allWell(await checkKeys(folder, { used: true }));
  chmodSync(folder, 0o755);
  says(await checkKeys(folder, { used: true }), 'broken', /others may look into/);
  chmodSync(folder, 0o700);
  chmodSync(join(folder, 'files'), 0o644);
  says(await checkKeys(folder, { used: true }), 'broken', /others may read .*files/);
  chmodSync(join(folder, 'files'), 0o600);
  writeFileSync(join(folder, 'files'), Buffer.alloc(7));
  says(await checkKeys(folder, { used: true }), 'broken', /files is damaged: it has 7 bytes/);
  rmSync(join(folder, 'files'));
  says(await checkKeys(folder, { used: true }), 'warning', /files is missing/);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file');
  says(await checkKeys(folder, { used: true }), 'broken', /cannot be read/);
});

/** A certificate of an authority of the test’s own. */
function certificate(name: string, days: number): { cert: string; key: string } {
  const file = (end: string): string => join(place, `${name}${days}.${end}`);
  // Not -days: it takes no past.
  const date = (at: number): string => new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14) + 'Z';
  const now = Date.now();
  writeFileSync(
    file('cnf'),
    `[ca]\ndefault_ca=c\n[c]\ndatabase=${file('db')}\nserial=${file('srl')}\nnew_certs_dir=${place}\ndefault_md=sha256\npolicy=p\nx509_extensions=e\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n[e]\nbasicConstraints=CA:FALSE\nsubjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}\n[req]\ndistinguished_name=d\n[d]\n`,
  );
  writeFileSync(file('db'), '');
  writeFileSync(file('srl'), '01\n');
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    file('key'),
    '-out',
    file('csr'),
    '-subj',
    `/CN=${name}`,
    '-config',
    file('cnf'),
  );
  openssl(
    'ca',
    '-batch',
    '-config',
    file('cnf'),
    '-cert',
    authority.cert,
    '-keyfile',
    authority.key,
    '-in',
    file('csr'),
    '-out',
    file('crt'),
    '-notext',
    '-startdate',
    date(now - 40 * 86_400_000),
    '-enddate',
    date(now + days * 86_400_000),
  );
  return { cert: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
}

const authority = { cert: join(place, 'ca.crt'), key: join(place, 'ca.key') };

test('the front door: certificate, proxy, WebSocket, addresses', async (t) => {
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '3650',
      '-keyout',
      authority.key,
      '-out',
      authority.cert,
      '-subj',
      '/CN=doctor',
    ],
    { stdio: 'pipe' },
  );
  const ca = readFileSync(authority.cert, 'utf8');
  const house = await openTestHouse({ env: { PUBLIC_URL: 'https://127.0.0.1' } });
  const behind = new URL(house.address);

  interface Proxy {
    /** What it tells of who asks. */
    readonly forwarded?: 'added' | 'as it came' | 'nothing';
    readonly sockets?: boolean;
    readonly plainHeaders?: boolean;
  }
  const pass = ({ forwarded = 'added', sockets = true, plainHeaders = false }: Proxy) => {
    const passed = (request: IncomingMessage) => {
      const { 'x-forwarded-for': came, connection, upgrade, ...headers } = request.headers;
      if (sockets && upgrade) Object.assign(headers, { connection, upgrade });
      // Its port is another each time.
      if (headers.origin) headers.origin = 'https://127.0.0.1';
      if (forwarded === 'added') headers['x-forwarded-for'] = `${came ? `${String(came)}, ` : ''}203.0.113.9`;
      if (forwarded === 'as it came' && came) headers['x-forwarded-for'] = came;
      return httpRequest({
        port: behind.port,
        host: behind.hostname,
        method: request.method,
        path: request.url,
        headers,
        agent: false,
      });
    };
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
      const out = passed(request);
      out.on('response', (answer) => {
        const { 'strict-transport-security': _hsts, ...rest } = answer.headers;
        response.writeHead(answer.statusCode!, plainHeaders ? rest : answer.headers);
        answer.pipe(response);
      });
      out.on('error', () => response.destroy());
      request.pipe(out);
    };
    return { onRequest };
  };
  async function open(proxy: Proxy, tls: { cert: string; key: string }, more: object = {}): Promise<string> {
    const { onRequest } = pass(proxy);
    const server = createHttpsServer({ ...tls, ...more }, onRequest);
    return `https://127.0.0.1:${await listen(server)}`;
  }
  const isProxy = addressesIn(['127.0.0.1', '::1']);
  const look = (url: string, authorities: string | undefined = ca) =>
    checkFront(url, { now: new Date(), isProxy, ...(authorities ? { ca: authorities } : {}) });
  const good = certificate('127.0.0.1', 90);

  await t.test('well', async () => allWell(await look(await open({}, good))));
  await t.test('ended', async () =>
    says(await look(await open({}, certificate('127.0.0.1', -3))), 'broken', /it ended on/),
  );
  await t.test('ends soon', async () =>
    says(await look(await open({}, certificate('127.0.0.1', 5))), 'warning', /it ends in/),
  );
  await t.test('another name', async () =>
    says(await look(await open({}, certificate('goi.khac.vn', 90))), 'broken', /another name/),
  );
  await t.test('not believed', async () => {
    const url = await open({}, good);
    says(await checkFront(url, { now: new Date(), isProxy }), 'broken', /not believed/);
  });
  await t.test('old TLS', async () => {
    const url = await open({}, good, { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    says(await look(url), 'broken', /older than 1\.2/);
  });
  await t.test('no TLS there', async () => says(await look(`https://127.0.0.1:${behind.port}`), 'broken', /no TLS/));
  await t.test('a forged address is believed', async () =>
    says(await look(await open({ forwarded: 'as it came' }, good)), 'broken', /makes up is believed/),
  );
  await t.test('WebSocket does not pass', async () =>
    says(await look(await open({ sockets: false }, good)), 'broken', /WebSocket does not pass/),
  );
  await t.test('HSTS is lost', async () =>
    says(await look(await open({ plainHeaders: true }, good)), 'warning', /Strict-Transport-Security/),
  );
  await t.test('another program', async () => {
    const port = await listen(createHttpServer((_, response) => response.end('It works!')));
    says(await look(`http://127.0.0.1:${port}`), 'broken', /healthz is answered/);
  });
  await t.test('nobody there', async () => says(await look('http://127.0.0.1:1'), 'broken', /does not answer/));
});

test('a bus that is away, no bus, open to everybody, or that does not know this program', async () => {
  const look = (url: string) => checkBus(readConfig({ NATS_URL: url }).nats!);
  says(await look('nats://127.0.0.1:1'), 'broken', /does not answer/);
  const other = await listen(createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  says(await look(`nats://127.0.0.1:${other}`), 'broken', /no NATS server/);
});

test(
  'a real NATS: who is let in',
  { skip: existsSync('/usr/sbin/nats-server') ? false : 'needs nats-server (Debian)' },
  async () => {
    const look = (url: string) => checkBus(readConfig({ NATS_URL: url }).nats!);
    const open = await NatsServer.start();
    says(await look(open.url), 'broken', /anybody in without credentials/);
    const closed = await NatsServer.start({ config: 'authorization { user: "nharong", password: "bi-mat-dai" }' });
    allWell(await look(closed.url.replace('//', '//nharong:bi-mat-dai@')));
    const found = await look(closed.url.replace('//', '//nharong:sai@'));
    says(found, 'broken', /does not let this program in/);
    assert.doesNotMatch(found.map(lineOf).join(), /sai/);
  },
);

test('records that stand still, and nodes of two versions', async () => {
  const house = await openTestHouse();
  const facts = await readAudit(house.db);
  const now = Date.now();
  allWell(judgeAudit(facts, { now, running: true }));
  const busy = { ...facts, entries: 900, signedSeq: 500, lastAt: now - 7_200_000, signedAt: now - 9_000_000 };
  says(judgeAudit(busy, { now, running: true }), 'broken', /not been signed/);
  says(judgeAudit({ ...busy, waiting: 50_000 }, { now, running: true }), 'broken', /wait to be chained/);
  allWell(judgeAudit(busy, { now, running: false }));
  const copy = join(place, 'checkpoints.jsonl');
  says(await checkAuditCopy(copy, { ...facts, signedAt: now }), 'broken', /is not there/);
  writeFileSync(copy, '');
  allWell(await checkAuditCopy(copy, { ...facts, signedAt: now }));
  utimesSync(copy, new Date(now - 86_400_000), new Date(now - 86_400_000));
  says(await checkAuditCopy(copy, { ...facts, signedAt: now }), 'broken', /24 hours behind/);
  const node = (name: string, version: string, draining = false) => ({ name, version, draining });
  says(judgeNodes([node('a', '1'), node('b', '2')], { heard: true }), 'warning', /different versions/);
  says(judgeNodes([node('a', '1'), node('b', '1', true)], { heard: true }), 'warning', /takes nothing new/);
  allWell(judgeNodes([node('a', '1'), node('b', '1')], { heard: true }));
  allWell(judgeNodes([node('a', '1')], { heard: false }));
  says(judgeNodes([node('a', '1'), node('b', '1')], { heard: false }), 'warning', /without NATS/);
});

test('a walk over the audit log that is long ago, or found something', () => {
  const now = Date.now();
  const whole = { broken: null };
  const at = (ms: number, verdict: unknown = whole) => judgeWalk({ at: now - ms, verdict }, { now, running: true });
  allWell(at(3_600_000));
  says(at(3 * 86_400_000), 'warning', /nobody has walked it for 3 days/);
  says(
    at(60_000, { broken: { what: 'removed', seq: 7 } }),
    'broken',
    /1 minute ago it did not hold: removed at entry 7/,
  );
  says(judgeWalk(undefined, { now, running: true }), 'warning', /never walked/);
  allWell(judgeWalk(undefined, { now, running: false }));
});

test('keys that are not those the database remembers', async () => {
  const house = await openTestHouse();
  const folder = join(place, 'other-keys');
  mkdirSync(folder);
  for (const [name, from] of [
    ['files', 1],
    ['audit', 2],
  ] as const) {
    const key = Buffer.alloc(32, from);
    writeFileSync(join(folder, name), key);
    await sql`
      insert into key_marks (name, mark) values (${name}, ${markOf(key)})
      on conflict (name) do update set mark = excluded.mark`.execute(house.db);
  }
  await sql`delete from key_marks where name not in ('files', 'audit')`.execute(house.db);
  allWell(judgeDiffering(await differingKeys(house.db, folder), folder));
  writeFileSync(join(folder, 'files'), Buffer.alloc(32, 9));
  rmSync(join(folder, 'audit'));
  says(judgeDiffering(await differingKeys(house.db, folder), folder), 'broken', /^audit, files in .*begun with/);
});

test('backups that are old, failed, were never tried, or wait', async () => {
  const now = Date.now();
  const HOUR = 3_600_000;
  const folder = join(place, 'backups');
  says(await checkBackups({ folder, spoolBytes: 1e9 }, place, now), 'broken', /cannot be looked into \(ENOENT\)/);
  mkdirSync(join(folder, nameAt(new Date(now - 2 * HOUR))), { recursive: true });
  await saveState(folder, { drill: { at: now - 50 * HOUR, ok: true } });
  const good = await readBackups({ folder }, place);
  const judged = (change: object) => judgeBackups({ ...good, ...change }, { now, most: 1e9 });
  allWell(await checkBackups({ folder, spoolBytes: 1e9 }, place, now));
  says(judged({}), 'well', /^1, the newest 2 hours old/);
  says(judged({ newestAt: undefined }), 'broken', /there is none/);
  says(judged({ newestAt: now - 30 * HOUR }), 'broken', /1 day old/);
  const failed = { at: now - HOUR, error: 'BACKUP_DIR is full\nmore' };
  says(judged({ state: { ...good.state, failed } }), 'warning', /failed 1 hour ago: BACKUP_DIR is full$/);
  says(judged({ state: {} }), 'warning', /was ever restored/);
  says(judged({ state: { drill: { at: now - 240 * HOUR, ok: true } } }), 'warning', /for 10 days/);
  says(judged({ state: { drill: { at: now, ok: false, error: 'no' } } }), 'broken', /could not be restored: no/);
  says(judged({ spool: 7e8 }), 'broken', /MB wait for BACKUP_DIR/);
  says(judgeNoBackup(true), 'warning', /all is gone/);
});

test('the exit code says the worst', () => {
  const it = (state: Finding['state']): Finding => ({ about: 'x', state, said: 'y' });
  assert.equal(exitCodeOf([it('well')]), 0);
  assert.equal(exitCodeOf([it('well'), it('warning')]), 3);
  assert.equal(exitCodeOf([it('warning'), it('broken')]), 1);
});

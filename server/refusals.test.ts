import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { sql } from 'kysely';

import { newDatabase } from '../testing/postgres.ts';
import { openDatabase } from './database.ts';

const ROOT = join(import.meta.dirname, '..');
/** What is promised is ten on a machine with nothing else to do; here others work beside it. */
const SECONDS = 30;

const place = await mkdtemp(join(tmpdir(), 'nha-rong-refusals-'));
const servers: Server[] = [];
after(async () => {
  for (const it of servers) it.close();
  await rm(place, { recursive: true, force: true });
});

async function listen(onLine: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onLine(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts the program with what it cannot start with. `served`: it answered anybody while it stood. */
async function start(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; words: string; served: boolean; seconds: number }> {
  const since = performance.now();
  const { NODE_TEST_CONTEXT: _, NODE_ENV: __, ...own } = process.env;
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env: { ...own, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (text: Buffer) => (words += text.toString()));
  const late = setTimeout(() => child.kill('SIGKILL'), 2 * SECONDS * 1_000);
  let served = false;
  const look = setInterval(() => {
    void fetch(`http://127.0.0.1:${env['PORT']}/readyz`, { signal: AbortSignal.timeout(500) }).then(
      (answer) => (served ||= answer.status === 200 && env['TAKEN'] === undefined),
      () => undefined,
    );
  }, 50);
  await once(child, 'close');
  clearTimeout(late);
  clearInterval(look);
  return { code: child.exitCode, words: words.trim(), served, seconds: (performance.now() - since) / 1_000 };
}

interface Case {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly code: 1 | 2;
  readonly words: RegExp;
}

test('whatever is wrong at the start ends it with clear words and never serves', async (t) => {
  const { url } = await newDatabase();
  const databaseAt = (change: (url: URL) => void): string => {
    const it = new URL(url);
    change(it);
    return it.href;
  };
  const freePort = async (): Promise<string> => {
    const port = await listen(() => undefined);
    const server = servers.pop()!;
    server.close();
    await once(server, 'close');
    return String(port);
  };
  const folder = async (name: string): Promise<string> => {
    const path = join(place, name);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  };

  const later = await newDatabase();
  const marked = openDatabase(later.url, () => undefined, 1);
  await sql`insert into migrations (number, name, checksum, beside) values (9999, '9999-later.sql', 'x', 9999)`.execute(
    marked,
  );
  await marked.destroy();
  const changed = await newDatabase();
  const bent = openDatabase(changed.url, () => undefined, 1);
  await sql`update migrations set checksum = 'another' where number = 3`.execute(bent);
  await bent.destroy();

  const taken = await listen((socket) => socket.end());
  const notPostgres = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const file = join(place, 'a-file');
  await writeFile(file, '');
  const damaged = await folder('damaged');
  await mkdir(join(damaged, 'keys'), { mode: 0o700 });
  await writeFile(join(damaged, 'keys', 'secrecy'), Buffer.alloc(5), { mode: 0o600 });
  const keyFolder = await folder('key-is-folder');
  await mkdir(join(keyFolder, 'keys', 'secrecy'), { recursive: true });
  const oldPostgres = await folder('old');
  await mkdir(join(oldPostgres, 'postgres', 'global'), { recursive: true, mode: 0o700 });
  await writeFile(join(oldPostgres, 'postgres', 'PG_VERSION'), '9\n');
  const readOnly = await folder('read-only');
  await chmod(readOnly, 0o500);

  const bad = {
    HOST: 'nowhere',
    PUBLIC_URL: 'ftp://goi.xa.gov.vn',
    DATABASE_URL: 'mysql://localhost/nharong',
    NATS_URL: 'http://127.0.0.1:4222',
    TRUSTED_PROXIES: 'the proxy',
    SMS_PROVIDER: 'pigeon',
    TURN_URL: 'http://relay',
    STORAGE_RESERVE_MB: 'some',
    FILES_S3_URL: 'ftp://s3.example.vn',
    SEALED_DAYS: '0',
  };
  const cases: Case[] = [
    {
      name: 'many settings at once, each told of',
      env: bad,
      code: 2,
      words: new RegExp(
        Object.keys(bad)
          .map((name) => `(?=[^]*^${name}=.*: expected )`)
          .join(''),
        'm',
      ),
    },
    {
      name: 'what is good for trying out only, in production',
      env: { NODE_ENV: 'production', PUBLIC_URL: 'https://goi.xa.gov.vn' },
      code: 2,
      words: /^SMS_PROVIDER=.*in production/,
    },
    {
      name: 'no database there',
      env: { DATABASE_URL: 'postgresql://n:geheim@127.0.0.1:1/none' },
      code: 1,
      words: /^DATABASE_URL: connect ECONNREFUSED/,
    },
    {
      name: 'no PostgreSQL there',
      env: { DATABASE_URL: `postgresql://n:geheim@127.0.0.1:${notPostgres}/none` },
      code: 1,
      words: /^DATABASE_URL: /,
    },
    {
      name: 'a wrong password',
      env: { DATABASE_URL: databaseAt((it) => (it.password = 'geheim')) },
      code: 1,
      words: /password authentication failed/,
    },
    {
      name: 'no such database',
      env: { DATABASE_URL: databaseAt((it) => (it.pathname = '/nowhere')) },
      code: 1,
      words: /"nowhere" does not exist/,
    },
    { name: 'a database of a later version', env: { DATABASE_URL: later.url }, code: 1, words: /9999/ },
    { name: 'a database of another history', env: { DATABASE_URL: changed.url }, code: 1, words: /0003|migration 3/ },
    {
      name: 'a damaged key',
      env: { DATABASE_URL: url, DATA_DIR: damaged },
      code: 1,
      words: /secrecy is damaged: it has 5 bytes, not 32/,
    },
    {
      name: 'a key that is a folder',
      env: { DATABASE_URL: url, DATA_DIR: keyFolder },
      code: 1,
      words: /^the key .* cannot be read: EISDIR/,
    },
    {
      name: 'the port is taken',
      env: { DATABASE_URL: url, PORT: String(taken), TAKEN: 'yes' },
      code: 1,
      words: new RegExp(`^Port ${taken} is taken`),
    },
    {
      name: 'an address of another machine',
      env: { DATABASE_URL: url, HOST: '192.0.2.1' },
      code: 1,
      words: /does not have the address/,
    },
    { name: 'DATA_DIR is a file', env: { DATA_DIR: file }, code: 1, words: /^DATA_DIR .* cannot be used/ },
    {
      name: 'DATA_DIR below a file',
      env: { DATA_DIR: join(file, 'data') },
      code: 1,
      words: /^DATA_DIR .* cannot be used/,
    },
    { name: 'a database folder of another PostgreSQL', env: { DATA_DIR: oldPostgres }, code: 1, words: /PostgreSQL/ },
    // Root may write everywhere.
    ...(process.getuid!() === 0
      ? []
      : [
          {
            name: 'DATA_DIR cannot be written',
            env: { DATA_DIR: readOnly },
            code: 1,
            words: /cannot be used/,
          } as const,
        ]),
  ];
  assert.ok(cases.length + Object.keys(bad).length >= 20);

  // Those that come as far as the keys of one database have the same.
  const keys = join(place, 'keys');
  let longest = 0;
  const queue = cases.map((it, at) => ({ ...it, at }));
  const work = async (): Promise<void> => {
    for (let it = queue.shift(); it; it = queue.shift()) {
      const { name, env, code, words, at } = it;
      const found = await start({
        PORT: await freePort(),
        DATA_DIR: join(place, `data-${at}`),
        ...(env['DATA_DIR'] === undefined ? { KEYS_DIR: keys } : {}),
        ...env,
      });
      longest = Math.max(longest, found.seconds);
      await t.test(name, () => {
        assert.ok(found.seconds < SECONDS, `it took ${found.seconds} s: ${found.words}`);
        assert.equal(found.code, code, found.words);
        assert.match(found.words, words);
        assert.doesNotMatch(found.words, /^ +at /m, 'no trace: it is not our fault');
        assert.doesNotMatch(found.words, /geheim/);
        assert.ok(
          found.words.split('\n').length <= Object.keys(bad).length + 1,
          `a few lines, no more: ${found.words}`,
        );
        assert.equal(found.served, false, 'nobody was served');
      });
    }
  };
  await Promise.all([work(), work()]);
  t.diagnostic(`the longest took ${longest.toFixed(1)} s`);
});

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const places: string[] = [];
const children = new Set<ChildProcess>();

after(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const place of places) await rm(place, { recursive: true, force: true });
});

/** As in a terminal of somebody's machine: its own Node first, not ours. */
const path = (process.env.PATH ?? '')
  .split(':')
  .filter((each) => !each.includes('node_modules'))
  .join(':');

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

interface Started {
  readonly child: ChildProcess;
  readonly dataDir: string;
  said(): string;
  /** Its exit code. */
  ended: Promise<number | null>;
}

/** Runs a command that is, or leads to, npm start on an empty folder. */
async function launch(command: string, args: string[]): Promise<Started & { readonly port: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-start-'));
  places.push(dataDir);
  const port = await freePort();
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(command, args, {
    cwd: root,
    // A shell that is on every machine: script(1) runs its command in this one, and a build machine may have none or nologin.
    env: {
      ...env,
      PATH: path,
      SHELL: '/bin/sh',
      DATA_DIR: dataDir,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      NODE_ENV: '',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  children.add(child);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(child, 'close').then(() => {
    children.delete(child);
    return child.exitCode;
  });
  return { child, dataDir, port, said: () => said, ended };
}

/** As `launch`, and waits until the program serves. */
async function start(command: string, args: string[]): Promise<Started> {
  const started = await launch(command, args);
  for (let ready = false; !ready;) {
    assert.equal(started.child.exitCode, null, started.said());
    ready = await fetch(`http://127.0.0.1:${started.port}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (!ready) await pause(20);
  }
  return started;
}

/** Processes that work in the database's folder. */
function postgresIn(dataDir: string): number {
  const folder = statSync(join(dataDir, 'postgres'), { throwIfNoEntry: false });
  if (!folder) return 0;
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const at = statSync(`/proc/${name}/cwd`);
      return at.ino === folder.ino && at.dev === folder.dev;
    } catch {
      return false;
    }
  }).length;
}

async function endsCleanly({ dataDir, said, ended }: Started): Promise<void> {
  assert.equal(await ended, 0, said());
  assert.equal(said().match(/Stopping/g)?.length, 1, said());
  assert.equal(postgresIn(dataDir), 0);
  assert.ok(!existsSync(join(dataDir, 'program.lock')), 'the folder is released');
}

test('npm start under any Node runs the pinned one, and SIGTERM to npm stops program and database', async () => {
  const started = await start('npm', ['start']);
  assert.ok(postgresIn(started.dataDir) > 0);
  const { pid } = JSON.parse(readFileSync(join(started.dataDir, 'program.lock'), 'utf8')) as { pid: number };
  const version = execFileSync(`/proc/${pid}/exe`, ['--version'], { encoding: 'utf8' });
  assert.match(version, /^v26\./);
  assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
  started.child.kill('SIGTERM');
  await endsCleanly(started);
});

test(
  'Ctrl-C in a terminal stops it once and cleanly',
  { skip: existsSync('/usr/bin/script') ? false : 'needs script(1)' },
  async () => {
    // script(1) gives npm a terminal; Ctrl-C typed there reaches npm, the program and whoever else is in the foreground.
    // exec: a shell between them would itself end by Ctrl-C, and its own exit code be the one that counts.
    const started = await start('script', ['-qec', 'exec npm start', '/dev/null']);
    started.child.stdin?.write('\u0003');
    await endsCleanly(started);
  },
);

test('told to stop at any moment of its start, it leaves neither a database nor its lock behind', async () => {
  const node = join(root, 'node_modules/.bin/node');
  const moments: [string, (dataDir: string, said: () => string) => boolean][] = [
    ['the folder is taken', (dataDir) => existsSync(join(dataDir, 'program.lock'))],
    ['the database is being made', (dataDir) => existsSync(join(dataDir, 'postgres.new', 'global'))],
    ['the database is being started', (dataDir) => existsSync(join(dataDir, 'postgres', 'postmaster.pid'))],
    ['the operator’s door opens', (dataDir) => existsSync(join(dataDir, 'program.sock'))],
    ['it greets', (_, said) => said().includes('is open')],
  ];
  for (const [moment, isNow] of moments) {
    const started = await launch(node, ['server/main.ts']);
    while (!isNow(started.dataDir, started.said)) {
      assert.equal(started.child.exitCode, null, `${moment}: ${started.said()}`);
      await pause(1);
    }
    started.child.kill('SIGTERM');
    await endsCleanly(started);
  }
});

test('without the pinned Node, and an old one on the machine, the reason is told', async () => {
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-start-'));
  places.push(place);
  for (const folder of ['bin', 'tools', 'node_modules']) await mkdir(join(place, folder));
  for (const file of ['bin/start', 'bin/ready', 'bin/installed.ts', 'package.json'])
    await copyFile(join(root, file), join(place, file));
  // A machine whose npm installs nothing optional and whose Node is 20.
  const say = (name: string, text: string): void => {
    execFileSync('sh', [
      '-c',
      `printf '%s\\n' '#!/bin/sh' "$1" > "$2" && chmod +x "$2"`,
      'sh',
      text,
      join(place, 'tools', name),
    ]);
  };
  say('npm', 'exit 0');
  say('node', '[ "$1" = --version ] && echo v20.20.2');
  const child = spawn('sh', ['bin/start'], {
    cwd: place,
    env: { PATH: `${join(place, 'tools')}:/usr/bin:/bin` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  assert.equal(child.exitCode, 1);
  assert.match(said, /Node\.js 26 is needed to run, found v20\.20\.2\./);
});

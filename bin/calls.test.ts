import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { freePort, openTestJanus } from '../testing/janus.ts';
import type { TestJanus } from '../testing/janus.ts';
import { openTestTurn } from '../testing/turn.ts';
import type { TestTurn } from '../testing/turn.ts';

const ROOT = join(import.meta.dirname, '..');

let folder: string;
let janus: TestJanus;
let turn: TestTurn;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nha-rong-calls-'));
  [janus, turn] = await Promise.all([openTestJanus(), openTestTurn()]);
});

after(async () => {
  await Promise.all([janus?.stop(), turn?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const options = { cwd: ROOT, env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), ...env } };
    execFile(command, args, options, (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }));
  });
}

const nharong = (env: Readonly<Record<string, string>>, ...args: string[]): ReturnType<typeof run> =>
  run(process.execPath, ['bin/nharong.ts', 'calls', ...args], env);

const SECRETS = { TURN_SECRET: 'turn-secret-0123456789', JANUS_SECRET: 'janus-secret-"0123\\456789' };
const SETTINGS = { ...SECRETS, TURN_URL: 'turn:turn.xa.gov.vn', JANUS_URL: 'ws://127.0.0.1:8188' };

test('the check says in words what is wrong', async () => {
  const fine = await nharong({ ...janus.env, ...turn.env }, 'check');
  assert.deepEqual([fine.code, fine.err], [0, '']);
  assert.match(fine.out, /a place was given out/);
  assert.match(fine.out, /Janus 1\.\d+\.\d+ makes rooms/);

  const none = await nharong({}, 'check');
  assert.equal(none.code, 0);
  assert.match(none.out, /there is no relay[\s\S]*there is no media server/);

  const wrong = await nharong({ ...janus.env, ...turn.env, ...SECRETS }, 'check');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /TURN_SECRET is another[\s\S]*JANUS_SECRET is another/);

  const port = await freePort();
  const away = await nharong(
    { ...SETTINGS, TURN_URL: `turn:127.0.0.1:${port}?transport=tcp`, JANUS_URL: `ws://127.0.0.1:${port}` },
    'check',
  );
  assert.equal(away.code, 1);
  assert.match(away.err, /nothing listens there: is coturn running\?[\s\S]*nothing answers there/);
  for (const { out, err } of [fine, wrong, away])
    for (const secret of [...Object.values(SECRETS), janus.secret, turn.secret])
      assert.ok(!(out + err).includes(secret), 'no secret is printed');
});

test('the relay can be asked over TCP too', async () => {
  const { code, err } = await nharong({ ...turn.env, TURN_URL: `${turn.url}?transport=tcp` }, 'check');
  assert.deepEqual([code, err], [0, '']);
});

test('wrong arguments are told', async () => {
  for (const args of [
    [],
    ['burn'],
    ['check', 'more'],
    ['turn-config'],
    ['turn-config', 'there'],
    ['turn-config', 'there', '--address', 'here'],
    ['turn-config', 'there', '--address', '10.0.0.5', '--ports', '80-90'],
    ['janus-config', 'there', '--address', '10.0.0.5', '--public-address', 'x'],
  ])
    assert.equal((await nharong(SETTINGS, ...args)).code, 2, args.join(' '));
  assert.equal((await nharong({}, 'turn-config', folder, '--address', '10.0.0.5')).code, 1);
});

test('the set-up writes what the servers need, once; the second time nothing is new', async () => {
  const script = join(ROOT, 'deploy/calls/set-up.sh');
  assert.equal(spawnSync('sh', ['-n', script]).status, 0);
  const settings = join(folder, 'settings');
  await writeFile(
    settings,
    `PORT=8080\nTURN_URL=${SETTINGS.TURN_URL}\nTURN_SECRET=${SECRETS.TURN_SECRET}\nJANUS_URL=${SETTINGS.JANUS_URL}\nJANUS_SECRET=${SECRETS.JANUS_SECRET}`,
  );
  const root = join(folder, 'root');
  const setUp = (): ReturnType<typeof run> => run('sh', [script, settings, '10.0.0.5', '113.160.1.5'], { ROOT: root });
  const first = await setUp();
  assert.deepEqual([first.code, first.out], [0, 'janus: new settings\ncoturn: new settings\n'], first.err);
  const second = await setUp();
  assert.deepEqual([second.code, second.out], [0, 'janus: nothing new\ncoturn: nothing new\n']);

  const relay = await readFile(join(root, 'etc/turnserver.conf'), 'utf8');
  for (const line of [
    'use-auth-secret',
    `static-auth-secret=${SECRETS.TURN_SECRET}`,
    'realm=turn.xa.gov.vn',
    'listening-ip=10.0.0.5',
    'external-ip=113.160.1.5',
    'no-cli',
    'no-tcp-relay',
    'denied-peer-ip=10.0.0.0-10.255.255.255',
    'allowed-peer-ip=10.0.0.5',
    'allowed-peer-ip=113.160.1.5',
  ])
    assert.ok(relay.split('\n').includes(line), line);
  const main = await readFile(join(root, 'etc/nharong/janus/janus.jcfg'), 'utf8');
  assert.ok(main.includes('api_secret = "janus-secret-\\"0123\\\\456789"'));
  assert.ok(main.includes('nat_1_1_mapping = "113.160.1.5"'));
  const door = await readFile(join(root, 'etc/nharong/janus/janus.transport.websockets.jcfg'), 'utf8');
  assert.ok(door.includes('ws_ip = "127.0.0.1"'));
  for (const file of ['etc/turnserver.conf', 'etc/nharong/janus/janus.jcfg'])
    assert.equal((await stat(join(root, file))).mode & 0o007, 0, `${file} is for its server only`);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { ConfigError, readConfig, settingsTable } from './config.ts';

const root = join(import.meta.dirname, '..');

function refused(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('nothing set is a program to try out, reachable from this machine', () => {
  assert.deepEqual(readConfig({}), {
    production: false,
    port: 8080,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:8080',
    dataDir: resolve('data'),
    storageReserveBytes: 256 * 1_048_576,
    drainSeconds: 0,
    databaseUrl: undefined,
    backup: undefined,
    filesS3: undefined,
    nats: undefined,
    keysDir: resolve('data/keys'),
    filesShared: false,
    nodeName: `${hostname()}:8080`,
    nodeAddress: undefined,
    sms: { provider: 'console' },
    logLevel: 'info',
    trustedProxies: ['127.0.0.1', '::1'],
    officeNetworks: [],
    auditCopy: undefined,
    registration: 'directory',
    pushHosts: [],
    urgentSmsAfterMinutes: 0,
    urgentSmsDaily: 500,
    sealedDays: 365,
    linkPreviews: false,
    turn: undefined,
    callsRelayOnly: false,
    janus: undefined,
  });
  assert.deepEqual(readConfig({ PORT: '', LOG_LEVEL: ' ' }), readConfig({}), 'an empty value is the same as none');
});

test('every setting is read', () => {
  assert.deepEqual(
    readConfig({
      NODE_ENV: 'production',
      PORT: '8090',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://nharong.gialai.gov.vn/',
      DATA_DIR: '/srv/nha-rong',
      STORAGE_RESERVE_MB: '0',
      DATABASE_URL: 'postgresql://u:p@db/n',
      NATS_URL: 'nats://bus:4222',
      SMS_PROVIDER: 'smpp',
      SMPP_URL: 'ssmpp://id:secret@smsc:2776',
      SMS_SENDER: 'UBND GiaLai',
      LOG_LEVEL: 'debug',
      TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8',
      REGISTRATION: 'approval',
      OFFICE_NETWORKS: '203.0.113.0/24=50, 198.51.100.7',
      AUDIT_COPY: '/mnt/worm/nha-rong.jsonl',
      SEALED_DAYS: '30',
    }),
    {
      production: true,
      port: 8090,
      host: '0.0.0.0',
      publicUrl: 'https://nharong.gialai.gov.vn',
      dataDir: '/srv/nha-rong',
      storageReserveBytes: 0,
      drainSeconds: 0,
      databaseUrl: 'postgresql://u:p@db/n',
      backup: undefined,
      filesS3: undefined,
      nats: { servers: ['bus:4222'], tls: false },
      keysDir: '/srv/nha-rong/keys',
      filesShared: false,
      nodeName: `${hostname()}:8090`,
      nodeAddress: undefined,
      sms: { provider: 'smpp', url: 'ssmpp://id:secret@smsc:2776', sender: 'UBND GiaLai' },
      logLevel: 'debug',
      trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
      officeNetworks: [
        { network: '203.0.113.0/24', factor: 50 },
        { network: '198.51.100.7', factor: 20 },
      ],
      auditCopy: '/mnt/worm/nha-rong.jsonl',
      registration: 'approval',
      pushHosts: [],
      urgentSmsAfterMinutes: 0,
      urgentSmsDaily: 500,
      sealedDays: 30,
      linkPreviews: false,
      turn: undefined,
      callsRelayOnly: false,
      janus: undefined,
    },
  );
  assert.deepEqual(readConfig({ SMS_PROVIDER: 'file', SMS_FILE: 'sms.jsonl' }).sms, {
    provider: 'file',
    file: resolve('sms.jsonl'),
  });
  assert.deepEqual(
    readConfig({
      SMS_PROVIDER: 'http',
      SMS_HTTP_URL: 'https://sms.example.vn/send?to={to}&text={text}',
      SMS_HTTP_METHOD: 'GET',
      SMS_HTTP_HEADERS: '{"authorization":"Bearer k"}',
    }).sms,
    {
      provider: 'http',
      url: 'https://sms.example.vn/send?to={to}&text={text}',
      method: 'GET',
      headers: { authorization: 'Bearer k' },
      body: '{"to":"{to}","text":"{text}"}',
      sender: '',
    },
  );
});

test('every bad value has a line of its own: name, value, what is expected', () => {
  const lines = refused({
    NODE_ENV: 'prod',
    PORT: '65536',
    HOST: 'here',
    PUBLIC_URL: 'https://x.vn/chat',
    STORAGE_RESERVE_MB: '10%',
    DATABASE_URL: 'mysql://root:secret@db',
    NATS_URL: 'bus',
    SMS_PROVIDER: 'pigeon',
    LOG_LEVEL: 'loud\u001b[2J',
    TRUSTED_PROXIES: '10.0.0.0/33',
    REGISTRATION: 'all',
  });
  assert.deepEqual(
    lines.map((line) => /^[A-Z_]+=.*: expected .+$/.test(line) && line.split('=')[0]),
    [
      'NODE_ENV',
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'STORAGE_RESERVE_MB',
      'DATABASE_URL',
      'NATS_URL',
      'SMS_PROVIDER',
      'LOG_LEVEL',
      'TRUSTED_PROXIES',
      'REGISTRATION',
    ],
  );
  assert.equal(lines[1], 'PORT=65536: expected a port from 1 to 65535');
  assert.ok(!lines.join('\n').includes('secret'), 'a password is never printed');
  assert.ok(!lines.join('\n').includes('\u001b'), 'a terminal is never steered');
});

test('what a provider of text messages needs is asked for', () => {
  assert.match(
    refused({ SMS_PROVIDER: 'file' }).join(),
    /^SMS_FILE=\(not set\): expected a file, because SMS_PROVIDER is file$/,
  );
  assert.deepEqual(
    refused({ SMS_PROVIDER: 'smpp' }).map((line) => line.split('=')[0]),
    ['SMPP_URL', 'SMS_SENDER'],
  );
  assert.deepEqual(
    refused({ SMS_PROVIDER: 'http', SMS_HTTP_URL: 'ftp://x' }).map((line) => line.split('=')[0]),
    ['SMS_HTTP_URL'],
  );
  assert.deepEqual(
    refused({
      SMS_PROVIDER: 'http',
      SMS_HTTP_URL: 'https://x',
      SMS_HTTP_BODY: 'to={to}',
      SMS_HTTP_HEADERS: '{"a b":"c"}',
    }).map((line) => line.split('=')[0]),
    ['SMS_HTTP_HEADERS'],
  );
  assert.deepEqual(
    refused({ SMS_PROVIDER: 'http', SMS_HTTP_URL: 'https://x', SMS_HTTP_BODY: 'to={to}' }).map(
      (line) => line.split('=')[0],
    ),
    ['SMS_HTTP_BODY'],
  );
  assert.deepEqual(
    refused({ SMS_PROVIDER: 'http', SMS_HTTP_URL: 'https://x/{to}', SMS_HTTP_METHOD: 'GET' }).map(
      (line) => line.split('=')[0],
    ),
    ['SMS_HTTP_URL'],
  );
});

test('the relay and the media server of calls each need their secret, which is never shown', () => {
  const secret = 'c0ffee-c0ffee-c0ffee';
  const good = {
    TURN_URL: 'turn:turn.gialai.gov.vn:3478, turns:[2001:db8::7]:5349?transport=tcp',
    TURN_SECRET: secret,
    CALLS_RELAY_ONLY: 'yes',
    JANUS_URL: 'ws://127.0.0.1:8188',
    JANUS_SECRET: `${secret}!`,
  };
  const { turn, callsRelayOnly, janus } = readConfig(good);
  assert.deepEqual(
    { turn, callsRelayOnly, janus },
    {
      turn: {
        urls: ['turn:turn.gialai.gov.vn:3478', 'turns:[2001:db8::7]:5349?transport=tcp'],
        secret,
      },
      callsRelayOnly: true,
      janus: { url: 'ws://127.0.0.1:8188', secret: `${secret}!` },
    },
  );
  const names = (env: Record<string, string>): (string | undefined)[] => refused(env).map((line) => line.split('=')[0]);
  assert.deepEqual(names({ ...good, TURN_SECRET: '', JANUS_SECRET: '' }), ['TURN_SECRET', 'JANUS_SECRET']);
  assert.deepEqual(names({ CALLS_RELAY_ONLY: 'yes' }), ['TURN_URL']);
  assert.deepEqual(names({ ...good, CALLS_RELAY_ONLY: 'on' }), ['CALLS_RELAY_ONLY']);
  for (const url of ['turn.vn', 'stun:turn.vn', 'turn:turn.vn:0', 'turn:turn.vn?transport=tls', 'turn:[::g]', 'turn:'])
    assert.deepEqual(names({ ...good, TURN_URL: url }), ['TURN_URL'], url);
  for (const url of ['http://127.0.0.1:8188', 'ws://name:word@127.0.0.1', 'janus'])
    assert.deepEqual(names({ ...good, JANUS_URL: url }), ['JANUS_URL'], url);
  const lines = refused({ ...good, TURN_SECRET: 'too short', JANUS_SECRET: 'too short' }).join('\n');
  assert.match(lines, /^TURN_SECRET=\(hidden.*\nJANUS_SECRET=\(hidden/);
  assert.ok(!lines.includes('too short'));
});

test('production refuses what only suits a trial', () => {
  const good = { NODE_ENV: 'production', SMS_PROVIDER: 'http', SMS_HTTP_URL: 'https://sms.example.vn' };
  assert.deepEqual(refused({ ...good, PUBLIC_URL: 'https://nharong.vn' }), []);
  assert.deepEqual(refused(good), [], 'localhost is fine: a proxy on the same machine is being tried');
  assert.match(
    refused({ ...good, PUBLIC_URL: 'http://nharong.vn' }).join(),
    /^PUBLIC_URL=http:\/\/nharong\.vn: expected an https: address/,
  );
  assert.match(
    refused({ NODE_ENV: 'production' }).join(),
    /^SMS_PROVIDER=\(not set\): expected http or smpp in production/,
  );
  assert.match(
    refused({ NODE_ENV: 'production', SMS_PROVIDER: 'file', SMS_FILE: 'x' }).join(),
    /^SMS_PROVIDER=file: expected http or smpp/,
  );
});

test('the program ends with 2 and says what is wrong', () => {
  const ended = spawnSync(process.execPath, [join(root, 'server/main.ts')], {
    env: { PATH: process.env.PATH, PORT: 'x', LOG_LEVEL: 'y' },
    encoding: 'utf8',
  });
  assert.equal(ended.status, 2);
  assert.match(ended.stderr, /^PORT=x: expected .*\nLOG_LEVEL=y: expected /m);
});

test('the table in docs/operating.md is the one of the code', () => {
  const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  assert.ok(page.includes(settingsTable()), 'write it anew: node bin/settings.ts');
});

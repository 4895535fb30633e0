import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import { checkVapid, decrypt, openPushReceiver } from '../../testing/push-receiver.ts';
import type { PushReceiver } from '../../testing/push-receiver.ts';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { openLog } from '../log.ts';
import { openMetrics } from '../metrics.ts';
import { openPushDoor } from './door.ts';
import { areKeys, encryptFor } from './encrypt.ts';
import { readEndpoint } from './endpoint.ts';
import { openVapid } from './vapid.ts';

const of = (text: string): Buffer => Buffer.from(text, 'base64url');

/** RFC 8291, section 5 and appendix A. */
const EXAMPLE = {
  text: 'When I grow up, I want to be a watermelon',
  auth: of('BTBZMqHH6r4Tts7J_aSIgg'),
  receiver: {
    privateKey: of('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'),
    publicKey: of('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
  },
  sender: of('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'),
  salt: of('DGv6ra1nlYgDCS1FRnbzlw'),
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

test('the example of RFC 8291 comes out letter for letter, and is read again', () => {
  const keys = { p256dh: EXAMPLE.receiver.publicKey, auth: EXAMPLE.auth };
  const made = encryptFor(keys, EXAMPLE.text, { salt: EXAMPLE.salt, privateKey: EXAMPLE.sender, pad: false });
  assert.equal(made.toString('base64url'), EXAMPLE.body);
  assert.equal(decrypt(of(EXAMPLE.body), { ...EXAMPLE.receiver, auth: EXAMPLE.auth }), EXAMPLE.text);
});

test('every body has the same length, its own salt and key, and only its browser can read it', () => {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const auth = randomBytes(16);
  const browser = { privateKey: pair.getPrivateKey(), publicKey: pair.getPublicKey(), auth };
  const keys = { p256dh: browser.publicKey, auth };
  const bodies = ['{"t":"test"}', '{"t":"wake","b":0}', '{"t":"wake","b":4999}'];
  const made = bodies.map((it) => encryptFor(keys, it));
  assert.deepEqual(
    made.map((it) => decrypt(it, browser)),
    bodies,
  );
  assert.equal(new Set(made.map((it) => it.length)).size, 1);
  assert.equal(new Set(made.map((it) => it.subarray(0, 86).toString('hex'))).size, 3);
  assert.throws(() => decrypt(made[0]!, { ...browser, auth: randomBytes(16) }));
  const bent = Buffer.from(made[0]!);
  bent[90]! ^= 1;
  assert.throws(() => decrypt(bent, browser));
});

test('what is no key of a browser is not taken for one', () => {
  const good = { p256dh: EXAMPLE.receiver.publicKey, auth: EXAMPLE.auth };
  assert.ok(areKeys(good));
  const off = Buffer.from(good.p256dh);
  off[40]! ^= 1;
  for (const p256dh of [Buffer.alloc(65), Buffer.alloc(0), good.p256dh.subarray(1), off, Buffer.alloc(65, 4)])
    assert.ok(!areKeys({ ...good, p256dh }), p256dh.toString('hex'));
  assert.ok(!areKeys({ ...good, auth: Buffer.alloc(15) }));
});

test('push services are told who writes, for half a day, and the key stays the same', () => {
  const secret = randomBytes(32);
  const vapid = openVapid(secret, 'https://nharong.example.gov.vn');
  const now = new Date('2026-11-23T01:00:00Z');
  const header = vapid.authorization('https://fcm.googleapis.com', now);
  const { key, sub } = checkVapid(header, 'https://fcm.googleapis.com', now.getTime());
  assert.equal(key, vapid.publicKey);
  assert.equal(sub, 'https://nharong.example.gov.vn');
  assert.equal(openVapid(secret, '').publicKey, vapid.publicKey);
  assert.notEqual(openVapid(randomBytes(32), '').publicKey, vapid.publicKey);
  assert.equal(vapid.authorization('https://fcm.googleapis.com', new Date(now.getTime() + 3_600_000)), header);
  const later = new Date(now.getTime() + 7 * 3_600_000);
  checkVapid(vapid.authorization('https://fcm.googleapis.com', later), 'https://fcm.googleapis.com', later.getTime());
  assert.throws(() => checkVapid(header, 'https://web.push.apple.com', now.getTime()));
});

const PATH = '/fcm/send/dQw4w9:APA91b-x_y';

test('only push services known by name are written to', () => {
  for (const good of [
    `https://fcm.googleapis.com${PATH}`,
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAA-_x',
    'https://web.push.apple.com/QGx_1-2',
    'https://wns2-by3p.notify.windows.com/w/?token=BQY%3d',
  ])
    assert.ok(readEndpoint(good, []), good);
});

test('endpoints that lead elsewhere are refused, however they are written', () => {
  const bad = [
    `http://fcm.googleapis.com${PATH}`,
    `ftp://fcm.googleapis.com${PATH}`,
    `wss://fcm.googleapis.com${PATH}`,
    `HTTPS://fcm.googleapis.com${PATH}`,
    `https://FCM.googleapis.com${PATH}`,
    `https:fcm.googleapis.com${PATH}`,
    `https:///fcm.googleapis.com${PATH}`,
    `//fcm.googleapis.com${PATH}`,
    `https:\\\\fcm.googleapis.com${PATH}`,
    `https://fcm.googleapis.com:443${PATH}`,
    `https://fcm.googleapis.com:8443${PATH}`,
    `https://fcm.googleapis.com:22/`,
    `https://fcm.googleapis.com.${PATH}`,
    `https://fcm.googleapis.com.evil.example${PATH}`,
    `https://evilfcm.googleapis.com${PATH}`,
    `https://x.fcm.googleapis.com${PATH}`,
    `https://fcm.googleapis.com@evil.example/`,
    `https://evil.example#@fcm.googleapis.com/`,
    `https://evil.example/?https://fcm.googleapis.com/`,
    `https://user@fcm.googleapis.com${PATH}`,
    `https://user:word@fcm.googleapis.com${PATH}`,
    `https://fcm.googleapis.com${PATH}#x`,
    `https://fcm.googleapis.com${PATH}#`,
    ` https://fcm.googleapis.com${PATH}`,
    `https://fcm.googleapis.com${PATH}\n`,
    `https://fcm.googleapis.com/a b`,
    `https://fcm.goo\tgleapis.com${PATH}`,
    `https://fcm。googleapis.com${PATH}`,
    `https://fcm%2egoogleapis.com${PATH}`,
    `https://ｆcm.googleapis.com${PATH}`,
    `https://fcm.googleapis.com\\@evil.example/`,
    `https://fcm.googleapis.com/../../x`,
    `https://push.apple.com/x`,
    `https://.push.apple.com/x`,
    `https://-.push.apple.com/x`,
    `https://web.push.apple.com.vn/x`,
    `https://webpush.apple.com/x`,
    `https://xpush.apple.com/x`,
    `https://notify.windows.com/x`,
    `https://a_b.notify.windows.com/x`,
    `https://a..notify.windows.com/x`,
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://10.0.0.5/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[fe80::1%25eth0]/',
    'https://localhost/',
    'https://localhost.localdomain/',
    'https://nharong.internal/',
    'https://metadata.google.internal/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_x',
    'data:text/plain,x',
    'javascript:alert(1)',
    'https://',
    'https://fcm.googleapis.com',
    '',
    `https://fcm.googleapis.com/${'x'.repeat(1_000)}`,
  ];
  assert.ok(bad.length >= 50);
  for (const it of bad) assert.equal(readEndpoint(it, []), undefined, it);
});

test('what the operator adds is allowed as it stands, and nothing beside it', () => {
  const own = ['http://127.0.0.1:4455', 'https://push.example.vn'];
  assert.ok(readEndpoint('http://127.0.0.1:4455/push/x', own));
  assert.ok(readEndpoint('https://push.example.vn/x', own));
  for (const it of [
    'http://127.0.0.1:4456/x',
    'https://127.0.0.1:4455/x',
    'http://push.example.vn/x',
    'http://127.1:4455/x',
  ])
    assert.equal(readEndpoint(it, own), undefined, it);
});

// ——— The way out

let receiver: PushReceiver;
const dataDir = mkdtempSync(join(tmpdir(), 'nha-rong-push-'));
let now = new Date('2026-11-23T02:00:00Z');
before(async () => {
  receiver = await openPushReceiver();
});
after(async () => {
  await receiver.close();
  rmSync(dataDir, { recursive: true });
});

function openDoorTo(env: Record<string, string> = {}) {
  const config = readConfig({ DATA_DIR: dataDir, PUSH_HOSTS: receiver.origin, ...env });
  return openPushDoor({ config, log: openLog('silent'), metrics: openMetrics(), now: () => now });
}

function pushTo(name: string) {
  const { endpoint, p256dh, auth } = receiver.browser(name);
  return {
    endpoint,
    keys: { p256dh: of(p256dh), auth: of(auth) },
    body: '{"t":"wake","b":3}',
    ttl: 100_000,
    urgency: 'high' as const,
    topic: 'a'.repeat(32),
  };
}

test('a push arrives with what it is to say and nothing else, kept a day at most', async () => {
  now = new Date();
  const door = openDoorTo();
  assert.equal(await door.send(pushTo('one')), 'accepted');
  const { bytes, ...push } = receiver.received.at(-1)!;
  assert.deepEqual(push, {
    browser: 'one',
    body: { t: 'wake', b: 3 },
    ttl: 86_400,
    urgency: 'high',
    topic: 'a'.repeat(32),
  });
  assert.ok(bytes < 4_096);
  assert.deepEqual(receiver.wrong, []);
  assert.equal(openDoorTo().publicKey, door.publicKey, 'one key for the life of the installation');
  assert.deepEqual(readdirSync(join(dataDir, 'keys')), ['push']);
  door.close();
});

test('answers are told apart: gone, later, never', async () => {
  const door = openDoorTo();
  const outcomes: Record<number, string> = {
    404: 'gone',
    410: 'gone',
    400: 'refused',
    403: 'refused',
    301: 'refused',
    413: 'refused',
    500: 'later',
    503: 'later',
    429: 'later',
  };
  for (const [status, outcome] of Object.entries(outcomes)) {
    receiver.answer = () => ({ status: Number(status), headers: { location: 'http://127.0.0.1:9/' } });
    assert.equal(await door.send(pushTo(status)), outcome, status);
  }
  receiver.answer = () => ({ status: 201 });
  assert.equal(await door.send({ ...pushTo('none'), endpoint: 'https://127.0.0.1/x' }), 'refused');
  door.close();
});

test('a service that asks for patience is left alone for as long as it says, and longer each time', async () => {
  now = new Date();
  const door = openDoorTo();
  const { host } = new URL(receiver.origin);
  const push = pushTo('patient');
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '90' } });
  // Many on their way together are one complaint.
  await Promise.all([door.send(push), door.send(push), door.send(push)]);
  const moved = (seconds: number): void => void (now = new Date(now.getTime() + seconds * 1_000));
  moved(89);
  assert.deepEqual(door.paused(), [host]);
  moved(2);
  assert.deepEqual(door.paused(), []);
  receiver.answer = () => ({ status: 503 });
  await door.send(push);
  moved(9);
  assert.deepEqual(door.paused(), [host], 'the second time in a row twice as long');
  moved(2);
  assert.deepEqual(door.paused(), []);
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': new Date(now.getTime() + 60_000).toUTCString() } });
  await door.send(push);
  moved(58);
  assert.deepEqual(door.paused(), [host]);
  moved(10);
  receiver.answer = () => ({ status: 201 });
  assert.equal(await door.send(push), 'accepted');
  receiver.answer = () => ({ status: 503 });
  await door.send(push);
  moved(6);
  assert.deepEqual(door.paused(), [], 'what went well in between begins anew');
  receiver.answer = () => ({ status: 201 });
  door.close();
});

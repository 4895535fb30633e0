import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { newId } from '../protocol/id.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import { upgradeHead, Wire } from '../testing/wire.ts';

/** Pages of other sites, and what could be taken for one of ours, at both doors. */
const PUBLIC = 'https://chat.gialai.gov.vn';
let house: TestHouse;
let plain: TestHouse;
/** In a house with TLS cookies have a name that only TLS sets. */
let cookie: string;

before(async () => {
  house = await openTestHouse({ env: { PUBLIC_URL: PUBLIC }, limits: false });
  plain = await openTestHouse({ limits: false });
  cookie = house.cast.member.cookie.replace(/^sid=/, '__Host-sid=');
});

/** Everything that is not the origin, and looks like it. */
function foreign(own: string): string[] {
  const { protocol, hostname, port } = new URL(own);
  const [first = '', ...rest] = hostname.split('.');
  const domain = rest.join('.');
  const hosts = [
    'evil.example',
    `evil.${hostname}`,
    `${hostname}.evil.example`,
    `${hostname}-evil.example`,
    `evil-${hostname}`,
    `evil${hostname}`,
    `${hostname}evil`,
    domain,
    `${first}x.${domain}`,
    `${first}.${domain}.`,
    `.${hostname}`,
    `${hostname}..`,
    `${first}%2e${domain}`,
    `${first}..${domain}`,
    hostname.replaceAll('.', '-'),
    hostname.replaceAll('.', '。'),
    hostname.replace('a', 'а'),
    hostname.replace(/i/g, 'ı'),
    hostname.normalize('NFKD').replace('l', 'ⅼ'),
    `xn--${first}-9ua.${domain}`,
    `${hostname}%00.evil.example`,
    `${hostname}\t`,
    `evil.example#${hostname}`,
    `evil.example?${hostname}`,
    `evil.example/${hostname}`,
    `evil.example\\${hostname}`,
    `${hostname}@evil.example`,
    `evil.example@${hostname}`,
    `user:pass@${hostname}`,
    `[::ffff:127.0.0.1]`,
    '127.0.0.1',
    'localhost',
    '0.0.0.0',
    '[::1]',
    '2130706433',
  ];
  const schemes = ['https:', 'http:', 'ws:', 'wss:', 'ftp:', 'file:', 'chrome-extension:', 'HTTPS:'];
  const ports = ['', ':443', ':80', ':8080', ':0', ':65536', ':'];
  const found = new Set<string>([
    'null',
    'undefined',
    '*',
    'about:blank',
    'data:',
    `blob:${own}`,
    'file://',
    own.toUpperCase(),
    `${own}/`,
    `${own}/path`,
    `${own}?x`,
    `${own}#x`,
    `${own} x`,
    `${own}, ${own}`,
    `${own},https://evil.example`,
    `https://evil.example, ${own}`,
    `"${own}"`,
    `<${own}>`,
    hostname,
    `//${hostname}`,
  ]);
  for (const host of [...hosts, hostname])
    for (const scheme of schemes) for (const each of ports) found.add(`${scheme}//${host}${each}`);
  found.delete(own);
  if (port) found.delete(`${protocol}//${hostname}:${port}`);
  // Header values are bytes; what is no letter of theirs goes as UTF-8, and never with a blank around it.
  return [...found].map((it) => Buffer.from(it.trim()).toString('latin1')).filter((it) => it !== own);
}

async function knock(
  at: TestHouse,
  headers: Readonly<Record<string, string | undefined>>,
  raw?: (head: string) => string,
): Promise<number> {
  const wire = await Wire.open(at);
  closeBefore(() => Promise.resolve(wire.drop()));
  const head = upgradeHead(at, undefined, headers);
  wire.socket.write(raw ? raw(head) : head, 'latin1');
  const status = await wire.status();
  wire.drop();
  return status;
}

function postHead(name: string, headers: Readonly<Record<string, string | undefined>>, body = '{}'): string {
  const all: Record<string, string | undefined> = {
    Host: new URL(PUBLIC).host,
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    'Idempotency-Key': newId(),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return `POST /api/${name} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

async function post(at: TestHouse, headers: Readonly<Record<string, string | undefined>>): Promise<number> {
  const wire = await Wire.open(at);
  wire.socket.write(postHead('device.list', headers), 'latin1');
  const status = await wire.status();
  wire.drop();
  return status;
}

async function inParts<T>(list: readonly T[], run: (it: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < list.length; at += 16) await Promise.all(list.slice(at, at + 16).map(run));
}

test('no page of another site opens a socket or acts, whatever it calls itself', async (t) => {
  const { host } = new URL(PUBLIC);
  assert.equal(await knock(house, { Host: host, Origin: PUBLIC, Cookie: cookie }), 101);
  assert.equal(await post(house, { Origin: PUBLIC, Cookie: cookie }), 200);
  const origins = foreign(PUBLIC);
  assert.ok(origins.length >= 500);
  await inParts(origins, async (origin) => {
    assert.equal(await knock(house, { Host: host, Origin: origin, Cookie: cookie }), 403, `a socket for ${origin}`);
    assert.equal(await post(house, { Origin: origin, Cookie: cookie }), 403, `an act for ${origin}`);
  });
  t.diagnostic(`${origins.length} origins at both doors`);
});

test('without TLS neither, though any name of the machine serves', async () => {
  const origins = foreign(plain.address).filter((it) => it !== plain.house.config.publicUrl);
  await inParts(origins, async (origin) => {
    const status = await knock(plain, { Origin: origin, Cookie: plain.cast.member.cookie });
    assert.equal(status, 403, `a socket for ${origin}`);
  });
});

test('whom somebody asked for does not make a page of theirs ours', async () => {
  const hosts = ['evil.example', 'chat.gialai.gov.vn:443', 'CHAT.GIALAI.GOV.VN', '', 'x\\y', `${'x'.repeat(300)}.vn`];
  await inParts(hosts, async (host) => {
    for (const scheme of ['https', 'http']) {
      const headers = { Host: host, Origin: `${scheme}://${host}`, Cookie: cookie };
      assert.ok([400, 403].includes(await knock(house, headers)), `a socket for ${scheme} ${host}`);
      assert.ok([400, 403].includes(await post(house, headers)), `an act for ${scheme} ${host}`);
    }
  });
  // What a proxy is told about whom somebody asked for does not count either.
  const told = { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' };
  assert.equal(await knock(house, { ...told, Cookie: cookie }), 403);
  assert.equal(await post(house, { ...told, Cookie: cookie }), 403);
});

test('two origins, or one that is left out by who has a session, are none', async () => {
  const { host } = new URL(PUBLIC);
  for (const both of [
    ['https://evil.example', PUBLIC],
    [PUBLIC, 'https://evil.example'],
  ]) {
    const doubled = (head: string): string => head.replace(/^Origin: .*$/m, `Origin: ${both[0]}\r\nOrigin: ${both[1]}`);
    assert.ok(
      [400, 403].includes(await knock(house, { Host: host, Cookie: cookie, Origin: 'x' }, doubled)),
      both.join(),
    );
  }
  assert.equal(await knock(house, { Host: host, Origin: undefined, Cookie: cookie }), 403);
  assert.equal(await post(house, { Cookie: cookie }), 403);
  assert.equal(await knock(house, { Host: host, Origin: undefined }), 401, 'a program without a session is told so');
});

test('what the browser says of where a request comes from is heeded as well', async () => {
  for (const site of ['cross-site', 'same-site', 'none', '', 'SAME-ORIGIN', 'same-origin, cross-site', 'x']) {
    const status = await post(house, { Origin: PUBLIC, Cookie: cookie, 'Sec-Fetch-Site': site });
    assert.equal(status, 403, site);
  }
  assert.equal(await post(house, { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }), 200);
});

test('the cookie of a session counts only under its own name', async () => {
  const { host } = new URL(PUBLIC);
  const token = cookie.split('=')[1]!;
  for (const it of [
    `sid=${token}`,
    `__host-sid=${token}`,
    `__Host-sid = x; sid=${token}`,
    `__Host-sid=${token}x`,
    `__Host-sid="${token}"`,
    `x__Host-sid=${token}`,
    `__Host-sid=${token.toLowerCase()}`,
    `__Secure-sid=${token}`,
    `__Host-sid=`,
    `__Host-sid`,
    ';;;=;=',
  ]) {
    assert.equal(await knock(house, { Host: host, Origin: PUBLIC, Cookie: it }), 401, it);
    assert.equal(await post(house, { Origin: PUBLIC, Cookie: it }), 401, it);
  }
});

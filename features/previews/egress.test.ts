import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import { INSIDE_V4, INSIDE_V6 } from '../../testing/inside.ts';
import { fetchPage } from './egress/fetch.ts';
import type { Surroundings } from './egress/fetch.ts';
import { wordsOf } from './egress/page.ts';
import { fence, fetchApart, WORKER } from './egress/run.ts';

let server: Server;
let port: number;
let answer: RequestListener = (_request, response) => response.end();
/** Every address that was spoken to. */
const reached: string[] = [];

before(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
after(() => server.close());

/** Names resolve as the test says; what is spoken to is written down, and is the test's own server. */
function internetOf(names: Readonly<Record<string, readonly (readonly string[])[]>>): Surroundings {
  const asked = new Map<string, number>();
  return {
    resolve: async (host) => {
      const turns = names[host] ?? [];
      const turn = asked.get(host) ?? 0;
      asked.set(host, turn + 1);
      return turns[Math.min(turn, turns.length - 1)] ?? [];
    },
    dial: (address) => {
      reached.push(address);
      return { host: '127.0.0.1', port };
    },
  };
}

const PUBLIC = '93.184.215.14';
const page: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end('<title>Cổng thông tin tỉnh Gia Lai</title>');
};

/** Ways to write an address that lies inside, as links and as what a name resolves to. */
function* insideLinks(): Iterable<readonly [link: string, addresses: readonly string[]]> {
  const each = (address: string): string => (address.includes(':') ? `[${address}]` : address);
  for (const scheme of ['http', 'https']) {
    for (const address of [...INSIDE_V4, ...INSIDE_V6.filter((it) => !it.includes('%'))]) {
      yield [`${scheme}://${each(address)}/`, []];
      yield [`${scheme}://inside.example/`, [address]];
      yield [`${scheme}://mixed.example/`, [PUBLIC, address]];
      yield [`${scheme}://mixed.example/`, [address, PUBLIC]];
    }
    for (const host of [
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.1',
      '127.0.1',
      '0x7f.0x0.0x0.0x1',
      '017700000001',
      '0',
      '0x0',
      '3232235521',
      '１２７.０.０.１',
      '127。0。0。1',
      '①②⑦.⓪.⓪.①',
      '127.0.0.1.',
      'localhost',
      'localhost.',
      'LOCALHOST',
      'loc%61lhost',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
      '[::ffff:0:127.0.0.1]',
      '[0000::1]',
      '[::1]',
      '2852039166',
      '0xa9fea9fe',
      '0251.0376.0251.0376',
      'metadata.google.internal',
    ])
      yield [`${scheme}://${host}/`, ['127.0.0.1']];
    for (const host of ['example.com', PUBLIC]) {
      for (const at of [
        ':22',
        ':25',
        ':5432',
        ':8080',
        ':6379',
        ':11211',
        ':65535',
        scheme === 'http' ? ':443' : ':80',
      ])
        yield [`${scheme}://${host}${at}/`, [PUBLIC]];
      for (const who of ['user@', 'user:secret@', ':@127.0.0.1%2f@']) yield [`${scheme}://${who}${host}/`, [PUBLIC]];
    }
  }
  for (const scheme of [
    'file',
    'ftp',
    'gopher',
    'dict',
    'ldap',
    'data',
    'javascript',
    'ws',
    'wss',
    'blob',
    'jar',
    'tftp',
    'ssh',
    'telnet',
  ])
    for (const rest of [
      '//example.com/',
      '///etc/passwd',
      '//127.0.0.1:80/',
      'text/html,<title>x</title>',
      '//localhost/%2e%2e/',
    ])
      yield [`${scheme}:${rest}`, [PUBLIC]];
}

test('no link makes it speak to a machine that is not in the public internet', async () => {
  answer = page;
  reached.length = 0;
  let forms = 0;
  for (const [link, addresses] of insideLinks()) {
    forms += 1;
    const around = internetOf({});
    const all: Surroundings = { ...around, resolve: async () => addresses };
    await assert.rejects(fetchPage(link, all), () => true, link);
  }
  assert.ok(forms >= 500, `${forms} forms`);
  assert.deepEqual(reached, []);
});

test('a name that resolves otherwise a moment later changes nothing; each step of a redirect is checked anew', async () => {
  reached.length = 0;
  answer = page;
  const rebinding = internetOf({ 'rebind.example': [[PUBLIC], ['127.0.0.1']] });
  assert.equal((await fetchPage('http://rebind.example/', rebinding)).title, 'Cổng thông tin tỉnh Gia Lai');
  assert.deepEqual(reached, [PUBLIC]);
  // The second time it is asked afresh, and refused.
  await assert.rejects(fetchPage('http://rebind.example/', rebinding));
  assert.deepEqual(reached, [PUBLIC]);

  for (const to of [
    'http://127.0.0.1/',
    'http://inside.example/',
    'file:///etc/passwd',
    'http://far.example:8080/',
    '//[::1]/',
    'http://rebind2.example/',
  ]) {
    reached.length = 0;
    answer = (_request, response) => response.writeHead(302, { location: to }).end();
    const around = internetOf({
      'far.example': [[PUBLIC]],
      'inside.example': [['192.168.1.1']],
      'rebind2.example': [['127.0.0.1']],
    });
    await assert.rejects(fetchPage('http://far.example/', around), () => true, to);
    assert.deepEqual(reached, [PUBLIC]);
  }

  reached.length = 0;
  answer = (_request, response) => response.writeHead(301, { location: '/again' }).end();
  await assert.rejects(fetchPage('http://far.example/', internetOf({ 'far.example': [[PUBLIC]] })));
  assert.equal(reached.length, 4, 'three redirects and no more');
});

test('a page is read as far as a megabyte, only HTML, within five seconds', async () => {
  const around = internetOf({ 'far.example': [[PUBLIC]] });
  let sent = 0;
  answer = (_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.write('<title>Dài</title>');
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
    };
    response.on('drain', more);
    more();
  };
  assert.equal((await fetchPage('http://far.example/', around)).title, 'Dài');
  assert.ok(sent < 32 * 1_048_576, `${sent} bytes`);
  answer = (_request, response) => response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF');
  await assert.rejects(fetchPage('http://far.example/', around));
  answer = (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end('bomb');
  await assert.rejects(fetchPage('http://far.example/', around));
  answer = () => undefined;
  await assert.rejects(fetchPage('http://far.example/', around), /aborted|timeout/i);
});

test('what pages say of themselves is found, whatever they are written like', () => {
  assert.deepEqual(
    wordsOf(
      '<html><head><title>A &amp; B</title><meta property="og:title" content="Lịch &quot;họp&quot;"><meta name=description content=Tuần><meta property="og:image" content="/a.png"></head><body><title>nicht</title>',
    ),
    { title: 'Lịch "họp"', description: 'Tuần', site: '', picture: '/a.png' },
  );
  assert.equal(wordsOf('<svg><title>Hình</title></svg><title>Trang').title, 'HìnhTrang'.slice(0, 4));
  assert.equal(wordsOf('').title, '');
  const deep = '<div>'.repeat(50_000);
  const since = performance.now();
  wordsOf(`${deep}<meta property="og:title" content="x">`);
  wordsOf('<meta '.repeat(100_000));
  wordsOf('<!--'.repeat(100_000));
  assert.ok(performance.now() - since < 5_000);
});

test('the process that fetches can read nothing of this machine and start nothing', async () => {
  // There is no internet here: it answers that there is nothing to be had, and so it does for what it must not touch.
  assert.equal(await fetchApart('http://127.0.0.1:1/'), undefined);
  assert.equal(await fetchApart('file:///etc/passwd'), undefined);
  // It comes as far as the guard: what it needs of itself it may read.
  const child = spawn(process.execPath, [...(await fence()), WORKER, 'http://127.0.0.1:1/'], { env: {}, cwd: '/' });
  let said = '';
  for await (const piece of child.stderr) said += String(piece);
  assert.match(said, /Refused/);
});

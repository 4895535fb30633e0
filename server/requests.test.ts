import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';

import { sql } from 'kysely';

import { problems } from '../features/contracts.ts';
import { newId } from '../protocol/id.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import { Wire } from '../testing/wire.ts';

/** Requests that no browser sends: two readings of where one ends, heads and bodies without end, JSON that means two things. */
let house: TestHouse;
const unhandled: unknown[] = [];
const hear = (error: unknown): void => void unhandled.push(error);
/** Bodies of which a byte comes now and then; they go on while the other tests run. */
let trickles: { what: string; wire: Wire }[] = [];

before(async () => {
  house = await openTestHouse({ limits: false });
  process.on('uncaughtException', hear);
  process.on('unhandledRejection', hear);
  const timers: NodeJS.Timeout[] = [];
  closeBefore(() => {
    for (const timer of timers) clearInterval(timer);
    for (const { wire } of trickles) wire.drop();
    process.off('uncaughtException', hear);
    process.off('unhandledRejection', hear);
    return Promise.resolve();
  });
  trickles = await Promise.all(
    (
      [
        ['a body byte by byte', headOf({ 'Content-Length': '60000' }), ' '],
        ['chunks of a byte', headOf({ 'Transfer-Encoding': 'chunked' }), '1\r\n \r\n'],
        ['a chunk whose length never ends', headOf({ 'Transfer-Encoding': 'chunked' }), '0'],
        ['headers without end', headOf({}).slice(0, -2), 'X: y\r\n'],
      ] as const
    ).map(async ([what, head, part]) => {
      const wire = await Wire.open(house);
      wire.say(head);
      timers.push(setInterval(() => wire.say(part), 500));
      return { what, wire };
    }),
  );
});

function headOf(headers: Readonly<Record<string, string | undefined>>, name = 'message.send'): string {
  const all: Record<string, string | undefined> = {
    Host: new URL(house.address).host,
    Origin: house.address,
    Cookie: house.cast.member.cookie,
    'Content-Type': 'application/json',
    'Idempotency-Key': newId(),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return `POST /api/${name} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** All that is answered to some bytes until the line is silent about them: the statuses, and the first body. */
async function say(bytes: string | Buffer): Promise<{ statuses: number[]; text: string; wire: Wire }> {
  const wire = await Wire.open(house);
  closeBefore(() => Promise.resolve(wire.drop()));
  wire.say(bytes);
  // What comes after is asked behind it: an answer to it means that everything before has been answered.
  wire.say('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await wire.until(() => wire.ended || wire.closed, 'an end of the line');
  const text = wire.heard.toString();
  return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)].map((it) => Number(it[1])), text, wire };
}

/** The answer to one well-formed request. */
async function post(
  body: string | Buffer,
  headers: Readonly<Record<string, string | undefined>> = {},
  name = 'message.send',
): Promise<{ status: number; code: string | undefined }> {
  const bytes = Buffer.from(body);
  const head = headOf({ 'Content-Length': String(bytes.length), ...headers }, name);
  const { statuses, text } = await say(Buffer.concat([Buffer.from(head), bytes]));
  const status = statuses[0] ?? 0;
  const code = /"code":"([^"]+)"/.exec(text)?.[1];
  if (status !== 200) {
    assert.match(text, /content-type: application\/problem\+json/i, text.slice(0, 500));
    assert.equal(problems[code as keyof typeof problems]?.status, status, text.slice(0, 500));
  }
  return { status, code };
}

async function messages(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from messages`.execute(house.db);
  return rows[0]!.n;
}

const sent = (text: string): string => JSON.stringify({ group: house.group, text });

test('where a request ends is read in one way, so that none is hidden inside another', async () => {
  const before = await messages();
  const hidden = `${headOf({ 'Content-Length': String(sent('lén').length + 1) })}${sent('lén')}`;
  const chunked = `0\r\n\r\n${hidden}`;
  const both = { 'Content-Length': String(Buffer.byteLength(chunked)) };
  const cases: readonly (readonly [what: string, bytes: string])[] = [
    ['a length and chunks', headOf({ ...both, 'Transfer-Encoding': 'chunked' }) + chunked],
    ['chunks and a length', headOf({ 'Transfer-Encoding': 'chunked', 'content-length': '3' }) + chunked],
    ['chunks under a strange name', headOf({ ...both, 'Transfer-Encoding': 'xchunked' }) + chunked],
    ['chunks, then nothing', headOf({ 'Transfer-Encoding': 'chunked, identity' }) + chunked],
    ['chunks twice', headOf({ 'Transfer-Encoding': 'chunked', 'transfer-encoding': 'x' }) + chunked],
    ['chunks with a tab', headOf({ ...both, 'Transfer-Encoding': '\tchunked' }) + chunked],
    ['chunks after a bad byte', headOf({ ...both, 'Transfer-Encoding': '\u000bchunked' }) + chunked],
    ['a blank before the colon', headOf(both).replace('Content-Type', 'Transfer-Encoding : chunked\r\nX') + chunked],
    ['a folded line', headOf(both).replace('Content-Type', 'Transfer-Encoding:\r\n chunked\r\nX') + chunked],
    ['two lengths', headOf({ 'Content-Length': '4', 'content-length': String(hidden.length) }) + `null${hidden}`],
    ['lengths in a list', headOf({ 'Content-Length': '4, 400' }) + `null${hidden}`],
    ['a length with a sign', headOf({ 'Content-Length': '+4' }) + `null${hidden}`],
    ['a negative length', headOf({ 'Content-Length': '-1' }) + hidden],
    ['a length in hex', headOf({ 'Content-Length': '0x4' }) + `null${hidden}`],
    ['a length with letters', headOf({ 'Content-Length': '4x' }) + `null${hidden}`],
    ['a length beyond all numbers', headOf({ 'Content-Length': '18446744073709551620' }) + `null${hidden}`],
    ['a chunk with a sign', `${headOf({ 'Transfer-Encoding': 'chunked' })}+4\r\nnull\r\n0\r\n\r\n`],
    ['a chunk beyond all numbers', `${headOf({ 'Transfer-Encoding': 'chunked' })}fffffffffffffffff\r\n${hidden}`],
    ['a chunk that is no number', `${headOf({ 'Transfer-Encoding': 'chunked' })}zz\r\n${hidden}`],
    ['a chunk longer than told', `${headOf({ 'Transfer-Encoding': 'chunked' })}2\r\nnullnull\r\n0\r\n\r\n`],
    ['lines without a return', headOf({ 'Content-Length': '2' }).replaceAll('\r\n', '\n') + `{}${hidden}`],
    ['a NUL in a header', headOf({ 'Content-Length': '2', 'X-Y': 'a\u0000b' }) + `{}${hidden}`],
    ['a header without a name', headOf({ 'Content-Length': '2' }).replace('Host', ': x\r\nHost') + `{}${hidden}`],
    ['no host', headOf({ 'Content-Length': '2', Host: undefined }) + '{}'],
    ['another protocol', headOf({ 'Content-Length': '2' }).replace('HTTP/1.1', 'HTTP/9.9') + '{}'],
    ['no protocol', `GET /\r\n\r\n`],
    ['a method that is none', `G\u0000T / HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['TLS to a plain port', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['HTTP/2 by force', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a proxy’s word', 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ];
  for (const [what, bytes] of cases) {
    const { statuses, text } = await say(bytes);
    assert.ok(statuses.length <= 1, `${what}: answered ${statuses.join()}`);
    assert.ok((statuses[0] ?? 400) >= 400 && (statuses[0] ?? 400) < 506, `${what}: ${text.slice(0, 200)}`);
    assert.notEqual(statuses[0], 500, what);
  }
  assert.equal(await messages(), before, 'nothing hidden was done');
  assert.deepEqual(unhandled, []);
});

test('two requests behind each other are two', async () => {
  const before = await messages();
  const one = (text: string): string =>
    headOf({ 'Content-Length': String(Buffer.byteLength(sent(text))) }) + sent(text);
  const { statuses } = await say(one('một') + one('hai'));
  assert.deepEqual(statuses, [200, 200, 200]);
  assert.equal(await messages(), before + 2);
});

test('heads without end are refused', async () => {
  const many = Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`X-${n}`, 'xxxxxxxxx']));
  for (const headers of [{ 'X-Long': 'x'.repeat(20_000) }, { Cookie: `sid=${'x'.repeat(20_000)}` }, many]) {
    const { statuses } = await say(headOf(headers));
    assert.deepEqual(statuses, [431]);
  }
  const address = `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`;
  assert.deepEqual((await say(address)).statuses, [431]);
});

test('of more headers than are read none is left out', async () => {
  const junk = Array.from({ length: 200 }, (_, n) => `X-${n}: y\r\n`).join('');
  const body = sent('x');
  const evil = headOf({ 'Content-Length': String(body.length), Origin: undefined }).replace(
    '\r\n\r\n',
    `\r\n${junk}Origin: https://evil.example\r\n\r\n`,
  );
  const { statuses } = await say(evil + body);
  assert.deepEqual(statuses, [431]);
});

test('only JSON is a body, and only as it is', async () => {
  const body = sent('x');
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json5',
    'application/problem+json',
    'text/json',
    'application/xml',
    'application/octet-stream',
    '*/*',
    'application/json, text/plain',
    'text/plain; application/json',
    '',
    '%',
    ';',
  ]) {
    const { status } = await post(body, { 'Content-Type': type });
    assert.equal(status, 400, type);
  }
  for (const [encoding, bytes] of [
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['br', Buffer.from(body)],
    ['gzip', gzipSync(Buffer.alloc(10_000_000, ' '))],
  ] as const) {
    const { status } = await post(bytes, { 'Content-Encoding': encoding });
    if (encoding !== 'br') assert.equal(status, 400, encoding);
  }
  for (const encoding of ['utf16le', 'latin1'] as const) {
    const { status } = await post(Buffer.from(sent('Đã nhận ạ é'), encoding), {
      'Content-Type': `application/json; charset=${encoding}`,
    });
    assert.equal(status, 400, encoding);
  }
  assert.equal((await post(sent('ạ'), { 'Content-Type': 'application/json; charset=utf-8' })).status, 200);
  assert.equal((await post(`\ufeff${body}`)).status, 400);
});

test('JSON that two programs would read in two ways is not read', async () => {
  const { group } = house;
  const before = await messages();
  for (const body of [
    `{"group":"${group}","text":"a","text":"b"}`,
    `{"group":"${group}","text":"a","t\\u0065xt":"b"}`,
    `{"group":"${group}","text":"a","__proto__":{"group":"x"}}`,
    `{"__proto__":{"group":"${group}","text":"a"}}`,
    `{"group":"${group}","text":"a","constructor":{"prototype":{"administrator":true}}}`,
    `{"group":"${group}","text":"\\ud83d"}`,
    `{"group":"${group}","text":"a\\u0000b"}`,
    `{"group":"${group}","text":"a"}}`,
    `{"group":"${group}","text":"a",}`,
    `{"group":"${group}",'text':'a'}`,
    `{"group":"${group}","text":"a"}//`,
    `{"group":"${group}","text":"a\nb"}`,
    `{"group":"${group}","text":NaN}`,
    `{"group":"${group}","text":1e999}`,
    `{"group":"${group}","text":["a"]}`,
    `[{"group":"${group}","text":"a"}]`,
    `"{\\"group\\":\\"${group}\\",\\"text\\":\\"a\\"}"`,
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    `[${'0,'.repeat(32_000)}0]`,
    `{${Array.from({ length: 5_000 }, (_, n) => `"k${n}":0`).join()}}`,
    `{"group":"${group}","text":"${'\\u0301'.repeat(9_000)}"}`,
    '',
    ' ',
    '\u0000',
    'null',
    'true',
    '-',
  ]) {
    const { status } = await post(body);
    assert.equal(status, 400, body.slice(0, 200));
  }
  assert.equal((await post(sent('x'.repeat(70_000)))).code, 'too_large');
  assert.equal(await messages(), before);
  // The prototype of nothing has become somebody's.
  assert.equal(({} as Record<string, unknown>)['administrator'], undefined);
});

test('numbers at the edges of what numbers are', async () => {
  for (const [n, status] of [
    ['0', 200],
    ['-0', 200],
    ['1e2', 200],
    ['0.0', 200],
    ['9007199254740991', 200],
    ['9007199254740992', 400],
    ['9007199254740993', 400],
    ['1e999', 400],
    ['-1e999', 400],
    ['1e-999', 200],
    ['-1', 400],
    ['0.5', 400],
    ['1e21', 400],
    ['01', 400],
    ['+1', 400],
    ['.5', 400],
    ['0x1', 400],
    ['1_000', 400],
    ['"1"', 400],
    ['null', 400],
    ['true', 400],
  ] as const) {
    for (const key of ['before', 'after', 'around']) {
      const got = await post(`{"group":"${house.group}","${key}":${n}}`, {}, 'message.page');
      assert.equal(got.status, status, `${key} ${n}`);
    }
    for (const key of ['read', 'received']) {
      const got = await post(`{"marks":[{"group":"${house.group}","${key}":${n}}]}`, {}, 'receipt.mark');
      assert.equal(got.status, status, `${key} ${n}`);
    }
  }
});

test('action ids that are none, and methods and addresses that lead nowhere', async () => {
  for (const key of [
    '',
    'x',
    '../..',
    newId().toUpperCase(),
    `${newId()}, ${newId()}`,
    `{${newId()}}`,
    '0'.repeat(5_000),
  ]) {
    const { code } = await post(sent('x'), { 'Idempotency-Key': key });
    assert.equal(code, 'action.id_missing', key);
  }
  for (const name of [
    'toString',
    '__proto__',
    'constructor',
    'message.send/',
    'message%2esend',
    'message.send%00',
    '..',
    '%2e%2e',
    'message.send;x',
    'MESSAGE.SEND',
    'x'.repeat(5_000),
  ]) {
    const { status } = await post(sent('x'), {}, name);
    // A trailing slash and an escaped dot are the same address.
    assert.ok([200, 404].includes(status), `${name}: ${status}`);
  }
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'GET', 'HEAD']) {
    const { statuses } = await say(headOf({ 'Content-Length': '0' }).replace('POST', method));
    assert.equal(statuses[0], 404, method);
  }
  const { statuses } = await say('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n');
  assert.deepEqual(statuses, []);
  for (const path of [
    '/photos/x',
    '/photos/%00',
    `/photos/${newId()}`,
    '/photos/../live',
    '/huong-dan/%2e%2e%2fpackage.json',
    '/huong-dan/__proto__',
    '/huong-dan/hinh/..%2f..%2fglossary.md',
    '/huong-dan/chu/constructor',
    '/assets/%c0%ae%c0%ae/',
    '/index.html%00',
    '//evil.example',
    '/\\evil.example',
    '/api',
    '/api/',
    '/.git/config',
    '/metrics/../metrics',
  ]) {
    const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${house.cast.member.cookie}\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n`;
    const answer = await say(request);
    assert.ok([400, 404].includes(answer.statuses[0] ?? 0), `${path}: ${answer.statuses[0]}`);
    assert.doesNotMatch(answer.text, /location:/i, path);
  }
  assert.deepEqual(unhandled, []);
});

test('what comes byte by byte is not waited for without end', async () => {
  for (const { what, wire } of trickles) {
    const deadline = Date.now() + 60_000;
    while (!wire.closed && !wire.ended && Date.now() < deadline)
      await wire.until(() => wire.closed || wire.ended, what).catch(() => undefined);
    assert.ok(wire.closed || wire.ended, what);
    assert.ok([0, 400, 408, 431].includes(await wire.status()), `${what}: ${await wire.status()}`);
  }
});

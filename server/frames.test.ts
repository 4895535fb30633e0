import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { CLOSE } from '../protocol/frame.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse, TestPerson } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import { frame, OPCODE, upgradeHead, Wire } from '../testing/wire.ts';
import { SOCKET_LIMITS } from './socket.ts';

/** What no WebSocket library lets its user send, said byte by byte on a socket of somebody who is signed in. */
let house: TestHouse;
/** Without limits, where a test does more at once than the door lets in. */
let crowded: TestHouse;
const unhandled: unknown[] = [];
const hear = (error: unknown): void => void unhandled.push(error);
const wires = new Set<Wire>();
/** A handshake of which a byte comes now and then; it goes on while the other tests run. */
let trickle: { wire: Wire; seconds: Promise<number> };
let silent: Wire;

before(async () => {
  house = await openTestHouse();
  crowded = await openTestHouse({ limits: false });
  process.on('uncaughtException', hear);
  process.on('unhandledRejection', hear);
  closeBefore(() => {
    for (const wire of wires) wire.drop();
    process.off('uncaughtException', hear);
    process.off('unhandledRejection', hear);
    return Promise.resolve();
  });

  const slow = await wire();
  const head = upgradeHead(house, house.cast.member);
  let said = 0;
  const timer = setInterval(() => slow.say(head.slice(said, (said += 1))), 250);
  const since = Date.now();
  trickle = { wire: slow, seconds: once(slow.socket, 'end').then(() => (Date.now() - since) / 1_000) };
  closeBefore(() => Promise.resolve(clearInterval(timer)));
  silent = await upgraded(await house.addPerson());
});

async function wire(at = house): Promise<Wire> {
  const it = await Wire.open(at);
  wires.add(it);
  return it;
}

async function upgraded(
  person: TestPerson,
  changes: Readonly<Record<string, string | undefined>> = {},
  at = house,
): Promise<Wire> {
  const it = await wire(at);
  it.say(upgradeHead(at, person, changes));
  await it.until(() => it.head !== '', 'an answer to the handshake');
  assert.match(it.head, /^HTTP\/1\.1 101 /);
  return it;
}

const hello = JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams: {} } });

function spoken(it: Wire): ServerFrame[] {
  return it
    .frames()
    .filter(({ opcode }) => opcode === OPCODE.text)
    .flatMap(({ payload }) => {
      const heard = JSON.parse(payload.toString()) as ServerFrame | ServerFrame[];
      return heard;
    });
}

/** A socket that has said hello and been welcomed. */
async function welcomed(at = house): Promise<Wire> {
  const it = await upgraded(await at.addPerson(), {}, at);
  it.say(frame({ payload: hello }));
  await it.until(() => spoken(it).some((each) => 'welcome' in each), 'a welcome');
  return it;
}

const ask = JSON.stringify({ id: 'q', do: 'account.me', with: {} });
const answered = (it: Wire): boolean => spoken(it).some((each) => 'ok' in each && each.id === 'q');
const parts = (payload: Buffer | string, size: number): Buffer[] => {
  const bytes = Buffer.from(payload);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
};
/** A message as fragments. */
const fragments = (list: readonly (Buffer | string)[], opcode: number = OPCODE.text): Buffer =>
  Buffer.concat(
    list.map((payload, at) =>
      frame({ opcode: at === 0 ? opcode : OPCODE.more, payload, last: at === list.length - 1 }),
    ),
  );
const close = (code: number, reason: Buffer | string = ''): Buffer => {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame({ opcode: OPCODE.close, payload: Buffer.concat([payload, Buffer.from(reason)]) });
};

test('what is allowed is understood, however it is cut', async () => {
  const text = JSON.stringify({ id: 'q', do: 'account.me', with: {} });
  for (const [what, bytes] of [
    ['whole', frame({ payload: text })],
    ['with its length in eight bytes', frame({ payload: text, lengthBytes: 8 })],
    ['in as many fragments as may be', fragments(parts(text, Math.ceil(text.length / 60)))],
    ['with empty fragments', fragments(['', text.slice(0, 10), '', text.slice(10), ''])],
    [
      'with a ping in between',
      Buffer.concat([
        frame({ payload: text.slice(0, 10), last: false }),
        frame({ opcode: OPCODE.ping, payload: 'x'.repeat(125) }),
        frame({ opcode: OPCODE.more, payload: text.slice(10) }),
      ]),
    ],
    ['as large as may be', frame({ payload: text.padEnd(SOCKET_LIMITS.frameBytes, ' ') })],
  ] as const) {
    const it = await welcomed();
    it.say(bytes);
    await it.until(() => answered(it), what);
    it.drop();
  }
  const it = await welcomed();
  for (const byte of frame({ payload: ask })) {
    it.say(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await it.until(() => answered(it), 'byte by byte');
});

test('letters cut between two fragments are put together again', async () => {
  const it = await welcomed();
  const text = Buffer.from(
    JSON.stringify({ id: 'q', do: 'directory.search', with: { query: 'Đặng Thị Bích Phượng' } }),
  );
  it.say(fragments(parts(text, 3)));
  await it.until(() => answered(it), 'an answer');
  const found = spoken(it).find((each) => 'ok' in each) as { ok: { people: { name: string }[] } };
  assert.deepEqual(
    found.ok.people.map((each) => each.name),
    ['Đặng Thị Bích Phượng'],
  );
});

const bad: readonly (readonly [what: string, code: number, bytes: () => Buffer])[] = [
  ['without a mask', 1002, () => frame({ payload: ask, masked: false })],
  ...[0x40, 0x20, 0x10, 0x70].flatMap((reserved) =>
    [OPCODE.text, OPCODE.binary, OPCODE.ping, OPCODE.close].map(
      (opcode) =>
        [`reserved bits ${reserved} with ${opcode}`, 1002, () => frame({ opcode, payload: '', reserved })] as const,
    ),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(
    (opcode) => [`opcode ${opcode}`, 1002, () => frame({ opcode, payload: 'x' })] as const,
  ),
  ['a continuation of nothing', 1002, () => frame({ opcode: OPCODE.more, payload: 'x' })],
  [
    'a message begun inside another',
    1002,
    () => Buffer.concat([frame({ payload: 'a', last: false }), frame({ payload: 'b' })]),
  ],
  ...[OPCODE.ping, OPCODE.pong, OPCODE.close].flatMap(
    (opcode) =>
      [
        [`control ${opcode} in parts`, 1002, () => frame({ opcode, last: false })],
        [`control ${opcode} of 126 bytes`, 1002, () => frame({ opcode, payload: 'x'.repeat(126) })],
        [`control ${opcode} of 65,536 bytes`, 1002, () => frame({ opcode, payload: 'x'.repeat(65_536) })],
      ] as const,
  ),
  ...(
    [
      ['a lone continuation byte', '80'],
      ['an overlong slash', 'c0af'],
      ['an overlong NUL', 'c080'],
      ['a surrogate', 'eda080'],
      ['beyond the last letter', 'f4908080'],
      ['five bytes', 'f888808080'],
      ['cut off', 'e1ba'],
      ['FE and FF', 'feff'],
    ] as const
  ).flatMap(
    ([what, hex]) =>
      [
        [`no UTF-8: ${what}`, 1007, () => frame({ payload: Buffer.from(`22${hex}22`, 'hex') })],
        [`no UTF-8 at the end: ${what}`, 1007, () => frame({ payload: Buffer.from(`22${hex}`, 'hex') })],
        [
          `no UTF-8 over fragments: ${what}`,
          1007,
          () => fragments([...parts(Buffer.from(`22${hex}22`, 'hex'), 1), ' ']),
        ],
      ] as const,
  ),
  ['one byte too long', 1009, () => frame({ payload: 'x'.repeat(SOCKET_LIMITS.frameBytes + 1) })],
  ['one byte too long, only told', 1009, () => frame({ payload: 'x', length: SOCKET_LIMITS.frameBytes + 1 })],
  ['4 GB, only told', 1009, () => frame({ payload: 'x', length: 2n ** 32n })],
  ['2⁵³ bytes, only told', 1009, () => frame({ payload: 'x', length: 2n ** 53n })],
  ['2⁶³ bytes, only told', 1009, () => frame({ payload: 'x', length: 2n ** 63n })],
  ['too long in fragments', 1009, () => fragments(parts('x'.repeat(SOCKET_LIMITS.frameBytes + 1), 8_192))],
  ['too many fragments', 1008, () => fragments(parts('x'.repeat(SOCKET_LIMITS.fragments + 1), 1))],
  ['16,000 fragments of a byte', 1008, () => fragments(parts('x'.repeat(16_000), 1))],
  ['16,000 empty fragments', 1008, () => fragments(Array<string>(16_000).fill(''))],
  [
    'empty fragments without end',
    1008,
    () =>
      Buffer.concat([
        frame({ payload: '', last: false }),
        ...Array.from({ length: 100 }, () => frame({ opcode: OPCODE.more, payload: '', last: false })),
      ]),
  ],
  ['binary', 1003, () => frame({ opcode: OPCODE.binary, payload: ask })],
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2_999, 5_000, 65_535].map(
    (code) => [`close code ${code}`, 1002, () => close(code)] as const,
  ),
  ['a close of one byte', 1002, () => frame({ opcode: OPCODE.close, payload: 'x' })],
  ['a close that says no UTF-8', 1007, () => close(1000, Buffer.from([0xff, 0xfe]))],
  ...[1000, 1001, 1003, 1007, 1008, 1011, 3_000, 4_999].map(
    (code) => [`a good close, ${code}`, code, () => close(code, 'tạm biệt')] as const,
  ),
  ['4 KB of zeros', 1002, () => Buffer.alloc(4_096)],
  ['4 KB of ones', 1002, () => Buffer.alloc(4_096, 0xff)],
  ['another request', 1002, () => Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
];

test('what is not allowed closes the socket with its code, before and after hello', async (t) => {
  const say = async ([what, code, bytes]: (typeof bad)[number], ready: boolean): Promise<void> => {
    const it = await (ready ? welcomed(crowded) : upgraded(await crowded.addPerson(), {}, crowded));
    it.say(bytes());
    // What comes after is not heard any more.
    it.say(frame({ payload: ask }));
    assert.equal(await it.closeCode(), code, `${what}, ${ready ? 'after' : 'before'} hello`);
    await it.until(() => it.closed || it.ended, `${what}: an end of the line`);
    assert.ok(!answered(it), `${what}: something after it was answered`);
    it.drop();
    wires.delete(it);
  };
  for (let at = 0; at < bad.length; at += 8)
    await Promise.all(bad.slice(at, at + 8).flatMap((it) => [say(it, true), say(it, false)]));
  t.diagnostic(`${bad.length * 2} cases`);
  assert.deepEqual(unhandled, []);
});

test('a first frame that is none closes the socket, or is answered and leaves it waiting for hello', async () => {
  for (const [first, code] of [
    ['{"hello":{}}', CLOSE.misuse],
    ['{"hello":null}', CLOSE.misuse],
    [`{"hello":{"version":"${PROTOCOL_VERSION}","streams":{}}}`, CLOSE.misuse],
    [`{"hello":{"version":${PROTOCOL_VERSION},"streams":[]}}`, CLOSE.misuse],
    [`{"hello":{"version":${PROTOCOL_VERSION},"streams":{"x":1}}}`, CLOSE.misuse],
    [`{"hello":{"version":${PROTOCOL_VERSION},"streams":{},"more":1}}`, CLOSE.misuse],
    [`{"hello":{"version":${PROTOCOL_VERSION},"streams":{"${house.group}":-1}}}`, CLOSE.misuse],
    [`{"hello":{"version":${PROTOCOL_VERSION},"streams":{"${house.group}":1e999}}}`, CLOSE.misuse],
    [`{"hello":{"version":${PROTOCOL_VERSION},"streams":{"${house.group}":0.5}}}`, CLOSE.misuse],
    ['{"hello":{"version":0,"streams":{}}}', CLOSE.outdated],
    ['{"hello":{"version":1e999,"streams":{}}}', CLOSE.outdated],
  ] as const) {
    const it = await upgraded(await house.addPerson());
    it.say(frame({ payload: first }));
    assert.equal(await it.closeCode(), code, first);
  }
  for (const first of ['{', '[]', 'null', '0', '"x"', '{}', ask, '{"ping":1}', '{"id":"q"}', '\u0000', '{"hello"']) {
    const it = await upgraded(await house.addPerson());
    it.say(frame({ payload: first }));
    await it.until(() => spoken(it).some((each) => 'problem' in each && each.problem.code === 'malformed'), first);
    it.say(frame({ payload: hello }));
    await it.until(() => spoken(it).some((each) => 'welcome' in each), `a welcome after ${first}`);
    // Once said it is not said again.
    it.say(frame({ payload: hello }));
    await it.until(() => spoken(it).filter((each) => 'problem' in each).length === 2, 'a second hello is refused');
    it.drop();
  }
});

test('compression is not spoken, so nothing small becomes large', async () => {
  for (const offered of [
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits',
    'x-webkit-deflate-frame',
  ]) {
    const it = await upgraded(await house.addPerson(), { 'Sec-WebSocket-Extensions': offered });
    assert.doesNotMatch(it.head, /sec-websocket-extensions/i);
    it.say(frame({ payload: Buffer.from('789ccb48cdc9c95728cf2fca49010019f404', 'hex'), reserved: 0x40 }));
    assert.equal(await it.closeCode(), 1002);
  }
});

test('pings are answered with what they carry, in order, and a flood of them closes the socket', async () => {
  const it = await welcomed();
  for (let n = 0; n < 50; n += 1) it.say(frame({ opcode: OPCODE.ping, payload: String(n).padEnd(125, '.') }));
  const pongs = (): string[] =>
    it
      .frames()
      .filter(({ opcode }) => opcode === OPCODE.pong)
      .map(({ payload }) => String(Number.parseInt(payload.toString(), 10)));
  await it.until(() => pongs().length === 50, 'fifty pongs');
  assert.deepEqual(
    pongs(),
    Array.from({ length: 50 }, (_, n) => String(n)),
  );
  it.say(Buffer.concat(Array.from({ length: 5_000 }, () => frame({ opcode: OPCODE.ping, payload: 'x'.repeat(125) }))));
  assert.equal(await it.closeCode(), CLOSE.misuse);
  assert.ok(pongs().length < 300, `${pongs().length} pongs`);
});

test('pongs that nobody asked for change nothing', async () => {
  const it = await welcomed();
  it.say(Buffer.concat(Array.from({ length: 5_000 }, () => frame({ opcode: OPCODE.pong, payload: 'x' }))));
  it.say(frame({ payload: ask }));
  await it.until(() => answered(it), 'an answer');
});

test('who hangs up in the middle of anything leaves nothing behind', async () => {
  const sizes = [1, 2, 5, 7, 20];
  const before = house.sockets.open;
  for (const size of sizes) {
    const it = await welcomed();
    it.say(frame({ payload: ask }).subarray(0, size));
    it.socket.resetAndDestroy();
    const half = await welcomed();
    half.say(frame({ payload: ask }).subarray(0, size));
    half.socket.end();
    await half.until(() => half.closed || half.ended, 'an end of a half-closed line');
    half.drop();
  }
  const deadline = Date.now() + 30_000;
  while (house.sockets.open > before && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(house.sockets.open, before);
});

test('handshakes that are none', async () => {
  const key = 'Sec-WebSocket-Key';
  const long = 'x'.repeat(20_000);
  const cases: readonly (readonly [what: string, head: string, statuses: readonly number[]])[] = [
    ['no version', upgradeHead(house, house.cast.leader, { 'Sec-WebSocket-Version': undefined }), [400, 426]],
    ['version 0', upgradeHead(house, house.cast.leader, { 'Sec-WebSocket-Version': '0' }), [400, 426]],
    ['version 99', upgradeHead(house, house.cast.leader, { 'Sec-WebSocket-Version': '99' }), [400, 426]],
    ['no key', upgradeHead(house, house.cast.leader, { [key]: undefined }), [400]],
    ['a short key', upgradeHead(house, house.cast.leader, { [key]: 'eA==' }), [400]],
    ['a key that is none', upgradeHead(house, house.cast.leader, { [key]: '%'.repeat(24) }), [400]],
    ['another upgrade', upgradeHead(house, house.cast.leader, { Upgrade: 'h2c' }), [400]],
    ['no session', upgradeHead(house, undefined), [401]],
    ['a strange session', upgradeHead(house, undefined, { Cookie: `sid=${'x'.repeat(43)}` }), [401]],
    ['a session with a quote', upgradeHead(house, undefined, { Cookie: "sid='; drop table sessions; --" }), [401]],
    ['posted', upgradeHead(house, house.cast.leader).replace('GET', 'POST'), [400, 405]],
    ['elsewhere', upgradeHead(house, house.cast.leader).replace('/live', '/live/../nowhere'), [404]],
    ['below', upgradeHead(house, house.cast.leader).replace('/live', '/live/'), [404]],
    [
      'with a protocol list that is none',
      upgradeHead(house, house.cast.leader, { 'Sec-WebSocket-Protocol': ',,' }),
      [400],
    ],
    ['with headers without end', upgradeHead(house, house.cast.leader, { 'X-Long': long }), [431]],
  ];
  for (const [what, head, statuses] of cases) {
    const it = await wire();
    it.say(head);
    const status = await it.status();
    assert.ok(statuses.includes(status), `${what}: ${status}`);
    await it.until(() => it.closed || it.ended, `${what}: an end of the line`);
    it.drop();
  }
});

function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let n = 0; n < 3; n += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a thousand sockets opened and misused keep no memory', async (t) => {
  const misuse = async (who: TestPerson, n: number): Promise<void> => {
    const it = await upgraded(who, {}, crowded);
    it.say(bad[n % bad.length]![2]());
    await it.closeCode();
    it.drop();
    wires.delete(it);
  };
  const round = async (): Promise<number> => {
    const people = await Promise.all(Array.from({ length: 20 }, () => crowded.addPerson()));
    for (let n = 0; n < 20; n += 1) await Promise.all(people.map((who, at) => misuse(who, n * people.length + at)));
    return heap();
  };
  await round();
  const before = await round();
  const ratio = (await round()) / before;
  t.diagnostic(`${(before / 2 ** 20).toFixed(1)} MB, after 400 more sockets × ${ratio.toFixed(3)}`);
  assert.ok(ratio < 1.1, String(ratio));
  assert.deepEqual(unhandled, []);
});

test('who never says hello is let go of', async () => {
  assert.equal(await silent.closeCode(), CLOSE.misuse);
});

test('a handshake that comes byte by byte is let go of after ten seconds', async () => {
  const seconds = await trickle.seconds;
  assert.equal(await trickle.wire.status(), 408);
  assert.ok(seconds > 9 && seconds < 25, `${seconds} s`);
});

import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import { z } from 'zod';

import { actions } from '../protocol/action.ts';
import { events } from '../protocol/event.ts';
import { newId } from '../protocol/id.ts';
import { Id, shortText } from '../protocol/shapes.ts';
import { streamActions } from '../protocol/stream.ts';
import { eventsAfter, headsOf, insertNotices, positionsOf, resumeAt } from '../features/messages/store.ts';
import { ClientProblem, TestClient } from '../testing/client.ts';
import { closeBefore, newDatabase } from '../testing/postgres.ts';
import { readConfig } from './config.ts';
import { openDoor } from './guard.ts';
import { handlers, preparing } from './handler.ts';
import type { Features, House, Standing } from './house.ts';
import { openLog } from './log.ts';
import { openHouse } from './open.ts';
import type { OpenHouse } from './open.ts';
import { streamHandlers } from './stream-handlers.ts';

/** The machine room alone, with a product of three actions: what it does, it does without knowing any feature. */
const boardActions = actions({
  'board.write': {
    summary: 'Write a line.',
    kind: 'change',
    audit: { none: 'a test' },
    who: 'account',
    scope: 'group',
    right: 'board.write',
    input: z.strictObject({
      group: Id,
      line: shortText(20),
      fail: z.boolean().default(false),
    }),
    output: z.strictObject({ line: z.string() }),
  },
  'board.close': {
    summary: 'Nobody may write any more.',
    kind: 'change',
    audit: { none: 'a test' },
    who: 'account',
    scope: 'group',
    input: z.strictObject({ group: Id }),
    output: z.strictObject({}),
  },
  'board.paint': {
    summary: 'Draw on it, which takes long.',
    kind: 'change',
    audit: { none: 'a test' },
    who: 'account',
    scope: 'group',
    right: 'board.write',
    input: z.strictObject({ group: Id, strokes: z.number() }),
    output: z.strictObject({ strokes: z.number() }),
  },
  'board.fill': {
    summary: 'What PostgreSQL says when its disk is full.',
    kind: 'change',
    audit: { none: 'a test' },
    who: 'account',
    scope: 'group',
    input: z.strictObject({ group: Id }),
    output: z.strictObject({}),
  },
  'board.head': {
    summary: 'How many.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 5, perMinute: 60 },
    input: z.strictObject({ group: Id }),
    output: z.strictObject({ head: z.number() }),
  },
});
const boardEvents = events({
  'board.written': { summary: '', stream: 'group', body: z.strictObject({ line: z.string() }) },
  'board.closed': { summary: '', stream: 'group', rights: true, body: z.strictObject({}) },
});

let open: OpenHouse;
let databaseUrl: string;
let paintings = 0;
const logged: string[] = [];
const paint = Promise.withResolvers<void>();
const group = randomUUIDv7();
const [writer, reader, stranger] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];

function openFeatures(house: House): Features {
  const cache = new Map<string, Standing>();
  const streams = {
    positions: (account: string, stream?: string) => positionsOf(house.db, account, stream),
    resume: (account: string, known: ReadonlyMap<string, number>) =>
      resumeAt(house.db, account, known, { each: 300, together: 3_000 }),
    heads: (streams: readonly string[]) => headsOf(house.db, streams),
    eventsAfter: (cursors: readonly { stream: string; after: number }[]) => eventsAfter(house.db, cursors, 3_001),
  };
  return {
    handlers: {
      ...handlers(boardActions, {
        'board.write': async ({ announce }, { group, line, fail }) => {
          announce('board.written', group, { line });
          if (fail) throw new Error('disk on fire');
          return { line };
        },
        'board.close': async ({ announce }, { group }) => {
          announce('board.closed', group, {});
          return {};
        },
        'board.paint': preparing(
          async ({ strokes }) => {
            paintings += 1;
            await paint.promise;
            return strokes * 2;
          },
          async ({ announce }, { group }, strokes) => {
            announce('board.written', group, { line: `${strokes} nét` });
            return { strokes };
          },
        ),
        'board.fill': async ({ db }) => {
          await sql`do $$ begin raise sqlstate '53100' using message = 'could not extend file: No space left on device'; end $$`.execute(
            db,
          );
          return {};
        },
        'board.head': async ({ db }, { group }) => {
          const { rows } = await sql<{ head: number }>`select head from streams where id = ${group}`.execute(db);
          return { head: rows[0]!.head };
        },
      }),
      ...streamHandlers(house, streams),
    },
    streams,
    sessions: {
      tokenIn: (header) => /token=([^;]+)/.exec(header ?? '')?.[1],
      actorOf: async (token) => ({ actor: { account: token, session: token, administrator: false }, cookies: [] }),
      stillOpen: async (list) => new Set(list),
      endedAmong: async () => [],
      mayGovern: async () => true,
      mayAct: async () => true,
    },
    groups: {
      async standing(of, account) {
        const known = cache.get(`${of} ${account}`);
        if (known) return known;
        const { rows } = await sql<{ role: string; version: number; closed: boolean }>`
          select m.role, s.rights_version as version, exists (select from events e where e.stream = s.id and e.name = 'board.closed') as closed
          from members m join streams s on s.id = m.group_id where m.group_id = ${of} and m.account = ${account}`.execute(
          house.db,
        );
        const [row] = rows;
        if (!row) return undefined;
        const standing: Standing = {
          group: of,
          role: row.role,
          rightsVersion: row.version,
          can: () => row.role !== 'reader' && !row.closed,
        };
        cache.set(`${of} ${account}`, standing);
        return standing;
      },
      forget: () => cache.clear(),
    },
    writeNotices: insertNotices,
    guard: openDoor,
    audit: { write: async () => undefined, denied: async () => undefined, wake: () => undefined },
    jobs: [],
    routes: [],
  };
}

before(async () => {
  databaseUrl = (await newDatabase()).url;
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-spine-'));
  open = await openHouse({
    config: { ...readConfig({ DATA_DIR: dataDir }), port: 0 },
    databaseUrl,
    log: openLog('warn', { write: (line) => void logged.push(line) }),
    actions: { ...boardActions, ...streamActions },
    events: boardEvents,
    openFeatures,
  });
  closeBefore(() => open.close());
  const { db } = open.house;
  await sql`insert into streams (id, kind) values (${group}, 'group')`.execute(db);
  for (const account of [writer, reader, stranger]) {
    await sql`insert into streams (id, kind) values (${account}, 'account')`.execute(db);
    await sql`insert into accounts (id, name) values (${account}, 'Người')`.execute(db);
  }
  await sql`insert into groups (id, kind, created_by) values (${group}, 'directive', ${writer})`.execute(db);
  await sql`insert into members (group_id, account, role) values (${group}, ${writer}, 'member'), (${group}, ${reader}, 'reader')`.execute(
    db,
  );
});

const connect = (account: string, streams: Record<string, number> = {}): Promise<TestClient> =>
  TestClient.connect(open.address, `token=${account}`, account, streams);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: unknown) => {
      assert.ok(error instanceof ClientProblem, String(error));
      return error.code;
    },
  );
}

function post(name: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${open.address}/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: open.address, cookie: `token=${writer}`, ...headers },
    body,
  });
}

async function headOf(stream: string): Promise<number> {
  const { rows } = await sql<{ head: number }>`select head from streams where id = ${stream}`.execute(open.house.db);
  return rows[0]!.head;
}

test('parse, who, group, right: each wrong thing has its own answer and changes nothing', async () => {
  const before = await headOf(group);
  const client = await connect(writer);
  assert.equal(await codeOf(client.callRaw('board.nothing', {})), 'no_such_action');
  assert.equal(await codeOf(client.callRaw('toString', {})), 'no_such_action');
  assert.equal(await codeOf(client.callRaw('board.write', { group, line: 'x', more: 1 })), 'malformed');
  assert.equal(await codeOf(client.callRaw('board.write', { group, line: 'x'.repeat(21) })), 'malformed');
  assert.equal(await codeOf(client.callRaw('board.write', { group, line: '\u202e' })), 'malformed');
  assert.equal(await codeOf(client.callRaw('board.write', { group: newId(), line: 'x' })), 'not_found');
  assert.equal(await codeOf(client.callRaw('board.write', { group, line: 'x' }, 'no-id')), 'action.id_missing');
  assert.equal(await codeOf((await connect(stranger)).callRaw('board.write', { group, line: 'x' })), 'not_found');
  assert.equal(await codeOf((await connect(reader)).callRaw('board.write', { group, line: 'x' })), 'forbidden');
  assert.equal(await headOf(group), before);
});

test('a fault says its number and nothing else, and rolls back', async () => {
  const before = await headOf(group);
  const client = await connect(writer);
  const error = await client.callRaw('board.write', { group, line: 'x', fail: true }).catch((it: unknown) => it);
  assert.ok(error instanceof ClientProblem);
  assert.equal(error.code, 'fault');
  assert.match(String(error.wire.id), /^[0-9a-f]{8}$/);
  assert.ok(!JSON.stringify(error.wire).includes('fire'));
  assert.equal(await headOf(group), before);
});

test('a database without room is told by name; the log says why, once for many', async () => {
  const client = await connect(reader);
  const before = logged.length;
  for (let time = 0; time < 3; time += 1)
    assert.equal(await codeOf(client.callRaw('board.fill', { group })), 'server.storage_full');
  const lines = logged.slice(before).map((line) => JSON.parse(line) as { level: string; msg: string; error: string });
  assert.deepEqual(
    lines.map(({ level, msg, error }) => ({ level, msg, error })),
    [
      {
        level: 'warn',
        msg: 'busy: the database does not take it',
        error: 'could not extend file: No space left on device',
      },
    ],
  );
});

test('the same id: at once from two sockets, later over HTTP, with its fields in another order, one effect and the first answer', async () => {
  const before = await headOf(group);
  const [one, two] = [await connect(writer), await connect(writer)];
  const id = newId();
  const input = { group, line: 'một' };
  const answers = await Promise.all([one, two, one, two].map((it) => it.callRaw('board.write', input, id)));
  assert.deepEqual(
    answers,
    Array.from({ length: 4 }, () => ({ line: 'một' })),
  );
  const again = await post('board.write', JSON.stringify({ line: 'một', group }), { 'idempotency-key': id });
  assert.deepEqual([again.status, await again.json()], [200, { line: 'một' }]);
  assert.equal(await headOf(group), before + 1);
  assert.equal(await codeOf(one.callRaw('board.write', { group, line: 'hai' }, id)), 'action.id_reused');
  assert.equal(await headOf(group), before + 1);
});

test('an event reaches everybody who is connected, in order, and a device that comes back hears what it missed and no more', async () => {
  const hearer = await connect(reader);
  const client = await connect(writer);
  const from = await headOf(group);
  for (const line of ['a', 'b', 'c']) await client.callRaw('board.write', { group, line });
  await hearer.until(() => hearer.of(group).length === 3);
  assert.deepEqual(
    hearer.of(group).map((it) => [it.n, (it.with as { line: string }).line, it.by]),
    [
      [from + 1, 'a', writer],
      [from + 2, 'b', writer],
      [from + 3, 'c', writer],
    ],
  );
  const back = await connect(reader, { [group]: from + 1, [stranger]: 4 });
  await back.until(() => back.of(group).length === 2);
  assert.deepEqual(back.welcome!.gone, [stranger]);
  assert.equal(back.welcome!.heads[group], from + 3);
  assert.deepEqual(back.welcome!.fetch, { [reader]: 0 });
  const read = (await back.callRaw('stream.read', { stream: group, after: from })) as {
    events: unknown[];
    head: number;
  };
  assert.deepEqual([read.events.length, read.head], [3, from + 3]);
  assert.equal(await codeOf(back.callRaw('stream.read', { stream: writer, after: 0 })), 'not_found');
});

test('while the long part of a change goes on nobody waits for it, and it is not begun without the right', async () => {
  const [one, two] = [await connect(writer), await connect(writer)];
  assert.equal(await codeOf((await connect(reader)).callRaw('board.paint', { group, strokes: 1 })), 'forbidden');
  assert.equal(paintings, 0);
  const painted = one.callRaw('board.paint', { group, strokes: 2 });
  while (paintings === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(await two.callRaw('board.write', { group, line: 'giữa chừng' }), { line: 'giữa chừng' });
  paint.resolve();
  assert.deepEqual(await painted, { strokes: 4 });
});

test('too far behind: told to fetch afresh, not sent a thousand events', async () => {
  await sql`
    with more as (update streams set head = head + 400 where id = ${group} returning head)
    insert into events (stream, seq, name, at, by, body)
    select ${group}, head - 400 + n, 'board.written', now(), ${writer}, '{"line":"x"}' from more, generate_series(1, 400) n`.execute(
    open.house.db,
  );
  const client = await connect(reader, { [group]: 1 });
  assert.equal(client.welcome!.fetch[group], await headOf(group));
  assert.equal(client.of(group).length, 0);
});

test('the rate is kept per person and action, and says how long to wait', async () => {
  const client = await connect(reader);
  const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(client.callRaw('board.head', { group }))));
  assert.deepEqual(codes.toSorted(), [
    ...Array.from({ length: 5 }, () => 'done'),
    ...Array.from({ length: 3 }, () => 'too_fast'),
  ]);
  const response = await post('board.head', JSON.stringify({ group }));
  assert.equal(response.status, 200);
});

test('a right withdrawn while an act is under way: the act is decided again, not committed', async () => {
  const [one, two] = [await connect(writer), await connect(writer)];
  await one.callRaw('board.write', { group, line: 'trước' });
  // Another node closes the board: this node's cached copy still says that writing is allowed.
  await sql`
    with raised as (update streams set head = head + 1, rights_version = rights_version + 1 where id = ${group} returning head)
    insert into events (stream, seq, name, at, body) select ${group}, head, 'board.closed', now(), '{}' from raised`.execute(
    open.house.db,
  );
  const head = await headOf(group);
  assert.equal(await codeOf(two.callRaw('board.write', { group, line: 'sau' })), 'forbidden');
  assert.equal(await headOf(group), head);
});

test('HTTP: what is not strict JSON from our own pages is refused', async () => {
  const key = { 'idempotency-key': newId() };
  const status = async (it: Promise<Response>): Promise<[number, string]> => {
    const response = await it;
    return [response.status, ((await response.json()) as { code: string }).code];
  };
  assert.deepEqual(await status(post('board.head', '{"group":1,"group":2}', key)), [400, 'malformed']);
  assert.deepEqual(await status(post('board.head', '{', key)), [400, 'malformed']);
  assert.deepEqual(await status(post('board.head', '{}', { 'content-type': 'text/plain' })), [400, 'malformed']);
  assert.deepEqual(await status(post('board.head', JSON.stringify({ group: 'x'.repeat(70_000) }))), [413, 'too_large']);
  assert.deepEqual(await status(post('board.head', '{}', { origin: 'https://evil.example' })), [403, 'forbidden']);
  assert.deepEqual(await status(post('board.head', '{}', { 'sec-fetch-site': 'cross-site' })), [403, 'forbidden']);
  assert.deepEqual(await status(post('board.head', '{}', { cookie: '' })), [401, 'signed_out']);
  assert.deepEqual(await status(post('board.nothing', '{}')), [404, 'no_such_action']);
});

test('sockets: only from our own pages, only with a session, only with a hello', async () => {
  const { default: WebSocket } = await import('ws');
  const statusOf = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${open.address.replace('http', 'ws')}/live`, 'nharong.v1', { headers });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('error', (error) => reject(error));
    });
  const cookie = `token=${writer}`;
  const own = open.address;
  assert.equal(await statusOf({ cookie, origin: own }), 101);
  assert.equal(await statusOf({ cookie }), 403);
  assert.equal(await statusOf({ origin: own }), 401);
  const port = new URL(own).port;
  for (const origin of [
    'null',
    'https://evil.example',
    `${own}.evil.example`,
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${Number(port) + 1}`,
    `${own}/`,
    own.toUpperCase(),
    `http://x@127.0.0.1:${port}`,
  ]) {
    assert.equal(await statusOf({ cookie, origin }), 403, origin);
  }
  const client = await connect(writer);
  client.socket.send(JSON.stringify({ hello: { version: 1, streams: { x: 1 } } }));
  client.socket.send('{"do":"board.head"}');
  client.socket.send(Buffer.from('binary'));
  await client.until(() => client.closed !== undefined);
  assert.equal(client.closed!.code, 1003);
});

test('health, figures and the contract are there', async () => {
  assert.equal((await fetch(`${open.address}/healthz`)).status, 200);
  assert.deepEqual(await (await fetch(`${open.address}/readyz`)).json(), { ready: true, database: true });
  assert.match(await (await fetch(`${open.address}/metrics`)).text(), /nharong_sockets/);
  assert.equal((await fetch(`${open.address}/metrics`, { headers: { 'x-forwarded-for': '8.8.8.8' } })).status, 404);
  const document = (await (await fetch(`${open.address}/api/openapi.json`)).json()) as {
    paths: Record<string, unknown>;
  };
  assert.ok(document.paths['/api/board.write']);
});

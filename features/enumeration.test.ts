import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import pg from 'pg';

import type { ActionSpec } from '../protocol/action.ts';
import { newId } from '../protocol/id.ts';
import { TestBrowser } from '../testing/browser.ts';
import { furnish } from '../testing/furniture.ts';
import { Grammar, schemaOf } from '../testing/grammar.ts';
import type { Known } from '../testing/grammar.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse, TestPerson } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import { Random } from '../testing/random.ts';
import { actions } from './contracts.ts';
import type { ActionName } from './contracts.ts';

/**
 * Nobody learns from an answer what they may not know: who is on the staff list, which groups and photos there are. The answers
 * are compared byte by byte, and the work behind them statement by statement. TIMING=2000 compares so many times as well, which
 * wants a quiet machine.
 */
const TIMING = Number(process.env.TIMING ?? 0);
let house: TestHouse;
let known: Known;
/** What this process asks of the database, in its order: single statements, and the statements of each transaction. */
const pieces: string[][] = [];
const open = new Map<pg.Client, string[]>();

function note(client: pg.Client, text: string): void {
  const begins = /^begin/i.test(text);
  const inside = begins ? undefined : open.get(client);
  if (inside) inside.push(text);
  else pieces.push([text]);
  if (begins) open.set(client, pieces.at(-1)!);
  if (/^(commit|rollback)/i.test(text)) open.delete(client);
}

before(async () => {
  // Before the first connection is made.
  const { query } = pg.Client.prototype;
  const spied = function (this: pg.Client, ...args: unknown[]): unknown {
    const [first] = args as [string | { text?: string }];
    note(this, typeof first === 'string' ? first : String(first?.text));
    return Reflect.apply(query, this, args);
  };
  pg.Client.prototype.query = spied as typeof query;
  house = await openTestHouse({ limits: false });
  known = await furnish(house);
  closeBefore(() => Promise.resolve(void (pg.Client.prototype.query = query)));
});

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly statements: readonly string[];
}

/**
 * What was done for an answer: all up to its commit. What follows it is done one challenge after the other and is no part of
 * it, nor is the audit log, which is chained beside everything, nor whom devices are to be told of, which is found later. Nor
 * who asks, which is known for some seconds without a statement.
 */
function workSince(from: number): string[] {
  const beside = /from audit|pg_advisory_xact_lock\(\$1::bigint\)|push_cursors|from pushes|prepared session\.use/;
  const texts = pieces.slice(from).filter((it) => it.length > 1 || !/^begin/i.test(it[0]!));
  const own = texts.filter((it) => !it.some((text) => beside.test(text))).flat();
  const end = own.findIndex((it) => /^commit/i.test(it));
  return end < 0 ? own : own.slice(0, end + 1);
}

async function settled(): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from challenges where code is null and not dead`.execute(house.db);
    if (rows.length === 0) return;
  }
}

/** One answer without what is different each time: ids, times, cookies' values, and whatever was asked about. */
async function told(run: () => Promise<Response>, about: readonly string[]): Promise<Told> {
  const from = pieces.length;
  const response = await run();
  const text = await response.text();
  const list = workSince(from);
  const plain = (value: string): string => {
    let it = value;
    for (const [at, each] of about.entries()) it = it.replaceAll(each, `<${at}>`);
    return it
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
      .replace(/\b1[789]\d{11}\b/g, '<time>')
      .replace(/=[\w-]{43};/g, '=<token>;');
  };
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
  return {
    status: response.status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, plain(value)])),
    body: plain(text),
    statements: list,
  };
}

function post(who: TestPerson | undefined, name: string, input: unknown, address = '203.0.113.7'): Promise<Response> {
  return fetch(`${house.address}/api/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': newId(),
      'x-forwarded-for': address,
      origin: house.address,
      ...(who ? { cookie: who.cookie } : {}),
    },
    body: JSON.stringify(input),
  });
}

let made = 0;
/** A number that is on the list in this state, or on none. */
async function newNumber(state?: 'active' | 'waiting' | 'left' | 'disabled', registered = false): Promise<string> {
  made += 1;
  const phone = `+8494${String(made).padStart(4, '0')}318`;
  if (state) {
    const id = newId();
    await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(house.db);
    await sql`
      insert into accounts (id, phone, name, state, registered_at)
      values (${id}, ${phone}, 'Puih Thưng', ${state}, ${registered ? new Date() : null})`.execute(house.db);
  }
  return phone;
}

const address = (): string => `198.18.${(made += 1) >> 8}.${made & 255}`;

const states = [
  ['nobody', () => newNumber()],
  ['on the list', () => newNumber('active')],
  ['signed in before', () => newNumber('active', true)],
  ['waiting', () => newNumber('waiting')],
  ['left', () => newNumber('left', true)],
  ['disabled', () => newNumber('disabled', true)],
] as const;

test('asking for a code, and entering wrong ones, tells nothing of the number', async () => {
  // What is prepared once by a first use is no difference between numbers.
  await told(() => post(undefined, 'account.requestCode', { phone: '0905 000 001' }, address()), []);
  const answers = new Map<string, Told[]>();
  for (const [what, number] of states) {
    const phone = await number();
    const browser = new TestBrowser(house, { address: address() });
    await browser.post('agency.get', {});
    await settled();
    const person: TestPerson = { id: '', session: '', cookie: browser.cookie };
    const from = address();
    let challenge = '';
    const asked = await told(async () => {
      const response = await post(person, 'account.requestCode', { phone }, from);
      challenge = ((await response.clone().json()) as { challenge: string }).challenge;
      return response;
    }, [phone, phone.replace('+84', '0')]);
    await settled();
    const list = [asked];
    for (const code of ['00000000', '11111111', '22222222'])
      list.push(await told(() => post(person, 'account.verifyCode', { challenge, code }, from), [phone]));
    list.push(await told(() => post(person, 'account.requestCode', { phone }, from), [phone]));
    list.push(await told(() => post(person, 'account.register', { challenge, name: 'Kẻ Lạ' }, from), [phone]));
    answers.set(what, list);
  }
  const nobody = answers.get('nobody')!;
  assert.deepEqual(
    nobody.map((it) => it.status),
    [200, 200, 200, 200, 429, 410],
  );
  for (const [what, list] of answers) assert.deepEqual(list, nobody, what);
});

/** What a stranger is told of a group that is there, and of one that is not, by every action that names one. */
test('a group that one is not in is none, for every action', async () => {
  const grammar = new Grammar(new Random(7), known);
  const there = house.group;
  let compared = 0;
  for (const [name, spec] of Object.entries(actions) as [ActionName, ActionSpec][]) {
    const field = name === 'stream.read' ? 'stream' : 'group';
    if (spec.who !== 'account' || !(spec.scope === 'group' || name === 'stream.read')) continue;
    let input: Record<string, unknown> = {};
    // A document has rules that no schema tells: malformed then, for the one group as for the other.
    for (let tries = 0; tries < 200 && !spec.input.safeParse(input).success; tries += 1)
      input = { ...(grammar.input(schemaOf(spec.input)) as object), [field]: there };
    for (const who of [house.cast.stranger, house.cast.left]) {
      const look = (group: string): Promise<Told> => told(() => post(who, name, { ...input, [field]: group }), [group]);
      // Twice each, so that what is remembered is remembered of both.
      const none = newId();
      await look(there);
      await look(none);
      const [a, b] = [await look(there), await look(none)];
      assert.deepEqual({ ...a, statements: [] }, { ...b, statements: [] }, name);
      assert.deepEqual(a.statements, b.statements, `${name}: another number of statements`);
      compared += 1;
    }
  }
  assert.ok(compared > 20, `${compared} compared`);
});

test('people and photos one may not see are none', async () => {
  const stranger = house.cast.stranger;
  const hidden: string[] = [];
  for (const state of ['waiting', 'left', 'disabled'] as const) {
    const phone = await newNumber(state);
    hidden.push(
      (await sql<{ id: string }>`select id from accounts where phone = ${phone}`.execute(house.db)).rows[0]!.id,
    );
  }
  const photo = newId();
  await sql`insert into photos (id, owner, large, small) values (${photo}, ${house.group}, 'x', 'x')`.execute(house.db);
  await sql`update groups set photo = ${photo} where id = ${house.group}`.execute(house.db);
  const asks: readonly (readonly [what: string, there: string, ask: (id: string) => Promise<Response>])[] = [
    ...hidden.flatMap((id) =>
      (
        [
          ['directory.person', (account: string) => ({ account })],
          ['group.openPair', (account: string) => ({ account })],
          ['group.create', (account: string) => ({ name: 'Tổ', kind: 'area', members: [account] })],
        ] as const
      ).map(([name, input]) => [`${name} ${id}`, id, (each: string) => post(stranger, name, input(each))] as const),
    ),
    ['device.signOut', house.cast.leader.session, (id) => post(stranger, 'device.signOut', { device: id })],
    ['stream.read', house.cast.leader.id, (id) => post(stranger, 'stream.read', { stream: id, after: 0 })],
    ['chat.list', house.group, (id) => post(stranger, 'chat.list', { groups: [id] })],
    ['receipt.mark', house.group, (id) => post(stranger, 'receipt.mark', { marks: [{ group: id, read: 1 }] })],
    ['member.readNumbers', house.group, (id) => post(stranger, 'member.readNumbers', { group: id, lines: ['0905'] })],
    ['photo', photo, (id) => fetch(`${house.address}/photos/${id}`, { headers: { cookie: stranger.cookie } })],
    [
      'large photo',
      photo,
      (id) => fetch(`${house.address}/photos/${id}/large`, { headers: { cookie: stranger.cookie } }),
    ],
    ['photo of nobody', photo, (id) => fetch(`${house.address}/photos/${id}`)],
  ];
  for (const [what, there, ask] of asks) {
    const none = newId();
    await told(() => ask(none), []);
    const [a, b] = [await told(() => ask(there), [there]), await told(() => ask(none), [none])];
    assert.deepEqual(a, b, what);
  }
});

test('a hidden number is found only by who knows it whole', async () => {
  const phone = await newNumber('active', true);
  await sql`update accounts set phone_shown = 'nobody' where phone = ${phone}`.execute(house.db);
  for (let digits = 4; digits < 9; digits += 1) {
    const query = phone.slice(-digits);
    const [a, b] = [query, String((Number(query) + 1) % 10 ** digits).padStart(digits, '0')];
    const first = await told(() => post(house.cast.stranger, 'directory.search', { query: a }), [a]);
    const second = await told(() => post(house.cast.stranger, 'directory.search', { query: b }), [b]);
    assert.equal(first.body, second.body, `${digits} digits`);
  }
});

/** The largest distance between the distributions of two samples (Kolmogorov–Smirnov), and how likely it is by chance. */
function ks(a: readonly number[], b: readonly number[]): { distance: number; p: number } {
  const [x, y] = [a.toSorted((p, q) => p - q), b.toSorted((p, q) => p - q)];
  let [i, j, distance] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= at) i += 1;
    while (j < y.length && y[j]! <= at) j += 1;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const n = Math.sqrt((x.length * y.length) / (x.length + y.length));
  const lambda = (n + 0.12 + 0.11 / n) * distance;
  let p = 0;
  for (let k = 1; k <= 100; k += 1) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * lambda * lambda);
  return { distance, p: Math.min(1, Math.max(0, p)) };
}

if (TIMING > 0)
  test('an answer takes as long for a number that is known', async (t) => {
    const times = { known: [] as number[], unknown: [] as number[] };
    // All before the first is measured, so that nothing precedes the one that does not precede the other.
    const phones = { known: [] as string[], unknown: [] as string[] };
    for (let n = 0; n < TIMING + 50; n += 1) {
      phones.known.push(await newNumber('active', true));
      phones.unknown.push(await newNumber());
    }
    for (let n = 0; n < TIMING + 50; n += 1) {
      // In turn, and each first as often as the other.
      const order = n % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
      for (const which of order) {
        const phone = phones[which][n]!;
        const from = address();
        const since = performance.now();
        await (await post(undefined, 'account.requestCode', { phone }, from)).arrayBuffer();
        if (n >= 50) times[which].push(performance.now() - since);
        await settled();
      }
      await sql`delete from challenges`.execute(house.db);
    }
    const { distance, p } = ks(times.known, times.unknown);
    const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!;
    t.diagnostic(
      `2 × ${TIMING}: medians ${median(times.known).toFixed(3)} and ${median(times.unknown).toFixed(3)} ms, distance ${distance.toFixed(4)}, p ${p.toFixed(3)}`,
    );
    assert.ok(p > 0.01, `p ${p}`);
  });

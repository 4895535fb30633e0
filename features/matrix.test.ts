import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { sql } from 'kysely';
import WebSocket from 'ws';

import type { ActionSpec } from '../protocol/action.ts';
import { CLOSE } from '../protocol/frame.ts';
import { newId } from '../protocol/id.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { openActors } from '../testing/actors.ts';
import type { Actors } from '../testing/actors.ts';
import { ClientProblem } from '../testing/client.ts';
import { fingerprint } from '../testing/fingerprint.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { ACTORS, addPlaces, COLLEAGUES, NOBODY, rows } from '../testing/rights.ts';
import type { ActorName, Outcomes, Row, Things } from '../testing/rights.ts';
import { actions } from './contracts.ts';
import type { ActionName } from './contracts.ts';

/**
 * The matrix of rights: every actor at every door does every action of the registry with an object of theirs, with other
 * people's and with one that does not exist, and is answered as `testing/rights.ts` says. Nobody learns from an answer
 * whether what they may not know of exists, and who is refused has changed nothing.
 */
const all = Object.entries(actions) as [ActionName, ActionSpec][];

type ObjectName = 'ours' | 'theirs' | 'absent';
type Door = 'http' | 'socket';
type Answer = { readonly code: string; readonly whole: string };

const holds = (list: readonly ActorName[] | undefined, actor: ActorName): boolean => list?.includes(actor) ?? false;
const signedIn = (actor: ActorName): boolean => holds(COLLEAGUES, actor);

function expected({ may, lets, instead, forbidden, confirm, unseen, silent }: Outcomes, actor: ActorName): string {
  if (holds(may, actor)) return instead?.[actor] ?? lets ?? 'done';
  if (holds(silent, actor)) return 'done';
  if (holds(forbidden, actor)) return 'forbidden';
  if (holds(confirm, actor)) return 'confirm_needed';
  return signedIn(actor) || holds(unseen, actor) ? 'not_found' : 'signed_out';
}

let house: TestHouse;
let actors: Actors;

before(async () => {
  house = await openTestHouse({ limits: false });
  actors = await openActors(house);
});

async function ask(door: Door, actor: ActorName, name: ActionName, input: unknown): Promise<Answer> {
  const id = newId();
  if (door === 'http') {
    const { status, body } = await house.post(actors.person(actor), name, input, id);
    const code = status === 200 ? 'done' : String((body as { code?: unknown }).code);
    return { code, whole: `${status} ${JSON.stringify(body)}` };
  }
  const client = await actors.socket(actor);
  try {
    return { code: 'done', whole: JSON.stringify(await client.callRaw(name, input, id)) };
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    return { code: error.code, whole: JSON.stringify(error.wire) };
  }
}

interface Cell {
  readonly name: ActionName;
  readonly door: Door;
  readonly actor: ActorName;
  readonly object: ObjectName;
  readonly wanted: string;
  /** The answer must not tell this object from one that does not exist. */
  readonly hidden: boolean;
  /** May change something: done alone, with objects of its own. */
  readonly alone: boolean;
}

function cellsOf(name: ActionName, spec: ActionSpec, row: Row): Cell[] {
  const cells: Cell[] = [];
  for (const object of ['ours', 'theirs', 'absent'] as const) {
    const outcomes = row.rights[object];
    if (!outcomes) continue;
    for (const actor of ACTORS) {
      const wanted = expected(outcomes, actor);
      const lets = holds(outcomes.may, actor);
      const hidden = !lets && signedIn(actor) && (wanted === 'not_found' || wanted === 'done');
      const alone = lets && (spec.kind === 'change' || spec.kind === 'append');
      cells.push({ name, door: 'http', actor, object, wanted, hidden, alone });
      if (!signedIn(actor)) continue;
      if (row.door === 'http')
        cells.push({ name, door: 'socket', actor, object, wanted: 'wrong_door', hidden: false, alone: false });
      else cells.push({ name, door: 'socket', actor, object, wanted, hidden, alone });
    }
  }
  return cells;
}

/** What the actor's own is: for an act that changes something made anew, so that none spoils the next one's. */
async function thingsFor({ actor, object, name, alone }: Cell): Promise<Things> {
  if (object !== 'ours') return actors[object];
  const person = actors.person(actor);
  const own = { ...actors.ours, account: person?.id ?? actors.ours.account };
  if (!alone) return own;
  words += 1;
  const word = String(words);
  return {
    ...own,
    group: await actors.group(),
    word,
    ...(name === 'device.signOut' && person ? { device: (await house.addDevice(person)).session } : {}),
    ...(/^(unit|area)\./.test(name) ? await addPlaces(house, word, actors.person('administrator')) : {}),
  };
}

let words = 0;
let cells = 0;

/** What somebody who may has begun goes on by itself: it would be taken for what the next row’s people did. */
async function workOver(): Promise<void> {
  const over = async (): Promise<boolean> => {
    const { rows } = await sql`select from rescans where state = 'running'`.execute(house.db);
    return rows.length === 0;
  };
  for (const until = performance.now() + 30_000; !(await over()); await setTimeout(50))
    assert.ok(performance.now() < until, 'a look at what is stored does not end');
}

/** Whoever is in a call begins no other. */
async function hangUp(actor: ActorName): Promise<void> {
  const { rows } = await sql<{ group: string; call: string }>`
    select group_id as "group", id as call from calls where ended_at is null and maker = ${actors.person(actor)!.id}`.execute(
    house.db,
  );
  for (const it of rows) assert.equal((await house.post(actors.person(actor), 'call.end', it)).status, 200);
}

for (const [name, spec] of all) {
  test(`who may: ${name}`, async () => {
    const row = rows[name];
    // By what was wrong: who got it.
    const unexpected: Record<string, string[]> = {};
    const complain = (where: string, what: string): number => (unexpected[what] ??= []).push(where);
    const hidden = new Map<string, Answer>();
    const run = async (cell: Cell): Promise<void> => {
      const { door, actor, object, wanted } = cell;
      const answer = await ask(door, actor, name, row.input(await thingsFor(cell)));
      cells += 1;
      const where = `${actor}, ${object}, ${door}`;
      if (answer.code !== wanted) complain(where, `${wanted} expected, not ${answer.whole}`);
      else if (wanted === 'forbidden' && !/"right":"[a-z]+\.[A-Za-z]+"/.test(answer.whole))
        complain(where, `the right is not named: ${answer.whole}`);
      if (cell.hidden) hidden.set(where, answer);
    };

    const list = cellsOf(name, spec, row);
    const quiet = list.filter((it) => !it.alone);
    await workOver();
    const first = await fingerprint(house.db);
    await Promise.all(
      ACTORS.map(async (actor) => {
        for (const cell of quiet) if (cell.actor === actor) await run(cell);
      }),
    );
    if (spec.kind !== 'signal' && (await fingerprint(house.db)) !== first)
      complain('one of them', 'something was changed by those who may not');
    for (const cell of list) {
      if (!cell.alone) continue;
      await run(cell);
      if (name === 'device.signOutThis') await actors.renew(cell.actor);
      if (name === 'call.start') await hangUp(cell.actor);
    }

    for (const [where, answer] of hidden) {
      const [actor, , door] = where.split(', ');
      const nothing = hidden.get(`${actor}, absent, ${door}`);
      if (answer.whole !== nothing?.whole)
        complain(where, `${answer.whole}, but for what does not exist ${nothing?.whole}`);
    }
    assert.deepEqual(unexpected, {});
  });
}

const commands = (): string[] =>
  all.map(([name]) => JSON.stringify({ id: newId(), do: name, with: rows[name].input(actors.ours) }));

/** Asks for a socket and says everything at once, without waiting to be let in; all that is answered. */
async function sayBlindly(cookie: string | undefined, frames: readonly string[]): Promise<string> {
  const { hostname, port, host } = new URL(house.address);
  const line = dial({ host: hostname, port: Number(port) });
  line.write(
    `GET /live HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${house.address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${SOCKET_PROTOCOL}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
      `${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`,
  );
  for (const frame of frames) line.write(maskedFrame(frame));
  let answer = '';
  line.on('error', () => undefined);
  line.on('data', (part: Buffer) => (answer += part.toString('latin1')));
  await once(line, 'close');
  return answer;
}

/** A text frame as a browser sends it (RFC 6455 §5.2), under a mask of zeros. */
function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(payload.length);
  return Buffer.concat([Buffer.from([0x81, 0xfe]), size, Buffer.alloc(4), payload]);
}

test('who has no session that holds gets no socket, and does nothing on one', async () => {
  const first = await fingerprint(house.db);
  const hello = JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams: {} } });
  for (const actor of NOBODY) {
    const answer = await sayBlindly(actors.person(actor)?.cookie, [hello, ...commands()]);
    assert.match(answer, /^HTTP\/1\.1 401 [^\r]*\r\n([\w-]+: [^\r]*\r\n)+\r\n$/, actor);
    cells += all.length;
  }
  assert.equal(await fingerprint(house.db), first);
});

test('on a device that was signed out nothing more is done, although it was connected', async () => {
  const person = await house.addDevice(actors.person('owner')!);
  const client = await house.connect(person);
  await house.post(actors.person('owner'), 'device.signOut', { device: person.session });
  const first = await fingerprint(house.db);
  const heard: string[] = [];
  client.socket.on('message', (data) => heard.push(String(data)));
  if (!client.closed) for (const frame of commands()) client.socket.send(frame);
  cells += all.length;
  if (!client.closed) await once(client.socket, 'close');
  assert.deepEqual(heard, []);
  assert.equal(client.closed?.code, CLOSE.signedOut);
  assert.equal(await fingerprint(house.db), first);
});

test('before a device has said who it is, it does nothing', async () => {
  const socket = new WebSocket(`${house.address.replace(/^http/, 'ws')}/live`, SOCKET_PROTOCOL, {
    headers: { cookie: actors.person('owner')!.cookie, origin: house.address },
  });
  await once(socket, 'open');
  const first = await fingerprint(house.db);
  const answers: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    answers.push((JSON.parse((data as Buffer).toString()) as { problem?: { code: string } }).problem?.code ?? 'done');
    if (answers.length === all.length) resolve();
  });
  for (const frame of commands()) socket.send(frame);
  await promise;
  cells += answers.length;
  assert.deepEqual([...new Set(answers)], ['malformed']);
  assert.equal(await fingerprint(house.db), first);
  socket.terminate();
});

test('the whole matrix was walked', (t) => {
  t.diagnostic(`${cells} cells`);
  assert.ok(cells > all.length * (ACTORS.length + NOBODY.length));
});

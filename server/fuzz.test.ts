import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as ask } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import WebSocket from 'ws';

import { governs } from '../protocol/action.ts';
import type { ActionSpec } from '../protocol/action.ts';
import { CLOSE } from '../protocol/frame.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import { isId, newId } from '../protocol/id.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { actions } from '../features/contracts.ts';
import type { CastName } from '../testing/cast.ts';
import { digestOf } from '../testing/digest.ts';
import { furnish } from '../testing/furniture.ts';
import { Grammar, schemaOf } from '../testing/grammar.ts';
import type { Schema } from '../testing/grammar.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse, TestPerson } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import { Random } from '../testing/random.ts';
import { isTyped } from '../testing/typed.ts';

/**
 * Every action of the registry is given inputs made from its shape, right ones and almost right ones, and any JSON at all,
 * at both doors. FUZZ_INPUTS sets how many (20,000), FUZZ_SEED which.
 */
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 32);
/** At once, of all callers together. */
const ABREAST = 24;
/** Each of them starts a worker, and holds the directory while it reads. */
const IMPORTS_MOST = 3;

const all = Object.entries(actions) as [string, ActionSpec][];
const random = new Random(SEED);
const unhandled: unknown[] = [];
/** Answers that nobody may get, by action and code, with one input that got it. */
const strange = new Map<string, string>();
const hear = (error: unknown): void => void unhandled.push(error);

let house: TestHouse;
let grammar: Grammar;
const schemas = new Map<string, Schema>(all.map(([name, spec]) => [name, schemaOf(spec.input)]));
const lines = new Map<TestPerson, Promise<Line>>();
const agent = new Agent({ keepAlive: true, maxSockets: ABREAST });

before(async () => {
  house = await openTestHouse({ limits: false });
  grammar = new Grammar(random, await furnish(house));
  process.on('unhandledRejection', hear);
  process.on('uncaughtException', hear);
  closeBefore(async () => {
    agent.destroy();
    for (const line of lines.values()) (await line).socket.terminate();
    process.off('unhandledRejection', hear);
    process.off('uncaughtException', hear);
  });
});

interface Attempt {
  readonly name: string;
  readonly spec: ActionSpec;
  readonly body: string;
  readonly id: string;
  readonly who: TestPerson | undefined;
  readonly door: 'http' | 'socket';
}

interface Answer {
  readonly ok: boolean;
  readonly code: string;
  readonly status: number;
}

/** A socket of one person; every frame sent is answered by exactly one. */
class Line {
  readonly socket: WebSocket;
  /** The same id may be under way twice. */
  readonly #named = new Map<string, ((frame: ServerFrame) => void)[]>();
  readonly #nameless: ((frame: ServerFrame) => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ServerFrame;
      if (!('ok' in frame) && !('problem' in frame)) return;
      const { id } = frame;
      if (id === undefined) this.#nameless.shift()?.(frame);
      else {
        const waiting = this.#named.get(id);
        waiting?.shift()?.(frame);
        if (waiting?.length === 0) this.#named.delete(id);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      const why = code === CLOSE.signedOut ? 'signed_out' : `closed ${code}`;
      for (const answer of [...[...this.#named.values()].flat(), ...this.#nameless]) answer({ problem: { code: why } });
    });
  }

  static async open(person: TestPerson): Promise<Line> {
    const socket = new WebSocket(`${house.address.replace('http', 'ws')}/live`, SOCKET_PROTOCOL, {
      headers: { cookie: person.cookie, origin: house.address },
    });
    const line = new Line(socket);
    const refused = once(socket, 'unexpected-response').then(([, it]) => (it as IncomingMessage).statusCode);
    const status = await Promise.race([once(socket, 'open').then(() => 101), refused]);
    if (status === 401) return line;
    assert.equal(status, 101);
    const welcome = Promise.race([once(socket, 'message'), once(socket, 'close')]);
    socket.send(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams: {} } }));
    await welcome;
    return line;
  }

  say(frame: string, id: string | undefined): Promise<ServerFrame> {
    const { promise, resolve } = Promise.withResolvers<ServerFrame>();
    if (id === undefined) this.#nameless.push(resolve);
    else this.#named.set(id, [...(this.#named.get(id) ?? []), resolve]);
    this.socket.send(frame);
    return promise;
  }
}

async function overSocket({ name, body, id, who }: Attempt): Promise<Answer> {
  if (!lines.has(who!)) lines.set(who!, Line.open(who!));
  const line = await lines.get(who!)!;
  // Signed out meanwhile, by one of the inputs.
  if (line.socket.readyState !== WebSocket.OPEN) return { ok: false, code: 'signed_out', status: 0 };
  const frame = `{"id":${JSON.stringify(id)},"do":${JSON.stringify(name)},"with":${body}}`;
  const answer = await line.say(frame, idOf(frame));
  if ('problem' in answer) return { ok: false, code: answer.problem.code, status: 0 };
  return { ok: true, code: '', status: 200 };
}

/** The id under which the door will answer; undefined where it cannot have read one. */
function idOf(frame: string): string | undefined {
  try {
    const { id } = JSON.parse(frame) as { id?: unknown };
    return typeof id === 'string' && id.length <= 64 ? id : undefined;
  } catch {
    return undefined;
  }
}

async function overHttp({ name, body, id, who }: Attempt): Promise<Answer> {
  const sent = ask(`${house.address}/api/${name}`, {
    agent,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': id,
      origin: house.address,
      ...(who ? { cookie: who.cookie } : {}),
    },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await response.toArray()).toString();
  const { statusCode: status = 0 } = response;
  const told = JSON.parse(text) as { code?: string; status?: number };
  if (status === 200) return { ok: true, code: '', status };
  assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8', text);
  assert.equal(told.status, status, text);
  return { ok: false, code: String(told.code), status };
}

let imports = 0;

/** Whether an input has the declared shape, whatever may come of it then. */
function fits(spec: ActionSpec, body: string): boolean {
  try {
    return spec.input.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}

async function nextAttempt(): Promise<Attempt> {
  const [name, spec] = random.pick(all);
  let value = grammar.input(schemas.get(name)!);
  const kind = random.below(10);
  if (kind >= 5 && kind < 8) for (let n = 1 + random.below(3); n > 0; n -= 1) value = grammar.mutated(value);
  else if (kind === 8) value = grammar.json();
  let body = kind === 9 ? grammar.garbled(value) : (JSON.stringify(value) ?? 'null');
  if (name.startsWith('import.') && fits(spec, body) && (imports += 1) > IMPORTS_MOST) body = '{}';
  const id = random.percent(97)
    ? newId()
    : random.pick(['', 'x', '00000000-0000-0000-0000-000000000000', newId().toUpperCase()]);
  // More than a frame may be closes the line, for all that is under way on it.
  const fitsFrame = Buffer.byteLength(body) < 60_000;
  const door = spec.door === 'http' || spec.who === 'anyone' || random.percent(50) || !fitsFrame ? 'http' : 'socket';
  return {
    name,
    spec,
    body,
    id: door === 'socket' && id.length === 0 ? 'y' : id,
    who: await callerOf(name, spec),
    door,
  };
}

/** Who may do it most often; who signs out is somebody of whom nothing else is wanted. */
async function callerOf(name: string, spec: ActionSpec): Promise<TestPerson | undefined> {
  if (spec.who === 'anyone') return random.percent(90) ? undefined : house.cast.member;
  if (/^device\.signOut|^member\.leave$/.test(name)) return random.percent(80) ? leaver() : house.addPerson();
  if (governs(spec.who)) return random.percent(90) ? house.cast.administrator : house.cast.clerk;
  return house.cast[random.pick(['leader', 'leader', 'deputy', 'clerk', 'member', 'reader', 'stranger'] as CastName[])];
}

let leaving: Promise<TestPerson> | undefined;
/** Signed out sooner or later, so another one now and then. */
function leaver(): Promise<TestPerson> {
  if (!leaving || random.percent(2)) leaving = house.addPerson();
  return leaving;
}

const say = (it: Attempt): string => `${it.door} ${it.name} ${it.id} ${it.body.slice(0, 500)}`;

async function perform(attempt: Attempt): Promise<Answer> {
  const answer = await (attempt.door === 'http' ? overHttp(attempt) : overSocket(attempt));
  if (!answer.ok && !isTyped(attempt.spec, answer.code, answer.status))
    strange.set(`${attempt.name}: ${answer.code}`, say(attempt));
  return answer;
}

/** So many attempts, some at once; answers those that were refused, and how many were not. */
async function fuzz(count: number): Promise<{ refused: Attempt[]; done: number }> {
  const refused: Attempt[] = [];
  let done = 0;
  let left = count;
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      while (left > 0) {
        left -= 1;
        const attempt = await nextAttempt();
        if ((await perform(attempt)).ok) done += 1;
        else refused.push(attempt);
      }
    }),
  );
  return { refused, done };
}

/** Codes are put on challenges after the answer; what is stored is looked at anew beside all acts. */
async function settle(): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { rows } = await sql`
      select 1 from challenges where code is null and proved_at is null and not dead
      union all select 1 from rescans where state = 'running'`.execute(house.db);
    if (rows.length === 0) return;
    assert.ok(Date.now() < deadline, 'codes were not made, or a look at what is stored does not end');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let n = 0; n < 3; n += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test(`${INPUTS} inputs of every kind: typed answers, no fault, memory back`, async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED} FUZZ_INPUTS=${INPUTS}`);
  const refused: Attempt[] = [];
  let done = 0;
  const round = async (count: number): Promise<void> => {
    const it = await fuzz(count);
    refused.push(...it.refused.slice(0, 300));
    done += it.done;
  };
  // What is compiled, cached and pooled on first use is no leak.
  await round(Math.floor(INPUTS / 2));
  const before = heap();
  await round(Math.ceil(INPUTS / 2));
  const ratio = heap() / before;
  t.diagnostic(
    `${done} done, ${INPUTS - done} refused; heap ${(before / 2 ** 20).toFixed(1)} MB, after the second half × ${ratio.toFixed(3)}`,
  );
  assert.deepEqual([...strange], [], `FUZZ_SEED=${SEED}`);
  const share = done / INPUTS;
  assert.ok(share > 0.1 && share < 0.7, `${done} of ${INPUTS} done: too few or too many to prove much`);
  assert.ok(ratio < 1.1, `memory grew by ${ratio}`);
  assert.deepEqual(unhandled, []);

  await settle();
  const digest = await digestOf(house.db);
  let again = 0;
  for (const attempt of refused) {
    // What was refused because something was not there may be there meanwhile. Only changes need a key.
    if (fits(attempt.spec, attempt.body) && (isId(attempt.id) || attempt.spec.kind === 'query')) continue;
    assert.ok(!(await perform(attempt)).ok, say(attempt));
    again += 1;
  }
  assert.ok(again >= 200, `${again} refused again`);
  assert.equal(await digestOf(house.db), digest, 'what is refused changes nothing');
  assert.deepEqual(unhandled, []);
});

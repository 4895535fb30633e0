import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import type { ActionSpec } from '../protocol/action.ts';
import type { EventFrame } from '../protocol/frame.ts';
import { newId } from '../protocol/id.ts';
import type { CastName } from '../testing/cast.ts';
import { ClientProblem } from '../testing/client.ts';
import type { TestClient } from '../testing/client.ts';
import { digestOf } from '../testing/digest.ts';
import { furnish } from '../testing/furniture.ts';
import { Grammar, schemaOf, textsIn, valueAt, withAt } from '../testing/grammar.ts';
import type { Known, Path } from '../testing/grammar.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { NAUGHTY } from '../testing/naughty.ts';
import { Random } from '../testing/random.ts';
import { isTyped } from '../testing/typed.ts';
import { actions } from './contracts.ts';
import type { ActionName } from './contracts.ts';
import type { Message } from './messages/protocol.ts';

/** Every naughty string into every text of every action; what is taken comes back as it is, what is not is told so. */
const all = Object.entries(actions) as [ActionName, ActionSpec][];
let house: TestHouse;
let known: Known;
const clients = new Map<CastName, Promise<TestClient>>();

before(async () => {
  house = await openTestHouse({ limits: false });
  known = await furnish(house);
});

function clientOf(who: CastName): Promise<TestClient> {
  let client = clients.get(who);
  if (!client) clients.set(who, (client = house.connect(who)));
  return client;
}

/** The answer over the socket where the action is offered there; undefined where it is a problem, which must be a typed one. */
async function ask(
  who: CastName | undefined,
  name: ActionName,
  input: unknown,
): Promise<{ ok?: unknown; code?: string }> {
  const spec: ActionSpec = actions[name];
  if (who && spec.door !== 'http') {
    try {
      return { ok: await (await clientOf(who)).callRaw(name, input) };
    } catch (error) {
      assert.ok(error instanceof ClientProblem && isTyped(spec, error.code), `${name}: ${String(error)}`);
      return { code: error.code };
    }
  }
  const { status, body } = await house.post(who, name, input);
  if (status === 200) return { ok: body };
  const { code } = body as { code: string };
  assert.ok(isTyped(spec, code, status), `${name}: ${status} ${code} to ${JSON.stringify(input).slice(0, 300)}`);
  return { code };
}

async function got(who: CastName, name: ActionName, input: unknown, path: Path): Promise<unknown> {
  const answer = await ask(who, name, input);
  assert.ok('ok' in answer, `${name}: ${answer.code}`);
  return valueAt(answer.ok, path);
}

async function inParts<T>(list: readonly T[], run: (it: T) => Promise<void>, size = 32): Promise<void> {
  for (let at = 0; at < list.length; at += size) await Promise.all(list.slice(at, at + size).map(run));
}

function parsed(name: ActionName, input: unknown, path: Path): string | undefined {
  const result = actions[name].input.safeParse(input);
  return result.success ? (valueAt(result.data, path) as string) : undefined;
}

/** What is left of a text without what a line of text may lose: white space, and what nobody sees. */
const seen = (text: string): string =>
  text.normalize('NFC').replace(/[\s\p{Default_Ignorable_Code_Point}\u061c\u200e\u200f\u2800]/gu, '');

/** Where a text is kept: the action and the input that put it there, and where it is read again. */
interface Kept {
  readonly name: ActionName;
  readonly as: CastName;
  readonly path: Path;
  readonly input: () => unknown;
  readonly read: () => Promise<unknown[]>;
}

const group = (): string => house.group;
const help = { name: 'Siu H’Nga', phone: '0269 3 600 114', email: '' };
const changed = (field: string): Kept => ({
  name: 'group.change',
  as: 'leader',
  path: [field],
  input: () => ({ group: group() }),
  read: async () => [
    await got('member', 'group.get', { group: group() }, [field]),
    ...(field === 'name' ? [await got('member', 'chat.list', { groups: [group()] }, ['chats', 0, 'name'])] : []),
  ],
});

const kept: readonly Kept[] = [
  {
    name: 'agency.change',
    as: 'administrator',
    path: ['name'],
    input: () => ({}),
    read: async () => [await got('member', 'agency.get', {}, ['name'])],
  },
  {
    name: 'agency.change',
    as: 'administrator',
    path: ['help', 'name'],
    input: () => ({ help }),
    read: async () => [await got('member', 'agency.get', {}, ['help', 'name'])],
  },
  {
    name: 'account.setProfile',
    as: 'clerk',
    path: ['name'],
    input: () => ({}),
    read: async () => {
      const account = house.cast.clerk.id;
      const { members } = (await got('leader', 'member.list', { group: group(), limit: 200 }, [])) as {
        members: { account: string; name: string }[];
      };
      return [
        await got('clerk', 'account.me', {}, ['account', 'name']),
        await got('leader', 'directory.person', { account }, ['person', 'name']),
        members.find((it) => it.account === account)?.name,
      ];
    },
  },
  {
    name: 'unit.change',
    as: 'administrator',
    path: ['name'],
    input: () => ({ unit: known['unit']![0] }),
    read: async () => [await got('member', 'unit.get', { unit: known['unit']![0] }, ['unit', 'name'])],
  },
  ...['name', 'head'].map((field): Kept => ({
    name: 'area.change',
    as: 'administrator',
    path: [field],
    input: () => ({ code: known['area']![2] }),
    read: async () => [await got('member', 'area.get', { code: known['area']![2] }, ['area', field])],
  })),
  ...['name', 'description', 'topic'].map((field) => changed(field)),
];

test('what is refused is told so, and changes nothing', async (t) => {
  const digest = await digestOf(house.db);
  let refused = 0;
  for (const { name, as, path, input } of kept) {
    const bad = NAUGHTY.filter((text) => parsed(name, withAt(input(), path, text), path) === undefined);
    assert.ok(bad.length > 20, `${name}: ${bad.length} refused`);
    refused += bad.length;
    await inParts(bad, async (text) => {
      assert.equal((await ask(as, name, withAt(input(), path, text))).code, 'malformed', JSON.stringify(text));
    });
  }
  assert.equal(await digestOf(house.db), digest);
  t.diagnostic(`${refused} refused`);
});

async function takenOf({ name, as, path, input, read }: Kept): Promise<number> {
  let taken = 0;
  for (const text of NAUGHTY) {
    const value = parsed(name, withAt(input(), path, text), path);
    if (value === undefined) continue;
    assert.equal(seen(value), seen(text), `${name}: ${JSON.stringify(text)}`);
    assert.equal(value, value.normalize('NFC'));
    const answer = await ask(as, name, withAt(input(), path, text));
    // A name that something else has already.
    if (!('ok' in answer)) continue;
    taken += 1;
    const expected = path[0] === 'description' ? value.trim() : value;
    for (const shown of await read())
      assert.equal(shown, expected, `${name} ${path.join('.')}: ${JSON.stringify(text)}`);
  }
  return taken;
}

test('what is taken comes back as it was written, in every place that shows it', async (t) => {
  // Each action by itself, since two fields of one thing are written together.
  const lanes = [...Map.groupBy(kept, (it) => it.name).values()];
  const counts = await Promise.all(
    lanes.map(async (lane) => {
      let taken = 0;
      for (const it of lane) taken += await takenOf(it);
      return taken;
    }),
  );
  const taken = counts.reduce((sum, it) => sum + it, 0);
  assert.ok(taken > 3_000, `${taken} taken`);
  t.diagnostic(`${taken} taken and read again`);
});

test('messages come back on the line, from the log and from the page, letter for letter', async (t) => {
  const talk = await house.addGroup([house.cast.leader, house.cast.member]);
  const listener = await house.connect('member');
  const expected = new Map<string, string>();
  await inParts(NAUGHTY, async (text) => {
    const id = newId();
    const plain = text.replace(/\r\n?/g, '\n').normalize('NFC');
    const fits = parsed('message.send', { group: talk, text }, ['text']);
    try {
      await (await clientOf('leader')).callRaw('message.send', { group: talk, text }, id);
      assert.equal(fits, plain, JSON.stringify(text));
      expected.set(id, plain);
    } catch (error) {
      assert.ok(error instanceof ClientProblem, String(error));
      // Nothing at all is a message with files, and none without.
      const code = text === '' ? 'message.empty' : 'malformed';
      assert.equal(error.code, code, JSON.stringify(text));
      if (text !== '') assert.equal(fits, undefined, JSON.stringify(text));
    }
  });
  assert.ok(expected.size > 500 && expected.size < NAUGHTY.length, `${expected.size} sent`);
  await listener.until(() => listener.of(talk).length === expected.size);
  const textOf = (it: EventFrame): [string, string] => {
    const { id, text } = it.with as { id: string; text: string };
    return [id, text];
  };
  assert.deepEqual(new Map(listener.of(talk).map(textOf)), expected, 'on the line');

  const logged = new Map<string, string>();
  for (let after = 0; ;) {
    const { events, head } = (await got('member', 'stream.read', { stream: talk, after }, [])) as {
      events: EventFrame[];
      head: number;
    };
    if (events.length === 0) {
      if (after === 0) after = Math.max(0, head - 200);
      else break;
    }
    for (const it of events) logged.set(...textOf(it));
    after = events.at(-1)?.n ?? after;
    if (after >= head) break;
  }
  assert.ok(logged.size > 100);
  for (const [id, text] of logged) assert.equal(text, expected.get(id));

  const paged = new Map<string, string>();
  for (let before: number | undefined; ;) {
    const page = (await got('member', 'message.page', { group: talk, before, limit: 100 }, [])) as {
      messages: Message[];
      first: boolean;
    };
    for (const it of page.messages) paged.set(it.id, it.text!);
    before = page.messages[0]?.seq;
    if (page.first) break;
  }
  assert.deepEqual(paged, expected, 'from the pages');
  t.diagnostic(`${expected.size} sent and read three times`);
});

test('every other text of every action: taken or told why not', async (t) => {
  const random = new Random(1);
  const grammar = new Grammar(random, known);
  let fields = 0;
  let asked = 0;
  for (const [name, spec] of all) {
    // They sign the person out who asks, or take them out of the group.
    if (/^device\.signOut|^member\.leave$/.test(name)) continue;
    const schema = schemaOf(spec.input);
    const free = new Set(textsIn(schema, { free: true }).map((it) => it.join('.')));
    for (const path of textsIn(schema)) {
      if (kept.some((it) => it.name === name && it.path.join('.') === path.join('.')) || name === 'message.send')
        continue;
      fields += 1;
      // Of a few fields together every string; where an id or a code belongs a part of them, which is refused like the rest.
      const each = name.startsWith('import.') || path.at(-1) === 'file' ? 120 : free.has(path.join('.')) ? 8 : 60;
      const who = spec.who === 'anyone' ? undefined : spec.who === 'account' ? 'leader' : 'administrator';
      const strings = NAUGHTY.filter(
        (text, at) => (at + fields) % each === 0 || (each === 8 && text.includes('\u0000')),
      );
      // Each change of settings takes back what the next was decided with: thirty at once are told that it is busy.
      const size = name === 'group.govern' ? 1 : 32;
      await inParts(
        strings,
        async (text) => {
          await ask(who, name, withAt(grammar.input(schema), path, text));
          asked += 1;
        },
        size,
      );
    }
  }
  assert.ok(fields > 60 && asked > 2_000, `${asked} inputs into ${fields} fields`);
  t.diagnostic(`${fields} fields, ${asked} inputs`);
});

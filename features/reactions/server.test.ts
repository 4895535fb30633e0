import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import type { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { QUICK } from './rules.ts';

let house: TestHouse;
let node: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
  node = await openTestHouse({ beside: house, limits: false });
});

interface Line {
  readonly id: string;
  readonly reactions?: [string, number][];
  readonly mine?: string[];
}

async function written(by: TestPerson, group: string, text = 'Đề nghị các đồng chí xác nhận'): Promise<string> {
  const id = newId();
  const { status, body } = await house.post(by, 'message.send', { group, text }, id);
  assert.equal(status, 200, JSON.stringify(body));
  return id;
}

async function lineFor(who: TestPerson, group: string, message: string): Promise<Line | undefined> {
  const { body } = await house.post(who, 'message.page', { group });
  return (body as { messages: Line[] }).messages.find((it) => it.id === message);
}

const give = (
  who: TestPerson,
  group: string,
  message: string,
  emoji: string,
  on = true,
  id = newId(),
  where = house,
): Promise<{ status: number; body: unknown }> => where.post(who, 'reaction.give', { group, message, emoji, on }, id);

const codeOf = ({ status, body }: { status: number; body: unknown }): string =>
  status === 200 ? 'done' : (body as { code: string }).code;

async function people(count: number, kind = 'coordination'): Promise<{ list: TestPerson[]; group: string }> {
  const list = await Promise.all(Array.from({ length: count }, (_, at) => house.addPerson(`Người ${at}`)));
  return { list, group: await house.addGroup(list, kind) };
}

test('several emoji of several people: totals for all, own marks for each, in the order of their first coming', async () => {
  const { list, group } = await people(3);
  const [a, b, c] = list as [TestPerson, TestPerson, TestPerson];
  const message = await written(a, group);
  for (const [who, emoji] of [
    [a, '👍'],
    [b, '👍'],
    [b, '❤'],
    [c, '🎉'],
    [c, '👍'],
  ] as const)
    assert.equal(codeOf(await give(who, group, message, emoji)), 'done');
  assert.deepEqual(await lineFor(b, group, message).then((it) => [it!.reactions, it!.mine]), [
    [
      ['👍', 3],
      ['❤️', 1],
      ['🎉', 1],
    ],
    ['👍', '❤️'],
  ]);
  await give(b, group, message, '👍', false);
  await give(b, group, message, '❤️', false);
  assert.deepEqual(await lineFor(b, group, message).then((it) => [it!.reactions, it!.mine]), [
    [
      ['👍', 2],
      ['🎉', 1],
    ],
    undefined,
  ]);
  for (const [who, emoji] of [
    [a, '👍'],
    [c, '👍'],
    [c, '🎉'],
  ] as const)
    await give(who, group, message, emoji, false);
  assert.deepEqual(await lineFor(c, group, message).then((it) => [it!.reactions, it!.mine]), [undefined, undefined]);
});

test('doing it again does nothing; a late repeat of an old wish does not undo a newer one', async () => {
  const { list, group } = await people(2);
  const [a, b] = list as [TestPerson, TestPerson];
  const message = await written(a, group);
  const first = newId();
  const answer = await give(b, group, message, '👍', true, first);
  assert.equal(codeOf(await give(b, group, message, '👍')), 'done', 'given already');
  assert.equal(codeOf(await give(b, group, message, '👍', false)), 'done');
  assert.deepEqual(await give(b, group, message, '👍', true, first), answer, 'the first answer again');
  assert.deepEqual(await give(b, group, message, '👍', true, first, node), answer, 'by another node too');
  assert.equal((await lineFor(b, group, message))!.reactions, undefined);
  assert.equal(codeOf(await give(b, group, message, '🎉', true, first)), 'action.id_reused');
});

test('both devices of a person hear what they give; the others the totals, once', async () => {
  const { list, group } = await people(2);
  const [a, b] = list as [TestPerson, TestPerson];
  const message = await written(a, group);
  const [one, other] = [await house.connect(b), await node.connect(b)];
  const { at } = await one.call('reaction.give', { group, message, emoji: '🙏', on: true });
  await other.until(() => other.events.some((it) => it.on === 'reaction.given'));
  const given = other.events.find((it) => it.on === 'reaction.given')!;
  assert.deepEqual([given.in, given.n, given.with], [b.id, at, { group, message, emoji: ['🙏'] }]);
  const watcher = await node.connect(a);
  await one.call('reaction.give', { group, message, emoji: '🙏', on: false });
  await watcher.until(() => watcher.events.some((it) => it.on === 'reaction.counted'));
  const counted = watcher.events.filter((it) => it.on === 'reaction.counted');
  assert.deepEqual(
    counted.map((it) => it.with),
    [{ message, counts: [] }],
  );
});

test('no more than five a person and twenty kinds a message; two at once do not pass the limit together', async () => {
  const { list, group } = await people(6);
  const message = await written(list[0]!, group);
  const kinds = Array.from({ length: 26 }, (_, at) => String.fromCodePoint(0x1f34e + at));
  const own = await Promise.all(kinds.slice(0, 8).map((it) => give(list[0]!, group, message, it)));
  assert.deepEqual(own.map(codeOf).sort(), [...Array(5).fill('done'), ...Array(3).fill('reaction.too_many')]);
  const answers = await Promise.all(
    list.slice(1).flatMap((who, at) => kinds.slice(at * 4 + 5, at * 4 + 9).map((it) => give(who, group, message, it))),
  );
  assert.equal(answers.filter((it) => codeOf(it) === 'done').length, 15);
  assert.equal(answers.filter((it) => codeOf(it) === 'reaction.kinds_full').length, 5);
  const { reactions } = (await lineFor(list[0]!, group, message))!;
  assert.equal(reactions!.length, 20);
  assert.equal(codeOf(await give(list[5]!, group, message, reactions![0]![0])), 'done', 'a kind that is there');
});

test('only what can be seen: not of another group, not from before one came, no notice, nothing recalled', async () => {
  const { list, group } = await people(2);
  const [a, b] = list as [TestPerson, TestPerson];
  const message = await written(a, group);
  const elsewhere = await house.addGroup([a, b]);
  assert.equal(codeOf(await give(b, elsewhere, message, '👍')), 'not_found');
  assert.equal(codeOf(await give(b, group, newId(), '👍')), 'not_found');
  const late = await house.addPerson('Đến sau');
  await house.post(a, 'member.add', { group, accounts: [late.id] });
  assert.equal(codeOf(await give(late, group, message, '👍')), 'not_found');
  assert.equal((await house.post(late, 'reaction.list', { group, message })).status, 404);
  const { rows } = await sql<{
    id: string;
  }>`select id from messages where group_id = ${group} and kind = 'notice'`.execute(house.db);
  assert.equal(codeOf(await give(a, group, rows[0]!.id, '👍')), 'not_found');
  await give(b, group, message, '👍');
  assert.equal(codeOf(await house.post(a, 'message.recall', { group, message })), 'done');
  assert.equal(codeOf(await give(b, group, message, '❤️')), 'not_found');
  const line = (await lineFor(b, group, message))!;
  assert.deepEqual([line.reactions, line.mine], [undefined, undefined]);
  const { rows: left } = await sql`select from reactions where message = ${message}`.execute(house.db);
  assert.equal(left.length, 0);
  assert.equal((await house.post(b, 'reaction.list', { group, message })).status, 404);
});

test('who reacted, by emoji and in pages, in the order of giving', async () => {
  const { list, group } = await people(7);
  const message = await written(list[0]!, group);
  for (const [at, who] of list.entries()) await give(who, group, message, at % 3 === 0 ? '❤️' : '👍');
  const page = async (
    more: object,
  ): Promise<{ reactions: { person: { id: string }; emoji: string; at: number }[]; more: boolean; counts: unknown }> =>
    (await house.post(list[6], 'reaction.list', { group, message, limit: 3, ...more })).body as never;
  const first = await page({});
  assert.deepEqual(first.counts, [
    ['❤️', 3],
    ['👍', 4],
  ]);
  assert.deepEqual(
    [first.reactions.map((it) => it.person.id), first.more],
    [list.slice(0, 3).map((it) => it.id), true],
  );
  const seen = [...first.reactions];
  for (let last = first; last.more;) {
    const { person, emoji, at } = seen.at(-1)!;
    last = await page({ after: { account: person.id, emoji, at } });
    seen.push(...last.reactions);
  }
  assert.deepEqual(seen.map((it) => it.person.id).sort(), list.map((it) => it.id).sort());
  const hearts = await page({ emoji: '❤️' });
  assert.deepEqual([hearts.reactions.length, hearts.more], [3, false]);
  assert.ok(hearts.reactions.every((it) => it.emoji === '❤️'));
});

test('a right that is taken away counts at once, on the other node too; readers have it', async () => {
  const { list, group } = await people(3);
  const [owner, a, b] = list as [TestPerson, TestPerson, TestPerson];
  const message = await written(owner, group);
  await house.post(owner, 'member.restrict', { group, accounts: [a.id], readOnly: true });
  assert.equal(codeOf(await give(a, group, message, '👍', true, newId(), node)), 'done');
  await house.post(owner, 'group.govern', { group, rights: { 'message.react': 'leaders' } });
  const answers = await Promise.all([
    give(a, group, message, '❤️', true, newId(), node),
    give(b, group, message, '❤️', true, newId(), node),
    give(owner, group, message, '❤️', true, newId(), node),
  ]);
  assert.deepEqual(answers.map(codeOf), ['forbidden', 'forbidden', 'done']);
  const out = await Promise.all([
    house.post(owner, 'member.remove', { group, accounts: [b.id] }),
    give(b, group, message, '🎉'),
  ]);
  assert.ok(['forbidden', 'not_found'].includes(codeOf(out[1])));
});

test('five thousand reactions of many people make a few broadcasts, not one each, and every one of them counts', async () => {
  const { list, group } = await people(100);
  const messages = [await written(list[0]!, group), await written(list[0]!, group)];
  const watcher = await house.connect(list[0]!);
  const lines = await Promise.all(list.slice(0, 20).map((who) => house.connect(who)));
  const since = performance.now();
  let done = 0;
  // Each of twenty lines gives and takes back without waiting, as fast as the house answers.
  await Promise.all(
    lines.map(async (line) => {
      for (let round = 0; round < 25; round += 1) {
        await Promise.all(
          QUICK.flatMap((emoji) =>
            messages.map(async (message) => {
              await line.call('reaction.give', { group, message, emoji, on: round % 2 === 0 });
              done += 1;
            }),
          ),
        );
      }
    }),
  );
  const seconds = (performance.now() - since) / 1_000;
  assert.equal(done, 5_000);
  const { rows } = await sql<{ count: number; most: number }>`
    select count(*) as count from events where stream = ${group} and name = 'reaction.counted'`.execute(house.db);
  const told = rows[0]!.count;
  await watcher.until(
    () => watcher.events.filter((it) => it.on === 'reaction.counted' && it.in === group).length >= told,
  );
  assert.ok(told <= (Math.ceil(seconds * 4) + 1) * messages.length, `${told} broadcasts in ${seconds.toFixed(1)} s`);
  for (const message of messages) {
    const line = (await lineFor(list[0]!, group, message))!;
    assert.deepEqual(new Map(line.reactions), new Map(QUICK.map((it) => [it, 20])));
  }
  for (const it of [...lines, watcher]) it.socket.terminate();
});

test('the same wish at once over two nodes and both doors is one', async () => {
  const { list, group } = await people(2);
  const message = await written(list[0]!, group);
  const client = await house.connect(list[1]!);
  const id = newId();
  const both = await Promise.allSettled([
    client.call('reaction.give', { group, message, emoji: '👏', on: true }, id),
    node.post(list[1], 'reaction.give', { group, message, emoji: '👏', on: true }, id),
    give(list[1]!, group, message, '👏', true, id),
  ]);
  for (const it of both)
    assert.equal(it.status, 'fulfilled', it.status === 'rejected' ? (it.reason as ClientProblem).code : '');
  assert.deepEqual((await lineFor(list[1]!, group, message))!.reactions, [['👏', 1]]);
  const { rows } = await sql`select from events where stream = ${group} and name = 'reaction.counted'`.execute(
    house.db,
  );
  assert.equal(rows.length, 1);
});

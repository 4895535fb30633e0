import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';
import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { Message } from '../messages/protocol.ts';
import type { Pin } from './protocol.ts';
import { PINS_MOST, pinsAfter } from './rules.ts';
import type { Pinned } from './rules.ts';

/** Random histories of pins, moves and ends, over two nodes. `HISTORIES=300` for the long mode. */
const HISTORIES = Number(process.env.HISTORIES ?? 4);
const DAY = 86_400_000;

let house: TestHouse;
let node: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
  node = await openTestHouse({ beside: house, limits: false });
});

interface Room {
  readonly group: string;
  readonly owner: TestPerson;
  readonly deputy: TestPerson;
  readonly member: TestPerson;
}

async function room(): Promise<Room> {
  const [owner, deputy, member] = await Promise.all([
    house.addPerson('Nguyễn Hoàng Phúc'),
    house.addPerson('Siu H’Nga'),
    house.addPerson('Puih Thưng'),
  ]);
  const group = await house.addGroup([{ ...owner, role: 'owner' }, { ...deputy, role: 'deputy' }, member]);
  return { group, owner, deputy, member };
}

async function done<T>(who: TestPerson, name: string, input: unknown, id?: string, on = house): Promise<T> {
  const { status, body } = await on.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}
async function code(who: TestPerson, name: string, input: unknown, on = house): Promise<string> {
  const { status, body } = await on.post(who, name, input);
  return status === 200 ? 'done' : (body as { code: string }).code;
}
async function said(who: TestPerson, group: string, text: string, more: object = {}): Promise<string> {
  return (await done<{ id: string }>(who, 'message.send', { group, text, ...more })).id;
}
const list = (who: TestPerson, group: string, on = house): Promise<{ pins: Pin[]; total: number; at: number }> =>
  done(who, 'pin.list', { group }, undefined, on);
const order = async (who: TestPerson, group: string, on = house): Promise<string[]> =>
  (await list(who, group, on)).pins.map((it) => it.thing);
const end = (on = house): Promise<void> => on.features.jobs.find((it) => it.name === 'end pins')!.run();
async function poll(who: TestPerson, group: string, question: string): Promise<string> {
  const id = newId();
  await done(who, 'poll.create', { group, question, choices: ['Có', 'Không'] }, id);
  return id;
}

test('messages and things of the board are pinned, the last one first, and said so in the conversation', async () => {
  const { group, owner, deputy, member } = await room();
  const message = await said(deputy, group, 'Bão số 13 gây mưa rất lớn từ đêm nay', { urgency: 3 });
  const question = await poll(member, group, 'Điểm tập kết vật tư dự phòng');
  const note = newId();
  await done(owner, 'note.create', { group, title: 'Lịch trực ban tuần 47', text: 'Từ thứ Hai' }, note);
  assert.deepEqual(await done(owner, 'pin.add', { group, thing: message }), { thing: message, kind: 'message' });
  assert.deepEqual(await done(deputy, 'pin.add', { group, thing: question }), { thing: question, kind: 'poll' });
  assert.deepEqual(await done(owner, 'pin.add', { group, thing: note }), { thing: note, kind: 'note' });
  await done(deputy, 'pin.add', { group, thing: message });
  const { pins, total } = await list(member, group);
  assert.deepEqual(
    pins.map(({ thing, kind, text, by, pinned, until }) => [thing, kind, text, by?.name, pinned.name, until]),
    [
      [note, 'note', 'Lịch trực ban tuần 47', 'Nguyễn Hoàng Phúc', 'Nguyễn Hoàng Phúc', null],
      [question, 'poll', 'Điểm tập kết vật tư dự phòng', 'Puih Thưng', 'Siu H’Nga', null],
      [message, 'message', 'Bão số 13 gây mưa rất lớn từ đêm nay', 'Siu H’Nga', 'Nguyễn Hoàng Phúc', null],
    ],
  );
  assert.deepEqual([pins[2]!.urgency, total], [3, 3]);
  const { messages } = await done<{ messages: Message[] }>(member, 'message.page', { group });
  assert.deepEqual(
    messages.filter((it) => it.notice?.on === 'pin.added').map((it) => (it.notice!.with as { thing: string }).thing),
    [message, question, note],
    'what is pinned already is not pinned again',
  );
});

test('what a note is called now is what its pin says; recalled or removed, nothing is pinned any more', async () => {
  const { group, owner, member } = await room();
  const [message, question, note] = [
    await said(member, group, 'Họp lúc 7 giờ'),
    await poll(member, group, 'Ai?'),
    newId(),
  ];
  await done(owner, 'note.create', { group, title: 'Nháp', text: 'Một' }, note);
  for (const thing of [message, question, note]) await done(owner, 'pin.add', { group, thing });
  await done(owner, 'note.edit', { group, note, version: 1, title: 'Lịch trực', text: 'Một' });
  await done(member, 'message.edit', { group, message, text: 'Họp lúc 8 giờ' });
  assert.deepEqual(
    (await list(member, group)).pins.map((it) => it.text),
    ['Lịch trực', 'Ai?', 'Họp lúc 8 giờ'],
  );
  const other = await house.connect(member);
  await done(member, 'message.recall', { group, message });
  await done(member, 'poll.remove', { group, poll: question });
  await done(owner, 'note.remove', { group, note });
  assert.deepEqual(await list(member, group).then(({ pins, total }) => [pins, total]), [[], 0]);
  await other.until(() => other.of(group).filter((it) => it.on === 'pin.removed').length === 3);
  assert.deepEqual(
    other.of(group).flatMap((it) => (it.on === 'pin.removed' ? [it.with] : [])),
    [message, question, note].map((thing) => ({ thing, why: 'gone' })),
  );
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from pins where group_id = ${group}`.execute(
    house.db,
  );
  assert.equal(rows[0]!.n, 0);
  assert.equal(await code(owner, 'pin.add', { group, thing: message }), 'message.gone');
});

test('whoever came later reads what is pinned, whatever the history; never what it answers', async () => {
  const { group, owner, member } = await room();
  const asked = await said(owner, group, 'Ai còn thiếu áo phao?');
  const message = await said(member, group, `Thôn 2 còn thiếu ${'x'.repeat(400)}`, { reply: asked });
  const question = await poll(owner, group, 'Tập kết ở đâu?');
  await done(owner, 'pin.add', { group, thing: message });
  const late = await house.addPerson('Ksor H’Bích');
  await done(owner, 'member.add', { group, accounts: [late.id] });
  await sql`update members m set visible_from = s.head from streams s where s.id = m.group_id and m.group_id = ${group} and m.account = ${late.id}`.execute(
    house.db,
  );
  house.features.groups.forget(group);
  const page = await done<{ messages: Message[] }>(late, 'message.page', { group });
  assert.ok(!page.messages.some((it) => it.id === message));
  const [pin] = (await list(late, group)).pins;
  assert.equal(pin!.text.length, 200);
  const whole = await done<{ message: Message; people: { name: string }[] }>(late, 'pin.get', {
    group,
    thing: message,
  });
  assert.equal(whole.message.text!.length, 'Thôn 2 còn thiếu '.length + 400);
  assert.equal(whole.message.quote, undefined);
  assert.deepEqual(
    whole.people.map((it) => it.name),
    ['Puih Thưng'],
  );
  const seen = await done<{ message: Message }>(owner, 'pin.get', { group, thing: message });
  assert.equal(seen.message.quote?.text, 'Ai còn thiếu áo phao?');
  assert.equal(await code(late, 'pin.get', { group, thing: asked }), 'not_found');
  await sql`update members set role = 'deputy' where group_id = ${group} and account = ${late.id}`.execute(house.db);
  house.features.groups.forget(group);
  assert.equal(
    await code(late, 'pin.add', { group, thing: asked }),
    'not_found',
    'not theirs to read, not theirs to pin',
  );
  assert.equal(await code(late, 'pin.add', { group, thing: question }), 'done', 'the board is everybody’s');
});

test('a pin ends with its time: at once for who reads, by the clock for the log', async () => {
  const { group, owner, member } = await room();
  const now = house.house.now().getTime();
  const [a, b] = [await said(member, group, 'Một'), await said(member, group, 'Hai')];
  for (const until of [now - DAY, now, now + 1_000, now + 6 * 366 * DAY])
    assert.equal(await code(owner, 'pin.add', { group, thing: a, until }), 'pin.wrong_time');
  await done(owner, 'pin.add', { group, thing: a, until: now + DAY });
  await done(owner, 'pin.add', { group, thing: b });
  await done(owner, 'pin.keep', { group, thing: b, until: now + 7 * DAY });
  assert.deepEqual(
    (await list(member, group)).pins.map((it) => it.until),
    [now + 7 * DAY, now + DAY],
  );
  await done(owner, 'pin.keep', { group, thing: b, until: null });
  const watching = await house.connect(member);
  house.pass(DAY + 1_000);
  node.pass(DAY + 1_000);
  assert.deepEqual(await order(member, group), [b]);
  assert.equal(await code(owner, 'pin.keep', { group, thing: a, until: null }), 'not_found');
  await Promise.all([end(), end(node)]);
  await watching.until(() => watching.of(group).some((it) => it.on === 'pin.removed'));
  await Promise.all([end(), end(node)]);
  const { rows } = await sql<{ body: unknown }>`
    select body from events where stream = ${group} and name = 'pin.removed'`.execute(house.db);
  assert.deepEqual(
    rows.map((it) => it.body),
    [{ thing: a, why: 'over' }],
    'once, whichever node',
  );
  await done(owner, 'pin.add', { group, thing: a });
  assert.deepEqual(await order(member, group), [a, b]);
});

test('moved before another or last; before what is no longer pinned it is refused', async () => {
  const { group, owner, member } = await room();
  const things: string[] = [];
  for (const text of ['Bốn', 'Ba', 'Hai', 'Một']) things.unshift(await said(member, group, text));
  for (const thing of things.toReversed()) await done(owner, 'pin.add', { group, thing });
  const [a, b, c, d] = things as [string, string, string, string];
  assert.deepEqual(await order(member, group), [a, b, c, d]);
  await done(owner, 'pin.move', { group, thing: d, before: b });
  assert.deepEqual(await order(member, group), [a, d, b, c]);
  await done(owner, 'pin.move', { group, thing: a, before: null });
  assert.deepEqual(await order(member, group), [d, b, c, a]);
  await done(owner, 'pin.remove', { group, thing: b });
  await done(owner, 'pin.remove', { group, thing: b });
  assert.equal(await code(owner, 'pin.move', { group, thing: a, before: b }), 'pin.order_changed');
  assert.equal(await code(owner, 'pin.move', { group, thing: b, before: a }), 'not_found');
  assert.equal(await code(member, 'pin.move', { group, thing: a, before: d }), 'forbidden');
  await done(owner, 'pin.add', { group, thing: b });
  assert.deepEqual(await order(member, group), [b, d, c, a], 'what comes new stands first, also after moves');
});

test('no more than the bound, and only what is in this group', async () => {
  const { group, owner, member } = await room();
  const elsewhere = await room();
  const message = await said(member, group, 'Một');
  assert.equal(await code(elsewhere.owner, 'pin.add', { group: elsewhere.group, thing: message }), 'not_found');
  await sql`
    insert into pins (group_id, thing, kind, place, by, at)
    select ${group}, gen_random_uuid(), 'message', n, ${owner.id}, now() from generate_series(1, ${PINS_MOST}) n`.execute(
    house.db,
  );
  const { body } = await house.post(owner, 'pin.add', { group, thing: message });
  assert.deepEqual([(body as { code: string }).code, (body as { most: number }).most], ['pin.too_many', PINS_MOST]);
});

test('files of a pinned message are for every member as long as it is pinned', async () => {
  const { group, owner, member } = await room();
  const message = await said(member, group, 'Kế hoạch');
  const file = newId();
  const shape = { id: file, kind: 'document', name: 'ke-hoach.pdf', bytes: 10, type: 'application/pdf' };
  await sql`
    insert into files (id, owner, wish, state, name, bytes, given, shape, created_at, ends_at)
    values (${file}, ${member.id}, 'document', 'ready', 'ke-hoach.pdf', 10, '{}', ${JSON.stringify(shape)}::jsonb, now(), now())`.execute(
    house.db,
  );
  await sql`update messages set form = ${JSON.stringify({ files: [shape] })}::jsonb where id = ${message}`.execute(
    house.db,
  );
  const carried = async (): Promise<number> =>
    (await sql<{ n: number }>`select count(*)::int as n from board_files where thing = ${message}`.execute(house.db))
      .rows[0]!.n;
  await done(owner, 'pin.add', { group, thing: message });
  assert.equal(await carried(), 1);
  assert.deepEqual((await list(owner, group)).pins[0]!.files, [{ kind: 'document', name: 'ke-hoach.pdf' }]);
  await done(owner, 'pin.remove', { group, thing: message });
  assert.equal(await carried(), 0);
});

test('random moves over two nodes at once: both see one order, and so does who only hears of them', async () => {
  const { group, owner, deputy, member } = await room();
  const things: string[] = [];
  for (let n = 0; n < 6; n += 1) things.push(await said(member, group, `Tin ${n}`));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), thing: fc.nat(5), before: fc.constant(0) }),
    fc.record({ kind: fc.constant('remove' as const), thing: fc.nat(5), before: fc.constant(0) }),
    fc.record({ kind: fc.constant('move' as const), thing: fc.nat(5), before: fc.integer({ min: -1, max: 5 }) }),
    fc.record({ kind: fc.constant('move' as const), thing: fc.nat(5), before: fc.integer({ min: -1, max: 5 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
      async (rounds) => {
        const ear = await house.connect(member);
        const heard = await list(member, group);
        for (const round of rounds) {
          await Promise.all(
            round.map(async ({ kind, thing, before }, at) => {
              const [who, on] = at % 2 === 0 ? [owner, house] : [deputy, node];
              const input = { group, thing: things[thing]! };
              const wish = kind === 'move' ? { ...input, before: before < 0 ? null : things[before]! } : input;
              const outcome = await code(who, `pin.${kind}`, wish, on);
              assert.ok(['done', 'not_found', 'pin.order_changed', 'busy'].includes(outcome), outcome);
            }),
          );
        }
        const { pins, at } = await list(member, group);
        assert.deepEqual(
          await order(member, group, node),
          pins.map((it) => it.thing),
        );
        await ear.until(() => at === heard.at || ear.of(group).some((it) => it.n >= at));
        let follows: readonly Pinned[] = heard.pins;
        for (const { on, n, with: body } of ear.of(group)) {
          if (n > heard.at && n <= at) follows = pinsAfter(follows, on, body as Pinned);
        }
        assert.deepEqual(
          follows.map((it) => it.thing),
          pins.map((it) => it.thing),
        );
        await ear.close();
      },
    ),
    { numRuns: HISTORIES },
  );
});

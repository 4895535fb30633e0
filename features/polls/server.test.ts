import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';
import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { fingerprint } from '../../testing/fingerprint.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { Message } from '../messages/protocol.ts';
import type { Poll, UnitShare, Voter } from './protocol.ts';
import { ANONYMOUS_LEAST, CHOICES_MOST } from './rules.ts';

/** Random histories of votes, changes and locks, over two nodes. `HISTORIES=500` for the long mode. */
const HISTORIES = Number(process.env.HISTORIES ?? 4);

let house: TestHouse;
let node: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
  node = await openTestHouse({ beside: house, limits: false });
});

const CHOICES = ['Nhà văn hóa Thôn 2', 'Trường TH Lê Lợi', 'Sân UBND xã'];

interface Room {
  readonly group: string;
  readonly owner: TestPerson;
  readonly deputy: TestPerson;
  readonly member: TestPerson;
  readonly other: TestPerson;
  readonly reader: TestPerson;
}

async function room(kind = 'directive'): Promise<Room> {
  const [owner, deputy, member, other, reader] = (await Promise.all(
    ['Nguyễn Hoàng Phúc', 'Siu H’Nga', 'Puih Thưng', 'Ksor H’Bích', 'Trần Thị Mỹ Duyên'].map((it) =>
      house.addPerson(it),
    ),
  )) as [TestPerson, TestPerson, TestPerson, TestPerson, TestPerson];
  const group = await house.addGroup(
    [{ ...owner, role: 'owner' }, { ...deputy, role: 'deputy' }, member, other, { ...reader, role: 'reader' }],
    kind,
  );
  return { group, owner, deputy, member, other, reader };
}

async function done<T>(who: TestPerson, name: string, input: unknown, id?: string, on = house): Promise<T> {
  const { status, body } = await on.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}
async function code(who: TestPerson, name: string, input: unknown, id?: string, on = house): Promise<string> {
  const { status, body } = await on.post(who, name, input, id);
  return status === 200 ? 'done' : (body as { code: string }).code;
}
async function made(who: TestPerson, group: string, more: object = {}): Promise<string> {
  const id = newId();
  await done(who, 'poll.create', { group, question: 'Điểm tập kết vật tư dự phòng', choices: CHOICES, ...more }, id);
  return id;
}
const get = async (who: TestPerson, group: string, poll: string, on = house): Promise<Poll> =>
  (await done<{ poll: Poll }>(who, 'poll.get', { group, poll }, undefined, on)).poll;
const vote = (
  who: TestPerson,
  group: string,
  poll: string,
  choices: number[],
  id?: string,
  on = house,
): Promise<string> => code(who, 'poll.vote', { group, poll, choices }, id, on);
const lines = async (who: TestPerson, group: string): Promise<Message[]> =>
  (await done<{ messages: Message[] }>(who, 'message.page', { group })).messages;
const votesOf = (poll: Poll): (number | null)[] => poll.choices.map((it) => it.votes);
const close = (on = house): Promise<void> => on.features.jobs.find((it) => it.name === 'close polls')!.run();
const inAnHour = (): number => house.house.now().getTime() + 3_600_000;

test('a poll stands in the conversation as a card, is voted in, changed, and taken back', async () => {
  const { group, owner, member, other, reader } = await room();
  const poll = await made(member, group);
  const [card] = await lines(other, group);
  assert.deepEqual(
    [card!.id, card!.by, card!.text, card!.card],
    [poll, member.id, 'Điểm tập kết vật tư dự phòng', { kind: 'poll', id: poll }],
  );
  assert.equal(await vote(owner, group, poll, [0]), 'done');
  assert.equal(await vote(reader, group, poll, [0]), 'done', 'who may only read votes all the same');
  assert.equal(await vote(other, group, poll, [1]), 'done');
  let it = await get(other, group, poll);
  assert.deepEqual([votesOf(it), it.voters, it.members, it.voted, it.mine], [[2, 1, 0], 3, 5, true, [1]]);
  assert.equal(await vote(other, group, poll, [2]), 'done');
  assert.equal(await vote(owner, group, poll, []), 'done');
  it = await get(member, group, poll);
  assert.deepEqual([votesOf(it), it.voters, it.voted, it.mine], [[1, 0, 1], 2, false, []]);
  assert.equal(it.by?.name, 'Puih Thưng');
  assert.equal(it.state, 'open');
});

test('as many choices as the poll allows, and none that is not there', async () => {
  const { group, owner, member } = await room();
  const one = await made(owner, group);
  assert.equal(await vote(member, group, one, [0, 1]), 'poll.wrong_choice');
  assert.equal(await vote(member, group, one, [3]), 'poll.wrong_choice');
  assert.equal(await vote(member, group, one, [1, 1]), 'done', 'the same twice is one');
  const two = await made(owner, group, { most: 2 });
  assert.equal(await vote(member, group, two, [2, 0]), 'done');
  assert.deepEqual((await get(member, group, two)).mine, [0, 2]);
  assert.equal(await vote(member, group, two, [0, 1, 2]), 'poll.wrong_choice');
  for (const choices of [['Một'], ['Một', ' một '], ['Một', ''], Array.from({ length: 31 }, (_, n) => `Số ${n}`)])
    assert.equal(await code(owner, 'poll.create', { group, question: 'Gì?', choices }), 'malformed');
  assert.equal(
    await code(owner, 'poll.create', { group, question: 'Gì?', choices: CHOICES, anonymous: true, open: true }),
    'malformed',
  );
  assert.equal(
    await code(owner, 'poll.create', { group, question: 'Gì?', choices: ['má', 'mà'] }),
    'done',
    'tones make another word',
  );
  assert.equal(
    await code(owner, 'poll.create', { group, question: 'Gì?', choices: CHOICES, endsAt: Date.now() - 1 }),
    'poll.wrong_deadline',
  );
});

test('who voted what, who has not, by unit; not for who may not see the member list', async () => {
  const { group, owner, member, other, reader } = await room();
  const unit = newId();
  await sql`insert into units (id, name, folded) values (${unit}, 'Văn phòng', 'van phong')`.execute(house.db);
  await sql`update accounts set unit = ${unit} where id = any(${[owner.id, member.id]}::uuid[])`.execute(house.db);
  const poll = await made(owner, group, { most: 2 });
  await vote(owner, group, poll, [0, 1]);
  await vote(reader, group, poll, [1]);
  type Page = { list: Voter[]; total: number; units?: UnitShare[] };
  const page = (who: TestPerson, more: object): Promise<Page> =>
    done<Page>(who, 'poll.voters', { group, poll, ...more });
  const chosen = await page(member, { who: 'choice', choice: 1 });
  assert.deepEqual(
    chosen.list.map((it) => it.person.id),
    [reader.id, owner.id],
  );
  const voted = await page(member, { who: 'voted' });
  assert.deepEqual(
    voted.list.map((it) => [it.person.id, it.choices]),
    [
      [reader.id, [1]],
      [owner.id, [0, 1]],
    ],
  );
  assert.deepEqual(
    voted.units!.map((it) => [it.unit, it.name, it.voted, it.members]),
    [
      [null, '', 1, 3],
      [unit, 'Văn phòng', 1, 2],
    ],
  );
  const waiting = await page(owner, { who: 'waiting' });
  assert.equal(waiting.total, 3);
  assert.deepEqual(
    (await page(owner, { who: 'waiting', unit })).list.map((it) => it.person.id),
    [member.id],
  );
  assert.deepEqual((await page(owner, { who: 'waiting', after: 2, limit: 2 })).list.length, 1);
  await sql`update groups set settings = '{"rights": {"member.list": "leaders"}}' where id = ${group}`.execute(
    house.db,
  );
  await sql`update streams set rights_version = rights_version + 1 where id = ${group}`.execute(house.db);
  house.features.groups.forget(group);
  assert.equal(await code(other, 'poll.voters', { group, poll, who: 'waiting' }), 'forbidden');
  assert.equal((await page(other, { who: 'voted' })).units, undefined);
});

test('hidden until voted: neither events nor readings tell a result to who has not voted, and all do once it is closed', async () => {
  const { group, owner, member, other } = await room();
  const watcher = await node.connect(other);
  const poll = await made(owner, group, { hidden: true });
  await vote(owner, group, poll, [0]);
  await vote(member, group, poll, [2]);
  const counted = (): { with: Record<string, unknown> }[] =>
    watcher.events.filter((it) => it.on === 'poll.counted') as never;
  await watcher.until(() => counted().at(-1)?.with['voters'] === 2);
  for (const it of counted()) assert.deepEqual(Object.keys(it.with).sort(), ['id', 'version', 'voters']);
  assert.deepEqual(votesOf(await get(other, group, poll)), [null, null, null]);
  const { polls } = await done<{ polls: Poll[] }>(other, 'poll.list', { group });
  assert.deepEqual(votesOf(polls[0]!), [null, null, null]);
  const read = await done<{ polls: Poll[] }>(other, 'poll.read', { group, ids: [poll] });
  assert.deepEqual(votesOf(read.polls[0]!), [null, null, null]);
  assert.equal(await code(other, 'poll.voters', { group, poll, who: 'choice', choice: 0 }), 'poll.still_hidden');
  const { list } = await done<{ list: Voter[] }>(other, 'poll.voters', { group, poll, who: 'voted' });
  assert.deepEqual(
    list.map((it) => it.choices),
    [[], []],
  );
  assert.ok(!JSON.stringify(watcher.events).includes('"votes"'), 'nor any other event');
  assert.deepEqual(votesOf(await get(member, group, poll)), [1, 0, 1], 'who has voted sees');
  await vote(member, group, poll, []);
  assert.deepEqual(votesOf(await get(member, group, poll)), [null, null, null], 'and who took it back does not');
  await done(owner, 'poll.lock', { group, poll });
  assert.deepEqual(votesOf(await get(other, group, poll)), [1, 0, 0]);
});

test('an anonymous vote is counted once, cannot be changed, and its result is opened once, for good', async () => {
  const { group, owner, deputy, member, other, reader } = await room();
  const poll = await made(owner, group, { anonymous: true });
  const id = newId();
  assert.equal(await vote(member, group, poll, [1], id), 'done');
  assert.equal(
    await vote(member, group, poll, [1], id, node),
    'done',
    'sent again after a lost answer, to another node',
  );
  assert.equal(await vote(member, group, poll, [0]), 'poll.voted');
  assert.equal(await vote(member, group, poll, []), 'poll.voted');
  assert.equal(await vote(other, group, poll, []), 'poll.wrong_choice');
  // Many at once, and each of them twice.
  const rest = [owner, deputy, other, reader];
  const ids = rest.map(() => newId());
  const answers = await Promise.all(
    [...rest, ...rest].map((who, at) =>
      vote(who, group, poll, [at % 4 === 0 ? 0 : 1], ids[at % 4], at < 4 ? house : node),
    ),
  );
  assert.deepEqual(new Set(answers), new Set(['done']));
  const before = await get(member, group, poll);
  assert.deepEqual([votesOf(before), before.voters, before.voted, before.mine], [[null, null, null], 5, true, []]);
  assert.equal(await code(member, 'poll.voters', { group, poll, who: 'choice', choice: 1 }), 'poll.still_hidden');
  const { list } = await done<{ list: Voter[] }>(member, 'poll.voters', { group, poll, who: 'voted' });
  assert.equal(list.length, 5, 'that they have voted is known');
  await done(owner, 'poll.lock', { group, poll });
  const after = await get(other, group, poll);
  assert.deepEqual([votesOf(after), after.state], [[1, 4, 0], 'ended']);
  assert.equal(
    await code(member, 'poll.voters', { group, poll, who: 'choice', choice: 1 }),
    'poll.still_hidden',
    'ever',
  );
  assert.equal(await code(owner, 'poll.unlock', { group, poll }), 'poll.ended');
  assert.equal(await vote(member, group, poll, [1], id), 'done', 'the same vote is the same after the closing too');
});

test('an anonymous poll with too few votes is closed without a result', async () => {
  const { group, owner, member } = await room();
  const poll = await made(owner, group, { anonymous: true });
  await Promise.all([vote(member, group, poll, [1]), vote(owner, group, poll, [2])]);
  assert.ok(ANONYMOUS_LEAST > 2);
  await done(owner, 'poll.lock', { group, poll });
  const it = await get(owner, group, poll);
  assert.deepEqual([votesOf(it), it.few, it.voters], [[null, null, null], true, 2]);
  const kept = await sql<{ all: string }>`
    select (select array_agg(votes) from poll_choices where poll = ${poll})::text || (select votes from poll_boxes where poll = ${poll})::text as all`.execute(
    house.db,
  );
  assert.equal(kept.rows[0]!.all, '{0,0,0}{}', 'what was chosen is nowhere any more');
});

test('members add choices where they may: no second that says the same, and no thirty-first', async () => {
  const { group, owner, member, other } = await room();
  const fixed = await made(owner, group);
  assert.equal(await code(member, 'poll.addChoice', { group, poll: fixed, text: 'Trạm y tế' }), 'poll.fixed');
  const poll = await made(owner, group, { open: true });
  const { choice } = await done<{ choice: number }>(member, 'poll.addChoice', { group, poll, text: 'Trạm y tế' });
  assert.equal(choice, 3);
  assert.equal(await code(other, 'poll.addChoice', { group, poll, text: ' TRẠM  Y TẾ ' }), 'poll.same_choice');
  assert.equal(await vote(other, group, poll, [3]), 'done');
  const it = await get(owner, group, poll);
  assert.deepEqual([it.choices[3]!.text, it.choices[3]!.by, it.choices[3]!.votes], ['Trạm y tế', member.id, 1]);
  for (let n = 4; n < CHOICES_MOST - 1; n += 1)
    await done(member, 'poll.addChoice', { group, poll, text: `Thôn ${n}` });
  const last = await Promise.all([
    code(member, 'poll.addChoice', { group, poll, text: 'Làng Grăng' }),
    code(other, 'poll.addChoice', { group, poll, text: 'Làng Dit' }, undefined, node),
    code(owner, 'poll.addChoice', { group, poll, text: 'Làng Tung' }, undefined, node),
  ]);
  assert.deepEqual(last.toSorted(), ['done', 'poll.choices_full', 'poll.choices_full']);
  assert.equal((await get(owner, group, poll)).choices.length, CHOICES_MOST);
});

test('its maker and leaders lock and open it; members do not, and nothing is changed meanwhile', async () => {
  const { group, owner, deputy, member, other } = await room();
  const poll = await made(member, group, { open: true });
  await vote(other, group, poll, [1]);
  assert.equal(await code(other, 'poll.lock', { group, poll }), 'forbidden');
  assert.equal(await code(member, 'poll.lock', { group, poll }), 'done');
  assert.equal(await code(deputy, 'poll.lock', { group, poll }), 'done', 'locked is locked');
  assert.equal(await vote(other, group, poll, [2]), 'poll.locked');
  assert.equal(await code(other, 'poll.addChoice', { group, poll, text: 'Khác' }), 'poll.locked');
  const said = (await lines(owner, group)).filter((it) => it.notice?.on === 'poll.closed');
  assert.deepEqual(
    said.map((it) => [it.by, it.notice!.with]),
    [[member.id, { id: poll, why: 'locked', voters: 1, members: 5, top: [1], votes: 1 }]],
    'said once, without its words',
  );
  assert.equal(await code(other, 'poll.unlock', { group, poll }), 'forbidden');
  assert.equal(await code(deputy, 'poll.unlock', { group, poll }), 'done');
  assert.equal(await vote(other, group, poll, [2]), 'done');
  assert.equal((await get(other, group, poll)).state, 'open');
});

test('its deadline closes it once, whichever node comes first, and says the result', async () => {
  const { group, owner, member, other } = await room();
  const poll = await made(owner, group, { endsAt: inAnHour() });
  const shut = await made(owner, group, { endsAt: inAnHour() });
  await vote(owner, group, poll, [0]);
  await vote(member, group, poll, [0]);
  await done(owner, 'poll.lock', { group, poll: shut });
  house.pass(3_600_001);
  node.pass(3_600_001);
  try {
    assert.equal(await vote(other, group, poll, [0]), 'poll.ended', 'before the clock has come by');
    assert.equal((await get(other, group, poll)).state, 'ended');
    await Promise.all([close(), close(node), close()]);
    await close();
    const said = (await lines(owner, group)).filter((it) => it.notice?.on === 'poll.closed');
    assert.deepEqual(
      said.map((it) => [
        it.by,
        (it.notice!.with as { why: string; id: string }).why,
        (it.notice!.with as { id: string }).id,
      ]),
      [
        [owner.id, 'locked', shut],
        [null, 'deadline', poll],
      ],
      'one line each; what was locked before says nothing more',
    );
    assert.deepEqual(said[1]!.notice!.with, { id: poll, why: 'deadline', voters: 2, members: 5, top: [0], votes: 2 });
    assert.equal(await code(owner, 'poll.unlock', { group, poll: shut }), 'poll.ended');
    assert.equal(await code(owner, 'poll.lock', { group, poll }), 'poll.ended');
  } finally {
    house.pass(-3_600_001);
    node.pass(-3_600_001);
  }
});

test('removed by its maker or by leaders above them: gone with its votes, its card and its words', async () => {
  const { group, owner, deputy, member, other } = await room();
  const poll = await made(deputy, group);
  await vote(member, group, poll, [0]);
  await done(deputy, 'poll.lock', { group, poll });
  assert.equal(await code(member, 'poll.remove', { group, poll }), 'forbidden');
  const own = await made(member, group);
  assert.equal(await code(other, 'poll.remove', { group, poll: own }), 'forbidden');
  assert.equal(await code(deputy, 'poll.remove', { group, poll: own }), 'done', 'a leader decides about members');
  const ofOwner = await made(owner, group);
  assert.equal(await code(deputy, 'poll.remove', { group, poll: ofOwner }), 'forbidden', 'and not about the owner');
  const id = newId();
  await done(owner, 'poll.remove', { group, poll }, id);
  const after = await fingerprint(house.db);
  await done(owner, 'poll.remove', { group, poll }, id);
  assert.equal(await fingerprint(house.db), after, 'twice is once');
  assert.equal(await code(member, 'poll.get', { group, poll }), 'not_found');
  assert.equal(await vote(member, group, poll, [0]), 'not_found');
  const card = (await lines(member, group)).find((it) => it.id === poll);
  assert.deepEqual([card!.text, card!.recalled?.by], [null, owner.id]);
  const { rows } = await sql<{ table: string; row: string }>`
    select 'events' as table, t::text as row from events t union all select 'messages', t::text from messages t
    union all select 'poll_votes', t::text from poll_votes t union all select 'poll_choices', t::text from poll_choices t
    union all select 'polls', t::text from polls t`.execute(house.db);
  for (const it of rows)
    if (it.row.includes(poll)) assert.doesNotMatch(it.row, /Điểm tập kết|Nhà văn hóa/, `${it.table} ${it.row}`);
});

test('a group that is only read: its polls are read and stand still', async () => {
  const { group, owner, member } = await room();
  const [poll, secret] = [await made(owner, group, { open: true }), await made(owner, group, { anonymous: true })];
  await vote(member, group, poll, [1]);
  await done(owner, 'group.archive', { group, on: true });
  assert.deepEqual(votesOf(await get(member, group, poll)), [0, 1, 0]);
  for (const [name, input] of [
    ['poll.vote', { group, poll, choices: [0] }],
    ['poll.vote', { group, poll: secret, choices: [0] }],
    ['poll.addChoice', { group, poll, text: 'Khác' }],
    ['poll.lock', { group, poll }],
    ['poll.unlock', { group, poll }],
    ['poll.remove', { group, poll }],
    ['poll.create', { group, question: 'Gì?', choices: CHOICES }],
  ] as const)
    assert.equal(await code(owner, name, input), 'forbidden', name);
});

test('a poll of another group is none here', async () => {
  const [here, there] = [await room(), await room()];
  const poll = await made(there.owner, there.group);
  const secret = await made(there.owner, there.group, { anonymous: true });
  const { group, owner } = here;
  for (const [name, more] of [
    ['poll.get', {}],
    ['poll.vote', { choices: [0] }],
    ['poll.addChoice', { text: 'Khác' }],
    ['poll.lock', {}],
    ['poll.unlock', {}],
    ['poll.remove', {}],
    ['poll.voters', { who: 'voted' }],
  ] as const)
    for (const it of [poll, secret])
      assert.equal(await code(owner, name, { group, poll: it, ...more }), 'not_found', name);
  const { polls } = await done<{ polls: Poll[] }>(owner, 'poll.read', { group, ids: [poll, secret] });
  assert.deepEqual(polls, []);
});

test('the list: newest first, open or closed, a page at a time', async () => {
  const { group, owner, member } = await room();
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(await made(member, group, { question: `Câu ${n}` }));
  await done(owner, 'poll.lock', { group, poll: ids[1] });
  type Page = { polls: Poll[]; more: boolean; open: number };
  const list = (more: object): Promise<Page> => done<Page>(owner, 'poll.list', { group, ...more });
  const open = await list({ which: 'open', limit: 3 });
  assert.deepEqual([open.polls.map((it) => it.id), open.more, open.open], [[ids[4], ids[3], ids[2]], true, 4]);
  const next = await list({ which: 'open', limit: 3, before: ids[2] });
  assert.deepEqual([next.polls.map((it) => it.id), next.more], [[ids[0]], false]);
  assert.deepEqual(
    (await list({ which: 'closed' })).polls.map((it) => it.id),
    [ids[1]],
  );
  assert.equal((await list({})).polls.length, 5);
});

test('what one does on a device, their others hear; of an anonymous vote nothing is told them', async () => {
  const { group, owner, member } = await room();
  const [one, other] = [await house.connect(member), await node.connect(member)];
  const poll = await made(owner, group);
  const { at } = await one.call('poll.vote', { group, poll, choices: [1] });
  await other.until(() => other.events.some((it) => it.on === 'poll.voted'));
  const told = other.events.find((it) => it.on === 'poll.voted')!;
  assert.deepEqual([told.in, told.n, told.with], [member.id, at, { group, id: poll, choices: [1] }]);
  const secret = await made(owner, group, { anonymous: true });
  const before = await sql<{ head: number }>`select head from streams where id = ${member.id}`.execute(house.db);
  assert.deepEqual(await one.call('poll.vote', { group, poll: secret, choices: [1] }), { at: 0 });
  const after = await sql<{ head: number }>`select head from streams where id = ${member.id}`.execute(house.db);
  assert.deepEqual(after.rows, before.rows);
});

test('votes, the lock and the deadline at once: who was told “done” is counted, and nobody else', async () => {
  const people = await Promise.all(Array.from({ length: 24 }, (_, n) => house.addPerson(`Người ${n}`)));
  const group = await house.addGroup(people);
  const owner = people[0]!;
  for (const anonymous of [false, true]) {
    for (const how of ['lock', 'deadline'] as const) {
      const endsAt = how === 'deadline' ? inAnHour() : null;
      const poll = await made(owner, group, { anonymous, endsAt });
      const votes = people.map((who, n) => vote(who, group, poll, [n % 3], undefined, n % 2 ? node : house));
      let closing: Promise<unknown>;
      if (how === 'lock') closing = done(owner, 'poll.lock', { group, poll }, undefined, node);
      else {
        node.pass(3_600_001);
        closing = close(node);
      }
      const answers = await Promise.all(votes);
      await closing;
      if (how === 'deadline') node.pass(-3_600_001);
      for (const it of answers)
        assert.ok(['done', how === 'lock' && !anonymous ? 'poll.locked' : 'poll.ended'].includes(it), it);
      const counted = [0, 1, 2].map((choice) => answers.filter((it, n) => it === 'done' && n % 3 === choice).length);
      const it = await get(owner, group, poll);
      assert.equal(it.voters, answers.filter((one) => one === 'done').length, `${how}, anonymous ${anonymous}`);
      assert.notEqual(it.state, 'open');
      assert.deepEqual(votesOf(it), it.few ? [null, null, null] : counted);
    }
  }
});

const person = fc.integer({ min: 0, max: 4 });
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      person,
      choices: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
      together: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('lock' as const, 'unlock' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('add' as const), person }) },
);

test(`after ${HISTORIES} random histories over two nodes the counters are those of the model`, async () => {
  const { group, owner, deputy, member, other, reader } = await room();
  const people = [owner, deputy, member, other, reader];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), fc.boolean(), async (steps, hidden) => {
      const poll = await made(owner, group, { most: 2, open: true, hidden });
      let choices = CHOICES.length;
      let locked = false;
      const model = new Map<number, number[]>();
      // Acts of different people may go at once, over both nodes; those of one person follow each other.
      let under = new Map<number, Promise<void>>();
      const settle = async (): Promise<void> => {
        await Promise.all(under.values());
        under = new Map();
      };
      for (const [at, it] of steps.entries()) {
        const on = at % 2 ? node : house;
        if (it.kind === 'vote') {
          if (!it.together || under.has(it.person)) await settle();
          const expected = locked
            ? 'poll.locked'
            : it.choices.some((one) => one >= choices) || it.choices.length > 2
              ? 'poll.wrong_choice'
              : 'done';
          if (expected === 'done') model.set(it.person, it.choices);
          under.set(
            it.person,
            vote(people[it.person]!, group, poll, it.choices, undefined, on).then((answer) =>
              assert.equal(answer, expected),
            ),
          );
          continue;
        }
        await settle();
        if (it.kind === 'add') {
          const answer = await code(
            people[it.person]!,
            'poll.addChoice',
            { group, poll, text: `Thêm ${at}` },
            undefined,
            on,
          );
          assert.equal(answer, locked ? 'poll.locked' : 'done');
          if (!locked) choices += 1;
        } else {
          await done(owner, `poll.${it.kind}`, { group, poll }, undefined, on);
          locked = it.kind === 'lock';
        }
      }
      await settle();
      const voted = [...model.values()].filter((it) => it.length > 0);
      const expected = Array.from({ length: choices }, (_, n) => voted.filter((it) => it.includes(n)).length);
      for (const [at, who] of people.entries()) {
        const it = await get(who, group, poll, at % 2 ? node : house);
        const mine = model.get(at) ?? [];
        assert.deepEqual([it.voters, it.mine], [voted.length, mine.toSorted((a, b) => a - b)]);
        const sees = locked || !hidden || mine.length > 0;
        assert.deepEqual(votesOf(it), sees ? expected : expected.map(() => null));
      }
    }),
    { numRuns: HISTORIES, endOnFailure: true },
  );
});

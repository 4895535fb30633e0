import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { sql } from 'kysely';

import type { InputOf } from '../../protocol/action.ts';
import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { reminderActions } from './protocol.ts';
import { RETITLED_MOST } from './rules.ts';

const house = await openTestHouse({ limits: false });
const node = await openTestHouse({ beside: house, limits: false });
const { cast, db } = house;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const refused =
  (code: string) =>
  (error: unknown): true => {
    assert.ok(error instanceof ClientProblem, String(error));
    assert.equal(error.code, code);
    return true;
  };

const now = (): number => house.house.now().getTime();
let passed = 0;
const pass = (ms: number): void => {
  house.pass(ms);
  node.pass(ms);
  passed += ms;
};
// So that nobody is signed out for not having been there.
afterEach(() => pass(-passed));
/** The job of one node, as it runs every few seconds. */
const tell = (at: TestHouse = house): Promise<void> =>
  at.features.jobs.find((it) => it.name === 'tell of reminders')!.run();

interface Card {
  readonly id: string;
  readonly text: string | null;
  readonly sender: string;
  readonly sent: Date;
  readonly card: { readonly id: string; readonly at?: number };
}

async function cardsIn(group: string): Promise<Card[]> {
  const { rows } = await sql<Card>`
    select id, text, sender, sent_at as sent, form->'card' as card from messages where group_id = ${group} and form->'card'->>'kind' = 'reminder' order by seq`.execute(
    db,
  );
  return rows;
}

type AnswerInput = InputOf<(typeof reminderActions)['reminder.answer']>;

/** Beginning with a full minute, so that times can be written down. */
const soon = (ms: number): number => Math.ceil((now() + ms) / 60_000) * 60_000;

async function made(client: TestClient, group: string, wish: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  await client.call('reminder.create', { group, title: 'Họp giao ban', start: soon(3 * HOUR), ...wish }, id);
  return id;
}

const read = async (client: TestClient, group: string, id: string) =>
  (await client.call('reminder.get', { group, reminder: id })).reminder;

async function people(count: number): Promise<TestPerson[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => house.addPerson(`Ksor Thử ${at}`)));
}

test('made once, stands in the conversation and on the board, is told early and at its time, once on two nodes', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), node.connect('member', { [group]: 0 })]);
  const start = soon(3 * HOUR);
  const id = newId();
  const wish = { group, title: 'Họp giao ban', place: 'Hội trường', start, early: [30, 60], text: 'Mang báo cáo.' };
  await leader.call('reminder.create', wish, id);
  await leader.call('reminder.create', wish, id);
  await member.until(() => member.of(group).some((it) => it.on === 'reminder.changed'));
  const shown = await read(member, group, id);
  assert.equal(shown.mayChange, false);
  assert.deepEqual(shown.early, [60, 30]);
  assert.deepEqual(
    shown.near.map((it) => [it.at, it.start, it.cancelled, it.counts.concerned, it.counts.none, it.mine]),
    [[start, start, false, 2, 2, null]],
  );
  assert.deepEqual(
    (await cardsIn(group)).map((it) => [it.id, it.text, it.card]),
    [[id, 'Họp giao ban', { id, kind: 'reminder' }]],
  );

  await tell();
  assert.equal((await cardsIn(group)).length, 1);
  for (const [ahead, cards] of [
    [HOUR, 2],
    [HOUR / 2, 3],
    [0, 4],
  ] as const) {
    pass(start - ahead - now());
    await Promise.all([tell(), tell(node), tell()]);
    await Promise.all([tell(), tell(node)]);
    const list = await cardsIn(group);
    assert.equal(list.length, cards);
    assert.deepEqual(list.at(-1)!.card, { id, kind: 'reminder', at: start });
    assert.equal(list.at(-1)!.sender, cast.leader.id);
  }
  await member.until(() => member.of(group).filter((it) => it.on === 'message.sent').length === 4);
  assert.equal((await leader.call('reminder.list', { group })).coming, 1, 'under way');
  pass(HOUR + 1_000);
  await tell();
  const past = await leader.call('reminder.list', { group, show: 'past' });
  assert.deepEqual(
    past.reminders.map((it) => it.id),
    [id],
  );
  assert.equal(past.coming, 0);
  assert.equal((await cardsIn(group)).length, 4);
});

test('answers: for one time and for all, sent again once, a substitute who may refuse, lists by unit', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other, { ...cast.reader, role: 'reader' }]);
  const [leader, member, other, reader] = await Promise.all([
    house.connect('leader'),
    node.connect('member'),
    house.connect('other'),
    node.connect('reader'),
  ]);
  const id = await made(leader, group, { repeat: { every: 'day', interval: 1 } });
  const [first, second] = (await read(member, group, id)).near.map((it) => it.at) as [number, number];
  const answer = (it: Pick<AnswerInput, 'answer'> & Partial<AnswerInput>): AnswerInput => ({
    group,
    reminder: id,
    at: null,
    ...it,
  });
  const counts = async (client = leader) => (await read(client, group, id)).near.map((it) => it.counts);

  const action = newId();
  const yes = answer({ answer: 'accepted' });
  const at = await member.call('reminder.answer', yes, action);
  assert.deepEqual(await member.call('reminder.answer', yes, action), at, 'sent again from the way');
  assert.equal((await member.call('reminder.answer', yes)).at, 0, 'it is so already');
  await leader.until(() => leader.of(group).some((it) => it.on === 'reminder.counted'));
  await reader.call('reminder.answer', answer({ at: second, answer: 'declined', reason: 'Đi cơ sở' }));
  assert.deepEqual(await counts(), [
    { concerned: 4, accepted: 1, declined: 0, substitute: 0, none: 3 },
    { concerned: 4, accepted: 1, declined: 1, substitute: 0, none: 2 },
  ]);
  // One time goes before all; all, said later, goes for each to come.
  await member.call('reminder.answer', answer({ at: first, answer: 'declined', reason: 'Ốm' }));
  const own = (await read(member, group, id)).near.map((it) => [it.mine?.answer, it.mine?.series]);
  assert.deepEqual(own, [
    ['declined', false],
    ['accepted', true],
  ]);
  // Reasons are for who asked and for leaders; others see who comes.
  const list = (client: TestClient) =>
    client.call('reminder.answers', { group, reminder: id, at: first, show: 'declined' });
  assert.equal((await list(leader)).people[0]?.given?.reason, 'Ốm');
  assert.equal((await list(other)).people[0]?.given?.reason, '');
  assert.equal((await list(member)).people[0]?.given?.reason, 'Ốm');
  await member.call('reminder.answer', answer({ answer: 'accepted' }));
  assert.equal((await counts())[0]?.accepted, 1);

  // Who is sent in somebody's place hears of it, and may say no.
  for (const substitute of [cast.member.id, cast.stranger.id])
    await assert.rejects(
      member.call('reminder.answer', answer({ at: first, answer: 'substitute', substitute })),
      refused('reminder.unfit_substitute'),
    );
  await assert.rejects(member.call('reminder.answer', answer({ answer: 'substitute' })), refused('malformed'));
  await member.call('reminder.answer', answer({ at: first, answer: 'substitute', substitute: cast.other.id }));
  const told = (client: TestClient, account: string) =>
    client
      .of(account)
      .filter((it) => it.on === 'reminder.standIn')
      .map((it) => (it.with as { what: string }).what);
  await other.until(() => told(other, cast.other.id).length === 1);
  assert.equal((await read(other, group, id)).near[0]?.standsInFor[0]?.id, cast.member.id);
  assert.deepEqual((await read(other, group, id)).near[1]?.standsInFor, []);
  await other.call('reminder.standIn', { group, reminder: id, at: first, for: cast.member.id, goes: false });
  await member.until(() => told(member, cast.member.id).includes('refused'));
  assert.deepEqual((await read(member, group, id)).near[0]?.mine?.substitute, {
    id: cast.other.id,
    name: (await read(member, group, id)).near[0]!.mine!.substitute!.name,
    refused: true,
  });
  assert.deepEqual((await counts())[0], { concerned: 4, accepted: 0, declined: 0, substitute: 0, none: 4 });
  await other.call('reminder.standIn', { group, reminder: id, at: first, for: cast.member.id, goes: true });
  assert.equal((await counts())[0]?.substitute, 1);
  await assert.rejects(
    reader.call('reminder.standIn', { group, reminder: id, at: first, for: cast.member.id, goes: true }),
    refused('not_found'),
  );
  await member.call('reminder.answer', answer({ at: first, answer: null }));
  await other.until(() => told(other, cast.other.id).includes('withdrawn'));
  assert.equal((await counts())[0]?.accepted, 1, 'what was said of all times counts again');

  const all = await leader.call('reminder.answers', { group, reminder: id, at: second });
  assert.equal(all.total, 4);
  assert.deepEqual(all.tallies, [{ under: '', concerned: 4, accepted: 1, declined: 1, substitute: 0, none: 2 }]);
  const found = await leader.call('reminder.answers', { group, reminder: id, at: second, show: 'none', limit: 1 });
  assert.deepEqual([found.total, found.people.length], [2, 1]);
  const log = await sql<{ count: number }>`
    select count(*) as count from events where body::text like '%Ốm%' or body::text like '%Đi cơ sở%'`.execute(db);
  assert.equal(log.rows[0]?.count, 0, 'reasons stand in no log');
});

test('who has left the group hears nothing of who goes for whom; what is said of all times goes for a moved one too', async () => {
  const [sends, sent] = (await people(2)) as [TestPerson, TestPerson];
  const group = await house.addGroup([cast.leader, cast.member, sends, sent]);
  const [leader, member, away] = await Promise.all([
    node.connect('leader'),
    house.connect('member'),
    house.connect(sends),
  ]);
  const start = soon(3 * HOUR);
  const id = await made(leader, group, { start, repeat: { every: 'day', interval: 1 } });
  const answer = { group, reminder: id, at: null };
  await away.call('reminder.answer', { ...answer, answer: 'substitute', substitute: cast.member.id });
  await member.call('reminder.answer', { ...answer, answer: 'substitute', substitute: sent.id });
  await leader.call('member.remove', { group, accounts: [sends.id, sent.id] });
  const heard = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from events where stream in (${sends.id}, ${sent.id}) and name = 'reminder.standIn'`.execute(
      db,
    );
    return rows[0]!.count;
  };
  const before = await heard();
  await member.call('reminder.standIn', { group, reminder: id, at: null, for: sends.id, goes: false });
  await member.call('reminder.answer', { ...answer, answer: 'accepted' });
  assert.equal(await heard(), before);

  await leader.call('reminder.move', { group, reminder: id, at: start, to: start + 6 * HOUR });
  pass(4 * HOUR);
  await member.call('reminder.answer', { ...answer, at: start, answer: 'declined', reason: 'Ốm' });
  await member.call('reminder.answer', { ...answer, answer: 'accepted' });
  assert.equal((await read(member, group, id)).near.find((it) => it.at === start)?.mine?.answer, 'accepted');
});

test('whoever was sent and leaves the group goes for nobody: who sent them is asked again', async () => {
  const [sent] = (await people(1)) as [TestPerson];
  const group = await house.addGroup([cast.leader, cast.member, sent]);
  const [leader, member] = await Promise.all([node.connect('leader'), house.connect('member')]);
  const id = await made(leader, group, { start: soon(3 * HOUR) });
  const answer = { group, reminder: id, at: null, answer: 'substitute' as const, substitute: sent.id };
  await member.call('reminder.answer', answer);
  assert.deepEqual((await read(member, group, id)).near[0]?.counts, {
    concerned: 3,
    accepted: 0,
    declined: 0,
    substitute: 1,
    none: 2,
  });
  await leader.call('member.remove', { group, accounts: [sent.id] });
  const { near } = await read(member, group, id);
  assert.deepEqual(near[0]?.counts, { concerned: 2, accepted: 0, declined: 0, substitute: 0, none: 2 });
  assert.deepEqual([near[0]?.mine?.again, near[0]?.mine?.substitute?.refused], [true, true]);
});

test('whom it concerns: people, units and roles; the others see it, and are not asked', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other, { ...cast.deputy, role: 'deputy' }]);
  const unit = newId();
  await sql`insert into units (id, name, folded) values (${unit}, 'Văn phòng', ${`van phong ${unit}`})`.execute(db);
  await sql`update accounts set unit = ${unit} where id = ${cast.other.id}`.execute(db);
  const [leader, member, other] = await Promise.all([
    house.connect('leader'),
    node.connect('member'),
    house.connect('other'),
  ]);
  const whom = { accounts: [], units: [unit], roles: ['deputy' as const] };
  const id = await made(leader, group, { whom });
  const shown = await read(member, group, id);
  assert.deepEqual([shown.concerns, shown.near[0]?.counts.concerned], [false, 2]);
  assert.deepEqual(shown.named.units, [{ id: unit, name: 'Văn phòng' }]);
  await assert.rejects(
    member.call('reminder.answer', { group, reminder: id, at: null, answer: 'accepted' }),
    refused('reminder.not_concerned'),
  );
  await other.call('reminder.answer', { group, reminder: id, at: null, answer: 'accepted' });
  const { tallies } = await leader.call('reminder.answers', { group, reminder: id });
  assert.deepEqual(
    tallies.map((it) => [it.under, it.concerned, it.accepted]),
    [
      ['', 1, 0],
      ['Văn phòng', 1, 1],
    ],
  );
  await assert.rejects(
    leader.call('reminder.create', {
      group,
      title: 'x',
      start: soon(HOUR),
      whom: { accounts: [], units: [], roles: [] },
    }),
    refused('malformed'),
  );
  await sql`update accounts set unit = null where id = ${cast.other.id}`.execute(db);
});

test('changed: another time asks anew, a single time moves or falls out, all of it is called off, everything removed', async () => {
  const group = await house.addGroup([cast.leader, cast.member, { ...cast.deputy, role: 'deputy' }]);
  const [leader, member, deputy] = await Promise.all([
    house.connect('leader'),
    node.connect('member', { [group]: 0 }),
    house.connect('deputy'),
  ]);
  const id = await made(leader, group, { repeat: { every: 'day', interval: 1 } });
  const [first, second] = (await read(leader, group, id)).near.map((it) => it.at) as [number, number];
  await member.call('reminder.answer', { group, reminder: id, at: null, answer: 'accepted' });

  await assert.rejects(
    member.call('reminder.change', { group, reminder: id, version: 1, title: 'x' }),
    refused('forbidden'),
  );
  await assert.rejects(
    deputy.call('reminder.change', { group, reminder: id, version: 1, title: 'x' }),
    refused('forbidden'),
  );
  await assert.rejects(
    leader.call('reminder.change', { group, reminder: id, version: 9, title: 'x' }),
    refused('reminder.changed_meanwhile'),
  );
  const same = await leader.call('reminder.change', { group, reminder: id, version: 1, title: 'Họp giao ban' });
  assert.equal(same.version, 1);
  // What does not matter to who comes is no news; a title is another word for the same.
  await leader.call('reminder.change', { group, reminder: id, version: 1, title: 'Họp tuần', text: 'Mang sổ' });
  assert.deepEqual(
    (await cardsIn(group)).map((it) => it.text),
    ['Họp tuần'],
  );
  assert.equal((await read(member, group, id)).near[0]?.mine?.again, false);

  await leader.call('reminder.move', { group, reminder: id, at: first, to: first + HOUR });
  let shown = await read(member, group, id);
  assert.deepEqual(
    shown.near.map((it) => [it.at, it.start, it.mine?.again, it.counts.accepted]),
    [
      [first, first + HOUR, true, 0],
      [second, second, false, 1],
    ],
  );
  await leader.call('reminder.cancel', { group, reminder: id, at: second });
  shown = await read(member, group, id);
  assert.deepEqual(
    shown.near.map((it) => [it.at, it.cancelled]),
    [
      [first, false],
      [second, true],
      [second + DAY, false],
    ],
  );
  await assert.rejects(
    member.call('reminder.answer', { group, reminder: id, at: second, answer: 'accepted' }),
    refused('reminder.cancelled'),
  );
  await assert.rejects(
    member.call('reminder.answer', { group, reminder: id, at: second + 1, answer: 'accepted' }),
    refused('reminder.no_such_time'),
  );
  // Moved, it is told of at its new time, once.
  pass(first - now() + 1_000);
  await tell();
  assert.equal((await cardsIn(group)).length, 3, 'first, moved, cancelled');
  pass(HOUR);
  await Promise.all([tell(), tell(node)]);
  assert.equal((await cardsIn(group)).length, 4);
  pass(DAY - HOUR);
  await tell();
  assert.equal((await cardsIn(group)).length, 4, 'the cancelled one is not told of');

  // Another rhythm: what was answered is asked anew.
  const { version } = await read(leader, group, id);
  await leader.call('reminder.change', { group, reminder: id, version, place: 'UBND xã', start: soon(5 * HOUR) });
  shown = await read(member, group, id);
  assert.deepEqual(shown.changed, ['time', 'place']);
  const next = shown.near.find((it) => it.start > now())!;
  assert.deepEqual([next.mine?.again, next.counts.accepted, next.counts.none], [true, 0, 3]);
  await member.call('reminder.answer', { group, reminder: id, at: null, answer: 'accepted' });
  assert.equal((await read(member, group, id)).near.at(-1)?.counts.accepted, 1);

  await leader.call('reminder.cancel', { group, reminder: id, reason: 'Bão số 13' });
  await leader.call('reminder.cancel', { group, reminder: id });
  shown = await read(member, group, id);
  assert.equal(shown.cancelled?.reason, 'Bão số 13');
  const texts = await cardsIn(group);
  pass(7 * HOUR);
  await tell();
  assert.equal((await cardsIn(group)).length, texts.length, 'called off, nothing is told');
  assert.equal((await leader.call('reminder.list', { group })).coming, 0);
  await assert.rejects(
    member.call('reminder.answer', { group, reminder: id, at: null, answer: 'accepted' }),
    refused('reminder.cancelled'),
  );

  await assert.rejects(member.call('reminder.remove', { group, reminder: id }), refused('forbidden'));
  await leader.call('reminder.remove', { group, reminder: id });
  await member.until(() => member.of(group).some((it) => it.on === 'reminder.removed'));
  const left = await sql<{ count: number }>`
    select (select count(*) from messages where group_id = ${group} and text is not null) + (select count(*) from reminder_answers where reminder = ${id})
      + (select count(*) from events where stream = ${group} and body::text like '%Họp%') as count`.execute(db);
  assert.equal(left.rows[0]?.count, 0, 'nothing of what it said is left');
});

test('one of many years is called otherwise where it is still looked at, and leaves nothing when it is removed', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([node.connect('leader'), house.connect('member', { [group]: 0 })]);
  const id = await made(leader, group, { repeat: { every: 'day', interval: 1 } });
  // As after so many days.
  const ids = Array.from({ length: 120 }, () => newId()).sort();
  await sql`
    with card as (
      insert into messages select (jsonb_populate_record(t, jsonb_build_object('id', n.id, 'seq', 100000 + n.at, 'ordinal', 100000 + n.at))).*
      from messages t, unnest(${ids}::uuid[]) with ordinality as n(id, at) where t.id = ${id}
    )
    insert into reminder_cards (reminder, message) select ${id}, unnest(${ids}::uuid[])`.execute(db);
  await leader.call('reminder.change', { group, reminder: id, version: 1, title: 'Giao ban tuần' });
  const titles = (await cardsIn(group)).map((it) => it.text);
  assert.deepEqual(
    [titles[0], titles[1], ...new Set(titles.slice(-RETITLED_MOST))],
    ['Giao ban tuần', 'Họp giao ban', 'Giao ban tuần'],
  );
  const heard = (on: string): number => member.of(group).filter((it) => it.on === on).length;
  await member.until(() => heard('message.edited') === RETITLED_MOST + 1);
  await leader.call('reminder.remove', { group, reminder: id });
  await member.until(() => heard('message.recalled') === ids.length + 1);
  assert.deepEqual(await cardsIn(group), []);
});

test('what was due while the house stood still is told when it is back; what is a day old is marked as missed', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const start = soon(2 * HOUR);
  const [short, long] = [await made(leader, group, { start, early: [30] }), await made(leader, group, { start })];
  const daily = await made(leader, group, { start, repeat: { every: 'day', interval: 1 } });
  pass(3 * HOUR);
  await Promise.all([tell(), tell(node)]);
  // One card each, for all that was due of the same time.
  const back = (await cardsIn(group)).slice(3);
  assert.deepEqual(back.map((it) => it.card.id).toSorted(), [short, long, daily].toSorted());
  const later = await made(leader, group, { start: soon(HOUR) });
  pass(5 * DAY);
  await tell(node);
  const list = (await cardsIn(group)).slice(7);
  assert.deepEqual(
    list.map((it) => it.card.id),
    [daily],
    'of the last five days only today’s',
  );
  const it = await read(leader, group, later);
  assert.equal(it.near[0]?.missed, true);
});

test('what is due is told although something else of it was changed before anybody looked', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await node.connect('leader');
  const start = soon(3 * HOUR);
  const once = await made(leader, group, { start });
  const daily = await made(leader, group, { start, early: [60], repeat: { every: 'day', interval: 1 } });
  pass(start + 50 - now());
  await leader.call('reminder.change', { group, reminder: once, version: 1, text: 'Mang báo cáo.', early: [30] });
  await leader.call('reminder.cancel', { group, reminder: daily, at: start + 3 * DAY, reason: 'Nghỉ lễ' });
  await leader.call('reminder.move', { group, reminder: daily, at: start + 4 * DAY, to: start + 4 * DAY + HOUR });
  await Promise.all([tell(), tell(node)]);
  await tell();
  const told = (await cardsIn(group)).filter((it) => it.card.at === start).map((it) => it.card.id);
  assert.deepEqual(told.sort(), [once, daily].sort());
  // What has another time now is told of at that one.
  pass(DAY);
  await leader.call('reminder.change', { group, reminder: daily, version: 3, start: start + DAY + HOUR });
  await tell();
  assert.equal((await cardsIn(group)).filter((it) => it.card.at === start + DAY).length, 0);
});

test('a node whose clock is a little ahead hides nothing that is due on another', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const there = await node.connect('leader');
  node.pass(30_000);
  const id = await made(there, group);
  node.pass(-30_000);
  const start = now() + 2_000;
  await there.call('reminder.change', { group, reminder: id, version: 1, start });
  pass(40_000);
  await tell();
  assert.equal((await cardsIn(group)).filter((it) => it.card.at === start).length, 1);
});

test('the clock is set: ahead, nothing is told twice; back again, nothing is lost', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const start = soon(HOUR);
  const daily = await made(leader, group, { start, repeat: { every: 'day', interval: 1, count: 10 } });
  const once = await made(leader, group, { start: start + 4 * DAY });
  pass(start - now() + 1);
  await tell();
  assert.equal((await cardsIn(group)).length, 3);
  // A wrong clock for some minutes: six days ahead.
  pass(6 * DAY);
  await tell();
  const ahead = await cardsIn(group);
  assert.equal(ahead.length, 4);
  assert.equal(ahead.at(-1)!.card.at, start + 6 * DAY);
  pass(-6 * DAY);
  await Promise.all([tell(), tell(node)]);
  await node.features.jobs.find((it) => it.name === 'tell of reminders after the clock was set back')!.run();
  assert.equal((await cardsIn(group)).length, 4);
  for (let day = 1; day <= 9; day += 1) {
    pass(DAY);
    await Promise.all([tell(), tell(node)]);
  }
  const times = (await cardsIn(group)).slice(2);
  assert.deepEqual(
    times
      .filter((it) => it.card.id === daily)
      .map((it) => it.card.at)
      .toSorted((a, b) => a! - b!),
    Array.from({ length: 10 }, (_, day) => start + day * DAY),
  );
  assert.equal(times.filter((it) => it.card.id === once).length, 1);
});

test('at once, on two nodes: answers and calling off, changing and being due', async () => {
  const members = await people(12);
  const group = await house.addGroup([cast.leader, ...members]);
  const leader = await house.connect('leader');
  const clients = await Promise.all(members.map((it, at) => (at % 2 ? house : node).connect(it)));
  const id = await made(leader, group);
  const outcomes = await Promise.allSettled([
    ...clients.map((client) => client.call('reminder.answer', { group, reminder: id, at: null, answer: 'accepted' })),
    leader.call('reminder.cancel', { group, reminder: id }),
  ]);
  assert.equal(outcomes.at(-1)?.status, 'fulfilled');
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from reminder_answers where reminder = ${id}`.execute(db);
  assert.equal(rows[0]?.count, outcomes.slice(0, -1).filter((it) => it.status === 'fulfilled').length);
  for (const it of outcomes.slice(0, -1)) if (it.status === 'rejected') refused('reminder.cancelled')(it.reason);

  for (let turn = 0; turn < 6; turn += 1) {
    const start = soon(HOUR);
    const it = await made(leader, group, { start });
    pass(start - now());
    const [moved] = await Promise.allSettled([
      leader.call('reminder.change', { group, reminder: it, version: 1, start: start + HOUR }),
      tell(),
      tell(node),
    ]);
    pass(HOUR);
    await Promise.all([tell(), tell(node)]);
    const told = (await cardsIn(group)).filter((card) => card.card.id === it && card.card.at !== undefined);
    const at = told.map((card) => card.card.at);
    assert.equal(new Set(at).size, at.length, 'each time once');
    if (moved.status === 'fulfilled') assert.ok(at.includes(start + HOUR), 'told at the time it was moved to');
    else assert.deepEqual(at, [start]);
  }
});

test('what cannot be is refused: times, rules, addresses, too many, groups that are frozen, readers and rights', async () => {
  const group = await house.addGroup([cast.leader, cast.member, { ...cast.deputy, role: 'deputy' }]);
  const [leader, member, deputy] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('deputy'),
  ]);
  const create = (it: Record<string, unknown>, client = leader) =>
    client.call('reminder.create', { group, title: 'x', start: soon(HOUR), ...it });
  for (const wish of [
    { start: now() - HOUR },
    { start: now() + 4_000 * DAY },
    { wholeDay: true },
    { start: now() - 9 * DAY, repeat: { every: 'day', interval: 1, count: 3 } },
    { repeat: { every: 'day', interval: 1, until: now() - DAY } },
  ])
    await assert.rejects(create(wish), refused('reminder.unfit_time'), JSON.stringify(wish));
  for (const wish of [
    { title: '  ' },
    { link: 'javascript:alert(1)' },
    { repeat: { every: 'week', interval: 1, on: [] } },
    { repeat: { every: 'week', interval: 1, on: [1, 1] } },
    { repeat: { every: 'day', interval: 1, until: 9, count: 2 } },
    { early: [10, 10] },
    { early: [0] },
  ])
    await assert.rejects(create(wish), refused('malformed'), JSON.stringify(wish));
  await assert.rejects(create({}, member), refused('forbidden'));
  await assert.rejects(create({ files: [newId()] }), refused('file.unknown'));
  const own = await made(deputy, group);
  // The owner decides about everybody, a deputy about no other leader.
  const owners = await made(leader, group);
  await assert.rejects(deputy.call('reminder.cancel', { group, reminder: owners }), refused('forbidden'));
  await leader.call('reminder.cancel', { group, reminder: own });
  await assert.rejects(member.call('message.recall', { group, message: owners }), refused('message.card'));
  await sql`update groups set archived_at = now() where id = ${group}`.execute(db);
  house.features.groups.forget(group);
  await assert.rejects(
    member.call('reminder.answer', { group, reminder: owners, at: null, answer: 'accepted' }),
    refused('forbidden'),
  );
  assert.equal((await member.call('reminder.read', { group, ids: [owners] })).reminders.length, 1);
  const before = (await cardsIn(group)).length;
  pass(3 * HOUR + 60_000);
  await tell();
  assert.equal((await cardsIn(group)).length, before, 'a frozen group is told nothing');
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { CastName } from '../../testing/cast.ts';
import type { Incident, OwnIncident } from './protocol.ts';
import { DEFAULT_RULES } from './rules/ruleset.ts';
import type { Rule } from './rules/ruleset.ts';

const MARKED = 'Độ mật: Tối mật';

let house: TestHouse;
let officer: TestPerson;
let second: TestPerson;
before(async () => {
  house = await openTestHouse({ limits: false });
  officer = await house.addPerson('Hoàng Văn Sự');
  second = await house.addPerson('Siu H’Nga');
  for (const it of [officer, second])
    assert.equal(await code('administrator', 'secrecy.setOfficer', { account: it.id, on: true }), 'done');
});

async function call<T>(who: CastName | TestPerson, name: string, input: unknown, id = newId()): Promise<T> {
  const { status, body } = await house.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

async function code(who: CastName | TestPerson | undefined, name: string, input: unknown): Promise<string> {
  const { status, body } = await house.post(who, name, input);
  return status === 200 ? 'done' : (body as { code: string }).code;
}

async function refuse(who: CastName | TestPerson = 'member', group = house.group): Promise<string> {
  const { body } = await house.post(who, 'message.send', { group, text: MARKED });
  const { code: said, incident } = body as { code: string; incident: string };
  assert.equal(said, 'secrecy.marked');
  return incident;
}

const listed = async (input: object = {}): Promise<Incident[]> =>
  (await call<{ incidents: Incident[] }>(officer, 'incident.list', input)).incidents;

const terms = (rule: string, more: readonly string[]): Rule[] =>
  DEFAULT_RULES.rules.map((it) => (it.id === rule ? { ...it, terms: [...it.terms, ...more] } : it));

test('an officer is told at once, and sees who, where, how and by which rule, and nothing of what it was', async () => {
  const line = await house.connect(officer);
  const incident = await refuse();
  await line.until(() => line.events.some((it) => it.on === 'incident.recorded'));
  const told = line.events.find((it) => it.on === 'incident.recorded')!;
  assert.deepEqual(told.with, { incident, kind: 'marked' });
  const [it] = await listed({ person: house.cast.member.id });
  assert.ok(it);
  assert.deepEqual(
    [it.id, it.person?.id, it.group?.id, it.channel, it.version, it.bytes, it.appeal, it.decision],
    [incident, house.cast.member.id, house.group, 'message.send', 1, Buffer.byteLength(MARKED), null, null],
  );
  assert.match(it.digest, /^[0-9a-f]{64}$/);
  const again = await refuse();
  const [next] = await listed({ limit: 1 });
  assert.deepEqual([next?.id, next?.digest], [again, it.digest], 'the same thing has the same mark');
  assert.ok(!JSON.stringify(await listed()).includes('Tối'));
});

test('the list is chosen from, goes on page by page, and is counted', async () => {
  const group = await house.addGroup([house.cast.deputy]);
  for (let count = 0; count < 3; count += 1) await refuse('deputy', group);
  const mine = await listed({ person: house.cast.deputy.id, group });
  assert.equal(mine.length, 3);
  const rule = mine[0]!.rules[0]!;
  assert.equal((await listed({ group, rule })).length, 3);
  assert.equal((await listed({ group, rule: 'none.such' })).length, 0);
  assert.equal((await listed({ group, kind: 'unchecked' })).length, 0);
  assert.equal((await listed({ group, channel: 'message.edit' })).length, 0);
  assert.equal((await listed({ group, to: mine[2]!.at })).length, 0);
  const first = await call<{ incidents: Incident[]; more: boolean }>(officer, 'incident.list', { group, limit: 2 });
  assert.deepEqual([first.incidents.map((it) => it.id), first.more], [[mine[0]!.id, mine[1]!.id], true]);
  const { at, id } = first.incidents[1]!;
  const rest = await call<{ incidents: Incident[]; more: boolean }>(officer, 'incident.list', {
    group,
    before: { at, id },
  });
  assert.deepEqual([rest.incidents.map((it) => it.id), rest.more], [[mine[2]!.id], false]);
  const counts = await call<{ total: number; rules: { rule: string; count: number }[]; days: { count: number }[] }>(
    officer,
    'incident.counts',
    {},
  );
  assert.ok(counts.total >= 3);
  assert.ok(counts.rules.some((it) => it.rule === rule && it.count >= 3));
  assert.equal(
    counts.days.reduce((sum, it) => sum + it.count, 0),
    counts.total,
  );
  assert.deepEqual(await call(officer, 'incident.export', { group }), { incidents: 3 });
});

test('nobody decides about what was refused to themselves, where there is somebody else who can', async () => {
  const incident = await refuse(officer, await house.addGroup([officer, house.cast.deputy]));
  await call(officer, 'incident.appeal', { incident, reason: 'Đây là lịch trực' });
  assert.equal(await code(officer, 'incident.decide', { incident, outcome: 'mistaken' }), 'incident.own');
  await call(second, 'incident.decide', { incident, outcome: 'upheld' });
});

test('whoever sent it appeals once, within seven days; the officer decides once, and the sender hears how', async () => {
  const incident = await refuse();
  assert.equal(await code('deputy', 'incident.appeal', { incident, reason: 'Đây là lịch trực' }), 'not_found');
  assert.equal(await code('member', 'incident.appeal', { incident, reason: MARKED }), 'secrecy.marked');
  await call('member', 'incident.appeal', { incident, reason: 'Đây là lịch trực tuần' });
  assert.equal(await code('member', 'incident.appeal', { incident, reason: 'Một lần nữa' }), 'incident.appealed');
  assert.equal((await listed({ waiting: true })).length, 1);
  const state = await call<{ appeals: number }>(officer, 'secrecy.state', {});
  assert.equal(state.appeals, 1);

  const line = await house.connect('member');
  await call(officer, 'incident.decide', { incident, outcome: 'mistaken', note: 'Từ trong tên riêng' });
  await line.until(() => line.events.some((it) => it.on === 'incident.decided'));
  assert.equal(await code(second, 'incident.decide', { incident, outcome: 'upheld' }), 'incident.decided');
  const own = await call<{ incidents: OwnIncident[] }>('member', 'incident.mine', {});
  const mine = own.incidents.find((it) => it.id === incident)!;
  assert.equal(mine.decision?.outcome, 'mistaken');
  assert.ok(!JSON.stringify(own).includes('Từ trong tên riêng') && !('rules' in mine), 'nothing of how it was found');
  const [kept] = await listed({ person: house.cast.member.id, from: mine.at, to: mine.at + 1 });
  assert.deepEqual(
    [kept?.decision?.by.id, kept?.decision?.note, kept?.appeal?.reason],
    [officer.id, 'Từ trong tên riêng', 'Đây là lịch trực tuần'],
  );

  const late = await refuse();
  await sql`update incidents set at = at - interval '7 days 1 minute' where id = ${late}`.execute(house.db);
  assert.equal(await code('member', 'incident.appeal', { incident: late, reason: 'Muộn' }), 'incident.too_late');
});

test('the rules are changed by two, never by one; from then on every node goes by them', async () => {
  const other = await node();
  const text = 'Tài liệu kho báu Ia Grai';
  const send = async (at: TestHouse): Promise<number> =>
    (await at.post('member', 'message.send', { group: house.group, text })).status;
  assert.equal(await send(house), 200);

  const rules = terms('stamp.words', ['tài liệu kho báu ia grai']);
  await fresh(officer, second);
  const { version } = await call<{ version: number }>(officer, 'ruleset.propose', {
    rules,
    reason: 'Từ ngữ địa phương',
  });
  assert.equal(version, 2);
  assert.equal(await code(second, 'ruleset.propose', { rules, reason: 'Một đề nghị nữa' }), 'ruleset.waiting');
  assert.equal(await code(officer, 'ruleset.approve', { version }), 'ruleset.own');
  assert.equal(await send(house), 200, 'one alone changes nothing');
  const before = await call<{ refused: boolean }>(officer, 'ruleset.try', { text });
  const after = await call<{ refused: boolean }>(officer, 'ruleset.try', { text, version });
  assert.deepEqual([before.refused, after.refused], [false, true]);

  await call(second, 'ruleset.approve', { version });
  assert.equal(await code(second, 'ruleset.approve', { version }), 'ruleset.decided');
  assert.equal(await send(house), 422);
  const since = Date.now();
  // It reads them when it hears of it.
  while ((await send(other)) !== 422) assert.ok(Date.now() - since < 30_000, 'the other node goes by them too');
  await other.close();
  const { versions, active } = await call<{
    versions: { version: number; state: string; broken: boolean }[];
    active: number;
  }>(officer, 'ruleset.list', {});
  assert.deepEqual(
    [active, versions.map((it) => [it.version, it.state, it.broken])],
    [
      2,
      [
        [2, 'active', false],
        [1, 'replaced', false],
      ],
    ],
  );
  const known = await call<{ version: number; rules: unknown }>('reader', 'secrecy.rules', { known: 2 });
  assert.deepEqual([known.version, known.rules], [2, null]);
});

test('rules that were changed in the database are noticed, and not gone by', async () => {
  const text = 'Tài liệu kho báu Ia Grai';
  await sql`update rulesets set rules = jsonb_set(rules, '{0,on}', 'false') where version = 2`.execute(house.db);
  const other = await node();
  const { version, broken } = await call<{ version: number; broken: boolean }>(officer, 'secrecy.state', {});
  assert.equal(version, 2, 'what this program has read while it held is in force');
  const state = await other.post(officer, 'secrecy.state', {});
  const seen = state.body as { version: number; broken: boolean };
  assert.deepEqual([seen.version, seen.broken], [1, true]);
  assert.equal(broken, false);
  assert.equal((await other.post('member', 'message.send', { group: house.group, text })).status, 200);
  assert.equal((await other.post('member', 'message.send', { group: house.group, text: MARKED })).status, 422);
  await other.close();
  const { rows } = await sql<{ count: number }>`
    select (select count(*)::int from audit_waiting where entry->>'act' = 'house.rulesBroken') +
      (select count(*)::int from audit where act = 'house.rulesBroken') as count`.execute(house.db);
  assert.equal(rows[0]?.count, 1);
  await sql`update rulesets set rules = jsonb_set(rules, '{0,on}', 'true') where version = 2`.execute(house.db);
});

test('approved rules do not go out of force by a word or a row that is taken away in the database', async () => {
  const stateOf = async (at: TestHouse) =>
    (await at.post(officer, 'secrecy.state', {})).body as { version: number; broken: boolean };
  await sql`update rulesets set state = 'withdrawn' where version = 2`.execute(house.db);
  const other = await node();
  assert.equal((await stateOf(other)).version, 2);
  await sql`create table taken as select * from rulesets where version = 2`.execute(house.db);
  await sql`delete from rulesets where version = 2`.execute(house.db);
  const reload = other.features.jobs.find((it) => it.name === 'read the secrecy rules')!;
  await reload.run();
  const gone = await stateOf(other);
  assert.deepEqual([gone.version, gone.broken], [2, true]);
  await sql`insert into rulesets select * from taken`.execute(house.db);
  await sql`drop table taken`.execute(house.db);
  await sql`update rulesets set state = 'active' where version = 2`.execute(house.db);
  await reload.run();
  assert.equal((await stateOf(other)).broken, false);
  await other.close();
});

test('one of the two is a secrecy officer, both have just proved who they are, and what is faulty is not proposed', async () => {
  const rules = terms('stamp.words', ['tài liệu hai']);
  const chief = await house.addPerson('Quản trị Hai');
  await sql`update accounts set administrator = true where id = ${chief.id}`.execute(house.db);
  await fresh(chief, house.cast.administrator, officer);
  assert.equal(await code(officer, 'ruleset.propose', { rules: [], reason: 'Không có gì' }), 'malformed');
  assert.equal(
    await code(officer, 'ruleset.propose', { rules: [...rules, rules[0]], reason: 'Hai lần một quy tắc' }),
    'ruleset.faulty',
  );
  const { version } = await call<{ version: number }>('administrator', 'ruleset.propose', {
    rules,
    reason: 'Đề nghị khác',
  });
  assert.equal(await code(chief, 'ruleset.approve', { version }), 'ruleset.officer_missing');
  await sql`update sessions set proved_at = now() - interval '1 day' where id = ${officer.session}`.execute(house.db);
  assert.equal(await code(officer, 'ruleset.approve', { version }), 'confirm_needed');
  await fresh(officer);
  assert.equal(await code(officer, 'ruleset.withdraw', { version }), 'not_found');
  await call(officer, 'ruleset.refuse', { version, note: 'Quá rộng' });
  assert.equal(await code('administrator', 'ruleset.withdraw', { version }), 'ruleset.decided');
  const next = await call<{ version: number }>('administrator', 'ruleset.propose', { rules, reason: 'Lần nữa' });
  await call('administrator', 'ruleset.withdraw', { version: next.version });
});

test('a file is tried out, and nothing of it is kept', async () => {
  const file = Buffer.from(`Báo cáo\n\n${MARKED}\n`).toString('base64');
  const tried = await call(officer, 'ruleset.tryFile', { name: 'thu.txt', file });
  assert.equal((tried as { refused: boolean }).refused, true);
  const plain = Buffer.from('Lịch trực tuần').toString('base64');
  assert.deepEqual(await call(officer, 'ruleset.tryFile', { name: 'thu.txt', file: plain }), {
    refused: false,
    unchecked: false,
    rules: [],
    handling: null,
  });
  const unknown = await call<{ unchecked: boolean }>(officer, 'ruleset.tryFile', { name: 'thu.exe', file: plain });
  assert.equal(unknown.unchecked, true);
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from files`.execute(house.db);
  assert.equal(rows[0]?.count, 0);
});

test('everybody is told whom to turn to and what to do; the early warning can be turned off', async () => {
  await call(officer, 'secrecy.setProcedure', { procedure: 'Báo ngay cho Văn phòng.' });
  const it = await call<{ officers: { account: string; name: string }[]; procedure: string }>(
    'reader',
    'secrecy.contacts',
    {},
  );
  assert.deepEqual(it.officers.map((each) => each.account).sort(), [officer.id, second.id].sort());
  assert.equal(it.procedure, 'Báo ngay cho Văn phòng.');
  const on = await call<{ on: boolean; rules: { rules: Rule[] } | null }>('reader', 'secrecy.rules', {});
  assert.ok(on.on && on.rules);
  await call(officer, 'secrecy.setEarly', { on: false });
  const off = await call<{ on: boolean; rules: unknown }>('reader', 'secrecy.rules', {});
  assert.deepEqual([off.on, off.rules], [false, null]);
});

test('incidents are kept for two years', async () => {
  const incident = await refuse();
  const job = house.features.jobs.find((it) => it.name === 'remove old incidents')!;
  await job.run();
  assert.ok((await listed()).some((it) => it.id === incident));
  await sql`update incidents set at = at - interval '731 days'`.execute(house.db);
  await job.run();
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from incidents`.execute(house.db);
  assert.equal(rows[0]?.count, 0);
});

/** Another node of the same house, with its keys. */
const node = (): Promise<TestHouse> =>
  openTestHouse({ beside: house, limits: false, env: { DATA_DIR: house.house.config.dataDir } });

/** As if they had entered a code just now, by the house's clock. */
async function fresh(...people: readonly TestPerson[]): Promise<void> {
  await sql`
    update sessions set proved_at = ${house.house.now()}::timestamptz, governed_at = ${house.house.now()}::timestamptz
    where account = any(${people.map((it) => it.id)}::uuid[])`.execute(house.db);
}

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { writeXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';

import { CAST } from '../../../testing/cast.ts';
import type { CastName } from '../../../testing/cast.ts';
import { openTestHouse } from '../../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../../testing/house.ts';
import { searchText } from '../../directory/rules.ts';
import type { OutputOf } from '../../../protocol/action.ts';
import type { comparingActions } from '../protocol/comparing.ts';
import { NUMBERS_LOOKED_UP } from '../rules.ts';

type Answer = OutputOf<(typeof comparingActions)['member.compare']>;

let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

async function compare(who: CastName | TestPerson, input: Record<string, unknown>): Promise<Answer> {
  const { status, body } = await house.post(who, 'member.compare', input);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Answer;
}

async function refusal(who: CastName | TestPerson, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { status, body } = await house.post(who, 'member.compare', input);
  assert.notEqual(status, 200);
  return body as Record<string, unknown>;
}

const resultOf = ({ listed }: Answer): unknown[] =>
  listed.map((it) => [it.line, it.result, it.person?.name ?? it.name]);
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

test('a pasted list against the members: both, to add, unknown, only in the group', async () => {
  const { cast } = house;
  const group = await house.addGroup([cast.leader, { ...cast.clerk, role: 'clerk' }, cast.member, cast.other]);
  const answer = await compare('clerk', {
    group,
    lines: [
      'Siu H’Nga 0905 318 464',
      'puih thung',
      '',
      'Trần Minh Đức\t0905318469',
      '0905 318 999',
      'Ai Đó Khác',
      '0905 1',
    ],
  });
  assert.deepEqual(resultOf(answer), [
    [1, 'both', 'Siu H’Nga'],
    [2, 'both', 'Puih Thưng'],
    [4, 'add', 'Trần Minh Đức'],
    [5, 'unknown', ''],
    [6, 'unknown', 'Ai Đó Khác'],
  ]);
  assert.deepEqual(
    answer.extra.map((it) => [it.name, it.role]),
    [
      ['Nguyễn Hoàng Phúc', 'owner'],
      ['Ksor H’Bích', 'member'],
    ],
  );
  assert.equal(answer.members, 4);
});

test('a file as offices have them: title above, names alone, numbers without their zero', async () => {
  const { cast } = house;
  const group = await house.addGroup([cast.leader, cast.member]);
  const file = await writeXlsx({
    sheets: [
      {
        name: 'DS',
        rows: [
          ['DANH SÁCH ĐỘI XUNG KÍCH'],
          [],
          ['STT', 'Họ và tên'],
          [1, 'PUIH THƯNG'],
          [2, 'Trần Minh Đức'],
          [3, 'Người Không Có'],
        ],
      },
    ],
  });
  assert.deepEqual(resultOf(await compare('leader', { group, file: base64(file) })), [
    [4, 'both', 'Puih Thưng'],
    [5, 'add', 'Trần Minh Đức'],
    [6, 'unknown', 'Người Không Có'],
  ]);
  const csv = 'Số điện thoại;Đơn vị\r\n905318465;Làng Grăng\r\n01689 123 456;\r\n';
  assert.deepEqual(resultOf(await compare('leader', { group, file: base64(csv) })), [
    [2, 'both', 'Puih Thưng'],
    [3, 'wrong', ''],
  ]);
  const nothing = await refusal('leader', { group, file: base64('Tuổi;Lương\r\n1;2\r\n') });
  assert.equal(nothing['code'], 'import.no_columns');
  const noise = await refusal('leader', { group, file: base64(Buffer.alloc(900, 7)) });
  assert.equal(noise['code'], 'import.unreadable');
});

test('who may neither add nor remove is refused; who may not see the members is not told who is in', async () => {
  const { cast } = house;
  const group = await house.addGroup([cast.leader, cast.member, { ...cast.reader, role: 'reader' }]);
  const lines = ['Trần Minh Đức 0905 318 469'];
  assert.equal((await refusal('reader', { group, lines }))['code'], 'forbidden');
  assert.equal((await refusal('stranger', { group, lines }))['code'], 'not_found');
  const leader = await house.connect('leader');
  await leader.call('group.govern', { group, approval: false, rights: { 'member.list': 'leaders' } });
  const answer = await compare('member', { group, lines });
  assert.deepEqual([answer.extra, answer.listed.length], [[], 1]);
});

test('hidden numbers are not to be found by trying: what was no news is free, the rest is owed', async () => {
  const clerk = await house.addPerson('Kpă Y-Thuận');
  const group = await house.addGroup([clerk]);
  const staff = (Object.keys(CAST) as CastName[]).map((it) => `${CAST[it].name} ${CAST[it].phone}`);
  const guesses = (from: number, n: number): string[] =>
    Array.from({ length: n }, (_, at) => `Siu H’Nga 09${String(70_000_000 + from + at)}`);
  await sql`update accounts set phone_shown = 'nobody'`.execute(house.db);
  // A list that has name and number together, as often as one likes.
  for (let round = 0; round < 3; round++) await compare(clerk, { group, lines: staff });
  const many = await compare(clerk, { group, lines: [...staff, ...guesses(0, NUMBERS_LOOKED_UP.burst + 500)] });
  assert.equal(many.listed.filter((it) => it.result === 'add').length, staff.length);
  // Now even one that would be found is not looked up, and neither are numbers elsewhere.
  const refused = await refusal(clerk, { group, lines: staff.slice(0, 1) });
  assert.equal(refused['code'], 'too_fast');
  assert.ok(Number(refused['wait']) > 6 * 3_600, 'what was too much is owed');
  const read = await house.post(clerk, 'member.readNumbers', { lines: ['0905 318 462'] });
  assert.equal((read.body as Record<string, unknown>)['code'], 'too_fast');
  house.pass(6 * 3_600_000);
  assert.equal((await refusal(clerk, { group, lines: staff.slice(0, 1) }))['code'], 'too_fast');
  house.pass(86_400_000);
  assert.equal((await compare(clerk, { group, lines: staff.slice(0, 1) })).listed[0]?.result, 'add');
});

test('a group of 5,000: searched, compared, and changed by hundreds', async (t) => {
  const { cast, db } = house;
  const group = await house.addGroup([cast.leader, { ...cast.clerk, role: 'clerk' }]);
  const people = Array.from({ length: 5_300 }, (_, n) => {
    const name = `${['Rơ Châm', 'Siu', 'Nguyễn Văn', 'Ksor'][n % 4]} ${['Bích', 'Thưng', 'Hiếu'][n % 3]} ${n}`;
    return {
      id: `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`,
      name,
      phone: `+8497${String(n).padStart(7, '0')}`,
    };
  });
  const ids = people.map((it) => it.id);
  await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), 'account'`.execute(db);
  await sql`
    insert into accounts (id, phone, name, search)
    select * from unnest(${ids}::uuid[], ${people.map((it) => it.phone)}::text[], ${people.map((it) => it.name)}::text[],
      ${people.map((it) => searchText({ name: it.name, position: '', unit: '' }))}::text[])`.execute(db);
  await sql`insert into members (group_id, account, role) select ${group}, unnest(${ids.slice(0, 3_600)}::uuid[]), 'member'`.execute(
    db,
  );
  const [leader, clerk] = await Promise.all([house.connect('leader'), house.connect('clerk')]);
  const took: Record<string, number> = {};
  const timed = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await run();
    took[what] = Math.round(performance.now() - began);
    return result;
  };
  const most = await timed('add 1,000', () => clerk.call('member.add', { group, accounts: ids.slice(3_600, 4_600) }));
  assert.equal(most.added.length, 1_000);
  const added = await timed('add 300', () => clerk.call('member.add', { group, accounts: ids.slice(4_600, 4_900) }));
  assert.equal(added.added.length, 300);
  await clerk.call('member.list', { group, query: 'bich' });
  await timed('page', () => clerk.call('member.list', { group, after: 3_000 }));
  const page = await timed('search', () => clerk.call('member.list', { group, query: 'thung 101' }));
  assert.deepEqual([page.total > 0, page.members.every((it) => it.name.includes('Thưng 101'))], [true, true]);
  const { changed } = await timed('appoint 200', () =>
    leader.call('member.appoint', { group, accounts: ids.slice(0, 200), role: 'reader' }),
  );
  assert.equal(changed, 200);
  const lines = people.slice(100, 5_100).map((it) => `${it.name}\t${it.phone}`);
  const answer = await timed('compare 5,000', () => compare('clerk', { group, lines }));
  const count = (result: string): number => answer.listed.filter((it) => it.result === result).length;
  assert.deepEqual([count('both'), count('add'), answer.extra.length], [4_800, 200, 102]);
  const { removed } = await timed('remove 200', () =>
    clerk.call('member.remove', { group, accounts: ids.slice(0, 200), reason: 'Đã chuyển công tác' }),
  );
  assert.equal(removed, 200);
  t.diagnostic(`milliseconds: ${JSON.stringify(took)}`);
});

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import fc from 'fast-check';
import { writeXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { actor, newStage } from '../../../testing/perform.ts';
import { accountEvents } from '../../accounts/protocol.ts';
import { memberEvents } from '../../members/protocol.ts';
import { loadMap } from '../../areas/map.ts';
import { directoryActions } from '../protocol.ts';
import { importActions } from '../protocol/import.ts';
import type { Report } from '../protocol/import.ts';
import { readAndPlan } from '../import/worker.ts';
import { planOnThread } from '../import/run.ts';
import { directoryHandlers } from '../server.ts';
import { importHandlers } from './import.ts';

/** Random staff lists, up to three one after another. */
const STAFF_LISTS = Number(process.env.STAFF_LISTS ?? 60);

let minutes = 0;
const stage = await newStage(
  { ...importActions, ...directoryActions },
  // In this thread: what a thread of its own costs would be paid a thousand times. The last test takes one.
  (house) => ({ ...importHandlers(house, readAndPlan), ...directoryHandlers(house) }),
  {
    events: { ...accountEvents, ...memberEvents },
    now: () => new Date(Date.UTC(2026, 10, 23) + (minutes += 1) * 60_000),
  },
);
const adminId = newId();
const admin = actor(adminId, true);
const code = (expected: string) => (error: unknown) => error instanceof Problem && error.code === expected;

before(async () => {
  await loadMap(stage.db);
  // One province and Ba Đình: reading 13,000 names costs most of an import of three rows, a thousand times.
  await sql`delete from area_aliases where area not in (select code from areas where code = '52' or parent = '52')`.execute(
    stage.db,
  );
  await sql`delete from areas where parent is not null and parent <> '52' and code <> '00004'`.execute(stage.db);
  await sql`insert into agency (name, area, help_name, help_phone) values ('UBND tỉnh', '52', 'A', '+84905000000')`.execute(
    stage.db,
  );
});

beforeEach(clear);

async function clear(): Promise<void> {
  await sql`truncate accounts, units, groups, members, sessions, streams cascade`.execute(stage.db);
  await sql`delete from areas where own`.execute(stage.db);
  await sql`insert into streams (id, kind) values (${adminId}, 'account')`.execute(stage.db);
  await sql`insert into accounts (id, name, phone, administrator) values (${adminId}, 'Lê Văn Khải', '+84905318470', true)`.execute(
    stage.db,
  );
}

interface Person {
  id: string;
  name: string;
  phone: string | null;
  position: string;
  unit: string;
  area: string | null;
  email: string;
  state: string;
}

async function people(): Promise<Person[]> {
  const { rows } = await sql<Person>`
    with recursive paths as (
      select id, name as path from units where parent is null
      union all
      select u.id, paths.path || ' / ' || u.name from units u join paths on paths.id = u.parent
    )
    select a.id, a.name, a.phone, a.position, coalesce(p.path, '') as unit, a.area, a.email, a.state
    from accounts a left join paths p on p.id = a.unit order by a.phone, a.id`.execute(stage.db);
  return rows;
}

const HEADINGS = ['Họ và tên', 'Số điện thoại', 'Đơn vị', 'Chức vụ', 'Địa bàn', 'E-mail'];

function file(rows: readonly (readonly string[])[], headings: readonly string[] = HEADINGS): string {
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  return Buffer.from([headings, ...rows].map((cells) => cells.map(quote).join(';')).join('\n')).toString('base64');
}

type More = { scope?: 'units' | 'all'; newUnits?: boolean };

function check(file: string, more: More = {}): Promise<Report> {
  return stage.do(admin, 'import.check', { name: 'danh-sach.csv', file, ...more });
}

async function apply(file: string, more: More = {}): Promise<Report> {
  const report = await check(file, more);
  const { digest } = report;
  const { counts } = await stage.do(admin, 'import.apply', {
    name: 'danh-sach.csv',
    file,
    digest,
    reviewed: true,
    ...more,
  });
  assert.deepEqual(counts, report.counts);
  return report;
}

const LIST = [
  ['Nguyễn Hoàng Phúc', '0905318462', 'UBND xã Ia Grai', 'Chủ tịch UBND xã', '23764', 'phuc@gialai.gov.vn'],
  ["SIU H'NGA", '905318464', 'UBND xã Ia Grai / Văn phòng HĐND và UBND', 'Chuyên viên', 'Ia Grai', ''],
  ['Ksor H’Bích', '0905 318 466', 'UBND xã Ia Grai > Trạm Y tế', 'Trưởng trạm', 'thị trấn Ia Kha', ''],
  ['Puih Thưng', '+84 905 318 465', '', 'Trưởng làng', 'xã Ia Grai, tỉnh Gia Lai', ''],
];

test('a first list: people and units come in; the same again changes nothing', async () => {
  const report = await check(file(LIST));
  assert.deepEqual(report.counts, { added: 4, changed: 0, moved: 0, left: 0, unchanged: 0, wrong: 0 });
  assert.deepEqual(
    report.unitsAdded,
    ['UBND xã Ia Grai', 'UBND xã Ia Grai / Trạm Y tế', 'UBND xã Ia Grai / Văn phòng HĐND và UBND'].toSorted(
      (a, b) => report.unitsAdded.indexOf(a) - report.unitsAdded.indexOf(b),
    ),
  );
  assert.equal((await people()).length, 1, 'a dry run writes nothing');

  await apply(file(LIST));
  assert.deepEqual(
    (await people()).map((it) => [it.name, it.phone, it.position, it.unit, it.area, it.email, it.state]),
    [
      [
        'Nguyễn Hoàng Phúc',
        '+84905318462',
        'Chủ tịch UBND xã',
        'UBND xã Ia Grai',
        '23764',
        'phuc@gialai.gov.vn',
        'active',
      ],
      ['Siu H’Nga', '+84905318464', 'Chuyên viên', 'UBND xã Ia Grai / Văn phòng HĐND và UBND', '23764', '', 'active'],
      ['Puih Thưng', '+84905318465', 'Trưởng làng', '', '23764', '', 'active'],
      ['Ksor H’Bích', '+84905318466', 'Trưởng trạm', 'UBND xã Ia Grai / Trạm Y tế', '23764', '', 'active'],
      ['Lê Văn Khải', '+84905318470', '', '', null, '', 'active'],
    ],
  );
  const again = await apply(file(LIST));
  assert.deepEqual(again.counts, { added: 0, changed: 0, moved: 0, left: 0, unchanged: 4, wrong: 0 });
  const { people: found } = await stage.do(admin, 'directory.search', { query: 'nga van phong' });
  assert.deepEqual(
    found.map((it) => it.name),
    ['Siu H’Nga'],
  );
});

test('changed, moved, left, returned: the report says what will be', async () => {
  await apply(file(LIST));
  const next = [
    ['Nguyễn Hoàng Phúc', '0905318462', 'UBND xã Ia Grai', 'Bí thư Đảng ủy', '23764', 'phuc@gialai.gov.vn'],
    ['Siu H’Nga', '0905318464', 'UBND xã Ia Grai / Trạm Y tế', 'Chuyên viên', '23764', ''],
    ['Đỗ Đức', '0905318499', 'UBND xã Ia Grai / Văn phòng HĐND và UBND', '', '', ''],
  ];
  const report = await check(file(next));
  const by = (result: string) => report.entries.filter((it) => it.result === result);
  assert.deepEqual(
    by('changed').map((it) => it.changes),
    [[{ field: 'position', from: 'Chủ tịch UBND xã', to: 'Bí thư Đảng ủy' }]],
  );
  assert.deepEqual(
    by('moved').map((it) => it.changes[0]),
    [{ field: 'unit', from: 'UBND xã Ia Grai / Văn phòng HĐND và UBND', to: 'UBND xã Ia Grai / Trạm Y tế' }],
  );
  assert.deepEqual(
    by('left').map((it) => [it.line, it.name]),
    [[null, 'Ksor H’Bích']],
  );
  assert.deepEqual(
    by('added').map((it) => [it.line, it.name]),
    [[4, 'Đỗ Đức']],
  );

  const phuc = (await people())[0]!.id;
  await sql`update accounts set registered_at = now() where id = ${phuc}`.execute(stage.db);
  const [bich] = (await people()).filter((it) => it.name === 'Ksor H’Bích');
  await sql`insert into sessions (id, account, token) values (${newId()}, ${bich!.id}, 'x')`.execute(stage.db);
  await apply(file(next));
  const after = await people();
  assert.equal(after.find((it) => it.id === bich!.id)!.state, 'left');
  assert.equal(after.find((it) => it.name === 'Puih Thưng')!.state, 'active', 'of no unit in the file');
  assert.equal(after.find((it) => it.id === phuc)!.position, 'Bí thư Đảng ủy');
  const { rows } = await sql<{ open: number }>`
    select count(*)::int as open from sessions where account = ${bich!.id} and ended_at is null`.execute(stage.db);
  assert.equal(rows[0]!.open, 0, 'a leaver’s devices are signed out');

  const { rows: told } = await sql<{ stream: string; body: unknown }>`
    select stream, body from events where name = 'account.changed'`.execute(stage.db);
  assert.deepEqual(
    told.map((it) => it.stream),
    [phuc],
    'the devices of who has signed in hear of the change',
  );
  assert.partialDeepStrictEqual(told[0]!.body, { position: 'Bí thư Đảng ủy', unitName: 'UBND xã Ia Grai' });

  const back = await apply(file([...next, LIST[2]!]));
  assert.deepEqual(back.counts, { added: 1, changed: 0, moved: 0, left: 0, unchanged: 3, wrong: 0 });
  assert.equal(
    (await people()).find((it) => it.id === bich!.id)!.state,
    'active',
    'the same account, not a second one',
  );
});

test('who is missing: of the units in the file, or of the whole agency; never residents, never the actor', async () => {
  await apply(file([...LIST, ['Trần Minh Đức', '0905318469', 'Sở Nội vụ', 'Chuyên viên', '', '']]));
  const resident = newId();
  await sql`insert into streams (id, kind) values (${resident}, 'account')`.execute(stage.db);
  await sql`insert into accounts (id, name, phone) values (${resident}, 'Người dân', '+84905000777')`.execute(stage.db);
  await sql`update accounts set position = 'Quản trị' where id = ${adminId}`.execute(stage.db);
  const one = file([LIST[0]!]);
  assert.deepEqual(
    (await check(one)).entries.filter((it) => it.result === 'left').map((it) => it.name),
    [],
  );
  const all = await check(one, { scope: 'all' });
  assert.deepEqual(
    all.entries
      .filter((it) => it.result === 'left')
      .map((it) => it.name)
      .sort(),
    ['Ksor H’Bích', 'Puih Thưng', 'Siu H’Nga', 'Trần Minh Đức'],
  );
  assert.equal(all.kept, 1, 'the administrator who does it');
  const without = file([['Nguyễn Hoàng Phúc', '0905318462']], HEADINGS.slice(0, 2));
  const narrow = await check(without);
  assert.deepEqual(
    narrow.counts,
    { added: 0, changed: 0, moved: 0, left: 0, unchanged: 1, wrong: 0 },
    'columns that are absent change nothing',
  );
});

test('every kind of wrong row is reported with its reason, and the rest goes in', async () => {
  await apply(file(LIST));
  const rows: [row: string[], code: string, more?: object][] = [
    [['Nguyễn Thị Hồng Vân', '0905 31 846', '', '', '', ''], 'phone_short', { n: 1 }],
    [['Trần Minh Đức', '0905318462', '', '', '', ''], 'phone_twice', { line: 2, name: 'Nguyễn Hoàng Phúc' }],
    [['Rơ Châm Hyơk', '01697 332 108', '', '', '', ''], 'phone_old', { phone: '+84397332108' }],
    [
      ['Đặng Quốc Huy', '0987114902', 'Văn phòng HĐND UBND xã', '', '', ''],
      'unit_unknown',
      { options: ['UBND xã Ia Grai / Văn phòng HĐND và UBND'] },
    ],
    [['Siu Blơn', '0352907771', 'UBND xã Ia Grai', '', 'Thôn 9', ''], 'area_unknown', { text: 'Thôn 9' }],
    [['', '0978552013', '', '', '', ''], 'name_missing'],
    [['Kpă Hùng', '', '', '', '', ''], 'phone_missing'],
    [['Kpă Hùng', '0905318471', '', '', 'Ia Grai, Hải Phòng', ''], 'area_unknown'],
    [['Kpă Hùng', '0905318472', '', '', '', 'khong phai thu'], 'email_wrong'],
    [['Kpă Hùng', '0905318473', '', 'x'.repeat(200), '', ''], 'position_long'],
    [['Kpă Hùng', '0905318474', 'x'.repeat(200), '', '', ''], 'unit_long'],
    [['Kpă Hùng', '0269 3 600 114', '', '', '', ''], 'phone_fixed'],
  ];
  const report = await apply(file([LIST[0]!, ...rows.map(([row]) => row), LIST[1]!]), { newUnits: false });
  assert.equal(report.counts.wrong, rows.length);
  for (const [at, [row, expected, more]] of rows.entries()) {
    const entry = report.entries.find((it) => it.line === at + 3)!;
    assert.equal(entry.result, 'wrong', row.join());
    assert.equal(entry.wrong[0]!.code, expected, row.join());
    if (more) assert.partialDeepStrictEqual(entry.wrong[0], more);
  }
  assert.equal(report.counts.unchanged, 2);
});

test('a slip in a row does not put its person out', async () => {
  await apply(file(LIST));
  const slip = [LIST[0]!, LIST[1]!, ['Ksor H’Bích', '0905 318 46', 'UBND xã Ia Grai > Trạm Y tế', '', '', '']];
  const report = await apply(file([...slip, ['Đỗ Đức', '0905318499', 'UBND xã Ia Grai > Trạm Y tế', '', '', '']]));
  assert.deepEqual([report.counts.left, report.kept], [0, 1]);
});

test('to be looked at first: owners, administrators, numbers under another name, new numbers', async () => {
  await apply(file(LIST));
  const [phuc, , , bich] = await people();
  const group = newId();
  await sql`insert into streams (id, kind) values (${group}, 'group')`.execute(stage.db);
  await sql`insert into groups (id, kind, name, created_by) values (${group}, 'directive', 'Nhóm', ${bich!.id})`.execute(
    stage.db,
  );
  await sql`insert into members (group_id, account, role) values (${group}, ${bich!.id}, 'owner')`.execute(stage.db);
  await sql`update accounts set administrator = true where id = ${phuc!.id}`.execute(stage.db);
  const list = file([
    ['Trần Văn Mới', '0905318464', 'UBND xã Ia Grai / Văn phòng HĐND và UBND', 'Chuyên viên', '23764', ''],
    ['Nguyễn Hoàng Phúc', '0905000123', 'UBND xã Ia Grai', '', '', ''],
    ['Đỗ Đức', '0905318499', 'UBND xã Ia Grai > Trạm Y tế', '', '', ''],
  ]);
  const report = await check(list);
  const reviews = Object.fromEntries(report.entries.map((it) => [`${it.result} ${it.name}`, it.review]));
  assert.deepEqual(reviews, {
    'changed Trần Văn Mới': ['other_name'],
    'added Nguyễn Hoàng Phúc': ['new_number'],
    'added Đỗ Đức': [],
    'left Nguyễn Hoàng Phúc': ['administrator'],
    'left Ksor H’Bích': ['owns_groups'],
  });
  assert.deepEqual(
    report.entries.find((it) => it.name === 'Ksor H’Bích'),
    {
      ...report.entries.find((it) => it.name === 'Ksor H’Bích')!,
      groups: 1,
      owned: 1,
    },
  );
  const asked = { name: 'x.csv', file: list, digest: report.digest };
  await assert.rejects(stage.do(admin, 'import.apply', asked), code('import.review'));
  const other = newId();
  await sql`insert into streams (id, kind) values (${other}, 'group')`.execute(stage.db);
  await sql`insert into groups (id, kind, name, created_by, approver) values (${other}, 'directive', 'Nhóm khác', ${phuc!.id}, ${bich!.id})`.execute(
    stage.db,
  );
  await sql`insert into members (group_id, account, role) values (${other}, ${bich!.id}, 'member')`.execute(stage.db);
  await stage.do(admin, 'import.apply', { ...asked, reviewed: true });

  const { rows: standing } = await sql<{ group: string; left: boolean; rights: number; approver: string | null }>`
    select m.group_id as "group", m.left_at is not null as left, s.rights_version as rights, g.approver
    from members m join streams s on s.id = m.group_id join groups g on g.id = m.group_id where m.account = ${bich!.id}`.execute(
    stage.db,
  );
  assert.deepEqual(
    standing.toSorted((a) => (a.group === group ? -1 : 1)).map((it) => [it.left, it.rights > 1, it.approver]),
    [
      [false, true, null],
      [true, true, null],
    ],
    'out of the groups of others, still owner of the own one; what was decided before commits no more',
  );
  const { rows: told } = await sql<{ stream: string; body: { accounts: string[] } }>`
    select stream, body from events where name = 'member.left'`.execute(stage.db);
  assert.deepEqual(
    told.map((it) => [it.stream, it.body.accounts]),
    [[other, [bich!.id]]],
  );
});

test('a number of one who left goes to a new person, who does not become the old one', async () => {
  await apply(file(LIST));
  await apply(file([LIST[0]!, LIST[1]!, ['Đỗ Đức', '0905318499', 'UBND xã Ia Grai > Trạm Y tế', '', '', '']]));
  const report = await apply(file([['Nguyễn Thị Lan', '0905318466', 'Sở Nội vụ', '', '', '']]), { newUnits: true });
  assert.deepEqual(report.entries.find((it) => it.name === 'Nguyễn Thị Lan')!.review, ['number_reused']);
  const all = await people();
  assert.deepEqual(
    all.filter((it) => ['Ksor H’Bích', 'Nguyễn Thị Lan'].includes(it.name)).map((it) => [it.name, it.phone, it.state]),
    [
      ['Nguyễn Thị Lan', '+84905318466', 'active'],
      ['Ksor H’Bích', null, 'left'],
    ],
  );
  assert.equal((await apply(file([['Nguyễn Thị Lan', '0905318466', 'Sở Nội vụ', '', '', '']]))).counts.unchanged, 1);
});

test('who was disabled stays so; who waits for approval is taken', async () => {
  await apply(file(LIST));
  const [phuc, hnga] = await people();
  await sql`update accounts set state = 'disabled' where id = ${phuc!.id}`.execute(stage.db);
  await sql`update accounts set state = 'waiting' where id = ${hnga!.id}`.execute(stage.db);
  const report = await apply(file([[...LIST[0]!.slice(0, 3), 'Khác', '23764', ''], LIST[1]!, LIST[2]!]));
  const states = new Map((await people()).map((it) => [it.id, it.state]));
  assert.equal(states.get(phuc!.id), 'disabled');
  assert.equal(states.get(hnga!.id), 'active');
  assert.deepEqual(report.entries.find((it) => it.name === 'Siu H’Nga')!.changes, [
    { field: 'state', from: 'waiting', to: 'active' },
  ]);
});

test('applied is what was checked, or nothing: the directory, the file or the choices changed meanwhile', async () => {
  const list = file(LIST);
  const { digest } = await check(list);
  const asked = { name: 'x.csv', file: list, digest };
  await assert.rejects(stage.do(admin, 'import.apply', { ...asked, scope: 'all' }), code('import.stale'));
  await assert.rejects(stage.do(admin, 'import.apply', { ...asked, file: file(LIST.slice(1)) }), code('import.stale'));
  await sql`update accounts set name = 'Lê Văn Khải Anh' where id = ${adminId}`.execute(stage.db);
  await assert.rejects(stage.do(admin, 'import.apply', asked), code('import.stale'));
  assert.equal((await people()).length, 1);

  const { digest: fresh } = await check(list);
  const id = newId();
  const first = await stage.do(admin, 'import.apply', { ...asked, digest: fresh }, id);
  assert.deepEqual(
    await stage.do(admin, 'import.apply', { ...asked, digest: fresh }, id),
    first,
    'the same action again',
  );
  const racing = await check(file(LIST.slice(0, 2).map((row) => [...row.slice(0, 3), 'Mới', '', ''])));
  const twice = await Promise.allSettled(
    [1, 2].map(() =>
      stage.do(admin, 'import.apply', {
        name: 'x.csv',
        file: file(LIST.slice(0, 2).map((row) => [...row.slice(0, 3), 'Mới', '', ''])),
        digest: racing.digest,
      }),
    ),
  );
  assert.equal(twice.filter((it) => it.status === 'fulfilled').length, 1, 'one of two at once');
});

test('a stranger’s file and an official who is no administrator are refused', async () => {
  const official = actor(newId());
  await assert.rejects(stage.do(official, 'import.check', { name: 'x', file: file(LIST) }), code('forbidden'));
  await assert.rejects(check(Buffer.from('%PDF-1.7').toString('base64')), code('import.no_columns'));
  await assert.rejects(check('not base64!'), code('malformed'));
  await assert.rejects(check(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]).toString('base64')), code('import.unreadable'));
});

test('areas: codes that lost their zeros, old names, villages near the unit, several of one name', async () => {
  await sql`
    insert into areas (code, parent, kind, name, folded, search, own) values
      ('23764.1', '23764', 'thôn', '2', '2', ' thon 2 xa ia grai tinh gia lai', true),
      ('23767.1', '23767', 'thôn', '2', '2', ' thon 2 xa ia hrung tinh gia lai', true)`.execute(stage.db);
  const unit = newId();
  await sql`insert into units (id, name, folded, area) values (${unit}, 'UBND xã Ia Hrung', 'ubnd xa ia hrung', '23767')`.execute(
    stage.db,
  );
  const table: [cell: string, unit: string, expected: string | null, wrong?: string][] = [
    ['23764', '', '23764'],
    ['4', '', '00004'],
    ['52', '', '52'],
    ['Xã Ia Grai (23764)', '', '23764'],
    ['P. Quy Nhơn', '', '21583'],
    ['ia ba', '', '23764'],
    ['xã Ia Bă, huyện Ia Grai', '', '23764'],
    ['Xã Ia Grai, huyện Ia Grai, tỉnh Gia Lai', '', '23764'],
    ['Gia Lai / Ia Grai', '', '23764'],
    ['Phường Trần Phú, thành phố Quy Nhơn, Bình Định', '', '21583'],
    ['Thôn 2', 'UBND xã Ia Hrung', '23767.1'],
    ['Thôn 2, xã Ia Grai', 'UBND xã Ia Hrung', '23764.1'],
    ['Thôn 2', '', null, 'area_ambiguous'],
    ['Thôn 9', 'UBND xã Ia Hrung', null, 'area_unknown'],
    ['99999', '', null, 'area_unknown'],
    ['Xã Không Có', '', null, 'area_unknown'],
  ];
  const report = await check(
    file(
      table.map(([cell, name], at) => [
        `Người ${String.fromCodePoint(65 + at)}`,
        `09050010${String(at).padStart(2, '0')}`,
        name,
        '',
        cell,
        '',
      ]),
    ),
  );
  for (const [at, [cell, , expected, wrong]] of table.entries()) {
    const entry = report.entries[at]!;
    assert.deepEqual(
      entry.wrong.map((it) => it.code),
      wrong ? [wrong] : [],
      cell,
    );
    assert.equal(entry.result === 'wrong', expected === null, cell);
  }
  const ambiguous = report.entries.find((it) => it.wrong[0]?.code === 'area_ambiguous')!;
  assert.deepEqual(ambiguous.wrong[0]!.options, [
    'Thôn 2, xã Ia Grai, tỉnh Gia Lai (23764.1)',
    'Thôn 2, xã Ia Hrung, tỉnh Gia Lai (23767.1)',
  ]);
  assert.equal(report.entries.find((it) => it.wrong[0]?.text === 'Thôn 9')!.wrong[0]!.place, 'xã Ia Hrung (23767)');
});

const unitName = fc.constantFrom(
  'UBND xã',
  'Văn phòng',
  'VĂN PHÒNG',
  'Phòng Kinh tế',
  'Trạm Y tế',
  'Tổ 1',
  'Sở Nội vụ',
);
const anyCells = fc.record({
  name: fc.constantFrom('Siu H’Nga', "SIU H'NGA", 'Kpă Hùng', 'Đỗ Đức', 'Nguyễn Thị Nga', 'Rơ Châm Hyơk', '', '12345'),
  phone: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 905_000_000, max: 905_000_014 }).map(String) },
    { weight: 1, arbitrary: fc.constantFrom('', '0905', 'abc', '01697332108', '02693600114') },
  ),
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.array(unitName, { minLength: 1, maxLength: 3 }).map((it) => it.join(' / ')) },
    { weight: 1, arbitrary: fc.constant('') },
  ),
  position: fc.constantFrom('', 'Chuyên viên', 'Trưởng phòng'),
  area: fc.constantFrom('', '23764', 'Ia Grai', 'ia kha', 'Thôn 9', 'xã Ia Hrung'),
  email: fc.constantFrom('', 'a@gialai.gov.vn', 'A@GIALAI.GOV.VN', 'wrong'),
});
// A row of nothing but empty cells is none.
const anyRow = anyCells.filter((it) => Object.values(it).some((cell) => cell !== ''));
const anyList = fc.record({
  rows: fc.array(anyRow, { minLength: 1, maxLength: 12 }),
  scope: fc.constantFrom('units' as const, 'all' as const),
  newUnits: fc.constantFrom(true, false, undefined),
});

test('any lists, one after another: the counts are the effect, and applying twice changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyList, { minLength: 1, maxLength: 3 }), async (lists) => {
      await clear();
      for (const { rows, ...more } of lists) {
        const csv = file(rows.map((it) => [it.name, it.phone, it.unit, it.position, it.area, it.email]));
        const old = new Map((await people()).map((it) => [it.id, it]));
        const report = await apply(csv, more);
        const now = await people();
        const { counts } = report;
        assert.equal(report.rows, rows.length);
        assert.equal(counts.added + counts.changed + counts.moved + counts.unchanged + counts.wrong, rows.length);

        const effect = { added: 0, changed: 0, moved: 0, left: 0, same: 0 };
        for (const it of now) {
          const was = old.get(it.id);
          if (!was || (was.state === 'left' && it.state === 'active')) effect.added += 1;
          else if (was.state === 'active' && it.state === 'left') effect.left += 1;
          else if (was.unit !== it.unit) effect.moved += 1;
          else if (JSON.stringify({ ...was, phone: '' }) !== JSON.stringify({ ...it, phone: '' })) effect.changed += 1;
        }
        for (const id of old.keys())
          assert.ok(
            now.some((it) => it.id === id),
            'nobody is ever deleted',
          );
        assert.deepEqual(
          { added: counts.added, changed: counts.changed, moved: counts.moved, left: counts.left },
          { added: effect.added, changed: effect.changed, moved: effect.moved, left: effect.left },
        );

        const again = await apply(csv, more);
        assert.deepEqual(
          {
            added: again.counts.added,
            changed: again.counts.changed,
            moved: again.counts.moved,
            left: again.counts.left,
          },
          { added: 0, changed: 0, moved: 0, left: 0 },
        );
        assert.deepEqual(again.unitsAdded, []);
        assert.deepEqual(await people(), now);
      }
    }),
    { numRuns: STAFF_LISTS },
  );
});

test('10,000 rows of XLSX: one transaction, whole statements', async () => {
  const rows = Array.from({ length: 10_000 }, (_, at) => [
    at + 1,
    `Nguyễn Văn ${['An', 'Bình', 'Chi', 'Dũng'][at % 4]} ${String.fromCodePoint(65 + (at % 26))}`,
    905_000_000 + at,
    `UBND xã ${at % 135} / Phòng ${at % 7}`,
    'Chuyên viên',
    23_764,
  ]);
  const xlsx = await writeXlsx({
    sheets: [{ name: 'Cán bộ', rows: [['STT', 'Họ tên', 'SĐT', 'Đơn vị', 'Chức vụ', 'Địa bàn'], ...rows] }],
  });
  const list = Buffer.from(xlsx).toString('base64');
  const report = await apply(list);
  assert.equal(report.counts.added, 10_000);
  const { rows: transactions } = await sql<{ count: number }>`
    select count(distinct xmin::text)::int as count from accounts where id <> ${adminId}`.execute(stage.db);
  assert.equal(transactions[0]!.count, 1);
  assert.equal((await apply(list)).counts.unchanged, 10_000);
});

test('one long text that a small file names again and again does not come out again and again', async () => {
  const long = 'Nguyễn '.repeat(4_600);
  const xlsx = await writeXlsx({
    sheets: [{ name: 'Cán bộ', rows: [HEADINGS, ...Array.from({ length: 5_000 }, () => HEADINGS.map(() => long))] }],
  });
  assert.ok(xlsx.length < 2_000_000, 'a small file');
  const report = await check(Buffer.from(xlsx).toString('base64'));
  assert.equal(report.counts.wrong, 5_000);
  assert.ok(JSON.stringify(report).length < 8_000_000);
});

test('a thread of its own reads the same as this one, and ends when the file cannot be read', async () => {
  const directory = { people: [], units: [], areas: { areas: [], aliases: [] }, near: null };
  const choices = { scope: 'units', newUnits: true, actor: undefined } as const;
  const task = (text: string) => ({ bytes: new Uint8Array(Buffer.from(text)), directory, choices });
  const list = 'Họ tên;Số điện thoại\nSiu H’Nga;0905318464\nKpă Hùng;abc\n';
  const [here, there, refused] = await Promise.all([
    readAndPlan(task(list)),
    planOnThread(task(list)),
    planOnThread(task('a;b\n1;2\n')),
  ]);
  assert.ok('planned' in here && 'planned' in there);
  assert.equal(there.planned.digest, here.planned.digest);
  assert.deepEqual(
    there.planned.entries.map((it) => it.result),
    ['added', 'wrong'],
  );
  assert.deepEqual(refused, { refusal: { code: 'import.no_columns', missing: ['name', 'phone'] } });
});

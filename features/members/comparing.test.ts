import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fold } from '../../protocol/fold.ts';
import type { ListedPerson } from '../directory/access/list.ts';
import { compareList } from './comparing.ts';
import { personInLine } from './numbers.ts';
import type { MemberPerson, NumberedPerson, PersonRow } from './store/comparing.ts';

const person = (account: string, name: string, unit = ''): PersonRow => ({
  account,
  name,
  position: '',
  unit,
  folded: fold(name),
});
const member = (account: string, name: string, unit = ''): MemberPerson => ({
  ...person(account, name, unit),
  role: 'member',
  photo: null,
});
const holder = (account: string, name: string, phone: string, shown = false): NumberedPerson => ({
  ...person(account, name),
  phone,
  shown,
});
const row = (line: number, it: Partial<ListedPerson>): ListedPerson => ({
  line,
  name: '',
  phone: null,
  wrong: '',
  unit: '',
  position: '',
  ...it,
});

test('a line is read for number and name, however it was pasted', () => {
  const read = (text: string): unknown[] => personInLine(text, 1).map(({ name, phone, wrong }) => [name, phone, wrong]);
  const cases: readonly (readonly [text: string, ...expected: unknown[]])[] = [
    ['Siu H’Nga 0905 318 464', ['Siu H’Nga', '+84905318464', '']],
    ['12\tĐinh Thị Y-Bích\t0905.318.464\tVăn thư\tUBND xã', ['Đinh Thị Y-Bích', '+84905318464', '']],
    ['1. Siu H’Nga – 0905318464', ['Siu H’Nga', '+84905318464', '']],
    ['0905318464; Siu H’Nga', ['Siu H’Nga', '+84905318464', '']],
    ['+84 905 318 464', ['', '+84905318464', '']],
    ['Rơ Châm H’Bích', ['Rơ Châm H’Bích', null, '']],
    ['Siu H’Nga, 0905 318', ['Siu H’Nga', null, '0905 318']],
    [''],
    ['—'],
  ];
  for (const [text, ...expected] of cases) assert.deepEqual(read(text), expected, text);
});

test('a number decides, else the name, with the unit where several have it', () => {
  const members = [
    member('nga', 'Siu H’Nga'),
    member('thung', 'Puih Thưng'),
    member('an1', 'Nguyễn Văn An', 'Sở Nội vụ'),
    member('sy', 'Lê Văn Sỹ'),
  ];
  const known = {
    members,
    numbered: [holder('nga', 'Siu H’Nga', '+84905318464'), holder('duc', 'Trần Minh Đức', '+84905318469')],
    named: [
      person('an1', 'Nguyễn Văn An', 'Sở Nội vụ'),
      person('an2', 'Nguyễn Văn An', 'UBND xã Ia Grai'),
      person('thung', 'Puih Thưng'),
    ],
  };
  const list = [
    row(2, { name: 'SIU H’NGA', phone: '+84905318464' }),
    row(3, { name: 'Trần Minh Đức', phone: '+84905318469' }),
    row(4, { name: 'Nguyễn Văn An', unit: 'Văn phòng UBND xã Ia Grai' }),
    row(5, { name: 'Nguyễn Văn An' }),
    row(6, { name: 'Puih Thưng', phone: '+84905000000' }),
    row(7, { name: 'Không Ai Cả' }),
    row(8, { wrong: '0905' }),
    row(9, { phone: '+84905318464' }),
  ];
  const { listed, extra, told } = compareList(list, known);
  assert.deepEqual(
    listed.map((it) => [it.from.line, it.result, it.person?.account]),
    [
      [2, 'both', 'nga'],
      [3, 'add', 'duc'],
      [4, 'add', 'an2'],
      [5, 'several', undefined],
      [6, 'number', 'thung'],
      [7, 'unknown', undefined],
      [8, 'wrong', undefined],
      [9, 'twice', 'nga'],
    ],
  );
  // Whom a line may mean is not said to be only in the group.
  assert.deepEqual(
    extra.map((it) => it.account),
    ['sy'],
  );
  // The two whose names and numbers the list had together were no news; nobody’s number was.
  assert.equal(told, 2 - 1);
});

test('what is told of a number counts unless the list had the name to it, or everybody sees it', () => {
  const numbered = [
    holder('a', 'Siu H’Nga', '+84905000001'),
    holder('b', 'Puih Thưng', '+84905000002'),
    holder('c', 'Lê Văn Sỹ', '+84905000003', true),
  ];
  const told = (rows: ListedPerson[]): number => compareList(rows, { members: [], numbered, named: [] }).told;
  assert.equal(told([row(1, { name: 'Siu H’Nga', phone: '+84905000001' })]), 0);
  assert.equal(told([row(1, { name: 'Puih Thưng', phone: '+84905000001' })]), 1);
  assert.equal(told([row(1, { phone: '+84905000002' }), row(2, { phone: '+84905000002' })]), 1);
  assert.equal(told([row(1, { phone: '+84905000003' })]), 0);
  assert.equal(told([row(1, { phone: '+84905999999' }), row(2, { name: 'Siu H’Nga' })]), 1);
});

test('5,000 members and 5,000 rows are held against each other in a moment', () => {
  const name = (n: number): string => `Người ${n} Thứ ${n % 700}`;
  const phone = (n: number): string => `+8490${String(n).padStart(7, '0')}`;
  const members = Array.from({ length: 5_000 }, (_, n) => member(`a${n}`, name(n)));
  const list = Array.from({ length: 5_000 }, (_, n) => row(n, { name: name(n + 1_000), phone: phone(n + 1_000) }));
  const numbered = list.map((it, n) => holder(`a${n + 1_000}`, it.name, it.phone!));
  const named = list.map((it, n) => person(`a${n + 1_000}`, it.name));
  const began = performance.now();
  const { listed, extra, told } = compareList(list, { members, numbered, named });
  const took = performance.now() - began;
  assert.equal(listed.filter((it) => it.result === 'both').length, 4_000);
  assert.equal(listed.filter((it) => it.result === 'add').length, 1_000);
  assert.equal(extra.length, 1_000);
  assert.equal(told, 0);
  // Not a figure: a second would mean that each row walks all members.
  assert.ok(took < 5_000, `${took} ms`);
});

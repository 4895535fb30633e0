import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { cleanCell, cleanName, readEmail, readName, readPhone } from './cells.ts';
import { columnOf, findHeader, fieldsOf, readRow } from './columns.ts';

test('numbers in every spelling, and what a spreadsheet makes of them', () => {
  const right = [
    '0905318462',
    '0905 318 462',
    '0905.318.462',
    '0905-318-462',
    '(0905) 318 462',
    '+84905318462',
    '+84 905 318 462',
    '+84 0905 318 462',
    '84905318462',
    '0084905318462',
    '905318462',
    "'0905318462",
  ];
  for (const cell of right) assert.deepEqual(readPhone(cleanCell(cell)), { phone: '+84905318462' }, cell);
  assert.deepEqual(readPhone(cleanCell(905318462)), { phone: '+84905318462' }, 'a number has lost its zero');
  assert.deepEqual(readPhone(cleanCell('\u00a00905\u00a0318\u00a0462\u200b ')), { phone: '+84905318462' });
});

test('a number that is none says why', () => {
  const table: [cell: string, code: string, more?: object][] = [
    ['', 'phone_missing'],
    ['0905 31 846', 'phone_short', { n: 1 }],
    ['09053', 'phone_short', { n: 5 }],
    ['0905 318 4621', 'phone_long', { n: 1 }],
    ['01697 332 108', 'phone_old', { text: '01697', phone: '+84397332108' }],
    ['1697332108', 'phone_old', { text: '01697', phone: '+84397332108' }],
    ['0121 234 5678', 'phone_old', { text: '01212', phone: '+84792345678' }],
    ['0269 3 600 114', 'phone_fixed'],
    ['0905318462; 0914220318', 'phone_many'],
    ['0905318462/0914220318', 'phone_many'],
    ['9.05318E+08', 'phone_scientific'],
    ['không có', 'phone_letters'],
    ['0905O18462', 'phone_letters'],
    ['+1 202 555 0143', 'phone_foreign'],
    ['0405318462', 'phone_not_mobile', { text: '040' }],
  ];
  for (const [cell, code, more] of table) {
    const read = readPhone(cleanCell(cell));
    assert.ok('wrong' in read, cell);
    assert.equal(read.wrong.code, code, cell);
    if (more) assert.partialDeepStrictEqual(read.wrong, more);
  }
});

test('whatever is in a cell, reading it ends in a number or a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.bigInt().map(String), fc.constantFrom(null, true)),
      (cell) => {
        const text = cleanCell(cell);
        assert.equal(cleanCell(text), text, 'cleaned once is cleaned');
        const read = readPhone(text);
        if ('phone' in read) assert.match(read.phone, /^\+84\d{9}$/);
        const name = readName(text);
        if ('name' in name) assert.deepEqual(readName(name.name), name, 'a name read again is the same name');
      },
    ),
  );
});

test('names: apostrophes, capitals, decomposed letters', () => {
  const table: [cell: string, name: string][] = [
    ["Siu H'Nga", 'Siu H’Nga'],
    ['Siu H‘Nga', 'Siu H’Nga'],
    ['Siu H´Nga', 'Siu H’Nga'],
    ['SIU H’NGA', 'Siu H’Nga'],
    ['NGUYỄN THỊ HỒNG VÂN', 'Nguyễn Thị Hồng Vân'],
    ['Y-THOA NIÊ', 'Y-Thoa Niê'],
    ['  Rơ   Châm\u00a0Tuấn ', 'Rơ Châm Tuấn'],
    ['Đặng Thị Bích Phượng'.normalize('NFD'), 'Đặng Thị Bích Phượng'],
    ['H’Bia', 'H’Bia'],
    ['AN', 'AN'],
  ];
  for (const [cell, name] of table) assert.deepEqual(readName(cleanCell(cell)), { name }, cell);
  assert.deepEqual(readName(''), { wrong: { code: 'name_missing' } });
  assert.ok('wrong' in readName('0905318462'));
  assert.ok('wrong' in readName('***'));
  assert.ok('wrong' in readName('A'.repeat(101)));
  assert.equal(cleanName('Lê Văn Khải'), 'Lê Văn Khải');
});

test('e-mail addresses', () => {
  assert.deepEqual(readEmail(''), { email: '' });
  assert.deepEqual(readEmail('Nga.Siu@GiaLai.gov.vn'), { email: 'nga.siu@gialai.gov.vn' });
  assert.deepEqual(readEmail('mailto:nga@gialai.gov.vn'), { email: 'nga@gialai.gov.vn' });
  for (const bad of ['nga', 'nga@', '@gialai.gov.vn', 'nga@gialai', 'a b@c.vn', 'nga@gialai..vn', 'x@y.vn, z@y.vn']) {
    assert.ok('wrong' in readEmail(bad), bad);
  }
});

test('headings in any order, spelling and case, below a title', () => {
  const table: [heading: string, column: string | undefined][] = [
    ['Họ và tên', 'name'],
    ['HỌ TÊN', 'name'],
    ['ho ten', 'name'],
    ['Họ và tên'.normalize('NFD'), 'name'],
    ['Họ và tên (*)', 'name'],
    ['SĐT', 'phone'],
    ['Số điện thoại (bắt buộc)', 'phone'],
    ['ĐT di động', undefined],
    ['Điện thoại di động', 'phone'],
    ['Đơn vị công tác', 'unit'],
    ['Cơ quan, đơn vị', 'unit'],
    ['Chức vụ/chức danh', 'position'],
    ['Địa bàn', 'area'],
    ['E-mail', 'email'],
    ['Email', 'email'],
    ['STT', undefined],
    ['Ghi chú', undefined],
  ];
  for (const [heading, column] of table) assert.equal(columnOf(heading), column, heading);

  const rows = [
    ['UBND XÃ IA GRAI'],
    ['DANH SÁCH CÁN BỘ', '', 'Tháng 11'],
    ['STT', 'Chức vụ', 'Họ và đệm', 'Tên', 'Số điện thoại', 'Ghi chú'],
    ['1', 'Y sĩ', 'Ksor', 'H’Bích', '0905318466', ''],
  ].map((cells) => ({ cells }));
  const header = findHeader(rows)!;
  assert.equal(header.at, 2);
  assert.deepEqual([...fieldsOf(header)].sort(), ['name', 'phone', 'position']);
  assert.deepEqual(header.ignored, ['STT', 'Ghi chú']);
  assert.partialDeepStrictEqual(readRow(header, rows[3]!.cells), {
    name: 'Ksor H’Bích',
    phone: '0905318466',
    unit: '',
  });
});

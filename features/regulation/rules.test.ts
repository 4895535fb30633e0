import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LETTERS_MOST, missingIn, moved } from './rules.ts';
import { hasAccepted } from './rules/accepted.ts';
import type { RegulationDocument } from './rules.ts';
import { clausesOf, closed, dateWords, fileStem, numberWords, outlineOf, placeWords, roman } from './rules/outline.ts';
import { abbreviated, signature, spelledOut, template } from './rules/template.ts';

const facts = {
  agency: 'UBND xã Ia Grai',
  units: ['UBND xã Ia Grai', 'Văn phòng HĐND và UBND'],
  place: 'Ia Grai',
  group: { name: 'Phòng chống thiên tai', kind: 'directive', announcing: false },
  leader: { name: 'Nguyễn Hoàng Phúc', position: 'Chủ tịch UBND xã' },
} as const;

test('clauses are numbered anew, points and dashes stay, one line alone has no number', () => {
  assert.deepEqual(clausesOf('Có hiệu lực từ ngày công bố.'), [{ label: '', text: 'Có hiệu lực từ ngày công bố.' }]);
  assert.deepEqual(clausesOf(' 3. Ba\n\n7)  bảy \nBốn\n a) một\nđ) hai\n- gạch\n2.5 triệu đồng'), [
    { label: '1.', text: 'Ba' },
    { label: '2.', text: 'bảy' },
    { label: '3.', text: 'Bốn' },
    { label: 'a)', text: 'một' },
    { label: 'đ)', text: 'hai' },
    { label: '-', text: 'gạch' },
    { label: '4.', text: '2.5 triệu đồng' },
  ]);
  assert.deepEqual(
    clausesOf('Không được:\na) Một;\nb) Hai.').map((it) => it.label),
    ['', 'a)', 'b)'],
  );
  assert.deepEqual(
    clausesOf('Thành viên:\nMột.\nHai.').map((it) => it.label),
    ['', '1.', '2.'],
  );
  assert.deepEqual(clausesOf(' \n\n'), []);
});

test('articles are numbered through all chapters', () => {
  const article = (title: string) => ({ kind: 'article', title, text: 'x' }) as const;
  const chapter = { kind: 'chapter', title: 'C' } as const;
  assert.deepEqual(
    outlineOf([article('a'), chapter, article('b'), chapter, article('c')]).map((it) => it.label),
    ['Điều 1.', 'Chương I', 'Điều 2.', 'Chương II', 'Điều 3.'],
  );
  assert.deepEqual([1, 4, 9, 14, 40, 99].map(roman), ['I', 'IV', 'IX', 'XIV', 'XL', 'XCIX']);
});

test('dates, numbers and lists as the decree writes them', () => {
  assert.equal(dateWords('2026-02-05'), 'ngày 05 tháng 02 năm 2026');
  assert.equal(dateWords('2026-11-19'), 'ngày 19 tháng 11 năm 2026');
  assert.equal(dateWords('2026-03-10'), 'ngày 10 tháng 3 năm 2026');
  assert.equal(dateWords(''), 'ngày … tháng … năm …');
  assert.equal(placeWords({ place: 'Ia Grai', date: '2026-03-01' }), 'Ia Grai, ngày 01 tháng 3 năm 2026');
  assert.equal(numberWords({ number: '8', symbol: 'QC-UBND' }), 'Số: 08/QC-UBND');
  assert.equal(numberWords({ number: '128', symbol: 'QC-UBND' }), 'Số: 128/QC-UBND');
  assert.match(numberWords({ number: '', symbol: 'QC-UBND' }), /^Số: \u00a0{7}\/QC-UBND$/);
  assert.deepEqual(closed(['Căn cứ A;', 'Căn cứ B.', '']), ['Căn cứ A;', 'Căn cứ B.']);
  assert.deepEqual(closed(['- Thành viên', 'Lưu: VT'], '- '), ['- Thành viên;', '- Lưu: VT.']);
  assert.equal(fileStem('Quản lý nhóm “Đường Ia Grai”'), 'quy-che-quan-ly-nhom-duong-ia-grai');
  assert.equal(fileStem('???'), 'quy-che');
});

test('the template carries the facts and can be published as it is', () => {
  const made = template(facts);
  assert.equal(missingIn(made), undefined);
  assert.deepEqual([made.superior, made.agency], ['', 'Ủy ban nhân dân xã Ia Grai']);
  assert.equal(made.place, 'Ia Grai');
  assert.equal(made.title, 'Quản lý và sử dụng nhóm “Phòng chống thiên tai” trên Nhà Rông');
  assert.deepEqual(
    [made.authority, made.position, made.signer],
    ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH', 'Nguyễn Hoàng Phúc'],
  );
  const text = JSON.stringify(made);
  for (const words of ['bí mật nhà nước', '21 giờ', 'Độ khẩn', 'duyệt vào nhóm', 'đồng ý với Quy chế'])
    assert.ok(text.includes(words), words);
  const office = template({ ...facts, leader: { name: 'Siu H’Nga', position: 'Chánh Văn phòng' } });
  assert.deepEqual(
    [office.superior, office.agency, office.symbol, office.position],
    ['Ủy ban nhân dân xã Ia Grai', 'Văn phòng HĐND và UBND', 'QC-VP', 'CHÁNH VĂN PHÒNG'],
  );
  const commune = template({ ...facts, units: ['UBND xã Ia Grai'] });
  assert.deepEqual([commune.superior, commune.agency, commune.symbol], ['', 'Ủy ban nhân dân xã Ia Grai', 'QC-UBND']);
  const none = template({ agency: 'Sở Nội vụ', units: [], place: 'Gia Lai' });
  assert.deepEqual([none.superior, none.agency, none.position], ['', 'Sở Nội vụ', 'TRƯỞNG NHÓM']);
  assert.equal(missingIn(none), undefined);
});

test('names, short names and who signs for whom', () => {
  assert.equal(spelledOut('UBND xã Ia Grai'), 'Ủy ban nhân dân xã Ia Grai');
  assert.equal(abbreviated('Sở Khoa học và Công nghệ'), 'SKHCN');
  assert.equal(abbreviated('Văn phòng HĐND và UBND'), 'VP');
  assert.equal(abbreviated('Trạm Y tế xã Ia Grai'), 'TYT');
  assert.equal(abbreviated('Ủy ban nhân dân xã Ia Grai'), 'UBND');
  assert.deepEqual(signature('Phó Chủ tịch UBND xã'), {
    authority: 'TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH',
    position: 'PHÓ CHỦ TỊCH',
  });
  assert.deepEqual(signature('Giám đốc'), { authority: '', position: 'GIÁM ĐỐC' });
});

test('what is missing before it can be published', () => {
  const made: RegulationDocument = template(facts);
  assert.equal(missingIn({ ...made, agency: ' ' }), 'agency');
  assert.equal(missingIn({ ...made, title: '' }), 'title');
  assert.equal(missingIn({ ...made, items: [] }), 'items');
  assert.equal(missingIn({ ...made, items: [{ kind: 'article', title: '', text: ' ' }] }), 'items');
  assert.equal(missingIn({ ...made, opening: 'x'.repeat(LETTERS_MOST) }), 'letters');
});

test('moving stays within the list; who accepted a later version has accepted', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 1, -1), ['b', 'a', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 2, 1), ['a', 'b', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 0, -1), ['a', 'b', 'c']);
  assert.equal(hasAccepted({ version: 0, accepted: 0 }), true);
  assert.equal(hasAccepted({ version: 2, accepted: 1 }), false);
  assert.equal(hasAccepted({ version: 2, accepted: 2 }), true);
});

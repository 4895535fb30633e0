import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from './judge.ts';
import { distance } from './picture.ts';
import { DEFAULT_RULES } from './ruleset.ts';

const judge = compile(DEFAULT_RULES);
const PAGE = [
  'UBND TỈNH GIA LAI    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
  'SỞ NỘI VỤ    Độc lập - Tự do - Hạnh phúc',
  'Số: 12/BC-SNV    Gia Lai, ngày 5 tháng 3 năm 2026',
  'BÁO CÁO',
  'Kết quả công tác bảo vệ bí mật nhà nước',
  'Kính gửi: Ủy ban nhân dân tỉnh.',
];
const withLine = (line: string): readonly string[] => [...PAGE.slice(0, 2), line, ...PAGE.slice(2)];

test('a page without a marking passes, whatever other stamps it has', () => {
  assert.equal(judge.ocr({ lines: PAGE, stamps: [] }).refused, false);
  for (const text of [
    'HỎA TỐC',
    'KHẨN',
    'THƯỢNG KHẨN',
    'GIẢI MẬT',
    'ĐẾN',
    'CÔNG VĂN ĐẾN',
    'SAO Y BẢN CHÍNH',
    '',
    'IOI',
    'MẪU',
    'ĐẠT',
    'TOM',
  ])
    assert.equal(judge.ocr({ lines: PAGE, stamps: [{ text, framed: true, aspect: 3.75 }] }).refused, false, text);
});

test('samples in the law and a letter beside a number are none', () => {
  const samples = ['Phụ lục', 'MẪU DẤU CHỈ ĐỘ MẬT', '1. Mẫu dấu Mật', 'MẬT', '2. Mẫu dấu Tối mật', 'TỐI MẬT'];
  assert.equal(judge.ocr({ lines: samples, stamps: [] }).refused, false);
  assert.equal(judge.ocr({ lines: [...PAGE, 'Số: 125/CĐ-UBND-M'], stamps: [] }).refused, false);
  assert.equal(judge.ocr({ lines: [...PAGE, 'Số: 125/CĐ-UBND(M)'], stamps: [] }).refused, true);
});

test('a stamp is read in spite of letters that were read wrong', () => {
  for (const [text, aspect] of [
    ['TUYỆT MẬT', 5],
    ['TUYÊT MẬI', 5],
    ['TUVET MAT', 5],
    ['UYET MAT', 5],
    ['TỐI MẬT', 3.75],
    ['TOI MAI', 3.75],
    ['T0I MAT', 3.75],
    ['TỐI MÃ1', 3.75],
    ['MẬT', 2.5],
    ['MAI', 2.5],
    ['MÁT', 2.4],
    ['NAT', 2.5],
  ] as const)
    assert.equal(judge.ocr({ lines: PAGE, stamps: [{ text, framed: true, aspect }] }).refused, true, text);
});

test('three letters are not guessed at without a frame', () => {
  for (const text of ['MAI', 'NAT', 'MA'])
    assert.equal(judge.ocr({ lines: PAGE, stamps: [{ text, framed: false, aspect: 2.5 }] }).refused, false, text);
  assert.equal(judge.ocr({ lines: PAGE, stamps: [{ text: 'MẬT', framed: false, aspect: 1 }] }).refused, true);
});

test('a line of the page is a marking near its top', () => {
  for (const line of ['MẬT', 'MAT', 'MÂT', 'TỐI MẬT', 'TOI MÂT', 'TUYET MAI', 'TUYỆT MẠT']) {
    assert.equal(judge.ocr({ lines: withLine(line), stamps: [] }).refused, true, line);
  }
  for (const line of ['MẶT TRẬN', 'ĐẾN', 'TỐI NAY', 'TUYỆT VỜI', 'GIẢI MẬT', 'BẢO MẬT']) {
    assert.equal(judge.ocr({ lines: withLine(line), stamps: [] }).refused, false, line);
  }
});

test('distance stops at what is asked', () => {
  assert.equal(distance('tuyetmat', 'tuyetmat', 2), 0);
  assert.equal(distance('tuvetmai', 'tuyetmat', 2), 2);
  assert.equal(distance('khan', 'tuyetmat', 2), 3);
});

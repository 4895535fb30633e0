import assert from 'node:assert/strict';
import { test } from 'node:test';

import { excerptOf, matchOf, numberMatch, numbersIn, readQuery, wordsOf } from './rules.ts';

const marked = (text: string, query: string, typing = true): string[] | undefined =>
  matchOf(text, readQuery(query, typing))?.marks.map(([a, b]) => text.slice(a, b));
const exact = (text: string, query: string): boolean | undefined => matchOf(text, readQuery(query, true))?.exact;

test('words are found without tones, đ as d, and what was found is marked as it stands there', () => {
  assert.deepEqual(marked('Đề nghị các thôn họp bàn', 'de nghi'), ['Đề nghị']);
  assert.deepEqual(marked('Bà con xem hướng dẫn vào nhóm', 'huong nhom dan'), ['hướng dẫn', 'nhóm']);
  assert.deepEqual(marked('Anh Rơ Châm H’Bích', 'ro cham hbich'), ['Rơ Châm H’Bích']);
  assert.deepEqual(marked('Anh Rơ Châm H’Bích', "h'bich"), ['H’Bích']);
  assert.equal(marked('Đề nghị họp', 'de nghi mai'), undefined);
});

test('the last word may be unfinished, but only the last, and only while it is typed', () => {
  assert.deepEqual(marked('Hướng dẫn tạo nhóm', 'tao nh'), ['tạo nhóm']);
  assert.equal(marked('Hướng dẫn tạo nhóm', 'tao nh '), undefined);
  assert.equal(marked('Hướng dẫn tạo nhóm', 'tao nh', false), undefined);
  assert.equal(marked('Hướng dẫn tạo nhóm', 'ta nhom'), undefined);
  assert.deepEqual(marked('anh nhé', '"anh nh'), ['anh nhé']);
});

test('tones that were typed tell exact texts from others; both spellings of hoà are one', () => {
  assert.equal(exact('Họp lúc 8 giờ', 'họp'), true);
  assert.equal(exact('Hộp thư cơ quan', 'họp'), false);
  assert.equal(exact('Họp lúc 8 giờ', 'hop'), false);
  assert.equal(exact('Uỷ ban, hoà giải, khoẻ, thuỷ lợi', 'ủy ban hòa giải khỏe thủy'), true);
  assert.equal(exact('ủy ban, hòa giải', 'uỷ ban hoà giải'), true);
  assert.equal(exact('Quý II, toàn xã', 'quý toàn'), true);
  assert.equal(exact('Bảo vệ', 'Bả'), true);
  assert.equal(exact('Báo cáo', 'Bả'), false);
  // Typed in parts, as some keyboards write.
  assert.equal(exact('Họp lúc 8 giờ', 'họp'.normalize('NFC')), true);
});

test('words in quotation marks follow each other', () => {
  assert.deepEqual(marked('làm theo hướng dẫn tạo nhóm mới', '"huong dan tao nhom"'), ['hướng dẫn tạo nhóm']);
  assert.equal(marked('tạo nhóm theo hướng dẫn', '"huong dan tao nhom"'), undefined);
  assert.deepEqual(marked('làm theo hướng dẫn tạo nhóm mới', '“hướng dẫn” mới'), ['hướng dẫn', 'mới']);
  assert.deepEqual(readQuery('""', true).terms, []);
});

test('numbers of documents are one however they are spelt; dates and counts are none', () => {
  const spelt = (text: string): string[] => numbersIn(text).flatMap((it) => [...it.spelt]);
  assert.deepEqual(spelt('Theo 694/STTTT-CNTT'), ['694/stttt/cntt']);
  assert.deepEqual(spelt('694-STTTT-CNTT.pdf'), ['694/stttt/cntt']);
  assert.deepEqual(spelt('694_STTTT_CNTT.pdf'), ['694/stttt/cntt']);
  assert.deepEqual(spelt('số: 694 /STTTT–CNTT'), ['694/stttt/cntt']);
  assert.deepEqual(spelt('893/QĐ-UBND, 35-CT/TW'), ['893/qd/ubnd', '35/ct/tw']);
  assert.deepEqual(spelt('Nghị định 30/2020/NĐ-CP'), ['30/2020/nd/cp', '30/nd/cp']);
  assert.deepEqual(spelt('05/KH-UBND'), ['5/kh/ubnd']);
  assert.deepEqual(spelt('ngày 19/11/2026, 3/4 số hộ, 0905-318-462, 8-10 người'), []);

  const asked = (text: string, query: string): number | undefined => {
    const { number } = readQuery(query, true);
    return number && numberMatch(text, number)?.wish;
  };
  const text = 'Triển khai công văn 694/STTTT-CNTT';
  for (const query of [
    '694/STTTT-CNTT',
    '694/stttt',
    '694 stttt',
    '694-stttt-cntt',
    '694–stttt',
    '694/',
    '694',
    'số 694/stt',
    '694 stttt cntt',
  ])
    assert.equal(asked(text, query) !== undefined, true, query);
  assert.equal(asked(text, '694/stttt'), 0);
  assert.equal(asked(text, '69'), undefined);
  assert.equal(asked(text, '694/ubnd'), undefined);
  assert.equal(asked('893/QĐ-UBND', '893/qd-ubnd'), 0);
  assert.equal(asked('30/2020/NĐ-CP', '30/nd-cp'), 0);
  assert.equal(asked('30/2020/NĐ-CP', '30/2020'), 0);
  assert.equal(readQuery('19/11/2026', true).number, undefined);
});

test('a long text is shown around what was found, cut between words', () => {
  const text = `${'mở đầu dài dòng '.repeat(20)}hướng dẫn tạo nhóm${' và phần còn lại'.repeat(20)}`;
  const { marks } = matchOf(text, readQuery('huong dan', true))!;
  const piece = excerptOf(text, marks);
  assert.ok(piece.text.length <= 142, piece.text);
  assert.ok(piece.text.startsWith('…') && piece.text.endsWith('…'));
  assert.deepEqual(
    piece.marks.map(([a, b]) => piece.text.slice(a, b)),
    ['hướng dẫn'],
  );
  assert.deepEqual(excerptOf('một\nhai', [[4, 7]]), { text: 'một hai', marks: [[4, 7]] });
  const faces = '😀'.repeat(200);
  assert.ok(excerptOf(faces, []).text.isWellFormed());
});

test('any text is read in time, and its words lie within it', () => {
  for (const text of [
    '',
    '’’’',
    '"'.repeat(500),
    '1/'.repeat(2_000),
    'a-'.repeat(4_000),
    '9/a'.repeat(2_000),
    '́'.repeat(100),
    '\u0000',
    '٣/ب',
    "it's 5'",
  ]) {
    const since = performance.now();
    for (const it of wordsOf(text)) assert.ok(it.to <= text.length && it.from < it.to && it.folded !== '');
    numbersIn(text);
    matchOf(text, readQuery(text.slice(0, 200), true));
    assert.ok(performance.now() - since < 2_000);
  }
});

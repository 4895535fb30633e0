import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { partsOf } from '../rules.ts';
import { linesOf, unmarked } from './markup.ts';
import type { Piece } from './markup.ts';

/** Styled words in brackets: b, i, s. */
function shown(text: string): string {
  const one = (it: Piece): string => {
    if (it.sign) return '';
    const style = [it.bold && 'b', it.italic && 'i', it.strike && 's'].filter(Boolean).join('');
    return style ? `[${style}:${it.text}]` : it.text;
  };
  return linesOf(text)
    .map(({ kind, mark, pieces }) => (kind === 'plain' ? '' : `<${kind} ${mark.trim()}>`) + pieces.map(one).join(''))
    .join('\n');
}

const written = (text: string): string =>
  linesOf(text)
    .map(({ mark, pieces }) => mark + pieces.map((it) => it.text).join(''))
    .join('\n');

test('bold, italic, struck out, one within the other; doubled signs do the same', () => {
  assert.equal(shown('*Hạn nộp:* trước 16:00'), '[b:Hạn nộp:] trước 16:00');
  assert.equal(shown('Nhờ _anh Phúc_ xem'), 'Nhờ [i:anh Phúc] xem');
  assert.equal(shown('họp ~thứ Năm~ thứ Sáu'), 'họp [s:thứ Năm] thứ Sáu');
  assert.equal(shown('*_khẩn_ lắm*'), '[bi:khẩn][b: lắm]');
  assert.equal(shown('**Kính gửi** các thôn'), '[b:Kính gửi] các thôn');
  assert.equal(shown('(*quan trọng*), “_trích_”.'), '([b:quan trọng]), “[i:trích]”.');
});

test('signs that are none stay as they are written', () => {
  for (const text of [
    '2*3*4 = 24',
    '5 * 3 * 2',
    'Bieu_tong_hop_ho_di_doi.xlsx',
    '~5 người, ~10 hộ',
    '*Lưu ý: chưa đóng',
    'một dòng *mở\nđóng* dòng khác',
    '***',
    '________',
    'snake_case và kebab-case',
  ]) {
    assert.equal(shown(text), text);
  }
  assert.equal(shown('*a *b*'), '*a [b:b]');
  assert.equal(shown('*a _b* c_'), '[b:a _b] c_');
});

test('addresses, numbers and names are never broken, and carry the style around them', () => {
  const link = linesOf('*xem https://gialai.gov.vn/a_b_c*d và 0905 318 462* nhé')[0]!.pieces;
  assert.deepEqual(
    link.filter((it) => it.href).map((it) => [it.text, it.bold]),
    [
      ['https://gialai.gov.vn/a_b_c*d', true],
      ['0905 318 462', true],
    ],
  );
  const text = 'Nhờ *@Siu H’Nga* và @Y_Blô_ Niê xem 694/STTTT-CNTT';
  const mentions = [
    { from: text.indexOf('@Siu'), to: text.indexOf('@Siu') + '@Siu H’Nga'.length, who: 'a' },
    { from: text.indexOf('@Y'), to: text.indexOf('@Y') + '@Y_Blô_ Niê'.length, who: 'b' },
  ];
  const named = linesOf(text, mentions)[0]!.pieces.filter((it) => it.mention);
  assert.deepEqual(
    named.map((it) => [it.text, it.bold, it.mention?.who]),
    [
      ['@Siu H’Nga', true, 'a'],
      ['@Y_Blô_ Niê', undefined, 'b'],
    ],
  );
});

test('lists: what begins a line stays as written, and holds styled words', () => {
  assert.equal(
    shown('Đề nghị:\n- rà soát *hộ ven suối*\n+ báo cáo\n1. trước 16:00\n2) gửi văn phòng\n12. xong'),
    'Đề nghị:\n<bullet ->rà soát [b:hộ ven suối]\n<bullet +>báo cáo\n<number 1.>trước 16:00\n<number 2)>gửi văn phòng\n<number 12.>xong',
  );
  assert.equal(shown('-5 độ'), '-5 độ');
  assert.equal(shown('1.234,5 tấn'), '1.234,5 tấn');
  assert.equal(shown('-'), '-');
  assert.equal(shown('* đầu dòng có *đậm*'), '<bullet *>đầu dòng có [b:đậm]');
});

test('without its signs', () => {
  assert.equal(unmarked('*Khẩn:* di dời\n- 14 hộ _ven suối_'), 'Khẩn: di dời\n- 14 hộ ven suối');
  assert.equal(unmarked('2*3'), '2*3');
});

const alphabet = fc.constantFrom(
  '*',
  '**',
  '_',
  '~',
  ' ',
  '\n',
  '- ',
  '1. ',
  'a',
  'đậm',
  'Ặ',
  '👍🏽',
  '.',
  '(',
  ')',
  '@',
  '/',
  'https://a.vn/x_y*z',
  '0905 318 462',
  '694/STTTT-CNTT',
  'a@b.vn',
  '“',
  '”',
  '\t',
  '12) ',
);
const texts = fc.oneof(
  fc.array(alphabet, { maxLength: 60 }).map((it) => it.join('')),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);

test('whatever is written: marks, pieces and line feeds are the text; nothing is lost, nothing whole is broken', () => {
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(written(text), text);
      for (const [at, { mark, pieces }] of linesOf(text).entries()) {
        const line = text.split('\n')[at]!;
        const whole = partsOf(line.slice(mark.length)).filter((it) => it.href || it.whole);
        const kept = pieces.filter((it) => it.href || it.whole).map((it) => it.text);
        // What is read of the whole line and of the line behind its mark may differ at the mark only.
        for (const it of kept) assert.ok(line.includes(it));
        for (const it of whole) {
          const there = kept.some((one) => one.includes(it.text) || it.text.includes(one));
          assert.ok(there || mark !== '', `${it.text} in ${JSON.stringify(text)}`);
        }
        for (const it of pieces) assert.ok(it.text.length > 0);
        for (const it of pieces) if (it.sign) assert.match(it.text, /^([*_~])\1?$/);
        // Signs stand in pairs.
        for (const sign of '*_~') {
          const count = pieces.filter((it) => it.sign && it.text[0] === sign).length;
          assert.equal(count % 2, 0);
        }
      }
    }),
    { numRuns: 3_000 },
  );
});

test('mentions anywhere, even senseless ones: the text stays whole', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { maxLength: 5 }), (text, places) => {
      const mentions = places
        .map(([from, length]) => ({ from, to: from + length }))
        .toSorted((a, b) => a.from - b.from);
      const again = linesOf(text, mentions)
        .map(({ mark, pieces }) => mark + pieces.map((it) => it.text).join(''))
        .join('\n');
      assert.equal(again, text);
    }),
    { numRuns: 1_500 },
  );
});

test('the time grows with the length of the text, whatever somebody may write', () => {
  for (const piece of ['*', '*a ', '*a* ', '_*~', '*a _b ~c ', '- *x*\n', '@', 'a_', '**a', '~ ~', '1. _x_\n']) {
    const time = (length: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      let best = Infinity;
      for (let round = 0; round < 5; round += 1) {
        const began = performance.now();
        linesOf(text);
        best = Math.min(best, performance.now() - began);
      }
      return best;
    };
    time(4_000);
    // Sixteen times the letters: quadratic would be 256 times as long; making room for the pieces costs some.
    const [short, long] = [Math.max(0.3, time(4_000)), time(64_000)];
    assert.ok(long < short * 130, `${JSON.stringify(piece)}: ${short} ms, ${long} ms`);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { BYTES_MOST, partsOf, TEXT_MOST, tooLongBy } from './rules.ts';

test('finds web addresses and leaves the sentence around them', () => {
  const links = (text: string): (string | undefined)[] => partsOf(text).flatMap((it) => (it.href ? [it.href] : []));
  assert.deepEqual(links('Xem https://gialai.gov.vn/van-ban?id=694.'), ['https://gialai.gov.vn/van-ban?id=694']);
  assert.deepEqual(links('(http://a.vn/x(1)) và “https://b.vn/đường-dẫn”'), [
    'http://a.vn/x(1)',
    'https://b.vn/đường-dẫn',
  ]);
  assert.deepEqual(links('https://a.vn, https://b.vn!'), ['https://a.vn', 'https://b.vn']);
  assert.deepEqual(links('javascript:alert(1) data:text/html,x ftp://a.vn www.a.vn'), []);
  // An address that shows one name and leads to another.
  assert.deepEqual(links('https://gialai.gov.vn@evil.example/'), []);
  assert.deepEqual(links('https://'), []);
});

const hrefs = (text: string): string[] => partsOf(text).flatMap((it) => it.href ?? []);

test('finds Vietnamese phone numbers in any spelling', () => {
  for (const spelling of [
    '0905318462',
    '0905 318 462',
    '0905.318.462',
    '090-531-8462',
    '0905\u00a0318\u00a0462',
    '0 905 318 462',
    '+84905318462',
    '+84 905 318 462',
    '(+84) 905 318 462',
    '+84 (0) 905 318 462',
    '0084 905318462',
  ]) {
    const [before, number, after] = partsOf(`Gọi ${spelling}, gấp.`);
    assert.deepEqual(number, { text: spelling, href: 'tel:+84905318462', whole: true }, spelling);
    assert.deepEqual([before?.text, after?.text], ['Gọi ', ', gấp.']);
  }
  assert.deepEqual(hrefs('Máy bàn 0269 3 600 114 hoặc (0269) 3600.114'), ['tel:+842693600114', 'tel:+842693600114']);
  assert.deepEqual(hrefs('ĐT:0905318462/0912345678, 0987.654.321'), [
    'tel:+84905318462',
    'tel:+84912345678',
    'tel:+84987654321',
  ]);
  assert.deepEqual(hrefs('0905 318 462 0912 345 678'), ['tel:+84905318462', 'tel:+84912345678']);
});

test('takes no other number for a phone number', () => {
  for (const text of [
    'CCCD 064088012345',
    'Hạn 05-11-2026 14:30',
    'họp 03.12.2026 08 giờ',
    '03 04 05 06 07',
    '0905318462/UBND',
    '0905318462a',
    '10905318462',
    '1.905.318.462 đồng',
    '0405318462',
    'mã 0905 318',
    'AB0905318462',
    '1900',
  ])
    assert.deepEqual(hrefs(text), [], text);
  assert.deepEqual(hrefs('https://a.vn/0905318462'), ['https://a.vn/0905318462']);
});

test('finds e-mail addresses', () => {
  assert.deepEqual(hrefs('Gửi ubnd.iagrai@gialai.gov.vn, (h.bia+1@a-b.vn).'), [
    'mailto:ubnd.iagrai@gialai.gov.vn',
    'mailto:h.bia+1@a-b.vn',
  ]);
  assert.deepEqual(hrefs('a@b @ten a@ a@b.c hòa@a.vn a@b.vn@c.vn'), []);
});

test('keeps numbers of documents, dates and phone numbers in one piece', () => {
  const whole = (text: string): string[] => partsOf(text).flatMap((it) => (it.whole ? [it.text] : []));
  assert.deepEqual(
    whole('Công văn 694/UBND-VX, Nghị định 12/2026/NĐ-CP. Hạn 05-11-2026 14:30, từ 7.30–11.30; 45-QĐ/TU.'),
    ['694/UBND-VX', '12/2026/NĐ-CP', '05-11-2026', '7.30–11.30', '45-QĐ/TU'],
  );
  assert.deepEqual(whole('0905 318 462'), ['0905 318 462']);
  // These break nowhere by themselves.
  assert.deepEqual(whole('1.250.000 đồng lúc 14:30, và/hoặc, UBND-VX'), []);
  assert.deepEqual(whole(`1/${'a'.repeat(50)}`), []);
});

test('the parts together are the text', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.webUrl(),
          fc.emailAddress(),
          fc.constantFrom('(', ').', ' ', '\n', 'https://', '0905', '318', '+84', '462', '12/NĐ-CP'),
        ),
      ),
      (pieces) => {
        const text = pieces.join('');
        const parts = partsOf(text);
        assert.equal(parts.map((it) => it.text).join(''), text);
        for (const { href } of parts) if (href) assert.match(new URL(href).protocol, /^(?:https?|tel|mailto):$/);
      },
    ),
    { numRuns: 500 },
  );
});

test('says by how much a text is too long, in code points and in bytes', () => {
  assert.ok(tooLongBy('ngắn') < 0);
  assert.equal(tooLongBy('a'.repeat(TEXT_MOST)), 0);
  assert.equal(tooLongBy('a'.repeat(TEXT_MOST + 3)), 3);
  assert.equal(tooLongBy('😀'.repeat(TEXT_MOST)), 0);
  assert.equal(tooLongBy('ế'.repeat(TEXT_MOST - 1)), -1);
  const heavy = '👩‍👩‍👧‍👦'.repeat(1_800);
  assert.ok(new TextEncoder().encode(heavy).length > BYTES_MOST);
  assert.ok(tooLongBy(heavy) > 0);
});

test('what somebody writes to be slow is not', () => {
  const began = performance.now();
  for (const tail of [
    ')'.repeat(7_000),
    '.'.repeat(7_000),
    `${'.'.repeat(7_000)}x`,
    '(('.repeat(3_000) + '))'.repeat(500),
    'a@'.repeat(3_500),
    'a.'.repeat(3_500),
    `a@${'a-'.repeat(3_500)}`,
    `a@${'a.'.repeat(3_500)}`,
    '0 9'.repeat(2_500),
    '090.'.repeat(1_900),
    '1/'.repeat(3_500),
    '(+84)'.repeat(1_500),
  ]) {
    partsOf(tail);
    partsOf(`https://a.vn/${tail}`);
  }
  assert.ok(performance.now() - began < 200);
});

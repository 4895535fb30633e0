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

test('the parts together are the text', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.webUrl(), fc.constantFrom('(', ').', ' ', '\n', 'https://')),
      ),
      (pieces) => {
        const text = pieces.join('');
        const parts = partsOf(text);
        assert.equal(parts.map((it) => it.text).join(''), text);
        for (const { href } of parts) if (href) assert.match(new URL(href).protocol, /^https?:$/);
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
  ]) {
    partsOf(`https://a.vn/${tail}`);
  }
  assert.ok(performance.now() - began < 200);
});

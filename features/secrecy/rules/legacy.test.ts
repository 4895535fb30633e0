import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from './judge.ts';
import { decodedOf } from './legacy.ts';
import { DEFAULT_RULES } from './ruleset.ts';

const judge = compile(DEFAULT_RULES);
const latin = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

test('old encodings, keyboards and texts written down twice are read', () => {
  for (const [written, meant] of [
    ['b¶o mËt', 'bảo mật'],
    ['TUYÖT MËT', 'TUYỆT MẬT'],
    ['baûo maät', 'bảo mật'],
    ['TOÁI MAÄT', 'TỐI MẬT'],
    ['ba?o ma^.t', 'bảo mật'],
    ["To^'i Ma^.t", 'Tối Mật'],
    ['baÒo mâòt', 'bảo mật'],
    ['maatj khaaur', 'mật khẩu'],
    ['ma65t kha63u', 'mật khẩu'],
    ['toois maatj', 'tối mật'],
    [latin('bảo mật'), 'bảo mật'],
    [latin(latin('Tối mật')), 'Tối mật'],
    ['m&#7853;t kh&#x1EA9;u', 'mật khẩu'],
    ['m%E1%BA%ADt', 'mật'],
    ['m\\u1eadt', 'mật'],
    ['TẬM TỆYUT', 'TUYỆT MẬT'],
  ] as const)
    assert.ok(decodedOf(written).includes(meant), `${written}: ${decodedOf(written).join(' | ')}`);
});

test('ordinary texts are not read otherwise', () => {
  for (const text of [
    'Chào anh, mai họp lúc 8h',
    'C:\\Users\\an',
    'giá 50% + 10%',
    'a@b.vn',
    'Müller über Straße',
    '1 + 1 = 2',
  ])
    assert.deepEqual(decodedOf(text), [], text);
});

test('what an old text says all day passes, what it marks does not', () => {
  for (const text of [
    'c¸n bé b¶o mËt',
    'mËt khÈu',
    'mËt ®é d©n sè',
    'GI¶I MËT',
    'maät khaåu wifi',
    'GIAÛI MAÄT',
    'ma^.t ong ru+`ng',
    'maatj khaaur laf gif',
    latin('mật khẩu mới'),
  ])
    assert.equal(judge.text(text).refused, false, text);
  for (const text of [
    'Sè: 12/BC-UBND\nMËT',
    'C«ng v¨n mËt sè 12/UBND',
    'TUYEÄT MAÄT',
    "DDo^. ma^.t: To^'i ma^.t",
    'Độ mật: toois maatj',
    latin('TUYỆT MẬT'),
  ])
    assert.equal(judge.text(text).refused, true, text);
});

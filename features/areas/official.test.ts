import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { fold } from '../../protocol/fold.ts';
import { readAddressPackage } from './official/address-package.ts';
import { officialFromPackage, parseOfficial, readOfficial, writeOfficial } from './official.ts';

const text = await readOfficial();
const map = parseOfficial(text);

test('the committed map is what the package and the corrections give', () => {
  assert.equal(text, writeOfficial(officialFromPackage(readAddressPackage())));
  assert.deepEqual(parseOfficial(writeOfficial(map)), map);
});

test('it has 34 provinces and 3,321 communes, each once, by codes of two and five digits', () => {
  const provinces = map.areas.filter((it) => it.parent === '');
  const communes = map.areas.filter((it) => it.parent !== '');
  assert.equal(provinces.length, 34);
  assert.equal(communes.length, 3_321);
  assert.equal(new Set(map.areas.map((it) => it.code)).size, 3_355);
  for (const it of provinces) assert.match(it.code, /^\d{2}$/);
  for (const it of communes) {
    assert.match(it.code, /^\d{5}$/);
    assert.ok(provinces.some((province) => province.code === it.parent));
    assert.match(it.kind, /^(xã|phường|đặc khu)$/);
  }
  assert.equal(provinces.filter((it) => it.kind === 'thành phố').length, 6);
  assert.equal(map.areas.find((it) => it.name === 'Ba Đình')?.code, '00004');
});

test('every name is written one way: NFC, no stray spaces, the kind apart', () => {
  for (const name of [...map.areas.map((it) => it.name), ...map.oldNames.flatMap((it) => [it.name, it.place])]) {
    assert.equal(name, name.normalize('NFC').replace(/\s+/g, ' ').trim());
  }
  for (const it of map.areas) assert.doesNotMatch(it.name, /^(Xã|Phường|Tỉnh|Thành phố) /);
});

test('Gia Lai agrees with the province’s own list in codes, kinds and names', async () => {
  const csv = await readFile(join(import.meta.dirname, 'official', 'gia-lai.csv'), 'utf8');
  const listed = csv.trim().split('\n').slice(1).sort();
  const ours = map.areas
    .filter((it) => it.code === '52' || it.parent === '52')
    .map((it) => [it.code, it.parent, it.kind, it.name].join(','))
    .sort();
  assert.deepEqual(ours, listed);
  assert.equal(ours.filter((it) => it.includes(',xã,')).length, 110);
  assert.equal(ours.filter((it) => it.includes(',phường,')).length, 25);
});

test('the old names of the package are all there, each at a commune of the right name and province', () => {
  const { mappings } = readAddressPackage();
  assert.equal(mappings.length, 10_977);
  const byCode = new Map(map.areas.map((it) => [it.code, it]));
  const known = new Set(
    map.oldNames.map((it) => {
      const area = byCode.get(it.area)!;
      return fold(`${it.name} ${it.place} > ${area.kind} ${area.name} ${byCode.get(area.parent)?.name ?? ''}`);
    }),
  );
  for (const row of mappings) {
    if (!row['old_ward_name']) continue;
    const oldProvince = row['old_province_name']!.replace(/^(Tỉnh|Thành phố) /, '');
    const newProvince = row['new_province_name']!.replace(/^(Tỉnh|Thành phố) /, '');
    const key = fold(
      `${row['old_ward_name']} ${row['old_district_name']} ${oldProvince} > ${row['new_ward_name']} ${newProvince}`,
    );
    assert.ok(known.has(key), key);
  }
});

test('old provinces lead to the new ones', () => {
  const of = (code: string): string[] => map.oldNames.filter((it) => it.area === code).map((it) => it.name);
  assert.deepEqual(of('52'), ['tỉnh Bình Định']);
  assert.deepEqual(of('79').sort(), ['tỉnh Bà Rịa - Vũng Tàu', 'tỉnh Bình Dương']);
  assert.deepEqual(of('01'), []);
});

test('a damaged file is refused by line', () => {
  assert.throws(() => parseOfficial('52\t\ttỉnh\tGia Lai\nwhat is this\n'), /line 2/);
});

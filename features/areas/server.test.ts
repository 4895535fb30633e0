import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { Problem } from '../../protocol/problem.ts';
import { actor, newStage } from '../../testing/perform.ts';
import { loadMap } from './map.ts';
import { areaActions } from './protocol.ts';
import { areaHandlers } from './server.ts';

const stage = await newStage(areaActions, areaHandlers, { now: () => new Date('2026-11-23T20:00:00Z') });
const admin = actor(newId(), true);
const official = actor(newId());

before(async () => {
  await loadMap(stage.db);
});

const code = (expected: string) => (error: unknown) => error instanceof Problem && error.code === expected;

async function found(query: string, within: string | null = null): Promise<string[]> {
  const { areas } = await stage.do(official, 'area.search', { query, within, limit: 50 });
  return areas.map((it) => it.code);
}

test('the map is loaded once, by however many programs start, and again only for a new edition', async () => {
  const again = await Promise.all([loadMap(stage.db), loadMap(stage.db)]);
  assert.deepEqual(again, [again[0], { loaded: false, provinces: 34, communes: 3_321 }]);
  const { rows } = await sql<{ areas: number; aliases: number }>`
    select (select count(*)::int from areas) as areas, (select count(*)::int from area_aliases) as aliases`.execute(
    stage.db,
  );
  assert.equal(rows[0]!.areas, 3_355);
  assert.ok(rows[0]!.aliases > 10_000);

  await sql`update areas set name = 'Gia Lái', valid_to = '2026-01-01' where code = '52'`.execute(stage.db);
  await sql`update official_map set digest = 'older'`.execute(stage.db);
  const racing = await Promise.all([loadMap(stage.db), loadMap(stage.db), loadMap(stage.db)]);
  assert.equal(racing.filter((it) => it.loaded).length, 1);
  const { area } = await stage.do(official, 'area.get', { code: '52' });
  assert.equal(area.name, 'Gia Lai');
  assert.equal(area.closed, null);
});

test('the tree opens level by level', async () => {
  const top = await stage.do(undefined, 'area.children', { parent: null });
  assert.equal(top.areas.length, 34);
  const giaLai = top.areas.find((it) => it.code === '52')!;
  assert.deepEqual([giaLai.kind, giaLai.name, giaLai.children], ['tỉnh', 'Gia Lai', 135]);
  const { areas } = await stage.do(undefined, 'area.children', { parent: '52' });
  assert.equal(areas.length, 135);
  assert.ok(areas.findIndex((it) => it.kind === 'xã') === 25, 'phường first, then xã');
  const iaGrai = areas.find((it) => it.code === '23764')!;
  assert.deepEqual(iaGrai.oldNames, ['thị trấn Ia Kha', 'xã Ia Bă', 'xã Ia Grăng']);
});

test('search: code, exact name, old name, beginning, words; tones not needed', async () => {
  const table: [query: string, first: string, why: string][] = [
    ['23764', '23764', 'code'],
    ['52', '52', 'code of a province'],
    ['00004', '00004', 'leading zeros'],
    ['Gia Lai', '52', 'a province before its communes'],
    ['gia lai', '52', 'toneless'],
    ['xã Ia Grai', '23764', 'with its kind'],
    ['ia grai', '23764', 'without'],
    ['Ia Grai'.normalize('NFD'), '23764', 'NFD'],
    ['ia kha', '23764', 'old town'],
    ['Thị trấn Ia Kha', '23764', 'old town with its kind'],
    ['ia ba, ia grai', '23764', 'old commune with its district'],
    ['phường bình định', '21907', 'a ward of the name of the old province'],
    ['tỉnh Bình Định', '52', 'old province'],
    ['quy nhon gia lai', '21583', 'name and province'],
  ];
  for (const [query, first, why] of table) assert.equal((await found(query))[0], first, `${query}: ${why}`);
  assert.deepEqual(await found('không có nơi này'), []);
  assert.deepEqual(await found('%%'), []);
  const [hit] = (await stage.do(official, 'area.search', { query: 'ia kha' })).areas;
  assert.equal(hit!.found, 'thị trấn Ia Kha, huyện Ia Grai, Gia Lai');
  assert.equal(hit!.place, 'tỉnh Gia Lai');
});

test('search stays within an area, and prefers the agency’s province', async () => {
  const everywhere = await found('tân an');
  assert.ok(everywhere.length > 3);
  for (const it of await found('quy nhơn', '52')) assert.match(it, /^(52|2\d{4})$/);
  assert.deepEqual(await found('hoàn kiếm', '52'), []);
  await sql`insert into agency (name, area, help_name, help_phone) values ('UBND', '23764', 'A', '+84905000000')`.execute(
    stage.db,
  );
  try {
    const [first] = (await stage.do(official, 'area.search', { query: 'an hòa' })).areas;
    assert.equal(first!.place, 'tỉnh Gia Lai');
  } finally {
    await sql`delete from agency`.execute(stage.db);
  }
});

test('levels of one’s own: add, change, merge, split; old names lead to what is there now', async () => {
  const add = (name: string, kind: 'làng' | 'thôn' = 'làng', parent = '23764') =>
    stage.do(admin, 'area.add', { parent, kind, name, head: 'Puih Thưng', households: 212 });
  const { area: grang } = await add('Grăng');
  const { area: jut } = await add('Jút');
  const { area: two } = await add('2', 'thôn');
  const { area: ten } = await add('10', 'thôn');
  assert.deepEqual([grang.code, jut.code, two.code, ten.code], ['23764.1', '23764.2', '23764.3', '23764.4']);
  await assert.rejects(add('grang'), code('area.name_taken'));
  await assert.rejects(add('Grăng', 'làng', '52'), code('area.not_own'));
  await assert.rejects(add('Grăng', 'làng', '99999'), code('not_found'));
  await assert.rejects(
    stage.do(admin, 'area.add', { parent: '23764', kind: 'làng', name: 'X', from: '0000-01-01' }),
    code('malformed'),
  );
  await assert.rejects(stage.do(official, 'area.add', { parent: '23764', kind: 'làng', name: 'X' }), code('forbidden'));

  const names = async (): Promise<string[]> =>
    (await stage.do(official, 'area.children', { parent: '23764' })).areas.map((it) => it.name);
  assert.deepEqual(await names(), ['2', '10', 'Grăng', 'Jút']);
  assert.deepEqual((await stage.do(undefined, 'area.children', { parent: '23764' })).areas, [], 'not for strangers');
  assert.equal((await stage.do(undefined, 'area.search', { query: 'làng grăng ia grai' })).areas.length, 0);
  await assert.rejects(stage.do(undefined, 'area.get', { code: grang.code }), code('not_found'));
  assert.deepEqual(await found('lang jut'), [jut.code]);

  await stage.do(admin, 'area.change', { code: jut.code, name: 'Jút 1', head: 'Rơ Châm Hyơk' });
  assert.deepEqual(await found('làng jút 1'), [jut.code]);
  const renamed = (await stage.do(official, 'area.get', { code: jut.code })).area;
  assert.deepEqual([renamed.head, renamed.households, renamed.oldNames], ['Rơ Châm Hyơk', 212, ['làng Jút']]);
  await assert.rejects(stage.do(admin, 'area.change', { code: '23764', name: 'Ia Khác' }), code('area.not_own'));
  await assert.rejects(stage.do(admin, 'area.change', { code: jut.code, name: 'grăng' }), code('area.name_taken'));

  // Merge: Grăng goes into Jút 1.
  await sql`insert into streams (id, kind) values ('00000000-0000-7000-8000-000000000001', 'account')`.execute(
    stage.db,
  );
  await sql`insert into accounts (id, name, area) values ('00000000-0000-7000-8000-000000000001', 'Siu Blơn', ${grang.code})`.execute(
    stage.db,
  );
  await assert.rejects(stage.do(admin, 'area.close', { code: grang.code, on: '2020-01-01' }), code('area.wrong_date'));
  const merged = await stage.do(admin, 'area.close', { code: grang.code, into: [jut.code] });
  assert.equal(merged.moved, 1);
  assert.equal(merged.area.closed, '2026-11-24', 'the day in Vietnam');
  assert.equal((await found('làng grăng'))[0], jut.code);
  await assert.rejects(stage.do(admin, 'area.close', { code: grang.code }), code('area.closed'));
  await assert.rejects(add('con', 'làng', grang.code), code('area.closed'));

  // Split: thôn 10 becomes 10A and 10B.
  const { area: a } = await add('10A', 'thôn');
  const { area: b } = await add('10B', 'thôn');
  assert.equal(a.code, '23764.5', 'numbers are not given out twice');
  assert.equal((await stage.do(admin, 'area.close', { code: ten.code, into: [a.code, b.code] })).moved, 0);
  assert.deepEqual((await found('thôn 10')).sort(), [a.code, b.code]);

  // A name is free again once its bearer is gone; what has children stays.
  const { area: below } = await add('Nhỏ', 'làng', two.code);
  assert.equal(below.code, '23764.3.1');
  await assert.rejects(stage.do(admin, 'area.close', { code: two.code }), code('area.in_use'));
  await stage.do(admin, 'area.change', { code: two.code, name: 'Hai' });
  assert.deepEqual(await found('nhỏ thôn hai'), [below.code], 'the search text of what lies below follows');
  const { path } = await stage.do(official, 'area.get', { code: below.code });
  assert.deepEqual(
    path.map((it) => it.name),
    ['Gia Lai', 'Ia Grai', 'Hai', 'Nhỏ'],
  );

  // A new edition of the official map leaves all of this alone.
  await sql`update official_map set digest = 'older'`.execute(stage.db);
  await loadMap(stage.db);
  assert.deepEqual(await found('thôn 10').then((it) => it.sort()), [a.code, b.code]);
});

test('two administrators who add at once get two numbers', async () => {
  const added = await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      stage.do(admin, 'area.add', { parent: '23767', kind: 'thôn', name: String(at) }),
    ),
  );
  assert.deepEqual(
    added.map((it) => it.area.code).sort(),
    [1, 2, 3, 4, 5, 6].map((n) => `23767.${n}`),
  );
});

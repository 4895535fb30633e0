import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { Problem } from '../../protocol/problem.ts';
import { actor, newStage } from '../../testing/perform.ts';
import { directoryActions } from '../directory/protocol.ts';
import { searchText } from '../directory/rules.ts';
import { directoryHandlers } from '../directory/server.ts';
import { unitActions } from './protocol.ts';
import { unitHandlers } from './server.ts';

const stage = await newStage({ ...unitActions, ...directoryActions }, (house) => ({
  ...unitHandlers(house),
  ...directoryHandlers(house),
}));
const admin = actor(newId(), true);
const official = actor(newId());
const code = (expected: string) => (error: unknown) => error instanceof Problem && error.code === expected;

async function add(name: string, parent: string | null = null): Promise<string> {
  return (await stage.do(admin, 'unit.add', { parent, name })).unit.id;
}

async function person(name: string, unit: string, unitName: string, state = 'active'): Promise<string> {
  const id = newId();
  await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(stage.db);
  await sql`
    insert into accounts (id, name, unit, state, search)
    values (${id}, ${name}, ${unit}, ${state}, ${searchText({ name, position: '', unit: unitName })})`.execute(
    stage.db,
  );
  return id;
}

test('a tree of units: add, count, search, rename, move, close', async () => {
  const commune = await add('UBND xã Ia Grai');
  const office = await add('Văn phòng HĐND và UBND', commune);
  const economy = await add('Phòng Kinh tế', commune);
  const department = await add('Sở Nội vụ');
  await person('Siu H’Nga', office, 'Văn phòng HĐND và UBND');
  await person('Kpă Hùng', economy, 'Phòng Kinh tế');
  await person('Rơ Châm Hyơk', economy, 'Phòng Kinh tế', 'left');

  await assert.rejects(stage.do(official, 'unit.add', { parent: null, name: 'X' }), code('forbidden'));
  await assert.rejects(add('ubnd XÃ ia grai'), code('unit.name_taken'));
  await assert.rejects(add('X', newId()), code('not_found'));

  const { units: top } = await stage.do(official, 'unit.children', { parent: null });
  assert.deepEqual(
    top.map((it) => [it.name, it.children, it.people]),
    [
      ['Sở Nội vụ', 0, 0],
      ['UBND xã Ia Grai', 2, 2],
    ],
  );
  const { units: hits } = await stage.do(official, 'unit.search', { query: 'van ph' });
  assert.deepEqual(
    hits.map((it) => [it.name, it.place]),
    [['Văn phòng HĐND và UBND', 'UBND xã Ia Grai']],
  );

  await stage.do(admin, 'unit.change', { unit: office, name: 'Văn phòng Đảng ủy' });
  const found = await stage.do(official, 'directory.search', { query: 'dang uy nga' });
  assert.deepEqual(
    found.people.map((it) => [it.name, it.unitName]),
    [['Siu H’Nga', 'Văn phòng Đảng ủy']],
  );
  assert.equal((await stage.do(official, 'directory.search', { query: 'hdnd' })).people.length, 0);

  await assert.rejects(stage.do(admin, 'unit.move', { unit: commune, parent: office }), code('unit.circle'));
  await assert.rejects(stage.do(admin, 'unit.move', { unit: commune, parent: commune }), code('unit.circle'));
  await stage.do(admin, 'unit.move', { unit: office, parent: department });
  const { path } = await stage.do(official, 'unit.get', { unit: office });
  assert.deepEqual(
    path.map((it) => it.name),
    ['Sở Nội vụ', 'Văn phòng Đảng ủy'],
  );

  await assert.rejects(stage.do(admin, 'unit.close', { unit: economy }), code('unit.in_use'));
  await assert.rejects(stage.do(admin, 'unit.close', { unit: commune }), code('unit.in_use'));
  const empty = await add('Phòng Cũ', commune);
  await stage.do(admin, 'unit.close', { unit: empty });
  await assert.rejects(stage.do(admin, 'unit.change', { unit: empty, name: 'X' }), code('unit.closed'));
  await assert.rejects(add('X', empty), code('unit.closed'));
  assert.notEqual(await add('Phòng Cũ', commune), empty, 'the name is free again');
});

test('no deeper than a tree may be, however it grows', async () => {
  let parent: string | null = null;
  const chain: string[] = [];
  for (let depth = 1; depth <= 8; depth += 1) chain.push((parent = await add(`Tầng ${depth}`, parent)));
  await assert.rejects(add('Tầng 9', parent), code('unit.too_deep'));
  const other = await add('Khác');
  await assert.rejects(stage.do(admin, 'unit.move', { unit: chain[0]!, parent: other }), code('unit.too_deep'));
});

test('two administrators who move at once cannot make a circle', async () => {
  const a = await add('A');
  const b = await add('B');
  const moved = await Promise.allSettled([
    stage.do(admin, 'unit.move', { unit: a, parent: b }),
    stage.do(admin, 'unit.move', { unit: b, parent: a }),
  ]);
  assert.equal(moved.filter((it) => it.status === 'fulfilled').length, 1);
});

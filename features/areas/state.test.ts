import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { call } from '../../web/connection.ts';
import type { Area } from './protocol.ts';
import { AreaTree } from './state.ts';

function area(code: string, parent: string | null, children: number): Area {
  return {
    code,
    parent,
    kind: 'xã',
    name: code,
    own: false,
    oldNames: [],
    head: '',
    households: null,
    children,
    closed: null,
  };
}

function server() {
  const asked: (string | null)[] = [];
  const state = { broken: false };
  const by = (async (_name: string, { parent }: { parent: string | null }) => {
    asked.push(parent);
    if (state.broken) throw new Error('no line');
    if (parent === null) return { areas: [area('01', null, 1), area('52', null, 2)], home: '52' };
    return { areas: [area(`${parent}764`, parent, 0), area(`${parent}767`, parent, 0)], home: '52' };
  }) as unknown as typeof call;
  return { asked, by, state };
}

test('one question a level; the agency’s province opens by itself', async () => {
  const { asked, by } = server();
  const tree = new AreaTree(by);
  await tree.load(null);
  await tree.load('52');
  assert.deepEqual(asked, [null, '52']);
  assert.ok(tree.expanded.value.has('52'));
  assert.deepEqual(
    tree.below('52')?.areas.map((it) => it.code),
    ['52764', '52767'],
  );
  await tree.load(null);
  await tree.toggle('52', false);
  await tree.toggle('52', true);
  assert.deepEqual(asked, [null, '52'], 'what is here is not asked for again');
  assert.equal(tree.find('52767')?.parent, '52');
  assert.equal(tree.find('99'), undefined);
});

test('a level that did not come can be asked for again; what was here stays in sight', async () => {
  const { by, state } = server();
  const tree = new AreaTree(by);
  await tree.load(null);
  state.broken = true;
  await tree.load(null, { again: true });
  assert.equal(tree.below(null)?.state, 'failed');
  assert.equal(tree.below(null)?.areas.length, 2);
  state.broken = false;
  await tree.load(null);
  assert.equal(tree.below(null)?.state, 'here');
});

test('after a change the level and the one above it are fetched anew', async () => {
  const { asked, by } = server();
  const tree = new AreaTree(by);
  await tree.load(null);
  await tree.load('52');
  asked.length = 0;
  await tree.renew('52');
  assert.deepEqual(asked.toSorted(), ['52', null]);
});

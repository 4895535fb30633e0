import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UnderWay, WINDOW_MOST, windowsOf } from './window.ts';

const said = (...texts: readonly string[]) => texts.map((text) => ({ id: text, text }));

test('what is new stands after what is there, and before or after each piece that is under way', () => {
  assert.deepEqual(windowsOf(said('a', 'b'), said('c', 'd'), { id: 'n', text: 'n' }), [
    ['a', 'b', 'c', 'd', 'n'],
    ['a', 'b', 'c', 'n', 'd'],
    ['a', 'b', 'n', 'c', 'd'],
  ]);
  assert.deepEqual(
    windowsOf(said('a', 'b'), said('b'), { id: 'n', text: 'n' }),
    [['a', 'b', 'n']],
    'what has arrived is there once',
  );
});

test('what is edited stands in its place, in every stretch that has it in it, also beside another edit that is under way', () => {
  const many = said(...Array.from('abcdefghijklmnopqrst'));
  const windows = windowsOf(many, [], { id: 'j', text: 'J' });
  assert.equal(windows.length, WINDOW_MOST);
  for (const window of windows) {
    assert.ok(window.includes('J') && !window.includes('j'));
    assert.ok(window.length <= WINDOW_MOST);
  }
  assert.deepEqual(windows[0], Array.from('abcdefghiJ'));
  assert.deepEqual(windows.at(-1), Array.from('Jklmnopqrs'));
  assert.deepEqual(windowsOf(said('a', 'b'), [{ id: 'a', text: 'A' }], { id: 'b', text: 'B' }), [
    ['a', 'B'],
    ['A', 'B'],
  ]);
});

test('pieces under way are forgotten, and there are never too many of them', () => {
  const way = new UnderWay(2);
  way.add('x', { id: '1', text: 'a', at: 0 });
  way.add('x', { id: '2', text: 'b', at: 1_000 });
  assert.deepEqual(
    way.of('x', '', 1_000).map((it) => it.text),
    ['a', 'b'],
  );
  assert.deepEqual(
    way.of('x', '1', 1_000).map((it) => it.text),
    ['b'],
    'a message is not what came before it',
  );
  assert.deepEqual(
    way.of('x', '', 15_500).map((it) => it.text),
    ['b'],
  );
  way.add('y', { id: '3', text: 'c', at: 2_000 });
  way.add('z', { id: '4', text: 'd', at: 2_000 });
  assert.deepEqual(way.of('x', '', 2_000), []);
  for (let count = 0; count < 50; count += 1) way.add('z', { id: `z${count}`, text: 'e', at: 2_000 });
  assert.equal(way.of('z', '', 2_000).length, WINDOW_MOST);
});

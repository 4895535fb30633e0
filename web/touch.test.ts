import assert from 'node:assert/strict';
import { test } from 'node:test';

import { watchTouch } from './touch.ts';

test('the finger hides the ring, a key that leads brings it back, a letter does not', () => {
  const attributes = new Set<string>();
  const root = {
    toggleAttribute: (name: string, on: boolean) => (on ? attributes.add(name) : attributes.delete(name)),
    removeAttribute: (name: string) => attributes.delete(name),
  } as unknown as HTMLElement;
  const page = new EventTarget();
  watchTouch(root, page);
  const press = (pointerType: string) => page.dispatchEvent(Object.assign(new Event('pointerdown'), { pointerType }));
  const key = (name: string) => page.dispatchEvent(Object.assign(new Event('keydown'), { key: name }));

  press('touch');
  assert.ok(attributes.has('data-touch'));
  for (const written of ['a', 'Unidentified', 'Enter', 'Backspace']) key(written);
  assert.ok(attributes.has('data-touch'));
  for (const leading of ['Tab', 'ArrowDown', 'Escape', 'F6']) {
    press('touch');
    key(leading);
    assert.ok(!attributes.has('data-touch'), leading);
  }
  press('touch');
  press('mouse');
  assert.ok(!attributes.has('data-touch'));
});

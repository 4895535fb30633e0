import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import { browserPages } from './pages.ts';

test('a word reaches everybody who listens on the other page', async () => {
  const account = '01a209df-4855-7d66-b2e5-ccdc54b72d16';
  const [one, other] = [browserPages(account), browserPages(account)];
  const heard: string[] = [];
  const told = new EventTarget();
  const last = once(told, 'last');
  for (const name of ['first', 'second'])
    other.onWord((word) => {
      heard.push(`${name} ${String(word)}`);
      if (word === 'end' && name === 'second') told.dispatchEvent(new Event('last'));
    });
  one.tell('begin');
  one.tell('end');
  await last;
  assert.deepEqual(heard, ['first begin', 'second begin', 'first end', 'second end']);
  one.close();
  other.close();
});

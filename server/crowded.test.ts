import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';

import { Problem } from '../protocol/problem.ts';
import { openTestHouse } from '../testing/house.ts';
import { UNDER_WAY_MOST } from './perform.ts';

test('more at once than can wait is refused for now, and the rest is done', async () => {
  const house = await openTestHouse();
  const ask = (): Promise<string> => {
    const actor = { account: randomUUIDv7(), session: randomUUIDv7(), administrator: false };
    return house
      .perform({
        name: 'chat.list',
        input: { groups: [] },
        caller: { door: 'program', address: '127.0.0.1', device: '', actor },
      })
      .then(
        () => 'done',
        (error: unknown) => (error instanceof Problem && error.retry ? error.code : 'fault'),
      );
  };
  const more = 500;
  const first = Array.from({ length: UNDER_WAY_MOST }, ask);
  // Refused at once, not after those who came first.
  const late = await Promise.all(Array.from({ length: more }, ask));
  assert.deepEqual(new Set(late), new Set(['busy']));
  // On a slow machine some of the first wait too long for a connection; that is nobody's fault either.
  const outcomes = await Promise.all(first);
  assert.ok(outcomes.includes('done') && !outcomes.includes('fault'));
  assert.equal(await ask(), 'done');
});

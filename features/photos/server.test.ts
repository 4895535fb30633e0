import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { openTestHouse } from '../../testing/house.ts';
import type { CastName } from '../../testing/cast.ts';

test('who leafs through all photos is slowed down, over both sizes together; others are not', async () => {
  const house = await openTestHouse();
  const ask = (who: CastName, size = '') =>
    fetch(`${house.address}/photos/${randomUUID()}${size}`, { headers: { cookie: house.cast[who].cookie } });
  const statuses: number[] = [];
  // Ten more are let through for each second that this takes.
  for (let round = 0; round < 60 && !statuses.includes(429); round += 1) {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, at) => ask('member', at % 2 ? '/large' : '')));
    statuses.push(...answers.map((it) => it.status));
    const slow = answers.find((it) => it.status === 429);
    if (slow) assert.ok(Number(slow.headers.get('retry-after')) >= 1);
  }
  assert.deepEqual([...new Set(statuses)].sort(), [404, 429]);
  assert.ok(statuses.filter((it) => it === 404).length >= 600);
  assert.equal((await ask('reader')).status, 404);
});

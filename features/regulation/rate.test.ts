import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { openTestHouse } from '../../testing/house.ts';

const house = await openTestHouse();

test('who has one file made after the other is slowed down, over both forms together; others are not', async () => {
  const get = (who: 'member' | 'leader', form: 'pdf' | 'docx') =>
    fetch(`${house.address}/regulations/${randomUUID()}/${form}`, { headers: { cookie: house.cast[who].cookie } });
  const all = await Promise.all(Array.from({ length: 30 }, (_, n) => get('member', n % 2 === 0 ? 'pdf' : 'docx')));
  assert.ok(all.some((it) => it.status === 429));
  assert.ok(all.some((it) => it.status === 404));
  assert.equal((await get('leader', 'pdf')).status, 404);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import { openTestHouse } from '../testing/house.ts';
import { ACTIONS_KEPT_DAYS, pruneActions } from './prune.ts';

test('an action id is known for as long as it is kept, and no longer takes room after that', async () => {
  const house = await openTestHouse();
  const job = pruneActions(house.house);
  const count = async (): Promise<number> =>
    (await sql<{ count: number }>`select count(*) as count from actions`.execute(house.db)).rows[0]!.count;
  const id = newId();
  assert.equal((await house.post('leader', 'chat.pin', { group: house.group, on: true }, id)).status, 200);
  house.pass((ACTIONS_KEPT_DAYS - 1) * 86_400_000);
  await job.run();
  assert.equal(await count(), 1);
  house.pass(2 * 86_400_000);
  await job.run();
  assert.equal(await count(), 0);
});

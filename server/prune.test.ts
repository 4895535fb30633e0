import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { ACTIONS_KEPT_DAYS, pruneActions } from './prune.ts';

const DAY = 86_400_000;

async function keptFor30Days(house: TestHouse): Promise<void> {
  const job = pruneActions(house.house);
  const count = async (): Promise<number> =>
    (await sql<{ count: number }>`select count(*) as count from actions`.execute(house.db)).rows[0]!.count;
  const id = newId();
  assert.equal((await house.post('leader', 'chat.pin', { group: house.group, on: true }, id)).status, 200);
  house.pass((ACTIONS_KEPT_DAYS - 1) * DAY);
  await job.run();
  assert.equal(await count(), 1);
  house.pass(2 * DAY);
  await job.run();
  assert.equal(await count(), 0);
}

test('an action id is known for as long as it is kept, and no longer takes room after that', async () => {
  await keptFor30Days(await openTestHouse());
});

test('the house’s clock alone decides that, whatever the clock of the database says', async () => {
  for (const days of [-40, 10]) {
    const house = await openTestHouse();
    house.pass(days * DAY);
    await keptFor30Days(house);
  }
});

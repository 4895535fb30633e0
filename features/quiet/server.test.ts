import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { QUIET } from './rules.ts';
import type { Quiet } from './rules.ts';

const house = await openTestHouse();

test('quiet hours chosen on one device hold on the other; without a line they are what they were', async () => {
  const [phone, computer] = [await openTestDevice(house, 'leader'), await openTestDevice(house, 'leader')];
  for (const it of [phone, computer]) await it.until(() => it.quiet.now.value !== undefined, 'quiet hours');
  assert.deepEqual(phone.quiet.now.value, QUIET);
  const chosen: Quiet = { from: '22:30', to: '05:00', days: [7, 6], through: 3 };
  const saved = phone.quiet.set(chosen);
  assert.equal(phone.quiet.now.value, chosen);
  await saved;
  // Stored in the order of the week.
  for (const it of [phone, computer])
    await it.until(() => isDeepStrictEqual(it.quiet.now.value, { ...chosen, days: [6, 7] }));
  await phone.network.cut();
  await assert.rejects(phone.quiet.set(QUIET));
  assert.deepEqual(phone.quiet.now.value, { ...chosen, days: [6, 7] });
  await Promise.all([phone.off(), computer.off()]);
});

test('hours that are none, days twice and urgency beyond hỏa tốc are refused', async () => {
  for (const wrong of [{ from: '24:00' }, { to: '6:00' }, { days: [1, 1] }, { days: [0] }, { through: 4 }]) {
    const { status } = await house.post('member', 'quiet.set', { quiet: { ...QUIET, ...wrong } });
    assert.equal(status, 400, JSON.stringify(wrong));
  }
  const { body } = await house.post('member', 'quiet.get', {});
  assert.deepEqual(body, { quiet: QUIET });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';

const house = await openTestHouse();
const { group } = house;

test('what was written without a line and is refused is told by what it was', async () => {
  const device = await openTestDevice(house, 'leader');
  await device.until(() => device.device.connection.state.value === 'online', 'a live line');
  device.network.up = false;
  device.device.outbox.add('poll.create', { group, question: 'Độ mật: TUYỆT MẬT', choices: ['Có', 'Không'] }, 'polls');
  device.network.restore();
  await device.until(() => device.secrecy.told.value !== undefined, 'it is told');
  assert.equal(device.secrecy.told.value?.waited, 'poll');
  assert.equal(device.device.outbox.waiting, 0);
  device.secrecy.told.value = undefined;
  await assert.rejects(device.device.connection.call('group.change', { group, name: 'Độ mật: TUYỆT MẬT' }), {
    code: 'secrecy.marked',
  });
  assert.equal(device.secrecy.told.peek()?.waited, undefined);
  assert.ok(device.secrecy.told.peek());
  await device.off();
});

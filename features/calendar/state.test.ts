import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import { memoryShelves } from '../../web/shelves.ts';
import { dayOf, startOfDay } from '../reminders/rules/civil.ts';
import { CalendarDays, entriesByDay, forgetDays } from './state.ts';
import type { KnownDays } from './state.ts';

const house = await openTestHouse({ limits: false });
const { cast } = house;
const TODAY = dayOf(Date.now());
const SPAN = { from: TODAY, to: TODAY + 13 };
const noon = (day: number): number => startOfDay(day) + 12 * 3_600_000;

test('the days that are looked at follow what is made, moved and answered; without a line they are what they were', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  const [group, other] = [
    await house.addGroup([cast.leader, cast.member]),
    await house.addGroup([cast.leader, cast.member]),
  ];
  const [leader, elsewhere] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const shelves = memoryShelves();
  const device = await openTestDevice(house, 'member', shelves);
  await device.until(() => device.device.connection.state.value === 'online', 'the line');
  await device.device.cache.becomeKeeper();
  const days = new CalendarDays(device.device);
  const starts = (it = days.known.value): number[] | undefined => it?.times.map((one) => one.start);
  await days.look(SPAN);
  assert.deepEqual(starts(), []);

  const { id } = await leader.call('reminder.create', { group, title: 'Họp', start: noon(TODAY + 2) });
  await device.until(() => starts()?.length === 1, 'made');
  await elsewhere.call('reminder.answer', { group, reminder: id, at: null, answer: 'declined' });
  await device.until(() => days.known.value!.times[0]!.answer === 'declined', 'answered elsewhere');
  await leader.call('reminder.change', { group, reminder: id, version: 1, start: noon(TODAY + 3) });
  await device.until(() => starts()?.[0] === noon(TODAY + 3), 'moved');
  await leader.call('reminder.create', { group: other, title: 'Họp khác', start: noon(TODAY + 4) });
  await device.until(() => starts()?.length === 2, 'in the other group');
  await device.device.cache.flush();

  // Of a group that was left nothing is shown or kept.
  await forgetDays(device.device, other);
  await leader.call('member.remove', { group: other, accounts: [cast.member.id], block: false });
  await device.until(() => starts()?.length === 1, 'removed');
  days.close();
  await device.off();
  const kept = (await shelves.all('meta')).filter((it) => JSON.stringify(it).includes(other));
  assert.deepEqual(kept, []);

  const again = await openTestDevice(house, 'member', shelves);
  closeBefore(() => again.off());
  await again.network.cut();
  const offline = new CalendarDays(again.device);
  await offline.look(SPAN);
  assert.deepEqual(starts(offline.known.value), [noon(TODAY + 3)]);
  assert.ok(offline.trouble.value);
  // What was never looked at is not there.
  await offline.look({ from: TODAY + 200, to: TODAY + 206 });
  assert.equal(offline.known.value, undefined);
  offline.close();
});

test('what lasts stands on each of its days, not on the one that begins as it ends; whole days first', () => {
  const reminder = { group: 'g', place: '', repeats: false, concerns: true };
  const time = { answer: null, cancelled: false };
  const known: KnownDays = {
    ...SPAN,
    asOf: 0,
    more: false,
    reminders: [
      { ...reminder, id: 'a', title: 'Tập huấn', wholeDay: true },
      { ...reminder, id: 'b', title: 'Trực đêm', wholeDay: false },
      { ...reminder, id: 'c', title: 'Nhóm đã rời', wholeDay: false, group: 'gone' },
    ],
    times: [
      { ...time, reminder: 'b', at: 1, start: noon(TODAY), end: noon(TODAY + 1) },
      { ...time, reminder: 'a', at: 2, start: startOfDay(TODAY + 1), end: startOfDay(TODAY + 3) },
      { ...time, reminder: 'c', at: 3, start: noon(TODAY), end: null },
    ],
  };
  const days = entriesByDay(known, dayOf, (group) => group === 'g');
  const on = (day: number): string[] => (days.get(day) ?? []).map((it) => it.reminder.id);
  assert.deepEqual([on(TODAY), on(TODAY + 1), on(TODAY + 2), on(TODAY + 3)], [['b'], ['a', 'b'], ['a'], []]);
});

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { newId } from '../../protocol/id.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { Poll } from './protocol.ts';
import { Polls } from './state.ts';

let house: TestHouse;
let nga: TestPerson;
let thung: TestPerson;
let lan: TestPerson;

before(async () => {
  house = await openTestHouse({ limits: false });
  nga = await house.addPerson('Siu H’Nga');
  thung = await house.addPerson('Puih Thưng');
  lan = await house.addPerson('Kpă Y Lan');
});

const CHOICES = ['Nhà văn hóa Thôn 2', 'Trường TH Lê Lợi', 'Sân UBND xã'];

async function made(group: string, more: object = {}): Promise<string> {
  const id = newId();
  const { status } = await house.post(
    nga,
    'poll.create',
    { group, question: 'Tập kết ở đâu?', choices: CHOICES, ...more },
    id,
  );
  assert.equal(status, 200);
  return id;
}

interface Shown {
  readonly it: TestDevice;
  readonly polls: Polls;
  poll(): Poll;
  votes(): (number | null)[];
  off(): Promise<void>;
}

/** A device on which this poll is looked at. */
async function looking(who: TestPerson, group: string, id: string, device?: TestDevice): Promise<Shown> {
  const it = device ?? (await openTestDevice(house, who));
  await it.until(() => it.device.connection.state.value === 'online', 'a line');
  const polls = new Polls(it.device);
  const known = (): Poll | 'gone' | undefined => polls.of(group, id);
  await it.until(() => known() !== undefined, 'the poll');
  const poll = (): Poll => {
    const found = known();
    assert.ok(found && found !== 'gone');
    return found;
  };
  return {
    it,
    polls,
    poll,
    votes: () => poll().choices.map((one) => one.votes),
    async off() {
      polls.close();
      await it.off();
    },
  };
}

test('a vote is shown at once, also without a line, and is sent once later; others see the totals', async () => {
  const group = await house.addGroup([nga, thung]);
  const id = await made(group);
  const [mine, other] = [await looking(thung, group, id), await looking(nga, group, id)];
  await mine.it.network.cut();
  mine.polls.vote(mine.poll(), [1]);
  assert.deepEqual([mine.votes(), mine.poll().mine, mine.poll().voters], [[0, 1, 0], [1], 1]);
  assert.ok(mine.polls.isWaiting(id));
  mine.polls.vote(mine.poll(), [2]);
  assert.deepEqual(mine.votes(), [0, 0, 1], 'the last wish counts');
  assert.equal(mine.it.device.outbox.entries.value.length, 1);
  mine.it.network.restore();
  await other.it.until(() => other.poll().voters === 1, 'the vote');
  assert.deepEqual(other.votes(), [0, 0, 1]);
  await mine.it.until(() => !mine.polls.isWaiting(id), 'an empty outbox');
  await mine.it.until(() => mine.votes().join() === '0,0,1' && mine.poll().mine.join() === '2', 'the same as known');
  assert.equal(mine.poll().voters, 1);
  await mine.off();
  await other.off();
});

test('a vote that comes too late is undone, with the reason', async () => {
  const group = await house.addGroup([nga, thung]);
  const id = await made(group);
  const mine = await looking(thung, group, id);
  await mine.it.network.cut();
  mine.polls.vote(mine.poll(), [0]);
  assert.deepEqual(mine.votes(), [1, 0, 0]);
  await house.post(nga, 'poll.lock', { group, poll: id });
  mine.it.network.restore();
  await mine.it.until(() => mine.polls.refused.value !== undefined, 'the refusal');
  assert.deepEqual([mine.polls.refused.value!.code, mine.polls.refused.value!.poll], ['poll.locked', id]);
  await mine.it.until(() => mine.poll().state === 'locked', 'the lock');
  assert.deepEqual([mine.votes(), mine.poll().mine], [[0, 0, 0], []]);
  await mine.it.until(() => mine.it.device.outbox.entries.value.length === 0, 'an empty outbox');
  await mine.off();
});

test('a hidden result comes with one’s own vote, follows those of others, and goes with taking it back', async () => {
  const group = await house.addGroup([nga, thung, lan]);
  const id = await made(group, { hidden: true });
  await house.post(nga, 'poll.vote', { group, poll: id, choices: [1] });
  const mine = await looking(thung, group, id);
  assert.deepEqual(mine.votes(), [null, null, null]);
  mine.polls.vote(mine.poll(), [0]);
  await mine.it.until(() => mine.votes().join() === '1,1,0', 'the result');
  await house.post(lan, 'poll.vote', { group, poll: id, choices: [1] });
  await mine.it.until(() => mine.votes().join() === '1,2,0', 'what others voted since');
  mine.polls.vote(mine.poll(), []);
  await mine.it.until(() => mine.votes().join() === ',,', 'no result any more');
  await mine.off();
});

test('an anonymous vote is sent once and forgotten; another device of the person is told that there was one', async () => {
  const group = await house.addGroup([nga, thung, lan]);
  const id = await made(group, { anonymous: true });
  const [mine, other] = [await looking(thung, group, id), await looking(thung, group, id)];
  await mine.it.network.cut();
  mine.polls.vote(mine.poll(), [1]);
  assert.deepEqual([mine.poll().voted, mine.poll().voters, mine.polls.unsent(id)], [true, 1, [1]]);
  mine.polls.vote(mine.poll(), [2]);
  assert.deepEqual(mine.polls.unsent(id), [1], 'what may be on its way is not overtaken');
  mine.it.network.restore();
  await mine.it.until(() => !mine.polls.isWaiting(id), 'the vote');
  await mine.it.until(() => mine.poll().voters === 1, 'the count');
  assert.deepEqual([mine.poll().voted, mine.poll().mine, mine.polls.unsent(id)], [true, [], []]);
  other.polls.vote(other.poll(), [2]);
  await other.it.until(() => other.polls.refused.value?.code === 'poll.voted', 'the refusal');
  await other.it.until(() => other.poll().voted, 'that they have voted');
  await mine.off();
  await other.off();
});

test('added, locked, removed by others: seen here; and what nobody looks at is not asked for', async () => {
  const group = await house.addGroup([nga, thung]);
  const id = await made(group, { open: true });
  const mine = await looking(thung, group, id);
  await house.post(nga, 'poll.addChoice', { group, poll: id, text: 'Trạm y tế' });
  await mine.it.until(() => mine.poll().choices.length === 4, 'the choice');
  await house.post(nga, 'poll.vote', { group, poll: id, choices: [3] });
  await mine.it.until(() => mine.votes().join() === '0,0,0,1', 'its vote');
  await mine.polls.act('poll.addChoice', mine.poll(), 'Làng Grăng');
  assert.equal(mine.poll().choices.length, 5, 'one’s own at once');
  const asked: string[] = [];
  const { connection } = mine.it.device;
  const call = connection.call.bind(connection) as (name: string, ...rest: readonly unknown[]) => Promise<never>;
  connection.call = (name: string, ...rest: readonly unknown[]) => {
    asked.push(`${name} ${JSON.stringify(rest[0])}`);
    return call(name, ...rest);
  };
  const unseen = await made(group);
  await house.post(nga, 'poll.vote', { group, poll: unseen, choices: [1] });
  await house.post(nga, 'poll.remove', { group, poll: id });
  await mine.it.until(() => mine.polls.of(group, id) === 'gone', 'that it is gone');
  const isAsked = (): boolean => asked.some((it) => it.startsWith('poll.read') && it.includes(unseen));
  assert.ok(!isAsked());
  mine.polls.of(group, unseen);
  await mine.it.until(isAsked, 'that it is asked for once it is looked at');
  await mine.off();
});

test('what was shown is there without a line, on a device that is switched on again', async () => {
  const group = await house.addGroup([nga, thung]);
  const id = await made(group);
  const mine = await looking(thung, group, id);
  mine.polls.vote(mine.poll(), [1]);
  await mine.it.until(() => !mine.polls.isWaiting(id) && mine.votes().join() === '0,1,0', 'the vote');
  await mine.off();
  const again = await openTestDevice(house, thung, mine.it.shelves);
  await again.network.cut();
  const polls = new Polls(again.device);
  await again.until(() => polls.of(group, id) !== undefined, 'what was kept');
  const kept = polls.of(group, id) as Poll;
  assert.deepEqual([kept.mine, kept.choices.map((it) => it.votes)], [[1], [0, 1, 0]]);
  polls.close();
  await again.off();
});

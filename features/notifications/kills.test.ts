import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { addPeople } from '../../testing/crowd.ts';
import type { CrowdPerson } from '../../testing/crowd.ts';
import { Program } from '../../testing/program.ts';
import { openPushReceiver } from '../../testing/push-receiver.ts';
import type { PushReceiver } from '../../testing/push-receiver.ts';

/** The real program, killed between the answer to a send and the pushes that are to follow. */
let receiver: PushReceiver;
let program: Program;
let people: readonly CrowdPerson[];

before(async () => {
  receiver = await openPushReceiver();
  program = await Program.create({ PUSH_HOSTS: receiver.origin });
  await program.start();
  people = await addPeople(program, 1, 6);
});
after(async () => {
  await program.remove();
  await receiver.close();
});

async function ask(who: CrowdPerson, name: string, input: unknown): Promise<void> {
  const response = await fetch(`${program.address}/api/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUIDv7(),
      origin: program.address,
      cookie: who.cookie,
    },
    body: JSON.stringify(input),
  });
  assert.equal(response.status, 200, `${name}: ${await response.text()}`);
}

test('whenever the program is killed after a send, everybody else is told once it is back', async () => {
  const [writer, ...others] = people;
  for (const [n, it] of others.entries())
    await ask(it, 'notification.subscribe', { ...receiver.browser(`device ${n}`), language: 'vi' });
  await ask(writer!, 'notification.subscribe', { ...receiver.browser('writer'), language: 'vi' });
  // Before anybody has looked at it; then while it is due and waits.
  for (const wait of [0, 1_000]) {
    receiver.received.length = 0;
    await ask(writer!, 'message.send', { group: writer!.group, text: 'Họp lúc 14 giờ' });
    await pause(wait);
    await program.kill('SIGKILL');
    await program.start();
    const told = () => new Set(receiver.received.map((it) => it.browser));
    await program.comesTo(() => told().size >= others.length);
    assert.ok(!told().has('writer'));
    for (const n of others.keys()) assert.equal(receiver.waiting(`device ${n}`).length, 1, 'what comes twice replaces');
    assert.deepEqual(receiver.wrong, []);
  }
});

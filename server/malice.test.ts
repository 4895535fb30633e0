import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { newId } from '../protocol/id.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import { ClientProblem } from '../testing/client.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';

/** What somebody who is signed in and means harm can do with a socket of their own. */
let house: TestHouse;

before(async () => {
  house = await openTestHouse();
});

test('who goes on after having been told that it is too fast is closed', async () => {
  const client = await house.connect('member');
  let refused = 0;
  client.socket.prependListener('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as ServerFrame;
    if ('problem' in frame && frame.problem.code === 'too_fast') refused += 1;
  });
  for (let n = 0; n < 400; n += 1) client.socket.send(JSON.stringify({ id: String(n), do: 'chat.nothing', with: {} }));
  await client.until(() => client.closed !== undefined);
  assert.equal(client.closed?.code, 4009);
  assert.ok(refused >= 100 && refused < 200, `${refused} were told so first`);
});

test('a frame with anything in it that does not belong there is refused', async () => {
  const client = await house.connect('member');
  const answers: ServerFrame[] = [];
  client.socket.prependListener('message', (data: Buffer) => answers.push(JSON.parse(data.toString()) as ServerFrame));
  for (const frame of [
    { id: '1', do: 'account.me', with: {}, more: 1 },
    { id: '2', do: 'account.me', with: {}, hello: { version: 1, streams: {} } },
    { id: '3', do: ['account.me'], with: {} },
    [{ id: '4', do: 'account.me', with: {} }],
    null,
    'account.me',
    7,
  ])
    client.socket.send(JSON.stringify(frame));
  await client.until(() => answers.length === 7);
  for (const it of answers) assert.equal('problem' in it && it.problem.code, 'malformed', JSON.stringify(it));
  assert.ok(await client.call('account.me', {}));
});

test('a chat full of the longest messages does not fill the line of whoever comes back to it', async () => {
  const group = await house.addGroup([house.cast.leader, house.cast.member]);
  const text = 'ế'.repeat(8_000);
  const leader = await house.connect('leader');
  await Promise.all(
    Array.from({ length: 40 }, () =>
      leader.callRaw('message.send', { group, text }, newId()).catch((error: unknown) => {
        assert.ok(error instanceof ClientProblem, String(error));
      }),
    ),
  );
  const { chats } = await leader.call('chat.list', { groups: [group] });
  const head = chats[0]!.at;
  assert.ok(head >= 40);
  const back = await house.connect('member', { [group]: 0 });
  assert.equal(back.welcome!.fetch[group], head, 'told to fetch a picture, not sent all of it');
  assert.deepEqual(back.of(group), []);
  const near = await house.connect('member', { [group]: head - 5 });
  assert.equal(near.welcome!.heads[group], head);
  await near.until(() => near.of(group).length === 5);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { before, test } from 'node:test';

import WebSocket from 'ws';

import { newId } from '../protocol/id.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import { ClientProblem } from '../testing/client.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { SOCKET_PROTOCOL } from '../protocol/version.ts';

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

test('frames that are no JSON count like any other', async () => {
  const client = await house.connect('clerk');
  for (let n = 0; n < 400; n += 1) client.socket.send(n % 2 === 0 ? '{' : '{"id":"a","__proto__":1}');
  await client.until(() => client.closed !== undefined);
  assert.equal(client.closed?.code, 4009);
});

test('pings without end are not answered without end', async () => {
  const client = await house.connect('deputy');
  let pongs = 0;
  client.socket.on('pong', () => (pongs += 1));
  for (let n = 0; n < 400; n += 1) client.socket.ping(Buffer.alloc(100));
  await client.until(() => client.closed !== undefined);
  assert.equal(client.closed?.code, 4009);
  assert.ok(pongs >= 100 && pongs < 200, `${pongs} answered`);
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

test('a frame that the contract refuses whole is answered under its id, so that nobody waits for it', async () => {
  const client = await house.connect('member');
  const answers: ServerFrame[] = [];
  client.socket.prependListener('message', (data: Buffer) => answers.push(JSON.parse(data.toString()) as ServerFrame));
  const refused = [
    `{"id":"a","do":"message.send","with":{"group":"${house.group}","text":"\\ud83d"}}`,
    '{"id":"b","do":"account.me","with":{"__proto__":1}}',
    '{"id":"c","do":"account.me","with":{"a":1,"a":2}}',
    `{"id":"d","do":"account.me","with":${'['.repeat(9)}${']'.repeat(9)}}`,
  ];
  for (const text of [...refused, '{"id":"e"', '["f"]', `{"id":"${'g'.repeat(65)}","__proto__":1}`])
    client.socket.send(text);
  await client.until(() => answers.length === 7);
  assert.deepEqual(
    answers.map((it) => 'problem' in it && [it.id, it.problem.code]),
    ['a', 'b', 'c', 'd', undefined, undefined, undefined].map((id) => [id, 'malformed']),
  );
});

test('an object with a length that cannot be compared is malformed like any other, not a fault', async () => {
  const query = { length: { valueOf: 1, toString: 1 } };
  const { status, body } = await house.post('member', 'directory.people', { after: query });
  assert.deepEqual([status, (body as { code: string }).code], [400, 'malformed']);
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

test('a group is written into twenty times a second, however many write', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => house.addPerson()));
  const [group, other] = [await house.addGroup(people), await house.addGroup(people)];
  const clients = await Promise.all(people.map((it) => house.connect(it)));
  const outcomes = await Promise.all(
    clients.flatMap((client) =>
      Array.from({ length: 15 }, () =>
        client.call('message.send', { group, text: 'Đã nhận' }).then(
          () => 'sent',
          (error: unknown) => (error instanceof ClientProblem ? error.code : String(error)),
        ),
      ),
    ),
  );
  assert.deepEqual(new Set(outcomes), new Set(['sent', 'too_fast']));
  const sent = outcomes.filter((it) => it === 'sent').length;
  assert.ok(sent >= 40 && sent < 80, `${sent} sent`);
  assert.ok(await clients[0]!.call('message.send', { group: other, text: 'Ở nhóm khác' }));
});

test('without TLS every name of this machine serves, but only for its own pages', async () => {
  const { port } = new URL(house.address);
  for (const [host, origin, status] of [
    [`192.168.1.10:${port}`, `http://192.168.1.10:${port}`, 101],
    [`192.168.1.10:${port}`, 'http://evil.example', 403],
    [`evil.example:${port}`, house.address, 403],
  ] as const) {
    const socket = new WebSocket(`${house.address.replace('http', 'ws')}/live`, SOCKET_PROTOCOL, {
      headers: { host, origin, cookie: house.cast.clerk.cookie },
    });
    socket.on('error', () => undefined);
    const refused = once(socket, 'unexpected-response').then(([, it]) => (it as IncomingMessage).statusCode!);
    assert.equal(await Promise.race([once(socket, 'open').then(() => 101), refused]), status, `${origin} at ${host}`);
    socket.terminate();
  }
});

/** The statuses of the answers to so many handshakes at once, all held until the last is answered; 101: let in. */
async function knock(cookie: string, address: string, count = 1): Promise<number[]> {
  const sockets = Array.from({ length: count }, () => {
    const headers = { origin: house.address, cookie, 'x-forwarded-for': address };
    return new WebSocket(`${house.address.replace('http', 'ws')}/live`, SOCKET_PROTOCOL, { headers });
  });
  const statuses = await Promise.all(
    sockets.map(async (socket) => {
      socket.on('error', () => undefined);
      const refused = once(socket, 'unexpected-response').then(([, it]) => (it as IncomingMessage).statusCode!);
      return Promise.race([once(socket, 'open').then(() => 101), refused]);
    }),
  );
  for (const socket of sockets) socket.terminate();
  return statuses;
}

test('one address that knocks without end does not keep others out, and no session is not even counted', async () => {
  const stranger = `sid=${'x'.repeat(43)}`;
  for (let n = 0; n < 250; n += 1) assert.deepEqual(await knock('', '198.51.100.1'), [401]);
  const statuses: number[] = [];
  while (statuses.at(-1) !== 429 && statuses.length < 200) statuses.push(...(await knock(stranger, '198.51.100.2')));
  assert.equal(statuses.at(-1), 429, 'told to wait');
  assert.ok(statuses.slice(0, -1).every((it) => it === 401));
  assert.deepEqual(await knock(house.cast.reader.cookie, '198.51.100.3'), [101]);
});

test('a crowd that asks at once gets no more sockets than a person may have', async () => {
  const person = await house.addPerson();
  const statuses = await knock(person.cookie, '198.51.100.4', 25);
  assert.equal(statuses.filter((it) => it === 101).length, 10, statuses.join());
});

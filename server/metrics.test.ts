import assert from 'node:assert/strict';
import { request } from 'node:http';
import { before, test } from 'node:test';

import { newId } from '../protocol/id.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';

let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

function ask(headers: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(`${house.address}/metrics`, { headers }, (response) => {
      let body = '';
      response.on('data', (part) => (body += String(part)));
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    })
      .on('error', reject)
      .end();
  });
}

test('the machine’s own collector gets the figures, under every name the machine has for itself', async () => {
  for (const host of ['127.0.0.1', 'localhost:8080', 'LOCALHOST', '[::1]:8080', '127.0.0.53:9']) {
    const { status, body } = await ask({ host });
    assert.equal(status, 200, host);
    assert.match(body, /^# HELP nharong_actions_total/m);
  }
});

test('through a proxy on the same machine there is no such page', async () => {
  const asked: Readonly<Record<string, string>>[] = [
    { host: 'chat.iagrai.gialai.gov.vn' },
    { host: 'localhost.iagrai.gialai.gov.vn' },
    { host: '127.0.0.1.nip.io' },
    ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded', 'x-real-ip', 'via'].map(
      (name) => ({ host: '127.0.0.1', [name]: '127.0.0.1' }),
    ),
  ];
  for (const headers of asked) {
    const { status, body } = await ask(headers);
    assert.equal(status, 404, JSON.stringify(headers));
    assert.equal((JSON.parse(body) as { code: string }).code, 'not_found');
  }
});

test('what is done, refused, delivered and cut is counted', async () => {
  const figure = async (name: string): Promise<number> => {
    const { body } = await ask({ host: '127.0.0.1' });
    const line = body.split('\n').find((it) => it.startsWith(`${name} `));
    return line ? Number(line.slice(name.length + 1)) : 0;
  };
  const reader = await house.connect('member', { [house.group]: 0 });
  const leader = await house.connect('leader', { [house.group]: 0 });
  await leader.call('message.send', { group: house.group, text: 'một' });
  await reader.until(() => reader.of(house.group).length === 1);
  await assert.rejects(leader.call('message.send', { group: newId(), text: 'hai' }));
  await assert.rejects(leader.callRaw('no.such', {}));
  assert.equal(await figure('nharong_actions_total{action="message.send",outcome="done"}'), 1);
  assert.equal(await figure('nharong_actions_total{action="message.send",outcome="not_found"}'), 1);
  assert.equal(await figure('nharong_actions_total{action="none",outcome="no_such_action"}'), 1);
  assert.equal(await figure('nharong_action_seconds_count{action="message.send"}'), 1);
  assert.equal(await figure('nharong_deliveries_total'), 2);
  leader.socket.send(Buffer.from([1]), { binary: true });
  await leader.until(() => leader.closed !== undefined);
  assert.equal(await figure('nharong_sockets_cut_total{reason="text only"}'), 1);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { openTestJanus } from '../testing/janus.ts';
import type { TestJanus } from '../testing/janus.ts';
import { openTestTurn } from '../testing/turn.ts';
import type { TestTurn } from '../testing/turn.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser } from './browser.ts';
import { callDevice, counted, hears, leave, pairOf, PATIENCE, press, ring, room, until } from './call-media.ts';

// What goes through machines of the agency: two by the relay alone, five through the media server.

let browser: Browser;
let janus: TestJanus;
let turn: TestTurn;

before(async () => {
  [browser, janus, turn] = await Promise.all([
    openBrowser({ microphone: true }),
    openTestJanus({ rtp: '25000-25999' }),
    openTestTurn({ from: 31_000, to: 31_999 }),
  ]);
});

after(async () => {
  await browser?.close();
  await janus?.stop();
  await turn?.stop();
});

test('two by the relay alone: neither device learns the address of the other', async () => {
  const agency = await openAgency({ env: { ...turn.env, CALLS_RELAY_ONLY: 'yes' } });
  const group = await pairOf(agency, 'nga', 'thung');
  const nga = await callDevice(agency, browser, 'nga', `/chats/${group}`);
  const thung = await callDevice(agency, browser, 'thung', '/chats');
  await press(nga, 'Gọi video');
  await press(ring(thung), 'Trả lời');
  await Promise.all([hears(nga, true), hears(thung, true)]);
  for (const page of [nga, thung]) {
    const { ends } = await counted(page);
    assert.ok(ends.length > 0);
    assert.deepEqual([...new Set(ends)], ['relay']);
    const told = await page.evaluate(() =>
      (globalThis as unknown as { connections: RTCPeerConnection[] }).connections
        .flatMap((it) => `${it.remoteDescription?.sdp}`.match(/a=candidate:.*/g) ?? [])
        .filter((line) => !line.includes(' typ relay')),
    );
    assert.deepEqual(told, []);
  }
  await leave(nga);
  await room(thung).waitFor({ state: 'detached', ...PATIENCE });
  for (const page of [nga, thung]) await closeDevice(page);
});

/** One connection to send by and one to hear by, all four others among what comes. */
const through = (page: Page): Promise<void> => hears(page, false, 2);

test('five through the media server: a screen is shared, one leaves and comes back, and all come back when it was killed', async (t) => {
  const agency = await openAgency({ env: janus.env });
  const keys = ['phuc', 'nga', 'thung', 'bich', 'phuong'] as const;
  const group = await groupOf(agency, keys);
  const pages = new Map<string, Page>();
  for (const key of keys) pages.set(key, await callDevice(agency, browser, key, `/chats/${group}`));
  const phuc = pages.get('phuc')!;
  await press(phuc, 'Gọi nhóm');
  await press(phuc.getByRole('dialog', { name: 'Gọi nhóm' }), /^Gọi( 4 người)?$/);
  for (const key of keys.slice(1)) await press(ring(pages.get(key)!), 'Trả lời');
  for (const page of pages.values()) await through(page);
  assert.equal((await agency.as('phuc', 'call.open', {})).calls[0]!.mode, 'server');

  // A screen is seen by all the others.
  await press(room(phuc), 'Chia sẻ màn hình');
  for (const key of keys.slice(1)) {
    const { frames } = await counted(pages.get(key)!);
    await until(pages.get(key)!, 'a screen', (it) => it.frames > frames + 5);
  }
  await press(room(phuc), 'Dừng chia sẻ');

  // A camera that is turned on, off and on again over the line there is.
  const nga = pages.get('nga')!;
  for (const turn of ['first', 'again']) {
    await press(room(nga), 'Bật camera');
    for (const key of ['phuc', 'bich']) {
      const { frames } = await counted(pages.get(key)!);
      await until(pages.get(key)!, `a camera (${turn})`, (it) => it.frames > frames + 5);
    }
    await press(room(nga), 'Tắt camera');
  }

  const thung = pages.get('thung')!;
  await leave(thung);
  await thung.getByRole('button', { name: 'Tham gia' }).first().click(PATIENCE);
  await through(thung);

  // As if the machine had lost its power: with its service it is back at once, and nobody presses anything.
  await janus.kill();
  for (const page of pages.values()) await until(page, 'the end of the line', (it) => it.connected === 0);
  await janus.start();
  const back = Date.now();
  await Promise.all([...pages.values()].map(through));
  const seconds = (Date.now() - back) / 1_000;
  t.diagnostic(`five hear each other ${seconds.toFixed(1)} s after the media server was there again`);
  assert.ok(seconds <= 10 * SLOWER, `back after ${seconds} s`);

  // Put out of the group: out of the call too.
  await agency.as('phuc', 'member.remove', { group, accounts: [agency.person('phuong').id] });
  await until(pages.get('phuong')!, 'its end', (it) => it.connected === 0);
  for (const page of pages.values()) await closeDevice(page);
});

/** Five browsers on a machine of two cores are slower than five people’s. */
const SLOWER = 3;

async function groupOf(agency: Agency, keys: readonly string[]): Promise<string> {
  const members = keys.slice(1).map((key) => agency.person(key).id);
  return (await agency.as(keys[0]!, 'group.create', { kind: 'coordination', name: 'Trực bão đêm nay', members })).group;
}

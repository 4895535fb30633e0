import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser } from './browser.ts';
import { callDevice, counted, hears, leave, pairOf, PATIENCE, press, ring, room, until } from './call-media.ts';

// Sound and pictures go from one browser to the other and back: counted by the browsers themselves, from a microphone that beeps and a
// camera that films a clock.

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ microphone: true });
});

after(async () => {
  await browser?.close();
});

test('two see and hear each other, through another network and a page that is loaded again, until one leaves', async () => {
  const group = await pairOf(agency, 'nga', 'thung');
  const nga = await callDevice(agency, browser, 'nga', `/chats/${group}`);
  const thung = await callDevice(agency, browser, 'thung', '/chats');

  await press(nga, 'Gọi video');
  await ring(thung).waitFor(PATIENCE);
  await press(ring(thung), 'Trả lời');
  await Promise.all([hears(nga, true), hears(thung, true)]);

  // Another network: a new path is sought, and the call goes on.
  const before = await counted(nga);
  await nga.context().setOffline(true);
  await nga.context().setOffline(false);
  await until(nga, 'another path', (it) => it.connected === 1 && it.path !== before.path);
  await Promise.all([hears(nga, true), hears(thung, true)]);

  // Loaded again, by either of them: the seat is kept, and the other one need do nothing.
  for (const page of [thung, nga]) {
    await page.reload();
    await page.getByRole('button', { name: 'Vào lại' }).click(PATIENCE);
    await Promise.all([hears(nga, false), hears(thung, false)]);
  }

  await leave(thung);
  await room(nga).waitFor({ state: 'detached', ...PATIENCE });
  assert.equal((await counted(nga)).connected, 0);
  assert.equal((await counted(thung)).connected, 0);
  await closeDevice(nga);
  await closeDevice(thung);
});

test('two who call each other in the same moment are in one call', async () => {
  const group = await pairOf(agency, 'phuc', 'bich');
  const pages = [
    await callDevice(agency, browser, 'phuc', `/chats/${group}`),
    await callDevice(agency, browser, 'bich', `/chats/${group}`),
  ] as const;
  await Promise.all(pages.map((it) => press(it, 'Gọi thoại')));
  await Promise.all(pages.map((it) => hears(it, false)));
  await leave(pages[0]);
  await room(pages[1]).waitFor({ state: 'detached', ...PATIENCE });
  for (const it of pages) await closeDevice(it);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { openPushReceiver } from '../testing/push-receiver.ts';
import type { PushReceiver } from '../testing/push-receiver.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, guidePicture, openBrowser, settled } from './browser.ts';
import { press, pushDoor, shown, showsUntil, subscribe, withWorker } from './push.ts';

// Somebody is called while the app is closed: their browser's push service, which here is the test, wakes the worker.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const AWAKE = { from: '00:00', to: '00:00', days: [], through: 1 as const };
const PATIENCE_MS = 60_000;

let receiver: PushReceiver;
let agency: Agency;
let browser: Browser;
let storm: string;

before(async () => {
  receiver = await openPushReceiver();
  agency = await openAgency({ env: { PUSH_HOSTS: receiver.origin } });
  receiver.clock = () => agency.now().getTime();
  browser = await openBrowser({ microphone: true, worker: true });
  storm = await agency.group(STORM);
  // Whenever this runs, nobody sleeps.
  await agency.as('nga', 'quiet.set', { quiet: AWAKE });
});
after(async () => {
  await browser?.close();
  await receiver.close();
});

/** Phúc calls Nga in the group. */
async function callNga(): Promise<{ call: string; hangUp(): Promise<unknown> }> {
  const wish = { group: storm, kind: 'voice' as const, ring: [agency.person('nga').id] };
  const { call } = await agency.as('phuc', 'call.start', wish);
  return { call: call.id, hangUp: () => agency.as('phuc', 'call.end', { group: storm, call: call.id }) };
}

/** What the push service got, from `after` on: it comes by itself, at once. */
async function pushed(after: number): Promise<unknown> {
  for (const until = Date.now() + PATIENCE_MS; receiver.received.length <= after;) {
    if (Date.now() > until) throw new Error(`nothing was pushed: ${receiver.wrong.join()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return receiver.received[after]!.body;
}

/** Nga's device with the app closed: only the worker is there, and a page of the guide that looks on. */
async function closedApp(): Promise<{ witness: Page; door: Awaited<ReturnType<typeof pushDoor>> }> {
  const page = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await page.context().grantPermissions(['notifications', 'microphone'], { origin: agency.url });
  await withWorker(page);
  await subscribe(page, receiver.browser('nga'));
  await page.goto('about:blank');
  const away = await page.context().newPage();
  const witness = await page.context().newPage();
  await witness.goto(`${agency.url}/huong-dan`);
  await away.bringToFront();
  return { witness, door: await pushDoor(witness) };
}

test('a call rings a closed app: it can be declined there, is gone when it was answered elsewhere, and a missed one says so', async () => {
  const { witness, door } = await closedApp();

  const first = receiver.received.length;
  const { call, hangUp } = await callNga();
  const body = await pushed(first);
  assert.deepEqual(Object.keys(body as object).sort(), ['b', 't']);
  assert.equal(receiver.received[first]!.urgency, 'high');
  await door.deliver(body);
  const [ring] = await showsUntil(witness, (it) => it.length === 1);
  assert.deepEqual(ring, {
    title: STORM,
    body: 'Nguyễn Hoàng Phúc · Cuộc gọi thoại đến',
    tag: `call-${call}`,
    actions: ['Trả lời', 'Từ chối'],
  });
  await press(witness, `call-${call}`, 'decline');
  assert.deepEqual(await shown(witness), []);
  const [declined] = (await agency.as('nga', 'call.read', { group: storm, ids: [call] })).calls;
  assert.equal(declined!.rung, 'declined');
  // That it is over is told too.
  await door.deliver(await pushed(first + 1));
  await hangUp();

  // Answered on another device: the second push takes it away.
  const second = receiver.received.length;
  const answered = await callNga();
  await door.deliver(await pushed(second));
  await showsUntil(witness, (it) => it[0]?.tag === `call-${answered.call}`);
  await agency.as('nga', 'call.join', { group: storm, call: answered.call });
  await door.deliver(await pushed(second + 1));
  await showsUntil(witness, (it) => it.length === 0);
  await answered.hangUp();

  // Given up by who called, before it could be answered.
  const third = receiver.received.length;
  const missed = await callNga();
  await door.deliver(await pushed(third));
  await showsUntil(witness, (it) => it[0]?.tag === `call-${missed.call}`);
  await missed.hangUp();
  await door.deliver(await pushed(third + 1));
  const [left] = await showsUntil(witness, (it) => it[0]?.tag === `chat-${storm}`);
  assert.match(left!.body, /Cuộc gọi nhỡ/);
  assert.equal((await shown(witness)).length, 1, 'in the place of the ring');
  await closeDevice(witness);
});

const ring = (page: Page): Locator => page.getByRole('alertdialog');
const room = (page: Page): Locator => page.getByRole('dialog', { name: /^Cuộc gọi:/ });

test('pressed to answer, the app stands before them with the call ringing; it comes off the screen as soon as it is answered', async () => {
  const page = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await page.context().grantPermissions(['notifications', 'microphone'], { origin: agency.url });
  await withWorker(page);
  await subscribe(page, receiver.browser('nga'));
  const before = receiver.received.length;
  // The app is open behind something else.
  const away = await page.context().newPage();
  await away.bringToFront();
  const { call, hangUp } = await callNga();
  await ring(page).waitFor();
  await page.waitForFunction(() => document.title.includes('Cuộc gọi thoại đến: Nguyễn Hoàng Phúc'));
  const door = await pushDoor(page);
  await door.deliver(await pushed(before));
  await showsUntil(page, (it) => it.some((one) => one.tag === `call-${call}`));
  await press(page, `call-${call}`, 'answer');
  await page.waitForURL((url) => url.pathname === `/chats/${storm}`);
  await ring(page).getByRole('button', { name: 'Trả lời', exact: true }).click();
  await room(page).waitFor();
  await page.waitForFunction(() => !document.title.includes('Cuộc gọi thoại đến'));
  await hangUp();
  await room(page).waitFor({ state: 'detached' });

  // Opened from nothing by the same press.
  const second = await callNga();
  await page.goto(`${agency.url}/chats/${storm}?call=${second.call}`);
  await ring(page).waitFor();
  // What the system shows beside goes with the ringing, also where the page is the only one to hear of it.
  await page.evaluate(async (call) => {
    const place = await navigator.serviceWorker.ready;
    await place.showNotification('Nhà Rông', { tag: `call-${call}` });
  }, second.call);
  await second.hangUp();
  await ring(page).waitFor({ state: 'detached' });
  await showsUntil(page, (it) => it.length === 0);
  await closeDevice(page);
});

test('a device that is not to ring is told so in its settings', async () => {
  const page = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  await page.context().grantPermissions(['notifications'], { origin: agency.url });
  await withWorker(page);
  await subscribe(page, receiver.browser('nga-phone'));
  await page.addInitScript(() => {
    PushManager.prototype.getSubscription = () =>
      Promise.resolve({ options: {}, toJSON: () => ({}) } as unknown as PushSubscription);
  });
  await page.goto(`${agency.url}/me/quiet`);
  const own = page.getByRole('switch', { name: 'Đổ chuông cuộc gọi trên máy này' });
  await own.uncheck();
  await page.reload();
  await page.getByRole('switch', { name: 'Đổ chuông cuộc gọi trên máy này', checked: false }).waitFor();
  const { hangUp } = await callNga();
  await ring(page).waitFor();
  await hangUp();
  assert.equal(receiver.received.filter((it) => it.browser === 'nga-phone').length, 0);
  await closeDevice(page);
});

test('what the guide shows of calls', async () => {
  const members = ['nga', 'thung', 'bich', 'phuong', 'vinh', 'tu', 'loc'].map((key) => agency.person(key).id);
  const name = 'Ban Chỉ huy phòng thủ dân sự xã Ia Grai';
  const { group } = await agency.as('phuc', 'group.create', { kind: 'coordination', name, members });
  const path = `/chats/${group}`;
  const leader = await agency.device(browser, 'phone', 'phuc', { path });
  await leader.getByRole('button', { name: 'Gọi nhóm' }).click();
  await leader.getByRole('dialog', { name: 'Gọi nhóm' }).waitFor();
  await settled(leader);
  await guidePicture(leader, 'goi-nhom-dt');
  await closeDevice(leader);

  const phuc = await agency.device(browser, 'pc', 'phuc', { path });
  const nga = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  const thung = await agency.device(browser, 'pc', 'thung', { path: '/chats' });
  await phuc.getByRole('button', { name: 'Gọi nhóm' }).click();
  const sheet = phuc.getByRole('dialog', { name: 'Gọi nhóm' });
  await sheet.waitFor();
  await settled(phuc);
  await guidePicture(phuc, 'goi-nhom-may');
  await sheet.getByRole('button', { name: /^Gọi( \d+ người)?$/ }).click();
  await room(phuc).waitFor();
  for (const [page, kind] of [
    [nga, 'dt'],
    [thung, 'may'],
  ] as const) {
    await ring(page).waitFor();
    await settled(page);
    await guidePicture(page, `goi-den-${kind}`);
    await ring(page).getByRole('button', { name: 'Trả lời', exact: true }).click();
    await page.getByRole('timer').waitFor();
  }
  await room(nga).getByRole('button', { name: 'Giơ tay' }).click();
  await room(phuc).getByText('giơ tay', { exact: true }).waitFor({ state: 'attached' });
  for (const [page, kind] of [
    [nga, 'dt'],
    [phuc, 'may'],
  ] as const) {
    await settled(page);
    await guidePicture(page, `trong-cuoc-goi-${kind}`);
  }
  const [call] = (await agency.as('phuc', 'call.open', {})).calls;
  await agency.as('phuc', 'call.end', { group, call: call!.id });
  for (const [page, kind] of [
    [nga, 'dt'],
    [phuc, 'may'],
  ] as const) {
    await page.goto(`${agency.url}${path}/calls/${call!.id}`);
    await page.getByText('Đã tham gia').first().waitFor();
    await settled(page);
    await guidePicture(page, `chi-tiet-cuoc-goi-${kind}`);
  }
  for (const page of [phuc, nga, thung]) await closeDevice(page);
});

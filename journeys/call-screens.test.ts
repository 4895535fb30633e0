import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { readXlsx } from 'hucre/xlsx';
import type { Browser, Locator, Page } from 'playwright-core';

import { openTestJanus } from '../testing/janus.ts';
import type { TestJanus } from '../testing/janus.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled, sidewaysScroll, SIZES } from './browser.ts';
import { message } from './steps.ts';

// What is seen of a call, on a phone and a computer: who rings, who is in it, what leaders do, and what stays in the conversation.

let agency: Agency;
let browser: Browser;
let janus: TestJanus;

before(async () => {
  janus = await openTestJanus({ rtp: '24000-24999' });
  agency = await openAgency({ env: janus.env });
  browser = await openBrowser({ microphone: true });
});

after(async () => {
  await browser?.close();
  await janus?.stop();
});

/** The screen as it stands, and nothing wrong with it. */
async function looks(page: Page, name: string): Promise<void> {
  await settled(page);
  await picture(page, `calls/${name}`);
  assert.equal(await sidewaysScroll(page), 0, name);
  assert.deepEqual(await accessibilityFaults(page), [], name);
}

const ring = (page: Page): Locator => page.getByRole('alertdialog');
const press = (where: Page | Locator, name: string | RegExp): Promise<void> =>
  where.getByRole('button', { name, exact: true }).click();
/** The call over the whole window. */
const room = (page: Page): Locator => page.getByRole('dialog', { name: /^Cuộc gọi:/ });
const clock = (page: Page): Locator => page.getByRole('timer');
const record = (page: Page): Locator => page.getByRole('log').locator('.call-record').last();

async function pairOf(a: string, b: string): Promise<string> {
  return (await agency.as(a, 'group.openPair', { account: agency.person(b).id })).group;
}

test('between two: it rings on the phone and is declined with words; it rings on the computer and is answered, made small and ended', async () => {
  const group = await pairOf('phuc', 'nga');
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  const nga = await agency.device(browser, 'phone', 'nga', { path: '/chats' });

  await press(phuc, 'Gọi thoại');
  await room(phuc).getByText('Đang gọi…').waitFor();
  await ring(nga).getByRole('heading', { name: 'Nguyễn Hoàng Phúc' }).waitFor();
  await looks(nga, 'ring-phone');
  await looks(phuc, 'calling-pc');
  await press(ring(nga), 'Nhắn lời khác');
  await looks(nga, 'decline-words-phone');
  await nga
    .getByRole('dialog', { name: 'Từ chối và nhắn' })
    .getByLabel('Lời khác')
    .fill('Tôi xuống xã, 15 giờ gọi lại');
  await press(nga, 'Từ chối và gửi');
  await ring(nga).waitFor({ state: 'detached' });
  await room(phuc).getByText('Đã từ chối').waitFor();
  await looks(phuc, 'over-pc');
  await press(room(phuc), 'Đóng');
  await room(phuc).waitFor({ state: 'detached' });
  await message(phuc, 'Tôi xuống xã, 15 giờ gọi lại').waitFor();
  await record(phuc).getByText('Đã từ chối').waitFor();
  await looks(phuc, 'record-declined-pc');

  // The other way round, with pictures.
  await nga.goto(`${agency.url}/chats/${group}`);
  await press(nga, 'Gọi video');
  await room(nga).getByText('Đang gọi…').waitFor();
  await ring(phuc).waitFor();
  await looks(phuc, 'ring-pc');
  await looks(nga, 'calling-video-phone');
  // Whoever is writing goes on writing: the card takes no focus, and Enter alone answers nothing.
  assert.equal(await ring(phuc).evaluate((it) => it.contains(document.activeElement)), false);
  await phuc.keyboard.press('Alt+c');
  assert.equal(await ring(phuc).evaluate((it) => it.contains(document.activeElement)), true);
  await phuc.keyboard.press('Enter');
  assert.equal(await ring(phuc).count(), 1);
  await ring(phuc).getByRole('button', { name: 'Trả lời', exact: true }).focus();
  await phuc.keyboard.press('Enter');
  for (const page of [nga, phuc]) await clock(page).waitFor();
  await nga.waitForFunction(
    () => [...document.querySelectorAll('video')].filter((it) => it.videoWidth > 0).length === 2,
  );
  await phuc.waitForFunction(() => document.querySelectorAll('.call-tile-large video').length === 1);
  await looks(nga, 'pair-video-phone');
  await looks(phuc, 'pair-video-pc');

  // The keys, while the focus is in the call.
  await phuc.keyboard.press('m');
  await room(phuc).getByRole('button', { name: 'Bật mic', exact: true }).waitFor();
  await nga.getByText(', mic tắt').first().waitFor({ state: 'attached' });
  await phuc.keyboard.press('m');
  await room(phuc).getByRole('button', { name: 'Tắt mic', exact: true }).waitFor();

  // Esc hangs nothing up: it makes the call small, and the app is there again.
  await phuc.keyboard.press('Escape');
  await room(phuc).waitFor({ state: 'detached' });
  await clock(phuc).waitFor();
  await looks(phuc, 'small-pc');
  await nga.goBack();
  await room(nga).waitFor({ state: 'detached' });
  await looks(nga, 'small-phone');
  await press(phuc, 'Mở cuộc gọi');
  await room(phuc).waitFor();
  await press(room(phuc), 'Kết thúc');
  await room(phuc).waitFor({ state: 'detached' });
  await record(phuc)
    .getByText(/^\d+:\d\d$/)
    .waitFor();
  await looks(phuc, 'record-pair-pc');

  await closeDevice(phuc);
  await closeDevice(nga);
});

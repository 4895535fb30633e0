import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import {
  accessibilityFaults,
  closeDevice,
  guidePicture,
  openBrowser,
  picture,
  settled,
  sidewaysScroll,
} from './browser.ts';
import { message, openChat } from './steps.ts';

// What must not drift away stands on the board of the group: found by whoever comes new, and without a line.

const STORM = 'Phòng chống bão lũ xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ worker: true });
});

after(() => browser?.close());

async function isSound(page: Page): Promise<void> {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await sidewaysScroll(page), 0);
}

const section = (page: Page, name: string | RegExp) => page.getByRole('region', { name });

test('the board of a group: pinned, to come, written, asked; from the chat and back, phone and PC', async () => {
  const group = await agency.group(STORM);
  for (const kind of ['pc', 'phone'] as const) {
    const page = await agency.device(browser, kind, 'nga', { path: '/chats' });
    await openChat(page, STORM);
    if (kind === 'phone') await page.getByRole('link', { name: 'Tùy chọn', exact: true }).click();
    await page.getByRole('link', { name: 'Bảng tin', exact: true }).first().click();
    await section(page, /^Đã ghim 2/)
      .getByRole('listitem')
      .nth(1)
      .waitFor();
    await section(page, /^Nhắc hẹn sắp tới 2/)
      .getByText('Hội trường UBND xã')
      .waitFor();
    await section(page, kind === 'pc' ? /^Ghi chú 2/ : /^Ghi chú 3/)
      .getByText('Bản 3')
      .waitFor();
    await section(page, /^Bình chọn đang mở 1/)
      .getByText('Nhà văn hóa Thôn 2')
      .waitFor();
    await isSound(page);
    await guidePicture(page, `bang-tin-${kind === 'phone' ? 'dt' : 'may'}`);
    if (kind === 'pc') {
      // Made from here it stands here and in the conversation, on every device.
      await section(page, /^Bình chọn đang mở/)
        .getByRole('link', { name: 'Xem bình chọn đã đóng' })
        .click();
      await page.getByRole('tab', { name: 'Đã đóng' }).click();
      await page.getByText('Chưa có bình chọn nào đã đóng.').waitFor();
      await isSound(page);
      await page.goBack();
    }
    await section(page, /^Ghi chú/)
      .getByRole('link', { name: 'Lịch trực ban tuần này' })
      .waitFor();
    await agency.as('nga', 'note.create', { group, title: `Số điện thoại trực (${kind})`, text: '0269 3 600 110' });
    await section(page, /^Ghi chú/)
      .getByText(`Số điện thoại trực (${kind})`)
      .waitFor();
    await page.goto(`${agency.url}/chats/${group}`);
    await message(page, `Số điện thoại trực (${kind})`).waitFor();
    await closeDevice(page);
  }
});

test('who comes new sees the board whatever may be read of the conversation; without a line it is there', async () => {
  const group = await agency.group(STORM);
  await agency.as('phuc', 'group.govern', { group, history: 'none' });
  const phone = await agency.device(browser, 'phone', 'duc', { path: '/chats' });
  await agency.as('nga', 'member.add', { group, accounts: [agency.person('duc').id] });
  await phone.goto(`${agency.url}/chats/${group}/board`);
  await section(phone, /^Ghi chú/)
    .getByText('Vị trí sơ tán từng thôn, làng')
    .waitFor();
  await section(phone, /^Bình chọn đang mở/)
    .getByText('Sân UBND xã')
    .waitFor();
  await phone.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await phone.context().setOffline(true);
  await phone.reload();
  await section(phone, /^Ghi chú/)
    .getByText('Vị trí sơ tán từng thôn, làng')
    .waitFor();
  await section(phone, /^Nhắc hẹn sắp tới/)
    .getByText('Hội trường UBND xã')
    .waitFor();
  // What is written now stands there as waiting, and is sent once.
  await phone.getByRole('button', { name: 'Tạo ghi chú' }).tap();
  const form = phone.getByRole('dialog', { name: 'Tạo ghi chú' });
  await form.getByRole('textbox', { name: 'Tiêu đề' }).fill('Mực nước suối Ia Grai');
  await form.getByRole('button', { name: 'Tạo ghi chú' }).tap();
  const waiting = phone.getByRole('list', { name: 'Ghi chú chờ gửi' });
  await waiting.getByText('Mực nước suối Ia Grai').waitFor();
  await picture(phone, 'board/offline-phone');
  await isSound(phone);
  await phone.context().setOffline(false);
  await waiting.waitFor({ state: 'detached' });
  await section(phone, /^Ghi chú/)
    .getByRole('link', { name: 'Mực nước suối Ia Grai' })
    .waitFor();
  await closeDevice(phone);
});

test('an empty board says what it is for, and lets begin who may', async () => {
  const { group } = await agency.as('nga', 'group.create', {
    kind: 'coordination',
    name: 'Chuẩn bị Đại hội thi đua yêu nước',
    members: [agency.person('thung').id],
  });
  for (const kind of ['pc', 'phone'] as const) {
    const page = await agency.device(browser, kind, 'nga', { path: `/chats/${group}/board` });
    await page.getByText('Bảng tin chưa có gì').waitFor();
    await page.getByRole('button', { name: 'Tạo nhắc hẹn' }).waitFor();
    await picture(page, `board/empty-${kind}`);
    await isSound(page);
    await closeDevice(page);
  }
});

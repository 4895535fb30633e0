import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled, sidewaysScroll } from './browser.ts';
import { chatRow, composer } from './steps.ts';

// Somebody with many groups keeps the list short and the nights quiet, on a phone and on a PC that show the same.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const LABEL = 'Việc gấp';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

async function isSound(page: Page): Promise<void> {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await sidewaysScroll(page), 0);
}

async function say(text: string, more: { urgency?: 1 | 2 | 3 } = {}): Promise<void> {
  await agency.as('phuc', 'message.send', { group: await agency.group(STORM), text, ...more });
}

const rowOf = (page: Page): Locator =>
  page.locator('.chat-row').filter({ has: page.getByRole('link', { name: new RegExp(`^${STORM}`) }) });

/** Opens the menu of the row as one does on this device. */
async function menuOf(page: Page): Promise<void> {
  await chatRow(page, STORM).click({ button: 'right' });
  await page.getByRole('menu').waitFor();
}

async function choose(page: Page, item: string): Promise<void> {
  await menuOf(page);
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Waits until the server knows that all of it has been read. */
async function isRead(): Promise<void> {
  const groups = [await agency.group(STORM)];
  const deadline = Date.now() + 30_000;
  for (;;) {
    const [chat] = (await agency.as('nga', 'chat.list', { groups })).chats;
    if (chat!.readOrdinal >= chat!.messages) return;
    if (Date.now() > deadline) throw new Error(`read up to ${chat!.readOrdinal} of ${chat!.messages}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A finger goes over the row, to the left or to the right, and is lifted. */
async function swipe(page: Page, by: number): Promise<void> {
  const box = (await chatRow(page, STORM).boundingBox())!;
  const client = await page.context().newCDPSession(page);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: number): Promise<unknown> =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: at, y }] });
  await touch('touchStart', x);
  for (let part = 1; part <= 8; part += 1) await touch('touchMove', x + (by * part) / 8);
  await touch('touchEnd', x + by);
  await client.detach();
}

test('a muted chat is counted in grey on both devices, and calls again when it is turned on', async () => {
  const phone = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  const pc = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await chatRow(phone, STORM).waitFor();
  await choose(phone, 'Tắt thông báo');
  await phone.getByRole('button', { name: 'Cho đến khi được bật lại' }).waitFor();
  await isSound(phone);
  await picture(phone, 'peace/mute-phone');
  await phone.getByRole('button', { name: 'Trong 1 giờ' }).click();
  await phone.getByRole('status').filter({ hasText: 'Tắt đến' }).waitFor();
  for (const page of [phone, pc]) await rowOf(page).getByLabel('đã tắt thông báo').waitFor();

  await say('Nước lên chậm, chưa phải di dời.');
  for (const page of [phone, pc]) {
    await rowOf(page).locator('.badge-muted').waitFor();
    assert.equal(await rowOf(page).locator('.badge-accent').count(), 0);
    assert.equal(await rowOf(page).evaluate((row) => row.classList.contains('chat-unread')), false);
  }
  await isSound(pc);
  await picture(pc, 'peace/muted-pc');
  await picture(phone, 'peace/muted-phone');

  await choose(pc, 'Bật thông báo');
  for (const page of [phone, pc]) await rowOf(page).locator('.badge-accent').waitFor();
  await pc.waitForFunction(() => document.title.startsWith('('));
  await closeDevice(phone);
  await closeDevice(pc);
});

test('swiped to the left it is put away; the next message brings it back, and what was urgent says so until it is read', async () => {
  const phone = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  await chatRow(phone, STORM).waitFor();
  await swipe(phone, 120);
  await rowOf(phone).locator('.badge').waitFor({ state: 'detached' });
  await swipe(phone, -160);
  await phone.locator('.chat-tray').getByRole('button', { name: 'Lưu trữ' }).waitFor();
  await isSound(phone);
  await picture(phone, 'peace/swiped-phone');
  await phone.locator('.chat-tray').getByRole('button', { name: 'Lưu trữ' }).tap();
  await phone.getByText(`Đã lưu trữ ${STORM}`).waitFor();
  await chatRow(phone, STORM).waitFor({ state: 'detached' });

  await phone.getByRole('button', { name: /^Lưu trữ/ }).tap();
  await chatRow(phone, STORM).waitFor();
  await phone.getByRole('heading', { name: 'Lưu trữ' }).waitFor();
  await isSound(phone);
  await picture(phone, 'peace/archive-phone');
  await phone.goBack();
  await phone.getByRole('heading', { name: 'Trò chuyện' }).waitFor();

  await say('Đề nghị các thôn trực 24/24.', { urgency: 3 });
  await chatRow(phone, STORM, 'Hỏa tốc').waitFor();
  await phone.getByRole('alert').getByRole('button', { name: 'Đóng' }).tap();
  await phone.getByRole('button', { name: /^Khẩn/ }).tap();
  assert.equal(await phone.locator('.chat-row').count(), 1);
  await picture(phone, 'peace/urgent-phone');
  await chatRow(phone, STORM).tap();
  await composer(phone).waitFor();
  await isRead();
  await phone.goBack();
  await phone.getByText('Không có tin khẩn nào chưa đọc.').waitFor();
  await closeDevice(phone);
});

test('marked unread on the PC, it is so on the phone until somebody opens it', async () => {
  const phone = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  const pc = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await chatRow(phone, STORM).waitFor();
  await choose(pc, 'Đánh dấu chưa đọc');
  await chatRow(phone, STORM, 'đánh dấu chưa đọc').waitFor();
  await picture(phone, 'peace/marked-phone');
  await chatRow(phone, STORM).tap();
  await composer(phone).waitFor();
  await rowOf(pc).locator('.chat-dot').waitFor({ state: 'detached' });
  await closeDevice(phone);
  await closeDevice(pc);
});

test('labels are made, put on a chat, and the list is filtered by them', async () => {
  const pc = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  const phone = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  await chatRow(pc, STORM).waitFor();
  await choose(pc, 'Gắn nhãn');
  await pc.getByRole('button', { name: 'Thêm nhãn' }).click();
  await pc.getByRole('textbox', { name: 'Tên nhãn' }).fill(LABEL);
  await pc.getByText('Mận', { exact: true }).click();
  await isSound(pc);
  await picture(pc, 'peace/new-label-pc');
  await pc.getByRole('button', { name: 'Lưu', exact: true }).click();
  await pc.getByRole('checkbox', { name: LABEL, checked: true }).waitFor();
  await isSound(pc);
  await picture(pc, 'peace/labels-of-chat-pc');
  await pc.getByRole('dialog').getByRole('button', { name: 'Đóng' }).click();

  await phone.getByRole('button', { name: LABEL }).tap();
  await chatRow(phone, STORM, LABEL).waitFor();
  assert.equal(await phone.locator('.chat-row').count(), 1);
  await isSound(phone);
  await picture(phone, 'peace/labelled-phone');

  await pc.goto(`${agency.url}/me/labels`);
  await pc.getByRole('button', { name: 'Thêm nhãn' }).click();
  await pc.getByRole('textbox', { name: 'Tên nhãn' }).fill('Các thôn');
  await pc.getByRole('button', { name: 'Lưu', exact: true }).click();
  await pc.getByRole('button', { name: 'Đưa Các thôn lên trên' }).click();
  await pc.getByRole('listitem').first().filter({ hasText: 'Các thôn' }).waitFor();
  await isSound(pc);
  await picture(pc, 'peace/labels-pc');
  await pc.getByRole('button', { name: `Tùy chọn của nhãn ${LABEL}` }).click();
  await pc.getByRole('menuitem', { name: 'Xóa nhãn' }).click();
  await pc.getByRole('alertdialog').getByRole('button', { name: 'Xóa nhãn' }).click();
  await phone.getByRole('button', { name: LABEL }).waitFor({ state: 'detached' });
  await closeDevice(phone);
  await closeDevice(pc);
});

test('in Tùy chọn: what one is told of; Ctrl Shift M mutes what is open', async () => {
  const pc = await agency.device(browser, 'pc', 'nga', { path: `/chats/${await agency.group(STORM)}/options` });
  await pc.getByRole('button', { name: /^Thông báo/ }).click();
  await pc.getByRole('radio', { name: 'Tin nhắc đến tôi' }).check();
  await isSound(pc);
  await picture(pc, 'peace/notify-pc');
  await pc.keyboard.press('Escape');
  await pc
    .getByRole('button', { name: /^Thông báo/ })
    .filter({ hasText: 'Tin nhắc đến tôi' })
    .waitFor();
  await picture(pc, 'peace/options-pc');
  await pc.keyboard.press('Control+Shift+m');
  await pc.getByRole('button', { name: 'Đến 8:00 sáng' }).click();
  await rowOf(pc).getByLabel('đã tắt thông báo').waitFor();
  await pc.keyboard.press('Control+Shift+m');
  await rowOf(pc).getByLabel('đã tắt thông báo').waitFor({ state: 'detached' });
  await closeDevice(pc);
});

test('quiet hours chosen on the phone are the PC’s too', async () => {
  const phone = await agency.device(browser, 'phone', 'nga', { path: '/me' });
  const pc = await agency.device(browser, 'pc', 'nga', { path: '/me/quiet' });
  await phone.getByRole('link', { name: 'Thông báo và giờ yên tĩnh' }).tap();
  await phone.getByRole('combobox', { name: 'Từ' }).selectOption('22:30');
  await phone.getByRole('button', { name: 'CN', exact: true }).tap();
  await phone.getByRole('radio', { name: 'Chỉ hỏa tốc vẫn báo' }).check();
  await isSound(phone);
  await picture(phone, 'peace/quiet-phone');
  await pc.getByRole('radio', { name: 'Chỉ hỏa tốc vẫn báo', checked: true }).waitFor();
  await pc.getByRole('button', { name: 'CN', exact: true, pressed: false }).waitFor();
  assert.equal(await pc.getByRole('combobox', { name: 'Từ' }).inputValue(), '22:30');
  await isSound(pc);
  await picture(pc, 'peace/quiet-pc');
  await pc.getByRole('switch', { name: 'Giờ yên tĩnh' }).click();
  await phone.getByRole('combobox', { name: 'Từ' }).waitFor({ state: 'detached' });
  // What could not be asked for is not shown as if it held.
  await phone.context().setOffline(true);
  await phone.getByRole('switch', { name: 'Giờ yên tĩnh' }).tap();
  await phone.getByText('Cần có mạng để đổi.').waitFor();
  await phone.getByRole('switch', { name: 'Giờ yên tĩnh', checked: false }).waitFor();
  await phone.context().setOffline(false);
  await closeDevice(phone);
  await closeDevice(pc);
});

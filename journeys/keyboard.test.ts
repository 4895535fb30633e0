import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser, openDevice } from './browser.ts';
import { composer, message, messageSays, sees } from './steps.ts';

// Everything by keyboard alone: the mouse is not touched, and where the focus is can always be seen.

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

const isFocused = (on: Locator): Promise<boolean> =>
  on.evaluateAll((found) => found.some((it) => it === document.activeElement));

/** Where the focus is, and whether it shows there: a ring, or the frame around what is written in. */
function focus(page: Page): Promise<{ what: string; shows: boolean }> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const what = `${at.tagName} ${at.getAttribute('aria-label') ?? at.textContent?.slice(0, 40) ?? ''}`;
    const { top, bottom, left, right, width } = at.getBoundingClientRect();
    const inside = width > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    // Fields draw their frame in the accent colour.
    if (at.matches('input:not([type=checkbox], [type=radio]), textarea, select')) return { what, shows: inside };
    const ringed = (it: Element): boolean => {
      const { outlineStyle, boxShadow } = getComputedStyle(it);
      return outlineStyle !== 'none' || boxShadow.includes('inset');
    };
    // The ring may stand around the face inside it, or around the whole row that presses.
    const around: Element[] = [at];
    for (let up = at.parentElement; up && around.length < 4; up = up.parentElement) around.push(up);
    return { what, shows: inside && [...around, ...at.querySelectorAll('*')].some(ringed) };
  });
}

/** Presses Tab until this has the focus; the focus shows at every stop. */
async function tabTo(page: Page, to: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 60; i += 1) {
    if (await isFocused(to)) return;
    await page.keyboard.press(key);
    const { what, shows } = await focus(page);
    passed.push(what);
    assert.ok(shows, `the focus does not show at ${what}, after ${passed.join(' → ')}`);
  }
  assert.fail(`never came to ${String(to)}: ${passed.join(' → ')}`);
}

/** Presses the arrow down in a menu until this has the focus. */
async function arrowTo(page: Page, to: Locator): Promise<void> {
  for (let i = 0; i < 30; i += 1) {
    if (await isFocused(to)) return;
    await page.keyboard.press('ArrowDown');
  }
  assert.fail(`never came to ${String(to)}`);
}

/** Waits until this has the focus by itself. */
async function gets(page: Page, on: Locator): Promise<void> {
  await on.waitFor();
  const element = await on.elementHandle();
  await page.waitForFunction((it) => it === document.activeElement, element);
}

test('sign in, open a chat, write, send, open the menu of a message, make a group', async () => {
  const page = await openDevice(browser, 'pc');
  await page.goto(agency.url);
  const { phone, name } = agency.person('trung');
  await gets(page, page.getByRole('textbox', { name: 'Số điện thoại di động' }));
  await page.keyboard.type(`0${phone.slice(3)}`);
  await page.keyboard.press('Enter');
  await gets(page, page.getByRole('textbox', { name: 'Mã đăng nhập' }));
  await page.keyboard.type(await agency.codeFor(phone));
  await page.getByRole('heading', { level: 1, name: 'Trò chuyện' }).waitFor({ state: 'attached' });

  // The skip link comes first, then the list is walked to.
  const chat = page.getByRole('link', { name: /^Phòng chống bão lũ xã Ia Grai/ });
  await chat.waitFor();
  await tabTo(page, chat);
  await page.keyboard.press('Enter');
  await gets(page, composer(page));
  await page.keyboard.type('Văn phòng đã nhận,');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('xin cảm ơn.');
  await page.keyboard.press('Enter');
  await messageSays(page, 'xin cảm ơn.', /Đã gửi|Đã nhận/);

  // Into the log, up to a message, its menu, back out.
  await tabTo(page, page.getByRole('log'), 'Shift+Tab');
  await page.keyboard.press('End');
  await gets(page, message(page, 'xin cảm ơn.'));
  await page.keyboard.press('ArrowUp');
  await gets(page, message(page, 'Làng Yam có 1 hộ bị ngập'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+F10');
  const details = page.getByRole('menuitem', { name: /^Xem chi tiết/ });
  await details.waitFor();
  await arrowTo(page, details);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Chi tiết tin nhắn' }).waitFor();
  await page.keyboard.press('Escape');
  await gets(page, message(page, 'xin cảm ơn.'));

  // Another chat by its name, without tones.
  await page.keyboard.press('Control+k');
  await gets(page, page.getByRole('combobox', { name: 'Tìm kiếm' }));
  await page.keyboard.type('can bo cong chuc');
  await page
    .getByRole('group', { name: 'Nhóm và trò chuyện' })
    .getByRole('option', { name: /^Cán bộ, công chức UBND xã Ia Grai/ })
    .and(page.locator('[aria-selected=true]'))
    .waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Soạn tin nhắn tới Cán bộ, công chức UBND xã Ia Grai' }).waitFor();

  await page.keyboard.press('Control+n');
  const dialog = page.getByRole('dialog', { name: 'Tạo nhóm' });
  await dialog.getByRole('checkbox').first().waitFor();
  await tabTo(page, page.getByRole('searchbox', { name: 'Tìm tên, số điện thoại, chức vụ' }));
  await page.keyboard.type('hai yen');
  const yen = dialog.getByRole('checkbox', { name: /^Lê Hải Yến/ });
  await yen.waitFor();
  await tabTo(page, yen);
  await page.keyboard.press('Space');
  assert.ok(await yen.isChecked());
  await tabTo(page, dialog.getByRole('textbox', { name: 'Tên nhóm' }));
  await page.keyboard.type('Văn thư, lưu trữ');
  await tabTo(page, dialog.getByRole('radio', { name: 'Địa bàn' }));
  await page.keyboard.press('ArrowRight');
  assert.ok(await dialog.getByRole('radio', { name: 'Công việc' }).isChecked());
  await tabTo(page, dialog.getByRole('button', { name: 'Tạo nhóm với 1 thành viên' }));
  await page.keyboard.press('Enter');
  const field = page.getByRole('textbox', { name: 'Soạn tin nhắn tới Văn thư, lưu trữ' });
  await gets(page, field);
  await page.keyboard.type('Chào chị Yến.');
  await page.keyboard.press('Enter');
  await messageSays(page, 'Chào chị Yến.', 'Đã gửi');

  // To Cá nhân and out.
  await page.keyboard.press('Control+4');
  await sees(page, name);
  await tabTo(page, page.getByRole('button', { name: 'Đăng xuất', exact: true }));
  await page.keyboard.press('Enter');
  const question = page.getByRole('alertdialog');
  await question.waitFor();
  await tabTo(page, question.getByRole('button', { name: 'Đăng xuất' }));
  await page.keyboard.press('Enter');
  await gets(page, page.getByRole('textbox', { name: 'Số điện thoại di động' }));
  await closeDevice(page);
});

test('the skip link leads past everything to the newest message', async () => {
  const page = await agency.device(browser, 'pc', 'nga', {
    path: `/chats/${await agency.group('Phòng chống bão lũ xã Ia Grai')}`,
  });
  await gets(page, composer(page));
  await tabTo(page, page.getByRole('link', { name: 'Tới tin nhắn mới nhất' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await gets(page, page.getByRole('log'));
  await closeDevice(page);
});

test('the log is one stop of the Tab key; what is inside a message is reached from that message', async () => {
  const group = await agency.group('Phòng chống bão lũ xã Ia Grai');
  await agency.as('phuc', 'message.send', { group, text: 'Bản đồ ngập: https://gialai.gov.vn/ngap-lut' });
  await agency.as('phuc', 'message.send', { group, text: 'Mời cả nhà xem bản đồ.' });
  const page = await agency.device(browser, 'pc', 'nga', { path: `/chats/${group}` });
  await message(page, 'Mời cả nhà xem').waitFor();
  await gets(page, composer(page));
  await page.keyboard.press('Shift+Tab');
  await gets(page, page.getByRole('log'));
  await page.keyboard.press('End');
  await gets(page, message(page, 'Mời cả nhà xem'));
  await page.keyboard.press('ArrowUp');
  await gets(page, message(page, 'Bản đồ ngập'));
  await page.keyboard.press('Tab');
  await gets(page, page.getByRole('link', { name: /gialai\.gov\.vn/ }));
  await page.keyboard.press('Tab');
  await gets(page, message(page, 'Bản đồ ngập').getByRole('button', { name: 'Tùy chọn tin nhắn' }));
  await page.keyboard.press('Tab');
  await gets(page, composer(page));
  await closeDevice(page);
});

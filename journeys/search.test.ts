import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { searchJob } from '../features/search/server/indexer.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled } from './browser.ts';
import { atRest, chatRow, message, openChat, sees } from './steps.ts';

// Finding it again: on the PC with Ctrl K and without the mouse, on the phone with the thumb, and where there is no line.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const STAFF = 'Cán bộ, công chức UBND xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  const staff = await agency.group(STAFF);
  await agency.as('nga', 'message.send', {
    group: staff,
    text: 'Triển khai công văn 694/STTTT-CNTT về hướng dẫn tạo nhóm tới các thôn, làng.',
  });
  await agency.as('phuc', 'message.send', { group: staff, text: 'Các đơn vị đọc kỹ hướng dẫn, chiều mai tập huấn.' });
  await searchJob(agency.house).run();
  browser = await openBrowser({ worker: true });
});

after(() => browser?.close());

const box = (page: Page): Locator => page.getByRole('combobox', { name: 'Tìm kiếm' });
const results = (page: Page, group: string): Locator =>
  page.getByRole('listbox', { name: 'Kết quả tìm kiếm' }).getByRole('group', { name: group }).getByRole('option');

/** The first line of a group that was written long ago, as it stands in the story. */
async function oldest(group: string): Promise<{ text: string; words: string }> {
  const { messages } = await agency.as('phuc', 'message.page', {
    group: await agency.group(group),
    after: 0,
    limit: 60,
  });
  const first = messages.find((it) => it.kind === 'text' && (it.text ?? '').length > 40)!;
  return { text: first.text!.slice(0, 30), words: first.text!.split(/\s+/).slice(0, 5).join(' ') };
}

for (const dark of [false, true]) {
  test(`on the PC: Ctrl K, without tones, with the arrows, to the message in its place${dark ? ', in the dark' : ''}`, async () => {
    const page = await agency.device(browser, 'pc', 'phuc', { dark });
    await chatRow(page, STORM).waitFor();
    await page.keyboard.press('Control+k');
    await box(page).waitFor();
    await results(page, 'Người hay trò chuyện').first().waitFor();
    await settled(page);
    await picture(page, `search-before-pc${dark ? '-dark' : ''}`);

    await page.keyboard.type('694 huong dan tao nhom');
    const number = results(page, 'Số/ký hiệu văn bản').first();
    await number.filter({ hasText: '694/STTTT-CNTT' }).waitFor();
    assert.equal(await number.getAttribute('aria-selected'), 'true');
    await settled(page);
    await picture(page, `search-pc${dark ? '-dark' : ''}`);
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.keyboard.press('Control+a');
    await page.keyboard.type('huong dan');
    const second = results(page, 'Tin nhắn').nth(1);
    await second.waitFor();
    assert.equal(await results(page, 'Tin nhắn').first().locator('mark').first().innerText(), 'hướng dẫn');
    await settled(page);
    await picture(page, `search-words-pc${dark ? '-dark' : ''}`);
    await page.keyboard.press('Enter');
    await box(page).waitFor({ state: 'detached' });
    await page.getByRole('log').waitFor();

    // Far back in another chat, found by words with tones.
    const { text, words } = await oldest(STORM);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`"${words}"`);
    await results(page, 'Tin nhắn')
      .filter({ hasText: words.slice(0, 12) })
      .first()
      .click();
    await message(page, text).first().waitFor();
    await atRest(page);
    assert.ok(await message(page, text).first().isVisible());
    await picture(page, `search-jumped-pc${dark ? '-dark' : ''}`);
    // Back is the chat before; it opens where it was.
    await page.goBack();
    await page.waitForURL(/\/chats\/[^?]+$/);

    // What was searched is offered again.
    await page.keyboard.press('Control+k');
    await results(page, 'Tìm gần đây').filter({ hasText: 'huong dan' }).first().waitFor();
    await page.getByRole('button', { name: 'Xóa tất cả' }).click();
    await results(page, 'Tìm gần đây').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await box(page).waitFor({ state: 'detached' });
    await closeDevice(page);
  });
}

test('within one chat, from its bar and from its options; filters narrow it', async () => {
  const page = await agency.device(browser, 'pc', 'phuc');
  await openChat(page, STAFF);
  await page.getByRole('button', { name: 'Tìm trong trò chuyện này' }).click();
  assert.equal(await page.getByRole('button', { name: 'Trong nhóm này' }).getAttribute('aria-pressed'), 'true');
  await page.keyboard.type('huong dan');
  const hits = results(page, 'Tin nhắn');
  await hits.filter({ hasText: 'đọc kỹ hướng dẫn' }).waitFor();
  await page.getByRole('button', { name: 'Người gửi' }).click();
  await page
    .getByRole('menuitemradio', { name: 'Tôi' })
    .or(page.getByRole('menuitemcheckbox', { name: 'Tôi' }))
    .click();
  await page.getByRole('button', { name: 'Người gửi: Tôi' }).waitFor();
  await hits.filter({ hasText: 'Triển khai công văn' }).waitFor({ state: 'detached' });
  await hits.filter({ hasText: 'đọc kỹ hướng dẫn' }).waitFor();
  await settled(page);
  await picture(page, 'search-filtered-pc');
  await page.getByRole('group', { name: 'Loại kết quả' }).getByRole('button', { name: 'Ảnh/Video' }).click();
  await page.getByText(/^Không tìm thấy/).waitFor();
  await settled(page);
  await picture(page, 'search-nothing-pc');
  await closeDevice(page);
});

test('on the phone: the whole screen, by the thumb; back leads to the list; without a line what the phone has', async () => {
  const page = await agency.device(browser, 'phone', 'phuc');
  await chatRow(page, STORM).waitFor();
  await page.getByRole('button', { name: 'Tìm kiếm' }).click();
  await box(page).waitFor();
  await settled(page);
  await picture(page, 'search-before-phone');
  await box(page).fill('694 stttt');
  const number = results(page, 'Số/ký hiệu văn bản').first();
  await number.waitFor();
  await settled(page);
  await picture(page, 'search-phone');
  assert.deepEqual(await accessibilityFaults(page), []);
  await number.click();
  await message(page, 'Triển khai công văn 694/STTTT-CNTT').waitFor();
  await page.getByRole('button', { name: 'Quay lại' }).click();
  await chatRow(page, STORM).waitFor();

  await openChat(page, STAFF);
  await page.getByRole('button', { name: 'Quay lại' }).click();
  await page.context().setOffline(true);
  await sees(page, 'Chưa có mạng.');
  await page.getByRole('button', { name: 'Tìm kiếm' }).click();
  await page.getByText('Chỉ tìm trong những gì máy này đã lưu.', { exact: false }).waitFor();
  await box(page).fill('can bo');
  await results(page, 'Nhóm và trò chuyện').filter({ hasText: STAFF }).waitFor();
  await box(page).fill('tap huan');
  await results(page, 'Tin nhắn').filter({ hasText: 'chiều mai tập huấn' }).first().waitFor();
  await settled(page);
  await picture(page, 'search-offline-phone');
  await page.context().setOffline(false);
  await closeDevice(page);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

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
import type { Kind } from './browser.ts';
import { composer, message, messageSays, openChat, write } from './steps.ts';

// What becomes of a message: urgent, edited, recalled, sent later, written with one sign.

const STORM = 'Phòng chống bão lũ xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

const entry = (page: Page, name: string | RegExp): Locator => page.getByRole('menuitem', { name });

async function menuOf(page: Page, text: string): Promise<void> {
  await message(page, text).locator('.bubble').first().click({ button: 'right' });
  await page.getByRole('menu', { name: 'Tùy chọn tin nhắn' }).waitFor();
}

async function isFine(page: Page, name: string): Promise<void> {
  // The day that floats over the log while it moves is gone.
  await page.waitForFunction(() => !document.querySelector('.log-floating-shown'));
  await settled(page);
  await picture(page, `writing/${name}`);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await sidewaysScroll(page), 0);
}

const open = async (kind: Kind, who: string): Promise<Page> => {
  const page = await agency.device(browser, kind, who, { path: '/chats' });
  await openChat(page, STORM);
  return page;
};

/** After the first message one is asked about notifications: not now. */
const later = (page: Page): Promise<void> => page.getByRole('button', { name: 'Để sau' }).click();

const sendJob = (): Promise<void> => agency.features.jobs.find((it) => it.name === 'send scheduled messages')!.run();

test('an express message is asked about once, stands in red, and is said at once to who looks', async () => {
  const group = await agency.group(STORM);
  const [phuc, thung] = [await open('pc', 'phuc'), await open('phone', 'thung')];
  await phuc.getByRole('button', { name: /^Độ khẩn: Thường/ }).click();
  await phuc.getByRole('menuitemcheckbox', { name: 'Hỏa tốc' }).click();
  await phuc.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
  await entry(phuc, 'Yêu cầu xác nhận đã đọc').click();
  await composer(phuc).fill('Nước suối làng Jút lên nhanh. Di dời 14 hộ ven suối trước 16:00.');
  await isFine(phuc, 'express-composer-pc');
  await guidePicture(phuc, 'do-khan-may');
  await phuc.getByRole('button', { name: 'Gửi', exact: true }).click();
  const asked = phuc.getByRole('alertdialog', { name: /^Gửi hỏa tốc tới \d+ người\?$/ });
  await asked.waitFor();
  await isFine(phuc, 'express-asked-pc');
  await asked.getByRole('button', { name: 'Gửi hỏa tốc' }).click();
  await messageSays(phuc, 'Di dời 14 hộ', /Đã (gửi|nhận|xem)/);
  assert.equal(await phuc.locator('.composer-band').count(), 0, 'the next one is an ordinary one again');
  await message(thung, 'Di dời 14 hộ').filter({ hasText: 'Hỏa tốc' }).waitFor();
  await thung
    .getByRole('alert')
    .filter({ hasText: 'Hỏa tốc. Nguyễn Hoàng Phúc: Nước suối' })
    .waitFor({ state: 'attached' });
  await isFine(phuc, 'express-pc');
  await isFine(thung, 'express-phone');
  await guidePicture(thung, 'hoa-toc-dt');
  await guidePicture(phuc, 'hoa-toc-may');

  // A member has no more than khẩn; on a phone it stands under +.
  await thung.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
  await isFine(thung, 'plus-phone');
  await entry(thung, /^Độ khẩn/).click();
  assert.equal(await thung.getByRole('radio', { name: 'Thượng khẩn' }).count(), 0);
  await thung.getByRole('radio', { name: 'Khẩn', exact: true }).check();
  await isFine(thung, 'level-phone');
  await thung.keyboard.press('Escape');
  await thung.locator('.composer-band-1').waitFor();
  await isFine(thung, 'urgent-composer-phone');
  await guidePicture(thung, 'do-khan-dt');
  await write(thung, 'Đường vào làng Jút đã ngập, xe máy không qua được.');
  await message(phuc, 'Đường vào làng Jút').filter({ hasText: 'Khẩn' }).waitFor();
  await agency.as('phuc', 'message.send', { group, text: 'Các thôn báo cáo trước 15:00.', urgency: 2 });
  await message(thung, 'báo cáo trước 15:00').filter({ hasText: 'Thượng khẩn' }).waitFor();
  await isFine(thung, 'three-levels-phone');
  await Promise.all([phuc, thung].map(closeDevice));
});

test('edited with every version to read; ↑ takes the last one; a leader recalls, and nobody can read it', async () => {
  const [phuc, thung] = [await open('pc', 'phuc'), await open('phone', 'thung')];
  await write(thung, 'Làng Grăng cần 20 aó phao.');
  await messageSays(thung, '20 aó phao', /Đã (gửi|nhận|xem)/);
  await later(thung);
  await menuOf(thung, '20 aó phao');
  await isFine(thung, 'menu-phone');
  await entry(thung, 'Sửa').click();
  await thung.getByText('Sửa tin nhắn').waitFor();
  assert.equal(await composer(thung).inputValue(), 'Làng Grăng cần 20 aó phao.');
  await composer(thung).fill('Làng Grăng cần 20 áo phao.');
  await isFine(thung, 'editing-phone');
  await guidePicture(thung, 'sua-tin-dt');
  await thung.getByRole('button', { name: 'Lưu', exact: true }).click();
  await message(thung, '20 áo phao').filter({ hasText: 'đã sửa' }).waitFor();
  assert.equal(await composer(thung).inputValue(), '');
  const edited = message(phuc, '20 áo phao');
  await edited.getByRole('button', { name: 'đã sửa' }).click();
  const versions = phuc.getByRole('dialog', { name: 'Các lần sửa' });
  await versions.getByText('Làng Grăng cần 20 aó phao.').waitFor();
  await isFine(phuc, 'versions-pc');
  await phuc.keyboard.press('Escape');
  await versions.waitFor({ state: 'detached' });

  // On a computer ↑ in an empty field; Esc leaves it, and what was begun before is back.
  await write(phuc, 'Đã nhận, văn phòng chuyển ngay.');
  await messageSays(phuc, 'văn phòng chuyển ngay', /Đã (gửi|nhận|xem)/);
  await later(phuc);
  await composer(phuc).press('ArrowUp');
  await phuc.getByRole('button', { name: 'Lưu', exact: true }).waitFor();
  assert.equal(await composer(phuc).inputValue(), 'Đã nhận, văn phòng chuyển ngay.');
  await isFine(phuc, 'editing-pc');
  await guidePicture(phuc, 'sua-tin-may');
  await composer(phuc).press('Escape');
  await phuc.getByRole('button', { name: 'Gửi', exact: true }).waitFor();
  assert.equal(await composer(phuc).inputValue(), '');

  await menuOf(thung, '20 áo phao');
  await thung
    .getByRole('menuitem', { name: /Thu hồi/ })
    .filter({ hasText: /còn (23|24) giờ/ })
    .click();
  // Asked about, and left.
  const own = thung.getByRole('alertdialog', { name: 'Thu hồi tin nhắn này?' });
  await own.waitFor();
  await isFine(thung, 'recall-asked-phone');
  await guidePicture(thung, 'thu-hoi-dt');
  await thung.keyboard.press('Escape');
  await own.waitFor({ state: 'detached' });
  await menuOf(phuc, '20 áo phao');
  const recall = phuc.getByRole('menuitem', { name: /Thu hồi/ });
  await recall.filter({ hasText: 'Quyền trưởng nhóm' }).waitFor();
  await isFine(phuc, 'menu-pc');
  await recall.click();
  const sure = phuc.getByRole('alertdialog', { name: 'Thu hồi tin nhắn này?' });
  await sure.filter({ hasText: 'niêm phong' }).waitFor();
  await isFine(phuc, 'recall-asked-pc');
  await guidePicture(phuc, 'thu-hoi-may');
  await sure.getByRole('button', { name: 'Thu hồi tin nhắn' }).click();
  for (const page of [phuc, thung]) {
    await message(page, 'Tin nhắn đã được thu hồi').waitFor();
    assert.equal(await page.getByText('20 áo phao').count(), 0);
  }
  await isFine(thung, 'recalled-phone');
  await isFine(phuc, 'recalled-pc');
  await Promise.all([phuc, thung].map(closeDevice));
});

test('the original is opened by an administrator for a reason, and the group is told', async () => {
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/recalled' });
  await khai.getByRole('button', { name: 'Mở bản gốc' }).first().waitFor();
  assert.equal(await khai.getByText('20 áo phao').count(), 0);
  await isFine(khai, 'sealed-pc');
  await khai.getByRole('button', { name: 'Mở bản gốc' }).first().click();
  const asking = khai.getByRole('dialog', { name: 'Mở bản gốc của tin này?' });
  await asking.getByRole('button', { name: 'Mở bản gốc' }).click();
  await asking.getByRole('alert').filter({ hasText: 'Ghi rõ hơn' }).waitFor();
  await asking.getByRole('button', { name: 'Giải quyết khiếu nại, tố cáo' }).click();
  await isFine(khai, 'sealed-reason-pc');
  await asking.getByRole('button', { name: 'Mở bản gốc' }).click();
  const original = khai.getByRole('dialog', { name: 'Bản gốc' });
  await original.getByText('Làng Grăng cần 20 aó phao.').waitFor();
  await original.getByText('Làng Grăng cần 20 áo phao.').waitFor();
  await isFine(khai, 'sealed-opened-pc');
  await closeDevice(khai);
  const thung = await open('phone', 'thung');
  await thung.getByRole('log').getByText('đã mở bản gốc của một tin đã thu hồi').waitFor();
  await isFine(thung, 'unsealed-phone');
  await closeDevice(thung);
});

test('sent later: chosen, listed, changed, sent at its time while its writer is away', async () => {
  const [phuc, thung] = [await open('pc', 'phuc'), await open('phone', 'thung')];
  await composer(thung).fill('Mời họp giao ban lúc 8:00.');
  await thung.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
  await entry(thung, 'Hẹn giờ gửi').click();
  const sheet = thung.getByRole('dialog', { name: 'Hẹn giờ gửi' });
  await sheet.getByRole('radio', { name: /^Sáng mai 7:30/ }).check();
  await isFine(thung, 'schedule-phone');
  await guidePicture(thung, 'hen-gio-dt');
  await composer(phuc).fill('Sáng mai các thôn báo số hộ đã về nhà.');
  await phuc.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
  await entry(phuc, 'Hẹn giờ gửi').click();
  await phuc
    .getByRole('dialog', { name: 'Hẹn giờ gửi' })
    .getByRole('radio', { name: /^Sáng mai 7:30/ })
    .check();
  await isFine(phuc, 'schedule-pc');
  await guidePicture(phuc, 'hen-gio-may');
  await phuc.keyboard.press('Escape');
  await composer(phuc).fill('');
  await sheet.getByRole('radio', { name: 'Chọn ngày, giờ' }).check();
  await sheet.getByRole('textbox', { name: 'Giờ' }).fill('07:45');
  await isFine(thung, 'schedule-other-phone');
  await sheet.getByRole('button', { name: /^Hẹn gửi/ }).click();
  await sheet.waitFor({ state: 'detached' });
  assert.equal(await composer(thung).inputValue(), '');
  const strip = thung.getByRole('button', { name: /^1 tin hẹn giờ/ });
  await strip.waitFor();
  await isFine(thung, 'scheduled-phone');
  await strip.click();
  const list = thung.getByRole('dialog', { name: 'Tin hẹn giờ' });
  await list.getByText('Mời họp giao ban lúc 8:00.').waitFor();
  await isFine(thung, 'scheduled-list-phone');
  await list.getByRole('button', { name: 'Việc với tin hẹn giờ' }).click();
  await entry(thung, 'Sửa').click();
  await thung.getByText(/^Sửa tin hẹn giờ/).waitFor();
  await composer(thung).fill('Mời họp giao ban lúc 8:00, phòng họp 2.');
  await thung.getByRole('button', { name: 'Lưu', exact: true }).click();
  await thung.getByText('Đã sửa tin hẹn giờ').waitFor();
  await closeDevice(thung);

  // Its minute has come, whatever time of day it is here: half a day later it would not be sent by itself any more.
  const [due] = (await agency.as('thung', 'scheduled.list', {})).scheduled;
  const ahead = due!.at - agency.now().getTime() + 1_000;
  agency.pass(ahead);
  await sendJob();
  await message(phuc, 'Mời họp giao ban lúc 8:00, phòng họp 2.').filter({ hasText: 'Puih Thưng' }).waitFor();
  await phuc.getByRole('log').getByText('phòng họp 2').waitFor();
  agency.pass(-ahead);
  await closeDevice(phuc);
});

test('quick phrases by one sign, from the sheet, and kept in order', async () => {
  const thung = await open('phone', 'thung');
  await composer(thung).pressSequentially('/ro');
  const found = thung.getByRole('listbox', { name: 'Tin nhắn nhanh' });
  await found.getByRole('option', { name: 'Đã rõ, sẽ thực hiện.' }).waitFor();
  await isFine(thung, 'phrases-phone');
  await guidePicture(thung, 'tin-nhan-nhanh-dt');
  await found.getByRole('option', { name: 'Đã rõ, sẽ thực hiện.' }).click();
  await thung.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('.composer-field')?.value === 'Đã rõ, sẽ thực hiện.',
  );
  await thung.getByRole('button', { name: 'Gửi', exact: true }).click();
  await messageSays(thung, 'Đã rõ, sẽ thực hiện.', /Đã (gửi|nhận|xem)/);
  await closeDevice(thung);

  const pc = await agency.device(browser, 'pc', 'thung', { path: '/me/phrases' });
  // Used once, it is kept.
  await pc
    .getByRole('listitem')
    .filter({ hasText: 'Đã rõ, sẽ thực hiện.' })
    .getByRole('button', { name: 'Việc với câu này' })
    .waitFor();
  await pc.getByRole('button', { name: 'Thêm câu' }).click();
  await pc.getByRole('dialog', { name: 'Thêm câu' }).getByRole('textbox').fill('Làng Grăng đã nhận, cảm ơn xã.');
  await pc.getByRole('button', { name: 'Lưu', exact: true }).click();
  const row = pc.getByRole('listitem').filter({ hasText: 'Làng Grăng đã nhận' });
  await row.getByRole('button', { name: 'Việc với câu này' }).click();
  await entry(pc, 'Đưa lên').click();
  await pc.waitForFunction(
    () => document.querySelector('.phrase-list .phrase-row')?.textContent?.includes('Làng Grăng') === true,
  );
  await isFine(pc, 'phrases-pc');
  await guidePicture(pc, 'tin-nhan-nhanh-may');
  await closeDevice(pc);
});

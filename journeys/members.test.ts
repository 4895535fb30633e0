import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { writeXlsx } from 'hucre/xlsx';
import type { Browser, Locator, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled, sidewaysScroll } from './browser.ts';

// The bulk work a clerk does weekly: many members at once, and the group held against the office’s list.

const STORM = 'Phòng chống bão lũ xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

const at = async (rest: string): Promise<string> => `/chats/${await agency.group(STORM)}/members${rest}`;
const tick = (page: Page, name: string): Locator => page.getByRole('checkbox', { name: new RegExp(`^${name}`) });
const chip = (page: Page, name: string): Locator => page.getByRole('button', { name: new RegExp(`^${name}`) });

async function roleOf(key: string): Promise<string | undefined> {
  const group = await agency.group(STORM);
  const { members } = await agency.as('phuc', 'member.list', { group, query: agency.person(key).name });
  return members[0]?.role;
}

/** Nothing is wrong with what is seen, nor wider than the screen. */
async function isSound(page: Page): Promise<void> {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await sidewaysScroll(page), 0);
}

test('on a PC the leader chooses a range, over searches, and makes them readers; leaders as one may', async () => {
  const page = await agency.device(browser, 'pc', 'phuc', { path: await at('') });
  await page.getByRole('button', { name: 'Việc với nhiều thành viên' }).click();
  await page.getByRole('menuitem', { name: 'Chọn nhiều' }).click();
  await page.getByRole('heading', { name: 'Quản lý thành viên' }).waitFor();
  assert.ok(await tick(page, agency.person('phuc').name).isDisabled());
  await isSound(page);
  await picture(page, 'members/manage-pc');

  const rows = page.getByRole('listitem').getByRole('checkbox', { disabled: false });
  await rows.nth(2).click();
  await rows.nth(5).click({ modifiers: ['Shift'] });
  await page.getByText('Đã chọn 4 người').waitFor();
  await page.getByRole('button', { name: 'Bỏ chọn' }).click();

  const search = page.getByRole('searchbox', { name: 'Tìm tên, đơn vị, chức vụ' });
  await search.fill('puih thung');
  await page.getByRole('checkbox', { name: /^Chọn cả 1 người/ }).click();
  await page.getByText('Đã chọn 1 người').waitFor();
  await search.fill('le van sy');
  await tick(page, 'Lê Văn Sỹ').check();
  await page.getByText('Đã chọn 2 người').waitFor();
  await search.fill('');
  await page.getByRole('checkbox', { name: /^Chọn tất cả/ }).waitFor();
  await isSound(page);
  await picture(page, 'members/manage-chosen-pc');

  await page.getByRole('button', { name: 'Đổi vai trò' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('radio', { name: 'Chỉ đọc' }).check();
  await sheet.getByLabel('Đến hết ngày').fill(`${new Date().getFullYear() + 1}-12-31`);
  await isSound(page);
  await picture(page, 'members/change-role-pc');
  await sheet.getByRole('button', { name: 'Đổi vai trò' }).click();
  await page.getByText('Đã đổi vai trò của 2 người').waitFor();
  assert.deepEqual([await roleOf('thung'), await roleOf('sy')], ['reader', 'reader']);

  // All of them: the deputy, too, since the owner decides about leaders.
  await page.getByRole('checkbox', { name: /^Chọn tất cả/ }).click();
  await page.getByRole('checkbox', { name: /^Chọn tất cả/, checked: true }).waitFor();
  const { total } = await agency.as('phuc', 'member.list', { group: await agency.group(STORM) });
  await page.getByText(`Đã chọn ${total - 1} người`).waitFor();
  assert.ok(await tick(page, 'Đặng Thị Bích Phượng').isChecked());
  await closeDevice(page);
});

test('on a phone a deputy lets some read what was said before, and takes one out with the reason', async () => {
  const page = await agency.device(browser, 'phone', 'phuong', { path: await at('/manage') });
  assert.ok(await tick(page, agency.person('phuc').name).isDisabled());
  await isSound(page);
  const search = page.getByRole('searchbox', { name: 'Tìm tên, đơn vị, chức vụ' });
  await search.fill('puih thung');
  await tick(page, 'Puih Thưng').check();
  await search.fill('le van sy');
  await tick(page, 'Lê Văn Sỹ').check();
  await search.fill('');
  await page.getByRole('checkbox', { name: /^Chọn tất cả/ }).waitFor();
  await isSound(page);
  await picture(page, 'members/manage-phone');
  await page.getByRole('button', { name: 'Cho đọc tin từ trước' }).tap();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('heading', { name: 'Cho 2 người đọc tin từ trước khi vào' }).waitFor();
  await sheet.getByRole('button', { name: 'Cho đọc tin từ trước' }).tap();
  await sheet.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Đổi vai trò' }).tap();
  // Who is no owner gives no office.
  await sheet.getByRole('radio', { name: 'Thành viên' }).waitFor();
  assert.equal(await sheet.getByRole('radio').count(), 2);
  await sheet.getByRole('radio', { name: 'Thành viên' }).check();
  await sheet.getByRole('button', { name: 'Đổi vai trò' }).tap();
  await page.getByText('Đã đổi vai trò của 2 người').waitFor();

  await search.fill('le van sy');
  await tick(page, 'Lê Văn Sỹ').check();
  await page.getByRole('button', { name: 'Xóa khỏi nhóm' }).tap();
  await sheet.getByRole('button', { name: 'Đã chuyển công tác' }).tap();
  await sheet.getByRole('button', { name: 'Xóa khỏi nhóm' }).tap();
  await page.getByText(/^Đã xóa Lê Văn Sỹ/).waitFor();
  await tick(page, 'Lê Văn Sỹ').waitFor({ state: 'detached' });
  await closeDevice(page);
});

test('on a PC a staff list is held against the group: added, removed and taken home, each only when ticked and confirmed', async () => {
  const group = await agency.group(STORM);
  const { members, total } = await agency.as('phuc', 'member.list', { group, limit: 200 });
  // All but one of the group, one more of the staff, one whom nobody knows.
  const listed = members.filter((it) => it.account !== agency.person('thung').id);
  const file = Buffer.from(
    await writeXlsx({
      sheets: [
        {
          name: 'DS',
          rows: [
            ['UBND XÃ IA GRAI'],
            ['STT', 'Họ và tên', 'Đơn vị', 'Số điện thoại'],
            ...listed.map((it, n) => [n + 1, it.name, it.unit, '']),
            [listed.length + 1, 'Trần Minh Đức', 'Sở Nội vụ', agency.person('duc').phone],
            [listed.length + 2, 'Nguyễn Thị Chưa Từng Có Trong Danh Bạ Của Tỉnh Gia Lai', '', '0999 888 777'],
          ],
        },
      ],
    }),
  );
  const page = await agency.device(browser, 'pc', 'phuc', { path: await at('/compare') });
  await isSound(page);
  await picture(page, 'members/compare-choose-pc');
  await page.locator('input[type=file]').setInputFiles({ name: 'danh-sach.xlsx', mimeType: '', buffer: file });
  await chip(page, 'Chưa trong nhóm').waitFor();
  await isSound(page);
  await picture(page, 'members/compare-add-pc');
  assert.equal(await page.getByRole('button', { name: /^Thêm \d/ }).count(), 0, 'nothing is ticked by itself');

  const duc = tick(page, 'Trần Minh Đức');
  await duc.check();
  await page.getByRole('button', { name: 'Thêm 1 người vào nhóm' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Hủy' }).click();
  assert.equal((await agency.as('phuc', 'member.list', { group })).total, total);
  await page.getByRole('button', { name: 'Thêm 1 người vào nhóm' }).click();
  await question.getByRole('button', { name: 'Thêm', exact: true }).click();
  await page.getByText('Đã thêm 1 người').waitFor();
  await duc.waitFor({ state: 'detached' });

  await chip(page, 'Cần xem lại').click();
  await page.getByText('Không có trong danh bạ cán bộ').waitFor();
  await isSound(page);
  await picture(page, 'members/compare-look-pc');

  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Tải kết quả (CSV)' }).click(),
  ]);
  const csv = await readFile(await saved.path(), 'utf8');
  assert.match(csv, /Có ở cả hai,Trần Minh Đức/);
  assert.match(csv, /Chỉ trong nhóm,,,Puih Thưng/);

  await chip(page, 'Chỉ trong nhóm').click();
  await tick(page, 'Puih Thưng').check();
  await isSound(page);
  await picture(page, 'members/compare-extra-pc');
  await page.getByRole('button', { name: 'Xóa 1 người khỏi nhóm' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa khỏi nhóm' }).click();
  await page.getByText('Không có ai ngoài danh sách').waitFor();
  assert.equal(await roleOf('thung'), undefined);
  await closeDevice(page);
});

test('on a phone names and numbers are pasted; by keyboard alone on a PC', async () => {
  const phone = await agency.device(browser, 'phone', 'phuong', { path: await at('/compare') });
  const pasted = 'Rơ Châm Nguyễn Thị Hoàng Bích Phượng\n0905 31888\nNguyễn Hoàng Phúc 0905 318 462';
  await phone.getByRole('textbox', { name: 'Hoặc dán số điện thoại, họ tên' }).fill(pasted);
  await phone.getByRole('button', { name: 'Đối chiếu', exact: true }).tap();
  await chip(phone, 'Có ở cả hai').tap();
  await isSound(phone);
  await picture(phone, 'members/compare-phone');
  await chip(phone, 'Chỉ trong nhóm').tap();
  await isSound(phone);
  await picture(phone, 'members/compare-extra-phone');
  await closeDevice(phone);

  const pc = await agency.device(browser, 'pc', 'phuc', { path: await at('/manage') });
  const search = pc.getByRole('searchbox', { name: 'Tìm tên, đơn vị, chức vụ' });
  await search.waitFor();
  await tabTo(pc, search);
  await pc.keyboard.type('siu hnga');
  const nga = tick(pc, 'Siu H’Nga');
  await pc.getByRole('checkbox', { name: /^Chọn cả 1 người/ }).waitFor();
  await tabTo(pc, nga);
  await pc.keyboard.press('Space');
  await tabTo(pc, pc.getByRole('button', { name: 'Đổi vai trò' }));
  await pc.keyboard.press('Enter');
  const sheet = pc.getByRole('dialog');
  await tabTo(pc, sheet.getByRole('radio', { name: 'Phó nhóm' }));
  await pc.keyboard.press('Space');
  await tabTo(pc, sheet.getByRole('button', { name: 'Đổi vai trò' }));
  await pc.keyboard.press('Enter');
  await pc.getByText('Đã đổi vai trò của 1 người').waitFor();
  assert.equal(await roleOf('nga'), 'deputy');
  await closeDevice(pc);
});

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let n = 0; n < 60; n += 1) {
    if (await target.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not lead to ${String(target)}`);
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';

import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { accessibilityFaults, closeDevice, openBrowser, openDevice, picture, sidewaysScroll } from './browser.ts';
import type { DeviceOptions, Kind } from './browser.ts';
import { sees } from './steps.ts';

// An administrator brings in the staff list, with rows that are wrong, and finds the people, the units and the map.

let house: TestHouse;
let browser: Browser;

before(async () => {
  house = await openTestHouse();
  // Set up, so that its doors lead in and not to the set-up page.
  await sql`
    insert into agency (name, area, help_name, help_phone) values ('UBND xã Ia Grai', '23764', 'Siu H’Nga', '+84905318464')`.execute(
    house.db,
  );
  browser = await openBrowser();
});

after(() => browser?.close());

async function administrator(kind: Kind, path: string, options: DeviceOptions = {}): Promise<Page> {
  const page = await openDevice(browser, kind, options);
  const [name, value] = house.cast.administrator.cookie.split('=');
  await page
    .context()
    .addCookies([{ name: name!, value: value!, url: house.address, httpOnly: true, sameSite: 'Lax' }]);
  await page.goto(`${house.address}${path}`);
  return page;
}

async function isFine(page: Page, what: string): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), [], what);
  assert.equal(await sidewaysScroll(page), 0, what);
}

const LIST = [
  ['DANH SÁCH CÁN BỘ'],
  ['STT', 'Họ và tên', 'Điện thoại', 'Cơ quan, đơn vị', 'Chức vụ', 'Địa bàn'],
  ['1', 'NGUYỄN THỊ LAN', '0914220318', 'UBND xã Ia Grai / Văn phòng', 'Chánh Văn phòng', 'thị trấn Ia Kha'],
  ['2', 'Rơ Châm Hyơn', '914220319', 'UBND xã Ia Grai / Văn phòng', 'Văn thư', '23764'],
  ['3', 'Trần Minh Anh', '0914 220 318', 'UBND xã Ia Grai', 'Chuyên viên', ''],
  ['4', 'Kpă Nam', '01697 332 108', 'UBND xã Ia Grai', 'Chuyên viên', ''],
  ['5', 'Siu Bình', '0914 220 31', 'UBND xã Ia Grai', 'Chuyên viên', ''],
  ['6', 'Đỗ Hà', '0914220320', 'UBND xã Ia Grai', 'Chuyên viên', 'Thôn 99'],
];

const file = (rows: readonly string[][]) => ({
  name: 'danh-sach-can-bo.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(rows.map((cells) => cells.join(';')).join('\r\n')),
});

test('a staff list with wrong rows: choose, look, correct, apply; the people are in the directory', async () => {
  const page = await administrator('pc', '/admin/import');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'anh.png', mimeType: 'image/png', buffer: Buffer.from([137, 80, 78, 71, 0, 1]) });
  await page.getByRole('alert').filter({ hasText: 'không phải bảng' }).waitFor();

  await page.locator('input[type=file]').setInputFiles(file(LIST));
  await page.getByRole('button', { name: /^4\s*Dòng sai/ }).waitFor();
  const rows = page.getByRole('row');
  await rows.filter({ hasText: 'Trần Minh Anh' }).filter({ hasText: 'Trùng số với dòng 3' }).waitFor();
  await rows.filter({ hasText: 'Kpă Nam' }).filter({ hasText: 'Có phải 0397 332 108?' }).waitFor();
  await rows.filter({ hasText: 'Siu Bình' }).filter({ hasText: 'thiếu 1 chữ số' }).waitFor();
  await rows.filter({ hasText: 'Đỗ Hà' }).filter({ hasText: '“Thôn 99”' }).waitFor();
  await sees(page, 'Chạy thử, chưa ghi gì');
  await isFine(page, 'the report');
  await picture(page, 'nhap-danh-sach');

  await page.getByRole('button', { name: /^2\s*Thêm mới/ }).click();
  await rows.filter({ hasText: 'Nguyễn Thị Lan' }).waitFor();
  assert.equal(await rows.count(), 3, 'the head and two people');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải báo cáo (XLSX)' }).click();
  assert.equal((await saved).suggestedFilename(), 'bao-cao-nhap-danh-sach.xlsx');

  const corrected = LIST.map((cells) => (cells[1] === 'Siu Bình' ? cells.with(2, '0914 220 321') : cells));
  await page.locator('input[type=file]').setInputFiles(file(corrected));
  await page.getByRole('button', { name: /^3\s*Dòng sai/ }).waitFor();
  await page.getByRole('button', { name: 'Áp dụng 3 thay đổi' }).click();
  await page.getByText('Đã áp dụng 3 thay đổi').waitFor();

  await page.locator('input[type=file]').setInputFiles(file(corrected));
  await page.getByRole('button', { name: /^3\s*Không đổi/ }).waitFor();
  await closeDevice(page);

  const phone = await administrator('phone', '/directory');
  await phone.getByRole('searchbox', { name: 'Tìm trong danh bạ' }).fill('lan chanh van phong');
  await phone.getByRole('link', { name: /Nguyễn Thị Lan/ }).click();
  await phone.getByText('Xã Ia Grai, tỉnh Gia Lai').waitFor();
  await phone.getByText('0914 220 318').waitFor();
  await isFine(phone, 'the profile');
  await closeDevice(phone);
});

test('the map by keyboard: open the province, find a commune, count its people, begin a group', async () => {
  for (const [kind, dark] of [
    ['phone', false],
    ['pc', true],
  ] as const) {
    const page = await administrator(kind, '/directory', { dark });
    await page.getByRole('tab', { name: 'Địa bàn' }).click();
    const province = page.getByRole('treeitem', { name: /Tỉnh Gia Lai/ });
    await province.focus();
    await province.press('ArrowRight');
    const commune = page.getByRole('treeitem', { name: /Xã Ia Grai/ });
    await commune.waitFor();
    await commune.focus();
    await commune.press('Enter');
    await page.getByText('2 người trong danh bạ').waitFor();
    await isFine(page, `the map on ${kind}`);
    await page.getByRole('button', { name: 'Tạo nhóm' }).click();
    await page.waitForURL(/\/groups\/new\?area=23764/);
    await closeDevice(page);
  }
});

test('units and villages: add, rename, close; an old name is still found', async () => {
  const page = await administrator('pc', '/admin/units');
  await page.getByRole('button', { name: 'Thêm đơn vị' }).click();
  await page.getByRole('textbox', { name: 'Tên đơn vị' }).fill('Sở Nội vụ');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByRole('treeitem', { name: /Sở Nội vụ/ }).click();
  await page.getByRole('button', { name: 'Sửa' }).click();
  await page.getByRole('textbox', { name: 'Tên đơn vị' }).fill('Sở Nội vụ Gia Lai');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByRole('treeitem', { name: /Sở Nội vụ Gia Lai/ }).waitFor();
  await isFine(page, 'the units');
  await page.getByRole('button', { name: 'Đóng đơn vị' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Đóng đơn vị' }).click();
  await page.getByRole('treeitem', { name: /Sở Nội vụ/ }).waitFor({ state: 'detached' });

  await page.goto(`${house.address}/admin/areas`);
  const province = page.getByRole('treeitem', { name: /Tỉnh Gia Lai/ });
  await province.focus();
  await province.press('ArrowRight');
  await page.getByRole('treeitem', { name: /Xã Ia Hrung/ }).click();
  await page.getByRole('button', { name: 'Thêm thôn, làng' }).click();
  await page.getByRole('textbox', { name: 'Tên', exact: true }).fill('Jút');
  await page.getByRole('textbox', { name: /Người đứng đầu/ }).fill('Rơ Châm Hyơk');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByRole('treeitem', { name: /Thôn Jút/ }).click();
  await page.getByRole('button', { name: 'Sửa' }).click();
  await page.getByRole('textbox', { name: 'Tên', exact: true }).fill('Jút Hai');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByRole('treeitem', { name: /Thôn Jút Hai/ }).waitFor();
  await isFine(page, 'the villages');

  await page.goto(`${house.address}/directory`);
  await page.getByRole('searchbox', { name: 'Tìm trong danh bạ' }).fill('thon jut');
  await page.getByRole('link', { name: /Thôn Jút Hai/ }).waitFor();
  await closeDevice(page);
});

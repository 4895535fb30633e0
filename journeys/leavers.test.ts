import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, sidewaysScroll } from './browser.ts';
import { chatRow, message, openChat } from './steps.ts';

// Who is no longer on the staff list is out of everything, at once and for good, and nothing of theirs is deleted.

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

const OFFICE = 'Cán bộ, công chức UBND xã Ia Grai';

test('a staff list without somebody who leads groups: looked at, ticked, applied; they are out, their words stay', async () => {
  const group = await agency.group(OFFICE);
  const bao = await agency.device(browser, 'phone', 'bao', { path: '/chats' });
  await chatRow(bao, 'Đoàn Thanh niên xã Ia Grai').waitFor();
  const said = 'Đoàn xã nhận việc dọn ngầm sáng thứ Bảy.';
  await agency.as('bao', 'message.send', { group, text: said });

  // The whole unit is on the new list, but not Bảo, who led the youth union's group.
  const rows = ['ly', 'hue', 'che', 'tan'].map((key) => {
    const { name, phone, units, position } = agency.person(key);
    return [name, phone, units.join(' / '), position].join(';');
  });
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/import' });
  const list = {
    name: 'doan-the.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['Họ và tên;Số điện thoại;Đơn vị;Chức vụ', ...rows].join('\r\n')),
  };
  await khai.locator('input[type=file]').setInputFiles(list);
  await khai.getByRole('button', { name: /^4\s*Không đổi/ }).waitFor();
  await khai.getByRole('button', { name: /^1\s*Thôi công tác/ }).click();
  const row = khai.getByRole('row').filter({ hasText: 'Lê Gia Bảo' });
  await row.filter({ hasText: 'Không có trong tệp. Khóa tài khoản.' }).waitFor();
  await row.filter({ hasText: 'Là trưởng nhóm của 1 nhóm' }).waitFor();
  // Their number is nobody's business on this page.
  assert.match((await row.textContent()) ?? '', /\d{4}\s•••\s\d{3}/);
  assert.deepEqual(await accessibilityFaults(khai), []);
  assert.equal(await sidewaysScroll(khai), 0);

  const apply = khai.getByRole('button', { name: 'Áp dụng 1 thay đổi' });
  await apply.click({ force: true });
  await khai.getByText('Xem các mục cần xem lại rồi đánh dấu ở trên.').waitFor();
  await khai.getByRole('checkbox', { name: 'Tôi đã xem lại 1 mục cần xem lại' }).check();
  await apply.click();
  await khai.getByText('Đã áp dụng 1 thay đổi').waitFor();

  // Their phone is signed out at once.
  await bao.waitForURL('**/sign-in');
  // Asking for a code brings the same page as for everybody, and no message.
  for (const key of ['bao', 'ly']) {
    await bao.getByRole('textbox', { name: 'Số điện thoại di động' }).fill(agency.person(key).phone);
    await bao.getByRole('button', { name: 'Nhận mã đăng nhập' }).tap();
    await bao.getByRole('heading', { name: 'Nhập mã đăng nhập' }).waitFor();
    await bao.getByRole('button', { name: 'Đổi số' }).last().tap();
  }
  await agency.codeFor(agency.person('ly').phone);
  assert.deepEqual(
    (await agency.sms()).map((it) => it.to),
    [agency.person('ly').phone],
  );
  await closeDevice(bao);

  // What they wrote stays where it is.
  const again = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await openChat(again, OFFICE);
  await message(again, said).filter({ hasText: 'Lê Gia Bảo' }).waitFor();
  await closeDevice(again);

  // The same list once more changes nothing.
  await khai.getByRole('button', { name: 'Nhập tệp khác' }).click();
  await khai.locator('input[type=file]').setInputFiles(list);
  await khai.getByRole('button', { name: /^4\s*Không đổi/ }).waitFor();
  await khai.getByRole('button', { name: 'Không có gì để áp dụng' }).waitFor();
  await closeDevice(khai);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { formatPhone } from '../web/format.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser } from './browser.ts';
import { chatRow, composer, message, messageSays, openChat, write } from './steps.ts';

// The guideline's 1.2: name the group, choose members, press on: the group exists and every member can send in it.

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

async function beginGroup(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Tạo nhóm' }).click();
}

const search = (page: Page) => page.getByRole('searchbox', { name: 'Tìm tên, số điện thoại, chức vụ' });

test('by area, on a phone: members by search, by unit and by pasted numbers; every member can send', async () => {
  const nga = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  const thung = await agency.device(browser, 'phone', 'thung', { path: '/chats' });
  await chatRow(thung, 'Nguyễn Hoàng Phúc').waitFor();

  await beginGroup(nga);
  await nga.getByText('Bước 1/2 · Chọn thành viên').waitFor();
  // A button that cannot be used yet says why when pressed.
  await nga.getByRole('button', { name: 'Tiếp tục' }).tap({ force: true });
  await nga.getByText('Chọn ít nhất một người.').waitFor();

  await search(nga).fill('dang thi bich phuong');
  await nga.getByRole('checkbox', { name: /^Đặng Thị Bích Phượng/ }).check();
  await search(nga).fill('');

  await nga.getByRole('button', { name: 'Theo đơn vị' }).click();
  const office = nga.getByRole('treeitem', { name: /^UBND xã Ia Grai/ });
  await office.focus();
  await office.press('ArrowRight');
  await nga.getByRole('treeitem', { name: /^Trạm Y tế xã/ }).tap();
  await nga.getByRole('heading', { name: 'Trạm Y tế xã – 4 người' }).waitFor();
  await nga.getByRole('button', { name: 'Chọn tất cả' }).tap();
  await nga.getByRole('checkbox', { name: /^Ksor H’Bích/, checked: true }).waitFor();
  await nga.getByText('Đã chọn 5').waitFor();

  const { phone } = agency.person('thung');
  await nga.getByRole('button', { name: 'Dán danh sách số' }).tap();
  await nga
    .getByRole('textbox', { name: 'Danh sách số, mỗi dòng một số' })
    .fill(`1. Trưởng làng ${formatPhone(phone)}\n${phone}\n0999 888 777\n0905 31\n\n`);
  await nga.getByRole('button', { name: 'Đọc danh sách' }).tap();
  const answers = nga.getByRole('region', { name: 'Kết quả từng dòng' }).getByRole('listitem');
  await answers.filter({ hasText: 'Puih Thưng' }).filter({ hasText: 'Đã thêm' }).waitFor();
  await answers.filter({ hasText: 'Trùng dòng trên' }).waitFor();
  await answers.filter({ hasText: '0999 888 777' }).filter({ hasText: 'Không có trong danh bạ' }).waitFor();
  await answers.filter({ hasText: '0905 31' }).filter({ hasText: 'Số sai' }).waitFor();
  // The wrong line stays in the field to be mended.
  assert.match(await nga.getByRole('textbox', { name: /^Danh sách số/ }).inputValue(), /^0905 31$/);
  await nga.getByRole('button', { name: 'Xong' }).tap();
  await nga.getByText('Đã chọn 6').waitFor();
  await nga.getByRole('button', { name: 'Bỏ chọn Võ Đình Kha' }).tap();
  await nga.getByText('Đã chọn 5').waitFor();
  await nga.getByRole('button', { name: 'Tiếp tục' }).tap();

  await nga.getByText('Bước 2/2 · Đặt tên nhóm').waitFor();
  const create = nga.getByRole('button', { name: 'Tạo nhóm với 5 thành viên' });
  await create.tap();
  await nga.getByText('Viết tên nhóm.', { exact: false }).waitFor();
  await nga.getByRole('textbox', { name: 'Tên nhóm' }).fill('Tiêm chủng làng Grăng');
  assert.ok(await nga.getByRole('radio', { name: 'Địa bàn' }).isChecked(), 'by area to begin with');
  await nga.getByRole('button', { name: /^Địa bàn/ }).tap();
  await nga.getByRole('searchbox', { name: 'Tìm địa bàn' }).fill('thi tran ia kha');
  await nga.getByRole('button', { name: /^Xã Ia Grai.*thị trấn Ia Kha.*23764/i }).tap();
  await nga.getByRole('button', { name: /^Địa bàn.*Xã Ia Grai/ }).waitFor();
  assert.ok(await nga.getByRole('switch', { name: 'Duyệt thành viên' }).isChecked(), 'approval is on');
  await create.tap();

  await nga.getByRole('link', { name: /^Tiêm chủng làng Grăng/ }).waitFor();
  await nga.getByText('6 thành viên').waitFor();
  await nga.getByRole('log').getByText('Bạn đã tạo nhóm').waitFor();

  // A member has it at once, without doing anything, and can send.
  await openChat(thung, 'Tiêm chủng làng Grăng');
  await write(thung, 'Làng Grăng có 6 cháu cần tiêm.');
  await message(nga, 'Làng Grăng có 6 cháu').waitFor();
  // So can all the others, who have not opened it yet.
  const group = await agency.group('Tiêm chủng làng Grăng');
  for (const key of ['phuong', 'bich', 'nguyet', 'hnguih']) {
    await agency.as(key, 'message.send', { group, text: `${agency.person(key).name} đã nhận.` });
    await message(nga, `${agency.person(key).name} đã nhận.`).waitFor();
  }
  // Back leads to the list, not into the form again.
  await nga.goBack();
  await chatRow(nga, 'Tiêm chủng làng Grăng', `${agency.person('hnguih').name} đã nhận.`).waitFor();
  await closeDevice(thung);
  await closeDevice(nga);
});

test('by work, on a PC: two columns at once, somebody responsible admits members, an invited number', async () => {
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/chats' });
  await beginGroup(khai);
  const dialog = khai.getByRole('dialog', { name: 'Tạo nhóm' });
  await dialog.getByRole('textbox', { name: 'Tên nhóm' }).fill('Đề án 06 – rà soát dữ liệu');
  await dialog.getByRole('radio', { name: 'Công việc' }).check({ force: true });
  await dialog.getByRole('textbox', { name: /^Nội dung công việc/ }).fill('làm sạch dữ liệu dân cư');
  await dialog.getByRole('combobox', { name: 'Kiểu nhóm' }).selectOption({ label: 'Phối hợp' });

  await search(khai).fill('h nga');
  await dialog.getByRole('checkbox', { name: /^Siu H’Nga/ }).check();
  await search(khai).fill(agency.person('quang').phone);
  await dialog.getByRole('checkbox', { name: /^Lê Nhật Quang/ }).check();
  await search(khai).fill('');

  // An administrator may invite numbers that are not on the staff list.
  await dialog.getByRole('button', { name: 'Dán danh sách số' }).click();
  await khai.getByRole('textbox', { name: 'Danh sách số, mỗi dòng một số' }).fill('0999888776');
  await khai.getByRole('button', { name: 'Đọc danh sách' }).click();
  await khai.getByRole('region', { name: 'Kết quả từng dòng' }).getByText('Đã mời', { exact: true }).waitFor();
  await khai.getByRole('button', { name: 'Xong' }).click();

  await dialog.getByRole('button', { name: /^Người duyệt thành viên/ }).click();
  await khai.getByRole('dialog', { name: 'Chọn người duyệt thành viên' }).getByText('Siu H’Nga').click();
  await dialog.getByRole('button', { name: /^Người duyệt thành viên.*Siu H’Nga/ }).waitFor();
  await dialog.getByRole('button', { name: /^Tạo nhóm với 3 thành viên/ }).click();

  await khai
    .getByRole('heading', { level: 1, name: 'Đề án 06 – rà soát dữ liệu' })
    .first()
    .waitFor({ state: 'attached' });
  await write(khai, 'Mời các anh chị vào việc.');
  const quang = await agency.device(browser, 'pc', 'quang', { path: '/chats' });
  await openChat(quang, 'Đề án 06 – rà soát dữ liệu');
  await message(quang, 'Mời các anh chị vào việc.').waitFor();
  await composer(quang).fill('Em đã vào.');
  await composer(quang).press('Enter');
  await message(khai, 'Em đã vào.').waitFor();
  // Of the two others she has not opened it; he does not count himself.
  await messageSays(quang, 'Em đã vào.', 'Đã xem 1/2');
  await messageSays(khai, 'Mời các anh chị vào việc.', 'Đã xem 1/2');
  await closeDevice(quang);
  await closeDevice(khai);
});

test('an announcement group: only the leaders write, the others read and are told so', async () => {
  const members = [agency.person('nga').id, agency.person('duyen').id];
  const { group } = await agency.as('phuc', 'group.create', {
    name: 'Lịch tiếp công dân',
    kind: 'announcement',
    members,
  });
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  await write(phuc, 'Sáng thứ Năm tiếp công dân tại nhà văn hóa.');
  const duyen = await agency.device(browser, 'phone', 'duyen', { path: `/chats/${group}` });
  await message(duyen, 'Sáng thứ Năm tiếp công dân').waitFor();
  await duyen.getByText('Chỉ trưởng, phó nhóm được gửi tin nhắn.').waitFor();
  assert.equal(await composer(duyen).count(), 0);
  await closeDevice(duyen);
  await closeDevice(phuc);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser, picture, settled } from './browser.ts';
import { chatRow, composer, message, openChat, sees, write } from './steps.ts';

// The guideline's section 2: Tùy chọn → Cài đặt nhóm. Who leads, who may do what, and what everybody sees of it.

const STORM = 'Phòng chống bão lũ xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

const at = async (name: string, rest = ''): Promise<string> => `/chats/${await agency.group(name)}${rest}`;
const notice = (page: Page, text: string | RegExp) =>
  page.getByRole('log').getByRole('article').filter({ hasText: text });
const row = (page: Page, label: string) => page.getByRole('button', { name: new RegExp(`^${label}`) });
const toSettings = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'Tùy chọn', exact: true }).click();
  await page.getByRole('link', { name: 'Cài đặt nhóm' }).click();
  await page.getByRole('heading', { name: 'Cài đặt nhóm' }).waitFor();
};

test('on a phone the leader decides who may send; everybody has it at once, and reads it in words', async () => {
  const phuc = await agency.device(browser, 'phone', 'phuc', { path: '/chats' });
  const thung = await agency.device(browser, 'phone', 'thung', { path: '/chats' });
  await openChat(phuc, STORM);
  await openChat(thung, STORM);

  await toSettings(phuc);
  await settled(phuc);
  await picture(phuc, 'governing/settings-phone');
  await row(phuc, 'Gửi tin nhắn').tap();
  await settled(phuc);
  await picture(phuc, 'governing/right-phone');
  await phuc.getByRole('radio', { name: 'Chỉ trưởng, phó nhóm' }).check();
  await phuc.getByText('Đã đổi').waitFor();

  // The composer is gone while he looks at it, and the line says who did what.
  await thung.getByText('Chỉ trưởng, phó nhóm được gửi tin nhắn.').waitFor();
  await notice(thung, 'Nguyễn Hoàng Phúc chỉ cho trưởng, phó nhóm gửi tin nhắn').waitFor();
  await picture(thung, 'governing/read-only-phone');

  // An exception for one person.
  await phuc.getByRole('button', { name: 'Thêm ngoại lệ' }).tap();
  await phuc.getByRole('searchbox', { name: 'Chọn người' }).fill('puih thung');
  await phuc
    .getByRole('dialog')
    .getByRole('button', { name: /^Puih Thưng/ })
    .tap();
  await settled(phuc);
  await picture(phuc, 'governing/exception-phone');
  await phuc.getByRole('button', { name: 'Lưu ngoại lệ' }).tap();
  await composer(thung).waitFor();
  await phuc
    .getByRole('dialog')
    .getByRole('button', { name: /^Puih Thưng.*Được/ })
    .waitFor();
  await picture(phuc, 'governing/right-exception-phone');
  await write(thung, 'Làng Grăng: đường liên thôn đã thông.');
  await message(thung, 'Làng Grăng: đường liên thôn đã thông.').filter({ hasText: 'Đã gửi' }).waitFor();

  // Undone: back to what it was.
  await phuc.getByRole('radio', { name: 'Tất cả thành viên' }).check();
  await phuc.getByRole('button', { name: 'Đóng' }).last().tap();
  await row(phuc, 'Gửi tin nhắn').filter({ hasText: 'Tất cả' }).waitFor();
  await Promise.all([phuc, thung].map(closeDevice));
});

test('slow mode: the composer counts down; what is written without a line waits and is sent', async () => {
  await agency.as('phuc', 'group.govern', { group: await agency.group(STORM), slow: 30 });
  const chien = await agency.device(browser, 'phone', 'chien', { path: await at(STORM) });
  await composer(chien).waitFor();
  await write(chien, 'Thôn 1: nước đang rút.');
  await chien.getByText(/^Gửi tiếp sau 0:\d\d$/).waitFor();
  await notice(chien, 'đã bật chế độ chậm: 30 giây một tin').waitFor();
  await composer(chien).fill('Thôn 1: cần thêm áo phao.');
  assert.ok(await chien.getByRole('button', { name: 'Gửi', exact: true }).isDisabled());
  await settled(chien);
  await picture(chien, 'governing/slow-phone');
  await agency.as('phuc', 'group.govern', { group: await agency.group(STORM), slow: 0 });
  await chien.getByRole('button', { name: 'Gửi', exact: true, disabled: false }).click();
  await message(chien, 'Thôn 1: cần thêm áo phao.').filter({ hasText: 'Đã gửi' }).waitFor();
  await closeDevice(chien);
});

test('on a PC the leader appoints a deputy for a term, and offers the lead; it passes on when it is accepted', async () => {
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: await at(STORM, '/members') });
  const nga = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  await phuc.getByRole('searchbox', { name: 'Tìm tên, đơn vị, chức vụ' }).fill('le van sy');
  const sy = phuc.getByRole('listitem').filter({ hasText: agency.person('sy').name });
  await sy.getByRole('button', { name: /^Tùy chọn của/ }).click();
  await settled(phuc);
  await picture(phuc, 'governing/role-menu-pc');
  await phuc.getByRole('menuitem', { name: 'Bổ nhiệm phó nhóm' }).click();
  await sy.getByText('Phó nhóm', { exact: true }).waitFor();
  await sy.getByRole('button', { name: /^Tùy chọn của/ }).click();
  await phuc.getByRole('menuitem', { name: 'Thời hạn' }).click();
  await phuc.getByLabel('Đến hết ngày').fill(`${new Date().getFullYear() + 1}-12-31`);
  await settled(phuc);
  await picture(phuc, 'governing/term-pc');
  await phuc.getByRole('button', { name: 'Lưu thời hạn' }).click();
  await sy.getByText(/^đến 31\/12/).waitFor();

  await phuc.goto(`${agency.url}${await at(STORM, '/settings')}`);
  await row(phuc, 'Chuyển quyền trưởng nhóm').click();
  await phuc.getByRole('searchbox', { name: 'Trưởng nhóm mới' }).fill('siu hnga');
  await phuc
    .getByRole('dialog')
    .getByRole('button', { name: /^Siu H’Nga/ })
    .click();
  await settled(phuc);
  await picture(phuc, 'governing/transfer-pc');
  await phuc.getByRole('button', { name: 'Đề nghị Siu H’Nga nhận quyền' }).click();
  await row(phuc, 'Chuyển quyền trưởng nhóm').filter({ hasText: 'Chờ Siu H’Nga đồng ý' }).waitFor();
  await settled(phuc);
  await picture(phuc, 'governing/settings-pc');

  await chatRow(nga, STORM, 'Bạn được đề nghị làm trưởng nhóm').click();
  await nga.getByText('Nguyễn Hoàng Phúc đề nghị bạn nhận quyền trưởng nhóm.', { exact: false }).waitFor();
  await settled(nga);
  await picture(nga, 'governing/offer-phone');
  await nga.getByRole('button', { name: 'Nhận quyền' }).tap();
  await nga.getByRole('alertdialog').getByRole('button', { name: 'Nhận quyền' }).tap();
  await notice(nga, 'Nguyễn Hoàng Phúc đã chuyển quyền trưởng nhóm cho Bạn').waitFor();
  // He is a plain member now: he sees the settings and changes none.
  await phuc.getByText('Bạn xem được, chỉ trưởng, phó nhóm đổi được.').waitFor();
  assert.equal(await row(phuc, 'Chuyển quyền trưởng nhóm').count(), 0);
  await settled(phuc);
  await picture(phuc, 'governing/settings-member-pc');
  await Promise.all([phuc, nga].map(closeDevice));
});

test('archived and opened again; dissolved with the name typed, and undone', async () => {
  const { group } = await agency.as('trung', 'group.create', {
    name: 'Tổ công tác suối Ia Grai',
    kind: 'coordination',
    members: [agency.person('thung').id],
  });
  const trung = await agency.device(browser, 'phone', 'trung', { path: `/chats/${group}/settings` });
  const thung = await agency.device(browser, 'pc', 'thung', { path: `/chats/${group}` });
  await composer(thung).waitFor();
  await row(trung, 'Lưu trữ nhóm').tap();
  await trung.getByRole('alertdialog').getByRole('button', { name: 'Lưu trữ nhóm' }).tap();
  await sees(thung, 'Nhóm đã lưu trữ, chỉ đọc.');
  await settled(trung);
  await picture(trung, 'governing/archived-phone');
  await row(trung, 'Mở lại nhóm').tap();
  await composer(thung).waitFor();

  await row(trung, 'Giải tán nhóm').tap();
  const yes = trung.getByRole('alertdialog').getByRole('button', { name: 'Giải tán nhóm' });
  assert.ok(await yes.isDisabled());
  await trung.getByRole('textbox', { name: 'Gõ tên nhóm để xác nhận' }).fill('Tổ công tác suối Ia Grai');
  await settled(trung);
  await picture(trung, 'governing/dissolve-phone');
  await yes.tap();
  await thung.getByText(/^Nhóm sẽ giải tán sau 2[34] giờ/).waitFor();
  await settled(thung);
  await picture(thung, 'governing/dissolving-pc');
  await row(trung, 'Hoàn tác giải tán').tap();
  await composer(thung).waitFor();
  await notice(thung, 'đã hoàn tác việc giải tán nhóm').waitFor();

  await agency.as('trung', 'group.change', { group, name: 'Tổ công tác suối Ia Grai 2026' });
  await trung.goto(`${agency.url}/chats/${group}/names`);
  await trung.getByText('Tên cũ: Tổ công tác suối Ia Grai', { exact: true }).waitFor();
  await settled(trung);
  await picture(trung, 'governing/names-phone');
  await Promise.all([trung, thung].map(closeDevice));
});

test('an administrator names a new owner where the post changed hands', async () => {
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/groups' });
  const phuong = await agency.device(browser, 'phone', 'phuong', { path: await at(STORM) });
  await khai.getByRole('searchbox', { name: 'Tìm tên nhóm' }).fill('bao lu');
  await khai.getByRole('button', { name: new RegExp(`^${STORM}`) }).click();
  await khai.getByRole('searchbox', { name: 'Chọn trưởng nhóm mới' }).fill('dang thi bich phuong');
  await settled(khai);
  await picture(khai, 'governing/admin-groups-pc');
  await khai
    .getByRole('dialog')
    .getByRole('button', { name: /^Đặng Thị Bích Phượng/ })
    .click();
  await khai.getByRole('alertdialog').getByRole('button', { name: 'Giao quyền trưởng nhóm' }).click();
  await khai.getByText('Trưởng nhóm: Đặng Thị Bích Phượng').waitFor();
  await notice(phuong, 'đã giao quyền trưởng nhóm cho Bạn').waitFor();
  await Promise.all([khai, phuong].map(closeDevice));
});

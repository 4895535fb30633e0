import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled, sidewaysScroll } from './browser.ts';
import { composer, sees } from './steps.ts';

// Who comes: by a QR code with an answer, let in or refused with a reason; and who is asked before being put in.

const STORM = 'Phòng chống bão lũ xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

test('a link is made and shown as a QR code; who scans it answers, waits, and is let in', async () => {
  const group = await agency.group(STORM);
  await agency.as('phuc', 'group.govern', { group, question: 'Đồng chí thuộc đội nào?' });
  const phuc = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${group}/links` });
  await phuc.getByRole('button', { name: 'Tạo link' }).tap();
  const sheet = phuc.getByRole('dialog', { name: 'Tạo link' });
  await sheet.getByRole('textbox', { name: /^Tên link/ }).fill('Đội xung kích');
  await sheet.getByRole('textbox', { name: /^Số người tối đa/ }).fill('40');
  await settled(phuc);
  await picture(phuc, 'joining/make-phone');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await sheet.getByRole('button', { name: 'Tạo link' }).tap();
  await phuc.getByRole('img', { name: `Mã QR vào nhóm ${STORM}` }).waitFor();
  await settled(phuc);
  await picture(phuc, 'joining/qr-phone');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  const download = phuc.waitForEvent('download');
  await phuc.getByRole('button', { name: 'Tải ảnh PNG' }).tap();
  assert.equal((await download).suggestedFilename(), `${STORM}.png`);
  const { links } = await agency.as('phuc', 'link.list', { group });
  const { code } = links.find((it) => it.name === 'Đội xung kích')!;

  const quyen = await agency.device(browser, 'phone', 'quyen', { path: `/join/${code}/qr` });
  await quyen.getByRole('textbox', { name: 'Đồng chí thuộc đội nào?' }).fill('Tôi thuộc đội xung kích làng Jút');
  await settled(quyen);
  await picture(quyen, 'joining/join-phone');
  assert.deepEqual(await accessibilityFaults(quyen), []);
  assert.equal(await sidewaysScroll(quyen), 0);
  await quyen.getByRole('button', { name: 'Xin tham gia nhóm' }).tap();
  await quyen.getByText('Đang chờ duyệt').waitFor();
  await settled(quyen);
  await picture(quyen, 'joining/waiting-phone');

  const nga = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}/requests` });
  await nga.getByText('“Tôi thuộc đội xung kích làng Jút”').waitFor();
  await nga.getByText('Mã QR “Đội xung kích”').waitFor();
  await settled(nga);
  await picture(nga, 'joining/approve-pc');
  assert.deepEqual(await accessibilityFaults(nga), []);
  await nga.getByRole('button', { name: 'Đồng ý Bùi Thị Lệ Quyên' }).click();
  await nga.getByText('Không có ai chờ duyệt.').waitFor();

  // Told live, and the page of the link goes on into the chat.
  await composer(quyen).waitFor();
  assert.match(quyen.url(), new RegExp(`/chats/${group}$`));
  await closeDevice(quyen);
  await closeDevice(nga);
  await closeDevice(phuc);
});

test('several at once, refused with a reason that they can read; a dead link says so', async () => {
  const group = await agency.group(STORM);
  const { link } = await agency.as('phuc', 'link.make', { group, name: '' });
  for (const who of ['long', 'minh', 'son'] as const) await agency.as(who, 'link.join', { code: link.code });
  const long = await agency.device(browser, 'pc', 'long', { path: `/join/${link.code}` });
  await sees(long, 'Đang chờ duyệt');
  const phuc = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${group}/requests` });
  await phuc.getByText('3 người chờ duyệt', { exact: false }).waitFor();
  await settled(phuc);
  await picture(phuc, 'joining/approve-phone');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await phuc.getByRole('button', { name: 'Chọn nhiều' }).tap();
  await phuc.getByRole('button', { name: 'Chọn tất cả' }).tap();
  await phuc.getByRole('heading', { name: 'Đã chọn 3' }).waitFor();
  await settled(phuc);
  await picture(phuc, 'joining/select-phone');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await phuc.getByRole('button', { name: 'Từ chối…' }).tap();
  const sheet = phuc.getByRole('dialog', { name: 'Từ chối 3 người?' });
  await sheet.getByRole('button', { name: 'Xin nhầm nhóm' }).tap();
  await sheet.getByRole('button', { name: 'Từ chối', exact: true }).tap();
  await phuc.getByText('Không có ai chờ duyệt.').waitFor();
  await sees(long, 'Lý do: Xin nhầm nhóm');
  await long.getByRole('button', { name: 'Xin tham gia nhóm' }).waitFor();
  await settled(long);
  await picture(long, 'joining/refused-pc');
  assert.deepEqual(await accessibilityFaults(long), []);
  await agency.as('phuc', 'link.revoke', { group, link: link.id });
  await long.reload();
  await long.getByText('Link đã hết hạn hoặc bị thu hồi.').waitFor();
  await closeDevice(long);
  await closeDevice(phuc);
});

test('who wants to be asked is invited, and comes in by agreeing', async () => {
  const group = await agency.group(STORM);
  const hnhien = await agency.device(browser, 'phone', 'hnhien', { path: '/me/profile' });
  await hnhien.getByRole('switch', { name: 'Hỏi tôi trước khi thêm vào nhóm' }).tap();
  await hnhien.getByText('Đã lưu').waitFor();
  await agency.as('phuc', 'member.add', { group, accounts: [agency.person('hnhien').id] });
  await sees(hnhien, '1 lời mời vào nhóm');
  await hnhien.getByRole('button', { name: 'Xem', exact: true }).last().tap();
  await hnhien.getByRole('button', { name: 'Tham gia nhóm' }).waitFor();
  await settled(hnhien);
  await picture(hnhien, 'joining/invitation-phone');
  assert.deepEqual(await accessibilityFaults(hnhien), []);
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}/members` });
  await phuc.getByRole('button', { name: 'Đã mời' }).click();
  await phuc.getByText(/^Nguyễn Hoàng Phúc mời · đến/).waitFor();
  await settled(phuc);
  await picture(phuc, 'joining/invited-pc');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await hnhien.getByRole('button', { name: 'Tham gia nhóm' }).tap();
  await composer(hnhien).waitFor();
  await closeDevice(hnhien);
  await closeDevice(phuc);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'playwright-core';

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
import { message } from './steps.ts';

// Who has read: asked for with a message, acknowledged on a phone, seen by unit, reminded.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const ORDER = 'Đề nghị các thôn, làng rà soát hộ dân vùng trũng, báo cáo trước 16:00.';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

test('who has not read an urgent message is seen by unit and reminded; they acknowledge it on a phone', async () => {
  const group = await agency.group(STORM);
  const sent = await agency.as('phuc', 'message.send', { group, text: ORDER, urgency: 2, ask: true });
  for (const who of ['nga', 'phuong'] as const) {
    await agency.as(who, 'receipt.mark', { marks: [{ group, read: sent.seq }] });
    await agency.as(who, 'receipt.acknowledge', { group, message: sent.id });
  }

  const thung = await agency.device(browser, 'phone', 'thung', { path: '/chats' });
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  await message(phuc, ORDER).hover();
  await message(phuc, ORDER).getByRole('button', { name: 'Tùy chọn tin nhắn' }).click();
  await phuc.getByRole('menuitem', { name: /^Xem chi tiết/ }).click();
  const details = phuc.getByRole('dialog', { name: 'Chi tiết tin nhắn' });
  await details.getByRole('tab', { name: /Chưa xem/, selected: true }).waitFor();
  await details
    .getByRole('button', { name: /đã xem/ })
    .first()
    .waitFor();
  await settled(phuc);
  await picture(phuc, 'reading/not-seen-pc');
  await guidePicture(phuc, 'chua-xem-may');
  assert.deepEqual(await accessibilityFaults(phuc), []);

  await details.getByRole('button', { name: /^Nhắc \d+ người chưa xem/ }).click();
  await phuc.getByText(/^Đã nhắc \d+ người$/).waitFor();
  await details.getByText(/^Đã nhắc \d+ người lúc/).waitFor();
  await settled(phuc);
  await picture(phuc, 'reading/reminded-pc');

  await thung.getByText(`Nguyễn Hoàng Phúc nhắc bạn xem tin nhắn trong ${STORM}`).waitFor();
  await settled(thung);
  await picture(thung, 'reading/reminded-phone');
  await thung.getByRole('button', { name: 'Xem', exact: true }).tap();
  await message(thung, ORDER).getByRole('button', { name: 'Xác nhận đã đọc' }).waitFor();
  await settled(thung);
  await picture(thung, 'reading/asked-phone');
  await guidePicture(thung, 'xac-nhan-dt');
  assert.deepEqual(await accessibilityFaults(thung), []);
  assert.equal(await sidewaysScroll(thung), 0);
  const vinh = await agency.device(browser, 'pc', 'vinh', { path: `/chats/${group}?at=${sent.seq}` });
  await message(vinh, ORDER).getByRole('button', { name: 'Xác nhận đã đọc' }).waitFor();
  await settled(vinh);
  await guidePicture(vinh, 'xac-nhan-may');
  assert.deepEqual(await accessibilityFaults(vinh), []);
  // That both have seen it is known there already: acknowledging is news of its own.
  await details.getByRole('tab', { name: /^4 .*Đã xem/ }).waitFor();
  await closeDevice(vinh);
  await message(thung, ORDER).getByRole('button', { name: 'Xác nhận đã đọc' }).tap();
  await message(thung, ORDER)
    .getByText(/^Đã xác nhận/)
    .waitFor();
  await message(thung, ORDER)
    .getByText(/^3\/\d+ đã xác nhận/)
    .waitFor();

  await details.getByRole('tab', { name: /3.*Đã xác nhận/ }).click();
  await details.getByRole('button', { name: /Chưa xác nhận/ }).waitFor();
  await details.getByRole('button', { name: 'Kết xuất' }).waitFor();
  const download = phuc.waitForEvent('download');
  await details.getByRole('button', { name: 'Kết xuất' }).click();
  assert.equal((await download).suggestedFilename(), 'da-xem.xlsx');
  await settled(phuc);
  await picture(phuc, 'reading/acknowledged-pc');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await details.getByRole('tab', { name: /Chưa xem/ }).click();
  await details.getByRole('searchbox', { name: 'Tìm người, đơn vị' }).fill('khong co ai ten nay');
  await details.getByText('Không tìm thấy', { exact: false }).waitFor();
  await settled(phuc);
  await picture(phuc, 'reading/nobody-pc');
  await closeDevice(thung);
  await closeDevice(phuc);

  const leader = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${group}` });
  await message(leader, ORDER).getByRole('button', { name: 'Tùy chọn tin nhắn' }).waitFor({ state: 'detached' });
  await message(leader, ORDER).click({ button: 'right' });
  await leader.getByRole('menuitem', { name: /^Xem chi tiết/ }).tap();
  await leader
    .getByRole('button', { name: /đã xem/ })
    .first()
    .waitFor();
  await settled(leader);
  await picture(leader, 'reading/not-seen-phone');
  await guidePicture(leader, 'chua-xem-dt');
  assert.deepEqual(await accessibilityFaults(leader), []);
  assert.equal(await sidewaysScroll(leader), 0);
  await closeDevice(leader);
});

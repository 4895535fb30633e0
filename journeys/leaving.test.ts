import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled, sidewaysScroll } from './browser.ts';
import { chatRow, message, openChat, write } from './steps.ts';

// Who goes: taken out with a reason, kept out, let in again; and who leaves without a word.

const STORM = 'Phòng chống bão lũ xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

test('taken out with a reason and kept out, on a phone; told at once; let in again, with what was said', async () => {
  const group = await agency.group(STORM);
  const thung = await agency.device(browser, 'pc', 'thung', { path: '/chats' });
  await openChat(thung, STORM);
  const phuc = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${group}/members` });
  await phuc.getByRole('searchbox').fill('puih thung');
  await phuc.getByRole('button', { name: 'Tùy chọn của Puih Thưng' }).tap();
  await settled(phuc);
  await picture(phuc, 'leaving/menu-phone');
  await phuc.getByRole('menuitem', { name: 'Xóa khỏi nhóm' }).tap();
  const sheet = phuc.getByRole('dialog', { name: 'Xóa Puih Thưng khỏi nhóm?' });
  await sheet.getByRole('button', { name: 'Đã chuyển công tác' }).tap();
  await sheet.getByRole('checkbox', { name: 'Chặn khỏi nhóm' }).check();
  await settled(phuc);
  await picture(phuc, 'leaving/remove-phone');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  assert.equal(await sidewaysScroll(phuc), 0);
  await sheet.getByRole('button', { name: 'Xóa khỏi nhóm' }).tap();
  await phuc.getByText('Đã xóa Puih Thưng khỏi nhóm', { exact: true }).waitFor();

  await thung.getByText('Lý do: Đã chuyển công tác.').waitFor();
  await picture(thung, 'leaving/told-pc');
  assert.equal(await chatRow(thung, STORM).count(), 0);

  await phuc.getByRole('searchbox').fill('');
  await phuc.getByRole('button', { name: 'Đã chặn' }).tap();
  await phuc.getByText(/^Nguyễn Hoàng Phúc chặn ngày .* · Đã chuyển công tác$/).waitFor();
  await settled(phuc);
  await picture(phuc, 'leaving/blocked-phone');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await phuc.getByRole('button', { name: 'Bỏ chặn' }).tap();
  await phuc.getByText('Không có ai bị chặn').waitFor();

  // Who comes in reads all of it, where the group says so.
  await agency.as('phuc', 'group.govern', { group, history: 'all' });
  await agency.as('phuc', 'member.add', { group, accounts: [agency.person('thung').id] });
  await openChat(thung, STORM);
  await message(thung, 'Làng Yam có 1 hộ bị ngập chuồng heo').waitFor();
  await closeDevice(thung);
  await closeDevice(phuc);
});

test('leaving quietly: no line for the others, the leaders are told, and nobody adds them again', async () => {
  const group = await agency.group(STORM);
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: '/chats' });
  await openChat(phuc, STORM);
  const bich = await agency.device(browser, 'phone', 'bich', { path: `/chats/${group}/options` });
  await bich.getByRole('button', { name: 'Rời nhóm' }).tap();
  const sheet = bich.getByRole('alertdialog');
  await sheet.getByRole('checkbox', { name: 'Rời nhóm trong im lặng' }).check();
  await sheet.getByRole('checkbox', { name: 'Chặn thêm vào nhóm này' }).check();
  await settled(bich);
  await picture(bich, 'leaving/leave-phone');
  assert.deepEqual(await accessibilityFaults(bich), []);
  await sheet.getByRole('button', { name: 'Rời nhóm' }).tap();
  await bich.waitForURL('**/chats');

  const strip = phuc.getByText(/rời nhóm Phòng chống bão lũ xã Ia Grai trong im lặng/).filter({ visible: true });
  await strip.first().waitFor();
  await settled(phuc);
  await picture(phuc, 'leaving/quietly-pc');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await phuc.getByRole('button', { name: 'Đã hiểu' }).filter({ visible: true }).first().click();
  await strip.first().waitFor({ state: 'detached' });
  await write(phuc, 'Điểm danh lúc 7 giờ.');
  await message(phuc, 'Điểm danh lúc 7 giờ.').waitFor();
  assert.equal(await phuc.getByRole('log').getByText('đã rời nhóm').count(), 0);

  const { unwilling } = await agency.as('phuc', 'member.add', { group, accounts: [agency.person('bich').id] });
  assert.deepEqual(
    unwilling.map((it) => it.account),
    [agency.person('bich').id],
  );
  await closeDevice(bich);
  await closeDevice(phuc);
});

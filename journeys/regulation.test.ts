import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, settled, sidewaysScroll } from './browser.ts';
import { chatRow, composer, message, openChat, sees, write } from './steps.ts';

// A group's rules of use: a leader writes them from the template and issues them; members accept before they write again.

const STORM = 'Phòng chống bão lũ xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

async function looksRight(page: Page, where: string): Promise<void> {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), [], where);
  assert.equal(await sidewaysScroll(page), 0, `${where} scrolls sideways`);
}

test('a leader writes it from the template on a phone and issues it; a member is asked, reads, accepts and writes', async () => {
  const leader = await agency.device(browser, 'phone', 'phuc', { path: '/chats' });
  const member = await agency.device(browser, 'phone', 'thung', { path: '/chats' });
  await openChat(leader, STORM);
  await openChat(member, STORM);

  await leader.getByRole('link', { name: 'Tùy chọn', exact: true }).tap();
  await leader.getByRole('link', { name: /^Quy chế sử dụng/ }).tap();
  await leader.getByText('Nhóm chưa có quy chế').waitFor();
  await looksRight(leader, 'the screen of a group without one');
  await leader.getByRole('link', { name: /^Soạn quy chế/ }).tap();
  const agencyField = leader.getByRole('textbox', { name: 'Cơ quan ban hành' });
  await agencyField.waitFor();
  assert.equal(await agencyField.inputValue(), 'Ủy ban nhân dân xã Ia Grai', 'filled in with what is known');
  await looksRight(leader, 'the draft');

  // An article more, after the last.
  await leader.getByRole('button', { name: 'Thêm điều' }).tap();
  const sheet = leader.getByRole('dialog', { name: /^Điều \d+$/ });
  await sheet.getByRole('textbox', { name: 'Tên' }).fill('Trực ban');
  await sheet
    .getByRole('textbox', { name: 'Nội dung' })
    .fill('Trực 24/24 giờ khi có bão.\nBáo cáo lúc 6 giờ và 18 giờ.');
  await looksRight(leader, 'an article');
  await sheet.getByRole('button', { name: 'Xong' }).tap();
  const article = leader.getByRole('button', { name: /^Điều \d+\. Trực ban/ });
  await article.filter({ hasText: '2 khoản' }).waitFor();
  const before = await article.innerText();
  await leader
    .getByRole('button', { name: /^Tùy chọn Điều/ })
    .last()
    .tap();
  await leader.getByRole('menuitem', { name: 'Chuyển lên' }).tap();
  await leader.waitForFunction(
    (was) =>
      [...document.querySelectorAll('.regulation-items button')].some(
        (it) => it.textContent?.includes('Trực ban') && !was.startsWith(it.textContent.slice(0, 7)),
      ),
    before,
  );
  await leader.getByText('Đã lưu nháp').waitFor();

  await leader.getByRole('button', { name: 'Xem trước' }).tap();
  await leader.getByRole('dialog', { name: 'Xem trước' }).getByText('Trực 24/24 giờ khi có bão.').waitFor();
  await looksRight(leader, 'the preview');
  await leader.getByRole('dialog', { name: 'Xem trước' }).getByRole('button', { name: 'Ban hành' }).tap();
  await leader.getByRole('alertdialog', { name: 'Ban hành quy chế?' }).getByRole('button', { name: 'Ban hành' }).tap();
  await sees(leader, 'Bản 1, có hiệu lực từ');
  await leader.getByText('Bạn đã đồng ý bản 1', { exact: false }).waitFor();
  await looksRight(leader, 'the screen of the leader');

  // The member’s composer has given way; everything can be read.
  const card = member.getByRole('region', { name: 'Quy chế sử dụng nhóm' });
  await card.waitFor();
  await message(member, 'đã ban hành quy chế sử dụng nhóm, bản 1').waitFor();
  assert.equal(await composer(member).count(), 0);
  await looksRight(member, 'the card in place of the composer');
  await card.getByRole('button', { name: 'Xem và đồng ý' }).tap();
  const reading = member.getByRole('dialog', { name: 'Quy chế sử dụng nhóm' });
  const tick = reading.getByRole('checkbox', { name: 'Tôi đã đọc và đồng ý với quy chế' });
  await tick.waitFor();
  assert.equal(await tick.isChecked(), false, 'never ticked beforehand');
  await reading.getByRole('button', { name: 'Đọc toàn văn' }).tap();
  await reading.getByText('Trực 24/24 giờ khi có bão.').waitFor();
  await looksRight(member, 'the whole text');
  await tick.check();
  await reading.getByRole('button', { name: 'Đồng ý', exact: true }).tap();
  await member.getByText('Đã đồng ý quy chế.', { exact: false }).waitFor();
  await write(member, 'Làng Grăng đã rõ quy chế.');
  await leader.goto(`${agency.url}/chats/${await agency.group(STORM)}`);
  await message(leader, 'Làng Grăng đã rõ quy chế.').waitFor();
  await closeDevice(member);
  await closeDevice(leader);
});

test('a clerk follows on a PC who has not accepted, by unit, reminds them and takes the list and the document away', async () => {
  const clerk = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await chatRow(clerk, STORM).click();
  const group = await agency.group(STORM);
  await clerk.goto(`${agency.url}/chats/${group}/regulation`);
  await clerk.getByRole('link', { name: /^Đã đồng ý/ }).click();
  await clerk.getByRole('heading', { name: 'Đồng ý quy chế' }).first().waitFor();
  await clerk.getByRole('listitem').filter({ hasText: 'Chưa đồng ý' }).first().waitFor();
  await looksRight(clerk, 'who has and who has not');
  await clerk.getByRole('button', { name: /^Đã đồng ý/ }).click();
  await clerk.getByRole('listitem').filter({ hasText: 'Puih Thưng' }).filter({ hasText: 'Đồng ý' }).waitFor();
  await clerk.getByRole('searchbox', { name: 'Tìm tên, chức vụ, đơn vị' }).fill('thung');
  await clerk.getByRole('listitem').filter({ hasText: 'Puih Thưng' }).filter({ hasText: 'Đồng ý' }).waitFor();
  await clerk.getByRole('searchbox', { name: 'Tìm tên, chức vụ, đơn vị' }).fill('');
  await clerk.getByRole('button', { name: /^Nhắc \d+ người chưa đồng ý/ }).click();
  await clerk.getByText('Nhắc lại được sau 24 giờ', { exact: false }).waitFor();

  const [table] = await Promise.all([
    clerk.waitForEvent('download'),
    clerk.getByRole('button', { name: 'Kết xuất XLSX' }).click(),
  ]);
  assert.equal(table.suggestedFilename(), 'dong-y-quy-che.xlsx');
  await clerk.goto(`${agency.url}/chats/${group}/regulation`);
  for (const form of ['PDF', 'DOCX']) {
    const [file] = await Promise.all([
      clerk.waitForEvent('download'),
      clerk
        .getByRole('link', { name: `Tải ${form}`, exact: true })
        .first()
        .click(),
    ]);
    assert.match(file.suggestedFilename(), new RegExp(`\\.${form.toLowerCase()}$`));
    const bytes = await readFile(await file.path());
    assert.equal(bytes.subarray(0, 2).toString('latin1'), form === 'PDF' ? '%P' : 'PK');
  }
  await closeDevice(clerk);
});

test('an administrator writes the default of a unit; its group takes it over with one press', async () => {
  const admin = await agency.device(browser, 'pc', 'khai', { path: '/admin/regulations' });
  await admin.getByText('Chưa đơn vị nào có quy chế mẫu').waitFor();
  await looksRight(admin, 'no defaults');
  await admin.getByRole('button', { name: 'Chọn đơn vị' }).click();
  await admin
    .getByRole('dialog')
    .getByRole('treeitem', { name: /^UBND xã Ia Grai/ })
    .click();
  await admin.getByRole('button', { name: /^Soạn quy chế/ }).click();
  await admin.getByRole('textbox', { name: 'Cơ quan ban hành' }).waitFor();
  await admin.getByRole('button', { name: 'Ban hành' }).click();
  await admin.getByRole('alertdialog', { name: 'Ban hành quy chế?' }).getByRole('button', { name: 'Ban hành' }).click();
  await admin.getByText('Bản 1, có hiệu lực từ', { exact: false }).waitFor();
  await looksRight(admin, 'the default of a unit');
  await closeDevice(admin);

  const group = await agency.group(STORM);
  const leader = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${group}/regulation` });
  await leader.getByText('Quy chế của UBND xã Ia Grai').waitFor();
  await leader.getByRole('button', { name: 'Dùng bản này' }).tap();
  await leader
    .getByRole('alertdialog', { name: /^Dùng quy chế của/ })
    .getByRole('button', { name: 'Dùng bản này' })
    .tap();
  await leader.getByText('Theo quy chế của UBND xã Ia Grai').waitFor();
  await leader.getByText('Nhóm đang dùng bản này.').waitFor();
  await leader.getByText('Các bản đã ban hành').waitFor();
  await looksRight(leader, 'taken over');
  await closeDevice(leader);
});

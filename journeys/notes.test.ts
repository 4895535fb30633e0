import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

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

// Notes: made of a message, read and acknowledged, written by two at once, looked back at.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const TITLE = 'Lịch trực ban tuần 47';
const TEXT = [
  '# Trực lãnh đạo',
  '- Thứ Hai: đồng chí *Phúc*',
  '- Thứ Ba: đồng chí Phượng',
  '# Việc cần làm',
  '[ ] Bàn giao sổ trực trước 7:00',
  '[x] Kiểm tra máy phát điện',
  'Điện thoại trực: 0269 3 600 110',
].join('\n');

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

const textBox = (page: Page) => page.getByRole('textbox', { name: 'Nội dung' });

test('a note is made of a message, read and acknowledged on a phone, and its maker sees who has', async () => {
  const group = await agency.group(STORM);
  await agency.as('phuc', 'message.send', { group, text: `${TITLE}\n${TEXT}` });
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });

  await message(phuc, TITLE).hover();
  await message(phuc, TITLE).getByRole('button', { name: 'Tùy chọn tin nhắn' }).click();
  await phuc.getByRole('menuitem', { name: 'Tạo ghi chú' }).click();
  const form = phuc.getByRole('dialog', { name: 'Tạo ghi chú' });
  assert.equal(await form.getByRole('textbox', { name: 'Tiêu đề' }).inputValue(), TITLE);
  await textBox(phuc).fill(TEXT);
  await form.getByRole('switch', { name: /^Yêu cầu xác nhận đã đọc/ }).click();
  await settled(phuc);
  await form.getByRole('textbox', { name: 'Tiêu đề' }).scrollIntoViewIfNeeded();
  await settled(phuc);
  await picture(phuc, 'notes/form-pc');
  await guidePicture(phuc, 'ghi-chu-viet-may');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await form.getByRole('button', { name: 'Tạo ghi chú' }).click();
  await form.waitFor({ state: 'detached' });

  // Who wrote first is asked about notifications, and puts it aside.
  await phuc.getByRole('button', { name: 'Để sau' }).click();
  const card = message(phuc, TITLE).filter({ hasText: 'Bản 1' });
  await card.getByRole('link', { name: TITLE }).waitFor();
  await settled(phuc);
  await picture(phuc, 'notes/card-pc');
  assert.deepEqual(await accessibilityFaults(phuc), []);

  await message(thung, TITLE).filter({ hasText: 'Bản 1' }).getByRole('link', { name: TITLE }).tap();
  await thung.getByRole('button', { name: 'Xác nhận đã đọc' }).waitFor();
  await thung.getByRole('heading', { name: 'Việc cần làm' }).waitFor();
  await settled(thung);
  await picture(thung, 'notes/read-phone');
  await guidePicture(thung, 'ghi-chu-doc-dt');
  assert.deepEqual(await accessibilityFaults(thung), []);
  assert.equal(await sidewaysScroll(thung), 0);
  await thung.getByRole('button', { name: 'Xác nhận đã đọc' }).tap();
  await thung.getByText('Bạn đã xác nhận đã đọc').waitFor();
  await closeDevice(thung);

  await card.getByText(/^1\/\d+ đã đọc$/).waitFor();
  await card.getByRole('link', { name: TITLE }).click();
  await phuc.getByRole('heading', { name: TITLE }).waitFor();
  await settled(phuc);
  await picture(phuc, 'notes/read-pc');
  await guidePicture(phuc, 'ghi-chu-doc-may');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await phuc.getByRole('button', { name: /người đã xác nhận đã đọc$/ }).click();
  const readers = phuc.getByRole('dialog', { name: 'Ai đã đọc' });
  await readers.getByRole('radio', { name: /^Đã đọc/ }).click();
  await readers.getByText('Puih Thưng').waitFor();
  await settled(phuc);
  await picture(phuc, 'notes/readers-pc');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  const download = phuc.waitForEvent('download');
  await readers.getByRole('button', { name: 'Kết xuất' }).click();
  assert.equal((await download).suggestedFilename(), 'da-doc-ghi-chu.xlsx');
  await closeDevice(phuc);
});

test('two write at once: what both wrote is put together, and nothing typed is lost when the page closes', async () => {
  const group = await agency.group(STORM);
  const base = {
    group,
    title: 'Vị trí sơ tán',
    text: 'Thôn 2: Trường TH Lê Lợi\nLàng Grăng: nhà rông\nThôn 4: trạm y tế',
  };
  const { note } = await agency.as('nga', 'note.create', base);
  const path = `/chats/${group}/notes/${note}`;
  const thung = await agency.device(browser, 'phone', 'thung', { path });
  await thung.getByRole('button', { name: 'Sửa ghi chú' }).tap();
  await textBox(thung).fill('Thôn 2: Nhà văn hóa\nLàng Grăng: nhà rông, trường mầm non\nThôn 4: trạm y tế');
  await settled(thung);
  await picture(thung, 'notes/form-phone');
  await guidePicture(thung, 'ghi-chu-viet-dt');
  assert.deepEqual(await accessibilityFaults(thung), []);
  assert.equal(await sidewaysScroll(thung), 0);
  // The page is gone in the middle of writing.
  await thung.reload();
  await thung.getByText('Bạn có bản sửa chưa lưu trên máy này.').waitFor();
  await agency.as('nga', 'note.edit', {
    ...base,
    note,
    version: 1,
    text: 'Thôn 2: Trường THCS Phan Bội Châu\nLàng Grăng: nhà rông\nThôn 4: trạm y tế, sân vận động',
  });
  await thung.getByRole('button', { name: 'Sửa tiếp' }).tap();
  await thung.waitForFunction(() =>
    [...document.querySelectorAll('textarea')].some((it) => it.value.includes('trường mầm non')),
  );
  await thung.getByRole('button', { name: 'Lưu', exact: true }).tap();
  const merge = thung.getByRole('dialog', { name: 'Ghép hai bản' });
  await merge.getByText('Siu H’Nga đã lưu bản 2', { exact: false }).waitFor();
  await settled(thung);
  await picture(thung, 'notes/merge-phone');
  await guidePicture(thung, 'ghi-chu-ghep-dt');
  assert.deepEqual(await accessibilityFaults(thung), []);
  assert.equal(await sidewaysScroll(thung), 0);
  await merge.getByRole('radio', { name: /^Giữ cả hai/ }).check();
  await merge.getByRole('button', { name: 'Lưu bản ghép' }).tap();
  await merge.waitFor({ state: 'detached' });
  await thung.getByText('trường mầm non', { exact: false }).waitFor();
  const { note: saved } = await agency.as('nga', 'note.get', { group, note });
  assert.equal(saved.version, 3);
  assert.equal(
    saved.text,
    'Thôn 2: Trường THCS Phan Bội Châu\nThôn 2: Nhà văn hóa\nLàng Grăng: nhà rông, trường mầm non\nThôn 4: trạm y tế, sân vận động',
  );
  await closeDevice(thung);

  const nga = await agency.device(browser, 'pc', 'nga', { path });
  await nga.getByRole('button', { name: /^Bản 3/ }).click();
  const versions = nga.getByRole('dialog', { name: 'Các bản của ghi chú' });
  await versions.getByRole('button', { name: /^.*Bản 3/ }).click();
  await versions.getByText(/^thêm \d+ từ/).waitFor();
  await settled(nga);
  await picture(nga, 'notes/versions-pc');
  assert.deepEqual(await accessibilityFaults(nga), []);
  await versions.getByRole('button', { name: /Bản 1/ }).click();
  await versions.getByRole('button', { name: 'Khôi phục bản 1' }).click();
  await nga.getByRole('button', { name: 'Khôi phục bản 1' }).last().click();
  await nga.getByRole('button', { name: /^Bản 4/ }).waitFor();

  // On a computer, too.
  await nga.getByRole('button', { name: 'Sửa ghi chú' }).click();
  await textBox(nga).fill(`${base.text}\nThôn 5: hội trường`);
  await agency.as('phuc', 'note.edit', { ...base, note, version: 4, title: 'Vị trí sơ tán từng thôn, làng' });
  await nga.getByRole('button', { name: 'Ghép ngay' }).click();
  await nga.getByText('Hai người sửa những chỗ khác nhau', { exact: false }).waitFor();
  await settled(nga);
  await picture(nga, 'notes/merge-pc');
  await guidePicture(nga, 'ghi-chu-ghep-may');
  assert.deepEqual(await accessibilityFaults(nga), []);
  await nga.getByRole('button', { name: 'Lưu bản ghép' }).click();
  await nga.getByRole('heading', { name: 'Vị trí sơ tán từng thôn, làng' }).waitFor();
  await nga.getByText('Thôn 5: hội trường', { exact: false }).waitFor();
  await nga.getByRole('button', { name: 'Thêm việc với ghi chú' }).click();
  await nga.getByRole('menuitem', { name: 'Ghim', exact: true }).click();
  await nga.getByRole('button', { name: 'Thêm việc với ghi chú' }).click();
  await nga.getByRole('menuitem', { name: 'Bỏ ghim' }).waitFor();
  await nga.getByRole('menuitem', { name: 'Xóa ghi chú' }).click();
  await nga.getByRole('button', { name: 'Xóa ghi chú' }).last().click();
  await nga.getByText('Đã xóa ghi chú').waitFor();
  await closeDevice(nga);
});

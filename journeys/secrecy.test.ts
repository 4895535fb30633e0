import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, openBrowser, picture, settled, sidewaysScroll } from './browser.ts';
import { composer, sees, write } from './steps.ts';

// What the guard refuses: said in its place, kept nowhere, appealed and answered; rules that two people change.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const CANARY = 'chim sẻ xanh 7391';
const SECRET = `Độ mật: TUYỆT MẬT. Kế hoạch ${CANARY}`;

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

async function isFine(page: Page, name: string): Promise<void> {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), [], name);
  assert.equal(await sidewaysScroll(page), 0, name);
  await picture(page, name);
}

/** Everything that this browser keeps, in every store, in words; what the worker keeps by its address. */
async function kept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const all: unknown[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(name!);
        asked.addEventListener('success', () => resolve(asked.result));
        asked.addEventListener('error', () => reject(asked.error!));
      });
      for (const shelf of db.objectStoreNames) {
        const values = await new Promise<unknown[]>((resolve, reject) => {
          const asked = db.transaction(shelf).objectStore(shelf).getAll();
          asked.addEventListener('success', () => resolve(asked.result));
          asked.addEventListener('error', () => reject(asked.error!));
        });
        for (const it of values) all.push(it instanceof Blob ? await it.text() : it);
      }
      db.close();
    }
    for (const name of await caches.keys()) for (const it of await (await caches.open(name)).keys()) all.push(it.url);
    return JSON.stringify(all);
  });
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a refused text stands in its place and nowhere else; its appeal is answered', async () => {
  const group = await agency.group(STORM);
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });
  await composer(thung).waitFor();

  // While it is written it is pointed out, and no draft of it is kept.
  await composer(thung).fill(SECRET);
  await sees(thung, /Có dấu hiệu mang độ mật\. Nội dung này không được giữ trên máy/);
  await isFine(thung, 'guard-early-phone');
  await until(async () => !(await kept(thung)).includes(CANARY), 'that no draft of it is kept');
  await write(thung, SECRET);
  await sees(thung, 'Tin nhắn không được gửi');
  await thung
    .getByText('Nội dung có dấu hiệu mang độ mật. Chỉ sửa để gửi lại nếu đây không phải nội dung mật.')
    .waitFor();
  await isFine(thung, 'guard-card-phone');
  await thung.emulateMedia({ colorScheme: 'dark' });
  await isFine(thung, 'guard-card-phone-dark');
  await thung.emulateMedia({ colorScheme: 'light' });
  await until(async () => !(await kept(thung)).includes(CANARY), 'that nothing of it is kept');

  // Edited, it stands in the field again, and still nowhere else.
  await thung.getByRole('button', { name: 'Sửa lại', exact: true }).click();
  assert.equal(await composer(thung).inputValue(), SECRET);
  await write(thung, SECRET);
  await sees(thung, 'Tin nhắn không được gửi');
  assert.ok(!(await kept(thung)).includes(CANARY));

  // A mistake, says the writer.
  await thung.getByRole('button', { name: 'Báo chặn nhầm' }).click();
  const appeal = thung.getByRole('dialog', { name: 'Báo chặn nhầm' });
  await appeal.getByRole('textbox', { name: /^Vì sao bị chặn nhầm/ }).fill('Đây là bài tập huấn, không phải văn bản');
  await isFine(thung, 'guard-appeal-phone');
  await appeal.getByRole('button', { name: 'Gửi cán bộ bảo mật' }).click();
  await appeal.waitFor({ state: 'detached' });
  await sees(thung, /Đã báo chặn nhầm/);

  // Reloaded, the card and its words are gone.
  await thung.reload();
  await composer(thung).waitFor();
  assert.equal(await thung.getByText('Tin nhắn không được gửi').count(), 0);
  assert.equal(await composer(thung).inputValue(), '');

  // Answered at the desk.
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/secrecy' });
  const row = khai.getByRole('row').filter({ hasText: 'Chờ trả lời' });
  await row.first().waitFor();
  assert.equal(await khai.getByText(CANARY).count(), 0);
  await isFine(khai, 'secrecy-desk-pc');
  await picture(khai, 'guide-desk');
  await row
    .getByRole('button', { name: /^Xem lượt chặn/ })
    .first()
    .click();
  const sheet = khai.getByRole('dialog', { name: 'Lượt chặn' });
  await sees(sheet, 'Đây là bài tập huấn, không phải văn bản');
  await isFine(khai, 'secrecy-incident-pc');
  await sheet.getByRole('button', { name: 'Chặn nhầm' }).click();
  await sheet.waitFor({ state: 'detached' });
  await sees(thung, /nội dung của bạn bị chặn nhầm/);
  await thung.getByRole('button', { name: 'Xem', exact: true }).click();
  await sees(thung, 'Bị chặn nhầm');
  await isFine(thung, 'refused-mine-phone');
});

test('a refused file leaves no name and no bytes on the device', async () => {
  const group = await agency.group(STORM);
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  await composer(phuc).waitFor();
  const chooser = phuc.waitForEvent('filechooser');
  await phuc.getByRole('button', { name: 'File', exact: true }).click();
  const buffer = Buffer.from(SECRET);
  await (await chooser).setFiles({ name: 'van-ban-rieng.txt', mimeType: 'text/plain', buffer });
  await sees(phuc, 'File không được gửi');
  await sees(phuc, 'Có dấu hiệu mang dấu chỉ độ mật. Không ai nhận được, không bản sao nào được lưu.');
  await until(async () => {
    const all = await kept(phuc);
    return !all.includes('van-ban-rieng') && !all.includes(CANARY);
  }, 'that nothing of the file is kept');
  assert.equal(await phuc.getByText('van-ban-rieng').count(), 0);
  await isFine(phuc, 'guard-file-pc');
  await phuc.getByRole('button', { name: 'Việc cần làm' }).click();
  await sees(phuc.getByRole('dialog'), 'Báo ngay cán bộ bảo mật của cơ quan.');
  await isFine(phuc, 'guard-steps-pc');
  await phuc.getByRole('button', { name: 'Đã hiểu' }).click();
});

test('the desk tries out and shows its rules', async () => {
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/secrecy/try' });
  await khai.getByRole('textbox', { name: 'Đoạn chữ để thử' }).fill(SECRET);
  await khai.getByRole('button', { name: 'Thử đoạn chữ' }).click();
  await sees(khai, 'Sẽ bị chặn');
  await isFine(khai, 'secrecy-try-pc');
  await khai.getByRole('button', { name: 'Quy tắc', exact: true }).click();
  await khai.getByRole('button', { name: 'Đề nghị sửa' }).waitFor();
  await isFine(khai, 'secrecy-rules-pc');
  await khai.getByRole('button', { name: 'Quét lại', exact: true }).click();
  await khai.getByRole('button', { name: 'Quét lại bây giờ' }).waitFor();
  await isFine(khai, 'secrecy-rescans-pc');
  await khai.getByRole('button', { name: /^Cán bộ, hướng dẫn/ }).click();
  await khai.getByRole('button', { name: 'Chỉ định cán bộ bảo mật' }).waitFor();
  await isFine(khai, 'secrecy-settings-pc');
});

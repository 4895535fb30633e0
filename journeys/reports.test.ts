import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';
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
import { choose, photo, sendTray } from './pictures.ts';
import { composer, message, sees } from './steps.ts';

// A message that looks secret: reported on a phone, looked into on a PC, withdrawn from every device, with a minute.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const WORD = 'tuyến tuần tra số 14';
const TEXT = `Gửi bảng kê ${WORD} phía tây`;
const WITHDRAWN = 'Tin này đã được thu hồi vì có dấu hiệu mật';

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

/** Everything that this browser keeps: its store and what the worker keeps of files. */
async function kept(page: Page): Promise<{ store: string; files: string[] }> {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).flatMap((it) => it.name ?? []);
    const all: unknown[] = [];
    for (const name of names) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(name);
        asked.addEventListener('success', () => resolve(asked.result));
        asked.addEventListener('error', () => reject(asked.error!));
      });
      for (const shelf of db.objectStoreNames) {
        all.push(
          await new Promise((resolve, reject) => {
            const asked = db.transaction(shelf).objectStore(shelf).getAll();
            asked.addEventListener('success', () => resolve(asked.result));
            asked.addEventListener('error', () => reject(asked.error!));
          }),
        );
      }
      db.close();
    }
    const files: string[] = [];
    for (const name of await caches.keys())
      for (const it of await (await caches.open(name)).keys()) if (it.url.includes('/f/')) files.push(it.url);
    return { store: JSON.stringify(all), files };
  });
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('reported by a member, opened and withdrawn by an officer; no device keeps anything of it', async () => {
  const group = await agency.group(STORM);
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });
  await choose(phuc, 'Ảnh/Video', [await photo('IMG_2041.jpg', 30)]);
  await composer(phuc).fill(TEXT);
  await sendTray(phuc);
  await message(thung, WORD).waitFor();
  await message(thung, WORD).getByRole('img').first().waitFor();
  await until(async () => (await kept(thung)).store.includes(WORD), 'that the phone keeps it');
  // As the worker keeps small pictures once it has taken over the page.
  const { rows: sent } = await sql<{ id: string }>`
    select f.file as id from message_files f join messages m on m.id = f.message where m.text = ${TEXT}`.execute(
    agency.house.db,
  );
  const thumb = `/f/${sent[0]!.id}/thumb`;
  await thung.evaluate(async (path) => (await caches.open('thumbs')).put(path, new Response('picture')), thumb);
  assert.ok((await kept(thung)).files.some((it) => it.endsWith(thumb)));

  // Reported on the phone.
  await message(thung, WORD).press('ContextMenu');
  const entry = thung.getByRole('menuitem', { name: 'Báo tin có dấu hiệu mật' });
  await entry.waitFor();
  await isFine(thung, 'report-menu-phone');
  await guidePicture(thung, 'bao-tin-mat-dt');
  await entry.click();
  const sheet = thung.getByRole('dialog', { name: 'Báo tin có dấu hiệu mật' });
  await sheet.getByRole('textbox', { name: /^Lý do/ }).fill('Trông như bảng kê không được gửi qua mạng');
  await isFine(thung, 'report-phone');
  await guidePicture(thung, 'bao-tin-mat-gui-dt');
  await thung.emulateMedia({ colorScheme: 'dark' });
  await isFine(thung, 'report-phone-dark');
  await thung.emulateMedia({ colorScheme: 'light' });
  await sheet.getByRole('button', { name: 'Báo cán bộ bảo mật' }).click();
  await sees(thung, 'Đã báo cán bộ bảo mật');
  await sheet.waitFor({ state: 'detached' });

  // On the writer's computer the same entry stands in the menu; nothing tells who has reported.
  await message(phuc, WORD).hover();
  await message(phuc, WORD).getByRole('button', { name: 'Tùy chọn tin nhắn' }).click();
  await phuc.getByRole('menuitem', { name: 'Báo tin có dấu hiệu mật' }).waitFor();
  await settled(phuc);
  await guidePicture(phuc, 'bao-tin-mat-may');
  await phuc.getByRole('menuitem', { name: 'Báo tin có dấu hiệu mật' }).click();
  await phuc.getByRole('dialog', { name: 'Báo tin có dấu hiệu mật' }).waitFor();
  await isFine(phuc, 'report-pc');
  await guidePicture(phuc, 'bao-tin-mat-gui-may');
  await phuc.keyboard.press('Escape');

  // Looked into by an officer.
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/reports' });
  await khai.getByRole('button', { name: 'Xem xét' }).first().waitFor();
  assert.equal(await khai.getByText(WORD).count(), 0);
  await isFine(khai, 'reports-pc');
  await guidePicture(khai, 'tin-duoc-bao-may');
  await khai.getByRole('button', { name: 'Xem xét' }).first().click();
  const desk = khai.getByRole('dialog', { name: STORM });
  await sees(desk, /Trông như bảng kê không được gửi qua mạng/);
  await isFine(khai, 'report-asked-pc');
  await desk.getByRole('button', { name: 'Mở tin' }).click();
  const sure = khai.getByRole('alertdialog', { name: 'Mở tin này để xem xét?' });
  await sure.getByRole('button', { name: 'Mở tin' }).click();
  await sees(desk, TEXT);
  await desk.getByRole('img').first().waitFor();
  await isFine(khai, 'report-opened-pc');
  await khai.emulateMedia({ colorScheme: 'dark' });
  await isFine(khai, 'report-opened-pc-dark');
  await khai.emulateMedia({ colorScheme: 'light' });
  await sees(thung, /đã mở một tin được báo có dấu hiệu mật để xem xét/);

  // Withdrawn.
  await desk.getByRole('button', { name: 'Thu hồi ở mọi nơi' }).click();
  await desk.getByRole('alert').filter({ hasText: 'Ghi rõ hơn' }).waitFor();
  await desk.getByRole('button', { name: 'Thuộc danh mục bí mật nhà nước', exact: true }).click();
  await desk.getByRole('button', { name: 'Thu hồi ở mọi nơi' }).click();
  const last = khai.getByRole('alertdialog', { name: 'Thu hồi tin này ở mọi nơi?' });
  await isFine(khai, 'withdraw-asked-pc');
  await last.getByRole('button', { name: 'Thu hồi ở mọi nơi' }).click();
  for (const page of [thung, phuc]) {
    await message(page, WITHDRAWN).waitFor();
    assert.equal(await page.getByText(WORD).count(), 0);
  }
  await sees(thung, /Cán bộ bảo mật đã thu hồi tin bạn báo/);
  await isFine(thung, 'withdrawn-phone');
  await thung.emulateMedia({ colorScheme: 'dark' });
  await isFine(thung, 'withdrawn-phone-dark');
  for (const page of [thung, phuc]) {
    await until(async () => {
      const { store, files } = await kept(page);
      return !store.includes(WORD) && files.length === 0;
    }, 'that the device keeps nothing of it');
  }

  // The minute: on the screen, and as a document; it counts the devices and tells nothing of what was said.
  await khai.getByRole('heading', { name: 'Biên bản thu hồi' }).waitFor();
  await until(async () => {
    await khai.getByRole('button', { name: 'Cập nhật số liệu' }).click();
    await settled(khai);
    return (await khai.getByText(/Đã xác nhận xóa xong: [2-9]/).count()) > 0;
  }, 'that two devices have said so');
  assert.equal(await khai.getByText(WORD).count(), 0);
  await isFine(khai, 'minute-pc');
  await guidePicture(khai, 'bien-ban-may');
  await khai.emulateMedia({ colorScheme: 'dark' });
  await isFine(khai, 'minute-pc-dark');
  await khai.emulateMedia({ colorScheme: 'light' });
  const [file] = await Promise.all([
    khai.waitForEvent('download'),
    khai.getByRole('button', { name: 'Tải DOCX' }).click(),
  ]);
  assert.match(file.suggestedFilename(), /^Bien-ban-thu-hoi-\d+-\d{4}\.docx$/);
  const bytes = await readFile(await file.path());
  assert.equal(bytes.subarray(0, 2).toString(), 'PK');
  assert.ok(bytes.length > 4_000);
  const { rows } = await sql`select from withdrawals`.execute(agency.house.db);
  assert.equal(rows.length, 1);
  await Promise.all([phuc, thung, khai].map(closeDevice));
});

test('on a phone the list of reports and a minute are read as well; a marked text says that it stays', async () => {
  const group = await agency.group(STORM);
  const khai = await agency.device(browser, 'phone', 'khai', { path: '/admin/reports' });
  await sees(khai, 'Không có tin nào chờ xử lý');
  await isFine(khai, 'reports-empty-phone');
  const { id } = await agency.as('phuc', 'message.send', { group, text: 'Danh sách trực cổng tuần này' });
  await agency.as('thung', 'report.make', { group, message: id });
  await khai.getByRole('button', { name: 'Hiện' }).click();
  await khai.getByRole('button', { name: 'Xem xét' }).waitFor();
  await isFine(khai, 'reports-phone');
  await guidePicture(khai, 'tin-duoc-bao-dt');
  await khai.getByRole('radio', { name: 'Đã xử lý' }).click();
  await khai.getByRole('link', { name: 'Biên bản' }).first().waitFor();
  await isFine(khai, 'reports-decided-phone');
  await khai.getByRole('link', { name: 'Biên bản' }).first().click();
  await sees(khai, /Đã báo xóa tới/);
  await isFine(khai, 'minute-phone');
  await guidePicture(khai, 'bien-ban-dt');
  await closeDevice(khai);

  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });
  await composer(thung).fill('LƯU HÀNH NỘI BỘ\nDự kiến phân công trực Tết');
  await sees(thung, 'Lưu hành nội bộ: tin này sẽ không chuyển tiếp được');
  await isFine(thung, 'handling-hint-phone');
  await thung.getByRole('button', { name: 'Gửi', exact: true }).click();
  const line = message(thung, 'Dự kiến phân công trực Tết');
  await line.getByText('Lưu hành nội bộ', { exact: true }).waitFor();
  await thung.getByRole('button', { name: 'Để sau' }).click();
  await isFine(thung, 'handling-phone');
  await guidePicture(thung, 'luu-hanh-noi-bo-dt');
  if (process.env.PICTURES) {
    const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
    await message(phuc, 'Dự kiến phân công trực Tết').waitFor();
    await isFine(phuc, 'handling-pc');
    await guidePicture(phuc, 'luu-hanh-noi-bo-may');
    await closeDevice(phuc);
  }
  await line.press('ContextMenu');
  await thung.getByRole('menuitem', { name: 'Báo tin có dấu hiệu mật' }).waitFor();
  assert.equal(await thung.getByRole('menuitem', { name: 'Chuyển tiếp' }).count(), 0);
  assert.equal(await thung.getByRole('menuitem', { name: 'Tạo ghi chú' }).count(), 0);
  await closeDevice(thung);
});

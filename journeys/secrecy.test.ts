import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { docxWith } from '../testing/documents.ts';
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
import { sendUnseen } from './pictures.ts';
import { composer, message, sees, write } from './steps.ts';

// What the guard refuses: said in its place, kept nowhere, appealed and answered; rules that two people change.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const CANARY = 'chim sẻ xanh 7391';
const TERM = 'phiếu chim lạc';
const STAMPED = 'PHIẾU CHIM LẠC';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const SECRET = `Độ mật: TUYỆT MẬT. Kế hoạch ${CANARY}`;

const paragraphs = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;

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
    const all: unknown[] = [
      JSON.stringify(Object.entries(localStorage)),
      JSON.stringify(Object.entries(sessionStorage)),
    ];
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
  await guidePicture(thung, 'tin-bi-chan-dt');
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
  await guidePicture(thung, 'bao-chan-nham-dt');
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
  await guidePicture(khai, 'ban-bao-mat-may');
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
  await Promise.all([thung, khai].map(closeDevice));
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
  await guidePicture(phuc, 'file-bi-chan-may');
  await phuc.getByRole('button', { name: 'Việc cần làm' }).click();
  await sees(phuc.getByRole('dialog'), 'Báo ngay cán bộ bảo mật của cơ quan.');
  await isFine(phuc, 'guard-steps-pc');
  await guidePicture(phuc, 'viec-can-lam-may');
  await phuc.getByRole('button', { name: 'Đã hiểu' }).click();

  // The same card stands for a text on a PC.
  await write(phuc, SECRET);
  await sees(phuc, 'Tin nhắn không được gửi');
  await settled(phuc);
  await guidePicture(phuc, 'tin-bi-chan-may');
  await phuc.getByRole('button', { name: 'Báo chặn nhầm' }).last().click();
  await phuc.getByRole('dialog', { name: 'Báo chặn nhầm' }).waitFor();
  await isFine(phuc, 'guard-appeal-pc');
  await guidePicture(phuc, 'bao-chan-nham-may');
  await closeDevice(phuc);
});

test('a marked document is refused as a marked text is', async () => {
  const group = await agency.group(STORM);
  const nga = await agency.device(browser, 'phone', 'nga', { path: `/chats/${group}` });
  const plan = { name: 'ke-hoach-rieng.docx', mimeType: DOCX, buffer: docxWith(paragraphs(SECRET)) };
  await sendUnseen(nga, [plan], 'Gửi các anh');
  await sees(nga, 'File không được gửi');
  await until(async () => !(await kept(nga)).includes('ke-hoach-rieng'), 'that nothing of the document is kept');
  assert.equal(await nga.getByText('ke-hoach-rieng').count(), 0);
  await isFine(nga, 'guard-file-phone');
  await guidePicture(nga, 'file-bi-chan-dt');
  await nga.getByRole('button', { name: 'Việc cần làm' }).click();
  await nga.getByRole('dialog').getByRole('button', { name: 'Đã hiểu' }).waitFor();
  await isFine(nga, 'guard-steps-phone');
  await guidePicture(nga, 'viec-can-lam-dt');
  await closeDevice(nga);
});

test('an officer is appointed, two people change the rules, and what was let pass before is withdrawn', async () => {
  const group = await agency.group(STORM);
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/secrecy/settings' });

  // Appointed by an administrator; the sender is told whom to call.
  await khai.getByRole('button', { name: 'Chỉ định cán bộ bảo mật' }).click();
  const choosing = khai.getByRole('dialog', { name: 'Chỉ định cán bộ bảo mật' });
  await choosing.getByRole('searchbox').fill('kim thoa');
  await choosing.getByText('Trương Thị Kim Thoa').filter({ visible: true }).first().click();
  await sees(khai, 'Đã chỉ định Trương Thị Kim Thoa');
  await isFine(khai, 'secrecy-settings-pc');

  // Let pass by the rules of the day.
  const old = `${STAMPED}\nTuần 47`;
  await agency.as('phuc', 'message.send', { group, text: old });
  await message(thung, STAMPED).waitFor();
  await until(async () => (await kept(thung)).includes(STAMPED), 'that the phone keeps it');

  // Proposed by the officer on a phone, who is in no group of these people.
  const thoa = await agency.device(browser, 'phone', 'thoa', { path: '/admin/secrecy/rules' });
  await thoa.getByRole('button', { name: 'Đề nghị sửa' }).click();
  await thoa.getByRole('button', { name: /^Từ ngữ của Chữ trên dấu/ }).click();
  const terms = thoa.getByRole('dialog').getByRole('textbox', { name: 'Từ ngữ' });
  await terms.fill(`${await terms.inputValue()}\n${TERM}`);
  await thoa.getByRole('dialog').getByRole('button', { name: 'Xong' }).click();
  await thoa.getByRole('button', { name: 'Gửi đề nghị' }).click();
  const proposing = thoa.getByRole('dialog', { name: 'Đề nghị sửa' });
  await sees(proposing, `+ ${TERM}`);
  await proposing.getByRole('textbox', { name: 'Lý do sửa' }).fill('Cơ quan có thêm một loại phiếu không gửi qua mạng');
  await isFine(thoa, 'secrecy-propose-phone');
  await proposing.getByRole('button', { name: 'Gửi đề nghị' }).click();
  await thoa.getByRole('button', { name: 'Rút đề nghị' }).waitFor();
  assert.equal(await thoa.getByRole('button', { name: 'Duyệt, dùng ngay' }).count(), 0);

  // Not in force before a second person has approved it, on another device.
  const tried = await agency.as('khai', 'ruleset.try', { text: old });
  assert.equal(tried.refused, false);
  await khai.getByRole('button', { name: /^Quy tắc/ }).click();
  await sees(khai, 'Trương Thị Kim Thoa đề nghị bản 2');
  await isFine(khai, 'secrecy-approve-pc');
  await khai.getByRole('button', { name: 'Duyệt, dùng ngay' }).click();
  await sees(khai, 'Đang dùng bản 2');
  await sees(thoa, 'Đang dùng bản 2');

  // The officer has everything looked at again, and withdraws what was found.
  await thoa.getByRole('button', { name: 'Quét lại', exact: true }).click();
  await thoa.getByRole('button', { name: 'Quét lại bây giờ' }).click();
  await thoa.getByRole('alertdialog').getByRole('button', { name: 'Quét lại bây giờ' }).click();
  await sees(thoa, 'Đã xong');
  await thoa.getByRole('button', { name: 'Kết quả' }).click();
  const findings = thoa.getByRole('dialog', { name: /^Kết quả quét/ });
  const row = findings.getByRole('listitem').filter({ hasText: 'Nguyễn Hoàng Phúc' });
  await row.waitFor();
  assert.equal(await thoa.getByText(TERM).count(), 0);
  await isFine(thoa, 'secrecy-findings-phone');
  await row.getByRole('button', { name: 'Thu hồi ở mọi nơi' }).click();
  await thoa.getByRole('alertdialog').getByRole('button', { name: 'Thu hồi ở mọi nơi' }).click();
  await row.getByText('Đã thu hồi', { exact: true }).waitFor();
  await message(thung, 'Tin này đã được thu hồi vì có dấu hiệu mật').waitFor();
  assert.equal(await thung.getByText(TERM).count(), 0);
  await until(async () => !(await kept(thung)).includes(STAMPED), 'that the phone keeps nothing of it');
  await row.getByRole('button', { name: 'Biên bản' }).click();
  await thoa.getByRole('heading', { name: 'Biên bản thu hồi' }).waitFor();
  await Promise.all([thung, thoa, khai].map(closeDevice));
});

test('the desk tries out, and its list is walked by keyboard and read on a phone', async () => {
  const khai = await agency.device(browser, 'pc', 'khai', { path: '/admin/secrecy' });

  // By keyboard alone: to the first refusal, into it, and back to where one was.
  const first = khai.getByRole('button', { name: /^Xem lượt chặn/ }).first();
  await first.waitFor();
  await khai.getByRole('button', { name: 'Kết xuất XLSX' }).focus();
  await khai.keyboard.press('Tab');
  await khai.keyboard.press('Tab');
  assert.ok(await first.evaluate((it) => it === document.activeElement));
  await khai.keyboard.press('Enter');
  await khai.getByRole('dialog', { name: 'Lượt chặn' }).waitFor();
  await settled(khai);
  await khai.keyboard.press('Escape');
  await khai.getByRole('dialog', { name: 'Lượt chặn' }).waitFor({ state: 'detached' });
  assert.ok(await first.evaluate((it) => it === document.activeElement));

  await khai.getByRole('button', { name: 'Thử', exact: true }).click();
  await khai.getByRole('textbox', { name: 'Đoạn chữ để thử' }).fill('Độ mật: TUYỆT MẬT');
  await khai.getByRole('button', { name: 'Thử đoạn chữ' }).click();
  await sees(khai, 'Sẽ bị chặn');
  await isFine(khai, 'secrecy-try-pc');
  await guidePicture(khai, 'thu-quy-tac-may');
  const chooser = khai.waitForEvent('filechooser');
  await khai.getByRole('button', { name: 'Chọn file để thử' }).click();
  const harmless = docxWith(paragraphs('Kế hoạch dọn vệ sinh sau lũ'));
  await (await chooser).setFiles({ name: 'don-ve-sinh.docx', mimeType: DOCX, buffer: harmless });
  await sees(khai, 'Được gửi');
  await closeDevice(khai);

  const phone = await agency.device(browser, 'phone', 'khai', { path: '/admin/secrecy' });
  await phone
    .getByRole('button', { name: /^Xem lượt chặn/ })
    .first()
    .waitFor();
  await isFine(phone, 'secrecy-desk-phone');
  await guidePicture(phone, 'ban-bao-mat-dt');
  await phone.getByRole('button', { name: 'Thử', exact: true }).click();
  await phone.getByRole('textbox', { name: 'Đoạn chữ để thử' }).fill('Độ mật: TUYỆT MẬT');
  await phone.getByRole('button', { name: 'Thử đoạn chữ' }).click();
  await sees(phone, 'Sẽ bị chặn');
  await isFine(phone, 'secrecy-try-phone');
  await guidePicture(phone, 'thu-quy-tac-dt');
  await closeDevice(phone);
});

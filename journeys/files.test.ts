import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { intoPhotos, walkUp } from '../testing/photos.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser, picture, settled } from './browser.ts';
import { choose, drawn, film, letter, photo, sendTray as send, tray } from './pictures.ts';
import { atRest, chatRow, composer, isCleared, message, openChat, sees } from './steps.ts';

// Photos, documents, films and voice messages: from one device to another, over a line that breaks, and found again later.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const STAFF = 'Cán bộ, công chức UBND xã Ia Grai';
const SLOW = { timeout: 60_000 };

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ microphone: true, worker: true });
});

after(() => browser?.close());

/** The whole program is on the device. */
const installed = (page: Page) =>
  page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, SLOW);

const viewer = (page: Page): Locator => page.locator('dialog.viewer');

test('an album with a caption goes from a phone to a PC, is looked through there, and found in kho lưu trữ', async () => {
  const thung = await agency.device(browser, 'phone', 'thung');
  const phuc = await agency.device(browser, 'pc', 'phuc');
  await openChat(phuc, STORM);
  await openChat(thung, STORM);
  await choose(thung, 'Ảnh/Video', [
    await photo('suoi-1.jpg', 150),
    await photo('suoi-2.jpg', 190, { tall: true }),
    await photo('suoi-3.jpg', 120),
    await photo('suoi-4.jpg', 90),
    await photo('suoi-5.jpg', 60),
  ]);
  await tray(thung)
    .getByText(/^5 file/)
    .waitFor();
  // In another order, and one less.
  await tray(thung).getByRole('button', { name: 'suoi-1.jpg, 1 trên 5' }).click();
  await thung.getByRole('menuitem', { name: 'Chuyển ra sau' }).click();
  await tray(thung).getByRole('button', { name: 'suoi-2.jpg, 1 trên 5' }).waitFor();
  await tray(thung).getByRole('button', { name: 'Bỏ suoi-5.jpg' }).click();
  await composer(thung).fill('Suối làng Grăng sáng nay');
  await settled(thung);
  await picture(thung, 'files/tray-phone');
  await send(thung);

  const sent = message(phuc, 'Suối làng Grăng sáng nay');
  await sent.waitFor(SLOW);
  await sent.scrollIntoViewIfNeeded();
  assert.equal(await sent.getByRole('img').count(), 4);
  await drawn(sent);
  await settled(phuc);
  await picture(phuc, 'files/album-pc');
  await drawn(message(thung, 'Suối làng Grăng sáng nay'));
  await message(thung, 'Suối làng Grăng sáng nay')
    .filter({ hasText: /Đã (gửi|nhận|xem)/ })
    .waitFor(SLOW);
  await picture(thung, 'files/album-phone');

  // Photos are made smaller on the phone, and carry nothing of where they were taken.
  await sent.getByRole('button').first().click();
  await viewer(phuc).getByText('Puih Thưng').waitFor();
  await drawn(viewer(phuc).locator('.viewer-stage'));
  await picture(phuc, 'files/viewer-pc');
  assert.match((await viewer(phuc).getByRole('group').getAttribute('aria-label')) ?? '', /suoi-2/);
  await phuc.keyboard.press('ArrowRight');
  await viewer(phuc).getByRole('group', { name: 'suoi-1.jpg' }).waitFor();
  await phuc.keyboard.press('+');
  await phuc.waitForFunction(() =>
    /scale/.test(document.querySelector<HTMLElement>('.viewer-picture')?.style.transform ?? ''),
  );
  await phuc.keyboard.press('Escape');
  await viewer(phuc).waitFor({ state: 'detached' });

  // On the phone the back gesture closes it, a swipe goes on.
  await message(thung, 'Suối làng Grăng sáng nay').getByRole('button').first().tap();
  await viewer(thung).waitFor();
  await drawn(viewer(thung).locator('.viewer-stage'));
  await settled(thung);
  await picture(thung, 'files/viewer-phone');
  await thung.goBack();
  await viewer(thung).waitFor({ state: 'detached' });
  await message(thung, 'Suối làng Grăng sáng nay').waitFor();

  await phuc.getByRole('link', { name: 'Kho lưu trữ' }).first().click();
  await phuc.getByRole('tab', { name: 'Ảnh/Video', selected: true }).waitFor();
  await phuc
    .getByRole('heading', { name: /^Tháng \d+\/\d{4}$/ })
    .first()
    .waitFor();
  const list = phuc.getByRole('list', { name: 'Kho lưu trữ, Ảnh/Video' });
  await drawn(list);
  await settled(phuc);
  await picture(phuc, 'files/store-pc');
  await list.getByRole('button').first().click();
  await viewer(phuc).getByRole('button', { name: 'Xem trong trò chuyện' }).click();
  await message(phuc, 'Suối làng Grăng sáng nay').waitFor(SLOW);
  await closeDevice(thung);
  await closeDevice(phuc);
});

test('documents dropped on a computer arrive as they are, whatever their names say', async () => {
  const phuc = await agency.device(browser, 'pc', 'phuc');
  const nga = await agency.device(browser, 'phone', 'nga');
  await openChat(phuc, STORM);
  await openChat(nga, STORM);
  const told: string[] = [];
  for (const page of [phuc, nga]) page.on('dialog', (it) => (told.push(it.message()), void it.dismiss()));

  const pdf = await letter('Công văn 1182-UBND-KT.pdf', 3);
  const bytes = pdf.buffer.toString('base64');
  await phuc.evaluate((base64) => {
    const from = new DataTransfer();
    const raw = Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
    from.items.add(new File([raw], 'Công văn 1182-UBND-KT.pdf', { type: 'application/pdf' }));
    from.items.add(new File(['Làng Yam;14'], '"><img src=x onerror=alert(1)>.csv', { type: 'text/csv' }));
    const log = document.querySelector('[role=log]')!;
    log.dispatchEvent(new DragEvent('dragover', { dataTransfer: from, bubbles: true, cancelable: true }));
    log.dispatchEvent(new DragEvent('drop', { dataTransfer: from, bubbles: true, cancelable: true }));
  }, bytes);
  await tray(phuc).waitFor(SLOW);
  await composer(phuc).fill('Công văn và biểu');
  await settled(phuc);
  await picture(phuc, 'files/tray-pc');
  await send(phuc);

  const sent = message(nga, 'Công văn và biểu');
  await sent.waitFor(SLOW);
  await sent.getByText('PDF · 3 trang').waitFor();
  assert.equal(await nga.locator('img[src="x"]').count(), 0);
  assert.deepEqual(told, []);
  await settled(nga);
  await picture(nga, 'files/documents-phone');
  await message(phuc, 'Công văn và biểu').getByText('PDF · 3 trang').waitFor(SLOW);
  await picture(phuc, 'files/documents-pc');

  // A screenshot is pasted; the words beside a picture of them are not taken for one.
  await phuc.evaluate(async () => {
    const canvas = document.createElement('canvas');
    const png = await new Promise<Blob>((done) => canvas.toBlob((it) => done(it!), 'image/png'));
    const paste = (more?: string): void => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([png], 'image.png', { type: 'image/png' }));
      if (more) clipboardData.setData('text/plain', more);
      const field = document.querySelector('textarea.composer-field')!;
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    };
    paste('14 hộ');
    paste();
  });
  await tray(phuc)
    .getByRole('button', { name: /^anh-\d{14}\.png, 1 trên 1/ })
    .waitFor(SLOW);
  await tray(phuc)
    .getByRole('button', { name: /^Bỏ anh-/ })
    .click();
  await tray(phuc).waitFor({ state: 'detached' });

  const coming = nga.waitForEvent('download');
  await sent.getByRole('link', { name: /^Tải về Công văn 1182/ }).click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), 'Công văn 1182-UBND-KT.pdf');
  const saved = await readFile(await download.path());
  assert.equal(createHash('sha256').update(saved).digest('hex'), createHash('sha256').update(pdf.buffer).digest('hex'));

  // Its first page can be looked at.
  await sent.getByRole('button', { name: /^Xem Công văn 1182/ }).click();
  await viewer(nga)
    .getByRole('img', { name: /^Trang đầu của Công văn/ })
    .waitFor();
  await drawn(viewer(nga).locator('.viewer-stage'));
  await picture(nga, 'files/first-page-phone');
  await nga.goBack();
  await closeDevice(nga);
  await closeDevice(phuc);
});

test('a voice message is recorded, heard again, sent, and heard by somebody else', async () => {
  const thung = await agency.device(browser, 'phone', 'thung');
  const phuc = await agency.device(browser, 'pc', 'phuc');
  await openChat(phuc, STORM);
  // Whoever looks at the newest line sees the next one come, however much was unread.
  await phuc.getByRole('log').press('End');
  await openChat(thung, STORM);
  // A microphone takes its time to wake.
  await thung.evaluate(() => {
    const { start } = MediaRecorder.prototype;
    MediaRecorder.prototype.start = function (slice) {
      setTimeout(() => start.call(this, slice), 1_500);
    };
  });
  await thung.getByRole('button', { name: 'Ghi âm', exact: true }).click();
  const recorder = thung.getByRole('dialog', { name: 'Ghi âm' });
  await sees(recorder, '0:03');
  await picture(thung, 'files/recording-phone');
  await recorder.getByRole('button', { name: 'Dừng và nghe lại' }).click();
  await recorder.getByRole('button', { name: /^Nghe: Tin nhắn thoại/ }).click();
  await recorder.getByRole('button', { name: 'Tạm dừng' }).waitFor();
  await picture(thung, 'files/recorded-phone');
  await recorder.getByRole('button', { name: 'Gửi tin nhắn thoại' }).click();
  await recorder.waitFor({ state: 'detached' });

  const play = phuc.getByRole('log').getByRole('button', { name: /^Nghe: Tin nhắn thoại 0:(0[3-9]|[1-5]\d)/ });
  await play.last().waitFor(SLOW);
  await settled(phuc);
  await picture(phuc, 'files/voice-pc');
  await play.last().click();
  await phuc.getByRole('log').getByRole('button', { name: 'Tạm dừng' }).waitFor();
  const seek = phuc.getByRole('log').getByRole('slider', { name: 'Vị trí nghe' }).last();
  await phuc.waitForFunction((it) => Number((it as HTMLInputElement).value) > 0.3, await seek.elementHandle());
  await phuc.getByRole('log').getByRole('button', { name: 'Tốc độ 1×' }).last().click();
  await phuc.getByRole('log').getByRole('button', { name: 'Tốc độ 1,5×' }).last().waitFor();
  // It ends by itself.
  await play.last().waitFor(SLOW);
  await phuc
    .getByRole('button', { name: 'Quay lại' })
    .or(phuc.getByRole('link', { name: 'Trò chuyện' }))
    .first()
    .waitFor();
  await chatRow(phuc, STORM, 'Tin nhắn thoại').waitFor();
  await closeDevice(thung);
  await closeDevice(phuc);
});

test('a film goes on where the line broke, also after the program was closed; text written meanwhile does not wait', async () => {
  const thung = await agency.device(browser, 'phone', 'thung');
  await openChat(thung, STORM);
  const clip = await film(thung, 'cau-tran.webm');
  // The program is whole on the device, as it is on every day but the first.
  await installed(thung);
  await thung.context().setOffline(true);
  await choose(thung, 'Ảnh/Video', [clip]);
  await composer(thung).fill('Cầu tràn đã ngập');
  await send(thung);
  const pending = message(thung, 'Cầu tràn đã ngập');
  await pending.getByText('Chờ tải lên').waitFor();
  await picture(thung, 'files/waiting-phone');
  await thung.context().setOffline(false);
  await thung.reload();
  await message(thung, 'Cầu tràn đã ngập')
    .filter({ hasText: /Đã (gửi|nhận|xem)/ })
    .waitFor(SLOW);
  await message(thung, 'Cầu tràn đã ngập').getByRole('button').first().tap();
  await thung.waitForFunction(
    () => (document.querySelector<HTMLVideoElement>('dialog video')?.currentTime ?? 0) > 0.2,
    undefined,
    SLOW,
  );
  await picture(thung, 'files/film-phone');
  await thung.goBack();
  await atRest(thung);
  await closeDevice(thung);
});

test('what cannot be sent is said in words, taken back, and nothing stays after signing out', async () => {
  const glenh = await agency.device(browser, 'phone', 'glenh');
  await openChat(glenh, STORM);
  // Sent before the server has seen the file: what is refused while it still lies in the composer stays there.
  await installed(glenh);
  await glenh.context().setOffline(true);
  await choose(glenh, 'File', [
    { name: 'Bao cao.pdf', mimeType: 'application/pdf', buffer: Buffer.from('Đây không phải PDF') },
  ]);
  await composer(glenh).fill('Báo cáo tuần');
  await send(glenh);
  await glenh.context().setOffline(false);
  const refused = message(glenh, 'Báo cáo tuần');
  await refused.getByText('File không được gửi').waitFor(SLOW);
  await refused.getByText('Nội dung file không đúng với đuôi tên').waitFor();
  await settled(glenh);
  await picture(glenh, 'files/refused-phone');
  await refused.getByRole('button', { name: 'Xóa' }).click();
  await refused.waitFor({ state: 'detached' });

  // A kind that is never taken is said before anything is sent.
  const chooser = glenh.waitForEvent('filechooser');
  await glenh.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
  await glenh.getByRole('menuitem', { name: 'File', exact: true }).click();
  await (
    await chooser
  ).setFiles([{ name: 'cai-dat.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') }]);
  await glenh.getByText('Không gửi được loại file này (.exe)').waitFor();

  // Unsent files are named when one signs out.
  await glenh.context().setOffline(true);
  await choose(glenh, 'Ảnh/Video', [await photo('chua-gui.jpg', 10)]);
  await send(glenh);
  await glenh.getByRole('button', { name: 'Quay lại' }).click();
  await glenh.getByRole('link', { name: /^Cá nhân/ }).click();
  await glenh.getByRole('button', { name: 'Đăng xuất', exact: true }).click();
  await glenh.getByText('1 tin chưa gửi sẽ mất.').waitFor();
  await glenh.context().setOffline(false);
  await glenh.getByRole('dialog').or(glenh.getByRole('alertdialog')).getByRole('button', { name: 'Đăng xuất' }).click();
  await isCleared(glenh);
  await closeDevice(glenh);
});

test('through a chat of photos to its beginning: what is out of sight is let go, what is read stays where it is', async () => {
  const group = await agency.group(STAFF);
  await intoPhotos(agency.house, group, 400);
  const nga = await agency.device(browser, 'phone', 'nga', { path: `/chats/${group}` });
  await nga.locator('[role=log] img.picture').first().waitFor();
  const walk = await nga.evaluate(walkUp, { photos: 400, stride: 0.5, patienceMs: 90_000 });
  assert.ok(walk.steps > 10, JSON.stringify(walk));
  assert.ok(walk.imagesMost <= 40, JSON.stringify(walk));
  assert.equal(walk.jumps, 0, JSON.stringify(walk));
  await closeDevice(nga);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

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
import { atRest, chatRow, composer, message, openChat, sees, write } from './steps.ts';

// What one does with messages: answer, forward, mark, copy, delete on one’s own side, write bold words and lists.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const STAFF = 'Cán bộ, công chức UBND xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ worker: true });
});

after(() => browser?.close());

const entry = (page: Page, name: string): Locator => page.getByRole('menuitem', { name, exact: true });

/** Somebody has read everything there: the chat opens at its end. */
async function haveRead(who: string, group: string): Promise<void> {
  const { at } = await agency.as(who, 'message.page', { group, limit: 1 });
  await agency.as(who, 'receipt.mark', { marks: [{ group, read: at }] });
}

/** Turns back in the log until this is there. */
async function scrollUpTo(page: Page, what: Locator): Promise<void> {
  for (let turn = 0; turn < 100 && !(await what.first().isVisible()); turn += 1) {
    await page.getByRole('log').evaluate((log) => log.scrollBy(0, -300));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  await what.first().scrollIntoViewIfNeeded();
  await atRest(page);
}

/** Opens the menu of a message as one does on this kind of device. */
async function menuOf(page: Page, text: string): Promise<void> {
  await message(page, text).locator('.bubble').first().click({ button: 'right' });
  await page.getByRole('menu', { name: 'Tùy chọn tin nhắn' }).waitFor();
}

/** One finger, from the middle of an element so far to the right. */
async function swipe(page: Page, what: Locator, by: number, midway?: () => Promise<void>): Promise<void> {
  const box = (await what.boundingBox())!;
  const [x, y] = [box.x + Math.min(60, box.width / 2), box.y + box.height / 2];
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: number): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: at === undefined ? [] : [{ x: at, y }] });
  await touch('touchStart', x);
  for (let step = 1; step <= 8; step += 1) await touch('touchMove', x + (by * step) / 8);
  await midway?.();
  await touch('touchEnd');
  await session.detach();
}

/** Waits until this stands in the field. */
async function says(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector<HTMLTextAreaElement>('.composer-field')?.value === wanted,
    text,
  );
}

async function isFine(page: Page, name: string): Promise<void> {
  // The day that floats while the log moves fades away.
  await page.locator('.log-floating-shown').waitFor({ state: 'detached' });
  await settled(page);
  await picture(page, `keeping/${name}`);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await sidewaysScroll(page), 0);
}

test('on a phone an answer is begun by a swipe, quotes what it answers, and leads back to it', async () => {
  const group = await agency.group(STORM);
  const ASKED = 'Đề nghị các thôn, làng rà soát hộ ven suối, báo cáo số hộ cần di dời *trước 16:00*.';
  const asked = await agency.as('phuc', 'message.send', { group, text: ASKED });
  for (let n = 1; n <= 14; n += 1) {
    agency.pass(61_000);
    await agency.as('nga', 'message.send', { group, text: `Đã nhận báo cáo thôn ${n}.` });
  }
  await haveRead('thung', group);
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });
  await message(thung, 'Đã nhận báo cáo thôn 14.').waitFor();
  await atRest(thung);
  await scrollUpTo(thung, message(thung, 'rà soát hộ ven suối'));

  const line = message(thung, 'rà soát hộ ven suối').first();
  await swipe(thung, line, 40);
  assert.equal(await thung.getByText('Đang trả lời').count(), 0);
  await swipe(thung, line, 80, () => picture(thung, 'keeping/swipe-phone'));
  const strip = thung.locator('.reply-strip');
  await strip.filter({ hasText: 'Nguyễn Hoàng Phúc' }).filter({ hasText: 'trước 16:00' }).waitFor();
  // Without the signs of the markup.
  assert.equal((await strip.textContent())!.includes('*'), false);
  await composer(thung).and(thung.locator(':focus')).waitFor();
  await isFine(thung, 'answering-phone');
  await guidePicture(thung, 'tra-loi-dt');
  await write(thung, '9/14 hộ cần di dời tối nay.');
  await strip.waitFor({ state: 'detached' });
  const answer = message(thung, '9/14 hộ cần di dời');
  const quote = answer.getByRole('button', { name: /Nguyễn Hoàng Phúc/ });
  await quote.waitFor();
  await atRest(thung);
  await isFine(thung, 'answered-phone');

  await quote.tap();
  const original = message(thung, 'báo cáo số hộ cần di dời').filter({ hasNotText: '9/14' });
  await thung.locator('.bubble-flash').filter({ hasText: 'rà soát hộ ven suối' }).waitFor();
  await picture(thung, 'keeping/led-phone');
  await thung.locator('.bubble-flash').waitFor({ state: 'detached' });
  assert.equal(await original.first().evaluate((it) => it === document.activeElement), true);

  // Recalled it says so, here and wherever it is quoted.
  await agency.as('phuc', 'message.recall', { group, message: asked.id });
  await thung.getByRole('button', { name: 'Tới tin mới nhất' }).tap();
  await answer.getByText('Tin gốc đã được thu hồi').waitFor();
  await atRest(thung);
  await isFine(thung, 'gone-phone');
  await closeDevice(thung);
});

test('on a computer several messages are picked with mouse and keys, copied and forwarded to several chats, in order', async () => {
  const group = await agency.group(STAFF);
  for (const [n, text] of [
    'Lịch trực ban tuần 47:',
    '- Thứ Hai: Siu H’Nga\n- Thứ Ba: Lê Hải Yến',
    'Ai đổi lịch báo văn phòng.',
  ].entries()) {
    agency.pass(n * 1_000);
    await agency.as('trung', 'message.send', { group, text });
  }
  const nga = await agency.device(browser, 'pc', 'nga', { path: `/chats/${group}` });
  await nga.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: agency.url });
  await message(nga, 'Ai đổi lịch').waitFor();
  await menuOf(nga, 'Lịch trực ban tuần 47');
  await isFine(nga, 'menu-pc');
  await guidePicture(nga, 'menu-tin-may');
  await entry(nga, 'Chọn nhiều').click();
  const bar = nga.getByRole('region', { name: 'Làm với các tin đã chọn' });
  await bar.getByText('Đã chọn 1').waitFor();
  await message(nga, 'Ai đổi lịch')
    .getByRole('checkbox', { name: 'Chọn tin nhắn' })
    .click({ modifiers: ['Shift'] });
  await bar.getByText('Đã chọn 3').waitFor();
  await isFine(nga, 'picked-pc');
  await guidePicture(nga, 'chon-nhieu-may');
  await bar.getByRole('button', { name: 'Sao chép' }).click();
  await nga.getByText('Đã sao chép 3 tin nhắn').waitFor();
  await composer(nga).waitFor();
  const copied = (await nga.evaluate(() => navigator.clipboard.readText())).split('\n');
  assert.match(copied[0]!, /^Đoàn Quang Trung \(.*\d\d:\d\d.*\): Lịch trực ban tuần 47:$/);
  assert.equal(copied.length, 4);

  // Keys: up to a message, R answers, Esc ends it, Space picks, Shift with the arrows goes on.
  await nga.getByRole('log').focus();
  await nga.keyboard.press('ArrowUp');
  await nga.keyboard.press('r');
  await nga.locator('.reply-strip').waitFor();
  await settled(nga);
  await guidePicture(nga, 'tra-loi-may');
  await composer(nga).press('Escape');
  await nga.locator('.reply-strip').waitFor({ state: 'detached' });
  await menuOf(nga, 'Ai đổi lịch');
  await entry(nga, 'Chọn nhiều').click();
  await message(nga, 'Ai đổi lịch').focus();
  await nga.keyboard.press('Shift+ArrowUp');
  await nga.keyboard.press('Shift+ArrowUp');
  await bar.getByText('Đã chọn 3').waitFor();
  await nga.keyboard.press('Escape');
  await composer(nga).waitFor();

  await menuOf(nga, 'Lịch trực ban tuần 47');
  await entry(nga, 'Chọn nhiều').click();
  await message(nga, 'Thứ Ba: Lê Hải Yến').getByRole('checkbox', { name: 'Chọn tin nhắn' }).click();
  await bar.getByRole('button', { name: 'Chuyển tiếp' }).click();
  const dialog = nga.getByRole('dialog', { name: 'Chuyển tiếp' });
  await dialog.getByText('2 tin nhắn').waitFor();
  await dialog.getByRole('searchbox', { name: 'Tìm trò chuyện' }).fill('bao lu');
  await dialog.getByRole('checkbox', { name: STORM }).click();
  await dialog.getByRole('searchbox', { name: 'Tìm trò chuyện' }).fill('hoang phuc');
  await dialog.getByRole('checkbox', { name: 'Nguyễn Hoàng Phúc' }).click();
  await isFine(nga, 'forward-pc');
  await dialog.getByRole('searchbox', { name: 'Tìm trò chuyện' }).fill('');
  await isFine(nga, 'forward-all-pc');
  await guidePicture(nga, 'chuyen-tiep-may');
  await dialog.getByRole('button', { name: 'Chuyển tiếp tới 2 trò chuyện' }).click();
  await nga.getByText('Đã chuyển tiếp tới 2 trò chuyện').waitFor();
  await openChat(nga, STORM);
  await message(nga, 'Thứ Ba: Lê Hải Yến').getByText(`Chuyển tiếp từ Đoàn Quang Trung, ${STAFF}`).waitFor();
  const said = await nga.getByRole('log').getByRole('article').filter({ hasText: 'Chuyển tiếp từ' }).allTextContents();
  assert.ok(said[0]!.includes('Lịch trực ban') && said[1]!.includes('Thứ Ba'));
  await atRest(nga);
  await isFine(nga, 'forwarded-pc');
  await closeDevice(nga);
});

test('forwarded without a line: it waits, and goes once there is one', async () => {
  const group = await agency.group(STAFF);
  await agency.as('trung', 'message.send', { group, text: 'Số điện thoại trực: 0269 3824 100.' });
  for (const it of [group, await agency.group(STORM)]) await haveRead('nga', it);
  const nga = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  await openChat(nga, STORM);
  await nga.getByRole('log').getByRole('article').first().waitFor();
  await nga.getByRole('button', { name: 'Quay lại' }).tap();
  await openChat(nga, STAFF);
  await message(nga, 'Số điện thoại trực').waitFor();
  await menuOf(nga, 'Số điện thoại trực');
  await isFine(nga, 'menu-phone');
  await guidePicture(nga, 'menu-tin-dt');
  await entry(nga, 'Chọn nhiều').tap();
  await nga.getByText('Đã chọn 1').waitFor();
  await isFine(nga, 'picked-phone');
  await guidePicture(nga, 'chon-nhieu-dt');
  await nga.goBack();
  await composer(nga).waitFor();
  await menuOf(nga, 'Số điện thoại trực');
  await nga.context().setOffline(true);
  await sees(nga, 'Chưa có mạng.');
  await entry(nga, 'Chuyển tiếp').tap();
  const dialog = nga.getByRole('dialog', { name: 'Chuyển tiếp' });
  await dialog.getByRole('checkbox', { name: STORM }).tap();
  await isFine(nga, 'forward-phone');
  await guidePicture(nga, 'chuyen-tiep-dt');
  await dialog.getByRole('button', { name: 'Chuyển tiếp tới 1 trò chuyện' }).tap();
  await nga.getByText('Sẽ chuyển tiếp khi có mạng').waitFor();
  await nga.getByRole('button', { name: 'Quay lại' }).tap();
  await openChat(nga, STORM);
  await message(nga, 'Số điện thoại trực').filter({ hasText: 'Chờ gửi' }).filter({ hasText: 'Chuyển tiếp' }).waitFor();
  await isFine(nga, 'waiting-phone');
  await nga.context().setOffline(false);
  await message(nga, 'Số điện thoại trực').getByText(`Chuyển tiếp từ Đoàn Quang Trung, ${STAFF}`).waitFor();
  await closeDevice(nga);
});

test('what is marked is found again under Cá nhân; what is deleted on one’s side is gone on all own devices, and can be undone', async () => {
  const group = await agency.group(STORM);
  const KEPT = 'Kho dự phòng: 40 áo phao, 12 xuồng, chìa khóa ở văn phòng.';
  const LAST = 'Cảm ơn các anh chị.';
  await agency.as('phuc', 'message.send', { group, text: KEPT });
  await agency.as('phuc', 'message.send', { group, text: LAST });
  await haveRead('phuong', group);
  const phone = await agency.device(browser, 'phone', 'phuong', { path: `/chats/${group}` });
  const pc = await agency.device(browser, 'pc', 'phuong', { path: '/me' });
  await message(phone, LAST).waitFor();
  await menuOf(phone, KEPT);
  await entry(phone, 'Đánh dấu').tap();
  await phone.getByText('Đã đánh dấu tin nhắn').waitFor();
  await message(phone, KEPT).getByRole('img', { name: 'đã đánh dấu' }).waitFor();

  await pc.getByRole('link', { name: 'Tin đã đánh dấu' }).click();
  const row = pc.getByRole('link', { name: new RegExp(STORM) }).filter({ hasText: '40 áo phao' });
  await row.waitFor();
  await isFine(pc, 'saved-pc');
  await guidePicture(pc, 'tin-danh-dau-may');
  await phone.getByRole('button', { name: 'Xem', exact: true }).tap();
  await phone
    .getByRole('link', { name: new RegExp(STORM) })
    .filter({ hasText: '40 áo phao' })
    .waitFor();
  await isFine(phone, 'saved-phone');
  await guidePicture(phone, 'tin-danh-dau-dt');
  await pc.getByRole('button', { name: 'Bỏ đánh dấu' }).click();
  await pc.getByText('Chưa có tin nào được đánh dấu').waitFor();
  await phone.getByText('Chưa có tin nào được đánh dấu').waitFor();
  await isFine(phone, 'saved-empty-phone');
  await pc.getByRole('button', { name: 'Hoàn tác' }).click();
  await row.waitFor();

  await phone.goto(`${agency.url}/chats/${group}`);
  await message(phone, LAST).waitFor();
  await pc.goto(`${agency.url}/chats`);
  await chatRow(pc, STORM, 'Phúc: Cảm ơn các anh chị.').waitFor();
  await menuOf(phone, LAST);
  await entry(phone, 'Xóa chỉ ở phía tôi').tap();
  await phone.getByText('Đã xóa tin nhắn ở phía bạn').waitFor();
  await message(phone, LAST).waitFor({ state: 'detached' });
  await isFine(phone, 'deleted-phone');
  await chatRow(pc, STORM, 'Phúc: Kho dự phòng').waitFor();
  await phone.getByRole('button', { name: 'Hoàn tác' }).tap();
  await message(phone, LAST).waitFor();
  await chatRow(pc, STORM, 'Phúc: Cảm ơn các anh chị.').waitFor();
  await closeDevice(phone);
  await closeDevice(pc);
});

test('bold, slanted, struck-out words and lists: by keys and buttons on a computer, from a sheet on a phone', async () => {
  const trung = await agency.device(browser, 'pc', 'trung');
  await openChat(trung, STAFF);
  const field = composer(trung);
  await field.pressSequentially('Kết luận giao ban');
  await field.press('Control+a');
  await field.press('Control+b');
  await says(trung, '*Kết luận giao ban*');
  await field.press('End');
  await field.press('Shift+Enter');
  await trung.getByRole('button', { name: 'Định dạng' }).click();
  await trung.getByRole('button', { name: 'Danh sách đánh số' }).click();
  await says(trung, '*Kết luận giao ban*\n1. ');
  await field.pressSequentially('Rà soát hộ ven suối');
  await field.press('Shift+Enter');
  await field.pressSequentially('Báo cáo trước _16:00_, ~thứ Năm~ thứ Sáu');
  assert.equal(
    await field.inputValue(),
    '*Kết luận giao ban*\n1. Rà soát hộ ven suối\n2. Báo cáo trước _16:00_, ~thứ Năm~ thứ Sáu',
  );
  await isFine(trung, 'writing-pc');
  await guidePicture(trung, 'dinh-dang-may');
  await field.press('Enter');
  const line = message(trung, 'Rà soát hộ ven suối');
  await line.locator('strong', { hasText: 'Kết luận giao ban' }).waitFor();
  assert.equal(await line.getByRole('listitem').count(), 2);
  assert.equal(await line.locator('em').textContent(), '16:00');
  assert.equal(await line.locator('s').textContent(), 'thứ Năm');
  await isFine(trung, 'written-pc');
  await closeDevice(trung);

  const yen = await agency.device(browser, 'phone', 'yen');
  await chatRow(yen, STAFF, 'Kết luận giao ban 1. Rà soát').waitFor();
  await openChat(yen, STAFF);
  await composer(yen).fill('Đã rõ');
  await composer(yen).evaluate((it: HTMLTextAreaElement) => it.select());
  await yen.getByRole('button', { name: 'Thêm vào tin nhắn' }).tap();
  await entry(yen, 'Định dạng').tap();
  await yen.getByRole('dialog', { name: 'Định dạng' }).waitFor();
  await isFine(yen, 'format-phone');
  await guidePicture(yen, 'dinh-dang-dt');
  await yen.getByRole('button', { name: /^Đậm/ }).tap();
  await says(yen, '*Đã rõ*');
  await closeDevice(yen);
});

test('the longest message, the longest name and a quote of it all stand as they should', async () => {
  const group = await agency.group(STAFF);
  await haveRead('phuc', group);
  const long = `*Báo cáo* ${'công tác phòng, chống thiên tai '.repeat(230)}`.slice(0, 7_990);
  const first = await agency.as('trung', 'message.send', {
    group,
    text: '- *Một* việc _rất *dài* và lồng nhau_\n  + ~bỏ~ ý con: https://gialai.gov.vn/van-ban/694_STTTT*CNTT\n- Số 694/STTTT-CNTT, điện thoại 0905 318 462\n\n12. Mục mười hai',
  });
  await agency.as('nga', 'message.send', { group, text: long, reply: first.id });
  for (const kind of ['phone', 'pc'] as const) {
    const page = await agency.device(browser, kind, 'phuc', { path: `/chats/${group}`, dark: kind === 'pc' });
    await message(page, 'Mục mười hai').first().waitFor();
    await atRest(page);
    await isFine(page, `long-${kind}`);
    await message(page, 'Mục mười hai').first().scrollIntoViewIfNeeded();
    await atRest(page);
    await isFine(page, `nested-${kind}`);
    await closeDevice(page);
  }
});

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
import { message, sees } from './steps.ts';

// A reminder: made of what somebody wrote, answered without a line, answered for somebody else, seen by unit, moved, called off, told at its time.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const SAID = 'Mời các đồng chí dự họp rút kinh nghiệm ứng phó bão số 13, 14h thứ Sáu tuần sau tại Hội trường UBND xã.';
const TITLE = 'Họp rút kinh nghiệm ứng phó bão số 13';
const HOUR = 3_600_000;

let agency: Agency;
let browser: Browser;
let group: string;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ worker: true });
  group = await agency.group(STORM);
});

after(() => browser?.close());

/** A card in the conversation, by the title of what it stands for. */
const card = (page: Page, title: string): Locator =>
  page.getByRole('log').getByRole('group', { name: `Nhắc hẹn: ${title}` });

/** Somebody has read everything: the conversation opens at its end. */
async function hasRead(...keys: readonly ('thung' | 'loc' | 'phuc')[]): Promise<void> {
  for (const key of keys) {
    const { messages } = await agency.as(key, 'message.page', { group, limit: 1 });
    await agency.as(key, 'receipt.mark', { marks: [{ group, read: messages.at(-1)!.seq }] });
  }
}

/** The device has seen that there is no line. */
async function offline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await sees(page, 'Chưa có mạng');
}

async function isFine(page: Page, name: string): Promise<void> {
  await settled(page);
  await picture(page, `reminders/${name}`);
  assert.deepEqual(await accessibilityFaults(page), [], name);
  assert.equal(await sidewaysScroll(page), 0, name);
}

/** Tomorrow and two hours, on the hour. */
const ahead = (): number => Math.ceil(agency.now().getTime() / HOUR + 26) * HOUR;

test('a leader makes a reminder out of what somebody wrote, by the sun or by the moon', async () => {
  await agency.as('nga', 'message.send', { group, text: SAID });
  await hasRead('phuc');
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  await message(phuc, SAID).click({ button: 'right' });
  await phuc.getByRole('menuitem', { name: 'Tạo nhắc hẹn' }).click();

  const form = phuc.getByRole('dialog', { name: 'Tạo nhắc hẹn' });
  // The words themselves said when and where.
  assert.equal(await form.getByLabel('Giờ', { exact: true }).inputValue(), '14:00');
  assert.equal(await form.getByLabel(/^Địa điểm hoặc link họp/).inputValue(), 'Hội trường UBND xã');
  await form.getByLabel('Tiêu đề').fill(TITLE);
  await form.getByLabel('Lặp lại').selectOption({ label: 'Hằng tuần vào thứ Sáu' });
  await form.getByRole('status').filter({ hasText: 'Hằng tuần vào thứ Sáu. Những lần tới:' }).waitFor();
  await form.getByLabel('Lặp đến').selectOption({ label: 'Sau một số lần' });
  await form.getByLabel('Số lần').fill('3');
  await form.getByText('Hằng tuần vào thứ Sáu, 3 lần. Những lần tới:').waitFor();
  await settled(phuc);
  await guidePicture(phuc, 'nhac-hen-tao-may');
  await isFine(phuc, 'form-pc');

  // By the moon: the same day, and the rhythms of the other calendar.
  await form.getByRole('radio', { name: 'Âm lịch' }).click();
  await form.getByText(/^Thứ Sáu \d\d\/\d\d\/\d{4} \(\d+\/\d+( nhuận)? âm lịch\)$/).waitFor();
  await form.getByLabel('Lặp lại').selectOption({ label: 'Hằng tháng vào mùng 1 và rằm âm lịch' });
  await form.getByRole('status').filter({ hasText: 'Hằng tháng vào mùng 1 và rằm âm lịch' }).waitFor();
  await isFine(phuc, 'form-lunar-pc');
  await form.getByRole('radio', { name: 'Dương lịch' }).click();
  await form.getByLabel('Lặp lại').selectOption({ label: 'Hằng tuần vào thứ Sáu' });
  await form.getByRole('button', { name: 'Tạo nhắc hẹn' }).click();
  await card(phuc, TITLE).getByText('Hội trường UBND xã').waitFor();
  await isFine(phuc, 'card-pc');
  await guidePicture(phuc, 'nhac-hen-may');
  await closeDevice(phuc);
});

test('on the phone what is begun is kept; made without a line it waits on the board and goes once', async () => {
  const phuc = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${group}/board` });
  const make = phuc.getByRole('button', { name: 'Tạo nhắc hẹn' });
  await make.tap();
  const form = phuc.getByRole('dialog', { name: 'Tạo nhắc hẹn' });
  await form.getByLabel('Tiêu đề').fill('Giỗ Tổ Hùng Vương');
  await form.getByRole('button', { name: 'Đóng' }).tap();
  await form.waitFor({ state: 'detached' });
  await make.tap();
  assert.equal(await form.getByLabel('Tiêu đề').inputValue(), 'Giỗ Tổ Hùng Vương');
  await isFine(phuc, 'form-phone');
  await guidePicture(phuc, 'nhac-hen-tao-dt');
  await offline(phuc);
  await form.getByRole('button', { name: 'Tạo nhắc hẹn' }).tap();
  const waiting = phuc.getByRole('list', { name: 'Nhắc hẹn chờ gửi' });
  await waiting.getByText('Giỗ Tổ Hùng Vương').waitFor();
  await isFine(phuc, 'waiting-phone');
  await phuc.context().setOffline(false);
  await waiting.waitFor({ state: 'detached' });
  await phuc.getByRole('group', { name: 'Nhắc hẹn: Giỗ Tổ Hùng Vương' }).waitFor();
  await isFine(phuc, 'board-phone');
  await closeDevice(phuc);
});

test('it is answered on the phone without a line, declined with a reason, and somebody else is sent', async () => {
  const title = 'Họp giao ban đầu tuần Ban Chỉ huy phòng thủ dân sự';
  const wish = { title, place: 'Phòng họp số 2', start: ahead(), minutes: 90, early: [30], urgency: 1 };
  const { id: reminder } = await agency.as('phuc', 'reminder.create', { group, ...wish });
  await hasRead('thung', 'loc');
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });
  const mine = card(thung, title);
  await mine.getByRole('button', { name: 'Tham gia' }).waitFor();
  await isFine(thung, 'card-phone');
  await guidePicture(thung, 'nhac-hen-dt');
  await offline(thung);
  await mine.getByRole('button', { name: 'Tham gia' }).tap();
  await mine.getByText(/Bạn đã chọn Tham gia.*Chưa có mạng, sẽ gửi sau/).waitFor();
  await mine.getByText('1 tham gia').waitFor();
  await isFine(thung, 'answered-offline-phone');
  assert.equal(await answerOf('thung', reminder), undefined);
  await thung.context().setOffline(false);
  await mine.getByText('Chưa có mạng, sẽ gửi sau').waitFor({ state: 'detached' });
  await answered('thung', reminder, 'accepted');
  await mine.getByText('1 tham gia').waitFor();

  // Somebody else goes instead: chosen on the phone, and told to them.
  const loc = await agency.device(browser, 'phone', 'loc', { path: `/chats/${group}` });
  await card(loc, title).getByRole('button', { name: 'Cách trả lời khác' }).tap();
  await loc.getByRole('menuitem', { name: 'Cử người dự thay' }).tap();
  const pick = loc.getByRole('dialog', { name: 'Cử người dự thay' });
  await pick.getByRole('searchbox').fill('thung');
  await pick.getByRole('button', { name: /Puih Thưng/ }).waitFor();
  await isFine(loc, 'substitute-phone');
  await pick.getByRole('button', { name: /Puih Thưng/ }).tap();
  await card(loc, title).getByText('Bạn đã cử Puih Thưng dự thay').waitFor();
  await closeDevice(loc);
  await mine.getByText(/^Bạn dự thay /).waitFor();

  // Thought over: declining says why.
  await mine.getByRole('button', { name: 'Đổi câu trả lời' }).tap();
  await mine.getByRole('button', { name: 'Từ chối' }).tap();
  await thung.getByRole('button', { name: 'Đi công tác' }).tap();
  await isFine(thung, 'decline-phone');
  await thung.getByRole('button', { name: 'Gửi từ chối' }).tap();
  await mine.getByText(/Bạn đã chọn Từ chối.*Lý do: Đi công tác/).waitFor();
  await isFine(thung, 'declined-phone');
  await closeDevice(thung);

  // Who has made it sees who comes, who does not and why, by unit.
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}/reminders/${reminder}` });
  await phuc.getByRole('tab', { name: /Từ chối/ }).click();
  await phuc.getByText('“Đi công tác”').waitFor();
  await phuc.getByRole('tab', { name: /Cử người dự thay/ }).click();
  await phuc.getByText(/cử Puih Thưng dự thay/).waitFor();
  await phuc.getByRole('tab', { name: /Chưa trả lời/ }).click();
  await phuc
    .getByRole('button', { name: /đã trả lời/ })
    .first()
    .waitFor();
  await isFine(phuc, 'details-pc');
  await guidePicture(phuc, 'nhac-hen-tra-loi-may');
  const download = phuc.waitForEvent('download');
  await phuc.getByRole('button', { name: 'Kết xuất' }).click();
  assert.equal((await download).suggestedFilename(), 'nhac-hen.xlsx');
  await phuc.getByRole('searchbox', { name: 'Tìm người, đơn vị' }).fill('sieu nhan');
  await phuc.getByText('Không tìm thấy', { exact: false }).waitFor();
  await closeDevice(phuc);
  const leader = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${group}/reminders/${reminder}` });
  await leader
    .getByRole('button', { name: /đã trả lời/ })
    .first()
    .waitFor();
  await isFine(leader, 'details-phone');
  await guidePicture(leader, 'nhac-hen-tra-loi-dt');
  await closeDevice(leader);
});

const LONG =
  'Kiểm tra thực địa 12 điểm có nguy cơ sạt lở, ngập sâu dọc suối Ia Grai từ làng Grăng đến đập tràn làng Jút trước khi bão số 13 đổ bộ';

test('it is told at its time; who has answered is asked again when it moves, and told when it is called off', async () => {
  const start = ahead();
  const place = 'Tập trung tại trụ sở UBND xã, mang áo mưa, ủng';
  const wish = { group, title: LONG, place, urgency: 2, early: [1_440, 30], start, minutes: 180 };
  const { id: reminder } = await agency.as('phuc', 'reminder.create', wish);
  await agency.as('thung', 'reminder.answer', { group, reminder, at: null, answer: 'accepted' });
  await hasRead('thung');
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}`, dark: true });
  await card(thung, LONG).getByText('Bạn đã chọn Tham gia').waitFor();
  await isFine(thung, 'long-phone-dark');

  const soon = { group, title: 'Báo cáo nhanh thiệt hại', start: agency.now().getTime() + 3_000, early: [] };
  await agency.as('phuc', 'reminder.create', soon);
  // Made, then due: two cards, and the second says that it is now.
  await card(thung, soon.title).nth(1).getByText('Đang diễn ra').waitFor({ timeout: 30_000 });

  const phuc = await agency.device(browser, 'pc', 'phuc', {
    path: `/chats/${group}/reminders/${reminder}`,
    dark: true,
  });
  const more = phuc.getByRole('button', { name: 'Việc khác với nhắc hẹn' });
  await phuc.getByRole('tab', { name: /Tham gia/ }).click();
  await phuc
    .getByRole('link', { name: /Puih Thưng/ })
    .first()
    .waitFor();
  await isFine(phuc, 'details-long-pc-dark');
  await more.click();
  await phuc.getByRole('menuitem', { name: 'Sửa nhắc hẹn' }).click();
  const form = phuc.getByRole('dialog', { name: 'Sửa nhắc hẹn' });
  await form.getByLabel('Giờ', { exact: true }).fill('06:30');
  await form.getByLabel('Ngày', { exact: true }).fill(dayAfter(start, 2));
  await form.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await phuc.getByText('Đã lưu. Những người liên quan được báo.').waitFor();
  await card(thung, LONG).last().getByText('Thời gian đã đổi. Bạn vui lòng trả lời lại.').waitFor();
  await card(thung, LONG).last().getByText('Đã đổi thời gian').waitFor();
  await isFine(thung, 'changed-phone-dark');

  await more.click();
  await phuc.getByRole('menuitem', { name: 'Hủy nhắc hẹn' }).click();
  const cancel = phuc.getByRole('dialog', { name: /^Hủy nhắc hẹn/ });
  await cancel.getByRole('button', { name: 'Thời tiết xấu' }).click();
  await isFine(phuc, 'cancel-pc-dark');
  await cancel.getByRole('button', { name: 'Hủy nhắc hẹn' }).click();
  await card(thung, LONG).last().getByText('Lý do: Thời tiết xấu').waitFor();
  await isFine(thung, 'cancelled-phone-dark');
  await closeDevice(thung);
  await closeDevice(phuc);
});

test('one time of several is called off and taken back', async () => {
  const wish = { group, title: 'Trực ban 24/24', start: ahead(), early: [30] };
  const { id } = await agency.as('phuc', 'reminder.create', { ...wish, repeat: { every: 'workday' } });
  const path = `/chats/${group}/reminders/${id}`;
  const phuc = await agency.device(browser, 'pc', 'phuc', { path });
  const times = phuc.getByRole('list', { name: 'Chọn một lần để xem và trả lời lần đó.' }).getByRole('button');
  await times.nth(1).click();
  await phuc.getByRole('button', { name: 'Việc khác với nhắc hẹn' }).click();
  await phuc.getByRole('menuitem', { name: 'Hủy lần này' }).click();
  await phuc.getByRole('button', { name: 'Hủy lần này' }).click();
  await times.filter({ hasText: 'đã hủy' }).waitFor();
  await phuc.getByRole('button', { name: 'Hoàn tác' }).click();
  await times.filter({ hasText: 'đã hủy' }).waitFor({ state: 'detached' });
  await isFine(phuc, 'times-pc');
  await closeDevice(phuc);

  const thung = await agency.device(browser, 'phone', 'thung', { path, dark: true });
  await thung.getByRole('button', { name: 'Tham gia' }).waitFor();
  await isFine(thung, 'times-phone-dark');
  await closeDevice(thung);
});

/** What the server holds of somebody’s answer. */
async function answerOf(key: string, reminder: string): Promise<string | undefined> {
  const { reminder: it } = await agency.as(key, 'reminder.get', { group, reminder });
  return it.near[0]?.mine?.answer;
}

/** Waits until the server holds this answer: a line that is back is seen before what waited for it is sent. */
async function answered(key: string, reminder: string, answer: string): Promise<void> {
  const since = Date.now();
  while ((await answerOf(key, reminder)) !== answer) {
    if (Date.now() - since > 30_000) throw new Error(`the answer of ${key} did not become ${answer}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** As the field of a day takes it, so many days later. */
function dayAfter(at: number, days: number): string {
  return new Date(at + days * 24 * HOUR + 7 * HOUR).toISOString().slice(0, 10);
}

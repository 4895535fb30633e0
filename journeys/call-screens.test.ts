import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { readXlsx } from 'hucre/xlsx';
import type { Browser, Locator, Page } from 'playwright-core';

import { openTestJanus } from '../testing/janus.ts';
import type { TestJanus } from '../testing/janus.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled, sidewaysScroll, SIZES } from './browser.ts';
import { message } from './steps.ts';

// What is seen of a call, on a phone and a computer: who rings, who is in it, what leaders do, and what stays in the conversation.

let agency: Agency;
let browser: Browser;
let janus: TestJanus;

before(async () => {
  janus = await openTestJanus({ rtp: '24000-24999' });
  agency = await openAgency({ env: janus.env });
  browser = await openBrowser({ microphone: true });
});

after(async () => {
  await browser?.close();
  await janus?.stop();
});

/** The screen as it stands, and nothing wrong with it. */
async function looks(page: Page, name: string): Promise<void> {
  await settled(page);
  await picture(page, `calls/${name}`);
  assert.equal(await sidewaysScroll(page), 0, name);
  assert.deepEqual(await accessibilityFaults(page), [], name);
}

const ring = (page: Page): Locator => page.getByRole('alertdialog');
const press = (where: Page | Locator, name: string | RegExp): Promise<void> =>
  where.getByRole('button', { name, exact: true }).click();
/** The call over the whole window. */
const room = (page: Page): Locator => page.getByRole('dialog', { name: /^Cuộc gọi:/ });
const clock = (page: Page): Locator => page.getByRole('timer');
const record = (page: Page): Locator => page.getByRole('log').locator('.call-record').last();

async function pairOf(a: string, b: string): Promise<string> {
  return (await agency.as(a, 'group.openPair', { account: agency.person(b).id })).group;
}

test('between two: it rings on the phone and is declined with words; it rings on the computer and is answered, made small and ended', async () => {
  const group = await pairOf('phuc', 'nga');
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  const nga = await agency.device(browser, 'phone', 'nga', { path: '/chats' });

  await press(phuc, 'Gọi thoại');
  await room(phuc).getByText('Đang gọi…').waitFor();
  await ring(nga).getByRole('heading', { name: 'Nguyễn Hoàng Phúc' }).waitFor();
  await looks(nga, 'ring-phone');
  await looks(phuc, 'calling-pc');
  await press(ring(nga), 'Nhắn lời khác');
  await looks(nga, 'decline-words-phone');
  await nga
    .getByRole('dialog', { name: 'Từ chối và nhắn' })
    .getByLabel('Lời khác')
    .fill('Tôi xuống xã, 15 giờ gọi lại');
  await press(nga, 'Từ chối và gửi');
  await ring(nga).waitFor({ state: 'detached' });
  await room(phuc).getByText('Đã từ chối').waitFor();
  await picture(phuc, 'calls/over-pc');
  await room(phuc).waitFor({ state: 'detached' });
  await message(phuc, 'Tôi xuống xã, 15 giờ gọi lại').waitFor();
  await record(phuc).getByText('Đã từ chối').waitFor();
  await looks(phuc, 'record-declined-pc');

  // The other way round, with pictures.
  await nga.goto(`${agency.url}/chats/${group}`);
  await press(nga, 'Gọi video');
  await room(nga).getByText('Đang gọi…').waitFor();
  await ring(phuc).waitFor();
  await looks(phuc, 'ring-pc');
  await looks(nga, 'calling-video-phone');
  // Whoever is writing goes on writing: the card takes no focus, and Enter alone answers nothing.
  assert.equal(await ring(phuc).evaluate((it) => it.contains(document.activeElement)), false);
  await phuc.keyboard.press('Alt+c');
  assert.equal(await ring(phuc).evaluate((it) => it.contains(document.activeElement)), true);
  await phuc.keyboard.press('Enter');
  assert.equal(await ring(phuc).count(), 1);
  await ring(phuc).getByRole('button', { name: 'Trả lời', exact: true }).focus();
  await phuc.keyboard.press('Enter');
  for (const page of [nga, phuc]) await clock(page).waitFor();
  await nga.waitForFunction(
    () => [...document.querySelectorAll('video')].filter((it) => it.videoWidth > 0).length === 2,
  );
  await phuc.waitForFunction(() => document.querySelectorAll('.call-tile-large video').length === 1);
  await looks(nga, 'pair-video-phone');
  await looks(phuc, 'pair-video-pc');

  // The keys, while the focus is in the call.
  await phuc.keyboard.press('m');
  await room(phuc).getByRole('button', { name: 'Bật mic', exact: true }).waitFor();
  await nga.getByText(', mic tắt').first().waitFor({ state: 'attached' });
  await phuc.keyboard.press('m');
  await room(phuc).getByRole('button', { name: 'Tắt mic', exact: true }).waitFor();

  // Esc hangs nothing up: it makes the call small, and the app is there again.
  await phuc.keyboard.press('Escape');
  await room(phuc).waitFor({ state: 'detached' });
  await clock(phuc).waitFor();
  await looks(phuc, 'small-pc');
  await nga.goBack();
  await room(nga).waitFor({ state: 'detached' });
  await looks(nga, 'small-phone');
  await phuc
    .getByRole('region', { name: /^Cuộc gọi:/ })
    .getByRole('button', { name: 'Mở cuộc gọi' })
    .last()
    .click();
  await room(phuc).waitFor();
  await press(room(phuc), 'Kết thúc');
  await room(phuc).waitFor({ state: 'detached' });
  await record(phuc)
    .getByText(/^\d+:\d\d$/)
    .waitFor();
  await looks(phuc, 'record-pair-pc');

  await closeDevice(phuc);
  await closeDevice(nga);
});

/** A group of their own: the conversation of the storm stays as the demo has it. Phúc owns it, Nga is an ordinary member. */
async function team(): Promise<string> {
  const members = ['nga', 'thung', 'bich', 'phuong', 'vinh', 'tu', 'loc'].map((key) => agency.person(key).id);
  const name = 'Ban Chỉ huy phòng thủ dân sự xã Ia Grai';
  return (await agency.as('phuc', 'group.create', { kind: 'coordination', name, members })).group;
}

test('in a group: asked how, six in it, hands and leaders, the lobby, and who took part', async () => {
  const group = await team();
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  const nga = await agency.device(browser, 'phone', 'nga', { path: '/chats', dark: true });
  const thung = await agency.device(browser, 'phone', 'thung', { path: '/chats' });

  await press(phuc, 'Gọi nhóm');
  const sheet = phuc.getByRole('dialog', { name: 'Gọi nhóm' });
  await sheet.getByRole('radio', { name: 'Chọn người' }).check();
  await looks(phuc, 'start-pc');
  await sheet.getByRole('button', { name: /Chọn người/ }).click();
  await phuc.getByRole('checkbox', { name: /Siu H’Nga/ }).check();
  await phuc.getByRole('checkbox', { name: /Puih Thưng/ }).check();
  await phuc.getByRole('checkbox', { name: /Ksor H’Bích/ }).check();
  await looks(phuc, 'choose-pc');
  await press(phuc, 'Xong');
  await sheet.getByText('Đã chọn 3/50').waitFor();
  await sheet.getByRole('combobox', { name: 'Độ khẩn' }).selectOption('Khẩn');
  await sheet.getByRole('button', { name: 'Gọi 3 người' }).click();
  await room(phuc).waitFor();
  await ring(nga).waitFor();
  await looks(nga, 'ring-group-phone-dark');
  await press(ring(nga), 'Trả lời');
  await clock(nga).waitFor();
  await press(ring(thung), 'Trả lời');
  const [open] = (await agency.as('phuc', 'call.open', {})).calls;
  const call = open!.id;
  await agency.as('bich', 'call.decline', { group, call });
  for (const key of ['phuong', 'tu', 'loc']) await agency.as(key, 'call.join', { group, call, mic: key === 'tu' });
  await room(nga).getByText('6 người', { exact: true }).waitFor();
  await press(room(nga), 'Giơ tay');
  await room(nga).getByRole('button', { name: 'Bỏ tay' }).waitFor();
  await room(phuc).getByText('giơ tay', { exact: true }).waitFor({ state: 'attached' });
  await press(room(thung), 'Bật camera');
  await nga.waitForFunction(() => [...document.querySelectorAll('video')].some((it) => it.videoWidth > 0));
  await looks(nga, 'grid-phone');
  await looks(phuc, 'grid-pc');
  await looks(thung, 'grid-own-camera-phone');

  await press(room(phuc), 'Thêm việc trong cuộc gọi');
  await looks(phuc, 'more-pc');
  await phuc.getByRole('menuitem', { name: 'Xem người đang nói' }).click();
  await looks(phuc, 'speaker-pc');
  await press(room(nga), 'Thêm việc trong cuộc gọi');
  await looks(nga, 'more-phone');
  await nga.getByRole('menuitem', { name: 'Xem người đang nói' }).click();
  await looks(nga, 'speaker-phone');
  await press(room(phuc), 'Loa, micrô, camera');
  await press(phuc, 'Thử micrô');
  await press(phuc, 'Xem thử camera');
  await phuc.getByLabel('Hình từ camera của bạn').waitFor();
  await looks(phuc, 'devices-pc');
  await phuc.keyboard.press('Escape');

  // Leaders silence; whoever was silenced is told.
  await press(room(phuc), 'Người tham gia');
  const people = phuc.getByRole('dialog', { name: 'Người tham gia' });
  await people.getByText('Đã gọi, chưa vào').waitFor();
  await looks(phuc, 'people-pc');
  await press(people, 'Tắt mic mọi người');
  await room(nga).getByRole('alert').filter({ hasText: 'đã tắt mic của bạn' }).waitFor();
  await picture(nga, 'calls/silenced-phone');

  // The lobby: who comes now waits until they are let in.
  await people.getByRole('switch', { name: 'Phòng chờ' }).check();
  const vinh = await agency.device(browser, 'phone', 'vinh', { path: `/chats/${group}` });
  await vinh.getByRole('button', { name: 'Tham gia' }).first().waitFor();
  await looks(vinh, 'going-phone');
  await vinh.getByRole('button', { name: 'Tham gia' }).first().click();
  await room(vinh).getByText('Đang chờ trưởng, phó nhóm cho vào').waitFor();
  await looks(vinh, 'waiting-phone');
  await people.getByRole('button', { name: /^Cho vào: / }).waitFor();
  await looks(phuc, 'lobby-pc');
  await people.getByRole('button', { name: /^Cho vào: / }).click();
  await clock(vinh).waitFor();
  await closeDevice(vinh);

  await phuc.keyboard.press('Escape');
  await people.waitFor({ state: 'detached' });
  await press(room(nga), 'Người tham gia');
  await nga.getByRole('dialog', { name: 'Người tham gia' }).waitFor();
  await looks(nga, 'people-phone');
  await nga.keyboard.press('Escape');

  await press(room(phuc), 'Thêm việc trong cuộc gọi');
  await phuc.getByRole('menuitem', { name: 'Kết thúc với mọi người' }).click();
  await phuc.getByRole('alertdialog').getByRole('button', { name: 'Kết thúc với mọi người' }).click();
  await room(nga).getByText('Cuộc gọi đã kết thúc').waitFor();
  await picture(nga, 'calls/over-phone');
  for (const page of [phuc, nga]) await room(page).waitFor({ state: 'detached' });

  // Its record leads to who took part.
  await record(phuc)
    .getByText(/^\d+:\d\d · 7 người$/)
    .waitFor();
  await looks(phuc, 'record-group-pc');
  await record(phuc).getByRole('link', { name: 'Cuộc gọi nhóm' }).click();
  await phuc.getByText('Được gọi, không vào').waitFor();
  await looks(phuc, 'attendance-pc');
  const [file] = await Promise.all([phuc.waitForEvent('download'), press(phuc, 'Kết xuất')]);
  assert.equal(file.suggestedFilename(), 'diem-danh-cuoc-goi.xlsx');
  const { sheets } = await readXlsx(await readFile(await file.path()));
  const rows = sheets[0]!.rows.map((row) => row.map(String));
  assert.equal(rows[0]![0], 'Họ và tên');
  assert.equal(rows.length, 9);
  assert.equal(rows.filter((row) => row[3] === 'Có tham gia').length, 7);
  await nga.goto(`${agency.url}/chats/${group}`);
  await record(nga).getByRole('link', { name: 'Cuộc gọi nhóm' }).click();
  await nga.getByText('Đã tham gia').first().waitFor();
  await looks(nga, 'attendance-phone-dark');

  for (const page of [phuc, nga, thung]) await closeDevice(page);
});

test('a call that was missed says so in red, and is called back from where it stands', async () => {
  const group = await pairOf('loc', 'tu');
  const tu = await agency.device(browser, 'pc', 'tu', { path: '/me' });
  await tu.getByRole('button', { name: /^Ngôn ngữ/ }).click();
  await tu.getByRole('radio', { name: 'English' }).click();
  await tu.keyboard.press('Escape');
  await tu.goto(`${agency.url}/chats/${group}`);
  const { call } = await agency.as('loc', 'call.start', { group, kind: 'voice' });
  await ring(tu).getByText('Incoming voice call').first().waitFor();
  await looks(tu, 'ring-pc-en');
  await tu.setViewportSize({ width: 320, height: 640 });
  await looks(tu, 'ring-narrow-en');
  await tu.setViewportSize(SIZES.pc);
  await agency.as('loc', 'call.end', { group, call: call.id });
  await ring(tu).waitFor({ state: 'detached' });
  await record(tu).getByText('Missed call').waitFor();
  await looks(tu, 'record-missed-pc-en');
  await record(tu).getByRole('button', { name: 'Call back' }).click();
  const calling = tu.getByRole('dialog', { name: /^Call:/ });
  await calling.getByText('Calling…').waitFor();
  await press(calling, 'End');
  await calling.waitFor({ state: 'detached' });
  await closeDevice(tu);
});

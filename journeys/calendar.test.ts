import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import ICAL from 'ical.js';
import type { Browser, Page } from 'playwright-core';

import { civilDate, dayOf, startOfDay } from '../features/reminders/rules/civil.ts';
import { addMonths, isoOf, mondayOf } from '../features/calendar/rules.ts';
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
import { chatRow, composer } from './steps.ts';

// What is to come stands in a calendar, on a phone and on a PC, and goes to the calendar one has already; what waits is answered in one place.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const MEETING = 'Kiểm tra hồ chứa Ia Hrung';
const LONG =
  'Nộp báo cáo tổng hợp thiệt hại do mưa lũ gây ra trên địa bàn xã Ia Grai về Văn phòng Ban Chỉ huy phòng thủ dân sự tỉnh';
const ASKED = 'Đề nghị các đồng chí đọc kỹ kế hoạch di dời.';
const POLL = 'Chọn điểm tập kết vật tư của đội xung kích';

let agency: Agency;
let browser: Browser;
/** Midday of a Wednesday is far from every edge of a day and a week. */
const NOW = new Date('2026-11-25T12:00:00+07:00');
const TODAY = dayOf(NOW.getTime());
const at = (day: number, clock: string): number => {
  const [hour, minute] = clock.split(':').map(Number) as [number, number];
  return startOfDay(day) + (hour * 60 + minute) * 60_000;
};

before(async () => {
  agency = await openAgency({ at: NOW });
  browser = await openBrowser({ worker: true });
  const group = await agency.group(STORM);
  const plain = { group, minutes: 60, early: [30] };
  await agency.as('phuc', 'reminder.create', {
    ...plain,
    title: MEETING,
    place: 'Hồ Ia Hrung',
    start: at(TODAY + 1, '14:00'),
  });
  await agency.as('phuc', 'reminder.create', {
    ...plain,
    title: LONG,
    start: at(TODAY, '16:00'),
    repeat: { every: 'workday' },
  });
  await agency.as('phuc', 'reminder.create', {
    ...plain,
    title: 'Thắp hương nhà rông',
    wholeDay: true,
    minutes: 1_440,
    start: startOfDay(TODAY + 1),
    repeat: { every: 'lunarMonth', days: [1, 15] },
  });
  const { id } = await agency.as('phuc', 'reminder.create', {
    ...plain,
    title: 'Họp thôn 4',
    start: at(TODAY + 2, '19:00'),
  });
  await agency.as('phuc', 'reminder.cancel', { group, reminder: id, reason: 'mưa to' });
  await agency.as('phuc', 'poll.create', {
    group,
    question: POLL,
    choices: ['Nhà văn hóa thôn 2', 'Trường TH Lê Lợi', 'Sân UBND xã'],
    endsAt: at(TODAY + 1, '17:00'),
  });
  await agency.as('phuc', 'message.send', { group, text: ASKED, ask: true });
});

after(() => browser?.close());

async function isSound(page: Page): Promise<void> {
  await settled(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await sidewaysScroll(page), 0);
}

const cell = (page: Page, day: number) => page.locator(`[data-day="${isoOf(day)}"]`);

test('the month is walked with keys, a day shows what it has, and leads to it', async () => {
  const page = await agency.device(browser, 'pc', 'nga', { path: '/work/calendar' });
  await cell(page, TODAY).waitFor();
  await page.locator('.day-title', { hasText: MEETING }).first().waitFor();
  await isSound(page);
  await picture(page, 'calendar/month-pc');
  await guidePicture(page, 'lich-may');
  await cell(page, TODAY).focus();
  await page.keyboard.press('ArrowRight');
  const list = page.locator('.day-section');
  await list.getByRole('link', { name: MEETING }).waitFor();
  assert.equal(await cell(page, TODAY + 1).getAttribute('aria-selected'), 'true');
  assert.match(
    await cell(page, TODAY + 1)
      .locator('.unseen')
      .innerText(),
    /âm lịch, \d+ nhắc hẹn$/,
  );
  await page.keyboard.press('Home');
  assert.equal(
    await page.evaluate(() => (document.activeElement as HTMLElement).dataset['day']),
    isoOf(mondayOf(TODAY)),
  );
  await page.keyboard.press('PageDown');
  const there = addMonths(mondayOf(TODAY), 1);
  await page.waitForFunction((day) => (document.activeElement as HTMLElement)?.dataset['day'] === day, isoOf(there));
  await page.getByRole('heading', { name: `Tháng ${civilDate(there).month}/${civilDate(there).year}` }).waitFor();
  await page.getByRole('button', { name: 'Hôm nay' }).click();

  await page.getByRole('radio', { name: 'Tuần' }).click();
  await page.locator('.calendar-week').waitFor();
  await page.locator('.day-title-off', { hasText: 'Họp thôn 4' }).waitFor();
  await isSound(page);
  await picture(page, 'calendar/week-pc');
  await page.getByRole('radio', { name: 'Danh sách' }).click();
  await page.locator('.calendar-agenda').waitFor();
  await isSound(page);
  await picture(page, 'calendar/agenda-pc');
  await page.locator('.calendar-agenda').getByRole('link', { name: MEETING }).click();
  await page.waitForURL(/\/chats\/.*\/reminders\//);
  await closeDevice(page);
});

test('on a phone months are swiped, and a reminder is made on the chosen day', async () => {
  const phone = await agency.device(browser, 'phone', 'phuc', { path: `/chats/${await agency.group(STORM)}/calendar` });
  await cell(phone, TODAY).waitFor();
  await phone.locator('.day-dot').first().waitFor();
  await isSound(phone);
  await picture(phone, 'calendar/month-phone');
  const box = (await phone.locator('.calendar-grid').boundingBox())!;
  const client = await phone.context().newCDPSession(phone);
  const y = box.y + box.height / 2;
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number): Promise<unknown> =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  await touch('touchStart', 260);
  for (let x = 250; x >= 120; x -= 10) await touch('touchMove', x);
  await touch('touchEnd', 120);
  const next = civilDate(addMonths(TODAY, 1));
  await phone.getByRole('heading', { name: `Tháng ${next.month}/${next.year}` }).waitFor();
  // By the mouse: a finger that comes right after a swipe stops what still moves, and presses nothing.
  await phone.getByRole('button', { name: 'Tháng trước' }).click();
  await phone.getByRole('heading', { name: 'Tháng 11/2026' }).waitFor();
  await cell(phone, TODAY + 1).tap();
  await phone.locator('.day-section').getByRole('link', { name: MEETING }).waitFor();
  await isSound(phone);
  await guidePicture(phone, 'lich-dt');
  await phone.getByRole('radio', { name: 'Tuần' }).tap();
  await phone.locator('.calendar-week').waitFor();
  await isSound(phone);
  await picture(phone, 'calendar/week-phone');
  await phone.getByRole('radio', { name: 'Tháng' }).tap();
  await cell(phone, TODAY + 3).tap();
  await phone.getByRole('button', { name: /^Tạo nhắc hẹn/ }).tap();
  await phone.getByRole('dialog', { name: 'Tạo nhắc hẹn' }).waitFor();
  await picture(phone, 'calendar/make-phone');
  await closeDevice(phone);
});

test('what waits over all groups is answered where it stands, and the badge goes with it', async () => {
  const phone = await agency.device(browser, 'phone', 'nga', { path: '/chats' });
  await chatRow(phone, STORM).waitFor();
  const tab = phone.locator('nav.tabs a[href="/work"]');
  await tab.getByText(/việc đang chờ bạn$/).waitFor({ state: 'attached', timeout: 30_000 });
  const waiting = async (): Promise<number> => Number.parseInt((await tab.locator('.badge').innerText()) || '0', 10);
  const first = await waiting();
  await tab.tap();
  await phone.getByRole('heading', { name: 'Hạn trong hôm nay' }).waitFor();
  await phone.locator('.work-item', { hasText: MEETING }).waitFor();
  await isSound(phone);
  await picture(phone, 'calendar/work-phone');
  await guidePicture(phone, 'viec-dt');
  const asked = phone.locator('.work-item', { hasText: ASKED });
  await asked.getByRole('button', { name: 'Xác nhận đã đọc' }).tap();
  await asked.getByText('Đã xác nhận').waitFor();
  const meeting = phone.locator('.work-item', { hasText: MEETING });
  await meeting.getByRole('button', { name: 'Tham gia' }).tap();
  await meeting.getByText('Bạn đã chọn Tham gia').waitFor();
  await phone.waitForFunction(
    (n) => document.querySelector('nav.tabs .badge-red')?.textContent?.startsWith(String(n)) ?? false,
    first - 2,
  );
  await phone.getByRole('button', { name: /^Bình chọn/ }).tap();
  await phone.locator('.work-item', { hasText: POLL }).waitFor();
  await phone.getByRole('button', { name: /^Nhắc hẹn/ }).tap();
  await phone.locator('.work-item', { hasText: MEETING }).waitFor();

  // What was seen is there without a line too.
  await phone.context().setOffline(true);
  await phone.getByRole('link', { name: 'Lịch của tôi' }).tap();
  await phone.goBack();
  await phone.locator('.work-item', { hasText: MEETING }).waitFor();
  await phone.context().setOffline(false);
  await closeDevice(phone);

  const pc = await agency.device(browser, 'pc', 'nga', { path: '/work' });
  await pc.locator('.work-item', { hasText: POLL }).waitFor();
  await cell(pc, TODAY).waitFor();
  await isSound(pc);
  await picture(pc, 'calendar/work-pc');
  await guidePicture(pc, 'viec-may');
  await closeDevice(pc);
});

test('the calendar one has already fetches it by an address that is shown once', async () => {
  const page = await agency.device(browser, 'phone', 'nga', { path: '/work/calendar' });
  await page.getByRole('button', { name: 'Đưa lịch vào điện thoại, Outlook' }).tap();
  await page.getByRole('button', { name: 'Tạo địa chỉ' }).tap();
  const code = page.locator('.feed-code');
  await code.waitFor();
  await isSound(page);
  await picture(page, 'calendar/feed-phone');
  const address = await code.innerText();
  const read = async (): Promise<string[]> => {
    const text = await (await fetch(address)).text();
    return new ICAL.Component(ICAL.parse(text))
      .getAllSubcomponents('vevent')
      .map((it) => String(it.getFirstPropertyValue('summary')));
  };
  assert.ok((await read()).every((it) => it === 'Bận'));
  await page.getByRole('switch', { name: 'Hiện tên và địa điểm nhắc hẹn' }).tap();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('.feed-titles input')?.disabled === false);
  assert.ok((await read()).includes(MEETING));
  await page.getByRole('button', { name: 'Tắt địa chỉ' }).tap();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Tắt địa chỉ' }).tap();
  await page.getByText('Chưa có địa chỉ nào.').waitFor();
  assert.equal((await fetch(address)).status, 404);
  await closeDevice(page);
});

test('a group’s calendar is reached from its options', async () => {
  const page = await agency.device(browser, 'phone', 'nga', { path: `/chats/${await agency.group(STORM)}` });
  await composer(page).waitFor();
  await page
    .getByRole('link', { name: 'Tùy chọn' })
    .or(page.getByRole('button', { name: 'Tùy chọn' }))
    .first()
    .tap();
  await page.getByRole('link', { name: 'Lịch nhắc hẹn' }).tap();
  await cell(page, TODAY).waitFor();
  await closeDevice(page);
});

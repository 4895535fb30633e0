import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import type { Browser, Page } from 'playwright-core';

import { Program } from '../testing/program.ts';
import { accessibilityFaults, closeDevice, openBrowser, openDevice, picture, sidewaysScroll } from './browser.ts';
import { write } from './steps.ts';

// The program as an operator starts it for the first time: the page it prints, and from there to the first message.

let program: Program;
let browser: Browser;
let link: string;

before(async () => {
  browser = await openBrowser();
  program = await Program.create();
  await program.start();
  const deadline = Date.now() + 10_000;
  let printed: RegExpExecArray | null;
  while (!(printed = /http:\/\/\S+(\/setup#\S+)/.exec(program.said))) {
    assert.ok(Date.now() < deadline, program.said);
    await wait(20);
  }
  link = `http://localhost:${program.port}${printed[1]}`;
});
after(async () => {
  await browser?.close();
  await program?.remove();
});

async function looksRight(page: Page, name: string): Promise<void> {
  await picture(page, `first-run/${name}`);
  assert.deepEqual(await accessibilityFaults(page), [], name);
  assert.equal(await sidewaysScroll(page), 0, `${name} does not scroll sideways`);
}

test('the page of the first run says what is ready and what is wrong', async () => {
  for (const [kind, dark] of [
    ['phone', false],
    ['phone', true],
    ['pc', false],
    ['pc', true],
  ] as const) {
    const page = await openDevice(browser, kind, { dark });
    const look = `${kind}-${dark ? 'dark' : 'light'}`;
    await page.goto(link);
    await page.getByText('Mã thiết lập trong cửa sổ lệnh đã được nhận.').waitFor();
    await page.getByText('SMS đang ghi vào tệp trên máy chủ, chưa gửi thật').filter({ visible: true }).waitFor();
    await looksRight(page, `setup-${look}`);
    await page.getByLabel('Số điện thoại di động').fill('0905 31 84');
    await page.getByRole('button', { name: 'Hoàn tất và vào trò chuyện' }).click();
    await page.getByText('Số còn thiếu 2 chữ số. Ví dụ 0905 318 462.').waitFor();
    await page.getByText('Chọn tỉnh, xã hoặc phường.').waitFor();
    await looksRight(page, `setup-errors-${look}`);
    await closeDevice(page);
  }
});

test('without the link the code is asked for, and a wrong one is said', async () => {
  const page = await openDevice(browser, 'pc');
  await page.goto(`http://localhost:${program.port}/`);
  await page.waitForURL('**/setup');
  await page.getByLabel('Mã thiết lập').fill('K7QF-2M9X');
  await fillIn(page);
  await page.getByRole('button', { name: 'Hoàn tất và vào trò chuyện' }).click();
  await page.getByText('Mã không đúng. Xem lại trong cửa sổ lệnh.').waitFor();
  await looksRight(page, 'setup-wrong-code-pc-light');
  await closeDevice(page);
});

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('Tên cơ quan').fill('Ủy ban nhân dân xã Ia Grai');
  await page.getByRole('button', { name: /Địa bàn/ }).click();
  await page.getByRole('searchbox').fill('thi tran ia kha');
  await page.getByRole('button', { name: /^Xã Ia Grai/ }).click();
  await page.getByLabel('Họ và tên').fill('Siu H’Nga');
  await page.getByLabel('Số điện thoại di động').fill('0905 318 464');
}

test('from the set-up page to the first sent message in less than a minute', async () => {
  const page = await openDevice(browser, 'pc');
  const began = Date.now();
  await page.goto(link);
  await fillIn(page);
  await page.getByRole('button', { name: 'Hoàn tất và vào trò chuyện' }).click();
  await page.waitForURL('**/chats');
  await page.goto(`http://localhost:${program.port}/groups/new`);
  await page.getByRole('textbox', { name: 'Tên nhóm' }).fill('Văn phòng UBND xã');
  await page.getByRole('button', { name: 'Dán danh sách số' }).click();
  await page.getByRole('textbox', { name: 'Danh sách số, mỗi dòng một số' }).fill('0905 318 465');
  await page.getByRole('button', { name: 'Đọc danh sách' }).click();
  await page.getByText('Đã mời', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Xong' }).click();
  await page.getByText('Công việc', { exact: true }).click();
  await page.getByRole('button', { name: /^Tạo nhóm/ }).click();
  await write(page, 'Xin chào cả nhà');
  await page.getByRole('log').getByText('Xin chào cả nhà').waitFor();
  assert.ok(Date.now() - began < 60_000, `${Date.now() - began} ms`);
  await picture(page, 'first-run/first-message');

  // The link is of no more use.
  const late = await openDevice(browser, 'phone');
  await late.goto(link);
  await late.getByRole('button', { name: 'Nhận mã đăng nhập' }).waitFor();
  await late.getByText('Trò chuyện công việc của Ủy ban nhân dân xã Ia Grai').waitFor();
  await closeDevice(late);
  await closeDevice(page);
});

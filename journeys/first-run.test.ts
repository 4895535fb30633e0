import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { Program } from '../testing/program.ts';
import { accessibilityFaults, closeDevice, openBrowser, openDevice, sidewaysScroll } from './browser.ts';
import { messageSays, sees } from './steps.ts';

// An operator starts the program for the first time, opens the address that it prints, and writes the first message.

let program: Program;
let browser: Browser;

before(async () => {
  program = await Program.create();
  await program.start();
  browser = await openBrowser({ worker: true });
});

after(async () => {
  await browser?.close();
  await program?.remove();
});

/** The address as the terminal shows it, with the set-up code behind the hash. */
function printed(): URL {
  const found = /http:\/\/\S+\/setup#\S+/.exec(program.said)?.[0];
  assert.ok(found, `no address to set it up at:\n${program.said}`);
  return new URL(found);
}

const finish = (page: Page): Locator => page.getByRole('button', { name: 'Hoàn tất và vào trò chuyện' });

test('without the link: the page asks for the code, refuses a wrong one, and says of each field what to write', async () => {
  const page = await openDevice(browser, 'phone');
  // Whatever is opened in a house that is not set up leads there.
  await page.goto(`${printed().origin}/chats`);
  await page.getByRole('heading', { name: 'Thiết lập lần đầu' }).waitFor();

  await finish(page).tap();
  for (const sentence of [
    'Mã không đúng. Xem lại trong cửa sổ lệnh.',
    'Ghi tên cơ quan. Ví dụ Ủy ban nhân dân xã Ia Grai.',
    'Chọn tỉnh, xã hoặc phường.',
    'Ghi họ và tên. Ví dụ Siu H’Nga.',
    'Hãy gõ số điện thoại di động. Ví dụ 0905 318 462.',
  ]) {
    await page.getByText(sentence).waitFor();
  }
  // The first of them is under the finger.
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid')), 'true');
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.equal(await sidewaysScroll(page), 0);

  await page.getByRole('textbox', { name: 'Mã thiết lập' }).fill('2222-2222');
  await page.getByRole('textbox', { name: 'Tên cơ quan' }).fill('UBND xã Ia Grai');
  await page.getByRole('textbox', { name: 'Họ và tên' }).fill('Siu H’Nga');
  const phone = page.getByRole('textbox', { name: 'Số điện thoại di động' });
  await phone.fill('0905 318 4');
  await phone.blur();
  await page.getByText('Số còn thiếu 2 chữ số. Ví dụ 0905 318 462.').waitFor();
  await phone.fill('02693824001');
  await phone.blur();
  await page.getByText('Đây là số máy bàn.', { exact: false }).waitFor();
  await phone.fill('+84 905.318.464');
  await page.getByRole('button', { name: /^Địa bàn/ }).tap();
  await page.getByRole('searchbox', { name: 'Tìm địa bàn' }).fill('thị trấn Ia Kha');
  await page.getByRole('button', { name: /^Xã Ia Grai.*23764/ }).tap();
  // The help contact may be somebody else.
  await page.getByRole('checkbox', { name: 'Chính là quản trị viên ở trên' }).uncheck();
  await finish(page).tap();
  await page.getByText('Số chưa đúng. Ví dụ 0269 3 600 114 hoặc 0905 318 462.').waitFor();
  await page.getByRole('checkbox', { name: 'Chính là quản trị viên ở trên' }).check();
  await finish(page).tap();
  await page.getByText('Mã không đúng. Xem lại trong cửa sổ lệnh.').waitFor();
  assert.equal(
    await page.getByRole('textbox', { name: 'Tên cơ quan' }).inputValue(),
    'UBND xã Ia Grai',
    'nothing is lost',
  );
  await closeDevice(page);
});

test('from the printed address to the first sent message in under a minute', async () => {
  const page = await openDevice(browser, 'pc');
  await page.goto(printed().href);
  await page.getByText('Mã thiết lập trong cửa sổ lệnh đã được nhận.').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Mã thiết lập' }).count(), 0);
  // What is not as it should be in earnest is said before anything is typed.
  await page.getByText('SMS đang ghi vào tệp trên máy chủ, chưa gửi thật').filter({ visible: true }).waitFor();

  const begun = performance.now();
  let presses = 0;
  let letters = 0;
  const press = async (on: Locator): Promise<void> => {
    presses += 1;
    await on.click();
  };
  const type = async (into: Locator, text: string): Promise<void> => {
    letters += text.length;
    await into.pressSequentially(text);
  };

  // The first field has the focus; a press leads to each of the others.
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT');
  await type(page.getByRole('textbox', { name: 'Tên cơ quan' }), 'UBND xã Ia Grai');
  await press(page.getByRole('button', { name: /^Địa bàn/ }));
  await type(page.getByRole('searchbox', { name: 'Tìm địa bàn' }), 'ia grai');
  await press(page.getByRole('button', { name: /^Xã Ia Grai.*23764/ }));
  await press(page.getByRole('textbox', { name: 'Họ và tên' }));
  await type(page.getByRole('textbox', { name: 'Họ và tên' }), 'Siu H’Nga');
  await press(page.getByRole('textbox', { name: 'Số điện thoại di động' }));
  await type(page.getByRole('textbox', { name: 'Số điện thoại di động' }), '0905318464');
  await press(finish(page));

  await page.getByText('Chưa có trò chuyện nào').waitFor();
  await press(page.getByRole('link', { name: 'Tạo nhóm' }));
  await press(page.getByRole('button', { name: 'Dán danh sách số' }));
  await type(page.getByRole('textbox', { name: 'Danh sách số, mỗi dòng một số' }), '0905318462');
  await press(page.getByRole('button', { name: 'Đọc danh sách' }));
  await press(page.getByRole('button', { name: 'Xong' }));
  await press(page.getByRole('textbox', { name: 'Tên nhóm' }));
  await type(page.getByRole('textbox', { name: 'Tên nhóm' }), 'Lãnh đạo xã');
  await press(page.getByRole('button', { name: /^Tạo nhóm với 1 thành viên/ }));
  const field = page.getByRole('textbox', { name: /^Soạn tin nhắn tới/ });
  await field.waitFor();
  await type(field, 'Chào anh Phúc.');
  presses += 1;
  await field.press('Enter');
  await messageSays(page, 'Chào anh Phúc.', 'Đã gửi');

  const seconds = (performance.now() - begun) / 1000;
  assert.ok(seconds < 60, `${seconds.toFixed(1)} s`);
  // What a person does in that minute: more presses or letters than these would no longer fit into it.
  assert.ok(presses <= 13 && letters <= 80, `${presses} presses, ${letters} letters`);
  await closeDevice(page);
});

test('once it is set up, the set-up page leads others to signing in, and says whom to call', async () => {
  const page = await openDevice(browser, 'phone');
  await page.goto(printed().href);
  await page.getByRole('textbox', { name: 'Số điện thoại di động' }).waitFor();
  await page.waitForURL(/\/sign-in$/);
  await page.getByText('Trò chuyện công việc của UBND xã Ia Grai').waitFor();
  await sees(page, 'Siu H’Nga');
  await closeDevice(page);
});

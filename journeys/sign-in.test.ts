import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, openDevice, picture, sidewaysScroll } from './browser.ts';
import type { DeviceOptions, Kind } from './browser.ts';
import { isCleared } from './steps.ts';

// Installing is opening the address; registering is the own mobile number and the code of a text message.

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});
after(() => browser?.close());

/** The other two looks of these screens: screens/. */
const LOOKS: readonly (readonly [Kind, DeviceOptions])[] = [
  ['phone', {}],
  ['pc', { dark: true }],
];

/** As axe and the eye see it; pictures are taken on the way. */
async function looksRight(page: Page, name: string): Promise<void> {
  await picture(page, `sign-in/${name}`);
  assert.deepEqual(await accessibilityFaults(page), [], name);
  assert.equal(await sidewaysScroll(page), 0, `${name} does not scroll sideways`);
  const inside = await page.evaluate(() =>
    [...document.querySelectorAll('.split')].map((it) => it.scrollWidth - it.clientWidth),
  );
  assert.ok(
    inside.every((it) => it === 0),
    `${name} does not scroll sideways inside`,
  );
}

async function askForCode(page: Page, typed: string): Promise<void> {
  await page.getByLabel('Số điện thoại di động').fill(typed);
  await page.getByRole('button', { name: 'Nhận mã đăng nhập' }).click();
  await page.getByRole('heading', { name: 'Nhập mã đăng nhập' }).waitFor();
}

test('an official of the staff list registers with their number and is in', async () => {
  const { phone, name, position } = agency.person('tram');
  for (const [at, [kind, options]] of LOOKS.entries()) {
    const page = await openDevice(browser, kind, options);
    const look = `${kind}-${options.dark ? 'dark' : 'light'}`;
    await page.goto(agency.url);
    await page.getByRole('heading', { name: 'Nhà Rông' }).waitFor();
    await page.getByRole('group', { name: 'Người hỗ trợ' }).waitFor();
    await looksRight(page, `number-${look}`);

    await page.getByLabel('Số điện thoại di động').fill('0269 3 600 114');
    await page.getByRole('button', { name: 'Nhận mã đăng nhập' }).click();
    await page.getByText('Đây là số máy bàn.').waitFor();
    await looksRight(page, `number-wrong-${look}`);

    await askForCode(page, `0${phone.slice(3)}`);
    const code = await agency.codeFor(phone, at + 1);
    await page.getByLabel('Mã đăng nhập').pressSequentially(code.slice(0, 6));
    await looksRight(page, `code-${look}`);
    await page.getByLabel('Mã đăng nhập').fill(code === '00000000' ? '00000001' : '00000000');
    await page.getByText('Mã không đúng, còn 4 lần thử.').waitFor();
    await looksRight(page, `code-wrong-${look}`);

    // At the eighth digit it goes by itself.
    await page.getByLabel('Mã đăng nhập').fill(code);
    if (at === 0) {
      await page.getByRole('heading', { name: /^Chào/ }).waitFor();
      await page.getByText(name, { exact: true }).waitFor();
      await page.getByText(position, { exact: true }).waitFor();
      await looksRight(page, `welcome-${look}`);
      await page.getByRole('button', { name: 'Đúng, vào trò chuyện' }).click();
    }
    await page.getByRole('heading', { name: 'Trò chuyện', exact: true }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/chats');
    await closeDevice(page);
    agency.pass(11 * 60_000);
  }
});

test('a number is read in any spelling; a second code takes the place of the first', async () => {
  const page = await openDevice(browser, 'phone', { at: agency.now() });
  await page.goto(agency.url);
  const field = page.getByLabel('Số điện thoại di động');
  const send = page.getByRole('button', { name: 'Nhận mã đăng nhập' });
  // As people write their numbers: 905318462 are the nine digits that stay the same.
  const spellings: readonly [key: string, write: (nine: string) => string][] = [
    ['linh', (nine) => `0${nine}`],
    ['tai', (nine) => `+84${nine}`],
    ['trinh', (nine) => `+84 ${nine.slice(0, 3)} ${nine.slice(3, 6)} ${nine.slice(6)}`],
    ['cuong', (nine) => `0${nine.slice(0, 3)}.${nine.slice(3, 6)}.${nine.slice(6)}`],
    ['ngan', (nine) => `84${nine}`],
    ['hau', (nine) => ` (0${nine.slice(0, 2)}) ${nine.slice(2)} `],
  ];
  for (const [key, write] of spellings) {
    const { phone } = agency.person(key);
    await field.fill(write(phone.slice(3)));
    await send.tap();
    await page.getByRole('heading', { name: 'Nhập mã đăng nhập' }).waitFor();
    await agency.codeFor(phone);
    await page.getByRole('button', { name: 'Đổi số' }).last().tap();
    await field.waitFor();
  }
  const { phone } = agency.person('hong');
  const national = phone.slice(3);
  await field.fill(`0${national}`);
  // Nobody pays for a second message within the minute: going back and forth asks for none.
  await send.tap();
  await page.getByRole('heading', { name: 'Nhập mã đăng nhập' }).waitFor();
  await page.getByText(`0${national.slice(0, 3)} ••• ${national.slice(6)}`).waitFor();
  const first = await agency.codeFor(phone);
  await page.getByText(/^Gửi lại mã sau \d:\d\d$/).waitFor();
  await page.clock.fastForward(61_000);
  agency.pass(61_000);
  await page.getByRole('button', { name: 'Gửi lại mã' }).tap();
  const second = await agency.codeFor(phone, 2);
  assert.equal((await agency.sms()).filter((it) => it.to === phone).length, 2);
  // The line that phones fill in by themselves names this house.
  const { text } = (await agency.sms()).findLast((it) => it.to === phone)!;
  assert.match(text, new RegExp(`^${second}\\b`));
  assert.match(text, new RegExp(`\\n@[^\\s]+ #${second}$`));
  if (first !== second) {
    await page.getByLabel('Mã đăng nhập').fill(first);
    await page.getByText(/^Mã không đúng, còn 4 lần thử\./).waitFor();
  }
  await page.getByLabel('Mã đăng nhập').fill(second);
  await page.getByRole('heading', { name: /^Chào/ }).waitFor();
  await closeDevice(page);
});

test('a number that nobody knows sees the same page and gets no message', async () => {
  const page = await openDevice(browser, 'phone');
  await page.goto(agency.url);
  const before = (await agency.sms()).length;
  await askForCode(page, '0987 000 111');
  await page.getByText('Chưa nhận được mã?').waitFor();
  await page.getByLabel('Mã đăng nhập').fill('12345678');
  await page.getByText('Mã không đúng, còn 4 lần thử.').waitFor();
  assert.equal((await agency.sms()).length, before);
  await page.getByRole('button', { name: 'Đổi số' }).first().click();
  await page.getByLabel('Số điện thoại di động').waitFor();
  await closeDevice(page);
});

test('somebody who was sent a link signs in and is where it leads', async () => {
  const page = await openDevice(browser, 'pc');
  const { phone } = agency.person('vy');
  await page.goto(`${agency.url}/directory`);
  await askForCode(page, phone);
  await page.getByLabel('Mã đăng nhập').fill(await agency.codeFor(phone));
  await page.getByRole('button', { name: 'Đúng, vào trò chuyện' }).click();
  await page.waitForURL('**/directory');
  await closeDevice(page);
});

test('the page that the phone ended while the message was read goes on at the code', async () => {
  const page = await openDevice(browser, 'phone');
  const { phone } = agency.person('tuong');
  await page.goto(agency.url);
  await askForCode(page, phone);
  await page.reload();
  await page.getByRole('heading', { name: 'Nhập mã đăng nhập' }).waitFor();
  await page.getByLabel('Mã đăng nhập').fill(await agency.codeFor(phone));
  await page.getByRole('heading', { name: /^Chào/ }).waitFor();
  await closeDevice(page);
});

test('a new sign-in is told on the other device, which can end it', async () => {
  const old = await agency.device(browser, 'phone', 'toan', { path: '/chats' });
  await old.getByRole('heading', { name: 'Trò chuyện', exact: true }).waitFor();
  const { phone } = agency.person('toan');
  const fresh = await openDevice(browser, 'pc');
  await fresh.goto(agency.url);
  await askForCode(fresh, phone);
  await fresh.getByLabel('Mã đăng nhập').fill(await agency.codeFor(phone));
  await fresh.getByRole('heading', { name: 'Trò chuyện', exact: true }).waitFor();

  await old.getByText(/^Vừa đăng nhập trên/).waitFor();
  await looksRight(old, 'added-phone-light');
  await old.getByRole('button', { name: 'Không phải bạn?' }).click();
  await old.getByRole('heading', { name: 'Thiết bị đăng nhập' }).waitFor();
  await old.getByRole('heading', { name: 'Thiết bị khác' }).waitFor();
  await looksRight(old, 'devices-phone-light');
  await old
    .getByRole('button', { name: /^Đăng xuất (?!mọi)/ })
    .first()
    .click();
  await old.getByRole('alertdialog').getByRole('button', { name: 'Đăng xuất' }).click();
  await old.getByText('Bạn chỉ đăng nhập trên máy này.').waitFor();
  // The other one is out at once, and keeps nothing.
  await fresh.waitForURL('**/sign-in');
  await fresh.getByLabel('Số điện thoại di động').waitFor();
  await isCleared(fresh);
  await closeDevice(old);
  await closeDevice(fresh);
});

test('Cá nhân: how it looks, who I am, and signing out leaves nothing', async () => {
  for (const [kind, options] of LOOKS) {
    const page = await agency.device(browser, kind, 'hanh', { path: '/me', ...options });
    const look = `${kind}-${options.dark ? 'dark' : 'light'}`;
    await page.getByText(agency.person('hanh').name).first().waitFor();
    await looksRight(page, `me-${look}`);
    await page.getByRole('link', { name: 'Sửa' }).click();
    await page.getByRole('heading', { name: 'Thông tin cá nhân' }).waitFor();
    await page.getByRole('textbox', { name: 'Họ và tên' }).waitFor();
    await looksRight(page, `profile-${look}`);
    await closeDevice(page);
  }

  const page = await agency.device(browser, 'phone', 'hanh', { path: '/me' });
  await page.getByRole('button', { name: /^Giao diện/ }).click();
  await page.getByRole('radio', { name: 'Tối' }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Ngôn ngữ/ }).click();
  await page.getByRole('radio', { name: 'English' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Me', exact: true }).waitFor();
  await looksRight(page, 'me-english-dark');
  const kept = await page.evaluate(async () => (await indexedDB.databases()).length);
  assert.equal(kept, 1, 'there is something to be cleared');
  assert.ok((await page.context().cookies()).some((it) => it.name === 'sid'));
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  const question = page.getByRole('alertdialog');
  await question.getByText('Clears everything kept on this device.').waitFor();
  await looksRight(page, 'sign-out-question');
  await question.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await page.locator('input[type=tel]').waitFor();
  await isCleared(page);
  assert.deepEqual(
    (await page.context().cookies()).filter((it) => it.name === 'sid'),
    [],
  );
  await page.goto(`${agency.url}/chats`);
  await page.waitForURL('**/sign-in');
  await closeDevice(page);
});

test('an administrator lets somebody in who asked; rights that rest are woken by a code', async () => {
  const admin = await agency.device(browser, 'pc', 'khai', { path: '/admin/agency' });
  await admin.getByText('Mọi số, quản trị viên duyệt').click();
  await admin.getByText('Đã lưu').waitFor();
  await looksRight(admin, 'agency-pc-light');

  const stranger = await openDevice(browser, 'phone');
  await stranger.goto(agency.url);
  await askForCode(stranger, '0388 123 456');
  await stranger.getByLabel('Mã đăng nhập').fill(await agency.codeFor('+84388123456'));
  await stranger.getByRole('heading', { name: 'Bạn tên là gì?' }).waitFor();
  await looksRight(stranger, 'name-phone-light');
  await stranger.getByLabel('Họ và tên').fill('Rơ Châm Nguyễn Thị Hoàng Bích Phượng');
  await stranger.getByRole('button', { name: 'Tiếp tục' }).click();
  await stranger.getByText('Đang chờ quản trị viên duyệt').waitFor();
  await looksRight(stranger, 'waiting-phone-light');

  await admin.getByRole('link', { name: /1 người chờ duyệt/ }).click();
  await admin.getByRole('link', { name: 'Yêu cầu đăng ký' }).click();
  await admin.getByText('Rơ Châm Nguyễn Thị Hoàng Bích Phượng').waitFor();
  await looksRight(admin, 'requests-pc-light');
  agency.pass(31 * 60_000);
  await admin.getByRole('button', { name: /^Đồng ý/ }).click();
  const dialog = admin.getByRole('dialog', { name: 'Xác nhận quyền quản trị' });
  await dialog.waitFor();
  await looksRight(admin, 'confirm-rights-pc-light');
  await dialog.getByRole('button', { name: 'Nhận mã' }).click();
  await dialog.getByLabel('Mã đăng nhập').fill(await agency.codeFor(agency.person('khai').phone));
  // What was refused is done now, without a second press.
  await admin.getByText('Không có ai chờ duyệt.').waitFor();

  await stranger.getByRole('button', { name: 'Đăng nhập lại' }).click();
  await askForCode(stranger, '0388 123 456');
  await stranger.getByLabel('Mã đăng nhập').fill(await agency.codeFor('+84388123456', 2));
  await stranger.getByRole('heading', { name: /^Chào/ }).waitFor();
  await closeDevice(stranger);
  await closeDevice(admin);
});

test('large text and a narrow phone cut nothing off', async () => {
  const page = await openDevice(browser, 'phone', { viewport: { width: 320, height: 640 } });
  await page.goto(agency.url);
  await page.getByLabel('Số điện thoại di động').waitFor();
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
  await looksRight(page, 'number-320-200');
  await askForCode(page, '0987 000 112');
  await looksRight(page, 'code-320-200');
  await closeDevice(page);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, sidewaysScroll } from './browser.ts';
import { chatRow, composer, isCleared, message, messageSays, openChat, sees, write } from './steps.ts';

// In the hills there is no line for hours: the app opens, shows what it knew, lets people write, and sends once.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const OLD = 'Làng Yam có 1 hộ bị ngập chuồng heo';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ worker: true });
});

after(() => browser?.close());

/** Until the app could open again without a line: its worker is in charge. */
const installed = (page: Page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

/** Another page of the same device, as when the app is opened anew; the first one is closed before. */
async function openedAnew(old: Page, path = '/'): Promise<Page> {
  const context: BrowserContext = old.context();
  const page = await context.newPage();
  await old.close();
  await page.goto(agency.url + path);
  return page;
}

async function countOf(text: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from messages where text = ${text}`.execute(
    agency.house.db,
  );
  return rows[0]!.n;
}

test('no line: open cold, read, write, close the app, come back: everything is sent once, in order', async () => {
  const nga = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await openChat(nga, STORM);
  let thung = await agency.device(browser, 'phone', 'thung', { path: '/chats' });
  await openChat(thung, STORM);
  await message(thung, OLD).waitFor();
  await installed(thung);

  await thung.context().setOffline(true);
  await sees(thung, 'Chưa có mạng.');
  await write(thung, 'Làng Grăng mất điện từ 2 giờ chiều.');
  await messageSays(thung, 'mất điện từ 2 giờ chiều', 'Chờ gửi');
  assert.deepEqual(await accessibilityFaults(thung), []);
  assert.equal(await sidewaysScroll(thung), 0);

  // The app is closed and opened again, still without a line.
  thung = await openedAnew(thung);
  await sees(thung, 'Chưa có mạng.');
  await sees(thung, /^Dữ liệu lúc \d\d:\d\d$/);
  await chatRow(thung, STORM, 'Bạn: Làng Grăng mất điện', 'chưa gửi').waitFor();
  await openChat(thung, STORM);
  await message(thung, OLD).waitFor();
  await messageSays(thung, 'mất điện từ 2 giờ chiều', 'Chờ gửi');
  await write(thung, 'Đường vào làng vẫn đi được.');
  await messageSays(thung, 'Đường vào làng vẫn đi được.', 'Chờ gửi');
  await composer(thung).fill('Viết dở');
  // What cannot wait says so instead of failing.
  await thung.goBack();
  await chatRow(thung, STORM, 'Nháp: Viết dở').waitFor();

  // Meanwhile the others go on.
  await write(nga, 'Anh Thưng có liên lạc được không?');
  await messageSays(nga, 'có liên lạc được không', 'Đã gửi');
  assert.equal(await countOf('Làng Grăng mất điện từ 2 giờ chiều.'), 0);

  // Two pages open at the same moment, and the line is back: still once.
  const context = thung.context();
  const other = await context.newPage();
  await other.goto(`${agency.url}/chats`);
  await sees(other, 'Chưa có mạng.');
  await context.setOffline(false);
  await sees(thung, 'Đã có mạng');
  await thung.getByText('Chưa có mạng.').first().waitFor({ state: 'detached' });
  // The first message of this person has gone: they are asked whether they want to be told while the app is closed.
  await thung.getByRole('button', { name: 'Để sau' }).tap();
  await openChat(thung, STORM);
  await message(thung, 'có liên lạc được không').waitFor();
  for (const text of ['Làng Grăng mất điện từ 2 giờ chiều.', 'Đường vào làng vẫn đi được.']) {
    await messageSays(thung, text, /Đã gửi|Đã nhận|Đã xem/);
    await message(nga, text).waitFor();
    assert.equal(await message(nga, text).count(), 1);
    assert.equal(await message(thung, text).count(), 1);
    assert.equal(await countOf(text), 1);
  }
  const order = await nga.getByRole('log').getByRole('article').allTextContents();
  const at = (text: string): number => order.findIndex((it) => it.includes(text));
  assert.ok(at('mất điện từ 2 giờ chiều') < at('Đường vào làng vẫn đi được.'), 'in the order they were written');
  assert.equal(await composer(thung).inputValue(), 'Viết dở', 'the draft is still there');

  // Another start finds nothing left to send.
  await other.close();
  thung = await openedAnew(thung, '/chats');
  await chatRow(thung, STORM, 'Nháp: Viết dở').waitFor();
  assert.equal(await countOf('Đường vào làng vẫn đi được.'), 1);
  await closeDevice(thung);
  await closeDevice(nga);
});

test('no longer a member: the waiting message is not sent, its author is told and may copy it', async () => {
  const members = ['thung', 'nga', 'bich'].map((key) => agency.person(key).id);
  const { group } = await agency.as('phuc', 'group.create', { name: 'Sơ tán làng Yam', kind: 'coordination', members });
  const bich = await agency.device(browser, 'phone', 'bich', { path: '/chats' });
  await openChat(bich, 'Sơ tán làng Yam');
  await installed(bich);
  await bich.context().setOffline(true);
  await sees(bich, 'Chưa có mạng.');
  await write(bich, 'Trạm Y tế trực 24/24.');
  await messageSays(bich, 'Trạm Y tế trực', 'Chờ gửi');

  // She left on her other device, and forgot.
  await agency.as('bich', 'member.leave', { group });
  await bich.context().setOffline(false);
  await bich.getByText('Bạn không còn là thành viên.').waitFor();
  const waiting = bich.getByRole('region', { name: 'Tin chưa gửi' });
  await waiting.getByText('Trạm Y tế trực 24/24.').waitFor();
  await waiting.getByRole('button', { name: 'Sao chép' }).waitFor();
  assert.deepEqual(await accessibilityFaults(bich), []);
  assert.equal(await countOf('Trạm Y tế trực 24/24.'), 0);
  await waiting.getByRole('button', { name: 'Xóa tin chưa gửi' }).tap();
  await waiting.waitFor({ state: 'detached' });
  await bich.goto(`${agency.url}/chats`);
  await chatRow(bich, STORM).waitFor();
  assert.equal(await chatRow(bich, 'Sơ tán làng Yam').count(), 0);
  await closeDevice(bich);
});

test('put out while the line was gone: the device is signed out and keeps nothing', async () => {
  const hieu = await agency.device(browser, 'phone', 'hieu', { path: '/chats' });
  await chatRow(hieu, 'Cán bộ, công chức UBND xã Ia Grai').waitFor();
  await installed(hieu);
  await hieu.context().setOffline(true);
  await sees(hieu, 'Chưa có mạng.');

  // A new staff list of their unit comes without them.
  const rows = ['thuy', 'hrin'].map((key) => {
    const { name, phone, units, position } = agency.person(key);
    return [name, phone, units.join(' / '), position].join(';');
  });
  const list = {
    name: 'danh-ba.csv',
    file: Buffer.from(['Họ và tên;Số điện thoại;Đơn vị;Chức vụ', ...rows].join('\r\n')).toString('base64'),
    newUnits: true,
  };
  const { digest, counts } = await agency.as('khai', 'import.check', list);
  assert.equal(counts.left, 1);
  await agency.as('khai', 'import.apply', { ...list, digest, reviewed: true });

  await hieu.context().setOffline(false);
  await hieu.getByRole('textbox', { name: 'Số điện thoại di động' }).waitFor();
  // The form stands on a fresh page: nothing typed into it is lost to another one.
  await hieu.getByRole('textbox', { name: 'Số điện thoại di động' }).fill('0905');
  await isCleared(hieu);
  assert.equal(await hieu.getByRole('textbox', { name: 'Số điện thoại di động' }).inputValue(), '0905');
  await closeDevice(hieu);
});

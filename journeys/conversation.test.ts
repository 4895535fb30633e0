import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { formatDay } from '../web/format.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser } from './browser.ts';
import { atRest, chatRow, composer, message, messageSays, openChat, sees, write } from './steps.ts';

// Two people write to each other, live, one on a phone and one on a PC; and the history behind them is long.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const STAFF = 'Cán bộ, công chức UBND xã Ia Grai';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

test('two people write live on phone and PC: sent, delivered, seen, typing, unread', async () => {
  const phuc = await agency.device(browser, 'pc', 'phuc');
  await openChat(phuc, 'Siu H’Nga');
  await write(phuc, 'Chị Nga ơi, 15:00 họp nhé.');
  // She has no device open: it is safe on the server, no more.
  await messageSays(phuc, '15:00 họp nhé', 'Đã gửi');

  const nga = await agency.device(browser, 'phone', 'nga');
  await chatRow(nga, 'Nguyễn Hoàng Phúc', '15:00 họp nhé').waitFor();
  await messageSays(phuc, '15:00 họp nhé', 'Đã nhận');

  await composer(phuc).pressSequentially('Nhớ mang');
  await chatRow(nga, 'Nguyễn Hoàng Phúc', 'Đang soạn tin…').waitFor();
  await composer(phuc).press('Shift+Enter');
  await composer(phuc).pressSequentially('sổ trực.');
  await composer(phuc).press('Enter');
  assert.equal(await composer(phuc).inputValue(), '');
  await chatRow(nga, 'Nguyễn Hoàng Phúc', 'Nhớ mang sổ trực.', '3 tin chưa đọc').waitFor();
  await messageSays(phuc, 'Nhớ mang', 'Đã nhận');

  await openChat(nga, 'Nguyễn Hoàng Phúc');
  await nga.getByRole('separator', { name: '3 tin nhắn chưa đọc' }).waitFor();
  await nga.getByRole('separator', { name: formatDay(Date.now(), Date.now(), 'Asia/Ho_Chi_Minh') }).waitFor();
  await messageSays(phuc, '15:00 họp nhé', 'Đã xem');
  await messageSays(phuc, 'Nhớ mang', 'Đã xem');

  await composer(nga).pressSequentially('Dạ');
  await sees(phuc, 'Đang soạn tin…');
  await write(nga, 'Dạ, em mang ạ.');
  await message(phuc, 'Dạ, em mang ạ.').waitFor();
  // He looks at it: she is told, and the typing line is gone.
  await messageSays(nga, 'Dạ, em mang ạ.', 'Đã xem');
  await phuc.getByText('Đang soạn tin…').waitFor({ state: 'detached' });

  await nga.getByRole('button', { name: 'Quay lại' }).click();
  await chatRow(nga, 'Nguyễn Hoàng Phúc', 'Bạn: Dạ, em mang ạ.', 'Đã xem').waitFor();
  assert.equal(await chatRow(nga, 'Nguyễn Hoàng Phúc', 'chưa đọc').count(), 0);
  await closeDevice(nga);
  await closeDevice(phuc);
});

test('a group counts who has seen a message, the title of the window counts unread chats', async () => {
  const thung = await agency.device(browser, 'phone', 'thung');
  const phuong = await agency.device(browser, 'pc', 'phuong');
  await openChat(thung, STORM);
  await write(thung, 'Làng Grăng: nước đã rút khỏi đường.');
  await chatRow(phuong, STORM, 'Thưng: Làng Grăng: nước đã rút', 'tin chưa đọc').waitFor();
  await phuong.waitForFunction(() => /^\(\d+\) Trò chuyện/.test(document.title));
  await messageSays(thung, 'nước đã rút', /Đã gửi|Đã nhận/);

  await openChat(phuong, STORM);
  // Whoever wrote is named with position and unit; the pair above showed neither.
  await message(phuong, 'nước đã rút').filter({ hasText: 'Puih Thưng' }).filter({ hasText: 'Trưởng làng' }).waitFor();
  await messageSays(thung, 'nước đã rút', 'Đã xem 1/');
  await closeDevice(thung);
  await closeDevice(phuong);
});

/** Numbers of the messages in sight, top to bottom, and where the first stands. */
function inSight(page: Page): Promise<{ first: number; last: number; top: number }> {
  return page.getByRole('log').evaluate((log) => {
    const { top, bottom } = log.getBoundingClientRect();
    const seen = [...log.querySelectorAll('[role=article], article')].flatMap((it) => {
      const at = it.getBoundingClientRect();
      return at.bottom > top && at.top < bottom
        ? [{ n: Number(it.getAttribute('aria-posinset')), top: at.top - top }]
        : [];
    });
    return { first: seen[0]?.n ?? 0, last: seen.at(-1)?.n ?? 0, top: seen[0]?.top ?? 0 };
  });
}

/** Turns the wheel over the log and waits until what came in has been drawn; answers what is in sight after every turn. */
async function wheel(page: Page, by: number, until: (seen: { first: number; last: number }) => boolean) {
  const box = (await page.getByRole('log').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const path = [await inSight(page)];
  for (let turn = 0; turn < 400 && !until(path.at(-1)!); turn += 1) {
    await page.mouse.wheel(0, by);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    path.push(await inSight(page));
  }
  assert.ok(until(path.at(-1)!), `never came there: ${path.map((it) => it.first).join(' ')}`);
  return path;
}

test('a long history opens where one stopped, scrolls both ways without a jump, and leads back to the newest', async () => {
  const staff = ['trung', 'yen', 'thao', 'tam', 'hung', 'phuong'];
  const group = await agency.group(STAFF);
  const { seq: read } = await agency.as('phuc', 'message.send', { group, text: 'Các anh chị báo cáo theo thứ tự.' });
  await agency.as('nga', 'receipt.mark', { marks: [{ group, read, received: read }] });
  for (let i = 1; i <= 300; i += 1) {
    const text = i % 7 === 0 ? `Báo cáo số ${i}: ${'đã rà soát xong từng hộ, '.repeat(8)}hết.` : `Báo cáo số ${i}.`;
    // No faster than a group may be written into.
    agency.pass(60);
    await agency.as(staff[i % staff.length]!, 'message.send', { group, text });
  }
  const nga = await agency.device(browser, 'pc', 'nga', { path: `/chats/${group}` });
  await nga.getByRole('separator', { name: '300 tin nhắn chưa đọc' }).waitFor();
  await message(nga, 'Báo cáo số 1.').waitFor();
  assert.equal(await message(nga, 'Báo cáo số 300.').count(), 0);

  await atRest(nga);
  // Down, through pages that are fetched on the way: nothing is skipped under the eyes.
  const { first: from } = await inSight(nga);
  const down = await wheel(nga, 500, (seen) => seen.last >= read + 300);
  for (const [i, seen] of down.entries()) {
    const before = down[i - 1];
    if (before)
      assert.ok(seen.first >= before.first && seen.first <= before.last + 2, `${before.first} → ${seen.first}`);
  }
  await message(nga, 'Báo cáo số 300.').waitFor();

  // Up to the very beginning of the group.
  const up = await wheel(nga, -700, (seen) => seen.first > 0 && seen.first <= 2);
  for (const [i, seen] of up.entries()) {
    const before = up[i - 1];
    if (before)
      assert.ok(seen.first <= before.first && seen.last >= before.first - 2, `${before.first} → ${seen.first}`);
  }
  assert.ok(from > 2, 'there was history above');

  await nga.getByRole('button', { name: /^Tới tin mới nhất/ }).click();
  await message(nga, 'Báo cáo số 300.').waitFor();
  await nga.getByRole('button', { name: /^Tới tin mới nhất/ }).waitFor({ state: 'detached' });

  // Older lines that come in above do not move what is being read.
  await agency.as('trung', 'message.send', { group, text: 'Cảm ơn mọi người.' });
  await message(nga, 'Cảm ơn mọi người.').waitFor();
  await closeDevice(nga);
});

test('what was begun is kept for each chat, and the list says so', async () => {
  const nga = await agency.device(browser, 'pc', 'nga');
  await openChat(nga, STORM);
  await composer(nga).fill('Kính gửi các anh chị');
  await openChat(nga, 'Nguyễn Hoàng Phúc');
  assert.equal(await composer(nga).inputValue(), '');
  await chatRow(nga, STORM, 'Nháp: Kính gửi các anh chị').waitFor();
  await nga.reload();
  await openChat(nga, STORM);
  await nga.waitForFunction(() => document.querySelector('textarea')?.value === 'Kính gửi các anh chị');
  await composer(nga).press('Enter');
  await messageSays(nga, 'Kính gửi các anh chị', /Đã gửi|Đã nhận|Đã xem/);
  await closeDevice(nga);
});

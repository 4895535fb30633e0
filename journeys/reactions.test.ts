import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';
import type { Browser, Locator, Page } from 'playwright-core';

import { newId } from '../protocol/id.ts';
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
import { composer, message, messageSays } from './steps.ts';

// Answering with an emoji, by finger, mouse and keys; naming people, and finding what names oneself.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const ASKED = 'Đề nghị các thôn báo cáo số hộ cần di dời trước 16:00.';
const KINDS = [
  '👍',
  '❤️',
  '🙏',
  '👏',
  '😮',
  '🎉',
  '✅',
  '🌧️',
  '⛑️',
  '🇻🇳',
  '👌',
  '🔥',
  '💪',
  '😢',
  '😀',
  '🤝',
  '👀',
  '📢',
  '🚨',
  '🏠',
];

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ worker: true });
});

after(() => browser?.close());

const pill = (page: Page, text: string, emoji: string): Locator =>
  message(page, text).getByRole('group', { name: 'Cảm xúc' }).getByRole('button', { name: emoji });

test('an emoji is given by bar, two taps and mouse, counted on both devices and taken back', async () => {
  const group = await agency.group(STORM);
  await agency.as('phuc', 'message.send', { group, text: ASKED });
  const nga = await agency.device(browser, 'phone', 'nga', { path: `/chats/${group}` });
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });

  for (const [page, name] of [
    [nga, 'nhac-ten-dt'],
    [phuc, 'nhac-ten-may'],
  ] as const) {
    await composer(page).pressSequentially('Nhờ @vi');
    await page.getByRole('option', { name: /Trần Quang Vinh/ }).waitFor();
    await settled(page);
    await guidePicture(page, name);
    await composer(page).fill('');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
  }

  await message(nga, ASKED).locator('.bubble').click({ button: 'right' });
  const bar = nga.getByRole('group', { name: 'Thả cảm xúc' });
  await bar.waitFor();
  await settled(nga);
  await picture(nga, 'reactions/bar-phone');
  await guidePicture(nga, 'tha-cam-xuc-dt');
  assert.deepEqual(await accessibilityFaults(nga), []);
  await bar.getByRole('button', { name: 'chắp tay' }).tap();
  await pill(nga, ASKED, 'chắp tay 1 người, có bạn').waitFor();
  await pill(phuc, ASKED, 'chắp tay 1 người').waitFor();
  await message(phuc, ASKED).locator('.bubble').click({ button: 'right' });
  await phuc.getByRole('group', { name: 'Thả cảm xúc' }).waitFor();
  await settled(phuc);
  await picture(phuc, 'reactions/bar-pc');
  await guidePicture(phuc, 'tha-cam-xuc-may');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await phuc.keyboard.press('Escape');

  // Two taps are 👍; two more take it back.
  const bubble = message(nga, ASKED).locator('.bubble');
  const twice = async (): Promise<void> => {
    const { x, y } = (await bubble.boundingBox())!;
    for (let tap = 0; tap < 2; tap += 1) await nga.touchscreen.tap(x + 20, y + 14);
  };
  await twice();
  await pill(phuc, ASKED, 'dấu ra hiệu đồng ý 1 người').waitFor();
  await pill(phuc, ASKED, 'dấu ra hiệu đồng ý').click();
  await pill(nga, ASKED, 'dấu ra hiệu đồng ý 2 người, có bạn').waitFor();
  await settled(nga);
  await picture(nga, 'reactions/pills-phone');
  await twice();
  await pill(phuc, ASKED, 'dấu ra hiệu đồng ý 1 người, có bạn').waitFor();
  await pill(phuc, ASKED, 'dấu ra hiệu đồng ý').click();
  await pill(nga, ASKED, 'dấu ra hiệu đồng ý').waitFor({ state: 'detached' });
  await pill(nga, ASKED, 'chắp tay').tap();
  await message(phuc, ASKED).getByRole('group', { name: 'Cảm xúc' }).waitFor({ state: 'detached' });
  await closeDevice(nga);
  await closeDevice(phuc);
});

test('by keys: E gives any emoji there is; Shift + F10 on one shows who gave it', async () => {
  const group = await agency.group(STORM);
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  const line = message(phuc, ASKED);
  await line.waitFor();
  await phuc.getByRole('log').focus();
  await phuc.keyboard.press('ArrowUp');
  while (!(await line.evaluate((it) => it === document.activeElement))) await phuc.keyboard.press('ArrowUp');
  await phuc.keyboard.press('e');
  const all = phuc.getByRole('dialog', { name: 'Thả cảm xúc' });
  await all.getByRole('searchbox', { name: 'Tìm biểu tượng' }).fill('phao hoa');
  await all
    .getByRole('button', { name: /pháo hoa/ })
    .first()
    .waitFor();
  await settled(phuc);
  await picture(phuc, 'reactions/any-pc');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  await all.getByRole('searchbox', { name: 'Tìm biểu tượng' }).press('Enter');
  const given = line.getByRole('group', { name: 'Cảm xúc' }).getByRole('button');
  await given.waitFor();
  await given.focus();
  await phuc.keyboard.press('Shift+F10');
  const who = phuc.getByRole('dialog', { name: 'Cảm xúc' });
  await who.getByRole('link', { name: /Bạn/ }).waitFor();
  await phuc.keyboard.press('Escape');
  await who.waitFor({ state: 'detached' });
  await closeDevice(phuc);
});

test('twenty kinds and thousands of people: the pills wrap, the list goes on, in the dark too', async () => {
  const group = await agency.group(STORM);
  const { id } = await agency.as('phuc', 'message.send', { group, text: 'Đã xong toàn bộ 14 hộ.' });
  const own = await agency.as('nga', 'message.send', { group, text: 'Em cảm ơn các anh chị.' });
  for (const who of ['nga', 'thung', 'phuong', 'phuc']) {
    for (const emoji of KINDS.slice(0, 4))
      await agency.as(who, 'reaction.give', { group, message: id, emoji, on: true });
    await agency.as(who, 'reaction.give', { group, message: own.id, emoji: '❤️', on: true });
  }
  // A crowd that the demo does not have.
  const crowd = Array.from({ length: 4_996 }, () => newId());
  await sql`insert into streams (id, kind) select unnest(${crowd}::uuid[]), 'account'`.execute(agency.house.db);
  await sql`
    insert into accounts (id, name, position) select t.id, 'Rơ Châm Nguyễn Thị Hoàng Bích Phượng ' || t.n, 'Công chức Văn phòng – Thống kê, phụ trách chuyển đổi số'
    from unnest(${crowd}::uuid[]) with ordinality as t(id, n)`.execute(agency.house.db);
  await sql`
    insert into reactions (group_id, message, account, emoji, at) select ${group}, ${id}, t.id, '👍', now() from unnest(${crowd}::uuid[]) as t(id)`.execute(
    agency.house.db,
  );
  const counts = KINDS.map((emoji, at) => [emoji, at === 0 ? 5_000 : at < 4 ? 4 : 20 - at]);
  await sql`update messages set reactions = ${JSON.stringify(counts)}::jsonb where id = ${id}`.execute(agency.house.db);

  for (const [kind, dark] of [
    ['phone', false],
    ['phone', true],
    ['pc', true],
  ] as const) {
    const name = `${kind}-${dark ? 'dark' : 'light'}`;
    const page = await agency.device(browser, kind, 'nga', { path: `/chats/${group}`, dark });
    await message(page, 'Đã xong toàn bộ')
      .getByRole('button', { name: /5\.000|5000/ })
      .or(pill(page, 'Đã xong', 'dấu ra hiệu đồng ý'))
      .first()
      .waitFor();
    await settled(page);
    await picture(page, `reactions/many-${name}`);
    assert.equal(await sidewaysScroll(page), 0);
    assert.deepEqual(await accessibilityFaults(page), []);
    await pill(page, 'Đã xong', 'dấu ra hiệu đồng ý').click({ button: 'right' });
    const who = page.getByRole('dialog', { name: 'Cảm xúc' });
    await who
      .getByRole('link', { name: /Bích Phượng/ })
      .first()
      .waitFor();
    await settled(page);
    await picture(page, `reactions/who-${name}`);
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.equal(await sidewaysScroll(page), 0);
    await who.getByRole('button', { name: 'Xem thêm' }).click();
    await who.getByRole('listitem').nth(80).waitFor();
    await who.getByRole('button', { name: /chắp tay/ }).click();
    await who
      .getByRole('link', { name: /^Rơ Châm Nguyễn/ })
      .first()
      .waitFor({ state: 'detached' });
    await closeDevice(page);
  }
});

test('without a line an emoji is shown at once and given when the line is back', async () => {
  const group = await agency.group(STORM);
  await agency.as('phuc', 'message.send', { group, text: 'Mai họp lúc 7:30.' });
  const nga = await agency.device(browser, 'phone', 'nga', { path: `/chats/${group}` });
  await message(nga, 'Mai họp').waitFor();
  const open = (): Promise<void> => message(nga, 'Mai họp').locator('.bubble').click({ button: 'right' });
  await open();
  await nga.getByRole('group', { name: 'Thả cảm xúc' }).waitFor();
  await nga.keyboard.press('Escape');
  await nga.context().setOffline(true);
  await open();
  await nga.getByRole('group', { name: 'Thả cảm xúc' }).getByRole('button', { name: 'vỗ tay' }).tap();
  await pill(nga, 'Mai họp', 'vỗ tay 1 người, có bạn').waitFor();
  await nga.context().setOffline(false);
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  await pill(phuc, 'Mai họp', 'vỗ tay 1 người').waitFor();
  await closeDevice(nga);
  await closeDevice(phuc);
});

test('somebody is named from a list while writing; what names oneself is marked and gone to', async () => {
  const group = await agency.group(STORM);
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  await composer(phuc).pressSequentially('Nhờ @thu');
  const list = phuc.getByRole('listbox', { name: 'Nhắc đến' });
  await list.getByRole('option', { name: /Puih Thưng/ }).waitFor();
  await settled(phuc);
  await picture(phuc, 'mentions/list-pc');
  assert.deepEqual(await accessibilityFaults(phuc), []);
  assert.equal(await composer(phuc).getAttribute('aria-autocomplete'), 'list');
  const active = await composer(phuc).getAttribute('aria-activedescendant');
  assert.ok(active && (await phuc.locator(`[id="${active}"][aria-selected=true]`).count()) === 1);
  await composer(phuc).press('Enter');
  await composer(phuc).pressSequentially('xem lại số hộ làng Grăng, ');
  await composer(phuc).pressSequentially('@');
  await list.getByRole('option', { name: /@All/ }).waitFor();
  await settled(phuc);
  await picture(phuc, 'mentions/all-pc');
  await composer(phuc).press('Escape');
  await list.waitFor({ state: 'detached' });
  await composer(phuc).press('Backspace');
  await composer(phuc).press('Enter');
  const sent = message(phuc, 'xem lại số hộ làng Grăng');
  await sent.getByRole('link', { name: '@Puih Thưng' }).waitFor();
  await messageSays(phuc, 'xem lại số hộ làng Grăng', /Đã gửi|Đã nhận|Đã xem/);
  for (let n = 1; n <= 60; n += 1) {
    agency.pass(2_000);
    await agency.as(n % 2 ? 'nga' : 'phuong', 'message.send', {
      group,
      text: `Báo cáo thôn số ${n}: đã rà soát xong.`,
    });
  }
  agency.pass(2_000);
  await agency.as('phuc', 'message.send', {
    group,
    text: '@All 16:30 chốt số liệu.',
    mentions: [{ from: 0, to: 4, who: 'all' }],
  });

  const thung = await agency.device(browser, 'phone', 'thung', { path: '/chats' });
  await thung.goto(`${agency.url}/chats/${group}`);
  await thung.getByRole('log').waitFor();
  await settled(thung);
  const next = thung.getByRole('button', { name: /^Tới tin nhắc đến bạn/ });
  await next.waitFor();
  await picture(thung, 'mentions/jump-phone');
  assert.deepEqual(await accessibilityFaults(thung), []);
  await thung
    .getByRole('button', { name: /^Tới tin mới nhất/ })
    .or(next)
    .first()
    .tap();
  // Both are come to, one after the other, however they lie.
  for (let press = 0; press < 4 && (await next.isVisible()); press += 1) {
    await next.tap().catch(() => {});
    await settled(thung);
  }
  await next.waitFor({ state: 'detached' });
  await settled(thung);
  await picture(thung, 'mentions/named-phone');
  assert.deepEqual(await accessibilityFaults(thung), []);
  assert.equal(await sidewaysScroll(thung), 0);

  await composer(thung).tap();
  await composer(thung).pressSequentially('Dạ @phu');
  await thung
    .getByRole('listbox', { name: 'Nhắc đến' })
    .getByRole('option', { name: /Nguyễn Hoàng Phúc/ })
    .waitFor();
  await settled(thung);
  await picture(thung, 'mentions/list-phone');
  assert.deepEqual(await accessibilityFaults(thung), []);
  // However late the phone draws, what is written on stands after the name.
  await thung.evaluate(() => {
    const frame = requestAnimationFrame;
    window.requestAnimationFrame = (run) => setTimeout(() => frame(run), 400) as never;
  });
  await thung.getByRole('option', { name: /Nguyễn Hoàng Phúc/ }).tap();
  assert.equal(await composer(thung).inputValue(), 'Dạ @Nguyễn Hoàng Phúc ');
  await composer(thung).pressSequentially('em báo cáo ngay ạ.', { delay: 40 });
  assert.equal(await composer(thung).inputValue(), 'Dạ @Nguyễn Hoàng Phúc em báo cáo ngay ạ.');
  await thung.getByRole('button', { name: 'Gửi', exact: true }).tap();
  await message(thung, 'em báo cáo ngay').getByRole('link', { name: '@Nguyễn Hoàng Phúc' }).waitFor();
  await phuc.getByRole('button', { name: /^Tới tin nhắc đến bạn/ }).click();
  await message(phuc, 'em báo cáo ngay').getByRole('link', { name: '@Nguyễn Hoàng Phúc' }).waitFor();
  await settled(phuc);
  await picture(phuc, 'mentions/named-pc');
  await closeDevice(thung);
  await closeDevice(phuc);
});

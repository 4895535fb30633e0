import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';

import { accessibilityFaults, openBrowser, sidewaysScroll, still } from './browser.ts';

// Every part of the kit, in the real frame with invented people (web/ui/gallery.tsx): looked at by axe in all sizes and
// colours, and used by hand, keyboard and history.

let server: ViteDevServer;
let browser: Browser;
let cache: string;
let address: string;

before(async () => {
  cache = await mkdtemp(join(tmpdir(), 'nha-rong-kit-'));
  server = await createServer({
    configFile: join(import.meta.dirname, '..', 'vite.config.ts'),
    cacheDir: cache,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
  await server.listen();
  address = server.resolvedUrls?.local[0] ?? '';
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  await rm(cache, { recursive: true, force: true });
});

interface Look {
  width: number;
  height?: number;
  go?: string;
  theme?: 'light' | 'dark';
  text?: 'largest';
  language?: 'en';
}

async function open({ width, height = 800, go = '/kit', theme = 'light', text, language }: Look): Promise<Page> {
  const phone = width < 600;
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    hasTouch: phone,
    isMobile: phone,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  const wishes = new URLSearchParams({ go, theme, ...(text && { text }), ...(language && { language }) });
  await page.goto(`${address}ui/gallery.html?${wishes}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.evaluate(() => document.fonts.ready);
  return page;
}

const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim().slice(0, 40);
  });

/** Waits until the history holds this many layers over the screen. */
const layers = (page: Page, n: number) =>
  page.waitForFunction((wanted) => (history.state as { depth: number }).depth === wanted, n);

const at = (page: Page, path: string) => page.waitForFunction((wanted) => location.pathname === wanted, path);

const gone = (page: Page, selector: string) => page.locator(selector).first().waitFor({ state: 'detached' });

for (const width of [360, 768, 1280, 1920]) {
  for (const theme of ['light', 'dark'] as const) {
    test(`nothing is wrong to axe and nothing scrolls sideways: ${width}, ${theme}`, async () => {
      // The frame between phone and PC is looked at here; the others with the real screens (screens/).
      for (const go of width === 768 ? ['/kit', '/chats', '/chats/g1', '/chats/g1/options'] : ['/kit']) {
        const page = await open({ width, theme, go, ...(theme === 'dark' && { language: 'en' }) });
        assert.deepEqual(await accessibilityFaults(page), [], go);
        assert.equal(await sidewaysScroll(page), 0, go);
        await page.context().close();
      }
    });
  }
}

test('a narrow screen with the largest letters', async () => {
  for (const go of ['/kit', '/chats', '/chats/g1/options']) {
    const page = await open({ width: 320, height: 640, text: 'largest', go });
    assert.deepEqual(await accessibilityFaults(page), [], go);
    assert.equal(await sidewaysScroll(page), 0, go);
    await page.context().close();
  }
});

test('layers: dialog, menu and confirmation are clean to axe, on both kinds of device', async () => {
  for (const width of [360, 1280]) {
    const page = await open({ width });
    for (const [button, layer] of [
      ['Hộp thoại', 'dialog[open]'],
      ['Xác nhận', 'dialog[open]'],
      ['Trình đơn', '[role=menu]'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      await page.locator(layer).waitFor();
      // What is still fading in has not its colours yet.
      await still(page);
      assert.deepEqual(await accessibilityFaults(page), [], button);
      await layers(page, 1);
      await page.goBack();
      await gone(page, layer);
      await layers(page, 0);
    }
    await page.context().close();
  }
});

test('a dialog is one entry of the history; Esc, back and the scrim close it, and the focus returns', async () => {
  const page = await open({ width: 1280 });
  const opener = page.getByRole('button', { name: 'Hộp thoại' });
  for (const close of [
    () => page.keyboard.press('Escape'),
    () => page.goBack(),
    () => page.mouse.click(5, 5),
    () => page.getByRole('dialog').getByRole('button', { name: 'Đóng' }).click(),
  ]) {
    await opener.click();
    await page.locator('dialog[open]').waitFor();
    assert.equal(await focused(page), 'Quy chế sử dụng nhóm');
    await layers(page, 1);
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press('Tab');
      assert.ok(
        await page.evaluate(
          () =>
            document.activeElement === document.body ||
            document.querySelector('dialog')?.contains(document.activeElement) === true,
        ),
      );
    }
    await close();
    await gone(page, 'dialog');
    await layers(page, 0);
    assert.equal(await focused(page), 'Hộp thoại');
    assert.equal(new URL(page.url()).pathname, '/kit');
  }
  // Forward into the closed dialog steps out again.
  await page.goForward();
  await layers(page, 0);
  assert.equal(await page.locator('dialog').count(), 0);
  await page.context().close();
});

test('a confirmation answers no to Esc and yes only to its button', async () => {
  const page = await open({ width: 1280 });
  await page.getByRole('button', { name: 'Xác nhận' }).click();
  await page.getByRole('alertdialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Không thu hồi').waitFor();
  await page.getByRole('button', { name: 'Xác nhận' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Thu hồi tin nhắn' }).click();
  await page.getByText('Đã thu hồi').waitFor();
  assert.equal(await focused(page), 'Xác nhận');
  await page.context().close();
});

test('one menu by right click and by key: arrows, letters, and the focus afterwards', async () => {
  const page = await open({ width: 1280 });
  const bubble = page.locator('.gallery-bubble');
  await bubble.focus();
  await bubble.click({ button: 'right', position: { x: 20, y: 10 } });
  await page.locator('[role=menu]').waitFor();
  assert.equal(await focused(page), 'Trả lời');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'Chuyển tiếp');
  await page.keyboard.type('sa');
  assert.equal(await focused(page), 'Sao chép');
  await page.keyboard.press('End');
  assert.match(await focused(page), /^Thu hồi/);
  await page.keyboard.press('Escape');
  await gone(page, '[role=menu]');
  assert.match(await focused(page), /^Tin nhắn/);

  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: /Xem chi tiết/ }).click();
  await page.locator('dialog[open]').waitFor();
  await layers(page, 1);
  await page.keyboard.press('Escape');
  await gone(page, 'dialog');
  assert.match(await focused(page), /^Tin nhắn/);

  await page.getByRole('button', { name: 'Trình đơn' }).click();
  await page.locator('[role=menu]').waitFor();
  await page.mouse.click(900, 30);
  await gone(page, '[role=menu]');
  await layers(page, 0);
  await page.context().close();
});

test('a long press opens the menu as a sheet, which choosing closes', async () => {
  const page = await open({ width: 360, height: 740 });
  const bubble = page.locator('.gallery-bubble');
  await bubble.scrollIntoViewIfNeeded();
  const box = await bubble.boundingBox();
  assert.ok(box);
  const fingers = await page.context().newCDPSession(page);
  await fingers.send('Input.dispatchTouchEvent', {
    type: 'touchStart',
    touchPoints: [{ x: box.x + 60, y: box.y + 15 }],
  });
  await page.locator('dialog [role=menu]').waitFor();
  await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await page.getByRole('menuitem', { name: 'Trả lời' }).tap();
  await page.getByRole('status').getByText('Trả lời').waitFor();
  assert.equal(await page.locator('[role=menu]').count(), 0);
  await page.context().close();
});

test('a sheet is closed by pulling it down', async () => {
  const page = await open({ width: 360, height: 740 });
  await page.getByRole('button', { name: 'Hộp thoại' }).tap();
  await page.locator('dialog[open]').waitFor();
  await still(page);
  const grab = await page.locator('.sheet-grab').boundingBox();
  assert.ok(grab);
  await page.mouse.move(grab.x + 100, grab.y + 8);
  await page.mouse.down();
  await page.mouse.move(grab.x + 100, grab.y + 60, { steps: 3 });
  await page.mouse.move(grab.x + 100, grab.y + 150, { steps: 3 });
  await page.mouse.up();
  await gone(page, 'dialog');
  await page.context().close();
});

test('a tree is walked with arrows', async () => {
  const page = await open({ width: 1280 });
  await page.locator('[role=tree] [tabindex="0"]').focus();
  await page.keyboard.press('Home');
  assert.match(await focused(page), /^Tỉnh/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Xã Ia Grai/);
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.getByRole('treeitem').count(), 3);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.match(await focused(page), /^Làng Grăng/);
  await page.keyboard.press('ArrowLeft');
  assert.match(await focused(page), /^Xã Ia Grai/);
  await page.context().close();
});

test('numbers and codes are spaced while they are typed, and the caret stays at its digit', async () => {
  const page = await open({ width: 1280 });
  const phone = page.getByLabel('Số điện thoại di động');
  await phone.fill('');
  await phone.pressSequentially('0905318462');
  assert.equal(await phone.inputValue(), '0905 318 462');
  await phone.evaluate((box: HTMLInputElement) => box.setSelectionRange(4, 4));
  await page.keyboard.press('Backspace');
  assert.equal(await phone.inputValue(), '0903 184 62');
  assert.equal(await phone.evaluate((box: HTMLInputElement) => box.selectionStart), 3);
  const code = page.getByLabel('Mã đăng nhập');
  await code.fill('9999-1111');
  assert.equal(await code.inputValue(), '9999 1111');
  await page.context().close();
});

test('opening a chat begins at its heading; going back returns to the row, and the list has not moved', async () => {
  const page = await open({ width: 1280, go: '/chats' });
  assert.equal(await page.title(), '(3) Trò chuyện – Nhà Rông');
  const list = page.locator('.virtual');
  await page.locator('[role=listitem]').first().waitFor();
  await list.evaluate((box) => {
    box.scrollTop = 3000;
  });
  const row = page.locator('[role=listitem] a[href="/chats/g53"]');
  await row.focus();
  const before = await list.evaluate((box) => box.scrollTop);
  await page.keyboard.press('Enter');
  await at(page, '/chats/g53');
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  assert.equal(await page.title(), '(3) Phòng chống bão lũ xã Ia Grai – Nhà Rông');
  assert.equal(await list.evaluate((box) => box.scrollTop), before);
  await page.goBack();
  await at(page, '/chats');
  await page.waitForFunction(() => document.activeElement?.getAttribute('href') === '/chats/g53');
  await page.context().close();
});

test('columns: the info panel and the width of the list answer to the keyboard', async () => {
  const page = await open({ width: 1280, go: '/chats/g1' });
  const panel = page.locator('.column-info');
  const button = page.getByRole('button', { name: 'Tùy chọn' });
  await panel.waitFor();
  await button.press('Enter');
  await panel.waitFor({ state: 'detached' });
  await button.press('Enter');
  await panel.getByRole('button', { name: 'Đóng' }).press('Enter');
  await panel.waitFor({ state: 'detached' });

  const width = () => page.locator('.column-list').evaluate((column) => column.getBoundingClientRect().width);
  const start = await width();
  await page.getByRole('separator').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await width(), start + 16);
  await page.keyboard.press('End');
  assert.equal(await width(), 420);
  await page.keyboard.press('Home');
  assert.equal(await width(), 280);
  await page.goto(`${address}ui/gallery.html?go=/chats/g1`);
  await page.locator('h1').first().waitFor();
  assert.equal(await width(), 280);
  await page.context().close();
});

test('a phone shows one column; back leads from options to chat to list, where the tabs are', async () => {
  const page = await open({ width: 360, height: 740, go: '/chats' });
  await page.locator('[role=listitem] a').nth(1).tap();
  await at(page, '/chats/g1');
  assert.equal(await page.locator('nav.tabs').count(), 0);
  assert.ok(!(await page.locator('.column-list').isVisible()));
  await page.getByRole('button', { name: 'Tùy chọn' }).tap();
  await at(page, '/chats/g1/options');
  await page.locator('.column-info').getByRole('button', { name: 'Quay lại' }).tap();
  await at(page, '/chats/g1');
  await page.goBack();
  await at(page, '/chats');
  assert.ok(await page.locator('nav.tabs').isVisible());
  await page.context().close();
});

test('from tab to tab replaces, so that back does not tour all of them', async () => {
  const page = await open({ width: 1280, go: '/chats' });
  const index = () => page.evaluate(() => (history.state as { index: number }).index);
  const start = await index();
  await page.getByRole('link', { name: 'Danh bạ' }).click();
  await at(page, '/directory');
  await page.getByRole('link', { name: 'Cài đặt' }).click();
  await at(page, '/kit');
  assert.equal(await index(), start + 1);
  await page.goBack();
  await at(page, '/chats');
  await page.context().close();
});

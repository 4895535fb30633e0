import { test } from 'node:test';

import { openAgency } from '../agency.ts';
import { closeDevice, openDevice } from '../browser.ts';
import type { Kind } from '../browser.ts';
import { atOtherWidths, inBothThemes, visit } from './look.ts';
import { agency, browser } from './tour.ts';
import { byPerson } from './visits.ts';

/** The tests of one kind of device; a file each, so that they run side by side. */
export function testScreens(kind: Kind): void {
  for (const [key, paths] of byPerson) {
    test(`light and dark, on ${kind}, as ${key || 'somebody signed out'}: ${paths.join(' ')}`, async () => {
      const page = key
        ? await agency.device(browser, kind, key, { path: '/me', calm: true })
        : await openDevice(browser, kind, { calm: true });
      // What others' acts bring up at its own time is looked at where it belongs.
      if (key) await page.evaluate(() => localStorage.setItem('push-later', String(Date.now())));
      const check = async (what: string): Promise<void> => {
        await inBothThemes(page, what);
        if (kind === 'pc') await atOtherWidths(page, what);
      };
      for (const path of paths) await visit(page, kind, path, check);
      await closeDevice(page);
    });
  }

  test(`the page of the first run, on ${kind}`, async () => {
    const fresh = await openAgency({ fresh: true });
    const page = await openDevice(browser, kind, { calm: true });
    await page.goto(fresh.url);
    await page.getByRole('heading', { name: 'Thiết lập lần đầu' }).waitFor();
    await inBothThemes(page, `/setup: ${kind}`);
    await page.getByRole('button', { name: 'Hoàn tất và vào trò chuyện' }).click();
    await page.getByText('Chọn tỉnh, xã hoặc phường.').waitFor();
    await inBothThemes(page, `/setup: errors, ${kind}`);
    await closeDevice(page);
  });

  test(`the page after the first code, on ${kind}`, async () => {
    const page = await openDevice(browser, kind, { calm: true });
    await page.goto(agency.url);
    const { phone } = agency.person(kind === 'phone' ? 'tram' : 'vy');
    await page.getByRole('textbox', { name: 'Số điện thoại di động' }).fill(phone);
    await page.getByRole('button', { name: 'Nhận mã đăng nhập' }).click();
    await page.getByRole('textbox', { name: 'Mã đăng nhập' }).fill(await agency.codeFor(phone));
    await page.getByRole('button', { name: 'Đúng, vào trò chuyện' }).waitFor();
    await inBothThemes(page, `/welcome: ${kind}`);
    await closeDevice(page);
  });
}

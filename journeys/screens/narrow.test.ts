import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { closeDevice } from '../browser.ts';
import { isFine, visit } from './look.ts';
import { agency, browser, close } from './tour.ts';
import { byPerson, ELSEWHERE, VISITS } from './visits.ts';

test('every screen of the product is visited here', async () => {
  const source = await readFile(join(import.meta.dirname, '../..', 'features', 'views.ts'), 'utf8');
  const screens = [...source.matchAll(/path: '([^']+)',\s*frame: '/g)].map((it) => it[1]!);
  assert.equal(screens.length, [...source.matchAll(/\bframe: '/g)].length, 'a screen is written in another way');
  assert.ok(screens.length >= 20);
  assert.deepEqual(screens.toSorted(), [...Object.keys(VISITS), ...ELSEWHERE].toSorted());
});

for (const [key, paths] of byPerson) {
  if (key === '') continue;
  test(`320 px wide with the largest letters, as ${key}: ${paths.join(' ')}`, async () => {
    const page = await agency.device(browser, 'phone', key, {
      path: '/me',
      calm: true,
      viewport: { width: 320, height: 640 },
    });
    await page.getByRole('button', { name: /^Cỡ chữ/ }).click();
    await page.getByRole('radio', { name: 'Rất lớn' }).click();
    await close(page);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '20px');
    for (const path of paths) await visit(page, 'phone', path, (what) => isFine(page, `${what} 320`));
    await closeDevice(page);
  });
}

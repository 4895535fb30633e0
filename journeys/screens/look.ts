import assert from 'node:assert/strict';

import type { Page } from 'playwright-core';

import { accessibilityFaults, picture, settled, sidewaysScroll, SIZES } from '../browser.ts';
import type { Kind } from '../browser.ts';
import { agency } from './tour.ts';
import { VISITS } from './visits.ts';

export async function isFine(page: Page, what: string, only?: 'colours'): Promise<void> {
  await picture(page, `screens/${what.replaceAll(/[^\p{L}\d]+/gu, '-')}`);
  assert.deepEqual(await accessibilityFaults(page, only ? { only } : {}), [], what);
  // Another theme has the same words in the same places.
  if (only === 'colours') return;
  assert.equal(await sidewaysScroll(page), 0, `${what} scrolls sideways`);
  assert.equal(await page.getByText('Màn hình này gặp lỗi').count(), 0, what);
}

export async function inBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await isFine(page, `${what}, ${colorScheme}`, colorScheme === 'dark' ? 'colours' : undefined);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

export async function atOtherWidths(page: Page, what: string): Promise<void> {
  for (const width of [768, 1920]) {
    await page.setViewportSize({ width, height: 1024 });
    await settled(page);
    assert.equal(await sidewaysScroll(page), 0, `${what} scrolls sideways at ${width}`);
  }
  await page.setViewportSize(SIZES.pc);
}

export async function visit(
  page: Page,
  kind: Kind,
  path: string,
  check: (what: string) => Promise<void>,
): Promise<void> {
  const { looks, path: address } = VISITS[path]!;
  await page.goto(agency.url + (await address()));
  for (const { name, show, there, only } of looks) {
    if (only && only !== kind) continue;
    await show?.(page, kind);
    await there(page, kind).filter({ visible: true }).first().waitFor();
    await settled(page);
    await check(`${path}: ${name}, ${kind}`);
  }
}

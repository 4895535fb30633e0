import { after, before } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { openAgency } from '../agency.ts';
import type { Agency } from '../agency.ts';
import { openBrowser } from '../browser.ts';
import type { Kind } from '../browser.ts';

export const STORM = 'Phòng chống bão lũ xã Ia Grai';
export const LONGEST = 'Rơ Châm Nguyễn Thị Hoàng Bích Phượng';

export let agency: Agency;
export let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ microphone: true });
});

after(() => browser?.close());

interface Look {
  readonly name: string;
  /** Brings it up; on the screen as it was left by the look before. */
  readonly show?: (page: Page, kind: Kind) => Promise<void>;
  /** What is in sight once it is up. */
  readonly there: (page: Page, kind: Kind) => Locator;
  readonly only?: Kind;
}

interface Visit {
  /** Who looks; nobody: signed out. */
  readonly as: string | undefined;
  readonly path: () => string | Promise<string>;
  readonly looks: readonly [Look, ...Look[]];
}

/** By the path of the screen, as features/views.ts has it. */
export type Visits = Readonly<Record<string, Visit>>;

export const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name });

/** The layer on top is closed as one closes it. */
export const close = async (page: Page): Promise<void> => {
  const open = await page.locator('dialog[open], [role=menu]').count();
  await page.keyboard.press('Escape');
  await page.waitForFunction((n) => document.querySelectorAll('dialog[open], [role=menu]').length < n, open);
};

export const chat = async (): Promise<string> => `/chats/${await agency.group(STORM)}`;

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';

import { COMPUTER, PHONE } from '../testing/browser.ts';

const ROOT = join(import.meta.dirname, '..');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const SIZES = {
  phone: { width: 360, height: 740 },
  pc: { width: 1280, height: 800 },
} as const;

export type Kind = keyof typeof SIZES;

/** What they call themselves: a headless Linux would stand in the list of devices. */
export const USER_AGENTS: Readonly<Record<Kind, string>> = { phone: PHONE, pc: COMPUTER };

/** Browsers whose devices keep the whole app, as everybody’s do: to fetch it takes each of them a second of a core. */
const keeping = new WeakSet<Browser>();

/**
 * Debian's Chromium, without a word to anybody but the address under test. `microphone`: one that beeps, allowed without asking.
 * `worker`: its devices have a service worker, for journeys that go without a line, close the app or get a new version.
 */
export async function openBrowser({
  microphone,
  worker,
}: { microphone?: boolean; worker?: boolean } = {}): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...(microphone ? ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'] : []),
    ],
  });
  if (worker) keeping.add(browser);
  return browser;
}

export interface DeviceOptions {
  readonly dark?: boolean;
  readonly language?: 'vi' | 'en';
  /** Only looked at: its owner has asked for little motion, and no worker keeps the app. */
  readonly calm?: boolean;
  /** Another size than the kind's own. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What the device has kept from earlier. */
  readonly storageState?: BrowserContextOptions['storageState'];
  /** Its clock starts here and goes on. */
  readonly at?: Date;
}

/** A person's phone or PC: its own storage, touch on the phone, Vietnamese unless told otherwise. Faults of the page fail the test at `closeDevice`. */
export async function openDevice(browser: Browser, kind: Kind, options: DeviceOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: options.viewport ?? SIZES[kind],
    userAgent: USER_AGENTS[kind],
    storageState: options.storageState,
    deviceScaleFactor: kind === 'phone' ? 2 : 1,
    hasTouch: kind === 'phone',
    isMobile: kind === 'phone',
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: options.calm ? 'reduce' : 'no-preference',
    locale: options.language === 'en' ? 'en-GB' : 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
  });
  context.setDefaultTimeout(30_000);
  if (options.at) await context.clock.install({ time: options.at });
  if (options.calm || !keeping.has(browser))
    await context.addInitScript(() => {
      ServiceWorkerContainer.prototype.register = () => new Promise(() => undefined);
    });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`fault in the page: ${error.message}`));
  page.on('console', (line) => {
    // Offline and refused requests are part of the journeys; a breach of the content policy never is.
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(line.text()))
      wrong.push(`content policy: ${line.text()}`);
  });
  faults.set(context, wrong);
  return page;
}

const faults = new WeakMap<BrowserContext, string[]>();

/** Closes a device; throws where its page had a fault or broke the content policy. */
export async function closeDevice(page: Page): Promise<void> {
  const context = page.context();
  await context.close();
  const wrong = faults.get(context) ?? [];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/**
 * Waits until nothing that is seen moves any more. What endlessly turns does not count, nor what lies in skipped content
 * (`content-visibility`): there a transition stands still until it is scrolled into sight.
 */
export async function still(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.fonts.status === 'loaded' &&
      // The day that floats over a scrolled log goes by itself a moment later.
      !document.querySelector('.log-floating-shown') &&
      !document.getAnimations().some((one) => {
        if (one.playState !== 'running' || one.effect?.getComputedTiming().endTime === Infinity) return false;
        const { target } = one.effect as KeyframeEffect;
        return target === null || target.checkVisibility({ contentVisibilityAuto: true });
      }),
  );
}

/** Waits until all has come in, and nothing moves any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => ![...document.querySelectorAll('[aria-busy=true]')].some((it) => it.checkVisibility()),
  );
  await still(page);
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe-core finds wrong with the page as it stands, in words; empty where nothing is. `only`: of its colours, where all else
 * has been looked at and only they are others now.
 */
export async function accessibilityFaults(page: Page, { only }: { only?: 'colours' } = {}): Promise<string[]> {
  // Halfway through a fade every colour is a wrong one.
  await still(page);
  // Evaluated by the driver, not by the page: the content policy stays as it is.
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    const { source } = (await import('axe-core')).default;
    await page.evaluate(source);
  }
  return page.evaluate(
    async (rules) => {
      const { axe } = globalThis as unknown as {
        axe: {
          run(
            context: unknown,
            options: unknown,
          ): Promise<{
            violations: { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
          }>;
        };
      };
      // The day that floats over a scrolled log comes and goes while all is looked at; it is drawn as the days in the log are.
      const { violations } = await axe.run({ exclude: ['.log-floating'] }, { runOnly: rules });
      return violations.flatMap((it) =>
        it.nodes.map((node) => `${it.id}: ${it.help} at ${node.target.join(' ')} (${node.failureSummary ?? ''})`),
      );
    },
    only === 'colours' ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } : RULES,
  );
}

/** Nothing is wider than the screen. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** A page of the guide may be read over a weak line. */
export const PICTURE_MOST = 120_000;
export const GUIDE_PICTURES = 'docs/huong-dan/hinh';

/** A picture of the page under tmp/pictures, to be looked at; only with PICTURES set, since it takes time. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.PICTURES) await page.screenshot({ path: await place('tmp/pictures', name), animations: 'disabled' });
}

/** A picture for the guide: into `docs/huong-dan/hinh` with PICTURES=guide, else only to be looked at; without PICTURES none. */
export async function guidePicture(page: Page, name: string): Promise<void> {
  if (!process.env.PICTURES) return;
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const path = await place(process.env.PICTURES === 'guide' ? GUIDE_PICTURES : 'tmp/pictures/guide', name);
  await sharp(shot).png({ palette: true, colours: 256, effort: 10, compressionLevel: 9 }).toFile(path);
}

async function place(folder: string, name: string): Promise<string> {
  const path = join(ROOT, folder, `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  return path;
}

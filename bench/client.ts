// What a cheap phone on a bad line sees, in a real Chromium: how much travels before the first screen, how long until the list
// of chats can be used, how long a tap on a chat takes, and how smoothly a long conversation scrolls.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

import { openBrowser, SIZES, USER_AGENTS } from '../journeys/browser.ts';
import type { ClientHouse } from './client-house.ts';
import { SlowLine } from './client-line.ts';
import { LOAD_CORE } from './measured.ts';
import { median, ms, quantile, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** The profile: a phone with a quarter of this machine’s speed, on the edge of a mobile network. */
export const PROFILE = { cpu: 4, bits: 400_000, roundTripMs: 400 } as const;
/** A quick thumb, px a second. */
const FLING = 6_000;
const LINES = 10_000;

export interface ClientFigures {
  /** Of the page’s own requests until the list can be used, as they travel, headers and all. */
  readonly load: { requests: number; all: number; script: number; style: number; fonts: number; api: number };
  readonly coldMs: number;
  readonly warmMs: number;
  /** Sum of layout shifts until the list stood, cold; 0 is none. */
  readonly shift: number;
  /** Everything that came down until the program was whole on the device, the worker’s share too. */
  readonly installedBytes: number;
  readonly chat: { fromStoreMs: number; againMs: number; requests: number };
  readonly scroll: ScrollFigures;
}

export interface ScrollFigures {
  readonly lines: number;
  readonly heapBytes: number;
  readonly nodes: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Part of the frames that took longer than two of sixty a second. */
  readonly dropped: number;
}

type Marks = { list?: number; chat?: number; shift: number; frames: number[] };

/** Runs in the page before anything of it: notes when things can be seen. */
function watch(): void {
  const marks: Marks = { shift: 0, frames: [] };
  Object.assign(globalThis, { marks });
  // What changes while a frame is being made is in that frame, what changes between two is in the next; a message posted
  // from within a frame arrives when it is done.
  let making = false;
  const soon = (run: () => void): void => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = run;
    port2.postMessage(0);
  };
  const frame = (): void => {
    making = true;
    soon(() => (making = false));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const painted = (name: 'list' | 'chat'): void => {
    const done = (): void => soon(() => (marks[name] ??= performance.now()));
    if (making) done();
    else requestAnimationFrame(done);
  };
  const seen = { list: false, chat: false };
  const look = (): void => {
    if (!seen.list && document.querySelector('.chat-row')) {
      seen.list = true;
      painted('list');
    }
    if (!document.querySelector('.bubble-text')) seen.chat = false;
    else if (!seen.chat) {
      seen.chat = true;
      painted('chat');
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const it of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
      if (!it.hadRecentInput) marks.shift += it.value;
  }).observe({ type: 'layout-shift', buffered: true });
}

const marksOf = (page: Page): Promise<Marks> => page.evaluate(() => (globalThis as unknown as { marks: Marks }).marks);

class Phone {
  readonly #context: BrowserContext;
  readonly #line: SlowLine;
  readonly url: string;

  private constructor(context: BrowserContext, line: SlowLine) {
    this.#context = context;
    this.#line = line;
    this.url = `http://localhost:${line.port}`;
  }

  /** A device on which somebody has signed in and nothing is kept yet. */
  static async open(browser: Browser, line: SlowLine, house: ClientHouse): Promise<Phone> {
    const context = await browser.newContext({
      viewport: SIZES.phone,
      userAgent: USER_AGENTS.phone,
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      locale: 'vi-VN',
      timezoneId: 'Asia/Ho_Chi_Minh',
    });
    context.setDefaultTimeout(120_000);
    const url = `http://localhost:${line.port}`;
    await context.addInitScript((account) => {
      if (location.protocol === 'http:') localStorage.setItem('account', account);
    }, house.account);
    await context.addCookies([{ name: 'sid', value: house.session, url, httpOnly: true, sameSite: 'Lax' }]);
    await context.addInitScript(watch);
    return new Phone(context, line);
  }

  async page(): Promise<{ page: Page; cdp: CDPSession }> {
    const page = await this.#context.newPage();
    const cdp = await this.#context.newCDPSession(page);
    await cdp.send('Network.enable');
    return { page, cdp };
  }

  async slow(cdp: CDPSession, on: boolean): Promise<void> {
    this.#line.speed = on ? PROFILE : undefined;
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: on ? PROFILE.cpu : 1 });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

interface Travelled {
  type: string;
  url: string;
  bytes: number;
}

/** Every request of the page, and how many bytes its answer took on the line. */
function travelled(cdp: CDPSession): Travelled[] {
  const found = new Map<string, Travelled>();
  const list: Travelled[] = [];
  cdp.on('Network.requestWillBeSent', ({ requestId, type, request }) => {
    const it = { type: type ?? 'Other', url: request.url, bytes: 0 };
    found.set(requestId, it);
    list.push(it);
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const it = found.get(requestId);
    if (it) it.bytes = encodedDataLength;
  });
  return list;
}

async function measureOpening(
  browser: Browser,
  line: SlowLine,
  house: ClientHouse,
): Promise<Omit<ClientFigures, 'scroll'>> {
  const phone = await Phone.open(browser, line, house);
  const before = line.downBytes;
  let { page, cdp } = await phone.page();
  const requests = travelled(cdp);
  await phone.slow(cdp, true);
  await page.goto(phone.url, { waitUntil: 'commit' });
  await page.waitForFunction(() => (globalThis as unknown as { marks: Marks }).marks.list !== undefined);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const loaded = requests.map((it) => ({ ...it }));
  const cold = await marksOf(page);

  // The rest of the installation is nobody’s wait; then one chat is read, so that it is known.
  await phone.slow(cdp, false);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const installedBytes = line.downBytes - before;
  await page.locator('.chat-row a').nth(1).tap();
  await page.locator('.bubble-text').first().waitFor();
  // What is known is written in batches.
  await wait(2_000);
  await page.close();

  ({ page, cdp } = await phone.page());
  await phone.slow(cdp, true);
  await page.goto(phone.url, { waitUntil: 'commit' });
  await page.waitForFunction(() => (globalThis as unknown as { marks: Marks }).marks.list !== undefined);
  const warm = await marksOf(page);
  // Until the line is up and what was missed has come: the tap is measured for itself.
  await wait(4_000);

  let asked = 0;
  let requestsUntilRead: number | undefined;
  // The browser looks up the tab’s icon again at every address; the worker has it.
  cdp.on('Network.requestWillBeSent', ({ request }) => (asked += request.url.endsWith('.svg') ? 0 : 1));
  cdp.on('Network.webSocketFrameSent', () => (asked += 1));
  const tap = async (): Promise<number> => {
    await page.evaluate(() => {
      const { marks } = globalThis as unknown as { marks: Marks & { pressed?: number } };
      delete marks.chat;
      document.addEventListener('click', (event) => (marks.pressed = event.timeStamp), { once: true, capture: true });
    });
    // The driver’s own looking around is done before: only the finger’s work is measured.
    const { x, y, width, height } = (await page.locator('.chat-row a').nth(1).boundingBox())!;
    await page.touchscreen.tap(x + width / 2, y + height / 2);
    // Asked seldom: looking takes its time from what is looked at.
    await page.waitForFunction(() => (globalThis as unknown as { marks: Marks }).marks.chat !== undefined, undefined, {
      polling: 200,
    });
    requestsUntilRead ??= asked;
    const { chat, pressed } = (await marksOf(page)) as Marks & { pressed: number };
    return chat! - pressed;
  };
  const fromStoreMs = await tap();
  await wait(1_500);
  await page.goBack();
  await page.locator('.chat-row').first().waitFor();
  await wait(1_500);
  const againMs = await tap();
  await phone.slow(cdp, false);
  await phone.close();

  const sum = (of: (it: Travelled) => boolean): number =>
    loaded.reduce((bytes, it) => bytes + (of(it) ? it.bytes : 0), 0);
  return {
    load: {
      requests: loaded.length,
      all: sum(() => true),
      script: sum((it) => it.type === 'Script' || it.url.endsWith('.js')),
      style: sum((it) => it.type === 'Stylesheet'),
      fonts: sum((it) => it.type === 'Font'),
      api: sum((it) => it.url.includes('/api/')),
    },
    coldMs: cold.list!,
    warmMs: warm.list!,
    shift: cold.shift,
    installedBytes,
    chat: { fromStoreMs, againMs, requests: requestsUntilRead ?? 0 },
  };
}

/** Loads the whole of the long conversation, then flings through it as a thumb does. */
async function measureScrolling(
  browser: Browser,
  line: SlowLine,
  house: ClientHouse,
  rounds: number,
  lines: number,
): Promise<ScrollFigures> {
  const phone = await Phone.open(browser, line, house);
  const { page, cdp } = await phone.page();
  await page.goto(`${phone.url}/chats/${house.long}`);
  await page.locator('.bubble-text').first().waitFor();
  await page.evaluate(async (patience) => {
    const log = document.querySelector('[role="log"]')!;
    const end = performance.now() + patience;
    while (!document.querySelector('.log-start') && performance.now() < end) {
      log.scrollTop = 0;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, 120_000);
  const posinset = await page.locator('[role="log"] article').first().getAttribute('aria-posinset');
  if (Number(posinset) !== 1) throw new Error(`the beginning was not reached: ${posinset}`);
  await page.locator('[role="log"]').press('End');
  await wait(2_000);
  await cdp.send('HeapProfiler.enable');
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes } = await cdp.send('Memory.getDOMCounters');

  await cdp.send('Emulation.setCPUThrottlingRate', { rate: PROFILE.cpu });
  const results: { medianMs: number; p95Ms: number; dropped: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await page.evaluate(() => {
      const { marks } = globalThis as unknown as { marks: Marks & { on?: boolean } };
      marks.frames = [];
      marks.on = true;
      let last = 0;
      const frame = (now: number): void => {
        if (last > 0) marks.frames.push(now - last);
        last = now;
        if (marks.on) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    for (let fling = 0; fling < 4; fling += 1) {
      await cdp.send('Input.synthesizeScrollGesture', {
        x: 180,
        y: 300,
        yDistance: fling < 3 ? 9_000 : -9_000,
        speed: FLING,
        gestureSourceType: 'touch',
      });
    }
    const frames = await page.evaluate(() => {
      const { marks } = globalThis as unknown as { marks: Marks & { on?: boolean } };
      marks.on = false;
      return marks.frames;
    });
    results.push({
      medianMs: median(frames),
      p95Ms: quantile(frames, 0.95),
      dropped: frames.filter((it) => it > 34).length / frames.length,
    });
  }
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await phone.close();
  const mid = (of: (it: (typeof results)[number]) => number): number => median(results.map(of));
  return {
    lines,
    heapBytes: usedSize,
    nodes,
    medianMs: mid((it) => it.medianMs),
    p95Ms: mid((it) => it.p95Ms),
    dropped: mid((it) => it.dropped),
  };
}

/** All figures of the client, each the median of so many rounds. What is measured is the client in web/dist. */
export async function measureClient(rounds: number, lines: number): Promise<ClientFigures> {
  const child = fork(join(import.meta.dirname, 'client-house.ts'), [JSON.stringify({ long: lines })]);
  const [house] = (await once(child, 'message')) as [ClientHouse];
  const line = await SlowLine.open(house.port);
  const browser = await openBrowser();
  try {
    const openings: Omit<ClientFigures, 'scroll'>[] = [];
    for (let round = 0; round < rounds; round += 1) openings.push(await measureOpening(browser, line, house));
    const scroll = await measureScrolling(browser, line, house, rounds, lines);
    const mid = (of: (it: (typeof openings)[number]) => number): number => median(openings.map(of));
    const { load } = openings[0]!;
    return {
      load,
      coldMs: mid((it) => it.coldMs),
      warmMs: mid((it) => it.warmMs),
      shift: mid((it) => it.shift),
      installedBytes: mid((it) => it.installedBytes),
      chat: {
        fromStoreMs: mid((it) => it.chat.fromStoreMs),
        againMs: mid((it) => it.chat.againMs),
        requests: mid((it) => it.chat.requests),
      },
      scroll,
    };
  } finally {
    await browser.close();
    line.close();
    child.send('stop');
    await once(child, 'exit');
  }
}

/** The bench: figures of a phone in hand. */
export async function client({ quick, rounds }: Scale): Promise<Row[]> {
  // A phone has more than the one core that the load of the other benches keeps to.
  const allow = (cores: string): unknown =>
    LOAD_CORE === undefined
      ? undefined
      : execFileSync('taskset', ['-cp', cores, String(process.pid)], { stdio: 'ignore' });
  allow(`0-${cpus().length - 1}`);
  try {
    return rowsOf(await measureClient(rounds, quick ? 1_000 : LINES));
  } finally {
    allow(String(LOAD_CORE));
  }
}

function rowsOf({ load, scroll, chat, ...it }: ClientFigures): Row[] {
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const row = (what: string, figure: string, aim?: string, met?: boolean, note?: string): Row => ({
    bench: 'client',
    what,
    figure,
    aim,
    met,
    note,
  });
  return [
    row('first load: script', kB(load.script), '≤ 90 kB', load.script <= 90_000, 'as it travels'),
    row(
      'first load: all',
      kB(load.all),
      undefined,
      undefined,
      `${load.requests} requests; style ${kB(load.style)}, fonts ${kB(load.fonts)}`,
    ),
    row(
      'whole program on the device',
      kB(it.installedBytes),
      undefined,
      undefined,
      'all screens, to be used without a line',
    ),
    row('list usable, nothing kept', ms(it.coldMs)),
    row('list usable, opened again', ms(it.warmMs), '≤ 1,000 ms', it.warmMs <= 1_000),
    row('layout shift while opening', it.shift.toFixed(3)),
    row(
      'tap on a known chat → readable',
      ms(chat.fromStoreMs),
      '≤ 100 ms',
      chat.fromStoreMs <= 100,
      'from the device’s store',
    ),
    row('the same chat again', ms(chat.againMs), '≤ 100 ms', chat.againMs <= 100, 'from memory'),
    row('requests until readable', String(chat.requests), '0', chat.requests === 0),
    row(
      `flinging through ${whole(scroll.lines)} lines: frame`,
      `${ms(scroll.medianMs)}, p95 ${ms(scroll.p95Ms)}`,
      'p95 ≤ 34 ms',
      scroll.p95Ms <= 34,
      `${(scroll.dropped * 100).toFixed(1)} % later than two of sixty a second`,
    ),
    row(
      'the same: heap',
      `${(scroll.heapBytes / 1e6).toFixed(1)} MB`,
      undefined,
      undefined,
      `${whole(scroll.nodes)} DOM nodes`,
    ),
  ];
}

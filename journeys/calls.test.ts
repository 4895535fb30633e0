import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser } from './browser.ts';

// Sound and pictures go from one browser to the other and back: counted by the browsers themselves, from a microphone that beeps and a
// camera that films a clock.

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ microphone: true });
});

after(async () => {
  await browser?.close();
});

const PATIENCE = { timeout: 60_000 };

const ring = (page: Page): Locator => page.getByRole('alertdialog');
const room = (page: Page): Locator => page.getByRole('dialog', { name: /^Cuộc gọi:/ });
const press = (where: Page | Locator, name: string | RegExp): Promise<void> =>
  where.getByRole('button', { name, exact: true }).click();

async function pairOf(a: string, b: string): Promise<string> {
  return (await agency.as(a, 'group.openPair', { account: agency.person(b).id })).group;
}

/** A device whose connections can be looked at. */
async function device(key: string, path: string): Promise<Page> {
  const page = await agency.device(browser, 'pc', key, { path });
  await page.context().addInitScript(() => {
    const Real = RTCPeerConnection;
    const connections: RTCPeerConnection[] = [];
    Object.assign(globalThis, {
      connections,
      RTCPeerConnection: class extends Real {
        constructor(config?: RTCConfiguration) {
          super(config);
          connections.push(this);
        }
      },
    });
  });
  await page.reload();
  await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
  return page;
}

interface Counted {
  readonly connected: number;
  /** What came in, and how much there was to hear in it. */
  readonly packets: number;
  readonly energy: number;
  readonly frames: number;
  /** The name of this end of the path; another one after another path was sought. */
  readonly path: string;
}

const counted = (page: Page): Promise<Counted> =>
  page.evaluate(async () => {
    const { connections = [] } = globalThis as { connections?: RTCPeerConnection[] };
    const sum = { connected: 0, packets: 0, energy: 0, frames: 0, path: '' };
    for (const it of connections) {
      if (it.connectionState !== 'connected') continue;
      sum.connected += 1;
      sum.path += /a=ice-ufrag:(\S+)/.exec(it.localDescription?.sdp ?? '')?.[1] ?? '';
      for (const [, one] of (await it.getStats()) as unknown as Iterable<[string, Record<string, never>]>) {
        if (one['type'] !== 'inbound-rtp') continue;
        if (one['kind'] === 'audio') {
          sum.packets += Number(one['packetsReceived'] ?? 0);
          sum.energy += Number(one['totalAudioEnergy'] ?? 0);
        } else sum.frames += Number(one['framesDecoded'] ?? 0);
      }
    }
    return sum;
  });

async function until(page: Page, what: string, holds: (it: Counted) => boolean): Promise<Counted> {
  for (const end = Date.now() + PATIENCE.timeout; ;) {
    const now = await counted(page);
    if (holds(now)) return now;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${JSON.stringify(now)}`);
    await page.waitForTimeout(100);
  }
}

/** Sound, and pictures where they are sent, come in now, and go on coming. */
async function hears(page: Page, pictures: boolean): Promise<void> {
  const from = await until(page, 'a connection', (it) => it.connected === 1);
  await until(
    page,
    pictures ? 'sound and pictures' : 'sound',
    (it) =>
      it.connected === 1 &&
      it.packets > from.packets + 20 &&
      it.energy > from.energy &&
      (!pictures || it.frames > from.frames + 5),
  );
}

async function leave(page: Page): Promise<void> {
  await press(room(page), /^(Rời|Kết thúc)$/);
  await room(page).waitFor({ state: 'detached' });
}

test('two see and hear each other, through another network and a page that is loaded again, until one leaves', async () => {
  const group = await pairOf('nga', 'thung');
  const nga = await device('nga', `/chats/${group}`);
  const thung = await device('thung', '/chats');

  await press(nga, 'Gọi video');
  await ring(thung).waitFor(PATIENCE);
  await press(ring(thung), 'Trả lời');
  await Promise.all([hears(nga, true), hears(thung, true)]);

  // Another network: a new path is sought, and the call goes on.
  const before = await counted(nga);
  await nga.context().setOffline(true);
  await nga.context().setOffline(false);
  await until(nga, 'another path', (it) => it.connected === 1 && it.path !== before.path);
  await Promise.all([hears(nga, true), hears(thung, true)]);

  // Loaded again, by either of them: the seat is kept, and the other one need do nothing.
  for (const page of [thung, nga]) {
    await page.reload();
    await page.getByRole('button', { name: 'Vào lại' }).click(PATIENCE);
    await Promise.all([hears(nga, false), hears(thung, false)]);
  }

  await leave(thung);
  await room(nga).waitFor({ state: 'detached', ...PATIENCE });
  assert.equal((await counted(nga)).connected, 0);
  assert.equal((await counted(thung)).connected, 0);
  await closeDevice(nga);
  await closeDevice(thung);
});

test('two who call each other in the same moment are in one call', async () => {
  const group = await pairOf('phuc', 'bich');
  const pages = [await device('phuc', `/chats/${group}`), await device('bich', `/chats/${group}`)] as const;
  await Promise.all(pages.map((it) => press(it, 'Gọi thoại')));
  await Promise.all(pages.map((it) => hears(it, false)));
  await leave(pages[0]);
  await room(pages[1]).waitFor({ state: 'detached', ...PATIENCE });
  for (const it of pages) await closeDevice(it);
});

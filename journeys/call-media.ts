import type { Browser, Locator, Page } from 'playwright-core';

import type { Agency } from './agency.ts';

/** For a machine that has other things to do. */
export const PATIENCE = { timeout: 60_000 };

export const ring = (page: Page): Locator => page.getByRole('alertdialog');
/** The call over the whole window. */
export const room = (page: Page): Locator => page.getByRole('dialog', { name: /^Cuộc gọi:/ });
export const press = (where: Page | Locator, name: string | RegExp): Promise<void> =>
  where.getByRole('button', { name, exact: true }).click(PATIENCE);

export async function pairOf(agency: Agency, a: string, b: string): Promise<string> {
  return (await agency.as(a, 'group.openPair', { account: agency.person(b).id })).group;
}

/** A device whose connections can be looked at. */
export async function callDevice(agency: Agency, browser: Browser, key: string, path: string): Promise<Page> {
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

export interface Counted {
  readonly connected: number;
  /** What came in, and how much there was to hear in it. */
  readonly packets: number;
  readonly energy: number;
  readonly frames: number;
  /** The name of this end of the path; another one after another path was sought. */
  readonly path: string;
  /** How the paths in use begin and end here and there: host, srflx, prflx or relay. */
  readonly ends: readonly string[];
}

export const counted = (page: Page): Promise<Counted> =>
  page.evaluate(async () => {
    const { connections = [] } = globalThis as { connections?: RTCPeerConnection[] };
    const sum = { connected: 0, packets: 0, energy: 0, frames: 0, path: '', ends: [] as string[] };
    for (const it of connections) {
      if (it.connectionState !== 'connected') continue;
      sum.connected += 1;
      sum.path += /a=ice-ufrag:(\S+)/.exec(it.localDescription?.sdp ?? '')?.[1] ?? '';
      const stats = new Map<string, Readonly<Record<string, unknown>>>(await it.getStats());
      for (const one of stats.values()) {
        if (one['type'] === 'transport') {
          const pair = stats.get(String(one['selectedCandidatePairId']));
          for (const end of ['localCandidateId', 'remoteCandidateId'] as const)
            sum.ends.push(String(stats.get(String(pair?.[end]))?.['candidateType']));
        }
        if (one['type'] !== 'inbound-rtp') continue;
        if (one['kind'] === 'audio') {
          sum.packets += Number(one['packetsReceived'] ?? 0);
          sum.energy += Number(one['totalAudioEnergy'] ?? 0);
        } else sum.frames += Number(one['framesDecoded'] ?? 0);
      }
    }
    return sum;
  });

export async function until(page: Page, what: string, holds: (it: Counted) => boolean): Promise<Counted> {
  for (const end = Date.now() + PATIENCE.timeout; ;) {
    const now = await counted(page);
    if (holds(now)) return now;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${JSON.stringify(now)}`);
    await page.waitForTimeout(100);
  }
}

/** Sound, and pictures where they are sent, come in now, over so many connections, and go on coming. */
export async function hears(page: Page, pictures: boolean, connections = 1): Promise<void> {
  const from = await until(page, 'a connection', (it) => it.connected === connections);
  await until(
    page,
    pictures ? 'sound and pictures' : 'sound',
    (it) =>
      it.connected === connections &&
      it.packets > from.packets + 20 &&
      it.energy > from.energy &&
      (!pictures || it.frames > from.frames + 5),
  );
}

export async function leave(page: Page): Promise<void> {
  await press(room(page), /^(Rời|Kết thúc)$/);
  await room(page).waitFor({ state: 'detached' });
}

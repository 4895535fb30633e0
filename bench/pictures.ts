// A chat with five thousand photos in a real Chromium, from the newest to the oldest: what the page holds in memory after all of
// them against what it holds after the first few hundred, and whether anything that is read moves.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openBrowser, SIZES, USER_AGENTS } from '../journeys/browser.ts';
import { walkUp } from '../testing/photos.ts';
import type { Walk } from '../testing/photos.ts';
import type { ClientHouse } from './client-house.ts';
import { whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** The first stretch, gone through slowly: after it a page that lets go of what is out of sight has all it will ever have. */
const SHARE = 0.05;

export interface PictureFigures {
  readonly photos: number;
  /** Resident memory of the processes that draw the page, after the first of them and after all, bytes. */
  readonly early: number;
  readonly late: number;
  readonly walk: Walk;
}

/** Processes of Chromium that draw pages. */
function drawing(): Set<number> {
  const found = new Set<number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (/--type=(?:renderer|gpu-process)/.test(readFileSync(`/proc/${name}/cmdline`, 'latin1')))
        found.add(Number(name));
    } catch {
      // It has just ended.
    }
  }
  return found;
}

function resident(processes: ReadonlySet<number>): number {
  let bytes = 0;
  for (const it of processes) {
    try {
      const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${it}/smaps_rollup`, 'latin1'));
      bytes += Number(pss?.[1] ?? 0) * 1_024;
    } catch {
      // It has just ended.
    }
  }
  return bytes;
}

export async function measurePictures(photos: number): Promise<PictureFigures> {
  const child = fork(join(import.meta.dirname, 'client-house.ts'), [JSON.stringify({ long: photos, photos })]);
  const [house] = (await once(child, 'message')) as [ClientHouse];
  const before = drawing();
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({
      viewport: SIZES.phone,
      userAgent: USER_AGENTS.phone,
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      locale: 'vi-VN',
    });
    const url = `http://localhost:${house.port}`;
    await context.addCookies([{ name: 'sid', value: house.session, url, httpOnly: true, sameSite: 'Lax' }]);
    const page = await context.newPage();
    await page.goto(`${url}/chats/${house.long}`);
    await page.locator('[role="log"] img.picture').first().waitFor();
    const cdp = await context.newCDPSession(page);
    const settled = async (): Promise<number> => {
      await cdp.send('HeapProfiler.collectGarbage');
      const mine = new Set([...drawing()].filter((it) => !before.has(it)));
      return resident(mine);
    };
    const first = await page.evaluate(walkUp, {
      photos: Math.ceil(photos * SHARE),
      stride: 0.5,
      patienceMs: 240_000,
    });
    const early = await settled();
    const rest = await page.evaluate(walkUp, { photos, stride: 3, patienceMs: 600_000 });
    const late = await settled();
    return {
      photos,
      early,
      late,
      walk: {
        imagesMost: Math.max(first.imagesMost, rest.imagesMost),
        jumps: first.jumps + rest.jumps,
        shift: first.shift + rest.shift,
        steps: first.steps + rest.steps,
      },
    };
  } finally {
    await browser.close();
    if (child.connected) child.send('stop');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

/** The bench: a chat of photos. */
export async function pictures({ quick }: Scale): Promise<Row[]> {
  const it = await measurePictures(quick ? 120 : 5_000);
  const mb = (bytes: number): string => `${whole(bytes / 1_048_576)} MB`;
  const bench = 'pictures';
  const ratio = it.late / it.early;
  return [
    {
      bench,
      what: `memory of a page that has shown ${whole(it.photos)} photos`,
      figure: mb(it.late),
      limit: `${mb(it.early)} after the first ${whole(it.photos * SHARE)}`,
      ratio,
      aim: '≤ 1.5',
      met: ratio <= 1.5,
    },
    {
      bench,
      what: 'photos in the page at once, most',
      figure: whole(it.walk.imagesMost),
      aim: '≤ 40',
      met: it.walk.imagesMost <= 40,
    },
    {
      bench,
      what: 'what is read has moved by itself',
      figure: `${whole(it.walk.jumps)} times`,
      limit: `${whole(it.walk.steps)} stops`,
      aim: '0',
      met: it.walk.jumps === 0,
      note: `layout shift ${it.walk.shift.toFixed(3)}`,
    },
  ];
}

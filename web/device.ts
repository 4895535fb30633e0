import { SOCKET_PROTOCOL } from '../protocol/version.ts';
import { Cache } from './cache.ts';
import { Connection, renewConnection } from './connection.ts';
import { Outbox } from './outbox.ts';
import { browserPages, lonePage } from './pages.ts';
import type { Pages } from './pages.ts';
import { memoryShelves, openShelves, wipeShelves } from './shelves.ts';
import type { Shelves } from './shelves.ts';
import { browserSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** This device while somebody is signed in on it: what the states of all features stand on. */
export interface Device {
  readonly account: string;
  readonly connection: Connection;
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly pages: Pages;
  readonly world: Surroundings;
}

/** Who was signed in here last, so that the app opens without asking. An id, no secret; `account` in localStorage. */
const REMEMBERED = 'account';

export function rememberedAccount(): string | undefined {
  try {
    return localStorage.getItem(REMEMBERED) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(account: string | undefined): void {
  try {
    if (account === undefined) localStorage.removeItem(REMEMBERED);
    else localStorage.setItem(REMEMBERED, account);
  } catch {
    // Without it the app asks the server who it is.
  }
}

/** Opens the store of an account in this browser; another account's is wiped first. The line is opened by the caller. */
export async function openBrowserDevice(account: string): Promise<Device> {
  const before = rememberedAccount();
  if (before !== undefined && before !== account) await wipeShelves();
  remember(account);
  const world = browserSurroundings(SOCKET_PROTOCOL);
  // The browser then keeps the store when the disk runs full; refused, nothing is lost but that.
  void navigator.storage?.persist?.().catch(() => {});
  return assemble(account, renewConnection(), await openShelves(account), browserPages(account), world);
}

/** The same without a browser: for tests that drive real clients. */
export function openDevice(account: string, world: Surroundings, shelves: Shelves = memoryShelves()): Promise<Device> {
  return assemble(account, new Connection(world), shelves, lonePage(), world);
}

async function assemble(
  account: string,
  line: Connection,
  shelves: Shelves,
  pages: Pages,
  world: Surroundings,
): Promise<Device> {
  const cache = new Cache(shelves, world);
  await cache.open();
  return { account, connection: line, cache, outbox: new Outbox(cache, line, pages, world), pages, world };
}

/** Lets go of line and store; what was kept stays. */
export async function closeDevice(device: Device): Promise<void> {
  device.connection.close();
  await device.outbox.close();
  await device.cache.close();
  device.pages.close();
}

/** Signed out: nothing of the account stays on this device. */
export async function wipeDevice(device: Device): Promise<void> {
  device.connection.close();
  void device.outbox.close();
  device.cache.stop();
  device.pages.close();
  remember(undefined);
  await wipeShelves();
}

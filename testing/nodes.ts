import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { events } from '../features/contracts.ts';
import { processBus } from '../server/bus/in-process.ts';
import type { Bus } from '../server/bus/bus.ts';
import { openNatsBus } from '../server/bus/nats.ts';
import type { NatsBus, NatsBusOptions } from '../server/bus/nats.ts';
import { readConfig } from '../server/config.ts';
import { openLog } from '../server/log.ts';
import { openTestHouse } from './house.ts';
import type { TestHouse, TestHouseOptions } from './house.ts';
import { NatsServer } from './nats.ts';
import { closeBefore, newDatabase } from './postgres.ts';
import { Program } from './program.ts';

/** A bus of its own on this NATS, closed at the end of the test file. Buses with the same prefix hear each other. */
export async function openTestBus(
  server: Pick<NatsServer, 'url'>,
  prefix: string,
  options: Partial<NatsBusOptions> & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<NatsBus> {
  const { nats } = readConfig({ NATS_URL: server.url, ...options.env });
  const bus = await openNatsBus({
    nats: nats!,
    prefix,
    name: 'test',
    events,
    log: openLog('silent'),
    ...options,
  });
  closeBefore(() => bus.close());
  return bus;
}

/** No two tests hear each other. */
export const newPrefix = (): string => `test.${randomBytes(8).toString('hex')}`;

let shared: Promise<NatsServer> | undefined;

/**
 * Buses for the houses of one test, each for one house: over a real NATS where `BUS=nats` says so, with every house on a
 * connection of its own; otherwise all in this process.
 */
export async function busesFor(count: number, over = process.env['BUS'] ?? ''): Promise<Bus[]> {
  if (over !== 'nats') return Array.from({ length: count }, processBus).fill(processBus());
  shared ??= NatsServer.create().then(async (it) => {
    closeBefore(() => it.remove());
    await it.start();
    return it;
  });
  const server = await shared;
  const prefix = newPrefix();
  return Promise.all(Array.from({ length: count }, () => openTestBus(server, prefix)));
}

/** Houses in this process on one database, each on a NATS connection of its own. The first has the cast. */
export async function openTestHouses(
  server: Pick<NatsServer, 'url'>,
  count: number,
  options: TestHouseOptions = {},
): Promise<TestHouse[]> {
  const prefix = newPrefix();
  const houses: TestHouse[] = [];
  for (let n = 0; n < count; n += 1) {
    const bus = await openTestBus(server, prefix);
    houses.push(await openTestHouse({ ...options, bus, ...(houses[0] ? { beside: houses[0] } : {}) }));
  }
  return houses;
}

export interface TestNodes {
  readonly programs: readonly Program[];
  readonly databaseUrl: string;
  /** One NATS for all. */
  readonly nats: NatsServer;
  /** The folder with the keys of all. */
  readonly keysDir: string;
}

/**
 * `count` real programs, each in a process of its own, on one new database, one NATS, with the same keys; not started. Everything
 * is removed at the end of the test file.
 */
export async function createNodes(
  count: number,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly nats?: NatsServer;
    readonly databaseUrl?: string;
  } = {},
): Promise<TestNodes> {
  const databaseUrl = options.databaseUrl ?? (await newDatabase()).url;
  const keysDir = await mkdtemp(join(tmpdir(), 'nha-rong-keys-'));
  closeBefore(() => rm(keysDir, { recursive: true, force: true }));
  const nats = options.nats ?? (await NatsServer.create());
  if (!options.nats) {
    closeBefore(() => nats.remove());
    await nats.start();
  }
  const programs: Program[] = [];
  for (let n = 1; n <= count; n += 1) {
    const program = await Program.create({
      DATABASE_URL: databaseUrl,
      NATS_URL: nats.url,
      KEYS_DIR: keysDir,
      // All of it lies on this machine; what is about files across nodes names a store.
      FILES_SHARED: 'yes',
      NODE_NAME: `node-${n}`,
      ...options.env,
    });
    closeBefore(() => program.remove());
    programs.push(program);
  }
  return { programs, databaseUrl, nats, keysDir };
}

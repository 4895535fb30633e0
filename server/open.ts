import type { AddressInfo } from 'node:net';

import type { Actions } from '../protocol/action.ts';
import type { Events } from '../protocol/event.ts';
import { processBus } from './bus.ts';
import type { Bus } from './bus.ts';
import type { Config } from './config.ts';
import { openDatabase, POOL_SIZE, unsafeSettings } from './database.ts';
import { createHttpDoor } from './http.ts';
import type { Features, House } from './house.ts';
import { startJobs } from './jobs.ts';
import type { Log } from './log.ts';
import { openMetrics } from './metrics.ts';
import { createPerform } from './perform.ts';
import type { Perform, Request } from './perform.ts';
import { pruneActions } from './prune.ts';
import { createSocketDoor } from './socket.ts';
import type { SocketDoor } from './socket.ts';
import { watchStorage } from './storage.ts';

export interface OpenOptions {
  readonly config: Config;
  /** A migrated database. */
  readonly databaseUrl: string;
  readonly log: Log;
  readonly actions: Actions;
  readonly events: Events;
  readonly openFeatures: (house: House) => Features | Promise<Features>;
  readonly now?: () => Date;
  /** Shared by the nodes of a cluster; one of its own where absent. */
  readonly bus?: Bus;
  /** False in benches alone: how fast is it, not how fast may it be. */
  readonly limits?: boolean;
  /** Tests look at the disk here, after the commit and before the answer leaves. */
  readonly witness?: (request: Request) => Promise<void>;
  /** Tests call jobs themselves. */
  readonly jobs?: boolean;
}

export interface OpenHouse {
  readonly house: House;
  readonly features: Features;
  readonly perform: Perform;
  readonly sockets: SocketDoor;
  /** Where this process listens, as `http://127.0.0.1:8080`. */
  readonly address: string;
  /** Refuses what is new, finishes what is under way, closes the database connections. */
  close(): Promise<void>;
}

/** The database must not be used as it is set; the reasons are for the operator. */
export class UnsafeDatabaseError extends Error {
  override name = 'UnsafeDatabaseError';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`this database must not be used: ${reasons.join('; ')}`);
    this.reasons = reasons;
  }
}

/** Puts one running house together on a migrated database and listens. */
export async function openHouse(options: OpenOptions): Promise<OpenHouse> {
  const { config, log } = options;
  const metrics = openMetrics();
  let open = true;
  const db = openDatabase(
    options.databaseUrl,
    (error) =>
      // At the end PostgreSQL may be quicker than the goodbye of a connection.
      log[open ? 'warn' : 'debug']({ error: error.message }, 'a database connection was lost'),
    POOL_SIZE,
    () => metrics.statements.inc(),
  );
  const storage = await watchStorage({
    folder: config.dataDir,
    reserveBytes: config.storageReserveBytes,
    log,
    onLook: (freeBytes) => metrics.storageFree.set(freeBytes),
  });
  try {
    const reasons = await unsafeSettings(db);
    if (reasons.length > 0) throw new UnsafeDatabaseError(reasons);

    const house: House = {
      config,
      db,
      bus: options.bus ?? processBus(),
      log,
      metrics,
      storage,
      actions: options.actions,
      events: options.events,
      limits: options.limits ?? true,
      now: options.now ?? (() => new Date()),
    };
    const features = await options.openFeatures(house);
    const decide = createPerform(house, features);
    const { witness } = options;
    const perform: Perform = !witness
      ? decide
      : async (request) => {
          const answer = await decide(request);
          await witness(request);
          return answer;
        };
    const http = await createHttpDoor(house, features, perform, { ready: () => open });
    const sockets = createSocketDoor(house, features, perform, {
      isOwnOrigin: http.isOwnOrigin,
      addressOf: http.addressOf,
    });
    http.upgrade = (request, socket, head) => sockets.upgrade(request, socket, head);
    const gauge = setInterval(() => metrics.sockets.set(sockets.open), 5_000);
    gauge.unref();
    await http.app.listen({ port: config.port, host: config.host, backlog: 1_024 });
    const { port } = http.app.server.address() as AddressInfo;
    const jobs = options.jobs === false ? undefined : startJobs([...features.jobs, pruneActions(house)], log);

    return {
      house,
      features,
      perform,
      sockets,
      address: `http://127.0.0.1:${port}`,
      async close() {
        open = false;
        clearInterval(gauge);
        await jobs?.stop();
        await sockets.drain();
        await http.app.close();
        await features.close?.();
        storage.close();
        await db.destroy();
      },
    };
  } catch (error) {
    storage.close();
    await db.destroy();
    throw error;
  }
}

import type { AddressInfo } from 'node:net';

import type { Actions } from '../protocol/action.ts';
import type { Events } from '../protocol/event.ts';
import type { Bus } from './bus/bus.ts';
import { processBus } from './bus/in-process.ts';
import { openNatsBus } from './bus/nats.ts';
import { unheardBus } from './bus/unheard.ts';
import type { NatsBus } from './bus/nats.ts';
import type { Config } from './config.ts';
import { openDatabase, POOL_SIZE, unsafeSettings } from './database.ts';
import { Drain, within } from './drain.ts';
import { createHttpDoor } from './http.ts';
import type { Features, House } from './house.ts';
import { installationOf } from './installation.ts';
import { startJobs } from './jobs.ts';
import type { Log } from './log.ts';
import { openMetrics } from './metrics.ts';
import { keepNode } from './nodes.ts';
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

/** Requests and jobs under way when the program is stopped may take so long. */
const UNDER_WAY_MS = 10_000;

/** Puts one running house together on a migrated database and listens. */
export async function openHouse(options: OpenOptions): Promise<OpenHouse> {
  const { config, log } = options;
  const metrics = openMetrics();
  const drain = new Drain({ drainSeconds: config.drainSeconds, fellows: config.nats !== undefined });
  const db = openDatabase(
    options.databaseUrl,
    (error) =>
      // At the end PostgreSQL may be quicker than the goodbye of a connection.
      log[drain.stage === 'serving' ? 'warn' : 'debug']({ error: error.message }, 'a database connection was lost'),
    POOL_SIZE,
    () => metrics.statements.inc(),
  );
  const storage = await watchStorage({
    folder: config.dataDir,
    reserveBytes: config.storageReserveBytes,
    log,
    onLook: (freeBytes) => metrics.storageFree.set(freeBytes),
  });
  let ownBus: NatsBus | undefined;
  try {
    const reasons = await unsafeSettings(db);
    if (reasons.length > 0) throw new UnsafeDatabaseError(reasons);

    if (!options.bus && config.nats)
      ownBus = await openNatsBus({
        nats: config.nats,
        prefix: config.nats.prefix ?? `nharong.${await installationOf(db)}`,
        name: config.nodeName,
        events: options.events,
        log,
        count: (what) => metrics.bus.inc({ what }),
        onLine: (up) => metrics.busUp.set(up ? 1 : 0),
      });
    else metrics.busUp.set(1);
    // Nobody but this process uses a database that it started itself.
    const unheard = !options.bus && !ownBus && config.databaseUrl !== undefined ? unheardBus() : undefined;
    let fellows = false;
    function onFellows(there: boolean): void {
      if (!unheard || there === fellows) return;
      fellows = there;
      metrics.busUp.set(there ? 0 : 1);
      if (there)
        log.warn(
          {},
          'another program serves on this database and NATS_URL is not set: what is written there comes here only after some seconds. Set NATS_URL on all of them',
        );
      else log.info({}, 'no other program serves on this database any more');
      unheard.fellows(there);
    }
    const house: House = {
      config,
      db,
      bus: options.bus ?? ownBus ?? unheard ?? processBus(),
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
    const http = await createHttpDoor(house, features, perform, { drain });
    const sockets = createSocketDoor(house, features, perform, {
      isOwnOrigin: http.isOwnOrigin,
      addressOf: http.addressOf,
      drain,
    });
    http.upgrade = (request, socket, head) => sockets.upgrade(request, socket, head);
    const gauge = setInterval(() => metrics.sockets.set(sockets.open), 5_000);
    gauge.unref();
    await http.app.listen({ port: config.port, host: config.host, backlog: 1_024 });
    const { port } = http.app.server.address() as AddressInfo;
    const node =
      config.nats || unheard
        ? await keepNode(db, config, { log, isDraining: () => drain.stage !== 'serving', onFellows })
        : undefined;
    const jobs = options.jobs === false ? undefined : startJobs([...features.jobs, pruneActions(house)], log);

    return {
      house,
      features,
      perform,
      sockets,
      address: `http://127.0.0.1:${port}`,
      async close() {
        clearInterval(gauge);
        const jobsStopped = jobs?.stop();
        await drain.leave();
        drain.refuse();
        await sockets.drain();
        // Who reads or sends too slowly does not hold up the rest.
        if (!(await within(UNDER_WAY_MS, http.app.close()))) http.app.server.closeAllConnections();
        if (jobsStopped && !(await within(UNDER_WAY_MS, jobsStopped)))
          log.warn({}, 'a job was left in the middle; the next start, or another node, goes on with it');
        await node?.stop();
        await features.close?.();
        await ownBus?.close();
        storage.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await ownBus?.close();
    storage.close();
    await db.destroy();
    throw error;
  }
}

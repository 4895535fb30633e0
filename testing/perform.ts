import type { InputOf, OutputOf } from '../protocol/action.ts';
import type { Actions } from '../protocol/action.ts';
import type { Events } from '../protocol/event.ts';
import { newId } from '../protocol/id.ts';
import { processBus } from '../server/bus/in-process.ts';
import { readConfig } from '../server/config.ts';
import { openDatabase } from '../server/database.ts';
import type { Database } from '../server/database.ts';
import type { Handlers } from '../server/handler.ts';
import type { Actor, House } from '../server/house.ts';
import { openLog } from '../server/log.ts';
import { openMetrics } from '../server/metrics.ts';
import { openDoor } from '../server/guard.ts';
import { createPerform } from '../server/perform.ts';
import { closeBefore, newDatabase } from './postgres.ts';

export interface Stage<A extends Actions> {
  readonly house: House;
  readonly db: Database;
  /** Performs as this actor (nobody: before signing in), with an action id of its own unless one is given. */
  do<N extends keyof A & string>(
    actor: Actor | undefined,
    name: N,
    input: InputOf<A[N]>,
    id?: string,
  ): Promise<OutputOf<A[N]>>;
}

/** `perform` over the actions of a few features and a database of its own, without doors: for tests beside a feature's code. */
export async function newStage<A extends Actions>(
  actions: A,
  open: (house: House) => unknown,
  { events = {}, now = () => new Date() }: { events?: Events; now?: () => Date } = {},
): Promise<Stage<A>> {
  const { url } = await newDatabase();
  const log = openLog('silent');
  const db = openDatabase(url, () => undefined, 8);
  closeBefore(() => db.destroy());
  const house: House = {
    config: readConfig({}),
    db,
    bus: processBus(),
    log,
    storage: { freeBytes: Infinity, isLow: false, isFull: false, close: () => undefined },
    metrics: openMetrics(),
    actions,
    events,
    now,
    limits: true,
  };
  const perform = createPerform(house, {
    handlers: open(house) as Handlers,
    groups: { standing: () => Promise.resolve(undefined), forget: () => undefined },
    sessions: {
      actorOf: () => Promise.resolve(undefined),
      stillOpen: () => Promise.resolve(new Set<string>()),
      endedAmong: () => Promise.resolve([]),
      tokenIn: () => undefined,
      mayGovern: () => Promise.resolve(true),
      mayAct: () => Promise.resolve(true),
    },
    streams: {
      positions: () => Promise.resolve([]),
      resume: () => Promise.resolve({ places: [], events: [] }),
      heads: () => Promise.resolve([]),
      eventsAfter: () => Promise.resolve([]),
    },
    writeNotices: () => Promise.resolve(),
    guard: openDoor,
    audit: { write: () => Promise.resolve(), denied: () => Promise.resolve(), wake: () => undefined },
    jobs: [],
    routes: [],
  });
  return {
    house,
    db,
    async do(actor, name, input, id = newId()) {
      const caller = { door: 'program', address: '127.0.0.1', device: 'test', actor } as const;
      return (await perform({ name, id, input, caller })).output as never;
    },
  };
}

/** A signed-in person of a test. */
export function actor(account: string, administrator = false): Actor {
  return { account, session: newId(), administrator };
}

import { sql } from 'kysely';

import { actions, events } from '../../features/contracts.ts';
import { chatHandlers } from '../../features/chats/server.ts';
import { groupScope } from '../../features/groups/access.ts';
import { messageHandlers, streamReader } from '../../features/messages/server.ts';
import { insertNotices } from '../../features/messages/store.ts';
import { reactionHandlers } from '../../features/reactions/server.ts';
import { receiptHandlers } from '../../features/receipts/server.ts';
import { problem } from '../../protocol/problem.ts';
import type { Config } from '../../server/config.ts';
import type { Database } from '../../server/database.ts';
import { Drain } from '../../server/drain.ts';
import type { ChangeContext } from '../../server/handler.ts';
import type { Features, House } from '../../server/house.ts';
import { createPerform } from '../../server/perform.ts';
import type { Perform } from '../../server/perform.ts';
import { createSocketDoor } from '../../server/socket.ts';
import type { SocketDoor } from '../../server/socket.ts';
import { streamHandlers } from '../../server/stream-handlers.ts';
import type { SimulatedBus } from './bus.ts';
import type { Owner, World } from './clock.ts';
import type { ModelDatabase } from './database.ts';
import type { Asked } from './statements.ts';

/** Anything may be called on it, and nothing happens. */
const nothing: unknown = new Proxy(() => nothing, { get: (_it, name) => (name === 'then' ? undefined : nothing) });

const silent = { trace() {}, debug() {}, info() {}, warn() {}, fatal() {}, error() {} };

async function ask<T>(db: Database, what: string, it: Asked): Promise<T[]> {
  const { rows } = await sql<T>`${sql.raw(`/* asked ${what} */`)} ${JSON.stringify(it)}`.execute(db);
  return rows;
}

type Change = Pick<ChangeContext, 'db' | 'now' | 'announce'> & {
  readonly actor: { readonly account: string };
  readonly standing: { readonly role: string };
};

interface Looked {
  readonly sender: string | null;
  readonly ordinal: number;
  readonly seq: number;
  readonly edits: number;
  readonly recalled: boolean;
  readonly reactions: [string, number][] | null;
}

async function look(db: Database, account: string, group: string, message: string): Promise<Looked> {
  const [it] = await ask<Looked>(db, 'message.look', { group, account, message });
  if (!it) throw problem('not_found');
  return it;
}

/**
 * Handlers in place of those whose many statements are not what is looked at here: they decide as these do and announce the same
 * events, in the same transaction under the same proof.
 */
const plainHandlers = {
  'message.edit': async (
    { db, now, actor, announce }: Change,
    { group, message, text }: { group: string; message: string; text: string },
  ) => {
    const it = await look(db, actor.account, group, message);
    if (it.recalled) throw problem('not_found');
    if (it.sender !== actor.account) throw problem('forbidden', { right: 'message.edit' });
    await ask(db, 'message.edit', { group, account: actor.account, message, text, at: now.getTime() });
    const edited = { count: it.edits + 1, at: now.getTime() };
    announce(
      'message.edited',
      group,
      { id: message, ordinal: it.ordinal, text, edited, ...(it.reactions ? { reactions: it.reactions } : {}) },
      { message },
    );
    return {};
  },
  'message.recall': async (
    { db, now, actor, announce }: Change,
    { group, message }: { group: string; message: string },
  ) => {
    const it = await look(db, actor.account, group, message);
    if (it.recalled) return {};
    if (it.sender !== actor.account) throw problem('forbidden', { right: 'message.recallOthers' });
    const [pinned] = await ask(db, 'message.recall', { group, account: actor.account, message, at: now.getTime() });
    if (pinned) announce('pin.removed', group, { thing: message, why: 'gone' });
    announce('message.recalled', group, { id: message });
    return {};
  },
  'member.add': async ({ db, actor, announce }: Change, { group, accounts }: { group: string; accounts: string[] }) => {
    const people = await ask<{ account: string; in: boolean; name: string }>(db, 'member.standing', {
      group,
      account: actor.account,
      who: accounts,
    });
    const fresh = people.filter((it) => !it.in);
    const who = fresh.map((it) => it.account);
    if (who.length > 0) {
      await ask(db, 'member.add', { group, account: actor.account, who });
      announce('member.added', group, { accounts: who, names: fresh.map((it) => it.name), count: who.length });
      for (const account of who) announce('chat.added', account, { group, kind: 'coordination' });
    }
    return {
      added: who,
      already: people.filter((it) => it.in).map((it) => it.account),
      invited: 0,
      waiting: [],
      asked: [],
      blocked: [],
      unwilling: [],
    };
  },
  'member.leave': async (context: Change, { group }: { group: string }) => {
    const { actor, standing } = context;
    if (standing.role === 'owner') throw problem('forbidden', { right: 'member.leave' });
    await end(context, group, [actor.account], 'left');
    return {};
  },
  'member.remove': async (context: Change, { group, accounts }: { group: string; accounts: string[] }) => {
    const people = await ask<{ account: string; in: boolean; role: string }>(context.db, 'member.standing', {
      group,
      account: context.actor.account,
      who: accounts,
    });
    const who = people.filter((it) => it.in && it.role !== 'owner').map((it) => it.account);
    if (who.length > 0) await end(context, group, who, 'removed');
    return { removed: who.length };
  },
  'pin.add': async ({ db, actor, now, announce }: Change, { group, thing }: { group: string; thing: string }) => {
    const it = await look(db, actor.account, group, thing);
    if (it.recalled) throw problem('not_found');
    const [{ pins } = { pins: [] }] = await ask<{ pins: { thing: string }[] }>(db, 'pin.list', {
      group,
      account: actor.account,
    });
    if (!pins.some((one) => one.thing === thing)) {
      await ask(db, 'pin.add', { group, account: actor.account, message: thing, at: now.getTime() });
      announce('pin.added', group, { thing, kind: 'message', seq: it.seq, until: null });
    }
    return { thing, kind: 'message' };
  },
  'pin.remove': async ({ db, actor, announce }: Change, { group, thing }: { group: string; thing: string }) => {
    const [{ pins } = { pins: [] }] = await ask<{ pins: { thing: string }[] }>(db, 'pin.list', {
      group,
      account: actor.account,
    });
    if (pins.some((one) => one.thing === thing)) {
      await ask(db, 'pin.remove', { group, account: actor.account, message: thing });
      announce('pin.removed', group, { thing, why: 'unpinned' });
    }
    return {};
  },
};

async function end(
  { db, actor, announce }: Change,
  group: string,
  who: readonly string[],
  why: 'left' | 'removed',
): Promise<void> {
  const names = (await ask<{ name: string }>(db, 'member.standing', { group, account: actor.account, who })).map(
    (it) => it.name,
  );
  await ask(db, 'member.end', { group, account: actor.account, who });
  announce(why === 'left' ? 'member.left' : 'member.removed', group, {
    accounts: who,
    names,
    ...(why === 'left' ? {} : { blocked: false }),
  });
  for (const account of who) announce('chat.removed', account, { group, why });
}

/** One running program: the doors, the one path and the delivery are the real ones. */
export class SimulatedNode {
  readonly owner: Owner;
  readonly perform: Perform;
  readonly door: SocketDoor;
  readonly house: House;
  readonly #bus: SimulatedBus;
  /** Takes no new ones, and lets those go that are here. */
  draining = false;

  constructor(
    world: World,
    name: string,
    database: ModelDatabase,
    bus: SimulatedBus,
    skew: number,
    onFault: (error: unknown) => void,
  ) {
    this.owner = { name, alive: true, skew };
    this.#bus = bus;
    const before = world.owner;
    world.owner = this.owner;
    this.house = {
      config: { officeNetworks: [] } as unknown as Config,
      db: database.open(this.owner),
      bus: bus.join(this.owner),
      log: {
        ...silent,
        error: (it: { error?: unknown; err?: unknown }) => onFault(it.error ?? it.err ?? it),
      } as unknown as House['log'],
      metrics: nothing as House['metrics'],
      storage: { isLow: false, isFull: false } as House['storage'],
      actions,
      events,
      limits: false,
      now: () => new Date(),
    };
    const { house } = this;
    const streams = streamReader(house);
    const features: Features = {
      handlers: {
        ...messageHandlers(house),
        ...receiptHandlers(house),
        ...reactionHandlers(house),
        ...chatHandlers(house),
        ...streamHandlers(house, streams),
        ...plainHandlers,
      },
      groups: groupScope(house),
      sessions: {
        actorOf: async (token) => ({ actor: { account: token, session: token, administrator: false }, cookies: [] }),
        stillOpen: async (sessions) => new Set(sessions),
        endedAmong: async () => [],
        tokenIn: (cookie) => cookie,
        mayGovern: async () => true,
        mayAct: async () => true,
      },
      streams,
      writeNotices: insertNotices,
      audit: { write: async () => {}, denied: async () => {}, wake: () => {} },
      guard: { text: () => ({}), file: async () => ({}), unread: async () => null },
      jobs: [],
      routes: [],
    };
    this.perform = createPerform(house, features);
    this.door = createSocketDoor(house, features, this.perform, {
      isOwnOrigin: () => true,
      addressOf: () => '127.0.0.1',
      drain: new Drain({ drainSeconds: 0, fellows: true }),
    });
    world.owner = before;
  }

  /** All of it is gone at once; the lines break by the network's doing. */
  crash(): void {
    this.owner.alive = false;
    this.#bus.leave(this.owner);
  }
}

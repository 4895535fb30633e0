import { Chats } from '../../features/chats/state.ts';
import { Messages } from '../../features/messages/state.ts';
import { Reactions } from '../../features/reactions/state.ts';
import { Receipts } from '../../features/receipts/state.ts';
import { wireProblem, Problem } from '../../protocol/problem.ts';
import { openDevice } from '../../web/device.ts';
import type { Device } from '../../web/device.ts';
import { memoryShelves } from '../../web/shelves.ts';
import type { Shelves } from '../../web/shelves.ts';
import type { Surroundings } from '../../web/surroundings.ts';
import type { Owner, World } from './clock.ts';
import { Line } from './network.ts';
import type { SimulatedNode } from './node.ts';

/** What a device heard of a group, and in which of its lives. */
export interface Heard {
  readonly stream: string;
  readonly n: number;
  readonly account: string;
}

export interface Told {
  /** Every event frame that came in by a socket. */
  heard(it: Heard): void;
  answered(name: string, id: string, input: unknown, output: unknown): void;
  asked(name: string, id: string, input: unknown, account: string): void;
  /** Refused for good. */
  refused(id: string): void;
  broke(who: string, error: unknown): void;
  applied(who: string, stream: string, n: number): void;
}

export interface App {
  readonly device: Device;
  readonly messages: Messages;
  readonly chats: Chats;
  readonly reactions: Reactions;
  readonly receipts: Receipts;
}

/** One device: the client as it runs in a browser, a store that outlives it, and a network that is there or not. */
export class Phone {
  readonly account: string;
  readonly name: string;
  readonly shelves: Shelves;
  app: App | undefined;
  line: Line | undefined;
  network = true;
  owner: Owner;
  /** Requests and answers by HTTP that get lost, in a hundred. */
  loss = 0;
  readonly #world: World;
  readonly #nodes: () => readonly SimulatedNode[];
  readonly #told: Told;
  #wakes = new Set<() => void>();
  #lives = 0;

  constructor(
    world: World,
    account: string,
    name: string,
    nodes: () => readonly SimulatedNode[],
    told: Told,
    skew: number,
  ) {
    this.account = account;
    this.name = name;
    this.#world = world;
    this.#nodes = nodes;
    this.#told = told;
    this.owner = { name, alive: false, skew };
    this.shelves = slowShelves(memoryShelves(), world, () => this.owner);
  }

  /** Opens the app on what the device kept. */
  start(): void {
    if (this.owner.alive) return;
    this.#lives += 1;
    this.owner = { name: `${this.name}.${this.#lives}`, alive: true, skew: this.owner.skew };
    this.#wakes = new Set();
    const { owner } = this;
    this.#world.after(
      0,
      owner,
      () => void this.#open(owner).catch((error: unknown) => this.#told.broke(owner.name, error)),
    );
  }

  /** It dies as it stands: what was written stays. */
  crash(): void {
    this.owner.alive = false;
    this.app = undefined;
    this.line?.cut(this.#world.random.percent(50));
    this.line = undefined;
  }

  setNetwork(up: boolean): void {
    if (this.network === up) return;
    this.network = up;
    if (!up) this.line?.cut(this.#world.random.percent(50));
    const { owner } = this;
    for (const wake of this.#wakes) this.#world.after(0, owner, wake);
  }

  async #open(owner: Owner): Promise<void> {
    const world = this.#world;
    const surroundings: Surroundings = {
      base: '',
      fetch: ((input: string, init: RequestInit) => this.#fetch(owner, input, init)) as typeof fetch,
      openSocket: () => {
        const nodes = this.network ? this.#nodes() : [];
        const node = nodes.length > 0 ? world.random.pick(nodes) : undefined;
        const { onLine } = this;
        const line = new Line(world, owner, node, this.account, (frame) => onLine(frame));
        this.line = line;
        return line;
      },
      now: () => world.now(),
      random: () => Math.random(),
      after: (ms, run) => world.after(ms, owner, run),
      hasNetwork: () => this.network,
      onWake: (listener) => {
        this.#wakes.add(listener);
        return () => this.#wakes.delete(listener);
      },
      onHide: () => () => {},
      fault: (error) => this.#told.broke(owner.name, error),
    };
    const device = await openDevice(this.account, surroundings, this.shelves);
    const call = device.connection.call.bind(device.connection);
    const told = this.#told;
    device.connection.call = (async (name: never, input: never, options: { id?: string } = {}) => {
      if (options.id) told.asked(name, options.id, input, this.account);
      const output = await (call as (...args: unknown[]) => Promise<unknown>)(name, input, options).catch(
        (error: unknown) => {
          if (options.id && error instanceof Problem && !error.retry) told.refused(options.id);
          throw error;
        },
      );
      if (options.id && owner.alive) told.answered(name, options.id, input, output);
      return output;
    }) as typeof device.connection.call;
    const messages = new Messages(device);
    const receipts = new Receipts(device);
    const chats = new Chats(device, messages, receipts);
    const reactions = new Reactions(device);
    device.connection.listen({ event: (frame) => told.applied(owner.name, frame.in, frame.n) });
    await Promise.all([messages.open(), receipts.open()]);
    await chats.open();
    device.pages.whenFirst('keeper', () => void device.cache.becomeKeeper());
    await device.outbox.open();
    device.connection.open();
    if (owner.alive) this.app = { device, messages, chats, reactions, receipts };
  }

  readonly onLine = (frame: Record<string, unknown>): void => {
    if ('on' in frame)
      this.#told.heard({ stream: frame['in'] as string, n: frame['n'] as number, account: this.account });
  };

  #fetch(owner: Owner, input: string, init: RequestInit): Promise<unknown> {
    const world = this.#world;
    const name = input.replace(/^.*\/api\//, '');
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    init.signal?.addEventListener('abort', () => reject(new TypeError('aborted')));
    const lost = (): boolean => !this.network || world.random.percent(this.loss);
    const fail = (): void => void world.after(world.between(1, 400), owner, () => reject(new TypeError('no network')));
    const nodes = this.#nodes();
    const node = nodes.length > 0 ? world.random.pick(nodes) : undefined;
    if (!node || lost()) {
      fail();
      return promise;
    }
    const back = (status: number, body: unknown): void => {
      if (lost()) return fail();
      const text = JSON.stringify(body);
      world.after(world.between(1, 60), owner, () =>
        resolve({ ok: status === 200, status, text: () => Promise.resolve(text) }),
      );
    };
    const { account } = this;
    world.after(world.between(1, 60), node.owner, () => {
      const id = (init.headers as Record<string, string>)['idempotency-key'];
      const caller = {
        door: 'http' as const,
        address: '127.0.0.1',
        device: 'phone',
        actor: { account, session: account, administrator: false },
      };
      node.perform({ name, id, input: JSON.parse(init.body as string), caller }).then(
        ({ output }) => back(200, output ?? null),
        (error: unknown) => {
          if (error instanceof Problem) back(error.status, wireProblem(error));
          else {
            this.#told.broke(node.owner.name, error);
            back(500, { code: 'fault', retry: true });
          }
        },
      );
    });
    // A node that dies meanwhile: the line breaks.
    let over = false;
    const look = (): void => {
      if (over) return;
      if (!node.owner.alive) fail();
      else world.after(1_000, owner, look);
    };
    world.after(1_000, owner, look);
    return promise.finally(() => (over = true));
  }
}

/** The store of a device: what is written takes a moment, and what had not been written when it died is not there. */
function slowShelves(shelves: Shelves, world: World, owner: () => Owner): Shelves {
  return {
    ...shelves,
    durable: true,
    write(changes) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // As IndexedDB does: what is put is copied at once.
      const copies = structuredClone(changes);
      world.after(world.between(1, 8), owner(), () => void shelves.write(copies).then(resolve, reject));
      return promise;
    },
  };
}

import WebSocket from 'ws';

import { openStates } from '../features/states.ts';
import type { States } from '../features/states.ts';
import { SOCKET_PROTOCOL } from '../protocol/version.ts';
import { closeDevice, openDevice } from '../web/device.ts';
import { memoryShelves } from '../web/shelves.ts';
import type { Shelves } from '../web/shelves.ts';
import type { SocketLike, Surroundings } from '../web/surroundings.ts';
import type { CastName } from './cast.ts';
import type { TestHouse, TestPerson } from './house.ts';

/** The network of one device: whether there is any, and what is lost on it. */
export class TestNetwork {
  up = true;
  /** The address that requests of this path go to; the house's own where it answers nothing. */
  through: (path: string) => string | undefined = () => undefined;
  /** What a request to this path waits for before it goes. */
  holds: (path: string) => Promise<void> | undefined = () => undefined;
  readonly sockets = new Set<WebSocket>();
  readonly #wakes = new Set<() => void>();

  /** Breaks every line without a word, as a tunnel does. */
  async cut(): Promise<void> {
    this.up = false;
    const closed = [...this.sockets].map((it) => new Promise((resolve) => it.once('close', resolve)));
    for (const it of this.sockets) it.terminate();
    await Promise.all(closed);
  }

  restore(): void {
    this.up = true;
    for (const it of this.#wakes) it();
  }

  onWake(listener: () => void): () => void {
    this.#wakes.add(listener);
    return () => this.#wakes.delete(listener);
  }
}

export interface TestDevice extends States {
  readonly network: TestNetwork;
  readonly shelves: Shelves;
  /** Turns the device off; what it kept is on the shelves. */
  off(): Promise<void>;
  /** Resolves once this holds; fails with what was waited for. */
  until(holds: () => boolean, what?: string): Promise<void>;
}

/** The client's own engine, as it runs in a browser, on a real socket to a house of the test. */
export async function openTestDevice(
  house: TestHouse,
  who: CastName | TestPerson,
  shelves: Shelves = memoryShelves(),
): Promise<TestDevice> {
  const person = typeof who === 'string' ? house.cast[who] : who;
  const network = new TestNetwork();
  const faults: unknown[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const world: Surroundings = {
    base: house.address,
    fetch: async (input, init) => {
      const { pathname, search } = new URL(String(input));
      await network.holds(pathname);
      if (!network.up) throw new TypeError('no network');
      const origin = network.through(pathname) ?? house.address;
      const headers = { ...(init?.headers as Record<string, string>), cookie: person.cookie, origin };
      return fetch(origin + pathname + search, { ...init, headers });
    },
    openSocket: () => {
      if (!network.up) return brokenSocket();
      const socket = new WebSocket(`${house.address.replace(/^http/, 'ws')}/live`, SOCKET_PROTOCOL, {
        headers: { cookie: person.cookie, origin: house.address },
      });
      network.sockets.add(socket);
      socket.once('close', () => network.sockets.delete(socket));
      return socket;
    },
    now: () => Date.now(),
    random: () => Math.random(),
    after: (ms, run) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, ms);
      timers.add(timer);
      return () => {
        timers.delete(timer);
        clearTimeout(timer);
      };
    },
    hasNetwork: () => network.up,
    onWake: (listener) => network.onWake(listener),
    onHide: () => () => {},
    fault: (error) => void faults.push(error),
  };
  const device = await openDevice(person.id, world, shelves);
  const states = await openStates(device);
  return {
    ...states,
    network,
    shelves,
    async off() {
      network.up = false;
      await states.files.close();
      await closeDevice(device);
      // What a device that is off waits for never comes, and keeps no test from ending.
      for (const it of timers) clearTimeout(it);
    },
    async until(holds, what = holds.toString()) {
      const deadline = Date.now() + 30_000;
      while (!holds()) {
        if (faults.length > 0) throw faults[0];
        if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

function brokenSocket(): SocketLike {
  const socket: SocketLike = {
    send: () => {},
    close: () => {},
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
  };
  setImmediate(() => socket.onclose?.({ code: 1006 } as never));
  return socket;
}

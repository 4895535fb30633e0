import { once } from 'node:events';

import WebSocket from 'ws';

import type { InputOf, OutputOf } from '../protocol/action.ts';
import type { EventFrame, ServerFrame, SignalFrame, WelcomeFrame } from '../protocol/frame.ts';
import { newId } from '../protocol/id.ts';
import type { WireProblem } from '../protocol/problem.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import type { ActionMap, ActionName } from '../features/contracts.ts';

/** A problem as a client of the test got it. */
export class ClientProblem extends Error {
  readonly code: string;
  readonly wire: WireProblem;

  constructor(wire: WireProblem) {
    super(wire.code);
    this.code = wire.code;
    this.wire = wire;
  }
}

/** One device over a real socket: calls actions, keeps every frame it hears, waits for what it expects. */
export class TestClient {
  readonly account: string;
  readonly events: EventFrame[] = [];
  /** When each of them came, in milliseconds of the monotonic clock. */
  readonly heardAt: number[] = [];
  readonly signals: SignalFrame[] = [];
  welcome: WelcomeFrame['welcome'] | undefined;
  closed: { code: number; reason: string } | undefined;
  readonly socket: WebSocket;
  /** The same id may be under way twice: answered in order. */
  readonly #answers = new Map<string, ((frame: { ok?: unknown; problem?: WireProblem }) => void)[]>();
  readonly #watchers = new Set<() => void>();

  constructor(socket: WebSocket, account: string) {
    this.socket = socket;
    this.account = account;
    socket.on('message', (data) => this.#hear(JSON.parse((data as Buffer).toString('utf8')) as ServerFrame));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      for (const answer of [...this.#answers.values()].flat()) answer({ problem: { code: 'closed' } });
      this.#answers.clear();
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  /** Connects and says hello; `streams` is where this device's copies stand. Gives up after `patienceMs`. */
  static async connect(
    address: string,
    cookie: string,
    account: string,
    streams: Record<string, number> = {},
    patienceMs = 30_000,
  ): Promise<TestClient> {
    const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/live`, SOCKET_PROTOCOL, {
      headers: { cookie, origin: address },
      handshakeTimeout: patienceMs,
    });
    const client = new TestClient(socket, account);
    try {
      await once(socket, 'open');
      client.socket.send(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams } }));
      await client.until(() => client.welcome !== undefined, patienceMs);
      return client;
    } catch (error) {
      socket.terminate();
      throw error;
    }
  }

  call<N extends ActionName>(
    name: N,
    input: InputOf<ActionMap[N]>,
    id: string = newId(),
  ): Promise<OutputOf<ActionMap[N]>> {
    return this.callRaw(name, input, id) as Promise<OutputOf<ActionMap[N]>>;
  }

  async callRaw(name: string, input: unknown, id: string = newId()): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<{ ok?: unknown; problem?: WireProblem }>();
    this.#answers.set(id, [...(this.#answers.get(id) ?? []), resolve]);
    this.socket.send(JSON.stringify({ id, do: name, with: input }));
    const frame = await promise;
    if (frame.problem) throw new ClientProblem(frame.problem);
    return frame.ok;
  }

  /** Resolves as soon as it holds; looked at after every frame. Fails after `patienceMs`. */
  async until(holds: () => boolean, patienceMs = 30_000): Promise<void> {
    if (holds()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`never came to hold: ${holds.toString()}`)), patienceMs);
    const look = (): void => {
      if (holds()) resolve();
      else if (this.closed && !holds()) reject(new Error(`socket closed: ${this.closed.code} ${this.closed.reason}`));
    };
    this.#watchers.add(look);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  /** Events of one stream, in the order in which they came. */
  of(stream: string): EventFrame[] {
    return this.events.filter((it) => it.in === stream);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  #hear(frame: ServerFrame): void {
    if ('on' in frame) {
      this.events.push(frame);
      this.heardAt.push(performance.now());
    } else if ('signal' in frame) this.signals.push(frame);
    else if ('welcome' in frame) this.welcome = frame.welcome;
    else if ('id' in frame && frame.id !== undefined) {
      this.#answers.get(frame.id)?.shift()?.(frame);
    }
    this.#wake();
  }

  #wake(): void {
    for (const look of this.#watchers) look();
  }
}

import type { SocketLike, Surroundings } from '../web/surroundings.ts';

/** A socket whose other end is the test. */
export class TestSocket implements SocketLike {
  readonly sent: Record<string, unknown>[] = [];
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  closed = false;
  readonly #heard: (socket: TestSocket, frame: Record<string, unknown>) => void;

  constructor(heard: (socket: TestSocket, frame: Record<string, unknown>) => void) {
    this.#heard = heard;
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Record<string, unknown>;
    this.sent.push(frame);
    this.#heard(this, frame);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.({} as never);
  }

  say(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }

  /** The other end or the network ends it. */
  break(code = 1006): void {
    this.closed = true;
    this.onclose?.({ code } as never);
  }
}

export interface Posted {
  readonly name: string;
  readonly id: string;
  readonly input: unknown;
}

/**
 * Time, network and other end of a client in the hands of a test. Time stands until `pass`; sockets open and answer as the
 * test says.
 */
export class TestWorld implements Surroundings {
  readonly base = '';
  readonly sockets: TestSocket[] = [];
  readonly posted: Posted[] = [];
  readonly faults: unknown[] = [];
  time = 1_700_000_000_000;
  network = true;
  luck = 0.5;
  /** Answers a frame of the client; nothing by default. */
  onFrame: (socket: TestSocket, frame: Record<string, unknown>) => void = () => {};
  /** Answers a request by HTTP: status and body, or throws for no answer. */
  onPost: (posted: Posted) => { status: number; body: unknown } = () => {
    throw new TypeError('no network');
  };
  readonly #timers = new Set<{ at: number; run: () => void }>();
  readonly #wakes = new Set<() => void>();
  readonly #hides = new Set<() => void>();

  readonly fetch: typeof fetch = (url, init) => {
    const headers = init?.headers as Record<string, string>;
    const posted = {
      name: String(url).replace('/api/', ''),
      id: headers['idempotency-key']!,
      input: JSON.parse(String(init?.body)) as unknown,
    };
    this.posted.push(posted);
    return new Promise((resolve) => {
      const { status, body } = this.onPost(posted);
      resolve(new Response(JSON.stringify(body), { status }));
    });
  };

  openSocket(): SocketLike {
    const socket = new TestSocket((from, frame) => this.onFrame(from, frame));
    this.sockets.push(socket);
    return socket;
  }

  get socket(): TestSocket {
    return this.sockets.at(-1)!;
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return this.luck;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  hasNetwork(): boolean {
    return this.network;
  }

  onWake(listener: () => void): () => void {
    this.#wakes.add(listener);
    return () => this.#wakes.delete(listener);
  }

  onHide(listener: () => void): () => void {
    this.#hides.add(listener);
    return () => this.#hides.delete(listener);
  }

  fault(error: unknown): void {
    this.faults.push(error);
  }

  wake(): void {
    for (const it of this.#wakes) it();
  }

  hide(): void {
    for (const it of this.#hides) it();
  }

  /** Lets time pass, timer by timer, and everything that follows from each happen. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      await settled();
      const next = [...this.#timers].filter((it) => it.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = until;
    await settled();
  }
}

/** Everything that was waiting for a promise has run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { CLOSE } from '../protocol/frame.ts';
import type { Rate } from '../protocol/action.ts';
import type { EventFrame } from '../protocol/frame.ts';
import { Problem, problem, wireProblem } from '../protocol/problem.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { countedAs, officeFactor } from './address.ts';
import { within } from './drain.ts';
import type { Drain } from './drain.ts';
import { faultProblem } from './fault.ts';
import type { Features, House } from './house.ts';
import { parseStrictJson } from './json.ts';
import { encodeFrame, endsFor, Live } from './live.ts';
import type { Listener } from './live.ts';
import type { Perform } from './perform.ts';
import { Buckets } from './rate.ts';
import { refuseUpgrade } from './refuse.ts';

/** Limits of one socket and of the door; security.md figures, see docs/operating.md. */
export const SOCKET_LIMITS = {
  frameBytes: 65_536,
  fragments: 64,
  chunks: 1_024,
  queueBytes: 1_048_576,
  queueFrames: 1_000,
  pingMs: 25_000,
  deadMs: 60_000,
  helloMs: 10_000,
  perAccount: 10,
  perAddress: 300,
  commands: { burst: 100, perMinute: 3_000 },
  /** Commands that were too many; whoever goes on is closed. */
  refusals: { burst: 100, perMinute: 60 },
  connects: { burst: 30, perMinute: 30 },
  admission: { burst: 200, perMinute: 12_000 },
  /** Without a session that holds, from one address: so that one alone cannot use up the admission of all. */
  strangers: { burst: 60, perMinute: 300 },
  /** Up to so much, parts are laid together for a write. */
  copyBytes: 8_192,
  /** Writes to sockets in one turn of the loop: about two milliseconds. */
  writesAtOnce: 250,
  /** Commands of one socket under way at once; more wait in the kernel. */
  underWay: 32,
  /** Between two looks whether the sessions of open sockets still hold; the second of a node that does not hear the others. */
  sessionCheckMs: 60_000,
  sessionCheckAloneMs: 4_000,
  /** The same whether somebody ended them, where there are other nodes: their word may have been lost. Sessions in one statement. */
  endedCheckMs: 4_000,
  endedPage: 2_000,
} as const;

export interface SocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly open: number;
  readonly live: Live;
  /** Ends the sockets of these sessions, or of a whole account. */
  signOut(which: { sessions?: readonly string[]; account?: string }): void;
  /** Tells the open sockets when to come back, begins nothing more for them, and closes each once what it has under way is done. */
  drain(): Promise<void>;
}

export interface DoorOptions {
  readonly isOwnOrigin: (origin: string, host: string | undefined) => boolean;
  readonly addressOf: (request: IncomingMessage) => string;
  /** Past `serving` no new socket is let in. */
  readonly drain: Drain;
}

/** What is under way when a program stops may take so long. */
const UNDER_WAY_MS = 5_000;

/** `GET /live`: one socket a device, frames in both directions. */
export function createSocketDoor(house: House, features: Features, perform: Perform, options: DoorOptions): SocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: SOCKET_LIMITS.frameBytes,
    maxFragments: SOCKET_LIMITS.fragments,
    maxBufferedChunks: SOCKET_LIMITS.chunks,
    perMessageDeflate: false,
    // Counted like commands: by itself it answers every one, into a line that nobody may be reading.
    autoPong: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SOCKET_PROTOCOL) ? SOCKET_PROTOCOL : false),
  });
  // A device that only ever opens sockets has its session's token replaced by the handshake's answer.
  const cookiesFor = new WeakMap<IncomingMessage, readonly string[]>();
  server.on('headers', (headers, request) => {
    for (const cookie of cookiesFor.get(request) ?? []) headers.push(`Set-Cookie: ${cookie}`);
  });
  const live = new Live(house, features.streams, (group) => features.groups.forget(group));
  const devices = new Set<Device>();
  const perAccount = new Map<string, number>();
  const perAddress = new Map<string, number>();
  const connects = new Buckets();
  const admission = new Buckets(1);
  const strangers = new Buckets();
  const factorOf = officeFactor(house.config);

  const beat = setInterval(() => {
    const now = performance.now();
    for (const device of devices) device.beat(now);
  }, 5_000);
  beat.unref();
  let recheck: NodeJS.Timeout | undefined;
  let checking = false;
  /** One look after the other; what was not heard of while the line to the others was away is found by it. */
  function recheckIn(wait: number): void {
    clearTimeout(recheck);
    recheck = setTimeout(() => {
      if (checking) return recheckIn(200);
      checking = true;
      const whole = performance.now() >= wholeAt;
      if (whole) wholeAt = performance.now() + wholeWait();
      void (whole ? checkSessions() : checkEnded()).finally(() => {
        checking = false;
        if (!stopped) recheckIn(usualWait());
      });
    }, wait);
    recheck.unref();
  }
  let stopped = false;
  const wholeWait = (): number =>
    house.bus.line?.up === false ? SOCKET_LIMITS.sessionCheckAloneMs : SOCKET_LIMITS.sessionCheckMs;
  let wholeAt = performance.now() + wholeWait();
  function usualWait(): number {
    const { line } = house.bus;
    const wait = Math.max(50, wholeAt - performance.now());
    // Not all nodes in the same moment.
    return !line || line.alone ? wait : Math.min(wait, SOCKET_LIMITS.endedCheckMs * (0.75 + Math.random() / 4));
  }
  recheckIn(usualWait());
  const stopTurns = house.bus.line?.onTurn(() => {
    wholeAt = 0;
    recheckIn(50);
  });
  const stopSessions = house.bus.subscribe('sessions.ended', (which) =>
    signOut(which as { sessions?: string[]; account?: string }),
  );

  /** Everybody who has something due: one write a socket, and after so many of them a look at what has come in meanwhile. */
  const due: Device[] = [];
  function flushDue(): void {
    for (const device of due.splice(0, SOCKET_LIMITS.writesAtOnce)) device.flush();
    if (due.length > 0) setImmediate(flushDue);
  }

  async function checkSessions(): Promise<void> {
    const all = [...devices];
    if (all.length === 0) return;
    try {
      const open = await features.sessions.stillOpen(all.map((it) => it.session));
      for (const device of all) if (!open.has(device.session)) device.close(CLOSE.signedOut, 'signed out');
    } catch (error) {
      house.log.warn({ error }, 'could not check the sessions of open sockets');
    }
  }

  async function checkEnded(): Promise<void> {
    const sessions = [...new Set([...devices].map((it) => it.session))];
    try {
      for (let at = 0; at < sessions.length && !stopped; at += SOCKET_LIMITS.endedPage) {
        const ended = await features.sessions.endedAmong(sessions.slice(at, at + SOCKET_LIMITS.endedPage));
        if (ended.length > 0) signOut({ sessions: ended });
      }
    } catch (error) {
      house.log.warn({ error }, 'could not check whether sessions of open sockets were ended');
    }
  }

  function signOut(which: { sessions?: readonly string[]; account?: string }): void {
    const sessions = new Set(which.sessions ?? []);
    for (const device of devices) {
      if (sessions.has(device.session) || device.account === which.account) device.close(CLOSE.signedOut, 'signed out');
    }
  }

  class Device implements Listener {
    readonly account: string;
    readonly session: string;
    readonly address: string;
    readonly #socket: WebSocket;
    readonly #raw: Socket;
    readonly #streams = new Set<string>();
    readonly #administrator: boolean;
    readonly #userAgent: string;
    #queue: Buffer[] = [];
    /** Frames in the queue, or early; an entry may hold several. */
    #frames = 0;
    #planned = false;
    #heard = performance.now();
    #pinged = performance.now();
    #ready = false;
    #early: Buffer[] | undefined;
    #underWay = 0;
    /** Told to go: nothing is begun any more. */
    #leaving: PromiseWithResolvers<void> | undefined;
    #closed = false;
    readonly #buckets = new Buckets(2);
    readonly #hello: NodeJS.Timeout;

    constructor(
      socket: WebSocket,
      actor: { account: string; session: string; administrator: boolean },
      address: string,
      userAgent: string,
    ) {
      this.account = actor.account;
      this.session = actor.session;
      this.#administrator = actor.administrator;
      this.address = address;
      this.#userAgent = userAgent;
      this.#socket = socket;
      // Frames are encoded once for all who get them and written here directly, many in one write.
      this.#raw = (socket as unknown as { _socket: Socket })._socket;
      this.#hello = setTimeout(() => this.close(CLOSE.misuse, 'no hello'), SOCKET_LIMITS.helloMs);
      socket.on('message', (data, binary) => this.#message(data as Buffer, binary));
      socket.on('pong', () => (this.#heard = performance.now()));
      socket.on('ping', (data) => this.#ping(data));
      socket.on('error', () => socket.terminate());
      socket.on('close', () => this.#gone());
    }

    deliver(encoded: Buffer, frames: number): void {
      if (this.#closed) return;
      this.#frames += frames;
      if (this.#early) {
        // What happens while the log is read comes after what the log says, so that numbers arrive in their order.
        this.#early.push(encoded);
        if (this.#frames > SOCKET_LIMITS.queueFrames) this.cut();
        return;
      }
      this.#queue.push(encoded);
      if (this.#frames > SOCKET_LIMITS.queueFrames || this.#raw.writableLength > SOCKET_LIMITS.queueBytes) {
        // A slow reader is never waited for: it comes back and catches up by number.
        this.cut();
        return;
      }
      this.#plan();
    }

    #plan(): void {
      if (this.#planned) return;
      this.#planned = true;
      if (due.push(this) === 1) setImmediate(flushDue);
    }

    flush(): void {
      this.#planned = false;
      if (this.#closed || this.#queue.length === 0) return;
      const queue = this.#queue;
      this.#queue = [];
      this.#frames = 0;
      if (!this.#raw.writable) return;
      if (queue.length === 1) this.#raw.write(queue[0]!);
      else if (queue.reduce((sum, it) => sum + it.length, 0) <= SOCKET_LIMITS.copyBytes)
        this.#raw.write(Buffer.concat(queue));
      else {
        // Too much to copy for each of many sockets; the system takes the parts as they are, in one call.
        this.#raw.cork();
        for (const encoded of queue) this.#raw.write(encoded);
        this.#raw.uncork();
      }
    }

    followed(stream: string, seq: number): void {
      if (this.#closed) return;
      this.#streams.add(stream);
      live.follow(this, stream, seq);
    }

    unfollowed(stream: string): void {
      this.#streams.delete(stream);
    }

    cut(): void {
      this.close(CLOSE.catchUp, 'catch up');
      // So that a reader that does not read cannot keep the closing socket and its buffer.
      setTimeout(() => this.#socket.terminate(), 2_000).unref();
    }

    close(code: number, why: string): void {
      if (this.#closed) return;
      if (code !== CLOSE.catchUp) this.flush();
      this.#closed = true;
      this.#queue = [];
      house.metrics.socketsCut.inc({ reason: why });
      this.#socket.close(code, why);
      setTimeout(() => this.#socket.terminate(), 5_000).unref();
    }

    beat(now: number): void {
      if (now - this.#heard > SOCKET_LIMITS.deadMs) {
        if (!this.#closed) house.metrics.socketsCut.inc({ reason: 'silent' });
        this.#closed = true;
        this.#socket.terminate();
      } else if (now - this.#pinged > SOCKET_LIMITS.pingMs) {
        this.#pinged = now;
        this.#socket.ping();
      }
    }

    /** Resolves once what is under way has been answered and the socket closes. */
    async bye(wait: number): Promise<void> {
      this.#leaving = Promise.withResolvers<void>();
      this.deliver(encodeFrame({ bye: { wait, why: 'restart' } }), 1);
      this.flush();
      if (this.#underWay > 0) await within(UNDER_WAY_MS, this.#leaving.promise);
      this.close(1012, 'restart');
    }

    #gone(): void {
      clearTimeout(this.#hello);
      this.#closed = true;
      this.#queue = [];
      live.leave(this, this.#streams);
      this.#streams.clear();
      devices.delete(this);
      lower(perAccount, this.account);
      lower(perAddress, countedAs(this.address));
    }

    #message(data: Buffer, binary: boolean): void {
      this.#heard = performance.now();
      if (this.#closed) return;
      if (binary) return this.close(1003, 'text only');
      const wait = house.limits ? this.#buckets.take('', SOCKET_LIMITS.commands, this.#heard) : 0;
      const text = data.toString('utf8');
      let frame: unknown;
      try {
        frame = parseStrictJson(text);
      } catch (error) {
        this.#answer(idOfRefused(text), wait > 0 ? problem('too_fast', { wait }) : error);
        if (wait > 0) this.#refused();
        return;
      }
      const it = frame as { id?: unknown; do?: unknown; with?: unknown; hello?: unknown; ping?: unknown };
      const id = idOf(frame);
      if (wait > 0) {
        this.#answer(id, problem('too_fast', { wait }));
        this.#refused();
        return;
      }
      if (typeof it?.ping === 'number' && this.#ready) {
        this.deliver(encodeFrame({ pong: it.ping }), 1);
        return;
      }
      if (it?.hello !== undefined && !this.#ready && !this.#early) {
        void this.#welcome(it.hello);
        return;
      }
      const strange = Object.keys(it ?? {}).some((key) => !DO_KEYS.has(key));
      if (id === undefined || typeof it.do !== 'string' || strange || !this.#ready) {
        this.#answer(id, problem('malformed', { field: 'frame' }));
        return;
      }
      // Nothing of it is done, so it can be done elsewhere, under the same id.
      if (this.#leaving) this.#answer(id, problem('busy', { wait: options.drain.retryAfter() }));
      else void this.#do(id, it.do, it.with);
    }

    #ping(data: Buffer): void {
      this.#heard = performance.now();
      if (this.#closed) return;
      if (this.#buckets.take('commands', SOCKET_LIMITS.commands, this.#heard) > 0) this.#refused();
      else this.#socket.pong(data);
    }

    /** Told to be slower; who goes on is closed. */
    #refused(): void {
      if (this.#buckets.take('refusals', SOCKET_LIMITS.refusals, this.#heard) > 0)
        this.close(CLOSE.misuse, 'too many commands');
    }

    async #do(id: string, name: string, input: unknown): Promise<void> {
      this.#underWay += 1;
      if (this.#underWay >= SOCKET_LIMITS.underWay) this.#raw.pause();
      try {
        const { output } = await perform({
          name,
          id,
          input,
          caller: {
            door: 'socket',
            address: this.address,
            device: this.#userAgent,
            actor: { account: this.account, session: this.session, administrator: this.#administrator },
          },
        });
        this.deliver(encodeFrame({ id, ok: output ?? null }), 1);
      } catch (error) {
        this.#answer(id, error);
      } finally {
        this.#underWay -= 1;
        if (this.#underWay < SOCKET_LIMITS.underWay) this.#raw.resume();
        if (this.#underWay === 0) this.#leaving?.resolve();
      }
    }

    #answer(id: string | undefined, error: unknown): void {
      const it = error instanceof Problem ? error : faultProblem(house.log, error);
      if (it.code === 'fault') house.metrics.faults.inc();
      this.deliver(encodeFrame({ ...(id === undefined ? {} : { id }), problem: wireProblem(it) }), 1);
    }

    /** Listens to every stream first and looks after, so that nothing can fall between the two. */
    async #welcome(hello: unknown): Promise<void> {
      clearTimeout(this.#hello);
      const cursors = readHello(hello);
      if (cursors === 'outdated') return this.close(CLOSE.outdated, 'outdated');
      if (!cursors) return this.close(CLOSE.misuse, 'bad hello');
      this.#early = [];
      const taps = new Map([...cursors.keys()].map((stream) => [stream, live.tap(stream)]));
      try {
        const { places, events } = await features.streams.resume(this.account, cursors);
        if (this.#closed) return;
        const fetch: Record<string, number> = {};
        const heads: Record<string, number> = {};
        const unsure: { stream: string; after: number }[] = [];
        for (const it of places) {
          const tap = taps.get(it.id);
          taps.delete(it.id);
          this.#streams.add(it.id);
          if (!live.join(this, it.id, it.head, tap)) unsure.push({ stream: it.id, after: it.head });
          if (it.near) heads[it.id] = cursors.get(it.id)!;
          else fetch[it.id] = it.head;
          cursors.delete(it.id);
        }
        const missed: EventFrame[] = [];
        const takeFrom = (frames: readonly EventFrame[]): void => {
          for (const frame of frames) {
            if (frame.n !== (heads[frame.in] ?? NaN) + 1) continue;
            missed.push(frame);
            heads[frame.in] = frame.n;
          }
        };
        takeFrom(events);
        for (const it of places) {
          // Long messages, or events pruned meanwhile: not all of it was read.
          const upto = heads[it.id];
          if (upto === undefined || upto >= it.head) continue;
          delete heads[it.id];
          fetch[it.id] = it.head;
        }
        if (unsure.length > 0) {
          const since = await features.streams.eventsAfter(unsure);
          if (this.#closed) return;
          if (since.some((frame) => endsFor(house.events, frame, this.account))) return this.cut();
          takeFrom(since);
        }
        // Put out since it was looked up: what came early may be from after that. The device comes back and is told afresh.
        if (places.some((it) => !this.#streams.has(it.id))) return this.cut();
        this.#catchUp(
          encodeFrame({
            welcome: { account: this.account, time: house.now().getTime(), fetch, gone: [...cursors.keys()], heads },
          }),
        );
        for (const frame of missed) if (heads[frame.in] !== undefined) this.#catchUp(encodeFrame(frame));
        for (const encoded of this.#early) this.#catchUp(encoded);
        this.#early = undefined;
        this.#ready = true;
      } catch (error) {
        this.#early = undefined;
        this.#answer(undefined, error);
        this.close(1013, 'try again');
      } finally {
        for (const [stream, tap] of taps) live.untap(stream, tap);
      }
    }

    /** Catching up is bounded by number of events, so it may exceed the queue's bound on frames for a moment. */
    #catchUp(encoded: Buffer): void {
      this.#queue.push(encoded);
      if (this.#queue.length >= SOCKET_LIMITS.queueFrames) this.flush();
      else this.#plan();
    }
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { origin } = request.headers;
    const token = features.sessions.tokenIn(request.headers.cookie);
    const address = options.addressOf(request);
    const counted = countedAs(address);
    const userAgent = (request.headers['user-agent'] ?? '').slice(0, 200);
    if (options.drain.stage !== 'serving')
      return refuseUpgrade(socket, 503, 'Service Unavailable', `Retry-After: ${options.drain.retryAfter()}\r\n`);
    // So that a page of another site cannot speak with the session of whoever looks at it.
    if (origin === undefined ? token !== undefined : !options.isOwnOrigin(origin, request.headers.host))
      return refuseUpgrade(socket, 403, 'Forbidden');
    if (token === undefined) return refuseUpgrade(socket, 401, 'Unauthorized');
    const factor = factorOf(address);
    const strange = strangers.wait(counted, times(SOCKET_LIMITS.strangers, factor), performance.now());
    if (strange > 0) return refuseUpgrade(socket, 429, 'Too Many Requests', `Retry-After: ${strange}\r\n`);
    const wait = house.limits ? admission.take('', SOCKET_LIMITS.admission, performance.now()) : 0;
    if (wait > 0) {
      const later = wait + Math.floor(Math.random() * 10);
      return refuseUpgrade(socket, 503, 'Service Unavailable', `Retry-After: ${later}\r\n`);
    }
    const found = await features.sessions.actorOf(token);
    if (!found) {
      strangers.take(counted, times(SOCKET_LIMITS.strangers, factor), performance.now());
      return refuseUpgrade(socket, 401, 'Unauthorized');
    }
    if (options.drain.stage !== 'serving')
      return refuseUpgrade(socket, 503, 'Service Unavailable', `Retry-After: ${options.drain.retryAfter()}\r\n`);
    const { actor } = found;
    const often = connects.take(actor.account, SOCKET_LIMITS.connects, performance.now());
    if (often > 0) return refuseUpgrade(socket, 429, 'Too Many Requests', `Retry-After: ${often}\r\n`);
    // After the last wait, so that of a crowd which asks at once not all find the same free place.
    const fromAddress = house.limits ? (perAddress.get(counted) ?? 0) : 0;
    if (
      (perAccount.get(actor.account) ?? 0) >= SOCKET_LIMITS.perAccount ||
      fromAddress >= SOCKET_LIMITS.perAddress * factor
    )
      return refuseUpgrade(socket, 429, 'Too Many Requests', 'Retry-After: 30\r\n');
    if (socket.destroyed) return;
    if (found.cookies.length > 0) cookiesFor.set(request, found.cookies);
    server.handleUpgrade(request, socket, head, (opened) => {
      const device = new Device(opened, actor, address, userAgent);
      devices.add(device);
      perAccount.set(actor.account, (perAccount.get(actor.account) ?? 0) + 1);
      perAddress.set(counted, (perAddress.get(counted) ?? 0) + 1);
    });
  }

  return {
    live,
    get open() {
      return devices.size;
    },
    upgrade(request, socket, head) {
      upgrade(request, socket, head).catch((error: unknown) => {
        const { id } = faultProblem(house.log, error).details as { id?: string };
        refuseUpgrade(socket, 503, 'Service Unavailable', `Retry-After: 5\r\nX-Fault: ${id ?? ''}\r\n`);
      });
    },
    signOut,
    async drain() {
      const all = [...devices];
      await Promise.all(all.map((device) => device.bye(options.drain.comeBack(all.length))));
      clearInterval(beat);
      stopped = true;
      clearTimeout(recheck);
      stopTurns?.();
      stopSessions();
      live.close();
    },
  };
}

function times({ burst, perMinute }: Rate, factor: number): Rate {
  return { burst: burst * factor, perMinute: perMinute * factor };
}

function lower(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

const DO_KEYS = new Set(['id', 'do', 'with']);

function idOf(frame: unknown): string | undefined {
  const { id } = (frame ?? {}) as { id?: unknown };
  return typeof id === 'string' && id.length <= 64 ? id : undefined;
}

/** The id of a frame that is JSON, though not as strict as the contract: so that whoever waits for its answer gets one. */
function idOfRefused(text: string): string | undefined {
  try {
    return idOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const STREAMS_MOST = 1_200;

function readHello(hello: unknown): Map<string, number> | 'outdated' | undefined {
  if (!hello || typeof hello !== 'object') return undefined;
  const { version, streams, ...rest } = hello as { version?: unknown; streams?: unknown };
  if (Object.keys(rest).length > 0) return undefined;
  if (typeof version !== 'number' || !streams || typeof streams !== 'object' || Array.isArray(streams))
    return undefined;
  if (version !== PROTOCOL_VERSION) return 'outdated';
  const entries = Object.entries(streams);
  if (entries.length > STREAMS_MOST) return undefined;
  const cursors = new Map<string, number>();
  for (const [id, n] of entries) {
    if (!/^[0-9a-f-]{36}$/.test(id) || !Number.isSafeInteger(n) || (n as number) < 0) return undefined;
    cursors.set(id, n as number);
  }
  return cursors;
}

import { batch, signal } from '@preact/signals';

import type { ActionMap, ActionName } from '../features/contracts.ts';
import type { InputOf, OutputOf } from '../protocol/action.ts';
import { CLOSE } from '../protocol/frame.ts';
import type {
  ByeFrame,
  EventFrame,
  OkFrame,
  PongFrame,
  ProblemFrame,
  SignalFrame,
  WelcomeFrame,
} from '../protocol/frame.ts';
import { newId } from '../protocol/id.ts';
import { Problem } from '../protocol/problem.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { confirmRights } from './confirm-rights.ts';
import { guarded, isGuarded } from './guarded.ts';
import { postAction, problemFrom, unreachable } from './http.ts';
import { Inbox } from './inbox.ts';
import { browserSurroundings } from './surroundings.ts';
import type { SocketLike, Surroundings } from './surroundings.ts';

/** `online`: live. `connecting`: on its way, not worth a word yet. `offline`: say so. */
export type LineState = 'online' | 'connecting' | 'offline';

export const LINE = {
  /** Back-off between attempts: doubled each time, with jitter. */
  firstWaitMs: 500,
  mostWaitMs: 60_000,
  /** A line that held this long was a good one: the back-off begins anew. */
  goodAfterMs: 5_000,
  /** A line that comes and goes is sought again within seconds, whatever came before. */
  flappingAttempts: 2,
  /** From the first attempt to `welcome`. */
  welcomeMs: 15_000,
  /** A lost line is called offline after this long, so that a short break shows nothing. */
  graceMs: 3_000,
  /** A server that said when it is back may be late by so much, before anything is shown. */
  restartGraceMs: 10_000,
  /** Nothing heard for this long: ask whether the line is alive, and how long to wait for an answer. */
  quietMs: 30_000,
  pongMs: 10_000,
  /** The machine says that it lost its network: how long its line may prove the contrary. */
  goneMs: 1_500,
  /** An answer to a frame; after it the same is tried by HTTP. */
  answerMs: 15_000,
  /** A gap waits this long for those before it, before the log is asked. */
  gapMs: 300,
  /** The largest frame sent; the server takes 65,536 bytes. */
  frameBytes: 60_000,
  /** Cursors named in one hello; streams beyond it are fetched. */
  helloStreams: 1_000,
} as const;

export interface CallOptions {
  /** The action id; doing it again with the same one does it once. Made where absent. */
  readonly id?: string;
  /** How long HTTP may take, for actions that carry a large body; 20 s where absent. */
  readonly timeoutMs?: number;
}

/** Actions that set cookies or carry large bodies go by HTTP only; the compiler asks for the word. */
type OptionsFor<N extends ActionName> = ActionMap[N] extends { readonly door: 'http' }
  ? [options: CallOptions & { readonly door: 'http' }]
  : [options?: CallOptions & { readonly door?: 'http' }];

export interface ConnectionListeners {
  /** The next event of a stream. Applied once each, in order, then given to the others who listen. */
  event?(frame: EventFrame): void;
  /** The server tells an event that this device had from its log already: what hangs on the telling begins only now. */
  repeated?(frame: EventFrame): void;
  signal?(frame: SignalFrame): void;
  /** These streams are too far behind for their events: fetch a picture of each and `place` it. */
  fetch?(streams: readonly string[]): Promise<void>;
  /**
   * The pictures of these streams are in place. Whoever keeps something else of them asks for it now: an answer from before would
   * lack what happened until then, and no event will tell it.
   */
  placed?(streams: readonly string[]): Promise<void>;
  /** These streams are no longer readable. */
  gone?(streams: readonly string[]): void;
  /** The line is live and what was missed follows. */
  welcome?(account: string): void;
  /** The session has ended: nothing of it may stay on this device. */
  signedOut?(): void;
}

interface Waiting {
  readonly name: string;
  readonly input: unknown;
  settle(outcome: { ok: unknown } | { problem: Problem }): void;
  /** No answer will come on this line any more. */
  lost(): void;
}

/** The one line to the server: calls, and what comes by itself. */
export class Connection {
  readonly state = signal<LineState>('connecting');
  /** The server no longer speaks this version: reload. */
  readonly outdated = signal(false);
  /** When the server was last heard, by this device's clock; 0 where never. */
  readonly lastHeard = signal(0);
  readonly inbox: Inbox;

  readonly #world: Surroundings;
  readonly #listeners = new Set<ConnectionListeners>();
  readonly #waiting = new Map<string, Waiting>();
  #wanted = false;
  #socket: SocketLike | undefined;
  #live = false;
  #attempt = 0;
  #notBefore = 0;
  #liveSince = 0;
  #heardAt = 0;
  #skew = 0;
  #retryTimer: (() => void) | undefined;
  #welcomeTimer: (() => void) | undefined;
  #graceTimer: (() => void) | undefined;
  #beatTimer: (() => void) | undefined;
  #pongTimer: (() => void) | undefined;
  #stopWake: (() => void) | undefined;
  /** The server said that it goes, and when it is back: what is asked meanwhile waits until the line is, or for so long. */
  #returning: PromiseWithResolvers<void> | undefined;
  #returnTimer: (() => void) | undefined;
  #probedAt = -Infinity;
  readonly #gapTimers = new Map<string, () => void>();
  readonly #fetching = new Set<string>();
  /** Asked for while an answer was on its way. */
  readonly #fetchAgain = new Set<string>();
  #fetchTries = 0;

  constructor(world: Surroundings) {
    this.#world = world;
    this.inbox = new Inbox({
      apply: (frame) => {
        for (const it of this.#listeners) this.#safely(() => it.event?.(frame));
      },
      repeated: (frame) => {
        for (const it of this.#listeners) this.#safely(() => it.repeated?.(frame));
      },
      gap: (stream) => this.#noticeGap(stream),
    });
  }

  /** Begins to hold a line; the inbox's cursors say what this device has. */
  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#attempt = 0;
    this.#notBefore = 0;
    this.state.value = this.#world.hasNetwork() ? 'connecting' : 'offline';
    this.#stopWake = this.#world.onWake(() => this.#woken());
    this.#connect();
  }

  /** Lets the line go, and all who listened: nothing comes any more and calls go by HTTP. */
  close(): void {
    this.#wanted = false;
    this.#listeners.clear();
    this.#stopWake?.();
    this.#dropTimers();
    this.#drop();
    this.#returned();
    this.inbox.clear();
    this.state.value = 'connecting';
  }

  listen(listeners: ConnectionListeners): () => void {
    this.#listeners.add(listeners);
    return () => this.#listeners.delete(listeners);
  }

  /** The server's clock, as far as known. */
  now(): number {
    return this.#world.now() + this.#skew;
  }

  /**
   * Performs an action: over the socket while it is open, else by HTTP. A line that dies before the answer is no failure:
   * the same is asked again by HTTP under the same id. Throws a `Problem`; `unreachable` where nothing answered.
   */
  async call<N extends ActionName>(
    name: N,
    input: InputOf<ActionMap[N]>,
    ...[options]: OptionsFor<N>
  ): Promise<OutputOf<ActionMap[N]>> {
    const id = options?.id ?? newId(this.#world.now());
    let outcome: unknown;
    if (this.#returning) await this.#returning.promise;
    try {
      outcome = options?.door === 'http' ? NO_ANSWER : await this.#ask(name, input, id);
      if (outcome === NO_ANSWER) {
        const { timeoutMs } = options ?? {};
        outcome = await postAction({ fetch: this.#world.fetch, base: this.#world.base, name, id, input, timeoutMs });
      }
    } catch (error) {
      if (error instanceof Problem && error.code === 'signed_out' && this.#wanted) this.#signedOut();
      if (error instanceof Problem && error.code === 'outdated') this.outdated.value = true;
      // Refused by a server that goes: nothing of it was done. It is asked again once, when the server or another is there.
      if (error instanceof Problem && (error.code === 'busy' || error.code === 'unreachable') && this.#returning) {
        await this.#returning.promise;
        return this.call(name, input, ...([{ ...options, id }] as unknown as OptionsFor<N>));
      }
      if (error instanceof Problem && isGuarded(error.code)) guarded.told?.(name, input, error);
      if (error instanceof Problem && error.code === 'confirm_needed' && (await confirmRights.ask?.()))
        return this.call(name, input, ...([{ ...options, id }] as unknown as OptionsFor<N>));
      throw error;
    }
    return outcome as OutputOf<ActionMap[N]>;
  }

  /** By the socket; `NO_ANSWER` where there is none, or it died. */
  #ask(name: string, input: unknown, id: string): Promise<unknown> {
    if (!this.#live || !this.#socket || this.#waiting.has(id)) return Promise.resolve(NO_ANSWER);
    const text = JSON.stringify({ id, do: name, with: input });
    if (text.length * 3 > LINE.frameBytes && new TextEncoder().encode(text).length > LINE.frameBytes) {
      return Promise.resolve(NO_ANSWER);
    }
    return new Promise((resolve, reject) => {
      const stopTimer = this.#world.after(LINE.answerMs, () => {
        this.#waiting.delete(id);
        resolve(NO_ANSWER);
        this.#suspect();
      });
      this.#waiting.set(id, {
        name,
        input,
        settle: (it) => {
          stopTimer();
          if ('ok' in it) resolve(it.ok);
          else if (it.problem.code === 'wrong_door') resolve(NO_ANSWER);
          else reject(it.problem);
        },
        lost: () => {
          stopTimer();
          resolve(NO_ANSWER);
        },
      });
      this.#socket!.send(text);
    });
  }

  #connect(): void {
    this.#retryTimer?.();
    this.#retryTimer = undefined;
    if (!this.#wanted || this.#socket) return;
    let socket: SocketLike;
    try {
      socket = this.#world.openSocket();
    } catch (error) {
      this.#world.fault(error);
      this.#later();
      return;
    }
    this.#socket = socket;
    this.#welcomeTimer = this.#world.after(LINE.welcomeMs, () => this.#lose(socket, 0));
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      const streams = Object.fromEntries([...this.inbox.cursors].slice(-LINE.helloStreams));
      socket.send(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams } }));
    };
    socket.onmessage = (event: { data: unknown }) => {
      if (this.#socket === socket && typeof event.data === 'string') this.#heard(event.data);
    };
    socket.onclose = (event: { code?: number }) => this.#lose(socket, event.code ?? 1006);
    socket.onerror = () => {};
  }

  #heard(text: string): void {
    this.#heardAt = this.#world.now();
    this.#pongTimer?.();
    this.#pongTimer = undefined;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      this.#world.fault(error);
      return;
    }
    const frames = Array.isArray(parsed) ? parsed : [parsed];
    batch(() => {
      for (const frame of frames) this.#frame(frame as Frame);
    });
  }

  #frame(frame: Frame): void {
    if ('on' in frame) {
      this.inbox.take(frame);
    } else if ('signal' in frame) {
      for (const it of this.#listeners) this.#safely(() => it.signal?.(frame));
    } else if ('ok' in frame) {
      this.#answered(frame.id, { ok: frame.ok });
    } else if ('problem' in frame) {
      if (frame.id !== undefined) this.#answered(frame.id, { problem: problemFrom(frame.problem) });
    } else if ('welcome' in frame) {
      this.#welcomed(frame);
    } else if ('bye' in frame) {
      this.#notBefore = this.#world.now() + frame.bye.wait;
      this.#returning ??= Promise.withResolvers<void>();
      this.#returnTimer?.();
      this.#returnTimer = this.#world.after(frame.bye.wait + LINE.restartGraceMs, () => this.#returned());
    }
  }

  #returned(): void {
    this.#returnTimer?.();
    this.#returnTimer = undefined;
    this.#returning?.resolve();
    this.#returning = undefined;
  }

  #answered(id: string, outcome: { ok: unknown } | { problem: Problem }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(outcome);
  }

  #welcomed({ welcome }: WelcomeFrame): void {
    this.#welcomeTimer?.();
    this.#graceTimer?.();
    this.#graceTimer = undefined;
    this.#live = true;
    this.#liveSince = this.#world.now();
    this.#skew = welcome.time - this.#liveSince;
    this.lastHeard.value = this.#liveSince;
    for (const stream of welcome.gone) this.inbox.forget(stream);
    for (const it of this.#listeners) {
      this.#safely(() => it.welcome?.(welcome.account));
      if (welcome.gone.length > 0) this.#safely(() => it.gone?.(welcome.gone));
    }
    this.state.value = 'online';
    this.#returned();
    this.#fetchTries = 0;
    const streams = Object.keys(welcome.fetch);
    for (const stream of streams) this.inbox.await(stream);
    if (streams.length > 0) void this.fetch(streams);
    this.#beat();
  }

  /** Has pictures of these streams fetched, again and again while the line holds. */
  async fetch(streams: readonly string[]): Promise<void> {
    const socket = this.#socket;
    const mine = streams.filter((it) => !this.#fetching.has(it));
    // The answer on its way may be older than what it is asked for now.
    for (const it of streams) if (this.#fetching.has(it)) this.#fetchAgain.add(it);
    if (mine.length === 0) return;
    for (const it of mine) this.#fetching.add(it);
    try {
      await Promise.all([...this.#listeners].map(async (it) => it.fetch?.(mine)));
      await Promise.all([...this.#listeners].map(async (it) => it.placed?.(mine)));
      this.#fetchTries = 0;
    } catch (error) {
      // All of them are asked for anew below, or by the next hello.
      const asked = mine.filter((it) => this.#fetchAgain.delete(it));
      if (!(error instanceof Problem)) this.#world.fault(error);
      this.#fetchTries += 1;
      this.#world.after(this.#waitFor(this.#fetchTries), () => {
        // After a reconnection the hello has asked anew for whatever had no cursor: what it asked while this was on its way is owed to it.
        const owed = this.#socket === socket ? mine : asked;
        if (owed.length > 0 && this.#live) void this.fetch(owed);
      });
    } finally {
      for (const it of mine) this.#fetching.delete(it);
      // Also on another line than it began on.
      const again = mine.filter((it) => this.#fetchAgain.delete(it));
      if (again.length > 0 && this.#live) void this.fetch(again);
    }
  }

  #noticeGap(stream: string): void {
    if (!this.#live || this.#gapTimers.has(stream)) return;
    this.#gapTimers.set(
      stream,
      this.#world.after(LINE.gapMs, () => void this.#fillGap(stream)),
    );
  }

  async #fillGap(stream: string): Promise<void> {
    const first = this.inbox.missing(stream);
    if (first === undefined || !this.#live) {
      this.#gapTimers.delete(stream);
      return;
    }
    try {
      const { events, fetch, head } = await this.call('stream.read', { stream, after: first - 1 });
      this.#gapTimers.delete(stream);
      if (fetch) {
        this.inbox.await(stream);
        void this.fetch([stream]);
        return;
      }
      batch(() => {
        // What the reader leaves out on purpose is not missing.
        this.inbox.place(stream, events.length > 0 ? events[0]!.n - 1 : head);
        for (const frame of events) this.inbox.take(frame);
      });
    } catch (error) {
      this.#gapTimers.delete(stream);
      if (error instanceof Problem && error.code === 'not_found') {
        this.inbox.forget(stream);
        for (const it of this.#listeners) this.#safely(() => it.gone?.([stream]));
      } else if (this.#live) {
        this.#gapTimers.set(
          stream,
          this.#world.after(2_000, () => void this.#fillGap(stream)),
        );
      }
    }
  }

  /** Asks for a sign of life when it has been quiet; a line that gives none is let go. */
  #beat(): void {
    this.#beatTimer?.();
    this.#beatTimer = this.#world.after(LINE.quietMs / 2, () => {
      if (!this.#live) return;
      this.lastHeard.value = this.#heardAt;
      if (this.#world.now() - this.#heardAt >= LINE.quietMs - 1_000) this.#suspect();
      this.#beat();
    });
  }

  #suspect(waitMs: number = LINE.pongMs): void {
    const socket = this.#socket;
    if (!socket || !this.#live || this.#pongTimer) return;
    socket.send(JSON.stringify({ ping: this.#world.now() }));
    this.#pongTimer = this.#world.after(waitMs, () => {
      this.#pongTimer = undefined;
      this.#lose(socket, 1006);
    });
  }

  #woken(): void {
    if (!this.#wanted) return;
    if (this.#live) {
      if (!this.#world.hasNetwork()) this.#suspect(LINE.goneMs);
      // A phone that slept keeps a socket that looks open; the first thing a person sees must not wait for its end.
      else if (this.#world.now() - this.#heardAt > 5_000) this.#suspect(4_000);
      return;
    }
    if (this.#socket && this.#world.hasNetwork()) return;
    this.#attempt = Math.min(this.#attempt, 1);
    if (this.#world.now() >= this.#notBefore) this.#connect();
  }

  #lose(socket: SocketLike, code: number): void {
    if (this.#socket !== socket) return;
    const wasLive = this.#live;
    this.#drop();
    if (wasLive) {
      this.lastHeard.value = this.#heardAt;
      const held = this.#world.now() - this.#liveSince;
      this.#attempt = held >= LINE.goodAfterMs ? 0 : Math.min(this.#attempt, LINE.flappingAttempts);
    }
    switch (code) {
      case CLOSE.signedOut:
        this.#signedOut();
        return;
      case CLOSE.outdated:
        this.outdated.value = true;
        this.#notBefore = this.#world.now() + LINE.mostWaitMs;
        break;
      case CLOSE.misuse:
        this.#notBefore = this.#world.now() + LINE.mostWaitMs;
        break;
      default:
        break;
    }
    if (!this.#wanted) return;
    if (wasLive && this.#world.hasNetwork()) {
      this.state.value = 'connecting';
      this.#graceTimer?.();
      const grace = this.#returning
        ? Math.max(0, this.#notBefore - this.#world.now()) + LINE.restartGraceMs
        : LINE.graceMs;
      this.#graceTimer = this.#world.after(grace, () => {
        if (!this.#live && this.#wanted) this.state.value = 'offline';
      });
    } else if (!this.#graceTimer || !this.#world.hasNetwork()) {
      this.state.value = 'offline';
      void this.#probe();
    }
    this.#later();
  }

  /** A refused upgrade looks like any other failure; an ordinary request tells whether it is the session that ended. */
  async #probe(): Promise<void> {
    if (!this.#world.hasNetwork() || this.#world.now() - this.#probedAt < 30_000) return;
    this.#probedAt = this.#world.now();
    try {
      await this.call('chat.list', { groups: [] }, { door: 'http' });
    } catch (error) {
      if (!(error instanceof Problem)) this.#world.fault(error);
    }
  }

  #later(): void {
    if (!this.#wanted) return;
    this.#attempt += 1;
    const asked = Math.max(0, this.#notBefore - this.#world.now());
    const wait = asked > 0 ? asked + this.#world.random() * Math.min(1_000, asked / 2) : this.#waitFor(this.#attempt);
    this.#retryTimer?.();
    this.#retryTimer = this.#world.after(wait, () => {
      this.#retryTimer = undefined;
      this.#connect();
    });
  }

  #waitFor(attempt: number): number {
    const full = Math.min(LINE.mostWaitMs, LINE.firstWaitMs * 2 ** (attempt - 1));
    return full / 2 + this.#world.random() * (full / 2);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#live = false;
    this.#welcomeTimer?.();
    this.#beatTimer?.();
    this.#pongTimer?.();
    this.#pongTimer = undefined;
    for (const stop of this.#gapTimers.values()) stop();
    this.#gapTimers.clear();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const it of waiting) it.lost();
  }

  #dropTimers(): void {
    this.#retryTimer?.();
    this.#retryTimer = undefined;
    this.#graceTimer?.();
    this.#graceTimer = undefined;
  }

  #signedOut(): void {
    const listeners = [...this.#listeners];
    this.close();
    for (const it of listeners) this.#safely(() => it.signedOut?.());
  }

  #safely(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#world.fault(error);
    }
  }
}

const NO_ANSWER = Symbol('no answer');

type Frame = EventFrame | SignalFrame | WelcomeFrame | OkFrame | ProblemFrame | ByeFrame | PongFrame;

let page: Connection | undefined;

/** The page's connection. */
export function connection(): Connection {
  page ??= new Connection(browserSurroundings(SOCKET_PROTOCOL));
  return page;
}

/** A new one, for the next person at this page: nothing of the one before hangs on it. */
export function renewConnection(): Connection {
  page?.close();
  page = new Connection(browserSurroundings(SOCKET_PROTOCOL));
  return page;
}

/** Performs an action of the person at this page; see `Connection.call`. */
export const call: Connection['call'] = (name, input, ...options) => connection().call(name, input, ...options);

/** True where the network, not the server, was the trouble: say “Chưa có mạng”, not “Có lỗi”. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Problem && error.code === unreachable().code;
}

/**
 * What travels on `GET /live`, one JSON object a frame (server → client may be a JSON array of them).
 * The first frame of a client is `hello`; after it `do` frames in any number, each answered by `ok` or `problem`.
 */
import type { WireProblem } from './problem.ts';

/** Client → server, first frame: where the client's copy of each stream stands. */
export interface HelloFrame {
  readonly hello: { readonly version: number; readonly streams: Readonly<Record<string, number>> };
}

/** Client → server: perform an action. `id` is the action id for changes, any unique text for the rest. */
export interface DoFrame {
  readonly id: string;
  readonly do: string;
  readonly with: unknown;
}

/** Client → server: is the line alive? A page cannot see the socket's own pings. Answered by `pong` with the same number. */
export interface PingFrame {
  readonly ping: number;
}

export type ClientFrame = HelloFrame | DoFrame | PingFrame;

/** One entry of a stream's log. `n` is gapless within the stream `in`. */
export interface EventFrame {
  readonly on: string;
  readonly in: string;
  readonly n: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The account that did it; absent where the system did. */
  readonly by?: string;
  readonly with: unknown;
}

/** Not kept, not numbered: typing, receipts moved, presence. */
export interface SignalFrame {
  readonly signal: string;
  readonly in: string;
  readonly by?: string;
  readonly with: unknown;
}

/** Answer to `hello`; after it the missed events follow as event frames. */
export interface WelcomeFrame {
  readonly welcome: {
    readonly account: string;
    readonly time: number;
    /** Heads of all streams of the account that the client did not name, or that are too far ahead: fetch afresh. */
    readonly fetch: Readonly<Record<string, number>>;
    /** Streams the client named and may no longer read: delete what is cached. */
    readonly gone: readonly string[];
    /** Where everything else stands once the events that follow have been applied. */
    readonly heads: Readonly<Record<string, number>>;
  };
}

export interface OkFrame {
  readonly id: string;
  readonly ok: unknown;
}

export interface ProblemFrame {
  readonly id?: string;
  readonly problem: WireProblem;
}

/** The server is about to close: come back after about `wait` milliseconds. */
export interface ByeFrame {
  readonly bye: { readonly wait: number; readonly why: string };
}

export interface PongFrame {
  readonly pong: number;
}

export type ServerFrame = EventFrame | SignalFrame | WelcomeFrame | OkFrame | ProblemFrame | ByeFrame | PongFrame;

/** Close codes of our own, beside those of RFC 6455. */
export const CLOSE = {
  /** The session ended: sign in again. */
  signedOut: 4001,
  /** The outbound queue was full: reconnect and catch up by number. */
  catchUp: 4008,
  /** Too many frames or a frame that no client of ours sends. */
  misuse: 4009,
  /** The client's protocol version is no longer served. */
  outdated: 4010,
} as const;

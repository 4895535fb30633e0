import type { Readable } from 'node:stream';

import type { Actions, ActionSpec, Charge, Rate } from '../protocol/action.ts';
import type { Events } from '../protocol/event.ts';
import type { EventFrame } from '../protocol/frame.ts';
import type { Bus } from './bus/bus.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Guard } from './guard.ts';
import type { AuditNote, Caller, Handlers, QueryContext } from './handler.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Storage } from './storage.ts';
import type { NoticeWriter, StreamPlace, StreamPosition } from './stream.ts';

/** A signed-in person on one device. */
export interface Actor {
  readonly account: string;
  readonly session: string;
  readonly administrator: boolean;
}

/** How a person stands in a group: decided from a cached copy, proved by `rightsVersion` in the statement that commits. */
export interface Standing {
  readonly group: string;
  readonly role: string;
  readonly rightsVersion: number;
  can(right: string): boolean;
  /** Seconds between two messages of this person, where they must wait; proved by the statement that writes the message. */
  pace?(): number;
  /** False where something had to be accepted before writing; set where it turns out to have been since. */
  accepted?: boolean;
}

/** What the machine room needs to know about groups. */
export interface GroupScope {
  /** Undefined where the account is not a member, or the group does not exist. May come from a cache. */
  standing(group: string, account: string): Promise<Standing | undefined>;
  /** Drops what is cached of a group, after its rights changed. */
  forget(group: string): void;
}

/** What the machine room needs to know about sessions. */
export interface SessionKeeper {
  /** Undefined for no, an ended or an expired session. */
  actorOf(token: string): Promise<{ actor: Actor; cookies: readonly string[] } | undefined>;
  /** Those of the given sessions that still hold; asked for all open sockets at once. */
  stillOpen(sessions: readonly string[]): Promise<ReadonlySet<string>>;
  /** Those of the given sessions that have been ended by somebody; a reading only, for often. */
  endedAmong(sessions: readonly string[]): Promise<readonly string[]>;
  /** The token in a Cookie header. */
  tokenIn(cookieHeader: string | undefined): string | undefined;
  /**
   * Whether an administrator may act as one on this device now; notes the act. False where the last act or the last
   * code is too long ago: the rights rest until a fresh code is entered.
   */
  mayGovern(session: string): Promise<boolean>;
  /** The same for whoever has this charge, or is an administrator; undefined where they may not at all. */
  mayAct(session: string, charge: Charge): Promise<boolean | undefined>;
}

/** What the machine room needs in order to bring a device up to date; one statement, whatever the number of streams. */
export interface StreamReader {
  /** Every stream the account may read, its groups' and its own; or, of these, just the one named. */
  positions(account: string, stream?: string): Promise<StreamPosition[]>;
  /** `positions` of all streams, and what a device with these numbers has missed of those it is near in; of one moment. */
  resume(account: string, known: ReadonlyMap<string, number>): Promise<{ places: StreamPlace[]; events: EventFrame[] }>;
  /** The newest number of each of these streams. */
  heads(streams: readonly string[]): Promise<{ stream: string; head: number }[]>;
  /** All events after the given numbers, in order within each stream. */
  eventsAfter(cursors: readonly { stream: string; after: number }[]): Promise<EventFrame[]>;
}

/** Something that was done or tried, as `perform` knows it. */
export interface Act {
  readonly name: string;
  readonly spec: ActionSpec;
  readonly id?: string | undefined;
  readonly caller: Caller;
  /** Parsed; undefined where the try was refused before its input was looked at. */
  readonly input: unknown;
  readonly notes: readonly AuditNote[];
  readonly at: Date;
}

/** Where acts are written down. */
export interface AuditLog {
  /** Within the transaction of the act, so that neither is without the other. */
  write(tx: Database, act: Act): Promise<void>;
  /** A forbidden try, which has no transaction; bounded a person. Never fails. */
  denied(act: Act, right: string): Promise<void>;
  /** Something was committed. */
  wake(): void;
}

/**
 * Work that goes on beside the actions, on every node: whatever it does is done once, whichever node comes first, and is gone on with by
 * another where a node ends in the middle (docs/decisions/jobs.md). What takes long stops soon after `signal` says so.
 */
export interface Job {
  readonly name: string;
  readonly everySeconds: number;
  run(signal?: AbortSignal): Promise<void>;
}

/** Bytes served beside the actions (a photo, the guide); who may have them is decided here, each time. */
export interface Served {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string | Readable;
}

/** What a request says beside its path, names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Route {
  /** A path with `:name` parts, below `/`. */
  readonly path: string;
  readonly who: 'anyone' | 'account';
  /** A token bucket per account, per address for `anyone`, which all routes of this `name` share. */
  readonly rate?: Rate & { readonly name: string };
  get(params: Readonly<Record<string, string>>, actor: Actor | undefined, headers?: RequestHeaders): Promise<Served>;
}

/** A request whose body is taken as it comes, and perhaps not to its end. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly headers: RequestHeaders;
  readonly actor: Actor;
  readonly body: Readable;
  /** Does an action in the name of whoever asks, on the one path. */
  perform(name: string, input: unknown, id?: string): Promise<unknown>;
}

/** A door for bytes beside the actions (uploads). It is for signed-in people, and for our own pages as all doors are. */
export interface Intake {
  /** A path with `:name` parts, below `/`. */
  readonly path: string;
  readonly method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE';
  /** A token bucket per account, which all intakes of this `name` share. */
  readonly rate: Rate & { readonly name: string };
  /** The one kind of body that is taken; none where absent. */
  readonly takes?: string;
  take(asked: Asked): Promise<Served>;
}

/** Everything the features give to the machine room. */
export interface Features {
  readonly handlers: Handlers;
  /** By action: what a change that was done before does once more for its caller, beside the first answer (a cookie). */
  readonly again?: Readonly<Record<string, (context: QueryContext & { readonly id: string }) => Promise<void>>>;
  readonly groups: GroupScope;
  readonly sessions: SessionKeeper;
  readonly streams: StreamReader;
  readonly writeNotices: NoticeWriter;
  readonly audit: AuditLog;
  readonly guard: Guard;
  readonly jobs: readonly Job[];
  readonly routes: readonly Route[];
  readonly intakes?: readonly Intake[];
  /** In whose name the operator at the machine acts; undefined before there is an administrator. */
  operator?(): Promise<Actor | undefined>;
  /** Finishes what the features have under way, before the database is closed. */
  close?(): Promise<void>;
}

/** What every handler can reach: one house is one running program on one database. */
export interface House {
  readonly config: Config;
  readonly db: Database;
  readonly bus: Bus;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly storage: Storage;
  readonly actions: Actions;
  readonly events: Events;
  /** Whether traffic is limited; only a bench in its own process turns it off, no setting does. */
  readonly limits: boolean;
  /** The only clock that decides anything; tests move it. */
  readonly now: () => Date;
}

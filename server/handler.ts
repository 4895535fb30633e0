import type { Actions, ActionSpec, OutputOf, ParsedOf } from '../protocol/action.ts';
import type { EventFrame } from '../protocol/frame.ts';
import type { Database } from './database.ts';
import type { Passed } from './guard.ts';
import type { Actor, House, Standing } from './house.ts';

/** Who is at the door, before it is known what they want. */
export interface Caller {
  readonly door: 'http' | 'socket' | 'program';
  readonly address: string;
  /** The browser's name for itself, cut to 200 characters. */
  readonly device: string;
  readonly actor?: Actor | undefined;
  /** The Cookie header, for actions before signing in. */
  readonly cookie?: string | undefined;
}

type ActorFor<A extends ActionSpec> = A['who'] extends 'anyone' ? Actor | undefined : Actor;
type StandingFor<A extends ActionSpec> = A['scope'] extends 'group' ? Standing : undefined;

/** What a value of an entry of the audit log can be; the entry is bounded where it is written. */
export type AuditValue =
  | string
  | number
  | boolean
  | null
  | readonly AuditValue[]
  | { readonly [key: string]: AuditValue };

/** What a change adds to its entry in the audit log, beyond what its declaration keeps. Never what people write, never a phone number. */
export interface AuditNote {
  /** Who it was, where nobody was signed in before. */
  readonly actor?: string;
  readonly group?: string;
  /** What it was done to, where the input does not say it. */
  readonly object?: string;
  /** Whom it was done to. */
  readonly people?: readonly string[];
  /** By name; `{ from, to }` for what changed. Takes the place of the input's field of that name. */
  readonly details?: Readonly<Record<string, AuditValue>>;
  /** It was answered, and is no success: a wrong code. */
  readonly failed?: boolean;
}

export interface QueryContext<A extends ActionSpec = ActionSpec> {
  readonly house: House;
  readonly db: Database;
  readonly caller: Caller;
  readonly actor: ActorFor<A>;
  readonly standing: StandingFor<A>;
  readonly now: Date;
  /** The mark with which the guard let it pass: it is sent with a warning, and not forwarded. */
  readonly handling?: Passed['handling'];
  /** Sets a cookie at the HTTP door. */
  setCookie(cookie: string): void;
  /** Tells the browser to forget everything of this site (`Clear-Site-Data`), at the HTTP door. */
  clearSite(): void;
}

/** The message an event tells of: the log keeps its id only, what it says is read from `messages` again. */
export interface About {
  readonly message: string;
}

export interface ChangeContext<A extends ActionSpec = ActionSpec> extends QueryContext<A> {
  /** The transaction: everything a change writes goes through it. */
  readonly db: Database;
  readonly id: string;
  /** Adds an event to a stream; numbered and written at the end of the transaction, sent out after the commit. */
  announce(name: string, stream: string, body: unknown, about?: About): void;
  /** Sends out an event that the transaction has written into a log by itself, in its order before those that are announced. */
  tell(frame: EventFrame): void;
  /** Adds to the entry of this act in the audit log. */
  note(note: AuditNote): void;
  /** Runs once after the commit, never after a rollback. What must not be lost does not belong here. */
  afterCommit(run: () => void | Promise<void>): void;
}

export interface AppendContext<A extends ActionSpec = ActionSpec> extends QueryContext<A> {
  readonly id: string;
}

export type Handler<A extends ActionSpec> = A['kind'] extends 'change'
  ? (context: ChangeContext<A>, input: ParsedOf<A>) => Promise<OutputOf<A>>
  : A['kind'] extends 'append'
    ? (context: AppendContext<A>, input: ParsedOf<A>) => Promise<OutputOf<A> | 'rights_changed'>
    : (context: QueryContext<A>, input: ParsedOf<A>) => Promise<OutputOf<A>>;

export type HandlersOf<T extends Actions> = { readonly [K in keyof T]: Handler<T[K]> };

/** Handlers by action name, with their exact types forgotten: `perform` has checked what each needs. */
export type Handlers = Readonly<
  Record<string, ((context: never, input: never) => Promise<unknown>) & Partial<Preparing>>
>;

/** What `preparing` hangs on a handler. */
export interface Preparing {
  readonly prepare: (input: never) => Promise<unknown>;
}

/**
 * A change with a long part that needs no database (a picture to decode): `prepare` runs before the transaction begins,
 * so that nobody waits for what the transaction holds meanwhile.
 */
export function preparing<C, I, P, O>(
  prepare: (input: I) => Promise<P>,
  change: (context: C, input: I, prepared: P) => Promise<O>,
): ((context: C, input: I) => Promise<O>) & Preparing {
  // The third parameter is `perform`'s business: it hands over what `prepare` made.
  return Object.assign(change as (context: C, input: I) => Promise<O>, { prepare });
}

/** Declares the handlers of a noun's actions; a missing or superfluous one is a type error. */
export function handlers<const T extends Actions>(_actions: T, list: HandlersOf<T>): HandlersOf<T> {
  return list;
}

import type { ActionSpec } from '../protocol/action.ts';
import type { Caller } from './handler.ts';
import type { Standing } from './house.ts';

/** What somebody is about to do, with every text they gave. */
export interface GuardedAct {
  readonly name: string;
  readonly spec: ActionSpec;
  /** Of the act, made by the client; of what was done before it is known. */
  readonly id?: string | undefined;
  /** Whose act it is: the account, or what stands for somebody who is not signed in. */
  readonly owner?: string | undefined;
  /** Parsed. */
  readonly input: unknown;
  readonly caller: Caller;
  readonly standing: Standing | undefined;
}

/** A file that has come in whole, was found to be what it says it is, and is stored nowhere yet. */
export interface GuardedFile {
  /** Null: it comes from outside, by nobody’s hand. */
  readonly account: string | null;
  /** By what it comes; `file` where absent. */
  readonly channel?: string;
  readonly name: string;
  /** Media type, as found in the bytes. */
  readonly type: string;
  readonly bytes: number;
  /** Reads it from the beginning, as often as it is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

/** What passes with a mark: it is sent with a warning, and not forwarded. */
export interface Passed {
  readonly handling?: 'internal' | 'return';
}

/** The machine was too busy to tell, or the program ends: it is to be asked again. */
export class GuardStarved extends Error {}

/**
 * The one door that every text and every file passes before anything of it is written anywhere. Throws a problem to refuse;
 * what it cannot decide it refuses.
 */
export interface Guard {
  /** Called by `perform` for every act that changes something, once its actor is known to be allowed to do it. */
  text(act: GuardedAct): Passed | Promise<Passed>;
  /** Throws `GuardStarved` where it is to be asked again. */
  file(file: GuardedFile): Promise<Passed>;
  /** What could not be looked into before it came here, and is refused for that: it leaves its trace here. Answers its number. */
  unread(file: GuardedFile): Promise<string | null>;
}

/** Lets everything pass. */
export const openDoor: Guard = {
  text: () => ({}),
  file: async () => ({}),
  unread: async () => null,
};

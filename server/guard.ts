import type { ActionSpec } from '../protocol/action.ts';
import type { Caller } from './handler.ts';
import type { Standing } from './house.ts';

/** What somebody is about to do, with every text they gave. */
export interface GuardedAct {
  readonly name: string;
  readonly spec: ActionSpec;
  /** Parsed. */
  readonly input: unknown;
  readonly caller: Caller;
  readonly standing: Standing | undefined;
}

/** A file that has come in whole, was found to be what it says it is, and is stored nowhere yet. */
export interface GuardedFile {
  readonly account: string;
  readonly name: string;
  /** Media type, as found in the bytes. */
  readonly type: string;
  readonly bytes: number;
  /** Reads it from the beginning, as often as it is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * The one door that every text and every file passes before anything of it is written anywhere. Throws a problem to refuse;
 * what it cannot decide it refuses.
 */
export interface Guard {
  /** Called by `perform` for every act that changes something, once its actor is known to be allowed to do it. */
  text(act: GuardedAct): void | Promise<void>;
  file(file: GuardedFile): Promise<void>;
}

/** Lets everything pass. */
export const openDoor: Guard = {
  text() {},
  async file() {},
};

import type { ActionMap, ActionName } from '../../features/contracts.ts';
import type { InputOf, OutputOf } from '../../protocol/action.ts';
import type { Problem } from '../../protocol/problem.ts';

export interface Performing {
  /** Performs in the name of the first administrator; fails with a `Problem`. */
  do<N extends ActionName>(name: N, input: InputOf<ActionMap[N]>): Promise<OutputOf<ActionMap[N]>>;
  /** Where people reach the program: of the one that performed, else by the settings here. */
  publicUrl(): string;
}

export interface CommandContext extends Performing {
  print(text: string): void;
  /** The folder in which the operator stands: names of files are meant from here. */
  readonly from: string;
}

/** One thing `bin/nharong` can do. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  run(args: readonly string[], context: CommandContext): Promise<void>;
  /** A refusal in words for the operator. */
  explain?(refusal: Problem): string | undefined;
}

/** The arguments are wrong; the usage follows. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** It could not be done; the message is for the operator. */
export class CommandFailed extends Error {
  override name = 'CommandFailed';
  readonly code: number;

  /** `code`: what the command ends with. */
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

import type { z } from 'zod';

export interface EventSpec<B extends z.ZodType = z.ZodType> {
  readonly summary: string;
  /** The kind of stream it stands in. */
  readonly stream: 'group' | 'account';
  /** Kept as a line of the conversation too (“… added …”), so that history shows it after the log has been pruned. */
  readonly notice?: boolean;
  /** Changes what somebody may do: raises the stream's `rights_version`, so that no decision taken before it can commit. */
  readonly rights?: boolean;
  /**
   * Who reads the group's stream from here on. `begin`, in an account's stream: the account's devices follow `body.group`.
   * `end`, in a group's stream: the devices of `body.accounts` cease to follow before anything later is delivered.
   */
  readonly follow?: 'begin' | 'end';
  readonly body: B;
}

export type Events = Readonly<Record<string, EventSpec>>;

/** Declares a noun's events: `noun.verbed` to shape. */
export function events<const T extends Record<string, EventSpec>>(specs: T): T {
  return specs;
}

export type BodyOf<E extends EventSpec> = z.output<E['body']>;

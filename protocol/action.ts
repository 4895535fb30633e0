import type { z } from 'zod';

/** Who may call: `anyone` before signing in, `account` any signed-in person, `administrator` one of the agency. */
export type Who = 'anyone' | 'account' | 'administrator';

/**
 * - `query` reads and changes nothing; it needs no action id.
 * - `change` commits writes and events in one transaction, once per action id.
 * - `append` is a change that only adds one message to one stream; many are committed together.
 * - `signal` tells those who are connected now and is not kept (typing).
 */
export type ActionKind = 'query' | 'change' | 'append' | 'signal';

/** A token bucket per account (per address for `anyone`): `burst` at once, then `perMinute`. */
export interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

export interface ActionSpec<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly kind: ActionKind;
  readonly who: Who;
  /** `group`: the input's `group` names a group the actor must be a member of, else `not_found`. */
  readonly scope?: 'group';
  /** The right of `features/groups/rights.ts` that the actor needs in that group, else `forbidden`. */
  readonly right?: string;
  /** `http`: only at the HTTP door (it sets a cookie, or its body is larger than a frame may be). */
  readonly door?: 'http';
  /** Bytes the HTTP door takes for this action where the default of 65,536 is not enough. */
  readonly bodyLimit?: number;
  readonly rate?: Rate;
  /** A second bucket, which all members of the group share. */
  readonly groupRate?: Rate;
  /** Codes this action can answer with, besides those every action can. */
  readonly problems?: readonly string[];
  readonly input: I;
  readonly output: O;
}

export type Actions = Readonly<Record<string, ActionSpec>>;

/** Declares a noun's actions: `noun.verb` to shape. */
export function actions<const T extends Record<string, ActionSpec>>(specs: T): T {
  return specs;
}

export type InputOf<A extends ActionSpec> = z.input<A['input']>;
export type ParsedOf<A extends ActionSpec> = z.output<A['input']>;
export type OutputOf<A extends ActionSpec> = z.input<A['output']>;

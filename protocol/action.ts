import type { z } from 'zod';

/** Who may call: `anyone` before signing in, `account` any signed-in person, `auditor` who may read the agency's audit log, `officer` a secrecy officer (administrators may both too), `administrator` one of the agency. */
export type Who = 'anyone' | 'account' | 'auditor' | 'officer' | 'administrator';

/** What an administrator's rights are lent to somebody else for, one charge each; they rest and wake as an administrator's do. */
export type Charge = 'auditor' | 'officer';
export const RIGHT_OF: Readonly<Record<Charge, string>> = { auditor: 'agency.audit', officer: 'agency.secrecy' };

export const isCharge = (who: Who): who is Charge => Object.hasOwn(RIGHT_OF, who);
/** Done by hand and seldom, by people with more rights than others. */
export const governs = (who: Who): boolean => who === 'administrator' || isCharge(who);

/**
 * - `query` reads and changes nothing; it needs no action id.
 * - `change` commits writes and events in one transaction, once per action id.
 * - `append` is a change that only adds one message to one stream; many are committed together.
 * - `signal` tells those who are connected now and is not kept (typing).
 */
export type ActionKind = 'query' | 'change' | 'append' | 'signal';

/** What an entry of the audit log is about; what its readers choose by. */
export const AUDIT_TOPICS = ['group', 'member', 'account', 'sign_in', 'directory', 'agency', 'secrecy', 'log'] as const;
export type AuditTopic = (typeof AUDIT_TOPICS)[number];

/**
 * What the audit log keeps of an action. Every `change` says it: one that succeeds is one entry in the same transaction, and a
 * try that is forbidden is one too. Kept by themselves are who, when, from where, the group, and the fields of the input that
 * can only hold ids, numbers, yes or no, and words of a fixed list. No text is kept unless it is named here.
 */
export type Audit =
  | {
      readonly topic: AuditTopic;
      /** The field of the input that says what it was done to, besides the group: a unit, an area, a device. */
      readonly object?: string;
      /** Fields that name the people it was done to. */
      readonly people?: readonly string[];
      /** Texts of the input that are kept, in 200 characters: names and titles; never what people write to each other, never a phone number. */
      readonly texts?: readonly string[];
    }
  /** Nothing is kept, and why. */
  | { readonly none: string };

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
  /** Required of a `change`; on a query only its forbidden tries are kept. */
  readonly audit?: Audit;
  readonly rate?: Rate;
  /** A second bucket, which all members of the group share. */
  readonly groupRate?: Rate;
  /** Codes this action can answer with, besides those every action can. */
  readonly problems?: readonly string[];
  readonly input: I;
  readonly output: O;
}

export type Actions = Readonly<Record<string, ActionSpec>>;

/** A change that does not say what the audit log keeps of it is a type error. */
type Audited<T> = {
  readonly [K in keyof T]: T[K] extends { readonly kind: 'change' } ? { readonly audit: Audit } : unknown;
};

/** Declares a noun's actions: `noun.verb` to shape. */
export function actions<const T extends Record<string, ActionSpec>>(specs: T & Audited<T>): T {
  return specs;
}

export type InputOf<A extends ActionSpec> = z.input<A['input']>;
export type ParsedOf<A extends ActionSpec> = z.output<A['input']>;
export type OutputOf<A extends ActionSpec> = z.input<A['output']>;

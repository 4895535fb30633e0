import type { Rule } from '../rules/ruleset.ts';
import type { Verdict } from '../rules/verdict.ts';

/** What the program asks of the process that reads a file; the bytes follow. */
export interface CheckQuestion {
  readonly version: number;
  readonly rules: readonly Rule[];
  readonly name: string;
  readonly extension: string;
  readonly bytes: number;
}

/** Before a question: what takes long to be ready may be made ready. */
export const WARM = { warm: true } as const;

/** What it answers: that it would read a picture, which takes long, and waits for `GO`; and at last what it found. */
export type CheckLine = { readonly picture: true } | { readonly verdict: Verdict } | { readonly unchecked: string };

/** A byte a time. */
export const GO = '\n';

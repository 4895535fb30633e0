import type { Problem } from '../protocol/problem.ts';

/** The secrecy guard has refused it: nothing of it is kept on this device either. */
export const isGuarded = (code: string | undefined): boolean =>
  code === 'secrecy.marked' || code === 'secrecy.unchecked';

/** Told of every action the guard refuses. Set by the feature that says so to the person, over whatever form it came from. */
export const guarded: { told?: (name: string, input: unknown, it: Problem) => void } = {};

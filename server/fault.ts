import { randomBytes } from 'node:crypto';

import { problem } from '../protocol/problem.ts';
import type { Problem } from '../protocol/problem.ts';
import type { Log } from './log.ts';

/** A fault is our bug: logged with an id, and the user sees the id and nothing else. */
export function faultProblem(log: Log, error: unknown): Problem {
  const id = randomBytes(4).toString('hex');
  // Where it happened, without the values that were in play: the log leaves those out of every error.
  log.error({ fault: id, error: error instanceof Error ? error : new Error(typeof error) }, 'fault');
  return problem('fault', { id });
}

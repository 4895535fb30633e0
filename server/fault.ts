import { randomBytes } from 'node:crypto';

import { problem } from '../protocol/problem.ts';
import type { Problem } from '../protocol/problem.ts';
import { isUnavailable } from './database.ts';
import type { Log } from './log.ts';

/** So that a database that is away is seen in the log, and does not fill it. */
const TELL_MS = 10_000;
const toldAt = new WeakMap<Log, number>();

/** The warning that the database does not take it, now and then. */
export function tellUnavailable(log: Log, { message }: Error): void {
  const now = performance.now();
  if (now - (toldAt.get(log) ?? -Infinity) < TELL_MS) return;
  toldAt.set(log, now);
  log.warn({ error: message }, 'busy: the database does not take it');
}

/**
 * A fault is our bug: logged with an id, and the user sees the id and nothing else. A database that is away is none: whoever
 * is at a door then, before any action is performed, is told to come again.
 */
export function faultProblem(log: Log, error: unknown): Problem {
  if (isUnavailable(error)) {
    tellUnavailable(log, error as Error);
    return problem('busy', { wait: 2 });
  }
  const id = randomBytes(4).toString('hex');
  // Where it happened, without the values that were in play: the log leaves those out of every error.
  log.error({ fault: id, error: error instanceof Error ? error : new Error(typeof error) }, 'fault');
  return problem('fault', { id });
}

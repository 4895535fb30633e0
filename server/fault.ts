import { randomBytes } from 'node:crypto';

import { problem } from '../protocol/problem.ts';
import type { Problem } from '../protocol/problem.ts';
import type { Log } from './log.ts';

/** A fault is our bug: logged with an id, and the user sees the id and nothing else. */
export function faultProblem(log: Log, error: unknown): Problem {
  const id = randomBytes(4).toString('hex');
  log.error({ fault: id, error: describe(error) }, 'fault');
  return problem('fault', { id });
}

/** Where it happened, without the values that were in play: a database's detail line quotes the row. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: error.message.slice(0, 300),
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack
      ?.split('\n')
      .slice(1, 8)
      .map((line) => line.trim()),
  };
}

import { Worker } from 'node:worker_threads';

import type { ListOutcome, Outcome, Reading, Task } from './worker.ts';

/** A list of 50,000 people takes about two seconds. */
const MOST_MS = 30_000;
const MEMORY_MB = 1_024;

let before: Promise<unknown> = Promise.resolve();

/** Reads and plans on a thread of its own, so that chat goes on; one at a time, bounded in time and memory. */
export function planOnThread(task: Task): Promise<Outcome> {
  return inTurn<Outcome>(task);
}

/** Reads a list in the same way. */
export function readOnThread(task: Reading): Promise<ListOutcome> {
  return inTurn<ListOutcome>(task);
}

function inTurn<O extends Outcome | ListOutcome>(task: Task | Reading): Promise<O> {
  const mine = before.then(() => onThread<O>(task));
  before = mine.catch(() => undefined);
  return mine;
}

async function onThread<O extends Outcome | ListOutcome>(task: Task | Reading): Promise<O> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    // So that what reads a stranger's file does not see the secrets in the environment.
    env: {},
  });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome | ListOutcome>();
  const timer = setTimeout(() => resolve({ refusal: { code: 'import.unreadable', reason: 'too_slow' } }), MOST_MS);
  worker.once('message', resolve);
  worker.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      resolve({ refusal: { code: 'import.unreadable', reason: 'too_big_inside' } });
    else reject(error);
  });
  worker.once('exit', () => reject(new Error('the import thread ended without an answer')));
  worker.postMessage(task);
  try {
    return (await promise) as O;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

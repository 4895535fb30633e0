import { Worker } from 'node:worker_threads';

import type { RegulationDocument } from '../rules.ts';
import type { Look } from './look.ts';
import type { Outcome, Task } from './worker.ts';

/** Forty pages take about a second. */
const MOST_MS = 30_000;
const MEMORY_MB = 512;
/** Tasks that wait for the thread; past it people are asked to try again. */
const WAITING_MOST = 20;

let before: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** Makes a file of a written regulation on a thread of its own, one at a time. Undefined where too many wait or it takes too long. */
export async function fileOf(
  form: 'pdf' | 'docx',
  document: RegulationDocument,
  at: Date,
): Promise<Uint8Array | undefined> {
  const outcome = await inTurn({ make: form, document, at: at.getTime() });
  return outcome && 'bytes' in outcome ? outcome.bytes : undefined;
}

/** What an uploaded file is; what cannot be looked at in time is damaged. Undefined where too many wait. */
export async function lookAtFile(bytes: Uint8Array): Promise<Look | undefined> {
  const outcome = await inTurn({ look: bytes });
  return outcome && 'bytes' in outcome ? undefined : outcome;
}

async function inTurn(task: Task): Promise<Outcome | undefined> {
  if (waiting >= WAITING_MOST) return undefined;
  waiting += 1;
  const mine = before.then(() => onThread(task));
  before = mine.catch(() => undefined);
  try {
    return await mine;
  } finally {
    waiting -= 1;
  }
}

async function onThread(task: Task): Promise<Outcome> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    // So that what reads a stranger's file does not see the secrets in the environment.
    env: {},
  });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => resolve({ unfit: 'damaged' }), MOST_MS);
  worker.once('message', resolve);
  worker.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ unfit: 'damaged' });
    else reject(error);
  });
  worker.once('exit', () => reject(new Error('the thread for documents ended without an answer')));
  worker.postMessage(task);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

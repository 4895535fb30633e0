import { createHash, randomUUIDv7 } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

import { planImport } from './plan.ts';
import type { Choices, Directory, Plan } from './plan.ts';
import { FileRefused, readTable } from './read.ts';
import type { Refusal } from './read.ts';

export interface Task {
  readonly bytes: Uint8Array;
  readonly directory: Directory;
  readonly choices: Choices;
}

export interface Planned extends Plan {
  readonly digest: string;
  readonly sheet: string;
  readonly rows: number;
  readonly ignored: readonly string[];
}

export type Outcome = { readonly planned: Planned } | { readonly refusal: Refusal };

/** Reads a file and plans what it would do; also the way of programs that have nothing else to do meanwhile. */
export async function readAndPlan({ bytes, directory, choices }: Task): Promise<Outcome> {
  try {
    const table = await readTable(bytes);
    const digest = createHash('sha256')
      .update(bytes)
      .update(JSON.stringify([choices, directory]))
      .digest('hex');
    const plan = planImport(table, directory, choices, randomUUIDv7);
    return { planned: { ...plan, digest, sheet: table.sheet, rows: table.rows.length, ignored: table.header.ignored } };
  } catch (error) {
    if (error instanceof FileRefused) return { refusal: error.refusal };
    throw error;
  }
}

parentPort?.once('message', (task: Task) => {
  void readAndPlan(task).then((outcome) => parentPort?.postMessage(outcome));
});

import { createHash, randomUUIDv7 } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

import { peopleOf } from './people.ts';
import type { ListedPerson } from './people.ts';
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

/** Only to be read: a list that is held against another. */
export interface Reading {
  readonly list: Uint8Array;
}

export type ListOutcome = { readonly people: readonly ListedPerson[] } | { readonly refusal: Refusal };

export async function readPeople({ list }: Reading): Promise<ListOutcome> {
  try {
    return { people: peopleOf(await readTable(list, 'either')) };
  } catch (error) {
    if (error instanceof FileRefused) return { refusal: error.refusal };
    throw error;
  }
}

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

parentPort?.once('message', (task: Task | Reading) => {
  const outcome: Promise<Outcome | ListOutcome> = 'list' in task ? readPeople(task) : readAndPlan(task);
  void outcome.then((it) => parentPort?.postMessage(it));
});

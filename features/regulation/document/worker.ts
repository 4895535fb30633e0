import { parentPort } from 'node:worker_threads';

import type { RegulationDocument } from '../rules.ts';
import { lookAt } from './look.ts';
import type { Look } from './look.ts';

export type Task =
  | { readonly make: 'pdf' | 'docx'; readonly document: RegulationDocument; readonly at: number }
  | { readonly look: Uint8Array };

export type Outcome = { readonly bytes: Uint8Array } | Look;

async function done(task: Task): Promise<Outcome> {
  if ('look' in task) return lookAt(task.look);
  // Each is loaded only when it is asked for: reading a file needs neither.
  if (task.make === 'pdf') {
    const { writePdf } = await import('./pdf.ts');
    return { bytes: await writePdf(task.document, new Date(task.at)) };
  }
  const { writeDocx } = await import('./docx.ts');
  return { bytes: await writeDocx(task.document) };
}

parentPort?.once('message', (task: Task) => {
  void done(task).then((outcome) => parentPort?.postMessage(outcome));
});

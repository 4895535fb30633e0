import { bytesOf, refused } from '../import/file.ts';
import type { ListedPerson } from '../import/people.ts';
import { readOnThread } from '../import/run.ts';

export type { ListedPerson };

/** The people a list names, XLSX or CSV as base64, with so much in it at most. Throws the problem that the file is. */
export async function readList(
  base64: string,
  most: { readonly bytes: number; readonly rows: number },
): Promise<readonly ListedPerson[]> {
  const outcome = await readOnThread({ list: bytesOf(base64, most.bytes) });
  if ('refusal' in outcome) throw refused(outcome.refusal);
  if (outcome.people.length > most.rows) throw refused({ code: 'import.too_large', ...most });
  return outcome.people;
}

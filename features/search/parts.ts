import type { Database } from '../../server/database.ts';
import { contentsOf, deletePart, saveParts } from './store.ts';
import type { PartRow, PartToSave } from './store.ts';
import { PART_MESSAGES, sizeOf, vectorOf } from './words.ts';
import type { Content } from './words.ts';

/** Takes the words of a part from its messages as they are now. `number`: the group’s short name in the index. */
export async function renew(tx: Database, group: string, number: number, part: PartRow): Promise<void> {
  const contents = await contentsOf(tx, group, { ...part, most: PART_MESSAGES });
  if (contents.length === 0) await deletePart(tx, group, part.first);
  else await saveParts(tx, group, [{ ...rowOf(number, contents, part.first), last: part.last }]);
}

export function rowOf(number: number, contents: readonly Content[], first: number = contents[0]!.seq): PartToSave {
  return {
    first,
    last: contents.at(-1)!.seq,
    firstAt: contents[0]!.at,
    lastAt: contents.at(-1)!.at,
    count: contents.length,
    size: contents.reduce((sum, it) => sum + sizeOf(it), 0),
    vector: vectorOf(number, contents),
  };
}

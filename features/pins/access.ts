import type { ChangeContext } from '../../server/handler.ts';
import { dropBoardFiles } from '../files/access.ts';
import { deletePin } from './store.ts';

/** Of a group that is gone. */
export { deletePinsOf } from './store.ts';

/**
 * A message or a thing of the board goes, within the transaction that takes it away, under the lock of the group's stream: it is
 * not pinned any more. False where it was not.
 */
export function unpinGone(
  context: Pick<ChangeContext, 'db' | 'announce'>,
  group: string,
  thing: string,
): Promise<boolean> {
  return endPin(context, group, thing, 'gone');
}

/** False where it was not pinned. */
export async function endPin(
  { db, announce }: Pick<ChangeContext, 'db' | 'announce'>,
  group: string,
  thing: string,
  why: 'unpinned' | 'over' | 'gone',
): Promise<boolean> {
  const kind = await deletePin(db, group, thing);
  if (!kind) return false;
  // Those of a note are the note's; what a message carried was everybody's for as long as it was pinned.
  if (kind === 'message') await dropBoardFiles(db, thing);
  announce('pin.removed', group, { thing, why });
  return true;
}

import type { ChangeContext } from '../../server/handler.ts';
import { pointersOf, saveCardRead } from './store.ts';

/**
 * Somebody takes part in what a card stands for, and has seen the card with that: where it is the first thing they have not read, it is
 * read; where something before it waits for them, it goes on waiting.
 */
export async function markCard(
  { db, house, announce, afterCommit }: Pick<ChangeContext, 'db' | 'house' | 'announce' | 'afterCommit'>,
  it: { readonly group: string; readonly message: string; readonly account: string },
): Promise<void> {
  const moved = await saveCardRead(db, it);
  if (!moved) return;
  announce('receipt.read', it.account, { group: it.group, ...moved });
  afterCommit(async () => {
    const pointers = await pointersOf(house.db, it.group);
    house.bus.publish(`signal.${it.group}`, { signal: 'receipts.moved', in: it.group, with: pointers });
  });
}

import type { Problem } from '../../protocol/problem.ts';
import { messageProblems } from './protocol.ts';

/** How things of the board come to stand in the conversation. */
export { openCards } from './access/cards.ts';
export type { Cards, CardWish, Posted } from './access/cards.ts';

/** How other features read messages. */
export { peopleOf } from './store.ts';
/** Takes all they said out of the tables, in a transaction that holds their groups. */
export { saveRecall as takeOut } from './store/changing.ts';
export { messageSeenBy, withMore } from './store/content.ts';

/** The message is not there any more, or not for this person. */
export function messageGone(): Problem {
  return messageProblems('message.gone');
}

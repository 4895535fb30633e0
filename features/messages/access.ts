import type { Problem } from '../../protocol/problem.ts';
import { messageProblems } from './protocol.ts';

/** How other features read messages. */
export { messageSeenBy, withMore } from './store/content.ts';

/** The message is not there any more, or not for this person. */
export function messageGone(): Problem {
  return messageProblems('message.gone');
}

/** How other features read messages. */
export { messageSeenBy, withMore } from './store/content.ts';

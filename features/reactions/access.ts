/**
 * Takes all emoji off a message that is recalled, in the transaction that recalls it: its line loses them with the recall's own
 * event, no other is told.
 */
export { deleteReactionsOf as dropReactions } from './store.ts';

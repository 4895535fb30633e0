/** What becomes of the calls of a group that is gone. */
export { deleteCallsOf } from './store.ts';

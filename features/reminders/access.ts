/** Everything of a group’s reminders but their files, which go with the files of the group. */
export { deleteRemindersOf } from './store.ts';

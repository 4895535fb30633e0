/** Everything of a group’s notes but their files, which go with the files of the group. */
export { deleteNotesOf as dropNotesOf } from './store.ts';

import { words } from '../../../web/language.ts';

/** What leads to the calendar of a group. */
export const strings = words({
  title: ['Lịch nhắc hẹn', 'Calendar'],
});

import { words } from '../../../web/language.ts';

/** How much of a group’s past is read by who comes in: also told in the conversation. */
export const strings = words({
  historyNone: ['Không', 'No'],
  historyJoining: ['Từ lúc vào', 'From joining'],
  historyAll: ['Tất cả', 'All'],
  historyDays: ['{n} ngày', '{n} day|{n} days'],
});

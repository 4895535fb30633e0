import { words } from '../../../web/language.ts';

/** Words of the conversation that lead to the board. */
export const strings = words({
  board: ['Bảng tin', 'Board'],
  note: ['Ghi chú', 'Note'],
  reminder: ['Nhắc hẹn', 'Reminder'],
  poll: ['Bình chọn', 'Poll'],
  partMissing: ['Chưa tải được phần này. Thử lại khi có mạng.', 'This part is missing. Try again with a connection.'],
});

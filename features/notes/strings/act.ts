import { words } from '../../../web/language.ts';

/** What comes with the menu of a message. */
export const strings = words({
  create: ['Tạo ghi chú', 'Make a note of it'],
  missing: ['Chưa mở được. Kiểm tra mạng rồi thử lại.', 'It could not be opened. Check the connection, then retry.'],
});

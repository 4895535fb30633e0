import { words } from '../../../web/language.ts';

/** In the menu of a message. */
export const strings = words({
  make: ['Tạo nhắc hẹn', 'New reminder'],
  missing: ['Không mở được. Kiểm tra mạng rồi thử lại.', 'It could not be opened. Check the connection.'],
});

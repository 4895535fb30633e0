import { words } from '../../../web/language.ts';

/** What stands over the screen while the app is open. */
export const strings = words({
  region: ['Tin mới ở trò chuyện khác', 'New messages in other chats'],
  urgentRegion: ['Tin khẩn ở trò chuyện khác', 'Urgent messages in other chats'],
  open: ['Mở trò chuyện {chat}', 'Open the chat {chat}'],
  close: ['Đóng', 'Close'],
  urgent1: ['KHẨN', 'URGENT'],
  urgent2: ['THƯỢNG KHẨN', 'VERY URGENT'],
  urgent3: ['HỎA TỐC', 'MOST URGENT'],
  files: ['Đã gửi tệp', 'Sent a file'],
  more: ['và {n} tin nữa', 'and {n} more'],
});

import { words } from '../../web/language.ts';

export const strings = words({
  title: ['Tin đã đánh dấu', 'Saved messages'],
  list: ['Tin đã đánh dấu, mới nhất trước', 'Saved messages, newest first'],
  empty: ['Chưa có tin nào được đánh dấu', 'No saved messages yet'],
  emptyText: [
    'Giữ một tin nhắn, chọn Đánh dấu để tìm lại ở đây. Chỉ bạn thấy.',
    'Hold a message and choose Save to find it again here. Only you see it.',
  ],
  toChats: ['Tới trò chuyện', 'Go to chats'],
  you: ['Bạn', 'You'],
  someone: ['Thành viên', 'A member'],
  open: ['Xem trong trò chuyện', 'Show in chat'],
  remove: ['Bỏ đánh dấu', 'Unsave'],
  removed: ['Đã bỏ đánh dấu', 'No longer saved'],
  said: ['{who}: {text}', '{who}: {text}'],
  loadingMore: ['Đang tải thêm…', 'Loading more…'],
  noLine: [
    'Chưa có mạng. Tin đã đánh dấu hiện khi có mạng lại.',
    'No connection. Saved messages are shown once there is one.',
  ],
});

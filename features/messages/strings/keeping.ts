import { words } from '../../../web/language.ts';

/** What comes with the menu of a message: answering, forwarding, marking, picking many. */
export const strings = words({
  reply: ['Trả lời', 'Reply'],
  forward: ['Chuyển tiếp', 'Forward'],
  copy: ['Sao chép', 'Copy'],
  save: ['Đánh dấu', 'Save'],
  unsave: ['Bỏ đánh dấu', 'Unsave'],
  select: ['Chọn nhiều', 'Select'],
  hide: ['Xóa chỉ ở phía tôi', 'Delete for me'],

  copied: ['Đã sao chép tin nhắn', 'Message copied'],
  copiedMany: ['Đã sao chép {n} tin nhắn', '{n} message copied|{n} messages copied'],
  notCopied: [
    'Máy không cho sao chép. Chọn chữ rồi sao chép bằng tay.',
    'Copying was not allowed. Select the text and copy it by hand.',
  ],
  saved: ['Đã đánh dấu tin nhắn', 'Message saved'],
  savedMany: ['Đã đánh dấu {n} tin nhắn', '{n} message saved|{n} messages saved'],
  seeSaved: ['Xem', 'See'],
  unsaved: ['Đã bỏ đánh dấu', 'No longer saved'],
  hidden: ['Đã xóa tin nhắn ở phía bạn', 'Message deleted for you'],
  hiddenMany: ['Đã xóa {n} tin nhắn ở phía bạn', '{n} message deleted for you|{n} messages deleted for you'],
  full: [
    'Đang có {n} việc chờ gửi. Chờ có mạng rồi làm tiếp.',
    '{n} things are waiting. Go on once there is a connection.',
  ],

  hideShort: ['Xóa', 'Delete'],

  // Picking many
  choosing: ['Làm với các tin đã chọn', 'What to do with the selected messages'],
  choosingHelp: ['Chọn tin nhắn', 'Select messages'],
  choosingStop: ['Thôi chọn', 'Stop selecting'],
  chosen: ['Đã chọn {n}', '{n} selected'],

  // Forwarding
  forwardTitle: ['Chuyển tiếp', 'Forward'],
  forwardCount: ['{n} tin nhắn', '{n} message|{n} messages'],
  forwardSearch: ['Tìm trò chuyện', 'Search chats'],
  forwardList: ['Chọn trò chuyện', 'Choose chats'],
  forwardNone: ['Chưa có trò chuyện nào để chuyển tiếp tới', 'No chat to forward to'],
  forwardNoneText: [
    'Bạn chuyển tiếp được tới những trò chuyện mà bạn được gửi tin.',
    'You can forward to chats in which you may write.',
  ],
  forwardTo: ['Chuyển tiếp tới {n} trò chuyện', 'Forward to {n} chat|Forward to {n} chats'],
  forwardMost: ['Chuyển tiếp một lần tới nhiều nhất {n} trò chuyện', 'At most {n} chats at once'],
  forwardNoFiles: ['Bạn không được gửi file trong nhóm này', 'You may not send files in this group'],
  forwarded: ['Đã chuyển tiếp tới {n} trò chuyện', 'Forwarded to {n} chat|Forwarded to {n} chats'],
  forwardLater: ['Sẽ chuyển tiếp khi có mạng', 'Will be forwarded once there is a connection'],
  forwardOpen: ['Mở', 'Open'],
  members: ['{n} thành viên', '{n} member|{n} members'],

  // Copied as plain text
  copyLine: ['{who} ({when}): {text}', '{who} ({when}): {text}'],
});

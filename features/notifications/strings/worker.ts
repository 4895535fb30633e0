import { words } from '../../../web/language.ts';

/** Words of the notifications themselves, said by the service worker. */
export const strings = words({
  product: ['Nhà Rông', 'Nhà Rông'],
  some: ['Bạn có tin nhắn mới', 'You have new messages'],
  messages: ['{n} tin nhắn mới', '{n} new message|{n} new messages'],
  mentioned: ['Có tin nhắc đến bạn', 'You are mentioned'],
  urgent1: ['Có tin khẩn', 'Urgent message'],
  urgent2: ['Có tin thượng khẩn', 'Very urgent message'],
  urgent3: ['Có tin hỏa tốc', 'Most urgent message'],
  missed: ['Cuộc gọi nhỡ', 'Missed call'],
  missedSome: ['{n} cuộc gọi nhỡ', '{n} missed call|{n} missed calls'],
  ringVoice: ['Cuộc gọi thoại đến', 'Incoming voice call'],
  ringVideo: ['Cuộc gọi video đến', 'Incoming video call'],
  ringThrough: ['Cuộc gọi khẩn, đổ chuông cả giờ yên tĩnh', 'Urgent call, rings through quiet hours'],
  ringOver: ['Cuộc gọi không còn đổ chuông', 'The call does not ring any more'],
  answer: ['Trả lời', 'Answer'],
  decline: ['Từ chối', 'Decline'],
  digest: ['{n} tin chưa đọc trong {groups} nhóm', '{n} unread messages in {groups} chats'],
  test: ['Thông báo thử: máy này nhận được.', 'Test notification: this device gets them.'],
  open: ['Mở', 'Open'],
  read: ['Đã đọc', 'Mark read'],
  reply: ['Trả lời', 'Reply'],
  replyPlace: ['Viết trả lời', 'Write a reply'],
  again: ['Gửi lại', 'Send again'],
  notSent: [
    'Chưa gửi được trả lời. Bấm Gửi lại khi có mạng.',
    'The reply was not sent. Press Send again when there is a connection.',
  ],
  refused: [
    'Không gửi được trả lời. Mở trò chuyện để xem vì sao.',
    'The reply could not be sent. Open the chat to see why.',
  ],
  notRead: [
    'Chưa đánh dấu đã đọc được. Thử lại khi có mạng.',
    'Could not be marked read. Try again when there is a connection.',
  ],
});

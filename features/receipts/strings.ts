import { words } from '../../web/language.ts';

export const strings = words({
  sent: ['Đã gửi', 'Sent'],
  received: ['Đã nhận', 'Delivered'],
  seen: ['Đã xem', 'Seen'],
  seenOf: ['Đã xem {n}/{all}', 'Seen {n}/{all}'],
  seenOfWords: ['{n} trên {all} đã xem', 'seen by {n} of {all}'],
  details: ['Chi tiết tin nhắn', 'Message details'],
  sentAt: ['Gửi lúc {time}', 'Sent at {time}'],
  seenTile: ['Đã xem', 'Seen'],
  notSeenTile: ['Chưa xem', 'Not seen'],
  unknown: ['Chưa có số liệu', 'Not known yet'],
});

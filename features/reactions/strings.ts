import { words } from '../../web/language.ts';

export const strings = words({
  reactions: ['Cảm xúc', 'Reactions'],
  pill: ['{emoji} {n} người', '{emoji} {n} person|{emoji} {n} people'],
  pillOwn: ['{emoji} {n} người, có bạn', '{emoji} {n} person, you among them|{emoji} {n} people, you among them'],
  give: ['Thả cảm xúc', 'React'],
  more: ['Biểu tượng khác', 'More emoji'],
  fullOwn: [
    'Bạn đã thả {n} cảm xúc cho tin này. Bỏ bớt một cảm xúc rồi chọn lại.',
    'You have given this message {n} reactions. Take one back, then choose again.',
  ],
  fullKinds: [
    'Tin này đã có {n} loại cảm xúc. Chọn một loại đã có.',
    'This message has {n} kinds of reactions already. Choose one of them.',
  ],
  forbidden: ['Bạn không còn được thả cảm xúc trong nhóm này.', 'You may no longer react in this group.'],
  gone: ['Tin nhắn không còn nữa nên chưa thả cảm xúc được.', 'The message is gone, so the reaction was not given.'],
  missing: ['Chưa mở được. Kiểm tra mạng rồi thử lại.', 'Could not be opened. Check the connection, then retry.'],
  outboxFull: [
    'Đang có quá nhiều thao tác chờ gửi. Chờ có mạng rồi thả lại.',
    'Too much is waiting to be sent. React again once there is a connection.',
  ],
});

import { words } from '../../../web/language.ts';

/** What is said around the field where a message is written; it comes with the composer. */
export const strings = words({
  save: ['Lưu', 'Save'],
  urgencyLabel: ['Độ khẩn', 'Urgency'],
  urgencyOff: ['Bỏ độ khẩn', 'Send as normal'],
  expressTitle: ['Gửi hỏa tốc tới {n} người?', 'Send as express to {n} person?|Send as express to {n} people?'],
  expressTitlePair: ['Gửi tin hỏa tốc?', 'Send as express?'],
  expressText: ['Máy đang im lặng cũng đổ chuông.', 'Devices that are silent ring all the same.'],
  expressYes: ['Gửi hỏa tốc', 'Send as express'],
  askReading: ['Yêu cầu xác nhận đã đọc', 'Ask for acknowledgement'],
  askOff: ['Không cần xác nhận đã đọc', 'Do not ask for acknowledgement'],
  on: ['Bật', 'On'],
  schedule: ['Hẹn giờ gửi', 'Schedule'],
  phrases: ['Tin nhắn nhanh', 'Quick phrases'],
});

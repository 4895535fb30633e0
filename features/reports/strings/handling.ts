import { words } from '../../../web/language.ts';

/** Circulation marks (Nghị định 30/2020, box 11), as they stand on a message or a file. */
export const strings = words({
  internal: ['Lưu hành nội bộ', 'Internal circulation'],
  return: ['Xem xong trả lại', 'Return after reading'],
  notForwarded: ['Tin này sẽ không chuyển tiếp được', 'This message cannot be forwarded'],
  marked: ['{mark}: tin này sẽ không chuyển tiếp được', '{mark}: this message cannot be forwarded'],
});

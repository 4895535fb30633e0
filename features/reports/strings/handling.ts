import { words } from '../../../web/language.ts';

/** Circulation marks (Nghị định 30/2020, box 11), as they stand on a message or a file. */
export const strings = words({
  internal: ['Lưu hành nội bộ', 'Internal circulation'],
  return: ['Xem xong trả lại', 'Return after reading'],
});

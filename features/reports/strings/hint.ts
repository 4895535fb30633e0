import { words } from '../../../web/language.ts';

/** Above the field while such a text is written. */
export const strings = words({
  internal: [
    'Lưu hành nội bộ: tin này sẽ không chuyển tiếp được',
    'Internal circulation: this message cannot be forwarded',
  ],
  return: [
    'Xem xong trả lại: tin này sẽ không chuyển tiếp được',
    'Return after reading: this message cannot be forwarded',
  ],
});

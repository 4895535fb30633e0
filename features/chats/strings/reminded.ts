import { words } from '../../../web/language.ts';

export const strings = words({
  reminded: ['{name} nhắc bạn xem tin nhắn trong {group}', '{name} reminds you of a message in {group}'],
  remindedAck: [
    '{name} nhắc bạn xác nhận đã đọc trong {group}',
    '{name} reminds you to acknowledge a message in {group}',
  ],
  show: ['Xem', 'Show'],
  someone: ['Một thành viên', 'A member'],
});

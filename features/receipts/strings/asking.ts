import { words } from '../../../web/language.ts';

export const strings = words({
  acknowledge: ['Xác nhận đã đọc', 'Acknowledge'],
  acknowledgedAt: ['Đã xác nhận {time}', 'Acknowledged {time}'],
  acknowledged: ['Đã xác nhận', 'Acknowledged'],
  counted: ['{n}/{all} đã xác nhận', '{n}/{all} acknowledged'],
  countedWords: ['{n} trên {all} đã xác nhận', '{n} of {all} acknowledged'],
  gone: ['Tin nhắn không còn nữa nên chưa xác nhận được.', 'The message is gone, so it was not acknowledged.'],
  reminded: ['{name} nhắc bạn xem tin nhắn trong {group}', '{name} reminds you of a message in {group}'],
  remindedAck: [
    '{name} nhắc bạn xác nhận đã đọc trong {group}',
    '{name} reminds you to acknowledge a message in {group}',
  ],
  show: ['Xem', 'Show'],
  someone: ['Một thành viên', 'A member'],
});

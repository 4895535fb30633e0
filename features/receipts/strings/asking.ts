import { words } from '../../../web/language.ts';

export const strings = words({
  acknowledge: ['Xác nhận đã đọc', 'Acknowledge'],
  acknowledgedAt: ['Đã xác nhận {time}', 'Acknowledged {time}'],
  acknowledged: ['Đã xác nhận', 'Acknowledged'],
  counted: ['{n}/{all} đã xác nhận', '{n}/{all} acknowledged'],
  countedWords: ['{n} trên {all} đã xác nhận', '{n} of {all} acknowledged'],
  gone: ['Tin nhắn không còn nữa nên chưa xác nhận được.', 'The message is gone, so it was not acknowledged.'],
});

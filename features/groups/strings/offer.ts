import { words } from '../../../web/language.ts';

/** Seen in a conversation, so kept apart from the words of the settings, which come when they are opened. */
export const strings = words({
  transfer: ['Chuyển quyền trưởng nhóm', 'Transfer ownership'],
  offerToYou: [
    '{name} đề nghị bạn nhận quyền trưởng nhóm. Trả lời trước {day}.',
    '{name} asks you to take over as owner. Answer before {day}.',
  ],
  accept: ['Nhận quyền', 'Take over'],
  decline: ['Từ chối', 'Decline'],
  acceptTitle: ['Nhận quyền trưởng nhóm “{name}”?', 'Take over “{name}”?'],
  acceptText: [
    'Bạn chịu trách nhiệm về nhóm: ai trong nhóm, ai được làm gì.',
    'You answer for the group: who is in it and who may do what.',
  ],
  accepted: ['Bạn là trưởng nhóm', 'You are the owner'],
  declined: ['Đã từ chối', 'Declined'],
});

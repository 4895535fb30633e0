import { words } from '../../web/language.ts';

export const strings = words({
  title: ['Lời mời vào nhóm', 'Invitations'],
  strip: ['{n} lời mời vào nhóm', '{n} invitation|{n} invitations'],
  look: ['Xem', 'View'],
  invitedBy: ['{name} mời bạn vào nhóm này', '{name} invites you to this group'],
  until: ['Trả lời đến hết {day}', 'Answer by {day}'],
  accept: ['Tham gia nhóm', 'Join'],
  decline: ['Từ chối', 'Decline'],
  block: ['Từ chối và chặn nhóm này', 'Decline and block this group'],
  declined: ['Đã từ chối lời mời', 'Invitation declined'],
  over: ['Lời mời không còn hiệu lực.', 'This invitation is no longer open.'],
  none: ['Không có lời mời nào.', 'No invitations.'],
  offline: ['Chưa có mạng.', 'No line.'],
  invited: ['Đã mời', 'Invited'],
  nobody: ['Không có ai đang được mời.', 'Nobody is invited.'],
  by: ['{name} mời · đến {day}', 'by {name} · until {day}'],
  withdraw: ['Rút lời mời', 'Withdraw'],
  withdrawn: ['Đã rút lời mời', 'Invitation withdrawn'],
});

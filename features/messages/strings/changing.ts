import { words } from '../../../web/language.ts';

/** What is said around editing and recalling; it comes with the acts themselves. */
export const strings = words({
  edit: ['Sửa', 'Edit'],
  editing: ['Sửa tin nhắn', 'Edit message'],
  editingScheduled: ['Sửa tin hẹn giờ {time}', 'Edit the message scheduled for {time}'],
  stopEditing: ['Thôi sửa', 'Stop editing'],
  editedToast: ['Đã sửa tin nhắn', 'Message edited'],
  savedToast: ['Đã sửa tin hẹn giờ', 'Scheduled message changed'],
  versions: ['Các lần sửa', 'Versions'],
  versionFirst: ['Bản đầu', 'First version'],
  version: ['Bản {n}', 'Version {n}'],
  versionNow: ['Bản hiện tại', 'Current version'],
  versionsHelp: [
    'Ai xem được tin nhắn đều xem được mọi bản của tin.',
    'Whoever sees the message can read every version of it.',
  ],
  recall: ['Thu hồi', 'Recall'],
  hoursLeft: ['còn {n} giờ', '{n} hour left|{n} hours left'],
  minutesLeft: ['còn {n} phút', '{n} minute left|{n} minutes left'],
  rightOwner: ['Quyền trưởng nhóm', 'As owner'],
  rightDeputy: ['Quyền phó nhóm', 'As deputy'],
  rightClerk: ['Quyền quản trị nhóm', 'As clerk'],
  recallTitle: ['Thu hồi tin nhắn này?', 'Recall this message?'],
  recallText: [
    'Không ai đọc được nữa, kể cả trên các máy đã nhận.',
    'Nobody will be able to read it any more, also on devices that have it.',
  ],
  recallKept: [
    'Nhóm này giữ bản gốc đã niêm phong; chỉ người kiểm tra mở được và việc mở được báo trong nhóm.',
    'This group keeps a sealed original; only an auditor can open it, and the group is told.',
  ],
  recallYes: ['Thu hồi tin nhắn', 'Recall message'],
  recallManyTitle: ['Thu hồi {n} tin nhắn?', 'Recall {n} message?|Recall {n} messages?'],
  recallManyYes: ['Thu hồi {n} tin nhắn', 'Recall {n} message|Recall {n} messages'],
  recalledMany: ['Đã thu hồi {n} tin nhắn', '{n} message recalled|{n} messages recalled'],
  recalledToast: ['Đã thu hồi tin nhắn', 'Message recalled'],
  offline: ['Chưa có mạng. Thử lại khi có mạng.', 'No connection. Try again once there is one.'],
  gone: ['Tin nhắn đã được thu hồi.', 'The message was recalled.'],
  tooLate: ['Đã quá {n} giờ kể từ lúc gửi.', 'More than {n} hours have passed since it was sent.'],
  tooMany: ['Tin này đã sửa đủ {n} lần.', 'This message has been edited {n} times, which is the most.'],
  forbidden: ['Bạn không còn quyền làm việc này trong nhóm.', 'You may no longer do this in the group.'],
  superior: [
    'Chỉ trưởng nhóm thu hồi được tin của trưởng, phó nhóm.',
    'Only the owner may recall messages of owner and deputies.',
  ],
  failed: ['Chưa làm được. Thử lại sau.', 'It did not work. Try again later.'],
});

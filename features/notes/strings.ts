import { words } from '../../web/language.ts';

export const strings = words({
  note: ['Ghi chú', 'Note'],
  notes: ['Ghi chú', 'Notes'],
  create: ['Tạo ghi chú', 'New note'],
  edit: ['Sửa ghi chú', 'Edit the note'],

  // A card, and reading
  version: ['Bản {n}', 'v{n}'],
  versionLong: ['Bản {n}', 'Version {n}'],
  made: ['tạo {when}', 'made {when}'],
  editedBy: ['{who} sửa {when}', '{who} edited {when}'],
  edited: ['sửa {when}', 'edited {when}'],
  readOf: ['{n}/{all} đã đọc', '{n}/{all} read'],
  readOfLong: ['{n} trên {all} người đã xác nhận đã đọc', '{n} of {all} people have acknowledged it'],
  files: ['{n} file', '{n} file|{n} files'],
  unreadYet: ['Cần bạn xác nhận đã đọc', 'Please acknowledge that you have read it'],
  waiting: ['Chờ gửi', 'Waiting to be sent'],
  waitingEdit: ['Bản sửa của bạn đang chờ gửi', 'Your edit waits to be sent'],
  gone: ['Ghi chú này không còn nữa.', 'This note is no longer there.'],
  goneTitle: ['Không còn ghi chú này', 'The note is gone'],
  unknownHere: ['Mở lại khi có mạng để xem ghi chú này.', 'Open it again with a connection to read this note.'],
  empty: ['Ghi chú này chưa có nội dung.', 'Nothing is written in this note yet.'],
  asOf: ['Không có mạng. Đây là bản máy này giữ.', 'No connection. This is what this device has kept.'],
  done: ['Đã làm: ', 'Done: '],
  open: ['Chưa làm: ', 'To do: '],
  openPicture: ['Xem ảnh {name}', 'View {name}'],

  // Acts
  editNow: ['Sửa', 'Edit'],
  versions: ['Các bản', 'Versions'],
  readers: ['Ai đã đọc', 'Who has read it'],
  pin: ['Ghim', 'Pin'],
  unpin: ['Bỏ ghim', 'Unpin'],
  inChat: ['Mở trong trò chuyện', 'Open in the chat'],
  more: ['Thêm việc với ghi chú', 'More with this note'],
  remove: ['Xóa ghi chú', 'Remove the note'],
  removeTitle: ['Xóa ghi chú này?', 'Remove this note?'],
  removeText: [
    'Mọi bản và file của ghi chú bị xóa với tất cả thành viên. Không lấy lại được.',
    'All its versions and files are removed for every member. This cannot be undone.',
  ],
  removeYes: ['Xóa ghi chú', 'Remove'],
  removed: ['Đã xóa ghi chú', 'Note removed'],
  acknowledge: ['Xác nhận đã đọc', 'Acknowledge reading'],
  acknowledgeAsk: ['Nhóm cần biết bạn đã đọc ghi chú này.', 'The group needs to know that you have read this note.'],
  acknowledged: ['Bạn đã xác nhận đã đọc', 'You have acknowledged it'],
  acknowledgedAgain: [
    'Có bản mới. Xin đọc và xác nhận lại.',
    'There is a new version. Please read and acknowledge it again.',
  ],

  // Who may edit
  editors: ['Ai được sửa', 'Who may edit'],
  editorsAll: ['Mọi thành viên', 'All members'],
  editorsLeaders: ['Trưởng, phó nhóm và người tạo', 'Leaders and its maker'],
  editorsMaker: ['Chỉ người tạo', 'Its maker only'],
  mayAll: ['Mọi thành viên được sửa', 'All members may edit'],
  mayLeaders: ['Trưởng, phó nhóm và người tạo được sửa', 'Leaders and its maker may edit'],
  mayMaker: ['Chỉ người tạo được sửa', 'Only its maker may edit'],

  // What was refused
  notDone: ['Chưa làm được. Thử lại sau.', 'It could not be done. Try again later.'],
  offline: ['Cần có mạng để xem mục này.', 'This needs a connection.'],
  offlineDo: ['Cần có mạng để làm việc này.', 'This needs a connection.'],
  forbidden: ['Bạn không còn quyền làm việc này.', 'You may not do this any more.'],
  forbiddenAsk: [
    'Bạn không có quyền yêu cầu xác nhận đã đọc trong nhóm này.',
    'You may not ask for acknowledgement in this group.',
  ],
  forbiddenFiles: ['Bạn không có quyền gửi file trong nhóm này.', 'You may not send files in this group.'],
  tooMany: [
    'Ghi chú đã có {most} bản, không thêm được nữa. Tạo ghi chú mới từ nội dung này.',
    'The note has {most} versions and takes no more. Make a new note of it.',
  ],
  full: ['Còn {n} việc chờ gửi. Có mạng rồi thử lại.', '{n} acts wait to be sent. Try again with a connection.'],
  notAccepted: ['Cần đồng ý quy chế của nhóm trước khi viết.', 'Accept the group’s regulation before writing.'],
  notKept: [
    'Bản sửa của bạn chưa lưu được: {who} đã lưu bản mới hơn.',
    'Your edit was not saved: {who} saved a newer version.',
  ],
  notKeptNobody: [
    'Bản sửa của bạn chưa lưu được: đã có bản mới hơn.',
    'Your edit was not saved: there is a newer version.',
  ],
  someone: ['người khác', 'somebody'],
  seeDraft: ['Xem và ghép', 'See and merge'],
  draftThere: ['Bạn có bản sửa chưa lưu trên máy này.', 'You have an unsaved edit on this device.'],
  goOn: ['Sửa tiếp', 'Go on'],
});

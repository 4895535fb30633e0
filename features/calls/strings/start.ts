import { words } from '../../../web/language.ts';

export const strings = words({
  title: ['Gọi nhóm', 'Group call'],
  kind: ['Loại cuộc gọi', 'Kind of call'],
  voice: ['Gọi thoại', 'Voice'],
  video: ['Gọi video', 'Video'],
  whom: ['Đổ chuông cho', 'Ring'],
  all: ['Tất cả {n} thành viên', 'All {n} member|All {n} members'],
  allTooMany: [
    'Nhóm trên {most} người không đổ chuông tất cả một lúc.',
    'Groups of more than {most} are not rung as a whole.',
  ],
  some: ['Chọn người', 'Choose people'],
  chosen: ['Đã chọn {n}/{most}', '{n}/{most} chosen'],
  chooseFirst: ['Chọn ít nhất một người để gọi.', 'Choose at least one person to ring.'],
  othersToo: [
    'Mọi thành viên đều thấy cuộc gọi và vào được, kể cả người không được đổ chuông.',
    'Every member sees the call and can join, rung or not.',
  ],
  urgency: ['Độ khẩn', 'Urgency'],
  urgencyHelp: ['Khẩn trở lên đổ chuông cả giờ yên tĩnh.', 'Urgent calls ring through quiet hours.'],
  lobby: ['Phòng chờ', 'Lobby'],
  lobbyHelp: ['Ai vào sau chờ bạn cho vào.', 'Who joins waits to be let in.'],
  tryDevices: ['Thử micrô, camera, loa', 'Test microphone, camera, speaker'],
  start: ['Gọi', 'Call'],
  startN: ['Gọi {n} người', 'Call {n} person|Call {n} people'],
  done: ['Xong', 'Done'],
  // Stands in the sheet, above its button: the secrecy guard hears and sees nothing of a call.
  notSecret: [
    'Tiếng nói, hình ảnh và màn hình chia sẻ không được kiểm tra dấu hiệu mật: không trao đổi điều mật. Cuộc gọi không được ghi lại.',
    'Speech, pictures and shared screens are not checked for secrecy: keep secret matters out. Calls are not recorded.',
  ],
});

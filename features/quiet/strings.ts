import { words } from '../../web/language.ts';

export const strings = words({
  title: ['Thông báo và giờ yên tĩnh', 'Notifications and quiet hours'],
  hours: ['Giờ yên tĩnh', 'Quiet hours'],
  hoursHelp: [
    'Tin vẫn đến, không đổ chuông. Tính theo giờ Việt Nam.',
    'Messages arrive without ringing. By the clock of Viet Nam.',
  ],
  from: ['Từ', 'From'],
  to: ['Đến', 'To'],
  days: ['Ngày làm việc', 'Working days'],
  daysHelp: ['Ngày không chọn thì yên tĩnh cả ngày.', 'Days that are not chosen are quiet from morning to night.'],
  through: ['Vẫn báo trong giờ yên tĩnh', 'Still rings in quiet hours'],
  level1: ['Khẩn trở lên vẫn báo', 'Urgent still rings'],
  level2: ['Thượng khẩn trở lên vẫn báo', 'Very urgent still rings'],
  level3: ['Chỉ hỏa tốc vẫn báo', 'Only express rings'],
  nowQuiet: ['Bây giờ đang yên tĩnh.', 'It is quiet now.'],
  nowLoud: ['Bây giờ vẫn báo bình thường.', 'It is not quiet now.'],
  needsLine: ['Cần có mạng để đổi.', 'Changing this needs a connection.'],
  perChat: [
    'Từng trò chuyện có mức thông báo riêng: mở Tùy chọn của trò chuyện.',
    'Each chat has its own level: open its Options.',
  ],
});

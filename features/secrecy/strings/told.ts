import { words } from '../../../web/language.ts';

/** What is read before anything of the guard is opened. It never says what was met. */
export const strings = words({
  messageTitle: ['Tin nhắn không được gửi', 'Message not sent'],
  fileTitle: ['File không được gửi', 'File not sent'],
  mine: ['Tin bị chặn của tôi', 'My refused messages'],
  marked: [
    'Nội dung có dấu hiệu mang độ mật. Chỉ sửa để gửi lại nếu đây không phải nội dung mật.',
    'It looks classified. Edit and resend only if it is not.',
  ],
  fileMarked: [
    'Có dấu hiệu mang dấu chỉ độ mật. Không ai nhận được, không bản sao nào được lưu.',
    'It seems to bear a secrecy marking. Nobody got it, no copy was kept.',
  ],
  fileUnchecked: [
    'Không kiểm tra được file (có mật khẩu, hỏng hoặc quá lớn) nên không gửi.',
    'The file could not be checked (password, damaged or too large), so it was not sent.',
  ],
  fileQueue: [
    'Nhiều file của bạn đang chờ kiểm tra. File này sẽ tự gửi sau.',
    'Many of your files wait to be checked. This one goes by itself later.',
  ],
  understood: ['Đã hiểu', 'Understood'],
  see: ['Xem', 'Look'],
  toldMistaken: [
    'Cán bộ bảo mật đã xem: nội dung của bạn bị chặn nhầm. Bạn có thể gửi lại.',
    'The secrecy officer has looked: yours was refused by mistake. You may send it again.',
  ],
  toldUpheld: [
    'Cán bộ bảo mật đã xem: nội dung của bạn bị chặn đúng. Hãy làm theo hướng dẫn.',
    'The secrecy officer has looked: yours was rightly refused. Please follow the procedure.',
  ],
  missing: ['Chưa mở được. Kiểm tra mạng rồi thử lại.', 'It could not be opened. Check the connection, then retry.'],
});

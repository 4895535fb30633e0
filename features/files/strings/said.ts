import { words } from '../../../web/language.ts';

/** Words that are there from the start: a message's files in one line, and what a composer offers. */
export const strings = words({
  photos: ['{n} ảnh', '{n} photo|{n} photos'],
  videos: ['{n} video', '{n} video|{n} videos'],
  voice: ['Tin nhắn thoại {time}', 'Voice message {time}'],
  more: ['{name} và {n} file khác', '{name} and {n} other file|{name} and {n} other files'],
  media: ['Ảnh/Video', 'Photo/Video'],
  camera: ['Chụp ảnh', 'Camera'],
  file: ['File', 'File'],
  record: ['Ghi âm', 'Record voice'],
  drop: ['Thả file để thêm vào tin nhắn', 'Drop files to add them to the message'],
  notSent: ['File không được gửi', 'File not sent'],
  missing: ['Chưa tải được. Kiểm tra mạng rồi thử lại.', 'It could not be loaded. Check the connection, then retry.'],
  chat: ['Trò chuyện', 'Chat'],
  views: ['Trò chuyện, bảng tin, kho lưu trữ', 'Chat, board, media'],
  archive: ['Kho lưu trữ', 'Media'],
});

import { words } from '../../web/language.ts';

export const strings = words({
  choose: ['Chọn ảnh', 'Choose a picture'],
  change: ['Đổi ảnh', 'Change the picture'],
  remove: ['Bỏ ảnh', 'Remove the picture'],
  menu: ['Ảnh', 'Picture'],
  unreadable: [
    'Không đọc được ảnh này. Chọn ảnh JPG, PNG hoặc WebP.',
    'This picture cannot be read. Choose a JPG, PNG or WebP.',
  ],
});

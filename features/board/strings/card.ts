import { words } from '../../../web/language.ts';

export const strings = words({
  gone: ['Đã xóa khỏi bảng tin', 'Removed from the board'],
});

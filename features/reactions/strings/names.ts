import { words } from '../../../web/language.ts';

/** The names that Unicode’s list gives the emoji of the bar. */
export const names = words({
  '👍': ['dấu ra hiệu đồng ý', 'thumbs up'],
  '❤️': ['trái tim đỏ', 'red heart'],
  '🙏': ['chắp tay', 'folded hands'],
  '👏': ['vỗ tay', 'clapping hands'],
  '😮': ['mặt có miệng há', 'face with open mouth'],
});

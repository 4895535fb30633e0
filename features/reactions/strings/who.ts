import { words } from '../../../web/language.ts';

export const strings = words({
  title: ['Cảm xúc', 'Reactions'],
  filter: ['Lọc theo cảm xúc', 'Filter by reaction'],
  all: ['Tất cả', 'All'],
  you: ['Bạn', 'You'],
  of: ['{name}, {n} người', '{name}, {n} person|{name}, {n} people'],
  more: ['Xem thêm', 'Show more'],
  none: ['Không còn ai thả cảm xúc này', 'Nobody gives this reaction any more'],
  nobody: ['Chưa có ai thả cảm xúc', 'Nobody has reacted yet'],
  nobodyText: ['Chạm hai lần vào tin nhắn để thả 👍.', 'Double tap a message to give 👍.'],
});

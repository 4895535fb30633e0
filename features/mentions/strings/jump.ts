import { words } from '../../../web/language.ts';

export const strings = words({
  next: ['Tới tin nhắc đến bạn, còn {n}', 'To the next mention of you, {n} left'],
});

import { words } from '../../../web/language.ts';

/** What may stand under every bar, wherever somebody is. */
export const strings = words({
  understood: ['Đã hiểu', 'Understood'],
  leftQuietly: ['{name} rời nhóm {group} trong im lặng', '{name} left {group} quietly'],
});

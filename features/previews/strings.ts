import { words } from '../../web/language.ts';

export const strings = words({
  open: ['Mở trang {site}: {title}', 'Open {site}: {title}'],
});

import { words } from '../../../web/language.ts';

/** What is read of Cá nhân and Quản trị before they are opened: their tabs. The rest comes with their screens. */
export const strings = words({
  me: ['Cá nhân', 'Me'],
  settings: ['Cài đặt', 'Settings'],
  meEmpty: ['Chọn một mục trong Cá nhân', 'Choose something under Me'],
  waitingWords: ['{n} người chờ duyệt', '{n} person waits|{n} people wait'],
});

import { words } from '../../../web/language.ts';

/** What is read of Danh bạ and Quản trị before they are opened: their tabs. The rest comes with their screens. */
export const strings = words({
  directory: ['Danh bạ', 'Directory'],
  pickPerson: ['Chọn một người, đơn vị hoặc địa bàn', 'Choose a person, a unit or an area'],
  admin: ['Quản trị', 'Admin'],
  choose: ['Chọn một mục quản trị', 'Choose what to look after'],
  chooseText: ['Các mục này chỉ quản trị viên thấy.', 'Only administrators see these.'],
});

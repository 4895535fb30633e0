import { words } from '../../../web/language.ts';

export const strings = words({
  units: ['Cơ quan, đơn vị', 'Agencies and units'],
  unit: ['Đơn vị', 'Unit'],
  tree: ['Cây đơn vị', 'Tree of units'],
  people: ['{n} người', '{n} person|{n} people'],
  empty: ['Chưa có đơn vị nào', 'No units yet'],
  emptyText: [
    'Quản trị viên thêm đơn vị ở mục Quản trị, hoặc nhập danh sách cán bộ.',
    'An administrator adds them under Admin, or imports a staff list.',
  ],
  choose: ['Chọn đơn vị', 'Choose a unit'],
  top: ['Cấp cao nhất', 'Top level'],
});

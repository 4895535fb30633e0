import { words } from '../../../web/language.ts';

export const strings = words({
  title: ['Cơ quan, đơn vị', 'Agencies and units'],
  add: ['Thêm đơn vị', 'Add a unit'],
  addUnder: ['Thêm đơn vị thuộc {name}', 'Add a unit below {name}'],
  rename: ['Sửa', 'Edit'],
  renameTitle: ['Sửa đơn vị', 'Edit the unit'],
  move: ['Chuyển', 'Move'],
  moveTitle: ['Chuyển {name} vào…', 'Move {name} below…'],
  moveTop: ['Đưa lên cấp cao nhất', 'To the top level'],
  close: ['Đóng đơn vị', 'Close the unit'],
  closeTitle: ['Đóng “{name}”?', 'Close “{name}”?'],
  closeText: [
    'Đơn vị không còn hiện trong danh bạ. Không xóa gì.',
    'It no longer shows in the directory. Nothing is deleted.',
  ],
  name: ['Tên đơn vị', 'Name of the unit'],
  nameMissing: [
    'Ghi tên đơn vị, ví dụ: Văn phòng HĐND và UBND.',
    'Write its name, for example: Văn phòng HĐND và UBND.',
  ],
  area: ['Địa bàn hoạt động', 'Where it works'],
  save: ['Lưu', 'Save'],
  hint: [
    'Chọn một đơn vị để sửa, chuyển hoặc thêm đơn vị thuộc nó.',
    'Choose a unit to edit or move it, or to add one below it.',
  ],
  saved: ['Đã lưu', 'Saved'],
  taken: ['Đã có đơn vị tên này ở cùng cấp.', 'A unit of this name is there already.'],
  circle: ['Không thể chuyển một đơn vị vào chính nó.', 'A unit cannot be moved below itself.'],
  tooDeep: ['Cây đơn vị không sâu quá 8 cấp.', 'The tree is at most 8 levels deep.'],
  inUse: [
    'Còn {people} người và {children} đơn vị bên trong. Chuyển đi trước khi đóng.',
    '{people} people and {children} units are in it. Move them first.',
  ],
  closed: ['Đơn vị này vừa được đóng.', 'This unit has just been closed.'],
});

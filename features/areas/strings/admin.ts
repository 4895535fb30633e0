import { words } from '../../../web/language.ts';

export const strings = words({
  title: ['Địa bàn', 'Areas'],
  hint: [
    'Tỉnh và xã, phường theo mã của Nhà nước, không sửa ở đây. Chọn một xã, phường để thêm thôn, làng, tổ dân phố.',
    'Provinces and communes have official codes and are not changed here. Choose a commune to add villages and quarters.',
  ],
  add: ['Thêm thôn, làng', 'Add a village'],
  addTitle: ['Thêm vào {name}', 'Add to {name}'],
  edit: ['Sửa', 'Edit'],
  editTitle: ['Sửa {name}', 'Edit {name}'],
  end: ['Kết thúc', 'End'],
  endTitle: ['Kết thúc {name}', 'End {name}'],
  endText: [
    'Địa bàn không còn từ ngày chọn; tên cũ vẫn tìm được. Nhập vào một địa bàn thì người ở đây chuyển theo; tách ra thì chọn từng địa bàn mới.',
    'It ends on that day; its name stays findable. Merged into one, its people go along; for a split choose each of the new ones.',
  ],
  endInto: ['Nhập vào, hoặc tách thành', 'Merged into, or split into'],
  endIntoAdd: ['Chọn địa bàn kế tiếp', 'Choose a successor'],
  endOn: ['Từ ngày', 'From the day'],
  kind: ['Loại', 'Kind'],
  name: ['Tên', 'Name'],
  nameHelp: ['Không ghi loại: “Grăng”, “2”.', 'Without the kind: “Grăng”, “2”.'],
  nameMissing: ['Ghi tên địa bàn.', 'Write the name.'],
  head: ['Người đứng đầu', 'Head'],
  households: ['Số hộ', 'Households'],
  householdsWrong: ['Số hộ là một số từ 0 đến 100.000.', 'A number from 0 to 100,000.'],
  save: ['Lưu', 'Save'],
  saved: ['Đã lưu', 'Saved'],
  moved: ['Đã kết thúc, chuyển {n} người', 'Ended; {n} person moved|Ended; {n} people moved'],
  taken: ['Đã có địa bàn tên này ở đây.', 'An area of this name is here already.'],
  inUse: [
    'Còn {n} địa bàn bên trong. Kết thúc chúng trước.',
    '{n} area lies below it. End it first.|{n} areas lie below it. End them first.',
  ],
  closed: ['Địa bàn này vừa kết thúc.', 'This area has just ended.'],
  wrongDate: ['Ngày kết thúc sớm hơn ngày lập.', 'It cannot end before it began.'],
});

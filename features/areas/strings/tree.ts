import { words } from '../../../web/language.ts';

export const strings = words({
  area: ['Địa bàn', 'Area'],
  areas: ['Địa bàn', 'Areas'],
  choose: ['Chọn địa bàn', 'Choose an area'],
  search: ['Tìm địa bàn', 'Search areas'],
  searchHint: ['Tên mới, tên cũ hoặc mã', 'New name, old name or code'],
  tree: ['Cây địa bàn', 'Tree of areas'],
  communes: ['{n} xã, phường', '{n} commune|{n} communes'],
  oldNames: ['tên cũ: {names}', 'formerly {names}'],
  formerly: ['tên cũ: {name}', 'formerly {name}'],
  households: ['{n} hộ', '{n} household|{n} households'],
  noHead: ['chưa có {title}', 'no {title} yet'],
  closed: ['đã kết thúc {date}', 'ended {date}'],
  none: ['Chưa chọn', 'None chosen'],
  clear: ['Bỏ chọn', 'Clear'],
});

/** The head of a village by its kind: “thôn trưởng”, “trưởng làng”, “tổ trưởng”. */
export const heads = words({
  thôn: ['thôn trưởng', 'village head'],
  làng: ['trưởng làng', 'village head'],
  buôn: ['buôn trưởng', 'village head'],
  bản: ['trưởng bản', 'village head'],
  ấp: ['trưởng ấp', 'hamlet head'],
  xóm: ['trưởng xóm', 'hamlet head'],
  khối: ['khối trưởng', 'block head'],
  'khu phố': ['trưởng khu phố', 'quarter head'],
  'tổ dân phố': ['tổ trưởng', 'neighbourhood head'],
  'cụm dân cư': ['cụm trưởng', 'neighbourhood head'],
});

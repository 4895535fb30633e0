import { words } from '../../web/language.ts';

export const strings = words({
  label: ['Nhắc đến', 'Mention'],
  count: ['{n} gợi ý', '{n} suggestion|{n} suggestions'],
  all: ['@All', '@All'],
  allSecond: ['Báo cho cả nhóm, {n} người', 'Calls the whole group, {n} person|Calls the whole group, {n} people'],
  /** What finds it beside its name. */
  allWords: ['tất cả cả nhóm mọi người', 'everybody everyone whole group'],
  unitSecond: ['Đơn vị, {n} thành viên', 'Unit, {n} member|Unit, {n} members'],
  roleSecond: ['Vai trò trong nhóm', 'Role in the group'],
  owner: ['@trưởng nhóm', '@owner'],
  deputy: ['@phó nhóm', '@deputies'],
  clerk: ['@quản trị nhóm', '@clerks'],
  onlyWriters: [
    'Nhóm không cho xem danh sách thành viên: chỉ gợi ý người đã viết.',
    'The list of members is not shown here: only those who wrote are suggested.',
  ],
});

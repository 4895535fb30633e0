import { words } from '../../../web/language.ts';

/** What the log is called where something leads to it. */
export const strings = words({
  title: ['Nhật ký hoạt động', 'Audit log'],
  ofGroup: ['Ai đã đổi gì trong nhóm', 'Who changed what in the group'],
});

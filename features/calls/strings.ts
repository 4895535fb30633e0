import { words } from '../../web/language.ts';

// What is read before a call is shown: buttons, strips, rows, lines of lists.

export const strings = words({
  voice: ['Gọi thoại', 'Voice call'],
  video: ['Gọi video', 'Video call'],
  groupCall: ['Gọi nhóm', 'Group call'],
  going: ['Đang gọi · {n} người', 'Call going on · {n} person|Call going on · {n} people'],
  goingShort: ['Đang có cuộc gọi, {n} người', 'A call is going on, {n} person|A call is going on, {n} people'],
  join: ['Tham gia', 'Join'],
  backTo: ['Máy này vẫn ở trong cuộc gọi.', 'This device is still in the call.'],
  backIn: ['Vào lại', 'Return'],
  lineGroup: ['Cuộc gọi nhóm', 'Group call'],
  lineVoice: ['Cuộc gọi thoại', 'Voice call'],
  lineVideo: ['Cuộc gọi video', 'Video call'],
});

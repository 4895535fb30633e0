import { words } from '../../web/language.ts';

// What is read before a call is shown: buttons, rows, lines of lists.

export const strings = words({
  voice: ['Gọi thoại', 'Voice call'],
  video: ['Gọi video', 'Video call'],
  groupCall: ['Gọi nhóm', 'Group call'],
  going: ['Đang gọi · {n} người', 'Call going on · {n} person|Call going on · {n} people'],
  lineVoice: ['Cuộc gọi thoại', 'Voice call'],
  lineVideo: ['Cuộc gọi video', 'Video call'],
  lineGroup: ['Cuộc gọi nhóm', 'Group call'],
});

import { words } from '../../../web/language.ts';

export const strings = words({
  muteTitle: ['Tắt thông báo', 'Mute'],
  muteText: [
    'Tin vẫn đến và vẫn được đếm, nhưng không báo. Riêng tin hỏa tốc vẫn đổ chuông.',
    'Messages still arrive and are counted, without telling you. Only express ones still ring.',
  ],
  hour: ['Trong 1 giờ', 'For 1 hour'],
  hours: ['Trong 4 giờ', 'For 4 hours'],
  morning: ['Đến 8:00 sáng', 'Until 8:00'],
  always: ['Cho đến khi được bật lại', 'Until I turn it on'],
  mutedNow: ['Đã tắt thông báo', 'Muted'],
  mutedUntil: ['Tắt đến {time}', 'Muted until {time}'],
  mutedOpen: ['Đang tắt', 'Muted'],
  on: ['Đang bật', 'On'],
  unmute: ['Bật thông báo', 'Unmute'],
  notifyTitle: ['Thông báo', 'Notifications'],
  all: ['Mọi tin nhắn', 'Every message'],
  mentions: ['Tin nhắc đến tôi', 'Mentions'],
  mentionsHelp: ['Và tin khẩn trở lên.', 'And whatever is urgent.'],
  nothing: ['Không báo', 'Nothing'],
  nothingHelp: ['Riêng tin hỏa tốc vẫn đổ chuông.', 'Only express messages still ring.'],
  personal: ['Của riêng tôi', 'For me only'],
  labels: ['Gắn nhãn', 'Label'],
  noLabels: ['Chưa gắn', 'None'],
  archived: ['Lưu trữ trò chuyện', 'Archive the chat'],
  archivedHelp: [
    'Cất khỏi danh sách; có tin mới thì trở lại, trừ khi đã tắt thông báo.',
    'Out of the list; the next message brings it back, unless it is muted.',
  ],
});

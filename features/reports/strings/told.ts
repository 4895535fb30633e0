import { words } from '../../../web/language.ts';

/** What is read before a screen is opened: the menu of a message, and the strip. */
export const strings = words({
  report: ['Báo tin có dấu hiệu mật', 'Report as secret'],
  missing: ['Chưa mở được. Kiểm tra mạng rồi thử lại.', 'It could not be opened. Check the connection, then retry.'],
  withdrawn: [
    'Cán bộ bảo mật đã thu hồi tin bạn báo. Cảm ơn bạn đã báo kịp thời.',
    'The secrecy officer has withdrawn the message you reported. Thank you for telling in time.',
  ],
  dismissed: [
    'Cán bộ bảo mật đã xem tin bạn báo: không có dấu hiệu mang độ mật.',
    'The secrecy officer has looked at the message you reported: it does not look secret.',
  ],
  refused: [
    'Không báo được: tin đã được thu hồi hoặc bạn không còn trong nhóm.',
    'It could not be reported: the message was recalled, or you are no longer in the group.',
  ],
  understood: ['Đã hiểu', 'Understood'],
});

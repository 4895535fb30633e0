import { words } from '../../../web/language.ts';

/** Using the reminders in a calendar elsewhere. */
export const strings = words({
  title: ['Đưa lịch vào điện thoại, Outlook', 'Use in other calendars'],
  what: [
    'Ứng dụng lịch của bạn (Google, iPhone, Outlook) lấy nhắc hẹn về qua một địa chỉ bí mật, tự cập nhật vài giờ một lần.',
    'Your calendar app (Google, iPhone, Outlook) fetches your reminders by a secret address and brings them up to date every few hours.',
  ],
  warning: [
    'Ai có địa chỉ này đều xem được lịch của bạn, không cần đăng nhập. Đừng gửi cho người khác.',
    'Whoever has this address sees your calendar without signing in. Do not pass it on.',
  ],
  titles: ['Hiện tên và địa điểm nhắc hẹn', 'Show titles and places'],
  titlesHelp: [
    'Tắt thì lịch ngoài chỉ hiện “Bận”. Bật thì tên, địa điểm rời máy chủ của cơ quan, nằm ở nơi giữ lịch của bạn.',
    'Off: the other calendar only says “Busy”. On: titles and places leave the agency’s server for whoever keeps your calendar.',
  ],
  make: ['Tạo địa chỉ', 'Make an address'],
  renew: ['Đổi địa chỉ', 'New address'],
  renewTitle: ['Đổi địa chỉ lịch?', 'Make a new address?'],
  renewText: [
    'Địa chỉ cũ ngừng ngay. Lịch đang dùng địa chỉ cũ sẽ không cập nhật nữa.',
    'The old one ends at once. Calendars that use it are not brought up to date any more.',
  ],
  off: ['Tắt địa chỉ', 'Turn off'],
  offTitle: ['Tắt địa chỉ lịch?', 'Turn the address off?'],
  offText: [
    'Các lịch đang dùng địa chỉ này sẽ không cập nhật nữa.',
    'Calendars that use it are not brought up to date any more.',
  ],
  isOff: ['Chưa có địa chỉ nào.', 'There is no address.'],
  since: ['Có địa chỉ từ {time}', 'There is an address since {time}'],
  used: ['lấy lần cuối {time}', 'last fetched {time}'],
  unused: ['chưa lịch nào lấy', 'not fetched yet'],
  once: [
    'Địa chỉ chỉ hiện một lần này. Sao chép rồi dán vào ứng dụng lịch, mục “Thêm lịch bằng URL”.',
    'The address is shown this once. Copy it and paste it into your calendar app, under “Add calendar by URL”.',
  ],
  lost: [
    'Vì an toàn, địa chỉ không được giữ lại để xem. Nếu mất, hãy đổi địa chỉ.',
    'To be safe the address is not kept to be shown again. If it is lost, make a new one.',
  ],
  address: ['Địa chỉ lịch', 'Address of the calendar'],
  copy: ['Sao chép địa chỉ', 'Copy the address'],
  copied: ['Đã sao chép địa chỉ', 'Address copied'],
  openApp: ['Mở bằng ứng dụng lịch', 'Open in the calendar app'],
  needsLine: ['Cần có mạng để đổi.', 'Changing this needs a connection.'],
  wasRenewed: ['Đã đổi địa chỉ lịch', 'The address is a new one'],
  wasOff: ['Đã tắt địa chỉ lịch', 'The address is turned off'],
});

import { words } from '../../web/language.ts';

export const strings = words({
  // The card after the first message.
  ask: [
    'Nhận tin khi đã đóng ứng dụng? Thông báo không hiện nội dung.',
    'Get messages while the app is closed? Notifications show no content.',
  ],
  turnOn: ['Bật thông báo', 'Turn on'],
  later: ['Để sau', 'Later'],
  understood: ['Đã hiểu', 'Understood'],
  turnedOn: ['Máy này nhận thông báo khi đã đóng ứng dụng', 'This device gets notifications while the app is closed'],
  turnedOff: ['Máy này không nhận thông báo nữa', 'This device gets no more notifications'],
  failed: [
    'Chưa bật được thông báo. Kiểm tra mạng rồi thử lại.',
    'Could not be turned on. Check the connection, then retry.',
  ],
  needsLine: ['Cần có mạng để đổi.', 'Changing this needs a connection.'],

  // Refused.
  refused: ['Trình duyệt đang chặn thông báo của Nhà Rông', 'The browser blocks notifications of Nhà Rông'],
  allow1: ['Bấm biểu tượng bên trái địa chỉ trang', 'Press the icon left of the address'],
  allow2: ['Chọn Quyền, rồi Thông báo', 'Choose Permissions, then Notifications'],
  allow3: ['Chọn Cho phép, rồi tải lại trang', 'Choose Allow, then reload the page'],

  // Where it cannot be had as it is.
  install: ['Thêm vào màn hình chính để nhận thông báo', 'Add to the home screen to get notifications'],
  install1: ['Bấm nút Chia sẻ của Safari', 'Press Share in Safari'],
  install2: ['Chọn Thêm vào màn hình chính', 'Choose Add to Home Screen'],
  install3: ['Mở Nhà Rông từ màn hình chính rồi bật thông báo', 'Open Nhà Rông from there, then turn notifications on'],
  unsupported: [
    'Trình duyệt này không nhận được thông báo. Hãy dùng Chrome, Edge, Firefox hoặc Safari mới.',
    'This browser cannot get notifications. Use a recent Chrome, Edge, Firefox or Safari.',
  ],

  // Thông báo và giờ yên tĩnh.
  onThisDevice: ['Thông báo trên máy này', 'Notifications on this device'],
  closed: ['Báo khi đã đóng ứng dụng', 'Tell me while the app is closed'],
  closedHelp: ['Thông báo không hiện nội dung tin.', 'Notifications show no content.'],
  names: ['Hiện tên người gửi và tên nhóm', 'Show names of senders and groups'],
  namesHelp: ['Nội dung tin vẫn không hiện.', 'The content is still not shown.'],
  rings: ['Đổ chuông cuộc gọi trên máy này', 'Ring this device for calls'],
  ringsHelp: [
    'Khi đã đóng ứng dụng. Tắt thì cuộc gọi nhỡ vẫn được báo.',
    'While the app is closed. Off, you are still told of missed calls.',
  ],
  tryOut: ['Gửi thông báo thử', 'Send a test notification'],
  tried: ['Đã gửi. Thông báo đến trong ít giây.', 'Sent. It arrives within seconds.'],
  notTried: ['Chưa gửi được. Thử lại sau ít phút.', 'Could not be sent. Try again in a few minutes.'],
  goneHere: [
    'Máy này không còn nhận thông báo. Hãy bật lại.',
    'This device no longer gets notifications. Turn them on again.',
  ],
  digest: ['Nhắc tin chưa đọc mỗi ngày một lần', 'Remind me of unread messages once a day'],
  digestHelp: [
    'Khi có tin chờ quá một ngày, ban ngày, ngoài giờ yên tĩnh.',
    'When something waits for more than a day, by day, outside quiet hours.',
  ],
  texts: [
    'Tin hỏa tốc chưa đọc sau {n} phút được báo bằng SMS, không có nội dung.',
    'A most urgent message unread after {n} minute is told by SMS, without its content.|A most urgent message unread after {n} minutes is told by SMS, without its content.',
  ],
  sounds: ['Âm thanh khi đang mở ứng dụng', 'Sounds while the app is open'],
  'sound.message': ['Tin đến ở trò chuyện khác', 'Message in another chat'],
  'sound.mention': ['Tin nhắc đến tôi', 'Message that mentions me'],
  'sound.urgent': ['Tin khẩn', 'Urgent message'],
  'sound.call': ['Cuộc gọi', 'Call'],
  'sound.sent': ['Tin đã gửi', 'Message sent'],
  vibrate: ['Rung khi có tin khẩn, cuộc gọi', 'Vibrate for urgent messages and calls'],
  listen: ['Nghe thử: {sound}', 'Listen: {sound}'],
  devices: ['Máy nào nhận thông báo', 'Which device gets notifications'],
  thisDevice: ['máy này', 'this device'],
  reached: ['Nhận thông báo', 'Gets notifications'],
  reachedNames: ['Nhận thông báo, hiện tên', 'Gets notifications, shows names'],
  notReached: ['Không nhận thông báo', 'Gets none'],
  arrived: ['Máy báo đã nhận lúc {time}', 'Last told it received one at {time}'],
  never: ['Chưa nhận lần nào', 'Has received none yet'],
});

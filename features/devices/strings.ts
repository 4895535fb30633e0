import { words } from '../../web/language.ts';

export const strings = words({
  title: ['Thiết bị đăng nhập', 'Devices'],
  thisDevice: ['Máy này', 'This device'],
  others: ['Thiết bị khác', 'Other devices'],
  phone: ['Điện thoại', 'Phone'],
  tablet: ['Máy tính bảng', 'Tablet'],
  computer: ['Máy tính', 'Computer'],
  signedIn: ['Đăng nhập: {time}', 'Signed in: {time}'],
  used: ['Dùng gần nhất: {time}', 'Last used: {time}'],
  usedNow: ['Đang dùng', 'In use now'],
  signOut: ['Đăng xuất', 'Sign out'],
  signOutOf: ['Đăng xuất {device}', 'Sign out {device}'],
  signOutTitle: ['Đăng xuất {device}?', 'Sign out {device}?'],
  signOutText: [
    'Máy đó mất quyền xem ngay. Muốn dùng lại phải nhập mã SMS.',
    'That device loses access at once. To use it again an SMS code is needed.',
  ],
  signOutOthers: ['Đăng xuất mọi thiết bị khác', 'Sign out all others'],
  signOutOthersTitle: ['Đăng xuất mọi thiết bị khác?', 'Sign out all other devices?'],
  signedOut: ['Đã đăng xuất {device}', '{device} is signed out'],
  signedOutOthers: ['Đã đăng xuất {n} thiết bị', '{n} device is signed out|{n} devices are signed out'],
  noOthers: ['Bạn chỉ đăng nhập trên máy này.', 'You are signed in on this device only.'],
  limit: [
    'Tối đa 10 thiết bị. Thiết bị lâu không dùng nhất tự đăng xuất.',
    'Ten devices at most. The one unused for longest is signed out by itself.',
  ],
  added: ['Vừa đăng nhập trên {device}, {time}.', 'Just signed in on {device}, {time}.'],
  notYou: ['Không phải bạn?', 'Not you?'],
  failed: ['Chưa đăng xuất được. Kiểm tra mạng rồi thử lại.', 'Not signed out. Check the connection, then retry.'],
  unknown: ['Không rõ loại máy', 'Unknown device'],
});

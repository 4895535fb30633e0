import { words } from '../../web/language.ts';

export const strings = words({
  // What is shown
  photoBy: ['Ảnh của {who}, {time}', 'Photo by {who}, {time}'],
  videoBy: ['Video của {who}, {time}, dài {long}', 'Video by {who}, {time}, {long} long'],
  photoOwn: ['Ảnh của bạn, {time}', 'Your photo, {time}'],
  videoOwn: ['Video của bạn, {time}, dài {long}', 'Your video, {time}, {long} long'],
  more: ['còn {n} ảnh, video nữa', '{n} more photo or video|{n} more photos or videos'],
  play: ['Nghe', 'Play'],
  pause: ['Tạm dừng', 'Pause'],
  seek: ['Vị trí nghe', 'Position'],
  speed: ['Tốc độ {rate}', 'Speed {rate}'],
  voice: ['Tin nhắn thoại {time}', 'Voice message {time}'],
  notPlayed: [
    'Chưa nghe được. Kiểm tra mạng rồi thử lại.',
    'It could not be played. Check the connection, then retry.',
  ],
  pages: ['{n} trang', '{n} page|{n} pages'],
  download: ['Tải về {name}', 'Download {name}'],
  open: ['Xem {name}', 'View {name}'],
  file: ['File', 'File'],

  // On its way
  uploading: ['Đang tải lên {percent}', 'Uploading {percent}'],
  progress: ['Đã tải lên', 'Uploaded'],
  checking: ['Đang kiểm tra…', 'Checking…'],
  queued: ['Chờ tải lên', 'Waiting to upload'],
  cancel: ['Hủy tải lên {name}', 'Cancel uploading {name}'],
  loose: [
    'Máy không còn chỗ để giữ file. Đừng đóng ứng dụng cho tới khi gửi xong.',
    'This device has no room to keep the file. Leave the app open until it is sent.',
  ],
  overtaken: ['Tin viết sau được gửi trước.', 'Messages written later go first.'],
  without: ['Bỏ file này', 'Leave it out'],

  // Refused
  tooLarge: [
    '{name} lớn hơn {most}. Chia nhỏ hoặc nén lại rồi gửi.',
    '{name} is larger than {most}. Split or compress it.',
  ],
  kindRefused: [
    'Không gửi được loại file này ({extension}). Gửi được: ảnh, video, PDF, .doc, .docx, .xlsx, .pptx, .rtf, OpenDocument, thư .eml, văn bản, âm thanh, zip. File .xls, .ppt cũ: lưu lại thành .xlsx, .pptx.',
    'This kind of file ({extension}) is not taken. Taken are photos, videos, PDF, .doc, .docx, .xlsx, .pptx, .rtf, OpenDocument, mails (.eml), text, sound, zip. Save an old .xls or .ppt as .xlsx or .pptx.',
  ],
  mismatch: [
    'Nội dung file không đúng với đuôi tên. Lưu lại đúng loại rồi gửi.',
    'What is in the file is not what its name says. Save it as the right kind, then send.',
  ],
  damaged: ['File bị hỏng, không đọc được tới cuối.', 'The file is damaged; it cannot be read to its end.'],
  unchecked: [
    'Không kiểm tra được file (có mật khẩu, hỏng hoặc quá lớn) nên không gửi.',
    'The file could not be checked (password, damaged or too large), so it was not sent.',
  ],
  active: [
    'File chứa nội dung tự chạy (macro, mã lệnh). Lưu lại bản không có macro rồi gửi.',
    'The file holds something that runs by itself (macros, scripts). Save it without them, then send.',
  ],
  tooMuchInside: [
    'Ảnh quá nhiều điểm ảnh, hoặc file nén chứa quá nhiều thứ.',
    'The picture has too many pixels, or the archive too much in it.',
  ],
  quotaDay: [
    'Bạn đã gửi hết mức của 24 giờ. Mai gửi tiếp.',
    'You have sent as much as is allowed in 24 hours. Go on tomorrow.',
  ],
  quotaPerson: [
    'Bạn đã dùng hết chỗ lưu file. Nhờ người hỗ trợ.',
    'Your room for files is used up. Ask the help contact.',
  ],
  storageFull: [
    'Máy chủ hết chỗ lưu file. Tin chữ vẫn gửi được. Đã báo người quản trị, thử lại sau.',
    'The server has no room for files. Text still goes. The administrator has been told; try later.',
  ],
  unknown: [
    'File không còn trên máy chủ. Chọn lại file rồi gửi.',
    'The file is no longer on the server. Choose it again and send.',
  ],
  lost: [
    'Không đọc được file trên máy này nữa. Chọn lại file rồi gửi.',
    'The file can no longer be read on this device. Choose it again and send.',
  ],
  fault: ['Có lỗi ở máy chủ. Thử lại sau.', 'Something broke on the server. Try again later.'],
  refusedOther: ['Máy chủ không nhận file này.', 'The server did not take this file.'],
  tooMany: ['Mỗi tin gửi được nhiều nhất {n} file.', 'A message carries at most {n} files.'],
  empty: ['{name} không có nội dung.', '{name} is empty.'],
  noRoom: [
    'Đang có quá nhiều file chờ gửi (nhiều nhất {most}). Chờ gửi xong rồi thêm tiếp.',
    'Too much is waiting to be sent (at most {most}). Add more when it has gone.',
  ],
  notAllowed: [
    'Chỉ trưởng, phó nhóm được gửi file trong nhóm này.',
    'Only the owner and deputies may send files in this group.',
  ],

  // Composer
  tray: ['File sẽ gửi', 'Files to send'],
  reading: ['Đang đọc file…', 'Reading files…'],
  total: ['{n} file · {size}', '{n} file · {size}|{n} files · {size}'],
  remove: ['Bỏ {name}', 'Remove {name}'],
  addFile: ['Thêm file', 'Add a file'],
  formFull: ['Nhiều nhất {n} file.', '{n} files at most.'],
  place: ['{name}, {at} trên {n}', '{name}, {at} of {n}'],
  earlier: ['Chuyển lên trước', 'Move forward'],
  later: ['Chuyển ra sau', 'Move back'],
  takeOut: ['Bỏ khỏi tin', 'Remove'],
  retry: ['Thử lại', 'Retry'],
  originals: ['Gửi ảnh gốc', 'Send originals'],

  // Recorder
  recorder: ['Ghi âm', 'Recording'],
  recording: ['Đang ghi âm {time}', 'Recording {time}'],
  asking: ['Cho phép dùng micro để ghi âm…', 'Allow the microphone to record…'],
  denied: ['Chưa được dùng micro', 'The microphone is not allowed'],
  deniedText: [
    'Trình duyệt đang chặn micro của trang này. Bấm vào biểu tượng bên trái thanh địa chỉ (điện thoại: Cài đặt → Ứng dụng → Quyền), cho phép Micro rồi thử lại.',
    'The browser blocks the microphone for this page. Press the icon left of the address (phone: Settings → Apps → Permissions), allow the microphone, then retry.',
  ],
  noMic: ['Máy này không có micro.', 'This device has no microphone.'],
  notRecorded: ['Trình duyệt này không ghi âm được.', 'This browser cannot record.'],
  slide: ['Thả để gửi · vuốt trái để hủy · vuốt lên để khóa', 'Release to send · slide left to cancel · up to lock'],
  stop: ['Dừng và nghe lại', 'Stop and listen'],
  discard: ['Hủy ghi âm', 'Discard recording'],
  sendVoice: ['Gửi tin nhắn thoại', 'Send voice message'],
  longest: ['Đã đủ 10 phút.', 'Ten minutes are full.'],
  understood: ['Đã hiểu', 'Understood'],
  tooShort: ['Giữ lâu hơn để ghi âm.', 'Hold longer to record.'],

  // Viewer
  viewer: ['Xem ảnh, video', 'Photo and video viewer'],
  closeViewer: ['Đóng', 'Close'],
  firstPage: ['Trang đầu của {name}', 'First page of {name}'],
  previous: ['Ảnh trước', 'Previous'],
  next: ['Ảnh sau', 'Next'],
  larger: ['Phóng to', 'Zoom in'],
  smaller: ['Thu nhỏ', 'Zoom out'],
  showInChat: ['Xem trong trò chuyện', 'Show in chat'],
  save: ['Tải về', 'Download'],
  forward: ['Chuyển tiếp', 'Forward'],
  notShown: ['Chưa tải được. Kiểm tra mạng rồi thử lại.', 'It could not be loaded. Check the connection, then retry.'],

  // Media store
  documents: ['File', 'File'],
  links: ['Link', 'Link'],
  sender: ['Người gửi', 'Sender'],
  anybody: ['Mọi người gửi', 'All senders'],
  kind: ['Loại', 'Kind'],
  anyKind: ['Mọi loại', 'All kinds'],
  anyMonth: ['Mọi tháng', 'All months'],
  monthLabel: ['Tháng', 'Month'],
  month: ['Tháng {month}', '{month}'],
  word: ['Word', 'Word'],
  sheet: ['Excel', 'Excel'],
  slides: ['PowerPoint', 'PowerPoint'],
  pdf: ['PDF', 'PDF'],
  others: ['Loại khác', 'Other kinds'],
  voices: ['Ghi âm', 'Voice'],
  noMedia: ['Chưa có ảnh, video nào', 'No photos or videos yet'],
  noDocuments: ['Chưa có file nào', 'No files yet'],
  noVoices: ['Chưa có tin nhắn thoại nào', 'No voice messages yet'],
  noLinks: ['Chưa có link nào', 'No links yet'],
  emptyText: [
    'Những gì mọi người gửi trong trò chuyện này sẽ nằm ở đây, không hết hạn.',
    'What people send in this chat is found here; it does not expire.',
  ],
  noneFiltered: ['Không có gì khớp bộ lọc', 'Nothing matches the filters'],
  clearFilters: ['Bỏ lọc', 'Clear filters'],
  listOf: ['Kho lưu trữ, {shelf}', 'Media, {shelf}'],
  openLink: ['Mở {link}', 'Open {link}'],
  moreOf: ['Tùy chọn cho {name}', 'Options for {name}'],
  recent: ['Ảnh, video', 'Photos, videos'],
});

import { words } from '../../../web/language.ts';

/** The minute of a withdrawal, on the screen, on paper and as a document. */
export const strings = words({
  nation: ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'SOCIALIST REPUBLIC OF VIETNAM'],
  motto: ['Độc lập - Tự do - Hạnh phúc', 'Independence - Freedom - Happiness'],
  number: ['Số: {number}/BB-BM', 'No. {number}/BB-BM'],
  title: ['BIÊN BẢN', 'MINUTE'],
  about: [
    'Về việc thu hồi tin có dấu hiệu mang bí mật nhà nước trên hệ thống nhắn tin',
    'Withdrawal of a message that looked like a state secret',
  ],
  screen: ['Biên bản thu hồi', 'Minute of the withdrawal'],
  notContent: [
    'Biên bản này không ghi nội dung của tin, tên file hoặc dấu hiệu cụ thể.',
    'This minute tells nothing of what the message said, what files were called, or what was found in them.',
  ],
  happened: ['1. Sự việc', '1. What happened'],
  group: ['Nhóm: {name}', 'Group: {name}'],
  pair: ['trò chuyện riêng', 'a private chat'],
  sender: ['Người gửi: {who}; gửi lúc {time}', 'Sent by: {who}, {time}'],
  firstReport: ['Báo lần đầu lúc {time}; số người báo: {n}', 'First reported {time}; people who reported it: {n}'],
  byRescan: ['Phát hiện khi rà soát lại dữ liệu đã lưu', 'Found when what is stored was looked at again'],
  messageId: ['Mã tin: {id}', 'Id of the message: {id}'],
  people: ['2. Người xử lý', '2. Who dealt with it'],
  by: ['Cán bộ bảo mật: {who}', 'Secrecy officer: {who}'],
  bySystem: ['Hệ thống tự thực hiện theo quy tắc đã duyệt', 'Done by the system under approved rules'],
  at: ['Thời điểm thu hồi: {time}', 'Withdrawn: {time}'],
  opened: ['Đã mở để xem xét: {who}, {time}', 'Opened to look into it: {who}, {time}'],
  notOpened: ['Không ai mở nội dung trước khi thu hồi', 'Nobody opened it before it was withdrawn'],
  note: ['Kết luận: {note}', 'Decision: {note}'],
  done: ['3. Việc đã làm', '3. What was done'],
  messages: [
    'Xóa chữ của {n} tin (trong đó {copies} bản chuyển tiếp hoặc chép lại) ở {groups} nhóm, kể cả {versions} bản sửa trước',
    'Words of {n} messages removed ({copies} of them copies) in {groups} groups, with {versions} earlier versions',
  ],
  inGroup: ['{name}: {n} tin; {members} thành viên', '{name}: {n} messages; {members} members'],
  files: [
    'Xóa {n} file, {pieces} mảnh lưu trữ; còn chờ xóa: {left}',
    '{n} files removed, {pieces} stored pieces; still to be deleted: {left}',
  ],
  sealed: ['Xóa {n} bản gốc niêm phong', '{n} sealed originals removed'],
  board: [
    'Xóa {notes} ghi chú, {reminders} nhắc hẹn, {polls} bình chọn; bỏ {pins} ghim, {saved} dấu lưu, {scheduled} tin hẹn giờ, {previews} xem trước liên kết',
    '{notes} notes, {reminders} reminders, {polls} polls removed; {pins} pins, {saved} marks, {scheduled} scheduled messages, {previews} link previews',
  ],
  quotes: [
    '{n} tin trả lời không còn trích tin này; chữ của người trả lời còn nguyên',
    '{n} answers no longer quote it; what their writers said stays',
  ],
  index: ['Xóa khỏi chỉ mục tìm kiếm và hàng chờ thông báo', 'Taken out of the search index and what waits to be told'],
  devices: ['4. Thiết bị', '4. Devices'],
  told: [
    'Đã báo xóa tới {n} thiết bị đang đăng nhập của thành viên',
    'Told to {n} devices on which members are signed in',
  ],
  confirmed: [
    'Đã xác nhận xóa xong: {n}/{of} thiết bị (tính đến {time})',
    'Confirmed: {n} of {of} devices (as of {time})',
  ],
  signedOut: ['Đã đăng xuất (dữ liệu trên máy bị xóa): {n}', 'Signed out since, which removes what is kept there: {n}'],
  waiting: [
    'Chưa xác nhận (máy tắt hoặc chưa có mạng): {n}; máy xóa ngay khi có mạng trở lại',
    'Not yet (off, or without a connection): {n}; they remove it as soon as they are back',
  ],
  beyond: ['5. Chưa với tới được', '5. What could not be reached'],
  backups: [
    'Bản sao lưu của máy chủ tạo trước thời điểm thu hồi, đến khi hết hạn giữ hoặc được hủy',
    'Backups of the server made before, until they expire or are destroyed',
  ],
  wal: [
    'Nhật ký ghi trước (WAL) và trang đã xóa của cơ sở dữ liệu, đến khi được ghi đè',
    'Write-ahead log and freed pages of the database, until they are written over',
  ],
  screenshots: [
    'Ảnh chụp màn hình, file đã tải về, bản in, bản chép tay hoặc gõ lại',
    'Screenshots, downloads, prints, and what was copied by hand or typed again',
  ],
  outside: [
    'Máy của người đã rời nhóm trước khi thu hồi nếu chưa có mạng từ đó',
    'Devices of people who had left the group and have not been connected since',
  ],
  left: ['6. Việc còn phải làm', '6. What is left to do'],
  todo1: [
    'Quản trị hệ thống xử lý bản sao lưu và WAL theo hướng dẫn vận hành, ghi kết quả vào biên bản này',
    'The operator deals with backups and the write-ahead log as the operating guide says, and notes it here',
  ],
  todo2: [
    'Người gửi và thành viên đã nhận cam kết xóa bản tải về, ảnh chụp; thiết bị nghi còn giữ được kiểm tra',
    'Sender and receivers confirm that downloads and screenshots are deleted; doubtful devices are checked',
  ],
  todo3: [
    'Báo cáo cơ quan có thẩm quyền về bảo vệ bí mật nhà nước theo quy định',
    'Report to the authority for the protection of state secrets as the law says',
  ],
  todo4: ['Kiểm tra lại số thiết bị chưa xác nhận', 'Look again at the devices that have not confirmed'],
  signOperator: ['QUẢN TRỊ HỆ THỐNG', 'OPERATOR'],
  signOfficer: ['CÁN BỘ BẢO MẬT', 'SECRECY OFFICER'],
  signed: ['(Ký, ghi rõ họ tên)', '(Signature and full name)'],
  somebody: ['Người đã thôi công tác', 'Somebody who has left'],
  fetch: ['Tải DOCX', 'Download DOCX'],
  print: ['In biên bản', 'Print'],
  again: ['Cập nhật số liệu', 'Read the figures again'],
  fileName: ['Bien-ban-thu-hoi-{number}', 'Minute-{number}'],
  failed: [
    'Chưa tạo được file. Kiểm tra mạng rồi thử lại.',
    'The file could not be made. Check the connection, then retry.',
  ],
});

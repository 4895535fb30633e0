import { words } from '../../../web/language.ts';

/** The card of the guard, what to do about it, and saying that it was a mistake. */
export const strings = words({
  editTitle: ['Bản sửa không được lưu', 'Edit not saved'],
  formTitle: ['Nội dung không được lưu', 'Not saved'],
  noteTitle: ['Ghi chú không được lưu', 'Note not saved'],
  reminderTitle: ['Nhắc hẹn không được tạo', 'Reminder not made'],
  pollTitle: ['Bình chọn không được tạo', 'Poll not made'],
  checkingTitle: ['Đang kiểm tra…', 'Checking…'],
  checking: [
    'Nội dung có dấu hiệu mang độ mật, nên được hỏi máy chủ trước và không giữ trên máy này.',
    'It looks classified, so the server is asked first and nothing is kept on this device.',
  ],
  offline: [
    'Nội dung có dấu hiệu mang độ mật nên không giữ trên máy để gửi sau. Có mạng rồi hãy gửi lại nếu đây không phải nội dung mật.',
    'It looks classified, so it is not kept on this device to be sent later. Send it again once there is a connection, if it is not.',
  ],
  editMarked: [
    'Nội dung có dấu hiệu mang độ mật. Tin cũ vẫn giữ nguyên. Chỉ sửa lại nếu đây không phải nội dung mật.',
    'It looks classified. The message stays as it was. Edit again only if it is not.',
  ],
  formMarked: [
    'Nội dung có dấu hiệu mang độ mật. Chỉ sửa để lưu lại nếu đây không phải nội dung mật.',
    'It looks classified. Edit and save again only if it is not.',
  ],
  formGone: [
    'Nội dung có dấu hiệu mang độ mật, nên không được lưu và không còn trên máy này. Chỉ viết lại nếu đây không phải nội dung mật.',
    'It looks classified, so it was not saved and is on this device no longer. Write it again only if it is not.',
  ],
  reportTitle: ['Lý do không được gửi', 'Reason not sent'],
  reportGone: [
    'Lý do có dấu hiệu mang độ mật nên không được lưu. Tin vẫn được báo cho cán bộ bảo mật, không kèm lý do.',
    'The reason looks classified and was not saved. The message is reported all the same, without it.',
  ],
  edit: ['Sửa lại', 'Edit'],
  words: ['Lấy lại lời nhắn', 'Get the words back'],
  again: ['Gửi lại', 'Send again'],
  appeal: ['Báo chặn nhầm', 'Report a mistake'],
  appealed: ['Đã báo chặn nhầm, chờ cán bộ bảo mật trả lời', 'Reported as a mistake; waiting for the secrecy officer'],
  steps: ['Việc cần làm', 'What to do'],
  close: ['Đóng và quên nội dung này', 'Close and forget it'],
  guard: ['Bộ chặn tài liệu mật', 'Secrecy guard'],
  guardAt: ['Bộ chặn tài liệu mật · {time}', 'Secrecy guard · {time}'],
  sheetFile: [
    'File có dấu hiệu mang dấu chỉ độ mật. Hệ thống đã từ chối trước khi lưu: không ai nhận được và không có bản sao nào được giữ lại.',
    'The file seems to bear a secrecy marking. It was refused before anything was stored: nobody got it and no copy is kept.',
  ],
  sheetText: [
    'Nội dung có dấu hiệu mang độ mật. Hệ thống đã từ chối trước khi lưu: không ai nhận được và không có bản sao nào được giữ lại.',
    'It looks classified. It was refused before anything was stored: nobody got it and no copy is kept.',
  ],
  sheetUnchecked: [
    'Không kiểm tra được file (có mật khẩu, hỏng hoặc quá lớn) nên không gửi. Không có bản sao nào được giữ lại.',
    'The file could not be checked (password, damaged or too large), so it was not sent. No copy is kept.',
  ],
  law: [
    'Luật Bảo vệ bí mật nhà nước (117/2025/QH15, Điều 5) không cho soạn, giữ tài liệu mật trên thiết bị có nối mạng.',
    'The Law on State Secrets (117/2025/QH15, article 5) allows no drafting or keeping of secret material on devices with a network.',
  ],
  step1: [
    'Không gửi lại dưới bất kỳ hình thức nào, kể cả qua ứng dụng khác.',
    'Do not send it again in any form, nor by another app.',
  ],
  step2: ['Báo ngay cán bộ bảo mật của cơ quan.', 'Tell the secrecy officer of the agency at once.'],
  step3: [
    'Xử lý tài liệu đang có trên máy theo hướng dẫn của cán bộ bảo mật.',
    'Deal with what is on your device as the secrecy officer says.',
  ],
  procedure: ['Hướng dẫn của cơ quan', 'The agency’s procedure'],
  officers: ['Cán bộ bảo mật', 'Secrecy officers'],
  officer: ['Cán bộ bảo mật', 'Secrecy officer'],
  noOfficers: [
    'Cơ quan chưa ghi cán bộ bảo mật. Hãy báo người hỗ trợ.',
    'The agency has named no secrecy officer yet. Tell the help contact.',
  ],
  call: ['Gọi {name}, {phone}', 'Call {name}, {phone}'],
  contactsMissing: [
    'Chưa có mạng nên chưa xem được số của cán bộ bảo mật.',
    'No connection: the secrecy officer’s number cannot be shown yet.',
  ],
  understood: ['Đã hiểu', 'Understood'],
  appealText: [
    'Cán bộ bảo mật không thấy nội dung đã bị chặn, chỉ thấy thời gian, nơi gửi và lý do bạn ghi dưới đây. Không chép lại nội dung vào đây.',
    'The secrecy officer does not see what was refused, only when, where, and what you write below. Do not copy the content here.',
  ],
  reason: ['Vì sao bị chặn nhầm?', 'Why was it a mistake?'],
  reasonHelp: [
    'Ví dụ: đây là câu trích điều luật, không phải tài liệu mật.',
    'For example: it quotes a law and is no secret.',
  ],
  reasonMissing: ['Ghi lý do để cán bộ bảo mật xem.', 'Write why, for the secrecy officer.'],
  send: ['Gửi cán bộ bảo mật', 'Send to the secrecy officer'],
  sent: [
    'Đã báo cán bộ bảo mật. Bạn sẽ được trả lời tại đây.',
    'The secrecy officer has been told. The answer comes here.',
  ],
  tooLate: ['Đã quá hạn báo chặn nhầm (7 ngày).', 'It is too late to report it (7 days).'],
  already: ['Bạn đã báo rồi, hoặc đã có trả lời.', 'You have reported it already, or it was answered.'],
  appealMarked: [
    'Lý do cũng có dấu hiệu mang độ mật. Đừng chép lại nội dung; chỉ ghi vì sao bị chặn nhầm.',
    'The reason looks classified too. Do not copy the content; only say why it was a mistake.',
  ],
  offlineNow: ['Chưa có mạng. Có mạng rồi hãy thử lại.', 'No connection. Try again once there is one.'],
  failed: ['Chưa gửi được. Hãy thử lại.', 'It could not be sent. Try again.'],
  // Tin bị chặn của tôi
  mineHelp: [
    'Hệ thống không giữ nội dung đã bị chặn. Có thể báo chặn nhầm trong 7 ngày.',
    'What was refused is not kept. You can report a mistake within 7 days.',
  ],
  mineEmpty: ['Chưa có tin nào bị chặn.', 'Nothing was refused.'],
  mineEmptyText: [
    'Tin nhắn, file bị từ chối vì có dấu hiệu mang độ mật sẽ có tên ở đây, không có nội dung.',
    'Messages and files that were refused as secret are listed here, without what they said.',
  ],
  mineText: ['Nội dung', 'Text'],
  mineFile: ['File', 'File'],
  mineUnchecked: ['File không kiểm tra được', 'A file that could not be checked'],
  inGroup: ['trong {group}', 'in {group}'],
  stateWaiting: ['Chờ trả lời', 'Waiting for an answer'],
  stateMistaken: ['Bị chặn nhầm', 'Refused by mistake'],
  stateUpheld: ['Chặn đúng', 'Rightly refused'],
  more: ['Xem thêm', 'Show more'],
  until: ['Báo chặn nhầm được đến {day}', 'A mistake can be reported until {day}'],
  early: [
    'Có dấu hiệu mang độ mật. Nội dung này không được giữ trên máy và sẽ được kiểm tra khi gửi.',
    'It looks classified. It is not kept on this device and will be checked when sent.',
  ],
});

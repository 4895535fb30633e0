import { words } from '../../../web/language.ts';

/** How words can look. */
export const strings = words({
  format: ['Định dạng', 'Formatting'],
  formatHelp: [
    'Chọn chữ trong ô soạn rồi chọn kiểu, hoặc gõ dấu bằng tay như mẫu.',
    'Select words in the field, then choose a style, or type the signs by hand as shown.',
  ],
  bold: ['Đậm', 'Bold'],
  italic: ['Nghiêng', 'Italic'],
  strike: ['Gạch ngang', 'Strikethrough'],
  bullets: ['Danh sách gạch đầu dòng', 'Bulleted list'],
  numbers: ['Danh sách đánh số', 'Numbered list'],
  boldExample: ['hạn nộp', 'due date'],
  italicExample: ['trích công văn', 'as quoted'],
  strikeExample: ['thứ Năm', 'Thursday'],
  listExample: ['rà soát hộ ven suối', 'check the houses by the stream'],
});

/** Strong refuses by itself, two of medium together do, weak never does. */
export const WEIGHTS = ['strong', 'medium', 'weak'] as const;
export type Weight = (typeof WEIGHTS)[number];

/**
 * What a rule does with its terms. The three levels themselves (Mật, Tối mật, Tuyệt mật) are the law’s and stand in the
 * engine; rules say where a level counts as a marking.
 */
export const RULE_KINDS = [
  // A level alone on its line or in its cell.
  'line',
  // A level after one of the terms: “Độ mật: …”.
  'label',
  // A level beside the number of a document.
  'number',
  // One of the terms as the end of a document’s symbol: 12/BC-UBND(M).
  'symbol',
  // A level set off from its line: in brackets, in capitals, before a dash.
  'apart',
  // A level right after one of the terms: “công văn mật”.
  'noun',
  // A level a sentence gives to this very thing: “đóng dấu MẬT”, “đây là …”.
  'statement',
  // A level whose letters were disguised.
  'disguise',
  // A level spread over several messages.
  'split',
  // A level read in a picture.
  'picture',
  // One of the terms on a line of its own.
  'stamp',
  // One of the terms anywhere.
  'phrase',
  // One of the terms where nothing shows that the subject is only talked about.
  'subject',
  // What documents are made of; counts only beside something else.
  'formula',
  // A level, and nothing more to it.
  'word',
  // Passes: words with “mật” in them.
  'everyday',
  // Passes: a sentence with one of the terms talks about marked things.
  'talk',
  // Passes: levels counted up near one of the terms are those of the law.
  'quote',
  // Passes: terms that lift a marking, by which decision or from when.
  'lift',
  // Not refused: sent with a warning, not forwarded.
  'internal',
  'return',
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

export interface Rule {
  /** Stable; what incidents tell. */
  readonly id: string;
  readonly kind: RuleKind;
  readonly weight: Weight;
  readonly on: boolean;
  /** Words with their marks, in small letters; met with and without marks, in whatever writing. */
  readonly terms: readonly string[];
}

export interface RuleSet {
  readonly version: number;
  readonly rules: readonly Rule[];
}

export const RULES_MOST = 60;
export const TERMS_MOST = 400;
export const TERM_LENGTH_MOST = 80;
/** Words of one term. */
export const TERM_WORDS_MOST = 10;

const rule = (id: string, kind: RuleKind, weight: Weight, terms: string): Rule => ({
  id,
  kind,
  weight,
  on: true,
  terms: terms
    .split(/[,\n]/)
    .map((term) => term.trim())
    .filter((term) => term !== ''),
});

export const DEFAULT_RULES: RuleSet = {
  version: 1,
  rules: [
    rule('mark.line', 'line', 'strong', ''),
    rule(
      'mark.label',
      'label',
      'strong',
      `độ mật, mức độ mật, cấp độ mật, mức mật, cấp mật, loại mật, dấu độ mật, dấu chỉ độ mật, dấu mật, chỉ độ mật, độ bảo mật, mức độ bảo mật, mức bảo mật,
       cấp bảo mật, cấp độ bảo mật, phân loại, phân loại mật, phân loại bảo mật, xếp loại, mức phân loại, cấp phân loại, độ, mức độ, tính chất, loại tài liệu, loại văn bản,
       nhãn, nhãn bảo mật, security classification, classification, secrecy, secrecy level, classified`,
    ),
    rule('mark.number', 'number', 'strong', ''),
    rule('mark.symbol', 'symbol', 'strong', 'm, tm, tum, tuym, mật, tối mật, tuyệt mật, mat'),
    rule('mark.apart', 'apart', 'strong', ''),
    rule(
      'mark.noun',
      'noun',
      'strong',
      `tài liệu, văn bản, công văn, cv, vb, hồ sơ, giấy tờ, file, tệp, tệp tin, tập tin, bản, bản sao, bản chụp, bản scan, bản in, bản gốc, báo cáo, kế hoạch, phương án, quyết định, chỉ thị,
       nghị quyết, thông báo, tờ trình, đề án, dự án, công điện, điện, biên bản, danh sách, bản đồ, sơ đồ, phiếu, phiếu trình, lệnh, kết luận, chương trình, số liệu, thông tin, nội dung,
       chuyên án, vụ án, vụ việc, đề thi, đáp án, dự thảo, hợp đồng, báo cáo nhanh, kh, bc, qđ, tb, ttr, tài liệu họp, tl, hs, slide, phụ lục, sao lục, tham luận, đề cương, mệnh lệnh, chỉ lệnh, quân lệnh`,
    ),
    rule(
      'mark.statement',
      'statement',
      'strong',
      `đóng dấu, đã đóng dấu, có đóng dấu, được đóng dấu, đóng mộc, có dấu, mang dấu, dấu đỏ, đây là, này là, này thuộc, này thuộc loại, này thuộc diện, này có độ, này độ, này ở mức, này mang độ,
       này đóng dấu, này đã đóng dấu, này có dấu, này được xếp loại, này được xác định là, được xác định độ, xác định độ mật là, thuộc loại, thuộc diện, thuộc độ, xếp loại, xếp hạng, ở mức, ở cấp, ở độ,
       mang độ mật, mang độ, gắn nhãn, dán nhãn, ghi chữ, có chữ`,
    ),
    rule('mark.disguised', 'disguise', 'strong', ''),
    rule('mark.split', 'split', 'strong', ''),
    rule('mark.picture', 'picture', 'strong', ''),
    rule(
      'stamp.words',
      'stamp',
      'strong',
      'chỉ người có tên mới được bóc bì, top secret, state secret, bản sao bí mật nhà nước, bản trích sao bí mật nhà nước, bản chụp bí mật nhà nước',
    ),
    rule(
      'stamp.copies',
      'stamp',
      'medium',
      'tài liệu thu hồi, thu hồi tài liệu sau khi họp, tài liệu bí mật nhà nước, bí mật nhà nước',
    ),
    rule(
      'state.secret',
      'subject',
      'medium',
      `thuộc phạm vi bí mật nhà nước, thuộc danh mục bí mật nhà nước, thuộc bí mật nhà nước, chứa bí mật nhà nước, chứa đựng bí mật nhà nước, chứa nội dung bí mật nhà nước, có nội dung bí mật nhà nước,
       chứa thông tin bí mật nhà nước, là bí mật nhà nước, là tài liệu bí mật nhà nước`,
    ),
    rule(
      'document.formula',
      'formula',
      'medium',
      `cộng hòa xã hội chủ nghĩa việt nam, cộng hoà xã hội chủ nghĩa việt nam, độc lập tự do hạnh phúc, đảng cộng sản việt nam, nơi nhận, kính gửi, trích yếu, hỏa tốc, hoả tốc, thượng khẩn, khẩn, bản số, bản sao số`,
    ),
    rule('word.alone', 'word', 'weak', ''),
    rule(
      'pass.everyday',
      'everyday',
      'weak',
      `bảo mật, bí mật, thân mật, cơ mật, trăng mật, túi mật, sỏi mật, dịch mật, ống mật, đường mật, gan mật, mật khẩu, mật mã, mật độ, mật ong, mật thiết, mật thư, mật vụ, mật mía, mật nhân, mật đàm,
       mật báo, mật lệnh, mật ước, mật nghị, mật hiệu, mật danh, mật tông, mật giáo, mật hoa, mật gấu, mật rắn, mật cá, mật heo, mật lợn, mật trăn, mật bò, mật vịt, mật gà, mật dê, mật thám, mật phái,
       mật đạo, mật chỉ, mật ngọt, mật dừa, mật bạc hà, mật nhãn, mật vải, mật keo, mật cà phê, mật cọ, mật thốt nốt, mật ngữ, mật khu, mật cứ, mật phục, mật tấu, mật truyền, mật chú, mật kế, mật thất, mật sứ, mật rừng, ngọt mật, nước mật, hũ mật, chai mật,
       lít mật, can mật, thùng mật, giọt mật, lấy mật, quay mật, hút mật, tiết mật, tắc mật, ứ mật, cắt mật, viêm mật, cao mật, chè mật, bánh mật, da mật, mía mật, rỉ mật, gỉ mật, tổ mật, rỉ mật đường,
       nếm mật, ong mật, nuôi mật, cây mật, lá mật, vàng mật, màu mật, khoai mật, khoai lang mật, chuối mật, dứa mật, muối mật, ổi mật, bưởi mật, xoài mật, vụ mật, mùa mật, giá mật, bán mật, mua mật,
       kín mật, nghiêm mật, chu mật, trù mật, tường mật, cẩn mật, nguồn mật, làm mật, nấu mật, đổ mật, vắt mật, men mật, muối mật, acid mật, axit mật, sắc tố mật, nang mật, đo mật độ, mật thiết, hương mật, tuần mật,
       pha mật, uống mật, ăn mật, rưới mật, chấm mật, ướp mật, ngâm mật, thìa mật, muỗng mật, ít mật, nhiều mật, đàn mật, cỏ mật, gạo mật, quả mật, thôn mật, làng mật, xã mật, ấp mật, buôn mật, suối mật,
       hồ mật, đèo mật, núi mật, đồi mật, cầu mật, sông mật, chợ mật, ngã ba mật, đường mật, phố mật, anh mật, chị mật, ông mật, bà mật, cô mật, chú mật, bác mật, em mật, cậu mật, dì mật, thầy mật,
       đồng chí mật, đ c mật, dc mật, mật ơi, giải mật, giảm mật,
       mặt trận, mặt trời, mặt bằng, mặt đường, mặt hàng, mặt khác, mặt tiền, mất điện, mất nước, mất tích, mất trộm, mất cắp, mất mùa, mất đoàn kết, mất an ninh, mất an toàn, mất vệ sinh, mất trật tự,
       mất cân đối, mất mát, mất cảnh giác, mất kết nối, mất mạng, mất sóng, mắt kính, mát mẻ, mát xa, thay mặt, có mặt, vắng mặt, tiền mặt, bề mặt, gặp mặt, họp mặt, ra mắt, khám mắt`,
    ),
    rule(
      'pass.talk',
      'talk',
      'weak',
      `không, ko, hông, chưa, cấm, nghiêm cấm, đừng, tránh, hạn chế, quy định, qui định, quy chế, qui chế, quy trình, nội quy, luật, pháp luật, nghị định, thông tư, danh mục, bất kỳ, bất cứ,
       thế nào, là gì, tại sao, vì sao, xin hỏi, câu hỏi, hỏi đáp, nếu, khi nào, trường hợp, quản lý, bảo vệ, bảo quản, lưu giữ, lưu trữ, tập huấn, tuyên truyền, hướng dẫn, phổ biến, bồi dưỡng, quán triệt, nhắc nhở, thanh tra, rà soát,
       thống kê, bị lộ, lộ lọt, làm lộ, vi phạm, xử phạt, tiêu hủy, tiêu huỷ, vào sổ, sổ công văn, văn thư mật, có dấu hiệu, sổ theo dõi, sổ quản lý, sổ đăng ký, đường công văn, giao liên, cơ yếu, mẫu dấu, biểu mẫu, dấu chỉ, con dấu, phân loại, ba độ, 03 độ, ba cấp, ba loại, ba mức, trách nhiệm,
       người làm, cán bộ làm, phần mềm, tính năng, nghĩa là, tức là, khái niệm, định nghĩa, cao hơn, thấp hơn, thẩm quyền, thời hạn, hành vi, phạm tội, tội làm lộ, phòng đọc, tủ đựng, kho lưu, vận chuyển, giao nhận, ví dụ, chẳng hạn,
       trắc nghiệm, phim, truyện, tiểu thuyết, bài hát, game, cuốn sách, khi soạn thảo, việc soạn thảo, có phải, phải không, có được, được không, đánh máy, máy tính nối mạng, người tiếp xúc, tiếp cận, soạn thảo, nào là, gọi là, được hiểu là, khóa học, lớp học, bài giảng,
       kiểm kê, ai giữ, sổ văn bản, sổ công văn, lên nhận, đến nhận, về nhận, nhận tài liệu, nhận văn bản, nhận công văn, tủ tài liệu, vtv`,
    ),
    rule(
      'pass.quote',
      'quote',
      'weak',
      `phân loại, độ mật, các độ mật, ba độ mật, 03 độ mật, mức độ mật, mẫu dấu, mẫu số, dấu chỉ độ mật, phân loại thành, gồm, bao gồm, như sau, quy định, khoản, điều`,
    ),
    rule(
      'pass.lift',
      'lift',
      'weak',
      `giải mật theo, đã giải mật, đã được giải mật, được giải mật, giải mật từ, giải mật ngày, quyết định giải mật, giải mật văn bản, giải mật công văn, giải mật tài liệu, giải mật hồ sơ, giải mật đối với,
       giải mật các, giải mật toàn bộ, hết thời hạn bảo vệ, tự giải mật, giải mật`,
    ),
    rule('handling.internal', 'internal', 'weak', 'lưu hành nội bộ, tài liệu nội bộ'),
    rule('handling.return', 'return', 'weak', 'xem xong trả lại'),
  ],
};

// Texts in the shape of laws, decrees, teaching and examination papers on secrecy: public, and full of its words. Paraphrased, not quoted.
import type { Random } from '../../testing/random.ts';

const ARTICLES: readonly string[] = [
  'Điều {n}. Giải thích từ ngữ\n1. Bí mật nhà nước là thông tin có nội dung quan trọng do người có thẩm quyền xác định, chưa công khai, nếu bị lộ, bị mất có thể gây nguy hại đến lợi ích quốc gia.\n2. Giải mật là việc chấm dứt độ mật của bí mật nhà nước.\n3. Lộ bí mật nhà nước là trường hợp người không có trách nhiệm biết được bí mật nhà nước.',
  'Điều {n}. Phân loại bí mật nhà nước\n1. Bí mật nhà nước độ Tuyệt mật là loại mà nếu bị lộ, bị mất có thể gây nguy hại đặc biệt nghiêm trọng.\n2. Bí mật nhà nước độ Tối mật là loại mà nếu bị lộ, bị mất có thể gây nguy hại rất nghiêm trọng.\n3. Bí mật nhà nước độ Mật là loại mà nếu bị lộ, bị mất có thể gây nguy hại nghiêm trọng.',
  'Điều {n}. Những hành vi bị nghiêm cấm\n1. Làm lộ, chiếm đoạt, mua, bán bí mật nhà nước.\n2. Soạn thảo, lưu giữ tài liệu có nội dung bí mật nhà nước trên máy tính đã kết nối hoặc đang kết nối mạng, trừ mạng nội bộ độc lập.\n3. Sử dụng thiết bị có tính năng thu, phát tín hiệu trong hội nghị có nội dung bí mật nhà nước khi chưa được phép.',
  'Điều {n}. Thời hạn bảo vệ bí mật nhà nước\n1. Thời hạn bảo vệ tính từ ngày xác định độ mật:\na) 30 năm đối với bí mật nhà nước độ Tuyệt mật;\nb) 20 năm đối với bí mật nhà nước độ Tối mật;\nc) 10 năm đối với bí mật nhà nước độ Mật.',
  'Điều {n}. Sao, chụp tài liệu, vật chứa bí mật nhà nước\n1. Thẩm quyền cho phép sao, chụp tài liệu độ Tuyệt mật do người đứng đầu quyết định.\n2. Đối với độ Tối mật, độ Mật, cấp phó được ủy quyền bằng văn bản.\n3. Bản sao phải đóng dấu bản sao bí mật nhà nước và ghi vào sổ.',
  'Điều {n}. Mẫu dấu chỉ độ mật\n1. Dấu "TUYỆT MẬT", "TỐI MẬT", "MẬT" có hình chữ nhật, đường viền kép, chữ in hoa đứng, mực đỏ.\n2. Dấu "Chỉ người có tên mới được bóc bì" dùng trên bì thư.\n3. Bộ trưởng quy định chi tiết mẫu và cách đóng dấu.',
  'Điều {n}. Giải mật\n1. Bí mật nhà nước được giải mật toàn bộ hoặc một phần khi hết thời hạn bảo vệ.\n2. Tài liệu giải mật phải đóng dấu, có văn bản hoặc hình thức khác xác định việc giải mật.',
  'Điều {n}. Điều chỉnh độ mật\n1. Điều chỉnh độ mật là việc tăng độ mật, giảm độ mật đã được xác định.\n2. Sau khi điều chỉnh, cơ quan phải đóng dấu, thông báo bằng văn bản đến nơi nhận chậm nhất 15 ngày.',
  'Điều {n}. Giao, nhận tài liệu\nVăn thư đăng ký tài liệu độ Mật, Tối mật vào sổ riêng; bì trong ghi số, ký hiệu, bì ngoài đóng dấu ký hiệu chữ "C", "B" hoặc "A" tương ứng với độ Mật, Tối mật, Tuyệt mật.',
  'Điều {n}. Người làm công tác bảo vệ bí mật nhà nước phải có phẩm chất tốt, được đào tạo, bồi dưỡng và có văn bản cam kết bảo vệ bí mật nhà nước.',
  'Điều {n}. Tiêu hủy tài liệu, vật chứa bí mật nhà nước\n1. Việc tiêu hủy phải lập hội đồng.\n2. Người đứng đầu cơ quan quyết định tiêu hủy đối với ba độ mật; hồ sơ tiêu hủy lưu tại cơ quan.',
]; // prettier-ignore

const TEACHING: readonly string[] = [
  'ĐỀ CƯƠNG GIỚI THIỆU LUẬT\nI. SỰ CẦN THIẾT BAN HÀNH\nLuật Bảo vệ bí mật nhà nước đã đáp ứng yêu cầu thực tiễn...\nII. NỘI DUNG CƠ BẢN\nBa độ mật gồm Tuyệt mật, Tối mật, Mật được xác định căn cứ danh mục bí mật nhà nước.',
  'BÀI KIỂM TRA LỚP TẬP HUẤN\nCâu {n}. Tài liệu độ Tối mật có thời hạn bảo vệ bao nhiêu năm?\nA. 10 năm\nB. 20 năm\nC. 30 năm\nCâu {m}. Dấu chỉ độ mật đóng ở đâu?\nA. Ô 10a\nB. Ô 10b',
  'Hỏi: Có được gửi tài liệu độ Mật qua Zalo không?\nĐáp: Không. Theo Điều {n}, tài liệu độ Mật, Tối mật, Tuyệt mật chỉ được gửi theo đường văn thư hoặc giao liên.',
  'KẾ HOẠCH\nTriển khai công tác bảo vệ bí mật nhà nước năm 2026\n1. Phổ biến Luật và Nghị định.\n2. Rà soát máy tính soạn thảo văn bản mật không kết nối mạng.\n3. Kiểm tra sổ đăng ký văn bản mật đi, đến; mỗi quý {n} lần.',
  'QUY CHẾ\nBảo vệ bí mật nhà nước của UBND xã\nĐiều {n}. Văn thư mở sổ "Đăng ký tài liệu mật đến", cấp số, trình Chủ tịch.\nĐiều {m}. Cán bộ không mang tài liệu mật về nhà riêng.',
  'QUYẾT ĐỊNH\nBan hành Danh mục bí mật nhà nước lĩnh vực nội vụ\nĐiều {n}. Bí mật nhà nước độ Tối mật gồm: thông tin về nhân sự chưa công khai.\nĐiều {m}. Bí mật nhà nước độ Mật gồm: đề thi tuyển dụng công chức và đáp án chưa công khai.',
  'Tin công báo: Thủ tướng ban hành {n} quyết định về danh mục bí mật nhà nước độ Tuyệt mật, Tối mật, Mật của các ngành.',
]; // prettier-ignore

export function articles(random: Random): string {
  const numbered = (text: string): string =>
    text.replaceAll('{n}', String(1 + random.below(28))).replaceAll('{m}', String(29 + random.below(20)));
  if (random.percent(40)) return numbered(random.pick(TEACHING));
  const count = 1 + random.below(3);
  return Array.from({ length: count }, () => numbered(random.pick(ARTICLES))).join('\n');
}

// What officials of communes write all day: sentences made from a grammar, and some by hand. None of it carries a marking.
import type { Random } from '../../testing/random.ts';

export const COMMUNES = [
  'Ia Grai', 'Ia Krái', 'Ia Hrung', 'Đak Đoa', 'Kon Gang', 'Chư Prông', 'Bàu Cạn', 'Ia Lâu', 'Chư Sê', 'Bờ Ngoong', 'Ia Ko', 'Kbang',
  'Tơ Tung', 'Sơn Lang', 'Mang Yang', 'Lơ Pang', 'Kon Chiêng', 'Đức Cơ', 'Ia Dơk', 'Ia Pa', 'Pờ Tó', 'Phú Thiện', 'Krông Pa',
  'Uar', 'Ayun', 'Tuy Phước', 'Phù Mỹ', 'Hoài Ân', 'An Lão', 'Vĩnh Thạnh', 'Vân Canh', 'Tây Sơn', 'Bình Khê', 'Cát Tiến', 'Đề Gi',
]; // prettier-ignore
const NAMES = [
  'Puih Thưng', 'Siu H’Nga', 'Rơ Châm Hyiu', 'Nguyễn Thị Mật', 'Trần Văn Mật', 'Lê Mật', 'Đinh Văn Lập', 'Ksor Nham', 'Rah Lan H’Bia',
  'Phan Thanh Tùng', 'Võ Thị Diễm', 'Kpă Thuyên', 'Hồ Quốc Tuấn', 'Bùi Tuyết Mai', 'Nay Der', 'Huỳnh Tấn Phát', 'Mật Thị Hoa',
]; // prettier-ignore
const CALLED = [
  'anh Tùng',
  'chị Mật',
  'em Diễm',
  'chú Nham',
  'cô H’Nga',
  'anh Lập',
  'bác Thuyên',
  'chị Mai',
  'anh Mật',
  'Mật',
];
const ROLES = [
  'Chủ tịch UBND', 'Phó Chủ tịch', 'Trưởng thôn', 'Bí thư chi bộ', 'Công chức tư pháp', 'Cán bộ văn phòng', 'Kế toán', 'Xã đội trưởng',
  'Trưởng công an', 'Bí thư Đoàn', 'Chủ tịch Hội Phụ nữ', 'Cán bộ địa chính',
]; // prettier-ignore
const UNITS = [
  'Văn phòng HĐND và UBND', 'Phòng Kinh tế', 'Phòng Văn hóa – Xã hội', 'Trung tâm Phục vụ hành chính công', 'Ban Chỉ huy Quân sự',
  'Công an', 'Trạm Y tế', 'Ủy ban MTTQ Việt Nam', 'Hội Nông dân', 'Đoàn Thanh niên', 'Trường THCS', 'Hạt Kiểm lâm',
]; // prettier-ignore
const VILLAGES = [
  'làng Mrông Yố',
  'thôn 3',
  'làng O Gang',
  'tổ dân phố 5',
  'làng Jút',
  'thôn Thanh Bình',
  'làng Bi De',
  'thôn Mật Sơn',
];
const SUBJECTS = [
  'triển khai tháng cao điểm vệ sinh môi trường', 'rà soát hộ nghèo, hộ cận nghèo năm 2026', 'phòng cháy, chữa cháy rừng mùa khô',
  'chuyển đổi số và Đề án 06', 'chi trả dịch vụ môi trường rừng', 'tiêm vắc xin cho đàn gia súc', 'xây dựng nông thôn mới nâng cao',
  'giải phóng mặt bằng đường liên xã', 'khám tuyển nghĩa vụ quân sự', 'bầu trưởng thôn nhiệm kỳ mới', 'thu quỹ quốc phòng – an ninh',
  'cấp giấy chứng nhận quyền sử dụng đất', 'bảo đảm an toàn thông tin và bảo mật tài khoản công vụ', 'mật độ nuôi cá lồng trên hồ Ia Grai',
  'phát triển mô hình nuôi ong lấy mật', 'công tác văn thư, lưu trữ và bảo vệ bí mật nhà nước', 'phòng, chống dịch tả lợn châu Phi',
  'mất nước sinh hoạt tại các làng', 'giữ gìn bí mật kinh doanh của hợp tác xã', 'bảo đảm bí mật thư tín của công dân',
]; // prettier-ignore
const PLACES = [
  'hội trường UBND xã',
  'phòng họp tầng 2',
  'nhà văn hóa thôn',
  'nhà rông làng',
  'sân vận động',
  'điểm cầu trực tuyến xã',
  'phòng họp B',
];
const THINGS = [
  'báo cáo',
  'kế hoạch',
  'tờ trình',
  'biên bản',
  'danh sách',
  'công văn',
  'thông báo',
  'dự thảo nghị quyết',
  'phụ lục',
  'giấy mời',
];
const KINDS = ['BC', 'KH', 'TTr', 'TB', 'CV', 'QĐ', 'GM', 'HD'];
const AGENCIES = [
  'UBND',
  'VP',
  'BCH',
  'MTTQ',
  'STTTT-CNTT',
  'SYT',
  'SNNMT',
  'HĐND',
  'CT-UBND',
  'BCĐ',
  'KT',
  'VHXH',
  'TTPVHCC',
  'TM-UBND',
];
const URGENT = ['HỎA TỐC', 'KHẨN', 'THƯỢNG KHẨN'];
const ROADS = [
  'Hùng Vương',
  'Trần Phú',
  'Lê Duẩn',
  'Phạm Văn Đồng',
  'Quang Trung',
  'Hàn Mặc Tử',
  'Nguyễn Thị Mật',
  'Cách Mạng Tháng Tám',
];

type Slot = (random: Random) => string;
const whole =
  (from: number, upTo: number): Slot =>
  (it) =>
    String(from + it.below(upTo - from + 1));
const of =
  (list: readonly string[]): Slot =>
  (it) =>
    it.pick(list);
const two = (value: number): string => String(value).padStart(2, '0');

const SLOTS: Readonly<Record<string, Slot>> = {
  commune: of(COMMUNES),
  name: of(NAMES),
  called: of(CALLED),
  role: of(ROLES),
  unit: of(UNITS),
  village: of(VILLAGES),
  subject: of(SUBJECTS),
  place: of(PLACES),
  thing: of(THINGS),
  urgent: of(URGENT),
  road: of(ROADS),
  n: whole(1, 60),
  many: whole(61, 900),
  hour: (it) => `${two(6 + it.below(14))}h${it.pick(['00', '30', '15', ''])}`,
  date: (it) => `${two(1 + it.below(28))}/${two(1 + it.below(12))}/2026`,
  day: (it) => it.pick(['thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'sáng mai', 'chiều nay', 'tối mai', 'tối nay', 'ngày mốt']),
  long: (it) => `ngày ${two(1 + it.below(28))} tháng ${two(1 + it.below(12))} năm 2026`,
  number: (it) => `${it.pick(['', '0'])}${1 + it.below(990)}/${it.pick(KINDS)}-${it.pick(AGENCIES)}`,
  phone: (it) => `09${two(it.below(100))} ${100 + it.below(900)} ${100 + it.below(900)}`,
  ok: (it) => it.pick(['', '', ' ạ', ' nhé', ' nha', ' với ạ', '.', '!', ' 👍', ' 🙏', ' giúp em']),
  hey: (it) => it.pick(['', '', 'Dạ ', 'Alo, ', 'Kính gửi các đồng chí, ', 'Anh chị ơi, ', 'Sếp ơi ', 'Các đ/c lưu ý: ', 'Thưa anh, ']),
}; // prettier-ignore

export function filled(template: string, random: Random): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => SLOTS[name]!(random));
}

/** Sentences with places left open. */
export const SENTENCES: readonly string[] = [
  // Calls to meetings.
  '{hey}mời {role} dự họp {hour} {day} tại {place} về {subject}{ok}',
  '{hour} {day} họp giao ban, đề nghị {unit} chuẩn bị {thing} {subject}{ok}',
  'GIẤY MỜI\nUBND xã {commune} kính mời {role} dự hội nghị {subject}.\nThời gian: {hour}, {long}\nĐịa điểm: {place}',
  '{hey}ai vắng mặt {day} thì báo {called} trước {hour}{ok}',
  'Thành phần: {role}, {role} và {unit}. Đề nghị có mặt đúng giờ.',
  'Điểm danh: {name} có mặt, {name} vắng mặt có lý do, {name} đi công tác.',
  '{called} chủ trì, {called} ghi biên bản, {unit} lo nước uống{ok}',
  // Flood, storm, fire.
  '{urgent}: Bão số {n} đang hướng vào đất liền, {village} sơ tán trước {hour} {day}. Trực ban {phone}.',
  'Mực nước hồ lên {many} cm, {commune} mở cống xả lúc {hour}. Bà con ven suối mang đồ lên cao.',
  '{village} mất điện từ {hour}, điện lực báo {day} mới có{ok}',
  'Đường vào {village} bị sạt lở {n} m, xe tải không qua được. Nhờ {called} cắm biển cảnh báo.',
  'CÔNG ĐIỆN\n{urgent}\nVề việc chủ động ứng phó với mưa lũ\nSố: {number}\nChủ tịch UBND xã {commune} điện: các thôn, làng trực 24/24.',
  'Cháy rẫy tại {village}, cần {n} người và xe bồn. Mọi người tập trung tại {place}.',
  'Cập nhật {hour}: {n} nhà tốc mái, {n} ha lúa ngập, không có thiệt hại về người.',
  'Trạm bơm {village} hỏng, {n} hộ mất nước sinh hoạt. Kế hoạch chở nước {hour} {day}.',
  // Papers.
  '{hey}gửi {thing} số {number} ngày {date} về {subject}{ok}',
  'Căn cứ Công văn số {number} ngày {date}, {unit} báo cáo kết quả {subject} như sau.',
  'UBND XÃ {commune}\nSố: {number}\nV/v {subject}\n{commune}, {long}\nKính gửi: {unit}\nĐề nghị thực hiện trước ngày {date}.\nNơi nhận:\n- Như trên;\n- Lưu: VT.',
  '{thing} {number} em trình {called} ký rồi, chờ văn thư đóng dấu{ok}',
  'Số {number} bị trùng, nhờ văn thư cấp lại số khác{ok}',
  '{urgent} - {number}: rà soát {subject}, gửi trước {hour} {day}.',
  'Nhờ {called} chuyển {thing} cho {unit}, bản giấy em để ở {place}.',
  'Bản scan {thing} bị mờ, {called} chụp lại giúp em{ok}',
  '{thing} về {subject} đã lên trục liên thông, mã {many}.{n}.H21.',
  'TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n{name}',
  'DANH SÁCH\n1. {name}\n2. {name}\n3. {name}\nLập biểu: {name}',
  'Tiến độ {subject}: đạt {n}%, còn {n} hồ sơ chậm. {unit} giải trình trước {day}.',
  // Security of the everyday kind.
  'Mật khẩu wifi {place} đổi thành Nharong@{many}{ok}',
  '{hey}quên mật khẩu trục văn bản, nhờ {called} cấp lại{ok}',
  'Yêu cầu đổi mật khẩu thư công vụ {n} ngày một lần, mật khẩu tối thiểu {n} ký tự.',
  'Không cung cấp mã OTP, mật khẩu cho bất kỳ ai. Gọi {phone} nếu nghi lộ.',
  'Mật khẩu: Xa{many}#{n} - {called} đổi ngay sau khi vào{ok}',
  'Tập huấn bảo mật thông tin {hour} {day} tại {place}, {unit} cử {n} người.',
  'Tập huấn công tác bảo vệ bí mật nhà nước {long} tại {place}; tài liệu công khai trên cổng thông tin xã.',
  'Phần mềm đã vá lỗ hổng bảo mật, {unit} cập nhật trước {day}.',
  'Nhắc lại: không soạn thảo, gửi tài liệu mật trên mạng xã hội, nhóm trò chuyện hay thư điện tử.',
  'Văn bản mật gửi và nhận trực tiếp tại văn thư, không chụp, không gửi lên nhóm{ok}',
  'Ai giữ chìa khóa tủ đựng tài liệu mật thì bàn giao cho {called} {day}{ok}',
  'Cam kết bảo mật dữ liệu cá nhân: {unit} nộp {n} bản về {place}.',
  'Mật mã két sắt đã đổi, {called} liên hệ {called} nhận trực tiếp.',
  'Sổ tay nhắc: nếu nhận được văn bản có đóng dấu độ mật thì nộp văn thư ngay, không đưa lên nhóm.',
  // Honey, density, dense, lost, face, bile.
  'Mật ong rừng {village} {many} nghìn/lít, còn {n} lít, ai lấy báo {called}{ok}',
  'Mật độ dân số {village} {many} người/km², tăng {n}% so với năm trước.',
  'Mật độ trồng cà phê {many} cây/ha, sầu riêng {n} cây/ha.',
  'Bệnh viện kết luận {called} sỏi túi mật, mổ {day}{ok}',
  'Thức ăn trộn rỉ mật đường cho bò: {n} kg rơm, {n} lít nước, {n} kg rỉ mật.',
  '{called} bị mất ví ở {place}, ai thấy nhắn {phone}.',
  '{called} làm mất con dấu cũ, cần thông báo mất giấy tờ số {number}.',
  'Trận đấu {hour} {day}: đội {unit} gặp đội {commune}, mọi người ra cổ vũ{ok}',
  'Tuyệt vời quá {called}, {thing} xong trước hạn{ok}',
  'Món lẩu tối qua tuyệt cú mèo, {day} ăn tiếp{ok}',
  'Tối mai {hour} giao lưu văn nghệ ở {place}, {unit} góp {n} tiết mục.',
  'Tối mật độ xe trên đường {road} rất đông, {called} phân luồng giúp.',
  'Quán cà phê Mật Ngọt, {n} {road}, {hour} {day}{ok}',
  'Nhà {called} ở {many} {road}, gần tạp hóa Bà Mật.',
  'Bí mật nhé: {day} mừng sinh nhật {called}, đừng nói trước{ok}',
  'Hòm thư tố giác giữ bí mật người báo tin, gọi {phone}.',
  'Bỏ phiếu kín, giữ bí mật lá phiếu; tổ kiểm phiếu gồm {name}, {name}.',
  '{called} có gương mật thám trong vở kịch hôm {day} đóng hay quá 😂',
  'Cần tìm người thân mật thiết với gia đình {called} để vận động{ok}',
  // Health, money, schools.
  'Tiêm vắc xin {hour} {day} tại Trạm Y tế, trẻ {n} tháng tuổi của {village}.',
  'Xin {unit} số liệu {subject} tháng {n}, biểu số {n}{ok}',
  'Kinh phí {subject}: {many} triệu đồng, đã giải ngân {n}%.',
  'Học sinh {village} nghỉ học ngày {date} do mưa lớn.',
  'Thu BHYT: {village} còn {n} hộ chưa tham gia, {called} vận động thêm.',
  'Quyên góp cho {village}: {called} {many} nghìn, {unit} {n} triệu.',
  // Declassified, levels named in teaching and law.
  'Tài liệu số {number} ĐÃ GIẢI MẬT theo quyết định ngày {date}.',
  'QUYẾT ĐỊNH\nVề việc giải mật tài liệu\nĐiều 1. Giải mật {n} tài liệu của UBND xã {commune} có trong danh mục kèm theo.',
  'GIẢI MẬT\nTài liệu được công bố tại kho lưu trữ {commune} từ {long}.',
  'Theo Luật Bảo vệ bí mật nhà nước, bí mật nhà nước chia thành ba độ: Tuyệt mật, Tối mật và Mật. {unit} phổ biến đến cán bộ trước {date}.',
  'Câu {n}: Bí mật nhà nước có mấy độ mật?\nA. Một\nB. Hai\nC. Ba (Tuyệt mật, Tối mật, Mật)\nD. Bốn',
  'Điều {n}. Thẩm quyền cho phép sao, chụp: người đứng đầu cho phép sao, chụp tài liệu độ Tối mật và độ Mật thuộc phạm vi quản lý.',
  'Thời hạn bảo vệ theo luật: 30 năm với độ Tuyệt mật, 20 năm với độ Tối mật, 10 năm với độ Mật. Bài {n} trong đề cương ôn thi.',
  'Danh mục bí mật nhà nước độ Mật của ngành nội vụ do Thủ tướng ban hành là văn bản công khai, {called} tra trên công báo số {many}.',
  'Kế hoạch số {number}: tuyên truyền Luật Bảo vệ bí mật nhà nước và Nghị định 63/2026/NĐ-CP tại {place}.',
  'Đề nghị {unit} cử {n} đồng chí dự tập huấn Luật số 117/2025/QH15 về bảo vệ bí mật nhà nước.',
  'Hướng dẫn thể thức: dấu chỉ độ mật đặt ở ô 10a, dấu chỉ độ khẩn ở ô 10b theo phụ lục Nghị định 30/2020/NĐ-CP.',
  // Shorthand.
  'dc roi {called}, e gui {thing} lai sau',
  'hn hop {hour} nha ae, dung quen {thing}',
  'mat dien roi, {village} toi thui',
  'a oi e bi mat dien thoai, co gi goi {phone}',
  'mat khau moi la Ub{many}@xa, a doi giup e',
  'toi mat ngu ca dem vi {thing} nay',
  'ko co mat o co quan, {day} e ve',
  'be mat duong {road} hu nang, {n} o ga',
  'ong noi mat roi, {day} dua tang, ae xa {commune} qua vieng',
  'uh ok {called}, {hour} co mat',
  'tuyet lam {called} oi',
  'giai phong mat bang {village} con {n} ho chua ky',
]; // prettier-ignore

/** Whole messages, by hand. */
export const BY_HAND: readonly string[] = [
  'Mất điện cả xã rồi anh em ơi', 'Tối mất ngủ, sáng đi làm muộn, thông cảm nha', 'Mặt trận xã mời họp chiều nay',
  'MẶT TRẬN TỔ QUỐC VIỆT NAM', 'ỦY BAN MẶT TRẬN XÃ', 'MẤT ĐIỆN', 'MẤT NƯỚC', 'MẶT BẰNG GIÁ', 'TỐI MAI HỌP', 'TUYỆT VỜI', 'TUYỆT ĐỐI KHÔNG HÚT THUỐC',
  'BẢO MẬT TÀI KHOẢN', 'MẬT KHẨU', 'ĐỔI MẬT KHẨU NGAY', 'MẬT ONG RỪNG', 'MẬT ĐỘ XÂY DỰNG 60%', 'GIẢI MẬT', 'ĐÃ GIẢI MẬT', 'QUYẾT ĐỊNH GIẢI MẬT',
  'LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC', 'Tìm hiểu Luật Bảo vệ bí mật nhà nước', 'Bí mật đời tư được pháp luật bảo vệ', 'Chứng từ bí mật thương mại của doanh nghiệp',
  'Độ mặn 4‰ đã vào sâu 30 km', 'ĐỘ MẶN: 4 PHẦN NGHÌN', 'Độ mát của phòng máy chủ: 22 độ', 'Hỏa tốc nhé anh', 'HỎA TỐC', 'KHẨN', 'THƯỢNG KHẨN', 'HỎA TỐC, HẸN GIỜ',
  'Ngày 25/6, Ban Chấp hành Đảng bộ xã họp phiên thứ 12', 'Mẹ em mổ nội soi cắt túi mật hôm qua, cho em nghỉ phép 3 ngày',
  'Rượu ngâm mật nhân uống đắng lắm', 'Cây mật gấu trị đau bụng', 'Chè mật mía nóng hổi, ai ăn không?', 'Khoai lang mật Lệ Cần 15k/kg',
  'Dứa mật, mít mật, cam mật đủ cả', 'Lễ tang ông Nguyễn Văn Mật lúc 7h sáng mai', 'Cô Mật lớp 3A nghỉ thai sản', 'Thư mời: đồng chí Lê Thị Mật – Chủ tịch Hội',
  'Anh Mật ơi có người tìm', 'Kính gửi: Đ/c Mật', 'Người nhận: Mật (văn thư)', 'Phân công: Tùng quét sân, Mật nấu cơm, Tuyết rửa chén',
  'Chị Tuyết Mật gửi em danh sách với', 'Cho em hỏi mật độ đăng ký tạm trú tháng này', 'Chữ ký số hết hạn, mật khẩu token là gì anh?', 'Pass wifi: xaiagrai2026',
  'Mã xác thực 489201 có hiệu lực 5 phút, không chia sẻ cho ai', 'Phòng chống tội phạm công nghệ cao: bảo mật hai lớp', 'Mật vụ trong phim hay thật',
  'Phim "Tuyệt mật quân sự" chiếu 20h tối nay VTV1', 'Sách "Hồ sơ tối mật" ở thư viện xã ai mượn chưa trả?', 'Mỹ nhân kế, mật thư, trò chơi lớn cho thiếu nhi trại hè',
  'Trại hè: thi giải mật thư, nút dây, cắm trại', 'Giải mật thư số 3 của đội Kim Đồng nhé', 'Mật hàm ngoại giao là gì vậy mọi người, câu hỏi lớp 12',
  'Hai bên hội đàm mật thiết', 'Quan hệ mật thiết giữa Đảng với Nhân dân', 'Rừng rậm rạp, mây mật bay', 'Kín như bưng, bí mật quốc gia luôn hả 😂 có bầu thì nói',
  'Tin tuyệt mật: chiều nay liên hoan bún bò 🤫', 'Nghe nói sếp sắp cưới, tuyệt mật nha mấy má 😂', 'Công thức bí mật của món gà nướng Bản Đôn', 'suỵt, bí mật quân sự đó 😄',
  'Trong luật có ba độ mật, anh em học kỹ để thi', 'Đề cương: trình bày khái niệm bí mật nhà nước và phân loại độ mật', 'Khái niệm: Giải mật là xóa bỏ độ mật của bí mật nhà nước',
  'Nơi nhận văn bản mật của xã là phòng văn thư, tầng 1', 'Sổ đăng ký văn bản mật đi, mật đến mua ở đâu vậy chị?', 'Kiểm tra định kỳ máy tính soạn thảo văn bản mật không nối mạng',
  'Cán bộ làm công tác bảo mật hưởng phụ cấp theo quy định', 'Xin mẫu bản cam kết bảo vệ bí mật nhà nước của cán bộ mới', 'Báo cáo công tác bảo vệ bí mật nhà nước 6 tháng (bản công khai) em nộp rồi',
  'Hạn nộp báo cáo công tác bảo vệ BMNN là 15/6', 'Ban chỉ đạo 35 xã họp 14h', 'Số điện thoại trực: 0269 3 600 114', 'OK', 'ok', 'vâng ạ', 'Dạ em nhận được rồi', 'M', 'MT', 'A', 'tm', 'TM', 'Ma', 'mật ong', 'mất rồi', 'mặt', 'mắt',
  'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc', 'ỦY BAN NHÂN DÂN\nXÃ IA GRAI\nSố: 45/TB-UBND', 'Lưu: VT, MT.', 'Lưu: VT, TM.', '1. M\n2. A\n3. T',
  'Kết quả: Tổ M thắng, tổ A nhì, tổ T ba', 'Ca trực: M (sáng), A (chiều), T (tối)', 'A - T - M ở cổng UBND hết tiền rồi', 'ATM xã hết tiền', 'MAT-XA bấm huyệt ngày mai ở trạm y tế', 'Dịch vụ mát xa chân',
  'M Ặ T  T R Ậ N', 'T H Ô N G  B Á O', 'K H Ẩ N', 'M Ấ T  Đ I Ệ N', '𝐓𝐇𝐎̂𝐍𝐆 𝐁𝐀́𝐎 𝐇𝐎̣𝐏', '𝓒𝓱𝓾́𝓬 𝓶𝓾̛̀𝓷𝓰 𝓼𝓲𝓷𝓱 𝓷𝓱𝓪̣̂𝓽', 'ＴＨÔＮＧ ＢÁＯ', 'Xe 81-M4 123.45 đậu chắn cổng', 'Biển số 77M4-0712', 'phòng M4T3 đang có lớp',
  'Điều chỉnh mật độ tối đa 40 người/phòng', 'Số lượng tối đa, mật khẩu tối thiểu 12 ký tự', 'Tuyệt đối bảo mật thông tin người tố cáo', 'Tuyệt đối giữ bí mật số phiếu', 'Tối về mật báo chị em đi chợ 😂',
]; // prettier-ignore

export const FILE_NAMES: readonly string[] = [
  'Báo cáo tháng {n} {commune}.docx', 'KH {number} {subject}.pdf', 'Mật độ dân cư {commune} 2026.xlsx', 'Hướng dẫn đổi mật khẩu trục văn bản v{n}.pdf', 'Luật Bảo vệ bí mật nhà nước 2025 ({n}).pdf',
  'Tập huấn bảo vệ bí mật nhà nước - buổi {n}.pptx', 'QĐ giải mật tài liệu {many}.pdf', 'giay moi {n} xa.docx', 'bao cao mat dien {n}-{many}.docx', 'IMG_{many}{n}.jpg', 'Danh sách {village} {many}.xlsx', 'mat bang {village} ({n}).pdf',
  'HOA TOC cong dien bao so {n} ({many}).pdf', 'Bien ban vang mat {n}-{many}.docx', 'mat khau wifi {many}.txt', 'Mật ong {village} báo giá {n}.xlsx', 'Quy chế bảo mật CNTT {commune} {n}.pdf', 'Nguyen Thi Mat - ly lich {many}.docx', 'Hồ sơ chị Mật {n}.pdf',
]; // prettier-ignore

export const GROUP_NAMES: readonly string[] = [
  '{unit} xã {commune}', 'Tổ {n} {village}', 'Ban chỉ đạo {subject}', 'Họp chi bộ {commune}', 'Bảo mật CNTT {commune}', 'Ong mật {village}', 'Mặt trận {commune}', 'Phòng chống bão số {n}', 'Lớp tập huấn bảo vệ bí mật nhà nước K{n}', 'Hội yêu mật ong {commune}', 'Đổi mật khẩu {unit}',
]; // prettier-ignore

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TextKind } from './marking.ts';
import { compile } from './judge.ts';
import { work } from './match.ts';
import { DEFAULT_RULES } from './ruleset.ts';

const judge = compile(DEFAULT_RULES);

// One a line; \n and \t stand for themselves.
const linesOf = (block: string): string[] =>
  block
    .trim()
    .split('\n')
    .map((line) => line.replaceAll('\\n', '\n').replaceAll('\\t', '\t'));

const MARKED = String.raw`
MẬT!
Mật.
"MẬT"
“TUYỆT MẬT”
— TỐI MẬT —
>>> TUYỆT MẬT <<<
║ MẬT ║
🔴🔴 TUYỆT MẬT 🔴🔴
***TỐI MẬT***
MẬT MẬT MẬT
TUYỆT MẬT - KHÔNG SAO CHỤP
TÀI LIỆU MẬT - KHÔNG ĐƯỢC SAO CHỤP
TÀI LIỆU TUYỆT MẬT
VĂN BẢN MẬT
Tài liệu mật
Hồ sơ tối mật
HỒ SƠ TUYỆT MẬT
Tài liệu Mật, đề nghị không phổ biến
Em gửi anh tài liệu mật của BCH quân sự
em gửi a công văn mật hôm qua nhé
Anh chuyển giúp em văn bản tối mật này cho Chủ tịch
Đây là tài liệu tuyệt mật, không được chia sẻ
Tài liệu này là tối mật
Tài liệu này thuộc loại mật
Văn bản này đóng dấu MẬT
Công văn này có độ mật: Tối mật
Công văn số 15/UBND-NC đóng dấu Mật ngày 3/4/2026
Công văn Mật số 15/UBND-NC ngày 3/4/2026
CV mật 15/UBND-NC
cv mật số 15
Cv tối mật số 7 của tỉnh
Báo cáo số 45/BC-CAT (Mật)
Báo cáo số 45/BC-CAT(M)
Báo cáo số 45-BC/TU (M)
Số: 45/BC-CAT-M
Số: 12-M/BC-UBND
KH số 07/KH-BCH-M ngày 1/2
Số 03/QĐ-UBND(TM)
Kế hoạch diễn tập KV26 - MẬT
Kế hoạch diễn tập KV26 (MẬT)
MẬT: kế hoạch diễn tập
MẬT - Phương án A2
[MẬT] Phương án A2
[TM] x; [TUYỆT MẬT] Danh sách
Độ mật: MẬT
Độ mật: Mật
ĐỘ MẬT : TUYỆT MẬT
Độ mật\tTối mật
Độ mật:\nTối mật
Mức độ mật - Tối mật
Mức mật: tuyệt mật
Cấp độ bảo mật: TUYỆT MẬT
Phân loại: MẬT
Phân loại: Tối mật
Loại: TUYỆT MẬT
Security classification: TOP SECRET
TOP SECRET
TUYỆT MẬT/TOP SECRET
Bản mật số 02
Bản mật số: 3/5
Bản số: 03 - MẬT
MẬT\nBản số: 02/05
UBND TỈNH GIA LAI\nMẬT\nSố: 12/BC-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nTUYỆT MẬT\nBÁO CÁO
UBND XÃ IA DOM   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n   MẬT   Độc lập - Tự do - Hạnh phúc
MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
MẬT Số: 12/BC-UBND
Số: 12/BC-UBND MẬT
Số: 12/BC-UBND   MẬT   Gia Lai, ngày 5 tháng 3 năm 2026
MẬT Gia Lai, ngày 5 tháng 3 năm 2026
HỎA TỐC\nMẬT
MẬT - HỎA TỐC
MẬT, KHẨN
Chuyển anh bản TUYỆT MẬT của Bộ
bản này TỐI MẬT nhé anh
gửi các đồng chí văn bản Mật kèm theo
Kính gửi đồng chí tài liệu mật đính kèm
tài liệu mật trong file đính kèm nhé
Đồng chí xem hồ sơ tối mật vụ 135
chụp cho em công văn mật với
scan giúp anh văn bản mật rồi gửi qua zalo
anh up tài liệu mật lên nhóm nhé
Chuyên án 126K - TỐI MẬT
Danh sách cơ sở bí mật (TUYỆT MẬT)
Thông báo mật số 5 của Ban Thường vụ
Nghị quyết mật số 01-NQ/TU
Chỉ thị Tuyệt mật số 3
Tờ trình số 5/TTr-UBND, độ mật: Mật
kế hoạch tác chiến (mật)
Kế hoạch phòng thủ khu vực (tối mật)
Mật: Kế hoạch phòng thủ khu vực
Tối mật. Phương án bảo vệ mục tiêu
TUYET MAT
TOI MAT
[MAT] ke hoach dien tap
[TOI MAT]
(TUYET MAT) phuong an
TUYET MAT: ke hoach
Do mat: Tuyet mat
do mat: mat
DO MAT: MAT
muc do mat: toi mat
cong van mat so 12/UBND-NC
cong van mat so 12
gui anh cong van toi mat so 5
van ban tuyet mat
tai lieu tuyet mat
ho so tuyet mat gui anh
TAI LIEU MAT
CONG VAN MAT SO 12
So: 12/BC-UBND (MAT)
bao cao so 12/BC-UBND (mat)
MAT\nSo: 12/BC-UBND
UBND TINH GIA LAI\nMAT\nSo: 12/BC-UBND
KE HOACH PHONG THU - TOI MAT
tuyệt mat
TUYỆT MAT
tài liệu tuyet mật
M.Ậ.T
M-Ậ-T
M Ậ T
M_Ậ_T
M/Ậ/T
M*Ậ*T
m.ậ.t
m ậ t
T.Ố.I M.Ậ.T
T-U-Y-Ệ-T M-Ậ-T
T U Y Ệ T   M Ậ T
TUYỆT.MẬT
TUYỆT-MẬT
TUYỆT_MẬT
TUYỆTMẬT
tuyệtmật
TỐIMẬT
tốimật
TuyệtMật
#TUYỆTMẬT
tài liệu #tuyệtmật
M😀Ậ😀T
M🔥Ậ🔥T kế hoạch
M​Ậ​T
M‌Ậ‍T
M­Ậ­T
T⁠U⁠Y⁠Ệ⁠T M⁠Ậ⁠T
‮TẬM‬
TẬM TỆYUT
ТUYỆТ МẬТ
МАТ số: 12/BC-UBND
ΜẬΤ
ＭẬＴ
ＴＵＹỆＴ ＭẬＴ
𝐌Ậ𝐓
𝕄Ậ𝕋
Ⓜ️Ậ Ⓣ
ⓉⓊⓎⓔⓉ ⓂⒶⓉ
🅼🅰🆃 số: 12/BC-UBND
🇲🇦🇹
ᴍậᴛ
ᴛᴜʏệᴛ ᴍậᴛ
M̷Ậ̷T̷
M̲Ậ̲T̲
Mậ̉t
MẬT̃
TU1ỆT MẬT
TỐ1 MẬT
T0I MAT
TUY3T MAT
TUY€T M@T
M@T\nSố: 12/BC-UBND
tài liệu tuyệt m@t
tuyệt m4t
t0i m4t
TUYÊT MÂT
TUYỆT MÂT
TÔI MÂT
TỤYÊT MẬT
MẬẬẬT
MMMẬẬTTT
TUYỆTTT MẬTTT
tUyỆt MậT
mẬT
MậT
mẬt
tuyỆt mẬt
M\nẬ\nT
T\nU\nY\nỆ\nT\n\nM\nẬ\nT
TUYỆT\nMẬT
Tối\nMật
M Ậ\nT
MẬ-T
M ẬT
MẬ T
m,ậ,t
(M)(Ậ)(T)
[M][Ậ][T]
M1Ậ2T3
mâ.t số: 12/BC-UBND
Ma^.t
MA^.T
To^'i Ma^.t
Tuye^.t Ma^.t
toois maatj
tuyeetj maatj
Tuyeejt Maajt
TOOIS MAATJ
tuye65t ma65t
to61i ma65t
TUYE65T MA65T
DDooj maatj: toois maatj
TUYÖT MËT
TèI MËT
Tèi mËt
§é mËt: Tèi mËt
MAÄT
TUYEÄT MAÄT
TOÁI MAÄT
Ñoä maät: toái maät
MÂòT
TUYÊòT MÂòT
Tôìi mâòt
TUYá»†T Máº¬T
Tá»‘i máº­t
M&#7852;T
TUY&#7878;T M&#7852;T
&#x54;&#x1ED0;I M&#x1EAC;T
T%E1%BB%90I%20M%E1%BA%ACT
VFVZ4buGVCBN4bqsVA==
TUY\\u1EC6T M\\u1EACT
MẬT 🔒
🔒MẬT
Mật‼️
MẬT 1/2026
tin mật: MẬT
đề thi TỐI MẬT môn Toán
Tài liệu này thuộc phạm vi bí mật nhà nước\nSố: 12/BC-UBND
Tài liệu này chứa bí mật nhà nước, độ Mật. Số: 12/BC-UBND
CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ
Độ mật: ☐ Thường ☐ Mật ☒ Tối mật ☐ Tuyệt mật
Độ mật: [ ] Mật [x] Tối mật [ ] Tuyệt mật
Số ký hiệu\tĐộ mật\tTrích yếu\n12/BC-UBND\tMật\tTình hình an ninh
GIẢI MẬT\nTUYỆT MẬT
Chưa giải mật: TỐI MẬT
giải mật haha MẬT\nSố: 12/BC-UBND\nKẾ HOẠCH
TUYỆT MẬT (dự kiến giải mật năm 2046)
bảo mật MẬT\nSố: 12/BC-UBND
mật khẩu: MẬT ; TUYỆT MẬT
Văn bản “MẬT” số 12/BC-UBND
công văn "Mật" số 12
Fwd: [MẬT] về việc nhân sự
RE: TỐI MẬT
Sao lục số 5/SL-VP (TỐI MẬT)
điện mật số 12 của Bộ Công an
Điện MẬT gửi các xã
Công điện tối mật của Thủ tướng
Bí thư: gửi các đ/c dự thảo báo cáo tối mật
ĐỘ MẬT: M
Độ mật: TM
Độ mật: (M)
Mức độ mật: C
toi mat so 35/BC-CAT
mat so 12/BC-CAT
so 12/BC-CAT toi mat
bao cao so 12/BC-CAT, mat
tuyet mat: ke hoach phong thu
toi mat: phuong an A
BỘ CÔNG AN MẬT
CÔNG AN TỈNH GIA LAI MẬT
CONG AN TINH MAT\nSo: 12/BC-CAT
HUYỆN ỦY CHƯ SÊ MẬT
Kế hoạch này tuyệt mật, các đồng chí không phổ biến
Văn bản này mật, anh em đọc xong xóa
Văn bản vừa gửi là mật
cái kế hoạch em mới gửi là mật đấy
bản này mật đấy
Tài liệu này thuộc danh mục bí mật nhà nước độ mật
classified: SECRET
Classification: SECRET
TOP SECRET - Plan A
Phương án bảo vệ đại hội "TUYỆT MẬT"
Kế hoạch A2 “MẬT”
KẾ HOẠCH “TUYỆT MẬT” bảo vệ mục tiêu
Trang bìa: "TỐI MẬT"
Tuyệt mật! Đọc xong hủy
tuyệt mật nha anh em
tối mật nhé
Tối mật (bản số 2)
Bản số 3. Tuyệt mật
Họp kín - Tuyệt mật
dấu MẬT góc trái
dong dau mat
(M) Kế hoạch bảo vệ đại hội Đảng
Số 12/TUM-BQP
bao cao (mat) tinh hinh an ninh
gui anh cv mat
e gui a cong van mat hom qua
anh xem bao cao toi mat giup em
tai lieu mat gui kem
ho so mat chuyen an
Độ mật→Tối mật
`;

const MARKED_NAMES = String.raw`
Tài liệu MẬT số 5.pdf
TUYET-MAT_ke hoach.docx
[MẬT] ke hoach
[MAT] ke hoach.docx
Ke hoach (MAT).docx
ke_hoach_TOI_MAT.xlsx
KH_MAT_2026.docx
MẬT.pdf
TUYETMAT.docx
TuyetMat_2026.pdf
TaiLieuMat.docx
TaiLieuTuyetMat.docx
tai-lieu-mat.pdf
tai lieu toi mat.docx
cv mat 12.pdf
CV_mat_so_12.pdf
12-BC-UBND(M).pdf
12_BC-UBND_MẬT.pdf
Kế hoạch tác chiến - Mật.docx
Kế hoạch tác chiến_Tối mật.docx
Báo cáo tuyệt mật tháng 3.docx
Hồ sơ mật chuyên án.zip
Văn bản mật 2026.rar
(Mật) Danh sách nhân sự.xlsx
Mật - Danh sách nhân sự.xlsx
Nhóm TUYỆT MẬT
TỐI MẬT - Ban chỉ đạo
Tổ tài liệu mật 2026
M.Ậ.T ke hoach.docx
TUY€T MẬT.docx
cong van mat.pdf
ban do toi mat.jpg
ke hoach A2 (mat).docx
tuyet mat ke hoach.pdf
BC tình hình an ninh_mật.docx
BC tình hình an ninh - mật.docx
mật_đề án.docx
Mật 12-BC-UBND.pdf
12.BC.UBND.MẬT.pdf
`;

const ORDINARY = String.raw`
Bảo mật thông tin là trách nhiệm của mọi người
Anh đổi mật khẩu chưa?
MẬT KHẨU WIFI: 12345678
Mật khẩu: abc@123
Mật khẩu máy tính phòng họp là gì anh
pass/mật khẩu: 123
quên mật khẩu
MẬT ĐỘ DÂN SỐ
mật độ xây dựng tối đa 60%
mật ong nguyên chất 100%
Mật Ong Rừng
Bán mật ong, sáp ong
quan hệ mật thiết
phối hợp mật thiết, chặt chẽ
bí mật kinh doanh
bí mật đời tư
Bí mật nhé, đừng nói ai
giữ bí mật giúp em
BÍ MẬT GIA ĐÌNH
mật mã
máy mật mã
Ban Cơ yếu: mật mã dân sự
mật thư trại hè số 3
giải mật thư
cảnh sát mật vụ
mật mía nấu chè
Kho thịt bằng nước mật mía
túi mật có polyp 3 mm
sỏi mật
Siêu âm: gan bình thường, túi mật không sỏi
viêm túi mật cấp, mổ nội soi
tắc mật, vàng da
ống mật chủ giãn
dịch mật
mật gấu, mật rắn
mật nhân ngâm rượu
cây mật gấu
thân mật
Buổi gặp mặt thân mật
tuần trăng mật
nằm gai nếm mật
ngọt như mật
ruồi chết vì mật
mật ngọt chết ruồi
nước mật
đường mật
rỉ mật làm thức ăn gia súc
khoai lang mật
chuối mật
da bánh mật
chim hút mật
ong đi lấy mật
mùa ong làm mật
vụ mật năm nay được 200 lít
Giá mật năm nay 300k/lít
Em bán mật, anh lấy mấy chai?
3 chai mật với 2 kg cà phê
2 lít mật
Nguyễn Thị Mật
ông Trần Mật, thôn 4
Bà Mật ở tổ 2 đến lấy giấy
chị Mật ơi
Mật ơi họp chưa
anh Mật nghỉ phép
Đ/c Mật trực hôm nay
ĐỒNG CHÍ MẬT TRỰC
Danh sách: An, Mật, Hùng, Nga
1. Nguyễn Văn An\n2. Lê Thị Mật\n3. Trần Hùng
NGUYỄN THỊ MẬT
LÊ MẬT
TRẦN VĂN MẬT
Người ký: Phạm Thị Mật
Chủ tịch: Lê Văn Mật
Từ: Mật\nĐến: Hùng
thôn Mật, xã Ia Dom
bản Mật cách trung tâm 5 km
xã Mật Sơn
suối Mật
Đường Mật Sơn
làng Mật
thị trấn Mật
tối mật ong nha
họp lúc 7h tối, mật khẩu zoom 123
hẹn gặp tối. Mật khẩu wifi là 1234
tôi mất ví rồi
toi mat vi roi
toi mat dien thoai
tối mất điện
toi mat dien
mat dien tu 8h
mat khau la gi
mat do
mat ong
mat troi
mat hang
mat tran to quoc
mat bang
mat tien
tai lieu mat roi anh oi
mat roi
mat het
mat ngu
dau mat
dau mat do
rua mat
kham mat
ra mat
co mat
vang mat
tien mat
be mat
thay mat
hop mat
tuyet voi
troi mat
gio mat qua
uong nuoc mat
mat me
bi mat
bao mat
bi mat vi
bo mat
than mat
trang mat
mat lanh
toi mat roi
hom nay toi mat ca buoi sang
may hong nen tai lieu mat
ho so mat cua chi Hoa da tim thay
giay to mat
to khai mat
em lam mat cong van roi
mat xa
mà t nói rồi
ma t ko biet
con ma t thay
m at t
m
t
T M
M A I
A T M
ATM
M.A
MA
MAT-XA
format
tomato
Matxcova
maths
automatic
Matt Damon
MATLAB
Bật tính năng xác thực hai lớp để bảo mật tài khoản
Tổ bảo mật
Cán bộ bảo mật
Bàn làm việc bảo mật
cam kết bảo mật
Cấp độ bảo mật: cao
Mức độ bảo mật: 3
ĐỘ BẢO MẬT CAO
an toàn, bảo mật hệ thống thông tin cấp độ 3
BẢO MẬT
Tập huấn bảo vệ bí mật nhà nước
TẬP HUẤN CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC
Luật Bảo vệ bí mật nhà nước số 117/2025/QH15
Luật Bảo vệ bí mật nhà nước
BÍ MẬT NHÀ NƯỚC
Ban chỉ đạo công tác bảo vệ bí mật nhà nước
Nghị định số 63/2026/NĐ-CP quy định chi tiết Luật Bảo vệ bí mật nhà nước
Kế hoạch kiểm tra công tác bảo vệ bí mật nhà nước năm 2026
không gửi tài liệu mật qua Zalo
Không được gửi văn bản mật qua nhóm này
Tuyệt đối không gửi tài liệu mật lên nhóm
Nghiêm cấm soạn thảo văn bản mật trên máy tính nối mạng
Đề nghị các đồng chí không chụp, gửi văn bản mật qua Zalo
Văn bản mật phải gửi theo đường công văn
Văn bản mật thì gửi theo đường văn thư nhé
tài liệu mật không được mang về nhà
Tài liệu mật là gì?
Thế nào là tài liệu mật?
Văn bản nào là văn bản mật?
Có được gửi công văn mật qua email không?
Quy định về quản lý tài liệu mật
QUY ĐỊNH VỀ QUẢN LÝ TÀI LIỆU MẬT
QUY CHẾ QUẢN LÝ, SỬ DỤNG VĂN BẢN MẬT
Sổ đăng ký văn bản mật đi
SỔ ĐĂNG KÝ VĂN BẢN MẬT ĐẾN
Mỗi cơ quan bố trí 01 máy tính độc lập để soạn thảo tài liệu mật
Thống kê số lượng văn bản mật năm 2025
Rà soát tài liệu mật hết thời hạn
Xử lý nghiêm hành vi làm lộ tài liệu mật
nhóm này không dùng để trao đổi thông tin mật
Không trao đổi nội dung mật, tối mật, tuyệt mật trên mạng xã hội
Bí mật nhà nước được phân loại thành 03 độ mật: Tuyệt mật, Tối mật, Mật
Có ba độ mật là Tuyệt mật, Tối mật và Mật
Ba mức: tuyệt mật, tối mật, mật
Độ mật gồm: Mật, Tối mật, Tuyệt mật
Độ mật: Mật/Tối mật/Tuyệt mật
Độ mật: ☐ Mật ☐ Tối mật ☐ Tuyệt mật
Độ mật: không
Độ mật: Không
Độ mật: thường
Độ mật: ......
Độ mật:
Độ mật
ĐỘ MẬT
Tuyệt mật là độ mật cao nhất
Tối mật cao hơn Mật
Độ Tuyệt mật có thời hạn bảo vệ 30 năm
a) 30 năm đối với bí mật nhà nước độ Tuyệt mật;\nb) 20 năm đối với bí mật nhà nước độ Tối mật;\nc) 10 năm đối với bí mật nhà nước độ Mật.
1. Bí mật nhà nước độ Tuyệt mật là thông tin quan trọng nhất;\n2. Bí mật nhà nước độ Tối mật là thông tin rất quan trọng;\n3. Bí mật nhà nước độ Mật là thông tin quan trọng.
Các độ mật:\n- Tuyệt mật\n- Tối mật\n- Mật
Phân loại độ mật:\na) Tuyệt mật;\nb) Tối mật;\nc) Mật.
Mẫu dấu độ mật: dấu chỉ độ mật “TUYỆT MẬT”, “TỐI MẬT”, “MẬT” mực đỏ
Mẫu con dấu “MẬT”: hình chữ nhật, kích thước 20mm x 8mm
Dấu “TỐI MẬT”: hình chữ nhật, kích thước 30mm x 8mm, có đường viền xung quanh
Dấu chỉ độ mật MẬT, TỐI MẬT, TUYỆT MẬT được đóng ở ô số 10a
QUYẾT ĐỊNH\nBan hành danh mục bí mật nhà nước độ Tối mật\nĐiều 1. Bí mật nhà nước độ Tối mật gồm:
Quyết định số 12/2026/QĐ-TTg về danh mục bí mật nhà nước độ Tuyệt mật lĩnh vực y tế
DANH MỤC BÍ MẬT NHÀ NƯỚC ĐỘ TỐI MẬT TRONG LĨNH VỰC GIÁO DỤC
GIẢI MẬT
Đã giải mật
Tài liệu đã giải mật
Hồ sơ được giải mật năm 2020
ĐÃ GIẢI MẬT ngày 01/3/2026
CIA giải mật tài liệu chiến tranh
Quyết định giải mật công văn mật số 12/UBND-NC
Giải mật toàn bộ văn bản tối mật số 05/BC ngày 1/1/2016
MẬT\nGIẢI MẬT\nTheo Quyết định số 15/QĐ-UBND ngày 01/3/2026
phim Điệp vụ tối mật hay lắm
Truyện "Hồ sơ mật" tập 3
xem phim Nhiệm vụ tuyệt mật chưa
cửa hàng Mật Ngọt
quán Mật
Chuyện này tuyệt mật nha mấy bà
Sinh nhật sếp: kế hoạch bí mật nhé
giữ bí mật tuyệt đối
HỎA TỐC
KHẨN
THƯỢNG KHẨN
Lưu hành nội bộ
Số: 12/BC-UBND
Số: 694/STTTT-CNTT
Số 12/TM-XNK
Số: 05/TB-MTTQ
TM. ỦY BAN NHÂN DÂN
TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn A
KT. CHỦ TỊCH
size S/M/L
áo size M
Lô M-12
QL14 Km 12/M
5m x 3m
Đất ở 120m2, mặt tiền 5m
MẶT TRẬN TỔ QUỐC VIỆT NAM
MẮT KÍNH
MẤT ĐIỆN
TỐI NAY HỌP
TUYỆT VỜI
TUYỆT ĐỐI KHÔNG
BẠN TUYỆT QUÁ
mát quá
mất rồi
mặt trời
tuyết mát
tuyệt mát
Tôi mất điện thoại
tới mất
trời tối mắt kém
tối mắt tối mũi
Cà Mau, Tây Ninh
máy mát xa
Tết trung thu phát quà 200 suất
Nấu chè: 200g mật, 1kg nếp, gừng
Nguyên liệu:\n- Đường\n- Mật\n- Gừng
nguyên liệu: gừng, mật, chanh
chanh + mật + gừng chữa ho
uống mật pha nước ấm
mật pha với nghệ
Mật hoa cà phê
Mật nhãn, mật vải, mật bạc hà
Mật bạc hà Hà Giang
Gan, mật, lách bình thường
Chức năng gan mật
khoa gan mật tụy
Phẫu thuật gan mật
đầu mật
Thông tin liên lạc: mật danh "Sao Mai" trong trò chơi
ban nhạc Mật Danh
Phật giáo Mật tông
chùa Mật Đa
mật nghị hồng y
trật tự
chật
thật
nhật
Thật
Công tác dân vận: phối hợp mật thiết
Một mật ong hai chanh
Hợp tác xã Mật Ong Gia Lai
Số: 12/BC-MTTQ-M
Kế hoạch số 12/KH-MTTQ-M ngày 3/3/2026
@Mật
Văn bản mật ai giữ?
Mời văn thư lên nhận công văn mật
Kiểm kê tài liệu mật cuối năm
tai lieu hop mat dau xuan gui cac dong chi
toi mat: giay to, ho so
mat so so 12/BHXH
don bao mat so so 12/BHXH
ỦY BAN NHÂN DÂN XÃ TÂN MẬT
BỆNH VIỆN GAN MẬT
Điều 4. Độ mật\n1. Tuyệt mật;\n2. Tối mật;\n3. Mật.
Độ mật: M, TM, TuM
(M) Áo đồng phục
Quà tuyệt mật cho chị em 8/3
Bộ phim Nhiệm vụ tối mật chiếu 20h
khắc dấu “MẬT”
`;

const ORDINARY_NAMES = String.raw`
Tổ bảo mật
Nguyễn Thị Mật
Trần Mật
Lê Văn Mật
Cán bộ bảo mật
Bảo mật thông tin 2026.docx
mat khau wifi.txt
mat bang.jpg
mat tran to quoc.docx
anh mat duong.jpg
bao cao mat dien.docx
Quy chế bảo vệ bí mật nhà nước.pdf
QUY ĐỊNH VỀ QUẢN LÝ TÀI LIỆU MẬT.pdf
Luat bao ve bi mat nha nuoc 2025.pdf
Luật Bảo vệ bí mật nhà nước.pdf
Danh mục bí mật nhà nước độ Tối mật.pdf
Hướng dẫn quản lý văn bản mật.docx
Sổ đăng ký văn bản mật.xlsx
tap huan bao ve bi mat nha nuoc.pptx
Mật ong Kbang
HTX Mật Ong Gia Lai
Hội mật ong
Mật độ dân số.xlsx
mat do xay dung.dwg
siêu âm túi mật.jpg
tui mat.jpg
Nhóm họp mặt
hop mat cuu hoc sinh.jpg
format.docx
IMG_MAT_TIEN_NHA.jpg
thiet ke mat tien.pdf
Giai mat tai lieu.pdf
Tài liệu đã giải mật 2020.pdf
danh sach mat tai san.xlsx
don trinh bao mat giay to.docx
bao mat the.pdf
toi nay.jpg
Bà Mật tổ 5
Lớp Mật mã
`;

function allAre(refused: boolean, texts: readonly string[], kind: TextKind): void {
  const wrong = texts.filter((text) => judge.text(text, { kind }).refused !== refused);
  assert.deepEqual(wrong, []);
}

test('what carries a marking is refused', () => allAre(true, linesOf(MARKED), 'chat'));
test('names that carry a marking are refused', () => allAre(true, linesOf(MARKED_NAMES), 'name'));
test('what people write all day passes', () => allAre(false, linesOf(ORDINARY), 'chat'));
test('names of people, groups and files pass', () => allAre(false, linesOf(ORDINARY_NAMES), 'name'));

test('a refusal tells the rules that counted, and nothing of what they met', () => {
  assert.deepEqual(judge.text('Độ mật: Tối mật'), { refused: true, rules: ['mark.label'] });
  assert.deepEqual(judge.text('Kế hoạch M.Ậ.T'), { refused: true, rules: ['mark.disguised'] });
  assert.deepEqual(judge.text('họp lúc 8h'), { refused: false, rules: [] });
});

test('circulation marks are no refusal', () => {
  assert.deepEqual(judge.text('LƯU HÀNH NỘI BỘ\nBáo cáo tháng 3'), {
    refused: false,
    rules: ['handling.internal'],
    handling: 'internal',
  });
  assert.equal(judge.text('XEM XONG TRẢ LẠI').handling, 'return');
  assert.equal(judge.text('Tài liệu lưu hành nội bộ, xem xong trả lại').handling, 'return');
  assert.equal(judge.text('anh xem xong trả lại em cái bút nhé').handling, undefined);
  assert.equal(judge.text('LƯU HÀNH NỘI BỘ\nMẬT\nSố: 1/BC-UBND').refused, true);
});

test('a rule that is switched off does not count, one that is weighed less counts with another', () => {
  const off = compile({
    ...DEFAULT_RULES,
    rules: DEFAULT_RULES.rules.map((rule) => ({ ...rule, on: rule.kind === 'label' ? false : rule.on })),
  });
  assert.equal(off.text('Mức độ mật của văn bản này hiện nay: mật').refused, false);
  const lighter = compile({
    ...DEFAULT_RULES,
    rules: DEFAULT_RULES.rules.map((rule) => (rule.id === 'mark.noun' ? { ...rule, weight: 'medium' as const } : rule)),
  });
  assert.equal(judge.text('Em gửi anh tài liệu mật').refused, true);
  assert.equal(lighter.text('Em gửi anh tài liệu mật').refused, false);
  assert.equal(lighter.text('Em gửi anh tài liệu mật\nSố: 12/BC-UBND').refused, true);
});

test('a term of the officer is met in whatever writing', () => {
  const rules = {
    version: 2,
    rules: [
      ...DEFAULT_RULES.rules,
      { id: 'own.phrase', kind: 'phrase' as const, weight: 'strong' as const, on: true, terms: ['chuyên án sao hôm'] },
    ],
  };
  const own = compile(rules);
  for (const text of [
    'về Chuyên án Sao Hôm',
    'CHUYÊN ÁN SAO HÔM',
    'chuyen an sao hom',
    'chuyên án\u200b sao hôm'.normalize('NFD'),
  ])
    assert.deepEqual(own.text(text).rules, ['own.phrase'], text);
  assert.equal(own.text('chuyên án sao mai').refused, false);
});

const LEVELS = ['MẬT', 'TỐI MẬT', 'TUYỆT MẬT'] as const;
const clusters = (text: string): string[] => text.normalize('NFC').match(/\P{M}\p{M}*/gu) ?? [];
const level = fc.constantFrom(...LEVELS);
const carrier = fc.constantFrom(
  '#',
  '[#] Kế hoạch diễn tập',
  '#\nSố: 12/BC-UBND',
  'Độ mật: #',
  'Báo cáo số 45/BC-CAT (#)',
  'CÔNG AN TỈNH\n#\nSố: 3/KH-CAT\nKẾ HOẠCH',
  'Kế hoạch phòng thủ - #',
);
const TWINS: Readonly<Record<string, string>> = {
  M: 'МΜＭ𝐌Ⓜ',
  A: 'АΑＡ𝐀',
  T: 'ТΤＴ𝐓Ⓣ',
  O: 'ОΟＯ',
  I: 'ІΙＩ',
  U: 'Ｕ𝐔',
  Y: 'ΥＹ',
  E: 'ЕΕＥ',
};

test('a marking is refused in whatever disguise', () => {
  const separator = fc.constantFrom('.', '-', ' ', '_', '*', '\u200b', '\u00ad', '·', '\n', '/', ' . ', '😀', '\u2060');
  const wide = fc.constantFrom(' ', '  ', '   ', '\n', ' - ');
  fc.assert(
    fc.property(
      carrier,
      level,
      separator,
      wide,
      fc.boolean(),
      fc.boolean(),
      fc.nat(),
      (where, it, sign, gap, nfd, twins, seed) => {
        let at = seed;
        const written = it
          .split(' ')
          .map((word) =>
            clusters(word)
              .map((letter) => {
                const [base = '', ...marks] = letter.normalize('NFD');
                const list = Array.from(TWINS[base] ?? base);
                at = (at * 1_103_515_245 + 12_345) & 0x7f_ff_ff_ff;
                return (twins && at % 3 === 0 ? list[at % list.length]! : base) + marks.join('');
              })
              .join(sign),
          )
          .join(gap);
        const text = where.replace('#', nfd ? written.normalize('NFD') : written.normalize('NFC'));
        assert.equal(judge.text(text).refused, true, text);
      },
    ),
    { numRuns: 1_500, seed: 7 },
  );
});

test('a marking sent letter by letter is refused, ordinary short messages are not', () => {
  fc.assert(
    fc.property(
      level,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('ok', 'dạ', '👍', 'vâng ạ'),
      (it, size, other) => {
        const letters = clusters(it.replaceAll(' ', ''));
        const pieces: string[] = [other];
        for (let at = 0; at < letters.length; at += size) pieces.push(letters.slice(at, at + size).join(''));
        const sent = pieces.slice(-10);
        assert.equal(judge.fragment(sent.at(-1)!), true);
        assert.equal(sent.some((text) => judge.text(text).refused) || judge.window(sent).refused, true, sent.join('|'));
      },
    ),
    { numRuns: 200, seed: 7 },
  );
  const said = linesOf(ORDINARY).filter((text) => text.length < 40 && !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...said), { minLength: 2, maxLength: 10 }), (texts) => {
      assert.equal(judge.window(texts).refused, false, texts.join(' | '));
    }),
    { numRuns: 1_500, seed: 7 },
  );
});

test('messages that are a marking only together', () => {
  for (const texts of [
    ['TUYỆT', 'MẬT'],
    ['Tối', 'mật'],
    ['Độ mật:', 'mật'],
    ['Kế hoạch MẬ', 'T nhé'],
    ['Công văn', 'mật', 'số 12/UBND'].slice(0, 2),
    ['gửi anh bản tuyệt', 'mật số 5'],
    ['T', 'U', 'Y', 'Ệ', 'T', 'M', 'Ậ', 'T'],
    ['t', 'o', 'i', 'm', 'a', 't'],
  ]) {
    assert.equal(judge.fragment(texts.at(-1)!), true, texts.join('|'));
    assert.equal(judge.window(texts).refused, true, texts.join('|'));
  }
  for (const texts of [
    ['Tối', 'mất điện'],
    ['Tối', 'Mật khẩu'],
    ['T', 'M'],
    ['M', 'A', 'I'],
    ['mai họp 7h tối', 'mật ong nhé'],
    ['bảo', 'mật tài khoản nhé'],
    ['ma', 't ko biet'],
    ['Anh', 'Mật ơi'],
    ['em', 'mật khẩu là gì'],
    ['tuyệt', 'mát quá'],
  ])
    assert.equal(judge.window(texts).refused, false, texts.join('|'));
});

const WORDS =
  'anh chị em họp báo cáo kế hoạch xã thôn dân công tác ngày mai chiều sáng gửi nhận văn bản đã chưa xong nhé ạ vâng đồng chí phòng ban ủy ban nhân dân hồ sơ giấy tờ khẩn trương đề nghị triển khai mưa bão lúa cà phê đường điện nước trường học trạm y tế tối mai tuyệt vời mất mặt mát mắt mạt thật nhật chật tôi tới toi mat tuyet bảo-mật mật-khẩu mật-ong bí-mật'
    .split(' ')
    .map((word) => word.replace('-', ' '));

test('sentences put together from ordinary words pass', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...WORDS.filter((word) => !['toi', 'mat', 'tuyet'].includes(word))), {
        minLength: 1,
        maxLength: 14,
      }),
      (words) => {
        const text = words.join(' ');
        assert.equal(judge.text(text).refused, false, text);
      },
    ),
    { numRuns: 3_000, seed: 7 },
  );
});

test('the work grows as the text does, whatever it is made of', () => {
  const pieces = [
    'mật ', 'mat ', 't', 'm', 'M.Ậ.T ', 'tuyệt ', 'tối mật khẩu ', 'giải mật theo ', 'sẽ giải mật MẬT. ', 'không mật, ', 'mật\n', '- Mật\n', '☑ mật tối mật ', 'm a ', '1/', '12/A-', 'số ',
    'độ mật ', 'tài liệu mật không ', '(', ')(', ' ', '\n', '😀', 'M\u200b', 'a\u0302\u0323', 'aä', 'ma^.', 'Ë', 'máº', '&#7853;', '%E1', 'A1bc', '\u202e', '|', '/\\', 'm1a1',
  ]; // prettier-ignore
  for (const piece of pieces) {
    const steps = [8_192, 65_536].map((length) => {
      const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
      const before = work.steps;
      judge.text(text, { kind: 'document' });
      return work.steps - before;
    });
    assert.ok(steps[1]! <= steps[0]! * 8.5 + 2_000, `${JSON.stringify(piece)}: ${steps.join(' → ')}`);
    assert.ok(steps[1]! <= 65_536 * 40, `${JSON.stringify(piece)}: ${steps[1]}`);
  }
});

test('of thousands of levels each is still looked at', () => {
  const many = 'không gửi văn bản mật. '.repeat(2_500);
  assert.equal(judge.text(many, { kind: 'document' }).refused, false);
  for (const marked of ['TUYỆT MẬT', '\nMật\n', 'Đây là TÀI LIỆU MẬT'])
    assert.equal(judge.text(`${many}${marked}`, { kind: 'document' }).refused, true, marked);
});

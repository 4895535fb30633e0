import type { GroupKind } from '../../groups/rights.ts';
import type { Item, RegulationDocument } from '../rules.ts';

/** What is known of a group, or of a unit, when its regulation is begun. */
export interface Facts {
  /** Name of the agency that runs the house. */
  readonly agency: string;
  /** The unit and what lies above it, from the top; empty where the group belongs to none. */
  readonly units: readonly string[];
  /** Name of the commune or province: “Ia Grai”. */
  readonly place: string;
  /** The group; absent for a unit’s default. */
  readonly group?: { readonly name: string; readonly kind: GroupKind; readonly announcing: boolean };
  /** Who leads the group. */
  readonly leader?: { readonly name: string; readonly position: string };
}

/** “UBND xã Ia Grai” → “Ủy ban nhân dân xã Ia Grai”; the councils likewise. */
export function spelledOut(name: string): string {
  return name
    .replace(/^UBND(?=\s|$)/u, 'Ủy ban nhân dân')
    .replace(/^HĐND(?=\s|$)/u, 'Hội đồng nhân dân')
    .replace(/\s+/g, ' ')
    .trim();
}

/** “Sở Khoa học và Công nghệ” → “SKHCN”; people’s committees are UBND, what is named after a place leaves the place out. */
export function abbreviated(name: string): string {
  if (/^(UBND|Ủy ban nhân dân)(\s|$)/iu.test(name)) return 'UBND';
  if (/^(HĐND|Hội đồng nhân dân)(\s|$)/iu.test(name)) return 'HĐND';
  if (/^Văn phòng(\s|$)/iu.test(name)) return 'VP';
  const [own = ''] = name.split(/\s(?=(?:tỉnh|xã|phường|thành phố|đặc khu)\s)/iu);
  return own
    .split(/[\s,–-]+/u)
    .filter((word) => word !== '' && !/^(và|của|các|về)$/iu.test(word))
    .map((word) => (word === word.toLocaleUpperCase('vi') && word.length > 1 ? word : word[0]!.toLocaleUpperCase('vi')))
    .join('')
    .slice(0, 12);
}

/** In whose name somebody signs: a chairman for the committee, a vice chairman in the chairman’s place. */
export function signature(position: string): { authority: string; position: string } {
  const chair = /^(phó\s+)?chủ tịch(\s+(?:UBND|Ủy ban nhân dân).*)?$/iu.exec(position.trim());
  if (chair) {
    return chair[1]
      ? { authority: 'TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH', position: 'PHÓ CHỦ TỊCH' }
      : { authority: 'TM. ỦY BAN NHÂN DÂN', position: 'CHỦ TỊCH' };
  }
  return { authority: '', position: (position || 'Trưởng nhóm').toLocaleUpperCase('vi') };
}

const COMMITTEE = /^(UBND|Ủy ban nhân dân)(\s|$)/iu;

const PURPOSE: Readonly<Record<GroupKind, string>> = {
  pair: 'trao đổi công việc',
  directive: 'chỉ đạo, điều hành và báo cáo công việc',
  coordination: 'phối hợp giải quyết công việc giữa các đơn vị, cá nhân có liên quan',
  area: 'thông tin và giải đáp việc chung trên địa bàn',
  announcement: 'thông báo việc chung đến các thành viên',
};

/** A regulation to begin with: the head from what is known, and articles that a work group needs. */
export function template({ agency, units, place, group, leader }: Facts): RegulationDocument {
  const who = signature(leader?.position ?? '');
  // Who signs for a people’s committee issues it for the committee, whatever office keeps the group.
  const path =
    who.authority === '' ? units : units.slice(0, units.findLastIndex((it) => COMMITTEE.test(it)) + 1 || undefined);
  const own = path.at(-1) ?? agency;
  const above = path.at(-2) ?? (path.length === 0 || own === agency || COMMITTEE.test(own) ? '' : agency);
  const name = group ? `nhóm “${group.name}”` : `các nhóm của ${spelledOut(own)}`;
  return {
    superior: above === own ? '' : spelledOut(above),
    agency: spelledOut(own),
    number: '',
    symbol: `QC-${abbreviated(own)}`,
    place,
    date: '',
    title: `Quản lý và sử dụng ${name} trên Nhà Rông`,
    bases: [
      'Căn cứ Luật Bảo vệ bí mật nhà nước số 117/2025/QH15',
      'Căn cứ Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15',
      'Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư',
      `Căn cứ chức năng, nhiệm vụ, quyền hạn của ${spelledOut(own)}`,
    ],
    opening: `${spelledOut(own)} ban hành Quy chế quản lý và sử dụng ${name} trên Nhà Rông như sau:`,
    items: articles({ agency, name, group }),
    recipients: [
      'Thành viên nhóm',
      ...(above && above !== own ? [`${spelledOut(above)} (để báo cáo)`] : []),
      'Lưu: VT',
    ],
    ...who,
    signer: leader?.name ?? '',
  };
}

function articles({ agency, name, group }: { agency: string; name: string; group?: Facts['group'] }): Item[] {
  const chapter = (title: string): Item => ({ kind: 'chapter', title });
  const article = (title: string, ...lines: string[]): Item => ({ kind: 'article', title, text: lines.join('\n') });
  const one = group !== undefined;
  const announcing = group?.announcing ?? false;
  return [
    chapter('Quy định chung'),
    article(
      'Phạm vi điều chỉnh và đối tượng áp dụng',
      `Quy chế này quy định việc quản lý và sử dụng ${name} (sau đây gọi là ${one ? 'nhóm' : 'các nhóm'}) trên hệ thống nhắn tin Nhà Rông của ${spelledOut(agency)}.`,
      'Quy chế này áp dụng đối với trưởng nhóm, phó nhóm, quản trị nhóm và mọi thành viên của nhóm.',
    ),
    article(
      'Nguyên tắc sử dụng',
      `Nhóm được dùng để ${PURPOSE[group?.kind ?? 'directive']}; không dùng vào việc riêng.`,
      'Trao đổi trong nhóm không thay cho việc ban hành, gửi, nhận văn bản theo quy định về công tác văn thư.',
      'Thành viên dùng họ tên, chức vụ thật và chịu trách nhiệm về nội dung mình gửi.',
    ),
    chapter('Quản lý thành viên'),
    article(
      'Thành viên của nhóm',
      'Thành viên là người có nhiệm vụ hoặc quyền lợi liên quan đến việc chung của nhóm, được trưởng nhóm hoặc người được giao duyệt vào nhóm.',
      'Người chuyển công tác, nghỉ hưu hoặc không còn nhiệm vụ liên quan được đưa ra khỏi nhóm trong thời hạn 03 ngày làm việc.',
      'Thành viên đọc và đồng ý với Quy chế này trước khi gửi tin nhắn đầu tiên và mỗi khi Quy chế thay đổi.',
    ),
    article(
      'Trách nhiệm của trưởng nhóm, phó nhóm, quản trị nhóm',
      'Trưởng nhóm chịu trách nhiệm về tổ chức và hoạt động của nhóm: phân công phó nhóm, quản trị nhóm; bàn giao nhóm khi thôi giữ nhiệm vụ.',
      'Phó nhóm giúp trưởng nhóm điều hành và thay trưởng nhóm khi vắng mặt.',
      'Quản trị nhóm giúp việc duyệt thành viên, cập nhật danh sách thành viên và cài đặt nhóm.',
      'Trưởng nhóm, phó nhóm nhắc nhở, hạn chế quyền gửi tin hoặc đưa ra khỏi nhóm người vi phạm Quy chế này.',
    ),
    article(
      'Trách nhiệm của thành viên',
      'Theo dõi thông tin của nhóm trong giờ làm việc; xác nhận đã đọc và thực hiện đúng hạn việc được giao.',
      'Giữ gìn thiết bị và mã đăng nhập; báo ngay người hỗ trợ khi mất thiết bị hoặc nghi có người khác sử dụng tài khoản.',
      'Không cung cấp nội dung trao đổi của nhóm cho người ngoài nhóm khi chưa được trưởng nhóm đồng ý.',
    ),
    chapter('Trao đổi thông tin'),
    article(
      'Gửi tin nhắn, tệp',
      announcing
        ? 'Trưởng nhóm, phó nhóm, quản trị nhóm gửi thông báo; thành viên xác nhận đã đọc và hỏi riêng người được giao giải đáp.'
        : 'Trưởng nhóm, phó nhóm gửi nội dung chỉ đạo, giao việc; thành viên gửi báo cáo, kiến nghị và thông tin liên quan đến việc chung.',
      'Tin nhắn ngắn gọn, đúng việc, nêu rõ người thực hiện và thời hạn; không gửi nội dung chưa được kiểm chứng.',
      'Văn bản gửi trong nhóm là bản đã ban hành và ghi rõ số, ký hiệu.',
    ),
    article(
      'Thời gian và độ khẩn',
      'Tin thông thường được gửi trong giờ làm việc và trả lời trong ngày làm việc.',
      'Ngoài giờ làm việc, nhất là từ 21 giờ đến 6 giờ, chỉ gửi tin khẩn.',
      'Độ khẩn gồm khẩn, thượng khẩn, hỏa tốc. Người nhận xác nhận tin khẩn trong 02 giờ; tin thượng khẩn, hỏa tốc ngay khi nhận được.',
    ),
    article(
      'Bảo vệ bí mật nhà nước và dữ liệu cá nhân',
      'Không soạn thảo, gửi, chụp ảnh, lưu giữ trong nhóm tin, tài liệu, vật chứa bí mật nhà nước ở mọi độ mật.',
      'Người phát hiện nội dung có dấu hiệu bí mật nhà nước không chuyển tiếp, không sao chép và báo ngay trưởng nhóm, người làm công tác bảo vệ bí mật nhà nước.',
      'Chỉ gửi dữ liệu cá nhân của người khác khi cần cho công việc và đúng quy định; không yêu cầu gửi ảnh giấy tờ tùy thân.',
    ),
    article(
      'Những việc không được làm',
      'Trong nhóm không được:',
      'a) Đăng thông tin sai sự thật, xúc phạm danh dự, nhân phẩm của người khác;',
      'b) Quảng cáo, mua bán, vận động việc riêng;',
      'c) Gửi tệp, đường dẫn không rõ nguồn gốc;',
      'd) Cho người khác dùng tài khoản của mình.',
    ),
    chapter('Tổ chức thực hiện'),
    article(
      'Hiệu lực thi hành',
      'Quy chế này có hiệu lực kể từ ngày được công bố trong nhóm và thay thế các quy định trước đây của nhóm.',
    ),
    article(
      'Trách nhiệm thi hành',
      'Trưởng nhóm, phó nhóm, quản trị nhóm và thành viên của nhóm chịu trách nhiệm thi hành Quy chế này.',
      'Trong quá trình thực hiện, nếu có vướng mắc, thành viên phản ánh về trưởng nhóm để xem xét, sửa đổi.',
    ),
  ];
}

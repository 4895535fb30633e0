// Papers of a commune in the layout of Nghị định 30/2020, with a marking or as their harmless twins.
import type { Random } from '../../testing/random.ts';
import { articles } from './law.ts';
import { COMMUNES, filled, SENTENCES } from './office.ts';

export interface Paper {
  /** Issuing body, and the one above it. */
  readonly agency: readonly [string, string];
  readonly number: string;
  readonly placeAndDate: string;
  readonly kind: string;
  readonly about: string;
  readonly body: readonly string[];
  readonly recipients: readonly string[];
  readonly signed: readonly string[];
  /** Stands under number and title, as a stamp does: an urgency, a release from secrecy, nothing. */
  readonly stamp?: string;
}

export const NATION = ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc'] as const;

const KINDS = [
  ['BC', 'BÁO CÁO', 'Kết quả phát triển kinh tế – xã hội tháng 10 và nhiệm vụ tháng 11'],
  ['KH', 'KẾ HOẠCH', 'Phòng, chống thiên tai và tìm kiếm cứu nạn năm 2026'],
  ['TB', 'THÔNG BÁO', 'Kết luận của Chủ tịch UBND xã tại cuộc họp giao ban tuần'],
  ['TTr', 'TỜ TRÌNH', 'Về việc đề nghị phân bổ kinh phí sửa chữa nhà văn hóa thôn'],
  ['QĐ', 'QUYẾT ĐỊNH', 'Về việc kiện toàn Ban Chỉ đạo chuyển đổi số của xã'],
  ['KH', 'KẾ HOẠCH', 'Tuyên truyền, phổ biến Luật Bảo vệ bí mật nhà nước năm 2026'],
  ['BC', 'BÁO CÁO', 'Công tác bảo đảm an toàn thông tin, bảo mật tài khoản'],
] as const;
const SIGNED = ['Puih Thưng', 'Nguyễn Văn Lâm', 'Rơ Châm Tuyết', 'Trần Thị Mật', 'Siu Bình'];

export const LEVELS = ['MẬT', 'TỐI MẬT', 'TUYỆT MẬT'] as const;
export type Level = (typeof LEVELS)[number];

/** What stands in a paper's stamps without making it secret. */
export const HARMLESS_STAMPS = [
  undefined,
  undefined,
  undefined,
  'HỎA TỐC',
  'KHẨN',
  'THƯỢNG KHẨN',
  'GIẢI MẬT',
  'ĐÃ GIẢI MẬT',
] as const;

/** Nobody writes of a release into what is marked still. */
const HELD = SENTENCES.filter((it) => !/giải mật/iu.test(it));

export function paper(random: Random, { harmlessStamp = false } = {}): Paper {
  const commune = random.pick(COMMUNES);
  const [sign, kind, about] = random.pick(KINDS);
  const law = random.percent(20);
  const body = law
    ? articles(random).split('\n')
    : Array.from({ length: 3 + random.below(6) }, () =>
        filled(random.pick(harmlessStamp ? SENTENCES : HELD), random).replaceAll('\n', '; '),
      );
  return {
    agency: ['ỦY BAN NHÂN DÂN TỈNH GIA LAI', `ỦY BAN NHÂN DÂN XÃ ${commune.toUpperCase()}`],
    number: `Số: ${1 + random.below(900)}/${sign}-UBND`,
    placeAndDate: `${commune}, ngày ${1 + random.below(28)} tháng ${1 + random.below(12)} năm 2026`,
    kind,
    about,
    body: ['Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;', ...body],
    recipients: ['Nơi nhận:', '- Như trên;', '- Thường trực Đảng ủy (b/c);', '- Lưu: VT.'],
    signed: ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH', random.pick(SIGNED)],
    ...(harmlessStamp ? stampOf(random) : {}),
  };
}

function stampOf(random: Random): { stamp?: string } {
  const stamp = random.pick(HARMLESS_STAMPS);
  return stamp === undefined ? {} : { stamp };
}

/** From top to bottom, `marking` where box 10a is. */
export function linesOf(it: Paper, marking?: string): string[] {
  const stamps = [marking, it.stamp].filter((each) => each !== undefined);
  return [it.agency[0], it.agency[1], ...NATION, it.number, it.placeAndDate, ...stamps, it.kind, it.about, ...it.body, ...it.recipients, ...it.signed];
} // prettier-ignore

/** How a marking is put where only a line or a value stands. */
export function markingOf(random: Random): string {
  const level = random.pick(LEVELS);
  return random.pick([level, level, level, `Độ mật: ${level}`, `ĐỘ MẬT: ${level}`, `[${level}]`]);
}

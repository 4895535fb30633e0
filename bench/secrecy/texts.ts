// Texts for the guard, made anew from a seed: such as carry a marking, such as only look like it, and what offices write all day.
import { Random } from '../../testing/random.ts';
import type { Handling } from '../../features/secrecy/rules/verdict.ts';
import { CHANGES, LAYERS, TAKES_TONE } from './evasions.ts';
import type { ChangeName } from './evasions.ts';
import { LEGACY } from './legacy.ts';
import { articles } from './law.ts';
import { BY_HAND, FILE_NAMES, filled, GROUP_NAMES, SENTENCES } from './office.ts';

export type TextClass = 'plain' | 'ordinary' | 'evasion' | 'near' | 'legacy' | 'legacy ordinary' | 'handling';
export type TextKind = 'chat' | 'name' | 'document' | 'caption';

export interface TextRow {
  readonly id: string;
  readonly class: TextClass;
  /** What it is within its class. */
  readonly family: string;
  readonly kind: TextKind;
  /** More than one: sent one after another by the same person. */
  readonly texts: readonly string[];
  readonly marked: boolean;
  readonly handling?: Handling;
}

type Draft = Omit<TextRow, 'id'>;

const LEVELS = ['MẬT', 'TỐI MẬT', 'TUYỆT MẬT'] as const;

const cased = (level: string, random: Random): string => {
  const small = level.toLowerCase();
  return random.pick([level, level, small[0]!.toUpperCase() + small.slice(1), small]);
};
const capitals = (level: string, random: Random): string =>
  random.pick([level, level, level[0]! + level.slice(1).toLowerCase()]);

const NUMBERED = [
  'BC-CAX',
  'KH-BCHQS',
  'BC-UBND',
  'CV-CAT',
  'QĐ-BCH',
  'TTr-UBND',
  'PA-BCHQS',
  'BC/TU',
  'KH/ĐU',
  'TB-BTV',
  'CV/ĐU',
  'ĐA-UBND',
];
const TITLES = [
  'Phương án bảo vệ mục tiêu trọng yếu', 'Báo cáo tình hình an ninh nội bộ', 'Kế hoạch diễn tập khu vực phòng thủ', 'Danh sách cơ sở bí mật',
  'Phương án tác chiến phòng thủ', 'Kết quả xác minh nhân sự', 'Kế hoạch đấu tranh chuyên án', 'Đề án quy hoạch thế trận', 'Nội dung làm việc với đoàn kiểm tra',
]; // prettier-ignore
const PAPERS = [
  'Công văn',
  'Báo cáo',
  'Kế hoạch',
  'Tờ trình',
  'Quyết định',
  'Phương án',
  'Thông báo',
  'Văn bản',
  'Điện',
];

const numberOf = (random: Random): string => `${1 + random.below(400)}/${random.pick(NUMBERED)}`;
const dateOf = (random: Random): string => `${1 + random.below(28)}/${1 + random.below(12)}/2026`;
const lead = (random: Random): string =>
  random.pick([
    '',
    '',
    'Gửi anh ',
    'Em gửi các đ/c ',
    'Chuyển đồng chí ',
    'Anh xem giúp em: ',
    'Đ/c nghiên cứu trước: ',
    'Fwd: ',
    'Sao gửi: ',
  ]);
const tail = (random: Random): string =>
  random.pick([
    '',
    '',
    '',
    ' nhé',
    ' ạ',
    '.',
    ', xem xong xóa nhé',
    ', không chuyển tiếp',
    ' (chỉ lưu hành trong BTV)',
  ]);

interface Form {
  readonly family: string;
  readonly kind: TextKind;
  /** With the level in it where `level` stands. */
  make(level: string, random: Random): string;
  /** Something in it tells the shortest level from other words even without its marks. */
  readonly sure: boolean;
}

const heading = (random: Random): string =>
  random.pick([
    'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc',
    'ỦY BAN NHÂN DÂN\nXÃ IA GRAI',
    'CÔNG AN TỈNH GIA LAI\nCÔNG AN XÃ KON GANG',
    'ĐẢNG BỘ TỈNH GIA LAI\nĐẢNG ỦY XÃ CHƯ PRÔNG',
    'BỘ CHỈ HUY QUÂN SỰ TỈNH\nBAN CHỈ HUY PHÒNG THỦ KHU VỰC 2',
  ]);

const FORMS: readonly Form[] = [
  { family: 'line alone', kind: 'chat', sure: false, make: (level) => level },
  {
    family: 'line alone',
    kind: 'chat',
    sure: false,
    make: (level, random) =>
      random
        .pick([
          '[#]',
          '(#)',
          '*#*',
          '--- # ---',
          '★ # ★',
          '⚠️ # ⚠️',
          '🔴 #',
          '【#】',
          '«#»',
          '# !!!',
          '== # ==',
          '❗#❗',
          '🔒 #',
          '<#>',
          '**#**',
          '_#_',
          '# -',
          '• #',
        ])
        .replace('#', level),
  },
  {
    family: 'line over a text',
    kind: 'chat',
    sure: false,
    make: (level, random) =>
      `${level}\n${random.pick(TITLES)}${random.pick(['', `\nSố: ${numberOf(random)}`, `\nNgày ${dateOf(random)}`])}`,
  },
  {
    family: 'line under a text',
    kind: 'chat',
    sure: false,
    make: (level, random) => `${lead(random)}${random.pick(TITLES).toLowerCase()}\n${level}`,
  },
  {
    family: 'line within a heading',
    kind: 'document',
    sure: true,
    make: (level, random) =>
      `${heading(random)}\nSố: ${numberOf(random)}\n${level}\n${random.pick(PAPERS).toUpperCase()}\n${random.pick(TITLES)}\nKính gửi: Ban Thường vụ\nNơi nhận:\n- Như trên;\n- Lưu: VT.`,
  },
  {
    family: 'beside an urgency',
    kind: 'chat',
    sure: true,
    make: (level, random) =>
      random
        .pick(['HỎA TỐC - #', '# - HỎA TỐC', '#, KHẨN', 'KHẨN\n#', 'THƯỢNG KHẨN / #', '#\nHỎA TỐC'])
        .replace('#', level),
  },
  {
    family: 'label',
    kind: 'chat',
    sure: true,
    make: (level, random) =>
      `${random.pick(['', '', `${random.pick(TITLES)}\n`, `${random.pick(PAPERS)} ${numberOf(random)}. `])}${random
        .pick([
          'Độ mật: #',
          'ĐỘ MẬT: #',
          'Mức độ mật: #',
          'Cấp độ mật: #',
          'Độ mật của văn bản: #',
          'Độ mật - #',
          'Độ mật là #',
          'độ mật : #',
          'Độ mật = #',
          'Dấu chỉ độ mật: #',
          'Phân loại độ mật: #',
          'Độ mật #',
        ])
        .replace('#', cased(level, random))}`,
  },
  {
    family: 'paper with a level and a number',
    kind: 'chat',
    sure: true,
    make: (level, random) =>
      `${lead(random)}${random.pick(PAPERS)} ${cased(level, random)} số ${numberOf(random)}${random.pick(['', ` ngày ${dateOf(random)}`])}${tail(random)}`,
  },
  {
    family: 'number and a level after it',
    kind: 'chat',
    sure: true,
    make: (level, random) =>
      `${lead(random)}${random.pick(PAPERS)} số ${numberOf(random)}${random.pick(['', ` ngày ${dateOf(random)}`])} ${random.pick(['(#)', '[#]', '- #', '(độ #)', '(đóng dấu #)', ', độ mật: #']).replace('#', capitals(level, random))}${tail(random)}`,
  },
  {
    family: 'level and a number after it',
    kind: 'caption',
    sure: true,
    make: (level, random) => `${level}${random.pick([' - ', '. ', '\n', ': '])}Số: ${numberOf(random)}${tail(random)}`,
  },
  {
    family: 'level in brackets after a title',
    kind: 'chat',
    sure: false,
    make: (level, random) =>
      `${lead(random)}${random.pick(TITLES)} ${random.pick(['(#)', '[#]', '(độ #)', '- độ #'])}${tail(random)}`.replace(
        '#',
        level,
      ),
  },
  {
    family: 'level before a title',
    kind: 'name',
    sure: false,
    make: (level, random) =>
      `${random.pick(['[#] ', '(#) ', '# - ', '#_', '# – '])}${random.pick(TITLES)}${random.pick(['.docx', '.pdf', '.xlsx', ' 2026.docx', '.jpg'])}`.replace(
        '#',
        level,
      ),
  },
  {
    family: 'level after a title',
    kind: 'name',
    sure: false,
    make: (level, random) =>
      `${random.pick(TITLES)}${random.pick([' (#)', ' [#]', ' - #', '_#'])}${random.pick(['.docx', '.pdf', '.doc', ''])}`.replace(
        '#',
        level,
      ),
  },
  {
    family: 'stamp words',
    kind: 'document',
    sure: true,
    make: (level, random) =>
      random
        .pick([
          '#\nBản số: 03',
          'BẢN SỐ: 02\n#',
          '#\nTÀI LIỆU THU HỒI\nThời hạn: 30/6/2026',
          'Dấu độ mật: #\nBản số 1/5',
          '#\nCHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ',
          'BẢN SAO SỐ: 04\n#\nBẢN SAO BÍ MẬT NHÀ NƯỚC',
          '#\nThời hạn bảo vệ bí mật nhà nước: 10 năm',
        ])
        .replace('#', level),
  },
];

/** Marks of secrecy that name no level, and numbers with the level's sign. */
const WITHOUT_LEVEL: readonly (readonly [string, (random: Random) => string])[] = [
  ['stamp words', () => 'CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ'],
  ['stamp words', (random) => `BẢN SAO BÍ MẬT NHÀ NƯỚC\nSố: ${numberOf(random)}`],
  ['stamp words', (random) => `TÀI LIỆU BÍ MẬT NHÀ NƯỚC\nSố: ${numberOf(random)}\nNgười nhận: đ/c Tùng`],
  ['number with a sign', (random) => `${lead(random)}Số: ${1 + random.below(300)}/${random.pick(['MẬT', 'TM', 'TỐI MẬT'])}-UBND${tail(random)}`.replace('/TM-', '/TỐI MẬT-')],
  ['number with a sign', (random) => `${lead(random)}${random.pick(PAPERS)} số ${1 + random.below(300)}/${random.pick(['BC', 'KH', 'QĐ'])}-UBND-${random.pick(['MẬT', 'TỐI MẬT', 'TUYỆT MẬT'])}${tail(random)}`],
]; // prettier-ignore

function plain(random: Random): Draft {
  if (random.percent(8)) {
    const [family, make] = random.pick(WITHOUT_LEVEL);
    return { class: 'plain', family, kind: 'document', texts: [make(random)], marked: true };
  }
  const form = random.pick(FORMS);
  const text = form.make(random.pick(LEVELS), random);
  return { class: 'plain', family: form.family, kind: form.kind, texts: [text], marked: true };
}

function evasion(random: Random): Draft {
  if (random.percent(18)) return split(random);
  const layers = LAYERS.toSorted(() => random.next() - 0.5).slice(0, random.pick([1, 1, 2, 2, 3]));
  const chosen = LAYERS.filter((it) => layers.includes(it)).map((it) => random.pick(it));
  // What is drawn of several signs stands by itself: parted again nobody reads it.
  const names: ChangeName[] =
    chosen.length === 1 && chosen[0] === 'digits' && random.percent(30) ? ['drawn letters'] : chosen;
  const loses = names.some((it) => TAKES_TONE.has(it));
  const written = (text: string): string => names.reduce((it, name: ChangeName) => CHANGES[name](it, random), text);
  const name = names.join(' + ');
  const lonely = (it: Form): boolean => !it.sure;
  for (;;) {
    const form = random.pick(FORMS);
    const level = random.pick(LEVELS);
    // A shortest level without its tone is an everyday word where nothing tells more.
    if (loses && level === 'MẬT' && lonely(form)) continue;
    // A name has no lines.
    if (form.kind === 'name' && name.includes('broken')) continue;
    const mark = 'QQQQ';
    const whole = form.make(mark, random);
    // A label is often disguised with its level.
    const text = whole.replace(/QQQQ|qqqq|Qqqq/, () => written(level));
    const all = names.every((it) => it === 'no marks' || it === 'mixed case' || it === 'decomposed');
    return {
      class: 'evasion',
      family: name,
      kind: form.kind,
      texts: [all && random.percent(60) ? written(whole.replace(/QQQQ|qqqq|Qqqq/, level)) : text],
      marked: true,
    };
  }
}

/** Said in several messages. */
function split(random: Random): Draft {
  const draft = (family: string, ...texts: string[]): Draft => ({
    class: 'evasion',
    family: `split: ${family}`,
    kind: 'chat',
    texts,
    marked: true,
  });
  const level = random.pick(LEVELS);
  const said = random.pick([level, level.toLowerCase(), level.normalize('NFD')]);
  switch (random.below(5)) {
    case 0:
      return draft(
        'letters',
        ...level
          .replaceAll(' ', '')
          .normalize(random.pick(['NFC', 'NFD']))
          .match(/\P{M}\p{M}*/gu)!,
      );
    case 1:
      return draft('words', ...(level === 'MẬT' ? ['ĐỘ', 'MẬT', 'TỐI MẬT'] : said.split(' ')));
    case 2:
      return draft('label and level', random.pick(['Độ mật:', 'ĐỘ MẬT', 'Mức độ mật']), capitals(level, random));
    case 3: {
      const letters = Array.from(level.replaceAll(' ', ''));
      const at = 1 + random.below(letters.length - 1);
      return draft('pieces', letters.slice(0, at).join(''), letters.slice(at).join(''));
    }
    default: {
      const spelled = random
        .pick(['TỐI MẬT', 'TUYỆT MẬT'])
        .replaceAll(' ', '')
        .match(/.{1,2}/gu)!;
      return draft('pieces', ...spelled);
    }
  }
}

/** What a program that takes too much for a disguise would refuse. */
const NEAR: readonly string[] = [
  'toi mat {n} trieu o cho {commune} roi', 'toi mat dien thoai, {day} len lam lai sim', 'bi mat vi o {place}', 'hom qua toi mat ngu vi {thing}', 'mat khau: Xa{many}', 'mat do {many} nguoi/km2 o {village}', 'mat ong {village} {many}k',
  '{name} co mat, {name} vang mat', 'ra mat doan vien {day}', 'be mat san {place} tron qua', 'giai phong mat bang {village}', 'Trời tối mắt tối mũi, {called} đi đâu vậy', 'TỐI MAI {hour} HỌP', 'TỐI NAY {hour} TRỰC Ở {place}',
  'TUYỆT ĐỐI CẤM LỬA {village}', 'TUYỆT VỜI, {unit} VỀ NHẤT', 'MẤT ĐIỆN {village} TỪ {hour}', 'MẶT ĐƯỜNG {road} SẠT LỞ', 'M Ặ T   T R Ậ N xã {commune}', 'T H Ô N G   B Á O số {n}', 'L Ị C H   H Ọ P {day}', 'Số: {number}-MT', 'Số: {n}/BC-MTTQ', 'Số {n}/TM-HĐQT hợp tác xã {commune}',
  'TM. UBND XÃ {commune}', 'Lưu: VT, TM ({n} bản)', 'Độ mặn: {n}‰ tại cống {village}', 'Độ ẩm: {n}%', 'Độ mát: {n} độ', 'Độ mau: {n}', 'Mã: M4T{many}', 'Phòng M{n}, tầng A, khu T', 'Đội M thắng đội A {n}-0, đội T thua', 'Xe 77M4-{many}', 'Wifi: T0I{many}', 'pass T41-M4T-{many}',
  'МОСКВА {n}', 'Αθήνα {n}', '𝐂𝐡𝐮́𝐜 𝐦𝐮̛̀𝐧𝐠 {called}', 'ＨỌＰ {hour}', 'H-Ọ-P {hour}', '*H*Ọ*P* {day}', 'M\u200bặt trận {commune}', 'Mật\u200bkhẩu mới {many}', 'Tối\nmai {hour} trực', 'Tuyệt\nvời {called}', 'Mất\nđiện {village}', 'mat\ndien {hour}', 'Giải\nmật\nthư {n}', 'GIẢI MẬT\nSố: {number}', 'ĐÃ GIẢI MẬT {date}',
  'G I Ả I   M Ậ T  {date}', 'giai mat tai lieu {date}', 'Bảo\nmật {n} lớp', 'B Ả O   M Ậ T  thông tin {unit}', 'mật\nong {many}k', 'MẬT ONG {village} {many}K', 'MẬT ĐỘ: {many}', 'MẬT KHẨU: ab{many}', 'mật độ: {many} cây/ha', 'Chị MẬT: {phone}', 'NGUYỄN THỊ MẬT - {village}', 'LÊ VĂN MẬT ({n} tuổi)', 'Ong Mat {phone}', 'hop tac xa ong mat {village}',
  'túi mật: {n} mm', 'TÚI MẬT KHÔNG SỎI, {n} mm', 'soi tui mat {n}mm', 'BÍ MẬT KINH DOANH', 'BÍ MẬT ĐỜI TƯ: tiết {n}', 'bi mat doi tu la gi, cau {n}', 'M.T.T.Q {commune}', 'A.T.M {road} hết tiền', 'M/A {n}: đạt', 'Ma trận đề thi môn {n}', 'MA TÚY: bắt {n} đối tượng', 'Tôi mất {n} giờ làm {thing}', 'tOi mAi {hour} nha', 'TốI MaI {hour}', 'Tuyệt mỹ, cảnh {village} đẹp', 'Tuyệt mật ong {village}, ngon quá {called}',
  'M@il {called}: a{many}@gialai.gov.vn', 'T0ng dai {phone}', '3M khẩu trang {n} cái', 'M1 {n} cái, A4 {many} tờ, T5 {n} cuộn',
]; // prettier-ignore

const NEAR_SPLITS: readonly (readonly string[])[] = [
  ['Tối', 'mai họp nhé'], ['tối', 'mất điện'], ['tuyệt', 'vời'], ['M', 'ai họp'], ['M', 'A', 'I'], ['mất', 'ví rồi'], ['Độ', 'mặn hôm nay 4 phần nghìn'], ['độ mật', 'độ dân số bao nhiêu anh'], ['bảo', 'mật tài khoản nhé'],
  ['giải', 'mật thư đi'], ['mật', 'khẩu là gì'], ['tối', 'mật khẩu đổi rồi'], ['tuyệt', 'mật ong ngon quá'], ['to', 'i', 'o day'], ['ok', 'ok', 'tối'], ['T', 'M', 'A'], ['A', 'B', 'C'], ['Ma', 'trận đề'], ['Anh', 'Mật ơi'], ['tối', 'nay', 'mấy giờ'], ['bí', 'mật nha 😂'],
]; // prettier-ignore

const NEAR_LEADS = ['', '', '', 'Dạ ', 'ừ ', 'Anh ơi, ', '@all ', 'FYI: ', '=> ', '+ ', '- '];

function near(random: Random): Draft {
  if (random.percent(8)) {
    const before = random.percent(50) ? [filled(random.pick(SENTENCES), random)] : [];
    return {
      class: 'near',
      family: 'split',
      kind: 'chat',
      texts: [...before, ...random.pick(NEAR_SPLITS)],
      marked: false,
    };
  }
  const text = `${random.pick(NEAR_LEADS)}${filled(random.pick(NEAR), random)}`;
  return { class: 'near', family: 'looks like it', kind: 'chat', texts: [text], marked: false };
}

const NAME_SIGNS: readonly [TextKind, readonly string[]][] = [
  ['name', FILE_NAMES],
  ['name', GROUP_NAMES],
];

function ordinary(random: Random): Draft {
  const draft = (family: string, kind: TextKind, text: string): Draft => ({
    class: 'ordinary',
    family,
    kind,
    texts: [text],
    marked: false,
  });
  const choice = random.below(100);
  if (choice < 12) {
    const [kind, list] = random.pick(NAME_SIGNS);
    return draft('names', kind, filled(random.pick(list), random));
  }
  if (choice < 17) return draft('law', 'document', articles(random));
  const one = filled(random.pick(SENTENCES), random);
  if (choice < 45) return draft('several sentences', 'chat', `${one}\n${filled(random.pick(SENTENCES), random)}`);
  return draft('sentence', 'chat', one);
}

function legacy(random: Random): Draft {
  const encoding = random.pick(Object.keys(LEGACY) as (keyof typeof LEGACY)[]);
  const form = random.pick(FORMS);
  const level = random.pick(LEVELS);
  const text = LEGACY[encoding](form.make(level, random));
  return { class: 'legacy', family: encoding, kind: form.kind, texts: [text], marked: true };
}

function legacyOrdinary(random: Random): Draft {
  const encoding = random.pick(Object.keys(LEGACY) as (keyof typeof LEGACY)[]);
  const text = LEGACY[encoding](filled(random.pick(random.percent(80) ? SENTENCES : BY_HAND), random));
  return { class: 'legacy ordinary', family: encoding, kind: 'chat', texts: [text], marked: false };
}

function handled(random: Random): Draft {
  const internal = random.percent(50);
  const words = internal ? ['LƯU HÀNH NỘI BỘ', 'Lưu hành nội bộ'] : ['XEM XONG TRẢ LẠI', 'Xem xong trả lại'];
  const mark = random.pick(words);
  const text = random.pick([
    mark,
    `(${mark})`,
    `${mark}\n${filled(random.pick(SENTENCES), random)}`,
    `${heading(random)}\nSố: ${1 + random.below(300)}/TB-UBND\n${mark.toUpperCase()}`,
    `Tài liệu họp chi bộ (${mark.toLowerCase()})`,
  ]);
  return {
    class: 'handling',
    family: internal ? 'internal' : 'return',
    kind: 'chat',
    texts: [text],
    marked: false,
    handling: internal ? 'internal' : 'return',
  };
}

const MAKERS: Readonly<Record<TextClass, (random: Random) => Draft>> = {
  plain,
  ordinary,
  evasion,
  near,
  legacy,
  'legacy ordinary': legacyOrdinary,
  handling: handled,
};

/** So many of each class, none twice. */
export function textRows(seed: number, sizes: Readonly<Record<TextClass, number>>): TextRow[] {
  const rows: TextRow[] = [];
  for (const [at, name] of (Object.keys(MAKERS) as TextClass[]).entries()) {
    const random = new Random(seed + at * 7_919);
    const seen = new Set<string>();
    const add = (draft: Draft): void => {
      const key = draft.texts.join('\u0000');
      if (seen.has(key)) return;
      seen.add(key);
      rows.push({ id: `${name.replace(' ', '-')}-${seen.size}`, ...draft });
    };
    // Those by hand come always, whatever the size.
    if (name === 'ordinary')
      for (const text of BY_HAND)
        add({ class: 'ordinary', family: 'by hand', kind: 'chat', texts: [text], marked: false });
    for (let tries = 0; seen.size < sizes[name] && tries < sizes[name] * 50; tries += 1) add(MAKERS[name](random));
  }
  return rows;
}

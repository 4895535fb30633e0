import { Random } from '../random.ts';

// Messages as offices write them, made from a seed: what each is about is known from how it was made, so that what a query should
// find is known without any search. Many words differ only in their tones (bảo, báo, bão), as they do in an office.

const SUBJECTS = [
  'họp giao ban',
  'hộp thư góp ý',
  'hợp đồng thuê xe',
  'bảo vệ rừng',
  'báo cáo tuần',
  'bão số 13',
  'bảo hiểm y tế',
  'báo động đỏ',
  'tạo nhóm công việc',
  'tảo hôn',
  'tập huấn chuyển đổi số',
  'tạp chí cộng sản',
  'thủy lợi nội đồng',
  'thuế đất',
  'thuê máy múc',
  'rà soát hộ nghèo',
  'ra quân dọn vệ sinh',
  'tiêm chủng trẻ em',
  'tiền hỗ trợ bò',
  'tiến độ giải ngân',
  'lịch trực lễ',
  'lịch tiếp dân',
  'đăng ký kết hôn',
  'đăng kiểm xe máy cày',
  'đất rừng giao khoán',
  'đập thủy điện',
  'hướng dẫn tạo tài khoản',
  'hương ước làng',
  'quỹ đền ơn đáp nghĩa',
  'quy hoạch khu dân cư',
  'sạt lở đường đèo',
  'sắt thép làm cầu',
  'cấp căn cước',
  'cập nhật danh bạ',
  'khám sức khỏe nghĩa vụ',
  'kham khổ mùa giáp hạt',
  'hòa giải cơ sở',
  'hoa màu bị ngập',
  'giống cà phê tái canh',
  'giông lốc tốc mái',
] as const;
const PLACES = [
  'thôn 1',
  'thôn 2',
  'thôn 4',
  'làng Grăng',
  'làng Yam',
  'làng Jút',
  'làng O Sơr',
  'làng Bồ',
  'tổ dân phố 3',
  'xã Ia Grai',
  'xã Ia Hrung',
  'xã Ia Krái',
  'xã Ia Ly',
  'phường Pleiku',
  'phường Diên Hồng',
  'xã Chư Păh',
  'xã Đak Đoa',
  'xã Kbang',
  'phường Quy Nhơn',
  'xã Tuy Phước',
] as const;
const ACTS = [
  'Đề nghị gửi danh sách',
  'Nhắc lại việc',
  'Báo nhanh tình hình',
  'Xin ý kiến về',
  'Triển khai',
  'Đã làm xong phần',
  'Cần bổ sung hồ sơ',
  'Phân công đồng chí Nga phụ trách',
  'Kiểm tra lại',
  'Tổng hợp',
  'Mời bà con tham gia',
  'Chuyển văn phòng trình ký',
] as const;
const ENDS = [
  'trước 16:00 hôm nay',
  'chậm nhất thứ Sáu',
  'trong tuần này',
  'báo lại cho tôi',
  'có gì gấp gọi điện',
  'xong gửi ảnh lên nhóm',
  'để kịp trình lãnh đạo',
  'theo tinh thần cuộc họp',
  'mọi người chú ý giúp',
  'xin cảm ơn',
] as const;
const SYMBOLS = ['STTTT-CNTT', 'QĐ-UBND', 'UBND-VX', 'KH-UBND', 'CT/TW', 'BC-VP', 'TB-HĐND'] as const;

export interface Written {
  readonly text: string;
  readonly subject: string;
  readonly place: string;
  readonly act: string;
  readonly end: string;
  /** As it stands there: `694/STTTT-CNTT`. */
  readonly number?: string;
}

export function corpus(seed: number, size: number): Written[] {
  const random = new Random(seed);
  return Array.from({ length: size }, () => {
    const [subject, place, act, end] = [
      random.pick(SUBJECTS),
      random.pick(PLACES),
      random.pick(ACTS),
      random.pick(ENDS),
    ];
    const symbol = random.pick(SYMBOLS);
    const serial = 100 + random.below(900);
    const number = !random.percent(12)
      ? undefined
      : symbol === 'CT/TW'
        ? `${serial}-${symbol}`
        : random.percent(20)
          ? `${serial}/2026/${symbol}`
          : `${serial}/${symbol}`;
    const base = number === undefined ? '' : ` theo văn bản ${number}`;
    return {
      text: `${act} ${subject} tại ${place}${base}, ${end}.`,
      subject,
      place,
      act,
      end,
      ...(number ? { number } : {}),
    };
  });
}

export type Way = 'toned' | 'toneless' | 'partial' | 'phrase' | 'number' | 'tones apart';

export interface Labelled {
  readonly way: Way;
  readonly query: string;
  /** Places in the corpus. */
  readonly relevant: ReadonlySet<number>;
}

/** The way people leave out tones; on purpose not the function that the search itself uses. */
const bare = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .toLowerCase();

const HUNDRED = 100;

/** A hundred queries of each way. */
export function queries(seed: number, written: readonly Written[]): Labelled[] {
  const random = new Random(seed);
  const where = (fits: (it: Written) => boolean): Set<number> =>
    new Set(written.flatMap((it, at) => (fits(it) ? [at] : [])));
  const made: Labelled[] = [];
  const numbered = written.filter((it) => it.number !== undefined);
  for (let n = 0; n < HUNDRED; n += 1) {
    const one = random.pick(written);
    const both = where((it) => it.subject === one.subject && it.place === one.place);
    made.push({ way: 'toned', query: `${one.subject} ${one.place}`, relevant: both });
    const other = random.pick(written);
    const ended = where((it) => it.subject === other.subject && it.end === other.end);
    made.push({ way: 'toneless', query: bare(`${other.subject} ${other.end}`), relevant: ended });
    const third = random.pick(written);
    const acted = where((it) => it.act === third.act && it.subject === third.subject);
    const typed = bare(`${third.act} ${third.subject}`);
    // As far as somebody has come with the last word: its first letters at least.
    const last = typed.length - typed.lastIndexOf(' ') - 1;
    made.push({
      way: 'partial',
      query: typed.slice(0, typed.length - random.below(Math.max(1, last - 1))),
      relevant: acted,
    });
    const fourth = random.pick(written);
    const phrase = `${fourth.act} ${fourth.subject} tại ${fourth.place}`;
    made.push({
      way: 'phrase',
      query: `"${random.percent(50) ? phrase : bare(phrase)}"`,
      relevant: where((it) => it.act === fourth.act && it.subject === fourth.subject && it.place === fourth.place),
    });
    const fifth = random.pick(numbered);
    const spelling = random.pick([
      (it: string) => it,
      (it: string) => bare(it),
      (it: string) => bare(it).replaceAll(/[/-]/g, ' '),
      (it: string) => bare(it).replaceAll('/', '-'),
      (it: string) => it.replaceAll('-', '–'),
    ]);
    made.push({
      way: 'number',
      query: spelling(fifth.number!),
      relevant: where((it) => it.number === fifth.number),
    });
    // One subject by its first two words with their tones: those that only look alike come after it.
    const sixth = random.pick(written);
    made.push({
      way: 'tones apart',
      query: `${sixth.subject} `,
      relevant: where((it) => it.subject === sixth.subject),
    });
  }
  return made;
}

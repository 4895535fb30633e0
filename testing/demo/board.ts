import { dayOf, isWorkday, momentOf } from './days.ts';

/** What stands on the boards of the demo: made on a day before today, by somebody of a story. */
export type Made = { readonly story: string; readonly daysAgo: number; readonly time: string; readonly by: string } & (
  | {
      readonly does: 'note';
      /** What it said first, then as it was changed. */
      readonly versions: readonly string[];
      readonly title: string;
      /** Who has acknowledged it; absent where nobody is asked. */
      readonly read?: readonly string[];
      readonly pinned?: true;
    }
  | {
      readonly does: 'reminder';
      readonly title: string;
      readonly place: string;
      /** The next working day at this time of day. */
      readonly start: string;
      readonly minutes: number;
      readonly early: readonly number[];
      readonly urgency: number;
      readonly workdays: boolean;
      readonly accepts: readonly string[];
      readonly declines: readonly (readonly [by: string, reason: string])[];
    }
  | {
      readonly does: 'poll';
      readonly question: string;
      readonly choices: readonly string[];
      /** By choice. */
      readonly votes: readonly (readonly string[])[];
      readonly pinned?: true;
    }
);

const STORM = 'phong-chong-bao-lu.txt 0';

export const BOARD: readonly Made[] = [
  {
    does: 'note',
    story: STORM,
    daysAgo: 8,
    time: '10:05',
    by: 'vinh',
    title: 'Vị trí sơ tán từng thôn, làng',
    versions: [
      'Thôn 2: Trường TH Lê Lợi. Làng Grăng: nhà rông, trạm y tế. Làng Jút: hội trường thôn 4. Thôn 4: nhà văn hóa.\n\n# Người chở\n- Thôn 2: ông Dương, 2 xe công nông\n- Làng Grăng: già làng phân công từng nhà',
    ],
  },
  {
    does: 'note',
    story: STORM,
    daysAgo: 6,
    time: '16:32',
    by: 'nga',
    title: 'Lịch trực ban tuần này',
    versions: [
      'Từ thứ Hai đến Chủ nhật. Trực lãnh đạo: đ/c Phượng. Trực tiếp nhận: Văn phòng, 0269 3 600 110.',
      'Từ thứ Hai đến Chủ nhật. Trực lãnh đạo: đ/c Phượng. Trực tiếp nhận: Văn phòng, 0269 3 600 110. Đội xung kích: đ/c Tuấn.',
      'Từ thứ Hai đến Chủ nhật. Trực lãnh đạo: đ/c Phượng. Trực tiếp nhận: Văn phòng, 0269 3 600 110. Đội xung kích: đ/c Tuấn, đ/c Thung. Thay ca lúc 7:00 và 19:00, ghi sổ giao ca.',
    ],
    read: ['phuc', 'phuong', 'hung', 'thien', 'trung', 'vinh', 'loc', 'quy', 'hoai', 'tu', 'manh', 'kha', 'ly', 'hue'],
    pinned: true,
  },
  {
    does: 'reminder',
    story: STORM,
    daysAgo: 5,
    time: '08:12',
    by: 'phuc',
    title: 'Họp giao ban Ban Chỉ huy PCTT',
    place: 'Hội trường UBND xã',
    start: '07:30',
    minutes: 90,
    early: [30],
    urgency: 1,
    workdays: false,
    accepts: ['phuong', 'hung', 'thien', 'nga', 'vinh', 'tu', 'manh', 'khoi', 'nhan'],
    declines: [
      ['loc', 'Đi công tác'],
      ['hmai', 'Trùng lịch họp khác'],
    ],
  },
  {
    does: 'reminder',
    story: STORM,
    daysAgo: 5,
    time: '08:20',
    by: 'phuong',
    title: 'Báo cáo nhanh thiệt hại (nếu có)',
    place: '',
    start: '16:00',
    minutes: 0,
    early: [],
    urgency: 0,
    workdays: true,
    accepts: [],
    declines: [],
  },
  {
    does: 'poll',
    story: STORM,
    daysAgo: 4,
    time: '09:40',
    by: 'thien',
    question: 'Điểm tập kết vật tư dự phòng',
    choices: ['Nhà văn hóa Thôn 2', 'Trường TH Lê Lợi', 'Sân UBND xã'],
    votes: [
      ['phuong', 'hung', 'nga', 'vinh', 'loc', 'quy', 'hoai', 'tu', 'manh', 'kha', 'ly'],
      ['trung', 'khoi', 'blui', 'bich'],
      ['hkhuyen', 'hue'],
    ],
    pinned: true,
  },
];

/** Of the days before `now`, in Vietnam. */
export function madeAt(now: Date, { daysAgo, time }: Made): Date {
  return momentOf(dayOf(now) - daysAgo, time);
}

/** The next working day after `now` at this time of day. */
export function nextWorkday(now: Date, time: string): Date {
  let day = dayOf(now) + 1;
  while (!isWorkday(day)) day += 1;
  return momentOf(day, time);
}

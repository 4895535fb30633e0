import { agency, chat, close, LONGEST } from './tour.ts';
import type { Visits } from './tour.ts';

let beside: Promise<string> | undefined;

/** A group of its own for what is made on boards: the conversation of the storm stays as the demo has it. */
function aside(): Promise<string> {
  const members = ['nga', 'thung', 'bich', 'phuong', 'vinh', 'tu', 'loc'].map((key) => agency.person(key).id);
  beside ??= agency
    .as('phuc', 'group.create', { kind: 'coordination', name: 'Ban Chỉ huy phòng thủ dân sự xã Ia Grai', members })
    .then((it) => it.group);
  return beside;
}

export const boards: Visits = {
  '/chats/:group/polls/:poll': {
    as: 'phuc',
    path: async () => {
      const group = await aside();
      const { id } = await agency.as('nga', 'poll.create', {
        group,
        question:
          'Đề nghị các đồng chí Trưởng thôn, làng trưởng chọn điểm sơ tán và phương án hậu cần khi mưa lũ kéo dài',
        choices: Array.from(
          { length: 30 },
          (_, at) => `Phương án ${at + 1}: Trường Tiểu học Lê Lợi, điểm trường làng Grăng, dự phòng cho ${at + 10} hộ`,
        ),
        most: 3,
        open: true,
      });
      for (const who of ['nga', 'thung', 'bich'])
        await agency.as(who, 'poll.vote', { group, poll: id, choices: [0, 2, who === 'nga' ? 4 : 6] });
      return `/chats/${group}/polls/${id}`;
    },
    looks: [
      { name: 'result', there: (page) => page.getByRole('button', { name: /3 người chọn$/ }) },
      {
        name: 'not voted',
        show: async (page) => page.getByRole('tab', { name: /^Chưa chọn/ }).click(),
        there: (page) => page.getByRole('button', { name: /người đã bình chọn/ }),
      },
    ],
  },
  '/chats/:group/calls/:call': {
    as: 'phuc',
    path: async () => {
      const group = await aside();
      const { call } = await agency.as('phuc', 'call.start', { group, kind: 'voice' });
      for (const who of ['nga', 'bich']) await agency.as(who, 'call.join', { group, call: call.id });
      await agency.as('thung', 'call.decline', { group, call: call.id });
      await agency.as('phuc', 'call.end', { group, call: call.id });
      return `/chats/${group}/calls/${call.id}`;
    },
    looks: [{ name: 'who took part', there: (page) => page.getByRole('button', { name: 'Kết xuất' }) }],
  },
  '/chats/:group/reminders/:reminder': {
    as: 'phuc',
    path: async () => {
      const group = await aside();
      const start = Math.ceil(agency.now().getTime() / 3_600_000 + 26) * 3_600_000;
      const { id: reminder } = await agency.as('phuc', 'reminder.create', {
        group,
        title:
          'Kiểm tra thực địa các điểm có nguy cơ sạt lở, ngập sâu dọc suối Ia Grai từ làng Grăng đến đập tràn làng Jút',
        text: 'Thành phần: thường trực Ban Chỉ huy, các thôn, làng.\n- Mang áo mưa, ủng\n- Xe bán tải: đồng chí *Tuấn*',
        place: 'Tập trung tại trụ sở UBND xã',
        link: 'https://hop.gialai.gov.vn/pctt',
        start,
        minutes: 180,
        urgency: 1,
        early: [1_440, 30],
        repeat: { every: 'lunarMonth', days: [1, 15] },
      });
      for (const who of ['nga', 'bich', 'thung'])
        await agency.as(who, 'reminder.answer', {
          group,
          reminder,
          at: null,
          answer: who === 'bich' ? 'declined' : 'accepted',
          ...(who === 'bich' ? { reason: 'Đi công tác' } : {}),
        });
      return `/chats/${group}/reminders/${reminder}`;
    },
    looks: [
      { name: 'not answered', there: (page) => page.getByRole('button', { name: /đã trả lời/ }) },
      {
        name: 'declined',
        show: async (page) => page.getByRole('tab', { name: /Từ chối/ }).click(),
        there: (page) => page.getByText('“Đi công tác”'),
      },
      {
        name: 'changing it',
        show: async (page) => {
          await page.getByRole('button', { name: 'Việc khác với nhắc hẹn' }).click();
          await page.getByRole('menuitem', { name: 'Sửa nhắc hẹn' }).click();
        },
        there: (page) => page.getByRole('dialog', { name: 'Sửa nhắc hẹn' }).getByLabel('Tiêu đề'),
      },
    ],
  },
  '/chats/:group/notes/:note': {
    as: 'phuc',
    path: async () => {
      const group = await aside();
      const text = '# Trực lãnh đạo\n- Thứ Hai: đồng chí *Phúc*\n[ ] Bàn giao sổ trực\n[x] Kiểm tra máy phát điện';
      const { note } = await agency.as('nga', 'note.create', {
        group,
        title: 'Lịch trực ban tuần 47',
        text,
        ask: true,
      });
      await agency.as('nga', 'note.edit', {
        group,
        note,
        version: 1,
        title: 'Lịch trực ban',
        text: `${text}\nThứ Ba: Nga`,
      });
      return `/chats/${group}/notes/${note}`;
    },
    looks: [
      { name: 'read', there: (page) => page.getByRole('button', { name: 'Xác nhận đã đọc', exact: true }) },
      {
        name: 'versions',
        show: async (page) => {
          await page.getByRole('button', { name: /^Bản 2/ }).click();
          await page.getByRole('button', { name: /Bản hiện nay/ }).click();
        },
        there: (page) => page.getByText(/^thêm \d+ từ/),
      },
      {
        name: 'who has read it',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: /người đã xác nhận đã đọc$/ }).click();
        },
        there: (page) => page.getByRole('button', { name: 'Kết xuất' }),
      },
      {
        name: 'writing',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: 'Sửa ghi chú' }).click();
        },
        there: (page) => page.getByRole('textbox', { name: 'Nội dung' }),
      },
      {
        name: 'preview',
        show: async (page) => {
          await page.getByRole('radio', { name: 'Xem trước' }).check();
        },
        there: (page) => page.getByRole('dialog').getByRole('heading', { name: 'Trực lãnh đạo' }),
      },
    ],
  },
  '/chats/:group/calendar': {
    as: 'phuc',
    path: async () => {
      const group = await aside();
      const start = agency.now().getTime() + 86_400_000;
      await agency.as('phuc', 'reminder.create', {
        group,
        title: `Kiểm tra ${'kho vật tư dự phòng '.repeat(6)}`.trim(),
        place: `Nhà văn hóa thôn 2, ${LONGEST} chờ ở cổng`,
        start,
        repeat: { every: 'day', interval: 1 },
      });
      return `/chats/${group}/calendar`;
    },
    looks: [
      {
        name: 'month',
        // A phone shows dots, a PC titles.
        there: (page) => page.locator('.day-cell .day-dot, .day-title'),
      },
      {
        name: 'week',
        show: async (page) => page.getByRole('radio', { name: 'Tuần' }).click(),
        there: (page) => page.locator('.calendar-week'),
      },
      {
        name: 'list',
        show: async (page) => page.getByRole('radio', { name: 'Danh sách' }).click(),
        there: (page) => page.locator('.calendar-agenda'),
      },
    ],
  },
  '/chats/:group/board': {
    as: 'nga',
    path: async () => `${await chat()}/board`,
    looks: [
      { name: 'board', there: (page) => page.getByRole('radio', { name: /Nhà văn hóa Thôn 2/ }) },
      {
        name: 'making from it',
        show: (page) => page.getByRole('button', { name: 'Tạo bình chọn' }).click(),
        there: (page) => page.getByRole('dialog', { name: 'Tạo bình chọn' }),
      },
    ],
  },
  '/chats/:group/board/:list': {
    as: 'nga',
    path: async () => `${await chat()}/board/reminders`,
    looks: [
      { name: 'reminders to come', there: (page) => page.getByText('Hội trường UBND xã') },
      {
        name: 'no past reminders',
        show: (page) => page.getByRole('tab', { name: 'Đã qua' }).click(),
        there: (page) => page.getByText('Chưa có nhắc hẹn nào đã qua.'),
      },
    ],
  },
  '/work': {
    as: 'nga',
    path: () => '/work',
    looks: [{ name: 'what waits', there: (page) => page.locator('.work-item') }],
  },
  '/work/calendar': {
    as: 'nga',
    path: () => '/work/calendar',
    looks: [
      { name: 'month of all groups', there: (page) => page.locator('.day-cell') },
      {
        name: 'secret address',
        show: async (page) => {
          await page.getByRole('button', { name: 'Đưa lịch vào điện thoại, Outlook' }).click();
          await page.getByRole('button', { name: /^(Tạo|Đổi) địa chỉ$/ }).click();
          const question = page.getByRole('alertdialog').getByRole('button', { name: 'Đổi địa chỉ' });
          await question.or(page.locator('.feed-code')).first().waitFor();
          if (await question.isVisible()) await question.click();
        },
        there: (page) => page.locator('.feed-code'),
      },
    ],
  },
};

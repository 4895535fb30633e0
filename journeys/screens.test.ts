import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import {
  accessibilityFaults,
  closeDevice,
  openBrowser,
  openDevice,
  picture,
  settled,
  sidewaysScroll,
  SIZES,
} from './browser.ts';
import type { Kind } from './browser.ts';
import { choose, drawn, letter, photo, sendTray, tray } from './pictures.ts';
import { message } from './steps.ts';

// Every screen of features/views.ts as axe and a narrow eye see it: phone and PC, light and dark, and with the largest letters.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const LONGEST = 'Rơ Châm Nguyễn Thị Hoàng Bích Phượng';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ microphone: true });
});

after(() => browser?.close());

interface Look {
  readonly name: string;
  /** Brings it up; on the screen as it was left by the look before. */
  readonly show?: (page: Page, kind: Kind) => Promise<void>;
  /** What is in sight once it is up. */
  readonly there: (page: Page, kind: Kind) => Locator;
  readonly only?: Kind;
}

interface Visit {
  /** Who looks; nobody: signed out. */
  readonly as: string | undefined;
  readonly path: () => string | Promise<string>;
  readonly looks: readonly [Look, ...Look[]];
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name });

/** The layer on top is closed as one closes it. */
const close = async (page: Page): Promise<void> => {
  const open = await page.locator('dialog[open], [role=menu]').count();
  await page.keyboard.press('Escape');
  await page.waitForFunction((n) => document.querySelectorAll('dialog[open], [role=menu]').length < n, open);
};

const chat = async (): Promise<string> => `/chats/${await agency.group(STORM)}`;

let beside: Promise<string> | undefined;

/** A group of its own for what is made on boards: the conversation of the storm stays as the demo has it. */
function aside(): Promise<string> {
  const members = ['nga', 'thung', 'bich', 'phuong', 'vinh', 'tu', 'loc'].map((key) => agency.person(key).id);
  beside ??= agency
    .as('phuc', 'group.create', { kind: 'coordination', name: 'Ban Chỉ huy phòng thủ dân sự xã Ia Grai', members })
    .then((it) => it.group);
  return beside;
}

let sent: Promise<void> | undefined;

/** Somebody has sent an album and a document, which stand at the end of the chat. */
async function withFiles(): Promise<string> {
  sent ??= (async () => {
    const thung = await agency.device(browser, 'pc', 'thung', { path: await chat() });
    await choose(thung, 'Ảnh/Video', [
      await photo('suoi-1.jpg', 150),
      await photo('suoi-2.jpg', 190),
      await photo('suoi-3.jpg', 120),
    ]);
    await sendTray(thung, 'Suối làng Grăng');
    await choose(thung, 'File', [await letter('Công văn 1182-UBND-KT về phòng chống bão số 13.pdf', 3)]);
    await sendTray(thung, 'https://gialai.gov.vn/bao-so-13');
    await message(thung, 'gialai.gov.vn')
      .filter({ hasText: /Đã (gửi|nhận|xem)/ })
      .waitFor({ timeout: 60_000 });
    await closeDevice(thung);
  })();
  await sent;
  return chat();
}

const VISITS: Readonly<Record<string, Visit>> = {
  '/sign-in': {
    as: undefined,
    path: () => '/sign-in',
    looks: [
      { name: 'number', there: (page) => page.getByRole('button', { name: 'Nhận mã đăng nhập' }) },
      {
        name: 'code',
        show: async (page) => {
          await page.getByRole('textbox', { name: 'Số điện thoại di động' }).fill('0987000111');
          await page.getByRole('button', { name: 'Nhận mã đăng nhập' }).click();
          agency.pass(11 * 60_000);
        },
        there: heading('Nhập mã đăng nhập'),
      },
    ],
  },
  '/chats': {
    as: 'phuc',
    path: () => '/chats',
    looks: [
      { name: 'list', there: (page) => page.getByRole('link', { name: new RegExp(`^${STORM}`) }) },
      {
        name: 'menu of a row',
        show: async (page) => {
          await page.getByRole('link', { name: new RegExp(`^${STORM}`) }).click({ button: 'right' });
        },
        there: (page) => page.getByRole('menu'),
        only: 'pc',
      },
      {
        name: 'for how long it is silent',
        show: async (page) => {
          await page.getByRole('menuitem', { name: 'Tắt thông báo' }).click();
        },
        there: (page) => page.getByRole('button', { name: 'Cho đến khi được bật lại' }),
        only: 'pc',
      },
      {
        name: 'labels of a chat',
        show: async (page) => {
          await close(page);
          await agency.as('phuc', 'label.add', { name: 'Việc gấp', colour: 'plum' });
          await page.getByRole('link', { name: new RegExp(`^${STORM}`) }).click({ button: 'right' });
          await page.getByRole('menuitem', { name: 'Gắn nhãn' }).click();
        },
        there: (page) => page.getByRole('checkbox', { name: 'Việc gấp' }),
        only: 'pc',
      },
      {
        name: 'search before typing',
        show: async (page, kind) => {
          if (kind === 'pc') await close(page);
          await page.getByRole('button', { name: 'Tìm kiếm' }).click();
        },
        there: (page) => page.getByRole('group', { name: 'Người hay trò chuyện' }).getByRole('option'),
      },
      {
        name: 'search',
        show: async (page) => {
          await page.getByRole('combobox', { name: 'Tìm kiếm' }).fill('bao bao');
        },
        there: (page) => page.getByRole('group', { name: 'Tin nhắn' }).getByRole('option'),
      },
      {
        name: 'search without a result',
        show: async (page) => {
          await page.getByRole('combobox', { name: 'Tìm kiếm' }).fill('không có chữ này đâu');
        },
        there: (page) => page.getByText(/^Không tìm thấy/),
      },
    ],
  },
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
  '/chats/:group/media': {
    as: 'phuc',
    path: async () => `${await withFiles()}/media`,
    looks: [
      { name: 'photos', there: (page) => page.getByRole('button', { name: /^Ảnh của Puih Thưng/ }) },
      {
        name: 'viewer',
        show: async (page) => {
          await page
            .getByRole('button', { name: /^Ảnh của Puih Thưng/ })
            .first()
            .click();
          await drawn(page.locator('.viewer-stage'));
        },
        there: (page) => page.locator('dialog.viewer'),
      },
      {
        name: 'documents',
        show: async (page) => {
          await close(page);
          await page.getByRole('tab', { name: 'File' }).click();
        },
        there: (page) => page.getByRole('button', { name: /^Xem Công văn 1182/ }),
      },
      {
        name: 'links',
        show: async (page) => {
          await page.getByRole('tab', { name: 'Link' }).click();
        },
        there: (page) => page.getByRole('link', { name: /bao-so-13/ }),
      },
      {
        name: 'empty',
        show: async (page) => {
          await page.getByRole('tab', { name: 'Ghi âm' }).click();
        },
        there: (page) => page.getByText('Chưa có tin nhắn thoại nào'),
      },
    ],
  },
  '/chats/:group': {
    as: 'phuc',
    path: withFiles,
    looks: [
      {
        name: 'files',
        // What other looks have written since stands below it.
        show: async (page) => {
          const group = await agency.group(STORM);
          const { messages } = await agency.as('phuc', 'message.page', { group, limit: 200 });
          const album = messages.find((it) => it.text === 'Suối làng Grăng');
          await page.goto(`${agency.url}/chats/${group}?at=${album!.seq}`);
        },
        there: (page) => message(page, 'Suối làng Grăng').getByRole('img'),
      },
      {
        name: 'tray',
        show: async (page) => {
          await choose(page, 'Ảnh/Video', [await photo('dap-tran.jpg', 30), await photo('dap-tran-2.jpg', 60)]);
          await tray(page)
            .getByText(/^2 file/)
            .waitFor();
        },
        there: (page) => tray(page).getByRole('button', { name: 'dap-tran-2.jpg, 2 trên 2' }),
      },
      {
        name: 'recorder',
        show: async (page) => {
          await tray(page).getByRole('button', { name: 'Bỏ dap-tran.jpg' }).click();
          await tray(page).getByRole('button', { name: 'Bỏ dap-tran-2.jpg' }).click();
          await page.getByRole('button', { name: 'Ghi âm', exact: true }).click();
          const recorder = page.getByRole('dialog', { name: 'Ghi âm' });
          await recorder.getByText('0:01').first().waitFor();
          await recorder.getByRole('button', { name: 'Dừng và nghe lại' }).click();
        },
        there: (page) => page.getByRole('dialog', { name: 'Ghi âm' }).getByRole('button', { name: /^Nghe:/ }),
      },
      {
        name: 'recorder away',
        show: async (page) => {
          await page.getByRole('button', { name: 'Hủy ghi âm' }).click();
          await page.getByRole('dialog', { name: 'Ghi âm' }).waitFor({ state: 'detached' });
        },
        there: (page) => page.getByRole('textbox', { name: /^Soạn tin nhắn tới/ }),
      },
      { name: 'conversation', there: (page) => message(page, 'Làng Yam có 1 hộ bị ngập') },
      {
        name: 'emoji',
        show: async (page) => {
          await page.getByRole('button', { name: 'Chọn biểu tượng cảm xúc' }).click();
        },
        there: (page) =>
          page.getByRole('button', { name: 'mặt cười toe toét', exact: true }).or(page.getByText('😀')).first(),
      },
      {
        name: 'who reacted',
        show: async (page) => {
          await page.keyboard.press('Escape');
          const group = await agency.group(STORM);
          const { messages } = await agency.as('nga', 'message.page', { group });
          const { id } = messages.findLast((it) => it.text?.startsWith('Làng Yam có 1 hộ bị ngập'))!;
          for (const who of ['nga', 'phuong', 'thung'])
            for (const emoji of ['👍', '🙏', '🎉'])
              await agency.as(who, 'reaction.give', { group, message: id, emoji, on: true });
          const given = message(page, 'Làng Yam có 1 hộ bị ngập').getByRole('group', { name: 'Cảm xúc' });
          await given.getByRole('button').nth(2).click({ button: 'right' });
        },
        there: (page) => page.getByRole('dialog', { name: 'Cảm xúc' }).getByRole('link', { name: /Siu H’Nga/ }),
      },
      {
        name: 'whom to name',
        show: async (page) => {
          await close(page);
          await page.getByRole('textbox', { name: /^Soạn tin nhắn tới/ }).pressSequentially('Nhờ @');
        },
        there: (page) => page.getByRole('option', { name: /@All/ }),
      },
      {
        name: 'menu of a message',
        show: async (page) => {
          await page.keyboard.press('Escape');
          await page.getByRole('textbox', { name: /^Soạn tin nhắn tới/ }).fill('');
          await openMenuOf(page, 'Làng Yam có 1 hộ bị ngập');
        },
        there: (page) => page.getByRole('menu', { name: 'Tùy chọn tin nhắn' }),
      },
      {
        name: 'picked',
        show: (page) => page.getByRole('menuitem', { name: 'Chọn nhiều' }).click(),
        there: (page) => page.getByText('Đã chọn 1'),
      },
      {
        name: 'forward',
        show: async (page) => {
          const bar = page.getByRole('region', { name: 'Làm với các tin đã chọn' });
          await bar.getByRole('button', { name: 'Chuyển tiếp' }).click();
        },
        there: (page) => page.getByRole('dialog', { name: 'Chuyển tiếp' }).getByRole('checkbox'),
      },
      {
        name: 'answering',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: 'Thôi chọn' }).click();
          await openMenuOf(page, 'Làng Yam có 1 hộ bị ngập');
          await page.getByRole('menuitem', { name: 'Trả lời' }).click();
        },
        there: (page) => page.getByRole('button', { name: 'Thôi trả lời' }),
      },
    ],
  },
  '/chats/:group/options': {
    as: 'phuc',
    path: async () => `${await chat()}/options`,
    looks: [
      { name: 'options', there: (page) => page.getByText('Người hỗ trợ') },
      {
        name: 'edit',
        show: async (page) => {
          await page.getByRole('button', { name: 'Sửa thông tin nhóm' }).click();
        },
        there: (page) => page.getByRole('textbox', { name: 'Tên nhóm' }),
      },
      {
        name: 'hand over and leave',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: 'Chuyển quyền và rời nhóm' }).click();
        },
        there: (page) => page.getByRole('dialog').getByText('Đặng Thị Bích Phượng'),
      },
    ],
  },
  '/chats/:group/members/manage': {
    as: 'phuc',
    path: async () => `${await chat()}/members/manage`,
    looks: [
      {
        name: 'chosen',
        show: async (page) => {
          await page.getByRole('checkbox', { name: /^Rơ Mah Hùng/ }).check();
          await page.getByRole('checkbox', { name: /^Đặng Thị Bích Phượng/ }).check();
        },
        there: (page) => page.getByText('Đã chọn 2 người'),
      },
      {
        name: 'another role',
        show: (page) => page.getByRole('button', { name: 'Đổi vai trò' }).click(),
        there: (page) => page.getByRole('radio', { name: 'Chỉ đọc' }),
      },
    ],
  },
  '/chats/:group/members/compare': {
    as: 'phuc',
    path: async () => `${await chat()}/members/compare`,
    looks: [
      { name: 'choose', there: (page) => page.getByRole('button', { name: 'Chọn tệp danh sách' }) },
      {
        name: 'result',
        show: async (page) => {
          await page
            .getByRole('textbox', { name: 'Hoặc dán số điện thoại, họ tên' })
            .fill(`${LONGEST}\nSiu H’Nga\nTrần Minh Đức ${agency.person('duc').phone}\n0999 888 777\n0905 31888`);
          await page.getByRole('button', { name: 'Đối chiếu', exact: true }).click();
        },
        there: (page) => page.getByRole('button', { name: /^Cần xem lại/ }),
      },
      {
        name: 'only in the group',
        show: (page) => page.getByRole('button', { name: /^Chỉ trong nhóm/ }).click(),
        there: (page) => page.getByRole('listitem').getByRole('checkbox'),
      },
    ],
  },
  '/chats/:group/members': {
    as: 'phuc',
    path: async () => `${await chat()}/members`,
    looks: [
      { name: 'members', there: (page) => page.getByText('Trưởng nhóm', { exact: true }) },
      {
        name: 'add',
        show: async (page) => {
          await page.getByRole('button', { name: 'Thêm thành viên' }).last().click();
        },
        there: (page) => page.getByRole('dialog').getByRole('checkbox'),
      },
    ],
  },
  '/chats/:group/settings': {
    as: 'phuc',
    path: async () => `${await chat()}/settings`,
    looks: [
      { name: 'settings', there: (page) => page.getByRole('switch', { name: 'Chế độ thông báo' }) },
      {
        name: 'right',
        show: async (page) => {
          await page.getByRole('button', { name: /^Gửi tin nhắn/ }).click();
        },
        there: (page) => page.getByRole('dialog').getByRole('radio', { name: 'Chỉ trưởng nhóm' }),
      },
      {
        name: 'exception',
        show: async (page) => {
          await page.getByRole('button', { name: 'Thêm ngoại lệ' }).click();
          await page.getByRole('dialog').last().getByRole('searchbox').fill('rơ châm');
          await page.getByRole('dialog').last().getByRole('listitem').getByRole('button').first().click();
        },
        there: (page) => page.getByRole('radio', { name: 'Không được' }),
      },
      {
        name: 'slow',
        show: async (page) => {
          await close(page);
          await close(page);
          await page.getByRole('button', { name: /^Chế độ chậm/ }).click();
        },
        there: (page) => page.getByRole('dialog').getByRole('radio', { name: '30 giây' }),
      },
      {
        name: 'transfer',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: /^Chuyển quyền trưởng nhóm/ }).click();
        },
        there: (page) => page.getByRole('dialog').getByRole('listitem'),
      },
      {
        name: 'dissolve',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: 'Giải tán nhóm' }).click();
        },
        there: (page) => page.getByRole('textbox', { name: 'Gõ tên nhóm để xác nhận' }),
      },
    ],
  },
  '/chats/:group/names': {
    as: 'phuc',
    path: async () => {
      const group = await agency.group(STORM);
      await agency.as('phuc', 'group.change', { group, name: 'Ứng phó mưa bão và tìm kiếm cứu nạn xã Ia Grai' });
      await agency.as('phuc', 'group.change', { group, name: STORM });
      return `/chats/${group}/names`;
    },
    looks: [{ name: 'names', there: (page) => page.getByText(`Tên cũ: ${STORM}`) }],
  },
  '/chats/:group/audit': {
    as: 'phuc',
    path: async () => {
      const group = await agency.group(STORM);
      await agency.as('phuc', 'group.change', { group, topic: 'Phòng chống thiên tai và tìm kiếm cứu nạn' });
      return `/chats/${group}/audit`;
    },
    looks: [
      { name: 'log', there: (page) => page.getByText('Nội dung công việc:', { exact: false }) },
      {
        name: 'nothing found',
        show: async (page) => {
          await page.getByRole('button', { name: 'Loại' }).click();
          await page.getByRole('radio', { name: 'Cơ quan' }).click();
        },
        there: (page) => page.getByText('Không có mục nào như vậy.'),
      },
    ],
  },
  '/groups/new': {
    as: 'nga',
    path: () => '/groups/new',
    looks: [
      { name: 'choose', there: (page) => page.getByRole('checkbox') },
      {
        name: 'pasted numbers',
        show: async (page) => {
          await page.getByRole('button', { name: 'Dán danh sách số' }).click();
          await page
            .getByRole('textbox', { name: 'Danh sách số, mỗi dòng một số' })
            .fill(`${agency.person('ngoc').phone}\n0999 888 777\n0905 31`);
          await page.getByRole('button', { name: 'Đọc danh sách' }).click();
        },
        there: (page) => page.getByRole('region', { name: 'Kết quả từng dòng' }).getByText(LONGEST),
      },
      {
        name: 'name',
        show: async (page, kind) => {
          await page.getByRole('button', { name: 'Xong' }).click();
          if (kind === 'phone') await page.getByRole('button', { name: 'Tiếp tục' }).click();
          await page.getByRole('button', { name: /^Tạo nhóm với/ }).click();
        },
        there: (page) => page.getByText('Viết tên nhóm.', { exact: false }),
      },
      {
        name: 'choose an area',
        show: async (page) => {
          await page.getByRole('button', { name: /^Địa bàn:/ }).click();
        },
        there: (page) => page.getByRole('treeitem'),
      },
    ],
  },
  '/directory': {
    as: 'nga',
    path: () => '/directory',
    looks: [
      {
        name: 'people',
        there: (page) => page.getByRole('link', { name: /Puih Blui|Võ Đình Kha|Đoàn Thị Thúy An/ }),
      },
      {
        name: 'units',
        show: async (page) => {
          await page.getByRole('tab', { name: 'Đơn vị' }).click();
          await page.getByRole('treeitem', { name: /^UBND xã Ia Grai/ }).click();
        },
        there: (page) => page.getByText(/người trong danh bạ/),
      },
      {
        name: 'found',
        show: async (page) => {
          await page.getByRole('searchbox', { name: 'Tìm trong danh bạ' }).fill('ia grai');
        },
        there: heading('Địa bàn'),
      },
    ],
  },
  '/directory/people/:account': {
    as: 'nga',
    path: () => `/directory/people/${agency.person('ngoc').id}`,
    looks: [{ name: 'person', there: (page) => page.getByRole('button', { name: 'Nhắn tin' }) }],
  },
  '/directory/units/:unit': {
    as: 'nga',
    path: async () => {
      const { units } = await agency.as('nga', 'unit.children', { parent: null });
      return `/directory/units/${units.find((it) => it.name === 'UBND xã Ia Grai')!.id}`;
    },
    looks: [
      {
        name: 'unit',
        there: (page) =>
          page
            .getByRole('link', { name: new RegExp(LONGEST) })
            .or(page.getByRole('link', { name: /^Võ Đình Kha|^Ksor H’Bích/ }))
            .first(),
      },
    ],
  },
  '/directory/areas/:area': {
    as: 'nga',
    path: () => '/directory/areas/23764',
    looks: [{ name: 'area', there: heading('Xã Ia Grai') }],
  },
  '/me': {
    as: 'nga',
    path: () => '/me',
    looks: [
      { name: 'me', there: (page) => page.getByText('Siu H’Nga').filter({ visible: true }) },
      {
        name: 'text size',
        show: async (page) => {
          await page.getByRole('button', { name: /^Cỡ chữ/ }).click();
        },
        there: (page) => page.getByRole('radio', { name: 'Rất lớn' }),
      },
      {
        name: 'sign out?',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: 'Đăng xuất', exact: true }).click();
        },
        there: (page) => page.getByRole('alertdialog'),
      },
    ],
  },
  '/me/profile': {
    as: 'nga',
    path: () => '/me/profile',
    looks: [{ name: 'profile', there: (page) => page.getByRole('textbox', { name: 'Họ và tên' }) }],
  },
  '/me/saved': {
    as: 'nga',
    path: async () => {
      for (const name of [STORM, 'Cán bộ, công chức UBND xã Ia Grai']) {
        const group = await agency.group(name);
        const { messages } = await agency.as('nga', 'message.page', { group, limit: 3 });
        const chosen = messages.flatMap((it) => (it.kind === 'text' ? [it.id] : []));
        await agency.as('nga', 'message.save', { group, messages: chosen });
      }
      return '/me/saved';
    },
    looks: [{ name: 'saved messages', there: (page) => page.getByRole('button', { name: 'Bỏ đánh dấu' }) }],
  },
  '/me/scheduled': {
    as: 'nga',
    path: async () => {
      const group = await agency.group(STORM);
      for (const [text, urgency] of [
        ['Nhắc các thôn, làng gửi số liệu thiệt hại trước 15:00.', 1],
        ['Mời họp giao ban sáng thứ Hai, phòng họp 2.', undefined],
      ] as const) {
        const at = agency.now().getTime() + 86_400_000;
        await agency.as('nga', 'scheduled.add', { group, text, at, ...(urgency ? { urgency } : {}) });
      }
      return '/me/scheduled';
    },
    looks: [
      { name: 'scheduled messages', there: (page) => page.getByText('Mời họp giao ban') },
      {
        name: 'another time',
        show: async (page) => {
          await page.getByRole('button', { name: 'Việc với tin hẹn giờ' }).first().click();
          await page.getByRole('menuitem', { name: 'Đổi giờ' }).click();
        },
        there: (page) => page.getByRole('dialog', { name: 'Đổi giờ' }),
      },
    ],
  },
  '/me/phrases': {
    as: 'nga',
    path: async () => {
      await agency.as('nga', 'phrase.save', {
        phrases: ['Văn phòng đã nhận.', 'Xin gửi lại bản có chữ ký.'],
        offers: true,
      });
      return '/me/phrases';
    },
    looks: [
      { name: 'quick phrases', there: (page) => page.getByText('Xin gửi lại bản có chữ ký.') },
      {
        name: 'another phrase',
        show: (page) => page.getByRole('button', { name: 'Thêm câu' }).click(),
        there: (page) => page.getByRole('dialog', { name: 'Thêm câu' }),
      },
    ],
  },
  '/me/quiet': {
    as: 'nga',
    path: () => '/me/quiet',
    looks: [{ name: 'quiet hours', there: (page) => page.getByRole('switch', { name: 'Giờ yên tĩnh' }) }],
  },
  '/me/labels': {
    as: 'nga',
    path: async () => {
      const { labels } = await agency.as('nga', 'label.list', {});
      if (labels.length === 0) {
        await agency.as('nga', 'label.add', { name: 'Phòng chống bão lũ và cứu nạn', colour: 'lake' });
        await agency.as('nga', 'label.add', { name: 'Hộ nghèo', colour: 'earth' });
      }
      return '/me/labels';
    },
    looks: [
      { name: 'labels', there: (page) => page.getByText('Hộ nghèo') },
      {
        name: 'new label',
        show: (page) => page.getByRole('button', { name: 'Thêm nhãn' }).click(),
        there: (page) => page.getByRole('radio', { name: 'Cà phê' }),
      },
    ],
  },
  '/me/devices': {
    as: 'nga',
    path: () => '/me/devices',
    looks: [{ name: 'devices', there: (page) => page.getByText('Máy này', { exact: true }) }],
  },
  '/admin': {
    as: 'khai',
    path: () => '/admin',
    looks: [{ name: 'admin', there: (page) => page.getByRole('link', { name: 'Yêu cầu đăng ký' }) }],
  },
  '/admin/groups': {
    as: 'khai',
    path: () => '/admin/groups',
    looks: [
      { name: 'groups', there: (page) => page.getByRole('button', { name: new RegExp(`^${STORM}`) }) },
      {
        name: 'appoint',
        show: async (page) => {
          await page.getByRole('button', { name: new RegExp(`^${STORM}`) }).click();
        },
        there: (page) => page.getByRole('dialog').getByRole('listitem'),
      },
    ],
  },
  '/admin/audit': {
    as: 'khai',
    path: () => '/admin/audit',
    looks: [
      { name: 'log', there: (page) => page.getByRole('button', { name: 'Kiểm tra lại' }) },
      {
        name: 'checked',
        show: async (page) => {
          await page.getByRole('button', { name: 'Kiểm tra lại' }).click();
        },
        there: (page) => page.getByText('Chuỗi nhật ký nguyên vẹn.'),
      },
      {
        name: 'export',
        show: async (page) => {
          await page.getByRole('button', { name: 'Kết xuất' }).click();
        },
        there: (page) => page.getByRole('button', { name: 'Đề nghị kết xuất' }),
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
  '/admin/recalled': {
    as: 'khai',
    path: async () => {
      const group = await agency.group(STORM);
      const { id } = await agency.as('thung', 'message.send', { group, text: 'Gửi nhầm số liệu.' });
      await agency.as('thung', 'message.recall', { group, message: id });
      return '/admin/recalled';
    },
    looks: [
      { name: 'sealed originals', there: (page) => page.getByRole('button', { name: 'Mở bản gốc' }) },
      {
        name: 'reason',
        show: (page) => page.getByRole('button', { name: 'Mở bản gốc' }).first().click(),
        there: (page) => page.getByRole('dialog', { name: 'Mở bản gốc của tin này?' }),
      },
    ],
  },
  '/admin/requests': {
    as: 'khai',
    path: () => '/admin/requests',
    looks: [{ name: 'requests', there: (page) => page.getByText('Không có ai chờ duyệt.') }],
  },
  '/admin/agency': {
    as: 'khai',
    path: () => '/admin/agency',
    looks: [{ name: 'agency', there: (page) => page.getByRole('textbox', { name: 'Tên cơ quan' }) }],
  },
  '/admin/import': {
    as: 'khai',
    path: () => '/admin/import',
    looks: [
      { name: 'choose', there: (page) => page.getByRole('button', { name: 'Chọn tệp' }) },
      {
        name: 'report',
        show: async (page) => {
          const rows = [
            'Họ và tên;Số điện thoại;Đơn vị;Chức vụ;Địa bàn',
            'Nguyễn Thị Lan;0914220318;UBND xã Ia Grai / Trạm Y tế xã;Y sĩ;Xã Ia Grai',
            `${LONGEST};0914 220 31;UBND xã Ia Grai / Trạm Y tế xã;Y sĩ;Thôn 99`,
          ];
          await page.locator('input[type=file]').setInputFiles({
            name: 'danh-sach-tram-y-te.csv',
            mimeType: 'text/csv',
            buffer: Buffer.from(rows.join('\r\n')),
          });
        },
        there: (page) => page.getByRole('button', { name: /^1\s*Dòng sai/ }),
      },
    ],
  },
  '/admin/units': {
    as: 'khai',
    path: () => '/admin/units',
    looks: [
      { name: 'units', there: (page) => page.getByRole('treeitem', { name: /^UBND xã Ia Grai/ }) },
      {
        name: 'chosen',
        show: async (page) => {
          await page.getByRole('treeitem', { name: /^UBND xã Ia Grai/ }).click();
        },
        there: (page) => page.getByRole('button', { name: 'Đóng đơn vị' }),
      },
    ],
  },
  '/admin/areas': {
    as: 'khai',
    path: () => '/admin/areas',
    looks: [{ name: 'areas', there: (page) => page.getByRole('treeitem', { name: /Tỉnh Gia Lai/ }) }],
  },
  '/chats/:group/requests': {
    as: 'phuc',
    path: async () => `${await chat()}/requests`,
    looks: [{ name: 'requests', there: (page) => page.getByText('Không có ai chờ duyệt.') }],
  },
  '/chats/:group/links': {
    as: 'phuc',
    path: async () => `${await chat()}/links`,
    looks: [
      { name: 'links', there: (page) => page.getByRole('button', { name: 'Tạo link' }) },
      {
        name: 'make',
        show: async (page) => {
          await page.getByRole('button', { name: 'Tạo link' }).first().click();
        },
        there: (page) => page.getByRole('dialog').getByRole('textbox', { name: /^Tên link/ }),
      },
    ],
  },
  '/join/:code': {
    as: 'khai',
    path: async () => {
      const { link } = await agency.as('phuc', 'link.make', { group: await agency.group(STORM), name: '' });
      return `/join/${link.code}`;
    },
    looks: [{ name: 'join', there: (page) => page.getByRole('button', { name: 'Xin tham gia nhóm' }) }],
  },
  '/join/:code/:way': {
    as: 'khai',
    path: () => '/join/AAAAAAAAAAAAAAAAAAAAAA/qr',
    looks: [{ name: 'dead', there: (page) => page.getByText('Link đã hết hạn hoặc bị thu hồi.') }],
  },
  '/invitations': {
    as: 'nga',
    path: () => '/invitations',
    looks: [{ name: 'invitations', there: heading('Lời mời vào nhóm') }],
  },
  '/chats/:group/regulation': {
    as: 'phuc',
    path: async () => `${await chat()}/regulation`,
    looks: [{ name: 'regulation', there: heading('Quy chế sử dụng') }],
  },
  '/chats/:group/regulation/draft': {
    as: 'phuc',
    path: async () => `${await chat()}/regulation/draft`,
    looks: [{ name: 'draft', there: (page) => page.getByRole('textbox').last() }],
  },
  '/chats/:group/regulation/acceptance': {
    as: 'phuc',
    path: async () => `${await chat()}/regulation/acceptance`,
    looks: [{ name: 'acceptance', there: heading('Đồng ý quy chế') }],
  },
  '/admin/regulations': {
    as: 'khai',
    path: () => '/admin/regulations',
    looks: [{ name: 'defaults', there: heading('Quy chế mẫu của đơn vị') }],
  },
  '/admin/regulations/:unit': {
    as: 'khai',
    path: async () => {
      const { units } = await agency.as('khai', 'unit.children', { parent: null });
      return `/admin/regulations/${units.find((it) => it.name === 'UBND xã Ia Grai')!.id}`;
    },
    looks: [{ name: 'default', there: heading('Quy chế mẫu của đơn vị') }],
  },
};

/** These need a house of another state: they are visited below by themselves. */
const ELSEWHERE = ['/setup', '/welcome'];

test('every screen of the product is visited here', async () => {
  const source = await readFile(join(import.meta.dirname, '..', 'features', 'views.ts'), 'utf8');
  const screens = [...source.matchAll(/path: '([^']+)',\s*frame: '/g)].map((it) => it[1]!);
  assert.equal(screens.length, [...source.matchAll(/\bframe: '/g)].length, 'a screen is written in another way');
  assert.ok(screens.length >= 20);
  assert.deepEqual(screens.toSorted(), [...Object.keys(VISITS), ...ELSEWHERE].toSorted());
});

async function openMenuOf(page: Page, text: string): Promise<void> {
  await message(page, text).locator('.bubble').first().click({ button: 'right' });
}

async function isFine(page: Page, what: string, only?: 'colours'): Promise<void> {
  await picture(page, `screens/${what.replaceAll(/[^\p{L}\d]+/gu, '-')}`);
  assert.deepEqual(await accessibilityFaults(page, only ? { only } : {}), [], what);
  assert.equal(await sidewaysScroll(page), 0, `${what} scrolls sideways`);
  assert.equal(await page.getByText('Màn hình này gặp lỗi').count(), 0, what);
}

async function inBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    await isFine(page, `${what}, ${colorScheme}`, colorScheme === 'dark' ? 'colours' : undefined);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function atOtherWidths(page: Page, what: string): Promise<void> {
  for (const width of [768, 1920]) {
    await page.setViewportSize({ width, height: 1024 });
    await settled(page);
    assert.equal(await sidewaysScroll(page), 0, `${what} scrolls sideways at ${width}`);
  }
  await page.setViewportSize(SIZES.pc);
}

async function visit(page: Page, kind: Kind, path: string, check: (what: string) => Promise<void>): Promise<void> {
  const { looks, path: address } = VISITS[path]!;
  await page.goto(agency.url + (await address()));
  for (const { name, show, there, only } of looks) {
    if (only && only !== kind) continue;
    await show?.(page, kind);
    await there(page, kind).filter({ visible: true }).first().waitFor();
    await settled(page);
    await check(`${path}: ${name}, ${kind}`);
  }
}

/** The paths by who visits them, so that each person opens the app once. */
const byPerson = Object.groupBy(Object.keys(VISITS), (path) => VISITS[path]!.as ?? '');

for (const kind of ['phone', 'pc'] as const) {
  for (const [key, paths = []] of Object.entries(byPerson)) {
    test(`light and dark, on ${kind}, as ${key || 'somebody signed out'}: ${paths.join(' ')}`, async () => {
      const page = key ? await agency.device(browser, kind, key, { path: '/me' }) : await openDevice(browser, kind);
      const check = async (what: string): Promise<void> => {
        await inBothThemes(page, what);
        if (kind === 'pc') await atOtherWidths(page, what);
      };
      for (const path of paths) await visit(page, kind, path, check);
      await closeDevice(page);
    });
  }
}

for (const [key, paths = []] of Object.entries(byPerson)) {
  if (key === '') continue;
  test(`320 px wide with the largest letters, as ${key}: ${paths.join(' ')}`, async () => {
    const page = await agency.device(browser, 'phone', key, { path: '/me', viewport: { width: 320, height: 640 } });
    await page.getByRole('button', { name: /^Cỡ chữ/ }).click();
    await page.getByRole('radio', { name: 'Rất lớn' }).click();
    await close(page);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '20px');
    for (const path of paths) await visit(page, 'phone', path, (what) => isFine(page, `${what} 320`));
    await closeDevice(page);
  });
}

test('the page of the first run', async () => {
  const fresh = await openAgency({ fresh: true });
  for (const kind of ['phone', 'pc'] as const) {
    const page = await openDevice(browser, kind);
    await page.goto(fresh.url);
    await page.getByRole('heading', { name: 'Thiết lập lần đầu' }).waitFor();
    await inBothThemes(page, `/setup: ${kind}`);
    await page.getByRole('button', { name: 'Hoàn tất và vào trò chuyện' }).click();
    await page.getByText('Chọn tỉnh, xã hoặc phường.').waitFor();
    await inBothThemes(page, `/setup: errors, ${kind}`);
    await closeDevice(page);
  }
});

test('the page after the first code', async () => {
  for (const [kind, key] of [
    ['phone', 'tram'],
    ['pc', 'vy'],
  ] as const) {
    const page = await openDevice(browser, kind);
    await page.goto(agency.url);
    const { phone } = agency.person(key);
    await page.getByRole('textbox', { name: 'Số điện thoại di động' }).fill(phone);
    await page.getByRole('button', { name: 'Nhận mã đăng nhập' }).click();
    await page.getByRole('textbox', { name: 'Mã đăng nhập' }).fill(await agency.codeFor(phone));
    await page.getByRole('button', { name: 'Đúng, vào trò chuyện' }).waitFor();
    await inBothThemes(page, `/welcome: ${kind}`);
    await closeDevice(page);
  }
});

import { sql } from 'kysely';

import { agency, close, LONGEST, STORM } from './tour.ts';
import type { Visits } from './tour.ts';

const MARKED = 'Độ mật: TUYỆT MẬT. Phương án số 4';
const GROUP = 'Ban Chỉ đạo bố trí dân cư vùng thiên tai và nơi đặc biệt khó khăn khu vực biên giới phía tây';

let refused: Promise<void> | undefined;

/** The guard has refused several things of several people; one of them says that it was mistaken, another has been answered. */
function withRefusals(): Promise<void> {
  refused ??= (async () => {
    const storm = await agency.group(STORM);
    const { group } = await agency.as('ngoc', 'group.create', {
      kind: 'coordination',
      name: GROUP,
      members: [agency.person('nga').id],
    });
    await agency.as('ngoc', 'message.send', { group, text: MARKED }).catch(isRefusal);
    await agency.as('ngoc', 'phrase.save', { phrases: [MARKED], offers: true }).catch(isRefusal);
    for (const key of ['thung', 'nga', 'phuong'])
      await agency.as(key, 'message.send', { group: storm, text: MARKED }).catch(isRefusal);
    for (const [key, reason] of [
      [
        'ngoc',
        'Đây là bài giảng của lớp tập huấn công tác văn thư, lưu trữ cho cán bộ thôn, làng; không phải văn bản.',
      ],
      ['nga', 'Nhắc lại tên mục trong biểu mẫu.'],
    ] as const) {
      const { incidents } = await agency.as(key, 'incident.mine', {});
      await agency.as(key, 'incident.appeal', { incident: incidents[0]!.id, reason });
      if (key === 'nga')
        await agency.as('khai', 'incident.decide', { incident: incidents[0]!.id, outcome: 'mistaken', note: '' });
    }
  })();
  return refused;
}

function isRefusal(error: unknown): void {
  if ((error as { code?: string }).code !== 'secrecy.marked') throw error;
}

/** A message that the rules of its day let pass has been found since. */
async function found(): Promise<void> {
  const { group } = await agency.as('ngoc', 'group.create', { kind: 'coordination', name: `${GROUP} 2`, members: [] });
  const { id } = await agency.as('ngoc', 'message.send', { group, text: 'Phương án số 5' });
  await sql`update messages set text = ${MARKED} where id = ${id}`.execute(agency.house.db);
  const { rescan } = await agency.as('khai', 'rescan.begin', { what: ['message'] });
  // By the table: asked through the door so often, it would be too often.
  for (const until = Date.now() + 60_000; ;) {
    const { rows } = await sql`select from rescans where id = ${rescan} and state = 'running'`.execute(agency.house.db);
    if (rows.length === 0) return;
    if (Date.now() > until) throw new Error('a look at what is stored does not end');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const secrecy: Visits = {
  '/me/refused': {
    as: 'nga',
    path: async () => {
      await withRefusals();
      return '/me/refused';
    },
    looks: [
      { name: 'own refusals', there: (page) => page.getByText('Bị chặn nhầm') },
      {
        name: 'what to do',
        show: (page) => page.getByRole('button', { name: 'Việc cần làm' }).first().click(),
        there: (page) => page.getByRole('dialog').getByRole('button', { name: 'Đã hiểu' }),
      },
    ],
  },
  '/admin/secrecy': {
    as: 'khai',
    path: async () => {
      await withRefusals();
      return '/admin/secrecy';
    },
    looks: [
      { name: 'refusals', there: (page) => page.getByText(LONGEST) },
      {
        name: 'figures',
        show: (page) => page.getByText(/^\d+ lượt chặn ·/).click(),
        there: (page) => page.getByRole('table', { name: 'Theo đơn vị' }),
      },
      {
        name: 'one refusal',
        show: (page) =>
          page
            .getByRole('button', { name: new RegExp(`^Xem lượt chặn .*${LONGEST}`) })
            .last()
            .click(),
        there: (page) => page.getByRole('dialog').getByRole('button', { name: 'Chặn nhầm' }),
      },
      {
        name: 'none found',
        show: async (page, kind) => {
          await close(page);
          if (kind === 'phone') await page.getByText('Lọc thêm').click();
          await page.getByRole('combobox', { name: 'Loại' }).selectOption({ label: 'Không kiểm tra được' });
        },
        there: (page) => page.getByText('Không có lượt chặn nào như vậy'),
      },
    ],
  },
  '/admin/secrecy/:part': {
    as: 'khai',
    path: async () => {
      await agency.as('khai', 'secrecy.setOfficer', { account: agency.person('ngoc').id, on: true });
      await found();
      return '/admin/secrecy/rules';
    },
    looks: [
      { name: 'rules', there: (page) => page.getByRole('button', { name: 'Đề nghị sửa' }) },
      {
        name: 'measured figures',
        show: (page) => page.getByRole('heading', { name: /^Số đo của quy tắc/ }).scrollIntoViewIfNeeded(),
        there: (page) => page.getByRole('rowheader', { name: 'Chữ ghi rõ độ mật' }),
      },
      {
        name: 'terms',
        show: (page) => page.getByRole('button', { name: /^Từ ngữ của Chữ trên dấu/ }).click(),
        there: (page) => page.getByRole('dialog').getByRole('listitem'),
      },
      {
        name: 'changing',
        show: async (page) => {
          await close(page);
          await page.getByRole('button', { name: 'Đề nghị sửa' }).click();
          await page.getByRole('checkbox', { name: 'Chữ trên dấu: Bật' }).click();
          await page.getByRole('combobox', { name: 'Loại văn bản kèm độ mật: Sức nặng' }).selectOption('weak');
        },
        there: (page) => page.getByRole('button', { name: 'Gửi đề nghị' }),
      },
      {
        name: 'proposing',
        show: async (page) => {
          await page.getByRole('button', { name: 'Gửi đề nghị' }).click();
          const reason = page.getByRole('dialog').getByRole('textbox', { name: 'Lý do sửa' });
          await reason.fill('Bớt chặn nhầm khi nói về con dấu');
        },
        there: (page) => page.getByRole('dialog').getByRole('list', { name: 'Thay đổi' }),
      },
      {
        name: 'proposed',
        show: async (page) => {
          await page.getByRole('dialog').getByRole('button', { name: 'Gửi đề nghị' }).click();
          await page.getByRole('dialog').waitFor({ state: 'detached' });
        },
        there: (page) => page.getByRole('button', { name: 'Rút đề nghị' }),
      },
      {
        name: 'try out',
        show: async (page) => {
          await page.getByRole('button', { name: 'Rút đề nghị' }).click();
          await page.getByRole('button', { name: 'Rút đề nghị' }).waitFor({ state: 'detached' });
          await page.goto(`${agency.url}/admin/secrecy/try`);
          await page.getByRole('textbox', { name: 'Đoạn chữ để thử' }).fill(MARKED);
          await page.getByRole('button', { name: 'Thử đoạn chữ' }).click();
        },
        there: (page) => page.getByText('Sẽ bị chặn'),
      },
      {
        name: 'looks again',
        show: async (page) => {
          await page.goto(`${agency.url}/admin/secrecy/rescans`);
        },
        there: (page) => page.getByRole('button', { name: 'Kết quả' }),
      },
      {
        name: 'findings',
        show: (page) => page.getByRole('button', { name: 'Kết quả' }).first().click(),
        there: (page) => page.getByRole('dialog').getByText(LONGEST),
      },
      {
        name: 'officers',
        show: async (page) => {
          await page.goto(`${agency.url}/admin/secrecy/settings`);
        },
        there: (page) => page.getByText(LONGEST),
      },
    ],
  },
};

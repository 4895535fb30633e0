import { agency, close, heading, LONGEST, STORM } from './tour.ts';
import type { Visits } from './tour.ts';

export const people: Visits = {
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
};

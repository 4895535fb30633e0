import { agency, heading, LONGEST, STORM } from './tour.ts';
import type { Visits } from './tour.ts';

export const admin: Visits = {
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
  '/admin/reports': {
    as: 'khai',
    path: async () => {
      await reported('Bảng phân công tuần tra tuyến phía tây');
      return '/admin/reports';
    },
    looks: [
      { name: 'reports', there: (page) => page.getByRole('button', { name: 'Xem xét' }) },
      {
        name: 'decide',
        show: (page) => page.getByRole('button', { name: 'Xem xét' }).first().click(),
        there: (page) => page.getByRole('dialog').getByRole('button', { name: 'Thu hồi ở mọi nơi' }),
      },
    ],
  },
  '/admin/reports/:withdrawal': {
    as: 'khai',
    path: async () => {
      const report = await reported('Sơ đồ bố trí chốt trực đêm');
      const note = 'Thuộc danh mục bí mật nhà nước';
      const { withdrawal } = await agency.as('khai', 'report.decide', { report, decision: 'withdraw', note });
      return `/admin/reports/${withdrawal}`;
    },
    looks: [{ name: 'minute', there: (page) => page.getByRole('button', { name: 'Tải DOCX' }) }],
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

/** Somebody has reported a message that says this; answers the report. */
async function reported(text: string): Promise<string> {
  const group = await agency.group(STORM);
  const { id } = await agency.as('phuc', 'message.send', { group, text });
  await agency.as('thung', 'report.make', { group, message: id });
  const { reports } = await agency.as('khai', 'report.list', {});
  return reports.find((it) => it.message === id)!.id;
}

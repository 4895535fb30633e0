import { agency, chat, close, heading, LONGEST, STORM } from './tour.ts';
import type { Visits } from './tour.ts';

export const groups: Visits = {
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
};

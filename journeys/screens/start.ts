import { agency, heading } from './tour.ts';
import type { Visits } from './tour.ts';

export const start: Visits = {
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
};

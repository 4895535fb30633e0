import type { Page } from 'playwright-core';

import { closeDevice } from '../browser.ts';
import { choose, drawn, letter, photo, sendTray, tray } from '../pictures.ts';
import { message } from '../steps.ts';
import { agency, browser, chat, close, STORM } from './tour.ts';
import type { Visits } from './tour.ts';

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

async function openMenuOf(page: Page, text: string): Promise<void> {
  await message(page, text).locator('.bubble').first().click({ button: 'right' });
}

export const chats: Visits = {
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
};

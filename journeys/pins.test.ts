import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Locator, Page } from 'playwright-core';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import {
  accessibilityFaults,
  closeDevice,
  guidePicture,
  openBrowser,
  picture,
  settled,
  sidewaysScroll,
} from './browser.ts';
import { composer, message } from './steps.ts';

// Pins: by key and by menu, put in order by pointer, keys and menu, until a day, and gone for everybody.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const STORM_WARNING = 'Bão số 13 gây mưa rất lớn từ đêm nay';
const ROSTER = 'Lịch trực ban tuần 47';
const QUESTION = 'Điểm tập kết vật tư dự phòng';

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
});

after(() => browser?.close());

const strip = (page: Page): Locator => page.getByRole('region', { name: 'Đã ghim' });
const rows = (where: Locator): Locator => where.getByRole('list', { name: 'Đã ghim' }).getByRole('listitem');

/** Waits until the rows say this, in this order. */
async function inOrder(where: Locator, ...words: string[]): Promise<void> {
  await where.page().waitForFunction(
    (wanted) => {
      const found = [...document.querySelectorAll('[role=dialog] .pin-what, dialog .pin-what')].map(
        (it) => it.textContent,
      );
      return found.length === wanted.length && found.every((it, at) => it?.includes(wanted[at]!));
    },
    words,
    { timeout: 30_000 },
  );
}

async function looks(page: Page, name: string): Promise<void> {
  await settled(page);
  await picture(page, `pins/${name}`);
  assert.equal(await sidewaysScroll(page), 0);
  assert.deepEqual(await accessibilityFaults(page), []);
}

test('pinned by key and menu, in order by pointer, keys and menu, with an end, and seen by the others at once', async () => {
  const group = await agency.group(STORM);
  const { pins } = await agency.as('phuc', 'pin.list', { group });
  for (const { thing } of pins) await agency.as('phuc', 'pin.remove', { group, thing });
  const { note } = await agency.as('phuc', 'note.create', { group, title: ROSTER, text: 'Từ thứ Hai 16/11' });
  const { id } = await agency.as('phuc', 'poll.create', { group, question: QUESTION, choices: ['Thôn 2', 'Thôn 4'] });
  await agency.as('phuc', 'message.send', { group, text: STORM_WARNING });

  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}` });
  await composer(phuc).waitFor();
  await message(phuc, STORM_WARNING).focus();
  await phuc.keyboard.press('p');
  await strip(phuc)
    .getByRole('button', { name: new RegExp(`^Tin ghim: “${STORM_WARNING}”`) })
    .waitFor();
  await strip(thung).getByText(STORM_WARNING).waitFor();
  await message(phuc, 'đã ghim một tin nhắn').waitFor();
  for (const thing of [note, id]) await agency.as('phuc', 'pin.add', { group, thing });

  await strip(phuc).getByRole('button', { name: 'Mở danh sách 3 mục đã ghim' }).click();
  const list = phuc.getByRole('dialog', { name: 'Đã ghim 3' });
  await inOrder(list, QUESTION, ROSTER, STORM_WARNING);
  await looks(phuc, 'list-pc');
  await guidePicture(phuc, 'ghim-danh-sach-may');

  // By the pointer: the last one to the top, once nothing moves any more under it.
  await settled(phuc);
  const grip = await rows(list).nth(2).locator('.pin-grip').boundingBox();
  const top = await rows(list).nth(0).boundingBox();
  await phuc.mouse.move(grip!.x + 12, grip!.y + 12);
  await phuc.mouse.down();
  await phuc.mouse.move(grip!.x + 12, top!.y + 4, { steps: 6 });
  await phuc.mouse.up();
  await inOrder(list, STORM_WARNING, QUESTION, ROSTER);
  // By keys, and said.
  await list.getByRole('button', { name: new RegExp(`^Đổi thứ tự: ${ROSTER}`) }).focus();
  await phuc.keyboard.press('Alt+ArrowUp');
  await inOrder(list, STORM_WARNING, ROSTER, QUESTION);
  await list.getByText(`Đã chuyển ${ROSTER} lên vị trí 2 trong 3`).waitFor();
  await phuc.keyboard.press('Alt+ArrowUp');
  await inOrder(list, ROSTER, STORM_WARNING, QUESTION);
  // By the menu, with an end.
  await list.getByRole('button', { name: `Tùy chọn ghim: ${QUESTION}` }).click();
  await phuc.getByRole('menuitem', { name: 'Lên đầu' }).click();
  await inOrder(list, QUESTION, ROSTER, STORM_WARNING);
  await list.getByRole('button', { name: `Tùy chọn ghim: ${QUESTION}` }).click();
  await phuc.getByRole('menuitem', { name: 'Thời hạn ghim' }).click();
  const ends = phuc.getByRole('dialog', { name: 'Thời hạn ghim' });
  await ends.getByRole('radio', { name: /^7 ngày/ }).check();
  await looks(phuc, 'ends-pc');
  await ends.getByRole('button', { name: 'Lưu' }).click();
  await rows(list)
    .nth(0)
    .getByText(/ghim đến/)
    .waitFor();

  // The other one sees the same on the phone, and reads the message in its place.
  await strip(thung).getByText(QUESTION).waitFor();
  await looks(thung, 'strip-phone');
  await guidePicture(thung, 'ghim-dau-dt');
  await strip(thung).getByRole('button', { name: 'Mở danh sách 3 mục đã ghim' }).tap();
  const theirs = thung.getByRole('dialog', { name: 'Đã ghim 3' });
  await inOrder(theirs, QUESTION, ROSTER, STORM_WARNING);
  await looks(thung, 'list-phone');
  await theirs.getByRole('button', { name: new RegExp(`^Tùy chọn ghim: “${STORM_WARNING}”`) }).tap();
  await thung.getByRole('menuitem', { name: 'Xem toàn bộ' }).tap();
  await thung.getByRole('dialog', { name: 'Tin nhắn đã ghim' }).getByText(STORM_WARNING).waitFor();
  await looks(thung, 'whole-phone');

  // Recalled: gone for everybody.
  await list.getByRole('button', { name: 'Đóng' }).click();
  await agency.as('phuc', 'pin.move', { group, thing: id, before: null });
  await strip(phuc).getByText(ROSTER).waitFor();
  await agency.as('phuc', 'note.remove', { group, note });
  await strip(phuc).getByText(STORM_WARNING).waitFor();
  await looks(phuc, 'strip-pc');
  await closeDevice(thung);
  await closeDevice(phuc);
});

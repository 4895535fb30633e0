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
import { composer } from './steps.ts';

// Asking the group to choose: made on the phone, voted in on the PC and without a line, closed with its result; and anonymously.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const QUESTION = 'Điểm tập kết vật tư dự phòng';
const CHOICES = ['Nhà văn hóa Thôn 2', 'Trường TH Lê Lợi', 'Sân UBND xã'];

let agency: Agency;
let browser: Browser;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser({ worker: true });
});

after(() => browser?.close());

const card = (page: Page, question: string): Locator =>
  page.getByRole('log').getByRole('region', { name: `Bình chọn: ${question}` });
const choice = (where: Locator, name: string | RegExp): Locator => where.getByRole('radio', { name, exact: true });

/** An entry under +: a menu on the PC, a sheet on the phone. */
const entry = (page: Page, name: string): Locator => page.getByRole('menuitem', { name });

/** The card as it stands, and nothing wrong with the page around it. */
async function looks(page: Page, name: string): Promise<void> {
  await settled(page);
  await picture(page, `polls/${name}`);
  assert.equal(await sidewaysScroll(page), 0);
  assert.deepEqual(await accessibilityFaults(page), []);
}

test('a poll is made on the phone, voted in at once on both, without a line too, and closed with its result', async () => {
  const group = await agency.group(STORM);
  const nga = await agency.device(browser, 'phone', 'nga', { path: `/chats/${group}` });
  const phuc = await agency.device(browser, 'pc', 'phuc', { path: `/chats/${group}` });

  for (const [page, kind] of [
    [phuc, 'may'],
    [nga, 'dt'],
  ] as const) {
    await composer(page).waitFor();
    await page.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
    await entry(page, 'Bình chọn').click();
    const form = page.getByRole('dialog', { name: 'Tạo bình chọn' });
    await form.getByRole('textbox', { name: 'Câu hỏi' }).fill(QUESTION);
    const fields = CHOICES.map((_, at) => form.getByRole('textbox', { name: `Lựa chọn ${at + 1}` }));
    await fields[0]!.fill(CHOICES[0]!);
    await fields[1]!.fill(CHOICES[1]!);
    // Enter in the last one makes the next.
    await fields[1]!.press('Enter');
    await fields[2]!.waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
    await fields[2]!.fill(CHOICES[2]!);
    await form.getByRole('radio', { name: '17:00 ngày mai' }).check();
    await form.getByRole('textbox', { name: 'Câu hỏi' }).scrollIntoViewIfNeeded();
    await settled(page);
    await guidePicture(page, `binh-chon-tao-${kind}`);
    await looks(page, `form-${kind}`);
    if (kind === 'may') {
      // What was written is there when it is opened again.
      await page.keyboard.press('Escape');
      await form.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
      await entry(page, 'Bình chọn').click();
      assert.equal(await fields[2]!.inputValue(), CHOICES[2]);
      await page.keyboard.press('Escape');
      await form.waitFor({ state: 'detached' });
    } else await form.getByRole('button', { name: 'Tạo bình chọn' }).tap();
  }

  // Whoever has written first is asked about notifications: not now.
  await nga.getByRole('button', { name: 'Để sau' }).tap();
  const [onPhone, onPc] = [card(nga, QUESTION), card(phuc, QUESTION)];
  await onPhone.getByText('Chọn một · hết hạn 17:00 mai').waitFor();
  await choice(onPc, /^Nhà văn hóa Thôn 2/).click();
  await choice(onPhone, 'Nhà văn hóa Thôn 2 1 phiếu').waitFor();

  // Without a line it is shown at once, and sent when there is one.
  await nga.context().setOffline(true);
  await choice(onPhone, /^Sân UBND xã/).tap();
  await choice(onPhone, 'Sân UBND xã 1 phiếu')
    .and(nga.getByRole('radio', { checked: true }))
    .waitFor();
  await onPhone.getByText('Chờ gửi').waitFor();
  await picture(nga, 'polls/offline-dt');
  await nga.context().setOffline(false);
  await choice(onPc, 'Sân UBND xã 1 phiếu').waitFor();
  await onPhone.getByText('Chờ gửi').waitFor({ state: 'detached' });
  for (const who of ['thung', 'bich', 'vinh'])
    await agency.as(who, 'poll.vote', { group, poll: await pollOf(group), choices: [who === 'vinh' ? 1 : 0] });
  await choice(onPhone, 'Nhà văn hóa Thôn 2 3 phiếu').waitFor();
  await choice(onPc, 'Nhà văn hóa Thôn 2 3 phiếu').waitFor();
  for (const [page, kind] of [
    [nga, 'dt'],
    [phuc, 'may'],
  ] as const) {
    await looks(page, `card-${kind}`);
    await guidePicture(page, `binh-chon-${kind}`);
  }

  for (const [page, kind] of [
    [nga, 'dt'],
    [phuc, 'may'],
  ] as const) {
    await card(page, QUESTION).getByRole('link', { name: 'Xem chi tiết' }).click();
    await page.getByRole('button', { name: 'Nhà văn hóa Thôn 2 3 người chọn' }).click();
    await page.getByText('Puih Thưng').last().waitFor();
    await looks(page, `details-${kind}`);
    await guidePicture(page, `binh-chon-chi-tiet-${kind}`);
    await page.getByRole('tab', { name: /^Chưa chọn/ }).click();
    await page
      .getByRole('button', { name: /trên .* người đã bình chọn/ })
      .first()
      .waitFor();
    await looks(page, `waiting-${kind}`);
  }
  const [file] = await Promise.all([
    phuc.waitForEvent('download'),
    phuc.getByRole('button', { name: 'Kết xuất' }).click(),
  ]);
  assert.equal(file.suggestedFilename(), 'binh-chon.xlsx');

  // Its maker closes it: the line says what came of it.
  await nga.getByRole('button', { name: 'Việc khác với bình chọn' }).tap();
  await nga.getByRole('menuitem', { name: 'Khóa bình chọn' }).tap();
  await nga.getByRole('alertdialog').getByRole('button', { name: 'Khóa bình chọn' }).tap();
  const line = phuc
    .getByRole('log')
    .getByRole('article')
    .filter({ hasText: 'đã khóa bình chọn, 5/' })
    .filter({ hasText: `${QUESTION}: Nhà văn hóa Thôn 2 (3 phiếu)` });
  await line.waitFor();
  await onPc.getByText('Chọn một · đã khóa').waitFor();
  await looks(phuc, 'locked-may');
  await closeDevice(nga);
  await closeDevice(phuc);
});

/** The newest poll of the group. */
async function pollOf(group: string): Promise<string> {
  const { polls } = await agency.as('phuc', 'poll.list', { group });
  return polls[0]!.id;
}

test('an anonymous vote says before that it cannot be changed; the result is opened at the end', async () => {
  const group = await agency.group(STORM);
  const question = 'Lấy phiếu tín nhiệm tổ trưởng tổ xung kích';
  await agency.as('phuc', 'poll.create', {
    group,
    question,
    choices: ['Đồng ý', 'Không đồng ý', 'Không ý kiến'],
    anonymous: true,
  });
  const poll = await pollOf(group);
  const thung = await agency.device(browser, 'phone', 'thung', { path: `/chats/${group}`, dark: true });
  const it = card(thung, question);
  await it.getByText('phiếu đã gửi không đổi được').waitFor();
  await choice(it, 'Đồng ý').tap();
  await looks(thung, 'anonymous-dt-dark');
  await it.getByRole('button', { name: 'Gửi phiếu' }).tap();
  await it.getByText('Bạn đã bỏ phiếu.').waitFor();
  // Not even this device knows any more.
  await it.getByRole('radio', { checked: true }).waitFor({ state: 'detached' });
  for (const who of ['bich', 'vinh', 'nga']) await agency.as(who, 'poll.vote', { group, poll, choices: [0] });
  await it.getByText(/^4\/\d+ đã bình chọn/).waitFor();
  await agency.as('phuc', 'poll.lock', { group, poll });
  await choice(it, 'Đồng ý 4 phiếu').waitFor();
  await looks(thung, 'opened-dt-dark');
  await closeDevice(thung);
});

if (process.env.PICTURES)
  test('thirty choices of many words, to be looked at', async () => {
    const group = await agency.group(STORM);
    const question =
      'Đề nghị các đồng chí Bí thư Chi bộ, Trưởng thôn, làng trưởng cho ý kiến về địa điểm sơ tán và phương án bảo đảm hậu cần tại chỗ khi mưa lũ kéo dài quá ba ngày';
    const choices = Array.from(
      { length: 30 },
      (_, at) =>
        `Phương án ${at + 1}: tập kết tại ${at % 2 ? 'Trường Tiểu học Lê Lợi, điểm trường làng Grăng' : 'Nhà văn hóa Thôn 2 và trạm y tế xã'}, dự phòng lương thực cho ${(at + 1) * 20} hộ, có máy phát điện, nước sạch và thuốc men tối thiểu`,
    );
    await agency.as('phuc', 'poll.create', { group, question, choices, most: 3, open: false, hidden: true });
    const poll = await pollOf(group);
    for (const [at, who] of ['nga', 'thung', 'bich', 'vinh'].entries())
      await agency.as(who, 'poll.vote', { group, poll, choices: [at, at + 3, 29] });
    for (const [kind, key, dark] of [
      ['phone', 'nga', false],
      ['pc', 'phuc', false],
      ['phone', 'bich', true],
      ['pc', 'thung', true],
    ] as const) {
      const page = await agency.device(browser, kind, key, { path: `/chats/${group}`, dark });
      await settled(page);
      // It opens where the person had read to.
      await page.getByRole('log').focus();
      await page.keyboard.press('End');
      await card(page, question).waitFor();
      await settled(page);
      await picture(page, `polls/long-${kind}${dark ? '-dark' : ''}`);
      await card(page, question).getByRole('link', { name: 'Xem chi tiết' }).click();
      await page.getByRole('heading', { name: question }).waitFor();
      await settled(page);
      await picture(page, `polls/long-details-${kind}${dark ? '-dark' : ''}`);
      assert.equal(await sidewaysScroll(page), 0);
      await closeDevice(page);
    }
  });

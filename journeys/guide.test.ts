import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';

import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, GUIDE_PICTURES, guidePicture, openBrowser, openDevice, SIZES } from './browser.ts';
import type { Kind } from './browser.ts';
import { choose, drawn, letter, photo, sendTray } from './pictures.ts';
import { composer, message, messageSays, openChat, sees, write } from './steps.ts';

// The pictures of docs/huong-dan, each taken on the way of somebody who does what the guide tells, on a Thursday in November.
// PICTURES=guide writes them into docs/huong-dan/hinh; without it they only have to come about.

const ROOT = join(import.meta.dirname, '..');
const THURSDAY = new Date('2026-11-19T14:05:00+07:00');
const STORM = 'Phòng chống bão lũ xã Ia Grai';
const KINDS = [
  ['phone', 'dt'],
  ['pc', 'may'],
] as const satisfies readonly (readonly [Kind, string])[];
/** A page of the guide may be read over a weak line. */
const BYTES_MOST = 120_000;

let agency: Agency;
let browser: Browser;
const taken: string[] = [];

before(async () => {
  agency = await openAgency({ at: THURSDAY });
  browser = await openBrowser({ microphone: true, worker: true });
});

after(() => browser?.close());

/** All letters, photos and lists are there. */
async function take(page: Page, name: string): Promise<void> {
  // Nothing lies under the mouse.
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(
    () => ![...document.querySelectorAll('[aria-busy=true]')].some((it) => (it as HTMLElement).checkVisibility()),
  );
  taken.push(`${name}.png`);
  await guidePicture(page, name);
}

const at = (): Date => agency.now();

test('tìm kiếm: what is found while one types', async () => {
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'phuc', { at: at() });
    await page.getByRole('button', { name: 'Tìm kiếm' }).click();
    await page.getByRole('combobox', { name: 'Tìm kiếm' }).fill('bao cao');
    await page.getByRole('group', { name: 'Tin nhắn' }).getByRole('option').first().waitFor();
    await take(page, `tim-kiem-${suffix}`);
    await closeDevice(page);
  }
});

test('1.1: the number, the code', async () => {
  for (const [kind, suffix] of KINDS) {
    const page = await openDevice(browser, kind, { at: at() });
    await page.goto(agency.url);
    const number = kind === 'phone' ? '0905318462' : '0905318463';
    await page.getByRole('textbox', { name: 'Số điện thoại di động' }).fill(number);
    await take(page, `dang-nhap-so-${suffix}`);
    await page.getByRole('button', { name: 'Nhận mã đăng nhập' }).click();
    await page.getByRole('textbox', { name: 'Mã đăng nhập' }).fill('73920');
    await page.getByText(/^Gửi lại mã sau/).waitFor();
    await take(page, `dang-nhap-ma-${suffix}`);
    await closeDevice(page);
  }
});

test('1.2: chats, a conversation with the marks of who has seen it', async () => {
  const group = await agency.group(STORM);
  const say = async (key: string, text: string): Promise<number> => {
    const { seq } = await agency.as(key, 'message.send', { group, text });
    await agency.as(key, 'receipt.mark', { marks: [{ group, read: seq, received: seq }] });
    return seq;
  };
  const read = await say('nga', 'Dạ có ạ. Anh ghi vào mẫu, cột vật nuôi giúp em.');
  for (const key of ['phuc', 'phuong', 'vinh', 'thien', 'trung', 'hoai', 'bich', 'loc', 'manh', 'thung', 'sy'])
    await agency.as(key, 'receipt.mark', { marks: [{ group, read, received: read }] });
  await say('glenh', 'Rõ, tôi gửi trong chiều nay.');
  await say('vinh', 'Cảm ơn anh Glênh, cảm ơn Nga.');
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'nga', { path: '/chats', at: at() });
    if (kind === 'phone') {
      await page.getByRole('link', { name: /^Nguyễn Hoàng Phúc/ }).waitFor();
      await take(page, `danh-sach-tro-chuyen-${suffix}`);
      await openChat(page, STORM);
    } else {
      await openChat(page, 'Nguyễn Hoàng Phúc');
      await message(page, '15:00').first().waitFor();
      await take(page, `danh-sach-tro-chuyen-${suffix}`);
      await openChat(page, STORM);
      await page.getByRole('heading', { name: 'Tùy chọn' }).waitFor();
    }
    await messageSays(page, 'cột vật nuôi', 'Đã xem 12/33');
    await page.getByRole('separator', { name: '2 tin nhắn chưa đọc' }).waitFor();
    await take(page, `tro-chuyen-${suffix}`);
    await closeDevice(page);
  }
});

test('photos and a document in a chat, a recording, the media store', async () => {
  const thung = await agency.device(browser, 'phone', 'thung', { path: '/chats', at: at() });
  await openChat(thung, STORM);
  await choose(thung, 'File', [await letter('Biểu mẫu 03 thống kê hộ di dời.pdf', 2)]);
  await sendTray(thung, 'Tôi gửi biểu mẫu đã điền.');
  await message(thung, 'biểu mẫu đã điền').filter({ hasText: 'Đã gửi' }).waitFor({ timeout: 60_000 });
  await choose(thung, 'Ảnh/Video', [
    await photo('suoi-1.jpg', 150),
    await photo('suoi-2.jpg', 190),
    await photo('suoi-3.jpg', 120),
    await photo('suoi-4.jpg', 90),
  ]);
  await sendTray(thung, 'Suối làng Grăng lúc 13:50');
  await message(thung, 'Suối làng Grăng').filter({ hasText: 'Đã gửi' }).waitFor({ timeout: 60_000 });
  await closeDevice(thung);
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'vinh', { path: '/chats', at: at() });
    await openChat(page, STORM);
    await drawn(message(page, 'Suối làng Grăng'));
    await take(page, `album-anh-${suffix}`);
    await page.getByRole('button', { name: 'Ghi âm', exact: true }).click();
    const recorder = page.getByRole('dialog', { name: 'Ghi âm' });
    await sees(recorder, '0:03');
    await take(page, `ghi-am-${suffix}`);
    await recorder.getByRole('button', { name: 'Hủy ghi âm' }).click();
    await recorder.waitFor({ state: 'detached' });
    await page.goto(`${agency.url}/chats/${await agency.group(STORM)}/media`);
    const pictures = page.getByRole('list', { name: 'Kho lưu trữ, Ảnh/Video' });
    await pictures.waitFor();
    await drawn(pictures);
    await take(page, `kho-luu-tru-${suffix}`);
    await closeDevice(page);
  }
});

test('1.3: choosing members, naming the group', async () => {
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'nga', { path: '/groups/new', at: at() });
    const search = page.getByRole('searchbox', { name: 'Tìm tên, số điện thoại, chức vụ' });
    for (const name of ['Puih Thưng', 'Ksor H’Bích', 'Trần Quang Vinh']) {
      await search.fill(name);
      await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
    }
    await search.fill('');
    await page.getByRole('button', { name: 'Gần đây' }).click();
    await page.getByRole('checkbox', { name: /^Nguyễn Hoàng Phúc/ }).check();
    await take(page, `tao-nhom-1-${suffix}`);
    if (kind === 'phone') await page.getByRole('button', { name: 'Tiếp tục' }).click();
    await page.getByRole('textbox', { name: 'Tên nhóm' }).fill('Sửa ngầm suối Ia Grai');
    await page.getByRole('button', { name: /^Địa bàn: Xã Ia Grai/ }).waitFor();
    await take(page, `tao-nhom-2-${suffix}`);
    await closeDevice(page);
  }
});

test('2: the settings of a group, a right and an exception from it', async () => {
  const group = await agency.group(STORM);
  await agency.as('phuc', 'member.except', {
    group,
    accounts: [agency.person('duyen').id],
    right: 'message.send',
    allowed: true,
  });
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'phuc', { path: `/chats/${group}/settings`, at: at() });
    await page.getByRole('switch', { name: 'Chế độ thông báo' }).waitFor();
    await page.getByRole('button', { name: /^Gửi tin nhắn/ }).waitFor();
    await take(page, `cai-dat-nhom-${suffix}`);
    await page.getByRole('button', { name: /^Gửi tin nhắn/ }).click();
    await page.getByRole('dialog').getByText('Trần Thị Mỹ Duyên').waitFor();
    await take(page, `quyen-nhom-${suffix}`);
    await closeDevice(page);
  }
});

test('the regulation: a leader writes it, members read and accept it', async () => {
  const group = await agency.group(STORM);
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'phuong', { path: `/chats/${group}/regulation/draft`, at: at() });
    await page.getByRole('button', { name: /^Điều 1\. Phạm vi/ }).waitFor();
    await page.getByRole('heading', { name: 'Nội dung' }).evaluate((it) => it.scrollIntoView());
    await take(page, `quy-che-soan-${suffix}`);
    await closeDevice(page);
  }
  // In a group of its own, so that the others go on as the guide tells.
  const own = await agency.group('Tổ công nghệ số cộng đồng xã Ia Grai');
  const { document } = await agency.as('tam', 'regulation.template', { group: own });
  const { revision } = await agency.as('tam', 'regulation.save', { group: own, revision: 0, document });
  await agency.as('tam', 'regulation.publish', { group: own, revision });
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'hyuk', { path: `/chats/${own}`, at: at() });
    await page.getByRole('button', { name: 'Xem và đồng ý' }).click();
    await page.getByRole('checkbox', { name: 'Tôi đã đọc và đồng ý với quy chế' }).waitFor();
    await take(page, `quy-che-dong-y-${suffix}`);
    await closeDevice(page);
  }
});

test('what rings, and when: notifications on this device and quiet hours', async () => {
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'nga', { path: '/chats', at: at() });
    await page.context().grantPermissions(['notifications'], { origin: agency.url });
    await page.goto(`${agency.url}/me/quiet`);
    await page.getByRole('switch', { name: 'Báo khi đã đóng ứng dụng' }).waitFor();
    await page.getByText('Máy nào nhận thông báo').waitFor();
    await take(page, `thong-bao-${suffix}`);
    await closeDevice(page);
  }
});

test('without a line: the strip, a message that waits', async () => {
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'thung', { path: '/chats', at: at() });
    await openChat(page, STORM);
    await message(page, 'cảm ơn Nga').waitFor();
    await page.context().setOffline(true);
    await sees(page, 'Chưa có mạng.');
    await write(page, 'Làng Grăng có 3 hộ bị hư mái, tôi gửi danh sách khi có sóng.');
    await messageSays(page, 'Làng Grăng có 3 hộ', 'Chờ gửi');
    assert.equal(await composer(page).inputValue(), '');
    await take(page, `ngoai-tuyen-${suffix}`);
    await closeDevice(page);
  }
});

test('the devices one is signed in on', async () => {
  const hours = (n: number): Date => new Date(at().getTime() - n * 3_600_000);
  await agency.signedIn(
    'yen',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    hours(24 * 9),
    hours(21),
  );
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'yen', { path: '/me/devices', at: at() });
    await page.getByText('iPhone · Safari').waitFor();
    await take(page, `thiet-bi-${suffix}`);
    await closeDevice(page);
  }
});

test('the directory', async () => {
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'nga', { path: '/directory', at: at() });
    if (kind === 'phone') {
      await page.getByRole('tab', { name: 'Đơn vị' }).click();
      const unit = page.getByRole('treeitem', { name: /^UBND xã Ia Grai/ });
      await unit.focus();
      await unit.press('ArrowRight');
      await page.getByRole('treeitem', { name: /^Phòng Kinh tế/ }).click();
      await page.getByText('5 người trong danh bạ').waitFor();
      await page
        .getByRole('treeitem', { name: /^Phòng Kinh tế/ })
        .evaluate((it) => it.scrollIntoView({ block: 'center' }));
    } else {
      await page.getByRole('searchbox', { name: 'Tìm trong danh bạ' }).fill('lang grang');
      await page.getByRole('link', { name: /^Puih Thưng/ }).click();
      await page.getByRole('button', { name: 'Nhắn tin' }).waitFor();
    }
    await take(page, `danh-ba-${suffix}`);
    await closeDevice(page);
  }
});

test('the dry run of a staff list', async () => {
  const row = (key: string, change: { phone?: string; unit?: string; position?: string; area?: string } = {}) => {
    const { name, phone, units, position } = agency.person(key);
    return [
      name,
      change.phone ?? phone,
      change.unit ?? units.join(' / '),
      change.position ?? position,
      change.area ?? 'Xã Ia Grai',
    ];
  };
  const office = 'UBND xã Ia Grai';
  const rows = [
    ['Họ và tên', 'Số điện thoại', 'Đơn vị', 'Chức vụ', 'Địa bàn'],
    row('bich'),
    row('nguyet', { position: 'Phó Trưởng trạm' }),
    row('hnguih', { phone: '0914 220 31' }),
    ['Nguyễn Thị Lan', '0914 220 318', `${office} / Trạm Y tế xã`, 'Hộ sinh', 'Xã Ia Grai'],
    ['Rơ Châm Hyơn', '0914 220 319', `${office} / Trạm Y tế xã`, 'Dược sĩ', 'Thôn 99'],
    row('vinh'),
    row('hkhuyen'),
    row('loc', { unit: `${office} / Văn phòng HĐND và UBND` }),
    row('luyen', { position: 'Kế toán trưởng' }),
    ['Trần Minh Anh', '0914 220 318', `${office} / Phòng Kinh tế`, 'Chuyên viên', 'Xã Ia Grai'],
    ['Kpă Nam', '01697 332 108', `${office} / Phòng Kinh tế`, 'Chuyên viên', 'Xã Ia Grai'],
    ['Đỗ Hà', '0914 220 320', `${office} / Phòng Kinh tế`, 'Chuyên viên', 'Xã Ia Grai'],
    ['trung', 'yen', 'thao', 'tam', 'nga'].map((key) => row(key)),
  ].flatMap((it) => (Array.isArray(it[0]) ? (it as string[][]) : [it as string[]]));
  for (const [kind, suffix] of KINDS) {
    const page = await agency.device(browser, kind, 'khai', { path: '/admin/import', at: at() });
    await page.locator('input[type=file]').setInputFiles({
      name: 'can-bo-ia-grai-thang-11.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(rows.map((cells) => cells.join(';')).join('\r\n')),
    });
    await page.getByRole('button', { name: /^4\s*Dòng sai/ }).waitFor();
    await take(page, `nhap-danh-ba-${suffix}`);
    await closeDevice(page);
  }
});

test('every picture that the guide and the README name is there, no other is, and each was taken above', async () => {
  const named = new Set<string>();
  for (const page of [...globSync('docs/huong-dan/*.md', { cwd: ROOT }), 'README.md']) {
    const text = await readFile(join(ROOT, page), 'utf8');
    for (const [, path] of text.matchAll(/!\[[^\]]*\]\((?:docs\/huong-dan\/)?hinh\/([^)]+)\)/g)) named.add(path!);
  }
  assert.ok(named.size > 0);
  const there = globSync('*.png', { cwd: join(ROOT, GUIDE_PICTURES) }).map((it) => basename(it));
  assert.deepEqual(there.toSorted(), [...named].toSorted());
  // Taken above, or by the journey of what it shows.
  const others = await Promise.all(
    globSync('journeys/*.test.ts', { cwd: ROOT })
      .filter((it) => basename(it) !== 'guide.test.ts')
      .map((it) => readFile(join(ROOT, it), 'utf8')),
  );
  // On both devices by the same lines: the name ends with the device there.
  const begun = others.flatMap((it) => [...it.matchAll(/guidePicture\(\w+, `([^`$]+)\$\{/g)].map((found) => found[1]!));
  const isTaken = (name: string): boolean =>
    taken.includes(name) ||
    others.some((it) => it.includes(`'${basename(name, '.png')}'`)) ||
    begun.some((it) => name.startsWith(it));
  assert.deepEqual(
    there.filter((it) => !isTaken(it)),
    [],
  );
  for (const name of there) {
    const path = join(ROOT, GUIDE_PICTURES, name);
    const { size } = await stat(path);
    assert.ok(size < BYTES_MOST, `${name} has ${size} bytes`);
    const { width, height } = await sharp(path).metadata();
    const { width: w, height: h } = name.endsWith('-dt.png') ? SIZES.phone : SIZES.pc;
    const scale = name.endsWith('-dt.png') ? 2 : 1;
    assert.deepEqual({ width, height }, { width: w * scale, height: h * scale }, name);
  }
});

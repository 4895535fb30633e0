import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';
import type { Browser, CDPSession, Page } from 'playwright-core';

import { openPushReceiver } from '../testing/push-receiver.ts';
import type { PushReceiver } from '../testing/push-receiver.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { accessibilityFaults, closeDevice, openBrowser, picture, settled, sidewaysScroll } from './browser.ts';
import type { Kind } from './browser.ts';
import { composer, message, openChat, write } from './steps.ts';

// Somebody is told of messages: in the app by banners, outside of it by their browser's push service, which here is the test.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
const NIGHT = { from: '00:00', to: '00:00', days: [], through: 1 as const };
/** Each waits for others' work on a slow machine. */
const PATIENCE = { timeout: 60_000 };

let receiver: PushReceiver;
let agency: Agency;
let browser: Browser;
let storm: string;

before(async () => {
  receiver = await openPushReceiver();
  agency = await openAgency({ env: { PUSH_HOSTS: receiver.origin } });
  receiver.clock = () => agency.now().getTime();
  browser = await openBrowser({ worker: true });
  storm = await agency.group(STORM);
  // Whenever this runs, nobody sleeps.
  await agency.as('nga', 'quiet.set', { quiet: NIGHT });
});
after(async () => {
  await browser?.close();
  await receiver.close();
});

const say = (key: string, group: string, text: string, urgency?: 1 | 2 | 3) =>
  agency.as(key, 'message.send', { group, text, ...(urgency ? { urgency } : {}) });

/** The worker of the app has taken over this page. */
async function withWorker(page: Page): Promise<void> {
  await page.waitForFunction(
    () => navigator.serviceWorker.controller !== null && navigator.serviceWorker.controller.state === 'activated',
    undefined,
    PATIENCE,
  );
}

/** The code of notifications has come: it is fetched once the first screen stands. */
const listening = (page: Page): Promise<void> =>
  page.locator('.notices').waitFor({ state: 'attached', timeout: PATIENCE.timeout });

/** What the device shows, by its tag. */
const shown = (page: Page): Promise<{ title: string; body: string; tag: string; actions: string[] }[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const list = (await registration?.getNotifications()) ?? [];
    return list.map((it) => ({
      title: it.title,
      body: it.body,
      tag: it.tag,
      actions: ((it as unknown as { actions?: { title: string }[] }).actions ?? []).map((one) => one.title),
    }));
  });

async function showsUntil(
  page: Page,
  holds: (list: Awaited<ReturnType<typeof shown>>) => boolean,
): Promise<Awaited<ReturnType<typeof shown>>> {
  for (const until = Date.now() + PATIENCE.timeout; ;) {
    const list = await shown(page);
    if (holds(list)) return list;
    if (Date.now() > until) throw new Error(`the device shows ${JSON.stringify(list)}`);
    await page.waitForTimeout(50);
  }
}

/** Hands pushes to the worker of this page as its browser would. */
async function pushDoor(page: Page): Promise<{ deliver(body: unknown): Promise<void>; close(): Promise<void> }> {
  const line: CDPSession = await page.context().newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    line.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find((it) => !it.isDeleted);
      if (found) resolve(found.registrationId);
    });
  });
  await line.send('ServiceWorker.enable');
  const registrationId = await registration;
  return {
    deliver: (body) =>
      line
        .send('ServiceWorker.deliverPushMessage', { origin: agency.url, registrationId, data: JSON.stringify(body) })
        .then(() => undefined),
    close: () => line.detach(),
  };
}

/** Presses an action of a notification, as the system does. */
async function press(page: Page, tag: string, action: string, reply?: string): Promise<void> {
  const worker = page.context().serviceWorkers()[0]!;
  await worker.evaluate(
    async ({ tag, action, reply }) => {
      const scope = self as unknown as {
        registration: ServiceWorkerRegistration;
        dispatchEvent(event: Event): boolean;
        NotificationEvent: new (type: string, init: object) => Event;
      };
      const [notification] = await scope.registration.getNotifications({ tag });
      const done = new Promise<void>((resolve) => setTimeout(resolve, 20_000));
      const event = new scope.NotificationEvent('notificationclick', { notification, action, reply });
      const work: Promise<unknown>[] = [];
      Object.defineProperty(event, 'waitUntil', { value: (it: Promise<unknown>) => void work.push(it) });
      if (reply !== undefined) Object.defineProperty(event, 'reply', { value: reply });
      scope.dispatchEvent(event);
      await Promise.race([Promise.allSettled(work), done]);
    },
    { tag, action, reply },
  );
}

for (const [kind, dark] of [
  ['phone', false],
  ['pc', false],
  ['phone', true],
  ['pc', true],
] as [Kind, boolean][]) {
  const name = `${kind}-${dark ? 'dark' : 'light'}`;
  test(`messages of other chats stand above the open one, ${name}`, async () => {
    const page = await agency.device(browser, kind, 'nga', { path: '/chats', dark });
    await page.bringToFront();
    await openChat(page, 'Nguyễn Hoàng Phúc');
    await listening(page);
    await say('thung', storm, 'Nước suối Ia Grai lên nhanh, đã báo bà con.');
    const banner = page.getByRole('status').getByRole('group', { name: STORM });
    await banner.getByText('Thưng: Nước suối Ia Grai lên nhanh').waitFor();
    await say('phuc', storm, 'Sơ tán thôn 4 ngay trong chiều nay.', 3);
    const urgent = page.getByRole('alert').getByRole('group', { name: STORM });
    await urgent.getByText('Sơ tán thôn 4').waitFor();
    await urgent.getByText('HỎA TỐC').waitFor();
    assert.equal(await banner.count(), 0, 'one banner a chat');
    await urgent.getByRole('link').focus();
    await settled(page);
    await picture(page, `notifications/banner-${name}`);
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.ok((await sidewaysScroll(page)) <= 0);
    await page.keyboard.press('Enter');
    await message(page, 'Sơ tán thôn 4').first().waitFor();
    await urgent.waitFor({ state: 'detached' });
    await closeDevice(page);
  });

  test(`the screen Thông báo và giờ yên tĩnh, and the question after the first message, ${name}`, async () => {
    const page = await agency.device(browser, kind, 'nga', { path: '/chats', dark });
    await page.context().grantPermissions(['notifications'], { origin: agency.url });
    await page.bringToFront();
    await openChat(page, 'Nguyễn Hoàng Phúc');
    await listening(page);
    assert.equal(await page.getByText('Nhận tin khi đã đóng ứng dụng?').count(), 0, 'never on load');
    await composer(page).focus();
    await write(page, `Đã nhận ạ ${name}`);
    await page.getByText('Nhận tin khi đã đóng ứng dụng? Thông báo không hiện nội dung.').waitFor();
    await settled(page);
    await picture(page, `notifications/ask-${name}`);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('button', { name: 'Để sau' }).click();
    await page.getByText('Nhận tin khi đã đóng ứng dụng?').waitFor({ state: 'detached' });
    await page.goto(`${agency.url}/me/quiet`);
    await page.getByText('Báo khi đã đóng ứng dụng').waitFor();
    await page.getByText('Máy nào nhận thông báo').waitFor();
    await page.getByRole('switch', { name: 'Tin đã gửi' }).check();
    await page.getByRole('button', { name: 'Nghe thử: Tin khẩn' }).click();
    await settled(page);
    await picture(page, `notifications/settings-${name}`);
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.ok((await sidewaysScroll(page)) <= 0);
    await page.getByRole('switch', { name: 'Nhắc tin chưa đọc mỗi ngày một lần' }).uncheck();
    await page.reload();
    await page.getByRole('switch', { name: 'Nhắc tin chưa đọc mỗi ngày một lần', checked: false }).waitFor();
    await page.getByRole('switch', { name: 'Tin đã gửi', checked: true }).waitFor();
    await page.getByRole('switch', { name: 'Nhắc tin chưa đọc mỗi ngày một lần' }).check();
    await closeDevice(page);
  });

  test(`refused, it is drawn how to allow it, ${name}`, async () => {
    const page = await agency.device(browser, kind, 'nga', { path: '/chats', dark });
    await page.addInitScript(() => {
      Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
    });
    await page.goto(`${agency.url}/me/quiet`);
    await page.getByText('Trình duyệt đang chặn thông báo của Nhà Rông').waitFor();
    await settled(page);
    await picture(page, `notifications/refused-${name}`);
    assert.deepEqual(await accessibilityFaults(page), []);
    await closeDevice(page);
  });
}

test('a push wakes the worker, which asks what to show, and acts on it', async () => {
  const page = await agency.device(browser, 'pc', 'nga', { path: '/chats' });
  await page.context().grantPermissions(['notifications'], { origin: agency.url });
  await withWorker(page);
  const keys = receiver.browser('nga');
  await page.evaluate(async (keys) => {
    const answer = await fetch('/api/notification.subscribe', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': '01941f29-7c00-7000-8000-0000000000aa' },
      body: JSON.stringify({ ...keys, language: 'vi', names: true }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }, keys);
  const door = await pushDoor(page);
  const job = agency.features.jobs.find((it) => it.name === 'tell of messages')!;

  async function told(): Promise<unknown> {
    const before = receiver.received.length;
    for (const until = Date.now() + PATIENCE.timeout; receiver.received.length === before;) {
      if (Date.now() > until) throw new Error(`nothing was pushed: ${receiver.wrong.join()}`);
      agency.pass(1_000);
      await job.run();
    }
    return receiver.received.at(-1)!.body;
  }

  // Somebody has the app before them: it tells by itself, and the system shows nothing beside it.
  await page.bringToFront();
  const seen = await say('thung', storm, 'Tin khi đang mở ứng dụng');
  await door.deliver(await told());
  assert.ok(await cameTo(seen.seq), 'the worker was woken and said so');
  assert.deepEqual(await shown(page), []);
  await door.close();

  // Nobody has: the page is gone, and only the worker is there.
  const { seq } = await say('thung', storm, 'Tin chỉ để trên máy chủ: Kon Hà Nừng');
  const body = await told();
  assert.deepEqual(Object.keys(body as object).sort(), ['b', 't']);
  await page.goto('about:blank');
  const away = await page.context().newPage();
  const witness = await page.context().newPage();
  await witness.goto(`${agency.url}/huong-dan`);
  await away.bringToFront();
  const again = await pushDoor(witness);
  await again.deliver(body);
  const list = await showsUntil(witness, (it) => it.length === 1);
  assert.equal(list[0]!.tag, `chat-${storm}`);
  assert.equal(list[0]!.title, STORM);
  assert.match(list[0]!.body, /Puih Thưng/);
  assert.ok(!JSON.stringify(list).includes('Kon Hà Nừng'), 'nothing of what was written');
  assert.ok(list[0]!.actions.includes('Đã đọc'));
  assert.ok(await cameTo(seq), 'the device has said that it came');

  await press(witness, `chat-${storm}`, 'reply', 'Rõ, em đi ngay ạ');
  await showsUntil(witness, (it) => it.length === 0);
  const page2 = await agency.as('phuc', 'message.page', { group: storm });
  assert.ok(page2.messages.some((it) => it.text === 'Rõ, em đi ngay ạ'));

  // Without a line the notification stays, and what was written is sent once, when there is one.
  await say('thung', storm, 'Thêm một tin');
  await again.deliver(await told());
  await showsUntil(witness, (it) => it.length === 1);
  await witness.context().setOffline(true);
  await press(witness, `chat-${storm}`, 'reply', 'Đang trên đường');
  const kept = await showsUntil(witness, (it) => it[0]?.body.startsWith('Chưa gửi được trả lời') === true);
  assert.ok(kept[0]!.actions.includes('Gửi lại'));
  await witness.context().setOffline(false);
  await press(witness, `chat-${storm}`, 'again');
  await showsUntil(witness, (it) => it.length === 0);
  const sent = await agency.as('phuc', 'message.page', { group: storm });
  assert.equal(sent.messages.filter((it) => it.text === 'Đang trên đường').length, 1);

  // Read elsewhere: the wake-up takes it away.
  const last = await say('thung', storm, 'Tin cuối');
  await again.deliver(await told());
  await showsUntil(witness, (it) => it.length === 1);
  await agency.as('nga', 'receipt.mark', { marks: [{ group: storm, read: last.seq }] });
  await again.deliver({ t: 'wake', b: 0 });
  await showsUntil(witness, (it) => it.length === 0);

  await again.deliver({ t: 'test' });
  const test = await showsUntil(witness, (it) => it.length === 1);
  assert.equal(test[0]!.body, 'Thông báo thử: máy này nhận được.');
  await closeDevice(page);
});

/** Whether the device tells, sooner or later, that it was woken for this message. */
async function cameTo(seq: number): Promise<boolean> {
  for (const until = Date.now() + PATIENCE.timeout; Date.now() < until;) {
    const { rows } = await sql<{ told: number }>`
      select told_seq as told from pushes where stream = ${storm}`.execute(agency.house.db);
    if (rows.some((it) => it.told >= seq)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

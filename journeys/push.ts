import type { CDPSession, Page } from 'playwright-core';

import { newId } from '../protocol/id.ts';
import type { Subscribing } from '../testing/push-receiver.ts';

// What a browser’s push service and a system’s notifications do, done by the test.

/** Each waits for others' work on a slow machine. */
const PATIENCE = { timeout: 60_000 };

/** The worker of the app has taken over this page. */
export async function withWorker(page: Page): Promise<void> {
  await page.waitForFunction(
    () => navigator.serviceWorker.controller !== null && navigator.serviceWorker.controller.state === 'activated',
    undefined,
    PATIENCE,
  );
}

/** This device is told of messages and calls from now on, by this address. */
export function subscribe(page: Page, keys: Subscribing): Promise<void> {
  return page.evaluate(
    async ({ keys, id }) => {
      const answer = await fetch('/api/notification.subscribe', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': id },
        body: JSON.stringify({ ...keys, language: 'vi', names: true }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    { keys, id: newId() },
  );
}

/** What the device shows, by its tag. */
export const shown = (page: Page): Promise<{ title: string; body: string; tag: string; actions: string[] }[]> =>
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

export async function showsUntil(
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
export async function pushDoor(page: Page): Promise<{ deliver(body: unknown): Promise<void>; close(): Promise<void> }> {
  const { origin } = new URL(page.url());
  const line: CDPSession = await page.context().newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    line.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find((it) => !it.isDeleted);
      if (found) resolve(found.registrationId);
    });
  });
  await line.send('ServiceWorker.enable');
  // Pages under test all pretend to be before somebody; whether one is decides here what the system shows.
  await line.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const registrationId = await registration;
  return {
    deliver: (body) =>
      line
        .send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(body) })
        .then(() => undefined),
    close: () => line.detach(),
  };
}

/** Presses an action of a notification, as the system does. */
export async function press(page: Page, tag: string, action: string, reply?: string): Promise<void> {
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

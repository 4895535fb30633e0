import { newId } from '../../protocol/id.ts';
import { language } from '../language.ts';
import {
  isRing,
  noticeOf,
  noticeOfDigest,
  noticeOfRing,
  noticeOfRingOver,
  noticeOfSome,
  noticeOfTest,
  noticeOfTrouble,
  ringTagOf,
  TAG_ANY,
  TAG_DIGEST,
  tagOf,
} from './notices.ts';
import type { Kept, KeptRing, Notice, ShownChat, ShownRing } from './notices.ts';

declare const self: ServiceWorkerGlobalScope;

// A push says only that there is something. What it is the server is asked here, with the session’s cookie, over its own
// connection: no push service ever carries a name or a word.

interface List {
  readonly chats: readonly ShownChat[];
  readonly rings: readonly ShownRing[];
  readonly unread: readonly string[];
  readonly digest: { readonly messages: number; readonly groups: number } | null;
  readonly badge: number;
  readonly language: 'vi' | 'en';
}

/** The server has answered, and not as wished. */
class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const PATIENCE_MS = 15_000;
/** However wrong the clock of this device is: no call rings longer. */
const RING_MOST_MS = 60_000;
/** The word of the end comes by itself, mostly. */
const RING_GRACE_MS = 3_000;

/** Asks the server; fails with `Refused` where it answered otherwise, with any other error where there was no answer. */
async function call<T>(name: string, input: unknown, id: string = newId()): Promise<T> {
  const answer = await fetch(`/api/${name}`, {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    headers: { 'content-type': 'application/json', 'idempotency-key': id },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = (await answer.json()) as T & { code?: string; retry?: boolean };
  if (answer.ok) return body;
  if (body.retry || answer.status >= 500) throw new Error(body.code ?? 'no answer');
  throw new Refused(body.code ?? '');
}

const show = ({ title, options }: Notice): Promise<void> => self.registration.showNotification(title, options);

const mostActions = (): number => (Notification as unknown as { maxActions?: number }).maxActions ?? 2;

async function setBadge(n: number): Promise<void> {
  const { navigator } = self as unknown as {
    navigator: { setAppBadge?(n: number): Promise<void>; clearAppBadge?(): Promise<void> };
  };
  await (n > 0 ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.())?.catch(() => {});
}

/** Pages of ours that somebody is looking at: they tell by themselves, with a banner. */
async function looking(): Promise<readonly WindowClient[]> {
  const pages = await self.clients.matchAll({ type: 'window' });
  return pages.filter((it) => it.visibilityState === 'visible' && it.focused);
}

/** Safari ends the subscription of whoever is woken and shows nothing. */
const isSafari = (): boolean => /^((?!Chrome|Chromium|Android|Firefox).)*Safari/.test(self.navigator.userAgent);

/** Where the words of a device that cannot ask come from. */
function speakLike(): void {
  language.value = self.navigator.language.startsWith('en') ? 'en' : 'vi';
}

/** Answers until when something rings that is shown now; 0 where nothing does. */
async function pushed(said: unknown): Promise<number> {
  const { t, b } = (said ?? {}) as { t?: string; b?: number };
  if (t === 'test') {
    speakLike();
    await show(noticeOfTest());
    return 0;
  }
  if (typeof b === 'number') await setBadge(b);
  const pages = await looking();

  let list: List;
  try {
    list = await call<List>('notification.list', {});
  } catch (error) {
    if (error instanceof Refused && error.code === 'signed_out') {
      await forget();
      return 0;
    }
    speakLike();
    if (pages.length === 0) await show(noticeOfSome());
    return 0;
  }
  language.value = list.language;
  await setBadge(list.badge);
  const unread = new Set(list.unread.map(tagOf));
  const ringing = new Set(list.rings.map((it) => ringTagOf(it.call)));
  let over: Notification | undefined;
  for (const it of await self.registration.getNotifications()) {
    if (isRing(it.tag) && !ringing.has(it.tag)) over = it;
    if (it.tag === TAG_ANY || over === it || (it.tag.startsWith('chat-') && !unread.has(it.tag))) it.close();
  }
  const rings = list.rings.filter((it) => it.fresh);
  if (pages.length === 0) {
    const most = mostActions();
    const nothing = list.chats.length === 0 && rings.length === 0 && !list.digest;
    if (over && nothing && isSafari()) await show(noticeOfRingOver(over.tag, over.data as KeptRing));
    // The newest last, so that it stands on top.
    for (const chat of list.chats.toReversed()) await show(noticeOf(chat, most));
    if (list.digest) await show(noticeOfDigest(list.digest));
    for (const ring of rings.toReversed()) await show(noticeOfRing(ring, most));
  }
  const chats = list.chats.map(({ group, seq }) => ({ group, seq }));
  if (chats.length > 0 || list.digest || rings.length > 0) {
    const more = {
      ...(list.digest ? { digest: true } : {}),
      ...(rings.length > 0 ? { rings: rings.map((it) => it.call) } : {}),
    };
    await call('notification.arrived', { chats, ...more }).catch(() => {});
  }
  return pages.length === 0 ? Math.max(0, ...rings.map((it) => it.until)) : 0;
}

let last: Promise<unknown> = Promise.resolve();

/** One push after the other, so that none acts on an older answer than what is shown already. */
async function inTurn(said: unknown): Promise<void> {
  const before = last;
  const own = (async () => {
    await before.catch(() => {});
    return pushed(said);
  })();
  last = own;
  const until = await own;
  if (until > 0) await ringUntil(until);
}

/** A ring that nobody ended here is over with its time: the word of its end may never come, or there is no line any more. */
async function ringUntil(until: number): Promise<void> {
  const ms = Math.min(Math.max(0, until - Date.now()), RING_MOST_MS) + RING_GRACE_MS;
  await new Promise((resolve) => setTimeout(resolve, ms));
  const shown = (await self.registration.getNotifications()).filter((it) => isRing(it.tag));
  if (shown.length === 0) return;
  let ringing: readonly string[] = [];
  try {
    const list = await call<List>('notification.list', {});
    ringing = list.rings.map((it) => ringTagOf(it.call));
  } catch {
    // Without a line nothing can be answered either.
  }
  for (const it of shown) if (!ringing.includes(it.tag)) it.close();
}

/** Signed out elsewhere: nothing of that person is shown here any more, and nothing comes. */
async function forget(): Promise<void> {
  for (const it of await self.registration.getNotifications()) it.close();
  await setBadge(0);
  await (await self.registration.pushManager.getSubscription())?.unsubscribe();
}

async function open(path: string, draft?: { group: string; text: string }): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' });
  const page = pages.find((it) => it.visibilityState === 'visible') ?? pages[0];
  if (page) {
    page.postMessage({ push: 'open', path, draft });
    await page.focus().catch(() => undefined);
  } else await self.clients.openWindow(path);
}

async function markRead(title: string, kept: Kept): Promise<void> {
  try {
    await call('receipt.mark', { marks: [{ group: kept.group, read: kept.seq }] });
  } catch (error) {
    if (!(error instanceof Refused)) await show(noticeOfTrouble(title, kept, 'notRead', mostActions()));
  }
}

async function sendReply(title: string, kept: Kept, text: string, id: string): Promise<void> {
  try {
    await call('message.send', { group: kept.group, text }, id);
    await call('receipt.mark', { marks: [{ group: kept.group, read: kept.seq }] }).catch(() => {});
  } catch (error) {
    const what = error instanceof Refused ? 'refused' : 'notSent';
    await show(noticeOfTrouble(title, { ...kept, waiting: { id, text } }, what, mostActions()));
  }
}

/** Only the app can answer: it has the microphone. Where it is not heard that somebody declined, the ringing ends with its time. */
async function clickedRing(action: string, { group, call: id }: KeptRing): Promise<void> {
  if (action === 'decline') await call('call.decline', { group, call: id }).catch(() => {});
  else await open(`/chats/${group}?call=${id}`);
}

async function clicked(event: NotificationEvent): Promise<void> {
  const { action, notification } = event;
  const kept = notification.data as Kept | undefined;
  notification.close();
  if (isRing(notification.tag)) return clickedRing(action, notification.data as KeptRing);
  if (!kept) return open('/chats');
  // Where the system lets somebody write in the notification itself.
  const text = 'reply' in event && typeof event.reply === 'string' ? event.reply.trim() : '';
  if (action === 'read') return markRead(notification.title, kept);
  if (action === 'reply' && text) return sendReply(notification.title, kept, text, newId());
  if (action === 'again' && kept.waiting)
    return sendReply(notification.title, kept, kept.waiting.text, kept.waiting.id);
  return open(`/chats/${kept.group}`, kept.waiting && { group: kept.group, text: kept.waiting.text });
}

/** The browser has got another address: the server is told, as far as the session holds. */
async function moved(event: PushSubscriptionChangeEvent): Promise<void> {
  const options = event.oldSubscription?.options;
  const next =
    event.newSubscription ??
    (options?.applicationServerKey
      ? await self.registration.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: options.applicationServerKey,
        })
      : undefined);
  const { endpoint, keys } = next?.toJSON() ?? {};
  if (!endpoint || !keys) return;
  await call('notification.subscribe', { endpoint, p256dh: keys['p256dh'], auth: keys['auth'] }).catch(() => {});
}

self.addEventListener('push', (event) => {
  let said: unknown;
  try {
    said = event.data?.json();
  } catch {
    said = undefined;
  }
  event.waitUntil(inTurn(said));
});

self.addEventListener('notificationclick', (event) => event.waitUntil(clicked(event)));

self.addEventListener('notificationclose', (event) => {
  const kept = event.notification.data as Kept | undefined;
  const tag = event.notification.tag;
  if (kept && tag !== TAG_DIGEST && !isRing(tag))
    event.waitUntil(call('notification.cleared', { groups: [kept.group] }).catch(() => {}));
});

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(moved(event)));

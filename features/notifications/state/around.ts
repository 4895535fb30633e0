import { here, navigate } from '../../../web/routing.ts';
import { play, vibrate } from './sounds.ts';
import type { Sound } from './sounds.ts';

/**
 * - `unsupported`: this browser cannot; `install`: it can once the app is on the home screen (iOS)
 * - `denied`: the person, or the browser in their name, has said no; `off`, `on`
 */
export type PushState = 'unsupported' | 'install' | 'denied' | 'off' | 'on';

export interface Subscribed {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** What notifications need of the browser; tests hand in another. */
export interface Around {
  /** Somebody has this page before them. */
  watched(): boolean;
  /** The chat that stands open on this page. */
  chat(): string | undefined;
  onMoved(listener: () => void): () => void;
  ring(sound: Sound): void;
  vibrate(): void;
  pushState(): Promise<PushState>;
  /** Asks the person where they were not asked yet. Browsers let a page ask in the moment of a press only. */
  ask(): Promise<boolean>;
  /** Fails where it cannot be done now. */
  subscribe(key: string): Promise<Subscribed | undefined>;
  /** What the browser has now, if it was made for this key. */
  subscribed(key: string): Promise<Subscribed | undefined>;
  unsubscribe(): Promise<void>;
  /** Takes notifications of these chats, and those of no chat, off the screen; answers of which chats there were some. */
  takeAway(groups: readonly string[]): Promise<readonly string[]>;
  /** What the worker says: a notification was pressed. */
  onOpen(listener: (path: string, draft?: { group: string; text: string }) => void): () => void;
  navigate(path: string): void;
  remembered(name: string): string | undefined;
  remember(name: string, text: string): void;
}

const worker = (): ServiceWorkerContainer | undefined =>
  'serviceWorker' in navigator ? navigator.serviceWorker : undefined;

const isApple = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

const isInstalled = (): boolean =>
  matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return worker()?.getRegistration();
}

function keyOf(subscription: PushSubscription): string {
  const bytes = subscription.options.applicationServerKey;
  if (!bytes) return '';
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Not every browser takes the key as text. */
function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (it) => it.charCodeAt(0));
}

function shapeOf(subscription: PushSubscription): Subscribed | undefined {
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  return endpoint && p256dh && auth ? { endpoint, p256dh, auth } : undefined;
}

/** Tags of what the worker shows beside single chats. */
const OF_NO_CHAT = new Set(['any', 'digest']);

/** The browser's own ways. */
export function browserAround(): Around {
  return {
    watched: () => document.visibilityState === 'visible' && document.hasFocus(),
    chat: () => /^\/chats\/([^/]+)/.exec(here.peek().path)?.[1],
    onMoved(listener) {
      const stop = here.subscribe(() => listener());
      addEventListener('focus', listener);
      return () => {
        stop();
        removeEventListener('focus', listener);
      };
    },
    ring: play,
    vibrate,

    async pushState() {
      const able = typeof Notification !== 'undefined' && 'PushManager' in globalThis && worker() !== undefined;
      if (!able) return isApple() && !isInstalled() ? 'install' : 'unsupported';
      if (Notification.permission === 'denied') return 'denied';
      const found = await (await registration())?.pushManager.getSubscription();
      return found && Notification.permission === 'granted' ? 'on' : 'off';
    },

    ask: async () => (await Notification.requestPermission()) === 'granted',

    async subscribe(key) {
      const place = await worker()!.ready;
      const before = await place.pushManager.getSubscription();
      // Made for another key (the server was set up anew): nobody can write to it any more.
      if (before && keyOf(before) !== key) await before.unsubscribe();
      const made = await place.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
      return shapeOf(made);
    },

    async subscribed(key) {
      const found = await (await registration())?.pushManager.getSubscription();
      return found && keyOf(found) === key ? shapeOf(found) : undefined;
    },

    async unsubscribe() {
      await (await (await registration())?.pushManager.getSubscription())?.unsubscribe();
    },

    async takeAway(groups) {
      const place = await registration();
      const wanted = new Set(groups.map((it) => `chat-${it}`));
      const found = (await place?.getNotifications()) ?? [];
      for (const it of found) if (wanted.has(it.tag) || OF_NO_CHAT.has(it.tag)) it.close();
      return found.filter((it) => wanted.has(it.tag)).map((it) => it.tag.slice('chat-'.length));
    },

    onOpen(listener) {
      const hear = (event: MessageEvent<unknown>): void => {
        const said = event.data as { push?: string; path?: string; draft?: { group: string; text: string } } | null;
        if (said?.push === 'open' && typeof said.path === 'string') listener(said.path, said.draft);
      };
      worker()?.addEventListener('message', hear);
      return () => worker()?.removeEventListener('message', hear);
    },

    navigate: (path) => navigate(path),

    remembered(name) {
      try {
        return localStorage.getItem(name) ?? undefined;
      } catch {
        return undefined;
      }
    },
    remember(name, text) {
      try {
        localStorage.setItem(name, text);
      } catch {
        // It is asked again.
      }
    },
  };
}

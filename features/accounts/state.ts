import { signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { Myself } from './protocol.ts';

/** Who is at this page. `unknown`: the server has still to be asked. */
export type Session =
  | { readonly state: 'unknown' | 'setup' | 'out' }
  | { readonly state: 'in'; readonly account: string };

export const session = signal<Session>({ state: 'unknown' });

/** Signed in for the first time ever: name, photo, position and unit are shown for checking before anything else. */
export const newcomer = signal(false);

/** Where somebody has to be who is not where they asked to be; undefined where they may stay. */
export function placeFor(
  session: Session,
  newcomer: boolean,
  { path, query }: { path: string; query: URLSearchParams },
): string | undefined {
  switch (session.state) {
    case 'setup':
      return path === '/setup' ? undefined : '/setup';
    case 'unknown':
      // The set-up link and the sign-in page stay as they are until the server has said more.
      return path === '/setup' || path === '/sign-in' ? undefined : withWanted('/sign-in', path);
    case 'out':
      return path === '/sign-in' ? undefined : withWanted('/sign-in', path);
    case 'in':
      if (newcomer)
        return path === '/welcome' ? undefined : withWanted('/welcome', path === '/sign-in' ? wantedIn(query) : path);
      if (path !== '/setup' && path !== '/sign-in' && path !== '/welcome') return undefined;
      return wantedIn(query);
  }
}

/** The page, and behind it where to go on to; the first page goes without saying. */
function withWanted(page: string, path: string): string {
  const own = path === '/' || path === '/chats' || path === '/setup' || path === '/welcome';
  return own ? page : `${page}?to=${encodeURIComponent(path)}`;
}

/** The screen of ours that was asked for before signing in. */
function wantedIn(query: URLSearchParams): string {
  const to = query.get('to') ?? '';
  return /^\/[a-z][\w/-]*$/i.test(to) ? to : '/chats';
}

const CACHED = 'me';

/** The person at this page as others see them. */
export class Me {
  readonly self = signal<Myself | undefined>(undefined);
  /** People who wait for an administrator's answer; 0 for everybody else. */
  readonly waiting = signal(0);
  readonly #device: Device;
  #at = 0;

  constructor(device: Device) {
    this.#device = device;
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      welcome: () => void this.fetch().catch(() => undefined),
      placed: async (streams) => {
        if (streams.includes(device.account)) await this.fetch();
      },
    });
  }

  /** Messages that wait to be sent on this device. */
  get unsent(): number {
    return this.#device.outbox.entries.value.filter((it) => it.name === 'message.send').length;
  }

  async open(): Promise<void> {
    this.self.value = await this.#device.cache.get<Myself>('meta', CACHED);
  }

  async fetch(): Promise<void> {
    const { account, waiting, at } = await this.#device.connection.call('account.me', {});
    if (at < this.#at) return;
    this.#at = at;
    this.#take(account);
    this.waiting.value = waiting;
  }

  applyEvent({ on, in: stream, n, with: body }: EventFrame): void {
    if (stream !== this.#device.account || n <= this.#at) return;
    if (on === 'account.changed' && this.self.value) this.#take({ ...this.self.value, ...(body as Partial<Myself>) });
    else if (on === 'account.requested') this.waiting.value = (body as { waiting: number }).waiting;
    else return;
    this.#at = n;
  }

  #take(self: Myself): void {
    this.self.value = self;
    this.#device.cache.put('meta', CACHED, self);
  }
}

export const me = signal<Me | undefined>(undefined);

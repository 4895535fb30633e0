import { effect, signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { OutputOf } from '../../protocol/action.ts';
import type { Device } from '../../web/device.ts';
import { language } from '../../web/language.ts';
import type { Chats } from '../chats/state.ts';
import { namesMe } from '../chats/rules.ts';
import { isMuted, isQuiet, QUIET, QUIET_ZONE, rings } from '../quiet/rules.ts';
import type { Quiet, Urgency } from '../quiet/rules.ts';
import type { Content } from '../messages/protocol.ts';
import type { notificationActions } from './protocol.ts';
import type { Around, PushState } from './state/around.ts';
import { soundChoice } from './state/sounds.ts';
import type { Sound } from './state/sounds.ts';

export interface Banner {
  /** Of the newest message. */
  readonly id: string;
  readonly group: string;
  readonly by: string | undefined;
  readonly text: string;
  readonly files: boolean;
  readonly urgency: Urgency;
  readonly mentioned: boolean;
  /** How many came since it stands. */
  readonly count: number;
}

export type Reach = OutputOf<(typeof notificationActions)['notification.devices']>;

/** Banners on one screen; an older one gives way. */
const BANNERS_MOST = 3;
const BANNER_MS = 6_000;
const URGENT_BANNER_MS = 20_000;
/** What is older than this when it arrives came after a break: it is in the list, and no news. */
const NEWS_MS = 30_000;
/** Who said “later” is asked again after this. */
const LATER_MS = 14 * 86_400_000;
const LATER = 'push-later';
/** Ids of the last messages that sounded on this device, whichever page sounded. */
const SOUNDED = 'push-sounded';
const SOUNDED_MOST = 30;

/** What tells somebody of messages on this device: banners and sounds while the app is open, push while it is not. */
export class Notifications {
  readonly banners = signal<readonly Banner[]>([]);
  readonly push = signal<PushState | undefined>(undefined);
  /** The card after the first message; `denied`: how to allow what was refused. */
  readonly asking = signal<'no' | 'ask' | 'denied'>('no');
  /** What reaches which device; undefined until it was looked at. */
  readonly reach = signal<Reach | undefined>(undefined);
  readonly #device: Device;
  readonly chats: Chats;
  readonly #quiet: () => Quiet | undefined;
  readonly #around: Around;
  readonly #stops: (() => void)[] = [];
  readonly #ends = new Map<string, () => void>();
  #held = false;

  constructor(device: Device, parts: { chats: Chats; quiet: () => Quiet | undefined; around: Around }) {
    this.#device = device;
    this.chats = parts.chats;
    this.#quiet = parts.quiet;
    this.#around = parts.around;
    device.connection.listen({ event: (frame) => this.applyEvent(frame) });
    this.#stops.push(
      parts.around.onMoved(() => this.#seen()),
      parts.around.onOpen((path, draft) => {
        if (draft && !parts.chats.draft(draft.group)) parts.chats.saveDraft(draft.group, draft.text);
        parts.around.navigate(path);
      }),
    );
    let spoken = language.peek();
    this.#stops.push(
      effect(() => {
        const now = language.value;
        if (now === spoken) return;
        spoken = now;
        if (this.push.peek() === 'on') this.#call('notification.choose', { language: now }).catch(() => {});
      }),
    );
  }

  /** Finds out how this device stands; what the browser has and the server may have lost is told again. */
  async open(): Promise<void> {
    this.push.value = await this.#around.pushState();
    if (this.push.peek() === 'on') await this.#renew().catch(() => undefined);
  }

  async #renew(): Promise<void> {
    const reach = await this.fetch();
    const mine = reach.devices.find((it) => it.id === reach.current);
    if (mine?.push) return;
    const found = await this.#around.subscribed(reach.key);
    if (found) await this.#call('notification.subscribe', { ...found, language: language.peek() });
    else this.push.value = 'off';
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const end of this.#ends.values()) end();
    this.banners.value = [];
  }

  /** Signed out: nothing comes here any more, and nothing of it stays on the screen. */
  async leave(): Promise<void> {
    this.close();
    await this.#around.unsubscribe().catch(() => undefined);
    await this.#around.takeAway(this.chats.order.peek()).catch(() => undefined);
  }

  // ——— What came by itself

  applyEvent(frame: EventFrame): void {
    if (frame.in === this.#device.account) {
      if (frame.on === 'receipt.read') this.#clear([(frame.with as { group: string }).group]);
      return;
    }
    // What it says may be what was taken back.
    if (frame.on === 'message.withdrawn') this.dismiss(frame.in);
    if (frame.on !== 'message.sent') return;
    if (frame.by === this.#device.account) this.#sent(frame);
    else this.#came(frame);
  }

  #sent({ at }: EventFrame): void {
    if (this.#device.connection.now() - at > NEWS_MS || !this.#around.watched()) return;
    if (soundChoice.peek().sent) this.#around.ring('sent');
    this.#askOnce();
  }

  #came(frame: EventFrame): void {
    const chat = this.chats.peek(frame.in);
    const now = this.#device.connection.now();
    // Nobody sees this page: the device is told by push.
    if (!chat || now - frame.at > NEWS_MS || !this.#around.watched()) return;
    const { id, text, mentions, files, card, ...rest } = frame.with as Content;
    // Whom it rings sees more than a banner; to others the list says that a call goes on.
    if (card?.kind === 'call') return;
    const urgency = (rest.urgency ?? 0) as Urgency;
    const unit = this.chats.unit() ?? undefined;
    const mentioned = namesMe(mentions, { account: this.#device.account, unit, role: chat.role });
    const quiet = this.#quiet() ?? QUIET;
    const way = rings({
      own: false,
      urgency,
      mentioned,
      level: chat.notify,
      muted: isMuted(chat.mutedUntil, now),
      quiet: isQuiet(quiet, now, QUIET_ZONE),
      through: quiet.through,
    });
    if (way === 'nothing') return;
    const open = this.#around.chat() === frame.in;
    if (way === 'ring' && (!open || urgency > 0))
      this.#sound(id, urgency > 0 ? 'urgent' : mentioned ? 'mention' : 'message');
    if (open) return;
    const before = this.banners.peek().find((it) => it.group === frame.in);
    this.#raise({
      id,
      group: frame.in,
      by: frame.by,
      text: text ?? '',
      files: (files?.length ?? 0) > 0,
      urgency: Math.max(before?.urgency ?? 0, urgency) as Urgency,
      mentioned: mentioned || before?.mentioned === true,
      count: (before?.count ?? 0) + 1,
    });
  }

  /** One page of the device sounds, whichever is first. */
  #sound(id: string, sound: Sound): void {
    if (!soundChoice.peek()[sound]) return;
    void this.#device.pages.exclusively('sound', async () => {
      const sounded = (this.#around.remembered(SOUNDED) ?? '').split(' ');
      if (sounded.includes(id)) return;
      this.#around.remember(SOUNDED, [id, ...sounded].slice(0, SOUNDED_MOST).join(' '));
      this.#around.ring(sound);
      if (sound === 'urgent') this.#around.vibrate();
    });
  }

  #raise(banner: Banner): void {
    const others = this.banners.peek().filter((it) => it.group !== banner.group);
    // What is urgent does not give way to what is not.
    const kept = others.toSorted((a, b) => Number(b.urgency > 0) - Number(a.urgency > 0)).slice(0, BANNERS_MOST - 1);
    this.banners.value = [banner, ...others.filter((it) => kept.includes(it))];
    for (const it of others) if (!kept.includes(it)) this.#forget(it.group);
    this.#plan(banner);
  }

  #plan({ group, urgency }: Banner): void {
    this.#ends.get(group)?.();
    const ms = urgency > 0 ? URGENT_BANNER_MS : BANNER_MS;
    this.#ends.set(
      group,
      this.#device.world.after(ms, () => {
        this.#ends.delete(group);
        const banner = this.banners.peek().find((it) => it.group === group);
        if (banner && this.#held) this.#plan(banner);
        else this.dismiss(group);
      }),
    );
  }

  /** While somebody points at them or has the focus there they stay. */
  hold(on: boolean): void {
    this.#held = on;
  }

  dismiss(group: string): void {
    this.#forget(group);
    this.banners.value = this.banners.peek().filter((it) => it.group !== group);
  }

  #forget(group: string): void {
    this.#ends.get(group)?.();
    this.#ends.delete(group);
  }

  #seen(): void {
    const group = this.#around.chat();
    if (group === undefined || !this.#around.watched()) return;
    this.dismiss(group);
    this.#clear([group]);
  }

  #clear(groups: readonly string[]): void {
    for (const group of groups) this.dismiss(group);
    void this.#around
      .takeAway(groups)
      .then((found) => (found.length > 0 ? this.#call('notification.cleared', { groups: [...found] }) : undefined))
      .catch(() => undefined);
  }

  // ——— Asking

  #askOnce(): void {
    const later = Number(this.#around.remembered(LATER) ?? 0);
    if (this.push.peek() === 'off' && this.#device.world.now() - later > LATER_MS) this.asking.value = 'ask';
  }

  later(): void {
    this.asking.value = 'no';
    this.#around.remember(LATER, String(this.#device.world.now()));
  }

  // ——— Push

  #call: Device['connection']['call'] = (...wish) => this.#device.connection.call(...wish);

  async fetch(): Promise<Reach> {
    const reach = await this.#call('notification.devices', {});
    this.reach.value = reach;
    return reach;
  }

  /** Answers how this device stands then. */
  async turnOn(): Promise<PushState> {
    const may = await this.#around.ask();
    const reach = this.reach.peek() ?? (await this.fetch());
    const made = may ? await this.#around.subscribe(reach.key) : undefined;
    if (made) {
      await this.#call('notification.subscribe', { ...made, language: language.peek() });
      this.asking.value = 'no';
    }
    const state = await this.#around.pushState();
    this.push.value = state;
    if (state === 'denied' && this.asking.peek() === 'ask') this.asking.value = 'denied';
    else if (!made && this.asking.peek() === 'ask') this.later();
    if (made) await this.fetch().catch(() => undefined);
    return state;
  }

  async turnOff(): Promise<void> {
    await this.#call('notification.unsubscribe', {});
    await this.#around.unsubscribe();
    this.push.value = await this.#around.pushState();
    await this.fetch().catch(() => undefined);
  }

  async choose(changed: { names?: boolean; rings?: boolean; digest?: boolean }): Promise<void> {
    await this.#call('notification.choose', changed);
    await this.fetch();
  }

  async tryOut(): Promise<'accepted' | 'gone' | 'later' | 'refused' | 'off'> {
    const { outcome } = await this.#call('notification.test', {});
    if (outcome === 'gone' || outcome === 'off') {
      await this.#around.unsubscribe().catch(() => undefined);
      this.push.value = await this.#around.pushState();
      await this.fetch().catch(() => undefined);
    }
    return outcome;
  }
}

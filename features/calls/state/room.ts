import { batch, computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { SignalFrame } from '../../../protocol/frame.ts';
import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import type { Device } from '../../../web/device.ts';
import { CallDevices, meter } from '../media/devices.ts';
import type { Heard, LineState, MediaLink, Wanted } from '../media/link.ts';
import { openMesh } from '../media/mesh.ts';
import { OwnMedia } from '../media/own.ts';
import { browserPlatform } from '../media/platform.ts';
import type { Platform } from '../media/platform.ts';
import { Playing } from '../media/playing.ts';
import { savingAfter, UNSAVED } from '../media/quality.ts';
import { heardNow, SILENCE } from '../media/speaking.ts';
import { openThroughServer } from '../media/through-server.ts';
import type { Call, CallSignals, Ice, Inside, Seat } from '../protocol.ts';
import { BEAT_MS, ICE_RENEW_MS } from '../rules.ts';
import type { CallKind } from '../rules.ts';
import { after, BEFORE, othersIn, ownSeat, sinceOf, stageOf } from './machine.ts';
import type { Happening, Standing } from './machine.ts';
import type { Over, Room, Stage, StartOptions } from './shapes.ts';

export type Begin =
  | {
      readonly what: 'start';
      readonly group: string;
      readonly kind: CallKind;
      readonly camera: boolean;
      readonly options: StartOptions;
    }
  | {
      readonly what: 'join';
      readonly group: string;
      readonly call: string;
      readonly kind: CallKind;
      readonly camera: boolean;
    };

/** What the person shows is told once they have stopped pressing. */
const SHOW_MS = 150;
const READ_MS = 100;
/** Of who speaks and how the line is. */
const LOOK_MS = 200;
const LOST_AGAIN_MS = 2_000;
const LOST_AGAIN_MOST_MS = 15_000;
/** How long the straight connections stay while those through the media server come up. */
const OVERLAP_MS = 5_000;
const SILENCED_MS = 5_000;

const OVERS: ReadonlySet<unknown> = new Set(['moved', 'dismissed', 'removed', 'ended', 'lost'] satisfies Over[]);
const lockOf = (device: Device): string => `nharong-${device.account}-call`;

export function openRoom(device: Device, begin: Begin): LiveRoom {
  return new LiveRoom(device, begin, browserPlatform());
}

/** No page of this browser is in a call. */
export async function isFree(device: Device): Promise<boolean> {
  if (!('locks' in navigator)) return true;
  const { held = [] } = await navigator.locks.query();
  return !held.some((it) => it.name === lockOf(device));
}

type Links = { readonly now: MediaLink; readonly before: MediaLink | undefined };

/** The call that this page is in: its seat at the house, what it sends and hears. */
export class LiveRoom implements Room {
  readonly group: string;
  readonly kind: CallKind;
  readonly stage: ReadonlySignal<Stage>;
  readonly over: ReadonlySignal<Over | undefined>;
  readonly call: ReadonlySignal<Call | undefined>;
  readonly since: ReadonlySignal<number | undefined>;
  readonly seats: ReadonlySignal<readonly Seat[]>;
  readonly own: ReadonlySignal<string | undefined>;
  readonly leads: ReadonlySignal<boolean>;
  readonly heard: ReadonlySignal<ReadonlyMap<string, Heard>>;
  readonly speaker: ReadonlySignal<string | undefined>;
  readonly speaking: ReadonlySignal<ReadonlySet<string>>;
  readonly line: ReadonlySignal<LineState>;
  readonly videoSaved: ReadonlySignal<boolean>;
  readonly mic: ReadonlySignal<boolean>;
  readonly camera: ReadonlySignal<boolean>;
  readonly screen: ReadonlySignal<boolean>;
  readonly hand = signal(false);
  readonly silenced = signal(false);
  readonly ownCamera: ReadonlySignal<MediaStream | undefined>;
  readonly ownScreen: ReadonlySignal<MediaStream | undefined>;
  readonly refused: OwnMedia['refused'];
  readonly devices: CallDevices;
  readonly small = signal(false);
  readonly soundBlocked: ReadonlySignal<boolean>;
  /** It is over. */
  ended: () => void = () => {};

  readonly #device: Device;
  readonly #begin: Begin;
  readonly #platform: Platform;
  readonly #media: OwnMedia;
  readonly #playing: Playing;
  readonly #standing = signal<Standing>(BEFORE);
  readonly #links = signal<Links | undefined>(undefined);
  readonly #voices = signal(SILENCE);
  readonly #saving = signal(UNSAVED);
  readonly #timers = new Map<string, () => void>();
  readonly #stops: (() => void)[] = [];
  #ownLevel = 0;
  #wanted: ReadonlyMap<string, Wanted> = new Map();
  #ice: Ice | undefined;
  /** What the seat shows is being told; nothing of it is to be taken from the house meanwhile. */
  #showing = false;
  #shownVersion = -1;
  /** The microphone has still to be asked for. */
  #opening = true;
  #lostTimes = 0;
  #reading = false;
  #beating = false;
  #joining = false;
  #closed = false;

  constructor(device: Device, begin: Begin, platform: Platform) {
    this.#device = device;
    this.#begin = begin;
    this.#platform = platform;
    this.group = begin.group;
    this.kind = begin.kind;
    this.devices = new CallDevices(platform);
    const media = new OwnMedia(platform, this.devices, () => this.#send());
    this.#media = media;
    this.mic = media.mic;
    this.camera = media.camera;
    this.screen = media.screen;
    this.ownCamera = media.cameraStream;
    this.ownScreen = media.screenStream;
    this.refused = media.refused;
    const standing = this.#standing;
    const line = device.connection.state;
    this.stage = computed(() => stageOf(standing.value, line.value !== 'offline'));
    this.over = computed(() => standing.value.over);
    this.call = computed(() => standing.value.call);
    this.since = computed(() => sinceOf(standing.value));
    this.seats = computed(() => standing.value.seats);
    this.own = computed(() => standing.value.own);
    this.leads = computed(() => ownSeat(standing.value)?.leads ?? false);
    this.heard = computed(() => {
      const links = this.#links.value;
      const now = links?.now.heard.value ?? new Map<string, Heard>();
      const before = links?.before?.heard.value;
      if (!before) return now;
      // Until something comes by the new way, the old one is heard.
      const both = new Map(now);
      for (const [seat, it] of before) if (now.get(seat)?.line !== 'there') both.set(seat, it);
      return both;
    });
    this.line = computed(() => this.#links.value?.now.line.value ?? 'good');
    this.videoSaved = computed(() => this.#saving.value.saved);
    this.speaker = computed(() => this.#voices.value.speaker);
    this.speaking = computed(() => this.#voices.value.speaking);
    this.#playing = new Playing(platform, this.heard, this.devices.chosen);
    this.soundBlocked = this.#playing.blocked;
    this.#stops.push(
      effect(() => {
        const there = [...this.heard.value.values()].some((it) => it.line === 'there');
        const any = this.heard.value.size > 0;
        queueMicrotask(() => any && this.#happen({ what: 'sound', there }));
      }),
      effect(() => this.#meter(this.#media.micStream.value)),
    );
  }

  /** Comes in; fails with a `Problem` where that cannot be. */
  async enter(): Promise<void> {
    const begin = this.#begin;
    const { connection } = this.#device;
    this.#seize();
    try {
      const opening = this.#openOwn(begin.camera);
      let inside: Inside;
      if (begin.what === 'start') {
        // Nobody is rung while the browser still asks.
        await opening;
        if (this.#standing.peek().over) return;
        const { urgency, ring, lobby } = begin.options;
        inside = await connection.call('call.start', {
          group: begin.group,
          kind: begin.kind,
          mic: this.mic.peek(),
          camera: this.camera.peek(),
          ...(urgency === undefined ? {} : { urgency }),
          ...(ring === undefined ? {} : { ring: [...ring] }),
          ...(lobby === undefined ? {} : { lobby }),
        });
      } else {
        const { group, call, camera } = begin;
        inside = await connection.call('call.join', { group, call, mic: true, camera });
      }
      this.#inside(inside);
    } catch (error) {
      this.#happen({ what: 'over', over: 'refused' });
      throw error;
    }
  }

  // What is heard of it.

  signal(frame: SignalFrame): void {
    const body = frame.with as { call?: string; seat?: string };
    const standing = this.#standing.peek();
    const ours = body.call !== undefined && (standing.call === undefined || body.call === standing.call.id);
    if (!ours) return;
    switch (frame.signal as keyof CallSignals) {
      case 'call.seats':
        return this.#happen({ what: 'seats', ...(frame.with as CallSignals['call.seats']) });
      case 'call.said': {
        const { seat, to, said } = frame.with as CallSignals['call.said'];
        // Of another device of the same person.
        if (to === standing.own) this.#links.peek()?.now.said(seat, said);
        return;
      }
      case 'call.muted':
        if (body.seat === standing.own) this.#silence();
        return;
      case 'call.put': {
        const { seat, why } = frame.with as CallSignals['call.put'];
        return this.#happen({ what: 'put', seat, why });
      }
      case 'call.media': {
        const { seat, what } = frame.with as CallSignals['call.media'];
        if (seat === standing.own) this.#links.peek()?.now.media(what);
        return;
      }
      case 'call.count':
    }
  }

  changed(call: Omit<Call, 'rung'>): void {
    this.#happen({ what: 'changed', call });
  }

  /** The person is no longer in the group. */
  removed(): void {
    this.#happen({ what: 'over', over: 'removed' });
  }

  /** There is a line again: what was said meanwhile has not been heard. */
  online(): void {
    if (!this.#seated) return;
    this.#lostTimes = 0;
    if (this.#standing.peek().rejoin) void this.#rejoin();
    else {
      void this.#beat();
      this.#soon('read', 0, () => void this.#read());
    }
  }

  // What the person does.

  setSmall(small: boolean): void {
    this.small.value = small;
  }

  playSound(): void {
    this.#playing.play();
  }

  async setMic(on: boolean): Promise<void> {
    this.silenced.value = false;
    await this.#media.setMic(on);
    this.#show();
  }

  async setCamera(on: boolean): Promise<void> {
    this.#saving.value = { ...this.#saving.peek(), saved: false, since: undefined };
    await this.#media.setCamera(on);
    this.#show();
  }

  turnCamera(): Promise<void> {
    return this.#media.turnCamera();
  }

  async setScreen(on: boolean): Promise<void> {
    await this.#media.setScreen(on);
    this.#show();
  }

  async setHand(up: boolean): Promise<void> {
    this.hand.value = up;
    this.#show();
  }

  want(wanted: ReadonlyMap<string, Wanted>): void {
    this.#wanted = wanted;
    const links = this.#links.peek();
    links?.now.want(wanted);
    links?.before?.want(wanted);
  }

  async leave(): Promise<void> {
    const seat = this.#seat();
    // Silent at once, whatever the line says.
    this.#happen({ what: 'over', over: 'left' });
    if (seat) await this.#giveUp(seat);
  }

  async endForAll(): Promise<void> {
    const { call } = this.#standing.peek();
    if (!call) return this.leave();
    await this.#device.connection.call('call.end', { group: this.group, call: call.id });
    this.#happen({ what: 'over', over: 'ended' });
  }

  async muteAll(): Promise<void> {
    await this.#act((at) => this.#device.connection.call('call.mute', { ...at, seat: null }));
  }

  async mute(seat: string): Promise<void> {
    await this.#act((at) => this.#device.connection.call('call.mute', { ...at, seat }));
  }

  async admit(seats: readonly string[]): Promise<void> {
    await this.#act((at) => this.#device.connection.call('call.admit', { ...at, seats: [...seats] }));
  }

  async dismiss(account: string): Promise<void> {
    await this.#act((at) => this.#device.connection.call('call.dismiss', { ...at, account }));
  }

  async setLobby(on: boolean): Promise<void> {
    await this.#act((at) => this.#device.connection.call('call.lobby', { ...at, on }));
  }

  async invite(accounts: readonly string[]): Promise<number> {
    const answer = await this.#act((at) =>
      this.#device.connection.call('call.invite', { ...at, accounts: [...accounts] }),
    );
    return answer?.rung ?? 0;
  }

  /** The page lets go of it, without a word to the house. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const stop of this.#stops) stop();
    const links = this.#links.peek();
    links?.now.close();
    links?.before?.close();
    this.#links.value = undefined;
    this.#playing.close();
    this.#media.close();
    this.devices.close();
  }

  get #seated(): boolean {
    const { own, over } = this.#standing.peek();
    return own !== undefined && !over;
  }

  #seat(): { group: string; call: string; seat: string } | undefined {
    const { call, own } = this.#standing.peek();
    return call && own !== undefined ? { group: this.group, call: call.id, seat: own } : undefined;
  }

  async #act<T>(act: (at: { group: string; call: string }) => Promise<T>): Promise<T | undefined> {
    const { call } = this.#standing.peek();
    return call ? act({ group: this.group, call: call.id }) : undefined;
  }

  #happen(it: Happening): void {
    const before = this.#standing.peek();
    const next = after(before, it);
    if (next === before) return;
    batch(() => {
      this.#standing.value = next;
      this.#follow(before, next);
    });
  }

  /** Does what follows from the call standing otherwise than before. */
  #follow(before: Standing, next: Standing): void {
    if (next.over) {
      if (!before.over) {
        this.close();
        this.ended();
      }
      return;
    }
    if (next.rejoin && !before.rejoin) void this.#rejoin();
    if (next.stale && next.own !== undefined) this.#soon('read', READ_MS, () => void this.#read());
    const isIn = ownSeat(next)?.state === 'in';
    const wasIn = ownSeat(before)?.state === 'in' && before.own === next.own;
    if (isIn && (!wasIn || before.call?.mode !== next.call?.mode)) this.#openLink(wasIn);
    if (before.seats !== next.seats) {
      const others = othersIn(next);
      const links = this.#links.peek();
      links?.now.seats(others);
      links?.before?.seats(others);
    }
    this.#reconcile(next);
  }

  #inside({ ice, ...inside }: Inside): void {
    const before = this.#standing.peek();
    if (before.over || this.#closed) {
      // Left while the house answered.
      void this.#giveUp({ group: this.group, call: inside.call.id, seat: inside.seat });
      return;
    }
    this.#takeIce(ice);
    const { world } = this.#device;
    this.#happen({ what: 'inside', inside, now: world.now() });
    if (before.own === inside.seat) this.#mend();
    // One that is over by its answer, since whom it rings is busy, holds nothing that would be let go of later.
    if (before.own === undefined && !this.#closed) {
      this.#every('beat', BEAT_MS, () => void this.#beat());
      this.#every('look', LOOK_MS, () => this.#look());
      this.#stops.push(
        this.#platform.awake(),
        this.#platform.onMend(() => this.#mend()),
        this.#platform.onLeave(() => this.#leaving()),
      );
    }
  }

  #mend(): void {
    this.#links.peek()?.now.mend();
    if (this.#seated) void this.#beat();
  }

  // At the house.

  async #beat(): Promise<void> {
    const seat = this.#seat();
    if (!seat || this.#beating || !this.#seated || this.#standing.peek().rejoin) return;
    this.#beating = true;
    const now = this.#device.world.now();
    try {
      const { version } = await this.#device.connection.call('call.beat', seat);
      this.#happen({ what: 'beaten', version, now });
    } catch (error) {
      this.#failed(error, seat.seat);
    } finally {
      this.#beating = false;
    }
  }

  /** Reads who is in it, once however often it is asked for. */
  async #read(): Promise<void> {
    const seat = this.#seat();
    if (!seat || !this.#seated || this.#standing.peek().rejoin) return;
    if (this.#reading) return this.#soon('read', READ_MS, () => void this.#read());
    this.#reading = true;
    try {
      const { call, seats } = await this.#device.connection.call('call.seats', seat);
      this.#happen({ what: 'read', call, seats, now: this.#device.world.now() });
    } catch (error) {
      this.#failed(error, seat.seat);
    } finally {
      this.#reading = false;
    }
  }

  /** What the house’s refusal says of the call; a line that is gone says nothing. */
  #failed(error: unknown, seat: string): void {
    if (!(error instanceof Problem)) return this.#device.world.fault(error);
    if (error.code === 'call.seat_gone') {
      const { why } = error.details;
      const said = OVERS.has(why) ? (why as Over) : undefined;
      this.#happen({ what: 'seatGone', seat, why: said, now: this.#device.world.now() });
    } else if (error.code === 'not_found') this.#happen({ what: 'over', over: 'removed' });
    else if (error.code === 'call.over') this.#happen({ what: 'over', over: 'ended' });
  }

  /** The seat was given up for silence: asks for one again until there is an answer. */
  async #rejoin(): Promise<void> {
    const { call } = this.#standing.peek();
    if (!call || this.#joining || !this.#standing.peek().rejoin) return;
    this.#joining = true;
    try {
      const at = { group: this.group, call: call.id };
      const shown = { mic: this.mic.peek(), camera: this.camera.peek() };
      this.#inside(await this.#device.connection.call('call.join', { ...at, ...shown }));
      this.#lostTimes = 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'call.over') this.#happen({ what: 'over', over: 'ended' });
      else if (error.code === 'call.elsewhere') this.#happen({ what: 'over', over: 'moved' });
      else if (error.code === 'not_found') this.#happen({ what: 'over', over: 'removed' });
      else if (!error.retry) this.#happen({ what: 'over', over: 'lost' });
      else {
        const wait = Math.min(LOST_AGAIN_MOST_MS, LOST_AGAIN_MS * 2 ** this.#lostTimes);
        this.#lostTimes = Math.min(this.#lostTimes + 1, 8);
        this.#soon('rejoin', wait, () => void this.#rejoin());
      }
    } finally {
      this.#joining = false;
    }
  }

  #giveUp(seat: { group: string; call: string; seat: string }): Promise<void> {
    return this.#device.connection.call('call.leave', seat).then(
      () => {},
      (error: unknown) => {
        // A seat that nobody hears of is given up by itself.
        if (!(error instanceof Problem)) throw error;
      },
    );
  }

  /** The page goes, perhaps only to be loaded again: the house keeps the seat for a moment. */
  #leaving(): void {
    const seat = this.#seat();
    if (!seat || !this.#seated) return;
    const { world } = this.#device;
    void world
      .fetch(`${world.base}/api/call.beat`, {
        method: 'POST',
        keepalive: true,
        credentials: 'same-origin',
        headers: { 'content-type': 'application/json', 'idempotency-key': newId(world.now()) },
        body: JSON.stringify({ ...seat, going: true }),
      })
      .catch(() => {});
  }

  #takeIce(ice: Ice): void {
    this.#ice = ice;
    const links = this.#links.peek();
    links?.now.ice(ice);
    links?.before?.ice(ice);
    const { connection } = this.#device;
    const wait = Math.max(1_000, ice.until - connection.now() - ICE_RENEW_MS);
    this.#soon('ice', wait, () => void this.#renewIce());
  }

  async #renewIce(): Promise<void> {
    const seat = this.#seat();
    if (!seat || !this.#seated) return;
    try {
      this.#takeIce(await this.#device.connection.call('call.ice', seat));
    } catch (error) {
      this.#failed(error, seat.seat);
      this.#soon('ice', BEAT_MS, () => void this.#renewIce());
    }
  }

  // What this seat shows.

  #show(): void {
    this.#showing = true;
    this.#soon('show', SHOW_MS, () => void this.#tellShown());
  }

  async #tellShown(): Promise<void> {
    const seat = this.#seat();
    if (!seat || !this.#seated || this.#standing.peek().rejoin) {
      this.#showing = false;
      return;
    }
    const shown = this.#shown();
    try {
      const { version } = await this.#device.connection.call('call.show', { ...seat, ...shown });
      this.#shownVersion = Math.max(this.#shownVersion, version);
      const now = this.#shown();
      if (Object.entries(shown).some(([what, on]) => now[what as keyof typeof now] !== on)) return this.#show();
    } catch (error) {
      this.#failed(error, seat.seat);
    }
    if (!this.#timers.has('show')) this.#showing = false;
  }

  #shown(): { mic: boolean; camera: boolean; screen: boolean; hand: boolean } {
    return {
      mic: this.mic.peek(),
      camera: this.camera.peek(),
      screen: this.screen.peek(),
      hand: this.hand.peek(),
    };
  }

  /** What the others see of this seat is what it does; a microphone that a leader turned off is off, also where nobody said so. */
  #reconcile(standing: Standing): void {
    const seat = ownSeat(standing);
    if (!seat || this.#opening || this.#showing || standing.rejoin || standing.version < this.#shownVersion) return;
    const now = this.#shown();
    if (!seat.mic && now.mic) return this.#silence();
    if (seat.mic !== now.mic || seat.camera !== now.camera || seat.screen !== now.screen) this.#show();
    else if ((seat.hand !== null) !== now.hand) this.#show();
  }

  #silence(): void {
    if (!this.mic.peek()) return;
    void this.#media.setMic(false);
    this.silenced.value = true;
    this.#soon('silenced', SILENCED_MS, () => (this.silenced.value = false));
    this.#show();
  }

  // Sound and pictures.

  async #openOwn(camera: boolean): Promise<void> {
    await Promise.all([this.#media.setMic(true), camera ? this.#media.setCamera(true) : undefined]);
    this.#opening = false;
    if (this.#seated) this.#reconcile(this.#standing.peek());
  }

  #send(): void {
    const links = this.#links.peek();
    const tracks = this.#media.tracks();
    links?.now.send(tracks);
    links?.before?.send(tracks);
    if (this.#seated) this.#show();
  }

  /** `overlap`: the connection there is goes on until the new one carries something. */
  #openLink(overlap: boolean): void {
    const { call, own } = this.#standing.peek();
    const ice = this.#ice;
    if (!call || own === undefined || !ice) return;
    const { world, connection } = this.#device;
    const at = { group: this.group, call: call.id, seat: own };
    const failed = (error: unknown): void => this.#failed(error, own);
    const open = call.mode === 'server' ? openThroughServer : openMesh;
    const link = open({
      own,
      ice,
      platform: this.#platform,
      world,
      failed,
      say: async (to, said) => void (await connection.call('call.say', { ...at, to, said })),
      ask: (ask) => connection.call('call.media', { ...at, ask }),
    });
    const before = this.#links.peek();
    before?.before?.close();
    if (!overlap) before?.now.close();
    this.#links.value = { now: link, before: overlap ? before?.now : undefined };
    link.send(this.#media.tracks());
    link.want(this.#wanted);
    link.seats(othersIn(this.#standing.peek()));
    if (overlap && before) this.#soon('overlap', OVERLAP_MS, () => this.#endOverlap());
  }

  #endOverlap(): void {
    const links = this.#links.peek();
    if (!links?.before) return;
    links.before.close();
    this.#links.value = { now: links.now, before: undefined };
  }

  #look(): void {
    const { world } = this.#device;
    const links = this.#links.peek();
    const others = othersIn(this.#standing.peek());
    if (links?.before && others.every((it) => links.now.heard.peek().get(it.id)?.line === 'there')) this.#endOverlap();
    const heard = this.heard.peek();
    const levels = new Map(others.map((it) => [it.id, it.mic ? (heard.get(it.id)?.level ?? 0) : 0]));
    const { own } = this.#standing.peek();
    if (own !== undefined) levels.set(own, this.mic.peek() ? this.#ownLevel : 0);
    const voices = heardNow(this.#voices.peek(), levels, world.now());
    const saving = savingAfter(this.#saving.peek(), this.line.peek(), this.camera.peek(), world.now());
    const turned = saving.saved !== this.#saving.peek().saved;
    batch(() => {
      this.#voices.value = voices;
      this.#saving.value = saving;
    });
    if (turned) void this.#media.setCamera(!saving.saved).then(() => this.#show());
  }

  #meter(stream: MediaStream | undefined): (() => void) | undefined {
    this.#ownLevel = 0;
    return stream ? meter(this.#platform, stream, (level) => (this.#ownLevel = level)) : undefined;
  }

  // Of several pages of a browser one is in a call: the one where the person last came in.

  #seize(): void {
    const { locks } = this.#platform;
    if (!locks) return;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    this.#stops.push(release);
    locks
      .request(lockOf(this.#device), { steal: true }, () => held)
      .catch(() => this.#happen({ what: 'over', over: 'moved' }));
  }

  #soon(name: string, ms: number, run: () => void): void {
    if (this.#closed) return;
    this.#timers.get(name)?.();
    this.#timers.set(
      name,
      this.#device.world.after(ms, () => {
        this.#timers.delete(name);
        run();
      }),
    );
  }

  #every(name: string, ms: number, run: () => void): void {
    this.#soon(name, ms, () => {
      this.#every(name, ms, run);
      run();
    });
  }
}

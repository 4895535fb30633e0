import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { BodyOf } from '../../../protocol/event.ts';
import type { EventFrame, SignalFrame } from '../../../protocol/frame.ts';
import { Problem } from '../../../protocol/problem.ts';
import type { Device } from '../../../web/device.ts';
import { unreachable } from '../../../web/http.ts';
import { later } from '../../../web/later.ts';
import type { Call, callEvents } from '../protocol.ts';
import type { CallKind } from '../rules.ts';
import type { Begin, LiveRoom } from './room.ts';
import type { CallsState, Ring, Room, StartOptions } from './shapes.ts';

type Body<N extends keyof typeof callEvents> = BodyOf<(typeof callEvents)[N]>;
type Going = Omit<Call, 'rung'>;

/** Nobody is rung by more at once. */
const RINGS_MOST = 8;
/** How long the end of a call can be read. */
const OVER_MS = 8_000;

/** What this device knows of calls. The room itself, with all that carries sound, comes when it is needed. */
export class Calls implements CallsState {
  readonly rings: ReadonlySignal<readonly Ring[]>;
  readonly room: ReadonlySignal<Room | undefined>;
  readonly back = signal<{ readonly group: string; readonly call: string } | undefined>(undefined);

  readonly #device: Device;
  readonly #say: (group: string, words: string) => void;
  readonly #rings = signal<readonly Ring[]>([]);
  /** Of several pages one sounds; all of them show who rings. */
  readonly #sounds = signal(false);
  /** By group. */
  readonly #going = signal<ReadonlyMap<string, Going>>(new Map());
  readonly #room = signal<LiveRoom | undefined>(undefined);
  readonly #code = later(() => import('./room.ts'));
  readonly #cards = later(async () => (await import('./cards.ts')).cardsOn(this.#device));
  readonly #timers = new Map<string, () => void>();
  readonly #stop: () => void;
  /** Raised by what is heard, so that an older answer does not undo it. */
  #heard = 0;

  constructor(device: Device, say: (group: string, words: string) => void) {
    this.#device = device;
    this.#say = say;
    this.room = this.#room;
    this.rings = computed(() => {
      const list = this.#rings.value;
      return this.#sounds.value ? list : list.map((it) => ({ ...it, loud: false }));
    });
    device.pages.whenFirst('calls', () => (this.#sounds.value = true));
    this.#stop = device.connection.listen({
      event: (frame) => this.#event(frame),
      signal: (frame) => this.#signal(frame),
      welcome: () => {
        this.#room.peek()?.online();
        void this.#heal();
      },
      placed: () => this.#heal(),
      gone: (streams) => streams.forEach((it) => this.#forget(it)),
      signedOut: () => this.close(),
    });
    // What was said before this was there has not been heard.
    if (device.connection.state.peek() === 'online') void this.#heal();
  }

  close(): void {
    this.#stop();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#room.peek()?.close();
  }

  going(group: string): Going | undefined {
    return this.#going.value.get(group);
  }

  peopleIn(group: string): number | undefined {
    return this.going(group)?.people;
  }

  of(group: string, id: string): Call | 'gone' | undefined {
    const cards = this.#cards.it.value;
    // Not while it is being read as a signal.
    if (!cards) queueMicrotask(() => void this.#cards.fetch());
    return cards?.of(group, id).value;
  }

  start(group: string, kind: CallKind, options: StartOptions = {}): Promise<void> {
    return this.#enter({ what: 'start', group, kind, options, camera: kind === 'video' });
  }

  join(group: string, call: string, { camera = false }: { readonly camera?: boolean } = {}): Promise<void> {
    this.#endRing(call);
    const { kind = 'voice' } = this.#going.peek().get(group) ?? {};
    return this.#enter({ what: 'join', group, call, kind, camera });
  }

  answer({ call }: Ring, options?: { readonly camera?: boolean }): Promise<void> {
    return this.join(call.group, call.id, options);
  }

  async decline({ call: { group, id: call } }: Ring, words?: string): Promise<void> {
    this.#endRing(call);
    if (words) this.#say(group, words);
    try {
      await this.#device.connection.call('call.decline', { group, call });
    } catch (error) {
      // Without a line it rings to its end for whoever calls; here it is quiet.
      if (!(error instanceof Problem && error.retry)) throw error;
    }
  }

  async #enter(begin: Begin): Promise<void> {
    const before = this.#room.peek();
    if (before && before.stage.peek() !== 'over') {
      before.setSmall(false);
      if (before.group === begin.group) return;
      const { id: call = '' } = before.call.peek() ?? {};
      throw new Problem('call.elsewhere', { status: 409, retry: false, summary: '' }, { group: before.group, call });
    }
    await this.#code.fetch();
    const code = this.#code.it.peek();
    if (!code) throw unreachable();
    // Pressed twice.
    if (this.#room.peek() !== before) return;
    const room = code.openRoom(this.#device, begin);
    this.back.value = undefined;
    this.#room.value = room;
    room.ended = () => {
      const left = room.over.peek() === 'left' ? 0 : OVER_MS;
      this.#device.world.after(left, () => this.#room.peek() === room && (this.#room.value = undefined));
    };
    try {
      await room.enter();
    } catch (error) {
      if (this.#room.peek() === room) this.#room.value = undefined;
      throw error;
    }
  }

  #event({ on, in: stream, with: body }: EventFrame): void {
    if (on === 'chat.removed') return this.#forget((body as { group: string }).group);
    if (!on.startsWith('call.')) return;
    this.#heard += 1;
    if (on === 'call.rang') this.#rang(body as Body<'call.rang'>);
    else if (on === 'call.ringEnded') this.#endRing((body as Body<'call.ringEnded'>).call);
    else if (on === 'call.started' || on === 'call.changed') {
      const { call } = body as Body<'call.started'>;
      this.#goes(stream, call.endedAt === null ? call : undefined, call.id);
      this.#room.peek()?.changed(call);
    }
  }

  #signal(frame: SignalFrame): void {
    if (frame.signal === 'call.count') {
      const { call, people } = frame.with as { call: string; people: number };
      const known = this.#going.peek().get(frame.in);
      if (known?.id === call) this.#goes(frame.in, { ...known, people });
    } else if (frame.signal.startsWith('call.')) this.#room.peek()?.signal(frame);
  }

  /** Asks what goes on: what was said without a line has not been heard. */
  async #heal(again = true): Promise<void> {
    const before = this.#heard;
    try {
      const { calls, rings, seat } = await this.#device.connection.call('call.open', {});
      if (before !== this.#heard) return again ? await this.#heal(false) : undefined;
      this.#going.value = new Map(calls.map((it) => [it.group, it]));
      for (const { call } of this.#rings.peek())
        if (!rings.some((it) => it.call.id === call.id)) this.#endRing(call.id);
      for (const it of rings) this.#rang(it);
      // Another page of this browser may be in it.
      if (this.#room.peek()) return;
      if (seat) await this.#code.fetch();
      const free = seat && (await this.#code.it.peek()?.isFree(this.#device));
      if (!this.#room.peek()) this.back.value = free ? { group: seat.group, call: seat.call } : undefined;
    } catch (error) {
      if (!(error instanceof Problem)) this.#device.world.fault(error);
    }
  }

  #rang({ call, until, loud, through }: Body<'call.rang'>): void {
    const { world, connection } = this.#device;
    const left = until - connection.now();
    // Rung on this page for something that it is in already, or long ago.
    if (left <= 0 || this.#room.peek()?.call.peek()?.id === call.id) return;
    void this.#code.fetch();
    const others = this.#rings.peek().filter((it) => it.call.id !== call.id);
    this.#rings.value = [{ call, until, loud, through }, ...others].slice(0, RINGS_MOST);
    this.#timers.get(call.id)?.();
    this.#timers.set(
      call.id,
      world.after(left, () => this.#endRing(call.id)),
    );
  }

  #endRing(call: string): void {
    this.#timers.get(call)?.();
    this.#timers.delete(call);
    if (this.#rings.peek().some((it) => it.call.id === call))
      this.#rings.value = this.#rings.peek().filter((it) => it.call.id !== call);
  }

  /** `ended`: only where it is this one that goes on. */
  #goes(group: string, call: Going | undefined, ended?: string): void {
    const going = new Map(this.#going.peek());
    if (call) going.set(group, call);
    else {
      if (ended !== undefined) this.#endRing(ended);
      if (ended !== undefined && going.get(group)?.id !== ended) return;
      going.delete(group);
    }
    this.#going.value = going;
  }

  #forget(group: string): void {
    for (const { call } of this.#rings.peek()) if (call.group === group) this.#endRing(call.id);
    this.#goes(group, undefined);
    const room = this.#room.peek();
    if (room?.group === group) room.removed();
  }
}

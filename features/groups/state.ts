import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

import type { InputOf } from '../../protocol/action.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import { newId } from '../../protocol/id.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import type { Chat } from '../chats/protocol.ts';
import type { Chats } from '../chats/state.ts';
import type { Person } from '../directory/protocol.ts';
import type { Group, groupActions, Transfer } from './protocol.ts';
import { firstHolders, isLeader } from './rights.ts';
import type { Right } from './rights.ts';
import type { ChosenKind } from './rules.ts';
import { governedWith, undoOf, wishing } from './state/wishes.ts';
import type { Governed, Governing } from './state/wishes.ts';

/** The list of chats hears of a new group by itself; when it takes longer than this, it is asked. */
const HEARD_MS = 1_500;
/** Of those who left quietly the newest are told. */
const LEFT_MOST = 20;

/** What groups are, beyond what the list of chats knows: fetched when looked at, kept current while it is. */
export class Groups {
  readonly chats: Chats;
  /** Told to leaders: who left without a line in the conversation, until it has been read. */
  readonly leftQuietly = signal<readonly { readonly group: string; readonly name: string }[]>([]);
  readonly #device: Device;
  readonly #known = new Map<string, Signal<Group | undefined>>();
  readonly #turns = new Map<string, Signal<number>>();
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #stale = new Set<string>();
  readonly #wishes = new Map<string, Signal<readonly Governing[]>>();

  constructor(device: Device, chats: Chats) {
    this.#device = device;
    this.chats = chats;
    newGroup.clear();
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      // What was missed is not known one by one: whoever looks at it asks again.
      placed: async (streams) => {
        for (const stream of streams) this.#renew(stream);
      },
    });
  }

  get account(): string {
    return this.#device.account;
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  /** Reads as a signal. */
  get online(): boolean {
    return this.#device.connection.state.value === 'online';
  }

  /** Reads as a signal; undefined until it is known. */
  get(group: string): Group | undefined {
    return this.#slot(group).value;
  }

  chat(group: string): Chat | undefined {
    return this.chats.get(group);
  }

  /** Changes with everything that happens to the members of a group. Reads as a signal. */
  turn(group: string): number {
    return this.#turn(group).value;
  }

  /** Fetches it afresh, and once more where something happened meanwhile. Fails with a `Problem`. */
  fetch(group: string): Promise<void> {
    this.#stale.add(group);
    let running = this.#fetching.get(group);
    if (!running) {
      running = this.#fetchAll(group).finally(() => this.#fetching.delete(group));
      this.#fetching.set(group, running);
    }
    return running;
  }

  async #fetchAll(group: string): Promise<void> {
    while (this.#stale.delete(group)) this.#slot(group).value = await this.call('group.get', { group });
  }

  /** The first of those who left quietly has been read of. */
  heardOfLeft(): void {
    this.leftQuietly.value = this.leftQuietly.peek().slice(1);
  }

  applyEvent(frame: EventFrame): void {
    const slot = this.#known.get(frame.in);
    const known = slot?.peek();
    switch (frame.on) {
      case 'group.changed':
        if (known && frame.n > known.at) slot!.value = { ...known, ...(frame.with as Partial<Group>), at: frame.n };
        break;
      case 'group.governed':
        if (known && frame.n > known.at) slot!.value = this.#governed(known, frame);
        break;
      case 'group.archived':
      case 'group.dissolving':
      case 'group.kept':
        if (known && frame.n > known.at) slot!.value = { ...known, ...this.#standing(frame.in), at: frame.n };
        break;
      case 'member.excepted':
        // Whom it concerns knows it from their chat; what is decided for others is the leaders' to see.
        if (known && isLeader(known.role)) this.#renew(frame.in);
        else if (known && frame.n > known.at) slot!.value = { ...known, ...this.#standing(frame.in), at: frame.n };
        break;
      case 'transfer.offered':
      case 'transfer.ended': {
        const { group, transfer = null } = frame.with as { group: string; transfer?: Transfer };
        const of = this.#known.get(group);
        const it = of?.peek();
        if (it) of!.value = { ...it, transfer };
        break;
      }
      case 'member.leftQuietly': {
        const { group, name } = frame.with as { group: string; name: string };
        this.leftQuietly.value = [...this.leftQuietly.peek(), { group, name }].slice(-LEFT_MOST);
        break;
      }
      case 'group.handedOver':
      case 'member.appointed':
      case 'member.termEnded':
      case 'member.added':
      case 'member.joined':
      case 'member.left':
      case 'member.removed':
      case 'member.slipped':
        this.#renew(frame.in);
        break;
      default:
        break;
    }
  }

  /** How the actor stands, as their chat has it already. */
  #standing(group: string): Partial<Group> {
    const chat = this.chats.peek(group);
    if (!chat) return {};
    const { role, roleUntil, rights, settings, state, dissolvesAt, approval } = chat;
    return { role, roleUntil, rights, settings, state, dissolvesAt, approval };
  }

  #governed(known: Group, frame: EventFrame): Group {
    const { approver } = frame.with as { approver?: { account: string; name: string } | null };
    const named =
      approver === undefined ? {} : { approver: approver?.account ?? null, approverName: approver?.name ?? '' };
    return { ...known, ...this.#standing(frame.in), ...named, at: frame.n };
  }

  #renew(group: string): void {
    const turn = this.#turns.get(group);
    if (turn) turn.value += 1;
    if (this.#known.get(group)?.peek()) this.fetch(group).catch((error: unknown) => this.#failed(group, error));
  }

  #failed(group: string, error: unknown): void {
    if (error instanceof Problem && error.code === 'not_found') this.#slot(group).value = undefined;
    else if (!(error instanceof Problem)) throw error;
  }

  #slot(group: string): Signal<Group | undefined> {
    let slot = this.#known.get(group);
    if (!slot) this.#known.set(group, (slot = signal(undefined)));
    return slot;
  }

  #turn(group: string): Signal<number> {
    let turn = this.#turns.get(group);
    if (!turn) this.#turns.set(group, (turn = signal(0)));
    return turn;
  }

  // ——— What the actor does

  /** Resolves when the list of chats knows this group, so that its conversation can be opened. */
  async whenListed(group: string): Promise<void> {
    if (this.chats.peek(group)) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        stop();
        ask();
        resolve();
      };
      const ask = this.#device.world.after(HEARD_MS, () => {
        this.chats.fetch([group]).then(finish, finish);
      });
      const stop = effect(() => {
        if (this.chats.get(group)) queueMicrotask(finish);
      });
    });
  }

  /** The settings as they are shown: what is on its way counts already. Reads as a signal. */
  governed(chat: Chat): Governed {
    return governedWith(chat, this.#wishesOf(chat.group).value);
  }

  /** Changes settings; shown at once, and taken back where it is refused. Answers the change that undoes it. */
  async govern(chat: Chat, change: Governing): Promise<Governing> {
    const { group, kind } = chat;
    const undo = undoOf(this.governed(chat), change, (right) => firstHolders(kind, right as Right));
    await wishing(this.#wishesOf(group), change, () => this.call('group.govern', { group, ...change }));
    return undo;
  }

  #wishesOf(group: string): Signal<readonly Governing[]> {
    let wishes = this.#wishes.get(group);
    if (!wishes) this.#wishes.set(group, (wishes = signal<readonly Governing[]>([])));
    return wishes;
  }

  /** Opens the conversation with one person; answers its group. */
  async openPair(account: string): Promise<string> {
    const { group } = await this.call('group.openPair', { account });
    await this.whenListed(group);
    return group;
  }

  /** Leaves; answered as gone already, it is done too: the first answer was lost on the way. */
  async leave(group: string, wish: { quiet?: boolean; refuse?: boolean } = {}): Promise<void> {
    try {
      await this.call('member.leave', { group, ...wish });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error;
    }
  }
}

/** The groups of whoever is signed in at this page. */
export const groups = signal<Groups | undefined>(undefined);

export interface ChosenArea {
  readonly code: string;
  /** “Xã Ia Grai, tỉnh Gia Lai” */
  readonly title: string;
}

/** A group being made. Lives beside the screen, so that nothing is lost by leaving it or by a failure. */
export class NewGroup {
  readonly people = signal<ReadonlyMap<string, Person>>(new Map());
  /** Numbers outside the staff list, E.164. */
  readonly invited = signal<readonly string[]>([]);
  readonly name = signal('');
  readonly description = signal('');
  readonly by = signal<'area' | 'work'>('area');
  readonly area = signal<ChosenArea | undefined>(undefined);
  readonly topic = signal('');
  readonly kind = signal<ChosenKind>('directive');
  /** Undefined: whoever makes it. */
  readonly approver = signal<string | undefined>(undefined);
  readonly approval = signal(true);
  /** Base64, and an address under which this page can show it. */
  readonly photo = signal<{ base64: string; url: string } | undefined>(undefined);

  #id: { input: string; id: string } | undefined;

  get count(): number {
    return this.people.value.size + this.invited.value.length;
  }

  take(people: readonly Person[]): void {
    const next = new Map(this.people.peek());
    for (const it of people) next.set(it.id, it);
    this.people.value = next;
  }

  drop(id: string): void {
    const next = new Map(this.people.peek());
    next.delete(id);
    this.people.value = next;
    if (this.approver.peek() === id) this.approver.value = undefined;
  }

  invite(phones: readonly string[]): void {
    this.invited.value = [...new Set([...this.invited.peek(), ...phones])];
  }

  uninvite(phone: string): void {
    this.invited.value = this.invited.peek().filter((it) => it !== phone);
  }

  input(self: string): InputOf<(typeof groupActions)['group.create']> {
    const byArea = this.by.peek() === 'area';
    return {
      name: this.name.peek(),
      kind: this.kind.peek(),
      description: this.description.peek(),
      area: byArea ? (this.area.peek()?.code ?? null) : null,
      topic: byArea ? '' : this.topic.peek(),
      members: [...this.people.peek().keys()].filter((it) => it !== self),
      invite: [...this.invited.peek()],
      approval: this.approval.peek(),
      approver: this.approver.peek() ?? null,
    };
  }

  /** The same for the same wish, so that a group asked for twice over a bad line is made once. */
  actionId(self: string): string {
    const input = JSON.stringify(this.input(self));
    if (this.#id?.input !== input) this.#id = { input, id: newId() };
    return this.#id.id;
  }

  clear(): void {
    this.people.value = new Map();
    this.invited.value = [];
    this.name.value = '';
    this.description.value = '';
    this.by.value = 'area';
    this.area.value = undefined;
    this.topic.value = '';
    this.kind.value = 'directive';
    this.approver.value = undefined;
    this.approval.value = true;
    this.photo.value = undefined;
    this.#id = undefined;
  }
}

/** The one that is being made at this page. */
export const newGroup = new NewGroup();

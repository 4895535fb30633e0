import { batch, signal } from '@preact/signals';

import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Connection } from '../../web/connection.ts';
import type { Person } from '../messages/protocol.ts';
import type { Saved, savedEvents } from './protocol.ts';

type Marked = BodyOf<(typeof savedEvents)['message.saved']>;

/** The messages the actor has marked, as far as they have been looked through; current while it is open. */
export class SavedList {
  /** Undefined until the first page is there. */
  readonly list = signal<readonly Saved[] | undefined>(undefined);
  readonly people = signal<ReadonlyMap<string, Person>>(new Map());
  readonly more = signal(false);
  readonly loading = signal(false);
  readonly trouble = signal<Problem | undefined>(undefined);

  readonly #connection: Connection;
  readonly #account: string;
  readonly #stop: () => void;
  #turn = 0;

  constructor(connection: Connection, account: string) {
    this.#connection = connection;
    this.#account = account;
    this.#stop = connection.listen({ event: (frame) => this.applyEvent(frame) });
  }

  close(): void {
    this.#turn += 1;
    this.#stop();
  }

  /** The newest, instead of what is shown; what is shown stays until they are there. */
  async fetch(): Promise<void> {
    await this.#load(undefined);
  }

  async older(): Promise<void> {
    const last = this.list.peek()?.at(-1);
    if (!last || !this.more.peek() || this.loading.peek()) return;
    await this.#load({ at: last.savedAt, message: last.message.id });
  }

  /** Gone from the list at once. */
  drop(messages: ReadonlySet<string>): void {
    const list = this.list.peek();
    if (list?.some((it) => messages.has(it.message.id)))
      this.list.value = list.filter((it) => !messages.has(it.message.id));
  }

  applyEvent(frame: EventFrame): void {
    if (frame.on === 'message.recalled') this.drop(new Set([(frame.with as { id: string }).id]));
    if (frame.on === 'message.edited') this.#fetchIf((it) => it.message.id === (frame.with as { id: string }).id);
    if (frame.in !== this.#account) return;
    if (frame.on === 'message.unsaved' || frame.on === 'message.hidden')
      this.drop(new Set((frame.with as Marked).messages.map((it) => it.id)));
    else if (frame.on === 'chat.removed') {
      const { group } = frame.with as { group: string };
      this.list.value = this.list.peek()?.filter((it) => it.group.id !== group);
    } else if (frame.on === 'message.saved' || frame.on === 'message.shown') void this.fetch();
  }

  #fetchIf(concerns: (it: Saved) => boolean): void {
    if (this.list.peek()?.some(concerns)) void this.fetch();
  }

  async #load(before: { at: number; message: string } | undefined): Promise<void> {
    const turn = (this.#turn += 1);
    this.loading.value = true;
    try {
      const page = await this.#connection.call('saved.list', before ? { before } : {});
      if (turn !== this.#turn) return;
      batch(() => {
        this.list.value = before ? [...(this.list.peek() ?? []), ...page.list] : page.list;
        this.people.value = new Map([...this.people.peek(), ...page.people.map((it) => [it.id, it] as const)]);
        this.more.value = page.more;
        this.trouble.value = undefined;
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (turn === this.#turn) this.trouble.value = error;
    } finally {
      if (turn === this.#turn) this.loading.value = false;
    }
  }
}

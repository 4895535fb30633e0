import { signal } from '@preact/signals';

import type { Member } from '../protocol.ts';

type May = (member: Member) => boolean;

/** The members that are ticked, over all that was searched for meanwhile. */
export class Choosing {
  readonly chosen = signal<ReadonlyMap<string, Member>>(new Map());
  /** Where a range begins: the row that was pressed last. */
  #anchor: string | undefined;

  /** Ticks a row or takes its tick away; with `range` all between it and the row pressed before. */
  press(list: readonly Member[], member: Member, { on, range, may }: { on: boolean; range: boolean; may: May }): void {
    const at = list.findIndex((it) => it.account === member.account);
    const anchor = range ? list.findIndex((it) => it.account === this.#anchor) : -1;
    const rows = anchor === -1 || at === -1 ? [member] : list.slice(Math.min(anchor, at), Math.max(anchor, at) + 1);
    this.#anchor = member.account;
    this.#set(rows.filter(may), on);
  }

  /** Ticks all of these that may be. */
  add(list: readonly Member[], may: May): void {
    this.#set(list.filter(may), true);
  }

  drop(accounts: Iterable<string>): void {
    const next = new Map(this.chosen.peek());
    for (const it of accounts) next.delete(it);
    this.chosen.value = next;
  }

  clear(): void {
    this.chosen.value = new Map();
    this.#anchor = undefined;
  }

  #set(members: readonly Member[], on: boolean): void {
    const next = new Map(this.chosen.peek());
    for (const it of members) {
      if (on) next.set(it.account, it);
      else next.delete(it.account);
    }
    this.chosen.value = next;
  }
}

import type { Message } from '../protocol.ts';
import { RUN_MS } from '../rules.ts';
import type { Pending } from '../state.ts';

/** One item of the log: a line with what stands above it. The same object as long as it looks the same. */
export interface Row {
  readonly key: string;
  /** Undefined for what stands at the ends: what is not loaded yet. */
  readonly line: Message | undefined;
  readonly pending: Pending | undefined;
  /** Milliseconds; the first of a day carries the day's line. */
  readonly at: number;
  readonly newDay: boolean;
  /** The line “2 unread messages” stands above it. */
  readonly unread: boolean;
  /** First of a run of one sender: name and avatar stand here. */
  readonly head: boolean;
  readonly own: boolean;
  readonly kind: 'line' | 'pending' | 'older' | 'newer' | 'start';
}

/** The days of local time, so that thousands of lines cost one calendar. */
class Days {
  #from = 0;
  #to = 0;

  same(a: number, b: number): boolean {
    if (a < this.#from || a >= this.#to) {
      const day = new Date(a);
      this.#from = day.setHours(0, 0, 0, 0);
      this.#to = new Date(this.#from).setDate(new Date(this.#from).getDate() + 1);
    }
    return b >= this.#from && b < this.#to;
  }
}

interface Wish {
  readonly lines: readonly Message[];
  readonly first: boolean;
  readonly last: boolean;
  readonly pending: readonly Pending[];
  readonly self: string;
  /** Number up to which it was read when it was opened. */
  readonly unreadAfter: number | undefined;
}

/** Makes the rows of one log; rows that look the same are the same objects, so that only what changed is drawn. */
export function rowMaker(): (wish: Wish) => readonly Row[] {
  let known = new WeakMap<object, Row>();
  const days = new Days();
  let self = '';

  const once = (of: object, row: Row): Row => {
    const old = known.get(of);
    if (
      old &&
      old.newDay === row.newDay &&
      old.unread === row.unread &&
      old.head === row.head &&
      old.pending === row.pending
    ) {
      return old;
    }
    known.set(of, row);
    return row;
  };

  return ({ lines, first, last, pending, self: account, unreadAfter }) => {
    if (account !== self) {
      known = new WeakMap();
      self = account;
    }
    const rows: Row[] = [];
    const end = (kind: 'older' | 'newer' | 'start', at: number, key: string): void => {
      rows.push({
        key,
        line: undefined,
        pending: undefined,
        at,
        newDay: false,
        unread: false,
        head: false,
        own: false,
        kind,
      });
    };
    const oldest = lines[0];
    // Named by the line it stands before, so that it is measured anew wherever it stands.
    if (oldest) end(first ? 'start' : 'older', oldest.at, `${first ? 'start' : 'older'}-${oldest.seq}`);
    let before: { at: number; by: string | null; notice: boolean } | undefined;
    // Only where the line before it is here too: else what is marked is not the first unread one.
    let marked = unreadAfter === undefined || !oldest || (oldest.seq > unreadAfter + 1 && !first);
    for (const line of lines) {
      const own = line.by === self && line.kind === 'text';
      const newDay = !before || !days.same(before.at, line.at);
      const unread: boolean = !marked && line.seq > unreadAfter! && line.kind === 'text' && !own;
      marked ||= unread;
      const notice = line.kind === 'notice';
      const head =
        !notice &&
        (!before || newDay || unread || before.notice || before.by !== line.by || line.at - before.at > RUN_MS);
      rows.push(
        once(line, { key: line.id, line, pending: undefined, at: line.at, newDay, unread, head, own, kind: 'line' }),
      );
      before = { at: line.at, by: line.by, notice };
    }
    if (!last) {
      const newest = lines.at(-1);
      if (newest) end('newer', newest.at, `newer-${newest.seq}`);
      return rows;
    }
    for (const it of pending) {
      const newDay = !before || !days.same(before.at, it.at);
      const head = !before || newDay || before.notice || before.by !== self || it.at - before.at > RUN_MS;
      // The key of the line it will become, so that it stays in its place when its number comes.
      rows.push(
        once(it, {
          key: it.id,
          line: undefined,
          pending: it,
          at: it.at,
          newDay,
          unread: false,
          head,
          own: true,
          kind: 'pending',
        }),
      );
      before = { at: it.at, by: self, notice: false };
    }
    return rows;
  };
}

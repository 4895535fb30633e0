import type { Change, Key, Shelf, Shelves } from './shelves.ts';
import type { Surroundings } from './surroundings.ts';

export const CACHE = {
  /** Messages kept for one group; pruned to it when half as many more have come. */
  perGroup: 200,
  /** Groups whose messages are kept; the ones longest silent go first. */
  groups: 100,
  /** UTF-16 units of text over all groups. */
  size: 16_000_000,
  /** Writes are gathered this long. */
  gatherMs: 700,
} as const;

interface Numbered {
  readonly seq: number;
}

/** What is known of the messages kept for a group: every line numbered `from` to `to`, and which these are. */
interface Kept {
  group: string;
  from: number;
  to: number;
  seqs: number[];
  size: number;
  /** When it last changed; the oldest goes first. */
  at: number;
}

/** What one page keeps current for all pages of the device, and what each page writes for itself. */
const OWN: readonly Shelf[] = ['drafts', 'writing', 'outbox', 'uploads', 'blobs'];

/**
 * What this device remembers of one account, so that the app opens without a line. Written in batches, each one transaction:
 * a cursor is never ahead of what it stands for. Of several pages one writes; drafts and outbox are written by each.
 */
export class Cache {
  readonly #shelves: Shelves;
  readonly #world: Surroundings;
  readonly #kept = new Map<string, Kept>();
  #changes = new Map<string, Change>();
  #timer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #keeper = false;
  #closed = false;
  readonly #stopHide: () => void;
  /** This page writes from now on: everything it knows is to be put again. */
  onKeeper: (() => void) | undefined;

  constructor(shelves: Shelves, world: Surroundings) {
    this.#shelves = shelves;
    this.#world = world;
    this.#stopHide = world.onHide(() => void this.flush());
  }

  get durable(): boolean {
    return this.#shelves.durable;
  }

  /** Must be called before anything is kept. */
  async open(): Promise<void> {
    await this.#readKept();
  }

  async #readKept(): Promise<void> {
    this.#kept.clear();
    for (const it of (await this.#shelves.all('kept')) as Kept[]) this.#kept.set(it.group, it);
  }

  /** This page takes over the writing. */
  async becomeKeeper(): Promise<void> {
    if (this.#closed) return;
    await this.#readKept();
    this.#keeper = true;
    this.onKeeper?.();
  }

  all<T>(shelf: Shelf): Promise<T[]> {
    return this.#shelves.all(shelf) as Promise<T[]>;
  }

  get<T>(shelf: Shelf, key: Key): Promise<T | undefined> {
    return this.#shelves.get(shelf, key) as Promise<T | undefined>;
  }

  put(shelf: Exclude<Shelf, 'messages' | 'kept'>, key: string, value: unknown): void {
    this.#add(`${shelf} ${key}`, { shelf, key, value });
  }

  remove(shelf: Exclude<Shelf, 'messages' | 'kept'>, key: string): void {
    this.#add(`${shelf} ${key}`, { shelf, remove: key });
  }

  /** Writes at once and reports failure: for what must not be lost (the outbox). */
  async write(changes: readonly Change[]): Promise<void> {
    if (!this.#closed) await this.#shelves.write(changes);
  }

  /** The numbers between which a group's messages are kept. */
  keptOf(group: string): { from: number; to: number } | undefined {
    const kept = this.#kept.get(group);
    return kept && { from: kept.from, to: kept.to };
  }

  async messages<T extends Numbered>(group: string): Promise<{ from: number; to: number; messages: T[] } | undefined> {
    await this.flush();
    // Another page may have written since: its record counts.
    const kept = ((await this.#shelves.get('kept', group)) as Kept | undefined) ?? this.#kept.get(group);
    if (!kept) return undefined;
    const messages = (await this.#shelves.messages(group, kept.from, kept.to)) as T[];
    return { from: kept.from, to: kept.to, messages };
  }

  /**
   * Everything numbered `from` to `to` in this group is exactly `list`. Joined to what is kept where the two touch; a newer
   * stretch replaces an older one, an older one that does not touch is not kept.
   */
  keepMessages(
    group: string,
    from: number,
    to: number,
    list: readonly (Numbered & { readonly text?: string | null })[],
  ): void {
    if (!this.#keeper || this.#closed) return;
    let kept = this.#kept.get(group);
    if (kept && from > kept.to + 1) {
      this.#clear(kept, 0, Number.MAX_SAFE_INTEGER);
      kept = undefined;
    } else if (kept && to < kept.from - 1) return;
    if (!kept) {
      kept = { group, from, to, seqs: [], size: 0, at: 0 };
      this.#kept.set(group, kept);
    }
    const known = new Set(kept.seqs);
    const room = CACHE.perGroup - kept.seqs.length;
    let lowest = Math.min(from, kept.from);
    let added = list.filter((it) => !known.has(it.seq));
    const older = added.filter((it) => it.seq < kept.from);
    if (older.length > Math.max(0, room)) {
      // Of older history only as much as there is room for, next to what is kept.
      const taken = older.slice(older.length - Math.max(0, room));
      lowest = taken[0]?.seq ?? kept.from;
      added = added.filter((it) => it.seq >= lowest);
    }
    kept.from = lowest;
    kept.to = Math.max(to, kept.to);
    for (const it of added) {
      this.#add(`messages ${group} ${it.seq}`, { shelf: 'messages', key: [group, it.seq], value: it });
      kept.seqs.push(it.seq);
      kept.size += it.text?.length ?? 100;
    }
    kept.seqs.sort((a, b) => a - b);
    kept.at = this.#world.now();
    if (kept.seqs.length > CACHE.perGroup * 1.5) {
      const cut = kept.seqs.length - CACHE.perGroup;
      const until = kept.seqs[cut]! - 1;
      kept.size = Math.round((kept.size * CACHE.perGroup) / kept.seqs.length);
      this.#clear(kept, kept.from, until);
      kept.seqs = kept.seqs.slice(cut);
      kept.from = until + 1;
    }
    this.#add(`kept ${group}`, { shelf: 'kept', key: group, value: kept });
    this.#bound();
  }

  /** These lines are different now, and those under the numbers `gone` are none any more; only where they are kept. */
  changeMessages(group: string, list: readonly Numbered[], gone: readonly number[]): void {
    const kept = this.#kept.get(group);
    if (!kept || !this.#keeper || this.#closed) return;
    const known = new Set(kept.seqs);
    for (const it of list)
      if (known.has(it.seq))
        this.#add(`messages ${group} ${it.seq}`, { shelf: 'messages', key: [group, it.seq], value: it });
    for (const seq of gone) {
      if (!known.has(seq)) continue;
      this.#changes.delete(`messages ${group} ${seq}`);
      this.#add(`clear ${group} ${seq} alone`, { shelf: 'messages', clear: group, from: seq, to: seq });
    }
    if (gone.length === 0) return;
    kept.seqs = kept.seqs.filter((it) => !gone.includes(it));
    this.#add(`kept ${group}`, { shelf: 'kept', key: group, value: kept });
  }

  forgetMessages(group: string): void {
    const kept = this.#kept.get(group);
    this.#kept.delete(group);
    this.#clear({ group, seqs: kept?.seqs ?? [] }, 0, Number.MAX_SAFE_INTEGER);
    this.#add(`kept ${group}`, { shelf: 'kept', remove: group });
  }

  /** Nothing that stood on the board of this group stays, whoever kept it: those who keep it may not even be there yet. */
  async forgetThings(group: string): Promise<void> {
    if (!this.#keeper || this.#closed) return;
    await this.flush();
    await this.#shelves.clear('things', (it) => (it as { readonly group?: string }).group === group);
  }

  #clear(kept: Pick<Kept, 'group' | 'seqs'>, from: number, to: number): void {
    for (const seq of kept.seqs) if (seq >= from && seq <= to) this.#changes.delete(`messages ${kept.group} ${seq}`);
    const key = `clear ${kept.group} ${from}`;
    // Placed before whatever is put later under the same numbers.
    this.#changes.delete(key);
    this.#add(key, { shelf: 'messages', clear: kept.group, from, to });
  }

  #bound(): void {
    let size = 0;
    for (const it of this.#kept.values()) size += it.size;
    while (this.#kept.size > CACHE.groups || size > CACHE.size) {
      let oldest: Kept | undefined;
      for (const it of this.#kept.values()) if (!oldest || it.at < oldest.at) oldest = it;
      if (!oldest || this.#kept.size === 1) return;
      size -= oldest.size;
      this.forgetMessages(oldest.group);
    }
  }

  #add(key: string, change: Change): void {
    if (this.#closed) return;
    if (!this.#keeper && !OWN.includes(change.shelf)) return;
    // A later change of the same thing takes the later place.
    this.#changes.delete(key);
    this.#changes.set(key, change);
    this.#timer ??= this.#world.after(CACHE.gatherMs, () => void this.flush());
  }

  /** Writes what has been gathered. */
  flush(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    if (this.#changes.size === 0 || this.#closed) return this.#writing;
    // A write before it may still be under way: what is known of the kept messages goes on changing meanwhile, and what is written of it
    // must not stand for lines that come with the next write.
    const changes = [...this.#changes.values()].map((it) =>
      it.shelf === 'kept' && 'value' in it ? { ...it, value: structuredClone(it.value) } : it,
    );
    this.#changes = new Map();
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#shelves.write(changes);
      } catch (error) {
        // A full disk or a database taken away costs the memory, not the app.
        if (!this.#closed) this.#world.fault(error);
      }
    });
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    this.stop();
  }

  /** Writes nothing any more: the store is about to be wiped. */
  stop(): void {
    this.#closed = true;
    this.#timer?.();
    this.#changes.clear();
    this.#stopHide();
    this.#shelves.close();
  }
}

import { batch, signal } from '@preact/signals';

import type { ActionMap, ActionName } from '../features/contracts.ts';
import type { InputOf } from '../protocol/action.ts';
import { newId } from '../protocol/id.ts';
import { Problem } from '../protocol/problem.ts';
import type { Cache } from './cache.ts';
import type { Connection } from './connection.ts';
import { isGuarded } from './guarded.ts';
import type { Pages } from './pages.ts';
import type { Surroundings } from './surroundings.ts';

export const OUTBOX = {
  /** Waiting at once; beyond it the person is told. */
  most: 500,
  /** Lanes sent side by side. */
  lanes: 4,
  firstWaitMs: 1_000,
  mostWaitMs: 60_000,
  /** Tries that end in a fault of the server, until the person decides. */
  faults: 5,
} as const;

export interface OutboxEntry {
  /** The action id: doing it twice does it once. Later ids sort later. */
  readonly id: string;
  /** What has the same lane is sent one after the other. */
  readonly lane: string;
  readonly name: ActionName;
  readonly input: unknown;
  readonly at: number;
  /** It waits for what has to be there before it (its files); meanwhile those after it in its lane go. */
  readonly held?: true;
  /** Why it will not be sent by itself. */
  readonly refused?: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
}

export interface OutboxListeners {
  /** It is done; the answer. Told on every page of the device. */
  sent?(entry: OutboxEntry, output: unknown): void;
  refused?(entry: OutboxEntry): void;
}

type Word =
  | { outbox: 'changed' }
  | { outbox: 'sent'; entry: OutboxEntry; output: unknown }
  | { outbox: 'forgotten'; entry: OutboxEntry };

/**
 * What was done without a line, or on a bad one: kept on the device until the server has answered, sent in order within a
 * lane. The action id makes it exactly once, however often it is sent.
 */
export class Outbox {
  readonly entries = signal<readonly OutboxEntry[]>([]);

  readonly #cache: Cache;
  readonly #connection: Connection;
  readonly #pages: Pages;
  readonly #world: Surroundings;
  readonly #listeners = new Set<OutboxListeners>();
  readonly #failures = new Map<string, number>();
  #written: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;
  #again = false;
  #timer: (() => void) | undefined;
  #waitUntil = new Map<string, number>();
  #closed = false;
  #stopWatching: () => void = () => {};

  constructor(cache: Cache, connection: Connection, pages: Pages, world: Surroundings) {
    this.#cache = cache;
    this.#connection = connection;
    this.#pages = pages;
    this.#world = world;
  }

  /** Reads what was left over and begins to send. */
  async open(): Promise<void> {
    await this.#read();
    this.#pages.onWord((word) => this.#told(word as Word));
    this.#stopWatching = this.#connection.state.subscribe((state) => {
      if (state !== 'online') return;
      this.#waitUntil.clear();
      void this.drain();
    });
  }

  /** Sends nothing any more; resolves when all is written. */
  close(): Promise<void> {
    this.#closed = true;
    this.#timer?.();
    this.#stopWatching();
    return this.#written;
  }

  listen(listeners: OutboxListeners): () => void {
    this.#listeners.add(listeners);
    return () => this.#listeners.delete(listeners);
  }

  get waiting(): number {
    return this.entries.value.length;
  }

  /** Puts an action into its lane; `held` until `release`. Throws `outbox.full`. */
  add<N extends ActionName>(
    name: N,
    input: InputOf<ActionMap[N]>,
    lane: string,
    { held }: { held?: boolean } = {},
  ): OutboxEntry {
    if (this.entries.peek().length >= OUTBOX.most) {
      throw new Problem(
        'outbox.full',
        { status: 0, summary: 'Too much is waiting to be sent.' },
        { most: OUTBOX.most },
      );
    }
    const at = this.#world.now();
    const entry: OutboxEntry = { id: this.#nextId(at), lane, name, input, at, ...(held ? { held } : {}) };
    this.entries.value = [...this.entries.peek(), entry];
    this.#write([{ shelf: 'outbox', key: entry.id, value: entry }]);
    void this.drain();
    return entry;
  }

  /** Takes a refused or waiting one away. One that is just being sent may be sent all the same. */
  remove(id: string): void {
    this.#drop(id);
    this.#tell({ outbox: 'changed' });
  }

  /** It has been seen on the server: it is done, even if its answer was lost. */
  confirm(id: string): void {
    if (this.entries.peek().some((it) => it.id === id)) this.remove(id);
  }

  /** Sends a refused one again; a held one goes on waiting. */
  retry(id: string): void {
    this.#replace(id, ({ refused: _refused, ...entry }) => entry);
    this.#tell({ outbox: 'changed' });
    this.#failures.delete(id);
    this.#waitUntil.clear();
    void this.drain();
  }

  /** What a held one waited for is there: it is sent, with this input. */
  release(id: string, input: unknown): void {
    this.#replace(id, ({ held: _held, refused: _refused, ...entry }) => ({ ...entry, input }));
    this.#tell({ outbox: 'changed' });
    void this.drain();
  }

  /** A held one waits for something else from now on. */
  amend(id: string, input: unknown): void {
    this.#replace(id, (entry) => ({ ...entry, input }));
    this.#tell({ outbox: 'changed' });
  }

  /** What a held one waited for will not come by itself. */
  refuse(id: string, { code, details }: NonNullable<OutboxEntry['refused']>): void {
    const entry = this.entries.peek().find((it) => it.id === id);
    if (isGuarded(code)) return entry && this.#forget({ ...entry, refused: { code, details } });
    this.#replace(id, (entry) => ({ ...entry, refused: { code, details } }));
    this.#tell({ outbox: 'changed' });
    this.#toldRefused(id);
  }

  /** Resolves when everything that can be sent now has been. */
  drain(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again && !this.#closed) void this.drain();
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.#written;
      if (!this.entries.peek().some(isReady)) return;
      if (!this.#world.hasNetwork() && this.#connection.state.peek() !== 'online') return;
      await this.#pages.exclusively('outbox', async () => {
        // Another page may have sent some of them since.
        await this.#read();
        const lanes = [...new Set(this.entries.peek().map((it) => it.lane))];
        const workers = Array.from({ length: Math.min(OUTBOX.lanes, lanes.length) }, async () => {
          for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) await this.#sendLane(lane);
        });
        await Promise.all(workers);
      });
    }
    this.#schedule();
  }

  async #sendLane(lane: string): Promise<void> {
    if ((this.#waitUntil.get(lane) ?? 0) > this.#world.now()) return;
    for (;;) {
      const entry = this.entries.peek().find((it) => it.lane === lane && isReady(it));
      if (!entry || this.#closed) return;
      try {
        const output = await this.#connection.call(entry.name as 'message.send', entry.input as never, {
          id: entry.id,
        });
        if (this.#closed) return;
        this.#failures.delete(entry.id);
        this.#waitUntil.delete(lane);
        this.#sent(entry, output);
        this.#drop(entry.id);
        this.#tell({ outbox: 'sent', entry, output });
      } catch (error) {
        if (this.#closed) return;
        const it = error instanceof Problem ? error : undefined;
        if (!it) this.#world.fault(error);
        // The session or the program's version is at its end; what waits is not at fault.
        if (it?.code === 'signed_out' || it?.code === 'outdated') return;
        const failures = (this.#failures.get(entry.id) ?? 0) + 1;
        this.#failures.set(entry.id, failures);
        const hopeless = !it || (it.code === 'fault' && failures >= OUTBOX.faults);
        if (it?.retry && !hopeless) {
          this.#waitUntil.set(lane, this.#world.now() + this.#waitFor(it, failures));
          return;
        }
        const refused = { code: it?.code ?? 'fault', details: it?.details ?? {} };
        if (isGuarded(refused.code)) {
          this.#forget({ ...entry, refused });
          continue;
        }
        this.#replace(entry.id, (old) => ({ ...old, refused }));
        this.#toldRefused(entry.id);
        this.#tell({ outbox: 'changed' });
      }
    }
  }

  #waitFor(it: Problem, failures: number): number {
    const full = Math.min(OUTBOX.mostWaitMs, OUTBOX.firstWaitMs * 2 ** (failures - 1));
    const jittered = full / 2 + this.#world.random() * (full / 2);
    const { wait } = it.details;
    return typeof wait === 'number' ? Math.max(wait * 1_000, jittered) : jittered;
  }

  #schedule(): void {
    this.#timer?.();
    this.#timer = undefined;
    const lanes = new Set(this.entries.peek().flatMap((it) => (isReady(it) ? [it.lane] : [])));
    const next = Math.min(...[...this.#waitUntil].flatMap(([lane, until]) => (lanes.has(lane) ? [until] : [])));
    if (!Number.isFinite(next) || this.#closed) return;
    this.#timer = this.#world.after(Math.max(0, next - this.#world.now()) + 1, () => void this.drain());
  }

  async #read(): Promise<void> {
    await this.#written;
    const found = (await this.#cache.all<OutboxEntry>('outbox')).filter((it) => !this.#done.has(it.id));
    if (this.#closed) return;
    const known = new Map(this.entries.peek().map((it) => [it.id, it]));
    // Added while it was being read.
    const stored = new Set(found.map((it) => it.id));
    const fresh = [...known.values()].filter((it) => !stored.has(it.id) && this.#unwritten.has(it.id));
    this.entries.value = [...found, ...fresh].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #told(word: Word): void {
    if (word?.outbox === 'sent') {
      this.#sent(word.entry, word.output);
      this.entries.value = this.entries.peek().filter((it) => it.id !== word.entry.id);
    } else if (word?.outbox === 'forgotten') {
      this.#done.add(word.entry.id);
      batch(() => {
        for (const it of this.#listeners) it.refused?.(word.entry);
        this.entries.value = this.entries.peek().filter((it) => it.id !== word.entry.id);
      });
    } else if (word?.outbox === 'changed') {
      void this.#read();
    }
  }

  #tell(word: Word): void {
    void this.#written.then(() => this.#pages.tell(word));
  }

  /** Off the disk at once: what was written lives on only in the memory of the pages that are open. */
  #forget(entry: OutboxEntry): void {
    batch(() => {
      for (const it of this.#listeners) it.refused?.(entry);
      this.#drop(entry.id);
    });
    this.#tell({ outbox: 'forgotten', entry });
  }

  #toldRefused(id: string): void {
    const entry = this.entries.peek().find((it) => it.id === id);
    if (entry) for (const it of this.#listeners) it.refused?.(entry);
  }

  #sent(entry: OutboxEntry, output: unknown): void {
    for (const it of this.#listeners) it.sent?.(entry, output);
  }

  #drop(id: string): void {
    this.#done.add(id);
    this.entries.value = this.entries.peek().filter((it) => it.id !== id);
    this.#write([{ shelf: 'outbox', remove: id }]);
  }

  #replace(id: string, change: (entry: OutboxEntry) => OutboxEntry): void {
    const old = this.entries.peek().find((it) => it.id === id);
    if (!old) return;
    const entry = change(old);
    this.entries.value = this.entries.peek().map((it) => (it.id === id ? entry : it));
    this.#write([{ shelf: 'outbox', key: id, value: entry }]);
  }

  readonly #unwritten = new Set<string>();
  /** Done or taken back, whatever the disk still says. */
  readonly #done = new Set<string>();

  #write(changes: Parameters<Cache['write']>[0]): void {
    const ids = changes.flatMap((it) => ('value' in it ? [String(it.key)] : []));
    for (const id of ids) this.#unwritten.add(id);
    // Begun at once, so that closing the page right after pressing Send finds it on its way to the disk.
    const writing = this.#cache.write(changes).then(
      () => ids.forEach((id) => this.#unwritten.delete(id)),
      // A full disk must not keep a message from being sent; it then lives as long as the page.
      (error: unknown) => {
        if (!this.#closed) this.#world.fault(error);
      },
    );
    this.#written = Promise.all([this.#written, writing]).then(() => {});
  }

  #lastId = '';

  /** Ids sort in the order of writing, also within one millisecond, and after what was left over from before. */
  #nextId(at: number): string {
    const waiting = this.entries.peek().at(-1)?.id ?? '';
    const last = waiting > this.#lastId ? waiting : this.#lastId;
    let id = newId(at);
    for (let tries = 0; id <= last && tries < 100; tries += 1) id = newId(Math.max(at, timeOf(last)) + 1);
    this.#lastId = id;
    return id;
  }
}

function isReady({ held, refused }: OutboxEntry): boolean {
  return !held && !refused;
}

/** The milliseconds in a UUID of version 7. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

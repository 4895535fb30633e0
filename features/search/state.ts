import { batch, signal } from '@preact/signals';

import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import type { Person as Colleague } from '../directory/protocol.ts';
import type { Chat } from '../chats/protocol.ts';
import type { Chats } from '../chats/state.ts';
import type { Message, Person } from '../messages/protocol.ts';
import type { Hit } from './protocol.ts';
import { excerptOf, matchOf, numberMatch, QUERY_MOST, readQuery } from './rules.ts';
import type { Query } from './rules.ts';

/** What is looked at: everything, or one kind. */
export type Tab = 'all' | 'message' | 'file' | 'person' | 'chat' | 'photo' | 'link';
export const TABS: readonly Tab[] = ['all', 'message', 'file', 'person', 'chat', 'photo', 'link'];

export interface Filters {
  readonly group?: string;
  readonly by?: string;
  readonly from?: number;
}

export interface Results {
  /** What was asked for. */
  readonly query: string;
  readonly numbers: readonly Hit[];
  readonly files: readonly Hit[];
  readonly messages: readonly Hit[];
  readonly people: readonly Colleague[];
  /** Only what this device has. */
  readonly here: boolean;
}

/** Recent searches that are kept. */
export const RECENT_MOST = 8;
/** A little after the last key; what counts against the narrower limit waits longer. */
const TYPED_MS = 160;
const PAGED_MS = 420;
const HERE_MOST = 50;
/** The keeper's shelf: gone with everything else when the person signs out. */
const SHELF_KEY = 'searches';

/** One opened search: what was typed, and what came of it. */
export class Search {
  readonly query = signal('');
  readonly tab = signal<Tab>('all');
  readonly filters = signal<Filters>({});
  readonly results = signal<Results | undefined>(undefined);
  readonly busy = signal(false);
  readonly trouble = signal<Problem | undefined>(undefined);
  /** There are more of the tab that is open. */
  readonly more = signal(false);
  readonly recent = signal<readonly string[]>([]);
  /** Those who wrote what was found. */
  readonly writers = signal<ReadonlyMap<string, Person>>(new Map());

  readonly #device: Device;
  readonly #chats: Chats;
  #next: string | null = null;
  #turn = 0;
  #timer: (() => void) | undefined;
  #loading = false;

  constructor(device: Device, chats: Chats, group?: string) {
    this.#device = device;
    this.#chats = chats;
    if (group !== undefined) this.filters.value = { group };
    void device.cache.get<string[]>('meta', SHELF_KEY).then(
      (list) => {
        if (Array.isArray(list)) this.recent.value = list;
      },
      () => {},
    );
  }

  get account(): string {
    return this.#device.account;
  }

  get online(): boolean {
    return this.#device.connection.state.value === 'online';
  }

  type(text: string): void {
    this.query.value = text.slice(0, QUERY_MOST);
    this.#begin();
  }

  choose(tab: Tab): void {
    if (tab === this.tab.peek()) return;
    this.tab.value = tab;
    this.#begin(0);
  }

  filter(filters: Filters): void {
    this.filters.value = filters;
    this.#begin(0);
  }

  retry(): void {
    this.#begin(0);
  }

  close(): void {
    this.#turn += 1;
    this.#timer?.();
  }

  /** What was chosen from a search is worth searching again. */
  remember(): void {
    const text = this.query.peek().trim();
    if (text === '') return;
    this.#keep([text, ...this.recent.peek().filter((it) => it !== text)].slice(0, RECENT_MOST));
  }

  forget(text?: string): void {
    this.#keep(text === undefined ? [] : this.recent.peek().filter((it) => it !== text));
  }

  #keep(list: readonly string[]): void {
    this.recent.value = list;
    this.#device.cache.put('meta', SHELF_KEY, list);
  }

  /** Chats by name: at once, also without a line. */
  chats(): readonly Chat[] {
    const text = this.query.value.trim();
    if (text === '') return [];
    return this.#chats.find(text).flatMap((group) => this.#chats.get(group) ?? []);
  }

  chat(group: string): Chat | undefined {
    return this.#chats.get(group);
  }

  /** The people the actor has talked to last. */
  talkedWith(most: number): readonly Chat[] {
    const pairs: Chat[] = [];
    for (const group of this.#chats.order.value) {
      const chat = this.#chats.get(group);
      if (chat?.kind === 'pair' && chat.other && pairs.push(chat) >= most) break;
    }
    return pairs;
  }

  writer(id: string | null): Person | undefined {
    return id === null ? undefined : (this.writers.value.get(id) ?? this.#chats.messages.people.get(id));
  }

  #begin(after?: number): void {
    this.#timer?.();
    const turn = (this.#turn += 1);
    this.#next = null;
    this.more.value = false;
    this.trouble.value = undefined;
    const query = this.query.peek();
    const tab = this.tab.peek();
    if (query.trim() === '') {
      this.busy.value = false;
      this.results.value = undefined;
      return;
    }
    this.busy.value = true;
    const wait = after ?? (tab === 'photo' || tab === 'link' ? PAGED_MS : TYPED_MS);
    this.#timer = this.#device.world.after(wait, () => void this.#ask(turn, query, tab));
  }

  async #ask(turn: number, query: string, tab: Tab): Promise<void> {
    const current = (): boolean => turn === this.#turn;
    try {
      const results = this.online ? await this.#fetch(query, tab) : await this.#here(query);
      if (!current()) return;
      batch(() => {
        this.results.value = results;
        this.busy.value = false;
      });
    } catch (error) {
      if (!(error instanceof Problem)) this.#device.world.fault(error);
      // The line broke just then: what is here is better than nothing.
      const lost = !(error instanceof Problem) || error.code === 'unreachable';
      const here = lost ? await this.#here(query) : undefined;
      if (!current()) return;
      batch(() => {
        if (here) this.results.value = here;
        else if (error instanceof Problem) this.trouble.value = error;
        this.busy.value = false;
      });
    }
  }

  async #fetch(query: string, tab: Tab): Promise<Results> {
    const { connection } = this.#device;
    const filters = this.filters.peek();
    const filtered = Object.keys(filters).length > 0;
    const wish = { query, ...filters };
    const none: Results = { query, numbers: [], files: [], messages: [], people: [], here: false };
    if (tab === 'chat') return none;
    const people =
      (tab === 'all' && !filtered) || tab === 'person'
        ? this.#people(query, tab === 'person' ? 50 : 4)
        : Promise.resolve([]);
    if (tab === 'person') return { ...none, people: await people };
    if (tab === 'photo' || tab === 'link') {
      const page = await connection.call('search.page', { ...wish, kind: tab, limit: 30 });
      this.#know(page.people);
      this.#continue(page.next);
      return { ...none, messages: page.hits };
    }
    const [found, colleagues] = await Promise.all([connection.call('search.typed', wish), people]);
    this.#know(found.people);
    if (tab !== 'all') this.#continue(found[tab === 'file' ? 'files' : 'messages'].next);
    else this.#continue(found.messages.next);
    return {
      ...none,
      numbers: found.numbers,
      files: tab === 'message' ? [] : found.files.hits,
      messages: tab === 'file' ? [] : found.messages.hits,
      people: colleagues,
    };
  }

  async #people(query: string, limit: number): Promise<readonly Colleague[]> {
    const text = query.trim();
    if (text.length < 2) return [];
    try {
      return (await this.#device.connection.call('directory.search', { query: text.slice(0, 100), limit })).people;
    } catch (error) {
      // Beside the messages people are an addition: where too much was asked of the directory, the rest is shown.
      if (error instanceof Problem && limit < 10) return [];
      throw error;
    }
  }

  #know(people: readonly Person[]): void {
    if (people.length === 0) return;
    const writers = new Map(this.writers.peek());
    for (const it of people) writers.set(it.id, it);
    this.writers.value = writers;
  }

  #continue(next: string | null): void {
    this.#next = next;
    this.more.value = next !== null;
  }

  /** The next page of the tab that is open. */
  async older(): Promise<void> {
    const after = this.#next;
    const results = this.results.peek();
    if (after === null || this.#loading || !results) return;
    this.#loading = true;
    const turn = this.#turn;
    const tab = this.tab.peek();
    const kind = tab === 'file' || tab === 'photo' || tab === 'link' ? tab : 'message';
    try {
      const wish = { query: results.query, ...this.filters.peek(), kind, after } as const;
      const page = await this.#device.connection.call('search.page', wish);
      if (turn !== this.#turn) return;
      const into = kind === 'file' ? 'files' : 'messages';
      batch(() => {
        this.#know(page.people);
        this.results.value = { ...results, [into]: [...results[into], ...page.hits] };
        this.#continue(page.next);
      });
    } catch (error) {
      if (turn !== this.#turn) return;
      if (error instanceof Problem) this.more.value = false;
      else this.#device.world.fault(error);
    } finally {
      this.#loading = false;
    }
  }

  /** Among the messages this device keeps. */
  async #here(text: string): Promise<Results> {
    const query = readQuery(text, true);
    const { group: only, by, from } = this.filters.peek();
    const found: { hit: Hit; exact: boolean; number: boolean; named: boolean }[] = [];
    for (const group of only === undefined ? this.#chats.order.peek() : [only]) {
      const kept = await this.#device.cache.messages<Message>(group).catch(() => undefined);
      for (const message of kept?.messages ?? []) {
        if (message.kind !== 'text' || message.recalled || message.text === null) continue;
        if ((by !== undefined && message.by !== by) || (from !== undefined && message.at < from)) continue;
        const hit = hitHere(group, message, query);
        if (hit) found.push(hit);
      }
    }
    found.sort((a, b) => Number(b.exact) - Number(a.exact) || b.hit.at - a.hit.at);
    const tab = this.tab.peek();
    const of = (list: typeof found): Hit[] => list.slice(0, HERE_MOST).map((it) => it.hit);
    const fits = (hit: Hit): boolean =>
      tab === 'photo' ? hit.file?.kind === 'photo' : tab === 'link' ? /https?:/.test(hit.text) : true;
    const rest = found.filter((it) => !it.number && fits(it.hit));
    return {
      query: text,
      numbers: of(found.filter((it) => it.number)),
      files: tab === 'message' ? [] : of(rest.filter((it) => it.named)),
      messages: tab === 'file' ? [] : of(rest.filter((it) => !it.named)),
      people: [],
      here: true,
    };
  }
}

function hitHere(
  group: string,
  message: Message,
  query: Query,
): { hit: Hit; exact: boolean; number: boolean; named: boolean } | undefined {
  if (query.terms.length === 0) return undefined;
  const { id, seq, by, at } = message;
  const text = message.text ?? '';
  const files = message.files ?? [];
  const number = query.number && numberMatch(text, query.number);
  const match = number ?? matchOf(text, query);
  const file = match
    ? files[0]
    : files.find(
        (it) =>
          it.kind !== 'voice' && (matchOf(it.name, query) ?? (query.number && numberMatch(it.name, query.number))),
      );
  if (!match && !file) return undefined;
  const name = file && (query.number ? numberMatch(file.name, query.number) : undefined);
  const fileMarks = file ? ((name ?? matchOf(file.name, query))?.marks ?? []) : [];
  const piece = excerptOf(text, match?.marks ?? []);
  return {
    hit: {
      id,
      group,
      seq,
      by,
      at,
      text: piece.text,
      marks: piece.marks.map(([a, b]) => [a, b]),
      file: file
        ? { id: file.id, kind: file.kind, name: file.name, bytes: file.bytes, marks: fileMarks.map(([a, b]) => [a, b]) }
        : null,
    },
    exact: match !== undefined && 'exact' in match && match.exact,
    number: number !== undefined || name !== undefined,
    named: !match,
  };
}

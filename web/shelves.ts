import { deleteDB, openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';

/**
 * The shelves of this device's store. `messages` are kept by `[group, number]`, everything else by one id. `writing`: what is being
 * written elsewhere than in a chat. `uploads`: files on their way; their bytes are `blobs`.
 */
export const SHELVES = [
  'meta',
  'chats',
  'people',
  'messages',
  'things',
  'kept',
  'drafts',
  'writing',
  'outbox',
  'uploads',
  'blobs',
] as const;
export type Shelf = (typeof SHELVES)[number];

/** Raised when the form of what is cached changes. What the person wrote (drafts, outbox) is carried over. */
const VERSION = 4;
const WRITTEN: readonly Shelf[] = ['drafts', 'writing', 'outbox', 'uploads', 'blobs'];

export type Key = string | [group: string, seq: number];

export type Change =
  | { readonly shelf: Shelf; readonly key: Key; readonly value: unknown }
  | { readonly shelf: Shelf; readonly remove: Key }
  /** The messages of a group from `from` to `to`, both included. */
  | { readonly shelf: 'messages'; readonly clear: string; readonly from: number; readonly to: number };

/** A small store with transactions: IndexedDB, or memory where a browser forbids it. */
export interface Shelves {
  readonly durable: boolean;
  all(shelf: Shelf): Promise<unknown[]>;
  get(shelf: Shelf, key: Key): Promise<unknown>;
  /** The messages of a group within these numbers, oldest first. */
  messages(group: string, from: number, to: number): Promise<unknown[]>;
  /** All of them or none. */
  write(changes: readonly Change[]): Promise<void>;
  /** Removes what answers to this. */
  clear(shelf: Exclude<Shelf, 'messages'>, goes: (value: unknown) => boolean): Promise<void>;
  close(): void;
}

type Schema = DBSchema &
  Record<Exclude<Shelf, 'messages'>, { key: string; value: unknown }> & {
    messages: { key: [string, number]; value: unknown };
  };

const PREFIX = 'nharong-';

function databaseName(account: string): string {
  return `${PREFIX}${account}`;
}

/** Opens the store of one account; memory where IndexedDB is missing, blocked or broken. */
export async function openShelves(account: string): Promise<Shelves> {
  if (typeof indexedDB === 'undefined') return memoryShelves();
  try {
    const db = await openDB<Schema>(databaseName(account), VERSION, {
      upgrade(db) {
        for (const name of Array.from(db.objectStoreNames)) {
          if (!WRITTEN.includes(name)) db.deleteObjectStore(name);
        }
        for (const shelf of SHELVES) if (!db.objectStoreNames.contains(shelf)) db.createObjectStore(shelf);
      },
      // Another page signs out or brings a newer version: holding on would keep it waiting for ever.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
    return idbShelves(db);
  } catch {
    return memoryShelves();
  }
}

function idbShelves(db: IDBPDatabase<Schema>): Shelves {
  /** Whoever reads while somebody signs out finds what there is then: nothing. */
  async function unlessClosed<T>(read: () => Promise<T>, nothing: T): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'InvalidStateError') return nothing;
      throw error;
    }
  }
  return {
    durable: true,
    all: (shelf) => unlessClosed<unknown[]>(() => db.getAll(shelf), []),
    get: (shelf, key) => unlessClosed<unknown>(() => db.get(shelf, key), undefined),
    messages: (group, from, to) =>
      unlessClosed<unknown[]>(() => db.getAll('messages', IDBKeyRange.bound([group, from], [group, to])), []),
    async write(changes) {
      // Only those that are written: a long film on its way to the disk must not keep a text from it.
      const transaction = db.transaction([...new Set(changes.map((it) => it.shelf))], 'readwrite');
      for (const it of changes) {
        const store = transaction.objectStore(it.shelf);
        if ('clear' in it) void store.delete(IDBKeyRange.bound([it.clear, it.from], [it.clear, it.to]));
        else if ('remove' in it) void store.delete(it.remove);
        else void store.put(it.value, it.key);
      }
      // Said outright: a page that is just ending does not live to see its requests answered, which would commit it too.
      transaction.commit();
      await transaction.done;
    },
    clear: (shelf, goes) =>
      unlessClosed(async () => {
        const transaction = db.transaction(shelf, 'readwrite');
        for await (const cursor of transaction.store) if (goes(cursor.value)) void cursor.delete();
        await transaction.done;
      }, undefined),
    close: () => db.close(),
  };
}

/** Forgets at the end of the page; also what tests use. */
export function memoryShelves(): Shelves {
  const shelves = new Map<Shelf, Map<string, { key: Key; value: unknown }>>(SHELVES.map((it) => [it, new Map()]));
  const at = (shelf: Shelf): Map<string, { key: Key; value: unknown }> => shelves.get(shelf)!;
  const within = (group: string, from: number, to: number): { key: Key; value: unknown }[] =>
    [...at('messages').values()]
      .filter(({ key }) => key[0] === group && (key[1] as number) >= from && (key[1] as number) <= to)
      .sort((a, b) => (a.key[1] as number) - (b.key[1] as number));
  return {
    durable: false,
    all: (shelf) => Promise.resolve([...at(shelf).values()].map((it) => structuredClone(it.value))),
    get: (shelf, key) => Promise.resolve(structuredClone(at(shelf).get(String(key))?.value)),
    messages: (group, from, to) => Promise.resolve(within(group, from, to).map((it) => structuredClone(it.value))),
    write(changes) {
      for (const it of changes) {
        if ('clear' in it) for (const { key } of within(it.clear, it.from, it.to)) at('messages').delete(String(key));
        else if ('remove' in it) at(it.shelf).delete(String(it.remove));
        else at(it.shelf).set(String(it.key), { key: it.key, value: structuredClone(it.value) });
      }
      return Promise.resolve();
    },
    clear(shelf, goes) {
      for (const [key, { value }] of at(shelf)) if (goes(value)) at(shelf).delete(key);
      return Promise.resolve();
    },
    close: () => {},
  };
}

/** Deletes the stores of all accounts on this device, and the photos the service worker kept. */
export async function wipeShelves(): Promise<void> {
  if (typeof caches !== 'undefined')
    await Promise.all(['photos', 'thumbs'].map((it) => caches.delete(it).catch(() => false)));
  if (typeof indexedDB === 'undefined') return;
  try {
    const names = (await indexedDB.databases()).flatMap((it) => (it.name?.startsWith(PREFIX) ? [it.name] : []));
    await Promise.all(names.map((it) => deleteDB(it)));
  } catch {
    // What could not be opened holds nothing.
  }
}

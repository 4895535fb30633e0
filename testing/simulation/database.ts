import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import pg from 'pg';

import type { Database } from '../../server/database.ts';
import type { Owner, World } from './clock.ts';
import { failure } from './failure.ts';
import { statementFor } from './statements.ts';

export interface StreamRow {
  readonly id: string;
  readonly kind: 'group' | 'account';
  head: number;
  floor: number;
  messages: number;
  rightsVersion: number;
}

export interface EventRow {
  readonly stream: string;
  readonly seq: number;
  readonly name: string;
  readonly at: Date;
  readonly by: string | null;
  readonly message: string | null;
  readonly body: unknown;
}

export interface MessageRow {
  readonly id: string;
  readonly group: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly kind: 'text' | 'notice';
  readonly sender: string | null;
  text: string | null;
  readonly digest: Buffer | null;
  readonly notice: unknown;
  readonly at: Date;
  edits: number;
  editedAt: Date | null;
  recalledAt: Date | null;
  recalledBy: string | null;
  reactions: [string, number][] | null;
  /** The commit it came with: a statement that began before does not see it. */
  commit: number;
}

export interface MemberRow {
  readonly group: string;
  readonly account: string;
  role: string;
  left: boolean;
  visibleFrom: number;
  readSeq: number;
  receivedSeq: number;
  readOrdinal: number;
  addressedFrom: number;
  pinnedAt: Date | null;
}

export interface ActionRow {
  readonly name: string;
  readonly digest: Buffer;
  answer: unknown;
}

/** What is committed. */
export interface Tables {
  readonly streams: Map<string, StreamRow>;
  readonly events: Map<string, EventRow[]>;
  readonly messages: Map<string, MessageRow>;
  readonly lines: Map<string, MessageRow[]>;
  readonly members: Map<string, MemberRow>;
  readonly groups: Map<string, { readonly id: string; readonly kind: string; readonly name: string }>;
  readonly accounts: Map<string, { readonly id: string; readonly name: string }>;
  readonly actions: Map<string, ActionRow>;
  readonly reactions: Map<string, { emoji: string; at: Date }[]>;
  readonly pins: Map<string, { thing: string; seq: number; by: string; at: Date }[]>;
}

export interface Transaction {
  readonly id: number;
  readonly locks: Set<string>;
  readonly writes: (() => void)[];
  waitsFor: string | undefined;
  over: boolean;
}

/** What a statement may do. */
export interface Run {
  readonly tables: Tables;
  readonly tx: Transaction;
  /** The number of commits when the statement began. */
  readonly snapshot: number;
  /** Resolves once the row is this transaction's; fails as PostgreSQL does. */
  lock(key: string): Promise<void>;
  /** Done at the commit. */
  write(change: () => void): void;
  readonly commits: () => number;
  /** As the program wrote it: where a proof stands in the statement itself, the model proves it only if it is there. */
  readonly text: string;
}

export type Statement = (run: Run, parameters: readonly unknown[]) => Promise<unknown[]> | unknown[];

/** Limits as `openDatabase` sets them. */
const STATEMENT_MS = 5_000;
const QUERY_MS = 10_000;
const DEADLOCK_MS = 1_000;

/**
 * PostgreSQL as far as log and sync ask of it: rows, row locks in the order of asking, statements that see what was committed when
 * they began, transactions that are there as a whole from their commit on or not at all. Known statements only, each by its text:
 * one that is not known fails loudly. It crashes: what was not committed is gone, and who waited for an answer gets none.
 */
export class ModelDatabase {
  readonly tables: Tables = {
    streams: new Map(),
    events: new Map(),
    messages: new Map(),
    lines: new Map(),
    members: new Map(),
    groups: new Map(),
    accounts: new Map(),
    actions: new Map(),
    reactions: new Map(),
    pins: new Map(),
  };
  readonly owner: Owner = { name: 'database', alive: true, skew: 0 };
  readonly #world: World;
  readonly #locks = new Map<string, { holder: Transaction; queue: { tx: Transaction; go: () => void }[] }>();
  readonly #connections = new Set<Connection>();
  #commits = 0;
  #ids = 0;
  /** Where the model itself failed. */
  readonly faults: Error[] = [];
  /** It runs. */
  up = true;
  /** Nodes it cannot be reached from; what is said meanwhile arrives when that is over. */
  readonly cutOff = new Set<Owner>();
  readonly healed: (() => void)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  get commits(): number {
    return this.#commits;
  }

  /** Everything open is undone and every line broken. */
  crash(): void {
    this.up = false;
    this.owner.alive = false;
    for (const connection of this.#connections) connection.broken();
    this.#connections.clear();
    this.#locks.clear();
    Object.assign(this, { owner: { name: 'database', alive: true, skew: 0 } });
  }

  start(): void {
    this.up = true;
  }

  heal(node: Owner): void {
    this.cutOff.delete(node);
    for (const go of this.healed.splice(0)) go();
  }

  /** The database as a node sees it. */
  open(node: Owner): Database {
    const driver: Driver = {
      init: async () => {},
      acquireConnection: () => this.#connect(node),
      beginTransaction: async (it) => void (await (it as Connection).ask('begin', [])),
      commitTransaction: async (it) => void (await (it as Connection).ask('commit', [])),
      rollbackTransaction: async (it) => void (await (it as Connection).ask('rollback', []).catch(() => undefined)),
      releaseConnection: async (it) => void this.#connections.delete(it as Connection),
      destroy: async () => {},
    };
    return new Kysely<unknown>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => driver,
        createQueryCompiler: () => new PostgresQueryCompiler(),
        createIntrospector: (db) => new PostgresIntrospector(db),
      },
    });
  }

  async #connect(node: Owner): Promise<DatabaseConnection> {
    if (!this.up) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    const connection = new Connection(this, this.#world, node);
    this.#connections.add(connection);
    return connection;
  }

  begin(): Transaction {
    this.#ids += 1;
    return { id: this.#ids, locks: new Set(), writes: [], waitsFor: undefined, over: false };
  }

  commit(tx: Transaction): void {
    if (tx.over) return;
    if (tx.writes.length > 0) this.#commits += 1;
    for (const write of tx.writes) write();
    this.#end(tx);
  }

  rollback(tx: Transaction): void {
    if (!tx.over) this.#end(tx);
  }

  #end(tx: Transaction): void {
    tx.over = true;
    for (const key of tx.locks) {
      const lock = this.#locks.get(key);
      if (lock?.holder !== tx) continue;
      let next = lock.queue.shift();
      while (next?.tx.over) next = lock.queue.shift();
      if (!next) this.#locks.delete(key);
      else {
        lock.holder = next.tx;
        next.tx.locks.add(key);
        next.tx.waitsFor = undefined;
        next.go();
      }
    }
  }

  async run(tx: Transaction, text: string, parameters: readonly unknown[]): Promise<unknown[]> {
    try {
      return await statementFor(text)(
        {
          tables: this.tables,
          tx,
          snapshot: this.#commits,
          lock: (key) => this.#lock(tx, key),
          write: (change) => void tx.writes.push(change),
          commits: () => this.#commits,
          text,
        },
        parameters,
      );
    } catch (error) {
      // Whatever is not PostgreSQL’s own answer is the model’s fault, and is never to pass as an outage.
      if (!(error instanceof pg.DatabaseError)) this.faults.push(error as Error);
      throw error;
    }
  }

  #lock(tx: Transaction, key: string): Promise<void> {
    const lock = this.#locks.get(key);
    if (!lock) {
      this.#locks.set(key, { holder: tx, queue: [] });
      tx.locks.add(key);
      return Promise.resolve();
    }
    if (lock.holder === tx) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiting = { tx, go: () => this.#world.after(0, this.owner, resolve) };
      lock.queue.push(waiting);
      tx.waitsFor = key;
      const giveUp = (code: string, why: string): void => {
        if (tx.waitsFor !== key) return;
        tx.waitsFor = undefined;
        const place = lock.queue.indexOf(waiting);
        if (place >= 0) lock.queue.splice(place, 1);
        reject(failure(code, why));
      };
      this.#world.after(DEADLOCK_MS, this.owner, () => {
        const seen = new Set<Transaction>();
        for (
          let at: Transaction | undefined = tx;
          at?.waitsFor !== undefined;
          at = this.#locks.get(at.waitsFor)?.holder
        ) {
          if (seen.has(at)) return giveUp('40P01', 'deadlock detected');
          seen.add(at);
        }
      });
      this.#world.after(STATEMENT_MS, this.owner, () =>
        giveUp('57014', 'canceling statement due to statement timeout'),
      );
    });
  }
}

class Connection implements DatabaseConnection {
  readonly #database: ModelDatabase;
  readonly #world: World;
  readonly #node: Owner;
  #tx: Transaction | undefined;
  #isBroken = false;
  #reject: ((error: Error) => void) | undefined;

  constructor(database: ModelDatabase, world: World, node: Owner) {
    this.#database = database;
    this.#world = world;
    this.#node = node;
  }

  broken(): void {
    this.#isBroken = true;
    const reject = this.#reject;
    this.#reject = undefined;
    if (reject) this.#world.after(1, this.#node, () => reject(new Error('Connection terminated unexpectedly')));
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return { rows: (await this.ask(query.sql, query.parameters)) as R[] };
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('nothing is streamed');
  }

  /** One question and its answer, each with its way. */
  ask(text: string, parameters: readonly unknown[]): Promise<unknown[]> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
    if (this.#isBroken) {
      reject(new Error('Connection terminated unexpectedly'));
      return promise;
    }
    const world = this.#world;
    const database = this.#database;
    const { owner } = database;
    let settled = false;
    const settle = (run: () => void): void => {
      if (settled) return;
      settled = true;
      this.#reject = undefined;
      stopLate();
      run();
    };
    this.#reject = (error) => settle(() => reject(error));
    // A database that says nothing at all is given up, and the connection with it.
    const stopLate = world.after(QUERY_MS, this.#node, () => {
      this.#isBroken = true;
      settle(() => reject(new Error('Query read timeout')));
      world.after(5, owner, () => this.#tx && database.rollback(this.#tx));
    });
    const back = (run: () => void): void => {
      this.#way(this.#node, () => settle(run));
    };
    this.#way(owner, () => {
      if (this.#isBroken && text !== 'commit') return;
      void this.#work(text, parameters).then(
        (rows) => back(() => resolve(rows)),
        (error: Error) => back(() => reject(error)),
      );
    });
    return promise;
  }

  #watch(): void {
    const { owner } = this.#database;
    this.#world.after(500, owner, () => {
      const tx = this.#tx;
      if (!tx || tx.over) return;
      if (!this.#node.alive) this.#database.rollback(tx);
      else this.#watch();
    });
  }

  #way(owner: Owner, arrive: () => void): void {
    const go = (): void => void this.#world.after(this.#world.between(0.2, 1.5), owner, arrive);
    if (this.#database.cutOff.has(this.#node)) this.#database.healed.push(go);
    else go();
  }

  async #work(text: string, parameters: readonly unknown[]): Promise<unknown[]> {
    const database = this.#database;
    if (text === 'begin') {
      this.#tx = database.begin();
      // A node that died in the middle of a transaction, or before this came: its lines close, and what it had not committed is undone.
      this.#watch();
      return [];
    }
    if (text === 'commit' || text === 'rollback') {
      const tx = this.#tx;
      this.#tx = undefined;
      if (tx && text === 'commit') {
        if (tx.over) throw failure('57P01', 'the transaction was undone');
        database.commit(tx);
      } else if (tx) database.rollback(tx);
      return [];
    }
    if (this.#tx) {
      const tx = this.#tx;
      if (tx.over) throw failure('25P02', 'current transaction is aborted');
      try {
        return await database.run(tx, text, parameters);
      } catch (error) {
        database.rollback(tx);
        throw error;
      }
    }
    const tx = database.begin();
    try {
      const rows = await database.run(tx, text, parameters);
      database.commit(tx);
      return rows;
    } catch (error) {
      database.rollback(tx);
      throw error;
    }
  }
}

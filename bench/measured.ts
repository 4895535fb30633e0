// What is measured and what measures it: a house in a process of its own, the load and the broadcaster built from source.
import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import type { ReadWish, WriteWish } from './direct.ts';

/** Everyone is in the first group, and in `each` of `groups` others. */
export interface HouseSize {
  readonly people: number;
  readonly groups: number;
  readonly each: number;
  /** Written long ago, over all groups. */
  readonly messages: number;
  readonly databaseCore?: number | undefined;
  /** Where its nodes speak to each other. */
  readonly nats?: string;
  /** What runs by itself: off unless asked. */
  readonly jobs?: boolean;
}

export interface Told {
  readonly address: string;
  /** A Cookie header a person. */
  readonly cookies: readonly string[];
  readonly accounts: readonly string[];
  /** The first is everybody's. */
  readonly groups: readonly string[];
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly pid: number;
}

export interface Usage {
  readonly cpuSeconds: number;
  readonly postgresSeconds: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly statements: number;
}

/** What a long run looks at. */
export interface State {
  readonly rss: number;
  readonly heapUsed: number;
  readonly files: number;
  /** Connections to PostgreSQL. */
  readonly connections: number;
  /** Milliseconds that the loop was late, p99 since it was asked last. */
  readonly loopP99: number;
}

export type Ask =
  | { readonly ask: 'usage' | 'collected' | 'state' | 'stop' }
  | ({ readonly ask: 'write' } & WriteWish)
  | ({ readonly ask: 'read' } & ReadWish);

/** The server, and whatever it is compared with, alone on the first core; load and PostgreSQL on the second. */
const pinned = availableParallelism() >= 2 && existsSync('/usr/bin/taskset');
export const SERVER_CORE = pinned ? 0 : undefined;
export const LOAD_CORE = pinned ? 1 : undefined;

/** How many files, and so connections, a process of ours may have open. */
export function fileLimit(): number {
  const told = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return told === 'unlimited' ? 1_000_000 : Number(told);
}

/** A program and its arguments so that it runs on that core alone. */
export const onCore = (core: number | undefined, program: string, args: readonly string[]): [string, string[]] =>
  core === undefined ? [program, [...args]] : ['taskset', ['-c', String(core), program, ...args]];

/** One more node of a house, in a process of its own on the core of the server. */
export class MeasuredNode {
  readonly address: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Answered>;

  private constructor(address: string, child: ChildProcess, ended: Promise<Answered>) {
    this.address = address;
    this.pid = child.pid!;
    this.#child = child;
    this.#ended = ended;
  }

  static async open(it: { house: Told; nats: string; name: string }): Promise<MeasuredNode> {
    const { dataDir, databaseUrl } = it.house;
    const wish = JSON.stringify({ dataDir, databaseUrl, env: { NATS_URL: it.nats, NODE_NAME: it.name } });
    const [program, args] = onCore(SERVER_CORE, process.execPath, [join(import.meta.dirname, 'node.ts'), wish]);
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ended = once(child, 'exit').then(([code]) => ({ failed: `the node ended with ${code}` }));
    return new MeasuredNode((await heard(child, ended)) as string, child, ended);
  }

  async close(): Promise<void> {
    this.#child.disconnect();
    await this.#ended;
  }
}

/** A house in a process of its own. */
export class Measured {
  readonly house: Told;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Answered>;

  private constructor(house: Told, child: ChildProcess, ended: Promise<Answered>) {
    this.house = house;
    this.#child = child;
    this.#ended = ended;
  }

  static async open(size: Omit<HouseSize, 'databaseCore'>): Promise<Measured> {
    const profile = process.env.BENCH_PROFILE;
    const wish: HouseSize = { ...size, databaseCore: LOAD_CORE };
    const flags = ['--expose-gc', ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])];
    const [program, args] = onCore(SERVER_CORE, process.execPath, [
      ...flags,
      join(import.meta.dirname, 'house.ts'),
      JSON.stringify(wish),
    ]);
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ended = once(child, 'exit').then(([code]) => ({ failed: `the house ended with ${code}` }));
    return new Measured((await heard(child, ended)) as Told, child, ended);
  }

  async #ask(ask: Ask): Promise<unknown> {
    this.#child.send(ask);
    return heard(this.#child, this.#ended);
  }

  usage(): Promise<Usage> {
    return this.#ask({ ask: 'usage' }) as Promise<Usage>;
  }

  /** After everything that can be collected has been. */
  collected(): Promise<Usage> {
    return this.#ask({ ask: 'collected' }) as Promise<Usage>;
  }

  state(): Promise<State> {
    return this.#ask({ ask: 'state' }) as Promise<State>;
  }

  writeDirectly(wish: WriteWish): Promise<number> {
    return this.#ask({ ask: 'write', ...wish }) as Promise<number>;
  }

  readDirectly(wish: ReadWish): Promise<number[]> {
    return this.#ask({ ask: 'read', ...wish }) as Promise<number[]>;
  }

  async close(): Promise<void> {
    this.#child.send({ ask: 'stop' });
    await this.#ended;
  }
}

interface Answered {
  readonly answer?: unknown;
  readonly failed?: string;
}

async function heard(child: ChildProcess, ended: Promise<Answered>): Promise<unknown> {
  const it = await Promise.race([once(child, 'message').then(([told]) => told as Answered), ended]);
  if (it.failed) throw new Error(it.failed);
  return it.answer;
}

let built: Promise<string> | undefined;

/** Compiles bench/peer; answers the folder of the programs. */
export function builtPrograms(): Promise<string> {
  return (built ??= build());
}

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-bench-peer-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const compile = promisify(execFile);
  for (const name of ['load', 'rooms', 'broadcast']) {
    const source = join(import.meta.dirname, 'peer', `${name}.cc`);
    await compile('g++', ['-O2', '-std=c++20', '-Wall', '-Wextra', '-Werror', '-o', join(folder, name), source]).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? new Error('the benches need a compiler: apt-get install g++') : error;
      },
    );
  }
  return folder;
}

/** A program that answers each line it is given by one. */
class Answering {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(core: number | undefined, path: string, args: readonly string[]) {
    const [program, all] = onCore(core, path, args);
    this.child = spawn(program, all, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    const line = done ? 'failed: it ended' : value;
    if (line.startsWith('failed')) throw new Error(`the load: ${line}`);
    return line;
  }

  async ask(command: string): Promise<string> {
    const line = this.line();
    this.child.stdin!.write(`${command}\n`);
    return line;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin!.end();
    await ended;
  }
}

export interface Flood {
  readonly seconds: number;
  readonly acked: number;
  /** Within the seconds; of these, the bytes on the line. */
  readonly deliveries: number;
  readonly bytes: number;
  /** Deliveries of all that was sent, to the last. */
  readonly heard: number;
  /** Of the load's own processor. */
  readonly cpu: number;
  /** Milliseconds to the acknowledgement. */
  readonly p50: number;
  readonly p99: number;
}

export interface Pace {
  readonly made: number;
  /** Milliseconds from sending to the last of all who hear it. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  readonly ackP50: number;
}

interface Checked {
  readonly problems: number;
  readonly gaps: number;
  readonly closed: number;
}

/** Connected devices, in a program in C++ on the core of the load. */
export class Load {
  readonly #program: Answering;
  readonly #folder: string;

  private constructor(program: Answering, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** A device a cookie, each for the group beside it. */
  static async open(
    address: string,
    devices: readonly { cookie: string; group: string; address?: string }[],
  ): Promise<Load> {
    const folder = await mkdtemp(join(tmpdir(), 'nha-rong-bench-load-'));
    const { hostname } = new URL(address);
    // Several own addresses, since one has 28,000 ports.
    const lines = devices.map(
      (it, at) =>
        `127.0.0.${2 + Math.floor(at / 4_000)} ${it.cookie} ${it.group} ${new URL(it.address ?? address).port}`,
    );
    await writeFile(join(folder, 'devices'), `${hostname}\n${lines.join('\n')}\n`);
    const program = new Answering(LOAD_CORE, join(await builtPrograms(), 'load'), [join(folder, 'devices')]);
    return new Load(program, folder);
  }

  async connect(count: number): Promise<void> {
    await this.#program.ask(`open ${count}`);
  }

  /** `senders` devices keep `window` messages each without an answer; each is heard by `listeners`. */
  async flood(it: { senders: number; window: number; seconds: number; listeners: number }): Promise<Flood> {
    const told = await this.#program.ask(`flood ${it.senders} ${it.window} ${it.seconds} ${it.listeners}`);
    return wholeFlood(told);
  }

  async pace(it: { rate: number; seconds: number; listeners: number }): Promise<Pace> {
    const told = await this.#program.ask(`pace ${it.rate} ${it.seconds} ${it.listeners}`);
    const pace = JSON.parse(told.slice('pace '.length)) as Pace & Checked & { seen: number };
    mustBeClean(pace, told);
    if (pace.seen !== pace.made) throw new Error(`not all was seen by all: ${told}`);
    return pace;
  }

  async idle(seconds: number): Promise<void> {
    await this.#program.ask(`idle ${seconds}`);
  }

  async close(): Promise<void> {
    await this.#program.end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Clients of another server: its protocol, one room, the first of them writes. */
export class RoomLoad {
  readonly #program: Answering;
  readonly #folder: string;

  private constructor(program: Answering, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  static async open(speech: { protocol: string; extra: string }, port: number, people: number): Promise<RoomLoad> {
    const folder = await mkdtemp(join(tmpdir(), 'nha-rong-bench-load-'));
    const path = join(folder, 'room');
    await writeFile(path, `${speech.protocol} 127.0.0.1 ${port} ${people} ${speech.extra}\n`);
    return new RoomLoad(new Answering(LOAD_CORE, join(await builtPrograms(), 'rooms'), [path]), folder);
  }

  async connect(count: number): Promise<void> {
    await this.#program.ask(`open ${count}`);
  }

  /** The writer has `window` messages on their way, heard by all who are connected. */
  async flood(window: number, seconds: number): Promise<Flood> {
    return wholeFlood(await this.#program.ask(`flood ${window} ${seconds}`));
  }

  async close(): Promise<void> {
    await this.#program.end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function wholeFlood(told: string): Flood {
  const flood = JSON.parse(told.slice('flood '.length)) as Flood & Checked & { expected: number };
  mustBeClean(flood, told);
  if (flood.heard !== flood.expected) throw new Error(`not all was heard: ${told}`);
  return flood;
}

/** A fast wrong answer is no figure. */
function mustBeClean(it: Checked, told: string): void {
  if (it.problems + it.gaps + it.closed > 0) throw new Error(`something was refused, lost or closed: ${told}`);
}

/** The bare broadcaster, on the core of the server. */
export class Broadcaster {
  readonly #program: Answering;
  readonly address: string;

  private constructor(program: Answering, address: string) {
    this.#program = program;
    this.address = address;
  }

  static async open(): Promise<Broadcaster> {
    const program = new Answering(SERVER_CORE, join(await builtPrograms(), 'broadcast'), []);
    return new Broadcaster(program, `http://127.0.0.1:${await program.line()}`);
  }

  async cpuSeconds(): Promise<number> {
    return Number(await this.#program.ask('usage'));
  }

  close(): Promise<void> {
    return this.#program.end();
  }
}

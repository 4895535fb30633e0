import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { runningPostgres } from '../server/postgres.ts';

const ROOT = join(import.meta.dirname, '..');
/** Far more than anything takes on a slow machine. */
const COMES_MS = 120_000;

/** The real program as an operator runs it, in a process of its own on a data folder of its own, to be killed at will. */
export class Program {
  readonly dataDir: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** The tree it is started from next: this one, or one of another version. */
  root: string = ROOT;
  #child: ChildProcess | undefined;
  #said = '';

  private constructor(dataDir: string, port: number, env: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.port = port;
    this.env = env;
  }

  /** Waits until something holds; fails with what the program said where it never does. */
  async comesTo(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const until = Date.now() + COMES_MS; !(await holds());) {
      if (Date.now() > until)
        throw new Error(`never came to hold: ${holds.toString()}; the program said:\n${this.said}`);
      await pause(20);
    }
  }

  /** Its data folder is made in `place`. */
  static async create(env: Readonly<Record<string, string>> = {}, place: string = tmpdir()): Promise<Program> {
    const dataDir = await mkdtemp(join(place, 'nha-rong-program-'));
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    return new Program(dataDir, port, env);
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Everything the program has printed since it was started last. */
  get said(): string {
    return this.#said;
  }

  /** Starts it and resolves when it is ready; fails with what it printed where it ends instead. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.launch(env);
    await this.ready();
  }

  /** Starts it and does not wait; `env` is of this time only. */
  launch(env: Readonly<Record<string, string>> = {}): void {
    this.#said = '';
    const child = spawn(process.execPath, ['server/main.ts'], {
      cwd: this.root,
      env: {
        ...process.env,
        NODE_TEST_CONTEXT: undefined,
        LOG_LEVEL: 'warn',
        SMS_PROVIDER: 'file',
        SMS_FILE: join(this.dataDir, 'sms.jsonl'),
        ...this.env,
        ...env,
        DATA_DIR: this.dataDir,
        PORT: String(this.port),
        HOST: '127.0.0.1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.on('data', (data: Buffer) => (this.#said += data.toString()));
    child.stderr.on('data', (data: Buffer) => (this.#said += data.toString()));
  }

  /** The program's own process id. */
  get pid(): number {
    return this.#child!.pid!;
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.address}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    return answer?.status === 200;
  }

  async ready(): Promise<void> {
    const child = this.#child!;
    await this.comesTo(() => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the program ended: ${this.#said}`);
      return this.isReady();
    });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }

  /** Of its own PostgreSQL, or the one it was given; fails where none runs. */
  async databaseUrl(): Promise<string> {
    const url = this.env['DATABASE_URL'] ?? (await runningPostgres(this.dataDir));
    if (!url) throw new Error('no database runs');
    return url;
  }

  /** The process id of the program's PostgreSQL. */
  async postgresPid(): Promise<number> {
    return Number((await readFile(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
  }

  async remove(): Promise<void> {
    await this.kill('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

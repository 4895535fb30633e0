import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after } from 'node:test';

const PROGRAMS = ['/usr/sbin/nats-server', 'nats-server'];
const COMES_MS = 60_000;

export interface NatsServerOptions {
  /** Further lines of its configuration (TLS, who may sign in). */
  readonly config?: string;
  /** Keeps a store (JetStream), which is there to be wiped; nothing of ours is in it. */
  readonly store?: boolean;
}

/** A real nats-server on a port of its own, to be killed, stopped and started again. Removed at the end of the test file. */
export class NatsServer {
  readonly port: number;
  readonly folder: string;
  readonly #options: NatsServerOptions;
  #child: ChildProcess | undefined;
  #said = '';

  private constructor(port: number, folder: string, options: NatsServerOptions) {
    this.port = port;
    this.folder = folder;
    this.#options = options;
  }

  /** On a free port, not started yet. */
  static async create(options: NatsServerOptions = {}): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'nha-rong-nats-'));
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const server = new NatsServer(port, folder, options);
    process.once('exit', () => server.#child?.kill('SIGKILL'));
    return server;
  }

  /** Started, and removed by itself at the end of the test file. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const server = await NatsServer.create(options);
    after(() => server.remove());
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get said(): string {
    return this.#said;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const file = join(this.folder, 'nats.conf');
    const store = this.#options.store ? `jetstream { store_dir: "${join(this.folder, 'store')}" }\n` : '';
    await writeFile(file, `listen: "127.0.0.1:${this.port}"\n${store}${this.#options.config ?? ''}\n`);
    for (const program of PROGRAMS) {
      const child = spawn(program, ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
      this.#child = child;
      this.#said = '';
      for (const from of [child.stdout, child.stderr])
        from.on('data', (data: Buffer) => (this.#said = (this.#said + data.toString()).slice(-20_000)));
      const started = await Promise.race([
        once(child, 'spawn').then(() => true),
        once(child, 'error').then(() => false),
      ]).catch(() => false);
      if (started) break;
      this.#child = undefined;
    }
    if (!this.#child) throw new Error('nats-server is not installed: apt-get install nats-server');
    for (const until = Date.now() + COMES_MS; !(await this.#answers());) {
      if (this.#child.exitCode !== null || Date.now() > until) throw new Error(`nats-server: ${this.#said}`);
      await pause(20);
    }
  }

  #answers(): Promise<boolean> {
    return new Promise((done) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('data', () => (socket.destroy(), done(true)));
      socket.once('error', () => done(false));
      socket.setTimeout(500, () => (socket.destroy(), done(false)));
    });
  }

  /** SIGKILL, or another signal that ends it. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await ended;
  }

  /** Its connections stay open and nothing answers. */
  stop(): void {
    this.#child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Kills it, removes what it kept, and starts it. */
  async wipe(): Promise<void> {
    await this.kill();
    await rm(join(this.folder, 'store'), { recursive: true, force: true });
    await mkdir(join(this.folder, 'store'), { recursive: true });
    await this.start();
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

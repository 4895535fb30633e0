import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

import { janusConfig } from '../features/calls/server/janus-config.ts';

const START_MS = 30_000;

/** A real media server on this machine; its door is reachable from this machine only. */
export interface TestJanus {
  readonly url: string;
  readonly secret: string;
  /** For a house that uses it. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  /** What it has logged since it was started last. */
  readonly said: string;
  /** As if the power went. */
  kill(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Where Janus and devices on this machine find each other: Janus does not speak over the loopback. */
export function machineAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((it) => it ?? []);
  const found = all.find((it) => it.family === 'IPv4' && !it.internal);
  if (!found) throw new Error('this machine has no network interface but the loopback: Janus needs one');
  return found.address;
}

/** Starts one, with the settings that an agency's would have; `rtp`: its ports for sound and pictures. */
export async function openTestJanus({ rtp = '20000-29999' }: { readonly rtp?: string } = {}): Promise<TestJanus> {
  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-janus-'));
  const port = await freePort();
  const secret = randomBytes(24).toString('base64url');
  for (const [name, text] of Object.entries(
    janusConfig({ secret, address: '127.0.0.1', port, rtp, interfaces: [machineAddress()], lite: false }),
  ))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  let child: ChildProcess | undefined;
  let said = '';

  async function start(): Promise<void> {
    said = '';
    const mine = spawn('janus', ['--configs-folder', folder, '--disable-colors'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
    });
    child = mine;
    for (const stream of [mine.stdout, mine.stderr])
      stream.on('data', (part: Buffer) => (said = (said + part.toString('utf8')).slice(-100_000)));
    const ended = once(mine, 'close').then(() => {
      throw new Error(`Janus ended: ${said.slice(-2_000)}`);
    });
    const deadline = Date.now() + START_MS;
    const answers = async (): Promise<void> => {
      for (;;) {
        const up = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(
          () => true,
          () => false,
        );
        if (up) return;
        if (Date.now() > deadline) throw new Error(`Janus never answered: ${said.slice(-2_000)}`);
      }
    };
    ended.catch(() => undefined);
    await Promise.race([answers(), ended]);
  }

  async function kill(): Promise<void> {
    const mine = child;
    child = undefined;
    if (!mine || mine.exitCode !== null || mine.signalCode !== null) return;
    const gone = once(mine, 'close');
    mine.kill('SIGKILL');
    await gone;
  }

  try {
    await start();
  } catch (error) {
    await kill();
    throw error;
  }
  const url = `ws://127.0.0.1:${port}`;
  return {
    url,
    secret,
    env: { JANUS_URL: url, JANUS_SECRET: secret },
    get pid() {
      return child?.pid ?? 0;
    },
    get said() {
      return said;
    },
    kill,
    start,
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

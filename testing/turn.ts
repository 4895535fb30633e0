import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { RelayClient } from '../features/calls/server/relay-client.ts';
import { relayConfig } from '../features/calls/server/relay-config.ts';
import { freePort, machineAddress } from './janus.ts';

const START_MS = 30_000;

/** A real relay on this machine, with the settings that an agency’s would have. */
export interface TestTurn {
  readonly url: string;
  readonly secret: string;
  /** For a house that uses it. */
  readonly env: Readonly<Record<string, string>>;
  readonly said: string;
  stop(): Promise<void>;
}

/** `allowed`: reserved addresses that may be reached; this machine’s own where absent, so that devices and Janus on it are. */
export async function openTestTurn({
  addresses = [machineAddress()],
  allowed = [machineAddress()],
  from = 30_000,
  to = 39_999,
}: {
  readonly addresses?: readonly string[];
  readonly allowed?: readonly string[];
  readonly from?: number;
  readonly to?: number;
} = {}): Promise<TestTurn> {
  const [address] = addresses;
  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-turn-'));
  const port = await freePort(address);
  const secret = randomBytes(24).toString('base64url');
  const file = join(folder, 'turnserver.conf');
  const text = relayConfig({ secret, realm: 'nharong.test', addresses, port, from, to, allowed });
  const own = [`pidfile=${join(folder, 'pid')}`, `userdb=${join(folder, 'users')}`, 'log-file=stdout', 'simple-log'];
  await writeFile(file, `${text}${own.join('\n')}\n`, { mode: 0o600 });
  const child = spawn('turnserver', ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said = (said + part.toString('utf8')).slice(-100_000)));
  const ended = once(child, 'close').then(() => {
    throw new Error(`turnserver ended: ${said.slice(-2_000)}`);
  });
  ended.catch(() => undefined);

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  }

  const url = `turn:${address}:${port}`;
  const answers = async (): Promise<void> => {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const client = await RelayClient.open(url);
      try {
        return void (await client.binding());
      } catch (error) {
        if (Date.now() > deadline)
          throw new Error(`turnserver never answered: ${said.slice(-2_000)}`, { cause: error });
      } finally {
        client.close();
      }
    }
  };
  try {
    await Promise.race([answers(), ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    secret,
    env: { TURN_URL: url, TURN_SECRET: secret },
    get said() {
      return said;
    },
    stop,
  };
}

import { connect as connectTo } from 'node:net';

import { connect } from '@nats-io/transport-node';

import { connectionOptions } from '../bus/nats.ts';
import type { NatsConfig } from '../config.ts';
import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

const PATIENCE_MS = 5_000;

/** What a NATS server says first, to whoever comes. */
export interface NatsInfo {
  readonly version: string;
}

/** Its first line, without saying who asks. `server`: `host:port`. */
export function readBus(server: string): Promise<NatsInfo> {
  const url = new URL(`nats://${server}`);
  return new Promise((resolve, reject) => {
    const socket = connectTo(Number(url.port || 4222), url.hostname.replace(/^\[|\]$/g, ''));
    let said = '';
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data: Buffer) => {
      said = (said + data.toString('latin1')).slice(0, 16_384);
      const [, json] = /^INFO (\{.*\})\s*\r\n/.exec(said) ?? [];
      if (json === undefined) return;
      socket.destroy();
      try {
        resolve(JSON.parse(json) as NatsInfo);
      } catch (error) {
        reject(error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it is no NATS server')));
  });
}

/** Signs in as the program does. Undefined where the server lets it in, otherwise why not. */
async function refusal(options: Parameters<typeof connect>[0]): Promise<string | undefined> {
  try {
    const line = await connect({ ...options, timeout: PATIENCE_MS, reconnect: false });
    try {
      await line.flush();
    } finally {
      await line.close();
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Each server of NATS_URL by itself: with one of three away the others carry on, and nobody notices until the next. */
export async function checkBus(nats: NatsConfig): Promise<Finding[]> {
  const about = 'bus';
  return Promise.all(
    nats.servers.map(async (server) => {
      let info: NatsInfo;
      try {
        info = await readBus(server);
      } catch (error) {
        const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
        return broken(
          about,
          `${server} does not answer (${why})`,
          'start it: without it people wait up to ten seconds for what others write',
        );
      }
      const options = connectionOptions({ nats, name: 'nharong doctor' }, server);
      const why = await refusal(options);
      if (why !== undefined)
        return broken(
          about,
          `${server} does not let this program in (${why})`,
          'compare NATS_URL, NATS_CA, NATS_CERT, NATS_KEY and NATS_CREDS with its configuration',
        );
      const { user: _user, pass: _pass, token: _token, authenticator: _authenticator, ...bare } = options;
      if ((await refusal(bare)) === undefined)
        return broken(
          about,
          `${server} lets anybody in without credentials`,
          'deploy/three-nodes/nats.conf shows how to ask for them; nobody but the nodes may reach it',
        );
      const host = server.slice(0, server.lastIndexOf(':'));
      const here = host === 'localhost' || host.startsWith('127.') || host === '[::1]';
      if (!nats.tls && !here)
        return warning(
          about,
          `${server} is spoken to without TLS`,
          'tls:// in NATS_URL, and NATS_CA; deploy/three-nodes/nats.conf shows how',
        );
      return well(
        about,
        `${server}: NATS ${info.version} lets this program in${nats.tls ? ' over TLS' : ''}, and nobody without credentials`,
      );
    }),
  );
}

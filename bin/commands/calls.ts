import { randomUUID } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { turnCredential } from '../../features/calls/server/ice.ts';
import { checkJanus } from '../../features/calls/server/janus-check.ts';
import { janusConfig } from '../../features/calls/server/janus-config.ts';
import { RelayClient, RelayRefusal } from '../../features/calls/server/relay-client.ts';
import { relayConfig } from '../../features/calls/server/relay-config.ts';
import type { Config, JanusConfig, TurnConfig } from '../../server/config.ts';
import { readConfig } from '../../server/config.ts';
import { CommandFailed, UsageError } from './command.ts';
import type { Command } from './command.ts';

const CHECK_SECONDS = 60;

const OPTIONS = {
  address: { type: 'string', multiple: true },
  'public-address': { type: 'string' },
  allow: { type: 'string', multiple: true },
  ports: { type: 'string' },
  realm: { type: 'string' },
  certificate: { type: 'string' },
  key: { type: 'string' },
  lite: { type: 'boolean' },
} as const;
type Given = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

/** Settings of the relay and the media server of calls, made from the program’s own; and whether both do what they should. */
export const calls: Command = {
  name: 'calls',
  usage: `calls check
  bin/nharong calls turn-config FOLDER --address IP… [--public-address IP] [--allow IP…] [--ports 49152-65535] [--realm NAME] [--certificate FILE --key FILE]
  bin/nharong calls janus-config FOLDER --address IP… [--public-address IP] [--ports 20000-29999] [--lite]`,

  async run(args, { print, from }) {
    const { verb, folder, given } = read(args);
    const config = readConfig(process.env);
    if (verb === 'check') return check(config, print);
    const files = verb === 'turn-config' ? turnFiles(config, given) : janusFiles(config, given);
    const at = resolve(from, folder);
    await mkdir(at, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      // They hold secrets; whoever runs the servers is given them by whoever puts them there.
      await writeFile(join(at, name), text, { mode: 0o600 });
      // One that was there before keeps its own mode.
      await chmod(join(at, name), 0o600);
      print(join(at, name));
    }
  },
};

function read(args: readonly string[]): { verb: string; folder: string; given: Given } {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : '');
  }
  const [verb = '', folder = '', ...more] = parsed.positionals;
  if (!['check', 'turn-config', 'janus-config'].includes(verb))
    throw new UsageError('calls can do three things: check, turn-config, janus-config');
  if (verb === 'check' ? folder !== '' : folder === '' || more.length > 0)
    throw new UsageError(verb === 'check' ? 'check takes no arguments' : 'a folder for the files is missing');
  return { verb, folder, given: parsed.values };
}

function addressesIn(given: Given, name: 'address' | 'allow'): string[] {
  const found = (given[name] ?? []).flatMap((it) => it.split(','));
  const wrong = found.find((it) => isIP(it) === 0);
  if (wrong !== undefined) throw new UsageError(`--${name} ${wrong}: not an IP address`);
  return found;
}

function publicIn(given: Given): string | undefined {
  const address = given['public-address'];
  if (address !== undefined && isIP(address) === 0)
    throw new UsageError(`--public-address ${address}: not an IP address`);
  return address;
}

function portsIn(given: Given, usual: string): readonly [from: number, to: number] {
  const text = given.ports ?? usual;
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  if (Number(from) < 1_024 || !(Number(from) < Number(to)) || Number(to) > 65_535)
    throw new UsageError(`--ports ${text}: expected two numbers from 1024 to 65535, such as ${usual}`);
  return [Number(from), Number(to)];
}

/** Of the addresses in TURN_URL: name, and the ports of the plain and the TLS door. */
function placesIn({ urls }: TurnConfig): { name: string; port: number; tlsPort: number | undefined } {
  const found = urls.map((url) => /^(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?/i.exec(url)!);
  const plain = found.find(([, scheme]) => scheme!.toLowerCase() === 'turn');
  const secure = found.find(([, scheme]) => scheme!.toLowerCase() === 'turns');
  return {
    name: found[0]![2]!.replace(/^\[|\]$/g, ''),
    port: Number(plain?.[3] ?? 3_478),
    tlsPort: secure ? Number(secure[3] ?? 5_349) : undefined,
  };
}

function turnFiles({ turn }: Config, given: Given): Readonly<Record<string, string>> {
  if (!turn) throw new CommandFailed('TURN_URL and TURN_SECRET are not set: the relay would not know its secret.');
  const addresses = addressesIn(given, 'address');
  if (addresses.length === 0) throw new UsageError('--address is missing: an address of the relay’s machine');
  const publicAddress = publicIn(given);
  const [from, to] = portsIn(given, '49152-65535');
  const { name, port, tlsPort } = placesIn(turn);
  const { certificate, key } = given;
  if (tlsPort !== undefined && (certificate === undefined || key === undefined))
    throw new UsageError('--certificate and --key are missing: TURN_URL names a turns: address');
  return {
    'turnserver.conf': relayConfig({
      secret: turn.secret,
      realm: given.realm ?? name,
      addresses,
      port,
      publicAddress,
      from,
      to,
      // Two devices that use nothing but the relay meet on its own address.
      allowed: [...new Set([...addresses, ...(publicAddress ? [publicAddress] : []), ...addressesIn(given, 'allow')])],
      tls: tlsPort === undefined ? undefined : { port: tlsPort, certificate: certificate!, key: key! },
    }),
  };
}

function janusFiles({ janus }: Config, given: Given): Readonly<Record<string, string>> {
  if (!janus)
    throw new CommandFailed('JANUS_URL and JANUS_SECRET are not set: the media server would not know its secret.');
  const interfaces = addressesIn(given, 'address');
  if (interfaces.length === 0) throw new UsageError('--address is missing: an address of the media server’s machine');
  const { hostname, port } = new URL(janus.url);
  const door = hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  if (isIP(door) === 0)
    throw new CommandFailed(`JANUS_URL names ${hostname}: for this command it has to be an IP address.`);
  return janusConfig({
    secret: janus.secret,
    address: door,
    port: Number(port || 80),
    rtp: portsIn(given, '20000-29999').join('-'),
    interfaces,
    publicAddress: publicIn(given),
    lite: given.lite === true,
  });
}

async function check({ turn, janus }: Config, print: (text: string) => void): Promise<void> {
  const wrong: string[] = [];
  if (!turn)
    print('TURN_URL is not set: there is no relay. Calls fail between networks that let nothing straight through.');
  for (const url of turn?.urls ?? []) {
    const found = await checkRelay(url, turn!);
    if (found === undefined) print(`${url}: a place was given out, and our credentials hold.`);
    else wrong.push(`${url}: ${found}`);
  }
  if (!janus) print('JANUS_URL is not set: there is no media server. Calls are for up to 4 people.');
  else {
    const found = await checkMediaServer(janus);
    if (found.wrong === undefined) print(`${janus.url}: Janus ${found.version} makes rooms for calls and ends them.`);
    else wrong.push(`${janus.url}: ${found.wrong}`);
  }
  if (wrong.length > 0) throw new CommandFailed(wrong.join('\n'));
}

/** Undefined where all is well. */
async function checkRelay(url: string, { secret }: TurnConfig): Promise<string | undefined> {
  const until = new Date(Date.now() + CHECK_SECONDS * 1_000);
  let client: RelayClient | undefined;
  try {
    client = await RelayClient.open(url, turnCredential(secret, { until, name: randomUUID() }));
    await client.allocate();
    const open = await reachable(client, ['127.0.0.1', '169.254.169.254']);
    await client.release();
    return open === undefined
      ? undefined
      : `it lets ${open} be reached through it: it does not run with the settings of bin/nharong calls turn-config.`;
  } catch (error) {
    return inWords(error);
  } finally {
    client?.close();
  }
}

/** The first of these that may be reached. */
async function reachable(client: RelayClient, addresses: readonly string[]): Promise<string | undefined> {
  for (const address of addresses) {
    const refused = await client.permit(address).then(
      () => false,
      (error: unknown) => error instanceof RelayRefusal && error.number === 403,
    );
    if (!refused) return address;
  }
  return undefined;
}

function inWords(error: unknown): string {
  if (error instanceof RelayRefusal) {
    if (error.number === 401)
      return 'it does not accept our credentials: TURN_SECRET is another than its static-auth-secret, or one of the two clocks is wrong.';
    if (error.number === 486 || error.number === 508) return 'it is full: no place is free.';
    return `it refuses a place (${error.message}).`;
  }
  const code = (error as { code?: string }).code;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known: look at the DNS.';
  if (code === 'ECONNREFUSED') return 'nothing listens there: is coturn running?';
  if (code !== undefined && /CERT|SSL|TLS|ALTNAME/.test(code))
    return `its certificate is not good (${code}): devices will refuse it too.`;
  return 'it does not answer: is coturn running, and does the firewall let this port through?';
}

async function checkMediaServer(janus: JanusConfig): Promise<{ wrong?: string; version?: string }> {
  const { outcome, version } = await checkJanus(janus);
  switch (outcome) {
    case 'fine':
      return version === undefined ? {} : { version };
    case 'away':
      return {
        wrong:
          'nothing answers there, or not as Janus does: is it running, with the settings of bin/nharong calls janus-config?',
      };
    case 'refused':
      return { wrong: 'Janus is there, but JANUS_SECRET is another than its api_secret.' };
    case 'no rooms':
      return {
        wrong:
          'Janus is there, but makes no rooms for calls: its plugin VideoRoom is missing, or string_ids is off. Write its settings with bin/nharong calls janus-config.',
      };
  }
}

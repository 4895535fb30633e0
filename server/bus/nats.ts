import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { checkServerIdentity } from 'node:tls';
import type { PeerCertificate } from 'node:tls';

import { connect, credsAuthenticator, nkeyAuthenticator } from '@nats-io/transport-node';
import type { Msg, NatsConnection, NodeConnectionOptions, Subscription } from '@nats-io/transport-node';

import type { Events } from '../../protocol/event.ts';
import type { NatsConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Bus, Line } from './bus.ts';
import { processBus } from './in-process.ts';
import { decodeWake, encodeWake } from './wire.ts';

/** Where several processes speak to each other. */
export interface NatsBus extends Bus {
  readonly line: Line;
  /** What is under way is sent, then the line ends; never fails. */
  close(): Promise<void>;
}

export interface NatsBusOptions {
  readonly nats: NatsConfig;
  /** Before every subject, so that two installations on one NATS never meet. */
  readonly prefix: string;
  /** How NATS shows this node to its operator. */
  readonly name: string;
  readonly events: Events;
  readonly log: Log;
  /** Counts what is sent, heard and dropped. */
  readonly count?: (what: BusCount) => void;
  /** The line came or went. */
  readonly onLine?: (up: boolean) => void;
}

/**
 * `junk` is what no node of ours says; `away` what was said while there was no line; `full` what NATS did not take in time; `large`
 * what is too large to travel and is found in the database.
 */
export type BusCount = 'sent' | 'heard' | 'junk' | 'away' | 'full' | 'large';

const CONNECT_MS = 2_500;
/** Between two looks whether NATS answers; after two without an answer the line counts as gone. */
const BEAT_MS = 1_000;
const SILENT_MS = 3_000;
/** What NATS has not taken yet; beyond it wake-ups are dropped, and nodes find what they told of in the log. Bytes. */
const UNDERWAY_MOST = 16_777_216;
/** The longest wait between two tries to connect, and twice the shortest: however long it was away, it is found again at once. */
const AGAIN_MS = 500;
const CLOSE_MS = 2_000;

/**
 * The bus by way of NATS, core subjects only: nothing is kept there. Resolves after the first try to connect, whether it came to
 * anything or not; from then on it tries for good. What is published here is heard here at once, without the way through NATS.
 */
export async function openNatsBus(options: NatsBusOptions): Promise<NatsBus> {
  const { nats, prefix, events, log } = options;
  const count = options.count ?? (() => undefined);
  const inside = processBus();
  /** Subjects somebody here listens to, and how many do. */
  const heard = new Map<string, { listeners: number; at: Subscription | undefined }>();
  const turns = new Set<(up: boolean) => void>();
  const halt = new AbortController();
  let connection: NatsConnection | undefined;
  /** Bytes given to the connection when NATS last answered. */
  let taken = 0;
  let said = '';

  function subscribe(nc: NatsConnection, subject: string): Subscription {
    return nc.subscribe(`${prefix}.${subject}`, {
      callback: (error, message) => {
        if (error) {
          log.warn({ error: error.message }, 'NATS refuses a subscription');
          end(nc);
        } else hear(subject, message);
      },
    });
  }

  /** Ends a connection; nobody waits for it. */
  function end(nc: NatsConnection): void {
    nc.close().catch(() => undefined);
  }

  function hear(subject: string, message: Msg): void {
    try {
      const payload = decodeWake(events, subject, message.data);
      count(payload === undefined ? 'junk' : 'heard');
      if (payload !== undefined) inside.publish(subject, payload);
    } catch (error) {
      // One that hears it badly is no reason to lose the line.
      log.error({ error, subject: subject.split('.', 1)[0] }, 'a wake-up was not heard');
    }
  }

  function turn(up: boolean): void {
    options.onLine?.(up);
    for (const it of Array.from(turns)) it(up);
  }

  /** Told once for each reason, not at every try. */
  function tell(reason: string): void {
    if (reason === said) return;
    said = reason;
    log.warn({ reason }, 'NATS is away; until it is back this node looks into the database every few seconds');
  }

  async function open(server: string): Promise<void> {
    const nc = await connect({
      ...connectionOptions(options, server),
      timeout: CONNECT_MS,
      reconnect: false,
      noEcho: true,
    });
    if (halt.signal.aborted) return nc.close();
    taken = 0;
    try {
      for (const [subject, it] of heard) it.at = subscribe(nc, subject);
      // Heard of from here on: NATS knows what is listened to.
      await nc.flush();
    } catch (error) {
      await nc.close().catch(() => undefined);
      throw error;
    }
    connection = nc;
    said = '';
    log.info({ server: nc.getServer() }, 'NATS is there');
    turn(true);
    void watch(nc);
  }

  /** Until the connection ends, of itself or because nothing answers any more. */
  async function watch(nc: NatsConnection): Promise<void> {
    let answered = performance.now();
    let asked = false;
    const beat = setInterval(() => {
      if (asked) {
        if (performance.now() - answered > SILENT_MS && connection === nc) {
          gone(nc, 'it does not answer');
          nc.close().catch(() => undefined);
        }
        return;
      }
      asked = true;
      const given = nc.stats().outBytes;
      nc.flush().then(
        () => {
          answered = performance.now();
          asked = false;
          if (connection === nc) taken = given;
        },
        () => undefined,
      );
    }, BEAT_MS);
    beat.unref();
    const why = await nc.closed();
    clearInterval(beat);
    gone(nc, why instanceof Error ? why.message : 'it ended the connection');
  }

  function gone(nc: NatsConnection, why: string): void {
    if (connection !== nc) return;
    connection = undefined;
    for (const it of heard.values()) it.at = undefined;
    if (halt.signal.aborted) return;
    tell(why);
    turn(false);
    void again();
  }

  async function again(): Promise<void> {
    while (!halt.signal.aborted) {
      await pause(AGAIN_MS * (0.5 + Math.random() / 2), undefined, { signal: halt.signal, ref: false }).catch(
        () => undefined,
      );
      if (halt.signal.aborted || (await tried())) return;
    }
  }

  /** Each server in turn, from another one each time: the nodes spread over them. */
  async function tried(): Promise<boolean> {
    const from = Math.floor(Math.random() * nats.servers.length);
    const reasons = new Set<string>();
    for (const server of [...nats.servers.slice(from), ...nats.servers.slice(0, from)]) {
      if (halt.signal.aborted) return false;
      try {
        await open(server);
        return true;
      } catch (error) {
        reasons.add(`${server}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    tell([...reasons].sort().join('; '));
    return false;
  }

  function send(subject: string, payload: unknown): void {
    const nc = connection;
    if (!nc) return count('away');
    if (nc.stats().outBytes - taken > UNDERWAY_MOST) return count('full');
    const parts = encodeWake(subject, payload);
    if (!parts) return count('large');
    try {
      for (const part of parts) nc.publish(`${prefix}.${subject}`, part);
      count('sent');
    } catch {
      // It ended in this moment; `watch` hears of it too.
      count('away');
    }
  }

  options.onLine?.(false);
  if (!(await tried())) void again();

  return {
    publish(subject, payload) {
      inside.publish(subject, payload);
      send(subject, payload);
    },
    subscribe(subject, hearIt) {
      const stop = inside.subscribe(subject, hearIt);
      let it = heard.get(subject);
      if (!it) heard.set(subject, (it = { listeners: 0, at: connection && subscribe(connection, subject) }));
      it.listeners += 1;
      let over = false;
      return () => {
        if (over) return;
        over = true;
        stop();
        it.listeners -= 1;
        if (it.listeners > 0) return;
        heard.delete(subject);
        it.at?.unsubscribe();
      };
    },
    line: {
      get up() {
        return connection !== undefined;
      },
      onTurn(hearIt) {
        turns.add(hearIt);
        return () => void turns.delete(hearIt);
      },
    },
    async close() {
      halt.abort();
      turns.clear();
      const nc = connection;
      if (!nc) return;
      await Promise.race([nc.drain().catch(() => undefined), pause(CLOSE_MS, undefined, { ref: false })]);
      connection = undefined;
      await Promise.race([nc.close().catch(() => undefined), pause(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/** Files are read at every try, so that renewed certificates and credentials are taken up. */
export function connectionOptions(
  { nats, name }: Pick<NatsBusOptions, 'nats' | 'name'>,
  server: string,
): NodeConnectionOptions {
  const { user, password, token, ca, cert, key, creds } = nats;
  const secret = creds === undefined ? undefined : readFileSync(creds);
  // The library asks for “localhost” in the certificate of a server that is named by its address.
  const identity = {
    checkServerIdentity: (_: string, shown: PeerCertificate) => checkServerIdentity(hostOf(server), shown),
  };
  const signed = secret?.includes('NATS USER JWT') === true;
  return {
    servers: [server],
    name,
    // What NATS says of its cluster may be addresses that are not reachable from here.
    ignoreClusterUpdates: true,
    ...(user === undefined ? {} : { user, pass: password ?? '' }),
    ...(token === undefined ? {} : { token }),
    ...(secret === undefined
      ? {}
      : { authenticator: signed ? credsAuthenticator(secret) : nkeyAuthenticator(seedIn(secret)) }),
    ...(nats.tls
      ? {
          tls: {
            ...identity,
            ...(ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') }),
            ...(cert === undefined ? {} : { cert: readFileSync(cert, 'utf8') }),
            ...(key === undefined ? {} : { key: readFileSync(key, 'utf8') }),
          },
        }
      : {}),
  };
}

const hostOf = (server: string): string => server.slice(0, server.lastIndexOf(':')).replace(/^\[|\]$/g, '');

/** The line of an nkey file that holds the seed; such files may have remarks. */
function seedIn(bytes: Buffer): Buffer {
  const seed = /^SU[A-Z2-7]{56}$/m.exec(bytes.toString('latin1').replaceAll('\r', ''))?.[0];
  if (seed === undefined) throw new Error('NATS_CREDS holds neither credentials nor the seed of a user’s nkey');
  return Buffer.from(seed);
}

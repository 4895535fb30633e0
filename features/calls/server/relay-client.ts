import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, isIPv4 } from 'node:net';
import { connect as connectTls } from 'node:tls';

import ipaddr from 'ipaddr.js';

const COOKIE = 0x2112a442;
const HEAD = 20;
const RETRY_MS = 500;
const ANSWER_MS = 5_000;

/** Methods of RFC 8656. */
const METHODS = { binding: 0x001, allocate: 0x003, refresh: 0x004, permission: 0x008, channel: 0x009 } as const;
const SUCCESS = 0x0100;
const ERROR = 0x0110;

const ATTRIBUTES = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  channel: 0x000c,
  lifetime: 0x000d,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  family: 0x0017,
  transport: 0x0019,
  mapped: 0x0020,
} as const;
type Attribute = readonly [type: number, value: Buffer];

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The relay says no: 401 and 438 (who asks), 403 (whom they ask for), 486 (too many) … */
export class RelayRefusal extends Error {
  override name = 'RelayRefusal';
  readonly number: number;

  constructor(number: number, reason: string) {
    super(`${number} ${reason}`);
    this.number = number;
  }
}

/** What carries STUN messages to the relay. */
interface Carrier {
  /** Over UDP a question is asked again until it is answered. */
  readonly repeats: boolean;
  send(message: Buffer): void;
  close(): void;
}

/**
 * The little of TURN (RFC 8656) that it takes to see whether a relay lets the right people in and to the right places. It relays nothing.
 * Over UDP, TCP or TLS, as the address says.
 */
export class RelayClient {
  readonly #carrier: Carrier;
  readonly #asked: Map<string, (message: Buffer) => void>;
  readonly #username: string;
  readonly #password: string;
  #realm = '';
  #nonce: Buffer = Buffer.alloc(0);

  private constructor(
    carrier: Carrier,
    asked: Map<string, (message: Buffer) => void>,
    who: { readonly username: string; readonly credential: string },
  ) {
    this.#carrier = carrier;
    this.#asked = asked;
    this.#username = who.username;
    this.#password = who.credential;
  }

  /** Fails where nothing listens there, or the certificate is not good. */
  static async open(
    url: string,
    who: { readonly username: string; readonly credential: string } = { username: '', credential: '' },
  ): Promise<RelayClient> {
    const asked = new Map<string, (message: Buffer) => void>();
    const carrier = await openCarrier(url, (message) => asked.get(message.toString('hex', 8, HEAD))?.(message));
    return new RelayClient(carrier, asked, who);
  }

  /** Under which address the relay sees this machine. */
  async binding(): Promise<Endpoint | undefined> {
    return endpointIn(await this.#ask(METHODS.binding, []), ATTRIBUTES.mapped);
  }

  /** A place at the relay; its address. */
  async allocate(family: 4 | 6 = 4): Promise<Endpoint | undefined> {
    const answer = await this.#signed(METHODS.allocate, [
      [ATTRIBUTES.transport, Buffer.from([17, 0, 0, 0])],
      ...(family === 6 ? [[ATTRIBUTES.family, Buffer.from([2, 0, 0, 0])] as const] : []),
    ]);
    return endpointIn(answer, ATTRIBUTES.relayed);
  }

  /** May this address be reached? Fails with 403 where not. */
  async permit(address: string): Promise<void> {
    await this.#signed(METHODS.permission, [], { address, port: 9 });
  }

  async bind(peer: Endpoint, channel = 0x4000): Promise<void> {
    const number = Buffer.alloc(4);
    number.writeUInt16BE(channel);
    await this.#signed(METHODS.channel, [[ATTRIBUTES.channel, number]], peer);
  }

  /** Gives the place up. */
  async release(): Promise<void> {
    await this.#signed(METHODS.refresh, [[ATTRIBUTES.lifetime, Buffer.alloc(4)]]);
  }

  close(): void {
    this.#carrier.close();
  }

  async #signed(method: number, attributes: readonly Attribute[], peer?: Endpoint): Promise<Buffer> {
    const attempt = (): Promise<Buffer> => this.#ask(method, attributes, { peer, signs: this.#realm !== '' });
    try {
      return await attempt();
    } catch (error) {
      // 401 with the realm to sign for, 438 with another nonce: once more with what was told.
      if (!(error instanceof Challenge)) throw error;
      const known = this.#realm !== '' && error.number === 401;
      this.#realm = error.realm;
      this.#nonce = error.nonce;
      if (known) throw error;
      return attempt();
    }
  }

  #ask(
    method: number,
    attributes: readonly Attribute[],
    { peer, signs = false }: { readonly peer?: Endpoint | undefined; readonly signs?: boolean } = {},
  ): Promise<Buffer> {
    const transaction = randomBytes(12);
    const all = peer ? [...attributes, [ATTRIBUTES.peer, xored(peer, transaction)] as const] : attributes;
    const message = this.#message(method, transaction, all, signs);
    return new Promise((done, fail) => {
      const key = message.toString('hex', 8, HEAD);
      const again = this.#carrier.repeats ? setInterval(() => this.#carrier.send(message), RETRY_MS) : undefined;
      const end = (): void => {
        clearInterval(again);
        clearTimeout(timer);
        this.#asked.delete(key);
      };
      const timer = setTimeout(() => {
        end();
        fail(new Error('the relay does not answer'));
      }, ANSWER_MS);
      this.#asked.set(key, (answer) => {
        end();
        const type = answer.readUInt16BE(0);
        if (type === (method | SUCCESS)) return done(answer);
        fail(type === (method | ERROR) ? refusalIn(answer) : new Error('the relay says something else'));
      });
      this.#carrier.send(message);
    });
  }

  #message(method: number, transaction: Buffer, attributes: readonly Attribute[], signs: boolean): Buffer {
    const who: Attribute[] = signs
      ? [
          [ATTRIBUTES.username, Buffer.from(this.#username)],
          [ATTRIBUTES.realm, Buffer.from(this.#realm)],
          [ATTRIBUTES.nonce, this.#nonce],
        ]
      : [];
    const body = Buffer.concat([...attributes, ...who].map(encoded));
    const head = Buffer.alloc(HEAD);
    head.writeUInt16BE(method, 0);
    head.writeUInt16BE(body.length + (signs ? 24 : 0), 2);
    head.writeUInt32BE(COOKIE, 4);
    transaction.copy(head, 8);
    const message = Buffer.concat([head, body]);
    if (!signs) return message;
    const key = createHash('md5').update(`${this.#username}:${this.#realm}:${this.#password}`).digest();
    return Buffer.concat([message, encoded([ATTRIBUTES.integrity, createHmac('sha1', key).update(message).digest()])]);
  }
}

/** Who asks is to sign, and for what. */
class Challenge extends RelayRefusal {
  readonly realm: string;
  readonly nonce: Buffer;

  constructor(number: number, reason: string, realm: string, nonce: Buffer) {
    super(number, reason);
    this.realm = realm;
    this.nonce = nonce;
  }
}

function refusalIn(message: Buffer): RelayRefusal {
  const error = attributeIn(message, ATTRIBUTES.error) ?? Buffer.alloc(4);
  const number = (error[2] ?? 0) * 100 + (error[3] ?? 0);
  const reason = error.toString('utf8', 4);
  const nonce = attributeIn(message, ATTRIBUTES.nonce);
  const realm = attributeIn(message, ATTRIBUTES.realm)?.toString('utf8');
  return (number === 401 || number === 438) && nonce && realm !== undefined
    ? new Challenge(number, reason, realm, nonce)
    : new RelayRefusal(number, reason);
}

function encoded([type, value]: Attribute): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function attributeIn(message: Buffer, wanted: number): Buffer | undefined {
  for (let at = HEAD; at + 4 <= message.length;) {
    const length = message.readUInt16BE(at + 2);
    if (message.readUInt16BE(at) === wanted) return message.subarray(at + 4, at + 4 + length);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return undefined;
}

/** An address as STUN writes it: mixed with what is known, so that no router on the way changes it. */
function xored({ address, port }: Endpoint, transaction: Buffer): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  const value = Buffer.alloc(4);
  value[1] = isIPv4(address) ? 1 : 2;
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  return Buffer.concat([value, mixed(bytes, transaction)]);
}

function mixed(address: Buffer, transaction: Buffer): Buffer {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE);
  transaction.copy(mask, 4);
  return address.map((byte, index) => byte ^ mask[index]!) as Buffer;
}

function endpointIn(message: Buffer, type: number): Endpoint | undefined {
  const value = attributeIn(message, type);
  if (!value) return undefined;
  const bytes = mixed(Buffer.from(value.subarray(4)), message.subarray(8, HEAD));
  return {
    address: ipaddr.fromByteArray([...bytes]).toString(),
    port: value.readUInt16BE(2) ^ (COOKIE >>> 16),
  };
}

async function openCarrier(url: string, take: (message: Buffer) => void): Promise<Carrier> {
  const [, scheme, host = '', bracketed, , given, , way] =
    /^(turns?):(\[([0-9a-f:.]+)\]|[^:?[\]]+)(:(\d+))?(\?transport=(udp|tcp))?$/i.exec(url) ?? [];
  if (scheme === undefined) throw new Error(`${url} is no address of a relay`);
  const name = bracketed ?? host;
  const secure = scheme.toLowerCase() === 'turns';
  const port = Number(given ?? (secure ? 5_349 : 3_478));
  if (!secure && way !== 'tcp') {
    const socket = createSocket(name.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (message) => {
      if (message.length >= HEAD) take(message);
    });
    // A port where nobody listens may be told; that nothing answers is told anyway.
    socket.on('error', () => undefined);
    socket.connect(port, name);
    await once(socket, 'connect');
    return { repeats: true, send: (message) => socket.send(message), close: () => socket.close() };
  }
  const socket = secure ? connectTls({ host: name, port, servername: name }) : connectTcp({ host: name, port });
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('no connection')));
  await once(socket, secure ? 'secureConnect' : 'connect');
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => {
    rest = Buffer.concat([rest, part]);
    while (rest.length >= HEAD && rest.length >= HEAD + rest.readUInt16BE(2)) {
      const length = HEAD + rest.readUInt16BE(2);
      take(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
  socket.on('error', () => undefined);
  return { repeats: false, send: (message) => void socket.write(message), close: () => socket.destroy() };
}

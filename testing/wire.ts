import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import type { Socket } from 'node:net';

import { SOCKET_PROTOCOL } from '../protocol/version.ts';
import type { TestHouse, TestPerson } from './house.ts';

export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameParts {
  readonly opcode?: number;
  readonly payload?: Buffer | string;
  /** False where more of the message follows. */
  readonly last?: boolean;
  /** The reserved bits, as they stand in the first byte: 0x40, 0x20, 0x10. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** Told instead of the payload's own length. */
  readonly length?: number | bigint;
  /** Bytes in which the length is written: 0, 2 or 8. The shortest where absent. */
  readonly lengthBytes?: 0 | 2 | 8;
}

/** One frame of RFC 6455 as a client sends it, also such as no client sends. */
export function frame({
  opcode = OPCODE.text,
  payload = '',
  last = true,
  reserved = 0,
  masked = true,
  length,
  lengthBytes,
}: FrameParts): Buffer {
  const bytes = Buffer.from(payload);
  const told = BigInt(length ?? bytes.length);
  const wide = lengthBytes ?? (told > 65_535n ? 8 : told > 125n ? 2 : 0);
  const head = Buffer.alloc(2 + wide);
  head[0] = (last ? 0x80 : 0) | reserved | opcode;
  head[1] = (masked ? 0x80 : 0) | (wide === 0 ? Number(told) : wide === 2 ? 126 : 127);
  if (wide === 2) head.writeUInt16BE(Number(told), 2);
  if (wide === 8) head.writeBigUInt64BE(told, 2);
  if (!masked) return Buffer.concat([head, bytes]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, Buffer.from(bytes.map((byte, at) => byte ^ mask[at % 4]!))]);
}

export interface HeardFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A line to the house's port on which everything is said byte by byte. */
export class Wire {
  readonly socket: Socket;
  /** Everything heard so far. */
  heard = Buffer.alloc(0);
  ended = false;
  closed = false;
  readonly #watchers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => {
      this.heard = Buffer.concat([this.heard, part]);
      this.#wake();
    });
    socket.on('end', () => {
      this.ended = true;
      this.#wake();
    });
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  static async open(house: TestHouse): Promise<Wire> {
    const socket = dial({ port: Number(new URL(house.address).port), host: '127.0.0.1', allowHalfOpen: true });
    const wire = new Wire(socket);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return wire;
  }

  say(bytes: Buffer | string): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** Resolves as soon as it holds; looked at after everything heard. Fails after 30 s. */
  async until(holds: () => boolean, what = holds.toString()): Promise<void> {
    if (holds()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error(`never came to hold: ${what}; heard ${this.heard.toString('latin1').slice(-300)}`)),
      30_000,
    );
    const look = (): void => {
      if (holds()) resolve();
    };
    this.#watchers.add(look);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  #wake(): void {
    for (const look of this.#watchers) look();
  }

  /** The status of the first answer; 0 where the line was closed without one. */
  async status(): Promise<number> {
    await this.until(() => this.heard.includes('\r\n') || this.closed, 'an answer');
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.heard.toString('latin1'))?.[1] ?? 0);
  }

  get head(): string {
    const end = this.heard.indexOf('\r\n\r\n');
    return end < 0 ? '' : this.heard.subarray(0, end).toString('latin1');
  }

  /** The server's frames that have come whole. */
  frames(): HeardFrame[] {
    let at = this.heard.indexOf('\r\n\r\n') + 4;
    const found: HeardFrame[] = [];
    while (at + 2 <= this.heard.length) {
      let length = this.heard[at + 1]! & 0x7f;
      let from = at + 2;
      if (length === 126) {
        if (from + 2 > this.heard.length) break;
        length = this.heard.readUInt16BE(from);
        from += 2;
      } else if (length === 127) {
        if (from + 8 > this.heard.length) break;
        length = Number(this.heard.readBigUInt64BE(from));
        from += 8;
      }
      if (from + length > this.heard.length) break;
      found.push({ opcode: this.heard[at]! & 0x0f, payload: this.heard.subarray(from, from + length) });
      at = from + length;
    }
    return found;
  }

  /** The code with which the server closes; 0 where it hangs up without a word, or with a frame without a code. */
  async closeCode(): Promise<number> {
    await this.until(
      () => this.closed || this.ended || this.frames().some((it) => it.opcode === OPCODE.close),
      'a close',
    );
    const close = this.frames().find((it) => it.opcode === OPCODE.close);
    return close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 0;
  }

  drop(): void {
    this.socket.destroy();
  }
}

/** The head of a request for a socket; header names as they are, undefined leaves one out. */
export function upgradeHead(
  house: TestHouse,
  person: TestPerson | undefined,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const headers: Record<string, string | undefined> = {
    Host: new URL(house.address).host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': SOCKET_PROTOCOL,
    Origin: house.address,
    Cookie: person?.cookie,
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `GET /live HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

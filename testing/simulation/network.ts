import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

import { SOCKET_PROTOCOL } from '../../protocol/version.ts';
import type { SocketLike } from '../../web/surroundings.ts';
import type { Owner, World } from './clock.ts';
import type { SimulatedNode } from './node.ts';

/** What the kernel takes of a line whose other end does not read. */
const KERNEL_BYTES = 65_536;

/** The node's end of a line. */
class ServerEnd extends Duplex {
  readonly #line: Line;
  #pending: (() => void) | undefined;
  #unread = 0;

  constructor(line: Line) {
    super();
    this.#line = line;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#line.toClient(chunk);
    if (!this.#line.stalled) return done();
    this.#unread += chunk.length;
    if (this.#unread <= KERNEL_BYTES) done();
    else this.#pending = done;
  }

  override _final(done: () => void): void {
    this.#line.ended();
    done();
  }

  override _destroy(_error: Error | null, done: () => void): void {
    this.#line.ended();
    done();
  }

  /** The other end reads again. */
  goOn(): void {
    this.#unread = 0;
    const done = this.#pending;
    this.#pending = undefined;
    done?.();
  }
}

/** One socket between a device and a node: bytes in order, each way with its delay; it breaks, is half open, or stalls. */
export class Line implements SocketLike {
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  /** The device does not read. */
  stalled = false;
  readonly node: SimulatedNode | undefined;
  readonly #world: World;
  readonly #client: Owner;
  readonly #server: ServerEnd;
  readonly #heard: (frame: Record<string, unknown>) => void;
  #open = false;
  #over = false;
  /** Nothing gets through any more, and nobody is told. */
  #dead = false;
  #forgets = false;
  /** The last event of a stream that was left out, as long as none after it has come. */
  readonly #left = new Map<string, number>();
  #in: Buffer = Buffer.alloc(0);
  #handshake = true;
  #arrives = 0;
  #leaves = 0;
  #held: Buffer[] = [];

  constructor(
    world: World,
    client: Owner,
    node: SimulatedNode | undefined,
    account: string,
    heard: (frame: Record<string, unknown>) => void,
  ) {
    this.#world = world;
    this.#client = client;
    this.node = node;
    this.#heard = heard;
    this.#server = new ServerEnd(this);
    this.#server.on('error', () => undefined);
    if (!node || node.draining) {
      world.after(world.between(1, 30), client, () => this.#closed(1006));
      return;
    }
    world.after(world.between(1, 60), node.owner, () => {
      if (this.#dead) return;
      const headers = {
        cookie: account,
        host: 'h',
        origin: 'http://h',
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        'sec-websocket-protocol': SOCKET_PROTOCOL,
      };
      node.door.upgrade(
        { method: 'GET', url: '/live', headers } as unknown as IncomingMessage,
        this.#server,
        Buffer.alloc(0),
      );
    });
  }

  /** The line is lost. `told`: both ends hear of it; else both have to find out. What was on its way arrives in part. */
  cut(told: boolean): void {
    if (this.#over || this.#dead) return;
    this.#dead = true;
    if (!told) return;
    this.#world.after(this.#world.between(0, 40), this.#client, () => this.#closed(1006));
    if (this.node) this.#world.after(this.#world.between(0, 40), this.node.owner, () => this.#server.destroy());
  }

  /** The device reads no more, or again. */
  stall(on: boolean): void {
    this.stalled = on;
    if (on || !this.node) return;
    for (const chunk of this.#held.splice(0)) this.#arrive(chunk);
    this.#world.after(0, this.node.owner, () => this.#server.goOn());
  }

  /** The next event on this line does not arrive, though the line is well. */
  forget(): void {
    this.#forgets = true;
  }

  get owes(): boolean {
    this.#forgets = false;
    return this.#left.size > 0;
  }

  send(text: string): void {
    if (!this.#open || this.#over) return;
    const payload = Buffer.from(text);
    const size = payload.length;
    const head =
      size < 126
        ? Buffer.from([0x81, 0x80 | size])
        : size < 65_536
          ? Buffer.from([0x81, 0xfe, size >> 8, size & 255])
          : undefined;
    if (!head) throw new Error('too long for a frame');
    this.#toServer(Buffer.concat([head, Buffer.alloc(4), payload]));
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#open) this.#toServer(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]));
    if (this.node) this.#world.after(this.#world.between(60, 200), this.node.owner, () => this.#server.destroy());
  }

  #toServer(bytes: Buffer): void {
    if (this.#dead || !this.node) return;
    const { time } = this.#world;
    this.#leaves = Math.max(this.#leaves + 0.001, time + this.#world.between(1, 60));
    this.#world.after(this.#leaves - time, this.node.owner, () => {
      if (!this.#dead && !this.#server.destroyed) this.#server.push(bytes);
    });
  }

  toClient(bytes: Buffer): void {
    if (this.#dead) return;
    // Torn anywhere, as a network tears.
    const { random } = this.#world;
    const at = bytes.length > 2 && random.percent(10) ? 1 + random.below(bytes.length - 1) : bytes.length;
    for (const part of [bytes.subarray(0, at), bytes.subarray(at)])
      if (part.length > 0) this.#arrive(Buffer.from(part));
  }

  #arrive(bytes: Buffer): void {
    if (this.stalled) {
      this.#held.push(bytes);
      return;
    }
    const { time } = this.#world;
    this.#arrives = Math.max(this.#arrives + 0.001, time + this.#world.between(1, 60));
    this.#world.after(this.#arrives - time, this.#client, () => {
      if (this.#dead || this.#over) return;
      this.#in = this.#in.length === 0 ? bytes : Buffer.concat([this.#in, bytes]);
      this.#parse();
    });
  }

  /** The node has closed its end. */
  ended(): void {
    if (this.#dead || this.#over) return;
    const { time } = this.#world;
    this.#world.after(Math.max(0, this.#arrives - time) + 1, this.#client, () => this.#closed(1006));
  }

  #closed(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.onclose?.({ code } as never);
  }

  #parse(): void {
    if (this.#handshake) {
      const end = this.#in.indexOf('\r\n\r\n');
      if (end < 0) return;
      const accepted = this.#in.subarray(9, 12).toString() === '101';
      this.#in = this.#in.subarray(end + 4);
      this.#handshake = false;
      if (!accepted) return this.#closed(1006);
      this.#open = true;
      this.onopen?.({} as never);
    }
    while (this.#in.length >= 2 && !this.#over) {
      const opcode = this.#in[0]! & 15;
      let size = this.#in[1]! & 127;
      let head = 2;
      if (size === 126) {
        if (this.#in.length < 4) return;
        size = this.#in.readUInt16BE(2);
        head = 4;
      } else if (size === 127) {
        if (this.#in.length < 10) return;
        size = Number(this.#in.readBigUInt64BE(2));
        head = 10;
      }
      if (this.#in.length < head + size) return;
      const payload = this.#in.subarray(head, head + size);
      this.#in = this.#in.subarray(head + size);
      if (opcode === 9) this.#toServer(Buffer.concat([Buffer.from([0x8a, 0x80 | size, 0, 0, 0, 0]), payload]));
      else if (opcode === 8) return this.#closed(size >= 2 ? payload.readUInt16BE(0) : 1005);
      else if (opcode === 1) {
        const text = payload.toString();
        const frame = JSON.parse(text) as Record<string, unknown>;
        if ('on' in frame) {
          const stream = frame['in'] as string;
          const n = frame['n'] as number;
          if (this.#forgets) {
            this.#forgets = false;
            this.#left.set(stream, n);
            continue;
          }
          if (n > (this.#left.get(stream) ?? 0)) this.#left.delete(stream);
        }
        this.#heard(frame);
        this.onmessage?.({ data: text } as never);
      }
    }
  }
}

// A slow line between the browser and the house, at the level of TCP: what is measured includes sockets, frames and whatever the
// service worker fetches, which a browser’s own throttling leaves out.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface LineSpeed {
  /** Bits a second, each way, shared by all connections. */
  readonly bits: number;
  /** There and back. */
  readonly roundTripMs: number;
}

/** Pieces of the size of a packet, so that connections share the line fairly. */
const PIECE = 1_400;

/** One direction of the line: everything goes through it one piece after another, then takes half a round trip. */
class Lane {
  #free = 0;
  #speed: LineSpeed | undefined;
  bytes = 0;

  set speed(speed: LineSpeed | undefined) {
    this.#speed = speed;
    this.#free = 0;
  }

  carry(from: Socket, to: Socket, opening: () => number): void {
    let last = 0;
    let first = true;
    from.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      const speed = this.#speed;
      if (!speed) {
        to.write(chunk);
        return;
      }
      const now = performance.now();
      for (let at = 0; at < chunk.length; at += PIECE) {
        const piece = chunk.subarray(at, at + PIECE);
        this.#free = Math.max(this.#free, now) + (piece.length * 8_000) / speed.bits;
        // The handshake took a round trip before the first byte could leave.
        last = Math.max(last, this.#free + speed.roundTripMs / 2 + (first ? opening() : 0));
        first = false;
        setTimeout(() => {
          if (!to.destroyed) to.write(piece);
        }, last - now);
      }
      // As a sender whose window is full: what the line cannot take waits at its source.
      from.pause();
      setTimeout(() => from.resume(), this.#free - now);
    });
    const end = (): void => void setTimeout(() => to.destroy(), Math.max(0, last - performance.now()));
    from.on('end', end);
    from.on('close', end);
    from.on('error', () => to.destroy());
  }
}

/** The line: `speed` undefined is as fast as the machine. */
export class SlowLine {
  readonly port: number;
  readonly #up = new Lane();
  readonly #down = new Lane();
  readonly #server;
  #speed: LineSpeed | undefined;

  private constructor(server: ReturnType<typeof createServer>, target: number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (browser) => {
      const house = connect(target, '127.0.0.1');
      for (const socket of [browser, house]) socket.setNoDelay(true);
      const opening = this.#speed?.roundTripMs ?? 0;
      this.#up.carry(browser, house, () => opening);
      this.#down.carry(house, browser, () => 0);
    });
  }

  static async open(target: number): Promise<SlowLine> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SlowLine(server, target);
  }

  set speed(speed: LineSpeed | undefined) {
    this.#speed = speed;
    this.#up.speed = speed;
    this.#down.speed = speed;
  }

  /** Everything that has come down to the browser. */
  get downBytes(): number {
    return this.#down.bytes;
  }

  close(): void {
    this.#server.close();
  }
}

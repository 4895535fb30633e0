import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A line to a house that is torn in the middle of what is sent, at places that `places` gives: after so many bytes. */
export class CuttingLine {
  readonly address: string;
  /** How often it has been torn. */
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** `next`: after how many bytes from the client the next connection ends; undefined where it holds. */
  static async open(house: string, next: () => number | undefined): Promise<CuttingLine> {
    const { hostname, port } = new URL(house);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new CuttingLine(server);
    server.on('connection', (near) => {
      let left = next();
      const far = connect(Number(port), hostname);
      for (const it of [near, far]) {
        line.#sockets.add(it);
        it.on('error', () => undefined);
        it.on('close', () => {
          line.#sockets.delete(it);
          near.destroy();
          far.destroy();
        });
      }
      far.pipe(near);
      near.on('data', (chunk: Buffer) => {
        if (left !== undefined && chunk.length >= left) {
          line.cuts += 1;
          // What stands before the cut arrives; what stands after it never does.
          far.end(chunk.subarray(0, left));
          left = undefined;
          near.destroy();
          return;
        }
        if (left !== undefined) left -= chunk.length;
        far.write(chunk);
      });
    });
    return line;
  }

  async close(): Promise<void> {
    for (const it of this.#sockets) it.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

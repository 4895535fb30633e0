import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import WebSocket from 'ws';

import type { BenchHouse } from './house.ts';

export interface Usage {
  readonly cpuSeconds: number;
  readonly rss: number;
}

/** A house in a process of its own. */
export class Measured {
  readonly house: BenchHouse;
  readonly #child: ChildProcess;

  private constructor(house: BenchHouse, child: ChildProcess) {
    this.house = house;
    this.#child = child;
  }

  static async open(size: { people: number; groups: number }): Promise<Measured> {
    const child = fork(join(import.meta.dirname, 'house.ts'), [JSON.stringify(size)], { execArgv: ['--expose-gc'] });
    const [house] = (await once(child, 'message')) as [BenchHouse];
    return new Measured(house, child);
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage');
    const [usage] = (await once(this.#child, 'message')) as [Usage];
    return usage;
  }

  async close(): Promise<void> {
    this.#child.send('stop');
    await once(this.#child, 'exit');
  }

  /** A connected device that has said hello. `hear` gets every frame as bytes, unparsed. */
  async connect(person: number, hear: (data: Buffer) => void): Promise<WebSocket> {
    const { address, cookies } = this.house;
    const socket = new WebSocket(`${address.replace('http', 'ws')}/live`, 'nharong.v1', {
      headers: { cookie: cookies[person]!, origin: address },
      perMessageDeflate: false,
    });
    await once(socket, 'open');
    socket.send('{"hello":{"version":1,"streams":{}}}');
    await once(socket, 'message');
    socket.on('message', hear);
    return socket;
  }
}

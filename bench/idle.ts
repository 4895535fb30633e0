// (d) Memory for a connection that says nothing, against sockets of the bare library in the same runtime.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { fileLimit, Load, Measured } from './measured.ts';
import type { Usage } from './measured.ts';
import { whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** Groups of about a hundred, ten for each person, and one of all. */
const GROUPS_EACH = 10;

export async function idle(scale: Scale): Promise<Row[]> {
  // The server's other files need a few.
  const most = Math.min(20_000, fileLimit() - 200);
  const sizes = scale.quick ? [50] : [5_000, most];
  const people = sizes.at(-1)!;
  const measured = await Measured.open({
    people,
    groups: Math.max(GROUPS_EACH, Math.ceil(people / 10)),
    each: GROUPS_EACH,
    messages: 0,
  });
  const { address, cookies, groups } = measured.house;
  const load = await Load.open(
    address,
    cookies.map((cookie) => ({ cookie, group: groups[0]! })),
  );
  // So that what is made once, with the first connections, is not counted to the rest.
  const first = Math.ceil(sizes[0]! / 50);
  await load.connect(first);
  const empty = await measured.collected();
  const figures: { count: number; full: Usage }[] = [];
  for (const count of sizes) {
    await load.connect(count);
    await load.idle(scale.quick ? 0.1 : 2);
    figures.push({ count, full: await measured.collected() });
  }
  await load.close();
  await measured.close();

  const bare = await bareSockets(first, sizes);
  return figures.map(({ count, full }, at) => {
    const each = (full.rss - empty.rss) / (count - first);
    const heap = (full.heapUsed - empty.heapUsed) / (count - first);
    return {
      bench: 'idle',
      what: `${whole(count)} connections`,
      figure: `${(each / 1024).toFixed(1)} kB each`,
      limit: `${(bare[at]! / 1024).toFixed(1)} kB each`,
      // Of a few connections it can be lost in what the process holds anyway.
      ...(each > 0 ? { ratio: bare[at]! / each } : {}),
      note: `${whole(full.rss / 1e6)} MB in all; of each, ${(heap / 1024).toFixed(1)} kB are of the heap`,
    };
  });
}

/** Bytes for each socket of the library alone. */
async function bareSockets(first: number, sizes: readonly number[]): Promise<number[]> {
  const child = fork(join(import.meta.dirname, 'peer/sockets.ts'), { execArgv: ['--expose-gc'] });
  const ask = async (what: 'address' | 'memory'): Promise<unknown> => {
    child.send(what);
    return ((await once(child, 'message')) as [unknown])[0];
  };
  const address = (await ask('address')) as string;
  const load = await Load.open(
    address,
    Array.from({ length: sizes.at(-1)! }, () => ({ cookie: 'sid=none', group: 'none' })),
  );
  await load.connect(first);
  const empty = (await ask('memory')) as number;
  const found: number[] = [];
  for (const count of sizes) {
    await load.connect(count);
    found.push((((await ask('memory')) as number) - empty) / (count - first));
  }
  await load.close();
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
  return found;
}

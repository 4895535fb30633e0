import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The line between a house and its database, in the hands of a test. */
export interface DatabaseLine {
  /** Of the same database, by this line. */
  readonly url: string;
  /** The answer to the next statement with this text in it never arrives: the line breaks when it comes. */
  loseAnswerTo(text: string): { readonly lost: boolean };
  /** From now on nothing passes in either direction, and nothing breaks. */
  freeze(): void;
  /** What stood still goes on. */
  thaw(): void;
  close(): Promise<void>;
}

export async function openDatabaseLine(url: string): Promise<DatabaseLine> {
  const inner = new URL(url);
  const folder = inner.searchParams.get('host')!;
  const port = inner.port || '5432';
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-line-'));
  const pairs = new Set<[Socket, Socket]>();
  const wanted = new Map<string, { lost: boolean }>();
  let frozen = false;

  const server = createServer((near) => {
    const far = connect(join(folder, `.s.PGSQL.${port}`));
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    let doomed: { lost: boolean } | undefined;
    near.on('data', (bytes) => {
      for (const [text, watch] of wanted) {
        if (!bytes.includes(text)) continue;
        wanted.delete(text);
        doomed = watch;
      }
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!doomed) return void near.write(bytes);
      doomed.lost = true;
      near.destroy();
      far.destroy();
    });
    for (const [one, other] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      one.on('error', () => undefined);
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
    }
    if (frozen) for (const it of pair) it.pause();
  });
  server.listen(join(place, `.s.PGSQL.${port}`));
  await once(server, 'listening');
  const outer = new URL(url);
  outer.searchParams.set('host', place);
  return {
    url: outer.href,
    loseAnswerTo(text) {
      const watch = { lost: false };
      wanted.set(text, watch);
      return watch;
    },
    freeze() {
      frozen = true;
      for (const it of [...pairs].flat()) it.pause();
    },
    thaw() {
      frozen = false;
      for (const it of [...pairs].flat()) it.resume();
    },
    async close() {
      for (const it of [...pairs].flat()) it.destroy();
      server.close();
      await rm(place, { recursive: true, force: true });
    },
  };
}

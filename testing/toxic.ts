import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { Random } from './random.ts';

/** `up` is from whoever connects to whoever is connected to. */
export type Way = 'up' | 'down';

/** What is done to a line. `way`: only in this direction; both where absent. */
export type Toxic =
  /** Each part comes so much later, and up to `jitterMs` more; the order stays. */
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number; readonly way?: Way }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number; readonly way?: Way }
  /** Small parts with a pause after each, as a bad radio line gives them. */
  | { readonly kind: 'slices'; readonly bytes: number; readonly ms: number; readonly way?: Way }
  /**
   * Half open: what is sent in this direction is swallowed, and nobody is told. A connection that lost bytes so stays as it is
   * also when the toxic is taken away, like one that a router has forgotten.
   */
  | { readonly kind: 'half-open'; readonly way: Way }
  /** Broken with RST after up to so many bytes more, in the middle of what is being sent. */
  | { readonly kind: 'reset'; readonly within: number; readonly way?: Way }
  /** Connections are taken, nothing passes and nothing closes; goes on where it stood when the toxic is taken away. */
  | { readonly kind: 'timeout'; readonly way?: Way }
  /** Each connection ends after so many bytes; undefined where it holds. */
  | { readonly kind: 'limit'; readonly bytes: () => number | undefined; readonly way?: Way }
  /** Nobody is there: what is open is broken, what is new is refused. */
  | { readonly kind: 'down' };

export type ToxicKind = Toxic['kind'];

/** A port of this machine, or the path of a socket in its file system. */
export type End = { readonly port: number; readonly host?: string } | { readonly path: string };

/** What one direction of a connection holds at most before it stops reading; the rest waits in the system, as on a real line. */
const HELD_MOST = 262_144;
const PART = 65_536;

/** The line between two ends in the hands of a test: everything passes until it is given a toxic. */
export class ToxicLine {
  readonly #to: End;
  readonly #random: Random;
  readonly #pairs = new Set<Pair>();
  #at: End;
  #server: Server | undefined;
  #toxic: Toxic | undefined;
  /** Changes whenever the toxic does, so that what waits looks again. */
  #change = Promise.withResolvers<void>();
  /** Connections taken so far, and those that the line itself has broken or ended. */
  taken = 0;
  broken = 0;

  private constructor(to: End, at: End, seed: number) {
    this.#to = to;
    this.#at = at;
    this.#random = new Random(seed);
  }

  /** `at`: where it listens; a free port of 127.0.0.1 where absent. `seed` decides what is random about it. */
  static async open(
    to: End,
    { at = { port: 0, host: '127.0.0.1' }, seed = 1 }: { at?: End; seed?: number } = {},
  ): Promise<ToxicLine> {
    const line = new ToxicLine(to, at, seed);
    await line.#listen();
    return line;
  }

  /** The port it listens on. */
  get port(): number {
    return 'port' in this.#at ? this.#at.port : 0;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#pairs.size;
  }

  get toxic(): Toxic | undefined {
    return this.#toxic;
  }

  /** From now on, for what is open and what comes; undefined heals it. */
  async set(toxic: Toxic | undefined): Promise<void> {
    const before = this.#toxic;
    this.#toxic = toxic;
    for (const pair of this.#pairs) pair.begin(this.#limitOf(toxic));
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
    if (toxic?.kind === 'down') {
      await this.#refuse();
      this.breakAll();
    } else if (before?.kind === 'down') await this.#listen();
  }

  /** Every open connection is broken with RST. */
  breakAll(): void {
    for (const pair of this.#pairs) this.#breakOff(pair);
  }

  async close(): Promise<void> {
    await this.#refuse();
    this.breakAll();
    this.#change.resolve();
    if ('path' in this.#at) await rm(this.#at.path, { force: true });
  }

  async #listen(): Promise<void> {
    // Half-closed ends stay so: that one side has said all is passed on as it is.
    const server = createServer({ allowHalfOpen: true }, (near) => this.#take(near));
    this.#server = server;
    server.listen(this.#at);
    await once(server, 'listening');
    if ('port' in this.#at) this.#at = { ...this.#at, port: (server.address() as AddressInfo).port };
  }

  async #refuse(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    // Does not wait for what is open.
    server.close();
  }

  #limitOf(toxic: Toxic | undefined): number | undefined {
    if (toxic?.kind === 'reset') return 1 + this.#random.below(toxic.within);
    return toxic?.kind === 'limit' ? toxic.bytes() : undefined;
  }

  #take(near: Socket): void {
    this.taken += 1;
    const far = connect({ ...this.#to, allowHalfOpen: true });
    const pair = new Pair(near, far, this.#limitOf(this.#toxic));
    this.#pairs.add(pair);
    for (const it of [near, far]) {
      it.setNoDelay(true);
      it.on('error', () => this.#breakOff(pair, false));
      it.on('close', () => {
        if (near.destroyed && far.destroyed) this.#pairs.delete(pair);
      });
    }
    for (const way of ['up', 'down'] as const) {
      // Whatever goes wrong on a line ends the connection, and nothing else.
      this.#carry(pair, way).catch(() => this.#breakOff(pair, false));
    }
  }

  #breakOff(pair: Pair, own = true): void {
    if (own && !pair.ended) this.broken += 1;
    pair.ended = true;
    for (const it of [pair.near, pair.far]) {
      if (it.destroyed) continue;
      const isFile = it === pair.near ? 'path' in this.#at : 'path' in this.#to;
      // A socket of the file system knows no RST; and Node never lets go of one that is reset after its end was said.
      if (isFile || it.writableEnded || it.connecting) it.destroy();
      else it.resetAndDestroy();
    }
    this.#pairs.delete(pair);
  }

  /** The toxic that holds for this direction now. */
  #on(way: Way): Toxic | undefined {
    const toxic = this.#toxic;
    return toxic && 'way' in toxic && toxic.way !== undefined && toxic.way !== way ? undefined : toxic;
  }

  async #carry(pair: Pair, way: Way): Promise<void> {
    const [from, to] = way === 'up' ? [pair.near, pair.far] : [pair.far, pair.near];
    const waiting: { readonly bytes: Buffer; readonly due: number }[] = [];
    let held = 0;
    let done = false;
    let failed: unknown;
    let more = Promise.withResolvers<void>();
    let less = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        const toxic = this.#on(way);
        const late = toxic?.kind === 'latency' ? toxic.ms + this.#random.next() * (toxic.jitterMs ?? 0) : 0;
        waiting.push({ bytes, due: performance.now() + late });
        held += bytes.length;
        more.resolve();
        while (held > HELD_MOST) await (less = Promise.withResolvers<void>()).promise;
      }
    })()
      .catch((error: unknown) => (failed = error))
      .finally(() => {
        done = true;
        more.resolve();
      });
    for (;;) {
      const next = waiting.shift();
      if (!next) {
        if (done) break;
        more = Promise.withResolvers<void>();
        if (waiting.length === 0 && !done) await more.promise;
        continue;
      }
      const wait = next.due - performance.now();
      if (wait > 0) await pause(wait);
      await this.#pass(pair, way, to, next.bytes);
      held -= next.bytes.length;
      less.resolve();
      if (pair.ended) break;
    }
    if (pair.ended) {
      held = 0;
      less.resolve();
    }
    await reading;
    if (failed) return this.#breakOff(pair, false);
    if (!to.destroyed && !pair.swallows.has(way)) to.end();
  }

  async #pass(pair: Pair, way: Way, to: Socket, bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !pair.ended;) {
      const toxic = this.#on(way);
      if (toxic?.kind === 'timeout') {
        await Promise.race([this.#change.promise, pair.gone]);
        continue;
      }
      if (toxic?.kind === 'half-open') pair.swallows.add(way);
      if (pair.swallows.has(way)) return;
      let size = PART;
      let rest = 0;
      if (toxic?.kind === 'slices') [size, rest] = [toxic.bytes, toxic.ms];
      if (toxic?.kind === 'bandwidth') {
        // A twentieth of a second at a time.
        size = Math.max(1, Math.floor(toxic.bytesPerSecond / 20));
        rest = (Math.min(size, bytes.length - at) / toxic.bytesPerSecond) * 1_000;
      }
      const ends = toxic?.kind === 'reset' || toxic?.kind === 'limit';
      if (ends && pair.left !== undefined) size = Math.min(size, pair.left);
      const part = bytes.subarray(at, at + size);
      at += part.length;
      if (part.length > 0 && !to.destroyed && !to.write(part))
        await Promise.race([once(to, 'drain').catch(() => undefined), pair.gone]);
      if (ends && pair.left !== undefined) {
        pair.left -= part.length;
        if (pair.left <= 0) return this.#end(pair, toxic.kind, to);
      }
      if (rest > 0) await Promise.race([pause(rest), pair.gone]);
    }
  }

  /** What has passed arrives; then the connection is at its end. */
  #end(pair: Pair, kind: 'reset' | 'limit', to: Socket): void {
    if (kind === 'reset') return this.#breakOff(pair);
    if (!pair.ended) this.broken += 1;
    pair.ended = true;
    const other = to === pair.far ? pair.near : pair.far;
    to.end(() => to.destroy());
    other.destroy();
    this.#pairs.delete(pair);
  }
}

class Pair {
  readonly near: Socket;
  readonly far: Socket;
  readonly swallows = new Set<Way>();
  /** Resolves when either end is gone. */
  readonly gone: Promise<void>;
  /** Bytes until the line ends this connection. */
  left: number | undefined;
  ended = false;

  constructor(near: Socket, far: Socket, left: number | undefined) {
    this.near = near;
    this.far = far;
    this.left = left;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    for (const it of [near, far])
      it.once('close', () => {
        this.ended = true;
        resolve();
      });
  }

  begin(left: number | undefined): void {
    this.left = left;
  }
}

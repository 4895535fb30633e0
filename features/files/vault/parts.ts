import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { BlobDamaged, CHUNK, openChunk, plainSize, SEALED, sealChunk, sealedSize, unsealed } from './cipher.ts';

/** What is announced with a part, to be compared with what came. */
export interface Checksum {
  readonly algorithm: 'sha1' | 'sha256';
  readonly digest: Buffer;
}

export type Appended =
  | { readonly offset: number }
  /** It begins elsewhere than where the last one ended. */
  | { readonly elsewhere: number }
  /** Not what its checksum says; nothing of it was kept. */
  | { readonly mistaken: true };

interface Line {
  /** Ends what is under way. */
  cut(): void;
  readonly done: Promise<void>;
}

/**
 * What has come of uploads, each a file of sealed chunks under a key of its own. Its length says how much has come, so that a program
 * that was killed goes on where it was.
 */
export class Parts {
  readonly #folder: string;
  /** One sender at a time a file: whoever comes back over a new line ends the old one. */
  readonly #lines = new Map<string, Line>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  pathOf(id: string): string {
    return join(this.#folder, id);
  }

  has(id: string): boolean {
    return existsSync(this.pathOf(id));
  }

  /** Bytes that have come. A line on which nothing comes any more is cut, so that nothing is still on its way in. */
  async offsetOf(id: string, key: Buffer): Promise<number> {
    await this.#cut(id);
    const file = await open(this.pathOf(id), 'r').catch(absent);
    if (!file) return 0;
    try {
      return (await lastOf(file, id, key)).offset;
    } finally {
      await file.close();
    }
  }

  /** Adds what comes, up to `most` bytes in all; what has come before the line broke is kept and the error passed on. */
  async append(
    of: { readonly id: string; readonly key: Buffer; readonly most: number },
    at: number,
    body: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown },
    checksum?: Checksum,
  ): Promise<Appended> {
    // Not by #cut: between the last look and taking its place nothing else may happen.
    for (let line = this.#lines.get(of.id); line; line = this.#lines.get(of.id)) {
      line.cut();
      await line.done;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const line: Line = { cut: () => void body.destroy(new Error('taken over by another line')), done: promise };
    this.#lines.set(of.id, line);
    try {
      return await this.#write(of, at, body, checksum);
    } finally {
      if (this.#lines.get(of.id) === line) this.#lines.delete(of.id);
      resolve();
    }
  }

  async #write(
    { id, key, most }: { id: string; key: Buffer; most: number },
    at: number,
    body: AsyncIterable<Uint8Array>,
    checksum?: Checksum,
  ): Promise<Appended> {
    const file = (await open(this.pathOf(id), 'r+').catch(absent)) ?? (await open(this.pathOf(id), 'wx+', 0o600));
    try {
      const { offset, tail } = await lastOf(file, id, key);
      if (offset !== at) return { elsewhere: offset };
      const buffer = Buffer.alloc(CHUNK);
      tail.copy(buffer);
      let filled = tail.length;
      let chunk = Math.floor(offset / CHUNK);
      let total = offset;
      let written = filled;
      const hash = checksum && createHash(checksum.algorithm);
      const seal = async (): Promise<void> => {
        const sealed = sealChunk(key, id, chunk, buffer.subarray(0, filled));
        await writeAll(file, sealed, chunk * SEALED);
        written = filled;
      };
      let broken: unknown;
      try {
        for await (const piece of body) {
          // More than was announced is not looked at.
          const room = Math.min(piece.length, most - total);
          hash?.update(piece);
          for (let from = 0; from < room;) {
            const length = Math.min(CHUNK - filled, room - from);
            buffer.set(piece.subarray(from, from + length), filled);
            filled += length;
            from += length;
            total += length;
            if (filled === CHUNK) {
              await seal();
              chunk += 1;
              filled = written = 0;
            }
          }
          if (room < piece.length) break;
        }
      } catch (error) {
        broken = error ?? new Error('broke off');
      }
      const mistaken = hash && (broken !== undefined || !hash.digest().equals(checksum.digest));
      if (mistaken || isDiskError(broken)) {
        // Back to where it stood: the last chunk as it was.
        await file.truncate(Math.floor(offset / CHUNK) * SEALED);
        if (tail.length > 0)
          await writeAll(
            file,
            sealChunk(key, id, Math.floor(offset / CHUNK), tail),
            Math.floor(offset / CHUNK) * SEALED,
          );
      } else if (filled > written) await seal();
      await file.datasync();
      if (broken !== undefined) throw broken;
      return mistaken ? { mistaken } : { offset: total };
    } finally {
      await file.close();
    }
  }

  read(of: { id: string; key: Buffer; bytes: number }): AsyncGenerator<Buffer> {
    return unsealed(of, 0, of.bytes, (from, upTo) =>
      createReadStream(this.pathOf(of.id), { start: from, end: upTo - 1, highWaterMark: 4 * SEALED }),
    );
  }

  /** Writes over what has come whole: `write` is shown each chunk that lies in `from` up to `upTo`, and where it begins. */
  async change(
    of: { id: string; key: Buffer; bytes: number },
    from: number,
    upTo: number,
    write: (chunk: Buffer, begins: number) => void,
  ): Promise<void> {
    const file = await open(this.pathOf(of.id), 'r+');
    try {
      for (let chunk = Math.floor(from / CHUNK); chunk * CHUNK < upTo; chunk += 1) {
        const size = Math.min(SEALED, sealedSize(of.bytes) - chunk * SEALED);
        const sealed = Buffer.alloc(size);
        const { bytesRead } = await file.read(sealed, 0, size, chunk * SEALED);
        const plain = openChunk(of.key, of.id, chunk, sealed.subarray(0, bytesRead));
        write(plain, chunk * CHUNK);
        await writeAll(file, sealChunk(of.key, of.id, chunk, plain), chunk * SEALED);
      }
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async remove(id: string): Promise<void> {
    await this.#cut(id);
    await rm(this.pathOf(id), { force: true });
  }

  /** Of which there are parts. */
  async list(): Promise<string[]> {
    return readdir(this.#folder);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines.keys()].map((id) => this.#cut(id)));
  }

  async #cut(id: string): Promise<void> {
    for (let line = this.#lines.get(id); line; line = this.#lines.get(id)) {
      line.cut();
      await line.done;
    }
  }
}

/** How far a part has come, and what its last, unfinished chunk holds. A chunk that was torn by a crash comes once more. */
async function lastOf(file: FileHandle, id: string, key: Buffer): Promise<{ offset: number; tail: Buffer }> {
  const { size } = await file.stat();
  const offset = plainSize(size);
  const chunk = Math.floor(offset / CHUNK);
  const sealed = Buffer.alloc(size - chunk * SEALED);
  if (sealed.length === 0) return { offset, tail: Buffer.alloc(0) };
  await file.read(sealed, 0, sealed.length, chunk * SEALED);
  try {
    return { offset, tail: openChunk(key, id, chunk, sealed) };
  } catch (error) {
    if (!(error instanceof BlobDamaged)) throw error;
    await file.truncate(chunk * SEALED).catch(() => undefined);
    return { offset: chunk * CHUNK, tail: Buffer.alloc(0) };
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing could be written'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

/** No room, or the limit on the size of files; both end when there is room again. */
export function isDiskError(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Bytes of a file on the disk; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size;
}

import { createReadStream } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Blobs } from './blobs.ts';

/** Blobs as files under `folder`, in 256 folders by the first letters of their ids. */
export function diskBlobs(folder: string): Blobs {
  const pathOf = (id: string): string => join(folder, id.slice(0, 2), id);

  /** Only what is on the disk itself, its name with it, is told of in the database. */
  async function settled(path: string): Promise<void> {
    await sync(dirname(path));
    await sync(folder);
  }

  async function roomFor(id: string): Promise<string> {
    const path = pathOf(id);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  }

  return {
    async keepFile(id, from) {
      const path = await roomFor(id);
      await sync(from);
      await link(from, path).catch(async (error: NodeJS.ErrnoException) => {
        // It was begun before, and then the program was killed.
        if (error.code !== 'EEXIST') throw error;
        await rm(path);
        await link(from, path);
      });
      await settled(path);
    },
    async keepBytes(id, sealed) {
      const path = await roomFor(id);
      const draft = `${path}.new`;
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(sealed);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
      await settled(path);
    },
    read: (id, from, upTo) => createReadStream(pathOf(id), { start: from, end: upTo - 1, highWaterMark: 262_144 }),
    async remove(id) {
      await rm(pathOf(id), { force: true });
      await rm(`${pathOf(id)}.new`, { force: true });
    },
    async check() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    },
  };
}

async function sync(path: string): Promise<void> {
  const it = await open(path, 'r');
  try {
    await it.sync();
  } finally {
    await it.close();
  }
}

import { statfs } from 'node:fs/promises';

import type { Log } from './log.ts';

/** How much room there is where the program keeps what it keeps. */
export interface Storage {
  readonly freeBytes: number;
  /** Less than is kept in reserve: what takes room is refused, so that the database never meets a full disk. */
  readonly isLow: boolean;
  /** Hardly any: whatever the database answers now, this is why. */
  readonly isFull: boolean;
  close(): void;
}

const LOOK_MS = 1_000;
const TELL_MS = 60_000;
/** PostgreSQL takes room for its log by files of this size; with less than one it stands still. */
const FULL_BYTES = 16 * 1_048_576;

export interface StorageOptions {
  readonly folder: string;
  /** 0: nothing is refused before the disk is full. */
  readonly reserveBytes: number;
  readonly log: Log;
  readonly onLook?: (freeBytes: number) => void;
  /** Tests have disks of their own. */
  readonly look?: (folder: string) => Promise<number>;
}

/** Looks at the disk once a second, until closed. */
export async function watchStorage(options: StorageOptions): Promise<Storage> {
  const { folder, reserveBytes, log, onLook, look = freeBytesOf } = options;
  let freeBytes = Infinity;
  let isLow = false;
  let toldAt = -Infinity;

  async function lookNow(): Promise<void> {
    try {
      freeBytes = await look(folder);
    } catch (error) {
      // A disk that cannot be asked is not taken for a full one.
      log.warn({ error }, 'could not look how much room is left');
      return;
    }
    onLook?.(freeBytes);
    const was = isLow;
    // A tenth more to come back, so that it does not change its mind with every message.
    isLow = freeBytes < (was ? reserveBytes * 1.1 : reserveBytes);
    const megabytes = Math.floor(freeBytes / 1_048_576);
    if (isLow && performance.now() - toldAt > TELL_MS) {
      toldAt = performance.now();
      log.error(
        { folder, megabytes },
        'the disk is nearly full: messages, pictures and lists are refused until there is room',
      );
    } else if (was && !isLow) {
      toldAt = -Infinity;
      log.warn({ folder, megabytes }, 'there is room on the disk again');
    }
  }

  await lookNow();
  // One look at a time: a disk that hangs must not gather them.
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void lookNow().finally(() => (looking = false));
  }, LOOK_MS);
  timer.unref();
  return {
    get freeBytes() {
      return freeBytes;
    },
    get isLow() {
      return isLow;
    },
    get isFull() {
      return freeBytes < FULL_BYTES;
    },
    close: () => clearInterval(timer),
  };
}

/** What is free for a user who is not root. */
async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

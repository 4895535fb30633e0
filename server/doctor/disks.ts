import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

export interface Disk {
  readonly what: string;
  readonly path: string;
  readonly bytes: number;
  readonly freeBytes: number;
  /** 0 where the file system counts none. */
  readonly inodes: number;
  readonly freeInodes: number;
  readonly mode: number;
  readonly uid: number;
}

/** The disk a path lies on; of what is not there yet, the one it will lie on. Undefined where that cannot be asked. */
export async function readDisk(what: string, path: string): Promise<Disk | undefined> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const [disk, { mode, uid }] = await Promise.all([statfs(at), stat(at)]);
      const { bsize, blocks, bavail, files, ffree } = disk;
      return {
        what,
        path,
        bytes: blocks * bsize,
        freeBytes: bavail * bsize,
        inodes: files,
        freeInodes: ffree,
        mode: mode & 0o777,
        uid,
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) return undefined;
    }
  }
}

const MB = 1_048_576;

const sizeOf = (bytes: number): string =>
  bytes < 10_240 * MB ? `${Math.round(bytes / MB)} MB` : `${Math.round(bytes / (1_024 * MB))} GB`;

/** `reserve`: bytes below which the program takes nothing more. */
export function judgeDisk(it: Disk, reserve: number): Finding[] {
  const about = `disk of ${it.what}`;
  const free = `${sizeOf(it.freeBytes)} of ${sizeOf(it.bytes)} are free`;
  if (it.freeBytes <= reserve) return [broken(about, free, 'make room: what takes room is refused')];
  if (it.inodes > 0 && it.freeInodes < 1_000)
    return [
      broken(
        about,
        `${it.freeInodes} inodes are free`,
        'remove small files, or make the file system anew with more inodes',
      ),
    ];
  if (it.freeBytes < it.bytes / 10 || it.freeBytes < 4 * reserve)
    return [warning(about, free, 'make room before it is full')];
  if (it.inodes > 0 && it.freeInodes < it.inodes / 20)
    return [warning(about, `${it.freeInodes} of ${it.inodes} inodes are free`, 'remove small files')];
  return [well(about, free)];
}

/** Keys of uploads under way lie in memory there: 32 bytes each, but it has to be writable. */
export function judgeMemoryDisk(it: Disk | undefined): Finding[] {
  if (!it || it.freeBytes < MB)
    return [
      warning(
        '/dev/shm',
        'it is not there or full: uploads under way end with the program',
        'mount a tmpfs of 64 MB there',
      ),
    ];
  return [];
}

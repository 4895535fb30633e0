import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, open, readdir, readFile, readlink, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Program } from './program.ts';

/** A disk for a program's data folder that a test can fill, and make room on again. */
export interface SmallDisk {
  /** A folder on it. */
  readonly folder: string;
  readonly how: 'a small file system' | 'a limit on the size of files';
  /** Fills it up to so many bytes. Under a limit on files there is no room at all, whatever is asked for. */
  fill(program: Program, leaving: number): Promise<void>;
  free(program: Program): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A tmpfs of its own where this user may mount one; else every write to a file is made to fail, in all processes of the
 * program, by the kernel's limit on the size of files (`ulimit -f`).
 */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-disk-'));
  await chmod(folder, 0o711);
  if (process.env.FAULT_DISK === 'limit') return limitedFiles(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'nha-rong-disk', folder], {
      stdio: 'ignore',
    });
  } catch {
    return limitedFiles(folder);
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    how: 'a small file system',
    async fill(_program, leaving) {
      const file = await open(filler, 'a');
      try {
        for (;;) {
          const { bavail, bsize } = await statfs(folder);
          const size = Math.min(bavail * bsize - leaving, 4_194_304);
          if (size <= 0) return;
          await file.write(Buffer.alloc(size));
        }
      } catch (error) {
        // The database was quicker with the last of it.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    async remove() {
      execFileSync('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function limitedFiles(folder: string): SmallDisk {
  const limit = async (program: Program, size: string): Promise<void> => {
    for (const pid of await processesIn(program)) {
      try {
        // As its own user: root in a container may not be allowed to for others.
        const { uid, gid } = await stat(`/proc/${pid}`);
        execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:`], { uid, gid, stdio: 'pipe' });
      } catch (error) {
        // It may have ended meanwhile; what it started has its limit already.
        if ((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')) !== '') throw error;
      }
    }
  };
  return {
    folder,
    how: 'a limit on the size of files',
    fill: (program) => limit(program, '0'),
    async free(program) {
      // Twice: one may be started by another that still has the limit.
      await limit(program, 'unlimited');
      await limit(program, 'unlimited');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The program and its PostgreSQL. */
async function processesIn(program: Program): Promise<number[]> {
  const found = [program.pid];
  const folder = join(program.dataDir, 'postgres');
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if ((await readlink(`/proc/${name}/cwd`).catch(() => '')) === folder) found.push(Number(name));
  }
  return found;
}

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { openLog } from '../../server/log.ts';
import { postgresProgram, postgresUser } from '../../server/postgres-program.ts';
import { startPostgres } from '../../server/postgres.ts';
import type { Postgres } from '../../server/postgres.ts';

/** Small segments and many checkpoints: segments are made, named anew and taken away while it is looked at. */
const SETTINGS = { max_wal_size: '8MB', min_wal_size: '2MB', shared_buffers: '32MB', checkpoint_timeout: '30s' };

/** A PostgreSQL on a machine whose power can be taken: see shadow.c for what is lost then. */
export interface PoweredPostgres {
  readonly url: string;
  /** From now on only what is synced outlasts a cut. What stands there now does. */
  arm(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Everything of it is gone at once, and of its files all that was not synced; then there is power again. */
  cut(): Promise<void>;
  remove(): Promise<void>;
}

/** Needs gcc, which `npm test` installs; undefined where there is none. */
export async function openPoweredPostgres(): Promise<PoweredPostgres | undefined> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-power-'));
  // PostgreSQL runs as a user of its own and must reach what stands beside its folder.
  await chmod(dataDir, 0o711);
  const library = join(dataDir, 'shadow.so');
  try {
    const source = join(import.meta.dirname, 'shadow.c');
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-Wall', '-o', library, source, '-ldl'], { stdio: 'pipe' });
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const folder = join(dataDir, 'postgres');
  const shadow = join(dataDir, 'shadow');
  const gate = join(dataDir, 'no-power');
  const real = await postgresProgram(await postgresUser(folder), dataDir);
  const program = { folder: join(dataDir, 'program'), major: real.major };
  const bin = join(program.folder, 'bin');
  await mkdir(bin, { recursive: true });
  const script = (name: string, lines: readonly string[]): Promise<void> =>
    writeFile(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  await script('initdb', [`exec '${real.folder}/bin/initdb' --wal-segsize=1 "$@"`]);
  await script('postgres', [
    // Started again by its keeper as soon as it is dead: it waits here until there is power.
    `while [ -e '${gate}' ]; do sleep 0.02; done`,
    `export POWER_ROOT='${folder}' POWER_SHADOW='${shadow}' LD_PRELOAD='${library}'`,
    `exec '${real.folder}/bin/postgres' "$@"`,
  ]);
  for (const it of [program.folder, bin]) await chmod(it, 0o755);

  const start = (settings: Readonly<Record<string, string>> = {}): Promise<Postgres> =>
    startPostgres({ dataDir, log: openLog('silent'), program, settings: { ...SETTINGS, ...settings } });
  let postgres = await start();

  async function processes(): Promise<number[]> {
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const [where, what] = await Promise.all(
        ['cwd', 'exe'].map((it) => readlink(`/proc/${name}/${it}`).catch(() => '')),
      );
      if (where === folder && basename(what!) === 'postgres') found.push(Number(name));
    }
    return found;
  }

  return {
    get url() {
      return postgres.url;
    },
    async arm(settings) {
      await postgres.stop();
      await rm(shadow, { recursive: true, force: true });
      execFileSync('cp', ['-a', folder, shadow]);
      postgres = await start(settings);
    },
    async cut() {
      await writeFile(gate, '');
      for (let left = await processes(); left.length > 0; left = await processes()) {
        for (const pid of left) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
          }
        }
        await pause(5);
      }
      // The folder itself stays: whoever waits at the gate stands in it.
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
      execFileSync('cp', ['-a', `${shadow}/.`, `${folder}/`]);
      await rm(join(folder, 'postmaster.pid'), { force: true });
      await rm(gate);
      for (const until = Date.now() + 60_000; ;) {
        const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
        if (lines[7]?.trim() === 'ready') return;
        if (Date.now() > until) throw new Error('what is left after the cut does not start');
        await pause(20);
      }
    },
    async remove() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

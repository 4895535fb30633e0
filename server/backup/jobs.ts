import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';
import { Counter, Gauge } from 'prom-client';

import type { BackupConfig, Config } from '../config.ts';
import type { House, Job } from '../house.ts';
import type { Log } from '../log.ts';
import { provePlace } from './backup.ts';
import { BlobCopies, backupsIn, saveState, stateOf, timeOf } from './place.ts';
import type { BlobSource } from './place.ts';
import { sealingOf } from './seal.ts';
import { shipLog, spoolBytes } from './wal.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const VIETNAM_MS = 7 * HOUR_MS;
/** Between two tries of what failed. */
const AGAIN_MS = HOUR_MS / 2;
/** From then on everybody who watches is told. */
const LATE_MS = 26 * HOUR_MS;
const DRILL_MS = 7 * DAY_MS;
/** Blobs get their ids when they are written, or when their upload was begun. */
const OVERLAP_MS = 2 * DAY_MS;
const PAGE = 1_000;
/** Of what a child says the end. */
const SAID_MOST = 4_000;

/** When the last backup was due, in milliseconds since 1970. */
export function lastDue(now: number, { hour, minute }: BackupConfig['at']): number {
  const today = Math.floor((now + VIETNAM_MS) / DAY_MS) * DAY_MS - VIETNAM_MS + hour * HOUR_MS + minute * 60_000;
  return today <= now ? today : today - DAY_MS;
}

/** What is to be done once the program runs no more: the last of the log. */
export async function shipRest({ dataDir, keysDir, backup }: Config, log: Log): Promise<void> {
  if (!backup) return;
  await provePlace(dataDir, backup.folder);
  const sealing = await sealingOf(keysDir, backup.recipients);
  await shipLog({ dataDir, folder: backup.folder, sealing, spoolMost: Infinity, log });
}

/** Writes down what a backup or a drill came to. */
export type BackupNote = (
  act: 'house.backedUp' | 'house.drilled',
  details: Record<string, string | number | boolean>,
) => Promise<void>;

/** Takes the log away as it grows, makes the nightly backup and the weekly drill. Nothing where BACKUP_DIR is not set. */
export function backupJobs(house: House, source: BlobSource, note: BackupNote): Job[] {
  const { backup, dataDir, keysDir, databaseUrl } = house.config;
  if (!backup) return [];
  const { folder } = backup;
  const registers = [house.metrics.registry];
  const age = new Gauge({
    name: 'nharong_backup_age_seconds',
    help: 'Since the newest backup was begun; -1 where there is none',
    registers,
  });
  const drillAge = new Gauge({
    name: 'nharong_backup_drill_age_seconds',
    help: 'Since the last drill; -1 where there was none',
    registers,
  });
  const drillOk = new Gauge({
    name: 'nharong_backup_drill_ok',
    help: '1 where the last drill found everything as it was backed up, 0 where not',
    registers,
  });
  const spool = new Gauge({
    name: 'nharong_backup_spool_bytes',
    help: 'Bytes of the log of changes that wait to be taken to BACKUP_DIR',
    registers,
  });
  const failures = new Counter({
    name: 'nharong_backup_failures_total',
    help: 'What failed, by what it was: log, backup, drill',
    labelNames: ['what'],
    registers,
  });
  const copies = new BlobCopies(folder, source);
  let from = '';

  /** What people have sent lies in BACKUP_DIR before the log that tells of it. */
  async function copyBlobs(): Promise<void> {
    const known = await copies.known();
    for (let after = from; ;) {
      const { rows } = await sql<{ id: string; bytes: number }>`
        select id, bytes from blobs where id > ${after === '' ? null : after}::uuid or ${after === ''} order by id limit ${PAGE}`.execute(
        house.db,
      );
      for (const { id, bytes } of rows) {
        if (known.has(id)) continue;
        await copies.copy(id, bytes).catch((error: unknown) => {
          const { code, message } = error as NodeJS.ErrnoException;
          if (['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes(code ?? '')) throw error;
          house.log.warn({ blob: id, error: message }, 'a file could not be backed up');
        });
      }
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.id;
    }
    from = uuidAt(house.now().getTime() - OVERLAP_MS);
  }

  async function child(args: readonly string[], signal?: AbortSignal): Promise<Record<string, unknown>> {
    const program = spawn(process.execPath, [join(import.meta.dirname, '../../bin/nharong.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: process.env,
      ...(signal ? { signal } : {}),
    });
    program.on('error', () => undefined);
    // People who write to each other come first.
    if (program.pid !== undefined) setPriority(program.pid, constants.priority.PRIORITY_LOW);
    let out = '';
    let said = '';
    program.stdout.on('data', (piece: Buffer) => (out = (out + piece.toString('utf8')).slice(-SAID_MOST)));
    program.stderr.on('data', (piece: Buffer) => (said = (said + piece.toString('utf8')).slice(-SAID_MOST)));
    const [code] = (await once(program, 'close')) as [number | null];
    if (code !== 0) throw new Error((said.trim() || out.trim() || `ended with ${code}`).slice(-500));
    return JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, unknown>;
  }

  let triedBackup = -Infinity;
  let triedDrill = -Infinity;

  const ship: Job = {
    name: 'take away the log of changes',
    everySeconds: 5,
    async run() {
      spool.set(await spoolBytes(dataDir));
      try {
        await provePlace(dataDir, folder);
        const sealing = await sealingOf(keysDir, backup.recipients);
        await shipLog({ dataDir, folder, sealing, spoolMost: backup.spoolBytes, log: house.log, before: copyBlobs });
      } catch (error) {
        failures.inc({ what: 'log' });
        throw error;
      } finally {
        spool.set(await spoolBytes(dataDir));
      }
    },
  };
  const make: Job = {
    name: 'back up',
    everySeconds: 60,
    async run(signal?: AbortSignal) {
      const now = Date.now();
      const newest = (await backupsIn(folder)).at(-1);
      const at = newest === undefined ? undefined : timeOf(newest);
      age.set(at === undefined ? -1 : (now - at) / 1_000);
      if (at !== undefined && at >= lastDue(now, backup.at)) return;
      if (now - triedBackup < AGAIN_MS) return;
      triedBackup = now;
      try {
        const report = await child(['backup', '--json'], signal);
        house.log.info(report, 'backed up');
        age.set((Date.now() - now) / 1_000);
        await note('house.backedUp', {
          ok: true,
          backup: String(report['name']),
          messages: Number(report['messages']),
        });
      } catch (error) {
        if (signal?.aborted) return;
        failures.inc({ what: 'backup' });
        const words = (error as Error).message;
        house.log.error({ error: words }, 'the backup failed');
        if (at === undefined || now - at > LATE_MS)
          house.log.error({ newest: newest ?? 'none' }, 'the newest backup is older than 26 hours');
        await saveState(folder, { ...(await stateOf(folder)), failed: { at: now, error: words } }).catch(
          () => undefined,
        );
        await note('house.backedUp', { ok: false });
      }
    },
  };
  const drill: Job = {
    name: 'restore for practice',
    everySeconds: 60,
    async run(signal?: AbortSignal) {
      const now = Date.now();
      const last = (await stateOf(folder)).drill;
      drillAge.set(last === undefined ? -1 : (now - last.at) / 1_000);
      if (last !== undefined) drillOk.set(last.ok ? 1 : 0);
      const newest = (await backupsIn(folder)).at(-1);
      if (newest === undefined || now - triedDrill < AGAIN_MS) return;
      // One that failed is tried again with the next backup.
      const due = last === undefined || (last.ok ? now - last.at > DRILL_MS : last.backup !== newest);
      if (!due) return;
      triedDrill = now;
      let outcome;
      try {
        const report = await child(['restore', '--drill', '--json'], signal);
        outcome = { at: now, ok: true, backup: String(report['backup']), seconds: Number(report['seconds']) };
        house.log.info(report, 'a backup was restored for practice, and is whole');
      } catch (error) {
        if (signal?.aborted) return;
        failures.inc({ what: 'drill' });
        outcome = { at: now, ok: false, backup: newest, error: (error as Error).message };
        house.log.error({ error: outcome.error }, 'a backup could not be restored for practice: look into it today');
      }
      await saveState(folder, { ...(await stateOf(folder)), drill: outcome });
      drillOk.set(outcome.ok ? 1 : 0);
      drillAge.set(0);
      await note('house.drilled', { ok: outcome.ok, backup: outcome.backup });
    },
  };
  return databaseUrl === undefined ? [ship, make, drill] : [make, drill];
}

/** The lowest id that is made at this moment. */
function uuidAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

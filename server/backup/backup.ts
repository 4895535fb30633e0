import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import pg from 'pg';

import type { Log } from '../log.ts';
import { clusterTar, keysTar } from './cluster.ts';
import { copyOut, sequencesOf } from './logical.ts';
import { figuresOf, tablesOf } from './manifest.ts';
import type { Figures, Manifest } from './manifest.ts';
import { BlobCopies, nameAt, saveState, stateOf, takePlace, tidy, walFolder, writeWhole } from './place.ts';
import type { About, BlobSource } from './place.ts';
import { BackupError, sealBytes, sealInto, sealingOf, settle } from './seal.ts';
import type { SealedPart, Sealing } from './seal.ts';
import { lineOf } from './wal.ts';

export interface BackupOptions {
  readonly dataDir: string;
  readonly keysDir: string;
  readonly folder: string;
  readonly recipients: readonly string[];
  readonly databaseUrl: string;
  /** The program's own database is copied as files, with its log; another by its rows. */
  readonly own: boolean;
  readonly source: BlobSource;
  readonly version: string;
  readonly log: Log;
  /** Brings what waits in the spool to BACKUP_DIR; a running program does so by itself. */
  readonly ship?: (() => Promise<unknown>) | undefined;
}

export interface BackupReport {
  readonly name: string;
  readonly bytes: number;
  readonly blobs: number;
  readonly lost: number;
  readonly messages: number;
  readonly seconds: number;
}

/** Until the last segment of a backup lies in BACKUP_DIR. */
const SHIP_MS = 600_000;
const LOCK_TRIES = 20;

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'nharong backup' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
  return client;
}

/**
 * Whether BACKUP_DIR is the folder it was: so that a disk that is not mounted is noticed, and the own disk not filled in its place.
 * Fails with `BackupError`.
 */
export async function provePlace(dataDir: string, folder: string): Promise<void> {
  const mine = join(dataDir, 'backup.place');
  const theirs = join(folder, 'place');
  const known = (await readFile(mine, 'utf8').catch(() => '')).trim();
  const found = (await readFile(theirs, 'utf8').catch(() => '')).trim();
  if (found !== '') {
    if (known !== found) await writeFile(mine, `${found}\n`, { mode: 0o600 });
    return;
  }
  if (known !== '')
    throw new BackupError(
      `BACKUP_DIR ${folder} is empty and was not: is its disk mounted? If it is a new disk, remove ${mine}`,
    );
  const fresh = randomBytes(8).toString('hex');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(theirs, Buffer.from(`${fresh}\n`));
  await writeFile(mine, `${fresh}\n`, { mode: 0o600 });
}

/** Makes one backup and removes what is not kept. Fails with `BackupError` and leaves the former ones as they were. */
export async function takeBackup(options: BackupOptions): Promise<BackupReport> {
  const { folder } = options;
  const since = performance.now();
  try {
    await provePlace(options.dataDir, folder);
    const taken = await takePlace(folder);
    try {
      const report = await make(options);
      await tidy(folder, (name) => listedIn(join(folder, name)));
      const { failed: _, ...state } = await stateOf(folder);
      await saveState(folder, state);
      return { ...report, seconds: (performance.now() - since) / 1000 };
    } finally {
      await taken.release();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new BackupError(`BACKUP_DIR ${folder} is full (${message})`);
    throw error;
  }
}

/** Ids of the blobs a backup needs. */
async function listedIn(place: string): Promise<ReadonlySet<string>> {
  const text = zstdDecompressSync(await readFile(join(place, 'blobs.zst'))).toString('utf8');
  return new Set(text.split('\n').map((line) => line.split(' ', 1)[0]!));
}

async function make(options: BackupOptions): Promise<Omit<BackupReport, 'seconds'>> {
  const { dataDir, keysDir, folder, databaseUrl, own } = options;
  const sealing = await sealingOf(keysDir, options.recipients);
  const begun = new Date();
  const name = nameAt(begun);
  const place = join(folder, `.new-${name}`);
  if (await stat(join(folder, name)).catch(() => undefined)) throw new BackupError(`${name} is there already`);
  await mkdir(place, { mode: 0o700 });
  const copies = new BlobCopies(folder, options.source);
  const parts: Record<string, SealedPart> = {};
  const lines: string[] = [];
  const lost: string[] = [];
  const client = await connected(databaseUrl);
  try {
    // Before the database: its keys are older than what was locked with them, and its checkpoints than the log.
    parts['keys.tar.zst.age'] = await sealTar(place, 'keys.tar.zst.age', sealing, keysTar(dataDir, keysDir));
    const taken = own
      ? await copyCluster(options, client, { name, place, sealing, parts })
      : await copyTables(client, { place, sealing, parts });
    // After the database: what it knows of is there or was removed since.
    for (const { id, bytes } of taken.blobs) {
      try {
        lines.push(`${id} ${bytes} ${await copies.copy(id, bytes)}`);
      } catch (error) {
        if (['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        const { rowCount } = await client.query('select from blobs where id = $1', [id]);
        if (rowCount) options.log.error({ blob: id, error: (error as Error).message }, 'a file could not be backed up');
        lost.push(id);
      }
    }
    const list = zstdCompressSync(Buffer.from(lines.join('\n')));
    await writeWhole(join(place, 'blobs.zst'), list);
    const manifest: Manifest = {
      format: 1,
      name,
      kind: own ? 'cluster' : 'logical',
      program: options.version,
      postgres: taken.postgres,
      at: taken.at,
      figures: taken.figures,
      parts,
      blobs: { bytes: list.length, sha256: createHash('sha256').update(list).digest('hex'), count: lines.length },
      lost,
      ...taken.log,
    };
    await writeWhole(
      join(place, 'manifest.zst.age'),
      await sealBytes(sealing, `${name}/manifest`, Buffer.from(JSON.stringify(manifest))),
    );
    const bytes = Object.values(parts).reduce((sum, it) => sum + it.bytes, 0);
    const about: About = { name, at: begun.getTime(), kind: manifest.kind, bytes, ...taken.log };
    await writeWhole(join(place, 'about.json'), Buffer.from(`${JSON.stringify(about)}\n`));
    await rename(place, join(folder, name));
    await settle(folder);
    return {
      name,
      bytes,
      blobs: lines.length,
      lost: lost.length,
      messages: manifest.figures.tables['messages'] ?? 0,
    };
  } catch (error) {
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Taken {
  readonly figures: Figures;
  readonly blobs: readonly { id: string; bytes: number }[];
  readonly at: number;
  readonly postgres: string;
  readonly log: { readonly line?: string; readonly first?: string; readonly last?: string };
}

interface Making {
  readonly place: string;
  readonly sealing: Sealing;
  readonly parts: Record<string, SealedPart>;
}

async function sealTar(
  place: string,
  name: string,
  sealing: Sealing,
  { tar, written }: { tar: Readable; written: Promise<void> },
): Promise<SealedPart> {
  const sealed = sealInto(join(place, name), sealing.recipients, tar);
  try {
    // Where the disk is full the tar may wait for ever to be read on.
    await Promise.race([written.then(() => sealed), sealed]);
    await written;
    return await sealed;
  } catch (error) {
    // What the disk says is the cause of what the tar says, never the other way round.
    tar.destroy(error as Error);
    throw await sealed.then(
      () => error,
      (cause: unknown) => cause,
    );
  }
}

async function copyCluster(
  options: BackupOptions,
  client: pg.Client,
  { name, place, sealing, parts }: Making & { readonly name: string },
): Promise<Taken> {
  const line = await lineOf(options.dataDir);
  const started = await client.query<{ first: string }>('select pg_walfile_name(pg_backup_start($1, true)) as first', [
    name,
  ]);
  const first = started.rows[0]!.first;
  parts['database.tar.zst.age'] = await sealTar(
    place,
    'database.tar.zst.age',
    sealing,
    clusterTar(join(options.dataDir, 'postgres'), async () => {
      // Whether the log has arrived is looked at below, in BACKUP_DIR itself.
      const { rows } = await client.query<{ labelfile: string; spcmapfile: string }>(
        'select labelfile, spcmapfile from pg_backup_stop(false)',
      );
      return { label: rows[0]!.labelfile, tablespaces: rows[0]!.spcmapfile };
    }),
  );
  const marked = await mark(options.databaseUrl, client, name);
  await client.query('select pg_switch_wal()');
  await arrived(options, line, marked.last);
  if ((await lineOf(options.dataDir)) !== line)
    throw new BackupError('the log of changes was interrupted while the backup was made: it is taken again');
  return { ...marked, log: { line, first, last: marked.last } };
}

/**
 * A named place in the log and the figures of exactly that moment. While the place is written nobody takes a number in any stream: a
 * few milliseconds; the counting afterwards holds up nobody.
 */
async function mark(url: string, client: pg.Client, name: string): Promise<Omit<Taken, 'log'> & { last: string }> {
  const other = await connected(url);
  try {
    for (let tries = 1; ; tries += 1) {
      await other.query(`begin; set local lock_timeout = '500ms'`);
      try {
        await other.query('lock table streams in share mode');
        break;
      } catch (error) {
        await other.query('rollback');
        if ((error as { code?: string }).code !== '55P03' || tries === LOCK_TRIES) throw error;
        await pause(100 * tries);
      }
    }
    await client.query('begin isolation level repeatable read read only');
    const now = await client.query<{ at: Date }>('select clock_timestamp() as at');
    const { rows } = await other.query<{ last: string }>(
      'select pg_walfile_name(pg_create_restore_point($1)) as last',
      [name],
    );
    await other.query('commit');
    const taken = await read(client);
    await client.query('commit');
    return { ...taken, at: now.rows[0]!.at.getTime(), last: rows[0]!.last };
  } finally {
    await other.end().catch(() => undefined);
  }
}

async function read(client: pg.Client): Promise<Pick<Taken, 'figures' | 'blobs' | 'postgres'>> {
  const figures = await figuresOf(client);
  const blobs = await client.query<{ id: string; bytes: string | number }>('select id, bytes from blobs order by id');
  const version = await client.query<{ v: string }>('show server_version');
  return {
    figures,
    blobs: blobs.rows.map((it) => ({ id: it.id, bytes: Number(it.bytes) })),
    postgres: Object.values(version.rows[0]!)[0]!,
  };
}

async function arrived({ folder, ship }: BackupOptions, line: string, segment: string): Promise<void> {
  const file = join(walFolder(folder, line), `${segment}.zst.age`);
  for (const until = Date.now() + SHIP_MS; !(await stat(file).catch(() => undefined));) {
    if (Date.now() > until)
      throw new BackupError(
        `the segment ${segment} of the log has not come to BACKUP_DIR in ${SHIP_MS / 60_000} minutes`,
      );
    await ship?.();
    await pause(200);
  }
}

async function copyTables(client: pg.Client, { place, sealing, parts }: Making): Promise<Taken> {
  await client.query('begin isolation level repeatable read read only');
  const now = await client.query<{ at: Date }>('select clock_timestamp() as at');
  for (const table of await tablesOf(client)) {
    const part = `table.${table}.zst.age`;
    parts[part] = await sealInto(join(place, part), sealing.recipients, await copyOut(client, table));
  }
  const sequences = Readable.from([Buffer.from(JSON.stringify(await sequencesOf(client)))]);
  parts['sequences.json.zst.age'] = await sealInto(
    join(place, 'sequences.json.zst.age'),
    sealing.recipients,
    sequences,
  );
  const taken = await read(client);
  await client.query('commit');
  return { ...taken, at: now.rows[0]!.at.getTime(), log: {} };
}

import { once } from 'node:events';
import { open, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';

const READ = 1_048_576;

/** An entry whose failing is the tar's: where nobody reads on, because a disk is full, the process goes on. */
function entryOf(into: Pack, header: Parameters<Pack['entry']>[0], bytes?: Buffer): ReturnType<Pack['entry']> {
  const entry = bytes ? into.entry(header, bytes) : into.entry(header);
  entry.on('error', (error) => into.destroy(error));
  return entry;
}

/** A file as it is now: shorter meanwhile, and zeros stand in for the rest; gone meanwhile, and it is left out. */
export async function addFile(into: Pack, path: string, name: string): Promise<void> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!file) return;
  try {
    const { size, mode } = await file.stat();
    const entry = entryOf(into, { name, size, mode: mode & 0o777 });
    // An end that comes while nothing is waited for is seen at the next piece.
    const failed = new Promise<never>((_, reject) => {
      entry.once('error', reject);
      entry.once('close', () => reject(new Error('the tar was ended')));
    });
    failed.catch(() => undefined);
    for (let at = 0; at < size;) {
      const piece = Buffer.alloc(Math.min(READ, size - at));
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      // What a file loses while it is read the log of changes tells, and PostgreSQL makes it so again.
      const whole = bytesRead === 0 ? piece : piece.subarray(0, bytesRead);
      if (!entry.write(whole)) await Promise.race([once(entry, 'drain'), failed]);
      at += whole.length;
    }
    entry.end(undefined);
  } finally {
    await file.close();
  }
}

export function addBytes(into: Pack, name: string, bytes: Buffer): void {
  entryOf(into, { name, mode: 0o600, size: bytes.length }, bytes);
}

/** Made anew by PostgreSQL, or of this run only; as pg_basebackup leaves them out. */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'postgresql.auto.conf.tmp',
  'backup_label',
  'backup_label.old',
  'tablespace_map',
  'tablespace_map.old',
  'recovery.signal',
  'standby.signal',
  'archive',
  'restore',
  'nharong.line',
  'nharong.line.new',
]);
const CONTROL = 'global/pg_control';

/** The files of a cluster between pg_backup_start and `end`, which ends the backup and answers its label. */
export function clusterTar(
  folder: string,
  end: () => Promise<{ label: string; tablespaces: string }>,
): { tar: Readable; written: Promise<void> } {
  const into = pack();

  async function walk(under: string): Promise<void> {
    const above = join(folder, under);
    const entries = await readdir(above, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const it of entries) {
      const name = under === '' ? it.name : `${under}/${it.name}`;
      if (LEFT_OUT.has(name) || /^(pgsql_tmp|pg_internal\.init|\.s\.PGSQL\.)/.test(it.name)) continue;
      if (it.isDirectory()) {
        entryOf(into, { name, type: 'directory', mode: 0o700 });
        if (EMPTIED.has(name)) continue;
        await walk(name);
      } else if (it.isSymbolicLink()) {
        throw new Error(`${name} leads elsewhere (${await readlink(join(above, it.name))}): it would not be backed up`);
      } else if (it.isFile() && name !== CONTROL) {
        await addFile(into, join(above, it.name), name);
      }
    }
  }

  const written = (async () => {
    await walk('');
    entryOf(into, { name: 'pg_wal/archive_status', type: 'directory', mode: 0o700 });
    entryOf(into, { name: 'pg_wal/summaries', type: 'directory', mode: 0o700 });
    const { label, tablespaces } = await end();
    addBytes(into, 'backup_label', Buffer.from(label));
    if (tablespaces !== '') addBytes(into, 'tablespace_map', Buffer.from(tablespaces));
    // Last, as pg_basebackup does.
    await addFile(into, join(folder, CONTROL), CONTROL);
    into.finalize();
  })().catch((error: unknown) => {
    into.destroy(error as Error);
    throw error;
  });
  written.catch(() => undefined);
  return { tar: into as unknown as Readable, written };
}

/** The secrets of the house, and what was signed with them. The drill's key opens backups and is in none. */
export function keysTar(dataDir: string, keysDir: string): { tar: Readable; written: Promise<void> } {
  const into = pack();
  const written = (async () => {
    for (const folder of ['keys', 'audit']) {
      const above = folder === 'keys' ? keysDir : join(dataDir, folder);
      const names = await readdir(above).catch(() => []);
      for (const name of names.sort()) {
        if (folder === 'keys' && name.startsWith('backup-drill')) continue;
        addBytes(into, `${folder}/${name}`, await readFile(join(above, name)));
      }
    }
    const password = await readFile(join(dataDir, 'postgres.password')).catch(() => undefined);
    if (password) addBytes(into, 'postgres.password', password);
    into.finalize();
  })().catch((error: unknown) => {
    into.destroy(error as Error);
    throw error;
  });
  written.catch(() => undefined);
  return { tar: into as unknown as Readable, written };
}

import { migrate, MigrationError, MIGRATIONS } from '../database/migrate.ts';
import { shipRest } from './backup/jobs.ts';
import { ConfigError } from './config.ts';
import type { Config } from './config.ts';
import { FolderTakenError, takeFolder } from './folder.ts';
import { KeyError } from './keys.ts';
import type { Log } from './log.ts';
import { checkKeys, KeysDifferError } from './installation.ts';
import { isUnavailable, openDatabase, unsafeSettings } from './database.ts';
import { openHouse, UnsafeDatabaseError } from './open.ts';
import type { OpenHouse, OpenOptions } from './open.ts';
import { startPostgres } from './postgres.ts';
import { PostgresError } from './postgres-program.ts';

export interface StartOptions extends Pick<OpenOptions, 'actions' | 'events' | 'openFeatures' | 'jobs'> {
  readonly config: Config;
  readonly log: Log;
  /** Gives the start up: what was begun is undone, and it fails. */
  readonly signal?: AbortSignal;
}

export interface StartedHouse {
  readonly open: OpenHouse;
  /** Undoes all of it, the last first: requests finished or refused, the database stopped, the folder given back. */
  stop(): Promise<void>;
}

/** Takes the data folder, starts the database that belongs to it, migrates it and opens the house. */
export async function startHouse({ config, log, signal, ...options }: StartOptions): Promise<StartedHouse> {
  const undo: (() => Promise<unknown>)[] = [];
  async function stop(): Promise<void> {
    for (const step of undo.splice(0).reverse()) {
      await step().catch((error: unknown) => log.error({ error }, 'stopping'));
    }
  }
  try {
    const folder = await takeFolder(config.dataDir).catch((error: unknown) => {
      throw isOfFile(error) ? new StartError(`DATA_DIR ${config.dataDir} cannot be used: ${error.message}`) : error;
    });
    undo.push(() => folder.release());
    signal?.throwIfAborted();
    let { databaseUrl } = config;
    let onRestart: (told: () => void) => void = () => undefined;
    if (databaseUrl === undefined) {
      // When the database has ended, all of its log is there to be taken away.
      undo.push(() => shipRest(config, log));
      const postgres = await startPostgres({
        dataDir: config.dataDir,
        log,
        signal,
        archive: config.backup !== undefined,
      });
      undo.push(() => postgres.stop());
      databaseUrl = postgres.url;
      onRestart = (told) => postgres.onRestart(told);
    } else {
      await refuseDatabase(databaseUrl);
    }
    signal?.throwIfAborted();
    const applied = await migrate(databaseUrl, MIGRATIONS, { signal });
    signal?.throwIfAborted();
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    await refuseKeys(databaseUrl, config);
    const open = await openHouse({ config, databaseUrl, log, ...options });
    undo.push(() => open.close());
    onRestart(() => open.house.metrics.postgresRestarts.inc());
    return { open, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Before anything is written into a database of somebody else's making. */
async function refuseDatabase(url: string): Promise<void> {
  const db = openDatabase(url, () => undefined, 1);
  try {
    const reasons = await unsafeSettings(db).catch((error: unknown) => {
      // A name with several addresses that all refuse comes as one error without words of its own.
      const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
      throw new StartError(`DATABASE_URL: ${first instanceof Error ? first.message : String(first)}`);
    });
    if (reasons.length > 0) throw new UnsafeDatabaseError(reasons);
  } finally {
    await db.destroy();
  }
}

/** Before anything is locked with keys that nobody else has. */
async function refuseKeys(url: string, config: Config): Promise<void> {
  if (config.nats && !config.filesS3 && !config.filesShared)
    throw new StartError(
      'NATS_URL is set and files would lie on this machine only. Set FILES_S3_URL; or FILES_SHARED=yes, where DATA_DIR/files is one folder that all nodes see or there is only this node.',
    );
  const db = openDatabase(url, () => undefined, 1);
  try {
    await checkKeys(db, config);
  } finally {
    await db.destroy();
  }
}

function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'path' in error && 'syscall' in error;
}

/** The program cannot start here, in words for the operator. */
export class StartError extends Error {
  override name = 'StartError';
}

const NODE_NEEDED = 26;

export function refuseOldNode(): void {
  if (Number(process.versions.node.split('.')[0]) < NODE_NEEDED) {
    throw new StartError(`Node ${NODE_NEEDED} is needed, this is ${process.versions.node}. Start with: npm start`);
  }
}

/** What an operator can mend is one clear line; anything else is our fault and shows where. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof FolderTakenError || error instanceof MigrationError)
    return error.message;
  if (
    error instanceof PostgresError ||
    error instanceof UnsafeDatabaseError ||
    error instanceof KeysDifferError ||
    error instanceof StartError
  )
    return error.message;
  if (error instanceof KeyError) return error.message;
  const { code, syscall, port, address, message } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  if (syscall === 'listen') {
    if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Choose another with PORT=…`;
    if (code === 'EACCES') return `This user may not listen on port ${port}. Choose one above 1024 with PORT=…`;
    if (code === 'EADDRNOTAVAIL')
      return `This machine does not have the address ${address}. Choose another with HOST=…`;
  }
  if (isUnavailable(error)) return `The database went away while the program was starting (${message}). Start again.`;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS') return `Nothing can be written: ${message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

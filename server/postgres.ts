import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir, totalmem } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import {
  PostgresError,
  postgresProgram,
  type PostgresProgram,
  postgresUser,
  type SystemUser,
} from './postgres-program.ts';
import { endLine, SPOOL } from './backup/wal.ts';
import type { Log } from './log.ts';

export interface Postgres {
  /** For `pg` and Kysely; holds the password. */
  readonly url: string;
  /** The process id of the running postmaster; undefined while it is being started again. */
  readonly pid: number | undefined;
  /** Told each time PostgreSQL is ready again after it died. Pools connect anew by themselves. */
  onRestart(told: () => void): void;
  /** Rolls back what is under way, writes a checkpoint and ends. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** Gives the start up: PostgreSQL is ended, and the start fails. */
  readonly signal?: AbortSignal | undefined;
  /** Another installation than the package's, for tests: a folder with bin/postgres. */
  readonly program?: PostgresProgram;
  /** It does not keep this process alive, and its death is not watched; for tests. */
  readonly loose?: boolean;
  /** What changes is also laid into the folder `archive` beside the database, from where it is taken away. */
  readonly archive?: boolean;
  /** Laid over our settings, for tests and for a recovery. */
  readonly settings?: Readonly<Record<string, string>>;
}

const ROLE = 'nharong';
// Only the name of the socket in the folder: nothing listens on the network.
const PORT = 5432;
const SOCKET_PATH_MAX = 107;
// PostgreSQL enters its folder before it drops to its user and names it like this ever after, so that it works where
// the folders above are closed to that user. See docs/decisions/embedded-postgres.md.
const HERE = '/proc/self/cwd';

/** Before 16 its programs leave their folder to find themselves; only tests use those, in folders open to all. */
const placeFor = (program: PostgresProgram, folder: string): string => (program.major >= 16 ? HERE : folder);

const STOP_FAST_MS = 25_000;
const STOP_AT_ONCE_MS = 10_000;
const BACK_OFF_MS = [0, 250, 500, 1_000, 2_000, 5_000];
const STEADY_MS = 60_000;

/**
 * Starts the database that belongs to this program in `dataDir/postgres`, creating it first where there is none and
 * ending one that a killed program left behind. Call it with the folder taken (`takeFolder`). If PostgreSQL dies it is
 * started again until `stop`.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { log } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const folder = join(dataDir, 'postgres');
  const user = await postgresUser(folder);
  const program = options.program ?? (await postgresProgram(user, dataDir));
  const settings = options.archive ? { ...ARCHIVING, ...options.settings } : (options.settings ?? {});
  const house: House = { folder, user, program, settings, log };

  await endLeftover(folder, log);
  const password = await readPassword(dataDir);
  const major = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (major === undefined) {
    await createCluster(house, password.value);
  } else if (Number(major) !== program.major) {
    throw new PostgresError(
      `${folder} was made by PostgreSQL ${major.trim()}, this program brings ${program.major}: see docs/operating.md, "Upgrade"`,
    );
  } else if (password.isNew) {
    log.warn({ folder }, 'postgres.password file was missing, a new password is set');
    await alone(house, folder, [`alter role ${ROLE} password '${password.value}'`]);
  }
  if (options.archive) await prepareArchive(house);
  else await endLine(dataDir);
  const socket = await shortPath(folder);
  const url = `postgresql://${ROLE}:${password.value}@localhost:${PORT}/${ROLE}?host=${encodeURIComponent(socket.path)}`;

  options.signal?.throwIfAborted();
  let child: ChildProcess | undefined = await launch(house, options.signal);
  let stopping = false;
  const told: (() => void)[] = [];
  if (options.loose) {
    child.unref();
    (child.stderr as Socket | null)?.unref();
  }
  const supervised = options.loose ? Promise.resolve() : supervise();

  async function supervise(): Promise<void> {
    let deaths = 0;
    while (child) {
      const since = Date.now();
      const [code, signal] = await ended(child);
      child = undefined;
      if (stopping) return;
      deaths = Date.now() - since > STEADY_MS ? 1 : deaths + 1;
      log.error({ exit: code, signal, deaths }, 'PostgreSQL died, starting it again');
      while (!child && !stopping) {
        await wait(BACK_OFF_MS[Math.min(deaths - 1, BACK_OFF_MS.length - 1)]);
        if (stopping) return;
        try {
          await endLeftover(folder, log);
          child = await launch(house);
        } catch (error) {
          deaths += 1;
          log.error({ err: error, deaths }, 'PostgreSQL could not be started again');
        }
      }
      if (child && !stopping) {
        log.info({ pid: child.pid }, 'PostgreSQL is back');
        for (const tell of told) tell();
      }
    }
  }

  return {
    url,
    get pid() {
      return child?.pid;
    },
    onRestart(tell) {
      told.push(tell);
    },
    async stop() {
      stopping = true;
      await endLeftover(folder, log);
      await supervised;
      // A restart that was under way when the stop came may have brought one more up.
      await endLeftover(folder, log);
      await socket.remove();
    },
  };
}

/** The address of the database that a running program keeps in this folder; undefined where none runs. */
export async function runningPostgres(dataDir: string): Promise<string | undefined> {
  const folder = join(resolve(dataDir), 'postgres');
  const password = await readFile(join(dataDir, 'postgres.password'), 'utf8').catch(() => undefined);
  if (!password || !(await readyPid(folder))) return undefined;
  const socket = await shortPath(folder);
  return `postgresql://${ROLE}:${password.trim()}@localhost:${PORT}/${ROLE}?host=${encodeURIComponent(socket.path)}`;
}

interface House {
  readonly folder: string;
  readonly user: SystemUser | undefined;
  readonly program: PostgresProgram;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** Kept beside the database, readable by this program's user only. */
async function readPassword(dataDir: string): Promise<{ value: string; isNew: boolean }> {
  const file = join(dataDir, 'postgres.password');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept) return { value: kept, isNew: false };
  const value = randomBytes(24).toString('base64url');
  await writeFile(`${file}.new`, `${value}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return { value, isNew: true };
}

/** Made under another name and renamed when whole, so that a creation cut short is done again. */
async function createCluster(house: House, password: string): Promise<void> {
  const { folder, user, program, log } = house;
  log.info({ folder }, 'creating the database');
  const fresh = `${folder}.new`;
  await endLeftover(fresh, log);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  if (user) await chown(fresh, user.uid, user.gid);
  await finish(
    house,
    spawnHere(house, fresh, 'initdb', [
      `--pgdata=${placeFor(program, fresh)}`,
      '--username=postgres',
      // No sign-in for the superuser at all; pg_hba.conf below opens the one role of the program.
      '--auth=reject',
      '--encoding=UTF8',
      // Order by code point: an index never goes bad when a library's sorting rules change. See docs/decisions.
      ...(program.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
      '--locale=C.UTF-8',
      '--lc-messages=C',
      '--text-search-config=simple',
      '--data-checksums',
    ]),
  );
  await writeFile(join(fresh, 'pg_hba.conf'), `local all ${ROLE} scram-sha-256\n`);
  await alone(house, fresh, [
    // CREATEDB: restore drills and tests lay a second database beside the first.
    `create role ${ROLE} login createdb password '${password}'`,
    `create database ${ROLE} owner ${ROLE} template template0`,
    `revoke all on database ${ROLE} from public`,
  ]);
  await rename(fresh, folder);
}

/** What the program's role may do for a backup beside what it may anyway. */
const GRANTED = [
  'pg_backup_start(text, boolean)',
  'pg_backup_stop(boolean)',
  'pg_create_restore_point(text)',
  'pg_switch_wal()',
];
const GRANTS_FILE = 'nharong.grants';

/** PostgreSQL archives by its own module: no command is run, and a segment is on the disk before it counts as archived. */
const ARCHIVING: Readonly<Record<string, string>> = {
  archive_mode: 'on',
  archive_library: 'basic_archive',
  'basic_archive.archive_directory': SPOOL,
  // With the taking away every few seconds less than a minute in all: R18.
  archive_timeout: '30',
};

async function prepareArchive(house: House): Promise<void> {
  const { folder, user } = house;
  const spool = join(folder, SPOOL);
  await mkdir(spool, { recursive: true, mode: 0o700 });
  if (user) await chown(spool, user.uid, user.gid);
  const file = join(folder, GRANTS_FILE);
  const wanted = `${GRANTED.join('\n')}\n`;
  if ((await readFile(file, 'utf8').catch(() => '')) === wanted) return;
  await alone(
    house,
    folder,
    GRANTED.map((it) => `grant execute on function ${it} to ${ROLE}`),
    ROLE,
  );
  await writeFile(file, wanted, { mode: 0o600 });
  if (user) await chown(file, user.uid, user.gid);
}

/** Statements of the superuser, in PostgreSQL's single-user mode: no door is opened for them. */
async function alone(house: House, folder: string, statements: string[], database = 'postgres'): Promise<void> {
  const child = spawnHere(
    house,
    folder,
    'postgres',
    ['--single', '-D', placeFor(house.program, folder), '-c', 'password_encryption=scram-sha-256', database],
    'pipe',
  );
  child.stdin?.end(statements.map((statement) => `${statement};\n`).join(''));
  const said = await finish(house, child);
  // It ends with 0 whatever the statements did.
  const wrong = said.split('\n').find((line) => /^(ERROR|FATAL|PANIC):/.test(line));
  if (wrong) throw new PostgresError(`the database could not be prepared: ${wrong}`);
}

function spawnHere(
  house: House,
  folder: string,
  program: string,
  args: string[],
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  return spawn(join(house.program.folder, 'bin', program), args, {
    // Entered before the user changes: see HERE.
    cwd: folder,
    ...house.user,
    // So that no secret of our environment reaches it, and no PG* variable bends it.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    // A session of its own: Ctrl-C in the terminal reaches this program only, which stops PostgreSQL when all is done.
    detached: true,
    stdio: [stdin, 'ignore', 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}

/** What it said on its error stream; fails where it fails. */
async function finish(house: House, child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  if (child.exitCode !== 0) {
    throw new PostgresError(
      `${basename(child.spawnfile)} failed in ${house.folder}: ${said.trim() || (child.signalCode ?? child.exitCode)}`,
    );
  }
  return said;
}

function settings(folder: string, { major }: PostgresProgram): Record<string, string> {
  const megabyte = 1024 * 1024;
  const buffers = Math.min(1024, Math.max(128, Math.floor(totalmem() / megabyte / 8)));
  return {
    listen_addresses: '',
    port: String(PORT),
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    cluster_name: 'nha-rong',
    max_connections: '60',
    // On the command line, above any file: an acknowledged message is on the disk.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    password_encryption: 'scram-sha-256',
    // An eighth of the memory, 256 MB on a machine of 2 GB: the program itself needs the rest.
    shared_buffers: `${buffers}MB`,
    effective_cache_size: `${buffers * 3}MB`,
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '1GB',
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // So that nothing people wrote gets into a log: no statements, no values, no details, no errors of clients
    // (the client knows its own).
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_line_prefix: '',
    ...(major >= 18 ? { io_workers: '2' } : {}),
  };
}

/** Answers when it takes connections, however long its recovery lasts. */
async function launch(house: House, signal?: AbortSignal): Promise<ChildProcess> {
  const { folder, log } = house;
  const args = Object.entries({
    ...settings(placeFor(house.program, folder), house.program),
    ...house.settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawnHere(house, folder, 'postgres', ['-D', placeFor(house.program, folder), ...args]);
  const last: string[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      last.push(line);
      if (last.length > 5) last.shift();
      // Who asks too early is told so by their own connection.
      if (/^FATAL: {2}the database system is /.test(line)) log.debug({ postgres: line }, 'PostgreSQL');
      else if (/^(FATAL|PANIC):/.test(line)) log.warn({ postgres: line }, 'PostgreSQL');
      else log.debug({ postgres: line }, 'PostgreSQL');
    });
  }
  let failed: Error | undefined;
  child.once('error', (error) => (failed = error));
  const since = Date.now();
  for (let looks = 1; child.pid === undefined || (await readyPid(folder)) !== child.pid; looks += 1) {
    if (failed || child.exitCode !== null || child.signalCode !== null) {
      throw new PostgresError(`PostgreSQL does not start in ${folder}: ${failed?.message ?? last.join(' | ')}`);
    }
    if (signal?.aborted) {
      await endLeftover(folder, log);
      signal.throwIfAborted();
    }
    if (looks % 500 === 0)
      log.info({ seconds: Math.round((Date.now() - since) / 1000) }, 'PostgreSQL is still starting');
    await wait(20);
  }
  // Its checkpointer went to sleep while the log was replayed, when it does not look at `archive_timeout`; this wakes it, so that
  // what is written now leaves in time and not after minutes.
  if (house.settings['archive_mode'] === 'on') child.kill('SIGHUP');
  return child;
}

/** The postmaster's process id where it takes connections: line 1 and line 8 of its file, as pg_ctl reads them. */
async function readyPid(folder: string): Promise<number | undefined> {
  const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[7]?.trim() === 'ready' ? Number(lines[0]) : undefined;
}

/** Every PostgreSQL process that works in this folder: the postmaster, its children, or children that survived it. */
async function processesIn(folder: string): Promise<number[]> {
  const at = await stat(folder).catch(() => undefined);
  if (!at) return [];
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const where = await stat(`/proc/${name}/cwd`).catch(() => undefined);
    if (where?.ino !== at.ino || where.dev !== at.dev) continue;
    const program = await readlink(`/proc/${name}/exe`).catch(() => '');
    if (/^(postgres|initdb)\b/.test(basename(program))) found.push(Number(name));
  }
  return found;
}

/**
 * Ends whatever runs in the folder: fast (a checkpoint, so that the next start is quick), then at once (the log
 * brings everything back), then by force. A program that was killed leaves its PostgreSQL running; it is ended and
 * started anew rather than taken over, so that it is always our child, with this version's settings.
 */
async function endLeftover(folder: string, log: Log): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', STOP_FAST_MS],
    ['SIGQUIT', STOP_AT_ONCE_MS],
    ['SIGKILL', STOP_AT_ONCE_MS],
  ];
  for (const [signal, patience] of steps) {
    let running = await processesIn(folder);
    if (running.length === 0) break;
    const postmaster = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
    const targets = signal !== 'SIGKILL' && running.includes(postmaster) ? [postmaster] : running;
    if (signal !== 'SIGINT') log.warn({ signal, pids: targets }, 'PostgreSQL takes long to end');
    for (const pid of targets) signalProcess(pid, signal);
    const until = Date.now() + patience;
    while (running.length > 0 && Date.now() < until) {
      await wait(20);
      running = await processesIn(folder);
    }
  }
  if ((await processesIn(folder)).length > 0)
    throw new PostgresError(`a PostgreSQL that runs in ${folder} cannot be ended`);
  // Its pid may belong to somebody else by now, and PostgreSQL would take that for itself and refuse to start.
  await rm(join(folder, 'postmaster.pid'), { force: true });
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The folder, or where its name is too long for a socket, a short name for it. */
async function shortPath(folder: string): Promise<{ path: string; remove(): Promise<void> }> {
  const longest = join(folder, `.s.PGSQL.${PORT}`);
  if (Buffer.byteLength(longest) <= SOCKET_PATH_MAX) return { path: folder, remove: () => Promise.resolve() };
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-'));
  await symlink(folder, join(place, 'db'));
  return { path: join(place, 'db'), remove: () => rm(place, { recursive: true, force: true }) };
}

import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Another program holds the data folder; the message is one line for the operator. */
export class FolderTakenError extends Error {
  override name = 'FolderTakenError';
}

export interface TakenFolder {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process: with the pid, names one process for good. */
  readonly ticks: string;
  readonly boot: string;
  readonly pids: string;
  readonly since: string;
}

const LOCK = 'program.lock';
const BEAT_MS = 3_000;
const SILENT_MS = 4 * BEAT_MS;

/**
 * Makes this process the only one that uses a data folder, until `release` or its death.
 * The arbiter is an abstract socket named after the folder's inode: the kernel gives it to one process and takes it
 * back at death, so that no race and no stale file can matter. The lock file beside it says who, and its beat keeps
 * out a program that cannot see our socket: one in another container, or on another machine with the same disk.
 */
export async function takeFolder(dataDir: string): Promise<TakenFolder> {
  const folder = resolve(dataDir);
  // 0700: it holds the database password, files and codes.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { dev, ino } = await stat(folder);
  const file = join(folder, LOCK);
  const arbiter = await listen(`\0nharong-${dev}-${ino}`);
  if (!arbiter) throw taken(folder, await readHolder(file));
  try {
    const me = await thisProcess();
    const holder = await readHolder(file);
    if (holder && (await isAlive(holder, me, file))) throw taken(folder, holder);
    const fresh = `${file}.${me.pid}`;
    await writeFile(fresh, `${JSON.stringify(me)}\n`, { mode: 0o600 });
    await rename(fresh, file);
  } catch (error) {
    await close(arbiter);
    throw error;
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      await rm(file, { force: true });
      await close(arbiter);
    },
  };
}

function taken(folder: string, holder: Holder | undefined): FolderTakenError {
  const who = holder ? `process ${holder.pid}, started ${holder.since}` : 'it is just starting or stopping';
  return new FolderTakenError(
    `DATA_DIR ${folder} is in use by another Nhà Rông (${who}). Stop it first, or choose another DATA_DIR.`,
  );
}

/** Undefined where another process has the name. */
async function listen(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  const got = await new Promise<boolean>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(false);
      else fail(error);
    });
    server.listen({ path: name }, () => done(true));
  });
  server.unref();
  return got ? server : undefined;
}

function close(server: Server): Promise<void> {
  return new Promise((done) => server.close(() => done()));
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/<pid>/stat, counted behind the name, which may hold spaces and brackets. */
async function startTicks(pid: number | 'self'): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function thisProcess(): Promise<Holder> {
  const [ticks, boot, pids] = await Promise.all([
    startTicks('self'),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    stat('/proc/self/ns/pid'),
  ]);
  return { pid: process.pid, ticks, boot: boot.trim(), pids: String(pids.ino), since: new Date().toISOString() };
}

async function isAlive(holder: Holder, me: Holder, file: string): Promise<boolean> {
  if (holder.boot === me.boot && holder.pids === me.pids) {
    return holder.ticks === (await startTicks(holder.pid).catch(() => undefined));
  }
  // Its pid says nothing here: look whether it still beats.
  const seen = (await stat(file)).mtimeMs;
  const until = seen + SILENT_MS;
  while (Date.now() < until) {
    await wait(Math.min(500, Math.max(0, until - Date.now())));
    const now = await stat(file).catch(() => undefined);
    if (!now) return false;
    if (now.mtimeMs !== seen) return true;
  }
  return false;
}

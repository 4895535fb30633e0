import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Log } from '../log.ts';
import type { SystemUser } from '../postgres-program.ts';
import { walFolder, writeWhole } from './place.ts';
import { BackupError, openBytes, sealBytes } from './seal.ts';
import type { Identity, Sealing } from './seal.ts';

/** Where PostgreSQL lays what is to be archived, in its own folder: it can write nowhere else. */
export const SPOOL = 'archive';
/** Names the archive this cluster writes: another after a restore, and after a stretch that was lost. */
const LINE_FILE = 'nharong.line';
const PART = /^(?:[0-9A-F]{24}|[0-9A-F]{8}\.history)$/;

export const spoolOf = (dataDir: string): string => join(dataDir, 'postgres', SPOOL);

/** The name of the archive; begun where there is none. */
export async function lineOf(dataDir: string): Promise<string> {
  const file = join(dataDir, 'postgres', LINE_FILE);
  const found = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return /^[0-9a-f]{16}$/.test(found.trim()) ? found.trim() : newLine(dataDir);
}

async function newLine(dataDir: string): Promise<string> {
  const line = randomBytes(8).toString('hex');
  const file = join(dataDir, 'postgres', LINE_FILE);
  await writeFile(`${file}.new`, `${line}\n`, { mode: 0o600, flush: true });
  const { uid, gid } = await stat(join(dataDir, 'postgres'));
  if (process.getuid?.() === 0) await chown(`${file}.new`, uid, gid);
  await rename(`${file}.new`, file);
  return line;
}

/** Nothing is archived any more: what comes later would not join on to what there is. */
export async function endLine(dataDir: string): Promise<void> {
  await rm(join(dataDir, 'postgres', LINE_FILE), { force: true });
  await rm(spoolOf(dataDir), { recursive: true, force: true });
}

/** Bytes that wait to be taken to BACKUP_DIR. */
export async function spoolBytes(dataDir: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(spoolOf(dataDir)).catch(() => [])) {
    bytes += (await stat(join(spoolOf(dataDir), name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}

export interface Shipping {
  readonly dataDir: string;
  /** BACKUP_DIR */
  readonly folder: string;
  readonly sealing: Sealing;
  /** With more than this waiting, what waits is given up. */
  readonly spoolMost: number;
  readonly log: Log;
  /** Done after the segments were listed and before they leave: what they tell of lies in BACKUP_DIR before them. */
  readonly before?: () => Promise<void>;
}

const turns = new Map<string, Promise<unknown>>();

/**
 * Seals what waits and takes it to BACKUP_DIR, the oldest first. One at a time a folder. Answers how many. A segment leaves the spool
 * when it is on the other disk. Where that does not go and too much waits, the house goes before its history: what waits is removed,
 * and a new archive begins, which counts from the next backup on.
 */
export async function shipLog(it: Shipping): Promise<number> {
  const turn = (turns.get(it.dataDir) ?? Promise.resolve()).then(() => shipNow(it));
  turns.set(
    it.dataDir,
    turn.catch(() => undefined),
  );
  return turn;
}

async function shipNow(it: Shipping): Promise<number> {
  const { dataDir, folder, sealing } = it;
  const spool = spoolOf(dataDir);
  const names = (await readdir(spool).catch(() => [])).sort();
  let shipped = 0;
  try {
    const parts = names.filter((name) => PART.test(name));
    if (parts.length > 0) {
      await it.before?.();
      const line = await lineOf(dataDir);
      await mkdir(walFolder(folder, line), { recursive: true, mode: 0o700 });
      for (const name of parts) {
        const sealed = await sealBytes(sealing, `wal/${line}/${name}`, await readFile(join(spool, name)));
        await writeWhole(join(walFolder(folder, line), `${name}.zst.age`), sealed);
        await rm(join(spool, name));
        shipped += 1;
      }
    }
    // Notes of PostgreSQL about a backup: ours say more.
    for (const name of names) if (name.endsWith('.backup')) await rm(join(spool, name), { force: true });
    return shipped;
  } catch (error) {
    if ((await spoolBytes(dataDir)) > it.spoolMost) {
      const line = await newLine(dataDir);
      for (const name of names) await rm(join(spool, name), { force: true });
      it.log.error(
        { folder, error: (error as Error).message, line },
        'BACKUP_DIR takes nothing and too much waits: the log of changes is interrupted; nothing since the last backup can be restored until the next backup',
      );
    }
    throw error;
  }
}

/** The segments of an archive from one on, in order, as far as they join on; `gap`: one that is missing while later ones are there. */
export async function segmentsFrom(
  folder: string,
  line: string,
  first: string,
): Promise<{ segments: string[]; gap: string | undefined }> {
  const names = (await readdir(walFolder(folder, line)).catch(() => []))
    .map((name) => /^([0-9A-F]{24})\.zst\.age$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    // A later timeline repeats the number on which it left the one before.
    .sort((a, b) => (a.slice(8) + a).localeCompare(b.slice(8) + b));
  const segments = names.filter((name) => name.slice(8) >= first.slice(8));
  let expected = numberOf(first);
  for (const name of segments) {
    const found = numberOf(name);
    if (found > expected) return { segments, gap: nameOf(name.slice(0, 8), expected) };
    if (found === expected) expected += 1n;
  }
  return { segments, gap: segments.length === 0 ? first : undefined };
}

/** 256 segments of 16 MB in each of the upper parts. */
const numberOf = (name: string): bigint => BigInt(`0x${name.slice(8, 16)}`) * 256n + BigInt(`0x${name.slice(16)}`);

function nameOf(timeline: string, number: bigint): string {
  const hex = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0');
  return `${timeline}${hex(number / 256n)}${hex(number % 256n)}`;
}

export async function openSegment(
  folder: string,
  line: string,
  name: string,
  identities: readonly Identity[],
  signedBy: string | undefined,
): Promise<Buffer | undefined> {
  const sealed = await readFile(join(walFolder(folder, line), `${name}.zst.age`)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  if (!sealed) return undefined;
  return openBytes(sealed, identities, `wal/${line}/${name}`, signedBy);
}

/** What PostgreSQL asks for in its recovery: it says so in a file, and waits for the segment or for the word that there is none. */
export const RESTORE_COMMAND =
  'touch restore/ask.%f; while [ ! -e restore/in.%f ] && [ ! -e restore/none.%f ]; do sleep 0.01; done; mv restore/in.%f %p';

const LOOK_MS = 5;

/** Hands out opened segments as they are asked for, so that they never lie opened all at once. */
export async function feedRecovery(it: {
  readonly cluster: string;
  readonly user: SystemUser | undefined;
  readonly open: (name: string) => Promise<Buffer | undefined>;
}): Promise<{ stop(): Promise<void>; failure(): Error | undefined }> {
  const folder = join(it.cluster, 'restore');
  await mkdir(folder, { mode: 0o700 });
  if (it.user) await chown(folder, it.user.uid, it.user.gid);
  let failed: Error | undefined;
  let stopped = false;
  const lay = async (name: string, bytes: Buffer): Promise<void> => {
    const draft = join(folder, `draft.${name}`);
    await writeFile(draft, bytes, { mode: 0o600 });
    if (it.user) await chown(draft, it.user.uid, it.user.gid);
    await rename(draft, join(folder, name));
  };
  let ahead: { name: string; bytes: Promise<Buffer | undefined> } | undefined;
  const openAhead = (name: string): void => {
    const bytes = it.open(name);
    bytes.catch(() => undefined);
    ahead = { name, bytes };
  };
  const feeding = (async () => {
    while (!stopped) {
      const asked = (await readdir(folder)).filter((name) => name.startsWith('ask.'));
      for (const ask of asked) {
        const name = ask.slice('ask.'.length);
        await rm(join(folder, ask));
        await rm(join(folder, `none.${name}`), { force: true });
        try {
          if (!PART.test(name)) throw new BackupError(`PostgreSQL asks for ${name}`);
          const bytes = await (ahead?.name === name ? ahead.bytes : it.open(name));
          if (bytes) await lay(`in.${name}`, bytes);
          else await lay(`none.${name}`, Buffer.alloc(0));
          if (bytes && name.length === 24) openAhead(nameOf(name.slice(0, 8), numberOf(name) + 1n));
        } catch (error) {
          failed ??= error as Error;
          await lay(`none.${name}`, Buffer.alloc(0));
        }
      }
      if (asked.length === 0) await pause(LOOK_MS);
    }
  })();
  feeding.catch((error: unknown) => (failed ??= error as Error));
  return {
    failure: () => failed,
    async stop() {
      stopped = true;
      await feeding.catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { FolderTakenError, takeFolder } from '../folder.ts';
import type { TakenFolder } from '../folder.ts';
import { BackupError, settle } from './seal.ts';

/** What stands in the clear beside a backup, for retention and for `doctor`: no names, no numbers of people. */
export interface About {
  readonly name: string;
  /** Milliseconds since 1970: when it was begun. */
  readonly at: number;
  readonly kind: 'cluster' | 'logical';
  readonly bytes: number;
  /** Of the archive its log lies in; undefined for a logical one. */
  readonly line?: string;
  readonly first?: string;
  readonly last?: string;
}

export interface DrillOutcome {
  readonly at: number;
  readonly ok: boolean;
  readonly backup?: string;
  readonly seconds?: number;
  readonly error?: string;
}

/** How it stands with a folder of backups, as the program last knew it. */
export interface BackupState {
  readonly drill?: DrillOutcome;
  readonly failed?: { readonly at: number; readonly error: string };
}

const NAME = /^\d{8}T\d{6}Z$/;

/** 20261123T190000Z */
export const nameAt = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

export function timeOf(name: string): number {
  const [, y, m, d, h, i, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(name)!;
  return Date.parse(`${y}-${m}-${d}T${h}:${i}:${s}Z`);
}

/** Finished backups, the oldest first. */
export async function backupsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => NAME.test(name)).sort();
}

export async function aboutOf(folder: string, name: string): Promise<About | undefined> {
  const text = await readFile(join(folder, name, 'about.json'), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as About);
  } catch {
    return undefined;
  }
}

export async function stateOf(folder: string): Promise<BackupState> {
  try {
    return JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as BackupState;
  } catch {
    return {};
  }
}

export async function saveState(folder: string, state: BackupState): Promise<void> {
  await writeWhole(join(folder, 'state.json'), Buffer.from(`${JSON.stringify(state)}\n`));
}

/** Under another name first, so that it is never there by half. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await settle(join(path, '..'));
}

/** One backup at a time, also of several machines. Clears what a killed one has left. Fails with `BackupError`. */
export async function takePlace(folder: string): Promise<TakenFolder> {
  let taken: TakenFolder;
  try {
    taken = await takeFolder(folder);
  } catch (error) {
    if (error instanceof FolderTakenError) throw new BackupError(`another backup or drill is under way in ${folder}`);
    throw new BackupError(`BACKUP_DIR ${folder} cannot be used: ${(error as Error).message}`);
  }
  for (const name of await readdir(folder)) {
    if (name.startsWith('.new-')) await rm(join(folder, name), { recursive: true, force: true });
  }
  return taken;
}

export const blobsFolder = (folder: string): string => join(folder, 'blobs');
export const walFolder = (folder: string, line: string): string => join(folder, 'wal', line);

const VIETNAM_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/** Which of these are kept: of each of the last 7 days, 4 weeks and 12 months that have one, the first; and the newest. */
export function keptOf(names: readonly string[]): Set<string> {
  const kept = new Set<string>(names.slice(-1));
  const periods: [number, (at: number) => string | number][] = [
    [7, (at) => Math.floor((at + VIETNAM_MS) / DAY_MS)],
    // Day 0 was a Thursday; weeks begin on Monday.
    [4, (at) => Math.floor(((at + VIETNAM_MS) / DAY_MS + 3) / 7)],
    [12, (at) => new Date(at + VIETNAM_MS).toISOString().slice(0, 7)],
  ];
  for (const [most, periodOf] of periods) {
    const first = new Map<string | number, string>();
    for (const name of names) {
      const period = periodOf(timeOf(name));
      if (!first.has(period)) first.set(period, name);
    }
    for (const name of [...first.values()].slice(-most)) kept.add(name);
  }
  return kept;
}

/** Since when any moment can be returned to: the oldest of the daily ones. */
export function windowStart(names: readonly string[]): string | undefined {
  const days = new Map<number, string>();
  for (const name of names) {
    const day = Math.floor((timeOf(name) + VIETNAM_MS) / DAY_MS);
    if (!days.has(day)) days.set(day, name);
  }
  return [...days.values()].slice(-7)[0];
}

/** Removes what is not kept, the log nobody can be brought forward by, and blobs that no kept backup lists. */
export async function tidy(folder: string, blobsListed: (name: string) => Promise<ReadonlySet<string>>): Promise<void> {
  const names = await backupsIn(folder);
  const kept = keptOf(names);
  for (const name of names) {
    if (kept.has(name)) continue;
    // Out of the list first, so that half of one never counts.
    await rename(join(folder, name), join(folder, `.new-${name}`));
    await rm(join(folder, `.new-${name}`), { recursive: true, force: true });
  }
  const left = [...kept].sort();
  const since = windowStart(left);
  const abouts = await Promise.all(left.map((name) => aboutOf(folder, name)));
  // Where one cannot be read, what it needs is not known: everything stays.
  if (since === undefined || abouts.some((it) => it === undefined)) return;
  await tidyLog(folder, abouts as About[], since);
  const needed = new Set<string>();
  for (const name of left) for (const id of await blobsListed(name)) needed.add(id);
  for (const { path, id, at } of await blobFiles(folder)) {
    if (!needed.has(id) && at < timeOf(since)) await rm(path, { force: true });
  }
}

async function tidyLog(folder: string, abouts: readonly About[], since: string): Promise<void> {
  const lines = await readdir(join(folder, 'wal')).catch(() => []);
  for (const line of lines) {
    const of = abouts.filter((it) => it.line === line);
    const open = of.filter((it) => it.name >= since).map((it) => it.first!.slice(8));
    const newest = abouts.at(-1)!;
    if (of.length === 0) {
      // A house that has just begun, with no backup yet.
      if (newest.line !== line && (await newestIn(join(folder, 'wal', line))) < newest.at)
        await rm(join(folder, 'wal', line), { recursive: true, force: true });
      continue;
    }
    const from = open.sort()[0];
    for (const file of await readdir(join(folder, 'wal', line))) {
      const place = /^[0-9A-F]{8}([0-9A-F]{16})\./.exec(file)?.[1];
      if (!place) continue;
      const wanted =
        (from !== undefined && place >= from) ||
        of.some((it) => place >= it.first!.slice(8) && place <= it.last!.slice(8));
      if (!wanted) await rm(join(folder, 'wal', line, file), { force: true });
    }
  }
}

async function newestIn(folder: string): Promise<number> {
  const { mtimeMs } = await open(folder, 'r').then(async (it) => {
    const found = await it.stat();
    await it.close();
    return found;
  });
  return mtimeMs;
}

export interface BlobFile {
  readonly id: string;
  readonly sha256: string;
  readonly path: string;
  /** When it was copied. */
  readonly at: number;
}

const BLOB = /^([0-9a-f-]{36})\.([0-9a-f]{64})$/;

/** All blobs that have been copied; their names hold their hashes. */
export async function blobFiles(folder: string): Promise<BlobFile[]> {
  const found: BlobFile[] = [];
  const above = blobsFolder(folder);
  for (const part of await readdir(above).catch(() => [])) {
    for (const name of await readdir(join(above, part)).catch(() => [])) {
      const match = BLOB.exec(name);
      const path = join(above, part, name);
      if (!match) continue;
      const file = await open(path, 'r').catch(() => undefined);
      if (!file) continue;
      const { mtimeMs } = await file.stat();
      await file.close();
      found.push({ id: match[1]!, sha256: match[2]!, path, at: mtimeMs });
    }
  }
  return found;
}

/** Reads sealed blobs where the house keeps them. */
export interface BlobSource {
  /** Bytes of a sealed blob that holds `bytes` in the clear. */
  sealedSize(bytes: number): number;
  read(id: string, from: number, upTo: number): AsyncIterable<Uint8Array>;
}

/** Which blobs lie in BACKUP_DIR, and adds to them. */
export class BlobCopies {
  readonly #folder: string;
  readonly #source: BlobSource;
  #known: Map<string, string> | undefined;

  constructor(folder: string, source: BlobSource) {
    this.#folder = folder;
    this.#source = source;
  }

  async known(): Promise<ReadonlyMap<string, string>> {
    return (this.#known ??= new Map((await blobFiles(this.#folder)).map((it) => [it.id, it.sha256])));
  }

  /** Copies one that is not there yet and answers its SHA-256 as it lies sealed; throws where it cannot be read whole. */
  async copy(id: string, bytes: number): Promise<string> {
    await this.known();
    const there = this.#known!.get(id);
    if (there !== undefined) return there;
    const above = blobsFolder(this.#folder);
    const place = join(above, id.slice(0, 2));
    await mkdir(place, { recursive: true, mode: 0o700 });
    const draft = join(place, `${id}.${randomBytes(4).toString('hex')}.new`);
    const size = this.#source.sealedSize(bytes);
    const hash = createHash('sha256');
    let length = 0;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        for await (const piece of this.#source.read(id, 0, size)) {
          hash.update(piece);
          length += piece.length;
          await file.writeFile(piece);
        }
        if (length !== size) throw new BackupError(`blob ${id} has ${length} bytes where it lies, not ${size}`);
        await file.sync();
      } finally {
        await file.close();
      }
      const sha256 = hash.digest('hex');
      await rename(draft, join(place, `${id}.${sha256}`));
      await settle(place);
      this.#known!.set(id, sha256);
      return sha256;
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }
}

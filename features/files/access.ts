import type { Database } from '../../server/database.ts';
import { look } from './check/run.ts';
import { fileProblems } from './protocol.ts';
import type { File } from './protocol.ts';
import {
  carriedBeside,
  filesSeenIn,
  holdReady,
  holdUnsent,
  insertBoardFiles,
  insertLinks,
  insertMessageFiles,
  takeUploaded,
} from './store.ts';

/**
 * The files that this person uploaded and that are ready to be sent, in the order asked for; they are kept while the message is
 * written. Fails with `file.not_ready` where one has not come in whole, and with `file.unknown` where it is not theirs, was
 * refused, is a poster, or has expired.
 */
export async function takeFiles(db: Database, account: string, ids: readonly string[]): Promise<File[]> {
  const found = new Map((await takeUploaded(db, account, ids)).map((it) => [it.id, it]));
  return [...new Set(ids)].map((id) => {
    const row = found.get(id);
    if (!row || row.wish === 'poster' || row.state === 'refused') throw fileProblems('file.unknown', { file: id });
    if (row.state !== 'ready') throw fileProblems('file.not_ready', { file: id });
    return row.file;
  });
}

/**
 * The files of a message that this person may see, to be carried on by another message: the very same files, nothing is copied. Empty
 * where the message is none of theirs, was recalled, or carries none.
 */
export async function copyFiles(db: Database, account: string, group: string, message: string): Promise<File[]> {
  return filesSeenIn(db, account, group, message);
}

/** Whether one of these files goes with a message of another group, or lies on its board. */
export async function isCarriedElsewhere(db: Database, group: string, files: readonly File[]): Promise<boolean> {
  return carriedBeside(
    db,
    group,
    files.map((it) => it.id),
  );
}

/** For drafts and scheduled messages: keeps these unsent files of this person until a week after `until`. */
export async function holdFiles(db: Database, account: string, ids: readonly string[], until: Date): Promise<void> {
  await holdUnsent(db, account, ids, until);
}

/** What a message carries, as its send writes it down in the same transaction. */
export interface CarriedFiles {
  readonly group: string;
  readonly seq: number;
  readonly message: string;
  readonly sender: string;
  readonly at: Date;
  readonly files: readonly File[];
}

/**
 * Written by the sending of messages, all of a batch at once: from then on whoever sees the message may fetch its files. Recalling
 * a message ends that by itself (`recalled_at`); `dropFiles` gives up what it carried.
 */
export async function keepFiles(tx: Database, messages: readonly CarriedFiles[]): Promise<void> {
  const rows = messages.flatMap(({ files, ...it }) => files.map((file, place) => ({ ...it, place, file })));
  if (rows.length > 0) await insertMessageFiles(tx, rows);
}

/** Addresses that stand in a message, for the media store; written like `keepFiles`, taken from the text by `linksIn` (rules/links.ts). */
export interface CarriedLinks {
  readonly group: string;
  readonly seq: number;
  readonly message: string;
  readonly sender: string;
  readonly at: Date;
  readonly links: readonly string[];
}

export async function keepLinks(tx: Database, messages: readonly CarriedLinks[]): Promise<void> {
  const rows = messages.flatMap(({ links, ...it }) => links.map((link, place) => ({ ...it, place, link })));
  if (rows.length > 0) await insertLinks(tx, rows);
}

export {
  boardFilesAmong,
  dropAllOf,
  dropBoardFiles,
  dropFiles,
  dropLinks,
  holdReady,
  removeContents,
} from './store.ts';

/**
 * For a note or a reminder, in the transaction that writes it: from then on it carries these files of the person’s own (`takeFiles`),
 * and members may have them. Fails with `file.unknown` where its owner gives one up at this moment.
 */
export async function keepBoardFiles(
  tx: Database,
  it: { readonly thing: string; readonly group: string; readonly files: readonly string[] },
): Promise<void> {
  if (it.files.length === 0) return;
  const held = await holdReady(tx, it.files);
  const lost = it.files.find((file) => !held.has(file));
  if (lost !== undefined) throw fileProblems('file.unknown', { file: lost });
  await insertBoardFiles(tx, it);
}

/**
 * For a message that is pinned, until `dropBoardFiles`: every member may have its files, also who may not read its place. What is
 * gone is left out.
 */
export async function showPinnedFiles(
  tx: Database,
  it: { readonly thing: string; readonly group: string; readonly files: readonly string[] },
): Promise<void> {
  if (it.files.length === 0) return;
  const held = await holdReady(tx, it.files);
  await insertBoardFiles(tx, { ...it, files: it.files.filter((file) => held.has(file)) });
}

/**
 * A picture from elsewhere (a page’s), drawn anew and small by the process that looks into files: nothing of what was in the file
 * but its pixels. Undefined where it is none, is too large, or the machine is too busy.
 */
export async function drawSmall(extension: 'jpg' | 'png' | 'webp' | 'gif', bytes: Buffer): Promise<Buffer | undefined> {
  const outcome = await look({ extension, wish: 'photo', bytes: bytes.length }, each(bytes));
  if (!('pictures' in outcome)) return undefined;
  const small = outcome.pictures.find((it) => it.size === 'thumb') ?? outcome.pictures[0];
  return small?.bytes;
}

async function* each(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

export { filesAfter } from './store/stored.ts';
export type { StoredFile } from './store/stored.ts';

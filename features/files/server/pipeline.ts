import { createHash, randomUUID } from 'node:crypto';

import { Problem } from '../../../protocol/problem.ts';
import { GuardStarved } from '../../../server/guard.ts';
import type { Guard, Passed } from '../../../server/guard.ts';
import type { House } from '../../../server/house.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import { Slots } from '../../../server/slots.ts';
import { changeUnattended } from '../../../server/unattended.ts';
import type { Found } from '../check/finding.ts';
import { look } from '../check/run.ts';
import type { Rendition } from '../check/run.ts';
import type { File, Finding, Upload } from '../protocol.ts';
import { extensionOf, FORMATS, isTaken, UNSENT_DAYS, WAVE_SAMPLES } from '../rules.ts';
import { blobsOf, deleteBlobs, insertBlobs, saveReady, saveRefused, takePoster, uploadById } from '../store/uploads.ts';
import type { BlobRow, UploadRow } from '../store/uploads.ts';
import { BlobDamaged } from '../vault/cipher.ts';
import type { Vault } from '../vault/vault.ts';
import { Turns } from './turns.ts';

/** How often the machine may be too busy to tell before the file is refused. */
const TRIES = 3;

export interface Pipeline {
  /** Has an upload that has come whole looked at; again and again does no harm. */
  submit(id: string, owner: string): void;
  /** All that was submitted so far is done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Room {
  readonly house: House;
  readonly guard: Guard;
  readonly vault: Vault;
  readonly looking: Slots;
  readonly writeNotices: NoticeWriter;
}

/** Pictures are drawn one after the other; what waits for the guard meanwhile is another person’s. */
const LOOKING_MOST = 1;
/** People whose files are under way at once, one of each: a long one of somebody waits between its pages while another’s photo is looked at. */
const PEOPLE_MOST = 3;
/** What could not be looked into, as against what is not taken at all. */
const UNREAD: ReadonlySet<string> = new Set(['file.unchecked', 'file.damaged', 'file.too_much_inside']);

/** What every upload goes through once it has come: it is looked at, passes the guard, and only then is it kept and can be sent. */
export function openPipeline(given: Omit<Room, 'looking'>): Pipeline {
  const room: Room = { ...given, looking: new Slots(LOOKING_MOST) };
  const tries = new Map<string, number>();
  const ending = new AbortController();
  const turns = new Turns(async (id) => {
    try {
      const outcome = await walk(room, id, ending.signal);
      if (outcome === 'starved' && !ending.signal.aborted) {
        const times = (tries.get(id) ?? 0) + 1;
        tries.set(id, times);
        if (times < TRIES) return true;
        await refuseHere(id, 'file.unchecked');
      }
      tries.delete(id);
    } catch (error) {
      // What had come was hurt on this machine’s disk: it is to be sent again.
      if (error instanceof BlobDamaged) await refuseHere(id, 'file.damaged').catch(() => undefined);
      // It stays as it is and comes again by the job: the store may be away, or the disk full.
      room.house.log.error(
        { file: id, error: (error as Error).message },
        'a file could not be taken in; it is tried again',
      );
    }
    return false;
  }, PEOPLE_MOST);

  async function refuseHere(id: string, code: string): Promise<void> {
    const row = await uploadById(room.house.db, id);
    if (row?.state === 'checking') await refuse(room, row, { code });
  }

  return {
    submit: (id, owner) => turns.add(owner, id),
    settled: () => turns.settled(),
    close() {
      // What is being looked at comes again at the next start.
      ending.abort();
      return turns.close();
    },
  };
}

async function walk(room: Room, id: string, signal: AbortSignal): Promise<'done' | 'starved'> {
  const { house, vault, guard } = room;
  const { parts } = vault;
  const row = await uploadById(house.db, id);
  // What lies on another node is for that one.
  if (row?.state !== 'checking' || (row.node !== null && row.node !== house.config.nodeName)) return 'done';
  const key = row.partKey ? vault.partKey(id, row.partKey) : undefined;
  const extension = extensionOf(row.name);
  // The machine was started anew since: what had come cannot be read any more.
  if (!key || !parts.has(id) || !isTaken(extension)) return refuse(room, row, { code: 'file.damaged' });
  const part = { id, key, bytes: row.bytes };

  const { name, owner: account, bytes } = row;
  const guarded = { account, name, type: FORMATS[extension].type, bytes, read: () => parts.read(part) };
  const release = await room.looking.take(account);
  const outcome = await look({ extension, wish: row.wish, bytes }, parts.read(part), { signal }).finally(release);
  if ('starved' in outcome) return 'starved';
  if ('refused' in outcome) {
    const incident = UNREAD.has(outcome.refused.code) ? await guard.unread(guarded) : null;
    return refuse(room, row, { ...outcome.refused, ...(incident === null ? {} : { incident }) });
  }
  const { found, sha256, pictures } = outcome;
  let passed: Passed;
  try {
    passed = await guard.file({ ...guarded, type: found.type });
  } catch (error) {
    if (error instanceof GuardStarved) return 'starved';
    if (error instanceof Problem) {
      if (error.retry) return 'starved';
      const { incident } = error.details;
      return refuse(room, row, { code: error.code, ...(typeof incident === 'string' ? { incident } : {}) });
    }
    // What had come was hurt on this machine’s disk: it is to be sent again.
    if (error instanceof BlobDamaged) throw error;
    // So that nothing passes which the guard could not look at.
    house.log.error({ file: id, error: (error as Error).message }, 'the guard could not look at a file');
    return refuse(room, row, { code: 'file.unchecked' });
  }

  const before = (await blobsOf(house.db, id)).map((it) => it.id);
  // Left of a time when the program was ended in the middle.
  for (const blob of before) await vault.remove(blob);
  if (before.length > 0) await deleteBlobs(house.db, before);

  const blobs: { row: BlobRow; bytes?: Buffer }[] = pictures.map((it) => {
    const blob = randomUUID();
    return {
      row: {
        id: blob,
        file: id,
        size: it.size,
        type: it.type,
        bytes: it.bytes.length,
        sha256: digest(it.bytes),
        key: vault.newBlobKey(blob),
      },
      bytes: it.bytes,
    };
  });
  const isPhoto = found.kind === 'photo';
  if (!isPhoto) {
    for (const box of found.erase ?? [])
      await parts.change(part, box.at, box.upTo, (chunk, begins) => erase(chunk, begins, box));
    const whole = { id, file: id, size: 'whole', type: found.type, bytes: row.bytes, sha256 } as const;
    blobs.push({ row: { ...whole, key: vault.wholeKey(id, key) } });
  }
  await insertBlobs(
    house.db,
    blobs.map((it) => it.row),
  );
  for (const blob of blobs) {
    if (blob.bytes) await vault.keep(blob.row, blob.bytes);
    else await vault.keepWhole(id);
  }
  const large = blobs.find((it) => it.row.size === 'large');
  const file = { ...fileOf(row, found, pictures), ...passed };
  await finish(room, row, file, large?.row.sha256 ?? sha256, blobs);
  await parts.remove(id);
  return 'done';
}

const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function erase(chunk: Buffer, begins: number, { at, from, upTo }: NonNullable<Found['erase']>[number]): void {
  const within = (place: number): number => Math.min(Math.max(place - begins, 0), chunk.length);
  Buffer.from('free', 'latin1').forEach((letter, place) => {
    const to = at + 4 + place - begins;
    if (to >= 0 && to < chunk.length) chunk[to] = letter;
  });
  chunk.fill(0, within(from), within(upTo));
}

/** As messages will show it. */
function fileOf(row: UploadRow, found: Found, pictures: readonly Rendition[]): File {
  const { id, name, given } = row;
  const { kind, type, width, height, pages } = found;
  const seconds = found.seconds ?? (kind === 'voice' || kind === 'video' ? given.seconds : undefined);
  const isPhoto = kind === 'photo';
  const bytes = isPhoto ? pictures.find((it) => it.size === 'large')!.bytes.length : row.bytes;
  return {
    id,
    kind,
    name: isPhoto ? namedAs(name, type) : name,
    bytes,
    type,
    ...(width === undefined || height === undefined ? {} : { width, height }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(pages === undefined ? {} : { pages }),
    ...(kind === 'voice' && given.wave && Buffer.from(given.wave, 'base64').length === WAVE_SAMPLES
      ? { wave: given.wave }
      : {}),
    ...(!isPhoto && pictures.length > 0 ? { preview: true } : {}),
  };
}

/** A photo is another file than the one that came: its name says which. */
function namedAs(name: string, type: string): string {
  const extension = extensionOf(name);
  const right = type === 'image/jpeg' ? ['jpg', 'jpeg'] : ['webp'];
  return right.includes(extension) ? name : `${name.slice(0, -extension.length)}${right[0]}`;
}

async function finish(
  { house, writeNotices, vault }: Room,
  row: UploadRow,
  file: File,
  sha256: Buffer,
  blobs: readonly { readonly row: BlobRow }[],
): Promise<void> {
  const { id, owner, name, wish } = row;
  let stays = false;
  await changeUnattended(house, writeNotices, async ({ db, now, announce }) => {
    const poster = file.kind === 'video' ? row.given.poster : undefined;
    const preview = poster !== undefined && (await takePoster(db, owner, poster, id));
    const shape: File = preview ? { ...file, preview } : file;
    const endsAt = new Date(now.getTime() + UNSENT_DAYS * 86_400_000);
    const bytes = file.kind === 'photo' ? blobs.reduce((sum, it) => sum + it.row.bytes, 0) : row.bytes;
    stays = await saveReady(db, { id, shape, sha256, bytes, endsAt });
    if (!stays) return;
    const upload: Upload = { id, state: 'ready', name, bytes: row.bytes, offset: row.bytes };
    announce('file.checked', owner, wish === 'poster' ? upload : { ...upload, file: shape });
  });
  if (stays) {
    house.metrics.files.inc({ outcome: 'ready' });
    return;
  }
  // Given up in the meantime: what was kept goes with it.
  for (const blob of blobs) await vault.remove(blob.row.id);
}

async function refuse({ house, writeNotices, vault }: Room, row: UploadRow, refusal: Finding): Promise<'done'> {
  const { id, owner, name, bytes } = row;
  house.metrics.files.inc({ outcome: refusal.code });
  // First the bytes: nothing of what was refused stays behind.
  await vault.parts.remove(id);
  await changeUnattended(house, writeNotices, async ({ db, announce }) => {
    if (!(await saveRefused(db, id, refusal))) return;
    announce('file.checked', owner, { id, state: 'refused', name, bytes, offset: bytes, problem: refusal });
  });
  return 'done';
}

import { randomUUID } from 'node:crypto';

import { problem } from '../../protocol/problem.ts';
import type { Guard } from '../../server/guard.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Intake, Job, Route } from '../../server/house.ts';
import type { NoticeWriter } from '../../server/stream.ts';
import { fileActions, fileProblems } from './protocol.ts';
import type { Upload } from './protocol.ts';
import { mediaStoreActions } from './protocol/keeping.ts';
import {
  CHECKING_MOST,
  DAY_BYTES_MOST,
  extensionOf,
  FILE_BYTES_MOST,
  fileName,
  isTaken,
  PERSON_BYTES_MOST,
  UPLOAD_HOURS,
  UPLOADS_MOST,
} from './rules.ts';
import { uploadIntakes } from './server/intake.ts';
import { filesJob, removeBlobs } from './server/jobs.ts';
import { uploadOwners } from './server/owners.ts';
import type { Owners } from './server/owners.ts';
import { openPipeline } from './server/pipeline.ts';
import type { Pipeline } from './server/pipeline.ts';
import { fileRoutes } from './server/routes.ts';
import { entriesOf, monthsOf, peopleNamed, sendersOf } from './store/keeping.ts';
import { insertUpload, saveGone, uploadsOf, usageOf } from './store/uploads.ts';
import type { UploadRow } from './store/uploads.ts';
import { plainSize } from './vault/cipher.ts';
import { sizeOf } from './vault/parts.ts';
import { openVault } from './vault/vault.ts';
import type { Vault } from './vault/vault.ts';

const SENDERS_MOST = 200;
const HOUR = 3_600_000;

/** All there is to files in one running house. */
export interface Files {
  readonly vault: Vault;
  readonly pipeline: Pipeline;
  readonly handlers: HandlersOf<typeof fileActions> & HandlersOf<typeof mediaStoreActions>;
  readonly routes: readonly Route[];
  readonly intakes: readonly Intake[];
  readonly job: Job;
  /** Deletes the stored pieces of files that are gone, a bounded part of them; the job does the rest. */
  removeGone(): Promise<void>;
  close(): Promise<void>;
}

export async function openFiles(house: House, guard: Guard, writeNotices: NoticeWriter): Promise<Files> {
  const vault = await openVault(house.config, house.log);
  const pipeline = openPipeline({ house, guard, vault, writeNotices });
  const owners = uploadOwners(house);
  return {
    vault,
    pipeline,
    handlers: { ...uploadHandlers(house, vault, owners), ...mediaStoreHandlers() },
    routes: fileRoutes(house, vault),
    intakes: uploadIntakes(house, vault, pipeline, owners),
    job: filesJob(house, vault, pipeline, owners),
    async removeGone() {
      await removeBlobs(house, vault);
    },
    async close() {
      await vault.parts.close();
      await pipeline.close();
    },
  };
}

function uploadHandlers(house: House, vault: Vault, owners: Owners): HandlersOf<typeof fileActions> {
  const cameOf = async (id: string): Promise<number> => plainSize((await sizeOf(vault.parts.pathOf(id))) ?? 0);

  /** Of what lies on another node, as far as that has told. */
  const cameAt = async ({ id, node, came }: UploadRow): Promise<number> =>
    node === null || node === owners.here ? cameOf(id) : came;

  async function uploadOf(row: UploadRow): Promise<Upload> {
    const { id, state, name, bytes, shape, problem: refusal, wish } = row;
    return {
      id,
      state,
      name,
      bytes,
      offset: state === 'uploading' ? Math.min(await cameAt(row), bytes) : bytes,
      ...(shape && wish !== 'poster' ? { file: shape } : {}),
      ...(refusal ? { problem: refusal } : {}),
    };
  }

  return handlers(fileActions, {
    'file.begin': async ({ db, actor, now }, { name: given, bytes, kind, seconds, wave, poster }) => {
      const name = fileName(given);
      const extension = extensionOf(name);
      if (!isTaken(extension)) throw fileProblems('file.kind_refused', { extension: extension.slice(0, 16) });
      if (bytes > FILE_BYTES_MOST) throw fileProblems('file.too_large', { most: FILE_BYTES_MOST });
      if (house.storage.isLow) throw problem('server.storage_full', { wait: 10 });
      const use = await usageOf(db, actor.account, new Date(now.getTime() - 24 * HOUR));
      if (use.uploading >= UPLOADS_MOST || use.checking >= CHECKING_MOST)
        throw fileProblems('file.too_many_uploads', { most: UPLOADS_MOST });
      if (use.day + bytes > DAY_BYTES_MOST) throw fileProblems('file.quota', { of: 'day', most: DAY_BYTES_MOST });
      if (use.kept + bytes > PERSON_BYTES_MOST)
        throw fileProblems('file.quota', { of: 'person', most: PERSON_BYTES_MOST });
      if (poster !== undefined) {
        const [picture] = await uploadsOf(db, actor.account, [poster]);
        if (picture?.wish !== 'poster' || picture.state === 'refused')
          throw fileProblems('file.unknown', { file: poster });
      }
      const file = randomUUID();
      await insertUpload(db, {
        id: file,
        owner: actor.account,
        wish: kind,
        name,
        bytes,
        given: { seconds, wave, poster },
        partKey: vault.newPartKey(file),
        node: owners.here,
        at: now,
        endsAt: new Date(now.getTime() + UPLOAD_HOURS * HOUR),
      });
      return { file, most: FILE_BYTES_MOST };
    },

    'file.cancel': async ({ db, actor, afterCommit }, { file }) => {
      const [row] = await uploadsOf(db, actor.account, [file]);
      const state = await saveGone(db, actor.account, file, row ? await cameAt(row) : 0);
      if (!state) throw problem('not_found');
      afterCommit(async () => {
        await vault.parts.remove(file);
        if (state === 'ready') await removeBlobs(house, vault);
      });
      return {};
    },

    'file.status': async ({ db, actor }, { files }) => {
      const found = new Map((await uploadsOf(db, actor.account, files)).map((it) => [it.id, it]));
      const rows: UploadRow[] = [];
      for (const id of new Set(files)) {
        const row = found.get(id);
        if (!row) continue;
        // Its node is gone with what had come: for the sender it is no more, and begins again.
        const waits = row.state === 'uploading' || row.state === 'checking';
        if (!(waits && (await owners.isGone(row.node)))) rows.push(row);
      }
      return { uploads: await Promise.all(rows.map(uploadOf)) };
    },
  });
}

function mediaStoreHandlers(): HandlersOf<typeof mediaStoreActions> {
  return handlers(mediaStoreActions, {
    'file.list': async ({ db, actor }, wish) => {
      const { limit, after } = wish;
      const found = await entriesOf(db, { ...wish, account: actor.account });
      const entries = found.slice(0, limit);
      if (after) entries.reverse();
      const people = await peopleNamed(db, [...new Set(entries.flatMap((it) => it.by ?? []))]);
      return { entries, people, last: found.length <= limit };
    },

    'file.months': async ({ db, actor }, { group, shelf }) => ({
      months: await monthsOf(db, group, actor.account, shelf),
      senders: await sendersOf(db, group, actor.account, shelf, SENDERS_MOST),
    }),
  });
}

import { join } from 'node:path';

import type { Config } from '../../../server/config.ts';
import { fleetingKey, keyOf } from '../../../server/keys.ts';
import type { Log } from '../../../server/log.ts';
import { StartError } from '../../../server/start.ts';
import { derivedKey, newKey, sealBytes, unsealed, unwrapKey, wrapKey } from './cipher.ts';
import { diskBlobs } from './disk.ts';
import { Parts } from './parts.ts';
import { s3Blobs } from './s3.ts';
import type { Blobs } from './blobs.ts';

/** A blob and its key as the database keeps it. */
export interface StoredBlob {
  readonly id: string;
  readonly bytes: number;
  readonly key: Buffer;
}

/** Where files lie, and the keys they are locked with. */
export interface Vault {
  readonly parts: Parts;
  /** A new key for an upload, as the database keeps it. */
  newPartKey(id: string): Buffer;
  /** Undefined where the machine was started anew since. */
  partKey(id: string, wrapped: Buffer): Buffer | undefined;
  /** Keeps an upload that has come whole and may be taken: not a byte of it is written again. Answers its key for the database. */
  wholeKey(id: string, key: Buffer): Buffer;
  keepWhole(id: string): Promise<void>;
  /** A key for a blob that is written by `keep`. */
  newBlobKey(id: string): Buffer;
  keep(blob: StoredBlob, bytes: Buffer): Promise<void>;
  /** Bytes of a blob; throws `BlobDamaged` before it hands on anything of what is damaged. */
  read(blob: StoredBlob, from: number, upTo: number): AsyncGenerator<Buffer>;
  remove(id: string): Promise<void>;
}

export async function openVault(config: Config, log: Log): Promise<Vault> {
  const folder = join(config.dataDir, 'files');
  const blobs: Blobs = config.filesS3 ? s3Blobs(config.filesS3) : diskBlobs(join(folder, 'blobs'));
  const parts = new Parts(join(folder, 'parts'));
  await parts.prepare();
  await blobs.check().catch((error: unknown) => {
    if (!config.filesS3 || error instanceof StartError) throw error;
    // People can write to each other without it; what they upload waits.
    log.error({ error: (error as Error).message }, 'the store for files does not answer');
  });
  let keys: { house: Buffer; parts: Buffer } | undefined;
  // Made at the first use, as the other keys are: a copy of the database alone opens nothing.
  const under = (): { house: Buffer; parts: Buffer } => {
    if (!keys) {
      const house = keyOf(config.keysDir, 'files');
      keys = { house, parts: derivedKey(house, fleetingKey(config.dataDir, 'parts'), 'parts') };
    }
    return keys;
  };
  return {
    parts,
    newPartKey: (id) => wrapKey(under().parts, id, newKey()),
    partKey(id, wrapped) {
      try {
        return unwrapKey(under().parts, id, wrapped);
      } catch {
        return undefined;
      }
    },
    wholeKey: (id, key) => wrapKey(under().house, id, key),
    keepWhole: (id) => blobs.keepFile(id, parts.pathOf(id)),
    newBlobKey: (id) => wrapKey(under().house, id, newKey()),
    keep: ({ id, key }, bytes) => blobs.keepBytes(id, sealBytes(unwrapKey(under().house, id, key), id, bytes)),
    read: ({ id, bytes, key }, from, upTo) =>
      unsealed({ id, bytes, key: unwrapKey(under().house, id, key) }, from, upTo, (first, end) =>
        blobs.read(id, first, end),
      ),
    remove: (id) => blobs.remove(id),
  };
}

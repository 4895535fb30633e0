import { join } from 'node:path';

import type { BlobSource } from '../../../server/backup/place.ts';
import type { Config } from '../../../server/config.ts';
import { sealedSize } from './cipher.ts';
import { diskBlobs } from './disk.ts';
import { s3Blobs } from './s3.ts';

/** Blobs as they lie, sealed, for a backup: nothing of them is opened. */
export function sealedBlobs(config: Pick<Config, 'dataDir' | 'filesS3'>): BlobSource {
  const blobs = config.filesS3 ? s3Blobs(config.filesS3) : diskBlobs(join(config.dataDir, 'files', 'blobs'));
  return { sealedSize, read: (id, from, upTo) => blobs.read(id, from, upTo) };
}

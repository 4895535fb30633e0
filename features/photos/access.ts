import { randomUUID } from 'node:crypto';

import sharp from 'sharp';

import type { Database } from '../../server/database.ts';
import { PHOTO_BYTES_MOST, PHOTO_LARGE, PHOTO_SMALL } from './rules.ts';
import { deletePhoto, insertPhoto } from './store.ts';

const PIXELS_MOST = 32e6;
const SIDE_MOST = 16_384;
const FORMATS = new Set(['jpeg', 'png', 'webp']);

export interface EncodedPhoto {
  readonly large: Buffer;
  readonly small: Buffer;
}

/**
 * A picture as it is kept: decoded and encoded anew, square, turned upright, without anything but its pixels. Undefined
 * where it is no JPEG, PNG or WebP that can be read, or too large.
 * So that no file of a stranger's making ever reaches another person's browser, the original is not kept.
 */
export async function encodePhoto(base64: string): Promise<EncodedPhoto | undefined> {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0 || bytes.length > PHOTO_BYTES_MOST) return undefined;
  const options = { limitInputPixels: PIXELS_MOST, failOn: 'warning' } as const;
  try {
    const { format, width, height, autoOrient } = await sharp(bytes, options).metadata();
    if (!FORMATS.has(format) || Math.max(width, height) > SIDE_MOST) return undefined;
    const square = Math.min(autoOrient.width, autoOrient.height);
    const encode = (side: number): Promise<Buffer> =>
      sharp(bytes, options)
        .autoOrient()
        .resize(side, side, { fit: 'cover' })
        .toColourspace('srgb')
        .webp({ quality: 82 })
        .toBuffer();
    return { large: await encode(Math.min(PHOTO_LARGE, square)), small: await encode(PHOTO_SMALL) };
  } catch {
    return undefined;
  }
}

/** Keeps a photo of an account or a group in place of its former one; `point` makes the owner's row name it. Answers its id. */
export async function replacePhoto(
  tx: Database,
  owner: string,
  former: string | null,
  photo: EncodedPhoto | null,
  point: (photo: string | null) => Promise<void>,
): Promise<string | null> {
  const id = photo ? randomUUID() : null;
  if (photo && id) await insertPhoto(tx, { id, owner, ...photo });
  await point(id);
  if (former) await deletePhoto(tx, former);
  return id;
}

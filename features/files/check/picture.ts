import sharp from 'sharp';
import type { Metadata, Sharp } from 'sharp';

import { SIDES } from '../rules.ts';
import type { Size } from '../rules.ts';
import { Refused } from './finding.ts';
import type { Look, Picture } from './finding.ts';

const PIXELS_MOST = 32e6;
const SIDE_MOST = 16_384;
const FRAMES_MOST = 100;
const FORMATS: Readonly<Record<string, string>> = { jpg: 'jpeg', jpeg: 'jpeg', png: 'png', webp: 'webp', gif: 'gif' };

// One picture at a time on one core: the other is for those who write.
sharp.concurrency(1);
sharp.cache(false);

/**
 * A picture, decoded and encoded anew in the sizes it is shown in, upright, without anything but its pixels: neither where it was
 * taken nor what hid in the file reaches anybody.
 */
export async function lookAtPicture(bytes: Buffer, extension: string): Promise<Look> {
  const options = { limitInputPixels: PIXELS_MOST, failOn: 'warning', sequentialRead: true } as const;
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  } catch {
    throw new Refused('file.damaged');
  }
  const { format, width, height, pages = 1 } = metadata;
  if (format !== FORMATS[extension]) throw new Refused('file.mismatch');
  if (width > SIDE_MOST || height > SIDE_MOST || width * height * pages > PIXELS_MOST || pages > FRAMES_MOST)
    throw new Refused('file.too_much_inside');
  const moves = pages > 1;
  const open = (): Sharp => sharp(bytes, moves ? { ...options, animated: true } : options).autoOrient();
  const pictures: Picture[] = [];
  try {
    // What is seen large stands for all: the smaller ones are made of it.
    const large = await encoded(open(), 'large', moves || format !== 'jpeg' ? 'webp' : 'jpeg');
    pictures.push(large);
    const still = { limitInputPixels: PIXELS_MOST };
    if (!moves && Math.max(large.width, large.height) > SIDES.screen)
      pictures.push(await encoded(sharp(large.bytes, still), 'screen', 'webp'));
    if (moves || Math.max(large.width, large.height) > SIDES.thumb)
      pictures.push(await encoded(sharp(pictures.at(-1)!.bytes, still), 'thumb', 'webp'));
    const { type, width: wide, height: high } = large;
    return { found: { kind: 'photo', type, width: wide, height: high }, pictures: each(pictures) };
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused('file.damaged');
  }
}

async function* each(pictures: readonly Picture[]): AsyncIterable<Picture> {
  yield* pictures;
}

async function encoded(from: Sharp, size: Size, as: 'jpeg' | 'webp'): Promise<Picture> {
  const side = SIDES[size];
  const fitted = from.resize(side, side, { fit: 'inside', withoutEnlargement: true }).toColourspace('srgb');
  const { data, info } = await (
    as === 'jpeg'
      ? fitted.jpeg({ quality: 86 })
      : fitted.webp({ quality: size === 'large' ? 88 : size === 'screen' ? 80 : 74, effort: 3 })
  ).toBuffer({ resolveWithObject: true });
  return { size, type: `image/${as}`, width: info.width, height: info.pageHeight ?? info.height, bytes: data };
}

/** Something drawn, to be shown in small and on the whole screen. */
export async function* drawnIn(it: { width: number; height: number; pixels: Buffer }): AsyncIterable<Picture> {
  const raw = { raw: { width: it.width, height: it.height, channels: 4 as const } };
  for (const size of ['thumb', 'screen'] as const)
    yield await encoded(sharp(it.pixels, raw).removeAlpha(), size, 'webp');
}

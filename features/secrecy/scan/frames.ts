import { Refused } from '../../files/check/finding.ts';
import type { Picture } from '../extract/piece.ts';
import { decoded, framesOf } from './picture.ts';

/** Of one moving picture, or pages of one TIFF. */
const FRAMES_MOST = 500;
/** Of these that were seen last, a frame must be another. */
const KEPT_MOST = 8;
const SIDE = 480;
/** So much lighter or darker is a point that is another; so many of them are something else than noise. */
const CHANGE = 40;
const POINTS = 30;

/** Every frame that shows something else than those before it: a picture may show its marking for a moment only. */
export async function* framesIn(picture: Picture): AsyncGenerator<Picture> {
  const count = await framesOf(picture);
  if (count <= 1 || !('bytes' in picture)) return yield picture;
  if (count > FRAMES_MOST) throw new Refused('file.too_much_inside');
  const kept: Uint8Array[] = [];
  for (let frame = 0; frame < count; frame += 1) {
    const { points } = await decoded({ ...picture, frame }, SIDE);
    if (kept.some((it) => isSame(it, points))) continue;
    kept.unshift(points);
    kept.length = Math.min(kept.length, KEPT_MOST);
    yield { ...picture, frame };
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let changed = 0;
  for (let at = 1; at < one.length; at += 3) {
    if (Math.abs(one[at]! - other[at]!) < CHANGE && Math.abs(one[at - 1]! - other[at - 1]!) < CHANGE) continue;
    changed += 1;
    if (changed > POINTS) return false;
  }
  return true;
}

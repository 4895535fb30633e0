import type { Picture } from '../extract/piece.ts';
import { decoded, evenlyLit, inkOf, rednessOf } from './picture.ts';
import { blotsOf } from './pieces.ts';
import { isWriting, lettersOf, lieOf } from './slope.ts';
import { frameBoxes, looksLikeStamp, redBoxes } from './stamps.ts';

/** Looked at small first; what shows nothing there once more, larger, for writing that is small in it. */
const SIDES = [1_000, 1_800];
/** Nothing can be written on less than this. */
const LEAST = 14;
const BOXES_MOST = 24;

/**
 * Whether there is anything to read in a picture: letters in rows, or what looks like a stamp. Faces, food and landscapes have none, so
 * that only few of them are kept waiting for the reader. When in doubt there is.
 */
export async function mayHaveWriting(picture: Picture): Promise<boolean> {
  let before = 0;
  for (const side of SIDES) {
    const colours = await decoded(picture, side);
    const { width, height } = colours;
    if (Math.min(width, height) < LEAST) return false;
    // It is no larger than it was.
    if (width * height <= before * 1.2) return false;
    before = width * height;
    const lit = evenlyLit(colours);
    const ink = inkOf(lit);
    const lie = lieOf(lettersOf(blotsOf(ink, 170, 6), Math.max(width, height) / 4));
    if (lie && isWriting(lie)) return true;
    const redness = rednessOf(lit);
    if (
      redBoxes(redness)
        .slice(0, BOXES_MOST)
        .some((it) => looksLikeStamp(redness, it))
    )
      return true;
    if (
      frameBoxes(ink)
        .slice(0, BOXES_MOST)
        .some((it) => looksLikeStamp(ink, it))
    )
      return true;
  }
  return false;
}

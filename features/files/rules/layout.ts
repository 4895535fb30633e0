import type { FileKind } from '../rules.ts';

/** Rem: what a picture in a message is at most. */
const WIDE = 20;
const HIGH = 22;
const NARROW = 8;
/** How many pictures of a message are shown; the last of them says how many more there are. */
export const SHOWN_MOST = 4;

export interface Box {
  /** Rem; narrower where there is less room. */
  readonly width: number;
  /** Width by height. */
  readonly ratio: number;
}

interface Sized {
  /** Pixels, where they are known. */
  readonly width?: number;
  readonly height?: number;
}

/** The room the photos and films of a message take, known before any of them has come: nothing moves when they do. */
export function boxOf(pictures: readonly Sized[]): Box {
  if (pictures.length >= 3) return { width: WIDE, ratio: 1 };
  if (pictures.length === 2) return { width: WIDE, ratio: pictures.every((it) => ratioOf(it) > 1.2) ? 2.6 : 1.8 };
  const ratio = Math.min(3, Math.max(0.5, ratioOf(pictures[0] ?? {})));
  return { width: Math.max(NARROW, Math.min(WIDE, HIGH * ratio)), ratio };
}

function ratioOf({ width = 4, height = 3 }: Sized): number {
  return width > 0 && height > 0 ? width / height : 4 / 3;
}

export function isPicture({ kind }: { readonly kind: FileKind }): boolean {
  return kind === 'photo' || kind === 'video';
}

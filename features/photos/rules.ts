/** Pixels of the two sizes a photo is kept in, a side. */
export const PHOTO_LARGE = 512;
export const PHOTO_SMALL = 96;
/** What a client may hand in, in bytes and as base64. Clients shrink before, so that a weak line carries little. */
export const PHOTO_BYTES_MOST = 512 * 1024;
export const PHOTO_BASE64_MOST = Math.ceil(PHOTO_BYTES_MOST / 3) * 4;

/** Where a photo is: its address changes with it. Undefined for who has none. */
export function photoPath(photo: string | null | undefined, size: 'small' | 'large' = 'small'): string | undefined {
  if (!photo) return undefined;
  return size === 'small' ? `/photos/${photo}` : `/photos/${photo}/large`;
}

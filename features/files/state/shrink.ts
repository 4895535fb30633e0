import { SIDES } from '../rules.ts';

/** A photo is sent with this longest side, pixels: enough to read a document on it, a tenth of the bytes. */
const SIDE = 2_048;
const QUALITY = 0.82;
/** Below it a PNG (a screenshot, a drawing) is left as it is: letters stay sharp. */
const SMALL = 1_000_000;

/** A picture of the device, upright; undefined where this browser cannot read it. */
export async function readPicture(blob: Blob): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch {
    return undefined;
  }
}

/** A JPEG of at most this side. */
export async function drawn(
  picture: CanvasImageSource,
  from: { width: number; height: number },
  side: number,
  quality: number,
): Promise<{ blob: Blob; width: number; height: number } | undefined> {
  const scale = Math.min(1, side / Math.max(from.width, from.height));
  const width = Math.max(1, Math.round(from.width * scale));
  const height = Math.max(1, Math.round(from.height * scale));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  // Transparent pictures stand on white, whatever the theme.
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
  // Some browsers hold on to the pixels of a canvas until they need the room.
  canvas.width = canvas.height = 0;
  return blob ? { blob, width, height } : undefined;
}

/** A photo as it is sent over a weak line; where it would not become smaller it stays as it is. */
export async function shrinkToSend(
  name: string,
  blob: Blob,
): Promise<{ name: string; blob: Blob; width: number; height: number } | undefined> {
  const picture = await readPicture(blob);
  if (!picture) return undefined;
  const { width, height } = picture;
  try {
    const asItIs = /^image\/(?:jpeg|png|webp)$/.test(blob.type) ? { name, blob, width, height } : undefined;
    if (asItIs && blob.type === 'image/png' && blob.size < SMALL && Math.max(width, height) <= SIDES.large)
      return asItIs;
    const small = await drawn(picture, picture, SIDE, QUALITY);
    if (!small) return asItIs;
    if (asItIs && small.blob.size >= blob.size && Math.max(width, height) <= SIDE) return asItIs;
    return { ...small, name: `${name.replace(/\.[^.]*$/, '')}.jpg` };
  } finally {
    picture.close();
  }
}

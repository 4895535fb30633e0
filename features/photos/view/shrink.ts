import { PHOTO_BASE64_MOST, PHOTO_LARGE } from '../rules.ts';

export interface ShrunkPhoto {
  readonly base64: string;
  /** Shows it in this page. */
  readonly url: string;
}

/** A picture from the device, cut to a square and made small, so that a weak line carries little. Undefined where it cannot be read. */
export async function shrinkPhoto(file: Blob): Promise<ShrunkPhoto | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return undefined;
  }
  const square = Math.min(picture.width, picture.height);
  const side = Math.min(PHOTO_LARGE, square);
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (!context || side === 0) return undefined;
  // Transparent pictures stand on white, whatever the theme.
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = 'high';
  const from = [(picture.width - square) / 2, (picture.height - square) / 2] as const;
  context.drawImage(picture, ...from, square, square, 0, 0, side, side);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
  if (!blob) return undefined;
  const url = await asDataUrl(blob);
  const base64 = url.slice(url.indexOf(',') + 1);
  return base64.length <= PHOTO_BASE64_MOST ? { base64, url } : undefined;
}

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as string);
    reader.onerror = () => fail(reader.error ?? new Error('cannot be read'));
    reader.readAsDataURL(blob);
  });
}

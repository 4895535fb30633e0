import { encode } from 'uqr';

/** White around a code, in its squares: readers need four. */
const BORDER = 4;

/** The squares of a QR code as the path of an SVG, and how many there are a side. Damaged by up to 15 % it is still read. */
export function qrPath(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { ecc: 'M', border: BORDER });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join('');
  return { path, size };
}

/** The same as a picture to keep, drawn on this device. */
export async function qrPng(text: string, side = 1_024): Promise<Blob> {
  const { data, size } = encode(text, { ecc: 'M', border: BORDER });
  const square = Math.floor(side / size);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = square * size;
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#000';
  for (const [y, row] of data.entries())
    for (const [x, dark] of row.entries()) if (dark) pen.fillRect(x * square, y * square, square, square);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}

// Draws the pictures of the installed program from the marks in web/assets: `node bin/icons.ts`. Run when a mark changes;
// the results are committed, so that a build needs no drawing.
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';

const PINE = '#17654f';
const assets = new URL('../web/assets/', import.meta.url);
const icons = new URL('../web/public/icons/', import.meta.url);

const appIcon = await readFile(new URL('app-icon.svg', assets), 'utf8');
const small = await readFile(new URL('mark-small.svg', assets), 'utf8');

const drawn = (svg: string, px: number) => sharp(Buffer.from(svg), { density: (72 * px) / 24 }).resize(px, px);
const save = (image: Sharp, name: string) =>
  image.png({ compressionLevel: 9, palette: true }).toFile(new URL(name, icons).pathname);

// Full-bleed pine: launchers cut their own shape, so the mark takes 64 % of the side. In app-icon.svg the 64-unit mark
// is 64 × 1.015 of 96 units wide (67.7 %).
const bleed = appIcon.replace(/rx="[\d.]+"/, 'rx="0"');
const maskable = bleed.replace(/translate\([^)]*\) scale\([^)]*\)/, 'translate(17.28 17.28) scale(0.96)');

for (const px of [192, 512]) {
  await save(drawn(appIcon, px), `icon-${px}.png`);
  await save(drawn(maskable, px), `maskable-${px}.png`);
}
// iOS rounds the corners itself and shows no transparency.
await save(drawn(bleed, 180).flatten({ background: PINE }), 'apple-touch-icon.png');
// The notification's badge: white on transparent, as Android wants it.
await save(drawn(small.replaceAll('currentColor', '#fff'), 96), 'badge-96.png');

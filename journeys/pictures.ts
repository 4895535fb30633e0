import PDFDocument from 'pdfkit';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

import { UPLOADS_PATH } from '../features/files/rules.ts';
import { composer } from './steps.ts';

/** A file as somebody's device hands it over. */
export interface Handed {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A photo of hills in the rain, as from a phone. `tall`: held upright. */
export async function photo(name: string, hue: number, { tall = false } = {}): Promise<Handed> {
  const [width, height] = tall ? [900, 1_600] : [1_600, 1_200];
  const hill = (y: number, light: number): string =>
    `<path d="M0 ${height} L0 ${y} Q${width * 0.25} ${y - 220} ${width * 0.5} ${y - 40} T${width} ${y - 90} L${width} ${height}Z" fill="hsl(${hue} 26% ${light}%)"/>`;
  const rain = Array.from({ length: 90 }, (_, at) => {
    const [x, y] = [(at * 337) % width, (at * 523) % height];
    return `<path d="M${x} ${y} l-9 44" stroke="#fff" stroke-opacity=".35" stroke-width="3"/>`;
  }).join('');
  const house = `<g transform="translate(${width * 0.55} ${height * 0.62})"><path d="M0 0 L70 -130 L140 0Z" fill="hsl(18 40% 32%)"/><rect x="24" y="0" width="92" height="70" fill="hsl(25 30% 52%)"/></g>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 14% 82%)"/>${hill(height * 0.45, 66)}${hill(height * 0.62, 48)}${house}${hill(height * 0.85, 34)}${rain}</svg>`;
  return { name, mimeType: 'image/jpeg', buffer: await sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer() };
}

/** A letter of the commune, of so many pages. */
export async function letter(name: string, pages: number): Promise<Handed> {
  const doc = new PDFDocument({ size: 'A4', margin: 72 });
  const parts: Buffer[] = [];
  doc.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise((resolve) => doc.on('end', resolve));
  for (let page = 1; page <= pages; page += 1) {
    if (page > 1) doc.addPage();
    doc.fontSize(13).text('UBND XA IA GRAI', { continued: true }).text('   So: 1182/UBND-KT', { align: 'right' });
    doc.moveDown(2).fontSize(15).text('CONG VAN', { align: 'center' });
    doc.moveDown().fontSize(12);
    for (let line = 0; line < 14; line += 1)
      doc.text('De nghi cac thon, lang ra soat ho ven suoi va bao cao truoc 15 gio 30 hom nay. ', { align: 'justify' });
  }
  doc.end();
  await ended;
  return { name, mimeType: 'application/pdf', buffer: Buffer.concat(parts) };
}

/** A film of two seconds, made by the browser itself. */
export async function film(page: Page, name: string): Promise<Handed> {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 240;
    const context = canvas.getContext('2d')!;
    const recorder = new MediaRecorder(canvas.captureStream(15), { mimeType: 'video/webm;codecs=vp8' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((done) => (recorder.onstop = done));
    let at = 0;
    const draw = setInterval(() => {
      at += 1;
      context.fillStyle = '#2c6e5a';
      context.fillRect(0, 0, 320, 240);
      context.fillStyle = '#efbf58';
      context.fillRect(at * 6, 90, 60, 60);
    }, 60);
    recorder.start();
    setTimeout(() => recorder.stop(), 2_000);
    await stopped;
    clearInterval(draw);
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  });
  return { name, mimeType: 'video/webm', buffer: Buffer.from(base64, 'base64') };
}

/** What lies in the composer and is going to be sent. */
export const tray = (page: Page): Locator => page.getByRole('region', { name: 'File sẽ gửi' });

/** Chooses files with an entry of the + sheet, or the button of a computer. */
export async function choose(page: Page, entry: 'Ảnh/Video' | 'File', files: readonly Handed[]): Promise<void> {
  await composer(page).waitFor();
  const chooser = page.waitForEvent('filechooser');
  const button = page.getByRole('button', { name: entry, exact: true });
  if ((await button.count()) > 0) await button.click();
  else {
    await page.getByRole('button', { name: 'Thêm vào tin nhắn' }).click();
    await page.getByRole('menuitem', { name: entry, exact: true }).click();
  }
  await (await chooser).setFiles(files.map(({ name, mimeType, buffer }) => ({ name, mimeType, buffer })));
}

/** Sends what lies in the composer. */
export async function sendTray(page: Page, caption = ''): Promise<void> {
  await tray(page).waitFor({ timeout: 60_000 });
  if (caption) await composer(page).fill(caption);
  await page.getByRole('button', { name: 'Gửi', exact: true }).click();
  await tray(page).waitFor({ state: 'detached' });
}

/** Chooses files and sends them before the server has seen any of them: what it refuses is said in the conversation, not in the composer. */
export async function sendUnseen(page: Page, files: readonly Handed[], caption: string): Promise<void> {
  let letGo = (): void => undefined;
  const sent = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(`**${UPLOADS_PATH}**`, async (route) => {
    await sent;
    await route.continue();
  });
  await choose(page, 'File', files);
  await sendTray(page, caption);
  letGo();
}

/** Every picture within has come. */
export async function drawn(scope: Locator): Promise<void> {
  await scope
    .page()
    .waitForFunction(
      (it) => [...(it as Element).querySelectorAll('img')].every((one) => one.complete && one.naturalWidth > 0),
      await scope.elementHandle(),
      { timeout: 60_000 },
    );
}

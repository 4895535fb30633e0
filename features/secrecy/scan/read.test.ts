import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import sharp from 'sharp';

import { scanRows } from '../../../bench/secrecy/scans.ts';
import { distance } from '../rules/picture.ts';
import { mayHaveWriting } from './may-have-writing.ts';
import { pageOf } from './read.ts';
import { openReader } from './reader.ts';
import type { Reader } from './reader.ts';

let reader: Reader;
/** A clean scan with a red stamp. */
let page: Buffer;
/** What the stamp says, without marks. */
let level: string;

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[^A-Za-z\n]/g, '')
    .toUpperCase();

/** Found in its frame, with no more than one letter wrong; and all that was read beside it. */
async function stampOf(bytes: Buffer): Promise<{ framed: boolean | undefined; lines: string; unreadable: boolean }> {
  const { stamps, lines, unreadable = false } = await pageOf({ bytes }, reader);
  const stamp = stamps.find(({ text }) => text.split('\n').some((line) => distance(plain(line), level, 1) <= 1));
  return { framed: stamp?.framed, lines: lines.join('\n'), unreadable };
}

before(async () => {
  reader = await openReader();
  const row = scanRows(7, { 'clean scan': 3, 'stamped scan': 0, photo: 0, 'harmless photo': 0 }).find((it) =>
    it.family.includes(' '),
  )!;
  page = await sharp(await row.make())
    .resize({ width: 1_240 })
    .jpeg()
    .toBuffer();
  level = plain(row.family);
});

test('a page is read from top to bottom, its stamp by itself', async () => {
  const { framed, lines, unreadable } = await stampOf(page);
  assert.equal(framed, true);
  assert.match(lines, /CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM[^]*Độc lập[^]*Nơi nhận/);
  assert.equal(unreadable, false);
});

test('however the page lies', async () => {
  for (const degrees of [90, 180, 24]) {
    const { framed, lines } = await stampOf(
      await sharp(page).rotate(degrees, { background: '#553' }).jpeg().toBuffer(),
    );
    assert.equal(framed, true, `${degrees} degrees`);
    assert.match(lines, /VIỆT NAM/, `${degrees} degrees`);
  }
});

test('without its colours', async () => {
  const { framed } = await stampOf(await sharp(page).greyscale().threshold(170).png().toBuffer());
  assert.equal(framed, true);
});

test('a page too blurred to be read is told from a picture that has nothing to read', async () => {
  const blurred = await sharp(page).blur(6).jpeg().toBuffer();
  assert.equal(await mayHaveWriting({ bytes: blurred }), true);
  assert.equal((await pageOf({ bytes: blurred }, reader)).unreadable, true);
});

test('pictures without writing are not kept waiting', async () => {
  const colours = Buffer.from(Array.from({ length: 12 * 9 * 3 }, (_, at) => (at * 83) % 256));
  const hills = await sharp(colours, { raw: { width: 12, height: 9, channels: 3 } })
    .resize(1_600, 1_200, { kernel: 'cubic' })
    .blur(6)
    .jpeg()
    .toBuffer();
  const dot = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#f00' } })
    .png()
    .toBuffer();
  assert.equal(await mayHaveWriting({ bytes: hills }), false);
  assert.equal(await mayHaveWriting({ bytes: dot }), false);
  assert.equal(await mayHaveWriting({ bytes: page }), true);
});

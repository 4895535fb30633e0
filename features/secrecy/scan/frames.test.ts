import assert from 'node:assert/strict';
import { test } from 'node:test';

import sharp from 'sharp';

import { framesIn } from './frames.ts';

test('each frame that shows something else is read, and none twice', async () => {
  const [width, height] = [120, 80];
  const plain = Buffer.alloc(width * height * 3, 240);
  const marked = Buffer.from(plain);
  for (let row = 30; row < 50; row += 1) marked.fill(20, (row * width + 20) * 3, (row * width + 60) * 3);
  const frames = [plain, plain, marked, plain, marked];
  const film = sharp(Buffer.concat(frames), {
    raw: { width, height: height * frames.length, channels: 3, pageHeight: height },
  });
  for (const bytes of [await film.clone().gif().toBuffer(), await film.clone().webp({ lossless: true }).toBuffer()]) {
    const seen: (number | undefined)[] = [];
    for await (const it of framesIn({ bytes })) seen.push('bytes' in it ? it.frame : undefined);
    assert.equal(seen.length, 2);
    assert.equal(seen[0], 0);
  }
  const still = {
    bytes: await sharp(plain, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  };
  const all = [];
  for await (const it of framesIn(still)) all.push(it);
  assert.deepEqual(all, [still]);
});

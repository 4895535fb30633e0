import assert from 'node:assert/strict';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { photoOf } from '../../testing/samples.ts';
import { uploaded } from '../../testing/uploads.ts';
import { CHUNK } from './vault/cipher.ts';

/** Bits that turn, each in a stored blob. */
const FLIPS = 200;

let house: TestHouse;
let text: string;
let photo: string;

before(async () => {
  house = await openTestHouse({ limits: false });
  text = (await uploaded(house, 'member', Buffer.alloc(4 * CHUNK + 77, 'Báo cáo số 12 '), { name: 'bao-cao.txt' })).id;
  photo = (await uploaded(house, 'member', await photoOf(900, 700), { name: 'anh.jpg', kind: 'photo' })).id;
});

const pathOf = (blob: string): string => join(house.house.config.dataDir, 'files', 'blobs', blob.slice(0, 2), blob);

/** What is handed out; undefined where it is refused or breaks off. */
async function fetched(path: string, headers: Record<string, string> = {}): Promise<Buffer | undefined> {
  const response = await fetch(house.address + path, { headers: { cookie: house.cast.member.cookie, ...headers } });
  const body = await response.arrayBuffer().catch(() => undefined);
  if (!response.ok) assert.equal((JSON.parse(Buffer.from(body!).toString()) as { code: string }).code, 'file.lost');
  return response.ok && body ? Buffer.from(body) : undefined;
}

async function blobsOf(file: string): Promise<{ id: string; path: string }[]> {
  const { rows } = await sql<{ id: string; size: string }>`select id, size from blobs where file = ${file}`.execute(
    house.db,
  );
  return rows.map(({ id, size }) => ({
    id,
    path: size === 'whole' || size === 'large' ? `/f/${file}` : `/f/${file}/${size}`,
  }));
}

test(`of ${FLIPS} bits that turned in stored files every one is found, and nothing false is handed out`, async (t) => {
  const blobs = [...(await blobsOf(text)), ...(await blobsOf(photo))];
  const sound = new Map<string, { stored: Buffer; whole: Buffer }>();
  for (const { id, path } of blobs)
    sound.set(id, { stored: await readFile(pathOf(id)), whole: (await fetched(path))! });
  let found = 0;
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const { id, path } = blobs[flip % blobs.length]!;
    const { stored, whole } = sound.get(id)!;
    const hurt = Buffer.from(stored);
    const at = Math.floor(Math.random() * hurt.length);
    hurt[at]! ^= 1 << Math.floor(Math.random() * 8);
    await writeFile(pathOf(id), hurt);
    const answer = await fetched(path);
    if (answer === undefined) found += 1;
    else
      assert.fail(
        `a turned bit at ${at} of ${hurt.length} was not found (${answer.equals(whole) ? 'same' : 'other'} bytes)`,
      );
    await writeFile(pathOf(id), stored);
    assert.deepEqual(await fetched(path), whole);
  }
  t.diagnostic(`${found}/${FLIPS} found`);
});

test('a damaged chunk is no reason to refuse a part of the file without it', async () => {
  const [blob] = await blobsOf(text);
  const stored = await readFile(pathOf(blob!.id));
  const hurt = Buffer.from(stored);
  hurt[hurt.length - 1]! ^= 1;
  await writeFile(pathOf(blob!.id), hurt);
  const first = await fetched(blob!.path, { range: 'bytes=0-99' });
  assert.deepEqual(first, Buffer.alloc(4 * CHUNK, 'Báo cáo số 12 ').subarray(0, 100));
  assert.equal(await fetched(blob!.path, { range: `bytes=${4 * CHUNK}-` }), undefined);
  await writeFile(pathOf(blob!.id), stored);
});

test('a blob cut short, of chunks changed about, in the place of another or gone is found', async () => {
  const [blob] = await blobsOf(text);
  const path = pathOf(blob!.id);
  const stored = await readFile(path);
  const sealed = CHUNK + 28;
  const swapped = Buffer.concat([
    stored.subarray(sealed, 2 * sealed),
    stored.subarray(0, sealed),
    stored.subarray(2 * sealed),
  ]);
  await writeFile(path, swapped);
  assert.equal(await fetched(blob!.path), undefined);
  await writeFile(path, stored);
  await truncate(path, 4 * sealed);
  assert.equal(await fetched(blob!.path), undefined);
  const [other] = await blobsOf(photo);
  await writeFile(path, await readFile(pathOf(other!.id)));
  assert.equal(await fetched(blob!.path), undefined);
  await rm(path);
  assert.equal(await fetched(blob!.path), undefined);
  await writeFile(path, stored);
  assert.equal((await fetched(blob!.path))!.length, 4 * CHUNK + 77);
});

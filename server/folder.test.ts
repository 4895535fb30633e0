import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FolderTakenError, takeFolder } from './folder.ts';

const places: string[] = [];
after(async () => {
  for (const place of places) await rm(place, { recursive: true, force: true });
});

async function newPlace(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-folder-'));
  places.push(place);
  return place;
}

test('a folder has one holder, also within a process, until it is released', async () => {
  const place = await newPlace();
  const first = await takeFolder(place);
  await assert.rejects(takeFolder(place), FolderTakenError);
  await first.release();
  const second = await takeFolder(place);
  await second.release();
});

test('it is made where it is missing, for its owner only', async () => {
  const place = join(await newPlace(), 'a/b');
  const taken = await takeFolder(place);
  assert.equal((await stat(place)).mode & 0o777, 0o700);
  assert.equal((await stat(join(place, 'program.lock'))).mode & 0o777, 0o600);
  await taken.release();
});

test('a lock file of a process that has ended, or whose number another has now, counts for nothing', async () => {
  const place = await newPlace();
  const file = join(place, 'program.lock');
  const taken = await takeFolder(place);
  const me = JSON.parse(await readFile(file, 'utf8')) as { pid: number; ticks: string };
  await taken.release();
  for (const holder of [
    { ...me, pid: 4_194_303 },
    { ...me, ticks: '1' },
  ]) {
    await writeFile(file, JSON.stringify(holder));
    await (await takeFolder(place)).release();
  }
  await writeFile(file, 'half a l');
  await (await takeFolder(place)).release();
});

test('a holder in another container is believed while it beats, and only then', async () => {
  const place = await newPlace();
  const file = join(place, 'program.lock');
  const there = JSON.stringify({ pid: 1, ticks: '5', boot: 'elsewhere', pids: '1', since: '2026-11-23T01:00:00.000Z' });

  await writeFile(file, there);
  const beat = setInterval(() => void utimes(file, new Date(), new Date()), 300);
  await assert.rejects(
    takeFolder(place),
    /is in use by another Nhà Rông \(process 1, started 2026-11-23T01:00:00.000Z\)/,
  );
  clearInterval(beat);

  const long = new Date(Date.now() - 60_000);
  await utimes(file, long, long);
  await (await takeFolder(place)).release();
});

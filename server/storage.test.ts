import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openLog } from './log.ts';
import { watchStorage } from './storage.ts';

const MB = 1_048_576;

test('below the reserve it is low, a tenth above it no longer; a disk that cannot be asked changes nothing', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let free = 300 * MB;
  let broken = false;
  const seen: number[] = [];
  const storage = await watchStorage({
    folder: '/data',
    reserveBytes: 256 * MB,
    log: openLog('silent'),
    onLook: (bytes) => seen.push(bytes),
    look: (folder) => {
      assert.equal(folder, '/data');
      return broken ? Promise.reject(new Error('stale handle')) : Promise.resolve(free);
    },
  });
  const later = async (megabytes: number): Promise<[low: boolean, full: boolean]> => {
    free = megabytes * MB;
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    return [storage.isLow, storage.isFull];
  };
  assert.deepEqual([storage.isLow, storage.isFull], [false, false]);
  assert.deepEqual(await later(255), [true, false]);
  assert.deepEqual(await later(260), [true, false]);
  assert.deepEqual(await later(15), [true, true]);
  broken = true;
  assert.deepEqual(await later(10_000), [true, true]);
  broken = false;
  assert.deepEqual(await later(290), [false, false]);
  assert.equal(seen.at(-1), 290 * MB);
  storage.close();
  assert.deepEqual(await later(1), [false, false], 'closed');
});

test('without a reserve only a full disk is told', async () => {
  const storage = await watchStorage({
    folder: '/data',
    reserveBytes: 0,
    log: openLog('silent'),
    look: () => Promise.resolve(0),
  });
  assert.deepEqual([storage.isLow, storage.isFull], [false, true]);
  storage.close();
});

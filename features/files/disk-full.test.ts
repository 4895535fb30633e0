import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { openTestHouse } from '../../testing/house.ts';
import type { Program } from '../../testing/program.ts';
import { photoOf } from '../../testing/samples.ts';
import { openSmallDisk } from '../../testing/small-disk.ts';
import { beginUpload, checked, offsetOf, sendPart } from '../../testing/uploads.ts';

test('a disk of its own for files that is full: that is said, the chat goes on, and the upload when there is room', async (t) => {
  const disk = await openSmallDisk(12);
  t.after(() => disk.remove());
  // Without a disk of one’s own there is only the limit on all files, the database’s too: server/disk-full.test.ts.
  if (disk.how !== 'a small file system') return t.skip('no file system may be mounted here');
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-files-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  await symlink(disk.folder, join(dataDir, 'files'));
  const house = await openTestHouse({ limits: false, env: { DATA_DIR: dataDir } });
  const none = undefined as unknown as Program;
  const line = { address: house.address, cookie: house.cast.member.cookie };
  const bytes = Buffer.from(randomBytes(2_000_000).toString('hex'));
  const begun = await beginUpload(line, bytes.length, { name: 'day.txt' });
  const location = begun.headers.get('location')!;
  assert.equal((await sendPart(line, location, bytes.subarray(0, 500_000), 0)).offset, 500_000);

  await disk.fill(none, 100_000);
  const refused = await sendPart(line, location, bytes, 500_000);
  assert.deepEqual([refused.status, (JSON.parse(refused.body) as { code: string }).code], [507, 'server.storage_full']);
  const said = await house.post('member', 'message.send', { group: house.group, text: 'Đường ngập, không qua được' });
  assert.equal(said.status, 200);
  const kept = await offsetOf(line, location);
  assert.ok(kept >= 400_000 && kept <= bytes.length, String(kept));

  // It has come whole, and there is no room to keep what is made of it: it waits, and is not lost.
  await disk.free(none);
  assert.equal((await sendPart(line, location, bytes, kept)).status, 204);
  const { file } = await checked(house, 'member', location.split('/').at(-1)!);
  const answer = await fetch(`${house.address}/f/${file!.id}`, { headers: { cookie: line.cookie } });
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);

  const picture = await photoOf(1_200, 900);
  const photo = await beginUpload(line, picture.length, { name: 'anh.jpg', kind: 'photo' });
  const { bavail, bsize } = await statfs(disk.folder);
  await writeFile(join(disk.folder, 'filler'), Buffer.alloc(bavail * bsize - picture.length - 12_000));
  assert.equal((await sendPart(line, photo.headers.get('location')!, picture, 0)).status, 204);
  const id = photo.headers.get('location')!.split('/').at(-1)!;
  const job = house.features.jobs.find((it) => it.name === 'end uploads and unsent files')!;
  await job.run();
  await disk.free(none);
  await job.run();
  assert.equal((await checked(house, 'member', id)).state, 'ready');
});

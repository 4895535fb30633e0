import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { sql } from 'kysely';

import { openTestHouse } from '../../testing/house.ts';
import { photoOf } from '../../testing/samples.ts';
import { hasSwift, openSwift } from '../../testing/swift.ts';
import { beginUpload, checked, sendPart, uploaded } from '../../testing/uploads.ts';
import { StartError } from '../../server/start.ts';
import { CHUNK } from './vault/cipher.ts';
import { s3Blobs } from './vault/s3.ts';

const skip = hasSwift() ? false : 'no Swift here: docs/decisions/files.md says how to get one';

test(
  'files in a real S3 store: kept, handed out in parts, proved, removed; what comes while it is away waits',
  { skip },
  async (t) => {
    const swift = await openSwift();
    t.after(() => swift.remove());
    const house = await openTestHouse({
      limits: false,
      env: {
        FILES_S3_URL: swift.url,
        FILES_S3_BUCKET: swift.bucket,
        FILES_S3_KEY: swift.key,
        FILES_S3_SECRET: swift.secret,
      },
    });
    const get = async (path: string, range?: string) => {
      const headers = { cookie: house.cast.member.cookie, ...(range ? { range } : {}) };
      const response = await fetch(house.address + path, { headers });
      const body = await response.arrayBuffer().catch(() => undefined);
      return { status: response.status, bytes: body && Buffer.from(body) };
    };
    const stored = async (): Promise<string[]> => {
      const text = await (await swift.client.fetch(`${swift.url}/${swift.bucket}?list-type=2`)).text();
      return [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map((it) => it[1]!.split('/').at(-1)!);
    };
    const known = async (): Promise<string[]> =>
      (await sql<{ id: string }>`select id from blobs`.execute(house.db)).rows.map((it) => it.id);

    const bytes = Buffer.alloc(40 * CHUNK + 9, 'Báo cáo số 694/BC-UBND ');
    const text = await uploaded(house, 'member', bytes, { name: 'bao-cao.txt' });
    const photo = await uploaded(house, 'member', await photoOf(2_000, 1_200), { name: 'anh.jpg', kind: 'photo' });
    assert.deepEqual((await stored()).sort(), (await known()).sort());
    assert.deepEqual(
      await readdir(join(house.house.config.dataDir, 'files', 'parts')),
      [],
      'nothing stays on this machine',
    );
    const sha = (it: Buffer): string => createHash('sha256').update(it).digest('hex');
    assert.equal(sha((await get(`/f/${text.id}`)).bytes!), sha(bytes));
    const part = await get(`/f/${text.id}`, `bytes=${7 * CHUNK - 3}-${9 * CHUNK + 3}`);
    assert.deepEqual([part.status, part.bytes], [206, bytes.subarray(7 * CHUNK - 3, 9 * CHUNK + 4)]);
    assert.equal((await get(`/f/${photo.id}/thumb`)).status, 200);

    // What the store has is locked, and what is changed in it is found.
    const at = `${swift.url}/${swift.bucket}/blobs/${text.id.slice(0, 2)}/${text.id}`;
    const sealed = Buffer.from(await (await swift.client.fetch(at)).arrayBuffer());
    assert.ok(!sealed.includes('694/BC-UBND'));
    const hurt = Buffer.from(sealed);
    hurt[3 * CHUNK]! ^= 4;
    await swift.client.fetch(at, { method: 'PUT', body: new Uint8Array(hurt) });
    const broken = await get(`/f/${text.id}`);
    assert.ok(broken.bytes === undefined || broken.status === 500, `${broken.status}`);
    await swift.client.fetch(at, { method: 'PUT', body: new Uint8Array(sealed) });
    assert.equal(sha((await get(`/f/${text.id}`)).bytes!), sha(bytes));

    await swift.stop();
    assert.equal((await get(`/f/${photo.id}`)).status, 503);
    const said = await house.post('member', 'message.send', { group: house.group, text: 'Vẫn nhắn được' });
    assert.equal(said.status, 200);
    const line = { address: house.address, cookie: house.cast.member.cookie };
    const begun = await beginUpload(line, bytes.length, { name: 'cho.txt' });
    const location = begun.headers.get('location')!;
    assert.equal((await sendPart(line, location, bytes, 0)).status, 204);
    await swift.start();
    const job = house.features.jobs.find((it) => it.name === 'end uploads and unsent files')!;
    const timer = setInterval(() => void job.run(), 200);
    t.after(() => clearInterval(timer));
    const waited = await checked(house, 'member', location.split('/').at(-1)!);
    clearInterval(timer);
    assert.equal(waited.state, 'ready');
    assert.equal(sha((await get(`/f/${waited.id}`)).bytes!), sha(bytes));

    for (const { id } of [text, photo, waited.file!])
      assert.equal((await house.post('member', 'file.cancel', { file: id })).status, 200);
    await job.run();
    assert.deepEqual([await stored(), await known()], [[], []]);

    for (const wrong of [{ secret: 'sai' }, { key: 'la:nguoi' }, { bucket: 'khong-co' }])
      await assert.rejects(s3Blobs({ ...swift, ...wrong }).check(), StartError, JSON.stringify(wrong));
  },
);

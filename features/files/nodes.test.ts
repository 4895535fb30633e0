import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { sql } from 'kysely';

import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { hasSwift, openSwift } from '../../testing/swift.ts';
import { beginUpload, checked, offsetOf, sendPart } from '../../testing/uploads.ts';
import { CHUNK } from './vault/cipher.ts';

const skip = hasSwift() ? false : 'no Swift here: docs/decisions/files.md says how to get one';

const JOB = 'end uploads and unsent files';

test('parts come to any node, and one that is gone takes only what was on its way with it', { skip }, async (t) => {
  const swift = await openSwift();
  t.after(() => swift.remove());
  const keys = await mkdtemp(join(tmpdir(), 'nha-rong-keys-'));
  t.after(() => rm(keys, { recursive: true, force: true }));
  const env = (name: string) => ({
    NODE_NAME: name,
    KEYS_DIR: keys,
    FILES_S3_URL: swift.url,
    FILES_S3_BUCKET: swift.bucket,
    FILES_S3_KEY: swift.key,
    FILES_S3_SECRET: swift.secret,
  });
  const one = await openTestHouse({ limits: false, env: env('one') });
  const two = await openTestHouse({ limits: false, env: env('two'), beside: one });
  const { cookie } = one.cast.member;
  const at = (house: TestHouse) => ({ address: house.address, cookie });
  const seen = async (name: string, address: string | null, ago = 0): Promise<void> => {
    await sql`
      insert into nodes (name, run, address, version, seen_at, draining)
      values (${name}, gen_random_uuid(), ${address}, '1', now() - make_interval(secs => ${ago}), false)
      on conflict (name) do update set address = excluded.address, seen_at = excluded.seen_at`.execute(one.db);
  };
  await seen('one', one.address);
  await seen('two', two.address);
  const stateOf = async (file: string): Promise<string | undefined> =>
    (await sql<{ state: string }>`select state from files where id = ${file}`.execute(one.db)).rows[0]?.state;
  const bytes = randomBytes(3 * CHUNK).toString('base64');
  const body = Buffer.from(bytes);
  const begin = async (house: TestHouse, name: string): Promise<{ location: string; file: string }> => {
    const begun = await beginUpload(at(house), body.length, { name });
    assert.equal(begun.status, 201);
    const location = begun.headers.get('location')!;
    return { location, file: location.split('/').at(-1)! };
  };

  await t.test('parts by turns over both nodes make the file', async () => {
    const { location, file } = await begin(one, 'bao-cao.txt');
    let offset = 0;
    for (let turn = 0; offset < body.length; turn += 1) {
      const to = at(turn % 2 ? one : two);
      const part = body.subarray(0, Math.min(body.length, offset + 70_000));
      const sent = await sendPart(to, location, part, offset);
      assert.equal(sent.status, 204, sent.body);
      offset = sent.offset;
      if (offset < body.length)
        assert.equal(await offsetOf(at(turn % 2 ? two : one), location), offset, 'both say the same');
    }
    const standing = await checked(two, 'member', file);
    assert.equal(standing.state, 'ready');
    for (const house of [one, two]) {
      const got = await fetch(`${house.address}/f/${file}`, { headers: { cookie } });
      assert.ok(Buffer.from(await got.arrayBuffer()).equals(body));
    }
  });

  await t.test('a part at the wrong place is answered through the other node with where to go on', async () => {
    const { location } = await begin(one, 'lech.txt');
    assert.equal((await sendPart(at(one), location, body.subarray(0, 1_000), 0)).status, 204);
    const wrong = await sendPart(at(two), location, body.subarray(0, 10), 0);
    assert.equal(wrong.status, 409);
    assert.equal((JSON.parse(wrong.body) as { offset: number }).offset, 1_000);
  });

  await t.test('nobody else’s, through the other node either', async () => {
    const { location } = await begin(one, 'rieng.txt');
    const stranger = { address: two.address, cookie: one.cast.stranger.cookie };
    assert.equal((await sendPart(stranger, location, body, 0)).status, 404);
  });

  await t.test('what a line that breaks in the middle had carried to the other node is kept', async () => {
    const { location } = await begin(one, 'dut.txt');
    await sendPart(at(two), location, body, 0, { cutAfter: 150_000 });
    const offset = await offsetOf(at(two), location);
    assert.ok(offset <= 150_000);
    assert.equal((await sendPart(at(two), location, body, offset)).status, 204);
  });

  await t.test('a node that is there and does not answer: try again', async () => {
    const { location } = await begin(one, 'im.txt');
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    for (const address of [`http://127.0.0.1:${port}`, null]) {
      await seen('one', address);
      assert.equal((await sendPart(at(two), location, body, 0)).status, 503);
    }
    await seen('one', one.address);
    assert.equal((await sendPart(at(two), location, body, 0)).status, 204);
  });

  await t.test('nodes that take each other for the owner end it', async () => {
    const { location } = await begin(one, 'vong.txt');
    await seen('one', two.address);
    assert.equal((await sendPart(at(two), location, body, 0)).status, 503);
    await seen('one', one.address);
  });

  await t.test('a node that is gone: the upload is no more, the sender begins again, what is ready stays', async () => {
    const ready = await begin(one, 'xong.txt');
    assert.equal((await sendPart(at(one), ready.location, body, 0)).status, 204);
    await checked(one, 'member', ready.file);
    const { location, file } = await begin(one, 'mat.txt');
    assert.equal((await sendPart(at(one), location, body.subarray(0, 5_000), 0)).status, 204);
    const waiting = await begin(one, 'cho.txt');
    await sql`update files set state = 'checking' where id = ${waiting.file}`.execute(one.db);

    await seen('one', one.address, 60);
    assert.equal((await sendPart(at(two), location, body, 0)).status, 404);
    const { body: told } = await two.post('member', 'file.status', { files: [file, waiting.file, ready.file] });
    assert.deepEqual(
      (told as { uploads: { id: string }[] }).uploads.map((it) => it.id),
      [ready.file],
    );
    await two.features.jobs.find((it) => it.name === JOB)!.run();
    assert.deepEqual(
      [await stateOf(file), await stateOf(waiting.file), await stateOf(ready.file)],
      ['gone', 'gone', 'ready'],
    );
    // It was only away: it does not finish what was given up.
    await seen('one', one.address);
    await one.features.jobs.find((it) => it.name === JOB)!.run();
    assert.equal((await sendPart(at(one), location, body, 5_000)).status, 404);
    assert.equal(await stateOf(waiting.file), 'gone');
    const sent = await two.post('member', 'message.send', { group: one.group, text: '', files: [file] });
    assert.notEqual(sent.status, 200, 'no message carries what is gone');
    const again = await begin(two, 'mat.txt');
    assert.equal((await sendPart(at(one), again.location, body, 0)).status, 204);
    assert.equal((await checked(one, 'member', again.file)).state, 'ready');
  });
});

import assert from 'node:assert/strict';
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { after, before, test } from 'node:test';

import sharp from 'sharp';

import { Crowd } from '../testing/crowd.ts';
import type { CrowdState } from '../testing/crowd.ts';
import { Program } from '../testing/program.ts';
import { openSmallDisk } from '../testing/small-disk.ts';
import type { SmallDisk } from '../testing/small-disk.ts';
import { beginUpload, sendPart } from '../testing/uploads.ts';

const DISK_MB = 320;
const RESERVE_MB = 64;
const MB = 1_048_576;
/** Times the disk is filled to the last byte. */
const TIMES = Number(process.env.FAULT_DISK_TIMES ?? 1);

/** Under a limit on files PostgreSQL goes down at once, and nothing tells the program why. */
const CODES: Record<SmallDisk['how'], readonly string[]> = {
  'a small file system': ['server.storage_full'],
  'a limit on the size of files': ['server.storage_full', 'busy'],
};

let disk: SmallDisk;
let program: Program;
let crowd: Crowd<Program>;

before(async () => {
  disk = await openSmallDisk(DISK_MB);
  program = await Program.create({}, disk.folder);
  await program.start({ STORAGE_RESERVE_MB: String(RESERVE_MB) });
  crowd = await Crowd.create(program, 2, 12);
});

after(async () => {
  await disk.free(program);
  await program.remove();
  await disk.remove();
});

async function post(
  name: string,
  input: unknown,
  cookie?: string,
): Promise<{ status: number; code?: string; wait?: number }> {
  const response = await fetch(`${program.address}/api/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUIDv7(),
      origin: program.address,
      ...(cookie ? { cookie } : {}),
    },
    body: JSON.stringify(input),
  });
  return { ...((await response.json()) as object), status: response.status };
}

/** Room again: it goes on by itself, without a restart. */
async function goesOn(state: CrowdState): Promise<number> {
  const pid = program.pid;
  const since = Date.now();
  await disk.free(program);
  const { acked } = state;
  await program.comesTo(() => state.acked > acked + crowd.people.length);
  assert.equal(program.pid, pid);
  await program.comesTo(() => program.isReady());
  return (Date.now() - since) / 1_000;
}

/** Noise, which no encoding makes small: it needs pages that are not there. */
async function photo(): Promise<string> {
  const side = 400;
  const noise = sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } });
  return (await noise.jpeg({ quality: 90 }).toBuffer()).toString('base64');
}

test('before the disk is full, what takes room is refused, and reading, signing in and signing out go on', async (t) => {
  const [person] = crowd.people;
  const upload = await beginUpload({ address: program.address, cookie: person!.cookie }, 5_000, {
    name: 'bao-cao.txt',
  });
  const begun = upload.headers.get('location')!;
  const { acked, refused } = await crowd.underLoad(async (state) => {
    await program.comesTo(() => state.acked > 0);
    if (disk.how === 'a small file system') await disk.fill(program, (RESERVE_MB * MB) / 2);
    // There is no nearly full disk to be had here: the reserve is more than any disk has.
    else await restartWith('1000000000');
    await program.comesTo(() => state.refused('server.storage_full') > crowd.people.length);

    const refusal = await post('account.setPhoto', { photo: await photo() }, person!.cookie);
    assert.equal(refusal.status, 507);
    assert.equal(refusal.code, 'server.storage_full');
    assert.ok(refusal.wait! > 0);
    // An upload that was begun before is not lost: it goes on when there is room.
    const part = Buffer.alloc(5_000, 'báo cáo');
    const line = { address: program.address, cookie: person!.cookie };
    assert.equal((await post('file.begin', { name: 'a.txt', bytes: 10 }, person!.cookie)).code, 'server.storage_full');
    assert.equal((await sendPart(line, begun, part, 0)).status, 507);
    assert.equal((await post('message.page', { group: person!.group, limit: 10 }, person!.cookie)).status, 200);
    assert.equal((await post('chat.list', {}, person!.cookie)).status, 200);
    assert.equal((await post('account.requestCode', { phone: '+84905318462' })).status, 200);
    assert.equal((await post('chat.pin', { group: person!.group, on: true }, person!.cookie)).status, 200);
    assert.ok(await program.isReady());
    assert.match(await (await fetch(`${program.address}/metrics`)).text(), /^nharong_storage_free_bytes \d+$/m);

    if (disk.how !== 'a small file system') await restartWith('0');
    t.diagnostic(`${disk.how}: goes on ${(await goesOn(state)).toFixed(1)} s after there is room`);
    assert.equal((await post('account.setPhoto', { photo: await photo() }, person!.cookie)).status, 200);
    assert.deepEqual(await sendPart(line, begun, part, 0), { status: 204, offset: part.length, body: '' });
  });
  t.diagnostic(`${acked} acknowledged, refused: ${JSON.stringify(refused)}`);
});

async function restartWith(reserve: string): Promise<void> {
  await program.kill('SIGTERM');
  await program.start({ STORAGE_RESERVE_MB: reserve });
}

test('a disk without a free byte, and no reserve kept: nothing acknowledged is lost, and it goes on by itself', async (t) => {
  await restartWith('0');
  const { acked, refused } = await crowd.underLoad(async (state) => {
    for (let time = 1; time <= TIMES; time += 1) {
      const before = state.acked;
      await program.comesTo(() => state.acked > before + crowd.people.length);
      const refusals = (): number => CODES[disk.how].reduce((sum, code) => sum + state.refused(code), 0);
      const sofar = refusals();
      // Again and again: the database gives room back while it looks for some.
      await program.comesTo(async () => {
        await disk.fill(program, 0);
        return refusals() > sofar + crowd.people.length;
      });
      const large: (string | undefined)[] = [];
      const isRefused = (): boolean => CODES[disk.how].includes(large.at(-1) ?? '');
      for (let tries = 0; tries < 5 && !isRefused(); tries += 1) {
        await disk.fill(program, 0);
        large.push((await post('account.setPhoto', { photo: await photo() }, crowd.people[time]!.cookie)).code);
      }
      assert.ok(isRefused(), String(large));
      t.diagnostic(`${disk.how}: goes on ${(await goesOn(state)).toFixed(1)} s after there is room`);
    }
  });
  t.diagnostic(`${acked} acknowledged, refused: ${JSON.stringify(refused)}`);
});

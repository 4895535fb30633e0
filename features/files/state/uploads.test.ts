import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { sql } from 'kysely';

import { CuttingLine } from '../../../testing/cutting.ts';
import { openTestDevice } from '../../../testing/device.ts';
import type { TestDevice } from '../../../testing/device.ts';
import { openTestHouse } from '../../../testing/house.ts';
import { Random } from '../../../testing/random.ts';
import { memoryShelves } from '../../../web/shelves.ts';
import type { File } from '../protocol.ts';
import { filePath } from '../rules.ts';
import { nextPart, PART } from './line.ts';
import type { Picked } from './upload.ts';
import type { Uploads } from './uploads.ts';

// How often the line is torn; the long form of the proof tears it 200 times.
const CUTS = Number(process.env.CUTS ?? 12);
const seed = Number(process.env.SEED ?? 5);

const house = await openTestHouse();
const { group, cast } = house;

/** Text that compresses badly, of so many bytes: kept by the server as it came. */
function words(random: Random, bytes: number): string {
  let text = '';
  while (text.length < bytes) text += random.below(2 ** 30).toString(36) + (random.below(12) === 0 ? '\n' : ' ');
  return text.slice(0, bytes);
}

const document = (name: string, text: string): Picked => ({ kind: 'document', name, blob: new Blob([text]) });

async function uploadsOf(device: TestDevice): Promise<Uploads> {
  await device.files.uploads.fetch();
  const it = device.files.uploads.it.value;
  assert.ok(it);
  return it;
}

async function online(device: TestDevice): Promise<void> {
  await device.until(
    () => device.device.connection.state.value === 'online' && device.chats.known.value,
    'a live line',
  );
}

/** What the group sees of the newest message. */
async function newest(): Promise<{ text: string | null; files?: File[] }> {
  const { body } = await house.post('member', 'message.page', { group, limit: 1 });
  return (body as { messages: { text: string | null; files?: File[] }[] }).messages[0]!;
}

async function hashOf(file: File): Promise<string> {
  const response = await fetch(house.address + filePath(file.id), { headers: { cookie: cast.member.cookie } });
  assert.equal(response.status, 200);
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('the next part is what the line carries, in bounds, at most doubled', () => {
  assert.equal(nextPart(PART.first, PART.wantedMs), PART.first);
  assert.equal(nextPart(PART.first, 1), PART.first * 2);
  assert.equal(nextPart(PART.first, 60_000), PART.least);
  assert.equal(nextPart(PART.most, 1), PART.most);
});

test('a message waits for its files; what is written later goes first; both arrive', async () => {
  const device = await openTestDevice(house, 'deputy');
  await online(device);
  const uploads = await uploadsOf(device);
  const text = words(new Random(seed), 300_000);
  device.network.up = false;
  const [file] = uploads.add(group, [document('Bao cao.txt', text)]);
  device.messages.send(group, 'Kèm báo cáo', { files: [file!.id] }, true);
  device.messages.send(group, 'Viết sau');
  assert.deepEqual(
    device.messages.pendingIn(group).value.map((it) => [it.text, it.held]),
    [
      ['Kèm báo cáo', true],
      ['Viết sau', undefined],
    ],
  );
  device.network.restore();
  await device.until(() => device.device.outbox.waiting === 0 && uploads.list.value.length === 0, 'all is sent');
  const last = await newest();
  assert.equal(last.text, 'Kèm báo cáo');
  assert.equal(last.files?.[0]?.name, 'Bao cao.txt');
  assert.equal(await hashOf(last.files[0]), sha256(text));
  await device.off();
});

test(`a file comes whole over a line that is torn ${CUTS} times at random places`, async () => {
  const random = new Random(seed);
  const text = words(random, 60_000 * CUTS);
  const line = await CuttingLine.open(house.address, () => (line.cuts < CUTS ? 1 + random.below(110_000) : undefined));
  const device = await openTestDevice(house, 'deputy');
  await online(device);
  device.network.through = (path) => (path.startsWith('/files/') ? line.address : undefined);
  const uploads = await uploadsOf(device);
  const [file] = uploads.add(group, [document('Dai.txt', text)]);
  device.messages.send(group, '', { files: [file!.id] }, true);
  const seen = new Set<number>();
  const deadline = Date.now() + 60_000 + CUTS * 3_000;
  while (device.device.outbox.waiting > 0) {
    assert.ok(Date.now() < deadline, `${line.cuts} cuts, ${[...seen].at(-1)} of ${text.length} bytes`);
    const it = uploads.find(file!.id);
    assert.notEqual(it?.state, 'refused', JSON.stringify(it?.trouble));
    if (it && !seen.has(it.offset)) seen.add(it.offset);
    // The person comes back to the page: nobody waits for the next try.
    device.network.restore();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(line.cuts >= CUTS, `${line.cuts} cuts`);
  const { files } = await newest();
  assert.equal(files?.[0]?.bytes, text.length);
  assert.equal(await hashOf(files[0]), sha256(text));
  await device.off();
  await line.close();
});

test('closed in the middle, it goes on where it was when the program is opened again', async () => {
  const shelves = memoryShelves();
  const text = words(new Random(seed + 1), 900_000);
  const device = await openTestDevice(house, 'deputy', shelves);
  await online(device);
  const uploads = await uploadsOf(device);
  const [file] = uploads.add(group, [document('Tiep.txt', text)]);
  device.messages.send(group, 'Còn dở', { files: [file!.id] }, true);
  await device.until(() => (uploads.find(file!.id)?.offset ?? 0) > 0, 'a part has gone');
  await device.off();
  const kept = (await shelves.all('uploads')) as { offset: number; file?: string }[];
  assert.equal(kept.length, 1);

  const again = await openTestDevice(house, 'deputy', shelves);
  await again.until(() => again.device.outbox.waiting === 0, 'it is sent');
  const last = await newest();
  assert.equal(last.text, 'Còn dở');
  assert.equal(last.files?.[0]?.id, kept[0]?.file);
  assert.equal(await hashOf(last.files![0]!), sha256(text));
  await again.until(() => again.files.uploads.it.value?.list.value.length === 0, 'nothing is left');
  await again.off();
  assert.deepEqual(await shelves.all('blobs'), []);
  assert.deepEqual(await shelves.all('uploads'), []);
});

test('what is not what its name says is refused with its reason; the rest goes without it', async () => {
  const device = await openTestDevice(house, 'deputy');
  await online(device);
  const uploads = await uploadsOf(device);
  const added = uploads.add(group, [
    document('Cong van.pdf', 'đây không phải là PDF'),
    document('Ghi chu.txt', 'Danh sách hộ'),
  ]);
  device.messages.send(group, 'Hai file', { files: added.map((it) => it.id) }, true);
  await device.until(() => device.messages.pendingIn(group).value[0]?.state === 'refused', 'it is refused');
  const [pending] = device.messages.pendingIn(group).value;
  assert.match(pending!.refused!.code, /^file\.(?:mismatch|damaged)$/);
  const bad = uploads.of(pending!.id).filter((it) => it.state === 'refused');
  assert.deepEqual(
    bad.map((it) => it.name),
    ['Cong van.pdf'],
  );
  uploads.leaveOut(pending!.id, bad[0]!.id);
  await device.until(() => device.device.outbox.waiting === 0 && uploads.list.value.length === 0, 'the rest is sent');
  const last = await newest();
  assert.deepEqual(
    last.files?.map((it) => it.name),
    ['Ghi chu.txt'],
  );
  await device.off();
});

test('what cannot be read to its end cannot be checked: the guard has noted it, and neither its name nor its bytes stay', async () => {
  const shelves = memoryShelves();
  const device = await openTestDevice(house, 'deputy', shelves);
  await online(device);
  const uploads = await uploadsOf(device);
  uploads.add(group, [document('Ke hoach rieng.pdf', '%PDF-1.7 nothing else startxref %%EOF')]);
  await device.until(() => uploads.tray(group)[0]?.state === 'refused', 'it is refused');
  const [left] = uploads.tray(group);
  assert.equal(left!.trouble?.code, 'secrecy.unchecked');
  assert.equal(typeof left!.trouble?.details['incident'], 'string');
  assert.equal(left!.name, 'file.pdf');
  uploads.remove(left!.id);
  await device.off();
});

test('taken back while it is under way, nothing of it stays on the device or the server', async () => {
  const shelves = memoryShelves();
  const device = await openTestDevice(house, 'deputy', shelves);
  await online(device);
  const uploads = await uploadsOf(device);
  const [file] = uploads.add(group, [document('Thoi.txt', words(new Random(seed + 2), 400_000))]);
  device.messages.send(group, '', { files: [file!.id] }, true);
  await device.until(() => uploads.find(file!.id)?.file !== undefined, 'it is begun');
  const id = uploads.find(file!.id)!.file!;
  device.messages.discard(device.messages.pendingIn(group).value[0]!.id);
  assert.deepEqual(uploads.list.value, []);
  await device.until(() => device.device.outbox.waiting === 0, 'the server knows');
  const { uploads: left } = await device.device.connection.call('file.status', { files: [id] });
  assert.deepEqual(left, []);
  await device.off();
  assert.deepEqual(await shelves.all('blobs'), []);
});

test('the composer keeps what is chosen in its order, also over the end of the program, until it is sent', async () => {
  const shelves = memoryShelves();
  const device = await openTestDevice(house, 'deputy', shelves);
  await online(device);
  const uploads = await uploadsOf(device);
  uploads.add(group, [document('1.txt', 'một'), document('2.txt', 'hai')]);
  uploads.add(group, [document('3.txt', 'ba')]);
  uploads.move(uploads.tray(group)[2]!.id, -2);
  await device.until(() => uploads.tray(group).every((it) => it.state === 'ready'), 'all have come');
  await device.off();

  const again = await openTestDevice(house, 'deputy', shelves);
  const found = await uploadsOf(again);
  const names = (): string[] => found.tray(group).map((it) => it.name);
  assert.deepEqual(names(), ['3.txt', '1.txt', '2.txt']);
  found.remove(found.tray(group)[1]!.id);
  assert.deepEqual(names(), ['3.txt', '2.txt']);
  await online(again);
  again.messages.send(group, 'Đủ', { files: found.tray(group).map((it) => it.shape!.id) });
  assert.deepEqual(names(), []);
  await again.until(() => again.device.outbox.waiting === 0 && found.list.value.length === 0, 'it is sent');
  assert.deepEqual(
    (await newest()).files?.map((it) => it.name),
    ['3.txt', '2.txt'],
  );
  await again.off();
});

test('too many, too large, empty, of a kind that is not taken: said at once, and none of them is taken', async () => {
  const device = await openTestDevice(house, 'deputy');
  const uploads = await uploadsOf(device);
  const one = document('a.txt', 'a');
  const refused = (list: Picked[], code: string): void => {
    assert.throws(
      () => uploads.add(group, list),
      (error: { code?: string }) => error.code === code,
    );
    assert.deepEqual(uploads.list.value, []);
  };
  refused(
    Array.from({ length: 21 }, () => one),
    'file.too_many',
  );
  refused([one, document('tro-choi.exe', 'MZ')], 'file.kind_refused');
  refused([document('trong.txt', '')], 'file.empty');
  const large = { size: 101 * 1_048_576 } as Blob;
  refused([{ kind: 'document', name: 'phim.mp4', blob: large }], 'file.too_large');
  await device.off();
});

test('a device without room keeps it in memory, says so, and sends it all the same', async () => {
  const shelves = memoryShelves();
  const full = {
    ...shelves,
    write: (changes: Parameters<typeof shelves.write>[0]) =>
      changes.some((it) => it.shelf === 'blobs' && 'value' in it)
        ? Promise.reject(new DOMException('full', 'QuotaExceededError'))
        : shelves.write(changes),
  };
  const device = await openTestDevice(house, 'deputy', full);
  await online(device);
  const uploads = await uploadsOf(device);
  device.network.up = false;
  const [file] = uploads.add(group, [document('To.txt', 'nhiều chữ')]);
  device.messages.send(group, '', { files: [file!.id] }, true);
  await device.until(() => uploads.find(file!.id)?.loose === true, 'it says so');
  device.network.restore();
  await device.until(() => device.device.outbox.waiting === 0, 'it is sent');
  assert.equal((await newest()).files?.[0]?.name, 'To.txt');
  await device.off();
});

test('while the server has no room, that is said, text goes on, and the file goes as soon as there is some', async () => {
  let full = true;
  const refusing = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(507, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'server.storage_full', retry: true, wait: 0.2 }));
    });
  });
  refusing.listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const address = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
  const device = await openTestDevice(house, 'deputy');
  await online(device);
  device.network.through = (path) => (full && path.startsWith('/files/') ? address : undefined);
  const uploads = await uploadsOf(device);
  const [file] = uploads.add(group, [document('Cho.txt', 'chờ chỗ')]);
  device.messages.send(group, 'Có file', { files: [file!.id] }, true);
  device.messages.send(group, 'Chữ vẫn đi');
  await device.until(() => uploads.find(file!.id)?.trouble?.code === 'server.storage_full', 'it says so');
  await device.until(() => device.device.outbox.waiting === 1, 'the text has gone');
  assert.equal(device.messages.pendingIn(group).value[0]?.state, 'waiting');
  full = false;
  await device.until(() => device.device.outbox.waiting === 0, 'the file has gone');
  assert.equal((await newest()).text, 'Có file');
  await device.off();
  refusing.close();
});

test('an upload whose node is gone begins again by itself, in the middle and after its last byte', async () => {
  const device = await openTestDevice(house, 'deputy');
  await online(device);
  const uploads = await uploadsOf(device);
  // What another node does with what was on its way on one that was not seen any more.
  const forget = async (file: string): Promise<void> => {
    await sql`delete from files where id = ${file}`.execute(house.db);
  };
  for (const state of ['uploading', 'checking'] as const) {
    const text = words(new Random(seed + 20), 700_000);
    const [file] = uploads.add(group, [document(`${state}.txt`, text)]);
    device.messages.send(group, state, { files: [file!.id] }, true);
    const first = await new Promise<string>((resolve) => {
      const stop = uploads.list.subscribe(() => {
        const it = uploads.find(file!.id);
        if (!it?.file || it.state !== state || (state === 'uploading' && it.offset === 0)) return;
        setImmediate(() => stop());
        resolve(it.file);
      });
    });
    await forget(first);
    await device.until(() => device.device.outbox.waiting === 0, 'it is sent all the same');
    const last = await newest();
    assert.equal(last.text, state);
    assert.notEqual(last.files?.[0]?.id, first, 'as another file');
    assert.equal(await hashOf(last.files![0]!), sha256(text));
  }
  await device.off();
});

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import sharp from 'sharp';

import type { CastName } from '../../testing/cast.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { mp3Of, mp4Of, photoOf, plainPdf } from '../../testing/samples.ts';
import { beginUpload, checked, offsetOf, sendPart, upload, uploaded } from '../../testing/uploads.ts';
import type { File, Upload } from './protocol.ts';
import type { Entry } from './protocol/keeping.ts';
import { CHUNK } from './vault/cipher.ts';

/** How often an upload is cut; FILES_CUTS says otherwise. */
const CUTS = Number(process.env.FILES_CUTS ?? 200);

let house: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
});

const sender = (who: CastName | TestPerson) => ({
  address: house.address,
  cookie: (typeof who === 'string' ? house.cast[who] : who).cookie,
});

async function fetched(who: CastName | TestPerson, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(house.address + path, { headers: { cookie: sender(who).cookie, ...headers } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function done<T>(who: CastName | TestPerson, name: string, input: unknown): Promise<T> {
  const { status, body } = await house.post(who, name, input);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

async function code(who: CastName | TestPerson, name: string, input: unknown): Promise<string> {
  return ((await house.post(who, name, input)).body as { code: string }).code;
}

const send = (who: CastName | TestPerson, files: readonly File[], group = house.group) =>
  done<{ id: string; seq: number }>(who, 'message.send', { group, text: '', files: files.map((it) => it.id) });

const runJob = async (): Promise<void> => {
  await house.features.jobs.find((it) => it.name === 'end uploads and unsent files')!.run();
};

/** Every file of the house that lies on the disk, by its path. */
async function onDisk(): Promise<string[]> {
  const folder = join(house.house.config.dataDir, 'files');
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
}

const bytesOf = (length: number): Buffer => {
  const bytes = randomBytes(length);
  // A text file, so that any bytes will do that the guard cannot take for words.
  for (let at = 0; at < length; at += 1) bytes[at] = 48 + (bytes[at]! % 10);
  return bytes;
};

test('a photo is kept upright in three sizes, without where and with what it was taken', async () => {
  const original = await photoOf(2_000, 1_500);
  assert.ok(original.includes('CANARY-DEVICE'));
  const photo = await uploaded(house, 'member', original, { name: 'IMG_2041.JPG', kind: 'photo' });
  assert.deepEqual(
    { kind: photo.kind, name: photo.name, type: photo.type, width: photo.width, height: photo.height },
    { kind: 'photo', name: 'IMG_2041.JPG', type: 'image/jpeg', width: 1_500, height: 2_000 },
  );
  for (const [path, width, height] of [
    [`/f/${photo.id}`, 1_500, 2_000],
    [`/f/${photo.id}/screen`, 1_200, 1_600],
    [`/f/${photo.id}/thumb`, 240, 320],
  ] as const) {
    const { status, headers, bytes } = await fetched('member', path);
    assert.equal(status, 200);
    assert.match(headers.get('content-disposition')!, /^inline; /);
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; sandbox");
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.ok(!bytes.includes('CANARY'));
    const about = await sharp(bytes).metadata();
    assert.deepEqual([about.width, about.height, about.exif, about.orientation], [width, height, undefined, undefined]);
  }
  for (const path of await onDisk()) assert.ok(!(await readFile(path)).includes('CANARY'), path);
  const { status, headers } = await fetched('member', `/f/${photo.id}?save=1`);
  assert.equal(status, 200);
  assert.equal(
    headers.get('content-disposition'),
    `attachment; filename="IMG_2041.JPG"; filename*=UTF-8''IMG_2041.JPG`,
  );
});

test('a picture with clear parts, and one that moves, stay so', async () => {
  const clear = await sharp({
    create: { width: 40, height: 30, channels: 4, background: { r: 1, g: 2, b: 3, alpha: 0.5 } },
  })
    .png()
    .toBuffer();
  const png = await uploaded(house, 'member', clear, { name: 'dấu.png', kind: 'photo' });
  assert.deepEqual([png.name, png.type], ['dấu.webp', 'image/webp']);
  assert.equal((await sharp((await fetched('member', `/f/${png.id}`)).bytes).metadata()).hasAlpha, true);
  const frames = await Promise.all(
    ['red', 'green', 'blue'].map((background) =>
      sharp({ create: { width: 60, height: 40, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const moving = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [200, 200, 200] })
    .toBuffer();
  const gif = await uploaded(house, 'member', moving, { name: 'vui.gif', kind: 'photo' });
  const about = await sharp((await fetched('member', `/f/${gif.id}`)).bytes, { animated: true }).metadata();
  assert.deepEqual([about.format, about.pages, gif.width, gif.height], ['webp', 3, 60, 40]);
});

test('documents, films, sounds and voice are kept as they are, and tell what they are', async () => {
  const pdf = plainPdf();
  const document = await uploaded(house, 'member', pdf, { name: 'Kế hoạch.pdf' });
  assert.deepEqual([document.kind, document.pages, document.preview], ['document', 1, true]);
  const whole = await fetched('member', `/f/${document.id}`);
  assert.deepEqual(whole.bytes, pdf);
  assert.equal(
    whole.headers.get('content-disposition'),
    `attachment; filename="Ke hoach.pdf"; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch.pdf`,
  );
  const page = await fetched('member', `/f/${document.id}/screen`);
  assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'image/webp']);
  // The red square of the page.
  const { data } = await sharp(page.bytes)
    .extract({ left: 200, top: 1_300, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.ok(data[0]! > 200 && data[1]! < 60, String([...data]));

  const poster = await upload(house, 'member', await photoOf(1_900, 1_000), { name: 'khung.jpg', kind: 'poster' });
  assert.deepEqual([poster.state, poster.file], ['ready', undefined]);
  const film = await uploaded(house, 'member', mp4Of(), { name: 'lũ về.mp4', kind: 'video', poster: poster.id });
  assert.deepEqual(
    { ...film, id: '', bytes: 0 },
    {
      id: '',
      bytes: 0,
      kind: 'video',
      name: 'lũ về.mp4',
      type: 'video/mp4',
      width: 640,
      height: 360,
      seconds: 3,
      preview: true,
    },
  );
  const kept = (await fetched('member', `/f/${film.id}`)).bytes;
  assert.equal(kept.length, mp4Of().length);
  assert.ok(mp4Of().includes('+13.9833+108') && !kept.includes('+13.9833'), 'where it was taken is gone');
  assert.deepEqual((await sharp((await fetched('member', `/f/${film.id}/thumb`)).bytes).metadata()).format, 'webp');
  assert.equal(
    await code('member', 'message.send', { group: house.group, text: '', files: [poster.id] }),
    'file.unknown',
  );

  const wave = randomBytes(64).toString('base64');
  const voice = await uploaded(house, 'member', mp3Of(), { name: 'thoai.mp3', kind: 'voice', seconds: 99, wave });
  assert.deepEqual([voice.kind, voice.seconds, voice.wave, voice.type], ['voice', 2.6, wave, 'audio/mpeg']);
  const sound = await uploaded(house, 'member', mp3Of(), { name: 'loa thôn.mp3' });
  assert.deepEqual([sound.kind, sound.seconds, sound.wave], ['document', 2.6, undefined]);
});

test('who may fetch a file is asked each time: whoever sees a message with it, and who uploads it until then', async () => {
  const file = await uploaded(house, 'member', plainPdf(), { name: 'ke-hoach.pdf' });
  const seen = async (who: CastName | TestPerson): Promise<string> => {
    const statuses = [];
    for (const path of ['', '/thumb', '/screen']) statuses.push((await fetched(who, `/f/${file.id}${path}`)).status);
    return String(statuses);
  };
  const [yes, no] = ['200,200,200', '404,404,404'];
  assert.deepEqual([await seen('member'), await seen('leader'), await seen('stranger')], [yes, no, no]);
  const first = await send('member', [file]);
  assert.deepEqual([await seen('member'), await seen('leader'), await seen('stranger')], [yes, yes, no]);

  // Carried on into another chat it is the same file, for those of that chat too.
  const other = await house.addGroup([house.cast.leader, house.cast.stranger]);
  await done('leader', 'message.send', { group: other, text: '', forward: { group: house.group, message: first.id } });
  assert.equal(await seen('stranger'), yes);

  // Who leaves, and who may not see so far back, is answered as if there were none.
  const late = await house.addPerson('Rơ Châm H’Bích');
  await sql`insert into members (group_id, account, visible_from) values (${house.group}, ${late.id}, ${first.seq})`.execute(
    house.db,
  );
  assert.equal(await seen(late), no);
  await sql`update members set visible_from = 0 where account = ${late.id}`.execute(house.db);
  assert.equal(await seen(late), yes);
  await sql`update members set left_at = now() where account = ${late.id}`.execute(house.db);
  assert.equal(await seen(late), no);

  // Hidden for one, recalled for all.
  await sql`insert into hidden_messages values (${house.cast.leader.id}, ${other}, ${1}, now())`.execute(house.db);
  await done('member', 'message.recall', { group: house.group, message: first.id });
  assert.deepEqual([await seen('leader'), await seen('stranger'), await seen('member')], [no, yes, no]);
});

test('a part of a file is handed out alone, across the borders of its chunks', async () => {
  const bytes = bytesOf(3 * CHUNK + 1_000);
  const file = await uploaded(house, 'member', bytes, { name: 'dai.txt' });
  const part = async (range: string, more: Record<string, string> = {}) => {
    const answer = await fetched('member', `/f/${file.id}`, { range, ...more });
    return [answer.status, answer.headers.get('content-range'), answer.bytes] as const;
  };
  const total = bytes.length;
  for (const [from, last] of [
    [0, 0],
    [10, 99],
    [CHUNK - 1, CHUNK],
    [CHUNK, 2 * CHUNK - 1],
    [CHUNK + 5, 3 * CHUNK + 5],
    [total - 1, total - 1],
    [0, total - 1],
  ] as const)
    assert.deepEqual(await part(`bytes=${from}-${last}`), [
      206,
      `bytes ${from}-${last}/${total}`,
      bytes.subarray(from, last + 1),
    ]);
  assert.deepEqual((await part(`bytes=${total - 10}-`))[2], bytes.subarray(-10));
  assert.deepEqual((await part('bytes=-10'))[2], bytes.subarray(-10));
  assert.deepEqual((await part(`bytes=5-${total * 2}`))[1], `bytes 5-${total - 1}/${total}`);
  assert.deepEqual((await part(`bytes=${total}-`)).slice(0, 2), [416, `bytes */${total}`]);
  for (const odd of ['bytes=9-5', 'bytes=-', 'bytes=0-1,5-9', 'rows=1-2', 'bytes=a-b'])
    assert.equal((await part(odd))[0], 200, odd);
  const { headers } = await fetched('member', `/f/${file.id}`);
  assert.equal((await part('bytes=0-9', { 'if-range': headers.get('etag')! }))[0], 206);
  assert.equal((await part('bytes=0-9', { 'if-range': '"other"' }))[0], 200);
});

test(`an upload that is cut ${CUTS} times goes on where it was, and is the same in the end`, async (t) => {
  const bytes = bytesOf(1_500_000);
  const begun = await beginUpload(sender('member'), bytes.length, { name: 'duong-xau.txt' });
  assert.equal(begun.status, 201);
  const location = begun.headers.get('location')!;
  let cuts = 0;
  // What an earlier request had on its way may still arrive while the next one is cut.
  let furthest = 0;
  for (;;) {
    const offset = await offsetOf(sender('member'), location);
    const left = bytes.length - offset;
    if (cuts >= CUTS || left < 2) {
      if (left > 0) assert.equal((await sendPart(sender('member'), location, bytes, offset)).status, 204);
      break;
    }
    const cutAfter = 1 + Math.floor(Math.random() * Math.min(left - 1, (3 * bytes.length) / CUTS));
    const { status } = await sendPart(sender('member'), location, bytes, offset, { cutAfter });
    assert.equal(status, 0);
    cuts += 1;
    furthest = Math.max(furthest, offset + cutAfter);
    const after = await offsetOf(sender('member'), location);
    assert.ok(after >= offset && after <= furthest, `${offset} ≤ ${after} ≤ ${furthest}`);
  }
  const { file } = await checked(house, 'member', location.split('/').at(-1)!);
  const sha = (it: Buffer): string => createHash('sha256').update(it).digest('hex');
  assert.equal(sha((await fetched('member', `/f/${file!.id}`)).bytes), sha(bytes));
  t.diagnostic(`${cuts} cuts`);
});

test('what a program that was killed left of a chunk comes once more', async () => {
  const bytes = bytesOf(2 * CHUNK + 500);
  const begun = await beginUpload(sender('member'), bytes.length, { name: 'mat-dien.txt' });
  const location = begun.headers.get('location')!;
  assert.equal((await sendPart(sender('member'), location, bytes.subarray(0, CHUNK + 900), 0)).offset, CHUNK + 900);
  const path = join(house.house.config.dataDir, 'files', 'parts', location.split('/').at(-1)!);
  const { size } = await stat(path);
  // Half of what was sealed last reached the disk.
  await truncate(path, size - 400);
  assert.equal(await offsetOf(sender('member'), location), CHUNK);
  assert.equal((await sendPart(sender('member'), location, bytes, CHUNK)).status, 204);
  const { file } = await checked(house, 'member', location.split('/').at(-1)!);
  assert.deepEqual((await fetched('member', `/f/${file!.id}`)).bytes, bytes);
});

test('the protocol: version, offsets, checksums, lengths, kinds of bodies, other people', async () => {
  const bytes = bytesOf(1_000);
  const begun = await beginUpload(sender('member'), bytes.length, { name: 'thu.txt' });
  const location = begun.headers.get('location')!;
  const patch = async (more: { offset?: number; body?: Buffer; headers?: Record<string, string>; who?: CastName }) => {
    const response = await fetch(house.address + location, {
      method: 'PATCH',
      headers: {
        cookie: sender(more.who ?? 'member').cookie,
        origin: house.address,
        'tus-resumable': '1.0.0',
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(more.offset ?? 0),
        ...more.headers,
      },
      body: new Uint8Array(more.body ?? bytes),
    });
    const text = await response.text();
    return [response.status, text === '' ? '' : (JSON.parse(text) as { code: string }).code];
  };
  assert.deepEqual(await patch({ headers: { 'tus-resumable': '0.2.2' } }), [412, 'file.version']);
  assert.deepEqual(await patch({ offset: 10, body: bytes.subarray(10) }), [409, 'file.elsewhere']);
  assert.deepEqual(await patch({ headers: { 'content-type': 'application/json' } }), [400, 'malformed']);
  assert.deepEqual(await patch({ headers: { 'content-type': 'text/plain' } }), [400, 'malformed']);
  assert.deepEqual(await patch({ headers: { 'upload-offset': '-1' } }), [400, 'malformed']);
  assert.deepEqual(await patch({ body: Buffer.concat([bytes, bytes]) }), [413, 'file.too_large']);
  assert.deepEqual(await patch({ who: 'leader' }), [404, 'not_found']);
  assert.deepEqual(await patch({ headers: { origin: 'https://xau.example' } }), [403, 'forbidden']);
  assert.deepEqual(await patch({ headers: { cookie: '' } }), [401, 'signed_out']);
  const digest = createHash('sha1').update(bytes.subarray(0, 500)).digest('base64');
  const wrong = { 'upload-checksum': `sha1 ${createHash('sha1').update('x').digest('base64')}` };
  assert.deepEqual(await patch({ body: bytes.subarray(0, 500), headers: wrong }), [460, 'file.checksum']);
  assert.equal(await offsetOf(sender('member'), location), 0, 'nothing of it was kept');
  assert.deepEqual(await patch({ body: bytes.subarray(0, 500), headers: { 'upload-checksum': `sha1 ${digest}` } }), [
    204,
    '',
  ]);
  const broken = { 'upload-checksum': `sha256 ${createHash('sha256').update('x').digest('base64')}` };
  assert.deepEqual(await patch({ offset: 500, body: bytes.subarray(500), headers: broken }), [460, 'file.checksum']);
  assert.equal(await offsetOf(sender('member'), location), 500, 'what was there before is there still');
  assert.deepEqual(await patch({ offset: 500, body: bytes.subarray(500) }), [204, '']);
  const { file } = await checked(house, 'member', location.split('/').at(-1)!);
  assert.deepEqual((await fetched('member', `/f/${file!.id}`)).bytes, bytes);
  assert.deepEqual(await patch({ offset: 0 }), [409, 'file.elsewhere']);
});

test('limits: kinds, sizes, how many at once, of a day, of a person', async () => {
  const person = await house.addPerson('Đặng Thị Bích Phượng');
  const begin = async (input: object): Promise<string> => {
    const { status, body } = await house.post(person, 'file.begin', { name: 'a.pdf', bytes: 1_000, ...input });
    return status === 200 ? 'done' : (body as { code: string }).code;
  };
  for (const name of ['a.exe', 'a.svg', 'a.html', 'a.dot', 'a.heic', 'a', '.pdf', 'a.pdf.js', 'a.docm'])
    assert.equal(await begin({ name }), 'file.kind_refused', name);
  assert.equal(await begin({ bytes: 100 * 1_048_576 + 1 }), 'file.too_large');
  assert.equal(await begin({ poster: randomUUID() }), 'file.unknown');
  for (let count = 0; count < 5; count += 1) assert.equal(await begin({}), 'done');
  assert.equal(await begin({}), 'file.too_many_uploads');
  await sql`update files set state = 'gone', bytes = 2147483000 where owner = ${person.id} and ctid in (select ctid from files where owner = ${person.id} limit 1)`.execute(
    house.db,
  );
  assert.equal(await begin({}), 'file.quota');
  await sql`update files set created_at = created_at - interval '25 hours' where owner = ${person.id} and state = 'gone'`.execute(
    house.db,
  );
  assert.equal(await begin({}), 'done');
  await sql`update files set state = 'ready', bytes = 21474836000, created_at = created_at - interval '25 hours', shape = '{}' where owner = ${person.id} and state = 'gone'`.execute(
    house.db,
  );
  await sql`update files set state = 'gone' where owner = ${person.id} and state = 'uploading'`.execute(house.db);
  assert.equal(await begin({}), 'file.quota');
});

test('names lose their paths, controls and what turns the direction of writing', async () => {
  for (const [given, kept] of [
    ['..\\..\\Windows\\báo cáo.txt', 'báo cáo.txt'],
    ['/etc/passwd.txt', 'passwd.txt'],
    ['anh\u202egpj.txt', 'anhgpj.txt'],
    ['a\u0000b\u0007c\u200b\u2066.txt', 'abc.txt'],
    ['<script>"x"|?*.txt', '_script__x____.txt'],
    ['báo cáo.txt'.normalize('NFD'), 'báo cáo.txt'],
    [`${'d'.repeat(300)}.txt`, `${'d'.repeat(196)}.txt`],
  ] as const) {
    const { file } = await done<{ file: string }>('deputy', 'file.begin', { name: given, bytes: 10 });
    const { uploads } = await done<{ uploads: Upload[] }>('deputy', 'file.status', { files: [file] });
    assert.equal(uploads[0]!.name, kept);
    await done('deputy', 'file.cancel', { file });
  }
});

test('only what is ready and one’s own is sent; each once in a message', async () => {
  const mine = await uploaded(house, 'member', plainPdf(), { name: 'cua-toi.pdf' });
  const { file } = await done<{ file: string }>('member', 'file.begin', { name: 'chua-xong.pdf', bytes: 10 });
  const sendIds = (who: CastName, ...files: string[]) =>
    code(who, 'message.send', { group: house.group, text: '', files });
  assert.equal(await sendIds('leader', mine.id), 'file.unknown');
  assert.equal(await sendIds('member', randomUUID()), 'file.unknown');
  assert.equal(await sendIds('member', mine.id, file), 'file.not_ready');
  assert.equal(await code('leader', 'file.cancel', { file }), 'not_found');
  await done('member', 'file.cancel', { file });
  assert.equal(await sendIds('member', file), 'file.unknown');
  await send('member', [mine, mine]);
  const { entries } = await done<{ entries: Entry[] }>('leader', 'file.list', {
    group: house.group,
    shelf: 'document',
    limit: 1,
  });
  assert.deepEqual([entries[0]!.file, entries[0]!.place], [mine, 0]);
  assert.equal(await code('member', 'file.cancel', { file: mine.id }), 'not_found', 'a message carries it');
});

test('the account’s devices hear when it has been looked at', async () => {
  const line = await house.connect('member');
  const file = await uploaded(house, 'member', plainPdf(), { name: 'nghe.pdf' });
  await line.until(() => line.of(house.cast.member.id).some((it) => it.on === 'file.checked'));
  const event = line.of(house.cast.member.id).findLast((it) => it.on === 'file.checked')!;
  assert.deepEqual((event.with as Upload).file, file);
  const bad = await upload(house, 'member', bytesOf(50), { name: 'gia.pdf' });
  assert.deepEqual([bad.state, bad.problem], ['refused', { code: 'file.mismatch' }]);
  await line.until(() => line.of(house.cast.member.id).filter((it) => it.on === 'file.checked').length >= 2);
  await line.close();
});

test('the media store: by shelf, month, sender and kind, page by page, for who may see it', async () => {
  const group = await house.addGroup([house.cast.leader, house.cast.member, house.cast.stranger]);
  const photo = await uploaded(house, 'leader', await photoOf(100, 100), { name: 'anh.jpg', kind: 'photo' });
  const pdf = await uploaded(house, 'leader', plainPdf(), { name: 'a.pdf' });
  const text = await uploaded(house, 'member', bytesOf(10), { name: 'b.txt' });
  const voice = await uploaded(house, 'member', mp3Of(), { name: 'c.mp3', kind: 'voice' });
  const album = await send('leader', [photo, pdf], group);
  const second = await send('member', [text, voice], group);
  await done('member', 'message.send', { group, text: 'Xem https://gialai.gov.vn/a và https://gialai.gov.vn/b.' });
  await sql`update message_files set at = timestamptz '2026-09-30 23:30:00+07' where message = ${album.id}`.execute(
    house.db,
  );

  const list = async (input: object, who: CastName = 'stranger') => {
    const page = await done<{ entries: Entry[]; people: { id: string }[]; last: boolean }>(who, 'file.list', {
      group,
      ...input,
    });
    return page.entries.map((it) => it.file?.name ?? it.link);
  };
  assert.deepEqual(await list({ shelf: 'media' }), ['anh.jpg']);
  assert.deepEqual(await list({ shelf: 'document' }), ['b.txt', 'a.pdf']);
  assert.deepEqual(await list({ shelf: 'voice' }), ['c.mp3']);
  assert.deepEqual(await list({ shelf: 'link' }), ['https://gialai.gov.vn/b', 'https://gialai.gov.vn/a']);
  assert.deepEqual(await list({ shelf: 'document', month: '2026-09' }), ['a.pdf']);
  assert.deepEqual(await list({ shelf: 'document', month: '2026-10' }), []);
  assert.deepEqual(await list({ shelf: 'document', sender: house.cast.member.id }), ['b.txt']);
  assert.deepEqual(await list({ shelf: 'document', extensions: ['pdf'] }), ['a.pdf']);
  const page = await done<{ entries: Entry[]; last: boolean }>('stranger', 'file.list', {
    group,
    shelf: 'document',
    limit: 1,
  });
  const { seq, place } = page.entries[0]!;
  assert.deepEqual([page.last, seq, place], [false, second.seq, 0]);
  assert.deepEqual(await list({ shelf: 'document', before: { seq, place } }), ['a.pdf']);

  const { months, senders } = await done<{ months: unknown; senders: { id: string; count: number }[] }>(
    'stranger',
    'file.months',
    {
      group,
      shelf: 'document',
    },
  );
  const now = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 7);
  assert.deepEqual(months, [
    { month: now, count: 1 },
    { month: '2026-09', count: 1 },
  ]);
  assert.deepEqual(
    senders.map((it) => it.count),
    [1, 1],
  );

  await sql`update members set visible_from = ${album.seq} where group_id = ${group} and account = ${house.cast.stranger.id}`.execute(
    house.db,
  );
  assert.deepEqual([await list({ shelf: 'document' }), await list({ shelf: 'media' })], [['b.txt'], []]);
  await done('member', 'message.recall', { group, message: second.id });
  assert.deepEqual(
    [await list({ shelf: 'document' }, 'leader'), await list({ shelf: 'voice' }, 'leader')],
    [['a.pdf'], []],
  );
});

test('what is refused leaves nothing, and what ends goes from the disk: uploads after a day, unsent files after a week', async () => {
  const own = await openTestHouse({ limits: false });
  const folder = join(own.house.config.dataDir, 'files');
  const files = async (): Promise<string[]> =>
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter((it) => it.isFile()).map((it) => it.name);
  const job = own.features.jobs.find((it) => it.name === 'end uploads and unsent files')!;
  const canary = Buffer.from('MẬT CANARY-5d1c '.repeat(5_000));
  const at = { address: own.address, cookie: own.cast.member.cookie };

  const begun = await beginUpload(at, canary.length, { name: 'gia.pdf' });
  const location = begun.headers.get('location')!;
  assert.equal((await sendPart(at, location, canary.subarray(0, 70_000), 0)).status, 204);
  const [part] = await files();
  assert.equal(part, location.split('/').at(-1));
  assert.ok(!(await readFile(join(folder, 'parts', part!))).includes('CANARY'), 'what has come lies locked');
  assert.equal((await sendPart(at, location, canary, 70_000)).status, 204);
  assert.equal((await checked(own, 'member', part!)).state, 'refused');
  assert.deepEqual(await files(), []);
  const { rows } = await sql`select part_key, name from files where id = ${part!} and part_key is not null`.execute(
    own.db,
  );
  assert.deepEqual(rows, []);

  const sent = await uploaded(own, 'member', plainPdf(), { name: 'da-gui.pdf' });
  const unsent = await uploaded(own, 'member', plainPdf(), { name: 'chua-gui.pdf' });
  const { status } = await own.post('member', 'message.send', { group: own.group, text: '', files: [sent.id] });
  assert.equal(status, 200);
  const half = await beginUpload(at, 1_000, { name: 'nua.txt' });
  await sendPart(at, half.headers.get('location')!, canary.subarray(0, 100), 0);
  const before = (await files()).length;
  await job.run();
  assert.equal((await files()).length, before, 'nothing is over yet');
  own.pass(25 * 3_600_000);
  await job.run();
  assert.equal((await files()).length, before - 1, 'the unfinished upload');
  own.pass(7 * 86_400_000);
  await job.run();
  await job.run();
  const fetchAt = async (id: string): Promise<number> =>
    (await fetch(`${own.address}/f/${id}`, { headers: { cookie: at.cookie } })).status;
  assert.deepEqual([await fetchAt(sent.id), await fetchAt(unsent.id)], [200, 404]);
  const { rows: blobs } = await sql<{ id: string }>`select id from blobs`.execute(own.db);
  assert.deepEqual((await files()).sort(), blobs.map((it) => it.id).sort(), 'what lies there is what is known');
});

test('a program that ended in the middle goes on with what had come', async () => {
  const bytes = bytesOf(CHUNK + 10);
  const begun = await beginUpload(sender('member'), bytes.length + 1, { name: 'dang-do.txt' });
  const id = begun.headers.get('location')!.split('/').at(-1)!;
  await sendPart(sender('member'), begun.headers.get('location')!, bytes, 0);
  // As if it had been killed when all had come, and a blob of it had been told of and not been written.
  const key = randomBytes(60);
  await sql`update files set state = 'checking', bytes = bytes - 1 where id = ${id}`.execute(house.db);
  await sql`
    insert into blobs (id, file, size, type, bytes, sha256, key)
    values (${id}, ${id}, 'whole', 'text/plain', ${bytes.length}, ${key}, ${key})`.execute(house.db);
  await runJob();
  const { file } = await checked(house, 'member', id);
  assert.deepEqual((await fetched('member', `/f/${file!.id}`)).bytes, bytes);

  // What lay there of an upload that can no longer be read: that is said, and not waited for.
  const lost = await beginUpload(sender('member'), 10, { name: 'mat.txt' });
  const other = lost.headers.get('location')!.split('/').at(-1)!;
  await sql`update files set state = 'checking', part_key = ${key} where id = ${other}`.execute(house.db);
  await runJob();
  assert.equal((await checked(house, 'member', other)).problem?.code, 'file.damaged');
});

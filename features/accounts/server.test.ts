import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import sharp from 'sharp';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { peopleOf } from './access.ts';

let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

async function me(as: 'member' | 'leader' = 'member') {
  const { body } = await house.post(as, 'account.me', {});
  return body as { account: Record<string, unknown>; waiting: number; at: number };
}

const picture = (width = 900, height = 600): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#17654f' } })
    .withExif({ IFD0: { Artist: 'Puih Thung' } })
    .jpeg()
    .toBuffer();

test('others see name, photo, position and unit; a change is heard on the own devices', async () => {
  const client = await house.connect('member');
  await client.call('account.setProfile', { name: ' Puih   Thưng ', phoneShown: 'nobody' });
  await client.until(() => client.of(client.account).length === 1);
  assert.deepEqual(
    client.of(client.account)[0]!.with,
    { phoneShown: 'nobody' },
    'the name is the same but for its spaces',
  );
  await client.call('account.setProfile', { name: 'Puih Thưng (Grăng)' });
  await client.until(() => client.of(client.account).length === 2);
  const { account, at } = await me();
  assert.equal(account['name'], 'Puih Thưng (Grăng)');
  assert.equal(account['phoneShown'], 'nobody');
  assert.equal(at, client.of(client.account).at(-1)!.n);
  const found = await house.post('leader', 'directory.search', { query: 'puih thung grang' });
  const { people } = found.body as { people: { id: string; phone: string | null }[] };
  assert.deepEqual(
    people.map(({ id, phone }) => [id, phone]),
    [[house.cast.member.id, null]],
    'found by the new name, without the number',
  );
  await client.close();
});

test('position and unit are not for oneself to change', async () => {
  const { status } = await house.post('member', 'account.setProfile', { position: 'Chủ tịch' });
  assert.equal(status, 400);
});

test('a photo is encoded anew, small and large, without what the camera wrote', async () => {
  const { status, body } = await house.post('leader', 'account.setPhoto', {
    photo: (await picture()).toString('base64'),
  });
  assert.equal(status, 200);
  const { photo } = body as { photo: string };
  for (const [path, side] of [
    [`/photos/${photo}`, 96],
    [`/photos/${photo}/large`, 512],
  ] as const) {
    const response = await fetch(house.address + path, { headers: { cookie: house.cast.reader.cookie } });
    assert.equal(response.headers.get('content-type'), 'image/webp');
    const bytes = Buffer.from(await response.arrayBuffer());
    const { width, exif } = await sharp(bytes).metadata();
    assert.equal(width, side);
    assert.equal(exif, undefined);
    assert.ok(!bytes.includes('Puih'));
    assert.equal((await fetch(house.address + path)).status, 401, 'not for strangers');
  }
  assert.equal((await peopleOf(house.db, [house.cast.leader.id])).get(house.cast.leader.id)!.photo, photo);

  const second = await house.post('leader', 'account.setPhoto', {
    photo: (await picture(300, 300)).toString('base64'),
  });
  assert.notEqual((second.body as { photo: string }).photo, photo);
  assert.equal(
    (await fetch(`${house.address}/photos/${photo}`, { headers: { cookie: house.cast.reader.cookie } })).status,
    404,
    'the former one is gone',
  );
  await house.post('leader', 'account.setPhoto', { photo: null });
  const { rows } = await sql`select 1 from photos where owner = ${house.cast.leader.id}`.execute(house.db);
  assert.equal(rows.length, 0);
});

test('what is no picture is refused', async () => {
  const flood = await sharp({ create: { width: 8_000, height: 5_000, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  for (const [bytes, code] of [
    [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      'account.photo_unreadable',
    ],
    [Buffer.from('GIF89a'), 'account.photo_unreadable'],
    // A picture that cannot be read to its end cannot be checked.
    [(await picture()).subarray(0, 400), 'secrecy.unchecked'],
    [flood, 'secrecy.unchecked'],
  ] as const) {
    const { status, body } = await house.post('member', 'account.setPhoto', { photo: bytes.toString('base64') });
    assert.equal(status, 422);
    assert.equal((body as { code: string }).code, code);
  }
});

test('a photo does not fit through the socket', async () => {
  const client = await house.connect('member');
  await assert.rejects(
    client.callRaw('account.setPhoto', { photo: null }),
    (error) => error instanceof ClientProblem && error.code === 'wrong_door',
  );
  await client.close();
});

test('people are found by ids in one go; who does not exist is left out', async () => {
  const people = await peopleOf(house.db, [house.cast.clerk.id, house.cast.clerk.id, newId()]);
  assert.deepEqual(
    [...people.values()],
    [{ id: house.cast.clerk.id, name: 'Siu H’Nga', position: 'Chuyên viên', unit: '', photo: null }],
  );
});

test('requests to register are for administrators', async () => {
  for (const name of ['account.requests', 'account.approve', 'account.refuse', 'account.unlock']) {
    const { status } = await house.post(
      'leader',
      name,
      name === 'account.requests' ? {} : { account: house.cast.left.id },
    );
    assert.equal(status, 403, name);
  }
  const { status } = await house.post('administrator', 'account.approve', { account: house.cast.member.id });
  assert.equal(status, 409, 'who is in already does not wait');
});

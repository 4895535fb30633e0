import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { openTestHouse } from '../../../testing/house.ts';
import type { TestHouse } from '../../../testing/house.ts';
import type { Report } from '../protocol/import.ts';

let house: TestHouse;

before(async () => {
  house = await openTestHouse();
  await sql`insert into agency (name, area, help_name, help_phone) values ('UBND xã', '23764', 'Lê Văn Khải', '+84905318470')`.execute(
    house.db,
  );
  const unit = newId();
  await sql`insert into units (id, name, folded) values (${unit}, 'UBND xã Ia Grai', 'ubnd xa ia grai')`.execute(
    house.db,
  );
  await sql`update accounts set unit = ${unit}, position = 'Chuyên viên' where id = any(${[house.cast.member.id, house.cast.leader.id]}::uuid[])`.execute(
    house.db,
  );
});

test('who is no longer on the staff list is out at once: devices, and what was still under way', async () => {
  const { rows } = await sql<{ phone: string; name: string }>`
    select phone, name from accounts where id = ${house.cast.leader.id}`.execute(house.db);
  const device = await house.connect('member');
  const { id: account, session } = house.cast.member;
  // As a command that was decided before and commits after.
  const send = (): Promise<unknown> =>
    house.perform({
      name: 'message.send',
      id: newId(),
      input: { group: house.group, text: 'Đã nhận.' },
      caller: {
        door: 'socket',
        address: '127.0.0.1',
        device: 'test',
        actor: { account, session, administrator: false },
      },
    });
  await send();

  const file = Buffer.from(`Họ tên;Số điện thoại;Đơn vị\n${rows[0]!.name};${rows[0]!.phone};UBND xã Ia Grai\n`);
  const asked = { name: 'danh-sach.csv', file: file.toString('base64'), scope: 'units' };
  const { body } = await house.post('administrator', 'import.check', asked);
  const { digest, counts } = body as Report;
  assert.equal(counts.left, 1);
  const applied = await house.post('administrator', 'import.apply', { ...asked, digest, reviewed: true });
  assert.equal(applied.status, 200);

  await assert.rejects(send(), (error: unknown) => error instanceof Problem && error.code === 'not_found');
  await device.until(() => device.closed !== undefined);
  assert.equal(device.closed!.code, 4001);
  assert.equal((await house.post('member', 'account.me', {})).status, 401);
  // The others' standing is decided anew, and holds.
  assert.equal((await house.post('leader', 'message.send', { group: house.group, text: 'Tiếp tục.' })).status, 200);
});

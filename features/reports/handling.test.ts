import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import { plainPdf } from '../../testing/samples.ts';
import { uploaded } from '../../testing/uploads.ts';

const house = await openTestHouse({ limits: false });
const { cast, db } = house;

const keptHere = (handling: string) => (error: unknown) => {
  assert.ok(error instanceof ClientProblem, String(error));
  assert.deepEqual([error.code, error.wire['handling']], ['message.kept_here', handling]);
  return true;
};

test('what bears a mark of circulation says so and is not forwarded, by whatever way', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const elsewhere = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader', { [group]: 0 }), house.connect('member')]);
  const forward = (message: string, to = elsewhere) =>
    member.call('message.send', { group: to, text: '', forward: { group, message } });
  const lineOf = async (id: string) =>
    (await member.call('message.page', { group })).messages.find((it) => it.id === id)!;

  const { id } = await leader.call('message.send', { group, text: 'LƯU HÀNH NỘI BỘ\nKế hoạch kiểm tra tuần sau' });
  assert.equal((await lineOf(id)).handling, 'internal');
  await leader.until(() => leader.of(group).some((it) => it.on === 'message.sent'));
  const heard = leader.of(group).find((it) => it.on === 'message.sent')!.with as { handling?: string };
  assert.equal(heard.handling, 'internal', 'told live too');
  await assert.rejects(forward(id), keptHere('internal'));
  await assert.rejects(forward(id, group), keptHere('internal'));

  // Its words without the mark are an ordinary message; with the other mark they bear that one.
  await leader.call('message.edit', { group, message: id, text: 'Kế hoạch kiểm tra tuần sau' });
  assert.equal((await lineOf(id)).handling, undefined);
  await forward(id);
  await leader.call('message.edit', { group, message: id, text: 'XEM XONG TRẢ LẠI\nKế hoạch kiểm tra tuần sau' });
  assert.equal((await lineOf(id)).handling, 'return');
  await assert.rejects(forward(id), keptHere('return'));

  // A file: the message that carries it stays, and the same file is not sent anew elsewhere; in its own group it is.
  const file = await uploaded(house, 'leader', plainPdf(), { name: 'ke-hoach.pdf', kind: 'document' });
  await sql`update files set shape = shape || '{"handling": "return"}' where id = ${file.id}`.execute(db);
  const carried = await leader.call('message.send', { group, text: '', files: [file.id] });
  assert.equal((await lineOf(carried.id)).files?.[0]?.handling, 'return');
  await assert.rejects(forward(carried.id), keptHere('return'));
  const send = (to: string) => leader.call('message.send', { group: to, text: '', files: [file.id] }, newId());
  await assert.rejects(send(elsewhere), keptHere('return'));
  await send(group);
});

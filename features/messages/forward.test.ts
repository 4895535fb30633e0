import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import { plainPdf } from '../../testing/samples.ts';
import { uploaded } from '../../testing/uploads.ts';
import type { Message } from './protocol.ts';

const house = await openTestHouse({ limits: false });
const node = await openTestHouse({ beside: house, limits: false });
const { cast } = house;

const refused =
  (code: string, more: Record<string, unknown> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof ClientProblem, String(error));
    assert.equal(error.code, code);
    for (const [key, value] of Object.entries(more)) assert.equal(error.wire[key], value);
    return true;
  };

async function lastIn(client: TestClient, group: string): Promise<Message> {
  return (await client.call('message.page', { group })).messages.at(-1)!;
}

test('a forwarded message says whose it was and where; passed on again it says the same', async () => {
  const from = await house.addGroup([cast.leader, cast.member]);
  const to = await house.addGroup([cast.deputy, cast.member]);
  const further = await house.addGroup([cast.deputy, cast.other]);
  const [leader, member, deputy, other] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    node.connect('deputy'),
    house.connect('other'),
  ]);
  await sql`update groups set name = 'Phòng chống bão lũ' where id = ${from}`.execute(house.db);
  const source = await leader.call('message.send', { group: from, text: '*Khẩn:* di dời 14 hộ ven suối' });
  await member.call('message.send', { group: to, text: '', forward: { group: from, message: source.id } });
  await deputy.until(() => deputy.events.some((it) => it.in === to && it.on === 'message.sent'));
  const live = deputy.events.find((it) => it.in === to && it.on === 'message.sent')!.with as Message;
  const line = await lastIn(deputy, to);
  assert.equal(line.text, '*Khẩn:* di dời 14 hộ ven suối');
  assert.equal(line.by, cast.member.id);
  assert.deepEqual(live.forwarded, line.forwarded);
  const { rows } = await sql<{ name: string }>`select name from accounts where id = ${cast.leader.id}`.execute(
    house.db,
  );
  assert.deepEqual(line.forwarded, { by: rows[0]!.name, group: 'Phòng chống bão lũ', at: source.at });

  await deputy.call('message.send', { group: further, text: '', forward: { group: to, message: line.id } });
  assert.deepEqual((await lastIn(other, further)).forwarded, line.forwarded);
});

test('a conversation of two has no name that others could be told', async () => {
  const pair = await house.addGroup([cast.leader, cast.member], 'pair');
  const to = await house.addGroup([cast.deputy, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const { id } = await leader.call('message.send', { group: pair, text: 'chỉ hai người' });
  await member.call('message.send', { group: to, text: '', forward: { group: pair, message: id } });
  assert.equal((await lastIn(member, to)).forwarded?.group, '');
});

test('not out of a group that forbids it, not what one does not see, not with words of one’s own; within the group always', async () => {
  const from = await house.addGroup([cast.leader, cast.member]);
  const to = await house.addGroup([cast.leader, cast.member]);
  const [leader, member, stranger] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('other'),
  ]);
  const first = await leader.call('message.send', { group: from, text: 'trong nhóm' });
  await leader.call('group.govern', { group: from, rights: { 'message.forward': 'leaders' } });
  const forward = { group: from, message: first.id };
  await assert.rejects(
    member.call('message.send', { group: to, text: '', forward }),
    refused('forbidden', { right: 'message.forward', group: from }),
  );
  await leader.call('message.send', { group: to, text: '', forward });
  await member.call('message.send', { group: from, text: '', forward });
  assert.equal((await lastIn(leader, from)).forwarded?.at, first.at);

  const elsewhere = await house.addGroup([cast.other]);
  await assert.rejects(stranger.call('message.send', { group: elsewhere, text: '', forward }), refused('message.gone'));
  await assert.rejects(leader.call('message.send', { group: to, text: 'thêm lời', forward }), refused('message.gone'));
  await assert.rejects(
    leader.call('message.send', { group: to, text: '', forward: { group: to, message: first.id } }),
    refused('message.gone'),
  );
  // A notice is nobody’s message.
  const notice = await sql<{
    id: string;
  }>`select id from messages where group_id = ${from} and kind = 'notice'`.execute(house.db);
  await assert.rejects(
    leader.call('message.send', { group: to, text: '', forward: { group: from, message: notice.rows[0]!.id } }),
    refused('message.gone'),
  );
  await leader.call('member.remove', { group: from, accounts: [cast.member.id], block: false });
  await assert.rejects(member.call('message.send', { group: to, text: '', forward }), refused('message.gone'));
});

test('what a message carries goes along where the other chat takes files, and belongs to that chat from then on', async () => {
  const from = await house.addGroup([cast.leader, cast.member]);
  const to = await house.addGroup([cast.leader, cast.member, cast.other]);
  const [leader, member, other] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('other'),
  ]);
  const file = await uploaded(house, 'leader', plainPdf(), { name: 'Công văn 694.pdf' });
  const { id } = await leader.call('message.send', { group: from, text: 'Kèm công văn', files: [file.id] });
  const forward = { group: from, message: id };
  await leader.call('group.govern', { group: to, rights: { 'file.send': 'leaders' } });
  await assert.rejects(
    member.call('message.send', { group: to, text: '', forward }),
    refused('forbidden', { right: 'file.send' }),
  );
  await leader.call('message.send', { group: to, text: '', forward });
  const line = await lastIn(other, to);
  assert.deepEqual([line.text, line.files?.map((it) => it.id)], ['Kèm công văn', [file.id]]);
  const fetched = async (who: 'other' | 'stranger'): Promise<number> =>
    (await fetch(`${house.address}/f/${file.id}`, { headers: { cookie: cast[who].cookie } })).status;
  assert.deepEqual([await fetched('other'), await fetched('stranger')], [200, 404]);
});

test('recalled while it is being forwarded and answered, over two nodes: nothing is carried away after it', async () => {
  const from = await house.addGroup([cast.leader, cast.member]);
  const to = await house.addGroup([cast.member, cast.leader]);
  const [leader, member] = await Promise.all([house.connect('leader'), node.connect('member')]);
  let carried = 0;
  let kept = 0;
  for (let round = 0; round < 20; round += 1) {
    const { id } = await leader.call('message.send', { group: from, text: `tin ${round}` });
    let recalled = false;
    const outcomes = await Promise.all([
      leader.call('message.recall', { group: from, message: id }).then(() => (recalled = true)),
      ...Array.from({ length: 4 }, () => {
        const late = recalled;
        return member.call('message.send', { group: to, text: '', forward: { group: from, message: id } }).then(
          () => {
            assert.equal(late, false);
            return 'carried';
          },
          (error: unknown) => (refused('message.gone')(error) ? 'gone' : ''),
        );
      }),
      member.call('message.send', { group: from, text: 'đã rõ', reply: id }).then(
        () => 'answered',
        (error: unknown) => (refused('message.gone')(error) ? 'gone' : ''),
      ),
    ]);
    carried += outcomes.filter((it) => it === 'carried').length;
    kept += outcomes.filter((it) => it === 'gone').length;
    // Later than the recall nothing is found any more.
    await assert.rejects(
      member.call('message.send', { group: to, text: '', forward: { group: from, message: id } }),
      refused('message.gone'),
    );
    await assert.rejects(
      member.call('message.send', { group: from, text: 'muộn', reply: id }),
      refused('message.gone'),
    );
  }
  assert.equal(carried + kept >= 80, true);
  // What had been answered before says of the original only that it is gone.
  const lines = (await member.call('message.page', { group: from, limit: 200 })).messages.filter((it) => it.quote);
  assert.ok(lines.every((it) => it.quote!.gone && it.quote!.text === ''));
});

test('what was decided before the recall committed, and is written after it, is not written', async () => {
  const from = await house.addGroup([cast.leader, cast.member]);
  const to = await house.addGroup([cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const { id } = await leader.call('message.send', { group: from, text: 'rút lại' });
  let forwarding: Promise<unknown> | undefined;
  await house.db.transaction().execute(async (tx) => {
    await sql`select from streams where id = ${from} for update`.execute(tx);
    await sql`update messages set recalled_at = now(), text = null, form = null where id = ${id}`.execute(tx);
    forwarding = assert.rejects(
      member.call('message.send', { group: to, text: '', forward: { group: from, message: id } }),
      refused('message.gone'),
    );
    for (let waiting = 0; waiting === 0;) {
      const { rows } = await sql<{ count: number }>`
        select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        tx,
      );
      waiting = rows[0]!.count;
    }
  });
  await forwarding;
  assert.deepEqual((await member.call('message.page', { group: to })).messages, []);
});

test('a right that is withdrawn, or a member who is removed, while messages are forwarded: none is carried after it', async () => {
  const from = await house.addGroup([cast.leader, cast.member]);
  const to = await house.addGroup([cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), node.connect('member')]);
  const { id } = await leader.call('message.send', { group: from, text: 'chỉ trong nhóm' });
  const forward = (): Promise<number> =>
    member.call('message.send', { group: to, text: '', forward: { group: from, message: id } }).then(
      (it) => it.seq,
      (error: unknown) => (refused('forbidden', { right: 'message.forward' })(error) ? 0 : 0),
    );
  for (let round = 0; round < 10; round += 1) {
    await leader.call('group.govern', { group: from, rights: { 'message.forward': 'all' } });
    let withdrawn = false;
    const after: Promise<number>[] = [];
    await Promise.all([
      leader.call('group.govern', { group: from, rights: { 'message.forward': 'leaders' } }).then(() => {
        withdrawn = true;
        after.push(forward());
      }),
      ...Array.from({ length: 6 }, forward),
    ]);
    assert.equal(withdrawn, true);
    assert.deepEqual(await Promise.all(after), [0]);
  }
});

test('sent again after the answer was lost it is what it was, also where its source is gone since', async () => {
  const from = await house.addGroup([cast.leader, cast.member]);
  const to = await house.addGroup([cast.deputy, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const source = await leader.call('message.send', { group: from, text: 'Di dời 14 hộ' });
  const [carried, answer] = [newId(), newId()];
  const forwarding = { group: to, text: '', forward: { group: from, message: source.id } };
  const answering = { group: from, text: 'Đã rõ', reply: source.id };
  const first = await member.call('message.send', forwarding, carried);
  const second = await member.call('message.send', answering, answer);
  await leader.call('message.recall', { group: from, message: source.id });
  assert.deepEqual(await member.call('message.send', forwarding, carried), first);
  assert.deepEqual(await member.call('message.send', answering, answer), second);
  const other = { ...answering, text: 'Chưa rõ' };
  await assert.rejects(member.call('message.send', other, answer), refused('message.gone'));
  await assert.rejects(member.call('message.send', answering, newId()), refused('message.gone'));
  await assert.rejects(leader.call('message.send', answering, answer), refused('message.gone'));
});

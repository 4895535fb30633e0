import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { Mention } from '../messages/protocol.ts';

let house: TestHouse;
let unit: string;
let elsewhere: string;

before(async () => {
  house = await openTestHouse();
  [unit, elsewhere] = (await Promise.all(
    ['Phòng Văn hóa – Xã hội', 'Trạm Y tế'].map(async (name) => {
      const { status, body } = await house.post('administrator', 'unit.add', { parent: null, name });
      assert.equal(status, 200);
      return (body as { unit: { id: string } }).unit.id;
    }),
  )) as [string, string];
});

async function people(names: readonly string[], kind = 'coordination'): Promise<{ list: TestPerson[]; group: string }> {
  const list: TestPerson[] = [];
  for (const name of names) list.push(await house.addPerson(name));
  return { list, group: await house.addGroup(list, kind) };
}

const codeOf = ({ status, body }: { status: number; body: unknown }): string =>
  status === 200 ? 'done' : (body as { code: string }).code;

/** Sends a text in which the pieces in brackets name somebody. */
async function send(
  who: TestPerson,
  group: string,
  text: string,
  named: readonly Omit<Mention, 'from' | 'to'>[],
  id = newId(),
) {
  const mentions: Mention[] = [];
  let plain = '';
  for (const [at, part] of text.split(/\[|\]/).entries()) {
    if (at % 2 === 1) mentions.push({ ...named[(at - 1) / 2]!, from: plain.length, to: plain.length + part.length });
    plain += part;
  }
  return house.post(who, 'message.send', { group, text: plain, mentions }, id);
}

interface Line {
  readonly id: string;
  readonly seq: number;
  readonly mentions?: Mention[];
}

async function linesFor(who: TestPerson, group: string): Promise<Line[]> {
  return ((await house.post(who, 'message.page', { group })).body as { messages: Line[] }).messages;
}

const unreadFor = async (who: TestPerson, group: string): Promise<number[]> =>
  ((await house.post(who, 'mention.unread', { group })).body as { seqs: number[] }).seqs;

test('people, everybody, units and roles are named; each of them finds it among the unread, the others do not', async () => {
  const { list, group } = await people(['Siu H’Nga', 'Puih Thưng', 'Rơ Châm Bích', 'Nguyễn Văn An']);
  const [owner, deputy, inUnit, plain] = list as [TestPerson, TestPerson, TestPerson, TestPerson];
  await house.post(owner, 'member.appoint', { group, accounts: [deputy.id], role: 'deputy' });
  await sql`update accounts set unit = ${unit} where id = ${inUnit.id}`.execute(house.db);
  const ids = [newId(), newId(), newId(), newId()];
  assert.equal(
    codeOf(await send(owner, group, 'Nhờ [@Nguyễn Văn An] xem', [{ who: 'account', id: plain.id }], ids[0])),
    'done',
  );
  assert.equal(codeOf(await send(owner, group, '[@All] họp lúc 8:00', [{ who: 'all' }], ids[1])), 'done');
  assert.equal(
    codeOf(await send(owner, group, 'Gửi [@Phòng Văn hóa – Xã hội]', [{ who: 'unit', id: unit }], ids[2])),
    'done',
  );
  assert.equal(
    codeOf(await send(owner, group, '[@phó nhóm] cho ý kiến', [{ who: 'role', id: 'deputy' }], ids[3])),
    'done',
  );
  const lines = await linesFor(plain, group);
  const [one, all, ofUnit, ofRole] = ids.map((id) => lines.find((it) => it.id === id)!.seq) as [
    number,
    number,
    number,
    number,
  ];
  assert.deepEqual(lines.find((it) => it.id === ids[0])!.mentions, [{ from: 4, to: 18, who: 'account', id: plain.id }]);
  assert.deepEqual(await unreadFor(plain, group), [one, all]);
  assert.deepEqual(await unreadFor(inUnit, group), [all, ofUnit]);
  assert.deepEqual(await unreadFor(deputy, group), [all, ofRole]);
  assert.deepEqual(await unreadFor(owner, group), [], 'nobody calls themselves');
  await house.post(plain, 'receipt.mark', { marks: [{ group, read: one }] });
  assert.deepEqual(await unreadFor(plain, group), [all]);
  // The list of chats and the way to the next one agree.
  const { body } = await house.post(inUnit, 'chat.list', { groups: [group] });
  assert.deepEqual((body as { chats: { mentioned: number[] }[] }).chats[0]!.mentioned, [all, ofUnit]);
});

test('who has left, is no member or does not exist is not named; the message goes all the same', async () => {
  const { list, group } = await people(['Siu H’Nga', 'Puih Thưng', 'Đã Rời']);
  const [owner, , left] = list as [TestPerson, TestPerson, TestPerson];
  const stranger = await house.addPerson('Người Lạ');
  await house.post(left, 'member.leave', { group });
  const answer = await send(owner, group, '[@Đã Rời] và [@Người Lạ], [@Không Ai], [@Trạm Y tế], [@Puih Thưng]', [
    { who: 'account', id: left.id },
    { who: 'account', id: stranger.id },
    { who: 'account', id: newId() },
    { who: 'unit', id: elsewhere },
    { who: 'account', id: list[1]!.id },
  ]);
  assert.equal(codeOf(answer), 'done');
  const line = (await linesFor(owner, group)).at(-1)!;
  assert.deepEqual(
    line.mentions!.map((it) => it.id),
    [list[1]!.id],
  );
  const { rows } = await sql<{ target: string }>`select target from message_mentions where group_id = ${group}`.execute(
    house.db,
  );
  assert.deepEqual(
    rows.map((it) => it.target),
    [list[1]!.id],
  );
});

test('places that are none, unknown roles and ids are malformed; more than people needs the right', async () => {
  const { list, group } = await people(['Siu H’Nga', 'Puih Thưng'], 'directive');
  const [owner, plain] = list as [TestPerson, TestPerson];
  const send2 = async (who: TestPerson, mentions: unknown): Promise<string> =>
    codeOf(await house.post(who, 'message.send', { group, text: 'Nhờ @Siu H’Nga', mentions }));
  const named = { who: 'account', id: owner.id };
  for (const wrong of [
    [{ ...named, from: 3, to: 14 }],
    [{ ...named, from: 4, to: 99 }],
    [
      { ...named, from: 4, to: 14 },
      { ...named, from: 8, to: 14 },
    ],
    [{ from: 4, to: 14, who: 'account' }],
    [{ from: 4, to: 14, who: 'account', id: 'owner' }],
    [{ from: 4, to: 14, who: 'role', id: 'member' }],
    [{ from: 4, to: 14, who: 'all', id: owner.id }],
    [{ from: 4, to: 14, who: 'everyone' }],
    [],
    Array.from({ length: 51 }, (_, at) => ({ ...named, from: at, to: at + 1 })),
  ])
    assert.equal(await send2(plain, wrong), 'malformed', JSON.stringify(wrong).slice(0, 100));
  for (const more of [{ who: 'all' }, { who: 'role', id: 'owner' }, { who: 'unit', id: unit }])
    assert.equal(await send2(plain, [{ from: 4, to: 14, ...more }]), 'forbidden');
  assert.equal(await send2(plain, [{ from: 4, to: 14, ...named }]), 'done');
});

test('calling everybody is not for every minute: five, then one each twelve minutes', async () => {
  const { list, group } = await people(['Siu H’Nga', 'Puih Thưng']);
  const other = await house.addGroup(list, 'coordination');
  const call = (where: string) => send(list[0]!, where, '[@All] chú ý', [{ who: 'all' }]);
  for (let n = 0; n < 5; n += 1) assert.equal(codeOf(await call(n % 2 ? group : other)), 'done');
  const { body } = await call(group);
  assert.equal((body as { code: string }).code, 'too_fast');
  assert.ok((body as { wait: number }).wait > 600);
  assert.equal(codeOf(await send(list[0]!, group, '[@Puih Thưng] nhé', [{ who: 'account', id: list[1]!.id }])), 'done');
  assert.equal(codeOf(await send(list[1]!, group, '[@All] chú ý', [{ who: 'all' }])), 'done', 'somebody else');
  house.pass(12 * 60_000);
  assert.equal(codeOf(await call(group)), 'done');
});

interface Found {
  readonly people: { id: string; name: string; role: string }[];
  readonly units: { id: string; name: string; members: number }[];
}

const find = async (who: TestPerson, group: string, query = ''): Promise<Found> =>
  (await house.post(who, 'mention.find', { group, query })).body as Found;

test('members are found toneless, by name before position, who wrote lately first; units only for who may call them', async () => {
  const { list, group } = await people(['Siu H’Nga', 'Puih Thưng', 'Nguyễn Hoàng Phúc', 'Đặng Thị Phước'], 'directive');
  const [owner, thung, phuc, phuoc] = list as [TestPerson, TestPerson, TestPerson, TestPerson];
  await sql`update accounts set unit = ${unit} where id = any(${[thung.id, phuc.id]}::uuid[])`.execute(house.db);
  assert.deepEqual((await find(owner, group, 'phu')).people.map((it) => it.id).sort(), [phuc.id, phuoc.id].sort());
  assert.deepEqual(
    (await find(owner, group, 'dang thi')).people.map((it) => it.id),
    [phuoc.id],
  );
  assert.deepEqual((await find(owner, group, 'hnga')).people, [], 'not oneself');
  assert.deepEqual(
    (await find(phuc, group, 'hnga')).people.map((it) => [it.id, it.role]),
    [[owner.id, 'owner']],
  );
  await house.post(phuoc, 'message.send', { group, text: 'Đã nhận' });
  assert.equal((await find(owner, group)).people[0]!.id, phuoc.id, 'who wrote last');
  assert.deepEqual((await find(owner, group, 'van hoa')).units, [
    { id: unit, name: 'Phòng Văn hóa – Xã hội', members: 2 },
  ]);
  assert.deepEqual((await find(owner, group, 'tram y te')).units, [], 'nobody of it is here');
  assert.deepEqual((await find(phuc, group, 'van hoa')).units, []);
});

test('who may not see the list of members finds and names those who wrote, nobody else', async () => {
  const { list, group } = await people(['Siu H’Nga', 'Puih Thưng', 'Chưa Viết'], 'directive');
  const [owner, asker, silent] = list as [TestPerson, TestPerson, TestPerson];
  await house.post(owner, 'group.govern', { group, rights: { 'member.list': 'leaders' } });
  await house.post(owner, 'message.send', { group, text: 'Chào các đồng chí' });
  assert.deepEqual(
    (await find(asker, group)).people.map((it) => it.id),
    [owner.id],
  );
  assert.deepEqual((await find(asker, group, 'chua viet')).people, []);
  await send(asker, group, '[@Chưa Viết] [@Siu H’Nga]', [
    { who: 'account', id: silent.id },
    { who: 'account', id: owner.id },
  ]);
  assert.deepEqual(
    (await linesFor(owner, group)).at(-1)!.mentions!.map((it) => it.id),
    [owner.id],
  );
  assert.equal((await find(owner, group)).people.length, 2);
});

test('an edit names others: who is named now has it among the unread, who is not any more has not', async () => {
  const { list, group } = await people(['Siu H’Nga', 'Puih Thưng', 'Rơ Châm Bích']);
  const [owner, a, b] = list as [TestPerson, TestPerson, TestPerson];
  const id = newId();
  await send(owner, group, 'Nhờ [@Puih Thưng]', [{ who: 'account', id: a.id }], id);
  const { seq } = (await linesFor(a, group)).find((it) => it.id === id)!;
  assert.deepEqual([await unreadFor(a, group), await unreadFor(b, group)], [[seq], []]);
  const edit = await house.post(owner, 'message.edit', {
    group,
    message: id,
    text: 'Nhờ @Rơ Châm Bích',
    mentions: [{ from: 4, to: 17, who: 'account', id: b.id }],
  });
  assert.equal(codeOf(edit), 'done', JSON.stringify(edit.body));
  assert.deepEqual([await unreadFor(a, group), await unreadFor(b, group)], [[], [seq]]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { Hit } from './protocol.ts';
import { searchJob } from './server/indexer.ts';

const house = await openTestHouse({ limits: false });
const { cast, db } = house;
const job = searchJob(house.house);

type Wish = {
  group?: string;
  by?: string;
  from?: number;
  to?: number;
  kind?: 'message' | 'file' | 'photo' | 'link' | 'number';
};
async function found(client: TestClient, query: string, wish: Wish = {}): Promise<Hit[]> {
  const hits: Hit[] = [];
  let after: string | null = null;
  do {
    const page: { hits: Hit[]; next: string | null } = await client.call('search.page', {
      query,
      kind: 'message',
      limit: 7,
      ...wish,
      after,
    });
    hits.push(...page.hits);
    after = page.next;
  } while (after !== null);
  return hits;
}
const ids = (hits: readonly Hit[]): string[] => hits.map((it) => it.id);

/** The same before and after the words are in the index: nobody can tell. */
async function bothWays(check: () => Promise<void>): Promise<void> {
  await check();
  await job.run();
  await check();
}

test('what a member wrote is found without tones, exact tones first, then the newest', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const member = await house.connect('member');
  const [one, two, three] = [
    await leader.call('message.send', { group, text: 'Chiều nay họp giao ban' }),
    await leader.call('message.send', { group, text: 'Hộp thư của cơ quan' }),
    await member.call('message.send', { group, text: 'Hợp đồng thuê xe' }),
  ];
  await bothWays(async () => {
    assert.deepEqual(ids(await found(member, 'hop', { group })), [three.id, two.id, one.id]);
    assert.deepEqual(ids(await found(member, 'họp', { group })), [one.id, three.id, two.id]);
    assert.deepEqual(ids(await found(member, 'dong xe', { group })), [three.id]);
    assert.deepEqual(ids(await found(member, 'hop', { group, by: cast.leader.id })), [two.id, one.id]);
    assert.deepEqual(ids(await found(member, 'hop', { group, to: one.at })), []);
    assert.deepEqual(
      ids(await found(member, 'hop', { group, from: three.at, to: three.at + 1 })).includes(three.id),
      true,
    );
    assert.deepEqual(await found(member, 'khong co chu nay', { group }), []);
  });
  const { messages, people } = await member.call('search.typed', { query: 'giao b' });
  assert.deepEqual(
    messages.hits.map((it) => it.marks.map(([a, b]) => it.text.slice(a, b))),
    [['giao ban']],
  );
  assert.deepEqual(
    people.map((it) => it.name),
    ['Nguyễn Hoàng Phúc'],
  );
});

test('numbers of documents are a group of their own, however they are typed', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const first = await leader.call('message.send', { group, text: 'Triển khai công văn 694/STTTT-CNTT tới các thôn' });
  const second = await leader.call('message.send', { group, text: 'Xem 694/UBND-VX và 893/QĐ-UBND' });
  await bothWays(async () => {
    for (const query of ['694/STTTT-CNTT', '694 stttt', '694/stttt', '694–sttt', 'cv 694 stttt cntt'])
      assert.deepEqual(ids((await leader.call('search.typed', { query, group })).numbers), [first.id], query);
    const all = await leader.call('search.typed', { query: '694 cac thon', group });
    assert.deepEqual(ids(all.numbers), [second.id, first.id]);
    assert.deepEqual(ids((await leader.call('search.typed', { query: '893/qd-ubnd', group })).numbers), [second.id]);
    assert.deepEqual((await leader.call('search.typed', { query: '69', group })).numbers, []);
  });
});

test('only what the asker may see now: left, not yet come, recalled, deleted on their side, stranger', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other]);
  const [leader, member, other, stranger] = await Promise.all(
    (['leader', 'member', 'other', 'stranger'] as const).map((it) => house.connect(it)),
  );
  const [before, recalled, hidden, kept] = [
    await leader!.call('message.send', { group, text: 'sạt lở đèo Chư Sê lần đầu' }),
    await leader!.call('message.send', { group, text: 'sạt lở đèo Chư Sê lần hai' }),
    await leader!.call('message.send', { group, text: 'sạt lở đèo Chư Sê lần ba' }),
    await leader!.call('message.send', { group, text: 'sạt lở đèo Chư Sê lần bốn' }),
  ];
  const query = '"sat lo deo"';
  await bothWays(async () => {
    assert.deepEqual(ids(await found(member!, query)), ids([kept, hidden, recalled, before] as never));
    assert.deepEqual(await found(stranger!, query), []);
    const typed = await stranger!.call('search.typed', { query });
    assert.deepEqual(typed, {
      numbers: [],
      files: { hits: [], next: null },
      messages: { hits: [], next: null },
      people: [],
    });
  });
  for (const name of ['search.typed', 'search.page']) {
    const of = (id: string) =>
      house.post('stranger', name, { query, group: id, ...(name === 'search.page' ? { kind: 'message' } : {}) });
    const [theirs, absent] = [await of(group), await of(newId())];
    assert.equal(theirs.status, 404);
    assert.deepEqual(theirs, absent);
  }

  await sql`update members set visible_from = ${before.seq} where group_id = ${group} and account = ${cast.other.id}`.execute(
    db,
  );
  await member!.call('message.hide', { group, messages: [hidden.id] });
  await leader!.call('message.recall', { group, message: recalled.id });
  await bothWays(async () => {
    assert.deepEqual(ids(await found(other!, query)), [kept.id, hidden.id]);
    assert.deepEqual(ids(await found(member!, query)), [kept.id, before.id]);
  });
  // Nothing of what was recalled is left in the index.
  const { rows } = await sql<{
    words: string;
  }>`select words::text as words from search_parts where group_id = ${group}`.execute(db);
  assert.match(rows.map((it) => it.words).join(), /:bon'/);
  assert.doesNotMatch(rows.map((it) => it.words).join(), /:hai'/);

  await sql`update members set left_at = now() where group_id = ${group} and account = ${cast.other.id}`.execute(db);
  assert.deepEqual(await found(other!, query), []);
  assert.equal((await house.post('other', 'search.page', { query, group, kind: 'message' })).status, 404);
});

test('an edited message is found by what it says now, by nothing else', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const sent = await leader.call('message.send', { group, text: 'nộp báo cáo thứ Sáu' });
  await job.run();
  await leader.call('message.edit', { group, message: sent.id, text: 'nộp báo cáo thứ Bảy' });
  await job.run();
  assert.deepEqual(ids(await found(leader, 'thu bay', { group })), [sent.id]);
  assert.deepEqual(await found(leader, 'thu sau', { group }), []);
});

test('many of the same: every one once, newest first, page by page; part by part as they come', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const quiet = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const sent: { id: string; at: number }[] = [];
  for (let n = 0; n < 150; n += 1) {
    const text = n % 3 === 0 ? `lịch trực tuần ${n}` : n % 3 === 1 ? `lich truc ${n}` : `việc khác ${n}`;
    const it = await leader.call('message.send', { group: n % 50 === 0 ? quiet : group, text });
    if (n % 3 < 2) sent.push(it);
    if (n % 40 === 39) await job.run();
  }
  const newest = sent.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map((it) => it.id);
  await bothWays(async () => {
    assert.deepEqual(ids(await found(leader, 'lich truc')), newest);
    const toned = await found(leader, 'lịch trực');
    assert.equal(new Set(ids(toned)).size, sent.length);
    assert.equal(
      toned.findIndex((it) => !it.text.includes('lịch')),
      50,
    );
  });
  const { rows } = await sql<{
    count: number;
    last: number;
  }>`select count, last_seq as last from search_parts where group_id = ${group} order by first_seq`.execute(db);
  assert.ok(rows.length >= 4 && rows.slice(0, -1).every((it) => it.count === 32), JSON.stringify(rows));
});

test('a forged cursor is refused', async () => {
  const leader = await house.connect('leader');
  for (const after of ['x', Buffer.from('[0,-1,"a"]').toString('base64url'), Buffer.from('null').toString('base64url')])
    await assert.rejects(leader.call('search.page', { query: 'a', kind: 'message', after }), { code: 'malformed' });
});

test('signs that mean something to the index are just signs', async () => {
  const leader = await house.connect('leader');
  for (const query of [
    "'",
    "\\'",
    "a' | 'b",
    ':*',
    '!a & b',
    '<->',
    '"',
    '*',
    '%',
    'a\\',
    "''''",
    '#694',
    '@photo',
    '~',
  ])
    assert.ok(await leader.call('search.typed', { query }), query);
});

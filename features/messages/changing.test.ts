import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import type { CastName } from '../../testing/cast.ts';
import { memoryShelves, SHELVES } from '../../web/shelves.ts';
import type { Shelves } from '../../web/shelves.ts';
import { canEdit, canRecallOwn, EDIT_HOURS, leftOf, RECALL_HOURS, VERSIONS_MOST } from './rules.ts';

const house = await openTestHouse({ limits: false });
const node = await openTestHouse({ beside: house, limits: false });
const { cast, db } = house;
const HOUR = 3_600_000;

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof ClientProblem, String(error));
  assert.equal(error.code, code);
  return true;
};

/** A group of the whole cast, in the roles they have. */
const addGroup = (kind?: string): Promise<string> =>
  house.addGroup(
    (
      [
        ['leader', 'owner'],
        ['deputy', 'deputy'],
        ['clerk', 'clerk'],
        ['member', 'member'],
        ['other', 'member'],
        ['reader', 'reader'],
      ] as const
    ).map(([who, role]) => ({ ...cast[who], role })),
    kind,
  );

async function online(device: TestDevice): Promise<void> {
  closeBefore(() => device.off());
  await device.until(
    () => device.device.connection.state.value === 'online' && device.chats.known.value,
    'a live line',
  );
}

const lineOf = (device: TestDevice, group: string, id: string) => device.messages.conversation(group).line(id);

/** The whole database but for what is sealed, as one text: bytes as they are. */
async function everything(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    db,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ it: string }>`select t::text as it from ${sql.table(name)} t`.execute(db);
    texts.push(...rows.map((row) => row.it));
  }
  assert.ok(texts.length > 100);
  return texts.join('\n');
}

/** Takes words into what finds messages by them, and those that are gone out of it. */
const index = async (): Promise<void> => {
  for (const job of house.features.jobs) if (job.name.includes('search')) await job.run();
};

const hex = (text: string): string => Buffer.from(text).toString('hex');

test('the rules at the last moment', () => {
  const sent = { kind: 'text', by: 'a', at: 1_000 } as const;
  const end = 1_000 + EDIT_HOURS * HOUR;
  assert.equal(leftOf(EDIT_HOURS, 1_000, end - 1), 1);
  assert.equal(leftOf(EDIT_HOURS, 1_000, end), 0);
  assert.ok(canEdit(sent, 'a', end - 1));
  assert.ok(!canEdit(sent, 'a', end));
  assert.ok(!canEdit(sent, 'b', 1_000));
  assert.ok(!canEdit({ ...sent, recalled: { by: 'a', at: 2 } }, 'a', 1_000));
  assert.ok(!canEdit({ ...sent, forwarded: { by: 'b', group: '', at: 1 } }, 'a', 1_000));
  assert.ok(!canEdit({ ...sent, kind: 'notice' }, 'a', 1_000));
  assert.ok(canEdit({ ...sent, edited: { count: VERSIONS_MOST - 2 } }, 'a', 1_000));
  assert.ok(!canEdit({ ...sent, edited: { count: VERSIONS_MOST - 1 } }, 'a', 1_000));
  assert.ok(canRecallOwn(sent, 'a', 1_000 + RECALL_HOURS * HOUR - 1));
  assert.ok(!canRecallOwn(sent, 'a', 1_000 + RECALL_HOURS * HOUR));
});

test('an edit is seen by all, with every version; what it said before is in no event', async () => {
  const group = await addGroup();
  const [member, deputy] = await Promise.all([house.connect('member'), node.connect('deputy', { [group]: 0 })]);
  const watcher = await openTestDevice(house, 'leader');
  await online(watcher);
  await watcher.messages.conversation(group).open();
  const id = newId();
  await member.call('message.send', { group, text: 'Họp lúc 8 giơ' }, id);
  const answer = newId();
  await deputy.call('message.send', { group, text: 'Rõ', reply: id }, answer);
  const act = newId();
  const edit = {
    group,
    message: id,
    text: 'Họp lúc 8 giờ, @Puih Thưng dự',
    mentions: [{ from: 15, to: 26, who: 'account' as const, id: cast.member.id }],
  };
  await member.call('message.edit', edit, act);
  // Again, as after an answer that was lost: once.
  await member.call('message.edit', edit, act);
  await watcher.until(() => lineOf(watcher, group, id)?.edited?.count === 1, 'the edit');
  const line = lineOf(watcher, group, id)!;
  assert.equal(line.text, 'Họp lúc 8 giờ, @Puih Thưng dự');
  assert.equal(line.mentions?.[0]?.id, cast.member.id);
  assert.equal(lineOf(watcher, group, answer)?.quote?.text, 'Họp lúc 8 giờ, @Puih Thưng dự');
  assert.equal(watcher.chats.get(group)?.last?.id, answer);

  await member.call('message.edit', { group, message: id, text: 'Họp lúc 9 giờ' });
  const { versions } = await deputy.call('message.versions', { group, message: id });
  assert.deepEqual(
    versions.map((it) => it.text),
    ['Họp lúc 8 giơ', 'Họp lúc 8 giờ, @Puih Thưng dự', 'Họp lúc 9 giờ'],
  );
  assert.equal(versions[1]?.mentions?.length, 1);
  const times = versions.map((it) => it.at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  const { rows: named } = await sql<{ count: number }>`
    select count(*) as count from message_mentions where group_id = ${group}`.execute(db);
  assert.equal(named[0]?.count, 0, 'mentions are replaced');
  const { rows: logged } = await sql<{
    it: string;
  }>`select e::text as it from events e where stream = ${group}`.execute(db);
  assert.ok(!logged.some(({ it }) => it.includes('Họp')), 'words in the log of events');
  // The same again is no edit.
  await member.call('message.edit', { group, message: id, text: 'Họp lúc 9 giờ' });
  assert.equal((await deputy.call('message.versions', { group, message: id })).versions.length, 3);
  await watcher.until(() => lineOf(watcher, group, id)?.text === 'Họp lúc 9 giờ');
  const fresh = await openTestDevice(house, 'leader');
  await online(fresh);
  await fresh.messages.conversation(group).open();
  assert.deepEqual(lineOf(watcher, group, id), lineOf(fresh, group, id));
  assert.deepEqual(lineOf(watcher, group, answer), lineOf(fresh, group, answer));
  await Promise.all([watcher.off(), fresh.off()]);
});

test('only the own words, in time, by who may still write, so many times', async () => {
  const group = await addGroup();
  const [leader, member, other] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('other'),
  ]);
  const id = newId();
  await member.call('message.send', { group, text: 'một' }, id);
  await assert.rejects(other.call('message.edit', { group, message: id, text: 'hai' }), refused('forbidden'));
  await assert.rejects(leader.call('message.edit', { group, message: id, text: 'hai' }), refused('forbidden'));
  await assert.rejects(member.call('message.edit', { group, message: newId(), text: 'hai' }), refused('not_found'));
  await assert.rejects(member.call('message.edit', { group, message: id, text: '' }), refused('message.empty'));
  // What somebody else said is not edited by who passed it on.
  const copy = newId();
  await other.call('message.send', { group, text: '', forward: { group, message: id } }, copy);
  await assert.rejects(
    other.call('message.edit', { group, message: copy, text: 'hai' }),
    refused('message.not_own_words'),
  );
  // Who may not write any more does not edit either.
  await leader.call('member.restrict', { group, accounts: [cast.member.id], readOnly: true });
  await assert.rejects(member.call('message.edit', { group, message: id, text: 'hai' }), refused('forbidden'));
  await leader.call('member.restrict', { group, accounts: [cast.member.id], readOnly: false });

  for (let n = 1; n < VERSIONS_MOST; n += 1)
    await member.call('message.edit', { group, message: id, text: `bản ${n}` });
  await assert.rejects(
    member.call('message.edit', { group, message: id, text: 'một bản nữa' }),
    refused('message.too_many_versions'),
  );
  assert.equal((await other.call('message.versions', { group, message: id })).versions.length, VERSIONS_MOST);

  const late = newId();
  await member.call('message.send', { group, text: 'kịp' }, late);
  house.pass(EDIT_HOURS * HOUR - 60_000);
  await member.call('message.edit', { group, message: late, text: 'vẫn kịp' });
  house.pass(60_000);
  await assert.rejects(
    member.call('message.edit', { group, message: late, text: 'muộn' }),
    refused('message.too_late'),
  );
  house.pass(-EDIT_HOURS * HOUR);
});

test('who may take back what: the sender for a day, leaders from those below them', async () => {
  const group = await addGroup();
  const who = ['leader', 'deputy', 'clerk', 'member', 'other', 'reader'] as const satisfies CastName[];
  const clients = Object.fromEntries(await Promise.all(who.map(async (it) => [it, await house.connect(it)]))) as Record<
    (typeof who)[number],
    TestClient
  >;
  const send = async (by: (typeof who)[number]): Promise<string> => {
    const id = newId();
    await clients[by].call('message.send', { group, text: 'một câu' }, id);
    return id;
  };
  const recall = (by: (typeof who)[number], message: string) => clients[by].call('message.recall', { group, message });

  await recall('member', await send('member'));
  await assert.rejects(recall('other', await send('member')), refused('forbidden'));
  await assert.rejects(recall('reader', await send('member')), refused('forbidden'));
  for (const by of ['leader', 'deputy', 'clerk'] as const) await recall(by, await send('member'));
  for (const above of ['leader', 'deputy'] as const)
    await assert.rejects(recall('clerk', await send(above)), refused('forbidden'));
  await assert.rejects(recall('deputy', await send('leader')), refused('forbidden'));
  await recall('leader', await send('deputy'));

  // Who reads only may still take back what they wrote before.
  const before = await send('other');
  await clients.leader.call('member.restrict', { group, accounts: [cast.other.id], readOnly: true });
  await recall('other', before);
  await clients.leader.call('member.restrict', { group, accounts: [cast.other.id], readOnly: false });

  const [own, led, ofDeputy] = [await send('member'), await send('member'), await send('deputy')];
  house.pass(RECALL_HOURS * HOUR);
  await assert.rejects(recall('member', own), refused('message.too_late'));
  await recall('clerk', led);
  await recall('deputy', ofDeputy);
  house.pass(-RECALL_HOURS * HOUR);

  // In a frozen group nothing is done any more.
  const frozen = await send('member');
  await clients.leader.call('group.archive', { group, on: true });
  await assert.rejects(recall('member', frozen), refused('forbidden'));
  await assert.rejects(recall('leader', frozen), refused('forbidden'));
});

/** What a device keeps on its disk. */
async function shelved(shelves: Shelves, group: string): Promise<string> {
  const kept = await Promise.all(SHELVES.map((it) => shelves.all(it)));
  return JSON.stringify([kept, await shelves.messages(group, 0, Number.MAX_SAFE_INTEGER)]);
}

test('nothing of it stays: not in the tables, not in a device that was away, near or far', async () => {
  // A word that nothing else holds, so that an index of single words is looked through too.
  const CANARY = 'zyxwvuqp';
  for (const [kind, far] of [
    ['directive', 0],
    ['area', 320],
  ] as const) {
    const group = await addGroup(kind);
    const [member, leader] = await Promise.all([house.connect('member'), house.connect('leader')]);
    const id = newId();
    await member.call(
      'message.send',
      { group, text: `${CANARY}, xem https://gialai.gov.vn/${encodeURI('yến')}`, urgency: 1 },
      id,
    );
    await member.call('message.edit', { group, message: id, text: `${CANARY} lần hai` });
    const answer = newId();
    await leader.call('message.send', { group, text: 'Đã rõ', reply: id }, answer);
    await leader.call('reaction.give', { group, message: id, emoji: '👍', on: true });

    // One device with the chat open, one that is off; both know it, one is about to answer it.
    const shelves = memoryShelves();
    const away = await openTestDevice(house, 'other', shelves);
    await online(away);
    await away.messages.conversation(group).open();
    await away.until(() => lineOf(away, group, id)?.text?.includes(CANARY) === true, 'the message');
    const line = lineOf(away, group, id)!;
    away.messages.composition(group).reply.value = { id, seq: line.seq };
    away.messages.composition(group).write('Dạ');
    away.messages.composition(group).keep();
    await away.device.cache.flush();
    assert.ok((await shelved(shelves, group)).includes(CANARY));
    await away.network.cut();
    const live = await openTestDevice(house, 'member');
    await online(live);
    await live.messages.conversation(group).open();
    await live.until(() => lineOf(live, group, id) !== undefined);
    live.messages.composition(group).edit(lineOf(live, group, id)!);
    await index();
    assert.ok((await everything()).includes(CANARY));

    await member.call('message.recall', { group, message: id });
    for (let n = 0; n < far; n += 1) await leader.call('message.send', { group, text: `dòng ${n}` });
    // What finds messages by their words forgets them by itself.
    await index();
    const words = await everything();
    assert.ok(!words.includes(CANARY), 'in a table');
    assert.ok(!words.includes(hex(CANARY)), 'in the bytes of a table');
    const { rows: sealed } = await sql<{ message: string }>`
      select message from sealed_messages where group_id = ${group}`.execute(db);
    assert.deepEqual(
      sealed.map((it) => it.message),
      kind === 'directive' ? [id] : [],
    );

    await live.until(
      () => lineOf(live, group, id)?.recalled !== undefined || live.chats.get(group)!.messages > 300,
      'the recall',
    );
    assert.equal(live.messages.composition(group).editing.value, undefined);
    assert.ok(!live.messages.composition(group).text.value.includes(CANARY));
    away.network.restore();
    await away.until(() => away.chats.get(group)?.at === live.chats.get(group)?.at, 'what was missed');
    await away.messages.conversation(group).open();
    await away.until(() => away.messages.conversation(group).shown.value.last, 'the newest');
    await away.device.cache.flush();
    const seen = JSON.stringify(away.messages.conversation(group).stretches.map((it) => it.lines));
    assert.ok(!seen.includes(CANARY), 'in the memory of the device');
    assert.ok(!JSON.stringify(away.chats.snapshot()).includes(CANARY));
    assert.ok(!(await shelved(shelves, group)).includes(CANARY), 'on the disk of the device');
    if (far === 0) {
      assert.deepEqual(lineOf(away, group, id), {
        id,
        seq: line.seq,
        ordinal: line.ordinal,
        kind: 'text',
        by: cast.member.id,
        at: line.at,
        text: null,
        notice: null,
        recalled: { by: cast.member.id, at: lineOf(away, group, id)!.recalled!.at },
      });
      assert.deepEqual(lineOf(away, group, answer)?.quote, {
        id,
        seq: line.seq,
        by: cast.member.id,
        text: '',
        kind: 'text',
        gone: true,
      });
      assert.equal(away.messages.composition(group).reply.value, undefined);
      assert.equal(away.messages.composition(group).text.value, 'Dạ');
    }
    const fresh = await openTestDevice(house, 'other');
    await online(fresh);
    await fresh.messages.conversation(group).goTo(line.seq);
    await away.messages.conversation(group).goTo(line.seq);
    assert.deepEqual(lineOf(away, group, id), lineOf(fresh, group, id));
    assert.deepEqual(lineOf(away, group, answer), lineOf(fresh, group, answer));

    // Sent again by a device that never heard the answer: it stays recalled.
    const { rows: before } = await sql<{ head: number }>`select head from streams where id = ${group}`.execute(db);
    await member.call(
      'message.send',
      { group, text: `${CANARY}, xem https://gialai.gov.vn/${encodeURI('yến')}`, urgency: 1 },
      id,
    );
    const { rows: after } = await sql<{ head: number }>`select head from streams where id = ${group}`.execute(db);
    assert.deepEqual(after, before);
    assert.ok(!(await everything()).includes(CANARY));
    await assert.rejects(member.call('message.versions', { group, message: id }), refused('message.gone'));
    await assert.rejects(member.call('message.edit', { group, message: id, text: 'lại' }), refused('message.gone'));
    await assert.rejects(leader.call('message.send', { group, text: 'trả lời', reply: id }), refused('message.gone'));
    await Promise.all([away.off(), live.off(), fresh.off()]);
  }
});

const RACES = Number(process.env.RACES ?? 120);

test(`edit, recall and answer at once over two nodes, ${RACES} times: recalled is recalled`, async () => {
  const group = await addGroup();
  const [member, leader, deputy, other] = await Promise.all([
    house.connect('member', { [group]: 0 }),
    house.connect('leader'),
    node.connect('deputy', { [group]: 0 }),
    node.connect('other'),
  ]);
  let edited = 0;
  for (let round = 0; round < RACES; round += 1) {
    const id = newId();
    await member.call('message.send', { group, text: `vàng anh ${round}` }, id);
    const answer = newId();
    const acts = [
      member.call('message.edit', { group, message: id, text: `vàng anh sửa ${round}` }),
      leader.call('message.recall', { group, message: id }),
      deputy.call('message.recall', { group, message: id }),
      other.call('message.send', { group, text: 'trả lời', reply: id }, answer),
    ];
    const [edit, first, second, reply] = await Promise.allSettled(acts);
    for (const it of [first, second])
      assert.equal(it!.status, 'fulfilled', String((it as PromiseRejectedResult).reason));
    for (const it of [edit, reply]) if (it?.status === 'rejected') refused('message.gone')(it.reason);
    if (edit!.status === 'fulfilled') edited += 1;
    const recalls = deputy
      .of(group)
      .filter((it) => it.on === 'message.recalled' && (it.with as { id: string }).id === id);
    await deputy.until(
      () =>
        deputy.of(group).filter((it) => it.on === 'message.recalled' && (it.with as { id: string }).id === id)
          .length === 1,
    );
    assert.ok(recalls.length <= 1);
    if (reply!.status === 'fulfilled') {
      const page = await leader.call('message.page', { group, limit: 5 });
      assert.equal(page.messages.find((it) => it.id === answer)?.quote?.gone, true);
    }
  }
  const { rows } = await sql<{ recalled: number; versions: number; events: number }>`
    select (select count(*) from messages where group_id = ${group} and recalled_at is not null and text is null and edits = 0) as recalled,
      (select count(*) from message_versions v join messages m on m.id = v.message where m.group_id = ${group}) as versions,
      (select count(*) from events where stream = ${group} and name = 'message.recalled') as events`.execute(db);
  assert.deepEqual(rows[0], { recalled: RACES, versions: 0, events: RACES });
  assert.ok(edited < RACES);
  assert.ok(!(await everything()).includes('vàng anh'));
});

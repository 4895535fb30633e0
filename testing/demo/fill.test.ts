import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { actions, events } from '../../features/contracts.ts';
import { openFeatures } from '../../features/handlers.ts';
import type { Chat } from '../../features/chats/protocol.ts';
import { readConfig } from '../../server/config.ts';
import { openLog } from '../../server/log.ts';
import { openHouse } from '../../server/open.ts';
import type { OpenHouse } from '../../server/open.ts';
import { closeBefore, newDatabase } from '../postgres.ts';
import { BOARD } from './board.ts';
import { fillDemo, NotADemoError } from './fill.ts';
import { readPeople } from './people.ts';
import { readStories } from './story.ts';

const NOW = new Date('2026-11-19T03:00:00Z');
const people = readPeople();
const stories = readStories(NOW);
const texts = stories.flatMap((it) => it.entries.filter((entry) => entry.does === 'write'));

let at = NOW;
let open: OpenHouse;
let url: string;

async function openOn(databaseUrl: string): Promise<OpenHouse> {
  const opened = await openHouse({
    config: { ...readConfig({}), port: 0 },
    databaseUrl,
    log: openLog('silent'),
    actions,
    events,
    openFeatures,
    now: () => at,
    jobs: false,
  });
  closeBefore(() => opened.close());
  return opened;
}

before(async () => {
  ({ url } = await newDatabase());
  open = await openOn(url);
});

async function count(table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(open.house.db);
  return rows[0]!.n;
}

async function chatsOf(key: string): Promise<Chat[]> {
  const { phone } = people.find((it) => it.key === key)!;
  const { rows } = await sql<{ id: string }>`select id from accounts where phone = ${phone}`.execute(open.house.db);
  const actor = { account: rows[0]!.id, session: rows[0]!.id, administrator: false };
  const { output } = await open.perform({
    name: 'chat.list',
    input: {},
    caller: { door: 'program', address: '', device: '', actor },
  });
  return (output as { chats: Chat[] }).chats;
}

test('an empty house is filled in some seconds, all dates in the past', async () => {
  const since = performance.now();
  assert.equal(await fillDemo(open, NOW, (moment) => (at = moment)), true);
  assert.ok(performance.now() - since < 30_000, `${Math.round(performance.now() - since)} ms`);
  assert.equal(at, NOW, 'the clock stands where it stood');
  assert.equal(await count('accounts'), people.length);
  assert.equal(await count('groups'), stories.length);
  const { rows } = await sql<{ texts: number; notices: number; first: Date; last: Date }>`
    select count(*) filter (where kind = 'text') as texts, count(*) filter (where kind = 'notice') as notices,
      min(sent_at) as first, max(sent_at) as last from messages`.execute(open.house.db);
  assert.equal(rows[0]!.texts, texts.length + BOARD.length);
  assert.ok(rows[0]!.notices >= stories.filter((it) => it.kind !== 'pair').length, 'each group says that it was made');
  assert.ok(rows[0]!.last < NOW && rows[0]!.first < new Date(NOW.getTime() - 20 * 86_400_000));
});

test('the leader’s list: the storm group pinned on top, newest first, some of it unread', async () => {
  const chats = await chatsOf('phuc');
  assert.ok(chats.length >= 10);
  const storm = chats.find((it) => it.pinnedAt !== null)!;
  assert.equal(storm.name, 'Phòng chống bão lũ xã Ia Grai');
  assert.equal(storm.role, 'owner');
  assert.equal(storm.messages - storm.readOrdinal, 3);
  assert.equal(storm.last?.text?.startsWith('Làng Yam có 1 hộ'), true);
  assert.ok(storm.rights.includes('group.change'));
  const times = chats.map((it) => it.last!.at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  assert.ok(chats.some((it) => it.kind === 'pair' && it.other !== null && it.messages > it.readOrdinal));
  const announcement = (await chatsOf('thung')).find((it) => it.kind === 'announcement')!;
  assert.equal(announcement.rights.includes('message.send'), false);
});

test('who left is out, who was added is in, and the lines say so', async () => {
  const { rows } = await sql<{ on: string; n: number }>`
    select notice ->> 'on' as on, count(*) as n from messages where kind = 'notice' group by 1`.execute(open.house.db);
  const lines = new Map(rows.map((it) => [it.on, it.n]));
  for (const name of ['group.created', 'group.changed', 'member.added', 'member.left'])
    assert.ok(lines.get(name), name);
  const named = (chats: Chat[]): Chat | undefined => chats.find((it) => it.name.startsWith('Cà phê Ia Grai'));
  assert.equal(named(await chatsOf('hyok')), undefined);
  assert.ok(named(await chatsOf('phenh')));
});

test('done again, also half way, it adds nothing', async () => {
  const before = [await count('messages'), await count('accounts'), await count('actions')];
  assert.equal(await fillDemo(open, new Date(NOW.getTime() + 3 * 86_400_000), (moment) => (at = moment)), false);
  // As if the program had been ended before the last act, and were started again.
  await sql`delete from actions where name = 'chat.pin'`.execute(open.house.db);
  const again = await openOn(url);
  assert.equal(await fillDemo(again, NOW, (moment) => (at = moment)), true);
  assert.deepEqual([await count('messages'), await count('accounts'), await count('actions')], before);
});

test('a real agency is never filled', async () => {
  const own = await openOn((await newDatabase()).url);
  await own.perform({
    name: 'agency.setUp',
    id: '01234567-89ab-7cde-8f01-23456789abcd',
    input: {
      name: 'UBND xã Ia Grai',
      area: '23764',
      administrator: { name: 'Lê Văn Khải', phone: '0905318470' },
      help: null,
    },
    caller: { door: 'program', address: '', device: '' },
  });
  await assert.rejects(
    fillDemo(own, NOW, () => undefined),
    NotADemoError,
  );
});

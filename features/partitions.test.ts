import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import pg from 'pg';

import { newId } from '../protocol/id.ts';
import type { CastName } from '../testing/cast.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import type { ActionName } from './contracts.ts';
import { cardsOfThings, copiesOf, countSavedAndVersions, needlesOf } from './reports/store/withdrawing.ts';

/** What every key of these tables must contain: the group or stream by which they are, or can be, spread over servers. */
const KEYS: Readonly<Record<string, string>> = {
  messages: 'group_id',
  events: 'stream',
  message_versions: 'group_id',
  message_files: 'group_id',
  message_links: 'group_id',
  message_audiences: 'group_id',
  reactions: 'group_id',
  acknowledgements: 'group_id',
  hidden_messages: 'group_id',
  saved_messages: 'group_id',
};

/** Statements that look into every partition, each with its reason. None of them is in the way of somebody who reads or writes. */
const EVERYWHERE: readonly (readonly [RegExp, string])[] = [
  [/form->>'origin' = roots\.root/, 'a message is withdrawn: where its copies are is what is asked'],
  [/t\.urgency = 3/, 'who has not read what is most urgent, by its time: a partial index of a few rows'],
  [/from messages m where m\.id > /, 'the rules of secrecy have changed: all that was ever written is looked at'],
];

const PARTITION = /^(messages|events)_\d+$/;

interface Node {
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly 'Node Type': string;
  readonly Plans?: readonly Node[];
}

/**
 * The partitions that a plan looks into one after the other although the table’s key would tell which: those below an append of several whose
 * scan does not compare the key.
 */
function unkeyed(node: Node): string[] {
  const below = node.Plans ?? [];
  const parts = below.filter((it) => PARTITION.test(it['Relation Name'] ?? ''));
  const found =
    parts.length < 2
      ? []
      : parts.filter((it) => !/\b(group_id|stream) = /.test(it['Index Cond'] ?? it['Recheck Cond'] ?? ''));
  return [...found.map((it) => it['Relation Name']!), ...below.flatMap(unkeyed)];
}

let house: TestHouse;
const said = new Map<string, readonly unknown[]>();

before(async () => {
  // Every statement of this process goes through here, with what it was asked with.
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  Object.assign(pg.Client.prototype, {
    query(this: pg.Client, first: unknown, values: unknown, ...rest: unknown[]) {
      const asked = typeof first === 'object' && first !== null ? (first as { text?: string; values?: unknown[] }) : {};
      const text = typeof first === 'string' ? first : asked.text;
      const given = Array.isArray(values) ? values : (asked.values ?? []);
      if (text && /\b(messages|events)\b/.test(text) && !said.has(text)) said.set(text, given as unknown[]);
      return query.call(this, first, values, ...rest);
    },
  });
  house = await openTestHouse();
  const device = await house.connect('leader');
  const { group } = house;
  const ask = async (who: CastName, name: ActionName, input: unknown, id = newId()): Promise<string> => {
    const { status, body } = await house.post(who, name, input, id);
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
    return id;
  };
  const side = await house.addGroup([house.cast.leader, house.cast.member]);
  const message = await ask('leader', 'message.send', { group, text: 'Họp lúc 8 giờ https://nharong.vn', ask: true });
  await ask('member', 'message.send', { group, text: 'Rõ', reply: message });
  await ask('leader', 'message.send', { group: side, text: '', forward: { group, message } });
  await ask('member', 'reaction.give', { group, message, emoji: '👍', on: true });
  await ask('member', 'reaction.list', { group, message });
  await ask('member', 'receipt.acknowledge', { group, message });
  await ask('leader', 'receipt.readers', { group, message });
  await ask('leader', 'message.edit', { group, message, text: 'Họp lúc 9 giờ https://nharong.vn' });
  await ask('member', 'message.versions', { group, message });
  await ask('member', 'message.save', { group, messages: [message] });
  await ask('member', 'saved.list', {});
  await ask('member', 'message.unsave', { group, messages: [message] });
  await ask('member', 'message.hide', { group, messages: [message] });
  await ask('member', 'message.show', { group, messages: [message] });
  await ask('member', 'message.page', { group });
  await ask('leader', 'pin.add', { group, thing: message });
  await ask('member', 'pin.list', { group });
  await ask('member', 'pin.get', { group, thing: message });
  await ask('member', 'mention.unread', { group });
  for (const shelf of ['media', 'link'] as const) await ask('member', 'file.list', { group, shelf });
  await ask('leader', 'note.create', { group, title: 'Lịch', text: 'Thứ hai' });
  for (const list of ['note.list', 'reminder.list', 'poll.list'] as const) await ask('member', list, { group });
  await ask('member', 'work.list', {});
  await ask('member', 'chat.list', {});
  await ask('member', 'report.make', { group, message });
  // Looks into everything as an officer does who withdraws it.
  await house.db.transaction().execute(async (tx) => {
    const traced = { group, message };
    await copiesOf(tx, [traced.message], []);
    await needlesOf(tx, [traced.message], []);
    await cardsOfThings(tx, [traced.message]);
    await countSavedAndVersions(tx, [traced.message]);
  });
  await ask('leader', 'message.recall', { group, message });
  for (const job of house.features.jobs) await job.run();
  await device.close();
  const again = await house.connect('member', { [group]: 1 });
  await again.close();
});

test('every statement on messages and events finds its partition by its key, but for a few that are named', async () => {
  const client = new pg.Client({ connectionString: house.databaseUrl });
  await client.connect();
  const wrong: string[] = [];
  let looked = 0;
  try {
    // Which plan is cheapest for a few rows does not matter here, only whether there is one by the key.
    await client.query('set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off');
    for (const [text, values] of said) {
      if (!/^\s*(\/\*.*?\*\/)?\s*(with|select|insert|update|delete)\b/.test(text)) continue;
      const { rows: plan } = await client.query<{ 'QUERY PLAN': readonly { Plan: Node }[] }>(
        `explain (format json) ${text}`,
        values as unknown[],
      );
      looked += 1;
      if (unkeyed(plan[0]!['QUERY PLAN'][0]!.Plan).length === 0 || EVERYWHERE.some(([it]) => it.test(text))) continue;
      wrong.push(text);
    }
  } finally {
    await client.end();
  }
  assert.deepEqual(wrong, []);
  assert.ok(looked > 40, `only ${looked} statements`);
});

test('every key of what is spread by group or stream contains it, and no foreign key goes from one to the other', async () => {
  const { rows: keys } = await sql<{ table: string; columns: string[] }>`
    select c.relname as table, array_agg(a.attname::text) as columns from pg_index i join pg_class c on c.oid = i.indrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
    where i.indisunique and c.relname = any(${Object.keys(KEYS)}::text[]) group by i.indexrelid, c.relname`.execute(
    house.db,
  );
  assert.deepEqual(new Set(keys.map((it) => it.table)), new Set(Object.keys(KEYS)));
  for (const { table, columns } of keys) assert.ok(columns.includes(KEYS[table]!), `${table} (${columns.join(', ')})`);
  const { rows: references } = await sql<{ name: string }>`
    select k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and c.relname = any(${Object.keys(KEYS)}::text[]) and t.relname = any(${Object.keys(KEYS)}::text[])`.execute(
    house.db,
  );
  assert.deepEqual(references, []);
});

test('an id that was used in one group is refused in another, also at the same moment', async () => {
  const other = await house.addGroup([house.cast.leader, house.cast.member]);
  const [id, twice] = [newId(), newId()];
  const first = await house.post('leader', 'message.send', { group: house.group, text: 'một' }, id);
  assert.equal(first.status, 200);
  for (const who of ['leader', 'member'] as const) {
    const { status, body } = await house.post(who, 'message.send', { group: other, text: 'một' }, id);
    assert.deepEqual([status, (body as { code: string }).code], [409, 'action.id_reused']);
  }
  const both = await Promise.all(
    [house.group, other].map((group) => house.post('member', 'message.send', { group, text: 'hai' }, twice)),
  );
  assert.deepEqual(both.map((it) => it.status).sort(), [200, 409]);
});

test('the rows of one group lie in one partition, and the partitions share them', async () => {
  const { rows: parts } = await sql<{ part: string; groups: string[] }>`
    select tableoid::regclass::text as part, array_agg(distinct stream::text) as groups from events group by 1`.execute(
    house.db,
  );
  const all = parts.flatMap((it) => it.groups);
  assert.equal(all.length, new Set(all).size);
  assert.ok(parts.length > 1, `${parts.length} of 8 are used`);
});

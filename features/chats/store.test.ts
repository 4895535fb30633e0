import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { openDatabase } from '../../server/database.ts';
import type { Database } from '../../server/database.ts';
import { closeBefore, newDatabase } from '../../testing/postgres.ts';
import { MENTIONS_MOST } from './rules.ts';
import { chatsOf } from './store.ts';

const GROUPS = 300;
const EACH = 200;

let db: Database;
const me = randomUUIDv7();
const other = randomUUIDv7();

// A person in 300 groups of 200 messages, half of which they have not read; in one of them everybody was called 150 times.
before(async () => {
  const { url } = await newDatabase();
  db = openDatabase(url, assert.fail);
  closeBefore(() => db.destroy());
  await sql`insert into streams (id, kind) values (${me}, 'account'), (${other}, 'account')`.execute(db);
  await sql`insert into accounts (id, name) values (${me}, 'Siu H’Nga'), (${other}, 'Rơ Châm Thưng')`.execute(db);
  const groups = Array.from({ length: GROUPS }, () => randomUUIDv7());
  await sql`
    insert into streams (id, kind, head, messages) select id, 'group', ${EACH}, ${EACH} from unnest(${groups}::uuid[]) as t(id)`.execute(
    db,
  );
  await sql`
    insert into groups (id, kind, name, created_by)
    select id, 'coordination', 'Nhóm ' || n, ${other} from unnest(${groups}::uuid[]) with ordinality as t(id, n)`.execute(
    db,
  );
  await sql`
    insert into members (group_id, account, read_seq, read_ordinal)
    select id, ${me}, case when n = 1 then 0 else 100 end, case when n = 1 then 0 else 100 end
    from unnest(${groups}::uuid[]) with ordinality as t(id, n)`.execute(db);
  await sql`
    insert into messages (id, group_id, seq, ordinal, kind, sender, text, sent_at, urgency)
    select gen_random_uuid(), t.id, s, s, 'text', ${other}, 'tin', now(), case when s % 50 = 0 then s / 50 - 1 else 0 end
    from unnest(${groups}::uuid[]) as t(id), generate_series(1, ${EACH}) as s`.execute(db);
  await sql`
    insert into message_mentions (group_id, seq, who, target)
    select t.id, s, 'account', ${me}::text from unnest(${groups}::uuid[]) as t(id), generate_series(99, 103, 2) as s`.execute(
    db,
  );
  await sql`
    insert into message_mentions (group_id, seq, who) select ${groups[0]}, s, 'all' from generate_series(20, 169) as s`.execute(
    db,
  );
  await sql`analyze`.execute(db);
});

test('unread mentions and urgency of every chat, bounded, the newest', async () => {
  const chats = await chatsOf(db, me);
  assert.equal(chats.length, GROUPS);
  const loud = chats.find((it) => it.mentioned.length > 10)!;
  assert.equal(loud.mentioned.length, MENTIONS_MOST);
  assert.deepEqual([loud.mentioned[0], loud.mentioned.at(-1)], [70, 169]);
  assert.deepEqual(loud.urgent, [100, 150, 200]);
  for (const it of chats) {
    if (it === loud) continue;
    assert.deepEqual(it.mentioned, [101, 103]);
    // Khẩn stood at 100, which has been read.
    assert.deepEqual(it.urgent, [0, 150, 200]);
  }
});

test('what is looked for among the unread is found by indexes, never by going through a table of messages', async () => {
  const plan: string[] = [];
  const spy = {
    getExecutor: () => ({
      ...db.getExecutor(),
      executeQuery: async (query: { sql: string; parameters: readonly unknown[] }) => {
        const { rows } = await db.executeQuery<{ 'QUERY PLAN': unknown }>({
          ...query,
          sql: `explain (format json) ${query.sql}`,
        } as never);
        plan.push(JSON.stringify(rows));
        return { rows: [] };
      },
      transformQuery: (node: unknown, id: never) => db.getExecutor().transformQuery(node as never, id),
      compileQuery: (node: unknown, id: never) => db.getExecutor().compileQuery(node as never, id),
    }),
  } as unknown as Database;
  await chatsOf(spy, me);
  const [found] = plan;
  assert.match(found!, /message_mentions_by_place/);
  // What the parts of messages_urgent are called in the partitions.
  assert.match(found!, /messages_\d_group_id_seq_idx/);
  assert.doesNotMatch(found!, /"Seq Scan"[^}]*"Relation Name":"(messages_\d|message_mentions)"/);
});

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import pg from 'pg';

import { newDatabase } from '../testing/postgres.ts';
import { MIGRATIONS, migrate } from './migrate.ts';

test('what was written before there were partitions lies in them, each row once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-before-'));
  t.after(() => rm(folder, { recursive: true }));
  const names = (await readdir(MIGRATIONS)).sort();
  const take = async (upto: number): Promise<void> => {
    for (const name of names.filter((it) => Number(it.slice(0, 4)) <= upto))
      await cp(join(MIGRATIONS, name), join(folder, name));
  };
  await take(34);
  const { url } = await newDatabase({ empty: true });
  await migrate(url, folder);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      create temporary table made as select gen_random_uuid() as id, n from generate_series(0, 20) as n;
      insert into streams (id, kind) select id, case when n = 0 then 'account' else 'group' end from made;
      insert into accounts (id, name) select id, 'Đo' from made where n = 0;
      insert into groups (id, kind, created_by) select id, 'area', (select id from made where n = 0) from made where n > 0;
      insert into messages (id, group_id, seq, ordinal, kind, text, sent_at, urgency)
        select gen_random_uuid(), id, s, s, 'text', 'tin ' || s, now(), 3 from made, generate_series(1, 10) as s where n > 0;
      insert into events (stream, seq, name, at, message) select group_id, seq, 'message.sent', sent_at, id from messages;
      insert into message_versions (message, version, text, at) select id, 0, 'trước', now() from messages where seq = 1;
      insert into reactions (message, account, emoji, at) select m.id, a.id, '👍', now() from messages m, accounts a where seq < 3;
      insert into acknowledgements (message, account, at) select m.id, a.id, now() from messages m, accounts a where seq = 4;
      insert into urgent_texts (message, account, at) select m.id, a.id, now() from messages m, accounts a where seq = 5;
      create temporary table before as select * from messages;
      create temporary table before_events as select * from events;`);
    await take(35);
    await migrate(url, folder);
    const { rows } = await client.query<Record<string, unknown>>(`
      select (select count(*) from (select * from messages except select * from before) x) as other,
        (select count(*) from messages) as messages, (select count(*) from message_ids i join messages m using (id, group_id)) as ids,
        (select count(*) from (select * from events intersect select * from before_events) x) as events,
        (select count(*) from message_versions v join messages m on m.id = v.message and m.group_id = v.group_id) as versions,
        (select count(*) from reactions r join messages m on m.id = r.message and m.group_id = r.group_id) as reactions,
        (select count(*) from acknowledgements k join messages m on m.id = k.message and m.group_id = k.group_id) as acknowledgements,
        (select count(*) from urgent_texts) as texts, (select count(*) from pg_inherits where inhparent = 'messages'::regclass) as parts`);
    const counted = Object.fromEntries(Object.entries(rows[0]!).map(([name, count]) => [name, Number(count)]));
    assert.deepEqual(counted, {
      other: 0,
      messages: 200,
      ids: 200,
      events: 200,
      versions: 20,
      reactions: 40,
      acknowledgements: 20,
      texts: 20,
      parts: 8,
    });
  } finally {
    await client.end();
  }
});

import { sql } from 'kysely';

import type { Database } from '../server/database.ts';

/**
 * Weeks of messages at once, as sends would have left them: message, event, numbers of the stream; lines of all groups lie mixed on the
 * disk. Ten groups are busy and hold half of all; every member has read all but the last five.
 */
export async function fillHistory(
  db: Database,
  { accounts, groups, messages }: { accounts: readonly string[]; groups: readonly string[]; messages: number },
): Promise<void> {
  const busy = Math.min(10, groups.length);
  const sizes = groups.map((_, at) => Math.floor(messages / 2 / (at < busy ? busy : groups.length - busy)));
  await sql`set work_mem = '256MB'`.execute(db);
  // A million looks at the same 300 groups, one by one, would take longer than all the rest; at the end it is looked at once.
  await sql`alter table messages drop constraint messages_group_id_fkey`.execute(db);
  await sql`
    insert into messages (id, group_id, seq, ordinal, kind, sender, text, sent_at)
    select (lpad(to_hex((extract(epoch from t.at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(t.n % 4096), 3, '0') || '8'
        || right(md5(g.id::text || t.n), 15))::uuid,
      g.id, t.n, t.n, 'text', (${accounts}::uuid[])[1 + (t.n * 31 + g.place) % ${accounts.length}::int],
      'Báo cáo số ' || t.n || ': ' || repeat('thôn 2 còn 14 hộ chưa khai, mai tổ đi tiếp. ', (1 + t.n % 4)::int), t.at
    from unnest(${groups}::uuid[], ${sizes}::int[]) with ordinality as g(id, size, place)
    cross join lateral (
      select n, now() - interval '20 days' * (1 - n::float8 / g.size) as at from generate_series(1, g.size) as n
    ) t
    order by t.at`.execute(db);
  await sql`alter table messages add foreign key (group_id) references groups (id)`.execute(db);
  await sql`
    insert into events (stream, seq, name, at, by, message)
    select group_id, seq, 'message.sent', sent_at, sender, id from messages order by sent_at`.execute(db);
  await sql`
    update streams s set head = t.size, messages = t.size from unnest(${groups}::uuid[], ${sizes}::int[]) as t(id, size)
    where s.id = t.id`.execute(db);
  await sql`
    update members m set read_seq = greatest(0, s.head - 5), read_ordinal = greatest(0, s.head - 5), received_seq = s.head
    from streams s where s.id = m.group_id`.execute(db);
}

import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';

/** A file that is kept, with what it is read by. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly at: Date;
  /** A place that carries it. */
  readonly group: string | null;
  readonly message: string | null;
  readonly blob: string;
  readonly bytes: number;
  readonly key: Buffer;
}

/** All that are kept, in the order of their ids: the whole of each, or the largest picture of it. */
export async function filesAfter(db: Database, after: string, limit: number): Promise<StoredFile[]> {
  const { rows } = await sql<StoredFile>`
    select f.id, f.name, f.owner, f.created_at as at, c.group_id as "group", c.message, b.id as blob, b.bytes, b.key
    from files f
    join lateral (
      select id, bytes, key from blobs where file = f.id and size in ('whole', 'large', 'screen')
      order by array_position(array['whole', 'large', 'screen'], size) limit 1
    ) b on true
    left join lateral (
      select group_id, message from message_files where file = f.id
      union all select group_id, thing from board_files where file = f.id
      limit 1
    ) c on true
    where f.state = 'ready' and f.id > ${after}::uuid order by f.id limit ${limit}`.execute(db);
  return rows;
}

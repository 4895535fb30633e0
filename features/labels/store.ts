import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Label } from './protocol.ts';
import type { LabelColour } from './rules.ts';

/** The labels of an account in their order, and the number of its stream before they were read. */
export async function labelsOf(db: Database, account: string): Promise<{ at: number; labels: Label[] }> {
  const { rows } = await sql<{ at: number; labels: Label[] }>`
    select s.head as at, coalesce((
      select jsonb_agg(jsonb_build_object('label', l.id, 'name', l.name, 'colour', l.colour, 'groups',
        (select coalesce(jsonb_agg(c.group_id order by c.group_id), '[]') from chat_labels c where c.label = l.id)) order by l.place, l.id)
      from labels l where l.account = s.id), '[]') as labels
    from streams s where s.id = ${account}`.execute(db);
  return rows[0] ?? { at: 0, labels: [] };
}

/** One at a time changes the labels of an account, so that bounds and places hold. Answers their ids in order. */
export async function takeLabels(tx: Database, account: string): Promise<string[]> {
  await sql`select from streams where id = ${account} for update`.execute(tx);
  const { rows } = await sql<{
    id: string;
  }>`select id from labels where account = ${account} order by place, id`.execute(tx);
  return rows.map((it) => it.id);
}

export async function insertLabel(
  tx: Database,
  it: { label: string; account: string; name: string; colour: LabelColour },
): Promise<void> {
  await sql`
    insert into labels (id, account, name, colour, place)
    select ${it.label}, ${it.account}, ${it.name}, ${it.colour}, coalesce(max(place) + 1, 0) from labels where account = ${it.account}`.execute(
    tx,
  );
}

/** False where the account has no such label. */
export async function saveLabel(
  tx: Database,
  it: { label: string; account: string; name: string; colour: LabelColour },
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    update labels set name = ${it.name}, colour = ${it.colour} where id = ${it.label} and account = ${it.account} returning id`.execute(
    tx,
  );
  return rows.length > 0;
}

export async function saveOrder(tx: Database, account: string, labels: readonly string[]): Promise<void> {
  await sql`
    update labels l set place = t.place from unnest(${labels}::uuid[]) with ordinality as t(id, place)
    where l.id = t.id and l.account = ${account}`.execute(tx);
}

/** False where the account has no such label. */
export async function deleteLabel(tx: Database, label: string, account: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    delete from labels where id = ${label} and account = ${account} returning id`.execute(tx);
  return rows.length > 0;
}

/** A chat carries these labels of the account and no others. */
export async function saveChatLabels(
  tx: Database,
  it: { group: string; account: string; labels: readonly string[] },
): Promise<void> {
  await sql`
    delete from chat_labels c using labels l
    where c.group_id = ${it.group} and l.id = c.label and l.account = ${it.account} and not c.label = any(${it.labels}::uuid[])`.execute(
    tx,
  );
  await sql`
    insert into chat_labels (label, group_id)
    select l.id, ${it.group} from labels l where l.id = any(${it.labels}::uuid[]) and l.account = ${it.account}
    on conflict do nothing`.execute(tx);
}

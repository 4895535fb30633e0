import { problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import type { ChangeContext } from '../../server/handler.ts';
import type { Actor } from '../../server/house.ts';
import { areaName } from '../areas/rules.ts';
import type { Person } from './protocol.ts';
import { searchText } from './rules.ts';
import { peopleOfUnit, personById, saveSearchTexts } from './store.ts';
import type { PersonRow } from './store.ts';

/** A row as this actor may see it: the number only where its owner shows it, to themselves and to administrators. */
export function shownTo(actor: Actor, row: PersonRow): Person {
  const phone = row.phoneShown === 'colleagues' || actor.administrator || actor.account === row.id ? row.phone : null;
  return {
    id: row.id,
    name: row.name,
    position: row.position,
    unit: row.unit,
    unitName: row.unitName,
    area: row.area,
    areaName:
      row.areaKind === null || row.areaName === null ? '' : areaName({ kind: row.areaKind, name: row.areaName }),
    phone,
    photo: row.photo,
    registered: row.registered,
    state: row.state,
  };
}

/** The person, or `not_found`; who is no longer in the directory is there for administrators only. */
export async function personFor(db: Database, actor: Actor, account: string): Promise<PersonRow> {
  const row = await personById(db, account);
  if (!row || (row.state !== 'active' && !actor.administrator)) throw problem('not_found');
  return row;
}

/** After a unit was renamed: its people are found by the new name, and their devices hear of it. */
export async function renameUnitOfPeople({ db, announce }: ChangeContext, unit: string, name: string): Promise<void> {
  const people = await peopleOfUnit(db, unit);
  await saveSearchTexts(
    db,
    people.map((it) => ({ id: it.id, search: searchText({ ...it, unit: name }) })),
  );
  for (const it of people) if (it.registered) announce('account.changed', it.id, { unit, unitName: name });
}

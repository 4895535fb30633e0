import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import type { Known } from './grammar.ts';
import type { TestHouse } from './house.ts';

/** Puts an agency, units, own areas and some messages into a house; answers what there is, by the names of fields that point at it. */
export async function furnish(house: TestHouse): Promise<Known> {
  await sql`
    insert into agency (name, area, help_name, help_phone) values ('UBND xã Ia Grai', '23764', 'Siu H’Nga', '+84905318464')`.execute(
    house.db,
  );
  const add = async (name: string, input: unknown): Promise<Record<string, { id?: string; code?: string }>> => {
    const { status, body } = await house.post('administrator', name, input);
    if (status !== 200) throw new Error(`${name}: ${JSON.stringify(body)}`);
    return body as Record<string, { id?: string; code?: string }>;
  };
  const units: string[] = [];
  for (const name of ['Sở Giáo dục', 'Phòng Hành chính'])
    units.push((await add('unit.add', { parent: null, name })).unit!.id!);
  const areas: string[] = ['52', '23764'];
  for (const name of ['Làng Grăng', 'Làng Jút'])
    areas.push((await add('area.add', { parent: '23764', kind: 'làng', name })).area!.code!);
  for (let n = 0; n < 10; n += 1)
    await house.post('leader', 'message.send', { group: house.group, text: `Văn bản số ${n}` });

  const accounts = [...Object.values(house.cast).map((it) => it.id), newId()];
  const groups = [house.group, newId()];
  return {
    group: groups,
    groups,
    stream: [...groups, ...accounts],
    account: accounts,
    accounts,
    members: accounts,
    approver: accounts,
    successor: accounts,
    unit: units,
    area: areas,
    code: [...areas, '12345678'],
    within: areas,
    into: areas,
    parent: [...units, ...areas],
    device: [...Object.values(house.cast).map((it) => it.session), newId()],
    invite: ['+84905318462', '+84905318470', '+84912345678'],
  };
}

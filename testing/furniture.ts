import { newId } from '../protocol/id.ts';
import type { Known } from './grammar.ts';
import type { TestHouse } from './house.ts';
import { addPlaces, furnish as furnishPlain } from './rights.ts';

/** Puts an agency, units, own areas and some messages into a house; answers what there is, by the names of fields that point at it. */
export async function furnish(house: TestHouse): Promise<Known> {
  const [first, second] = [await furnishPlain(house), await addPlaces(house, 'hai')];
  const units = [first.unit, first.empty, second.unit];
  const areas = ['52', '23764', first.area, second.area];
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

import { fold } from '../../protocol/fold.ts';
import type { ListedPerson } from '../directory/access/list.ts';
import type { MemberPerson, NumberedPerson, PersonRow } from './store/comparing.ts';

export type ListedResult = 'both' | 'add' | 'unknown' | 'several' | 'number' | 'wrong' | 'twice';

export interface Compared {
  readonly listed: readonly {
    readonly from: ListedPerson;
    readonly result: ListedResult;
    readonly person: PersonRow | undefined;
  }[];
  readonly extra: readonly MemberPerson[];
  /** Numbers by which something was learnt that the list did not show it knows. */
  readonly told: number;
}

interface Known {
  readonly members: readonly MemberPerson[];
  /** Who has one of the numbers of the list. */
  readonly numbered: readonly NumberedPerson[];
  /** Who has one of its names. */
  readonly named: readonly PersonRow[];
}

/**
 * Holds a list against the members. A number decides; without one the name does, with the unit where several have it. Whom the list may
 * mean is never among those who are only in the group, so that nobody is taken out because their number changed.
 */
export function compareList(list: readonly ListedPerson[], { members, numbered, named }: Known): Compared {
  const inside = new Set(members.map((it) => it.account));
  const byPhone = new Map(numbered.map((it) => [it.phone, it]));
  const byName = Map.groupBy(named, (it) => it.folded);
  const meant = new Set<string>();
  const found = new Set<string>();
  const asked = new Set<string>();
  const known = new Set<string>();

  const listed = list.map((from): Compared['listed'][number] => {
    const name = fold(from.name);
    const { phone } = from;
    if (phone !== null) asked.add(phone);
    const holder = phone === null ? undefined : byPhone.get(phone);
    if (holder) {
      if (holder.shown || holder.folded === name) known.add(holder.phone);
      return settle(from, holder);
    }
    const alike = ofUnit(name === '' ? [] : (byName.get(name) ?? []), from.unit);
    for (const it of alike) meant.add(it.account);
    const only = alike.length === 1 ? alike[0] : undefined;
    if (phone !== null) return { from, result: alike.length > 0 ? 'number' : 'unknown', person: only };
    if (only) return settle(from, only);
    if (alike.length > 1) return { from, result: 'several', person: undefined };
    return { from, result: from.wrong === '' ? 'unknown' : 'wrong', person: undefined };
  });

  function settle(from: ListedPerson, person: PersonRow): Compared['listed'][number] {
    if (found.has(person.account)) return { from, result: 'twice', person };
    found.add(person.account);
    return { from, result: inside.has(person.account) ? 'both' : 'add', person };
  }

  const extra = members.filter((it) => !found.has(it.account) && !meant.has(it.account));
  return { listed, extra, told: asked.size - known.size };
}

/** Those of the unit the list names, where any is of it. */
function ofUnit(people: readonly PersonRow[], unit: string): readonly PersonRow[] {
  const wanted = fold(unit);
  if (people.length < 2 || wanted === '') return people;
  const there = people.filter((it) => it.unit !== '' && wanted.includes(fold(it.unit)));
  return there.length > 0 ? there : people;
}

import type { OutputOf } from '../../../protocol/action.ts';
import type { Cell } from '../../../protocol/csv.ts';
import { fold } from '../../../protocol/fold.ts';
import { formatPhone } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { comparingActions } from '../protocol/comparing.ts';
import { strings } from '../strings/bulk.ts';

export type Compared = OutputOf<(typeof comparingActions)['member.compare']>;
export type Listed = Compared['listed'][number];
export type Extra = Compared['extra'][number];

export type Tab = 'add' | 'extra' | 'both' | 'look';

/** Where a line of the list is shown. */
export function tabOf({ result }: Listed): Exclude<Tab, 'extra'> {
  return result === 'add' || result === 'both' ? result : 'look';
}

export function countsOf({ listed, extra }: Compared): Readonly<Record<Tab, number>> {
  const counts = { add: 0, extra: extra.length, both: 0, look: 0 };
  for (const it of listed) counts[tabOf(it)] += 1;
  return counts;
}

/** What stands in the list instead of the person’s name, where that is another name. */
export function otherName({ name, person }: Listed): string {
  return person && name !== '' && fold(name) !== fold(person.name) ? displayName(name) : '';
}

/** Why a line wants to be looked at. */
export function reasonWords(it: Listed): string {
  switch (it.result) {
    case 'unknown':
      return strings('whyUnknown');
    case 'several':
      return strings('whySeveral');
    case 'number':
      return it.person ? strings('whyNumber', { name: displayName(it.person.name) }) : strings('whyNumbers');
    case 'wrong':
      return strings('whyWrong', { text: it.phone });
    case 'twice':
      return strings('whyTwice');
    case 'both':
    case 'add':
      return otherName(it) === '' ? '' : strings('whyName', { name: otherName(it) });
  }
}

/** “0905 318 462”; as written where it is no number. */
export function phoneWords({ phone }: Pick<Listed, 'phone'>): string {
  return phone.startsWith('+') ? formatPhone(phone) : phone;
}

/** After these people were added, or taken out. */
export function without(
  compared: Compared,
  change: { added?: ReadonlySet<string>; removed?: ReadonlySet<string> },
): Compared {
  const { added = new Set<string>(), removed = new Set<string>() } = change;
  return {
    listed: compared.listed.map((it) =>
      it.result === 'add' && it.person && added.has(it.person.account) ? { ...it, result: 'both' } : it,
    ),
    extra: compared.extra.filter((it) => !removed.has(it.account)),
    members: compared.members + added.size - removed.size,
  };
}

/** All of it as a table: the lines of the list in their order, then who is only in the group. */
export function tableOf({ listed, extra }: Compared): { headings: string[]; rows: Cell[][] } {
  const headings = [
    strings('columnLine'),
    strings('columnResult'),
    strings('columnName'),
    strings('columnPhone'),
    strings('columnPerson'),
    strings('columnPosition'),
    strings('columnUnit'),
    strings('columnRemark'),
  ];
  const rows = listed.map((it): Cell[] => [
    it.line,
    strings(tabOf(it)),
    it.name,
    phoneWords(it),
    it.person?.name ?? '',
    it.person?.position ?? '',
    it.person?.unit ?? '',
    reasonWords(it),
  ]);
  const only = extra.map((it): Cell[] => ['', strings('extra'), '', '', it.name, it.position, it.unit, '']);
  return { headings, rows: [...rows, ...only] };
}

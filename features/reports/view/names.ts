import { displayName } from '../../../web/names.ts';
import type { Named, Report } from '../protocol.ts';
import { strings } from '../strings.ts';

export function nameOf(person: Named | null, otherwise: 'somebody' | 'system' = 'somebody'): string {
  if (!person) return strings(otherwise);
  return person.unit === '' ? displayName(person.name) : `${displayName(person.name)} (${person.unit})`;
}

export const groupName = ({ group }: Report): string =>
  group.pair || group.name === '' ? strings('pair') : displayName(group.name);

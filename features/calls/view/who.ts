import { displayName } from '../../../web/names.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Seat } from '../protocol.ts';
import { strings } from '../strings/stage.ts';

/** With whom a call is, as it is drawn. */
export interface Whom {
  readonly id: string;
  readonly name: string;
  readonly photo: string | undefined;
  /** Kind of the group; undefined for a conversation of two. */
  readonly group: string | undefined;
  readonly second: string;
  readonly members: number;
  readonly rights: readonly string[];
}

/** The group or the other person of a conversation. Reads signals. */
export function useWhom(group: string): Whom {
  const chat = useGroups()?.chat(group);
  const { other } = chat ?? {};
  const pair = chat?.kind === 'pair';
  return {
    id: other?.id ?? group,
    name: displayName(other?.name ?? chat?.name ?? ''),
    photo: photoPath(other ? other.photo : chat?.photo, 'large'),
    group: pair ? undefined : chat?.kind,
    second: other ? [other.position, other.unit].filter(Boolean).join(' · ') : '',
    members: chat?.members ?? 0,
    rights: chat?.rights ?? [],
  };
}

export const seatName = ({ person, id }: Seat, own: string | undefined): string =>
  id === own ? strings('you') : displayName(person.name);

export const secondOf = ({ position, unit }: Seat['person']): string => [position, unit].filter(Boolean).join(' · ');

import type { MenuEntry, MenuItem } from '../../../web/ui/menu.tsx';
import { react } from '../../reactions/view/act.ts';
import type { Message } from '../protocol.ts';
import { copy } from './acts/copy.tsx';
import { details } from './acts/details.tsx';
import type { LogPlace } from './place.ts';

/** One thing that can be done with a message: an entry of its menu, and a key on it where there is one. */
export interface Act {
  /** A letter or Delete, on the message that has the focus. */
  readonly key?: string;
  /** Only what is allowed is listed. */
  when(line: Message, place: LogPlace): boolean;
  item(line: Message, place: LogPlace): Omit<MenuItem, 'onSelect' | 'reason' | 'checked'>;
  run(line: Message, place: LogPlace): void;
}

/** In the order in which they stand in the menu. */
const ACTS: readonly (Act | 'line')[] = [react, copy, 'line', details];

export function entriesOf(line: Message, place: LogPlace): readonly MenuEntry[] {
  return ACTS.map((act) => {
    if (act === 'line') return act;
    return act.when(line, place) && { ...act.item(line, place), onSelect: () => act.run(line, place) };
  });
}

/** Does what a key asks for; false where it asks for nothing that may be done with this message. */
export function runKey(key: string, line: Message, place: LogPlace): boolean {
  const act = ACTS.find((it) => it !== 'line' && it.key === key);
  if (!act || act === 'line' || !act.when(line, place)) return false;
  act.run(line, place);
  return true;
}

import type { MenuEntry, MenuItem } from '../../../web/ui/menu.tsx';
import { makeNote } from '../../notes/view/act.tsx';
import { pinIt } from '../../pins/view/act.ts';
import { report } from '../../reports/view/act.tsx';
import { react } from '../../reactions/view/act.ts';
import { makeReminder } from '../../reminders/view/act.tsx';
import type { Message } from '../protocol.ts';
import { copy } from './acts/copy.ts';
import { edit } from './acts/edit.ts';
import { recall } from './acts/recall.ts';
import { details } from './acts/details.tsx';
import { forward } from './acts/forward.tsx';
import { hide } from './acts/hide.ts';
import { reply } from './acts/reply.ts';
import { save } from './acts/save.ts';
import { select } from './acts/select.ts';
import type { LogPlace } from './place.ts';

/** One thing that can be done with a message: an entry of its menu, and a key on it where there is one. */
export interface Act {
  /** A letter or Delete, on the message that has the focus. */
  readonly key?: string;
  /** Only what is allowed is listed. */
  when(line: Message, place: LogPlace): boolean;
  item(line: Message, place: LogPlace): Omit<MenuItem, 'onSelect' | 'reason' | 'checked'>;
  run(line: Message, place: LogPlace): void;
  /** The same with several that were picked, with each of which it may be done; in the order of the conversation. */
  readonly many?: {
    item(lines: readonly Message[], place: LogPlace): Pick<MenuItem, 'label' | 'icon' | 'tone'>;
    run(lines: readonly Message[], place: LogPlace): void;
  };
}

/** In the order in which they stand in the menu. */
const ACTS: readonly (Act | 'line')[] = [
  react,
  reply,
  forward,
  copy,
  pinIt,
  save,
  select,
  'line',
  makeReminder,
  makeNote,
  'line',
  details,
  edit,
  hide,
  report,
  recall,
];

/** What may be done with all of these at once; nothing where none is picked. */
export function manyOf(lines: readonly Message[], place: LogPlace): readonly NonNullable<Act['many']>[] {
  if (lines.length === 0) return [];
  return ACTS.flatMap((act) => {
    if (act === 'line' || !act.many || !lines.every((it) => act.when(it, place))) return [];
    return [act.many];
  });
}

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

import type { IconNode } from 'lucide';
import { MessageSquareText } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { icons } from '../../../web/ui/meanings.ts';
import { filesWords } from '../../files/view/words.ts';
import { unmarked } from '../../messages/rules/markup.ts';
import type { Pin } from '../protocol.ts';
import type { PinKind } from '../rules.ts';
import type { Undone } from '../state.ts';
import { strings } from '../strings.ts';

type Said = Pick<Pin, 'kind' | 'text' | 'files' | 'urgency' | 'by'>;

export const kindIcons: Readonly<Record<PinKind, IconNode>> = {
  message: MessageSquareText,
  note: icons.note,
  reminder: icons.reminder,
  poll: icons.poll,
};

/** The title of a thing; what a message says in quotes, or what it carries. */
export function whatWords({ kind, text, files }: Said): string {
  const said = unmarked(text).replace(/\s+/gu, ' ').trim();
  if (kind !== 'message') return said;
  return said === '' ? filesWords(files ?? []) : strings('quoted', { text: said });
}

export function kindWords({ kind, urgency }: Said): string {
  if (kind === 'message' && urgency) return strings((['urgent1', 'urgent2', 'urgent3'] as const)[urgency - 1]!);
  return strings(kind);
}

/** “Ghi chú · Siu H’Nga” */
export function underWords(pin: Said): string {
  return strings('under', { kind: kindWords(pin), who: displayName(pin.by?.name ?? strings('someone')) });
}

/** Why an act was undone. */
export function undoneWords({ act, code, most }: Undone): string {
  switch (code) {
    case 'pin.too_many':
      return strings('tooMany', { n: most });
    case 'pin.order_changed':
      return strings('orderChanged');
    case 'pin.wrong_time':
      return strings('wrongTime');
    case 'forbidden':
      return strings('forbidden');
    case 'message.gone':
      return strings('goneThing');
    case 'not_found':
      return strings(act === 'pin.add' ? 'goneThing' : 'goneMove');
    default:
      return strings('notDone');
  }
}

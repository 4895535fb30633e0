import { Pin, PinOff } from 'lucide';

import { showToast } from '../../../web/ui/toast.tsx';
import { isPhone } from '../../../web/viewport.ts';
import type { Message } from '../../messages/protocol.ts';
import type { Act } from '../../messages/view/acts.ts';
import type { LogPlace } from '../../messages/view/place.ts';
import type { PinKind } from '../rules.ts';
import type { Preview } from '../state.ts';
import { strings } from '../strings.ts';
import { tried, usePinList, usePins } from './use-pins.ts';

/** Whether this stands among the pins of its group. `id`: of the message, the note, the reminder or the poll. */
export function usePinned(group: string, kind: PinKind, id: string): boolean {
  return usePinList(group)?.some((it) => it.thing === id && it.kind === kind) ?? false;
}

/** Pins it before all others, at once; it can be taken back. */
export function pin(group: string, preview: Preview): void {
  const pins = usePins();
  if (!pins || !tried(() => pins.add(group, preview))) return;
  showToast({
    words: strings('pinnedToast'),
    icon: Pin,
    onAction: () => tried(() => pins.remove(group, preview.thing)),
  });
}

/** Unpins it, at once. */
export function unpin(group: string, thing: string): void {
  const pins = usePins();
  if (!pins || !tried(() => pins.remove(group, thing))) return;
  showToast({ words: strings('unpinnedToast'), icon: PinOff });
}

/** What is pinned of a line: the thing it stands for, or its words. */
function previewOf({ id, seq, by, at, text, urgency, files, card }: Message, { messages }: LogPlace): Preview {
  return {
    thing: card?.id ?? id,
    kind: card && card.kind !== 'call' ? card.kind : 'message',
    seq,
    by: messages.people.get(by) ?? null,
    at,
    text: text ?? '',
    ...(urgency ? { urgency } : {}),
    ...(files ? { files } : {}),
  };
}

const isPinned = ({ id, card }: Message, { group }: LogPlace): boolean =>
  usePins()?.isPinned(group, card?.id ?? id) ?? false;

/** Ghim, Bỏ ghim in the menu of a message; P on it. */
export const pinIt: Act = {
  key: 'p',
  // A call is over before anybody could look for it.
  when: ({ kind, recalled, card }, { can, chat }) =>
    kind === 'text' && !recalled && card?.kind !== 'call' && chat()?.state === 'open' && can('message.pin'),
  item: (line, place) => ({
    ...(isPinned(line, place) ? { label: strings('unpin'), icon: PinOff } : { label: strings('pin'), icon: Pin }),
    quick: true,
    ...(isPhone.value ? {} : { hint: 'P' }),
  }),
  run: (line, place) => {
    if (isPinned(line, place)) unpin(place.group, line.card?.id ?? line.id);
    else pin(place.group, previewOf(line, place));
  },
};

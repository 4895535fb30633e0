import { BellRing } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { chats } from '../state.ts';
import { strings } from '../strings/reminded.ts';

/** Under every bar: somebody asks this person to look at a message. One at a time, the oldest first. */
export function RemindedStrip() {
  const state = chats.value;
  const first = state?.receipts.reminders.value[0];
  if (!state || !first) return null;
  const chat = state.get(first.group);
  const person = state.messages.people.get(first.by);
  const name = displayName(person?.name ?? strings('someone'));
  const group = displayName(chat?.other?.name ?? chat?.name ?? '');
  return (
    <Strip
      tone="gold"
      icon={BellRing}
      action={strings('show')}
      onAction={() => {
        state.receipts.heard(first.reminder);
        navigate(`/chats/${first.group}?at=${first.seq}`);
      }}
    >
      {strings(first.whom === 'unseen' ? 'reminded' : 'remindedAck', { name, group })}
    </Strip>
  );
}

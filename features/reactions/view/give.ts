import { effect } from '@preact/signals';

import { Problem } from '../../../protocol/problem.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Message } from '../../messages/protocol.ts';
import { EACH_MOST, KINDS_MOST } from '../rules.ts';
import { reactions } from '../state.ts';
import { strings } from '../strings.ts';

/** Gives or takes back an emoji, and says why where that cannot be. */
export function toggle(group: string, line: Message, emoji: string): void {
  try {
    const full = reactions.peek()?.toggle(group, line, emoji);
    if (full) say(full === 'own' ? strings('fullOwn', { n: EACH_MOST }) : strings('fullKinds', { n: KINDS_MOST }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(strings('outboxFull'));
  }
}

const say = (words: string): void => showToast({ words, icon: null });

// What was shown at once and did not come to be is taken off again, and said.
effect(() => {
  const state = reactions.value;
  const refused = state?.refused.value;
  if (!state || !refused) return;
  state.refused.value = undefined;
  switch (refused.code) {
    case 'reaction.too_many':
      return say(strings('fullOwn', { n: EACH_MOST }));
    case 'reaction.kinds_full':
      return say(strings('fullKinds', { n: KINDS_MOST }));
    case 'forbidden':
      return say(strings('forbidden'));
    default:
      return say(strings('gone'));
  }
});

import type { Message } from '../protocol.ts';
import { isChoosable } from '../state/selection.ts';
import type { LogPlace } from './place.ts';

/** Whoever may write may answer; needed with the log itself, for the swipe. */
export function canAnswer(line: Message, place: LogPlace): boolean {
  return isChoosable(line) && place.can('message.send');
}

/** The answer is written where all is written. */
export function startAnswer({ id, seq }: Message, { messages, group }: LogPlace): void {
  const composition = messages.composition(group);
  composition.endEdit();
  composition.reply.value = { id, seq };
  // Still within the press: else a phone does not show its keyboard.
  document.querySelector<HTMLElement>('.composer-field')?.focus();
}

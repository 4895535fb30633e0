import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { isGuarded } from '../../../web/guarded.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { rightWords } from '../../groups/view/right-words.ts';
import { guardWords } from '../../secrecy/view/words.ts';
import type { Reminders } from '../state.ts';
import { strings } from '../strings.ts';

/** Why something was not done with a reminder. */
export function whyWords(code: string, details: Readonly<Record<string, unknown>> = {}): string {
  if (isGuarded(code)) return guardWords(code);
  switch (code) {
    case 'reminder.gone':
    case 'not_found':
      return strings('whyGone');
    case 'reminder.cancelled':
      return strings('whyCancelled');
    case 'reminder.over':
      return strings('whyOver');
    case 'reminder.no_such_time':
      return strings('whyTime');
    case 'reminder.not_concerned':
      return strings('whyNotConcerned');
    case 'reminder.unfit_substitute':
      return strings('whySubstitute');
    case 'reminder.unfit_time':
      return strings('whyUnfit');
    case 'reminder.too_many':
      return strings('whyMany', { n: Number(details['most'] ?? 0) });
    case 'reminder.too_many_exceptions':
      return strings('whyExceptions');
    case 'forbidden':
      return strings('whyRight', { act: rightWords(String(details['right'] ?? 'reminder.create')) });
    case 'regulation.not_accepted':
      return strings('whyRegulation');
    case 'unreachable':
      return strings('whyLine');
    case 'outbox.full':
      return strings('whyFull');
    default:
      return strings(code.startsWith('file.') ? 'whyFile' : 'whyOther');
  }
}

/** The same of an error; faults of our own are thrown on. */
export function refusalWords(error: unknown): string {
  if (!(error instanceof Problem)) throw error;
  return isUnreachable(error) ? strings('whyLine') : whyWords(error.code, error.details);
}

/** What was shown at once and did not come to be is undone; here it is said why. */
export function sayRefused(state: Reminders): void {
  const it = state.refused.peek();
  if (!it) return;
  state.refused.value = undefined;
  // Said already, over whatever stands here; a title that was refused is not said again.
  if (isGuarded(it.code)) return;
  const why = whyWords(it.code, it.right === undefined ? {} : { right: it.right });
  showToast({
    words:
      it.what === 'answer' ? strings('answerRefused', { why }) : strings('createRefused', { title: it.title, why }),
    icon: null,
    seconds: 12,
  });
}

/** Does something that is kept until the server has it. False where too much is waiting already, which is said. */
export function trying(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    showToast({ words: whyWords(error.code, error.details), icon: null });
    return false;
  }
}

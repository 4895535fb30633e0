import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { formatListTime, formatTime, sameDay } from '../../../web/format.ts';
import { isGuarded } from '../../../web/guarded.ts';
import { guardWords } from '../../secrecy/view/words.ts';
import { strings } from '../strings.ts';

/** “16:40”, “Hôm qua”, “16/11”. */
export function whenWords(at: number, now: number = Date.now()): string {
  return sameDay(at, now) ? formatTime(at) : formatListTime(at, now);
}

/** Why something could not be done with a note. */
export function refusedWords(error: unknown): string {
  if (!(error instanceof Problem)) throw error;
  const { code, details } = error;
  if (isGuarded(code)) return guardWords(code);
  switch (code) {
    case 'forbidden':
      if (details['right'] === 'message.askReading') return strings('forbiddenAsk');
      return strings(details['right'] === 'file.send' ? 'forbiddenFiles' : 'forbidden');
    case 'note.too_many_versions':
      return strings('tooMany', { most: Number(details['most'] ?? 0) });
    case 'note.changed_meanwhile':
      return strings('notKeptNobody');
    case 'regulation.not_accepted':
      return strings('notAccepted');
    case 'outbox.full':
      return strings('full', { n: Number(details['most'] ?? 0) });
    case 'not_found':
      return strings('gone');
    default:
      return strings(isUnreachable(error) ? 'offlineDo' : 'notDone');
  }
}

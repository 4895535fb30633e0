import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { isGuarded } from '../../../web/guarded.ts';
import { guardWords } from '../../secrecy/view/words.ts';
import { strings } from '../strings/changing.ts';

/** Why a message was not edited or recalled. */
export function refusalWords(error: unknown): string {
  if (isUnreachable(error)) return strings('offline');
  if (!(error instanceof Problem)) return strings('failed');
  if (isGuarded(error.code)) return guardWords(error.code);
  switch (error.code) {
    case 'message.gone':
    case 'not_found':
      return strings('gone');
    case 'message.too_late':
      return strings('tooLate', { n: Number(error.details['hours'] ?? 24) });
    case 'message.too_many_versions':
      return strings('tooMany', { n: Number(error.details['most'] ?? 0) });
    case 'forbidden':
      return strings(error.details['right'] === 'message.recallOthers' ? 'superior' : 'forbidden');
    default:
      return strings('failed');
  }
}

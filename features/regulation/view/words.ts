import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { formatDateTime } from '../../../web/format.ts';
import { isGuarded } from '../../../web/guarded.ts';
import type { Missing } from '../rules.ts';
import { guardWords } from '../../secrecy/view/words.ts';
import { strings } from '../strings.ts';

/** Why something about a regulation could not be done, in a sentence. Faults of our own are thrown on. */
export function refusalWords(error: unknown): string {
  if (!(error instanceof Problem)) throw error;
  if (isUnreachable(error)) return strings('noLine');
  if (isGuarded(error.code)) return guardWords(error.code);
  const { details } = error;
  switch (error.code) {
    case 'regulation.draft_changed':
      return strings('draftChanged');
    case 'regulation.superseded':
      return strings('newer');
    case 'regulation.incomplete':
      return missingWords(details['missing'] as Missing);
    case 'regulation.reminded':
      return strings('reminded', { time: formatDateTime(Number(details['at'] ?? 0)) });
    case 'regulation.all_accepted':
      return strings('everyone');
    case 'regulation.file_unfit':
      return unfitWords(String(details['reason']));
    case 'too_large':
      return strings('tooLarge');
    case 'malformed':
      return strings('malformed');
    case 'forbidden':
      return strings('forbidden');
    case 'not_found':
      return strings('gone');
    case 'fault':
      return strings('fault', { id: String(details['id'] ?? '') });
    default:
      return strings('refused');
  }
}

export function missingWords(missing: Missing): string {
  switch (missing) {
    case 'agency':
      return strings('missingAgency');
    case 'title':
      return strings('missingTitle');
    case 'items':
      return strings('missingItems');
    case 'letters':
      return strings('missingLetters');
  }
}

function unfitWords(reason: string): string {
  switch (reason) {
    case 'damaged':
      return strings('unfitDamaged');
    case 'locked':
      return strings('unfitLocked');
    case 'active':
      return strings('unfitActive');
    default:
      return strings('unfitKind');
  }
}

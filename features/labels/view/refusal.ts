import { Problem } from '../../../protocol/problem.ts';
import { LABELS_MOST } from '../rules.ts';
import { strings } from '../strings.ts';

/** Why a change of the labels was not made. A fault of ours is thrown on. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof Problem)) throw error;
  if (error.code === 'label.too_many') return strings('full', { n: LABELS_MOST });
  return strings(error.code === 'not_found' ? 'gone' : 'needsLine');
}

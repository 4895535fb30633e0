import { Problem } from '../../../protocol/problem.ts';
import { refusalWords } from '../../groups/view/refusals.ts';
import { LINKS_MOST } from '../rules.ts';
import { strings } from '../strings.ts';

/** Why something about a link could not be done. */
export function linkRefusal(error: unknown): string {
  if (error instanceof Problem) {
    const { details } = error;
    switch (error.code) {
      case 'link.dead':
        return strings('dead');
      case 'link.elsewhere':
        return strings('elsewhere', { place: String(details['place'] ?? '') });
      case 'link.too_many':
        return strings('too_many', { n: Number(details['most'] ?? LINKS_MOST) });
      case 'link.end_over':
        return strings('end_over');
      case 'link.unknown_place':
        return strings('unknown_place');
      default:
    }
  }
  return refusalWords(error);
}

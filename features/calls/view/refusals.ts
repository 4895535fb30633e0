import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { strings } from '../strings/stage.ts';

/** Why something of a call could not be done, in words. */
export function refusalWords(error: unknown): string {
  if (!(error instanceof Problem)) throw error;
  const { code, details } = error;
  const most = Number(details['most'] ?? 0);
  switch (code) {
    case 'call.elsewhere':
      return strings('elsewhere');
    case 'call.full':
      return strings('full', { most });
    case 'call.over':
    case 'call.seat_gone':
      return strings('isOver');
    case 'call.no_media_server':
    case 'call.media_gone':
      return strings('noServer');
    case 'call.too_large_to_ring':
      return strings('tooLarge', { most });
    case 'regulation.not_accepted':
      return strings('notAccepted');
    case 'forbidden':
      return strings('notAllowed');
    case 'too_fast':
      return strings('tooOften');
    default:
      return strings(isUnreachable(error) ? 'offline' : 'notDone');
  }
}

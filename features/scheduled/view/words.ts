import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { formatDay, formatTimeInText, sameDay } from '../../../web/format.ts';
import { rightWords } from '../../groups/view/right-words.ts';
import { strings } from '../strings.ts';

/** For rows that lead there. */
export const scheduledTitle = (): string => strings('title');

/** “16:30, thứ Năm 19/11” */
export function timeWords(at: number, now: number): string {
  return sameDay(at, now) ? formatTimeInText(at) : `${formatTimeInText(at)}, ${formatDay(at, now)}`;
}

/** Why a message was not sent at its time. */
export function whyWords({ code, ...details }: { readonly code: string; readonly [detail: string]: unknown }): string {
  switch (code) {
    case 'forbidden':
      return strings('whyForbidden', { act: rightWords(String(details['right'] ?? 'message.send')) });
    case 'not_found':
      return strings('whyMember');
    case 'message.gone':
      return strings('whyGone');
    case 'regulation.not_accepted':
      return strings('whyRegulation');
    case 'scheduled.late':
      return strings('whyLate');
    default:
      return strings(code.startsWith('file.') ? 'whyFile' : 'whyOther');
  }
}

/** Why something was not done with a scheduled message just now. */
export function refusalWords(error: unknown): string {
  if (isUnreachable(error)) return strings('offline');
  if (!(error instanceof Problem)) return strings('failed');
  switch (error.code) {
    case 'scheduled.too_many':
      return strings('tooMany', { n: Number(error.details['most'] ?? 0) });
    case 'scheduled.unfit_time':
      return strings('past');
    case 'not_found':
      return strings('goneNow');
    case 'forbidden':
    case 'message.gone':
    case 'regulation.not_accepted':
      return whyWords({ ...error.details, code: error.code });
    default:
      return strings(error.code.startsWith('file.') ? 'whyFile' : 'failed');
  }
}

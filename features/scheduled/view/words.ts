import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { formatDay, formatTimeInText, sameDay } from '../../../web/format.ts';
import { language } from '../../../web/language.ts';
import { isGuarded } from '../../../web/guarded.ts';
import { rightWords } from '../../groups/view/right-words.ts';
import { guardWords } from '../../secrecy/view/words.ts';
import { strings } from '../strings.ts';

/** For rows that lead there. */
export const scheduledTitle = (): string => strings('title');

/** “16:30, thứ Năm 19/11” */
export function timeWords(at: number, now: number): string {
  if (sameDay(at, now)) return formatTimeInText(at);
  const day = formatDay(at, now);
  // In the middle of a sentence: “thứ Năm 19/11”; English days keep their capital.
  return `${formatTimeInText(at)}, ${language.value === 'vi' ? day.charAt(0).toLowerCase() + day.slice(1) : day}`;
}

/** Why a message was not sent at its time. */
export function whyWords({ code, ...details }: { readonly code: string; readonly [detail: string]: unknown }): string {
  if (isGuarded(code)) return guardWords(code);
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
  if (isGuarded(error.code)) return guardWords(error.code);
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

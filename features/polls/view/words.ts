import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { formatShortDate, formatTimeInText, OFFICE_ZONE, sameDay } from '../../../web/format.ts';
import { isGuarded } from '../../../web/guarded.ts';
import type { Poll } from '../protocol.ts';
import { shownState } from '../rules.ts';
import type { Refused } from '../state.ts';
import { guardWords } from '../../secrecy/view/words.ts';
import { strings } from '../strings.ts';

const DAY_MS = 86_400_000;

/** “17:00 mai”, on the clock of the office. */
export function timeWords(at: number, now: number): string {
  const time = formatTimeInText(at, OFFICE_ZONE);
  if (sameDay(at, now, OFFICE_ZONE)) return strings('today', { time });
  if (at > now && sameDay(at, now + DAY_MS, OFFICE_ZONE)) return strings('tomorrow', { time });
  return strings('onDay', { time, day: formatShortDate(at, now, OFFICE_ZONE) });
}

/** “Chọn một · hiện kết quả sau khi chọn · hết hạn 17:00 mai” */
export function ruleLine(poll: Poll, now: number): string {
  const { most, anonymous, hidden, endsAt, closedAt } = poll;
  const state = shownState(poll, now);
  const pieces = [
    most === 1 ? strings('one') : most >= poll.choices.length ? strings('many') : strings('most', { n: most }),
  ];
  if (anonymous) pieces.push(strings(state === 'open' ? 'anonymous' : 'wasAnonymous'));
  else if (hidden && state === 'open') pieces.push(strings('hidden'));
  if (state === 'locked') pieces.push(strings('locked'));
  else if (state === 'ended') pieces.push(strings('ended', { time: timeWords(closedAt ?? endsAt ?? now, now) }));
  else if (endsAt !== null) pieces.push(strings('ends', { time: timeWords(endsAt, now) }));
  return pieces.join(' · ');
}

function codeWords(code: string, details: Readonly<Record<string, unknown>>): string {
  if (isGuarded(code)) return guardWords(code);
  switch (code) {
    case 'poll.locked':
      return strings('whyLocked');
    case 'poll.ended':
      return strings('whyEnded');
    case 'poll.voted':
      return strings('whyVoted');
    case 'poll.wrong_choice':
      return strings('whyChoice');
    case 'poll.same_choice':
      return strings('whySame');
    case 'poll.choices_full':
      return strings('whyFull', { n: Number(details['most'] ?? 0) });
    case 'not_found':
      return strings('whyGone');
    case 'forbidden':
      return strings('whyForbidden');
    case 'regulation.not_accepted':
      return strings('whyRegulation');
    case 'outbox.full':
      return strings('outboxFull');
    default:
      return strings('whyOther');
  }
}

/** Why something was not done just now. */
export function refusalWords(error: unknown): string {
  if (isUnreachable(error)) return strings('whyOffline');
  return error instanceof Problem ? codeWords(error.code, error.details) : strings('whyOther');
}

/** Why something that had been done without a line was undone. */
export function refusedWords({ what, question, code, details }: Refused): string {
  if (what === 'vote' || isGuarded(code)) return codeWords(code, details);
  if (code === 'poll.wrong_deadline') return strings('whyDeadline', { question });
  return `${strings('whyNotMade', { question })} ${codeWords(code, details)}`;
}

import { displayName } from '../../../web/names.ts';
import { formatClock } from '../../../web/format.ts';
import type { Call } from '../protocol.ts';
import { strings } from '../strings/card.ts';

/** How long the talk was, in seconds: from the second person who came in to the end. */
export function secondsOf({ answeredAt, endedAt }: Call): number | undefined {
  return answeredAt === null || endedAt === null ? undefined : Math.max(0, Math.round((endedAt - answeredAt) / 1_000));
}

export interface CallWords {
  readonly title: string;
  readonly second: string;
  /** Red, with the way to call back. */
  readonly missed: boolean;
  readonly again: boolean;
}

/** What a card says of a call to this person. */
export function callWords(call: Call, self: string | undefined, pair: boolean): CallWords {
  const video = call.kind === 'video';
  const own = call.by.id === self;
  const title = strings(pair ? (video ? 'video' : 'voice') : video ? 'groupVideo' : 'group');
  const none = { title, missed: false, again: false };
  if (call.endedAt === null) {
    const second = pair && call.answeredAt === null ? strings('calling') : strings('going', { n: call.people });
    return { ...none, second };
  }
  const seconds = secondsOf(call);
  const wasMissed = !own && (call.rung === 'missed' || call.rung === 'busy' || call.rung === 'cancelled');
  const missed = wasMissed ? strings(video ? 'missedVideo' : 'missed') : title;
  if (seconds === undefined) {
    if (wasMissed)
      return {
        title: missed,
        second: call.rung === 'busy' ? strings('youBusy') : pair ? '' : displayName(call.by.name),
        missed: true,
        again: true,
      };
    if (!own && call.rung === 'declined') return { ...none, second: strings('youDeclined'), again: pair };
    const second = {
      declined: strings('declined'),
      missed: strings(pair ? 'noAnswer' : 'nobody'),
      busy: strings('busy'),
      cancelled: strings('cancelled'),
      lost: strings('lost'),
      left: strings(pair ? 'noAnswer' : 'nobody'),
      ended: strings('cancelled'),
    }[call.end ?? 'missed'];
    return { ...none, second, again: pair && call.end !== 'cancelled' };
  }
  const time = formatClock(seconds);
  const second = pair ? time : strings('lasted', { time, n: call.people });
  return wasMissed && !pair ? { title: missed, second, missed: true, again: false } : { ...none, second };
}

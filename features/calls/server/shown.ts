import type { Call, Seat } from '../protocol.ts';
import type { CallRow, CallRowFor, SeatRow } from '../store.ts';

const ms = (at: Date | null): number | null => at?.getTime() ?? null;

/** A call as all members of its group see it. */
export function shownCall({ pair: _pair, ...row }: CallRow): Omit<Call, 'rung'> {
  return { ...row, at: row.at.getTime(), answeredAt: ms(row.answeredAt), endedAt: ms(row.endedAt) };
}

/** The same for one of them. */
export function shownCallFor({ rung, ...row }: CallRowFor): Call {
  return { ...shownCall(row), rung };
}

export function shownSeat({ id, person, state, at, mic, camera, screen, handAt, leads }: SeatRow): Seat {
  return { id, person, state, at: at.getTime(), mic, camera, screen, hand: ms(handAt), leads };
}

/** Who waits before the door sees those who may open it, and themselves. */
export function seatsSeenBy(list: readonly SeatRow[], own: SeatRow | undefined): SeatRow[] {
  if (own?.state === 'in') return [...list];
  return list.filter((it) => it === own || (it.leads && it.state === 'in'));
}

/** Urgency of a message: 0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc. */
export type Urgency = 0 | 1 | 2 | 3;

/** What a person wants to be told of in one chat. */
export type Notify = 'all' | 'mentions' | 'nothing';

export interface Quiet {
  /** `HH:MM`; the same as `to`: no quiet hours. */
  readonly from: string;
  readonly to: string;
  /** Days of the week (1 Monday to 7 Sunday) that are quiet from midnight to midnight. */
  readonly days: readonly number[];
  /** The least urgency that rings all the same; 0: none does. */
  readonly through: Urgency;
}

/** What holds for whoever has chosen nothing. */
export const QUIET: Quiet = { from: '21:00', to: '06:00', days: [], through: 1 };

/** Where a person's device has told no other: quiet hours follow the clock of the office. */
export const QUIET_ZONE = 'Asia/Ho_Chi_Minh';

/** Hỏa tốc rings where everything else is silent: who sends it is told so, and it is a right of few. */
export const RINGS_ALWAYS: Urgency = 3;

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Day of the week (1 Monday) and minute of the day at this moment in this zone. */
export function clockOf(at: number, zone: string): { day: number; minute: number } {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(zone, clock);
  }
  const parts = new Map(clock.formatToParts(at).map((it) => [it.type, it.value]));
  return {
    day: DAY_NAMES.indexOf(parts.get('weekday') ?? '') + 1,
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

/** `HH:MM` as the minute of the day. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** Whether a person wants quiet at this moment: the first minute of `from` is, the first of `to` is not. */
export function isQuiet(quiet: Quiet, at: number, zone: string): boolean {
  const { day, minute } = clockOf(at, zone);
  if (quiet.days.includes(day)) return true;
  const [from, to] = [minuteOf(quiet.from), minuteOf(quiet.to)];
  if (from === to) return false;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Whether a chat is muted at this moment. */
export function isMuted(mutedUntil: number | null, at: number): boolean {
  return mutedUntil !== null && mutedUntil > at;
}

export interface Arrived {
  /** Written by the person themselves, on whatever device. */
  readonly own: boolean;
  readonly urgency: Urgency;
  /** The message names them: by @name, @All, their unit or their role. */
  readonly mentioned: boolean;
  readonly level: Notify;
  readonly muted: boolean;
  /** `isQuiet` now. */
  readonly quiet: boolean;
  /** `through` of their quiet hours. */
  readonly through: Urgency;
}

/**
 * What a message does that arrives for a person: rings, is shown without a sound, or is only counted in the list.
 *
 * Mute and level decide whether it is told of at all, quiet hours only how loud. Urgent messages pass the level *mentions*, since they
 * are meant for everybody; only hỏa tốc passes *mute* and *nothing*.
 */
export function rings({
  own,
  urgency,
  mentioned,
  level,
  muted,
  quiet,
  through,
}: Arrived): 'ring' | 'silent' | 'nothing' {
  if (own) return 'nothing';
  if (urgency < RINGS_ALWAYS) {
    if (muted || level === 'nothing') return 'nothing';
    if (level === 'mentions' && !mentioned && urgency === 0) return 'nothing';
  }
  if (quiet && (through === 0 || urgency < through)) return 'silent';
  return 'ring';
}

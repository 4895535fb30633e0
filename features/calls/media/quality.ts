import type { LineState } from './link.ts';

/** Of one look at a line, some two seconds after the one before. */
export interface Figures {
  /** Of what was sent and received since: 0 to 1. */
  readonly loss: number;
  /** To the other end and back; undefined before it is known. */
  readonly rttMs: number | undefined;
  /** What the browser believes to fit through, in bits a second; undefined where it does not say. */
  readonly outgoing: number | undefined;
}

export interface Quality {
  readonly state: LineState;
  /** Looks in a row that say that it is better, or worse, than `state`. */
  readonly better: number;
  readonly worse: number;
}

export const GOOD: Quality = { state: 'good', better: 0, worse: 0 };

/** Worse within two looks, since one hears it; better only after five, so that nothing flaps. */
const WORSE_LOOKS = 2;
const BETTER_LOOKS = 5;

const ORDER: readonly LineState[] = ['good', 'weak', 'poor'];

/** What one look alone says. A voice by Opus bears 5 % of loss unheard and 15 % with gaps; from 400 ms on people interrupt each other. */
export function looks({ loss, rttMs = 0, outgoing }: Figures): LineState {
  const narrow = outgoing ?? Infinity;
  if (loss > 0.15 || rttMs > 1_000 || narrow < 60_000) return 'poor';
  return loss > 0.05 || rttMs > 400 || narrow < 200_000 ? 'weak' : 'good';
}

export function qualityAfter(before: Quality, figures: Figures): Quality {
  const now = looks(figures);
  const [at, to] = [ORDER.indexOf(before.state), ORDER.indexOf(now)];
  if (to === at) return before.better + before.worse === 0 ? before : { ...before, better: 0, worse: 0 };
  if (to > at) {
    const worse = before.worse + 1;
    return worse >= WORSE_LOOKS ? { state: now, better: 0, worse: 0 } : { ...before, worse, better: 0 };
  }
  const better = before.better + 1;
  // One step at a time: what was poor is weak first.
  return better >= BETTER_LOOKS ? { state: ORDER[at - 1]!, better: 0, worse: 0 } : { ...before, better, worse: 0 };
}

/** What may be sent, in bits a second and lines of the picture: the voice before everything. */
export interface Budget {
  readonly voice: number;
  readonly camera: number;
  /** The camera’s picture is made so much smaller. */
  readonly smaller: number;
  readonly screen: number;
}

export const BUDGETS: Readonly<Record<LineState, Budget>> = {
  good: { voice: 32_000, camera: 500_000, smaller: 1, screen: 1_200_000 },
  weak: { voice: 24_000, camera: 150_000, smaller: 2, screen: 400_000 },
  poor: { voice: 16_000, camera: 60_000, smaller: 4, screen: 150_000 },
};

/** Whether the camera is off since the line is too weak, and since when that is so or not. */
export interface Saving {
  readonly saved: boolean;
  readonly since: number | undefined;
  /** How often it was turned off already. */
  readonly times: number;
}

export const UNSAVED: Saving = { saved: false, since: undefined, times: 0 };

/** So long a line is poor before the camera goes off, and good before it is on again. */
const POOR_MS = 5_000;
const GOOD_MS = 15_000;
/** A line that breaks down under the picture again and again: then only the person turns it on. */
const TIMES_MOST = 3;

/** `camera`: it is on. The camera comes back by itself once the line has been good for 15 s, three times in a call at most. */
export function savingAfter(before: Saving, line: LineState, camera: boolean, now: number): Saving {
  const wanted = before.saved ? line === 'good' && before.times < TIMES_MOST : line === 'poor' && camera;
  if (!wanted) return before.since === undefined ? before : { ...before, since: undefined };
  const since = before.since ?? now;
  if (now - since < (before.saved ? GOOD_MS : POOR_MS)) return { ...before, since };
  return before.saved
    ? { ...before, saved: false, since: undefined }
    : { saved: true, since: undefined, times: before.times + 1 };
}

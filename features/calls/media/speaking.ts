/** Louder than a room in which nobody speaks; RTCP’s audio levels lie a little under those of an analyser. */
const SPEAKS = 0.03;
/** A pause between two words. */
const PAUSE_MS = 600;
/** Who begins to speak is the speaker after so long: not at a cough. */
const TAKES_MS = 800;

interface Voice {
  readonly since: number;
  readonly last: number;
}

/** Who speaks, as far as heard until `at`. */
export interface Speaking {
  readonly voices: ReadonlyMap<string, Voice>;
  readonly speaking: ReadonlySet<string>;
  /** The one that is shown large: stays until somebody else speaks on. */
  readonly speaker: string | undefined;
}

export const SILENCE: Speaking = { voices: new Map(), speaking: new Set(), speaker: undefined };

/** `levels`: by seat, of those that are in the call. */
export function heardNow(before: Speaking, levels: ReadonlyMap<string, number>, at: number): Speaking {
  const voices = new Map<string, Voice>();
  for (const [seat, level] of levels) {
    const known = before.voices.get(seat);
    const goesOn = known !== undefined && at - known.last <= PAUSE_MS;
    if (level >= SPEAKS) voices.set(seat, { since: goesOn ? known.since : at, last: at });
    else if (goesOn) voices.set(seat, known);
  }
  const speaking = new Set(voices.keys());
  const same = speaking.size === before.speaking.size && [...speaking].every((it) => before.speaking.has(it));
  return { voices, speaking: same ? before.speaking : speaking, speaker: speakerOf(before, voices, levels, at) };
}

function speakerOf(
  { speaker }: Speaking,
  voices: ReadonlyMap<string, Voice>,
  levels: ReadonlyMap<string, number>,
  at: number,
): string | undefined {
  const still = speaker !== undefined && levels.has(speaker) ? speaker : undefined;
  // Whoever is speaking is not interrupted by somebody who speaks too.
  if (still !== undefined && voices.has(still)) return still;
  const next = [...voices]
    .filter(([, it]) => it.last - it.since >= TAKES_MS && at - it.last <= PAUSE_MS)
    .sort(([a], [b]) => (levels.get(b) ?? 0) - (levels.get(a) ?? 0))[0];
  return next?.[0] ?? still;
}

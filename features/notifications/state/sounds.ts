import { signal } from '@preact/signals';

/** The five sounds: made when they are wanted, so that no file is fetched for them. Gong-like: partials that fade apart. */
export const SOUNDS = ['message', 'mention', 'urgent', 'call', 'sent'] as const;
export type Sound = (typeof SOUNDS)[number];

export interface Stroke {
  /** Seconds after the beginning. */
  readonly at: number;
  readonly hertz: number;
  readonly seconds: number;
  /** 0 to 1. */
  readonly loud: number;
}

/** None is longer than 0.7 s; the call comes again until it is answered. */
export const SCORES: Readonly<Record<Sound, readonly Stroke[]>> = {
  message: [{ at: 0, hertz: 392, seconds: 0.6, loud: 0.5 }],
  mention: [
    { at: 0, hertz: 440, seconds: 0.4, loud: 0.5 },
    { at: 0.16, hertz: 587, seconds: 0.5, loud: 0.55 },
  ],
  urgent: [
    { at: 0, hertz: 294, seconds: 0.24, loud: 0.8 },
    { at: 0.22, hertz: 294, seconds: 0.24, loud: 0.8 },
    { at: 0.44, hertz: 294, seconds: 0.26, loud: 0.9 },
  ],
  call: [
    { at: 0, hertz: 330, seconds: 0.45, loud: 0.6 },
    { at: 0.22, hertz: 494, seconds: 0.45, loud: 0.6 },
  ],
  sent: [{ at: 0, hertz: 784, seconds: 0.16, loud: 0.25 }],
};

/** A gong's partials: times the pitch, how loud, how long against the lowest. */
const PARTIALS = [
  [1, 1, 1],
  [1.52, 0.5, 0.8],
  [2.31, 0.28, 0.55],
  [2.94, 0.14, 0.4],
  [4.1, 0.07, 0.25],
] as const;

export interface SoundChoice {
  readonly message: boolean;
  readonly mention: boolean;
  readonly urgent: boolean;
  readonly call: boolean;
  readonly sent: boolean;
  readonly vibrate: boolean;
}

/** What this device does, until the person chooses: one's own sending is silent. */
export const FIRST_CHOICE: SoundChoice = {
  message: true,
  mention: true,
  urgent: true,
  call: true,
  sent: false,
  vibrate: true,
};

const KEY = 'sounds';

function remembered(): SoundChoice {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof SoundChoice, unknown>>;
    const chosen = Object.entries(kept).filter(([name, on]) => name in FIRST_CHOICE && typeof on === 'boolean');
    return { ...FIRST_CHOICE, ...(Object.fromEntries(chosen) as Partial<SoundChoice>) };
  } catch {
    return FIRST_CHOICE;
  }
}

/** How this device sounds; stays when the person signs out, like its other looks. */
export const soundChoice = signal<SoundChoice>(remembered());

export function chooseSounds(changed: Partial<SoundChoice>): void {
  soundChoice.value = { ...soundChoice.peek(), ...changed };
  try {
    localStorage.setItem(KEY, JSON.stringify(soundChoice.peek()));
  } catch {
    // It holds for this page.
  }
}

let speaker: AudioContext | undefined;

function openSpeaker(): AudioContext | undefined {
  if (typeof AudioContext === 'undefined') return undefined;
  speaker ??= new AudioContext();
  if (speaker.state === 'suspended') void speaker.resume().catch(() => {});
  return speaker;
}

/** Plays it, where the browser lets a page sound: after the first press on it. */
export function play(sound: Sound): void {
  const on = openSpeaker();
  if (on) strikeAll(on, SCORES[sound], on.destination);
}

function strikeAll(on: AudioContext, score: readonly Stroke[], to: AudioNode): void {
  const start = on.currentTime + 0.01;
  for (const stroke of score) strike(on, stroke, start + stroke.at, to);
}

function strike(on: AudioContext, { hertz, seconds, loud }: Stroke, at: number, to: AudioNode): void {
  for (const [ratio, part, length] of PARTIALS) {
    const tone = on.createOscillator();
    const gain = on.createGain();
    tone.frequency.value = hertz * ratio;
    // Struck softly: a few milliseconds to its height, then it fades as metal does.
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(loud * part * 0.3, at + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds * length);
    tone.connect(gain).connect(to);
    tone.start(at);
    tone.stop(at + seconds * length + 0.02);
  }
}

const CALL_EVERY_MS = 2_000;
const BACK_EVERY_MS = 4_000;
/** As long as anybody is rung; a ring that nobody ended is over then. */
const CALL_MS = 45_000;
const CALL_BEAT = [400, 200, 400];
/** So that what is cut off does not click. */
const CUT_SECONDS = 0.03;

/** What whoever calls hears until somebody answers. */
export const RING_BACK: readonly Stroke[] = [{ at: 0, hertz: 262, seconds: 0.9, loud: 0.22 }];

/** Sounds again and again until it is stopped, as long as anybody is rung at most; stopped, it is silent at once. */
function loop(everyMs: number, score: () => readonly Stroke[], beat: readonly number[]): () => void {
  let cut: GainNode | undefined;
  const once = (): void => {
    if (beat.length > 0 && soundChoice.peek().vibrate) beatWith([...beat]);
    const strokes = score();
    const on = strokes.length > 0 ? openSpeaker() : undefined;
    // What is put down while the browser keeps the page silent would all sound together later.
    if (on?.state !== 'running') return;
    if (!cut) {
      cut = on.createGain();
      cut.connect(on.destination);
    }
    strikeAll(on, strokes, cut);
  };
  once();
  const again = setInterval(once, everyMs);
  const stop = (): void => {
    clearInterval(again);
    clearTimeout(end);
    if (beat.length > 0) beatWith(0);
    cut?.gain.setTargetAtTime(0, speaker!.currentTime, CUT_SECONDS);
    cut = undefined;
  };
  const end = setTimeout(stop, CALL_MS);
  return stop;
}

/** Somebody calls: rings and beats until it is stopped. */
export function ringCall(): () => void {
  return loop(CALL_EVERY_MS, () => (soundChoice.peek().call ? SCORES.call : []), CALL_BEAT);
}

/** One’s own call rings at the others. */
export function ringBack(): () => void {
  return loop(BACK_EVERY_MS, () => (soundChoice.peek().call ? RING_BACK : []), []);
}

function beatWith(pattern: number | number[]): void {
  if (typeof navigator !== 'undefined' && typeof navigator.vibrate === 'function') navigator.vibrate(pattern);
}

/** Two beats of 200 ms. */
export function vibrate(): void {
  if (soundChoice.peek().vibrate) beatWith([200, 120, 200]);
}

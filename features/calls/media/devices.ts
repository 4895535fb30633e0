import { signal } from '@preact/signals';

import type { MediaChoice, Refusal } from '../state/shapes.ts';
import type { Platform } from './platform.ts';

export type Chosen = { readonly mic: string; readonly camera: string; readonly speaker: string };

const KEPT = 'call-devices';
const LEVEL_MS = 50;
const NONE: readonly MediaChoice[] = [];

/** Why the browser gave nothing, from the name of its error (Media Capture and Streams, getUserMedia). */
export function refusalOf(error: unknown): Refusal {
  const { name = '' } = (error ?? {}) as { name?: string };
  if (/NotFound|Overconstrained|DevicesNotFound/.test(name)) return 'none';
  if (/NotReadable|TrackStart|Abort/.test(name)) return 'taken';
  return 'denied';
}

/** As loud as it is, 0 to 1: of samples from -1 to 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const it of samples) sum += it * it;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)) * 4);
}

export function micConstraints(id: string): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    // Another one rather than none, where the chosen one is not plugged in.
    ...(id ? { deviceId: { ideal: id } } : {}),
  };
}

export function cameraConstraints(id: string, facing: 'user' | 'environment'): MediaTrackConstraints {
  return {
    width: { ideal: 640 },
    height: { ideal: 360 },
    frameRate: { ideal: 24, max: 30 },
    ...(id ? { deviceId: { ideal: id } } : { facingMode: { ideal: facing } }),
  };
}

type Trying = 'mic' | 'camera' | 'speaker';

/** Nobody wants to try it any more, although the browser would let them now. */
export class TryOver extends Error {
  override name = 'TryOver';
}

/** Microphones, cameras and loudspeakers of this device, what is chosen of them, and a try of each. */
export class CallDevices {
  readonly mics = signal(NONE);
  readonly cameras = signal(NONE);
  readonly speakers = signal(NONE);
  readonly chosen = signal<Chosen>({ mic: '', camera: '', speaker: '' });
  readonly level = signal(0);

  readonly #platform: Platform;
  /** What is being tried, and how often each was begun or ended. */
  readonly #tries = new Map<Trying, () => void>();
  readonly #turns = { mic: 0, camera: 0, speaker: 0 };
  readonly #changed = (): void => void this.look();

  constructor(platform: Platform) {
    this.#platform = platform;
    try {
      const kept = JSON.parse(platform.recall(KEPT) ?? '{}') as Partial<Chosen>;
      const { mic = '', camera = '', speaker = '' } = kept;
      this.chosen.value = { mic, camera, speaker };
    } catch {
      // Written by something else: chosen anew.
    }
    platform.media?.addEventListener?.('devicechange', this.#changed);
    void this.look();
  }

  close(): void {
    this.#platform.media?.removeEventListener?.('devicechange', this.#changed);
    this.stop();
  }

  /** Ends all that is being tried, also what the browser still asks for: no light of a camera stays on. */
  stop(): void {
    for (const what of ['mic', 'camera', 'speaker'] as const) this.#end(what);
  }

  /** Looks which there are. Their names are told only once something was allowed. */
  async look(): Promise<void> {
    try {
      const all = (await this.#platform.media?.enumerateDevices()) ?? [];
      const of = (kind: MediaDeviceKind): readonly MediaChoice[] =>
        all.filter((it) => it.kind === kind).map((it) => ({ id: it.deviceId, name: it.label }));
      this.mics.value = of('audioinput');
      this.cameras.value = of('videoinput');
      this.speakers.value = canChooseSpeaker() ? of('audiooutput') : NONE;
    } catch {
      // The browser hides them: the usual ones are taken.
    }
  }

  choose(what: 'mic' | 'camera' | 'speaker', id: string): void {
    this.chosen.value = { ...this.chosen.peek(), [what]: id };
    this.#platform.remember(KEPT, JSON.stringify(this.chosen.peek()));
  }

  /** `level` shows how loud it is until this is ended. Fails with the browser’s own error; see `refusalOf`. */
  async tryMic(): Promise<() => void> {
    const stream = await this.#get('mic', { audio: micConstraints(this.chosen.peek().mic) });
    const stopMeter = meter(this.#platform, stream, (level) => (this.level.value = level));
    return this.#try('mic', () => {
      stopMeter();
      stopTracks(stream);
      this.level.value = 0;
    });
  }

  async tryCamera(): Promise<{ readonly stream: MediaStream; stop(): void }> {
    const stream = await this.#get('camera', { video: cameraConstraints(this.chosen.peek().camera, 'user') });
    return { stream, stop: this.#try('camera', () => stopTracks(stream)) };
  }

  /** Two notes from the chosen loudspeaker. */
  async trySpeaker(): Promise<void> {
    const context = this.#platform.context();
    if (!context) return;
    const out = context.createMediaStreamDestination();
    const gain = context.createGain();
    gain.gain.value = 0.2;
    gain.connect(out);
    for (const [at, pitch] of [659, 880].entries()) {
      const note = context.createOscillator();
      note.frequency.value = pitch;
      note.connect(gain);
      note.start(context.currentTime + at * 0.25);
      note.stop(context.currentTime + at * 0.25 + 0.2);
    }
    const player = this.#platform.player();
    this.#end('speaker');
    const end = this.#try('speaker', () => {
      player?.remove();
      void context.close();
    });
    if (!player) return end();
    player.srcObject = out.stream;
    await sinkTo(player, this.chosen.peek().speaker);
    await player.play().catch(() => {});
    setTimeout(end, 900);
  }

  async #get(what: Trying, constraints: MediaStreamConstraints): Promise<MediaStream> {
    const { media } = this.#platform;
    if (!media) throw Object.assign(new Error('no media devices'), { name: 'NotFoundError' });
    this.#end(what);
    const turn = this.#turns[what];
    const stream = await media.getUserMedia(constraints);
    if (turn !== this.#turns[what]) {
      stopTracks(stream);
      throw new TryOver();
    }
    void this.look();
    return stream;
  }

  #try(what: Trying, stop: () => void): () => void {
    const once = (): void => {
      if (this.#tries.get(what) !== once) return;
      this.#tries.delete(what);
      stop();
    };
    this.#tries.set(what, once);
    return once;
  }

  #end(what: Trying): void {
    this.#turns[what] += 1;
    this.#tries.get(what)?.();
  }
}

export function stopTracks(stream: MediaStream | undefined): void {
  for (const it of stream?.getTracks() ?? []) it.stop();
}

const canChooseSpeaker = (): boolean =>
  typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

/** Plays through this loudspeaker; through the usual one where it is gone. */
export async function sinkTo(player: HTMLMediaElement, id: string): Promise<void> {
  if (!canChooseSpeaker()) return;
  await player.setSinkId(id).catch(() => player.setSinkId('').catch(() => {}));
}

/** Tells how loud a stream is, until it is stopped. */
export function meter(platform: Platform, stream: MediaStream, tell: (level: number) => void): () => void {
  const context = platform.context();
  if (!context) return () => {};
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    tell(loudness(samples));
  }, LEVEL_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close();
  };
}

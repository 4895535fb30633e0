import { signal } from '@preact/signals';

import { waveOf } from '../rules/wave.ts';

export const VOICE_SECONDS_MOST = 600;
/** Shorter ones are slips of the finger. */
export const VOICE_SECONDS_LEAST = 1;
const LEVEL_MS = 50;

/** What the platform records: opus, in the box that it writes. */
const BOXES = [
  ['audio/webm;codecs=opus', 'webm'],
  ['audio/ogg;codecs=opus', 'ogg'],
  ['audio/mp4', 'm4a'],
] as const;

export interface Recorded {
  readonly blob: Blob;
  readonly name: string;
  readonly seconds: number;
  readonly wave: string;
}

/** `asking`: for the microphone. `denied`, `none`, `unable`: why there is no recording. */
export type RecordingState = 'asking' | 'recording' | 'stopped' | 'denied' | 'none' | 'unable';

/** One recording from the microphone, from asking for it to what came of it. */
export class Recording {
  readonly state = signal<RecordingState>('asking');
  readonly seconds = signal(0);
  /** Loudness of the last moments, 0–1. */
  readonly levels = signal<readonly number[]>([]);
  readonly result = signal<Recorded | undefined>(undefined);

  readonly #all: number[] = [];
  readonly #chunks: Blob[] = [];
  #recorder: MediaRecorder | undefined;
  #stream: MediaStream | undefined;
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #began = 0;
  #ended = false;
  #extension = '';

  async start(): Promise<void> {
    const box = BOXES.find(([type]) => MediaRecorder.isTypeSupported(type));
    if (!box) {
      this.state.value = 'unable';
      return;
    }
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch (error) {
      const { name } = error as { name?: string };
      this.state.value = name === 'NotFoundError' || name === 'DevicesNotFoundError' ? 'none' : 'denied';
      return;
    }
    if (this.#ended) return this.#release();
    const [mimeType, extension] = box;
    this.#extension = extension;
    const recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: 32_000 });
    recorder.addEventListener('dataavailable', ({ data }) => void (data.size > 0 && this.#chunks.push(data)));
    recorder.addEventListener('stop', () => this.#stopped(mimeType));
    recorder.addEventListener('start', () => this.#begun());
    this.#recorder = recorder;
    recorder.start(1_000);
  }

  /** Ends it; what was recorded is `result` a moment later. */
  stop(): void {
    if (this.#recorder?.state === 'recording') this.#recorder.stop();
  }

  /** Lets go of the microphone and of all that was heard. */
  discard(): void {
    this.#ended = true;
    if (this.#recorder?.state === 'recording') this.#recorder.stop();
    this.#chunks.length = 0;
    this.#release();
  }

  /** Sound comes: a microphone may take a second to wake, and nobody is to speak, or be counted, before it hears. */
  #begun(): void {
    if (this.#ended || !this.#stream) return;
    this.#began = performance.now();
    this.state.value = 'recording';
    this.#listen(this.#stream);
  }

  #listen(stream: MediaStream): void {
    const context = new AudioContext();
    this.#context = context;
    const ear = context.createAnalyser();
    ear.fftSize = 1_024;
    context.createMediaStreamSource(stream).connect(ear);
    const wave = new Float32Array(ear.fftSize);
    this.#timer = setInterval(() => {
      ear.getFloatTimeDomainData(wave);
      const level = Math.min(1, Math.sqrt(wave.reduce((sum, it) => sum + it * it, 0) / wave.length) * 3);
      this.#all.push(level);
      this.levels.value = this.#all.slice(-48);
      this.seconds.value = (performance.now() - this.#began) / 1_000;
      if (this.seconds.value >= VOICE_SECONDS_MOST) this.stop();
    }, LEVEL_MS);
  }

  #stopped(type: string): void {
    const seconds = Math.min(VOICE_SECONDS_MOST, (performance.now() - this.#began) / 1_000);
    this.#release();
    if (this.#ended) return;
    const stamp = new Date().toISOString().slice(0, 19).replace(/\D/g, '');
    this.result.value = {
      blob: new Blob(this.#chunks, { type: type.split(';')[0] }),
      name: `ghi-am-${stamp}.${this.#extension}`,
      seconds: Math.round(seconds * 10) / 10,
      wave: waveOf(this.#all),
    };
    this.state.value = 'stopped';
  }

  #release(): void {
    clearInterval(this.#timer);
    for (const it of this.#stream?.getTracks() ?? []) it.stop();
    void this.#context?.close().catch(() => {});
    this.#context = undefined;
  }
}

import { batch, signal } from '@preact/signals';

import type { Refusal } from '../state/shapes.ts';
import { cameraConstraints, micConstraints, refusalOf, stopTracks } from './devices.ts';
import type { CallDevices } from './devices.ts';
import type { OwnTracks } from './link.ts';
import type { Platform } from './platform.ts';

type What = 'mic' | 'camera' | 'screen';
type Refused = { readonly mic?: Refusal; readonly camera?: Refusal; readonly screen?: Refusal };

/** Letters on a screen are read, not watched: sharp before smooth. */
const SCREEN: DisplayMediaStreamOptions = {
  video: { frameRate: { ideal: 10, max: 15 }, width: { max: 1920 }, height: { max: 1080 } },
  audio: false,
};

/** Microphone, camera and screen of this device during a call: asked for when they are turned on, let go when they are turned off. */
export class OwnMedia {
  readonly mic = signal(false);
  readonly camera = signal(false);
  readonly screen = signal(false);
  readonly cameraStream = signal<MediaStream | undefined>(undefined);
  readonly screenStream = signal<MediaStream | undefined>(undefined);
  readonly micStream = signal<MediaStream | undefined>(undefined);
  readonly refused = signal<Refused>({});

  readonly #platform: Platform;
  readonly #devices: CallDevices;
  readonly #stopChoosing: () => void;
  /** What is sent is something else now. */
  readonly #changed: () => void;
  readonly #turns = { mic: 0, camera: 0, screen: 0 };
  #facing: 'user' | 'environment' = 'user';
  #closed = false;

  constructor(platform: Platform, devices: CallDevices, changed: () => void) {
    this.#platform = platform;
    this.#devices = devices;
    this.#changed = changed;
    let { mic, camera } = devices.chosen.peek();
    this.#stopChoosing = devices.chosen.subscribe((chosen) => {
      const other = { mic: chosen.mic !== mic, camera: chosen.camera !== camera };
      ({ mic, camera } = chosen);
      if (other.mic && this.micStream.peek()) void this.#again('mic');
      if (other.camera && this.camera.peek()) void this.#again('camera');
    });
  }

  /** What is sent now. A microphone that is off stays open and says nothing: it is back within a moment. */
  tracks(): OwnTracks {
    return {
      mic: this.micStream.peek()?.getAudioTracks()[0],
      camera: this.cameraStream.peek()?.getVideoTracks()[0],
      screen: this.screenStream.peek()?.getVideoTracks()[0],
    };
  }

  async setMic(on: boolean): Promise<void> {
    const track = this.tracks().mic;
    if (!on || track) {
      if (!on) this.#turns.mic += 1;
      if (track) track.enabled = on;
      this.mic.value = on && track !== undefined;
      return;
    }
    await this.#open('mic');
  }

  async setCamera(on: boolean): Promise<void> {
    if (on === this.camera.peek() && on) return;
    if (on) await this.#open('camera');
    else this.#close('camera');
  }

  async setScreen(on: boolean): Promise<void> {
    if (on === this.screen.peek() && on) return;
    if (on) await this.#open('screen');
    else this.#close('screen');
  }

  /** From the camera that sees the person to the one that sees what they see, and back. */
  async turnCamera(): Promise<void> {
    this.#facing = this.#facing === 'user' ? 'environment' : 'user';
    const { cameras, chosen } = this.#devices;
    const list = cameras.peek();
    // On a computer: the next one.
    if (chosen.peek().camera && list.length > 1) {
      const at = list.findIndex((it) => it.id === chosen.peek().camera);
      this.#devices.choose('camera', list[(at + 1) % list.length]!.id);
    } else if (this.camera.peek()) await this.#again('camera');
  }

  /** Lets go of everything: no light of a camera stays on. */
  close(): void {
    this.#closed = true;
    this.#stopChoosing();
    for (const what of ['mic', 'camera', 'screen'] as const) this.#close(what);
  }

  #streamOf(what: What) {
    return { mic: this.micStream, camera: this.cameraStream, screen: this.screenStream }[what];
  }

  /** Another one of the same: a phone gives its second camera only once the first has been let go. */
  async #again(what: 'mic' | 'camera'): Promise<void> {
    const on = this[what].peek();
    stopTracks(this.#streamOf(what).peek());
    await this.#open(what, on);
  }

  async #open(what: What, on = true): Promise<void> {
    const turn = (this.#turns[what] += 1);
    let stream: MediaStream | undefined;
    let refused: Refusal | undefined;
    try {
      stream = await this.#ask(what);
    } catch (error) {
      refused = refusalOf(error);
    }
    // Turned off, or closed, while the browser asked.
    if (this.#closed || turn !== this.#turns[what]) return stopTracks(stream);
    batch(() => {
      const before = this.#streamOf(what).peek();
      if (before !== stream) stopTracks(before);
      this.#streamOf(what).value = stream;
      this[what].value = stream !== undefined && on;
      const { [what]: _, ...others } = this.refused.peek();
      this.refused.value = refused ? { ...others, [what]: refused } : others;
    });
    const track = stream?.getTracks()[0];
    if (track) {
      track.enabled = on;
      if ('contentHint' in track) track.contentHint = { mic: 'speech', camera: 'motion', screen: 'detail' }[what];
      // Unplugged, or sharing ended by the browser’s own button.
      track.addEventListener('ended', () => {
        if (this.#streamOf(what).peek() !== stream) return;
        if (what === 'mic') void this.#open('mic', this.mic.peek());
        else this.#close(what);
      });
    }
    void this.#devices.look();
    this.#changed();
  }

  async #ask(what: What): Promise<MediaStream> {
    const { media } = this.#platform;
    if (!media) throw Object.assign(new Error('no media devices'), { name: 'NotFoundError' });
    const { mic, camera } = this.#devices.chosen.peek();
    if (what === 'mic') return media.getUserMedia({ audio: micConstraints(mic) });
    if (what === 'camera') return media.getUserMedia({ video: cameraConstraints(camera, this.#facing) });
    return media.getDisplayMedia(SCREEN);
  }

  #close(what: What): void {
    this.#turns[what] += 1;
    const stream = this.#streamOf(what);
    const before = stream.peek();
    batch(() => {
      stream.value = undefined;
      this[what].value = false;
    });
    stopTracks(before);
    if (before && !this.#closed) this.#changed();
  }
}

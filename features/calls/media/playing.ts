import { effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import { sinkTo } from './devices.ts';
import type { Chosen } from './devices.ts';
import type { Heard } from './link.ts';
import type { Platform } from './platform.ts';

/** Plays what comes from the others: one element for each, since a browser mixes them better than a page does. */
export class Playing {
  /** The browser plays nothing before the person touches the page. */
  readonly blocked = signal(false);

  readonly #platform: Platform;
  readonly #players = new Map<string, { readonly element: HTMLAudioElement; stream: MediaStream }>();
  readonly #stops: (() => void)[];
  #speaker = '';
  #closed = false;

  constructor(platform: Platform, heard: ReadonlySignal<ReadonlyMap<string, Heard>>, chosen: ReadonlySignal<Chosen>) {
    this.#platform = platform;
    this.#stops = [
      effect(() => this.#follow(heard.value)),
      effect(() => {
        const { speaker } = chosen.value;
        if (speaker === this.#speaker) return;
        this.#speaker = speaker;
        for (const { element } of this.#players.values()) void sinkTo(element, speaker);
      }),
      platform.onTouch(() => {
        if (this.blocked.peek()) this.play();
      }),
    ];
  }

  /** Asks again for what the browser would not play by itself; to be called from a touch of the person. */
  play(): void {
    this.blocked.value = false;
    for (const { element } of this.#players.values()) this.#play(element);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    for (const seat of this.#players.keys()) this.#end(seat);
  }

  #follow(heard: ReadonlyMap<string, Heard>): void {
    if (this.#closed) return;
    for (const seat of this.#players.keys()) if (!heard.get(seat)?.sound) this.#end(seat);
    for (const [seat, { sound }] of heard) {
      if (!sound) continue;
      const player = this.#players.get(seat);
      if (player?.stream === sound) continue;
      const element = player?.element ?? this.#platform.player();
      if (!element) continue;
      this.#players.set(seat, { element, stream: sound });
      element.srcObject = sound;
      if (this.#speaker) void sinkTo(element, this.#speaker);
      this.#play(element);
    }
  }

  #play(element: HTMLAudioElement): void {
    element.play().catch((error: unknown) => {
      // Another stream came meanwhile: that one is played.
      if ((error as { name?: string }).name === 'NotAllowedError' && !this.#closed) this.blocked.value = true;
    });
  }

  #end(seat: string): void {
    const element = this.#players.get(seat)?.element;
    this.#players.delete(seat);
    if (!element) return;
    element.pause();
    element.srcObject = null;
    element.remove();
  }
}

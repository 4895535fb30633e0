import { signal } from '@preact/signals';

import type { File } from '../protocol.ts';
import { filePath } from '../rules.ts';

/** A voice message that can be heard, and the one that follows it. */
export interface Voice {
  readonly file: Pick<File, 'id' | 'seconds'>;
  /** Its bytes, where they are still on this device only. */
  readonly blob?: Blob;
  /** The next voice message of the chat, looked for when this one has ended. */
  next?(): Voice | undefined;
}

export const RATES = [1, 1.5, 2] as const;
export type Rate = (typeof RATES)[number];

/** Which file is heard, or stands still in the middle. */
export const heard = signal<string | undefined>(undefined);
export const isPlaying = signal(false);
/** Seconds into it. */
export const position = signal(0);
/** How fast all voice messages are played. */
export const rate = signal<Rate>(1);
/** It could not be loaded. */
export const silent = signal<string | undefined>(undefined);

let sound: HTMLAudioElement | undefined;
let current: Voice | undefined;
let address: string | undefined;

function speaker(): HTMLAudioElement {
  if (sound) return sound;
  const it = new Audio();
  it.preload = 'auto';
  it.addEventListener('timeupdate', () => (position.value = it.currentTime));
  it.addEventListener('playing', () => (isPlaying.value = true));
  it.addEventListener('pause', () => (isPlaying.value = false));
  it.addEventListener('ended', () => {
    const next = current?.next?.();
    hush();
    if (next) play(next);
  });
  it.addEventListener('error', () => {
    const failed = heard.peek();
    if (failed === undefined) return;
    hush();
    silent.value = failed;
  });
  sound = it;
  return it;
}

/** Plays it from where it stands, or from its beginning; whatever else was heard stops. */
export function play(voice: Voice, from?: number): void {
  const it = speaker();
  silent.value = undefined;
  if (heard.peek() !== voice.file.id) {
    forgetAddress();
    address = voice.blob ? URL.createObjectURL(voice.blob) : undefined;
    it.src = address ?? filePath(voice.file.id);
    heard.value = voice.file.id;
    position.value = from ?? 0;
  }
  current = voice;
  it.playbackRate = rate.peek();
  it.defaultPlaybackRate = rate.peek();
  if (from !== undefined) it.currentTime = from;
  // Refused by a browser that wants a touch first; the button is still there.
  it.play().catch(() => (isPlaying.value = false));
}

export function pause(): void {
  sound?.pause();
}

/** Goes to this second of what is heard. */
export function seek(to: number): void {
  if (!sound) return;
  sound.currentTime = to;
  position.value = to;
}

export function chooseRate(next: Rate): void {
  rate.value = next;
  if (sound) sound.playbackRate = sound.defaultPlaybackRate = next;
}

/** Nothing is heard any more. */
export function hush(): void {
  current = undefined;
  heard.value = undefined;
  isPlaying.value = false;
  position.value = 0;
  if (!sound) return;
  sound.pause();
  sound.removeAttribute('src');
  forgetAddress();
}

function forgetAddress(): void {
  if (address !== undefined) URL.revokeObjectURL(address);
  address = undefined;
}

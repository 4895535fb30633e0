import type { ReadonlySignal } from '@preact/signals';

import type { Heard, LineState, Wanted } from '../media/link.ts';
import type { Call, Seat } from '../protocol.ts';
import type { CallKind } from '../rules.ts';

/** A call that rings this person. */
export interface Ring {
  readonly call: Omit<Call, 'rung'>;
  readonly until: number;
  readonly loud: boolean;
  /** Loud although it is quiet for them, for its urgency. */
  readonly through: boolean;
}

export interface StartOptions {
  readonly urgency?: number;
  /** Only these are rung. */
  readonly ring?: readonly string[];
  readonly lobby?: boolean;
}

/** Where a call stands on this device. `asking`: the browser asks for the microphone. `calling`: nobody has answered yet. `waiting`: before the door. */
export type Stage = 'asking' | 'calling' | 'connecting' | 'waiting' | 'on' | 'mending' | 'over';

/** Why it is over here. */
export type Over =
  | 'left'
  | 'declined'
  | 'missed'
  | 'cancelled'
  | 'busy'
  | 'ended'
  | 'moved'
  | 'dismissed'
  | 'removed'
  | 'lost'
  | 'refused';

/** What cannot be used: the browser or the person said no, there is none, or another program has it. */
export type Refusal = 'denied' | 'none' | 'taken';

export interface MediaChoice {
  readonly id: string;
  /** Empty until something was allowed. */
  readonly name: string;
}

/** Microphones, cameras and loudspeakers of this device, what is chosen, and a try of each. Kept on the device. */
export interface MediaDevices {
  readonly mics: ReadonlySignal<readonly MediaChoice[]>;
  readonly cameras: ReadonlySignal<readonly MediaChoice[]>;
  /** Empty where the browser does not let one choose. */
  readonly speakers: ReadonlySignal<readonly MediaChoice[]>;
  readonly chosen: ReadonlySignal<{ readonly mic: string; readonly camera: string; readonly speaker: string }>;
  choose(what: 'mic' | 'camera' | 'speaker', id: string): void;
  /** 0 to 1 while a try runs. */
  readonly level: ReadonlySignal<number>;
  tryMic(): Promise<() => void>;
  tryCamera(): Promise<{ readonly stream: MediaStream; stop(): void }>;
  trySpeaker(): Promise<void>;
  /** Ends all that is being tried. */
  stop(): void;
}

/** The call that this device is in, or is about to be. */
export interface Room {
  readonly group: string;
  readonly kind: CallKind;
  readonly stage: ReadonlySignal<Stage>;
  readonly over: ReadonlySignal<Over | undefined>;
  readonly call: ReadonlySignal<Call | undefined>;
  /** When this device came in; what the clock counts from. */
  readonly since: ReadonlySignal<number | undefined>;
  /** All of it, the own one too, the oldest first. */
  readonly seats: ReadonlySignal<readonly Seat[]>;
  /** Id of the own seat. */
  readonly own: ReadonlySignal<string | undefined>;
  readonly leads: ReadonlySignal<boolean>;
  readonly heard: ReadonlySignal<ReadonlyMap<string, Heard>>;
  /** Who speaks: the seat that was loudest of late. It does not jump at every cough. */
  readonly speaker: ReadonlySignal<string | undefined>;
  /** Seats that are speaking right now, the own one too. */
  readonly speaking: ReadonlySignal<ReadonlySet<string>>;
  readonly line: ReadonlySignal<LineState>;
  /** The camera was turned off by itself, since the line is too weak. */
  readonly videoSaved: ReadonlySignal<boolean>;
  readonly mic: ReadonlySignal<boolean>;
  readonly camera: ReadonlySignal<boolean>;
  readonly screen: ReadonlySignal<boolean>;
  readonly hand: ReadonlySignal<boolean>;
  /** A leader has just turned the microphone off; undefined again after a few seconds. */
  readonly silenced: ReadonlySignal<boolean>;
  /** Of the own camera and screen, for looking at. */
  readonly ownCamera: ReadonlySignal<MediaStream | undefined>;
  readonly ownScreen: ReadonlySignal<MediaStream | undefined>;
  readonly refused: ReadonlySignal<{ readonly mic?: Refusal; readonly camera?: Refusal; readonly screen?: Refusal }>;
  readonly devices: MediaDevices;
  /** The browser plays nothing before the person touches the page: a button is to be shown that calls `playSound`. */
  readonly soundBlocked: ReadonlySignal<boolean>;
  playSound(): void;
  /** It is drawn small, and the app can be used beside it. */
  readonly small: ReadonlySignal<boolean>;
  setSmall(small: boolean): void;
  setMic(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** Front and back camera of a phone. */
  turnCamera(): Promise<void>;
  setScreen(on: boolean): Promise<void>;
  setHand(up: boolean): Promise<void>;
  want(wanted: ReadonlyMap<string, Wanted>): void;
  leave(): Promise<void>;
  /** Leaders, and who began it. */
  endForAll(): Promise<void>;
  muteAll(): Promise<void>;
  mute(seat: string): Promise<void>;
  admit(seats: readonly string[]): Promise<void>;
  dismiss(account: string): Promise<void>;
  setLobby(on: boolean): Promise<void>;
  invite(accounts: readonly string[]): Promise<number>;
}

/** What this device knows of calls; `features/calls/state.ts` has the one of whoever is signed in. */
export interface CallsState {
  /** Those that ring here, the newest first; none of a call that another device has answered. Of several pages of a browser one only has them `loud`. */
  readonly rings: ReadonlySignal<readonly Ring[]>;
  /** Once it is over it stays for a few seconds, so that its end can be read; at once gone where the person left. */
  readonly room: ReadonlySignal<Room | undefined>;
  /** A call that this device was in before the page was loaded again: it is offered to come back (`join`), the seat is kept for a while. */
  readonly back: ReadonlySignal<{ readonly group: string; readonly call: string } | undefined>;
  /** The call that goes on in this group. Reads as a signal. */
  going(group: string): Omit<Call, 'rung'> | undefined;
  /** How many are in it, as last heard. Reads as a signal. */
  peopleIn(group: string): number | undefined;
  /** For its card. Reads as a signal; asks for it once. */
  of(group: string, id: string): Call | 'gone' | undefined;
  /** Fails with a `Problem` where it could not begin; one's own other call on this page: `call.elsewhere` (`group`, `call`). */
  start(group: string, kind: CallKind, options?: StartOptions): Promise<void>;
  join(group: string, call: string, options?: { readonly camera?: boolean }): Promise<void>;
  answer(ring: Ring, options?: { readonly camera?: boolean }): Promise<void>;
  /** `words`: written into the conversation as a message of one’s own. */
  decline(ring: Ring, words?: string): Promise<void>;
  close(): void;
}

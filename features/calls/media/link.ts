import type { ReadonlySignal } from '@preact/signals';

import type { Ice, Said, Seat } from '../protocol.ts';

/** What a device sends: each absent where it is off or not to be had. */
export interface OwnTracks {
  readonly mic?: MediaStreamTrack | undefined;
  readonly camera?: MediaStreamTrack | undefined;
  readonly screen?: MediaStreamTrack | undefined;
}

/** What comes from a seat. */
export interface Heard {
  readonly sound?: MediaStream | undefined;
  readonly camera?: MediaStream | undefined;
  readonly screen?: MediaStream | undefined;
  /** `coming` until the first packet, `lost` while it is being mended. */
  readonly line: 'coming' | 'there' | 'lost';
  /** 0 to 1, of about the last 200 ms. */
  readonly level: number;
}

/** What of a seat is to be drawn, and how large. */
export interface Wanted {
  readonly camera: 'none' | 'low' | 'high';
  readonly screen: boolean;
}

/** How good the own line is: `weak`, what is seen and heard suffers; `poor`, only a voice fits through. */
export type LineState = 'good' | 'weak' | 'poor';

/**
 * How sound and pictures go to and fro, straight (`mesh.ts`) or through the media server (`through-server.ts`). Both mend themselves:
 * after another network, a sleep, a media server that began anew.
 */
export interface MediaLink {
  /** By seat. */
  readonly heard: ReadonlySignal<ReadonlyMap<string, Heard>>;
  readonly line: ReadonlySignal<LineState>;
  /** Who is in, the own seat aside. Called with every change. */
  seats(list: readonly Seat[]): void;
  /** Sends these from now on; without a new connection where the browser can. */
  send(tracks: OwnTracks): void;
  /** By seat; what is not named is not wanted. */
  want(wanted: ReadonlyMap<string, Wanted>): void;
  /** From another device (`call.said`). */
  said(seat: string, said: Said): void;
  /** The media server says `gone` or `changed`. */
  media(what: 'gone' | 'changed'): void;
  /** The network is another one, or the page was asleep. */
  mend(): void;
  ice(ice: Ice): void;
  close(): void;
}

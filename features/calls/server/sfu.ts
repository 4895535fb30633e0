import type { Ask, Reply } from '../protocol.ts';

/** Someone’s place at the media server. */
export interface MediaSeat {
  readonly call: string;
  readonly seat: string;
}

/** What happens there by itself. */
export interface MediaNews {
  /** Somebody began or ceased to send something: all other seats of the call watch again. */
  changed(call: string, seat: string): void;
  /** The server has lost these seats, for one because it began anew: their devices publish and watch again. */
  gone(seats: readonly MediaSeat[]): void;
}

/**
 * A server that passes sound and pictures on between many devices. What it is told comes from this program only, never from a
 * device: a seat is bound to a person, a device and a group by its row in `call_seats`, which is looked at before every `ask`.
 * Any server that can do this can take Janus’ place.
 */
export interface MediaServer {
  /** One is set up; whether it answers now is another question. */
  readonly there: boolean;
  /** Fails with `call.no_media_server` where it does not answer, with `call.media_gone` where it does not know the seat any more. */
  ask(seat: MediaSeat, ask: Ask): Promise<Reply>;
  /** The microphone of this seat is not passed on, or is again. */
  silence(seat: MediaSeat, silent: boolean): Promise<void>;
  /** Seats that this node has opened something for there. */
  held(): readonly MediaSeat[];
  /** Ends what these seats send and get, wherever in the house they were opened. Never fails. */
  putOut(seats: readonly MediaSeat[]): Promise<void>;
  /** The call is over: its room goes. Never fails. */
  end(call: string): Promise<void>;
  close(): Promise<void>;
}

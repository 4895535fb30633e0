import type { Candidate, Ice } from '../protocol.ts';
import { CANDIDATE_MOST, CANDIDATES_MOST } from '../rules.ts';
import type { Clock } from './platform.ts';

const GATHER_MS = 50;
/** Addresses of one connection that are told; a device has few, and who has more has them by mistake. */
const ADDRESSES_MOST = 60;

/** As the browser wants to be told it. */
export function configOf(ice: Ice): RTCConfiguration {
  return {
    iceServers: ice.servers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
    // So that nobody in the call learns where somebody else is.
    iceTransportPolicy: ice.relayOnly ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
  };
}

export function candidateInit({ candidate, mid, line }: Candidate): RTCIceCandidateInit {
  return { candidate, sdpMid: mid, sdpMLineIndex: line };
}

/** Tells the addresses that a connection finds, a few at a time; `last`: there are no more. */
export class Gathering {
  readonly #world: Clock;
  readonly #tell: (list: Candidate[], last: boolean) => void;
  #waiting: Candidate[] = [];
  #told = 0;
  #last = false;
  #timer: (() => void) | undefined;

  constructor(world: Clock, tell: (list: Candidate[], last: boolean) => void) {
    this.#world = world;
    this.#tell = tell;
  }

  found(it: RTCIceCandidate | null): void {
    if (!it || it.candidate === '') this.#last = true;
    else if (it.candidate.length <= CANDIDATE_MOST && this.#told < ADDRESSES_MOST) {
      this.#told += 1;
      this.#waiting.push({ candidate: it.candidate, mid: it.sdpMid, line: it.sdpMLineIndex });
    }
    this.#timer ??= this.#world.after(GATHER_MS, () => this.#tellAll());
  }

  /** It begins to look anew. */
  anew(): void {
    this.#told = 0;
    this.#last = false;
  }

  close(): void {
    this.#timer?.();
    this.#waiting = [];
  }

  #tellAll(): void {
    this.#timer = undefined;
    const all = this.#waiting;
    this.#waiting = [];
    const last = this.#last;
    this.#last = false;
    if (all.length === 0 && last) return this.#tell([], true);
    for (let at = 0; at < all.length; at += CANDIDATES_MOST)
      this.#tell(all.slice(at, at + CANDIDATES_MOST), last && at + CANDIDATES_MOST >= all.length);
  }
}

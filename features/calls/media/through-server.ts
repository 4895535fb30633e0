import { signal } from '@preact/signals';

import { Problem } from '../../../protocol/problem.ts';
import type { Ice, Reply, Said, Seat } from '../protocol.ts';
import { SEATS_MOST } from '../rules.ts';
import { configOf, Gathering } from './gathering.ts';
import type { Heard, LineState, MediaLink, OwnTracks, Wanted } from './link.ts';
import type { LinkOptions } from './open.ts';
import { GOOD, qualityAfter } from './quality.ts';
import type { Quality } from './quality.ts';
import { bound, LineMeter, levelOf, WHATS, withVoice } from './sending.ts';
import type { What } from './sending.ts';

const TICK_MS = 200;
const STATS_MS = 2_000;
/** Many seats begin and cease to send in the same moment: they are watched together. */
const GATHER_MS = 100;
/** A line that stutters for so long is sought anew. */
const STUTTER_MS = 2_000;
/** So long a connection has to come up, or to be mended, before it is begun afresh. */
const COMES_MS = 10_000;
/** Between attempts at a media server that does not answer: it is heard again within 10 s of its return. */
const AGAIN_MS = 1_000;
const AGAIN_MOST_MS = 8_000;
/** Offers in answer to an answer: more than these, and it begins afresh. */
const ROUNDS_MOST = 8;

const NO_SOUND: ReadonlyMap<string, Wanted> = new Map();

/** Everything through the media server: one connection that sends, one on which everybody else comes in. */
export function openThroughServer(options: LinkOptions): MediaLink {
  return new ThroughServer(options);
}

class ThroughServer implements MediaLink {
  readonly heard = signal<ReadonlyMap<string, Heard>>(new Map());
  readonly line = signal<LineState>('good');

  readonly #options: LinkOptions;
  readonly #out: Half;
  readonly #in: Half;
  #ice: Ice;
  #tracks: OwnTracks = {};
  #wanted = NO_SOUND;
  #others = new Map<string, Seat>();
  #outLines: RTCRtpTransceiver[] = [];
  /** What comes on which line, by its mid; and the streams of each seat. */
  #inLines = new Map<string, { readonly seat: string; readonly what: What }>();
  readonly #streams = new Map<string, Partial<Record<What, { readonly mid: string; readonly stream: MediaStream }>>>();
  readonly #wasThere = new Set<string>();
  #quality: Quality = GOOD;
  #sending = false;
  #statsAt = 0;
  #stopTick: () => void = () => {};
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#ice = options.ice;
    const open = { options, ice: () => this.#ice };
    this.#out = new Half({ ...open, on: 'publish', run: (half, afresh) => this.#publish(half, afresh) });
    this.#in = new Half({ ...open, on: 'watch', run: (half, afresh) => this.#watch(half, afresh) });
    this.#out.soon(0);
    this.#tick();
  }

  seats(list: readonly Seat[]): void {
    if (this.#closed) return;
    const before = this.#others;
    this.#others = new Map(list.map((it) => [it.id, it]));
    for (const id of this.#streams.keys()) if (!this.#others.has(id)) this.#streams.delete(id);
    for (const id of this.#wasThere) if (!this.#others.has(id)) this.#wasThere.delete(id);
    const shows = (it: Seat | undefined): string => (it ? `${it.camera} ${it.screen}` : '');
    const other = before.size !== this.#others.size || list.some((it) => shows(before.get(it.id)) !== shows(it));
    if (other) this.#in.soon(GATHER_MS);
    this.#tell();
  }

  send(tracks: OwnTracks): void {
    this.#tracks = tracks;
    if (this.#outLines.length === 0) return;
    this.#replace();
    // Which lines carry something is told to the server: whoever watches is offered only those.
    this.#out.soon(GATHER_MS);
  }

  want(wanted: ReadonlyMap<string, Wanted>): void {
    this.#wanted = wanted;
    this.#in.soon(GATHER_MS);
  }

  said(_seat: string, _said: Said): void {
    // Devices say nothing to each other: a straight connection that is being left may still do so.
  }

  media(what: 'gone' | 'changed'): void {
    if (what === 'changed') return this.#in.soon(GATHER_MS);
    this.#out.afresh();
    this.#in.afresh();
  }

  mend(): void {
    this.#out.restart();
    this.#in.restart();
  }

  ice(ice: Ice): void {
    this.#ice = ice;
    this.#out.configure();
    this.#in.configure();
  }

  close(): void {
    this.#closed = true;
    this.#stopTick();
    this.#out.close();
    this.#in.close();
    this.heard.value = new Map();
  }

  async #publish(half: Half, afresh: boolean): Promise<void> {
    if (afresh) {
      const peer = half.open();
      this.#outLines = WHATS.map((what) =>
        peer.addTransceiver(what === 'mic' ? 'audio' : 'video', {
          direction: 'sendonly',
          // A small one for those who draw it small, named last, as Janus counts them; a screen has letters, which no small one has.
          ...(what === 'camera' ? { sendEncodings: [{ rid: 'h' }, { rid: 'l', scaleResolutionDownBy: 2 }] } : {}),
        }),
      );
    }
    const peer = half.peer!;
    this.#replace();
    await peer.setLocalDescription(await peer.createOffer());
    const lines = this.#outLines.flatMap((it, at) =>
      it.mid !== null && it.sender.track ? [{ mid: it.mid, what: WHATS[at]! }] : [],
    );
    const { sdp } = await this.#options.ask({
      ask: 'publish',
      sdp: withVoice(peer.localDescription!.sdp),
      lines,
    });
    if (half.peer !== peer || sdp === null) return;
    await peer.setRemoteDescription({ type: 'answer', sdp });
    await bound(this.#senders(), this.#quality.state, 1);
    if (afresh) this.#in.soon(0);
  }

  async #watch(half: Half, afresh: boolean, restart: boolean = half.restarts): Promise<void> {
    const seats = [...this.#others.values()].slice(0, SEATS_MOST - 1).map((it) => ({
      seat: it.id,
      sound: true,
      camera: it.camera ? (this.#wanted.get(it.id)?.camera ?? 'none') : ('none' as const),
      screen: it.screen && (this.#wanted.get(it.id)?.screen ?? false),
    }));
    if (seats.length === 0 && !half.peer) return;
    if (afresh) {
      const peer = half.open();
      peer.ontrack = ({ transceiver }) => this.#came(peer, transceiver);
    }
    let reply: Reply = await this.#options.ask({
      ask: 'watch',
      seats,
      ...(restart ? { restart } : {}),
      ...(afresh ? { anew: true } : {}),
    });
    const peer = half.peer!;
    for (let round = 0; ; round += 1) {
      this.#inLines = new Map(reply.lines.map(({ mid, seat, what }) => [mid, { seat, what }]));
      if (reply.sdp === null || half.peer !== peer) break;
      if (round >= ROUNDS_MOST) throw new Error('the media server offers again and again');
      await peer.setRemoteDescription({ type: 'offer', sdp: reply.sdp });
      await peer.setLocalDescription(await peer.createAnswer());
      reply = await this.#options.ask({ ask: 'answer', sdp: withVoice(peer.localDescription!.sdp) });
    }
    this.#sort();
  }

  #replace(): void {
    for (const [at, what] of WHATS.entries()) {
      const { sender } = this.#outLines[at] ?? {};
      const track = this.#tracks[what] ?? null;
      if (sender && sender.track !== track) void sender.replaceTrack(track).catch(() => {});
    }
  }

  #senders(): Partial<Record<What, RTCRtpSender>> {
    return Object.fromEntries(
      WHATS.flatMap((what, at) => (this.#outLines[at] ? [[what, this.#outLines[at].sender]] : [])),
    );
  }

  #came(peer: RTCPeerConnection, _line: RTCRtpTransceiver): void {
    if (peer === this.#in.peer) this.#sort();
  }

  /** Which stream is whose: a line may carry somebody else from one moment to the next. */
  #sort(): void {
    if (this.#closed) return;
    const { platform } = this.#options;
    const lines = new Map(this.#in.peer?.getTransceivers().map((it) => [it.mid, it]));
    const now = new Map<string, Partial<Record<What, { readonly mid: string; readonly stream: MediaStream }>>>();
    for (const [mid, { seat, what }] of this.#inLines) {
      const track = lines.get(mid)?.receiver.track;
      if (!track || !this.#others.has(seat)) continue;
      const before = this.#streams.get(seat)?.[what];
      const kept = before?.stream.getTracks()[0] === track ? before : undefined;
      now.set(seat, { ...now.get(seat), [what]: kept ?? { mid, stream: platform.stream([track]) } });
    }
    this.#streams.clear();
    for (const [seat, it] of now) this.#streams.set(seat, it);
    this.#tell();
  }

  #tell(): void {
    const before = this.heard.peek();
    const state = this.#in.peer?.connectionState;
    const lines = new Map(this.#in.peer?.getTransceivers().map((it) => [it.mid, it]));
    const now = new Map(
      [...this.#others.values()].map((seat): [string, Heard] => {
        const known = this.#streams.get(seat.id);
        const there = state === 'connected' && known !== undefined;
        if (there) this.#wasThere.add(seat.id);
        const mic = known?.mic;
        const next: Heard = {
          sound: mic?.stream,
          camera: seat.camera ? known?.camera?.stream : undefined,
          screen: seat.screen ? known?.screen?.stream : undefined,
          line: there ? 'there' : this.#wasThere.has(seat.id) ? 'lost' : 'coming',
          level: there && mic ? levelOf(lines.get(mic.mid)?.receiver) : 0,
        };
        const old = before.get(seat.id);
        const same =
          old &&
          old.sound === next.sound &&
          old.camera === next.camera &&
          old.screen === next.screen &&
          old.line === next.line &&
          old.level === next.level;
        return [seat.id, same ? old : next];
      }),
    );
    const same = now.size === before.size && [...now].every(([seat, it]) => before.get(seat) === it);
    if (!same) this.heard.value = now;
  }

  #tick(): void {
    const { world } = this.#options;
    this.#stopTick = world.after(TICK_MS, () => {
      if (this.#closed) return;
      this.#tick();
      this.#out.look(world.now());
      this.#in.look(world.now());
      this.#tell();
      if (world.now() - this.#statsAt < STATS_MS) return;
      this.#statsAt = world.now();
      void this.#measure();
    });
  }

  async #measure(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    const pictures = Boolean(this.#tracks.camera ?? this.#tracks.screen);
    const [sent, got] = await Promise.all([this.#out.measure(pictures), this.#in.measure(false)]);
    this.#sending = false;
    if (this.#closed || (!sent && !got)) return;
    const before = this.#quality.state;
    this.#quality = qualityAfter(this.#quality, {
      loss: Math.max(sent?.loss ?? 0, got?.loss ?? 0),
      rttMs: sent?.rttMs ?? got?.rttMs,
      outgoing: sent?.outgoing,
    });
    this.line.value = this.#quality.state;
    if (before !== this.#quality.state) await bound(this.#senders(), this.#quality.state, 1);
  }
}

interface HalfOptions {
  readonly options: LinkOptions;
  readonly on: 'publish' | 'watch';
  ice(): Ice;
  /** Agrees with the server on what is sent, or comes in. `afresh`: with a new connection. */
  run(half: Half, afresh: boolean): Promise<void>;
}

/** One connection to the media server, through all its attempts; agreed on one round after the other. */
class Half {
  peer: RTCPeerConnection | undefined;
  /** The round that runs seeks another way to the server. */
  restarts = false;
  readonly #on: HalfOptions;
  #gathering: Gathering | undefined;
  #meter = new LineMeter();
  #timer: { readonly at: number; cancel(): void } | undefined;
  #running = false;
  #afresh = true;
  #restart = false;
  #again = false;
  #failures = 0;
  #badSince: number | undefined;
  #triedAt = 0;
  #mended = false;
  #closed = false;

  constructor(on: HalfOptions) {
    this.#on = on;
  }

  /** Agrees anew, in a while: whatever is wanted until then is in it. */
  soon(ms: number): void {
    if (this.#closed) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    const { world } = this.#on.options;
    // A server that does not answer is not asked more often because somebody wants something.
    const at = world.now() + ms;
    if (this.#timer && (this.#failures > 0 || this.#timer.at <= at)) return;
    this.#timer?.cancel();
    this.#timer = { at, cancel: world.after(ms, () => void this.#run()) };
  }

  afresh(): void {
    this.#afresh = true;
    this.soon(0);
  }

  restart(): void {
    if (!this.peer) return this.soon(0);
    this.#restart = true;
    this.soon(0);
  }

  configure(): void {
    try {
      this.peer?.setConfiguration(configOf(this.#on.ice()));
    } catch (error) {
      this.#on.options.world.fault(error);
    }
  }

  open(): RTCPeerConnection {
    this.#drop();
    const { world, platform, ask, failed } = this.#on.options;
    const peer = platform.peer(configOf(this.#on.ice()));
    const { on } = this.#on;
    this.#gathering = new Gathering(world, (list, last) => {
      if (this.peer === peer) ask({ ask: 'candidates', on, list, last }).catch((error) => this.#told(error, failed));
    });
    const gathering = this.#gathering;
    peer.onicecandidate = ({ candidate }) => gathering.found(candidate);
    this.peer = peer;
    this.#meter = new LineMeter();
    return peer;
  }

  look(now: number): void {
    const state = this.peer?.connectionState;
    if (!this.peer || state === 'connected' || state === 'new') {
      this.#badSince = undefined;
      if (state === 'connected') this.#mended = false;
      return;
    }
    this.#badSince ??= now;
    if (this.#running || this.#timer) return;
    const waited = now - Math.max(this.#badSince, this.#triedAt);
    if (!this.#mended && (state === 'failed' || (state === 'disconnected' && waited > STUTTER_MS))) {
      this.#mended = true;
      this.restart();
    } else if (waited > COMES_MS) this.afresh();
  }

  async measure(pictures: boolean) {
    return this.peer?.connectionState === 'connected' ? this.#meter.look(this.peer, pictures) : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#drop();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    if (this.#closed || this.#running) return;
    this.#running = true;
    this.#again = false;
    const { world, failed } = this.#on.options;
    const afresh = this.#afresh || !this.peer;
    this.restarts = this.#restart && !afresh;
    this.#afresh = this.#restart = false;
    this.#triedAt = world.now();
    let wait: number | undefined;
    try {
      if (this.restarts) {
        this.#gathering?.anew();
        if (this.#on.on === 'publish') this.peer?.restartIce();
      }
      await this.#on.run(this, afresh);
      this.#failures = 0;
    } catch (error) {
      if (this.#closed) return;
      // What the two believe of each other is not known any more.
      this.#afresh = true;
      this.#told(error, failed);
      wait = Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** this.#failures) * (0.5 + world.random() / 2);
      this.#failures = Math.min(this.#failures + 1, 8);
    } finally {
      this.#running = false;
    }
    if (wait !== undefined) this.#retry(wait);
    else if (this.#again || this.#afresh || this.#restart) this.soon(0);
  }

  #retry(ms: number): void {
    const { world } = this.#on.options;
    this.#timer?.cancel();
    this.#timer = { at: world.now() + ms, cancel: world.after(ms, () => void this.#run()) };
  }

  /** A media server that is away is not worth a word: it is asked again. */
  #told(error: unknown, failed: (error: unknown) => void): void {
    if (!(error instanceof Problem)) {
      if (!(error instanceof DOMException)) failed(error);
    } else if (error.code === 'call.media_gone') this.#afresh = true;
    else if (error.code !== 'call.no_media_server') failed(error);
  }

  #drop(): void {
    this.#gathering?.close();
    const { peer } = this;
    this.peer = undefined;
    if (!peer) return;
    peer.onicecandidate = null;
    peer.ontrack = null;
    peer.close();
  }
}

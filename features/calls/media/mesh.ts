import { signal } from '@preact/signals';

import { newId } from '../../../protocol/id.ts';
import type { Ice, Said, Seat } from '../protocol.ts';
import { candidateInit, configOf, Gathering } from './gathering.ts';
import type { Heard, LineState, MediaLink, OwnTracks } from './link.ts';
import type { LinkOptions } from './open.ts';
import { GOOD, qualityAfter } from './quality.ts';
import type { Quality } from './quality.ts';
import { bound, LineMeter, levelOf, WHATS, withVoice } from './sending.ts';
import type { What } from './sending.ts';

/** How often it is looked whether all is well, how loud it is, and how the lines are. */
const TICK_MS = 200;
const STATS_MS = 2_000;
/** A line that stutters for so long is sought anew. */
const STUTTER_MS = 2_000;
/** So long the other one has for an answer to an offer, before it is offered again. */
const ANSWER_MS = 4_000;
/** So long a connection has to come up, or to be mended, before it is begun afresh; longer each time. */
const COMES_MS = 10_000;
const COMES_MOST_MS = 30_000;
/** Candidates that came before what they belong to. */
const EARLY_MOST = 100;

const sameMedia = { mic: 'audio', camera: 'video', screen: 'video' } as const;

/**
 * Straight connections, one to each other seat. Of two devices the one whose seat has the smaller id offers, the other answers and
 * says when it hears nothing: so there are never two offers at once, and no rollback. Each connection has three lines in fixed order
 * (voice, camera, screen) from its beginning; what is sent on them changes without a word.
 */
export function openMesh(options: LinkOptions): MediaLink {
  return new Mesh(options);
}

class Mesh implements MediaLink {
  readonly heard = signal<ReadonlyMap<string, Heard>>(new Map());
  readonly line = signal<LineState>('good');

  readonly options: LinkOptions;
  current: Ice;
  tracks: OwnTracks = {};
  readonly #peers = new Map<string, Peer>();
  #stopTick: () => void = () => {};
  #statsAt = 0;
  #closed = false;

  constructor(options: LinkOptions) {
    this.options = options;
    this.current = options.ice;
    this.#tick();
  }

  seats(list: readonly Seat[]): void {
    if (this.#closed) return;
    const there = new Map(list.map((it) => [it.id, it]));
    for (const [id, peer] of this.#peers) {
      if (there.has(id)) continue;
      peer.close();
      this.#peers.delete(id);
    }
    for (const [id, seat] of there) {
      const known = this.#peers.get(id);
      if (known) known.seat = seat;
      else this.#peers.set(id, new Peer(this, seat));
    }
    for (const it of this.#peers.values()) it.bound(this.#peers.size);
    this.#tell();
  }

  send(tracks: OwnTracks): void {
    this.tracks = tracks;
    for (const it of this.#peers.values()) it.send();
  }

  want(): void {
    // Who sees somebody straight gets all that they send: there is nobody between who could leave something out.
  }

  said(seat: string, said: Said): void {
    void this.#peers.get(seat)?.said(said);
  }

  media(): void {
    // Of the media server, which is not used.
  }

  mend(): void {
    for (const it of this.#peers.values()) it.mend();
  }

  ice(ice: Ice): void {
    this.current = ice;
    for (const it of this.#peers.values()) it.configure();
  }

  close(): void {
    this.#closed = true;
    this.#stopTick();
    for (const it of this.#peers.values()) it.close();
    this.#peers.clear();
    this.heard.value = new Map();
  }

  #tick(): void {
    const { world } = this.options;
    this.#stopTick = world.after(TICK_MS, () => {
      if (this.#closed) return;
      this.#tick();
      for (const it of this.#peers.values()) it.look(world.now());
      this.#tell();
      if (world.now() - this.#statsAt < STATS_MS) return;
      this.#statsAt = world.now();
      void this.#measure();
    });
  }

  async #measure(): Promise<void> {
    const peers = [...this.#peers.values()];
    const states = await Promise.all(peers.map((it) => it.measure(peers.length)));
    if (this.#closed) return;
    // One bad line of several is the other one’s: the own line is as good as the best of them.
    const known = states.filter((it) => it !== undefined);
    const best = (['good', 'weak', 'poor'] as const).find((it) => known.includes(it));
    this.line.value = best ?? 'good';
  }

  #tell(): void {
    const before = this.heard.peek();
    const now = new Map([...this.#peers].map(([seat, peer]) => [seat, peer.heard(before.get(seat))]));
    const same = now.size === before.size && [...now].every(([seat, it]) => before.get(seat) === it);
    if (!same) this.heard.value = now;
  }
}

/** The connection to one other seat, through all its attempts. */
class Peer {
  seat: Seat;
  readonly #mesh: Mesh;
  readonly #offers: boolean;
  #peer: RTCPeerConnection | undefined;
  #gathering: Gathering | undefined;
  #link = '';
  /** What was offered, until it is answered. */
  #offered: { readonly sdp: string; at: number } | undefined;
  /** What the offer that is in place said, and what was answered to it. */
  #answered: { readonly offer: string; readonly sdp: string } | undefined;
  #lines: RTCRtpTransceiver[] = [];
  #streams: { readonly sound: MediaStream; readonly camera: MediaStream; readonly screen: MediaStream } | undefined;
  /** Candidates that have come too early. */
  #early: { readonly link: string; readonly it: RTCIceCandidateInit }[] = [];
  /** What is said is done one after the other. */
  #doing: Promise<void> = Promise.resolve();
  #wasThere = false;
  #badSince: number | undefined;
  /** When it was last tried to make it better, and how often since it was well. */
  #triedAt: number;
  #tries = 0;
  #quality: Quality = GOOD;
  #meter = new LineMeter();
  #closed = false;

  constructor(mesh: Mesh, seat: Seat) {
    this.#mesh = mesh;
    this.seat = seat;
    this.#offers = mesh.options.own < seat.id;
    this.#triedAt = mesh.options.world.now();
    if (this.#offers) this.#begin();
    // It may be connected still to what this page was before it was loaded again.
    else this.#say({ what: 'again', link: '' });
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  send(): void {
    for (const [at, what] of WHATS.entries()) {
      const { sender } = this.#lines[at] ?? {};
      const track = this.#mesh.tracks[what] ?? null;
      if (sender && sender.track !== track) void sender.replaceTrack(track).catch(() => {});
    }
  }

  configure(): void {
    try {
      this.#peer?.setConfiguration(configOf(this.#mesh.current));
    } catch (error) {
      this.#mesh.options.world.fault(error);
    }
  }

  mend(): void {
    this.#triedAt = this.#mesh.options.world.now();
    if (this.#offers) this.#restart();
    else this.#say({ what: 'again', link: this.#link });
  }

  bound(to: number): void {
    void bound(this.#senders(), this.#quality.state, to);
  }

  /** Whether it is connected, and does what is to be done where it is not. */
  look(now: number): void {
    const state = this.#peer?.connectionState;
    if (state === 'connected') {
      if (!this.#wasThere || this.#badSince !== undefined) this.send();
      this.#wasThere = true;
      this.#badSince = undefined;
      this.#tries = 0;
      return;
    }
    this.#badSince ??= now;
    if (this.#offers && this.#offered && now - this.#offered.at > ANSWER_MS) {
      // Lost on its way, or the other page was being loaded.
      this.#offered.at = now;
      this.#say({ what: 'description', link: this.#link, type: 'offer', sdp: this.#offered.sdp });
    }
    const patience = Math.min(COMES_MOST_MS, COMES_MS * 1.5 ** Math.max(0, this.#tries - 1));
    const stutters = this.#wasThere && this.#tries === 0 && now - this.#badSince > STUTTER_MS;
    const failed = state === 'failed' && now - this.#triedAt > STUTTER_MS;
    if (!stutters && !failed && now - Math.max(this.#triedAt, this.#badSince) < patience) return;
    this.#tries += 1;
    this.#triedAt = now;
    if (!this.#offers) this.#say({ what: 'again', link: this.#link });
    // Another way first; where there is none, from the beginning.
    else if (this.#tries <= 1 && this.#wasThere) this.#restart();
    else this.#begin();
  }

  async measure(to: number): Promise<LineState | undefined> {
    const peer = this.#peer;
    if (peer?.connectionState !== 'connected') return undefined;
    const { camera, screen } = this.#mesh.tracks;
    const figures = await this.#meter.look(peer, Boolean(camera ?? screen));
    if (!figures || peer !== this.#peer) return undefined;
    const before = this.#quality.state;
    this.#quality = qualityAfter(this.#quality, figures);
    if (before !== this.#quality.state) this.bound(to);
    return this.#quality.state;
  }

  heard(before: Heard | undefined): Heard {
    const state = this.#peer?.connectionState;
    const line = state === 'connected' ? 'there' : this.#wasThere ? 'lost' : 'coming';
    const known = state === 'connected' || this.#wasThere ? this.#streams : undefined;
    const now: Heard = {
      sound: known?.sound,
      camera: this.seat.camera ? known?.camera : undefined,
      screen: this.seat.screen ? known?.screen : undefined,
      line,
      level: line === 'there' ? levelOf(this.#lines[0]?.receiver) : 0,
    };
    const same =
      before &&
      before.sound === now.sound &&
      before.camera === now.camera &&
      before.screen === now.screen &&
      before.line === now.line &&
      before.level === now.level;
    return same ? before : now;
  }

  said(said: Said): Promise<void> {
    this.#doing = this.#doing.then(async () => {
      if (this.#closed) return;
      try {
        await this.#hear(said);
      } catch (error) {
        // What cannot be understood is as if it had been lost: it is tried again from the beginning in a while.
        if (!this.#closed && !(error instanceof DOMException)) this.#mesh.options.world.fault(error);
      }
    });
    return this.#doing;
  }

  async #hear(said: Said): Promise<void> {
    if (said.what === 'candidates') {
      for (const it of said.list) await this.#candidate(said.link, candidateInit(it));
    } else if (said.what === 'again') {
      if (this.#offers) this.#asked(said.link);
    } else if (this.#offers) {
      if (said.type !== 'answer' || said.link !== this.#link || !this.#offered) return;
      this.#offered = undefined;
      await this.#peer?.setRemoteDescription({ type: 'answer', sdp: said.sdp });
      await this.#takeEarly();
      this.#agreed();
    } else if (said.type === 'offer') await this.#answer(said.link, said.sdp);
  }

  /** The one that answers hears nothing. */
  #asked(link: string): void {
    const { world } = this.#mesh.options;
    // What was just offered is on its way to it, or was said before it was there to hear.
    if (!this.#peer?.remoteDescription && world.now() - this.#triedAt < ANSWER_MS / 2) {
      if (this.#offered) this.#say({ what: 'description', link: this.#link, type: 'offer', sdp: this.#offered.sdp });
      return;
    }
    // It is being mended already.
    if (link === this.#link && this.#tries > 0 && world.now() - this.#triedAt < ANSWER_MS) return;
    this.#triedAt = world.now();
    if (link === this.#link && this.#peer?.connectionState !== 'failed' && this.#tries === 0) {
      this.#tries = 1;
      this.#restart();
    } else this.#begin();
  }

  async #answer(link: string, sdp: string): Promise<void> {
    if (link === this.#link && this.#answered?.offer === sdp) {
      this.#say({ what: 'description', link, type: 'answer', sdp: this.#answered.sdp });
      return;
    }
    const afresh = link !== this.#link || !this.#peer;
    if (afresh) this.#open(link);
    else this.#gathering?.anew();
    const peer = this.#peer!;
    this.#triedAt = this.#mesh.options.world.now();
    await peer.setRemoteDescription({ type: 'offer', sdp });
    if (afresh) {
      this.#take(peer.getTransceivers());
      for (const it of this.#lines) it.direction = 'sendrecv';
      this.send();
    }
    await peer.setLocalDescription(await peer.createAnswer());
    if (this.#peer !== peer || !peer.localDescription) return;
    const answer = withVoice(peer.localDescription.sdp);
    this.#answered = { offer: sdp, sdp: answer };
    this.#say({ what: 'description', link, type: 'answer', sdp: answer });
    await this.#takeEarly();
    this.#agreed();
  }

  /** A new connection, offered to the other one. */
  #begin(): void {
    const peer = this.#open(newId(this.#mesh.options.world.now()));
    this.#take(WHATS.map((what) => peer.addTransceiver(sameMedia[what], { direction: 'sendrecv' })));
    this.send();
    void this.#offer(peer);
  }

  #restart(): void {
    const peer = this.#peer;
    // An offer that is on its way is answered first.
    if (!peer || peer.signalingState !== 'stable') return;
    this.#gathering?.anew();
    peer.restartIce();
    void this.#offer(peer);
  }

  async #offer(peer: RTCPeerConnection): Promise<void> {
    try {
      await peer.setLocalDescription(await peer.createOffer());
      if (this.#peer !== peer || !peer.localDescription) return;
      const sdp = withVoice(peer.localDescription.sdp);
      this.#offered = { sdp, at: this.#mesh.options.world.now() };
      this.#say({ what: 'description', link: this.#link, type: 'offer', sdp });
    } catch (error) {
      // Closed meanwhile.
      if (this.#peer === peer && !this.#closed) this.#mesh.options.world.fault(error);
    }
  }

  #open(link: string): RTCPeerConnection {
    this.#drop();
    const { world, platform } = this.#mesh.options;
    const peer = platform.peer(configOf(this.#mesh.current));
    this.#peer = peer;
    this.#link = link;
    this.#meter = new LineMeter();
    const gathering = new Gathering(world, (list) => {
      if (list.length > 0 && this.#peer === peer) this.#say({ what: 'candidates', link, list });
    });
    this.#gathering = gathering;
    peer.onicecandidate = ({ candidate }) => gathering.found(candidate);
    return peer;
  }

  #take(lines: readonly RTCRtpTransceiver[]): void {
    this.#lines = lines.slice(0, WHATS.length);
    const { platform } = this.#mesh.options;
    const [sound, camera, screen] = this.#lines.map((it) => platform.stream([it.receiver.track]));
    if (sound && camera && screen) this.#streams = { sound, camera, screen };
  }

  /** The two have agreed on how: bounds can be set from now on. */
  #agreed(): void {
    void bound(this.#senders(), this.#quality.state, 1);
  }

  #senders(): Partial<Record<What, RTCRtpSender>> {
    return Object.fromEntries(WHATS.flatMap((what, at) => (this.#lines[at] ? [[what, this.#lines[at].sender]] : [])));
  }

  async #candidate(link: string, it: RTCIceCandidateInit): Promise<void> {
    if (link === this.#link && this.#peer?.remoteDescription) await this.#peer.addIceCandidate(it).catch(() => {});
    else this.#early = [...this.#early, { link, it }].slice(-EARLY_MOST);
  }

  async #takeEarly(): Promise<void> {
    const early = this.#early.filter((it) => it.link === this.#link);
    this.#early = [];
    for (const { it } of early) await this.#peer?.addIceCandidate(it).catch(() => {});
  }

  #drop(): void {
    this.#gathering?.close();
    const peer = this.#peer;
    this.#peer = undefined;
    this.#offered = undefined;
    this.#answered = undefined;
    this.#lines = [];
    this.#streams = undefined;
    if (!peer) return;
    peer.onicecandidate = null;
    peer.close();
  }

  #say(said: Said): void {
    const { say, failed } = this.#mesh.options;
    say(this.seat.id, said).catch(failed);
  }
}

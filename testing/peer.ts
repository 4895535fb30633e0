import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, useOPUS, useVP8 } from 'werift';
import type { RTCRtpTransceiver } from 'werift';

import type { Ask, Reply } from '../features/calls/protocol.ts';
import { machineAddress } from './janus.ts';

type What = Reply['lines'][number]['what'];

/** How it talks to the media server: `call.media`, or what stands behind it. */
type Asking = (ask: Ask) => Promise<Reply>;

const PACKET_MS = 20;
/** 48 kHz. */
const PACKET_TICKS = 960;
/** One of silence, as Opus writes it. */
const OPUS = Buffer.from([0xf8, 0xff, 0xfe]);
/** The smallest head of a VP8 frame: a payload descriptor, and what says that it is a key frame. */
const VP8 = Buffer.from([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x10, 0x00, 0x10, 0x00]);

/**
 * A device in a call without a browser: WebRTC in TypeScript (`werift`), which sends packets of sound and pictures that nobody would
 * like to hear, and counts what comes. On this machine only.
 */
export class TestPeer {
  readonly seat: string;
  readonly #ask: Asking;
  #sending: RTCPeerConnection | undefined;
  #getting: RTCPeerConnection | undefined;
  readonly #parts = new Map<What, { readonly track: MediaStreamTrack; readonly transceiver: RTCRtpTransceiver }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #lines = new Map<string, { seat: string; what: What }>();
  /** Packets that came, by seat and kind: `<seat> mic`. */
  readonly got = new Map<string, number>();
  readonly #last = new Map<string, number>();
  /** Packets that were sent, by kind. */
  readonly sent = new Map<What, number>();

  constructor(seat: string, ask: Asking) {
    this.seat = seat;
    this.#ask = ask;
  }

  #connection(): RTCPeerConnection {
    return new RTCPeerConnection({
      codecs: { audio: [useOPUS()], video: [useVP8()] },
      iceServers: [],
      iceUseIpv6: false,
      iceInterfaceAddresses: { udp4: machineAddress() },
      bundlePolicy: 'max-bundle',
    });
  }

  /** Sends these, with a connection of its own; again with a new one. */
  async publish(kinds: readonly What[]): Promise<void> {
    await this.#stopSending();
    const pc = this.#connection();
    this.#sending = pc;
    this.#parts.clear();
    await this.#offer(pc, kinds);
  }

  /** Sends these from now on, over the connection that is there. */
  async change(kinds: readonly What[]): Promise<void> {
    await this.#offer(this.#sending!, kinds);
  }

  async #offer(pc: RTCPeerConnection, kinds: readonly What[]): Promise<void> {
    const fresh = kinds.filter((what) => !this.#parts.has(what));
    for (const [what, { transceiver }] of this.#parts)
      transceiver.setDirection(kinds.includes(what) ? 'sendonly' : 'inactive');
    for (const what of fresh) {
      const track = new MediaStreamTrack({ kind: what === 'mic' ? 'audio' : 'video' });
      this.#parts.set(what, { track, transceiver: pc.addTransceiver(track, { direction: 'sendonly' }) });
    }
    await pc.setLocalDescription(await pc.createOffer());
    const reply = await this.#ask({
      ask: 'publish',
      sdp: pc.localDescription!.sdp,
      lines: kinds.map((what) => ({ mid: this.#parts.get(what)!.transceiver.mid!, what })),
    });
    await pc.setRemoteDescription({ type: 'answer', sdp: reply.sdp! });
    for (const what of fresh) {
      const { track, transceiver } = this.#parts.get(what)!;
      this.#run(what, track, transceiver);
    }
  }

  #run(what: What, track: MediaStreamTrack, transceiver: RTCRtpTransceiver): void {
    let sequence = 0;
    const type = transceiver.codecs[0]?.payloadType ?? 96;
    const timer = setInterval(() => {
      sequence = (sequence + 1) & 0xffff;
      const header = new RtpHeader({
        sequenceNumber: sequence,
        timestamp: (sequence * PACKET_TICKS) >>> 0,
        payloadType: type,
        marker: true,
        ssrc: 1,
      });
      track.writeRtp(new RtpPacket(header, what === 'mic' ? OPUS : VP8));
      this.sent.set(what, (this.sent.get(what) ?? 0) + 1);
    }, PACKET_MS);
    this.#timers.add(timer);
  }

  /** Hears and sees these seats, and no others; answers what it is offered, until nothing is. */
  async watch(seats: readonly string[], options: { readonly camera?: 'none' | 'low' | 'high' } = {}): Promise<Reply> {
    const anew = this.#getting === undefined;
    let reply = await this.#ask({
      ask: 'watch',
      seats: seats.map((seat) => ({ seat, sound: true, camera: options.camera ?? 'high', screen: true })),
      ...(anew ? { anew } : {}),
    });
    const pc = (this.#getting ??= this.#listening());
    for (;;) {
      this.#lines.clear();
      for (const { mid, seat, what } of reply.lines) this.#lines.set(mid, { seat, what });
      if (reply.sdp === null) return reply;
      await pc.setRemoteDescription({ type: 'offer', sdp: reply.sdp });
      await pc.setLocalDescription(await pc.createAnswer());
      const next = await this.#ask({ ask: 'answer', sdp: pc.localDescription!.sdp });
      if (next.sdp === null) return reply;
      reply = next;
    }
  }

  #listening(): RTCPeerConnection {
    const pc = this.#connection();
    pc.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(() => {
        const mid = pc.getTransceivers().find((it) => it.receiver.tracks.includes(track))?.mid;
        const line = mid === undefined || mid === null ? undefined : this.#lines.get(mid);
        const key = line ? `${line.seat} ${line.what}` : 'unknown';
        this.got.set(key, (this.got.get(key) ?? 0) + 1);
        if (line) this.#last.set(line.seat, performance.now());
      });
    });
    return pc;
  }

  /** Packets of this seat since the beginning, or since `forget`. */
  heard(seat: string, what: What = 'mic'): number {
    return this.got.get(`${seat} ${what}`) ?? 0;
  }

  /** When something of this seat came last, by `performance.now()`. */
  lastFrom(seat: string): number {
    return this.#last.get(seat) ?? 0;
  }

  forget(): void {
    this.got.clear();
  }

  async #stopSending(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    const pc = this.#sending;
    this.#sending = undefined;
    await pc?.close();
  }

  /** Its connections are lost; the next `publish` and `watch` make new ones. */
  async drop(): Promise<void> {
    await this.#stopSending();
    const pc = this.#getting;
    this.#getting = undefined;
    await pc?.close();
  }
}

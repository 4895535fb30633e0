import { BUDGETS } from './quality.ts';
import type { Figures } from './quality.ts';
import type { LineState } from './link.ts';

export const WHATS = ['mic', 'camera', 'screen'] as const;
export type What = (typeof WHATS)[number];

/** All straight connections of a device share what fits through its line: so much for cameras altogether. */
const CAMERAS_MOST = 900_000;

/** Voice first, however little fits through: each line has its bounds, smaller ones where the line is weak. `to`: how many it is sent to. */
export async function bound(
  senders: Readonly<Partial<Record<What, RTCRtpSender>>>,
  line: LineState,
  to: number,
): Promise<void> {
  const budget = BUDGETS[line];
  const camera = Math.min(budget.camera, Math.round(CAMERAS_MOST / Math.max(1, to)));
  await Promise.all(
    WHATS.map(async (what) => {
      const sender = senders[what];
      if (!sender) return;
      const parameters = sender.getParameters();
      // Nothing has been agreed yet: it is bound once it has.
      if (parameters.encodings.length === 0) return;
      parameters.encodings.forEach((it, at) => {
        if (what === 'mic') {
          it.maxBitrate = budget.voice;
          it.priority = it.networkPriority = 'high';
        } else if (what === 'camera') {
          // Of two layers the second is the small one.
          const small = at > 0;
          it.maxBitrate = small ? Math.min(camera, BUDGETS.weak.camera) : camera;
          it.maxFramerate = small ? 15 : 24;
          it.priority = it.networkPriority = 'low';
          if (parameters.encodings.length === 1) it.scaleResolutionDownBy = budget.smaller;
          else if (!small) it.active = line === 'good';
        } else {
          it.maxBitrate = budget.screen;
          it.maxFramerate = 15;
          it.priority = it.networkPriority = 'medium';
        }
      });
      // A connection that is being closed takes nothing any more.
      await sender.setParameters(parameters).catch(() => {});
    }),
  );
}

/** Asks the other one for silence to be sent as nothing, and for a voice that bears lost packets (RFC 7587). */
export function withVoice(sdp: string): string {
  const codec = /a=rtpmap:(\d+) opus\/48000/i.exec(sdp)?.[1];
  if (codec === undefined) return sdp;
  return sdp.replace(new RegExp(`^(a=fmtp:${codec} )(.*)$`, 'm'), (_all, head: string, told: string) => {
    const kept = told.split(';').filter((it) => it !== '' && !/^(usedtx|useinbandfec)=/.test(it.trim()));
    return `${head}${[...kept, 'useinbandfec=1', 'usedtx=1'].join(';')}`;
  });
}

interface Counted {
  lost: number;
  received: number;
}

/** Turns what the browser counts into figures of the time since the last look. */
export class LineMeter {
  #before: Counted = { lost: 0, received: 0 };

  /** `pictures`: a camera or a screen is sent, so that what fits through is known. */
  async look(peer: RTCPeerConnection, pictures: boolean): Promise<Figures | undefined> {
    const report = (await peer.getStats().catch(() => undefined)) as Iterable<[string, Stat]> | undefined;
    if (!report) return undefined;
    const now: Counted = { lost: 0, received: 0 };
    let sentLoss = 0;
    let rtt: number | undefined;
    let outgoing: number | undefined;
    for (const [, it] of report) {
      if (it.type === 'inbound-rtp' && it.kind === 'audio') {
        now.lost += it.packetsLost ?? 0;
        now.received += it.packetsReceived ?? 0;
      } else if (it.type === 'remote-inbound-rtp') {
        sentLoss = Math.max(sentLoss, it.fractionLost ?? 0);
        if (it.roundTripTime !== undefined) rtt = Math.max(rtt ?? 0, it.roundTripTime * 1_000);
      } else if (it.type === 'candidate-pair' && it.nominated && it.state === 'succeeded') {
        if (it.currentRoundTripTime !== undefined) rtt ??= it.currentRoundTripTime * 1_000;
        if (pictures) outgoing = it.availableOutgoingBitrate;
      }
    }
    const lost = Math.max(0, now.lost - this.#before.lost);
    const received = Math.max(0, now.received - this.#before.received);
    this.#before = now;
    const heardLoss = lost + received >= MEASURED_LEAST ? lost / (lost + received) : 0;
    return { loss: Math.max(sentLoss, heardLoss), rttMs: rtt, outgoing };
  }
}

/** Of fewer packets a share says nothing: somebody may just be silent. */
const MEASURED_LEAST = 20;

interface Stat {
  readonly type: string;
  readonly kind?: string;
  readonly packetsLost?: number;
  readonly packetsReceived?: number;
  readonly fractionLost?: number;
  readonly roundTripTime?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly availableOutgoingBitrate?: number;
}

/** How loud it is that comes in just now: 0 to 1, in steps, so that not every breath is a change. */
export function levelOf(receiver: RTCRtpReceiver | undefined): number {
  const level = receiver?.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
  return Math.round(Math.min(1, level * 2) * 20) / 20;
}

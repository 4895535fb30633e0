import { problem } from '../../../protocol/problem.ts';

import { SEATS_MOST } from '../rules.ts';

/** Microphone, camera and screen, and what a connection had before and has no more. */
export const OFFER_SECTIONS_MOST = 8;
/** Of everybody in the call the voice, a camera and a screen. */
export const ANSWER_SECTIONS_MOST = 3 * SEATS_MOST;

/** By which a connection of a device is known. */
export interface Origin {
  /** Of the session (RFC 8866 §5.2), its certificate, and where it is in looking for a way. */
  readonly session: string;
  readonly fingerprint: string;
  readonly ufrag: string;
}

/**
 * Whether both come from the same connection of a device, so that what belongs to one that is gone is not mixed into a new one. A
 * certificate may serve several; a connection that looks for its way anew keeps the number of its session.
 */
export function isSameConnection(one: Origin, other: Origin): boolean {
  return one.fingerprint === other.fingerprint && (one.session === other.session || one.ufrag === other.ufrag);
}

/**
 * Where a description comes from. Fails as malformed where it is not what a device sends that sends sound and pictures only: Janus
 * reads it in C.
 */
export function originOf(sdp: string, sectionsMost: number): Origin {
  const lines = sdp.split('\r\n');
  const [, session] = /^o=\S+ (\d{1,20}) \d{1,20} IN IP[46] \S+$/.exec(lines[1] ?? '') ?? [];
  const [, fingerprint] = /^a=fingerprint:(sha-\d{3} [0-9A-F:]{32,200})\r?$/im.exec(sdp) ?? [];
  const [, ufrag] = /^a=ice-ufrag:(\S{4,256})\r?$/m.exec(sdp) ?? [];
  const sections = lines.filter((line) => line.startsWith('m='));
  const fine =
    lines[0] === 'v=0' &&
    sections.length > 0 &&
    sections.length <= sectionsMost &&
    sections.every((line) => /^m=(audio|video) \d{1,5} UDP\/TLS\/RTP\/SAVPF( \d{1,3})+$/.test(line)) &&
    // oxlint-disable-next-line no-control-regex
    !/[^\r\n\t\x20-\x7e]/.test(sdp);
  if (!fine || session === undefined || fingerprint === undefined || ufrag === undefined)
    throw problem('malformed', { field: 'ask.sdp' });
  return { session, fingerprint, ufrag };
}

/**
 * An offer without what is said twice: all lines go over the connection of the first (BUNDLE), so that only there it stands how Janus
 * is reached. With fifty lines that is half of it.
 */
export function slimmed(sdp: string): string {
  if (!/^a=group:BUNDLE /m.test(sdp)) return sdp;
  let section = 0;
  return sdp
    .split('\r\n')
    .filter((line) => {
      if (line.startsWith('m=')) section += 1;
      return section <= 1 || !/^a=(candidate:|end-of-candidates)/.test(line);
    })
    .join('\r\n');
}

import { problem } from '../../../protocol/problem.ts';

import { SEATS_MOST } from '../rules.ts';

/** Microphone, camera and screen, and what a connection had before and has no more. */
export const OFFER_SECTIONS_MOST = 8;
/** Of everybody in the call the voice, a camera and a screen. */
export const ANSWER_SECTIONS_MOST = 3 * SEATS_MOST;

/**
 * Which connection of a device an offer comes from: a new one of the same device is told from the old one by its origin (RFC 8866 §5.2:
 * the number of the session stays, that of the version grows). So that what belongs to the old one is not mixed into the new one. Fails
 * as malformed where it is not what a device sends that sends sound and pictures only: Janus reads it in C.
 */
export function originOf(sdp: string, sectionsMost: number): string {
  const lines = sdp.split('\r\n');
  const [, origin] = /^o=\S+ (\d{1,20}) \d{1,20} IN IP[46] \S+$/.exec(lines[1] ?? '') ?? [];
  const sections = lines.filter((line) => line.startsWith('m='));
  const fine =
    lines[0] === 'v=0' &&
    sections.length > 0 &&
    sections.length <= sectionsMost &&
    sections.every((line) => /^m=(audio|video) \d{1,5} UDP\/TLS\/RTP\/SAVPF( \d{1,3})+$/.test(line)) &&
    // oxlint-disable-next-line no-control-regex
    !/[^\r\n\t\x20-\x7e]/.test(sdp);
  if (!fine || origin === undefined) throw problem('malformed', { field: 'ask.sdp' });
  return origin;
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

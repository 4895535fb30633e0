import { createHmac } from 'node:crypto';

import type { House } from '../../../server/house.ts';
import type { Ice } from '../protocol.ts';
import { ICE_SECONDS } from '../rules.ts';

/** Time-limited credentials as coturn reckons them with `use-auth-secret`: the name says when they end, the HMAC proves who says so. */
export function turnCredential(
  secret: string,
  { until, name }: { readonly until: Date; readonly name: string },
): { readonly username: string; readonly credential: string } {
  // Rounded down: never a second more than promised.
  const username = `${Math.floor(until.getTime() / 1_000)}:${name}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** What a device needs in order to be reached, for one seat. Empty where no relay is set up. */
export function iceFor(house: House, { seat, now }: { readonly seat: string; readonly now: Date }): Ice {
  const { turn, callsRelayOnly: relayOnly } = house.config;
  const until = new Date(now.getTime() + ICE_SECONDS * 1_000);
  if (!turn) return { servers: [], relayOnly, until: until.getTime() };
  // Where everything goes through the relay nobody asks for their own address.
  const stun = relayOnly ? [] : turn.urls.flatMap(stunOf);
  return {
    servers: [
      ...(stun.length > 0 ? [{ urls: [...new Set(stun)] }] : []),
      { urls: [...turn.urls], ...turnCredential(turn.secret, { until, name: seat }) },
    ],
    relayOnly,
    until: until.getTime(),
  };
}

/** The relay says to a device under which address it comes, too; over UDP only, where that is of use. */
function stunOf(url: string): string[] {
  if (!url.startsWith('turn:') || url.endsWith('?transport=tcp')) return [];
  return [url.replace(/^turn:/, 'stun:').replace(/\?.*$/, '')];
}

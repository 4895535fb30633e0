import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/** Where IPv6 addresses of the public internet lie, and what within it is somebody’s own or leads elsewhere (RFC 6890 and after). */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');
const NOT_GLOBAL = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '2620:4f:8000::/48'].map((it) =>
  ipaddr.IPv6.parseCIDR(it),
);
/** Ranges that the library takes for ordinary ones. */
const NOT_PUBLIC = ['0.0.0.0/8', '100.64.0.0/10', '192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4'].map(
  (it) => ipaddr.IPv4.parseCIDR(it),
);

/**
 * Does this address, as the resolver wrote it, lie outside, in the public internet? So that no link and no push service that
 * somebody names makes this program speak to the agency’s own machines: everything that is not known to be public is not.
 */
export function isOutside(text: string): boolean {
  // Of the many ways to write an address only the plain ones.
  if (isIP(text) === 0 || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) {
    return address.range() === 'unicast' && !NOT_PUBLIC.some((it) => address.match(it));
  }
  return address.match(GLOBAL) && !NOT_GLOBAL.some((it) => address.match(it));
}

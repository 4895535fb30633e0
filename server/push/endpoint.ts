import { addressesIn } from '../address.ts';

/** The push services of the browsers there are: Chrome and its kin, Firefox, Safari, Edge on Windows. */
const SERVICES = ['fcm.googleapis.com', 'updates.push.services.mozilla.com'];
const SERVICES_BELOW = ['.push.apple.com', '.notify.windows.com'];

export const ENDPOINT_MOST = 1_000;

const NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/;

/**
 * An endpoint a browser named, as an address that may be written to; undefined for all others. `own`: origins that the
 * operator added (PUSH_HOSTS).
 */
// So that nobody makes the server knock at doors of their choice: https, no port, no user, and a service known by name.
export function readEndpoint(text: string, own: readonly string[]): URL | undefined {
  if (text.length > ENDPOINT_MOST || !/^[\u0021-\u007e]+$/.test(text) || /[\\<>"`{}|^]/.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.hash || text.includes('#') || text.includes('@')) return undefined;
  // What a parser has to mend first is written by somebody who hopes that two parsers mend it differently.
  if (url.href !== text) return undefined;
  if (own.includes(url.origin)) return url;
  if (url.protocol !== 'https:' || url.port !== '' || !NAME.test(url.hostname)) return undefined;
  const { hostname } = url;
  const known = SERVICES.includes(hostname) || SERVICES_BELOW.some((end) => hostname.endsWith(end));
  return known ? url : undefined;
}

/** Networks that are no part of the internet at large: own, local, shared, documentation, multicast, and ways around to them. */
const isInside = addressesIn([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/128',
  '::1/128',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

/** Whether an address that a name led to lies outside, where push services are. */
export function isOutside(address: string): boolean {
  // No name server says an address of IPv4 in this way: whoever does hopes that it is read as another.
  return !address.includes('%') && !/^::ffff:/i.test(address) && !isInside(address);
}

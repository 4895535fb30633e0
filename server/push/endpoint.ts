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

export const LINK_NAME_MOST = 60;
/** Links of one group that are not revoked. */
export const LINKS_MOST = 50;
export const QUOTA_MOST = 5_000;
/** A link ends after a year at the latest; without an end it lasts until it is revoked. */
export const LINK_DAYS_MOST = 365;
/** Bytes of chance in a code. */
export const CODE_BYTES = 16;

/** The address of a link; by a QR image it says so, that approvers know. In the path, which outlasts signing in. */
export function joinPath(code: string, way: 'link' | 'qr' = 'link'): string {
  return way === 'qr' ? `/join/${code}/qr` : `/join/${code}`;
}

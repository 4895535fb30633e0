export const AGENCY_NAME_MOST = 120;
export const HELP_NAME_MOST = 80;

/** Letters of a set-up code: none that is taken for another. */
export const SETUP_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
export const SETUP_LENGTH = 8;
/** Wrong set-up codes in an hour, from everywhere together. */
export const SETUP_WRONG_HOUR = 20;

/** A code as it is compared, however it was typed: k7qf-2m9x → K7QF2M9X */
export function plainSetupCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '');
}

/** A code as people read it: K7QF-2M9X */
export function shownSetupCode(plain: string): string {
  return `${plain.slice(0, 4)}-${plain.slice(4)}`;
}

/** The page of the first run; the code stands behind the hash, so that it is in no log and no referrer. */
export function setupPath(code: string): string {
  return `/setup#${shownSetupCode(code)}`;
}

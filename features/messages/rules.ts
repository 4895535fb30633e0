/** Code points of one message; 32 KiB of UTF-8 besides. */
export const TEXT_MOST = 8_000;
export const PAGE_MOST = 200;
/** Same sender within this time, on the same day, nothing between: one run, with the name once. */
export const RUN_MS = 5 * 60_000;

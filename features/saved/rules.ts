/** Messages that one person may keep. */
export const SAVED_MOST = 5_000;
export const SAVED_PAGE = 50;

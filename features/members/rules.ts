/** Names an event of joining or leaving carries; the rest is a count. */
export const NAMES_TOLD = 5;

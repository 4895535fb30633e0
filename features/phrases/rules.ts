/** Quick phrases of one person. */
export const PHRASES_MOST = 50;
/** Letters of one. */
export const PHRASE_MOST = 500;

/** Characters of the newest line that a row of the list carries. */
export const PREVIEW_MOST = 300;
/** Somebody who said that they are writing is shown so for this long. */
export const TYPING_MS = 6_000;
/** While writing it is said again this often. */
export const TYPING_AGAIN_MS = 4_000;

/** Of what a page says of itself, so much is shown; code points. */
export const TITLE_MOST = 200;
export const DESCRIPTION_MOST = 300;
export const SITE_MOST = 80;
/** A page that was had, and one that was not, are asked for again after so long. */
export const FRESH_DAYS = 7;
export const FAILED_HOURS = 6;
/** The address of a page's picture here. */
export const picturePath = (id: string): string => `/previews/${id}`;

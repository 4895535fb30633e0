const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Times of security.md §3.3, in milliseconds. */
export const SESSION = {
  rotateAfter: DAY,
  /** A replaced token is still taken for this long: requests that were on their way. */
  overlap: MINUTE,
  idle: 14 * DAY,
  absolute: 30 * DAY,
  /** Administrator rights rest after this long without an administrator's act, and this long after the last code. */
  governIdle: 30 * MINUTE,
  governAbsolute: 12 * HOUR,
  /** Open sessions a person; the one idle for longest gives way. */
  most: 10,
} as const;

export type DeviceKind = 'phone' | 'tablet' | 'computer';

export interface DeviceName {
  readonly kind: DeviceKind;
  /** “Android”, “iPhone”, “Windows”; empty where it is not known. */
  readonly system: string;
  /** “Chrome”, “Firefox”; empty where it is not known. */
  readonly browser: string;
}

const SYSTEMS: readonly (readonly [RegExp, string, DeviceKind])[] = [
  [/iPad/, 'iPad', 'tablet'],
  [/iPhone|iPod/, 'iPhone', 'phone'],
  [/Android(?=.*Mobile)/, 'Android', 'phone'],
  [/Android/, 'Android', 'tablet'],
  [/Windows NT/, 'Windows', 'computer'],
  [/CrOS/, 'ChromeOS', 'computer'],
  [/Macintosh|Mac OS X/, 'macOS', 'computer'],
  [/Linux|X11/, 'Linux', 'computer'],
];

// In this order: each names those after it too.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/coc_coc_browser|CocCoc/i, 'Cốc Cốc'],
  [/Edg(?:A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/CriOS\/|Chrome\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

/** What a person would call a device, from what its browser calls itself. */
export function deviceName(userAgent: string): DeviceName {
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent));
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent));
  return { kind: system?.[2] ?? 'computer', system: system?.[1] ?? '', browser: browser?.[1] ?? '' };
}

const NAMING = new RegExp(
  [...SYSTEMS.map(([pattern]) => pattern), ...BROWSERS.map(([pattern]) => pattern), /Mobile/]
    .map(({ source }) => source.replace(/\(\?=.*\)$/, ''))
    .join('|'),
  'gi',
);

/** What `deviceName` goes by of what a browser calls itself: all that is kept of it, as the rest can be any words. */
export const namingParts = (userAgent: string): string => [...new Set(userAgent.match(NAMING))].join(' ');

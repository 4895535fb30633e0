const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The figures of security.md §3.1; times in milliseconds. */
export const CODE = {
  digits: 8,
  lives: 5 * MINUTE,
  tries: 5,
  /** Before the first, second … try, counted from the try before it. */
  tryDelays: [0, 0, 30_000, 60_000, 120_000],
  /** From one code for a number to the next. */
  resendDelays: [MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE],
  /** Codes for one number in a day, asked for from one address. */
  perPhoneDay: 5,
  /** From everywhere together, except where the number is known. */
  perPhoneDayOfAll: 20,
  /** Wrong codes for one number in a day from one address; then for a day only an administrator lets it in there. */
  wrongPerPhoneDay: 25,
  /** From everywhere together, except where the number is known. */
  wrongPerPhoneDayOfAll: 100,
  /** A browser or an address from which a number was proved is known for this long. */
  knownFor: 35 * DAY,
  sendsPerAddressHour: 20,
  checksPerAddressHour: 60,
  sendsPerNetworkHour: 100,
  /** Sends to numbers that begin alike (seven digits) in ten minutes. */
  sendsPerPrefix: 10,
  prefixWindow: 10 * MINUTE,
  /** Wrong codes for all numbers together in an hour; above it nobody signs in anew. */
  wrongPerHour: 300,
  /** After the right code somebody new has this long to write a name. */
  nameWithin: 15 * MINUTE,
  hour: HOUR,
  day: DAY,
} as const;

/** The most text messages of all numbers together, in an hour and in a day. */
export function sendingCaps({ busiestHour, newcomers }: { busiestHour: number; newcomers: number }): {
  hour: number;
  day: number;
} {
  // Three times what was ever usual; in the first weeks nothing is usual yet, so that everybody on the staff list who
  // has not signed in could do so.
  const hour = Math.max(300, 3 * busiestHour, newcomers);
  return { hour, day: Math.max(1_000, 4 * hour) };
}

/** Milliseconds to wait before a number may be asked for again from an address; `asked` are the times of the last day, oldest first. */
export function waitForCode(asked: readonly Date[], now: Date): number {
  const recent = asked.filter((it) => now.getTime() - it.getTime() < CODE.day);
  if (recent.length === 0) return 0;
  if (recent.length >= CODE.perPhoneDay) {
    const first = recent[recent.length - CODE.perPhoneDay]!;
    return first.getTime() + CODE.day - now.getTime();
  }
  const delay = CODE.resendDelays[Math.min(recent.length, CODE.resendDelays.length) - 1]!;
  return Math.max(0, recent.at(-1)!.getTime() + delay - now.getTime());
}

/** Milliseconds to wait before the next try of a code that was tried `tries` times, last at `triedAt`. */
export function waitForTry(tries: number, triedAt: Date | null, now: Date): number {
  const delay = CODE.tryDelays[tries] ?? 0;
  return triedAt ? Math.max(0, triedAt.getTime() + delay - now.getTime()) : 0;
}

export const NAME_MOST = 80;

/** What somebody has typed as a number so far, in the form people write it: 0905318462. Loose: the server decides. */
export type TypedNumber =
  | { readonly state: 'empty' | 'fine' | 'fixed' | 'service' | 'foreign' | 'letters' | 'dead' }
  | { readonly state: 'short'; readonly missing: number }
  | { readonly state: 'long'; readonly extra: number };

const MOBILE = /^0[35789]/;

/** Why a typed number cannot be right, so far as its look tells; light, for the browser. */
export function typedNumber(text: string): TypedNumber {
  const compact = text.normalize('NFKC').replace(/[\s.()·,'’_–-]/g, '');
  if (compact === '') return { state: 'empty' };
  if (!/^\+?\d+$/.test(compact)) return { state: 'letters' };
  if (/^(\+|00)(?!84)/.test(compact)) return { state: 'foreign' };
  const national = compact.replace(/^(?:\+84|0084)0?/, '0').replace(/^84(?=\d{9}$)/, '0');
  const digits = national.startsWith('0') || /^1[89]00/.test(national) ? national : `0${national}`;
  if (/^1[89]00/.test(digits)) return { state: 'service' };
  if (digits.startsWith('02')) return { state: 'fixed' };
  if (/^01[26]/.test(digits) && digits.length === 11) return { state: 'dead' };
  if (digits.length < 10) return { state: 'short', missing: 10 - digits.length };
  if (digits.length > 10) return { state: 'long', extra: digits.length - 10 };
  return MOBILE.test(digits) ? { state: 'fine' } : { state: 'dead' };
}

/** A number that tells whose it is to those who know it, and to nobody else: 0905 ••• 462 */
export function maskedNumber(phone: string): string {
  const digits = phone.replace(/^\+84/, '0');
  return `${digits.slice(0, 4)} ••• ${digits.slice(-3)}`;
}

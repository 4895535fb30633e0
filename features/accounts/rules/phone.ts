import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * A Vietnamese mobile number in any spelling (0…, +84…, 0084…, 84…, spaces, dots, dashes, without its leading zero) as E.164;
 * undefined for anything else, also for fixed, foreign and service numbers.
 */
export function readMobile(text: string): string | undefined {
  const compact = text.normalize('NFKC').replace(/[\s.()·,'’_-]/g, '');
  if (!/^\+?\d{9,13}$/.test(compact)) return undefined;
  const international = compact.startsWith('+')
    ? compact
    : compact.startsWith('0084')
      ? `+${compact.slice(2)}`
      : /^84\d{9}$/.test(compact)
        ? `+${compact}`
        : `+84${compact.replace(/^0/, '')}`;
  const parsed = parsePhoneNumberFromString(international.replace(/^\+840/, '+84'), 'VN');
  if (parsed?.countryCallingCode !== '84' || parsed.getType() !== 'MOBILE') return undefined;
  // The tables call a few numbers mobile that begin with 1; since 2018 none do.
  return /^\+84[35789]\d{8}$/.test(parsed.number) ? parsed.number : undefined;
}

/** Any Vietnamese number somebody can be called at, fixed ones too, as E.164; undefined for anything else. */
export function readNumber(text: string): string | undefined {
  const mobile = readMobile(text);
  if (mobile) return mobile;
  const compact = text.normalize('NFKC').replace(/[\s.()·,'’_-]/g, '');
  if (!/^\+?\d{8,13}$/.test(compact)) return undefined;
  const parsed = parsePhoneNumberFromString(compact.replace(/^0084/, '+84').replace(/^84(?=\d{9,10}$)/, '+84'), 'VN');
  return parsed?.countryCallingCode === '84' && parsed.isValid() ? parsed.number : undefined;
}

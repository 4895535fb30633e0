import { civilDate, dayNumber } from './civil.ts';

/**
 * The lunar calendar of Vietnam, âm lịch, written down: 1,500 letters are smaller than the astronomy, and are the same on every device.
 * Months begin on the day of the new moon and leap months are those without a major solar term, by the hour of Hà Nội (UTC+7); before
 * 1968, when the country followed the Chinese calendar, by that of Beijing. lunar.test.ts computes all of it anew from sun and moon.
 *
 * Five hexadecimal digits a year: from below a bit for each month, set where it has 30 days; above the 13th bit the number of the
 * month that a leap month follows, 0 for none.
 */
const YEARS = [
  '116d20075200ea50b64a0064b00a9b0955a0056a00b5905752007520db2500b2500a4b0b4ab002ad0056b04b6900da90fd92',
  '00e9200d250ba4d00a56002b6095b5006d400ea905e9200e920cd260052b00a570b2b600b5a006d406ec9007490f69300a93',
  '0052b0ca5b00aad0056a09b5500ba400b4905a9300a950f52d0053600aad0b5aa005b200da507d4a00d4a10a9500a9700556',
  '0cab500ad5006d208ea500ea50064a06c970029b0e55b0056b00b690b75200b5200b2509a4b00a4d114ab002ad005ad0cb6a',
  '00da900d9209d2500d2500a55054ad004b60e5b5006d500ec90be9200e9200d2606a5600a57115560056a00b550b6c900749',
  '006930952b0052b00a5b0555a0056a0eb6500ba500d490ba9500a950052d08aad00ab5135aa005d200da50dd4a00e4a00c96',
  '0992e0055600ab5055b2006d20cea5007250064b0ac97004ab0055b06ada00b6a1775200b9200b250da4b00a4d004ad0a95b',
  '005ad00baa05b5200d920fd2500d2500a550b4ad004b6006b506daa00eca10e9200e9300d2a0ca5600a5b0055a08ad500b55',
  '0074a06e9300a930f52b0052b00a9b0b55a0056a00b650974a00d4a11a9500c950092d0caad00ab5005aa08da500ea500d4a',
  '07d1500c960f9560055600ab50b6b4006d400ea508e8a0068b11497004ab0095b0cada00b6a007540972500b4500a8b0552b',
  '004ad0e96b005b500daa0bb5400da200d4509a8d00a95134ad004d600ab50cdaa00eca00ea209d4600d4a00a96075360055a',
  '0ead500b65007520aea500aa50054b08a9700aab1755a0056a00b690db5200d5200b150ba4b0094d00aad0556a005b20eda9',
  '00ea900d920bd1500d2600956092ad00ad6006d402da900ea90ce920068b005270a9570095b00ada076d4007540f74900b49',
  '00a930d52b0052d0096d0936a00daa15ba400da400d490da9500a960052e0aaad00ab5005aa07da500ea40fd4a00d4a00a96',
  '0d5360055a00ad5096ca0075200ea50564a0064b0ca9700aab0055a0ab5500ba900b5207b2500b250fa4b00a4d002ad0d56b',
].join('');

/** The first and last year that is known, by the year in which it begins. */
export const LUNAR_YEARS = { first: 1900, last: 2199 } as const;
/** Tết of 1900: 31 January. */
const BEGINNING = dayNumber(1900, 1, 31);

export interface LunarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** The leap month that follows the month of this number: tháng nhuận. */
  readonly leap: boolean;
  /** 1 to 30. */
  readonly day: number;
}

export interface LunarMonth {
  readonly month: number;
  readonly leap: boolean;
  /** The day on which it begins. */
  readonly first: number;
  /** 29 or 30. */
  readonly length: number;
}

/** Beginning with the first month. */
const known = new Map<number, readonly LunarMonth[]>();
/** The days on which the years begin, and after the last one the day on which it is over. */
const beginnings = yearBeginnings();

function bitsOf(year: number): number {
  return parseInt(YEARS.slice((year - LUNAR_YEARS.first) * 5, (year - LUNAR_YEARS.first + 1) * 5), 16);
}

function yearBeginnings(): readonly number[] {
  const list = [BEGINNING];
  for (let year: number = LUNAR_YEARS.first; year <= LUNAR_YEARS.last; year += 1) {
    const bits = bitsOf(year);
    let days = 0;
    for (let at = 0; at < (bits >> 13 === 0 ? 12 : 13); at += 1) days += 29 + ((bits >> at) & 1);
    list.push(list.at(-1)! + days);
  }
  return list;
}

/** The months of a year in order, 12 or 13; none where it is not known. */
export function lunarMonths(year: number): readonly LunarMonth[] {
  const first = beginnings[year - LUNAR_YEARS.first];
  if (first === undefined || year > LUNAR_YEARS.last) return [];
  const before = known.get(year);
  if (before) return before;
  const bits = bitsOf(year);
  const leap = bits >> 13;
  const months: LunarMonth[] = [];
  let day = first;
  for (let at = 0; at < (leap === 0 ? 12 : 13); at += 1) {
    const length = 29 + ((bits >> at) & 1);
    const isLeap = leap > 0 && at === leap;
    months.push({ month: leap > 0 && at >= leap ? at : at + 1, leap: isLeap, first: day, length });
    day += length;
  }
  known.set(year, months);
  return months;
}

/** The lunar year in which a day lies, or the nearest that is known. */
export function lunarYearOf(day: number): number {
  const { year } = civilDate(day);
  const within = Math.min(Math.max(year, LUNAR_YEARS.first), LUNAR_YEARS.last);
  // Until Tết it is still the year before.
  return within > LUNAR_YEARS.first && day < beginnings[within - LUNAR_YEARS.first]! ? within - 1 : within;
}

/** A day by the lunar calendar; undefined where it is not known. */
export function lunarDate(day: number): LunarDate | undefined {
  const year = lunarYearOf(day);
  const it = lunarMonths(year).find(({ first, length }) => day >= first && day < first + length);
  return it && { year, month: it.month, leap: it.leap, day: day - it.first + 1 };
}

/** The day of a lunar date; undefined where that month or that day is not there. */
export function dayOfLunar({ year, month, leap, day }: LunarDate): number | undefined {
  const it = lunarMonths(year).find((one) => one.month === month && one.leap === leap);
  return it && day >= 1 && day <= it.length ? it.first + day - 1 : undefined;
}

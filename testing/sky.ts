/**
 * Sun and moon, as exactly as a calendar needs them: proves the lunar calendar that is written down in features/reminders/rules/lunar.ts.
 * New moons after Meeus, Astronomical Algorithms (2nd ed.), chapter 49, to within some seconds; the sun after Bretagnon and Simon as
 * abridged by Reingold and Dershowitz, Calendrical Calculations; the turning of the earth after Espenak and Meeus.
 */
const sin = (degrees: number): number => Math.sin((degrees * Math.PI) / 180);
const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);
/** Julian day of 1 January 1970. */
const EPOCH = 2_440_587.5;

/** Factor; multiples of the anomalies of sun and moon and of the argument of latitude; powers of the earth’s eccentricity. */
const MOON: readonly (readonly [number, number, number, number, number])[] = [
  [-0.4072, 0, 1, 0, 0],
  [0.17241, 1, 0, 0, 1],
  [0.01608, 0, 2, 0, 0],
  [0.01039, 0, 0, 2, 0],
  [0.00739, -1, 1, 0, 1],
  [-0.00514, 1, 1, 0, 1],
  [0.00208, 2, 0, 0, 2],
  [-0.00111, 0, 1, -2, 0],
  [-0.00057, 0, 1, 2, 0],
  [0.00056, 1, 2, 0, 1],
  [-0.00042, 0, 3, 0, 0],
  [0.00042, 1, 0, 2, 1],
  [0.00038, 1, 0, -2, 1],
  [-0.00024, -1, 2, 0, 1],
  [-0.00007, 2, 1, 0, 0],
  [0.00004, 0, 2, -2, 0],
  [0.00004, 3, 0, 0, 0],
  [0.00003, 1, 1, -2, 0],
  [0.00003, 0, 2, 2, 0],
  [-0.00003, 1, 1, 2, 0],
  [0.00003, -1, 1, 2, 0],
  [-0.00002, -1, 1, -2, 0],
  [-0.00002, 1, 3, 0, 0],
  [0.00002, 0, 4, 0, 0],
];

/** The planets: degrees at the beginning, degrees a month, millionths of a day. */
const PLANETS: readonly (readonly [number, number, number])[] = [
  [251.88, 0.016321, 165],
  [251.83, 26.651886, 164],
  [349.42, 36.412478, 126],
  [84.66, 18.206239, 110],
  [141.74, 53.303771, 62],
  [207.14, 2.453732, 60],
  [154.84, 7.30686, 56],
  [34.52, 27.261239, 47],
  [207.19, 0.121824, 42],
  [291.34, 1.844379, 40],
  [161.72, 24.198154, 37],
  [239.56, 25.513099, 35],
  [331.55, 3.592518, 23],
];

/** Julian day of a new moon in uniform time; the one numbered 0 was on 6 January 2000. */
function newMoonTime(k: number): number {
  const t = k / 1_236.85;
  const e = 1 - 0.002516 * t - 0.0000074 * t ** 2;
  const sun = 2.5534 + 29.1053567 * k - 0.0000014 * t ** 2 - 0.00000011 * t ** 3;
  const moon = 201.5643 + 385.81693528 * k + 0.0107582 * t ** 2 + 0.00001238 * t ** 3 - 0.000000058 * t ** 4;
  const latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t ** 2 - 0.00000227 * t ** 3 + 0.000000011 * t ** 4;
  const node = 124.7746 - 1.56375588 * k + 0.0020672 * t ** 2 + 0.00000215 * t ** 3;
  const mean = 2_451_550.09766 + 29.530588861 * k + 0.00015437 * t ** 2 - 0.00000015 * t ** 3 + 0.00000000073 * t ** 4;
  const periodic = MOON.reduce(
    (sum, [factor, a, b, c, power]) => sum + factor * e ** power * sin(a * sun + b * moon + c * latitude),
    -0.00017 * sin(node) + 0.000325 * sin(299.77 + 0.107408 * k - 0.009173 * t ** 2),
  );
  return PLANETS.reduce((sum, [at, each, factor]) => sum + factor * 1e-6 * sin(at + each * k), mean + periodic);
}

/** Seconds by which uniform time is ahead of the turning of the earth. */
function ahead(julian: number): number {
  const year = 2000 + (julian - 2_451_544.5) / 365.25;
  const from = (since: number, ...factors: number[]): number =>
    factors.reduce((sum, factor, power) => sum + factor * (year - since) ** power, 0);
  if (year < 1900) return from(1860, 7.62, 0.5737, -0.251754, 0.01680668, -0.0004473624, 1 / 233_174);
  if (year < 1920) return from(1900, -2.79, 1.494119, -0.0598939, 0.0061966, -0.000197);
  if (year < 1941) return from(1920, 21.2, 0.84493, -0.0761, 0.0020936);
  if (year < 1961) return from(1950, 29.07, 0.407, -1 / 233, 1 / 2_547);
  if (year < 1986) return from(1975, 45.45, 1.067, -1 / 260, -1 / 718);
  if (year < 2005) return from(2000, 63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599);
  if (year < 2050) return from(2000, 62.92, 0.32217, 0.005589);
  const far = -20 + 32 * ((year - 1820) / 100) ** 2;
  return year < 2150 ? far - 0.5628 * (2150 - year) : far;
}

/** Factor, degrees a century, degrees at the beginning. */
const SUN: readonly (readonly [number, number, number])[] = [
  [403406, 0.9287892, 270.54861],
  [195207, 35999.1376958, 340.19128],
  [119433, 35999.4089666, 63.91854],
  [112392, 35998.7287385, 331.2622],
  [3891, 71998.20261, 317.843],
  [2819, 71998.4403, 86.631],
  [1721, 36000.35726, 240.052],
  [660, 71997.4812, 310.26],
  [350, 32964.4678, 247.23],
  [334, -19.441, 260.87],
  [314, 445267.1117, 297.82],
  [268, 45036.884, 343.14],
  [242, 3.1008, 166.79],
  [234, 22518.4434, 81.53],
  [158, -19.9739, 3.5],
  [132, 65928.9345, 132.75],
  [129, 9038.0293, 182.95],
  [114, 3034.7684, 162.03],
  [99, 33718.148, 29.8],
  [93, 3034.448, 266.4],
  [86, -2280.773, 249.2],
  [78, 29929.992, 157.6],
  [72, 31556.493, 257.8],
  [68, 149.588, 185.1],
  [64, 9037.75, 69.9],
  [46, 107997.405, 8],
  [38, -4444.176, 197.1],
  [37, 151.771, 250.4],
  [32, 67555.316, 65.3],
  [29, 31556.08, 162.7],
  [28, -4561.54, 341.5],
  [27, 107996.706, 291.6],
  [27, 1221.655, 98.5],
  [25, 62894.167, 146.7],
  [24, 31437.369, 110],
  [21, 14578.298, 5.2],
  [21, -31931.757, 342.6],
  [20, 34777.243, 230.9],
  [18, 1221.999, 256.1],
  [17, 62894.511, 45.3],
  [14, -4442.039, 242.9],
  [13, 107997.909, 115.2],
  [13, 119.066, 151.8],
  [13, 16859.071, 285.3],
  [12, -4.578, 53.3],
  [10, 26895.292, 126.6],
  [10, -39.127, 205.7],
  [10, 12297.536, 85.9],
  [10, 90073.778, 146.1],
];

/** Where the sun stands as seen from here, in degrees from the point of spring. */
function sunAt(julian: number): number {
  const c = (julian - 2_451_545) / 36_525;
  const sum = SUN.reduce((all, [factor, each, at]) => all + factor * sin(at + each * c), 0);
  const mean = 282.7771834 + 36_000.76953744 * c + 0.000005729577951308232 * sum;
  const aberration = 0.0000974 * cos(177.63 + 35_999.01848 * c) - 0.005575;
  const a = 124.9 - 1_934.134 * c + 0.002063 * c ** 2;
  const b = 201.11 + 72_001.5377 * c + 0.00057 * c ** 2;
  return (((mean + aberration - 0.004778 * sin(a) - 0.0003667 * sin(b)) % 360) + 360) % 360;
}

/** The day (0: 1 January 1970) of a new moon where the clock is so many hours ahead of UTC. */
export function newMoon(k: number, hours: number): number {
  const time = newMoonTime(k);
  return Math.floor(time - ahead(time) / 86_400 - EPOCH + hours / 24);
}

/** In which twelfth of its way the sun stands when a day begins there; 9 begins with the winter solstice. */
export function solarSign(day: number, hours: number): number {
  const time = day + EPOCH - hours / 24;
  return Math.floor(sunAt(time + ahead(time) / 86_400) / 30);
}

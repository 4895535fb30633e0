import { lettersOf } from './normalize.ts';
import type { OcrPage, OcrStamp } from './verdict.ts';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Levels as read in a picture, and how many letters may be wrong. */
const LEVELS = [
  { letters: 'tuyetmat', wrong: 2, aspect: 5 },
  { letters: 'toimat', wrong: 1, aspect: 3.75 },
  { letters: 'mat', wrong: 0, aspect: 2.5 },
] as const;

/** Other stamps, and words of every page that come near a level. */
const STAMPS = setOf('giaimat khan hoatoc thuongkhan den');
const WORDS = setOf('tuyetvoi toinay toimai baomat bimat tomat domat cuamat comat vangmat');

/** Other words in frames, if all their letters were read so: “MẪU” is one mark from “MẬT”. */
const OTHERS = new Set(['MẪU', 'ĐẠT', 'VAT', 'MAX', 'MỘT', 'MỚI', 'LƯU', 'MÃ SỐ']);

/** Lines from the top of a page within which a stamp stands. */
const TOP_LINES = 14;

/** Changes from one word to another, up to `most`. */
export function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      next.push(Math.min(row[to]! + 1, next[to - 1]! + 1, row[to - 1]! + (one[at - 1] === other[to - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length]!;
}

const lettersIn = (text: string): string =>
  lettersOf(text)
    .plain.replace(/0/gu, 'o')
    .replace(/1/gu, 'i')
    .replace(/4/gu, 'a')
    .replace(/[^a-z]/gu, '');

function near(text: string, framed: number | undefined): boolean {
  const letters = lettersIn(text);
  if (OTHERS.has(text.normalize('NFC').trim())) return false;
  if (letters.length < 2 || letters.length > 12 || STAMPS.has(letters) || (framed === undefined && WORDS.has(letters)))
    return false;
  return LEVELS.some((level) => {
    const fits = framed !== undefined && Math.abs(framed - level.aspect) / level.aspect < 0.25;
    const wrong = level.letters === 'mat' ? (fits ? 1 : 0) : level.wrong;
    return distance(letters, level.letters, wrong) <= wrong;
  });
}

function stampSays(stamp: OcrStamp): boolean {
  return (
    stamp.text.split('\n').some((line) => near(line, stamp.framed ? stamp.aspect : undefined)) ||
    near(stamp.text, stamp.framed ? stamp.aspect : undefined)
  );
}

/** “MẪU DẤU CHỈ ĐỘ MẬT”, and two levels or three below it: an annex of the law. */
function showsSamples(lines: readonly string[]): boolean {
  if (!lines.some((line) => /maudau|dauchidomat|cacdomat/u.test(lettersIn(line)))) return false;
  return new Set(lines.map(lettersIn).filter((line) => LEVELS.some((it) => it.letters === line))).size > 1;
}

/** A page shows a level: as a stamp, or by itself near its top. */
export function inPicture(page: OcrPage, refuses: (text: string) => boolean): boolean {
  if (page.stamps.some((stamp) => stampSays(stamp) || refuses(stamp.text))) return true;
  const lines = page.lines.filter((line) => line.trim() !== '').slice(0, TOP_LINES);
  if (showsSamples(lines)) return false;
  return lines.some((line) =>
    line.split(/\s{3,}|\t|\|/u).some((cell) => {
      const bare = cell.replace(/[^\p{L}]/gu, '');
      return bare.length > 2 && bare === bare.toUpperCase() && near(cell, undefined);
    }),
  );
}

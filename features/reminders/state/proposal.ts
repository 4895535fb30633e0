import { unmarked } from '../../messages/rules/markup.ts';

/** What a message says about a time and a place, as far as it is simple. Times of the office’s zone, which has no summer time. */
export interface Proposal {
  /** “2026-11-20” */
  readonly day: string;
  /** “07:30” */
  readonly time: string;
  /** The words themselves said when; else it is what is usual. */
  readonly found: boolean;
  readonly place: string;
}

/** Where nothing is said, it is tomorrow at this time. */
export const USUAL_TIME = '08:00';
const PLACE_MOST = 120;
const DAY_MS = 86_400_000;
const OFFSET_MS = 7 * 3_600_000;
/** A date without a year that has just gone by is that one, not the one of next year. */
const GONE_DAYS = 60;

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const two = (n: number): string => String(n).padStart(2, '0');
const written = ({ year, month, day }: Day): string => `${year}-${two(month)}-${two(day)}`;
const numberOf = ({ year, month, day }: Day): number => Math.floor(Date.UTC(year, month - 1, day) / DAY_MS);

function dayOf(number: number): Day {
  const it = new Date(number * DAY_MS);
  return { year: it.getUTCFullYear(), month: it.getUTCMonth() + 1, day: it.getUTCDate() };
}

const exists = (it: Day): boolean => written(dayOf(numberOf(it))) === written(it);

/** Letter for letter without tones, so that places in it are places in the text. */
function plain(text: string): string {
  return Array.from(text, (it) => {
    const base = it.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replace('đ', 'd');
    return base.length === it.length ? base : it;
  }).join('');
}

const WEEKDAYS: Readonly<Record<string, number>> = {
  hai: 1,
  '2': 1,
  ba: 2,
  '3': 2,
  tu: 3,
  '4': 3,
  nam: 4,
  '5': 4,
  sau: 5,
  '6': 5,
  bay: 6,
  '7': 6,
};

const BEGINS = '(?<![\\p{L}\\d/.:,-])';
const ENDS = '(?![\\p{L}\\d])';
const CLOCK = new RegExp(
  `${BEGINS}([01]?\\d|2[0-4])(?:\\s?(?:h|g|gio)\\s?([0-5]\\d)?|:([0-5]\\d))(?:\\s?(?:p|phut))?${ENDS}(\\s+ruoi)?(?:\\s+(sang|trua|chieu|toi|dem)${ENDS})?`,
  'gu',
);
const DATE = new RegExp(
  `${BEGINS}(0?[1-9]|[12]\\d|3[01])([/.-])(0?[1-9]|1[0-2])(?:\\2(20\\d\\d))?(?![\\d]|[/-]\\p{L}|:)`,
  'gu',
);
const DATE_WORDS = new RegExp(
  `${BEGINS}(?:ngay|mung|mong)\\s+(0?[1-9]|[12]\\d|3[01])(?:\\s+thang\\s+(0?[1-9]|1[0-2])(?:\\s+nam\\s+(20\\d\\d))?|(?!\\s*(?:[/.-]\\s*\\d|thang|nguoi|gio|ho\\b)))${ENDS}`,
  'gu',
);
const WEEKDAY = new RegExp(`${BEGINS}(?:(?:thu\\s+|t)(hai|ba|tu|nam|sau|bay|[2-7])|(chu\\s?nhat|cn))${ENDS}`, 'gu');
const NEXT_WEEK = new RegExp(`${BEGINS}tuan\\s+(?:sau|toi)${ENDS}`, 'u');
const LUNAR = /^\s*(?:\(|-)?\s*(?:am\s?lich|al)(?![\p{L}\d])/u;

/** The first time that is said, in minutes of the day. */
function timeIn(text: string): number | undefined {
  for (const [, hours, minutes, more, half, part] of text.matchAll(CLOCK)) {
    let hour = Number(hours);
    if (hour < 12 && (part === 'chieu' || part === 'toi' || (part === 'dem' && hour > 5))) hour += 12;
    if (hour < 11 && part === 'trua') hour += 12;
    const minute = half ? 30 : Number(minutes ?? more ?? 0);
    if (hour < 24) return hour * 60 + minute;
  }
  return undefined;
}

/** The first day that is said, as a number of days; undefined where none is, null where it is one that is not understood. */
function dayIn(text: string, today: number): number | null | undefined {
  const now = dayOf(today);
  const found: { readonly at: number; readonly day: number | null }[] = [];
  const put = (at: number, after: number, day: number | null): void => {
    found.push({ at, day: LUNAR.test(text.slice(after)) ? null : day });
  };
  const near = (day: number, month: number, year: number | undefined): number | null => {
    const it = { year: year ?? now.year, month, day };
    if (!exists(it)) return null;
    const number = numberOf(it);
    if (year !== undefined || number >= today - GONE_DAYS) return number;
    return numberOf({ ...it, year: it.year + 1 });
  };
  for (const it of text.matchAll(DATE)) {
    // “7.30” and “15-20” are no dates; with “ngày” before or a year behind they are.
    const named = /(?:ngay|sang|chieu|toi|hom)\s*$/u.test(text.slice(0, it.index)) || it[4] !== undefined;
    if (it[2] !== '/' && !named) continue;
    put(it.index, it.index + it[0].length, near(Number(it[1]), Number(it[3]), it[4] ? Number(it[4]) : undefined));
  }
  for (const it of text.matchAll(DATE_WORDS)) {
    const end = it.index + it[0].length;
    if (it[2] !== undefined) {
      put(it.index, end, near(Number(it[1]), Number(it[2]), it[3] ? Number(it[3]) : undefined));
      continue;
    }
    // “ngày 25”: the next there is.
    for (let ahead = 0; ahead < 62; ahead++) {
      if (dayOf(today + ahead).day !== Number(it[1])) continue;
      put(it.index, end, today + ahead);
      break;
    }
  }
  for (const it of text.matchAll(WEEKDAY)) {
    const weekday = it[2] ? 0 : WEEKDAYS[it[1]!]!;
    // 1 January 1970 was a Thursday.
    const is = (today + 4) % 7;
    const toMonday = ((8 - is) % 7 || 7) + ((weekday + 6) % 7);
    const ahead = NEXT_WEEK.test(text) ? toMonday : (weekday - is + 7) % 7;
    put(it.index, it.index + it[0].length, today + ahead);
  }
  const words: readonly (readonly [RegExp, number])[] = [
    [/(?<!\p{L})(?:hom|sang|trua|chieu|toi|dem)\s+nay(?!\p{L})/u, 0],
    [/(?<!\p{L})(?:ngay|sang|trua|chieu|toi)\s+mai(?!\p{L})/u, 1],
    [/(?:(?<=\d\s?(?:h|g|gio)?\s+)|^)mai(?!\p{L})/u, 1],
    [/(?<!\p{L})(?:ngay|sang|chieu|toi)\s+(?:kia|mot)(?!\p{L})/u, 2],
  ];
  for (const [pattern, ahead] of words) {
    const it = pattern.exec(text);
    if (it) put(it.index, it.index + it[0].length, today + ahead);
  }
  return found.sort((a, b) => a.at - b.at)[0]?.day;
}

/** “tại Hội trường UBND xã”, or an address of the web. */
function placeIn(text: string, folded: string): string {
  const link = /https?:\/\/[^\s<>"]+/u.exec(text)?.[0].replace(/[.,;:!?)\]]+$/u, '');
  const at = /(?<!\p{L})(?:tai|dia diem:?|o)\s+(?=\S)/gu;
  for (const it of folded.matchAll(at)) {
    const from = it.index + it[0].length;
    // A place is a name: “ở Hội trường”, not “ở lại”.
    const named = it[0].startsWith('o') ? /^\p{Lu}/u.test(text.slice(from)) : !/^https?:/u.test(text.slice(from));
    if (!named) continue;
    const rest = folded.slice(from);
    const end = rest.search(
      /[\n.;,!?()]|\s(?:luc|vao|hoi|ngay|tu|de|nham|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|sang mai|chieu mai|sang nay|chieu nay|[01]?\d(?:h|g|:| gio)|2[0-3](?:h|g|:| gio))(?![\p{L}])|\s(?:[01]?\d|2[0-3])(?:h|g|:)\d/u,
    );
    const place = text.slice(from, end === -1 ? undefined : from + end).trim();
    if (place !== '' && place.length <= PLACE_MOST) return place;
  }
  return link && link.length <= PLACE_MOST * 4 ? link : '';
}

/** When and where a reminder made from these words would be. What is over already is not proposed. */
export function proposalIn(given: string, now: number): Proposal {
  const text = given.normalize('NFC');
  const folded = plain(text);
  const today = Math.floor((now + OFFSET_MS) / DAY_MS);
  const minute = Math.floor((now + OFFSET_MS - today * DAY_MS) / 60_000);
  const time = timeIn(folded);
  const day = dayIn(folded, today);
  const place = placeIn(text, folded);
  const usual: Proposal = { day: written(dayOf(today + 1)), time: USUAL_TIME, found: false, place };
  if (day === null || (day === undefined && time === undefined)) return usual;
  const clock = time === undefined ? USUAL_TIME : `${two(Math.floor(time / 60))}:${two(time % 60)}`;
  const minutes = time ?? 8 * 60;
  let number = day ?? (minutes > minute ? today : today + 1);
  // “thứ Hai 7:30”, said on a Monday at nine, is the next.
  if (number === today && minutes <= minute) {
    if (!/(?<!\p{L})(?:thu|t[2-7]|chu)/u.test(folded) || day === undefined) return usual;
    number += 7;
  }
  if (number < today) return usual;
  return { day: written(dayOf(number)), time: clock, found: true, place };
}

/** The first line of a text, as a title. */
export function titleIn(given: string, most: number): string {
  const line =
    given
      .normalize('NFC')
      .split('\n')
      .map((it) => unmarked(it.replace(/^\s*(?:[-+*•>#]+\s+)*/u, '')).trim())
      .find((it) => it !== '') ?? '';
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > most / 2 ? space : undefined).trimEnd()}…`;
}

/** One entry as iCalendar (RFC 5545) knows it. Moments are milliseconds since 1970; they are written by the clock of the office. */
export interface IcsEntry {
  /** The same through all changes, in every file: so that a calendar takes a new version for what it has already. */
  readonly uid: string;
  /** Grows with every change that matters to who attends. */
  readonly sequence: number;
  readonly changedAt: number;
  readonly title: string;
  readonly text?: string;
  readonly place?: string;
  readonly link?: string;
  readonly start: number;
  /** Of whole days: 1,440 for each. */
  readonly minutes: number;
  /** It is about days, whatever the clock says; all its moments are midnights of the office. */
  readonly wholeDay?: boolean;
  /** The value of RRULE. */
  readonly rule?: string;
  /** Further times, where no rule of RFC 5545 says when they are: dates of the lunar calendar. */
  readonly times?: readonly number[];
  /** Times of the rule that do not take place. */
  readonly except?: readonly number[];
  /** Times of the rule that take place at another moment. */
  readonly moved?: readonly { readonly at: number; readonly to: number }[];
  readonly cancelled?: boolean;
  /** Minutes before at which the calendar itself is to remind; below 0 after the beginning. */
  readonly alarms?: readonly number[];
}

export interface IcsCalendar {
  readonly name: string;
  readonly entries: readonly IcsEntry[];
  /** How often whoever has subscribed should come again; absent in a file that is opened once. */
  readonly refreshMinutes?: number;
}

const ZONE = 'Asia/Ho_Chi_Minh';
const OFFICE_MS = 7 * 3_600_000;

/** The office’s clock has stood at seven hours since 13 June 1975; before that nothing is written. */
const ZONE_LINES = [
  'BEGIN:VTIMEZONE',
  `TZID:${ZONE}`,
  'BEGIN:STANDARD',
  'DTSTART:19750613T000000',
  'TZOFFSETFROM:+0800',
  'TZOFFSETTO:+0700',
  'TZNAME:+07',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/** A whole calendar as text, the same letter for letter for the same entries. */
export function icsOf({ name, entries, refreshMinutes }: IcsCalendar): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Nha Rong//Nha Rong//VI',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    `X-WR-TIMEZONE:${ZONE}`,
    ...(refreshMinutes === undefined
      ? []
      : [`REFRESH-INTERVAL;VALUE=DURATION:PT${refreshMinutes}M`, `X-PUBLISHED-TTL:PT${refreshMinutes}M`]),
    ...ZONE_LINES,
    ...entries.flatMap(linesOf),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function linesOf(it: IcsEntry): string[] {
  const { rule, times = [], except = [], moved = [] } = it;
  return [
    ...eventOf(it, it.start, [
      ...(rule === undefined ? [] : [`RRULE:${rule}`]),
      ...(times.length > 0 ? [named('RDATE', it, ...times)] : []),
      ...(except.length > 0 ? [named('EXDATE', it, ...except)] : []),
    ]),
    ...moved.flatMap(({ at, to }) => eventOf(it, to, [named('RECURRENCE-ID', it, at)])),
  ];
}

function eventOf(it: IcsEntry, start: number, repeated: readonly string[]): string[] {
  const link = it.link === undefined ? undefined : webAddress(it.link);
  return [
    'BEGIN:VEVENT',
    `UID:${it.uid}`,
    `SEQUENCE:${it.sequence}`,
    `DTSTAMP:${utc(it.changedAt)}`,
    `LAST-MODIFIED:${utc(it.changedAt)}`,
    named('DTSTART', it, start),
    it.wholeDay ? `DURATION:P${Math.max(1, Math.round(it.minutes / 1_440))}D` : `DURATION:PT${it.minutes}M`,
    ...repeated,
    `SUMMARY:${escaped(it.title)}`,
    ...(it.text ? [`DESCRIPTION:${escaped(it.text)}`] : []),
    ...(it.place ? [`LOCATION:${escaped(it.place)}`] : []),
    ...(link ? [`URL:${link}`] : []),
    `STATUS:${it.cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'CLASS:PRIVATE',
    // What does not take place keeps nobody busy.
    `TRANSP:${it.cancelled ? 'TRANSPARENT' : 'OPAQUE'}`,
    ...(it.cancelled ? [] : (it.alarms ?? []).flatMap((minutes) => alarmOf(it.title, minutes))),
    'END:VEVENT',
  ];
}

/** `minutes` before the beginning; below 0 after it, as on the morning of a whole day. */
function alarmOf(title: string, minutes: number): string[] {
  return [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(title)}`,
    `TRIGGER:${minutes > 0 ? '-' : ''}PT${Math.abs(minutes)}M`,
    'END:VALARM',
  ];
}

/** A property of moments, as days or by the clock of the office. */
function named(name: string, { wholeDay }: IcsEntry, ...moments: number[]): string {
  return wholeDay
    ? `${name};VALUE=DATE:${moments.map(dateOf).join(',')}`
    : `${name};TZID=${ZONE}:${moments.map(local).join(',')}`;
}

/** `20261123` */
export function dateOf(at: number): string {
  return local(at).slice(0, 8);
}

/** `20261123T073000` by the clock of the office. */
function local(at: number): string {
  return utc(at + OFFICE_MS).slice(0, -1);
}

/** `20261123T003000Z`, also the form in which a rule says its end. */
export function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** A value of type TEXT. What cannot stand in one (control characters) is left out, so that no text ends its line. */
function escaped(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // oxlint-disable-next-line no-control-regex -- naming control characters is the point
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f\u0085\u2028\u2029]/g, ' ')
      .replace(/[\\;,]/g, '\\$&')
      .replace(/\n/g, '\\n')
  );
}

/** As a URI is written; undefined for what is none of the web, which stays in the text. */
function webAddress(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { protocol, href } = new URL(link);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

const LINE_OCTETS = 75;
const encoder = new TextEncoder();

/** A line of more than 75 octets goes on in the next one, behind a blank; no letter is cut in two. */
function folded(line: string): string {
  if (encoder.encode(line).length <= LINE_OCTETS) return line;
  let [out, room] = ['', LINE_OCTETS];
  for (const letter of line) {
    const { length } = encoder.encode(letter);
    if (length > room) {
      out += '\r\n ';
      room = LINE_OCTETS - 1;
    }
    out += letter;
    room -= length;
  }
  return out;
}

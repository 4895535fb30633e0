import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { GroupKind } from '../../features/groups/rights.ts';
import { dayOf, isWorkday, momentOf, weekdayOf } from './days.ts';

/** What somebody does in a chat of the demo. */
export type Act =
  | { readonly does: 'create' }
  | { readonly does: 'write'; readonly text: string }
  | { readonly does: 'add'; readonly people: readonly string[] }
  | { readonly does: 'rename'; readonly name: string }
  | { readonly does: 'leave' };

export type Entry = Act & { readonly at: Date; readonly by: string };

export interface Story {
  /** Of the file and the place in it: stays the same from one demo to the next. */
  readonly id: string;
  readonly kind: GroupKind;
  readonly name: string;
  readonly about: string;
  readonly area: string;
  readonly topic: string;
  readonly owner: string;
  readonly deputies: readonly string[];
  readonly clerks: readonly string[];
  readonly readers: readonly string[];
  /** Keys of people; `@unit` stands for everybody in that unit and below it. */
  readonly members: readonly string[];
  /** How many of the last messages a person has not read yet. */
  readonly unread: ReadonlyMap<string, number>;
  readonly entries: readonly Entry[];
}

const DAY = 86_400_000;
const WEEKDAYS = ['CN', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7'];
const WEEKDAY_NAMES = ['Chủ nhật', 'thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy'];

/** “thứ Năm 19/11” */
function dayText(day: number): string {
  const date = new Date(day * DAY);
  return `${WEEKDAY_NAMES[weekdayOf(day)]} ${date.getUTCDate()}/${date.getUTCMonth() + 1}`;
}

/** `{+2}` is the second working day after the message, `{T6}` the next Friday after it. */
function fillDates(text: string, day: number): string {
  return text.replace(
    /\{(?:\+(\d+)|(CN|T[2-7]))\}/g,
    (_whole, ahead: string | undefined, weekday: string | undefined) => {
      let found = day;
      if (weekday !== undefined) {
        do found += 1;
        while (WEEKDAYS[weekdayOf(found)] !== weekday);
      } else {
        for (let left = Number(ahead); left > 0;) {
          found += 1;
          if (isWorkday(found)) left -= 1;
        }
      }
      return dayText(found);
    },
  );
}

/**
 * The stories end with the last Friday that is over, week -1; days of week 0 are told as far as they have passed, and `today` counts
 * minutes back from now.
 */
export function readStories(
  now: Date,
  files: ReadonlyMap<string, string> = readFiles(join(import.meta.dirname, 'stories')),
): Story[] {
  const today = dayOf(now);
  // Monday after the last Friday before today.
  const week0 = today - 1 - ((weekdayOf(today - 1) + 2) % 7) + 3;
  return [...files].flatMap(([file, text]) => {
    // A file may tell of several conversations of two.
    const parts = text.startsWith('pair: ') ? text.split(/^(?=pair: )/m) : [text];
    return parts.map((part, at) => readStory(`${file} ${at}`, part, now, today, week0));
  });
}

function readFiles(folder: string): Map<string, string> {
  const names = readdirSync(folder)
    .filter((it) => it.endsWith('.txt'))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const FIELDS = [
  'pair',
  'name',
  'kind',
  'area',
  'topic',
  'about',
  'owner',
  'deputies',
  'clerks',
  'readers',
  'members',
  'unread',
];
const KINDS: readonly string[] = ['directive', 'coordination', 'area', 'announcement'];

function readStory(id: string, text: string, now: Date, today: number, week0: number): Story {
  const fields = new Map<string, string>();
  const entries: Entry[] = [];
  let day: number | 'today' | undefined;
  let last: { at: Date; by: string; lines: string[]; day: number } | undefined;

  function finish(): void {
    if (last)
      entries.push({
        does: 'write',
        at: last.at,
        by: last.by,
        text: fillDates(last.lines.join('\n').trim(), last.day),
      });
    last = undefined;
  }

  for (const [at, line] of text.split('\n').entries()) {
    const fail = (what: string): never => {
      throw new Error(`${id}, line ${at + 1}: ${what}`);
    };
    const heading = /^## (?:(today)|(CN|T[2-7]) (-?\d))$/.exec(line);
    if (heading) {
      finish();
      const weekday = WEEKDAYS.indexOf(heading[2] ?? '');
      day = heading[1] ? 'today' : week0 + Number(heading[3]) * 7 + (weekday === 0 ? 6 : weekday - 1);
      continue;
    }
    if (line.startsWith('#')) fail('a heading that is no day');
    if (day === undefined) {
      const field = /^([a-z]+): (.+)$/.exec(line);
      if (field && FIELDS.includes(field[1]!)) fields.set(field[1]!, field[2]!);
      else if (line !== '') fail('not a field');
      continue;
    }
    const entry = /^(-\d+|\d\d:\d\d) ([a-z0-9]+)(?:: (.+)| (create|left)| \+ (.+)| > (.+))$/.exec(line);
    if (!entry) {
      if (last) last.lines.push(line);
      else if (line !== '' && day !== today) fail('not an entry');
      continue;
    }
    finish();
    const [, time, by, words, act, added, name] = entry as unknown as [
      string,
      string,
      string,
      ...(string | undefined)[],
    ];
    if (time.startsWith('-') !== (day === 'today'))
      fail('minutes before now stand under today, times of day elsewhere');
    const moment = day === 'today' ? new Date(now.getTime() + Number(time) * 60_000) : momentOf(day, time);
    // A day of this week that has not passed is not told.
    if (day !== 'today' && day >= today) continue;
    if (words !== undefined) last = { at: moment, by, lines: [words], day: dayOf(moment) };
    else if (added !== undefined) entries.push({ does: 'add', at: moment, by, people: list(added) });
    else if (name !== undefined) entries.push({ does: 'rename', at: moment, by, name });
    else entries.push({ does: act === 'create' ? 'create' : 'leave', at: moment, by });
  }
  finish();

  const pair = list(fields.get('pair'));
  const kind = pair.length > 0 ? 'pair' : (fields.get('kind') ?? '');
  if (kind !== 'pair' && (!KINDS.includes(kind) || entries[0]?.does !== 'create'))
    throw new Error(`${id}: no kind, or not created`);
  return {
    id,
    kind: kind as GroupKind,
    name: fields.get('name') ?? '',
    about: fields.get('about') ?? '',
    area: fields.get('area') ?? '',
    topic: fields.get('topic') ?? '',
    owner: fields.get('owner') ?? pair[0] ?? '',
    deputies: list(fields.get('deputies')),
    clerks: list(fields.get('clerks')),
    readers: list(fields.get('readers')),
    members: pair.length > 0 ? pair : list(fields.get('members')),
    unread: new Map(list(fields.get('unread')).map((it) => [it.split(' ')[0]!, Number(it.split(' ')[1])])),
    entries,
  };
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((it) => it.trim())
    .filter(Boolean);
}

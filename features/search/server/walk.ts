import type { Database } from '../../../server/database.ts';
import type { Hit } from '../protocol.ts';
import { excerptOf, matchOf, numberMatch } from '../rules.ts';
import type { Kind, Mark, Query } from '../rules.ts';
import { messagesIn, newestParts, partsWith } from '../store.ts';
import type { Found, Looked, Own, Part } from '../store.ts';
import { lexemesAsked, tsqueryOf } from '../words.ts';

export interface Wish {
  readonly account: string;
  readonly groups: readonly Own[];
  readonly query: Query;
  readonly by: string | undefined;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Hits come newest first, those with the very tones before the others; this is where the next one lies. */
export interface Place {
  readonly loose: boolean;
  readonly at: number;
  readonly id: string;
}

/** The last millisecond of the year 9999, as in `protocol/shapes.ts`. */
export const END = 253_402_300_799_999;
/** Beyond the numbers of all messages. */
const ALL = Number.MAX_SAFE_INTEGER;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
export const START: Place = { loose: false, at: END, id: LAST_ID };

/** Messages that came after the last look of the index, read as they are: of each group. */
const TAIL_EACH = 60;
/** Parts that are looked at newest first before the words are asked for: over all groups, and of each. */
const NEWEST_ALL = 360;
const NEWEST_EACH = 48;
const NEWEST_LEAST = 3;
/** Parts of each group that the words may answer with; each has a hit in it, as a rule. */
const WITH_WORDS_EACH = 24;
/** Parts whose messages are read at once. */
const READ_TOGETHER = 12;
/** How often it goes on within one question where a stretch of time had nothing. */
const ROUNDS = 4;

/** A page of one kind. */
export async function pageOf(
  db: Database,
  wish: Wish,
  kind: Kind,
  from: Place,
  limit: number,
): Promise<{ hits: Hit[]; next: Place | undefined }> {
  const hits: Hit[] = [];
  // Files and numbers are not told apart by tones; neither is what was typed without.
  const tonesMatter = wish.query.toned && kind !== 'number' && kind !== 'file';
  let place: Place | undefined = tonesMatter ? from : { ...from, loose: true };
  for (let round = 0; place && round < ROUNDS && hits.length < limit; round += 1) {
    const { found, next }: { found: Hit[]; next: Place | undefined } = await look(
      db,
      wish,
      kind,
      place,
      limit - hits.length,
      tonesMatter,
    );
    hits.push(...found);
    place = next ?? (place.loose ? undefined : { ...START, loose: true });
  }
  return { hits: kind === 'number' ? fullestFirst(hits, wish.query) : hits, next: place };
}

interface Candidate {
  readonly row: Found;
  readonly hit: Hit;
}

async function look(
  db: Database,
  wish: Wish,
  kind: Kind,
  place: Place,
  limit: number,
  tonesMatter: boolean,
): Promise<{ found: Hit[]; next: Place | undefined }> {
  const exact = !place.loose;
  const lexemes = lexemesAsked({ query: wish.query, kind, exact, by: wish.by });
  if (!lexemes) return { found: [], next: undefined };
  const to = new Date(Math.min(place.at, wish.to === null ? END : wish.to.getTime() - 1));
  const span = { from: wish.from, to };
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  const take = (rows: readonly Found[]): void => {
    for (const row of rows) {
      if (seen.has(row.id)) continue;
      seen.add(row.id);
      const at = row.at.getTime();
      if (at > to.getTime() || (at === place.at && row.id >= place.id)) continue;
      if (wish.from && at < wish.from.getTime()) continue;
      if (wish.by !== undefined && row.by !== wish.by) continue;
      const hit = hitOf(row, wish.query, kind, tonesMatter ? exact : undefined);
      if (hit) candidates.push({ row, hit });
    }
  };

  take(await tailOf(db, wish));

  const looked = wish.groups.flatMap((it): Looked[] =>
    it.number === null
      ? []
      : [{ group: it.group, visibleFrom: it.visibleFrom, tsquery: tsqueryOf(it.number, lexemes), before: ALL }],
  );
  // Names of files and numbers of documents are rare: only the words lead to them quickly.
  const each = Math.max(NEWEST_LEAST, Math.min(NEWEST_EACH, Math.floor(NEWEST_ALL / Math.max(1, looked.length))));
  const newest = kind === 'file' || kind === 'number' ? undefined : await newestParts(db, looked, span, each);
  // Up to what time all of it has been looked at: the youngest of the places at which groups were left.
  const left = newest && leftAt(newest, each);
  const hits = newest?.filter((it) => it.hit) ?? [];
  let mark = await read(db, wish, hits, left?.at ?? -1, take, candidates, limit);
  if (!left || (left.groups.size > 0 && countAfter(candidates, mark) < limit)) {
    const deeper = !left
      ? looked
      : looked.flatMap((it) => {
          const before = left.groups.get(it.group);
          return before === undefined ? [] : [{ ...it, before }];
        });
    const older = await partsWith(db, deeper, span, WITH_WORDS_EACH);
    mark = await read(db, wish, older, leftAt(older, WITH_WORDS_EACH).at, take, candidates, limit);
  }
  const sure = candidates.filter((it) => it.row.at.getTime() > mark).map((it) => it.hit);
  const sorted = sure.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  const found = sorted.slice(0, limit);
  const last = found.at(-1);
  if (sorted.length > limit && last) return { found, next: { loose: place.loose, at: last.at, id: last.id } };
  // Everything younger than the mark has been looked at; at the end of all there is no mark.
  if (mark < 0 || mark >= place.at) return { found, next: undefined };
  return { found, next: { loose: place.loose, at: mark, id: LAST_ID } };
}

/** What the index does not know yet; the same for all kinds of one question. */
function tailOf(db: Database, wish: Wish): Promise<Found[]> {
  const known = tails.get(wish);
  if (known) return known;
  const ranges = wish.groups
    .filter((it) => it.head > it.upto)
    .map((it) => ({ group: it.group, first: Math.max(it.upto, it.visibleFrom) + 1, last: it.head }));
  const read = messagesIn(db, wish.account, ranges, TAIL_EACH);
  tails.set(wish, read);
  return read;
}

const tails = new WeakMap<Wish, Promise<Found[]>>();

/** Where groups were left that have more parts than were asked for: the time, and the number below which the rest begins. */
function leftAt(parts: readonly Part[], each: number): { at: number; groups: Map<string, number> } {
  const groups = new Map<string, number>();
  let at = -1;
  for (const [group, list] of Map.groupBy(parts, (it) => it.group)) {
    if (list.length < each) continue;
    const oldest = list.reduce((a, b) => (a.first < b.first ? a : b));
    groups.set(group, oldest.first);
    at = Math.max(at, oldest.firstAt.getTime());
  }
  return { at, groups };
}

const countAfter = (candidates: readonly Candidate[], mark: number): number =>
  candidates.reduce((n, it) => n + (it.row.at.getTime() > mark ? 1 : 0), 0);

/** Reads the messages of parts, youngest first, until there are enough that are younger than all the others. Answers up to what time all are read. */
async function read(
  db: Database,
  wish: Wish,
  parts: readonly Part[],
  floor: number,
  take: (rows: readonly Found[]) => void,
  candidates: readonly Candidate[],
  limit: number,
): Promise<number> {
  const sorted = [...parts].sort((a, b) => b.lastAt.getTime() - a.lastAt.getTime());
  for (let at = 0; at < sorted.length; at += READ_TOGETHER) {
    const mark = Math.max(floor, sorted[at]!.lastAt.getTime());
    if (countAfter(candidates, mark) > limit) return mark;
    take(await messagesIn(db, wish.account, sorted.slice(at, at + READ_TOGETHER), 1_000));
  }
  return floor;
}

/** `exact`: only with the very tones, or only without them; both where it does not matter. */
function hitOf(row: Found, query: Query, kind: Kind, exact: boolean | undefined): Hit | undefined {
  const files = row.files ?? [];
  const { id, group, seq, by } = row;
  const at = row.at.getTime();
  const shown = (
    text: string,
    marks: readonly Mark[],
    file: (typeof files)[number] | undefined,
    fileMarks: readonly Mark[],
  ): Hit => {
    const piece = excerptOf(text, marks);
    return {
      id,
      group,
      seq,
      by,
      at,
      text: piece.text,
      marks: piece.marks.map(([a, b]) => [a, b]),
      file: file
        ? { id: file.id, kind: file.kind, name: file.name, bytes: file.bytes, marks: fileMarks.map(([a, b]) => [a, b]) }
        : null,
    };
  };
  if (kind === 'number') {
    if (!query.number) return undefined;
    const file = best(files, (it) => numberMatch(it.name, query.number!));
    const inText = numberMatch(row.text, query.number);
    if (!file && !inText) return undefined;
    return shown(row.text, inText?.marks ?? [], file?.of, file?.found.marks ?? []);
  }
  if (kind === 'file') {
    const file = best(
      files.filter((it) => it.kind !== 'voice'),
      (it) => matchOf(it.name, query),
    );
    return file && shown(row.text, [], file.of, file.found.marks);
  }
  if (kind === 'photo' && !files.some((it) => it.kind === 'photo' || it.kind === 'video')) return undefined;
  if (kind === 'link' && !/https?:\/\/\S/i.test(row.text)) return undefined;
  const match = matchOf(row.text, query);
  if (!match || (exact !== undefined && match.exact !== exact)) return undefined;
  return shown(row.text, match.marks, files[0], []);
}

function best<T, F>(list: readonly T[], find: (it: T) => F | undefined): { of: T; found: F } | undefined {
  for (const of of list) {
    const found = find(of);
    if (found) return { of, found };
  }
  return undefined;
}

/** Where somebody carries all that was typed, the others are not meant. */
function fullestFirst(hits: readonly Hit[], { number }: Query): Hit[] {
  if (!number) return [];
  const ranked = hits.map((hit) => ({
    hit,
    wish: Math.min(
      ...[hit.text, hit.file?.name ?? ''].map((text) => numberMatch(text, number)?.wish ?? number.wishes.length),
    ),
  }));
  const fullest = Math.min(...ranked.map((it) => it.wish));
  return ranked.filter((it) => it.wish === fullest).map((it) => it.hit);
}

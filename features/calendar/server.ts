import { createHash } from 'node:crypto';

import { isId } from '../../protocol/id.ts';
import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, RequestHeaders, Route, Served } from '../../server/house.ts';
import { Buckets } from '../../server/rate.ts';
import { startOfDay } from '../reminders/rules/civil.ts';
import { occurrenceAt } from '../reminders/rules/when.ts';
import { icsOf } from './ics.ts';
import type { IcsEntry } from './ics.ts';
import { calendarActions } from './protocol.ts';
import { alarmsOf, recurrenceOf } from './recurrence.ts';
import { deleteFeed, feedBySecret, feedOf, saveFeed, saveFeedTitles } from './store.ts';
import { datedReminders, writtenReminder, writtenReminders } from './store.ts';
import type { WrittenRow } from './store.ts';
import { BUSY } from './rules.ts';
import { answerAt, timesBetween } from './times.ts';

/** Reminders one look or one feed is made of; whoever has more sees the next. */
const REMINDERS_MOST = 1_000;
/** What is over goes on standing in the feed for so long. */
const FEED_BACK_MS = 62 * 86_400_000;
const FEED_REFRESH_MINUTES = 120;

export function calendarHandlers(): HandlersOf<typeof calendarActions> {
  return handlers(calendarActions, {
    'calendar.range': async ({ actor: { account }, db }, { group, from, to }) => {
      const [first, end] = [startOfDay(from), startOfDay(to + 1)];
      const rows = await datedReminders(db, {
        account,
        group,
        since: new Date(Math.max(0, first)),
        most: REMINDERS_MOST,
      });
      if (!rows) throw problem('not_found');
      return timesBetween(rows, first, end);
    },

    'feed.get': async ({ actor: { account }, db }) => {
      const feed = await feedOf(db, account);
      if (!feed) return { feed: null };
      return { feed: { titles: feed.titles, madeAt: feed.madeAt.getTime(), usedAt: feed.usedAt?.getTime() ?? null } };
    },
    'feed.renew': async ({ actor: { account }, db, now, announce }, { secret, titles }) => {
      const made = await saveFeed(db, { account, secret: hashOf(secret), titles, at: now });
      if (!made) throw problem('malformed', { field: 'secret', reason: 'not random' });
      announce('feed.changed', account, { feed: { titles, madeAt: now.getTime() } });
      return {};
    },
    'feed.show': async ({ actor: { account }, db, announce }, { titles }) => {
      const feed = await saveFeedTitles(db, account, titles);
      if (feed) announce('feed.changed', account, { feed: { titles, madeAt: feed.madeAt.getTime() } });
      return {};
    },
    'feed.off': async ({ actor: { account }, db, announce }) => {
      if (await deleteFeed(db, account)) announce('feed.changed', account, { feed: null });
      return {};
    },
  });
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

const FILE = /^([A-Za-z0-9_-]{43})\.ics$/;
/** Calendars elsewhere ask for many people from few addresses; each single address is fetched far less often than this. */
const ADDRESS_RATE = { name: 'calendar feeds', burst: 600, perMinute: 600 };
const FEED_RATE = { burst: 30, perMinute: 1 };
const FILE_RATE = { name: 'calendar files', burst: 60, perMinute: 60 };

/** The calendar of a person by its secret address, which needs no session; and the file of one reminder, for members. */
export function calendarRoutes(house: House): Route[] {
  const buckets = new Buckets();
  return [
    {
      path: '/calendar/:file',
      who: 'anyone',
      rate: ADDRESS_RATE,
      async get({ file = '' }, _actor, headers = {}) {
        // So that nothing but the right secret makes a difference: what is none is looked for as any other.
        const secret = hashOf(FILE.exec(file)?.[1] ?? '');
        const now = house.now();
        const feed = await feedBySecret(house.db, secret, now);
        if (!feed) throw problem('not_found');
        const wait = house.limits ? buckets.take(feed.account, FEED_RATE, now.getTime()) : 0;
        if (wait > 0) throw problem('too_fast', { wait });
        const back = new Date(now.getTime() - FEED_BACK_MS);
        const rows = await writtenReminders(house.db, { account: feed.account, since: back, most: REMINDERS_MOST });
        const entries = rows.flatMap((row) => feedEntry(row, feed.titles, now.getTime(), house.config.publicUrl) ?? []);
        const text = icsOf({ name: 'Nhà Rông', entries, refreshMinutes: FEED_REFRESH_MINUTES });
        return served(text, headers, 'inline; filename="nha-rong.ics"');
      },
    },
    {
      path: '/calendar/reminders/:file',
      who: 'account',
      rate: FILE_RATE,
      async get({ file = '' }, actor, headers = {}) {
        const id = file.endsWith('.ics') ? file.slice(0, -4) : '';
        const row = isId(id) && actor ? await writtenReminder(house.db, actor.account, id) : undefined;
        const entry = row && fileEntry(row, house.now().getTime(), house.config.publicUrl);
        if (!entry) throw problem('not_found');
        return served(icsOf({ name: 'Nhà Rông', entries: [entry] }), headers, 'attachment; filename="nhac-hen.ics"');
      },
    },
  ];
}

function served(text: string, headers: RequestHeaders, disposition: string): Served {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const shared = {
    etag,
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': disposition,
    'content-security-policy': "default-src 'none'; sandbox",
    // Kept by nobody on the way; whoever has it asks whether it still holds.
    'cache-control': 'private, no-cache',
  };
  const known = String(headers['if-none-match'] ?? '')
    .split(',')
    .map((it) => it.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: { etag }, body: '' };
  return { status: 200, headers: shared, body: text };
}

/** Of this house, whatever address people reach it by: the same through all versions of a reminder. */
const uidOf = (id: string): string => `${id}@nha-rong`;
const pageOf = (publicUrl: string, { group, id }: WrittenRow): string => `${publicUrl}/chats/${group}/reminders/${id}`;

/** All of a reminder, as its members may read it. */
function fileEntry(row: WrittenRow, now: number, publicUrl: string): IcsEntry | undefined {
  const when = recurrenceOf(row.timing, now);
  if (!when) return undefined;
  return {
    uid: uidOf(row.id),
    sequence: row.version - 1,
    changedAt: row.changedAt.getTime(),
    title: row.title,
    text: [row.text, row.link, pageOf(publicUrl, row)].filter(Boolean).join('\n\n'),
    place: row.place,
    link: row.link || pageOf(publicUrl, row),
    ...when,
    cancelled: row.cancelled || when.cancelled,
    alarms: alarmsOf(row.early, row.timing.wholeDay),
  };
}

/**
 * What of a reminder goes to somebody else’s machines: when it is, and its title and place where the person chose so; never what it
 * says. Undefined for what they do not go to.
 */
function feedEntry(row: WrittenRow, titles: boolean, now: number, publicUrl: string): IcsEntry | undefined {
  const goes = (at: number): boolean => (answerAt(row.given, at) ?? 'accepted') === 'accepted';
  const apart = new Set(row.given.flatMap((it) => (it.at !== 0 && !goes(it.at) ? [it.at] : [])));
  const all = row.given.find((it) => it.at === 0);
  const declined = all !== undefined && !all.again && all.answer !== 'accepted';
  const bare = titles ? { title: row.title, place: row.place, link: pageOf(publicUrl, row) } : { title: BUSY };
  const shared = { uid: uidOf(row.id), sequence: row.version - 1, changedAt: row.changedAt.getTime(), ...bare };
  if (!declined) {
    const when = recurrenceOf(row.timing, now, apart);
    return when && { ...shared, ...when, cancelled: row.cancelled || when.cancelled };
  }
  // Declined but for single times: those are told one by one.
  const single = row.given
    .filter((it) => it.at !== 0 && goes(it.at))
    .flatMap((it) => occurrenceAt(row.timing, it.at) ?? []);
  const [first, ...others] = single.filter((it) => !it.cancelled).map((it) => it.start);
  if (first === undefined) return undefined;
  const when = recurrenceOf({ ...row.timing, start: first, repeat: null, exceptions: [] }, now)!;
  return { ...shared, ...when, times: others.length > 0 ? [first, ...others] : [], cancelled: row.cancelled };
}

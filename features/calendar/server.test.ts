import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import ICAL from 'ical.js';
import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestPerson } from '../../testing/house.ts';
import { dayOf, startOfDay } from '../reminders/rules/civil.ts';
import type { When } from '../reminders/rules/when.ts';
import { dayFromIso, feedPath, RANGE_DAYS_MOST, reminderFilePath } from './rules.ts';

const house = await openTestHouse();
const { cast, db } = house;

const office = (text: string): number => Date.parse(`${text}+07:00`);
const day = (text: string): number => dayFromIso(text)!;
const single = (start: string, minutes = 60): When => ({
  start: office(start),
  wholeDay: false,
  minutes,
  repeat: null,
  exceptions: [],
});

interface Made {
  readonly title?: string;
  readonly place?: string;
  readonly cancelled?: boolean;
  /** Whom it concerns; absent: every member. */
  readonly whom?: readonly string[];
}

/** As the statements of reminders write it; with something to come still. */
async function remind(group: string, timing: When, made: Made = {}): Promise<string> {
  const id = newId();
  await sql`
    insert into reminders (id, group_id, maker, title, text, place, link, files, urgency, timing, early, whom_accounts, whom_units, whom_roles,
      created_at, changed_at, looked_at, next_at, cancelled_at)
    values (${id}, ${group}, ${cast.leader.id}, ${made.title ?? 'Họp giao ban'}, 'Mang theo sổ', ${made.place ?? 'Hội trường UBND xã'}, '', '[]', 0,
      ${JSON.stringify(timing)}::jsonb, '{30}', ${made.whom ?? null}::uuid[], ${made.whom ? [] : null}::uuid[], ${made.whom ? [] : null}::text[],
      now(), ${new Date(office('2026-11-20T08:00:00'))}::timestamptz, now(), ${new Date(timing.start)}::timestamptz, ${made.cancelled ? new Date() : null}::timestamptz)`.execute(
    db,
  );
  return id;
}

async function answer(reminder: string, who: TestPerson, given: string, at = 0, again = false): Promise<void> {
  await sql`
    insert into reminder_answers (reminder, at, account, answer, again, answered_at)
    values (${reminder}, ${at}, ${who.id}, ${given}, ${again}, now())`.execute(db);
}

const secretOf = (): string => randomBytes(32).toString('base64url');

async function renew(who: TestPerson, titles: boolean): Promise<string> {
  const secret = secretOf();
  const { status } = await house.post(who, 'feed.renew', { secret, titles });
  assert.equal(status, 200);
  return secret;
}

const fetched = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(house.address + path, { headers });

async function eventsIn(path: string, headers?: Record<string, string>): Promise<ICAL.Event[]> {
  const response = await fetched(path, headers);
  assert.equal(response.status, 200);
  const text = await response.text();
  return new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((it) => new ICAL.Event(it));
}

test('a range has the times of one group or of all, each with the own answer; what one is not in is not there', async () => {
  const [a, b] = [await house.addGroup([cast.leader, cast.member]), await house.addGroup([cast.leader, cast.member])];
  const theirs = await house.addGroup([cast.leader]);
  const daily = await remind(a, {
    ...single('2027-03-01T07:30:00'),
    repeat: { every: 'day', interval: 1 },
    exceptions: [
      { at: office('2027-03-03T07:30:00'), to: null },
      { at: office('2027-03-04T07:30:00'), to: office('2027-03-04T15:00:00') },
    ],
  });
  const once = await remind(b, single('2027-03-02T14:00:00', 0), { title: 'Nộp báo cáo', whom: [cast.leader.id] });
  const called = await remind(b, single('2027-03-05T08:00:00'), { title: 'Họp hoãn', cancelled: true });
  await remind(theirs, single('2027-03-02T09:00:00'), { title: 'Việc của người khác' });
  await answer(daily, cast.member, 'accepted');
  await answer(daily, cast.member, 'declined', office('2027-03-02T07:30:00'));
  await answer(daily, cast.member, 'declined', office('2027-03-05T07:30:00'), true);
  const member = await house.connect('member');

  const span = { from: day('2027-03-02'), to: day('2027-03-05') };
  const all = await member.call('calendar.range', span);
  assert.deepEqual(
    all.times.map((it) => [
      it.reminder,
      new Date(it.start + 7 * 3_600_000).toISOString().slice(5, 16),
      it.answer,
      it.cancelled,
    ]),
    [
      [daily, '03-02T07:30', 'declined', false],
      [once, '03-02T14:00', null, false],
      [daily, '03-03T07:30', 'accepted', true],
      [daily, '03-04T15:00', 'accepted', false],
      // Given for this time once, and to be given anew.
      [daily, '03-05T07:30', null, false],
      [called, '03-05T08:00', null, true],
    ],
  );
  assert.equal(all.more, false);
  assert.deepEqual(all.reminders.map((it) => [it.title, it.group, it.repeats, it.concerns]).sort(), [
    ['Họp giao ban', a, true, true],
    ['Họp hoãn', b, false, true],
    ['Nộp báo cáo', b, false, false],
  ]);
  const ofOne = await member.call('calendar.range', { ...span, group: b });
  assert.deepEqual(
    ofOne.times.map((it) => it.reminder),
    [once, called],
  );
  for (const group of [theirs, newId()]) {
    const { status, body } = await house.post('member', 'calendar.range', { ...span, group });
    assert.deepEqual([status, (body as { code: string }).code], [404, 'not_found']);
  }
  const wide = await house.post('member', 'calendar.range', { from: span.from, to: span.from + RANGE_DAYS_MOST });
  assert.equal(wide.status, 400);
});

test('the first and the last moment of a range are those of its days in the office', async () => {
  const group = await house.addGroup([cast.other]);
  for (const at of ['2027-05-09T23:59:00', '2027-05-10T00:00:00', '2027-05-10T23:59:00', '2027-05-11T00:00:00'])
    await remind(group, single(at, 0), { title: at });
  const other = await house.connect('other');
  const { reminders } = await other.call('calendar.range', { group, from: day('2027-05-10'), to: day('2027-05-10') });
  assert.deepEqual(reminders.map((it) => it.title).sort(), ['2027-05-10T00:00:00', '2027-05-10T23:59:00']);
});

test('the feed needs its secret and nothing else; the secret is nowhere in the house, and no other opens it', async () => {
  const person = await house.addPerson('Ksor H’Lê');
  const group = await house.addGroup([cast.leader, person]);
  await remind(group, single('2027-03-01T07:30:00'), { title: 'Kiểm tra hồ Ia Hrung', place: 'Hồ Ia Hrung' });
  const secret = await renew(person, false);

  const [bare] = await eventsIn(feedPath(secret));
  assert.deepEqual([bare!.summary, bare!.location, bare!.component.getFirstProperty('url')], ['Bận', null, null]);
  const { status } = await house.post(person, 'feed.show', { titles: true });
  assert.equal(status, 200);
  const [open] = await eventsIn(feedPath(secret));
  assert.deepEqual([open!.summary, open!.location, open!.description], ['Kiểm tra hồ Ia Hrung', 'Hồ Ia Hrung', null]);
  assert.deepEqual([open!.uid, open!.startDate.toJSDate().getTime()], [bare!.uid, office('2027-03-01T07:30:00')]);

  const response = await fetched(feedPath(secret));
  const body = await response.text();
  assert.match(response.headers.get('content-type')!, /^text\/calendar; charset=utf-8$/);
  assert.equal(response.headers.get('set-cookie'), null);
  const etag = response.headers.get('etag')!;
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
    const again = await fetched(feedPath(secret), { 'if-none-match': known });
    assert.deepEqual([again.status, await again.text()], [304, '']);
  }
  assert.equal((await fetched(feedPath(secret), { 'if-none-match': '"x"' })).status, 200);

  for (const wrong of [secretOf(), secret.slice(0, -1), `${secret}A`, 'reminders', '']) {
    const { status: answered } = await fetched(`/calendar/${wrong}.ics`);
    assert.equal(answered, 404, wrong);
  }
  assert.ok(!body.includes(secret));
  // Tables, log of the act and all: what is kept is a hash.
  const { rows } = await sql<{ found: string }>`
    select 'feed' as found from calendar_feeds f where f::text like ${`%${secret}%`}
    union all select 'actions' from actions a where a::text like ${`%${secret}%`}
    union all select 'audit' from audit a where a.entry::text like ${`%${secret}%`}
    union all select 'audit waiting' from audit_waiting a where a.entry::text like ${`%${secret}%`}
    union all select 'events' from events e where e::text like ${`%${secret}%`}`.execute(db);
  assert.deepEqual(rows, []);
  const hash = createHash('sha256').update(secret).digest();
  const kept = await sql<{ account: string }>`select account from calendar_feeds where secret = ${hash}`.execute(db);
  assert.deepEqual(kept.rows, [{ account: person.id }]);
});

test('a new address ends the old one, turning it off ends it, and so does leaving the staff, for good', async () => {
  const person = await house.addPerson();
  await house.addGroup([cast.leader, person]);
  const first = await renew(person, true);
  const client = await house.connect(person);
  const second = await renew(person, true);
  await client.until(() => client.events.some((it) => it.on === 'feed.changed'));
  const statuses = async (...secrets: string[]): Promise<number[]> =>
    Promise.all(secrets.map(async (it) => (await fetched(feedPath(it))).status));
  assert.deepEqual(await statuses(first, second), [404, 200]);
  const { feed } = await client.call('feed.get', {});
  assert.equal(feed!.titles, true);
  assert.ok(feed!.usedAt !== null && feed!.usedAt >= feed!.madeAt);
  await client.call('feed.off', {});
  assert.deepEqual(await statuses(first, second), [404, 404]);
  assert.deepEqual(await client.call('feed.get', {}), { feed: null });

  const third = await renew(person, true);
  assert.deepEqual(await statuses(third), [200]);
  await sql`update accounts set state = 'left' where id = ${person.id}`.execute(db);
  assert.deepEqual(await statuses(third), [404]);
  await sql`update accounts set state = 'active' where id = ${person.id}`.execute(db);
  assert.deepEqual(await statuses(third), [404], 'whoever comes back makes a new one');

  // A secret that somebody else has was made by no random.
  const other = await renew(cast.member, false);
  const { status, body } = await house.post(person, 'feed.renew', { secret: other, titles: true });
  assert.deepEqual([status, (body as { code: string }).code], [400, 'malformed']);
});

test('the feed has what the person may see now and means to go to', async () => {
  const person = await house.addPerson();
  const [here, gone] = [await house.addGroup([cast.leader, person]), await house.addGroup([cast.leader, person])];
  const weekly: When = {
    ...single('2027-03-01T07:30:00'),
    repeat: { every: 'week', interval: 1, on: [1], count: 4 },
    exceptions: [],
  };
  const at = (n: number): number => office('2027-03-01T07:30:00') + n * 7 * 86_400_000;
  const goes = await remind(here, weekly, { title: 'Giao ban' });
  await answer(goes, person, 'declined', at(1));
  const declined = await remind(here, weekly, { title: 'Từ chối, trừ một lần' });
  await answer(declined, person, 'declined');
  await answer(declined, person, 'accepted', at(2));
  const never = await remind(here, weekly, { title: 'Từ chối' });
  await answer(never, person, 'declined');
  await remind(here, weekly, { title: 'Không dành cho họ', whom: [cast.leader.id] });
  const standsIn = await remind(here, weekly, { title: 'Dự thay', whom: [cast.leader.id] });
  await sql`
    insert into reminder_answers (reminder, at, account, answer, substitute, answered_at)
    values (${standsIn}, 0, ${cast.leader.id}, 'substitute', ${person.id}, now())`.execute(db);
  await remind(here, single('2027-03-02T08:00:00'), { title: 'Đã hủy', cancelled: true });
  await remind(gone, weekly, { title: 'Nhóm đã rời' });
  await sql`update members set left_at = now() where group_id = ${gone} and account = ${person.id}`.execute(db);

  const events = await eventsIn(feedPath(await renew(person, true)));
  const timesOf = (title: string): number[] => {
    const event = events.find((it) => it.summary === title)!;
    if (!event.isRecurring()) return [event.startDate.toJSDate().getTime()];
    const times = event.iterator();
    const found: number[] = [];
    for (let next = times.next(); next; next = times.next()) found.push(next.toJSDate().getTime());
    return found;
  };
  assert.deepEqual(events.map((it) => it.summary).sort(), ['Dự thay', 'Giao ban', 'Từ chối, trừ một lần', 'Đã hủy']);
  assert.deepEqual(timesOf('Giao ban'), [at(0), at(2), at(3)]);
  assert.deepEqual(timesOf('Từ chối, trừ một lần'), [at(2)]);
  assert.deepEqual(timesOf('Dự thay'), [at(0), at(1), at(2), at(3)]);
  const off = events.find((it) => it.summary === 'Đã hủy')!;
  assert.equal(off.component.getFirstPropertyValue('status'), 'CANCELLED');
});

test('one address is not fetched without end, nor does it keep others from theirs', async () => {
  const [busy, calm] = [await house.addPerson(), await house.addPerson()];
  const [first, second] = [await renew(busy, true), await renew(calm, true)];
  const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await fetched(feedPath(first))).status));
  assert.deepEqual([...new Set(statuses)].sort(), [200, 429]);
  const refused = await fetched(feedPath(first));
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal((await fetched(feedPath(second))).status, 200);
});

test('the file of a reminder is for members, says all of it, and reminds as the reminder does', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const id = await remind(group, single('2027-03-01T07:30:00', 0), { title: 'Họp; giao ban, đầu tuần' });
  const path = reminderFilePath(id);
  const [event] = await eventsIn(path, { cookie: cast.member.cookie });
  assert.deepEqual(
    [event!.summary, event!.location, event!.sequence, event!.uid],
    ['Họp; giao ban, đầu tuần', 'Hội trường UBND xã', 0, `${id}@nha-rong`],
  );
  assert.match(event!.description, /^Mang theo sổ\n\nhttp.*\/chats\//);
  assert.equal(event!.endDate.toJSDate().getTime() - event!.startDate.toJSDate().getTime(), 3_600_000);
  assert.equal(event!.component.getAllSubcomponents('valarm').length, 1);
  const response = await fetched(path, { cookie: cast.member.cookie });
  assert.match(response.headers.get('content-disposition')!, /^attachment; filename="nhac-hen\.ics"$/);
  assert.equal((await fetched(path, { cookie: cast.stranger.cookie })).status, 404);
  assert.equal((await fetched(path)).status, 401);
  assert.equal(dayOf(startOfDay(day('2027-03-01'))), day('2027-03-01'));
});

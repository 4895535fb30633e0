import { createHash } from 'node:crypto';

import { sql } from 'kysely';

import type { ActionMap, ActionName } from '../../features/contracts.ts';
import type { InputOf, OutputOf } from '../../protocol/action.ts';
import { fold } from '../../protocol/fold.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Caller } from '../../server/handler.ts';
import type { OpenHouse } from '../../server/open.ts';
import { BOARD, madeAt, nextWorkday } from './board.ts';
import type { Made } from './board.ts';
import { COMMUNE, readPeople, villagesOf } from './people.ts';
import type { DemoPerson } from './people.ts';
import { readStories } from './story.ts';
import type { Entry, Story } from './story.ts';

const AGENCY = 'UBND tỉnh Gia Lai';
const ADMINISTRATOR = 'khai';
/** Pins the storm group; done last, so that it tells whether a demo is whole. */
const LAST = { by: 'phuc', story: 'phong-chong-bao-lu.txt 0' };

/** The database holds somebody's own agency. */
export class NotADemoError extends Error {
  override name = 'NotADemoError';
}

/** A moment before the first story, when the house was set up. */
const SET_UP_DAYS = 3;
const DAY = 86_400_000;

/**
 * Fills a house with the people and stories of the demo by performing what they did, each at its time; some seconds. Every act has
 * an id of its own, so that one cut short goes on where it was and a whole one is left alone. `setClock` moves the house's
 * clock. Answers whether there was anything to do.
 */
export async function fillDemo(
  open: Pick<OpenHouse, 'house' | 'features' | 'perform'>,
  now: Date,
  setClock: (at: Date) => void,
): Promise<boolean> {
  const { db } = open.house;
  if (await isWhole(open)) return false;

  const people = readPeople();
  const stories = readStories(now);
  const acts = stories
    .flatMap((story) => story.entries.map((entry, place) => ({ story, entry, place })))
    .sort((a, b) => a.entry.at.getTime() - b.entry.at.getTime());
  // What is made for the boards comes between what is said.
  const made = BOARD.map((it, place) => ({ it, place, at: madeAt(now, it) })).sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  );
  setClock(new Date(acts[0]!.entry.at.getTime() - SET_UP_DAYS * DAY));
  await setUp(open, people);
  const accounts = await accountsOf(open, people);
  await signedInSince(open, people, accounts);

  const groups = new Map<string, string>();
  /** Numbers of the messages of people, in order, by group. */
  const written = new Map<string, { by: string; seq: number }[]>();
  const put = async (until: Date): Promise<void> => {
    for (let next = made[0]; next && next.at <= until; next = made[0]) {
      made.shift();
      setClock(next.at);
      const group = groups.get(next.it.story)!;
      await putUp(open, { it: next.it, label: `board ${next.place}`, group, now, accounts });
    }
  };
  for (const { story, entry, place } of acts) {
    await put(entry.at);
    setClock(entry.at);
    const actor = actorOf(accounts, entry.by);
    const id = idOf(`${story.id} ${place}`);
    const known = groups.get(story.id);
    const group = known ?? (await openGroup(open, story, actor, people, accounts));
    groups.set(story.id, group);
    const seq = await act(open, { entry, id, group, actor, accounts, db });
    if (seq === undefined) continue;
    const list = written.get(group) ?? [];
    list.push({ by: entry.by, seq });
    written.set(group, list);
  }

  await put(now);
  setClock(now);
  for (const person of people) await readSome(open, person, { stories, groups, written, people, accounts });
  await call(open, actorOf(accounts, LAST.by), 'chat.pin', idOf('last'), { group: groups.get(LAST.story)!, on: true });
  return true;
}

async function isWhole({ house }: Pick<OpenHouse, 'house'>): Promise<boolean> {
  const { rows } = await sql<{ name: string; whole: boolean }>`
    select name, exists (select from actions where id = ${idOf('last')} and answer is not null) as whole from agency`.execute(
    house.db,
  );
  const [agency] = rows;
  if (agency && agency.name !== AGENCY)
    throw new NotADemoError(`this database belongs to ${agency.name}, it is no demo`);
  return agency?.whole ?? false;
}

/** Always the same for the same label: doing it again is doing it once. */
function idOf(label: string): string {
  const hex = createHash('sha256').update(`demo ${label}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

type Accounts = ReadonlyMap<string, string>;

const PROGRAM: Caller = { door: 'program', address: '127.0.0.1', device: 'demo' };

/** Own areas are shown to whoever is signed in. */
const SOMEBODY: Caller = {
  ...PROGRAM,
  actor: { account: idOf('reader'), session: idOf('reader'), administrator: false },
};

function actorOf(accounts: Accounts, key: string): Caller {
  const account = accounts.get(key)!;
  return { ...PROGRAM, actor: { account, session: idOf(`session ${key}`), administrator: key === ADMINISTRATOR } };
}

async function call<N extends ActionName>(
  { perform }: Pick<OpenHouse, 'perform'>,
  caller: Caller,
  name: N,
  id: string,
  input: InputOf<ActionMap[N]>,
): Promise<OutputOf<ActionMap[N]>> {
  const { output } = await perform({ name, id, input, caller });
  return output as OutputOf<ActionMap[N]>;
}

/** Passes over what an earlier attempt has done with other dates in it. */
async function unlessDone<T>(work: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem && ['action.id_reused', ...codes].includes(error.code)) return undefined;
    throw error;
  }
}

type Open = Pick<OpenHouse, 'house' | 'features' | 'perform'>;

/** The agency, its administrator, the villages, the staff list: as an operator would, through the same doors. */
async function setUp(open: Open, people: readonly DemoPerson[]): Promise<void> {
  const { name, phone } = people.find((it) => it.key === ADMINISTRATOR)!;
  await unlessDone(
    call(open, PROGRAM, 'agency.setUp', idOf('set up'), {
      name: AGENCY,
      area: '52',
      administrator: { name, phone },
      help: null,
    }),
    'agency.set_up_already',
  );
  const accounts = await accountsOf(
    open,
    people.filter((it) => it.key === ADMINISTRATOR),
  );
  const administrator = actorOf(accounts, ADMINISTRATOR);
  for (const village of villagesOf(people)) {
    const kind = village.startsWith('làng ') ? 'làng' : 'thôn';
    const head = people.find((it) => it.area === village && /^Trưởng (làng|thôn)$/.test(it.position));
    await unlessDone(
      call(open, administrator, 'area.add', idOf(village), {
        parent: COMMUNE,
        kind,
        name: village.slice(kind.length + 1),
        head: head?.name ?? '',
      }),
      'area.name_taken',
    );
  }
  const list = { name: 'danh-ba.csv', file: Buffer.from(staffList(people)).toString('base64'), newUnits: true };
  const { digest, counts } = await call(open, administrator, 'import.check', idOf('check'), list);
  if (counts.wrong > 0) throw new Error(`${counts.wrong} rows of the demo's staff list are wrong`);
  if (counts.added + counts.changed + counts.moved > 0) {
    await call(open, administrator, 'import.apply', idOf(`staff ${digest}`), { ...list, digest, reviewed: true });
  }
  const { units } = await call(open, administrator, 'unit.children', idOf('units'), { parent: null });
  for (const unit of units) {
    const area = people.find((it) => it.units[0] === unit.name && /^\d+$/.test(it.area))?.area;
    if (area && unit.area !== area)
      await call(open, administrator, 'unit.change', idOf(unit.name), { unit: unit.id, area });
  }
}

/** The people as a file that the import takes. */
function staffList(people: readonly DemoPerson[]): string {
  const rows = people.map((it) => {
    const area = /^\d+$/.test(it.area) ? it.area : `${it.area}, xã Ia Grai`;
    const email = it.position === 'Người dân' ? '' : `${fold(it.name).replaceAll(' ', '')}@gialai.example`;
    return [it.name, it.phone, it.units.join(' / '), it.position, area, email];
  });
  return [['Họ và tên', 'Số điện thoại', 'Đơn vị', 'Chức vụ', 'Địa bàn', 'E-mail'], ...rows]
    .map((row) => row.map((cell) => `"${cell}"`).join(','))
    .join('\r\n');
}

async function accountsOf({ house }: Open, people: readonly DemoPerson[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; phone: string }>`
    select id, phone from accounts where phone = any(${people.map((it) => it.phone)}::text[])`.execute(house.db);
  const byPhone = new Map(rows.map((it) => [it.phone, it.id]));
  return new Map(
    people.map((it) => {
      const id = byPhone.get(it.phone);
      if (!id) throw new Error(`${it.name} is not in the directory`);
      return [it.key, id];
    }),
  );
}

/** They have signed in at some time; a code for each of a hundred would only be noise. */
async function signedInSince({ house }: Open, people: readonly DemoPerson[], accounts: Accounts): Promise<void> {
  const ids = people.filter((it) => it.registered).map((it) => accounts.get(it.key)!);
  await sql`
    update accounts set registered_at = ${house.now()} where id = any(${ids}::uuid[]) and registered_at is null`.execute(
    house.db,
  );
}

/** Everybody a story names, without its owner. */
function membersOf(story: Story, people: readonly DemoPerson[]): string[] {
  const named = [...story.deputies, ...story.clerks, ...story.readers, ...story.members].flatMap((it) =>
    it.startsWith('@')
      ? people.filter((person) => person.units.includes(it.slice(1))).map((person) => person.key)
      : [it],
  );
  return [...new Set(named)].filter((it) => it !== story.owner);
}

async function openGroup(
  open: Open,
  story: Story,
  actor: Caller,
  people: readonly DemoPerson[],
  accounts: Accounts,
): Promise<string> {
  const id = idOf(`group ${story.id}`);
  const members = membersOf(story, people).map((key) => accounts.get(key)!);
  if (story.kind === 'pair') {
    const other = [story.owner, ...membersOf(story, people)].find((key) => accounts.get(key) !== actor.actor!.account)!;
    return (await call(open, actor, 'group.openPair', id, { account: accounts.get(other)! })).group;
  }
  const { group } = await call(open, actor, 'group.create', id, {
    kind: story.kind,
    name: story.name,
    description: story.about,
    topic: story.topic,
    area: await areaCodeOf(open, story.area),
    members,
  });
  await giveRoles(open, group, story, accounts);
  return group;
}

async function areaCodeOf(open: Open, area: string): Promise<string | null> {
  if (area === '' || /^\d+$/.test(area)) return area || null;
  const { areas } = await call(open, SOMEBODY, 'area.children', idOf('areas'), { parent: COMMUNE });
  return areas.find((it) => `${it.kind} ${it.name}` === area)!.code;
}

/** Roles are given here directly: the screen for them is yet to come. */
async function giveRoles({ house, features }: Open, group: string, story: Story, accounts: Accounts): Promise<void> {
  const roles = [
    ...story.deputies.map((key) => [key, 'deputy'] as const),
    ...story.clerks.map((key) => [key, 'clerk'] as const),
    ...story.readers.map((key) => [key, 'reader'] as const),
  ];
  await house.db.transaction().execute(async (tx) => {
    await sql`
      update members m set role = t.role
      from unnest(${roles.map(([key]) => accounts.get(key)!)}::uuid[], ${roles.map(([, role]) => role)}::text[]) as t(account, role)
      where m.group_id = ${group} and m.account = t.account`.execute(tx);
    await sql`update streams set rights_version = rights_version + 1 where id = ${group}`.execute(tx);
  });
  features.groups.forget(group);
}

/** Does what the story tells; answers the number of what was written. */
async function act(
  open: Open,
  it: { entry: Entry; id: string; group: string; actor: Caller; accounts: Accounts; db: Open['house']['db'] },
): Promise<number | undefined> {
  const { entry, id, group, actor, accounts } = it;
  switch (entry.does) {
    case 'create':
      return undefined;
    case 'write': {
      const sent = await unlessDone(call(open, actor, 'message.send', id, { group, text: entry.text }));
      return sent?.seq ?? (await seqOf(it.db, id));
    }
    case 'add':
      await call(open, actor, 'member.add', id, { group, accounts: entry.people.map((key) => accounts.get(key)!) });
      return undefined;
    case 'rename':
      await call(open, actor, 'group.change', id, { group, name: entry.name });
      return undefined;
    case 'leave':
      // Who has left already is no member: there is nothing to do.
      await unlessDone(call(open, actor, 'member.leave', id, { group }), 'not_found');
      return undefined;
  }
}

/** Puts something up on the board of a group, and has people answer it. */
async function putUp(
  open: Open,
  at: { it: Made; label: string; group: string; now: Date; accounts: Accounts },
): Promise<void> {
  const { it, label, group, now, accounts } = at;
  const id = idOf(label);
  const as = (key: string): Caller => actorOf(accounts, key);
  switch (it.does) {
    case 'note': {
      const { title, versions, read } = it;
      const ask = read !== undefined;
      await unlessDone(call(open, as(it.by), 'note.create', id, { group, title, text: versions[0]!, ask }));
      for (const [place, text] of versions.slice(1).entries()) {
        const edit = { group, note: id, version: place + 1, title, text, ...(ask ? { ask } : {}) };
        await unlessDone(call(open, as(it.by), 'note.edit', idOf(`${label} ${place}`), edit));
      }
      if (it.pinned) await unlessDone(call(open, as(it.by), 'pin.add', idOf(`${label} pin`), { group, thing: id }));
      const version = versions.length;
      // Gathered by the house: one after the other each would wait for the next gathering.
      await Promise.all(
        (read ?? []).map((key) =>
          call(open, as(key), 'note.acknowledge', idOf(`${label} ${key}`), { group, note: id, version }),
        ),
      );
      break;
    }
    case 'reminder': {
      const { title, place, minutes, urgency, accepts, declines } = it;
      const start = nextWorkday(now, it.start).getTime();
      const repeat = it.workdays ? ({ every: 'workday' } as const) : null;
      const wish = { group, title, place, minutes, urgency, start, early: [...it.early], repeat };
      await unlessDone(call(open, as(it.by), 'reminder.create', id, wish));
      const said = [
        ...accepts.map((key) => ({ key, answer: 'accepted' as const, reason: '' })),
        ...declines.map(([key, reason]) => ({ key, answer: 'declined' as const, reason })),
      ];
      await Promise.all(
        said.map(({ key, ...answer }) =>
          call(open, as(key), 'reminder.answer', idOf(`${label} ${key}`), { group, reminder: id, at: null, ...answer }),
        ),
      );
      break;
    }
    case 'poll': {
      const { question, choices, votes } = it;
      const endsAt = nextWorkday(now, '17:00').getTime();
      const wish = { group, question, choices: [...choices], endsAt, hidden: true };
      await unlessDone(call(open, as(it.by), 'poll.create', id, wish));
      if (it.pinned) await unlessDone(call(open, as(it.by), 'pin.add', idOf(`${label} pin`), { group, thing: id }));
      await Promise.all(
        votes.flatMap((keys, choice) =>
          keys.map((key) =>
            call(open, as(key), 'poll.vote', idOf(`${label} ${key}`), { group, poll: id, choices: [choice] }),
          ),
        ),
      );
      break;
    }
  }
}

async function seqOf(db: Open['house']['db'], message: string): Promise<number | undefined> {
  const { rows } = await sql<{ seq: number }>`select seq from messages where id = ${message}`.execute(db);
  return rows[0]?.seq;
}

interface Read {
  readonly stories: readonly Story[];
  readonly groups: ReadonlyMap<string, string>;
  readonly written: ReadonlyMap<string, readonly { by: string; seq: number }[]>;
  readonly people: readonly DemoPerson[];
  readonly accounts: Accounts;
}

/** How far somebody has read, as life is: most to the end, some a little behind, a few far; a phone that is off gets nothing. */
async function readSome(
  open: Open,
  person: DemoPerson,
  { stories, groups, written, people, accounts }: Read,
): Promise<void> {
  if (!person.registered) return;
  const marks: { group: string; read: number; received: number }[] = [];
  for (const story of stories) {
    const group = groups.get(story.id)!;
    const all = written.get(group) ?? [];
    const left = story.entries.some((it) => it.does === 'leave' && it.by === person.key);
    const inside = [story.owner, ...membersOf(story, people)].includes(person.key);
    const added = story.entries.some((it) => it.does === 'add' && it.people.includes(person.key));
    if (left || !(inside || added) || all.length === 0) continue;
    const own = all.findLastIndex((it) => it.by === person.key);
    const told = story.unread.get(person.key);
    const chance = createHash('sha256').update(`${story.id} ${person.key}`).digest()[0]! / 256;
    const behind =
      told ??
      (chance < 0.68 ? 0 : chance < 0.84 ? 1 + (Math.floor(chance * 40) % 4) : Math.floor(all.length * (chance - 0.6)));
    // Whoever wrote has seen what stood before it.
    const last = Math.max(own, all.length - 1 - behind);
    const seq = last < 0 ? 0 : all[last]!.seq;
    const off = told === undefined && chance > 0.95;
    marks.push({ group, read: seq, received: off ? seq : all.at(-1)!.seq });
  }
  if (marks.length > 0)
    await call(open, actorOf(accounts, person.key), 'receipt.mark', idOf(`marks ${person.key}`), { marks });
}

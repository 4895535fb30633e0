import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { fingerprint } from '../../testing/fingerprint.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { plainPdf } from '../../testing/samples.ts';
import { uploaded } from '../../testing/uploads.ts';
import type { Message } from '../messages/protocol.ts';
import type { Note, NoteReader, NoteTally, NoteText, NoteVersion, WholeNote } from './protocol.ts';
import { NOTE_VERSIONS_MOST } from './rules.ts';

let house: TestHouse;
let owner: TestPerson;
let deputy: TestPerson;
let clerk: TestPerson;
let member: TestPerson;
let other: TestPerson;
let reader: TestPerson;

before(async () => {
  house = await openTestHouse({ limits: false });
  owner = await house.addPerson('Nguyễn Hoàng Phúc');
  deputy = await house.addPerson('Đặng Thị Bích Phượng');
  clerk = await house.addPerson('Siu H’Nga');
  member = await house.addPerson('Puih Thưng');
  other = await house.addPerson('Ksor H’Bích');
  reader = await house.addPerson('Trần Thị Mỹ Duyên');
});

/** A group of all of them in which everybody may make notes. */
const room = (kind = 'directive'): Promise<string> =>
  house.addGroup(
    [
      { ...owner, role: 'owner' },
      { ...deputy, role: 'deputy' },
      { ...clerk, role: 'clerk' },
      member,
      other,
      { ...reader, role: 'reader' },
    ],
    kind,
  );

async function done<T>(who: TestPerson, name: string, input: unknown, id?: string): Promise<T> {
  const { status, body } = await house.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

async function refused(who: TestPerson, name: string, input: unknown): Promise<Record<string, unknown>> {
  const { status, body } = await house.post(who, name, input);
  assert.notEqual(status, 200, `${name} was done`);
  return body as Record<string, unknown>;
}
const code = async (who: TestPerson, name: string, input: unknown): Promise<unknown> =>
  (await refused(who, name, input))['code'];
const right = async (who: TestPerson, name: string, input: unknown): Promise<unknown> => {
  const problem = await refused(who, name, input);
  assert.equal(problem['code'], 'forbidden', JSON.stringify(problem));
  return problem['right'];
};

async function made(who: TestPerson, group: string, more: object = {}): Promise<string> {
  const id = newId();
  await done(who, 'note.create', { group, title: 'Lịch trực ban tuần 47', text: 'Thứ Hai: đ/c Tuấn', ...more }, id);
  return id;
}
const get = async (who: TestPerson, group: string, note: string): Promise<WholeNote> =>
  (await done<{ note: WholeNote }>(who, 'note.get', { group, note })).note;
const lines = async (who: TestPerson, group: string): Promise<Message[]> =>
  (await done<{ messages: Message[] }>(who, 'message.page', { group })).messages;

test('a note stands on the board and as a card in the conversation, also for who comes later', async () => {
  const group = await room();
  const note = await made(member, group);
  const [card] = await lines(other, group);
  assert.deepEqual(
    [card!.id, card!.text, card!.by, card!.card],
    [note, 'Lịch trực ban tuần 47', member.id, { kind: 'note', id: note }],
  );
  const it = await get(reader, group, note);
  assert.deepEqual(
    [it.version, it.title, it.text, it.maker.id, it.makerRole, it.editors, it.edited, it.ask],
    [1, 'Lịch trực ban tuần 47', 'Thứ Hai: đ/c Tuấn', member.id, 'member', 'all', undefined, undefined],
  );
  const late = await house.addPerson('Rơ Châm Hyơk');
  await sql`
    insert into members (group_id, account, role, visible_from) select ${group}, ${late.id}, 'member', head from streams where id = ${group}`.execute(
    house.db,
  );
  assert.equal((await get(late, group, note)).text, 'Thứ Hai: đ/c Tuấn', 'whatever may be read of the conversation');
  const stranger = await house.addPerson('Trần Minh Đức');
  for (const name of ['note.get', 'note.versions'])
    assert.equal(await code(stranger, name, { group, note }), 'not_found');
  const elsewhere = await room();
  assert.equal(await code(owner, 'note.get', { group: elsewhere, note }), 'not_found');
  assert.deepEqual((await done<{ notes: Note[] }>(owner, 'note.read', { group: elsewhere, ids: [note] })).notes, []);
  assert.equal(await code(owner, 'note.version', { group: elsewhere, note, version: 1 }), 'not_found');
});

test('a card carries the beginning only, the list comes page by page', async () => {
  const group = await room();
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1)
    ids.unshift(await made(member, group, { title: `Ghi chú ${n}`, text: 'ế'.repeat(500) }));
  const first = await done<{ notes: Note[]; total: number; more: boolean }>(other, 'note.list', { group, limit: 3 });
  assert.deepEqual([first.notes.map((it) => it.id), first.total, first.more], [ids.slice(0, 3), 5, true]);
  assert.deepEqual([Array.from(first.notes[0]!.text).length, first.notes[0]!.whole], [400, false]);
  const rest = await done<{ notes: Note[]; more: boolean }>(other, 'note.list', { group, limit: 3, before: ids[2] });
  assert.deepEqual([rest.notes.map((it) => it.id), rest.more], [ids.slice(3), false]);
});

test('two who edit at once: the second is told, and nothing of the first is overwritten', async () => {
  const group = await room();
  const note = await made(member, group);
  const edits = await Promise.all(
    [owner, other].map((who) =>
      house.post(who, 'note.edit', { group, note, version: 1, title: 'Lịch trực', text: `của ${who.id}` }),
    ),
  );
  assert.deepEqual(edits.map((it) => it.status).sort(), [200, 409]);
  const lost = edits.find((it) => it.status === 409)!.body as Record<string, unknown>;
  assert.deepEqual([lost['code'], lost['version']], ['note.changed_meanwhile', 2]);
  const winner = edits[0]!.status === 200 ? owner : other;
  const it = await get(reader, group, note);
  assert.deepEqual([it.version, it.text, it.edited?.by.id], [2, `của ${winner.id}`, winner.id]);
  // What says the same is no new version, whatever it began with.
  const again = { group, note, version: 1, title: 'Lịch trực', text: `của ${winner.id}` };
  assert.deepEqual(await done(other, 'note.edit', again), { version: 2 });
  assert.deepEqual((await lines(other, group))[0]!.text, 'Lịch trực', 'the card is called as the note is');
  assert.equal((await lines(other, group))[0]!.edited, undefined);
});

test('who may edit it, who may change that', async () => {
  const group = await room();
  const may = async (note: string): Promise<boolean[]> => {
    const answers: boolean[] = [];
    for (const who of [owner, clerk, member, other, reader]) {
      const { version } = await get(who, group, note);
      const wish = { group, note, version, title: 'Lịch trực', text: `${who.id} ${version}` };
      const { status, body } = await house.post(who, 'note.edit', wish);
      if (status !== 200) assert.equal((body as { right: string }).right, 'note.edit');
      answers.push(status === 200);
    }
    return answers;
  };
  assert.deepEqual(await may(await made(member, group)), [true, true, true, true, false]);
  assert.deepEqual(await may(await made(member, group, { editors: 'leaders' })), [true, true, true, false, false]);
  const own = await made(member, group, { editors: 'maker' });
  assert.deepEqual(await may(own), [false, false, true, false, false]);

  const { version, title, text } = await get(member, group, own);
  const rule = (editors: string) => ({ group, note: own, version, title, text, editors });
  assert.equal(await right(other, 'note.edit', rule('all')), 'note.edit');
  await done(clerk, 'note.edit', rule('all'));
  assert.equal(await right(other, 'note.edit', rule('maker')), 'note.govern');
  assert.deepEqual((await get(other, group, own)).editors, 'all');
  assert.equal((await get(other, group, own)).version, version, 'another rule is no new version');
  // Leaders decide about members, not about each other.
  const leaders = await made(deputy, group, { editors: 'maker' });
  assert.equal(await right(clerk, 'note.remove', { group, note: leaders }), 'note.remove');
  await done(owner, 'note.remove', { group, note: leaders });
});

test('versions: who wrote what when, and an old one comes back as a new one', async () => {
  const group = await room();
  const note = await made(member, group, { text: 'một' });
  await done(owner, 'note.edit', { group, note, version: 1, title: 'Lịch trực', text: 'hai' });
  await done(other, 'note.restore', { group, note, version: 2, from: 1 });
  assert.equal(await code(other, 'note.restore', { group, note, version: 2, from: 1 }), 'note.changed_meanwhile');
  assert.equal(await code(other, 'note.restore', { group, note, version: 3, from: 7 }), 'not_found');
  assert.equal(await right(reader, 'note.restore', { group, note, version: 3, from: 2 }), 'note.edit');
  const { versions } = await done<{ versions: NoteVersion[] }>(reader, 'note.versions', { group, note });
  assert.deepEqual(
    versions.map((it) => [it.version, it.by.id, it.title, it.from]),
    [
      [3, other.id, 'Lịch trực ban tuần 47', 1],
      [2, owner.id, 'Lịch trực', undefined],
      [1, member.id, 'Lịch trực ban tuần 47', undefined],
    ],
  );
  const page = await done<{ versions: NoteVersion[]; more: boolean }>(reader, 'note.versions', {
    group,
    note,
    before: 3,
    limit: 1,
  });
  assert.deepEqual([page.versions.map((it) => it.version), page.more], [[2], true]);
  const text = async (version: number) => (await done<NoteText>(reader, 'note.version', { group, note, version })).text;
  assert.deepEqual([await text(1), await text(2), await text(3)], ['một', 'hai', 'một']);

  await sql`update note_versions set version = ${NOTE_VERSIONS_MOST} where note = ${note} and version = 3`.execute(
    house.db,
  );
  await sql`update notes set version = ${NOTE_VERSIONS_MOST} where id = ${note}`.execute(house.db);
  const last = await refused(owner, 'note.edit', { group, note, version: NOTE_VERSIONS_MOST, title: 'x', text: 'y' });
  assert.deepEqual([last['code'], last['most']], ['note.too_many_versions', NOTE_VERSIONS_MOST]);
});

test('reading is acknowledged, listed, counted, and asked for again', async () => {
  const group = await room();
  assert.equal(await right(member, 'note.create', { group, title: 'x', text: '', ask: true }), 'message.askReading');
  const plain = await made(member, group);
  assert.equal(await code(other, 'note.acknowledge', { group, note: plain, version: 1 }), 'note.not_asked');
  assert.equal(await code(member, 'note.readers', { group, note: plain }), 'note.not_asked');

  const note = await made(clerk, group, { ask: true });
  assert.equal(await code(clerk, 'note.acknowledge', { group, note, version: 1 }), 'note.not_asked', 'who asks');
  const [line, own] = [await house.connect(owner), await house.connect(other)];
  await Promise.all([other, reader].map((who) => done(who, 'note.acknowledge', { group, note, version: 1 })));
  await own.until(() => own.events.some((it) => it.on === 'note.acknowledged'));
  const told = (): unknown => line.events.findLast((it) => it.on === 'note.counted')?.with;
  await line.until(() => (told() as { read: number } | undefined)?.read === 2);
  assert.deepEqual(told(), { id: note, version: 1, read: 2, of: 5 });
  assert.deepEqual(await done(other, 'note.acknowledge', { group, note, version: 1 }), { at: 0 }, 'said before');
  assert.deepEqual(
    [(await get(other, group, note)).acknowledged, (await get(owner, group, note)).acknowledged],
    [1, undefined],
  );

  type Page = { people: NoteReader[]; total: number; tallies: NoteTally[] };
  assert.equal(await right(member, 'note.readers', { group, note }), 'message.readers');
  const all = await done<Page>(clerk, 'note.readers', { group, note });
  assert.deepEqual([all.total, all.tallies], [5, [{ under: '', members: 5, read: 2 }]]);
  const unread = await done<Page>(owner, 'note.readers', { group, note, show: 'unread' });
  assert.deepEqual(new Set(unread.people.map((it) => it.account)), new Set([owner.id, deputy.id, member.id]));
  const found = await done<Page>(owner, 'note.readers', { group, note, query: 'h bich' });
  assert.deepEqual(
    found.people.map((it) => it.account),
    [other.id],
  );
  const late = await done<Page>(owner, 'note.readers', { group, note, show: 'read', by: 'time', limit: 1, after: 1 });
  assert.deepEqual([late.total, late.people.length, late.tallies], [2, 1, []]);

  // A new version keeps what was said of the old one, unless it asks again.
  await done(other, 'note.edit', { group, note, version: 1, title: 'Lịch trực', text: 'mới' });
  assert.deepEqual((await get(owner, group, note)).ask?.read, 2);
  const again = { group, note, version: 2, title: 'Lịch trực', text: 'mới hơn', ask: true };
  assert.equal(await right(other, 'note.edit', again), 'message.askReading');
  await done(clerk, 'note.edit', again);
  const { ask } = await get(owner, group, note);
  assert.deepEqual([ask?.version, ask?.read, ask?.of], [3, 0, 5]);
  const old = await refused(other, 'note.acknowledge', { group, note, version: 1 });
  assert.deepEqual([old['code'], old['version']], ['note.changed_meanwhile', 3]);
  await done(other, 'note.acknowledge', { group, note, version: 3 });
  await done(other, 'member.leave', { group });
  const left = (await get(owner, group, note)).ask!;
  assert.deepEqual([left.read, left.of], [0, 4], 'who has left is counted nowhere');
  await sql`update members set left_at = null where group_id = ${group} and account = ${other.id}`.execute(house.db);
  const back = (await get(owner, group, note)).ask!;
  assert.deepEqual([back.read, back.of], [1, 5], 'who comes back is one again');
  await done(clerk, 'note.edit', { group, note, version: 3, title: 'Lịch trực', text: 'mới hơn', ask: false });
  assert.equal((await get(owner, group, note)).ask, undefined);
});

test('files are for members now, and go with the note', async () => {
  const group = await room();
  const file = await uploaded(house, member, plainPdf(), { name: 'lịch trực.pdf' });
  const fetched = async (who: TestPerson): Promise<number> => {
    const response = await fetch(`${house.address}/f/${file.id}`, { headers: { cookie: who.cookie } });
    await response.arrayBuffer();
    return response.status;
  };
  assert.equal(await code(other, 'note.create', { group, title: 'x', text: '', files: [file.id] }), 'file.unknown');
  assert.equal(await fetched(other), 404);
  const note = await made(member, group, { files: [file.id] });
  assert.deepEqual(
    (await get(other, group, note)).carries.map((it) => it.name),
    ['lịch trực.pdf'],
  );
  const late = await house.addPerson('Rơ Châm Hyơk');
  await sql`
    insert into members (group_id, account, role, visible_from) select ${group}, ${late.id}, 'member', head from streams where id = ${group}`.execute(
    house.db,
  );
  const stranger = await house.addPerson('Trần Minh Đức');
  assert.deepEqual([await fetched(other), await fetched(late), await fetched(stranger)], [200, 200, 404]);
  assert.equal((await house.post(member, 'file.cancel', { file: file.id })).status, 404, 'it is carried');
  // Another version does without it; the earlier one still carries it, and anybody may bring it back.
  await done(other, 'note.edit', { group, note, version: 1, title: 'Lịch trực', text: 'không kèm file' });
  assert.equal(await fetched(other), 200);
  await done(other, 'note.edit', { group, note, version: 2, title: 'Lịch trực', text: 'lại có', files: [file.id] });
  await done(other, 'member.leave', { group });
  assert.equal(await fetched(other), 404);

  const sweep = house.features.jobs.find((it) => it.name === 'end uploads and unsent files')!;
  await sql`update files set ends_at = now() - interval '1 hour' where id = ${file.id}`.execute(house.db);
  await sweep.run();
  assert.equal(await fetched(late), 200, 'what is carried is kept');
  await done(member, 'note.remove', { group, note });
  assert.equal(await fetched(late), 404);
  await sweep.run();
  assert.deepEqual((await sql`select from blobs where file = ${file.id}`.execute(house.db)).rows, []);
});

/** Every table that holds the word. */
async function tablesWith(word: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`.execute(
    house.db,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(name)} t where t::text like ${`%${word}%`}`.execute(house.db);
    if (rows[0]!.count > 0) found.push(name);
  }
  return found;
}

test('of a note that was removed nothing stays', async () => {
  const group = await room('coordination');
  const note = await made(member, group, { title: 'Đầm sen bí mật', text: 'lối xuống bến thuyền' });
  await done(owner, 'note.edit', { group, note, version: 1, title: 'Đầm sen kín', text: 'lối lên nhà rông cũ' });
  const index = house.features.jobs.find((it) => it.name === 'search index')!;
  await index.run();
  assert.notDeepEqual(await tablesWith('bến thuyền'), []);
  assert.equal(await right(other, 'note.remove', { group, note }), 'note.remove');
  await done(member, 'note.remove', { group, note });
  await index.run();
  for (const word of ['Đầm sen', 'bến thuyền', 'nhà rông cũ', 'lối xuống'])
    assert.deepEqual(await tablesWith(word), [], word);
  assert.ok((await lines(other, group)).find((it) => it.id === note)!.recalled);
  assert.equal(await code(other, 'note.get', { group, note }), 'not_found');
  assert.equal(await code(member, 'note.remove', { group, note }), 'not_found');
});

test('a note is found by what it says now', async () => {
  const group = await room('coordination');
  const note = await made(member, group, { text: 'Trực tiếp nhận: văn phòng' });
  const index = house.features.jobs.find((it) => it.name === 'search index')!;
  const finds = async (query: string): Promise<string[]> => {
    await index.run();
    const { body } = await house.post(other, 'search.page', { query, kind: 'message', group });
    return JSON.stringify(body).includes(note) ? [note] : [];
  };
  assert.deepEqual(await finds('tiep nhan'), [note]);
  await done(owner, 'note.edit', { group, note, version: 1, title: 'Lịch trực', text: 'Đội xung kích: đ/c Tuấn' });
  assert.deepEqual(await finds('xung kich'), [note]);
  assert.deepEqual(await finds('tiep nhan'), []);
  assert.deepEqual(await finds('lich truc'), [note]);
});

test('in a group that is frozen notes are read and nothing else', async () => {
  const group = await room();
  const note = await made(owner, group, { ask: true });
  await done(owner, 'group.archive', { group, on: true });
  assert.equal((await get(member, group, note)).version, 1);
  const wish = { group, note, version: 1 };
  assert.equal(await right(owner, 'note.create', { group, title: 'x', text: '' }), 'note.create');
  assert.equal(await right(owner, 'note.edit', { ...wish, title: 'x', text: '' }), 'note.edit');
  assert.equal(await right(owner, 'note.restore', { ...wish, from: 1 }), 'note.edit');
  assert.equal(await right(owner, 'note.remove', { group, note }), 'note.remove');
  assert.equal(await right(member, 'note.acknowledge', wish), 'note.acknowledge');
});

test('doing it twice does it once', async () => {
  const group = await room();
  const note = await made(owner, group, { ask: true });
  const acts: [TestPerson, string, object][] = [
    [owner, 'note.create', { group, title: 'Hai lần', text: '' }],
    [member, 'note.edit', { group, note, version: 1, title: 'Hai lần', text: 'một lần' }],
    [member, 'note.restore', { group, note, version: 2, from: 1 }],
    [reader, 'note.acknowledge', { group, note, version: 3 }],
    [owner, 'note.remove', { group, note }],
  ];
  for (const [who, name, input] of acts) {
    const id = newId();
    const first = await house.post(who, name, input, id);
    assert.equal(first.status, 200, `${name} ${JSON.stringify(first.body)}`);
    const after = await fingerprint(house.db);
    assert.deepEqual(await house.post(who, name, input, id), first, name);
    assert.equal(await fingerprint(house.db), after, `${name} twice changed something`);
  }
});

test('a group that is dissolved takes its notes along', async () => {
  const group = await room();
  const file = await uploaded(house, owner, plainPdf(), { name: 'bản đồ.pdf' });
  const note = await made(owner, group, { text: 'chỗ tập kết thuyền', files: [file.id] });
  await done(owner, 'group.dissolve', { group });
  await sql`update groups set dissolves_at = now() - interval '1 minute' where id = ${group}`.execute(house.db);
  await house.features.jobs.find((it) => it.name === 'end offers and dissolved groups')!.run();
  assert.deepEqual((await sql`select from notes where id = ${note}`.execute(house.db)).rows, []);
  assert.deepEqual((await sql`select from board_files where thing = ${note}`.execute(house.db)).rows, []);
  assert.deepEqual(await tablesWith('tập kết thuyền'), []);
});

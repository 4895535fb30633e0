import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { effect } from '@preact/signals';

import { newId } from '../../protocol/id.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { memoryShelves } from '../../web/shelves.ts';
import type { Note, WholeNote } from './protocol.ts';
import { notesOn } from './state.ts';
import type { Notes } from './state.ts';

let house: TestHouse;
let owner: TestPerson;
let member: TestPerson;

before(async () => {
  house = await openTestHouse({ limits: false });
  owner = await house.addPerson('Nguyễn Hoàng Phúc');
  member = await house.addPerson('Puih Thưng');
});

async function opened(who: TestPerson, shelves = memoryShelves()): Promise<TestDevice & { notes: Notes }> {
  const it = await openTestDevice(house, who, shelves);
  await it.until(() => it.device.connection.state.value === 'online' && it.chats.known.value, 'a live line');
  return Object.assign(it, { notes: notesOn(it.device) });
}

/** Looks at a note, as a card on the screen does; answers what it shows. */
function looks(notes: Notes, group: string, note: string) {
  const seen: { card?: Note | 'gone'; whole?: WholeNote | 'gone' } = {};
  const stop = effect(() => {
    seen.card = notes.of(group, note);
    seen.whole = notes.whole(group, note);
  });
  return { seen, stop };
}

const textOf = (whole: WholeNote | 'gone' | undefined): string | undefined =>
  whole === undefined || whole === 'gone' ? undefined : whole.text;
const askOf = (card: Note | 'gone' | undefined): (number | undefined)[] =>
  card === undefined || card === 'gone' ? [] : [card.ask?.read, card.acknowledged];

async function made(more: object = {}): Promise<{ group: string; note: string }> {
  const group = await house.addGroup([owner, member], 'coordination');
  const note = newId();
  const { status } = await house.post(owner, 'note.create', { group, title: 'Lịch trực', text: 'một', ...more }, note);
  assert.equal(status, 200);
  return { group, note };
}

test('what one writes the other sees, and nothing of what is removed', async () => {
  const { group, note } = await made();
  const [one, other] = [await opened(owner), await opened(member)];
  const { seen } = looks(other.notes, group, note);
  await other.until(() => textOf(seen.whole) === 'một' && seen.card !== undefined, 'the note');
  const wish = { group, note, version: 1, title: 'Lịch trực', text: 'hai' };
  assert.deepEqual(await one.notes.edit(wish), { note, version: 2 });
  await other.until(() => textOf(seen.whole) === 'hai', 'the new version');
  await one.notes.remove(group, note);
  await other.until(() => seen.whole === 'gone' && seen.card === 'gone', 'that it is gone');
  await other.device.cache.flush();
  assert.ok(!JSON.stringify(await other.shelves.all('things')).includes('hai'), 'nothing is kept');
  await Promise.all([one.off(), other.off()]);
});

test('made and acknowledged without a line: shown at once, sent once later', async () => {
  const { group, note } = await made({ ask: true });
  const it = await opened(member);
  const { seen } = looks(it.notes, group, note);
  await it.until(() => seen.card !== undefined, 'the note');
  assert.deepEqual(askOf(seen.card), [0, undefined]);
  await it.network.cut();
  await it.until(() => it.device.connection.state.value === 'offline', 'no line');
  it.notes.acknowledge(seen.card as Note);
  it.notes.acknowledge(seen.card as Note);
  assert.deepEqual(askOf(seen.card), [1, 1]);
  assert.equal(await it.notes.create({ group, title: 'Ngoài sóng', text: 'viết ở thôn' }), 'later');
  assert.deepEqual(
    it.notes.pendingIn(group).map((one) => one.title),
    ['Ngoài sóng'],
  );
  it.network.restore();
  await it.until(() => it.device.outbox.entries.value.length === 0, 'an empty outbox');
  assert.deepEqual(it.notes.pendingIn(group), []);
  const { body } = await house.post(owner, 'note.list', { group });
  const { notes } = body as { notes: Note[] };
  assert.deepEqual(
    notes.map((one) => [one.title, one.ask?.read]),
    [
      ['Ngoài sóng', undefined],
      ['Lịch trực', 1],
    ],
  );
  await it.until(() => askOf(seen.card).join() === '1,1', 'no more than one');
  await it.off();
});

test('an edit that waited while somebody else wrote is refused, and what was written is still there', async () => {
  const { group, note } = await made();
  const shelves = memoryShelves();
  const it = await opened(member, shelves);
  const { seen, stop } = looks(it.notes, group, note);
  await it.until(() => textOf(seen.whole) === 'một', 'the note');
  await it.network.cut();
  await it.until(() => it.device.connection.state.value === 'offline', 'no line');
  const base = { version: 1, title: 'Lịch trực', text: 'một', files: [] };
  const draft = {
    group,
    note,
    base,
    title: 'Lịch trực',
    text: 'của tôi',
    files: [],
    editors: 'all' as const,
    ask: false,
  };
  it.notes.drafts.keep({ ...draft, at: Date.now() });
  assert.equal(await it.notes.edit({ group, note, version: 1, title: 'Lịch trực', text: 'của tôi' }), 'later');
  assert.ok(it.notes.isWaiting(note));
  const { status } = await house.post(owner, 'note.edit', {
    group,
    note,
    version: 1,
    title: 'Lịch trực',
    text: 'của họ',
  });
  assert.equal(status, 200);
  it.network.restore();
  await it.until(() => it.notes.unsaved.value !== undefined, 'word of it');
  assert.deepEqual(it.notes.unsaved.value, { group, note, code: 'note.changed_meanwhile', right: undefined });
  await it.until(() => it.device.outbox.entries.value.length === 0, 'an empty outbox');
  await it.until(() => textOf(seen.whole) === 'của họ', 'what the other wrote');
  stop();
  await it.off();
  // Opened again: the draft is on the device until it is saved.
  const again = await opened(member, shelves);
  await again.until(() => again.notes.drafts.has(group, note), 'the draft');
  assert.equal((await again.notes.drafts.get(group, note))?.text, 'của tôi');
  const saved = await again.notes.edit({ group, note, version: 2, title: 'Lịch trực', text: 'của cả hai' });
  assert.deepEqual(saved, { note, version: 3 });
  await again.off();
});

test('what was refused while nobody looked is told when somebody does; an acknowledgement that is too late is undone', async () => {
  const { group, note } = await made({ ask: true });
  const it = await opened(member);
  const { seen } = looks(it.notes, group, note);
  await it.until(() => seen.card !== undefined, 'the note');
  await it.network.cut();
  await it.until(() => it.device.connection.state.value === 'offline', 'no line');
  it.notes.acknowledge(seen.card as Note);
  const wish = { group, note, version: 1, title: 'Lịch trực', text: 'khác', ask: true };
  assert.equal((await house.post(owner, 'note.edit', wish)).status, 200);
  it.network.restore();
  await it.until(() => it.notes.undone.value !== undefined, 'that it is undone');
  assert.deepEqual(it.notes.undone.value, { note, code: 'note.changed_meanwhile' });
  await it.until(() => askOf(seen.card).join() === '0,', 'nothing acknowledged');
  await it.off();
});

test('who is taken out of the group keeps nothing of its notes', async () => {
  const { group, note } = await made();
  const it = await opened(member);
  const { seen } = looks(it.notes, group, note);
  await it.until(() => seen.card !== undefined && seen.whole !== undefined, 'the note');
  it.notes.drafts.keep({ group, note, title: 'x', text: 'bản nháp', files: [], editors: 'all', ask: false, at: 1 });
  const { status } = await house.post(owner, 'member.remove', { group, accounts: [member.id] });
  assert.equal(status, 200);
  await it.until(() => seen.card === 'gone' && seen.whole === 'gone', 'that it is gone');
  assert.ok(!it.notes.drafts.has(group, note));
  await it.off();
});

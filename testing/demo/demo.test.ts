import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { CAST } from '../cast.ts';
import { readPeople, villagesOf } from './people.ts';
import { readStories } from './story.ts';

/** A Thursday, ten in the morning in Vietnam. */
const NOW = new Date('2026-11-19T03:00:00Z');
const people = readPeople();
const byKey = new Map(people.map((it) => [it.key, it]));

test('the staff list: about 150 people, the whole cast among them, each with a mobile number of their own', () => {
  assert.ok(people.length >= 140 && people.length <= 170, String(people.length));
  for (const wanted of Object.values(CAST)) {
    const found = people.find((it) => it.name === wanted.name);
    assert.deepEqual(found && { phone: found.phone, position: found.position, unit: found.units.at(-1) }, {
      phone: wanted.phone,
      position: wanted.position,
      unit: wanted.unit,
    });
  }
  for (const key of ['key', 'phone', 'name'] as const)
    assert.equal(new Set(people.map((it) => it[key])).size, people.length, key);
  for (const { phone, name } of people)
    assert.equal(parsePhoneNumberFromString(phone)?.getType(), 'MOBILE', `${name} ${phone}`);
  assert.ok(villagesOf(people).includes('làng Grăng'));
  const absent = people.filter((it) => !it.registered).length;
  assert.ok(absent > 20 && absent < people.length / 2, 'some have not signed in yet');
});

test('the stories: groups of the four kinds and pairs, several hundred messages by people who exist, in order', () => {
  const stories = readStories(NOW);
  const kinds = new Set(stories.map((it) => it.kind));
  assert.deepEqual([...kinds].sort(), ['announcement', 'area', 'coordination', 'directive', 'pair']);
  assert.ok(stories.filter((it) => it.kind !== 'pair').length >= 10);
  assert.ok(stories.filter((it) => it.kind === 'pair').length >= 10);
  let written = 0;
  for (const story of stories) {
    const named = [story.owner, ...story.deputies, ...story.clerks, ...story.readers, ...story.unread.keys()];
    for (const key of [
      ...named,
      ...story.members,
      ...story.entries.flatMap((it) => (it.does === 'add' ? it.people : [])),
    ]) {
      assert.ok(key.startsWith('@') || byKey.has(key), `${story.id}: ${key}`);
    }
    for (const [at, entry] of story.entries.entries()) {
      const person = byKey.get(entry.by);
      assert.ok(person?.registered, `${story.id}: ${entry.by} writes, so has signed in`);
      assert.ok(entry.at < NOW, `${story.id}: ${entry.at.toISOString()} has passed`);
      assert.ok(at === 0 || entry.at >= story.entries[at - 1]!.at, `${story.id}: ${entry.at.toISOString()} in order`);
      if (entry.does !== 'write') continue;
      written += 1;
      assert.doesNotMatch(entry.text, /[{}]|^## /m);
    }
  }
  assert.ok(written > 450, String(written));
});

test('the same weekdays whatever the day on which the demo is opened', () => {
  for (let days = 0; days < 7; days += 1) {
    const now = new Date(NOW.getTime() + days * 86_400_000);
    const storm = readStories(now).find((it) => it.name.startsWith('Phòng chống bão lũ'))!;
    const night = storm.entries.find((it) => it.does === 'write' && it.text.includes('Đã đóng đường hai đầu'))!;
    const morning = storm.entries.find((it) => it.does === 'write' && it.text.includes('sạt nhẹ taluy'))!;
    // Wednesday night in Vietnam is Wednesday afternoon in UTC, Thursday's small hours still Wednesday.
    assert.equal(night.at.getUTCDay(), 3);
    assert.equal(morning.at.getTime() - night.at.getTime(), (5 * 60 + 17) * 60_000);
    assert.ok(now.getTime() - morning.at.getTime() < 9 * 86_400_000);
    for (const story of readStories(now)) {
      for (const [at, entry] of story.entries.entries())
        assert.ok(
          entry.at < now && (at === 0 || entry.at >= story.entries[at - 1]!.at),
          `${story.id} ${entry.at.toISOString()}`,
        );
    }
  }
});

test('dates in the text are counted from the message', () => {
  const [story] = readStories(
    NOW,
    new Map([
      [
        'a.txt',
        'name: A\nkind: area\nowner: phuc\n\n## T6 -1\n08:00 phuc create\n08:01 phuc: {+1} và {+2}, {T6}\nhết {CN}.\n',
      ],
    ]),
  );
  const [, written] = story!.entries;
  assert.equal(written?.at.toISOString(), '2026-11-13T01:01:00.000Z');
  assert.equal(
    written?.does === 'write' && written.text,
    'thứ Hai 16/11 và thứ Ba 17/11, thứ Sáu 20/11\nhết Chủ nhật 15/11.',
  );
});

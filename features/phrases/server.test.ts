import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import { phraseSuggester } from './view/suggester.ts';
import { PHRASE_MOST, PHRASES_MOST } from './rules.ts';

const house = await openTestHouse({ limits: false });

test('a person’s phrases are theirs alone, in their order, on all their devices', async () => {
  const [phone, computer, other] = await Promise.all([
    house.connect('member'),
    house.connect('member'),
    house.connect('other'),
  ]);
  assert.deepEqual(await phone.call('phrase.list', {}), { phrases: [], offers: true });
  await phone.call('phrase.save', { phrases: ['Đã rõ.', 'Đã nhận.', 'Đã rõ.'], offers: false });
  await computer.until(() => computer.of(house.cast.member.id).some((it) => it.on === 'phrase.changed'));
  assert.ok(!JSON.stringify(computer.events).includes('Đã rõ'), 'words in the account’s log');
  assert.deepEqual(await computer.call('phrase.list', {}), { phrases: ['Đã rõ.', 'Đã nhận.'], offers: false });
  assert.deepEqual(await other.call('phrase.list', {}), { phrases: [], offers: true });
  for (const phrases of [
    Array.from({ length: PHRASES_MOST + 1 }, (_, n) => `câu ${n}`),
    ['x'.repeat(PHRASE_MOST + 1)],
    [' '],
  ])
    await assert.rejects(
      phone.call('phrase.save', { phrases, offers: true }),
      (error) => error instanceof ClientProblem && error.code === 'malformed',
    );
});

test('a stroke calls them up at the very beginning only, and ends with a line or a second stroke', () => {
  const asked = (text: string, caret = text.length) => phraseSuggester.asked(text, caret)?.query;
  assert.equal(asked('/'), '');
  assert.equal(asked('/da ro'), 'da ro');
  assert.equal(asked('/da ro', 3), 'da');
  for (const text of ['', 'và/hoặc', ' /', '694/STTTT', '/a/b', '/a\nb']) assert.equal(asked(text), undefined, text);
});

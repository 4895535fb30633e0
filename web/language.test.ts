import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { effect } from '@preact/signals';
import { language, words } from './language.ts';

const t = words({
  title: ['Trò chuyện', 'Chats'],
  members: ['{n} thành viên', '{n} member|{n} members'],
  seen: ['Đã xem {seen}/{all}', 'Seen {seen}/{all}'],
  added: ['{who} đã thêm {whom}', '{who} added {whom}'],
});

afterEach(() => {
  language.value = 'vi';
});

test('says the sentence in the language of the screen', () => {
  assert.equal(t('title'), 'Trò chuyện');
  language.value = 'en';
  assert.equal(t('title'), 'Chats');
});

test('fills holes, writes numbers the way the language does, and counts in English', () => {
  assert.equal(t('members', { n: 5000 }), '5.000 thành viên');
  language.value = 'en';
  assert.equal(t('members', { n: 1 }), '1 member');
  assert.equal(t('members', { n: 0 }), '0 members');
  assert.equal(t('members', { n: 5000 }), '5,000 members');
});

test('a text that looks like a hole or a pattern is left as it was written', () => {
  assert.equal(t('added', { who: '{whom}', whom: '$& {who}' }), '{whom} đã thêm $& {who}');
});

test('gives pieces so that a name can be drawn bold', () => {
  const name = { bold: 'Phúc' };
  const other = { bold: 'Nga' };
  assert.deepEqual(t.parts('added', { who: name, whom: other }), [name, ' đã thêm ', other]);
});

test('a change of language is seen by whoever read the words', () => {
  const said: string[] = [];
  const stop = effect(() => {
    said.push(t('seen', { seen: 31, all: 47 }));
  });
  language.value = 'en';
  stop();
  assert.deepEqual(said, ['Đã xem 31/47', 'Seen 31/47']);
});

test('types: holes must be filled, and unknown keys do not exist', () => {
  // @ts-expect-error a hole is missing
  assert.equal(t('seen', { seen: 1 }), 'Đã xem 1/{all}');
  // @ts-expect-error no such key
  assert.throws(() => t('nothing'), /No words for/);
});
